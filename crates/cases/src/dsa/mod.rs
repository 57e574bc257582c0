//! Statements for the DSA Transparency Database of the European Commission, in the second version of its schema, in
//! force since 2025-07-01: built, and checked before they leave.
//!
//! Source: the database's own API documentation and attribute explanations. At most 100 statements are sent in a call;
//! one that is wrong makes the whole call fail, so none that is wrong is sent.

mod check;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use check::{Fault, check, read};
pub use words::{
    Account, AccountType, AutomatedDecision, Category, ContentType, Ground, Keyword, Monetary, Provision, SourceType,
    Visibility, YesNo,
};

use crate::enforcement::{Action, Measure};

/// Statements in one call, at most.
pub const CALL_MAX: usize = 100;
/// The only identifier of content that is taken.
pub const EAN_13: &str = "EAN-13";

/// A statement as it is sent. Fields that are none are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "the names are the schema's")]
pub struct Record {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decision_visibility: Vec<Visibility>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_visibility_other: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date_visibility_restriction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_monetary: Option<Monetary>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_monetary_other: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date_monetary_restriction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_provision: Option<Provision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date_service_restriction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_account: Option<Account>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date_account_restriction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_type: Option<AccountType>,
    pub decision_facts: String,
    pub decision_ground: Ground,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_ground_reference_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub illegal_content_legal_ground: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub illegal_content_explanation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incompatible_content_ground: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incompatible_content_explanation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incompatible_content_illegal: Option<YesNo>,
    pub content_type: Vec<ContentType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type_other: Option<String>,
    pub category: Category,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category_addition: Vec<Category>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub category_specification: Vec<Keyword>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_specification_other: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub content_id: BTreeMap<String, String>,
    pub territorial_scope: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    pub content_date: String,
    pub application_date: String,
    pub source_type: SourceType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    pub automated_detection: YesNo,
    pub automated_decision: AutomatedDecision,
    pub puid: String,
}

/// A call's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its statements.
    pub statements: Vec<Record>,
}

impl Record {
    /// Says what actions do, in the database's words; a part of it that none of them touches stays empty.
    #[must_use]
    pub fn with_actions(mut self, actions: &[&Action]) -> Self {
        for action in actions {
            self.add(action);
        }
        let first = actions.iter().map(|action| action.from).min();
        self.application_date = first.map(day).unwrap_or_default();
        self
    }

    fn add(&mut self, action: &Action) {
        let end = action.order.end.map(day);
        let seen = match action.order.measure {
            Measure::Remove => Some(Visibility::Removed),
            Measure::Hide | Measure::Hold => Some(Visibility::Disabled),
            Measure::Demote => Some(Visibility::Demoted),
            _ => None,
        };
        if let Some(seen) = seen.filter(|seen| !self.decision_visibility.contains(seen)) {
            self.decision_visibility.push(seen);
            self.end_date_visibility_restriction = end.clone();
        }
        match action.order.measure {
            Measure::Freeze(_) => {
                (self.decision_monetary, self.end_date_monetary_restriction) = (Some(Monetary::Suspension), end);
            }
            Measure::ListingBan => {
                self.decision_provision = Some(Provision::PartialSuspension);
                self.end_date_service_restriction = end;
            }
            Measure::Suspend if self.decision_account.is_none() => {
                (self.decision_account, self.end_date_account_restriction) = (Some(Account::Suspended), end);
            }
            Measure::Close => {
                (self.decision_account, self.end_date_account_restriction) = (Some(Account::Terminated), None);
            }
            _ => {}
        }
    }
}

/// The day of a moment, UTC, as the database writes it.
fn day(at: crate::moment::Moment) -> String {
    at.date_time().map(|at| at.date().to_string()).unwrap_or_default()
}

/// What was refused: the place in the list, the puid, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Place in the list, from 0.
    pub at: usize,
    /// Its puid.
    pub puid: String,
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

/// Calls of those that may leave, and those that may not. `sent` are the puids of earlier calls; `private` is what must
/// not be told in public, as names and ids of sellers.
pub fn calls(records: Vec<Record>, sent: &BTreeSet<String>, private: &[&str]) -> (Vec<Call>, Vec<Refused>) {
    let (mut good, mut refused, mut here) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (at, record) in records.into_iter().enumerate() {
        let mut faults = check(&record, private);
        if sent.contains(&record.puid) || !here.insert(record.puid.clone()) {
            faults.push(Fault::new("puid", "was used before"));
        }
        match faults.is_empty() {
            true => good.push(record),
            false => refused.push(Refused { at, puid: record.puid, faults }),
        }
    }
    let calls = good.chunks(CALL_MAX).map(|chunk| Call { statements: chunk.to_vec() });
    (calls.collect(), refused)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;
