//! Items that look the same, and one decision for all of them.
//!
//! ```text
//!  gather ─► preview: served · left out, and why · hash ─► decide with that hash ─► served items are judged
//! ```
//!
//! A group decision touches exactly what its preview showed. It carries the preview's hash; if meanwhile a listing
//! changed, an item was taken or decided, or another one could be served now, the hash is another one, and the decision
//! is refused. Where a group spans sellers, each seller must be confirmed by name, also the first one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::id::{GroupId, Hash, ItemId, PersonId, Seller, Version};
use crate::moment::Moment;
use crate::queue::{Item, REASON_CHARS_MAX, Reviewer, State};
use crate::review::{Judgement, Verdict};
use crate::share::Ppb;

/// Most items of one group.
pub const MEMBERS_MAX: usize = 1_000;

/// An item of a group, and the listing as it was when it was found to be alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// The item.
    pub item: ItemId,
    /// The listing it is about, as it was.
    pub version: Version,
}

/// Items that look the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its items, by id.
    pub members: Vec<Member>,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
}

/// A decision for a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// What was said of each.
    pub judgement: Judgement,
    /// Items that it serves.
    pub served: Vec<ItemId>,
    /// Items that it does not touch.
    pub left_out: Vec<LeftOut>,
    /// The preview it stands on.
    pub preview: Hash,
}

/// An item that a decision does not touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Which.
    pub item: ItemId,
    /// The listing it is about.
    pub version: Version,
    /// Why.
    pub why: Why,
}

/// Why an item is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Its seller is one of several, and was not confirmed.
    NotConfirmed,
    /// Somebody has it in hand.
    Locked {
        /// Who.
        by: PersonId,
    },
    /// The listing is another one now.
    Changed,
    /// The listing or its item is gone.
    Gone,
    /// It was decided, withdrawn or skipped.
    Closed {
        /// How it stands.
        state: State,
    },
    /// This person may not judge it.
    NotTheirs {
        /// Why.
        refusal: String,
    },
}

/// An item as it is now.
#[derive(Debug, Clone, Copy)]
pub struct Current<'i> {
    /// The item.
    pub item: &'i Item,
    /// What the listing's content is now; none if it is gone.
    pub content: Option<Hash>,
}

/// What a decision would touch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// What it serves.
    pub served: Vec<Served>,
    /// What it does not touch.
    pub left_out: Vec<LeftOut>,
    /// All sellers of the group, with how many items each has in it; to be confirmed one by one if there are several.
    pub sellers: Vec<(Seller, usize)>,
    /// To be sent with the decision.
    pub hash: Hash,
}

/// An item that a decision serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// Which.
    pub item: ItemId,
    /// The listing it is about.
    pub version: Version,
    /// It was drawn for a second review, which the decision does not spare.
    pub second: bool,
}

/// What is to be decided of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who decides.
    pub who: Reviewer,
    /// What they say of each; `by` and `at` are set here.
    pub judgement: Judgement,
    /// Sellers that were confirmed by name.
    pub confirmed: BTreeSet<Seller>,
}

/// What can be asked of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Decide, as the preview showed.
    Decide {
        /// What.
        order: Order,
        /// The preview's hash.
        preview: Hash,
    },
    /// Take it back, all of it.
    Undo {
        /// Who.
        by: PersonId,
        /// Why.
        reason: String,
    },
}

/// What happened to a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// One decision for many. Each served item is to be [served](crate::queue::Command::Serve) in the same change.
    Decided(Decided),
    /// It was taken back. Each served item is to be [reopened](crate::queue::Command::Reopen) in the same change.
    Undone {
        /// Who.
        by: PersonId,
        /// Why.
        reason: String,
        /// Items that it had served.
        served: Vec<ItemId>,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// What would be touched is not what was shown.
    #[error("the group is not what its preview showed; look at the preview {now} before deciding")]
    Stale {
        /// The hash that the preview has now.
        now: Hash,
    },
    /// Nothing is left to serve.
    #[error("the decision would serve no item")]
    Nothing,
    /// There is a decision.
    #[error("the group is decided; undo that first, or gather a new one")]
    Decided,
    /// There is none.
    #[error("the group is not decided")]
    NotDecided,
    /// A reason is missing or too long.
    #[error("a reason is needed, of at most {REASON_CHARS_MAX} characters")]
    Reason,
}

/// Groups an item with those that are near-identical to it; nearness to each other does not count, so that a chain of
/// small differences does not join what is unlike.
///
/// Of more than [`MEMBERS_MAX`] the likest are taken, ties by item.
pub fn gather(id: GroupId, first: Member, others: impl IntoIterator<Item = (Member, Ppb)>, at_least: Ppb) -> Group {
    let mut near: Vec<_> =
        others.into_iter().filter(|(other, likeness)| *likeness >= at_least && *other != first).collect();
    near.sort_by(|(a, near_a), (b, near_b)| near_b.cmp(near_a).then_with(|| a.cmp(b)));
    let mut members: Vec<Member> = [first].into_iter().chain(near.into_iter().map(|(member, _)| member)).collect();
    members.truncate(MEMBERS_MAX);
    members.sort();
    members.dedup_by_key(|member| member.item);
    Group { id, members, decided: None }
}

/// What a decision would touch, looking up each item as it is now; none if it is gone.
pub fn preview<'i>(group: &Group, order: &Order, look: impl Fn(ItemId) -> Option<Current<'i>>, now: Moment) -> Preview {
    let sellers = sellers(group);
    let confirmed = |seller: &Seller| sellers.len() == 1 || order.confirmed.contains(seller);
    let (mut served, mut left_out) = (Vec::new(), Vec::new());
    for Member { item, version } in &group.members {
        let current = look(*item);
        match obstacle(version, current, &order.who, now) {
            _ if !confirmed(&version.listing.seller) => left_out.push((item, version, Why::NotConfirmed)),
            Some(why) => left_out.push((item, version, why)),
            None => {
                let second = current.is_some_and(|current| current.item.review.second);
                served.push(Served { item: *item, version: version.clone(), second });
            }
        }
    }
    let left_out =
        left_out.into_iter().map(|(item, version, why)| LeftOut { item: *item, version: version.clone(), why });
    let hash = hash(group.id, order, &served);
    Preview { left_out: left_out.collect(), sellers: sellers.into_iter().collect(), hash, served }
}

fn sellers(group: &Group) -> BTreeMap<Seller, usize> {
    let mut sellers = BTreeMap::new();
    for member in &group.members {
        *sellers.entry(member.version.listing.seller.clone()).or_default() += 1;
    }
    sellers
}

/// Why this person cannot decide on an item of a group now.
fn obstacle(version: &Version, current: Option<Current<'_>>, who: &Reviewer, now: Moment) -> Option<Why> {
    let Some(Current { item, content: Some(content) }) = current else { return Some(Why::Gone) };
    let state = item.state(now);
    match (state, item.lock.holder(now)) {
        (State::Decided | State::Withdrawn | State::Skipped, _) => Some(Why::Closed { state }),
        (_, Some(held)) if held.by != who.id => Some(Why::Locked { by: held.by }),
        _ if content != version.content => Some(Why::Changed),
        _ => item.may_take(who, now).err().map(|refusal| Why::NotTheirs { refusal: refusal.to_string() }),
    }
}

/// SHA-256 of what is decided and of what it serves, each part after its length.
fn hash(group: GroupId, order: &Order, served: &[Served]) -> Hash {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    add(group.0.as_bytes());
    let Judgement { verdict, class, reason, .. } = &order.judgement;
    add(match verdict {
        Verdict::Fake => b"fake",
        Verdict::Genuine => b"genuine",
        Verdict::Unsure => b"unsure",
    });
    add(class.as_bytes());
    add(reason.as_bytes());
    for Served { item, version: Version { listing, content }, second } in served {
        add(item.0.as_bytes());
        add(listing.seller.marketplace.as_bytes());
        add(listing.seller.seller_id.as_bytes());
        add(listing.listing_id.as_bytes());
        add(&content.0);
        add(&[u8::from(*second)]);
    }
    Hash(hash.finalize().into())
}

/// What a command brings about.
///
/// # Errors
/// A [`Refusal`] that says why not, and changes nothing.
pub fn decide<'i>(
    group: &Group,
    command: Command,
    look: impl Fn(ItemId) -> Option<Current<'i>>,
    now: Moment,
) -> Result<Event, Refusal> {
    match (command, &group.decided) {
        (Command::Decide { .. }, Some(_)) => Err(Refusal::Decided),
        (Command::Undo { .. }, None) => Err(Refusal::NotDecided),
        (Command::Decide { order, preview: seen }, None) => decided(group, order, seen, look, now),
        (Command::Undo { by, reason }, Some(decided)) => {
            let fits = !reason.trim().is_empty() && reason.chars().count() <= REASON_CHARS_MAX;
            let served = decided.served.clone();
            if fits { Ok(Event::Undone { by, reason, served }) } else { Err(Refusal::Reason) }
        }
    }
}

fn decided<'i>(
    group: &Group,
    order: Order,
    seen: Hash,
    look: impl Fn(ItemId) -> Option<Current<'i>>,
    now: Moment,
) -> Result<Event, Refusal> {
    let Preview { served, left_out, hash, .. } = preview(group, &order, look, now);
    if hash != seen {
        return Err(Refusal::Stale { now: hash });
    }
    if served.is_empty() {
        return Err(Refusal::Nothing);
    }
    let judgement = Judgement { by: order.who.id, at: now, ..order.judgement };
    let served = served.into_iter().map(|served| served.item).collect();
    Ok(Event::Decided(Decided { judgement, served, left_out, preview: hash }))
}

/// What an event changes.
pub fn apply(group: &mut Group, event: &Event) {
    group.decided = match event {
        Event::Decided(decided) => Some(decided.clone()),
        Event::Undone { .. } => None,
    };
}
