//! An appeal: the seller reads, answers, shows proof; somebody who had no part in the first decision hears it.
//!
//! A reversal undoes the actions and leaves a label, which counts in the rule's precision and in the reviewer's record.
//! Nothing learns from it by itself.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::clocks::{Calendar, Period};
use crate::enforcement::{self, Actor, Ground, Order};
use crate::id::{ActionId, AppealId, Hash, PersonId};
use crate::ladder::Regime;
use crate::moment::Moment;

/// What an appeal is about, and who had a part in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contested {
    /// The actions that one statement told of.
    pub actions: BTreeSet<ActionId>,
    /// The account that may appeal.
    pub seller: PersonId,
    /// Who decided them.
    pub decided_by: Actor,
    /// Who approved them, if somebody had to.
    pub approved_by: Option<PersonId>,
    /// When the seller was told.
    pub told: Moment,
    /// First moment at which an appeal is too late.
    pub until: Moment,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it is undone.
    Reversed,
    /// All of it stands.
    Upheld,
    /// Some of it is undone, or something milder comes instead.
    Partly {
        /// What is undone.
        undone: BTreeSet<ActionId>,
        /// What comes instead.
        instead: Vec<Order>,
    },
}

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The seller may still appeal.
    Open,
    /// The seller has appealed.
    Filed {
        /// When.
        at: Moment,
    },
    /// It was decided.
    Decided {
        /// How.
        outcome: Outcome,
        /// By whom.
        by: PersonId,
        /// Why, as the seller is told.
        reasons: String,
        /// When.
        at: Moment,
    },
    /// The seller has taken it back.
    Withdrawn,
}

/// Whether a decision was right, as another person found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It stands.
    Right,
    /// It does not.
    Wrong,
    /// A part of it does.
    Partly,
}

/// What is remembered about whoever decided first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Of which actions.
    pub actions: BTreeSet<ActionId>,
    /// In whose record it counts: a rule's precision, or a reviewer's.
    pub of: Actor,
    /// What was found.
    pub verdict: Verdict,
    /// Who found it.
    pub by: PersonId,
    /// When.
    pub at: Moment,
}

/// An appeal, from the statement on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appeal {
    /// What it is about.
    pub contested: Contested,
    /// When the seller first read the statement.
    pub read: Option<Moment>,
    /// What the seller wrote.
    pub answers: Vec<(Moment, String)>,
    /// What the seller showed, by content.
    pub proof: BTreeSet<Hash>,
    /// Who hears it.
    pub heard_by: Option<PersonId>,
    /// Where it stands.
    pub status: Status,
}

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To let an appeal be possible, with the statement.
    Open(Contested),
    /// To read the statement.
    Read(PersonId),
    /// To answer.
    Answer(PersonId, String),
    /// To show proof.
    Show(PersonId, Hash),
    /// To appeal, saying why.
    File(PersonId, String),
    /// To take the appeal back.
    Withdraw(PersonId),
    /// To hear it, or have somebody hear it.
    Assign(PersonId),
    /// To decide it.
    Decide {
        /// Who.
        by: PersonId,
        /// How.
        outcome: Outcome,
        /// Why, as the seller is told.
        reasons: String,
    },
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An appeal became possible.
    Opened(Contested),
    /// The seller read the statement.
    Read {
        /// When.
        at: Moment,
    },
    /// The seller wrote something.
    Answered {
        /// When.
        at: Moment,
        /// What.
        text: String,
    },
    /// The seller showed something.
    Shown {
        /// What.
        proof: Hash,
    },
    /// Somebody hears it.
    Assigned {
        /// Who.
        to: PersonId,
    },
    /// It came to stand elsewhere.
    Turned {
        /// Where.
        status: Status,
    },
    /// What counts in the record of whoever decided first.
    Labelled(Label),
}

/// First moment at which an appeal is too late: the regime's months after the seller was told, where the calendar is.
/// None beyond the years a calendar has.
pub fn until(regime: &Regime, calendar: &Calendar, told: Moment) -> Option<Moment> {
    calendar.end(Period::Months(regime.appeal_months), false, told)
}

/// Characters that a seller may write at once, at most.
pub const ANSWER_CHARS_MAX: usize = 20_000;
/// Documents that a seller may show, at most.
pub const PROOF_MAX: usize = 100;

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is none, or there was one before.
    #[error("there is no such appeal, or it is not in a state for that")]
    NotNow,
    /// Somebody else's.
    #[error("only the seller whom it is about may do that")]
    NotYours,
    /// Too late.
    #[error("an appeal was possible until {0}")]
    TooLate(Moment),
    /// Had a part in it.
    #[error("whoever decided or approved it first does not hear the appeal")]
    HadAPart,
    /// Somebody else hears it.
    #[error("somebody else hears it")]
    NotAssigned,
    /// Without a word, or with too many.
    #[error("say why, in {ANSWER_CHARS_MAX} characters at most")]
    Words,
    /// Too much.
    #[error("{PROOF_MAX} documents at most")]
    TooMuch,
    /// It undoes nothing, everything, or something else.
    #[error("partly: undo some of the actions it is about, not all, or all with something milder instead")]
    NotPartly,
}

/// What a command brings about.
///
/// # Errors
/// If it may not be.
pub fn decide(state: Option<&Appeal>, command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    let (appeal, command) = match (state, command) {
        (None, Command::Open(contested)) if !contested.actions.is_empty() => return Ok(vec![Event::Opened(contested)]),
        (None, _) | (Some(_), Command::Open(_)) => return Err(Refusal::NotNow),
        (Some(appeal), command) => (appeal, command),
    };
    match command {
        Command::Assign(to) => {
            appeal.may_hear(to)?;
            appeal.filed()?;
            Ok(vec![Event::Assigned { to }])
        }
        Command::Decide { by, outcome, reasons } => appeal.decided(by, outcome, reasons, now),
        command => appeal.seller_does(command, now),
    }
}

impl Appeal {
    fn filed(&self) -> Result<(), Refusal> {
        if matches!(self.status, Status::Filed { .. }) { Ok(()) } else { Err(Refusal::NotNow) }
    }

    fn may_hear(&self, person: PersonId) -> Result<(), Refusal> {
        let Contested { seller, decided_by, approved_by, .. } = &self.contested;
        let part = [Some(*seller), decided_by.person(), *approved_by].contains(&Some(person));
        if part { Err(Refusal::HadAPart) } else { Ok(()) }
    }

    fn seller_does(&self, command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
        let (Command::Read(by)
        | Command::Answer(by, _)
        | Command::Show(by, _)
        | Command::File(by, _)
        | Command::Withdraw(by)) = &command
        else {
            return Err(Refusal::NotNow);
        };
        if *by != self.contested.seller {
            return Err(Refusal::NotYours);
        }
        let over = matches!(self.status, Status::Decided { .. } | Status::Withdrawn);
        match command {
            Command::Read(_) => Ok(self.read.is_none().then_some(Event::Read { at: now }).into_iter().collect()),
            _ if over => Err(Refusal::NotNow),
            Command::Show(_, proof) => {
                let fits = self.proof.contains(&proof) || self.proof.len() < PROOF_MAX;
                fits.then(|| vec![Event::Shown { proof }]).ok_or(Refusal::TooMuch)
            }
            Command::Answer(_, text) => Ok(vec![Event::Answered { at: now, text: worded(text)? }]),
            Command::File(_, text) => self.file(worded(text)?, now),
            _ => {
                self.filed()?;
                Ok(vec![Event::Turned { status: Status::Withdrawn }])
            }
        }
    }

    fn file(&self, text: String, now: Moment) -> Result<Vec<Event>, Refusal> {
        match self.status {
            Status::Open if now >= self.contested.until => Err(Refusal::TooLate(self.contested.until)),
            Status::Open => {
                Ok(vec![Event::Answered { at: now, text }, Event::Turned { status: Status::Filed { at: now } }])
            }
            _ => Err(Refusal::NotNow),
        }
    }

    fn decided(&self, by: PersonId, outcome: Outcome, reasons: String, at: Moment) -> Result<Vec<Event>, Refusal> {
        self.filed()?;
        self.may_hear(by)?;
        if self.heard_by.is_some_and(|person| person != by) {
            return Err(Refusal::NotAssigned);
        }
        let reasons = worded(reasons)?;
        let actions = &self.contested.actions;
        let verdict = match &outcome {
            Outcome::Reversed => Verdict::Wrong,
            Outcome::Upheld => Verdict::Right,
            Outcome::Partly { undone, instead } => {
                let part = undone.is_subset(actions) && !undone.is_empty();
                if !part || (undone == actions && instead.is_empty()) {
                    return Err(Refusal::NotPartly);
                }
                Verdict::Partly
            }
        };
        let of = self.contested.decided_by.clone();
        let label = Label { actions: actions.clone(), of, verdict, by, at };
        Ok(vec![Event::Turned { status: Status::Decided { outcome, by, reasons, at } }, Event::Labelled(label)])
    }

    /// What enforcement has to do once it is decided: to undo, and then to impose what comes instead.
    pub fn undo(&self, id: AppealId) -> Option<enforcement::Command> {
        let Status::Decided { outcome, by, reasons, .. } = &self.status else { return None };
        let actions = match outcome {
            Outcome::Upheld => return None,
            Outcome::Reversed => &self.contested.actions,
            Outcome::Partly { undone, .. } => undone,
        };
        let (actor, ground) = (Actor::Person(*by), Ground::Appeal(id));
        let actions = actions.iter().copied().collect();
        Some(enforcement::Command::Undo { actions, actor, ground, reason: reasons.clone() })
    }
}

fn worded(text: String) -> Result<String, Refusal> {
    let fits = !text.trim().is_empty() && text.chars().count() <= ANSWER_CHARS_MAX;
    if fits { Ok(text) } else { Err(Refusal::Words) }
}

/// What an event changes.
#[must_use]
pub fn apply(state: Option<Appeal>, event: &Event) -> Option<Appeal> {
    if let Event::Opened(contested) = event {
        let (answers, proof) = (Vec::new(), BTreeSet::new());
        let contested = contested.clone();
        return Some(Appeal { contested, read: None, answers, proof, heard_by: None, status: Status::Open });
    }
    let mut appeal = state?;
    match event {
        Event::Read { at } => appeal.read = Some(*at),
        Event::Answered { at, text } => appeal.answers.push((*at, text.clone())),
        Event::Shown { proof } => drop(appeal.proof.insert(*proof)),
        Event::Assigned { to } => appeal.heard_by = Some(*to),
        Event::Turned { status } => appeal.status = status.clone(),
        Event::Opened(_) | Event::Labelled(_) => {}
    }
    Some(appeal)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;
