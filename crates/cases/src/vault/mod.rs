//! The vault of proof: what was accepted stays accepted, for whom and what it was accepted, until it ends.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use time::Date;
use uuid::Uuid;

use crate::enforcement::{Goods, Measure, Order, Scope};
use crate::id::{Hash, Listing, PersonId, Seller};
use crate::moment::Moment;

/// What a seller showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// A bill for the goods.
    Invoice,
    /// A letter of the brand.
    Authorisation,
}

/// For whom, what, where and how long proof holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorisation {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub seller: Seller,
    /// The brand's slug.
    pub brand: String,
    /// Kinds; empty: all.
    pub kinds: BTreeSet<String>,
    /// ISO countries; empty: everywhere.
    pub markets: BTreeSet<String>,
    /// Single listings by id, or goods by GTIN; empty: all of that brand and those kinds.
    pub goods: BTreeSet<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// What was shown.
    pub proof: Proof,
    /// The documents, by content.
    pub documents: BTreeSet<Hash>,
    /// Who accepted it.
    pub by: PersonId,
    /// When and why it was taken back.
    pub revoked: Option<(Moment, String)>,
}

/// A finding that did not stand: the same ground needs new evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleared {
    /// Of which goods or listing.
    pub scope: Scope,
    /// The reason code.
    pub reason: String,
    /// Everything that was seen then, by content.
    pub evidence: BTreeSet<Hash>,
    /// When.
    pub at: Moment,
}

/// Everything accepted and cleared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vault {
    /// Accepted proof.
    pub authorisations: Vec<Authorisation>,
    /// Findings that did not stand.
    pub cleared: Vec<Cleared>,
}

/// Why an action may not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// The reason code.
    pub reason: String,
    /// When it was cleared.
    pub since: Moment,
}

impl fmt::Display for Barred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, since } = self;
        write!(f, "`{reason}` was cleared for these goods at {since}, and nothing new was seen since")
    }
}

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To accept proof, and perhaps clear what it answers.
    Accept(Box<Authorisation>),
    /// To keep that a finding did not stand.
    Clear(Cleared),
    /// To take proof back.
    Revoke {
        /// Which.
        id: Uuid,
        /// Why.
        reason: String,
    },
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// Proof was accepted.
    Accepted(Box<Authorisation>),
    /// A finding did not stand.
    Cleared(Cleared),
    /// Proof was taken back.
    Revoked {
        /// Which.
        id: Uuid,
        /// When.
        at: Moment,
        /// Why.
        reason: String,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such proof, or it was there before.
    #[error("there is no such authorisation, or it is there already")]
    Unknown,
    /// Without a document.
    #[error("proof is a document")]
    NoDocument,
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Backwards,
    /// Without a word.
    #[error("say why")]
    NoReason,
    /// Not of goods.
    #[error("only findings about a listing or goods are cleared")]
    NotGoods,
}

/// What a command brings about.
///
/// # Errors
/// If it may not be.
pub fn decide(vault: &Vault, command: Command, now: Moment) -> Result<Vec<Event>, Refusal> {
    let find = |id: Uuid| vault.authorisations.iter().find(|each| each.id == id);
    match command {
        Command::Accept(each) if find(each.id).is_some() || each.revoked.is_some() => Err(Refusal::Unknown),
        Command::Accept(each) if each.documents.is_empty() => Err(Refusal::NoDocument),
        Command::Accept(each) if each.until < each.from => Err(Refusal::Backwards),
        Command::Accept(each) => Ok(vec![Event::Accepted(each)]),
        Command::Clear(cleared) if !matches!(cleared.scope, Scope::Listing(_) | Scope::Goods { .. }) => {
            Err(Refusal::NotGoods)
        }
        Command::Clear(cleared) => Ok(vec![Event::Cleared(cleared)]),
        Command::Revoke { reason, .. } if reason.trim().is_empty() => Err(Refusal::NoReason),
        Command::Revoke { id, reason } => match find(id).filter(|each| each.revoked.is_none()) {
            Some(_) => Ok(vec![Event::Revoked { id, at: now, reason }]),
            None => Err(Refusal::Unknown),
        },
    }
}

/// What an event changes.
#[must_use]
pub fn apply(mut vault: Vault, event: &Event) -> Vault {
    match event {
        Event::Accepted(each) => vault.authorisations.push((**each).clone()),
        Event::Cleared(cleared) => vault.cleared.push(cleared.clone()),
        Event::Revoked { id, at, reason } => {
            let found = vault.authorisations.iter_mut().filter(|each| each.id == *id);
            found.for_each(|each| each.revoked = Some((*at, reason.clone())));
        }
    }
    vault
}

/// What is asked of the vault: an offer of goods on a day.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Whose.
    pub listing: &'a Listing,
    /// Its GTIN, if it has one.
    pub gtin: Option<&'a str>,
    /// What it is.
    pub goods: &'a Goods,
    /// Where.
    pub market: &'a str,
    /// When.
    pub day: Date,
}

impl Authorisation {
    /// Whether it speaks for an offer.
    pub fn covers(&self, asked: Question<'_>) -> bool {
        let kind = || asked.goods.kind.as_ref().is_some_and(|kind| self.kinds.contains(kind));
        let named = || {
            let gtin = asked.gtin.is_some_and(|gtin| self.goods.contains(gtin));
            gtin || self.goods.contains(&asked.listing.listing_id)
        };
        self.revoked.is_none()
            && (self.from..=self.until).contains(&asked.day)
            && self.seller == asked.listing.seller
            && self.brand == asked.goods.brand
            && (self.kinds.is_empty() || kind())
            && (self.markets.is_empty() || self.markets.contains(asked.market))
            && (self.goods.is_empty() || named())
    }
}

impl Vault {
    /// The proof that speaks for an offer.
    pub fn authorised(&self, asked: Question<'_>) -> Option<&Authorisation> {
        self.authorisations.iter().find(|each| each.covers(asked))
    }

    /// Why an order may not be: its ground was cleared for the same goods, and nothing new was seen since.
    pub fn barred(&self, order: &Order, now: Moment) -> Option<Barred> {
        let concerns = |cleared: &&Cleared| {
            order.measure != Measure::Warn
                && cleared.at <= now
                && cleared.reason == order.reason
                && concerns(&cleared.scope, order)
        };
        let mut same = self.cleared.iter().filter(concerns).peekable();
        let last = same.peek()?.at;
        let seen: BTreeSet<Hash> = same.flat_map(|cleared| cleared.evidence.iter().copied()).collect();
        order.evidence.is_subset(&seen).then(|| Barred { reason: order.reason.clone(), since: last })
    }
}

/// Whether an order is about what was cleared, or a part of it.
fn concerns(cleared: &Scope, order: &Order) -> bool {
    match (cleared, &order.scope) {
        (Scope::Listing(cleared), Scope::Listing(listing)) => cleared == listing,
        (Scope::Goods { seller, goods }, Scope::Listing(listing)) => {
            *seller == listing.seller && order.goods.as_ref().is_some_and(|offered| goods.cover(offered))
        }
        (Scope::Goods { seller, goods }, Scope::Goods { seller: whose, goods: which }) => {
            seller == whose && goods.cover(which)
        }
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;
