//! Undo, expiry and what follows, on cases by hand and on random histories beside a computation from nothing.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::switch::{Stop, Switch};
use super::*;
use crate::approval::{self, Need};
use crate::id::{ActionId, Hash, Listing, PersonId, Seller};
use crate::ladder::{Regimes, parse_all};
use crate::moment::{DAY, Moment};
use crate::money::{Currency, Money};
use crate::vault::{Cleared, Vault};

mod random;

/// The ladder of these tests.
const REGIME: &str = r#"
schema = 1
id = "test"
from = "2020-01-01"
appeal_months = 6
warning_days = 400
close_notice_days = 30
delay_hours_max = 0
redress = ["internal_appeal", "court"]

[ladder]
policy = "Seller rules 7"
valid_days = 100
repeat_days = 60
counted = ["remove", "hide"]
points.counterfeit = { high = [12, 18, 24], low = [4] }
rungs = [
    { points = 12, steps = [{ measure = "listing_ban", days = 7 }] },
    { points = 24, steps = [{ measure = "listing_ban", days = 14 }] },
    { points = 36, steps = [{ measure = "suspend", days = 30 }] },
    { points = 48, steps = [{ measure = "suspend", days = 60 }, { measure = "close", lasting = true }] },
]

[approval]
amounts = { EUR = 100_000 }
listings = 5
closing = true
"#;

const START: Moment = Moment(1_780_000_000_000_000);

fn day(days: i64) -> Moment {
    START.plus(days * DAY)
}

fn seller() -> Seller {
    Seller { marketplace: "m".into(), seller_id: "s".into() }
}

fn listing(id: u32) -> Listing {
    Listing { seller: seller(), listing_id: format!("l{id}") }
}

fn offer(id: u32) -> Offer {
    let goods = Goods { brand: "gucci".into(), kind: Some("bag".into()) };
    Offer { listing: listing(id), goods: Some(goods) }
}

fn order(id: u128, measure: Measure, scope: Scope) -> Order {
    Order {
        id: ActionId(Uuid::from_u128(id)),
        measure,
        scope,
        goods: None,
        markets: BTreeSet::new(),
        start: None,
        end: None,
        reason: "counterfeit".into(),
        severity: Severity::High,
        policy: "Seller rules 3".into(),
        evidence: BTreeSet::from([Hash([7; 32])]),
        exception: None,
    }
}

fn remove(id: u32) -> Order {
    order(u128::from(id), Measure::Remove, Scope::Listing(listing(id)))
}

fn person(id: u128) -> PersonId {
    PersonId(Uuid::from_u128(id))
}

/// A world in which commands are given one after the other.
struct World {
    standing: Standing,
    regimes: Regimes,
    switch: Switch,
    vault: Vault,
    offers: Vec<Offer>,
    granted: Option<approval::Granted>,
}

impl World {
    fn new() -> Self {
        let regimes = parse_all([("test.toml", REGIME)]).expect("a regime");
        let (standing, switch, vault) = (Standing::default(), Switch::default(), Vault::default());
        Self { standing, regimes, switch, vault, offers: Vec::new(), granted: None }
    }

    fn rules(&self) -> Rules<'_> {
        let Self { regimes, switch, vault, offers, granted, .. } = self;
        Rules { regimes, switch, vault, offers, granted: granted.as_ref() }
    }

    fn run(&mut self, command: &Command, at: Moment) -> Result<Vec<Event>, Refusal> {
        let events = decide(&self.standing, command, self.rules(), at)?;
        self.standing = events.iter().fold(std::mem::take(&mut self.standing), apply);
        Ok(events)
    }

    fn impose(&mut self, orders: Vec<Order>, at: Moment) -> Result<Vec<Event>, Refusal> {
        let incident = Uuid::from_u128(1_000_000 + orders[0].id.0.as_u128());
        self.run(&Command::Impose { incident, orders, actor: Actor::Person(person(1)), draw: 0 }, at)
    }

    fn undo(&mut self, id: u32, at: Moment) -> Result<Vec<Event>, Refusal> {
        let actions = vec![ActionId(Uuid::from_u128(u128::from(id)))];
        let (ground, reason) = (Ground::Mistake, "a namesake".to_owned());
        self.run(&Command::Undo { actions, actor: Actor::Person(person(1)), ground, reason }, at)
    }

    fn account(&self, at: Moment) -> AccountState {
        account_state(&[&self.standing], &self.regimes, &seller(), at)
    }

    fn seen(&self, id: u32, at: Moment) -> Visibility {
        listing_state(&[&self.standing], &self.regimes, &offer(id), None, at).visibility
    }
}

#[test]
fn undoing_one_leaves_the_others_standing() {
    let mut world = World::new();
    world.impose(vec![remove(1)], day(0)).expect("removed");
    world.impose(vec![order(2, Measure::Demote, Scope::Listing(listing(1)))], day(1)).expect("demoted");
    assert_eq!(world.seen(1, day(2)), Visibility::Removed);
    world.undo(1, day(2)).expect("undone");
    assert_eq!(world.seen(1, day(2)), Visibility::Demoted, "not as it was before, but as what is left says");
    assert_eq!(world.account(day(2)), AccountState::default());
}

#[test]
fn what_is_decided_together_counts_once_and_stands_while_a_part_of_it_does() {
    let mut world = World::new();
    world.impose(vec![remove(1), remove(2), remove(3)], day(0)).expect("removed");
    assert_eq!((world.account(day(1)).points, world.account(day(1)).access), (12, Access::NoNewListings));
    assert_eq!(world.undo(1, day(1)).map(|events| events.len()), Ok(1), "nothing falls");
    assert_eq!(world.undo(2, day(1)).map(|events| events.len()), Ok(1));
    assert_eq!(world.account(day(1)).access, Access::NoNewListings);
    assert_eq!(world.undo(3, day(1)).map(|events| events.len()), Ok(2), "with the last, the ban");
    assert_eq!(world.account(day(1)).access, Access::Full);
}

#[test]
fn a_suspension_falls_with_its_points_and_stands_while_others_support_it() {
    let mut world = World::new();
    for id in 1..=4 {
        world.impose(vec![remove(id)], day(i64::from(id))).expect("removed");
    }
    // 12, 18, 24, 24: 78 points; the second already reached 30, the third 54.
    assert_eq!((world.account(day(5)).points, world.account(day(5)).access), (78, Access::Suspended));
    world.undo(1, day(5)).expect("undone");
    assert_eq!((world.account(day(5)).points, world.account(day(5)).access), (54, Access::Suspended), "12, 18, 24");
    world.undo(2, day(5)).expect("undone");
    assert_eq!((world.account(day(5)).points, world.account(day(5)).access), (30, Access::NoNewListings));
    assert_eq!(world.seen(9, day(5)), Visibility::Shown);
}

#[test]
fn a_warning_comes_before_a_suspension_and_points_expire() {
    let mut world = World::new();
    let mut grave = order(1, Measure::Points(40), Scope::Seller(seller()));
    grave.reason = "other".into();
    world.impose(vec![grave], day(0)).expect("points");
    let state = world.account(day(1));
    assert_eq!((state.access, state.warned), (Access::NoNewListings, true), "warned, not suspended");
    world.impose(vec![remove(2)], day(2)).expect("removed");
    assert_eq!(world.account(day(3)).access, Access::Suspended, "warned before");
    assert_eq!(world.account(day(31)).access, Access::Suspended);
    assert_eq!(world.account(day(32)).access, Access::Suspended, "48 and 60 days");
    assert_eq!(world.account(day(62)).access, Access::Full, "over");
    assert_eq!(world.account(day(99)).points, 52);
    assert_eq!(world.account(day(100)).points, 12);
}

#[test]
fn a_consequence_ends_with_the_points_that_support_it() {
    let mut world = World::new();
    world.impose(vec![remove(1)], day(0)).expect("removed");
    world.impose(vec![remove(2)], day(98)).expect("removed");
    assert_eq!(world.account(day(99)).access, Access::NoNewListings);
    assert_eq!(world.account(day(99)).because.len(), 2, "the rungs of 12 and of 24");
    let told = world.run(&Command::Tick, day(101)).expect("told");
    assert!(told.iter().any(|event| matches!(event, Event::Ended { why: Ending::PointsExpired, .. })), "{told:?}");
    assert_eq!(world.account(day(101)).because.len(), 1, "12 points are left, and their ban");
    assert_eq!(world.run(&Command::Tick, day(101)), Ok(vec![]), "told once");
}

#[test]
fn a_shop_is_closed_only_after_notice_by_two_people() {
    let mut world = World::new();
    (1..=3).for_each(|id| drop(world.impose(vec![remove(id)], day(i64::from(id)))));
    let waiting = world.standing.records.values().find(|record| record.fate == Fate::Waits(Waiting::Approval));
    let action = waiting.expect("a closing waits").action.id();
    assert_eq!(world.account(day(40)).access, Access::Suspended, "it does not hold");
    let confirm = Command::Confirm { action, actor: Actor::Person(person(1)) };
    let diff = dry_run(&world.standing, &confirm, world.rules(), day(4)).expect("a difference");
    let Err(Refusal::Approval { needs, sees }) = world.run(&confirm, day(4)) else { panic!("needs approval") };
    assert_eq!((needs.as_slice(), sees), ([Need::Closing].as_slice(), diff.hash()));
    world.granted = Some(agree(sees));
    world.run(&confirm, day(5)).expect("the same an hour later");
    assert_eq!((world.account(day(34)).access, world.account(day(35)).access), (Access::Suspended, Access::Closed));
}

fn agree(sees: Hash) -> approval::Granted {
    let (needs, by, expires) = (vec![], person(1), day(1_000));
    let ask = approval::Command::Ask { sees, needs, by, colleagues: 1, outsider: None, expires };
    let approve = approval::Command::Approve { by: person(2), sees };
    let request = [ask, approve].into_iter().fold(None, |state: Option<approval::Request>, command| {
        let events = approval::decide(state.as_ref(), command, day(0)).expect("may be");
        events.iter().fold(state, approval::apply)
    });
    request.and_then(|request| request.granted()).expect("agreed")
}

#[test]
fn an_approval_is_for_what_was_seen() {
    let mut world = World::new();
    world.offers = (1..=6).map(offer).collect();
    let goods = Goods { brand: "gucci".into(), kind: None };
    let orders = vec![order(1, Measure::Hide, Scope::Goods { seller: seller(), goods })];
    let Err(Refusal::Approval { needs, sees }) = world.impose(orders.clone(), day(0)) else { panic!("six listings") };
    assert_eq!(needs, [Need::Listings(6)]);
    world.granted = Some(agree(sees));
    world.offers.push(offer(7));
    assert!(matches!(world.impose(orders.clone(), day(0)), Err(Refusal::Approval { .. })), "one listing more");
    world.offers.pop();
    assert!(world.impose(orders, day(0)).is_ok());
}

#[test]
fn money_adds_up_and_letting_it_go_says_so_beforehand() {
    let mut world = World::new();
    let euros = |minor| Currency::try_from("EUR".to_owned()).map(|currency| Money { minor, currency }).expect("euros");
    let freeze =
        |id, minor| Order { end: Some(day(30)), ..order(id, Measure::Freeze(euros(minor)), Scope::Seller(seller())) };
    world.impose(vec![freeze(1, 60_000)], day(0)).expect("little");
    world.impose(vec![freeze(2, 30_000)], day(0)).expect("little");
    assert_eq!(world.account(day(1)).frozen.into_values().sum::<i64>(), 90_000);
    let together = world.impose(vec![freeze(3, 60_000), freeze(4, 60_000)], day(0));
    assert!(matches!(together, Err(Refusal::Approval { .. })), "much together");
    let command = Command::Undo {
        actions: vec![ActionId(Uuid::from_u128(1))],
        actor: Actor::Person(person(1)),
        ground: Ground::Proof,
        reason: "invoices".into(),
    };
    let diff = dry_run(&world.standing, &command, world.rules(), day(1)).expect("a difference");
    assert_eq!(diff.lasting, [Lasting::FundsLetGo(euros(60_000))]);
}

#[test]
fn the_kill_switch_stops_rules_and_lets_people_go_on() {
    let mut world = World::new();
    let by_rule = |id| Command::Impose {
        incident: Uuid::from_u128(u128::from(id)),
        orders: vec![remove(id)],
        actor: Actor::Rule("cheap_new".into()),
        draw: 0,
    };
    world.run(&by_rule(1), day(0)).expect("it runs");
    let stop = Stop { by: person(1), at: day(0), reason: "too many false ones".into() };
    let turn = |switch: &Switch, turn| switch::decide(switch, turn, stop.clone());
    let events = turn(&world.switch, switch::Turn::Off(Some("cheap_new".into()))).expect("off");
    world.switch = events.iter().fold(Switch::default(), switch::apply);
    assert_eq!(world.run(&by_rule(2), day(0)), Err(Refusal::Stopped));
    assert_eq!(world.seen(1, day(1)), Visibility::Removed, "what stands stays");
    let events = turn(&world.switch, switch::Turn::Off(None)).expect("off");
    world.switch = events.iter().fold(std::mem::take(&mut world.switch), switch::apply);
    world.impose(vec![remove(3)], day(20)).expect("a person");
    let waits = world.standing.records.values().filter(|record| record.fate == Fate::Waits(Waiting::Stopped));
    assert_eq!(waits.count(), 2, "consequences wait");
    assert_eq!(world.account(day(21)).access, Access::Full);
}

#[test]
fn the_same_ground_needs_something_new() {
    let mut world = World::new();
    let scope = Scope::Listing(listing(1));
    let evidence = BTreeSet::from([Hash([7; 32])]);
    world.vault.cleared.push(Cleared { scope, reason: "counterfeit".into(), evidence, at: day(0) });
    assert!(matches!(world.impose(vec![remove(1)], day(1)), Err(Refusal::Barred { .. })));
    let mut other = remove(1);
    other.evidence.insert(Hash([8; 32]));
    assert!(world.impose(vec![other], day(1)).is_ok(), "new evidence");
    let mut ground = order(3, Measure::Remove, Scope::Listing(listing(1)));
    ground.reason = "stolen_picture".into();
    assert!(world.impose(vec![ground], day(1)).is_ok(), "another ground");
}

#[test]
fn orders_say_what_they_lack() {
    let check = |change: fn(&mut Order), says: &str| {
        let mut wrong = remove(1);
        change(&mut wrong);
        let refusal = World::new().impose(vec![wrong], day(0)).expect_err(says).to_string();
        assert!(refusal.contains(says), "{refusal}");
    };
    check(|order| order.reason.clear(), "reason code");
    check(|order| order.policy.clear(), "policy");
    check(|order| order.evidence.clear(), "evidence");
    check(|order| order.start = Some(day(-1)), "in the past");
    check(|order| order.end = Some(day(0)), "before it begins");
    check(|order| order.measure = Measure::Suspend, "the seller as its scope");
    let whole = |measure| order(1, measure, Scope::Seller(seller()));
    let refused = |order| World::new().impose(vec![order], day(0));
    assert_eq!(refused(whole(Measure::Suspend)), Err(Refusal::NotWarned(whole(Measure::Suspend).id)));
    let early = Order { start: Some(day(1)), ..whole(Measure::Close) };
    assert_eq!(refused(early.clone()), Err(Refusal::Notice { order: early.id, earliest: day(30) }));
    let again = Order { exception: Some(Exception::RepeatedInfringement), ..early };
    assert_eq!(refused(again.clone()), Err(Refusal::NoRepetition(again.id)), "nothing was repeated");
}
