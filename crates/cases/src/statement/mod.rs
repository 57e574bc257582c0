//! The statement of reasons: what was done, about what, from when until when, why, how it was found and decided, what
//! the seller can do, and who looks at it again; in the seller's language.
//!
//! It tells facts, ground and cure, and neither weights nor thresholds nor which spelling was caught: those who fill it
//! in name what is withheld, and a text that holds any of it is refused.

mod catalogue;

use serde::{Deserialize, Serialize};

pub use catalogue::Catalogue;

use crate::enforcement::{Action, Measure, Scope};
use crate::id::{ActionId, Seller, StatementId};
use crate::ladder::Regime;
use crate::moment::Moment;
use crate::money::Money;

/// Slugs of the ways to have an action looked at again.
pub const REDRESS: &[&str] = &["internal_appeal", "out_of_court", "mediation", "authority", "court"];

/// Slugs of the honest ways out.
pub const CURES: &[&str] = &[
    "prove_purchase",
    "prove_authorisation",
    "correct_brand",
    "correct_condition",
    "correct_price",
    "correct_picture",
    "correct_text",
];

/// What it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A law and its article.
    Legal(String),
    /// The terms, and where in them.
    Contractual(String),
}

/// How it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Detection {
    /// By a rule, a model or a comparison.
    Automated,
    /// By a person.
    Person,
    /// By a notice.
    Notice,
}

/// How it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Nobody looked.
    Automated,
    /// A person, shown what a rule found.
    Partly,
    /// A person.
    Person,
}

/// What a statement is made of.
#[derive(Debug, Clone)]
pub struct Grounds<'a> {
    /// The statement's id.
    pub id: StatementId,
    /// What is told of together; they have one seller.
    pub actions: &'a [&'a Action],
    /// The seller's language.
    pub language: &'a str,
    /// What was found, in sentences of that language that a seller may read.
    pub facts: &'a [String],
    /// What it stands on.
    pub basis: Basis,
    /// How it was found.
    pub detection: Detection,
    /// How it was decided.
    pub decision: Decision,
    /// Slug of the honest way out, if there is one.
    pub cure: Option<&'a str>,
    /// First moment at which an appeal is too late.
    pub appeal_until: Moment,
    /// What the seller must not read: spellings that were caught, names of rules.
    pub withheld: &'a [String],
}

/// A statement, as the seller gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Whom it is to.
    pub seller: Seller,
    /// Its language.
    pub language: String,
    /// When it was made.
    pub at: Moment,
    /// What it tells of.
    pub actions: Vec<ActionId>,
    /// A heading.
    pub title: String,
    /// What was done, about what, where, from when until when.
    pub measures: Vec<String>,
    /// What was found.
    pub facts: String,
    /// What it stands on.
    pub ground: String,
    /// How it was found and decided.
    pub automation: Vec<String>,
    /// What the seller can do.
    pub cure: String,
    /// Who looks at it again.
    pub redress: Vec<String>,
}

/// Why there is no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It tells of nothing, or of several sellers.
    #[error("a statement tells of actions on one seller")]
    Seller,
    /// Nothing was found.
    #[error("no facts are stated")]
    NoFacts,
    /// No reference.
    #[error("the law or the terms are not named")]
    NoReference,
    /// No such cure.
    #[error("`{0}` is no cure")]
    Cure(String),
    /// It says what it must not.
    #[error("it tells what is withheld from sellers")]
    Tells,
}

impl Statement {
    /// The statement of these grounds under a regime.
    ///
    /// # Errors
    /// If something is missing, or told that must not be.
    pub fn of(grounds: &Grounds<'_>, regime: &Regime, at: Moment) -> Result<Self, Refusal> {
        let sellers = || grounds.actions.iter().map(|action| action.order.scope.seller());
        let seller = sellers().next().flatten().filter(|first| sellers().all(|other| other == Some(*first)));
        let reference = match &grounds.basis {
            Basis::Legal(reference) | Basis::Contractual(reference) => reference.as_str(),
        };
        let facts = grounds.facts.join(" ");
        match (facts.trim(), reference.trim()) {
            ("", _) => return Err(Refusal::NoFacts),
            (_, "") => return Err(Refusal::NoReference),
            _ => {}
        }
        let texts = Catalogue::of(grounds.language);
        let ground = if matches!(grounds.basis, Basis::Legal(_)) { "ground.legal" } else { "ground.contractual" };
        let statement = Self {
            id: grounds.id,
            seller: seller.ok_or(Refusal::Seller)?.clone(),
            language: texts.language.to_owned(),
            at,
            actions: grounds.actions.iter().map(|action| action.id()).collect(),
            title: texts.say("title", &[]),
            measures: grounds.actions.iter().map(|action| measure(&texts, action)).collect(),
            facts: texts.say("facts", &[("facts", &facts)]),
            ground: texts.say(ground, &[("reference", reference)]),
            automation: automation(&texts, grounds),
            cure: cure(&texts, grounds.cure)?,
            redress: redress(&texts, regime, grounds.appeal_until),
        };
        let told = statement.text().to_lowercase();
        let tells = |word: &String| !word.trim().is_empty() && told.contains(&word.to_lowercase());
        if grounds.withheld.iter().any(tells) { Err(Refusal::Tells) } else { Ok(statement) }
    }

    /// All that the seller reads, as text.
    pub fn text(&self) -> String {
        let parts = [std::slice::from_ref(&self.title), &self.measures, &[self.facts.clone(), self.ground.clone()]];
        let rest = [self.automation.as_slice(), std::slice::from_ref(&self.cure), &self.redress];
        parts.into_iter().chain(rest).flatten().map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// What an action is, in sentences. A number of points is told to nobody: it is the ladder's.
fn measure(texts: &Catalogue, action: &Action) -> String {
    let order = &action.order;
    let amount = match order.measure {
        Measure::Freeze(money) => written(money),
        _ => String::new(),
    };
    let what = texts.say(&format!("measure.{}", order.measure.slug()), &[("amount", &amount)]);
    let (listing, goods) = match &order.scope {
        Scope::Listing(listing) => (listing.listing_id.as_str(), None),
        Scope::Goods { goods, .. } | Scope::Marketplace { goods, .. } => ("", Some(goods)),
        Scope::Seller(_) => ("", None),
    };
    let brand = goods.map_or("", |goods| goods.brand.as_str());
    let scope = texts.say(&format!("scope.{}", order.scope.slug()), &[("listing", listing), ("brand", brand)]);
    let markets = order.markets.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let place = if markets.is_empty() { "markets.all" } else { "markets.some" };
    let (from, until) = (action.from.to_string(), order.end.map(|end| end.to_string()));
    let time = if until.is_some() { "time.until" } else { "time.open" };
    let follows = action.cause.map(|_| texts.say("follows", &[("reference", &order.policy)]));
    let place = texts.say(place, &[("markets", &markets)]);
    let from = texts.say("time.from", &[("from", &from)]);
    let until = texts.say(time, &[("until", until.as_deref().unwrap_or_default())]);
    [what, scope, place, from, until].into_iter().chain(follows).collect::<Vec<_>>().join(" ")
}

/// In units of the currency, with its code.
fn written(money: Money) -> String {
    let code = money.currency.to_string();
    let digits = iso_currency::Currency::from_code(&code).and_then(iso_currency::Currency::exponent).unwrap_or(0);
    let unit = 10_i64.pow(u32::from(digits));
    let (whole, part, digits) = (money.minor / unit, (money.minor % unit).abs(), usize::from(digits));
    if digits == 0 { format!("{whole} {code}") } else { format!("{whole}.{part:0digits$} {code}") }
}

fn automation(texts: &Catalogue, grounds: &Grounds<'_>) -> Vec<String> {
    let found = match grounds.detection {
        Detection::Automated => "detection.automated",
        Detection::Person => "detection.person",
        Detection::Notice => "detection.notice",
    };
    let decided = match grounds.decision {
        Decision::Automated => "decision.automated",
        Decision::Partly => "decision.partly",
        Decision::Person => "decision.person",
    };
    [found, decided].into_iter().map(|key| texts.say(key, &[])).collect()
}

fn cure(texts: &Catalogue, cure: Option<&str>) -> Result<String, Refusal> {
    match cure {
        Some(cure) if !CURES.contains(&cure) => Err(Refusal::Cure(cure.to_owned())),
        cure => Ok(texts.say(&format!("cure.{}", cure.unwrap_or("none")), &[])),
    }
}

fn redress(texts: &Catalogue, regime: &Regime, until: Moment) -> Vec<String> {
    let until = until.to_string();
    regime.redress.iter().map(|way| texts.say(&format!("redress.{way}"), &[("until", &until)])).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;
