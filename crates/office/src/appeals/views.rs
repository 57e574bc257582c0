//! What staff and sellers see of an appeal. A seller is not told who decided, approved or hears it.

use serde::Serialize;
use touchstone_cases::appeal::{Outcome, Status};
use touchstone_cases::clocks::{self, Running};
use touchstone_cases::moment::Moment;

use super::{Heard, stage};

/// An appeal.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Appeal)]
pub struct AppealView {
    /// Its id, which is the statement's.
    pub appeal_id: String,
    /// The actions it is about.
    pub actions: Vec<String>,
    /// When the seller was told, RFC 3339.
    pub told_at: String,
    /// First moment at which an appeal is too late, RFC 3339.
    pub until: String,
    /// `open`, `filed`, `decided` or `withdrawn`.
    pub status: &'static str,
    /// What the seller wrote.
    pub answers: Vec<AnswerView>,
    /// What the seller showed, by content.
    pub proof: Vec<String>,
    /// `reversed`, `upheld` or `partly`, once it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<&'static str>,
    /// Why, once it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<String>,
    /// By when it is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockView>,
    /// Staff only: whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller_id: Option<String>,
    /// Staff only: the shop's marketplace; empty where listings do not say theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// Staff only: who hears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard_by: Option<String>,
}

/// What a seller wrote.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = AppealAnswer)]
pub struct AnswerView {
    /// When, RFC 3339.
    pub at: String,
    /// What.
    pub text: String,
}

/// By when something is done, and what happens if it is not.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Clock)]
pub struct ClockView {
    /// Which clock.
    pub clock: String,
    /// What it stands on.
    pub source: String,
    /// First moment that is too late, RFC 3339.
    pub due: String,
    /// `runs`, `warned`, `breached` or `stopped`.
    #[schema(value_type = String)]
    pub status: clocks::Status,
    /// What happens if it is missed.
    pub missed: String,
}

/// A clock as it is told.
pub fn clock_view(running: &Running, now: Moment) -> ClockView {
    let clocks::Answer { clock, source, due, status, missed } = running.answer(now);
    ClockView {
        clock: clock.to_owned(),
        source: source.to_owned(),
        due: due.to_string(),
        status,
        missed: missed.to_owned(),
    }
}

/// An appeal as staff, or the seller, sees it.
pub fn appeal_view(heard: &Heard, now: Moment, staff: bool) -> AppealView {
    let appeal = &heard.appeal;
    let (outcome, reasons) = match &appeal.status {
        Status::Decided { outcome, reasons, .. } => (Some(outcome_name(outcome)), Some(reasons.clone())),
        _ => (None, None),
    };
    let answer = |(at, text): &(Moment, String)| AnswerView { at: at.to_string(), text: text.clone() };
    AppealView {
        appeal_id: heard.id.to_string(),
        actions: appeal.contested.actions.iter().map(ToString::to_string).collect(),
        told_at: appeal.contested.told.to_string(),
        until: appeal.contested.until.to_string(),
        status: stage(appeal),
        answers: appeal.answers.iter().map(answer).collect(),
        proof: appeal.proof.iter().map(ToString::to_string).collect(),
        outcome,
        reasons,
        clock: heard.clock.as_ref().map(|running| clock_view(running, now)),
        seller_id: staff.then(|| heard.seller.seller_id.clone()),
        marketplace: staff.then(|| heard.seller.marketplace.clone()),
        heard_by: appeal.heard_by.filter(|_| staff).map(|person| person.to_string()),
    }
}

fn outcome_name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Reversed => "reversed",
        Outcome::Upheld => "upheld",
        Outcome::Partly { .. } => "partly",
    }
}
