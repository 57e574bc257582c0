//! One decision for many: exactly what was shown, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use touchstone_cases::group::{
    self, Command, Current, Event, Group, Member, Order, Preview, Refusal, Why, gather, preview,
};
use touchstone_cases::id::{GroupId, Hash, ItemId, Seller, Subject};
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{self, Item, State};
use touchstone_cases::review::{Review, Verdict};
use touchstone_cases::share::Ppb;
use uuid::Uuid;

use crate::made;

/// Items as they are, with the content that their listings have now.
struct World(BTreeMap<ItemId, (Item, Option<Hash>)>);

fn id(id: u128) -> ItemId {
    ItemId(Uuid::from_u128(id))
}

impl World {
    /// Items 1 to `items`, each of the seller that is named for it.
    fn new(items: u128, seller: impl Fn(u128) -> &'static str) -> (Self, Group) {
        let member = |at| Member { item: id(at), version: made::version(at, seller(at), 0) };
        let item = |at| {
            let mut item = made::item(at, 1_000, Review::default(), 0);
            item.subject = Subject::Listing(made::version(at, seller(at), 0));
            (item.id, (item, Some(Hash([0; 32]))))
        };
        let others = (2..=items).map(|at| (member(at), Ppb::ALL));
        let group = gather(GroupId(Uuid::nil()), member(1), others, Ppb::per_million(900_000).unwrap());
        (Self((1..=items).map(item).collect()), group)
    }

    fn look<'w>(&'w self) -> impl Fn(ItemId) -> Option<Current<'w>> {
        |id| self.0.get(&id).map(|(item, content)| Current { item, content: *content })
    }

    fn preview(&self, group: &Group, order: &Order) -> Preview {
        preview(group, order, self.look(), Moment(10))
    }

    fn decide(&self, group: &Group, order: Order, preview: Hash) -> Result<Event, Refusal> {
        group::decide(group, Command::Decide { order, preview }, self.look(), Moment(10))
    }

    fn ask(&mut self, item: ItemId, command: queue::Command) {
        let (item, _) = self.0.get_mut(&item).unwrap();
        queue::decide(item, command, Moment(5)).unwrap().iter().for_each(|event| queue::apply(item, event));
    }
}

fn order(confirmed: &[&str]) -> Order {
    let seller = |id: &&str| Seller { marketplace: String::new(), seller_id: (*id).to_owned() };
    let (who, judgement) = (made::reviewer(1, false), made::judgement(Verdict::Fake));
    Order { who, judgement, confirmed: confirmed.iter().map(seller).collect() }
}

fn whys(preview: &Preview) -> Vec<(u128, Why)> {
    preview.left_out.iter().map(|out| (out.item.0.as_u128(), out.why.clone())).collect()
}

#[test]
fn one_decision_serves_three_and_is_undone() {
    let (mut world, mut group) = World::new(3, |_| "s");
    let shown = world.preview(&group, &order(&[]));
    assert_eq!((shown.served.len(), shown.left_out.len()), (3, 0));
    let event = world.decide(&group, order(&[]), shown.hash).unwrap();
    group::apply(&mut group, &event);
    let Event::Decided(decided) = event else { panic!("{event:?}") };
    for item in &decided.served {
        let (who, judgement) = (made::reviewer(1, false), decided.judgement.clone());
        world.ask(*item, queue::Command::Serve { who, group: group.id, judgement });
    }
    assert!(world.0.values().all(|(item, _)| item.state(Moment(10)) == State::Decided));
    assert_eq!(world.decide(&group, order(&[]), shown.hash), Err(Refusal::Decided));
    let undo = |reason: &str| Command::Undo { by: made::person(2), reason: reason.into() };
    assert_eq!(group::decide(&group, undo(""), world.look(), Moment(10)), Err(Refusal::Reason));
    let event = group::decide(&group, undo("wrong picture"), world.look(), Moment(10)).unwrap();
    group::apply(&mut group, &event);
    let Event::Undone { served, .. } = event else { panic!("{event:?}") };
    served.iter().for_each(|item| world.ask(*item, queue::Command::Reopen { reason: "undone".into() }));
    assert!(world.0.values().all(|(item, _)| item.state(Moment(10)) == State::Open));
    assert_eq!(world.preview(&group, &order(&[])).hash, shown.hash);
}

#[test]
fn what_is_held_changed_gone_or_closed_is_left_out_and_named() {
    let (mut world, group) = World::new(6, |_| "s");
    world.ask(id(2), queue::Command::Take { who: made::reviewer(7, false), lease: 1_000 });
    world.0.get_mut(&id(3)).unwrap().1 = Some(Hash([1; 32]));
    world.0.get_mut(&id(4)).unwrap().1 = None;
    world.ask(id(5), queue::Command::Withdraw { reason: "sold".into() });
    world.0.remove(&id(6));
    let shown = world.preview(&group, &order(&[]));
    assert_eq!(shown.served.iter().map(|served| served.item).collect::<Vec<_>>(), [id(1)]);
    let expected = [
        (2, Why::Locked { by: made::person(7) }),
        (3, Why::Changed),
        (4, Why::Gone),
        (5, Why::Closed { state: State::Withdrawn }),
        (6, Why::Gone),
    ];
    assert_eq!(whys(&shown), expected);
}

#[test]
fn across_sellers_each_is_confirmed() {
    let (world, group) = World::new(4, |at| if at == 4 { "other" } else { "s" });
    let none = world.preview(&group, &order(&[]));
    assert_eq!(none.served, []);
    assert_eq!(
        none.sellers.iter().map(|(seller, items)| (seller.seller_id.as_str(), *items)).collect::<Vec<_>>(),
        [("other", 1), ("s", 3)]
    );
    assert_eq!(world.decide(&group, order(&[]), none.hash), Err(Refusal::Nothing));
    let one = world.preview(&group, &order(&["s"]));
    assert_eq!((one.served.len(), whys(&one)), (3, vec![(4, Why::NotConfirmed)]));
    let both = world.preview(&group, &order(&["s", "other"]));
    assert_eq!(both.served.len(), 4);
    // Confirming more than was shown is another decision.
    assert_eq!(world.decide(&group, order(&["s", "other"]), one.hash), Err(Refusal::Stale { now: both.hash }));
}

#[test]
fn only_what_is_like_the_first_is_gathered() {
    let member = |at| Member { item: id(at), version: made::version(at, "s", 0) };
    let likeness = |parts| Ppb::per_million(parts).unwrap();
    let others = [(member(2), likeness(950_000)), (member(3), likeness(899_999)), (member(1), Ppb::ALL)];
    let group = gather(GroupId(Uuid::nil()), member(1), others, likeness(900_000));
    assert_eq!(group.members, [member(1), member(2)]);
    let many = (2..5_000).map(|at| (member(at), Ppb::ALL));
    let group = gather(GroupId(Uuid::nil()), member(4_999), many, likeness(900_000));
    assert_eq!(group.members.len(), group::MEMBERS_MAX);
    assert!(group.members.contains(&member(4_999)));
}

proptest! {
    /// Whatever happens between preview and decision: the decision serves what was shown, or is refused.
    #[test]
    fn a_decision_touches_exactly_what_was_shown(happens in prop::collection::vec((1..=5_u128, 0..5_u8), 0..4)) {
        let (mut world, group) = World::new(5, |_| "s");
        let shown = world.preview(&group, &order(&[]));
        let (mut seen, mut touched) = (BTreeSet::new(), false);
        for (at, what) in happens {
            if !seen.insert(at) {
                continue;
            }
            touched |= what < 4;
            match what {
                0 => world.ask(id(at), queue::Command::Take { who: made::reviewer(9, false), lease: 100 }),
                1 => world.ask(id(at), queue::Command::Withdraw { reason: "gone".into() }),
                2 => world.0.get_mut(&id(at)).unwrap().1 = Some(Hash([9; 32])),
                3 => drop(world.0.remove(&id(at))),
                // Taken by the person who decides: that changes nothing.
                _ => world.ask(id(at), queue::Command::Take { who: made::reviewer(1, false), lease: 100 }),
            }
        }
        match world.decide(&group, order(&[]), shown.hash) {
            Ok(Event::Decided(decided)) => {
                prop_assert!(!touched);
                prop_assert_eq!(decided.served, shown.served.iter().map(|served| served.item).collect::<Vec<_>>());
            }
            other => prop_assert!(touched && matches!(other, Err(Refusal::Stale { .. })), "{other:?}"),
        }
    }
}
