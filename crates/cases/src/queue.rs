//! What waits to be looked at, and what comes first.
//!
//! Harm a day is probability × (money at risk + safety severity) × exposure. Items are ordered by one number that is
//! computed once: `key = created_at − k · ln(harm)`, smaller first. An item that is e times as harmful stands where one would
//! stand that came `k` earlier; so everything comes to its turn, and nothing is ever sorted again.
//!
//! ```text
//!  enter ─► open ◄─────────── skipped, until a moment
//!            │ take, with a token         ▲
//!            ▼                            │ skip
//!          locked ─── judge, the newest token only ──► decided, or open again for a second person or a lead
//!  withdrawn: the listing is gone, or it was decided otherwise
//! ```

mod command;
mod harm;

pub use command::{Command, Event, Reviewer, apply, decide};
pub use harm::{Ageing, Risk};

use serde::{Deserialize, Serialize};

use crate::id::{DecisionId, GroupId, ItemId, PersonId, Subject};
use crate::lock::{self, Lock};
use crate::moment::{DAY, Moment};
use crate::review::{self, Review};
use crate::routing::Route;
use crate::sample::Stratum;

/// Longest time for which an item may be skipped, in microseconds: a week.
pub const SKIP_MAX: i64 = 7 * DAY;
/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// What it is about.
    pub subject: Subject,
    /// The decision that asked for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// Drawn by chance: the stratum, and with which probability. It is not shown to reviewers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Stratum>,
    /// Where it is counted, if screening asked for it by itself; chance draws some of those that nobody gets to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratum: Option<Stratum>,
    /// When the decision was made that asked for it; none: when it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Moment>,
    /// Why it matters.
    pub risk: Risk,
    /// Since when it waits.
    pub created_at: Moment,
    /// Its place in the order; smaller comes first.
    pub key: i64,
    /// Where it waits, and for whom.
    #[serde(flatten)]
    pub route: Route,
    /// Who has it in hand.
    #[serde(default)]
    pub lock: Lock,
    /// What was said.
    #[serde(default)]
    pub review: Review,
    /// Where it stands.
    pub stage: Stage,
}

/// Where an item stands, whether it is locked or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// It waits.
    Open,
    /// It waits, but not now.
    Skipped {
        /// Who skipped it.
        by: PersonId,
        /// Why.
        reason: String,
        /// From then on it is open.
        until: Moment,
    },
    /// There is a verdict.
    Decided {
        /// The group decision that served it, if one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
    },
    /// It needs no verdict any more.
    Withdrawn {
        /// Why.
        reason: String,
    },
}

/// What people see of an item at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Anybody who may can take it.
    Open,
    /// Somebody has it.
    Locked,
    /// Not now.
    Skipped,
    /// There is a verdict.
    Decided,
    /// It needs none.
    Withdrawn,
}

/// What is given of an item when it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: ItemId,
    /// What it is about.
    pub subject: Subject,
    /// The decision that asked for it.
    pub decision: Option<DecisionId>,
    /// Drawn by chance, from this stratum.
    pub drawn: Option<Stratum>,
    /// Where it is counted, if it is a review that screening asked for.
    pub stratum: Option<Stratum>,
    /// When that decision was made.
    pub decided_at: Option<Moment>,
    /// Why it matters.
    pub risk: Risk,
    /// Whose place it takes: of a sampled or golden item that of another that waits, else its own risk.
    pub place: Option<Risk>,
    /// Where it waits.
    pub route: Route,
    /// Golden, drawn for a second; nobody has judged yet. It becomes blind by itself if it is golden or a sample.
    pub review: Review,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is a verdict, or it needs none.
    #[error("the item is {0:?}, so that nothing is to be done")]
    Closed(State),
    /// It was skipped, and that is not over.
    #[error("the item was skipped until {0}")]
    Skipped(Moment),
    /// A skill is missing.
    #[error("the item needs the skill {0:?}")]
    Skill(String),
    /// Only a lead takes an item from somebody.
    #[error("only a lead takes an item from somebody")]
    NotLead,
    /// A reason is missing or too long.
    #[error("a reason is needed, of at most {REASON_CHARS_MAX} characters")]
    Reason,
    /// Skipped into the past or for too long.
    #[error("an item is skipped for longer than nothing and for at most a week")]
    Until,
    /// Of the lock.
    #[error(transparent)]
    Lock(#[from] lock::Refusal),
    /// Of the review.
    #[error(transparent)]
    Review(#[from] review::Refusal),
}

impl Item {
    /// An item that comes in. A sampled or golden one is blind, whatever was given.
    pub fn enter(entry: Entry, ageing: Ageing, now: Moment) -> Self {
        let Entry { id, subject, decision, drawn, stratum, decided_at, risk, place, route, review } = entry;
        let key = ageing.key(now, place.unwrap_or(risk));
        let (lock, stage) = (Lock::default(), Stage::Open);
        let blind = review.blind || review.golden.is_some() || drawn.is_some();
        let review = Review { blind, ..review };
        let created_at = now;
        Self { id, subject, decision, drawn, stratum, decided_at, risk, created_at, key, route, lock, review, stage }
    }

    /// The moment for which it counts: that of its decision.
    pub fn counts_at(&self) -> Moment {
        self.decided_at.unwrap_or(self.created_at)
    }

    /// What people see of it now.
    pub fn state(&self, now: Moment) -> State {
        match &self.stage {
            Stage::Decided { .. } => State::Decided,
            Stage::Withdrawn { .. } => State::Withdrawn,
            Stage::Skipped { until, .. } if now < *until => State::Skipped,
            Stage::Open | Stage::Skipped { .. } if self.lock.holder(now).is_some() => State::Locked,
            Stage::Open | Stage::Skipped { .. } => State::Open,
        }
    }

    /// Whether this person may take it now.
    ///
    /// # Errors
    /// A [`Refusal`] that says why not.
    pub fn may_take(&self, who: &Reviewer, now: Moment) -> Result<(), Refusal> {
        self.unclosed(now)?;
        if let (Stage::Skipped { until, .. }, State::Skipped) = (&self.stage, self.state(now)) {
            return Err(Refusal::Skipped(*until));
        }
        if let Some(skill) = self.route.skill.as_ref().filter(|skill| !who.skills.contains(*skill)) {
            return Err(Refusal::Skill(skill.clone()));
        }
        Ok(self.review.may_judge(who.id, who.lead)?)
    }

    /// # Errors
    /// [`Refusal::Closed`].
    fn unclosed(&self, now: Moment) -> Result<(), Refusal> {
        match self.state(now) {
            state @ (State::Decided | State::Withdrawn) => Err(Refusal::Closed(state)),
            State::Open | State::Locked | State::Skipped => Ok(()),
        }
    }
}

/// What this person should take next: of all that they may and nobody has, the first by key, then by id.
///
/// It looks at every item. A store that keeps an index of keys must give the same.
pub fn next<'i>(
    items: impl IntoIterator<Item = &'i Item>,
    queue: &str,
    who: &Reviewer,
    now: Moment,
) -> Option<&'i Item> {
    let waits =
        |item: &&Item| item.route.queue == queue && item.state(now) == State::Open && item.may_take(who, now).is_ok();
    items.into_iter().filter(waits).min_by_key(|item| (item.key, item.id))
}
