//! All actions on a seller and its goods, or on goods of a marketplace, with what became of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::action::{Action, Actor};
use crate::id::{ActionId, AppealId, Seller};
use crate::moment::Moment;

/// Why an action is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// An appeal succeeded.
    Appeal(AppealId),
    /// Proof was accepted.
    Proof,
    /// It should not have been.
    Mistake,
    /// A person let it be.
    Leniency,
}

/// Why a consequence waits for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// It needs a second pair of eyes.
    Approval,
    /// The kill switch is on.
    Stopped,
}

/// What became of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It stands.
    Stands,
    /// It does not hold before somebody confirms it.
    Waits(Waiting),
    /// Somebody undid it.
    Undone {
        /// When.
        at: Moment,
        /// Who.
        by: Actor,
        /// Why.
        ground: Ground,
        /// In words.
        reason: String,
    },
    /// What it followed from stands no more.
    Fallen {
        /// When.
        at: Moment,
    },
}

/// An action and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// As imposed.
    pub action: Action,
    /// What became of it.
    pub fate: Fate,
    /// Its end was told.
    #[serde(default)]
    pub told: bool,
}

/// Why an action holds no more without anybody's doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Its time is over.
    Over,
    /// The points it stood on have expired.
    PointsExpired,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An action began, or will.
    Imposed {
        /// The action.
        action: Box<Action>,
        /// Set if it waits for a person first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waits: Option<Waiting>,
    },
    /// A consequence that waited was confirmed.
    Confirmed {
        /// Which.
        action: ActionId,
        /// By whom.
        by: Actor,
        /// First moment at which it holds.
        from: Moment,
        /// First moment at which it holds no more.
        end: Option<Moment>,
    },
    /// An action was undone.
    Undone {
        /// Which.
        action: ActionId,
        /// When.
        at: Moment,
        /// By whom.
        by: Actor,
        /// Why.
        ground: Ground,
        /// In words.
        reason: String,
    },
    /// A consequence fell with what it followed from.
    Fell {
        /// Which.
        action: ActionId,
        /// When.
        at: Moment,
    },
    /// An action came to its end.
    Ended {
        /// Which.
        action: ActionId,
        /// Why.
        why: Ending,
    },
}

/// The actions, by id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Every action there ever was.
    pub records: BTreeMap<ActionId, Record>,
}

impl Standing {
    /// Actions that stand, whether they have begun, are in force, or are over.
    pub fn stands(&self) -> impl Iterator<Item = &Action> {
        self.records.values().filter(|record| record.fate == Fate::Stands).map(|record| &record.action)
    }

    /// What somebody or a rule decided about a seller, and still stands.
    pub(super) fn decided<'a>(&'a self, seller: &'a Seller) -> impl Iterator<Item = &'a Action> {
        self.stands().filter(move |action| action.cause.is_none() && action.order.scope.seller() == Some(seller))
    }

    /// Whether a person lifted a consequence of that incident: then it has none any more.
    pub(super) fn is_forgiven(&self, incident: Uuid, seller: &Seller) -> bool {
        let lifted = |record: &&Record| matches!(record.fate, Fate::Undone { .. });
        self.records.values().filter(lifted).any(|record| {
            let action = &record.action;
            action.cause.is_some_and(|cause| cause.incident == incident) && action.order.scope.seller() == Some(seller)
        })
    }
}

/// What an event changes.
#[must_use]
pub fn apply(mut standing: Standing, event: &Event) -> Standing {
    match event {
        Event::Imposed { action, waits } => {
            let fate = waits.map_or(Fate::Stands, Fate::Waits);
            standing.records.insert(action.id(), Record { action: (**action).clone(), fate, told: false });
        }
        Event::Confirmed { action, from, end, .. } => change(&mut standing, *action, |record| {
            record.fate = Fate::Stands;
            record.action.from = *from;
            record.action.order.end = *end;
        }),
        Event::Undone { action, at, by, ground, reason } => change(&mut standing, *action, |record| {
            let (by, ground, reason) = (by.clone(), ground.clone(), reason.clone());
            record.fate = Fate::Undone { at: *at, by, ground, reason };
        }),
        Event::Fell { action, at } => change(&mut standing, *action, |record| record.fate = Fate::Fallen { at: *at }),
        Event::Ended { action, .. } => change(&mut standing, *action, |record| record.told = true),
    }
    standing
}

fn change(standing: &mut Standing, action: ActionId, how: impl FnOnce(&mut Record)) {
    if let Some(record) = standing.records.get_mut(&action) {
        how(record);
    }
}
