//! What is known, as plain data in a fixed order: its canonical JSON is what gets hashed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::amount::{Amount, Size};
use crate::band::Band;
use crate::concept::{Composition, Concept};
use crate::convert::Rates;
use crate::ids::{BrandId, KindId};
use crate::links::Links;

/// Everything that was read, checked, with references resolved to indices.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Knowledge {
    /// Kinds of goods, by id.
    pub kinds: Vec<Kind>,
    /// Brands, by id.
    pub brands: Vec<Brand>,
    /// Groups of words, by language.
    pub groups: Vec<Group>,
    /// Words that name a kind: (kind, language, word).
    pub kind_words: Vec<(KindId, String, String)>,
    /// What single ideas are called in all languages.
    pub concepts: Vec<Concept>,
    /// What ideas near each other say.
    pub compositions: Vec<Composition>,
    /// Which seller may sell which brand where.
    pub authorisations: Vec<Authorisation>,
    /// Hosts and schemes of which it is known where they lead.
    #[serde(default)]
    pub links: Links,
    /// Units of each currency for one US dollar.
    pub rates: Rates,
    /// Chinese characters and the parts sellers write instead.
    pub splits: BTreeMap<char, Vec<String>>,
    /// Common words, with the indices of the languages that use them.
    pub words: Vec<(String, u16)>,
    /// Names of shops and brands that only tell words apart.
    pub known_names: Vec<String>,
    /// The languages that bits in `words` stand for.
    pub languages: Vec<String>,
}

/// A kind of goods.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Kind {
    /// Immutable slug.
    pub id: String,
    /// What goods of this kind are to another maker's brand.
    pub role: Role,
    /// With [`Role::Fits`]: the kinds it is made for.
    pub fits: Vec<KindId>,
    /// What a fake of it can do.
    pub harm: Harm,
    /// Words of product categories that say this kind.
    pub taxonomy: Vec<String>,
    /// Gigabytes that no product of this kind has ever had more of.
    pub max_capacity_gb: Option<u32>,
    /// So many pieces in one offer are bought to be sold again.
    pub trade_lot: Option<u32>,
}

/// What goods of a kind are to a brand they name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Goods of their own: a named brand is their maker.
    #[default]
    Goods,
    /// Made to fit another maker's device.
    Fits,
    /// A work about something: book, poster, film.
    About,
    /// A service.
    Service,
}

/// What a fake of a kind can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Harm {
    /// Money lost.
    #[default]
    Ordinary,
    /// Health at risk.
    Serious,
    /// Life at risk.
    Grave,
}

/// May a brand accuse, or only tell words apart?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Curated; may accuse.
    Protected,
    /// Imported or listed only to tell words apart.
    Known,
}

/// One brand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Brand {
    /// Immutable slug, the file's stem.
    pub id: String,
    /// As the owner writes it.
    pub name: String,
    /// May it accuse?
    pub standing: Standing,
    /// Group that owns it; its brands are not stacked.
    pub owner: Option<String>,
    /// Kinds it makes.
    pub makes: Vec<KindId>,
    /// Kinds it certainly never made.
    pub never_makes: Vec<KindId>,
    /// Slugs of brands with which it made joint products.
    pub partners: Vec<String>,
    /// Domains where the owner sells.
    pub own_shops: Vec<String>,
    /// GS1 company prefixes.
    pub gtin_prefixes: Vec<String>,
    /// What it is called.
    pub names: Names,
    /// Product lines that name it by themselves.
    pub lines: Vec<Line>,
    /// What can be checked about its products.
    pub facts: Vec<Fact>,
    /// What honest offers cost.
    pub bands: Vec<Band>,
}

/// What a brand is called, by how sure a mention is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Names {
    /// Unmistakable.
    pub distinct: Vec<String>,
    /// Counts beside goods it makes, a line, or a context word.
    pub ambiguous: Vec<String>,
    /// Counts only as the brand field, or beside a context word or line.
    pub common: Vec<String>,
    /// In other scripts.
    pub native: Vec<String>,
    /// What the trade says in order not to say the name.
    pub nicknames: Vec<String>,
    /// Words that settle an ambiguous or common name.
    pub context: Vec<String>,
}

/// A product line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    /// Unmistakable names.
    pub names: Vec<String>,
    /// Names that count only beside the brand or a kind it makes.
    pub ambiguous: Vec<String>,
    /// What it is.
    pub kind: Option<KindId>,
    /// Year it first came out.
    pub released: Option<i32>,
}

/// Something that can be checked about a product.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fact {
    /// The line it is about; none: the whole brand.
    pub line: Option<u16>,
    /// The kind it is about; none: all.
    pub kind: Option<KindId>,
    /// What holds.
    pub rule: FactRule,
    /// Where it was read.
    pub source: String,
}

/// What a fact allows or excludes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactRule {
    /// Storage sizes that exist, in gigabytes.
    CapacityGb(Vec<u32>),
    /// Every reference that exists, in capitals.
    Reference(Vec<String>),
    /// References that are of this line and of no other, in capitals.
    KnownReference(Vec<String>),
    /// Sizes that exist.
    Size(Vec<Size>),
    /// Nothing has more than this.
    Most(Amount),
    /// Colours in which it never came, folded.
    NeverColour(Vec<String>),
    /// Words that never stood on a real one.
    Never(Vec<String>),
}

/// Words of one class in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// ISO 639 code.
    pub language: String,
    /// What the words say.
    pub class: TermClass,
    /// How much they say.
    pub strength: TermStrength,
    /// Where they stand to the brand they speak of.
    pub position: Position,
    /// The words, as people write them.
    pub terms: Vec<String>,
}

/// What a word or phrase says; see `docs/knowledge.md`.
#[allow(missing_docs, reason = "the document describes each")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermClass {
    Replica,
    Evasion,
    Contact,
    HiddenLink,
    CounterfeitKit,
    Authenticity,
    Authorised,
    Compatibility,
    Comparison,
    Negation,
    About,
    SecondHand,
    Provenance,
    NewClaim,
    Refurbished,
    GreyImport,
    Wholesale,
    FakeReport,
    PartialPrice,
    Colour,
    Stopword,
    Innocent,
    Accompaniment,
    Variants,
    Defective,
}

/// How much a term says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermStrength {
    /// A hint that honest sellers use too.
    Weak,
    /// A word of the trade.
    #[default]
    Strong,
    /// An admission.
    Explicit,
}

/// Where a term stands to the brand it speaks of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Anywhere in the text.
    #[default]
    Anywhere,
    /// Before the brand.
    Before,
    /// After the brand.
    After,
}

/// A seller's right to sell a brand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Authorisation {
    /// `marketplace:seller_id`.
    pub seller: String,
    /// The brand's index.
    pub brand: BrandId,
    /// ISO countries; empty: everywhere.
    pub markets: Vec<String>,
    /// Kinds; empty: all.
    pub kinds: Vec<KindId>,
    /// First day, `YYYY-MM-DD`.
    pub from: String,
    /// Last day, `YYYY-MM-DD`.
    pub until: String,
}
