//! The shape of the TOML files, with the places of what may be wrong.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::band::Condition;
use crate::model::{Harm, Position, Role, Standing, TermClass, TermStrength};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindsFile {
    pub(crate) schema: Spanned<u32>,
    pub(crate) kinds: BTreeMap<String, KindSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindSource {
    #[serde(default)]
    pub(crate) role: Role,
    #[serde(default)]
    pub(crate) fits: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) harm: Harm,
    #[serde(default)]
    pub(crate) taxonomy: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) max_capacity_gb: Option<u32>,
    #[serde(default)]
    pub(crate) trade_lot: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BrandFile {
    pub(crate) schema: Spanned<u32>,
    pub(crate) name: String,
    pub(crate) standing: Standing,
    #[serde(default)]
    pub(crate) owner: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) makes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) never_makes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) partners: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) own_shops: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) gtin_prefixes: Vec<Spanned<String>>,
    pub(crate) names: NamesSource,
    #[serde(default)]
    pub(crate) lines: Vec<Spanned<LineSource>>,
    #[serde(default)]
    pub(crate) facts: Vec<FactSource>,
    #[serde(default)]
    pub(crate) bands: Vec<BandSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NamesSource {
    #[serde(default)]
    pub(crate) distinct: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) ambiguous: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) common: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) native: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) nicknames: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) context: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineSource {
    #[serde(default)]
    pub(crate) names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) ambiguous: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) kind: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) released: Option<i32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FactSource {
    #[serde(default)]
    pub(crate) line: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) kind: Option<Spanned<String>>,
    pub(crate) attribute: Spanned<String>,
    pub(crate) values: Spanned<Vec<toml::Value>>,
    pub(crate) source: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BandSource {
    pub(crate) kind: Spanned<String>,
    #[serde(default)]
    pub(crate) line: Option<Spanned<String>>,
    pub(crate) condition: Condition,
    pub(crate) currency: Spanned<String>,
    pub(crate) low: Spanned<toml::Value>,
    pub(crate) typical: Spanned<toml::Value>,
    #[serde(default)]
    pub(crate) per: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) market: Option<Spanned<String>>,
    pub(crate) source: Spanned<String>,
    pub(crate) date: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LexiconFile {
    pub(crate) schema: Spanned<u32>,
    pub(crate) language: Spanned<String>,
    #[serde(default)]
    pub(crate) groups: Vec<GroupSource>,
    #[serde(default)]
    pub(crate) kinds: BTreeMap<String, Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GroupSource {
    pub(crate) class: TermClass,
    #[serde(default)]
    pub(crate) strength: TermStrength,
    #[serde(default)]
    pub(crate) position: Position,
    pub(crate) terms: Vec<Spanned<String>>,
}

/// Rates by how they are known: quoted by the bank, pegged, or estimated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RatesFile {
    pub(crate) schema: Spanned<u32>,
    pub(crate) date: Spanned<String>,
    pub(crate) ecb: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) peg: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) estimate: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) price_levels: BTreeMap<String, Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SplitsFile {
    pub(crate) schema: Spanned<u32>,
    pub(crate) splits: BTreeMap<String, Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorisationsFile {
    pub(crate) schema: Spanned<u32>,
    #[serde(default)]
    pub(crate) authorisations: Vec<AuthorisationSource>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthorisationSource {
    pub(crate) seller: Spanned<String>,
    pub(crate) brand: Spanned<String>,
    #[serde(default)]
    pub(crate) markets: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) kinds: Vec<Spanned<String>>,
    pub(crate) from: Spanned<String>,
    pub(crate) until: Spanned<String>,
}
