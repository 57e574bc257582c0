//! One decision for many items that look the same, and its undoing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use touchstone_cases::group::{self, Command, Current, Event, Group, MEMBERS_MAX, Member, Order, Preview};
use touchstone_cases::id::{GroupId, Hash, ItemId, JudgementId, Seller, Subject};
use touchstone_cases::queue::{self, Item};
use touchstone_cases::review::Judgement;
use touchstone_cases::share::Ppb;
use touchstone_store::{Found, Name};

use crate::act::{Act, ActError, no};
use crate::items;
use crate::record::{Record, by, seller_id};
use crate::refusal::Refusal;

impl Record for Group {
    const KIND: &'static str = "group";

    fn id(&self) -> String {
        self.id.to_string()
    }

    /// A group may span sellers; where it does not, it is that seller's.
    fn owner(&self) -> Option<&Seller> {
        let mut sellers = self.members.iter().map(|member| &member.version.listing.seller);
        let first = sellers.next()?;
        sellers.all(|seller| seller == first).then_some(first)
    }

    fn found(&self) -> Vec<Found> {
        let sellers: BTreeSet<&Seller> = self.members.iter().map(|member| &member.version.listing.seller).collect();
        sellers.into_iter().map(|seller| by("seller", seller_id(seller), 0)).collect()
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Gathered {
    Gathered { items: Vec<ItemId> },
}

/// An item as a member: what it is about, as it was.
///
/// # Errors
/// Where it is about no listing.
pub fn member(item: &Item) -> Result<Member, ActError> {
    match &item.subject {
        Subject::Listing(version) => Ok(Member { item: item.id, version: version.clone() }),
        _ => Err(no(Refusal::invalid("only items about listings are grouped"))),
    }
}

/// Groups an item with those that are near-identical to it; how near each is was measured before.
///
/// # Errors
/// Where the item is about no listing, or the store fails.
pub async fn gather(
    act: &Act<'_>,
    id: GroupId,
    first: ItemId,
    near: Vec<(Member, Ppb)>,
    at_least: Ppb,
) -> Result<Group, ActError> {
    let first: Item = act.get(&first.to_string()).await?;
    let group = group::gather(id, member(&first)?, near, at_least);
    let items = group.members.iter().map(|member| member.item).collect();
    act.happened(&group, &[Gathered::Gathered { items }])?;
    act.put(&group).await?;
    Ok(group)
}

/// What a group's decision looks at: its items as they are, and what their listings say now.
struct World {
    items: BTreeMap<ItemId, Item>,
    contents: BTreeMap<ItemId, Hash>,
}

impl World {
    async fn of(act: &Act<'_>, group: &Group) -> Result<Self, ActError> {
        let ids: Vec<String> = group.members.iter().map(|member| member.item.to_string()).collect();
        let items: BTreeMap<ItemId, Item> =
            act.get_many::<Item>(&ids).await?.into_iter().map(|item| (item.id, item)).collect();
        let names: Vec<Name> = group.members.iter().map(name).collect();
        let states = act.change.listing_hashes(&names).await?;
        let now = |member: &Member| {
            let hash = states.get(&name(member))?;
            Some((member.item, Hash(<[u8; 32]>::try_from(hash.as_slice()).ok()?)))
        };
        Ok(Self { contents: group.members.iter().filter_map(now).collect(), items })
    }

    fn look(&self, id: ItemId) -> Option<Current<'_>> {
        Some(Current { item: self.items.get(&id)?, content: self.contents.get(&id).copied() })
    }
}

fn name(member: &Member) -> Name {
    let listing = &member.version.listing;
    Name {
        marketplace: listing.seller.marketplace.clone(),
        seller_id: listing.seller.seller_id.clone(),
        listing_id: listing.listing_id.clone(),
    }
}

/// What a decision would touch.
///
/// # Errors
/// Where there is no such group, or the store fails.
pub async fn preview(act: &Act<'_>, id: GroupId, order: &Order) -> Result<Preview, ActError> {
    let group: Group = act.get(&id.to_string()).await?;
    let world = World::of(act, &group).await?;
    Ok(group::preview(&group, order, |id| world.look(id), act.now()))
}

/// Decides for a group as the preview showed, or takes it back; gives the group and the items that it served.
///
/// # Errors
/// Whatever the group or an item refuses; nothing has changed then.
pub async fn command(act: &Act<'_>, id: GroupId, command: Command) -> Result<(Group, Vec<Item>), ActError> {
    let mut group: Group = act.get(&id.to_string()).await?;
    let who = match &command {
        Command::Decide { order, .. } => Some(order.who.clone()),
        Command::Undo { .. } => None,
    };
    if matches!(command, Command::Undo { .. }) {
        crate::bulk::group_is_free(act, id).await?;
    }
    let world = World::of(act, &group).await?;
    let event = group::decide(&group, command, |id| world.look(id), act.now()).map_err(no)?;
    group::apply(&mut group, &event);
    act.happened(&group, std::slice::from_ref(&event))?;
    act.put(&group).await?;
    let mut items = world.items;
    let mut served = Vec::with_capacity(MEMBERS_MAX.min(items.len()));
    let of_item = |event: &Event| match (event, &who) {
        (Event::Decided(decided), Some(who)) => queue::Command::Serve {
            who: who.clone(),
            group: id,
            judgement: Judgement { id: JudgementId(uuid::Uuid::now_v7()), ..decided.judgement.clone() },
        },
        (Event::Undone { reason, .. }, _) => queue::Command::Reopen { reason: reason.clone() },
        (Event::Decided(decided), None) => queue::Command::Reopen { reason: decided.judgement.reason.clone() },
    };
    let ids = match &event {
        Event::Decided(decided) => decided.served.clone(),
        Event::Undone { served, .. } => served.clone(),
    };
    for item in ids.iter().filter_map(|id| items.remove(id)).collect::<Vec<_>>() {
        // What was decided otherwise since stays as it is.
        let reopens = matches!(event, Event::Undone { .. });
        if reopens && !matches!(item.stage, queue::Stage::Decided { group: Some(by) } if by == id) {
            continue;
        }
        let command = of_item(&event);
        served.push(items::changed(act, item, command).await?);
    }
    Ok((group, served))
}
