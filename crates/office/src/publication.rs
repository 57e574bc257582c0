//! Statements for the EU's database: those not yet sent, in its words, checked. Nothing with a fault leaves, and nothing
//! counts as sent before somebody says that it was taken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};
use touchstone_cases::dsa::{
    AutomatedDecision, Call, Category, ContentType, Ground, Keyword, Record as Words, SourceType, YesNo, calls,
};
use touchstone_cases::enforcement::{Action, Scope};
use touchstone_cases::statement::{Basis, Decision, Detection};

use crate::act::{Act, ActError};
use crate::enforcement::{self, Of};
use crate::statements::Issued;

/// Bytes of the file, at most.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What a finding is, in the database's words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Its category.
    pub category: Category,
    /// Its keywords.
    pub keywords: Vec<Keyword>,
}

/// What the house says of all its statements.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Publishing {
    /// Version of the file's form: 1.
    pub schema: u32,
    /// Countries of the EU in which what has no countries of its own holds.
    pub territory: Vec<String>,
    /// By reason code.
    pub about: BTreeMap<String, About>,
    /// For every other reason code.
    pub otherwise: About,
}

impl Publishing {
    /// Reads `publication.toml` of a folder; without one, trade marks, and no country.
    ///
    /// # Errors
    /// A file that can't be read, or a mistake in it, with its place, in words.
    pub fn read(folder: Option<&Path>) -> Result<Self, String> {
        let Some(path) = folder.map(|folder| folder.join("publication.toml")).filter(|path| path.exists()) else {
            return Ok(Self::default());
        };
        let wrong = |why: String| format!("{}: {why}", path.display());
        if std::fs::metadata(&path).map_err(|error| wrong(error.to_string()))?.len() > FILE_BYTES_MAX {
            return Err(wrong(format!("more than {FILE_BYTES_MAX} bytes")));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
        let read: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        match read.schema {
            1 => Ok(read),
            other => Err(wrong(format!("schema is {other}, 1 is understood"))),
        }
    }
}

impl Default for Publishing {
    /// Trade marks, in all countries for which the house names none: name some.
    fn default() -> Self {
        let otherwise = About { category: Category::IntellectualProperty, keywords: vec![Keyword::Trademark] };
        Self { schema: 1, territory: Vec::new(), about: BTreeMap::new(), otherwise }
    }
}

/// What leaves, and what does not.
#[derive(Debug, Clone, Serialize)]
pub struct Collected {
    /// Calls to be sent, each with at most 100 statements; `puid` is the statement's id.
    pub calls: Vec<Call>,
    /// Statements that may not leave, and why.
    pub refused: Vec<Held>,
}

/// A statement that may not leave.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = StatementHeld)]
pub struct Held {
    /// Which.
    pub statement_id: String,
    /// Everything that is wrong, each with its field.
    pub faults: Vec<String>,
}

/// At most `limit` statements that were not sent yet, oldest first. After they were taken, say so by
/// [`crate::statements::mark_sent`].
///
/// # Errors
/// That the store fails.
pub async fn collect(act: &Act<'_>, publishing: &Publishing, limit: u64) -> Result<Collected, ActError> {
    let mut collected = Collected { calls: Vec::new(), refused: Vec::new() };
    let mut good = Vec::new();
    for issued in act.found::<Issued>("unsent", String::new(), limit).await? {
        let desk = enforcement::desk(act, &Of::Seller(issued.statement.seller.clone())).await?;
        let records = issued.statement.actions.iter().filter_map(|id| desk.standing.records.get(id));
        let actions: Vec<&Action> = records.map(|record| &record.action).collect();
        let words = words(&issued, &actions, publishing);
        // What is private differs from one statement to the next.
        let listings = actions.iter().filter_map(|action| match &action.order.scope {
            Scope::Listing(listing) => Some(listing.listing_id.as_str()),
            _ => None,
        });
        let private: Vec<&str> = listings.chain([issued.statement.seller.seller_id.as_str()]).collect();
        let (_, refused) = calls(vec![words.clone()], &BTreeSet::new(), &private);
        match refused.into_iter().next() {
            None => good.push(words),
            Some(refused) => {
                let faults = refused.faults.iter().map(ToString::to_string).collect();
                collected.refused.push(Held { statement_id: refused.puid, faults });
            }
        }
    }
    (collected.calls, _) = calls(good, &BTreeSet::new(), &[]);
    Ok(collected)
}

fn words(issued: &Issued, actions: &[&Action], publishing: &Publishing) -> Words {
    let (statement, telling) = (&issued.statement, &issued.telling);
    let reason = actions.first().map_or("", |action| action.order.reason.as_str());
    let about = publishing.about.get(reason).unwrap_or(&publishing.otherwise);
    let yes = |yes| if yes { YesNo::Yes } else { YesNo::No };
    let mut words = Words {
        decision_facts: telling.facts.join(" "),
        content_type: vec![ContentType::Product],
        category: about.category,
        category_specification: about.keywords.clone(),
        territorial_scope: territory(actions, publishing),
        content_language: Some(statement.language.to_uppercase()),
        content_date: statement.at.date_time().map(|at| at.date().to_string()).unwrap_or_default(),
        source_type: match telling.detection {
            Detection::Notice => SourceType::Article16,
            Detection::Automated | Detection::Person => SourceType::Voluntary,
        },
        automated_detection: yes(telling.detection == Detection::Automated),
        automated_decision: match telling.decision {
            Decision::Automated => AutomatedDecision::Fully,
            Decision::Partly => AutomatedDecision::Partially,
            Decision::Person => AutomatedDecision::Not,
        },
        puid: statement.id.to_string(),
        ..Words::default()
    };
    let explained = Some(statement.ground.clone());
    match &telling.basis {
        Basis::Legal(reference) => {
            words.decision_ground = Ground::Illegal;
            (words.illegal_content_legal_ground, words.illegal_content_explanation) =
                (Some(reference.clone()), explained);
        }
        Basis::Contractual(reference) => {
            words.decision_ground = Ground::Incompatible;
            (words.incompatible_content_ground, words.incompatible_content_explanation) =
                (Some(reference.clone()), explained);
        }
    }
    words.with_actions(actions)
}

/// Where it holds: the countries of its actions; of those without, the house's.
fn territory(actions: &[&Action], publishing: &Publishing) -> Vec<String> {
    let own: BTreeSet<&String> = actions.iter().flat_map(|action| &action.order.markets).collect();
    let everywhere = actions.iter().any(|action| action.order.markets.is_empty());
    let all = publishing.territory.iter().filter(|_| everywhere);
    own.into_iter().chain(all).collect::<BTreeSet<_>>().into_iter().cloned().collect()
}
