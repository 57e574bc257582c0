//! The kill switch: nothing acts by itself any more, by one rule or at all. What people do goes on, and what stands stays.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::action::Actor;
use crate::id::PersonId;
use crate::moment::Moment;

/// Who stopped it, when and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Who.
    pub by: PersonId,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

/// What is stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// Everything.
    pub all: Option<Stop>,
    /// Single rules.
    pub rules: BTreeMap<String, Stop>,
}

/// What somebody wants; without a rule, for everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Stop.
    Off(Option<String>),
    /// Let go on.
    On(Option<String>),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Turned {
    /// Stopped.
    Off {
        /// Which rule; none: all.
        rule: Option<String>,
        /// Who, when, why.
        stop: Stop,
    },
    /// Goes on.
    On {
        /// Which rule; none: all.
        rule: Option<String>,
        /// Who, when, why.
        stop: Stop,
    },
}

/// Nothing to turn, or no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotTurned {
    /// As it is.
    #[error("it is so already")]
    Already,
    /// Without a word.
    #[error("say why")]
    NoReason,
}

impl Switch {
    /// Whether this actor may not act.
    pub fn stops(&self, actor: &Actor) -> bool {
        match actor {
            Actor::Person(_) => false,
            Actor::Ladder => self.all.is_some(),
            Actor::Rule(rule) => self.all.is_some() || self.rules.contains_key(rule),
        }
    }

    fn is_off(&self, rule: Option<&String>) -> bool {
        rule.map_or(self.all.is_some(), |rule| self.rules.contains_key(rule))
    }
}

/// What turning it brings about.
///
/// # Errors
/// If it is so already, or nobody says why.
pub fn decide(switch: &Switch, turn: Turn, stop: Stop) -> Result<Vec<Turned>, NotTurned> {
    if stop.reason.trim().is_empty() {
        return Err(NotTurned::NoReason);
    }
    match turn {
        Turn::Off(rule) if !switch.is_off(rule.as_ref()) => Ok(vec![Turned::Off { rule, stop }]),
        Turn::On(rule) if switch.is_off(rule.as_ref()) => Ok(vec![Turned::On { rule, stop }]),
        _ => Err(NotTurned::Already),
    }
}

/// What an event changes.
#[must_use]
pub fn apply(mut switch: Switch, event: &Turned) -> Switch {
    match event {
        Turned::Off { rule: Some(rule), stop } => drop(switch.rules.insert(rule.clone(), stop.clone())),
        Turned::Off { rule: None, stop } => switch.all = Some(stop.clone()),
        Turned::On { rule: Some(rule), .. } => drop(switch.rules.remove(rule)),
        Turned::On { rule: None, .. } => switch.all = None,
    }
    switch
}
