//! One brand, with all that is known of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_knowledge::{Amount, Authorisation, Band, Brand, Fact, FactRule, Knowledge, Line, Size};
use touchstone_people::{Action, Resource};
use utoipa::ToSchema;

use super::{slug, slugs, standing, word};
use crate::actor::Actor;
use crate::app::App;
use crate::problem::{Code, Problem};
use crate::routes::Path;

/// A brand, whole.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandDetail {
    /// Its id.
    brand: String,
    /// As its owner writes it.
    name: String,
    /// `protected`: may accuse; `known`: only tells words apart.
    standing: &'static str,
    /// Group that owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    /// Kinds that it makes.
    makes: Vec<String>,
    /// Kinds that it certainly never made.
    never_makes: Vec<String>,
    /// Brands with which it made joint products.
    partners: Vec<String>,
    /// Where its owner sells.
    own_shops: Vec<String>,
    /// GS1 company prefixes.
    gtin_prefixes: Vec<String>,
    /// What it is called.
    names: BrandNames,
    /// Product lines.
    lines: Vec<BrandLine>,
    /// What can be checked about its products.
    facts: Vec<BrandFact>,
    /// What honest offers cost.
    bands: Vec<PriceBand>,
    /// Who may sell it, by the knowledge folder.
    authorisations: Vec<BrandAuthorisation>,
}

/// Names, by how sure a mention is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandNames {
    /// Unmistakable.
    distinct: Vec<String>,
    /// Count beside goods that it makes, a line, or a context word.
    ambiguous: Vec<String>,
    /// Count only as the brand field, or beside a context word or a line.
    common: Vec<String>,
    /// In other scripts.
    native: Vec<String>,
    /// What the trade says instead of the name.
    nicknames: Vec<String>,
    /// Words that settle an ambiguous or common name.
    context: Vec<String>,
}

/// A product line.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandLine {
    /// Unmistakable names.
    names: Vec<String>,
    /// Names that count only beside the brand or a kind that it makes.
    ambiguous: Vec<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// Year it first came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    released: Option<i32>,
}

/// Something that can be checked.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandFact {
    /// The line or the kind that it is about; absent: the whole brand.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// `capacity_gb`, `reference`, `known_reference` or `size`: what exists; `most`: nothing has more; `never_colour`,
    /// `never`: what never was.
    rule: &'static str,
    /// The values.
    values: Vec<String>,
    /// Where it was read.
    source: String,
}

/// What honest offers cost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceBand {
    /// The line or the kind; absent: the least that anything of the brand costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    /// `new` or `used`.
    condition: String,
    /// One honest offer in ten costs less: US cents.
    low_cents: i64,
    /// The usual honest price: US cents.
    typical_cents: i64,
    /// The amount that it is for, such as `100 ml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    per: Option<String>,
    /// ISO country; absent: anywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    market: Option<String>,
    /// `estimate`, or the document that was read.
    source: String,
    /// Day it was read.
    date: String,
}

/// Who may sell it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BrandAuthorisation {
    /// `marketplace:seller_id`.
    seller: String,
    /// ISO countries; empty: everywhere.
    markets: Vec<String>,
    /// Kinds; empty: all.
    kinds: Vec<String>,
    /// First day.
    from: String,
    /// Last day.
    until: String,
}

/// Shows one brand.
#[utoipa::path(get, path = "/v1/knowledge/brands/{brand}", operation_id = "get_brand", tag = "knowledge",
    params(("brand" = String, Path, description = "Its id")), security(("session" = [])),
    responses((status = 200, description = "The brand", body = BrandDetail), crate::openapi::Problems))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
) -> Result<Json<BrandDetail>, Problem> {
    actor.may(Resource::Knowledge, Action::Read)?;
    let active = app.in_force.current();
    let snapshot = &active.snapshot;
    let number = snapshot.brand_by_slug(&id).ok_or_else(|| Problem::new(Code::NotFound, "no such brand"))?;
    let brand = snapshot.brand(number).ok_or_else(|| Problem::new(Code::NotFound, "no such brand"))?;
    let allowed = snapshot.knowledge.authorisations.iter().filter(|one| one.brand == number);
    Ok(Json(detail(brand, &snapshot.knowledge, allowed)))
}

fn detail<'a>(brand: &Brand, knowledge: &Knowledge, allowed: impl Iterator<Item = &'a Authorisation>) -> BrandDetail {
    let names = brand.names.clone();
    let line = |line: &Line| BrandLine {
        names: line.names.clone(),
        ambiguous: line.ambiguous.clone(),
        kind: line.kind.and_then(|kind| slug(kind, knowledge)),
        released: line.released,
    };
    let authorisation = |one: &Authorisation| BrandAuthorisation {
        seller: one.seller.clone(),
        markets: one.markets.clone(),
        kinds: slugs(&one.kinds, knowledge),
        from: one.from.clone(),
        until: one.until.clone(),
    };
    BrandDetail {
        brand: brand.id.clone(),
        name: brand.name.clone(),
        standing: standing(brand.standing),
        owner: brand.owner.clone(),
        makes: slugs(&brand.makes, knowledge),
        never_makes: slugs(&brand.never_makes, knowledge),
        partners: brand.partners.clone(),
        own_shops: brand.own_shops.clone(),
        gtin_prefixes: brand.gtin_prefixes.clone(),
        names: BrandNames {
            distinct: names.distinct,
            ambiguous: names.ambiguous,
            common: names.common,
            native: names.native,
            nicknames: names.nicknames,
            context: names.context,
        },
        lines: brand.lines.iter().map(line).collect(),
        facts: brand.facts.iter().map(|one| fact(one, brand, knowledge)).collect(),
        bands: brand.bands.iter().map(|one| band(one, brand, knowledge)).collect(),
        authorisations: allowed.map(authorisation).collect(),
    }
}

/// What a fact or a price is about.
fn about(line: Option<u16>, kind: Option<String>, brand: &Brand) -> Option<String> {
    let named = line.and_then(|at| brand.lines.get(usize::from(at)));
    named.and_then(|line| line.names.first().or(line.ambiguous.first()).cloned()).or(kind)
}

fn fact(fact: &Fact, brand: &Brand, knowledge: &Knowledge) -> BrandFact {
    let kind = fact.kind.and_then(|kind| slug(kind, knowledge));
    let (rule, values) = match &fact.rule {
        FactRule::CapacityGb(sizes) => ("capacity_gb", sizes.iter().map(u32::to_string).collect()),
        FactRule::Reference(all) => ("reference", all.clone()),
        FactRule::KnownReference(all) => ("known_reference", all.clone()),
        FactRule::Size(sizes) => ("size", sizes.iter().map(size).collect()),
        FactRule::Most(most) => ("most", vec![amount(*most)]),
        FactRule::NeverColour(all) => ("never_colour", all.clone()),
        FactRule::Never(all) => ("never", all.clone()),
    };
    BrandFact { about: about(fact.line, kind, brand), rule, values, source: fact.source.clone() }
}

fn size(size: &Size) -> String {
    match size {
        Size::Amount(of) => amount(*of),
        Size::System(system, number) => format!("{system} {}", tenths(*number)),
        Size::Label(label) => label.clone(),
    }
}

fn amount(amount: Amount) -> String {
    format!("{} {}", tenths(amount.tenths), word(&amount.unit))
}

fn tenths(number: u32) -> String {
    if number.is_multiple_of(10) { (number / 10).to_string() } else { format!("{}.{}", number / 10, number % 10) }
}

fn band(band: &Band, brand: &Brand, knowledge: &Knowledge) -> PriceBand {
    PriceBand {
        about: about(band.line, band.kind.and_then(|kind| slug(kind, knowledge)), brand),
        condition: word(&band.condition),
        low_cents: band.low_cents,
        typical_cents: band.typical_cents,
        per: band.per.as_ref().map(|per| format!("{} {}", per.amount, per.unit)),
        market: band.market.clone(),
        source: band.source.clone(),
        date: band.date.clone(),
    }
}
