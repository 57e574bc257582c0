//! To judge and to act in one change: what is settled as a fake is taken off sale, with the listing as it was as evidence.
//! What was done hangs on the judgement, so that taking it back takes back both.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use touchstone_audit::Hash;
use touchstone_cases::enforcement::{Exception, Ground, Measure, ORDERS_MAX, Order, Scope, Severity};
use touchstone_cases::group::{self, Group};
use touchstone_cases::id::{ActionId, GroupId, ItemId, Seller, Subject, Version};
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{self, Item};
use touchstone_store::Found;
use uuid::Uuid;

use crate::act::{Act, ActError, no};
use crate::enforcement::{self, Done, Imposing};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;
use crate::statements::Telling;
use crate::{groups, items};

/// What is done with each listing that is a fake.
#[derive(Debug, Clone)]
pub struct Doing {
    /// A UUID of version 7, drawn once: ids of actions follow from it, so that what a second person agreed to is the same
    /// when it is asked for again.
    pub seed: Uuid,
    /// What; about goods, not about accounts.
    pub measure: Measure,
    /// First moment at which it holds no more; none: until it is undone.
    pub end: Option<Moment>,
    /// ISO countries in which it holds; empty: everywhere.
    pub markets: BTreeSet<String>,
    /// Reason code.
    pub reason: String,
    /// How grave.
    pub severity: Severity,
    /// The text of the policy or law it stands on.
    pub policy: String,
    /// Why no warning or notice comes first.
    pub exception: Option<Exception>,
    /// Chance of 2³² for the delay of account consequences.
    pub draw: u32,
    /// What sellers are told.
    pub telling: Telling,
}

/// What was done because of a judgement, under the id of the group or item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acted {
    /// The group's or the item's.
    pub of: Uuid,
    /// What was done, and because of which item.
    pub actions: Vec<(ItemId, ActionId)>,
}

impl Record for Acted {
    const KIND: &'static str = "acted";

    fn id(&self) -> String {
        self.of.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        Vec::new()
    }
}

/// Decides for a group and does something about each listing that is a fake by that; or takes both back.
///
/// # Errors
/// Whatever the group, an item or enforcement refuses; nothing has changed then.
pub async fn group(
    act: &Act<'_>,
    book: &Rulebook,
    id: GroupId,
    command: group::Command,
    doing: Option<Doing>,
) -> Result<(Group, Vec<Item>, Done), ActError> {
    let undone = match &command {
        group::Command::Undo { reason, .. } => take_back(act, book, (id.0, None), reason).await?,
        group::Command::Decide { .. } => Done::default(),
    };
    let (group, served) = groups::command(act, id, command).await?;
    let mut done = undone;
    if let Some(doing) = doing {
        done.and(carry_out(act, book, id.0, &served, doing).await?);
    }
    Ok((group, served, done))
}

/// Does something with an item, and about its listing if it is a fake by that; an item that is reopened takes back what
/// was done.
///
/// # Errors
/// Whatever the queue or enforcement refuses; nothing has changed then.
pub async fn item(
    act: &Act<'_>,
    book: &Rulebook,
    id: ItemId,
    command: queue::Command,
    doing: Option<Doing>,
) -> Result<(Item, Done), ActError> {
    let mut done = Done::default();
    if let queue::Command::Reopen { reason } = &command {
        for of in judged_by(&act.get::<Item>(&id.to_string()).await?) {
            done.and(take_back(act, book, (of, Some(id)), reason).await?);
        }
    }
    let item = items::command(act, id, command).await?;
    if let Some(doing) = doing {
        done.and(carry_out(act, book, id.0, std::slice::from_ref(&item), doing).await?);
    }
    Ok((item, done))
}

/// Under which ids something may hang on an item's judgement.
fn judged_by(item: &Item) -> Vec<Uuid> {
    let group = match item.stage {
        queue::Stage::Decided { group } => group.map(|group| group.0),
        _ => None,
    };
    [item.id.0].into_iter().chain(group).collect()
}

/// Takes back what was done because of a judgement, for one item or all, and still stands.
async fn take_back(
    act: &Act<'_>,
    book: &Rulebook,
    (of, only): (Uuid, Option<ItemId>),
    reason: &str,
) -> Result<Done, ActError> {
    let Some(acted) = act.look::<Acted>(&of.to_string()).await? else { return Ok(Done::default()) };
    let (back, rest): (Vec<_>, Vec<_>) =
        acted.actions.into_iter().partition(|(item, _)| only.is_none_or(|only| only == *item));
    let back: Vec<ActionId> = back.into_iter().map(|(_, action)| action).collect();
    let done = enforcement::undo_open(act, book, &back, (Ground::Mistake, reason.to_owned())).await?;
    act.put(&Acted { of, actions: rest }).await?;
    Ok(done)
}

/// Refuses to take back a group's judgement alone while something that was done because of it was not taken back.
pub(crate) async fn group_is_free(act: &Act<'_>, id: GroupId) -> Result<(), ActError> {
    free(act, id.0, None).await
}

/// The same of one item.
pub(crate) async fn item_is_free(act: &Act<'_>, item: &Item) -> Result<(), ActError> {
    for of in judged_by(item) {
        free(act, of, Some(item.id)).await?;
    }
    Ok(())
}

async fn free(act: &Act<'_>, of: Uuid, only: Option<ItemId>) -> Result<(), ActError> {
    let Some(acted) = act.look::<Acted>(&of.to_string()).await? else { return Ok(()) };
    let hangs = acted.actions.iter().any(|(item, _)| only.is_none_or(|only| only == *item));
    let detail = "actions hang on this decision; take both back together";
    if hangs { Err(no(Refusal::new(crate::Kind::Conflict, detail))) } else { Ok(()) }
}

/// One incident for each seller, with all of the seller's listings that are fakes.
async fn carry_out(act: &Act<'_>, book: &Rulebook, of: Uuid, judged: &[Item], doing: Doing) -> Result<Done, ActError> {
    if !doing.measure.is_about_goods() {
        return Err(no(Refusal::invalid("with a judgement goods are acted on; act on an account by itself")));
    }
    let mut sellers: BTreeMap<&Seller, Vec<(ItemId, &Version)>> = BTreeMap::new();
    for item in judged.iter().filter(|item| items::is_fake(item)) {
        if let Subject::Listing(version) = &item.subject {
            sellers.entry(&version.listing.seller).or_default().push((item.id, version));
        }
    }
    let mut done = Done::default();
    let mut actions = Vec::new();
    for versions in sellers.into_values() {
        for part in versions.chunks(ORDERS_MAX) {
            let orders: Vec<Order> = part.iter().map(|(_, version)| order(version, &doing)).collect();
            let incident = orders.first().map_or(doing.seed, |order| follows(doing.seed, order.id.0.as_bytes()));
            actions.extend(part.iter().zip(&orders).map(|((item, _), order)| (*item, order.id)));
            let (telling, draw) = (doing.telling.clone(), doing.draw);
            let want = Imposing { incident, orders, rule: None, draw, telling };
            done.and(enforcement::impose(act, book, want).await?);
        }
    }
    if !actions.is_empty() {
        act.put(&Acted { of, actions }).await?;
    }
    Ok(done)
}

/// A UUID of version 7 as old as the seed, always the same for the same seed and name.
fn follows(seed: Uuid, name: &[u8]) -> Uuid {
    let hash = Hash::of(&[seed.as_bytes(), name].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    bytes[..6].copy_from_slice(&seed.as_bytes()[..6]);
    uuid::Builder::from_random_bytes(bytes).with_version(uuid::Version::SortRand).into_uuid()
}

fn order(version: &Version, doing: &Doing) -> Order {
    Order {
        id: ActionId(follows(doing.seed, items::listing_id(&version.listing).as_bytes())),
        measure: doing.measure,
        scope: Scope::Listing(version.listing.clone()),
        goods: None,
        markets: doing.markets.clone(),
        start: None,
        end: doing.end,
        reason: doing.reason.clone(),
        severity: doing.severity,
        policy: doing.policy.clone(),
        evidence: BTreeSet::from([version.content]),
        exception: doing.exception,
    }
}
