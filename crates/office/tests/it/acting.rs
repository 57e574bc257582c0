//! From an action to its end: told, agreed to by a second person, undone, run out, stopped.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use touchstone_cases::approval::Need;
use touchstone_cases::enforcement::switch::Turn;
use touchstone_cases::enforcement::{Access, Ground, Measure, Order, Scope, Severity, Visibility};
use touchstone_cases::id::{ActionId, Hash, Listing, Seller};
use touchstone_cases::moment::{DAY, Moment};
use touchstone_cases::money::{Currency, Money};
use touchstone_cases::statement::{Basis, Decision, Detection};
use touchstone_office::approvals::{self, Asking};
use touchstone_office::enforcement::{self, Done, Imposing, Of};
use touchstone_office::rulebook::Rulebook;
use touchstone_office::statements::{Issued, Telling, statement_view};
use touchstone_office::{Kind, Refusal};
use uuid::Uuid;

use crate::world::{House, kind, person};

pub(crate) fn book() -> Rulebook {
    Rulebook::preset("eu").unwrap()
}

pub(crate) fn seller(id: &str) -> Seller {
    Seller { marketplace: "plaza".into(), seller_id: id.into() }
}

pub(crate) fn order(id: u128, measure: Measure, scope: Scope) -> Order {
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

pub(crate) fn remove(id: u128, of: &str, listing: &str) -> Order {
    order(id, Measure::Remove, Scope::Listing(Listing { seller: seller(of), listing_id: listing.into() }))
}

pub(crate) fn telling() -> Telling {
    Telling {
        language: "de".into(),
        facts: vec!["Das Logo ist nicht das der Marke.".into()],
        basis: Basis::Legal("Regulation (EU) 2017/1001, art. 9".into()),
        detection: Detection::Automated,
        decision: Decision::Partly,
        cure: Some("prove_purchase".into()),
        withheld: vec!["cheap_new".into()],
    }
}

pub(crate) fn imposing(orders: Vec<Order>) -> Imposing {
    let incident = Uuid::from_u128(orders[0].id.0.as_u128() + 1_000_000);
    Imposing { incident, orders, rule: None, draw: 0, telling: telling() }
}

pub(crate) async fn impose(house: &House, by: u128, orders: Vec<Order>) -> Result<Value, Refusal> {
    let want = imposing(orders);
    house.act(person(by), move |act| Box::pin(async move { enforcement::impose(act, &book(), want).await })).await
}

pub(crate) async fn undo(house: &House, by: u128, id: u128) -> Result<Value, Refusal> {
    let what = [ActionId(Uuid::from_u128(id))];
    let why = (Ground::Mistake, "not a fake after all".to_owned());
    house.act(person(by), move |act| Box::pin(async move { enforcement::undo(act, &book(), &what, why).await })).await
}

pub(crate) async fn account(house: &House, of: &str) -> touchstone_cases::enforcement::AccountState {
    let of = seller(of);
    let state =
        house.act(person(1), move |act| Box::pin(async move { enforcement::account_now(act, &book(), &of).await }));
    serde_json::from_value(state.await.unwrap()).unwrap()
}

pub(crate) async fn visibility(house: &House, of: &str, listing: &str) -> Visibility {
    let listing = Listing { seller: seller(of), listing_id: listing.into() };
    let offer = touchstone_cases::enforcement::Offer { listing, goods: None };
    let state = house
        .act(person(1), move |act| Box::pin(async move { enforcement::listing_now(act, &book(), &offer, None).await }));
    serde_json::from_value(state.await.unwrap()["visibility"].clone()).unwrap()
}

#[tokio::test]
async fn an_action_is_told_and_undone_with_what_followed() {
    let mut house = House::new().await;
    house.screened("s1", "a", "review", 1_000).await;
    let done = impose(&house, 77, vec![remove(1, "s1", "a")]).await.unwrap();
    // The ladder's first rung stands beside it, and both are in one statement.
    assert_eq!(done["imposed"].as_array().unwrap().len(), 2);
    let issued: Vec<Issued> = serde_json::from_value(done["statements"].clone()).unwrap();
    let view = statement_view(&issued[0]);
    assert_eq!((issued.len(), view.language.as_str(), view.actions.len()), (1, "de", 2));
    let shown = serde_json::to_string(&view).unwrap();
    assert!(shown.contains("Das Logo") && !shown.contains(&person(77).to_string()) && !shown.contains("cheap_new"));
    assert_eq!(visibility(&house, "s1", "a").await, Visibility::Removed);
    let state = account(&house, "s1").await;
    assert_eq!((state.access, state.points), (Access::NoNewListings, 12));
    // The same again, and what is not there.
    assert_eq!(kind(&impose(&house, 1, vec![remove(1, "s1", "b")]).await), Kind::Conflict);
    assert_eq!(kind(&undo(&house, 1, 99).await), Kind::Absent);
    house.now += DAY;
    let undone = undo(&house, 1, 1).await.unwrap();
    assert_eq!(undone["ended"].as_array().unwrap().len(), 2);
    assert_eq!(visibility(&house, "s1", "a").await, Visibility::Shown);
    assert_eq!(account(&house, "s1").await.access, Access::Full);
    let trail = house.trail().await;
    let acts = ["standing.imposed", "standing.imposed", "statement.issued", "standing.undone", "standing.fell"];
    let of_acts: Vec<&str> = trail.iter().map(String::as_str).filter(|kind| acts.contains(kind)).collect();
    assert_eq!(of_acts, acts);
}

#[tokio::test]
async fn what_a_seller_must_not_read_stops_all_of_it() {
    let house = House::new().await;
    let mut want = imposing(vec![remove(1, "s1", "a")]);
    want.telling.withheld = vec!["Logo".into()];
    let told = house.act(person(1), move |act| Box::pin(async move { enforcement::impose(act, &book(), want).await }));
    assert_eq!(kind(&told.await), Kind::Invalid);
    assert_eq!(visibility(&house, "s1", "a").await, Visibility::Shown);
    assert!(house.trail().await.is_empty());
}

#[tokio::test]
async fn what_runs_out_is_told_once() {
    let mut house = House::new().await;
    let hidden = Order { measure: Measure::Hide, end: Some(Moment(house.now + DAY)), ..remove(1, "s1", "a") };
    impose(&house, 1, vec![hidden]).await.unwrap();
    let tick = async |house: &House| {
        let done = house.act(person(1), |act| Box::pin(async move { enforcement::tick(act, &book(), 10).await })).await;
        done.unwrap()
    };
    assert_eq!(tick(&house).await, json!(0));
    house.now += DAY;
    assert_eq!(visibility(&house, "s1", "a").await, Visibility::Shown);
    assert_eq!((tick(&house).await, tick(&house).await), (json!(1), json!(0)));
    let ended = house.trail().await.iter().filter(|kind| *kind == "standing.ended").count();
    assert_eq!(ended, 1);
}

fn freeze(house: &House, id: u128) -> Order {
    let money = Money { minor: 900_000, currency: Currency::try_from("EUR".to_owned()).unwrap() };
    let end = Some(Moment(house.now + 9 * DAY));
    Order { end, ..order(id, Measure::Freeze(money), Scope::Seller(seller("s1"))) }
}

#[tokio::test]
async fn a_second_person_agrees_to_exactly_this() {
    let house = House::new().await;
    let refused = impose(&house, 1, vec![freeze(&house, 1)]).await.unwrap_err();
    assert_eq!(refused.kind, Kind::Approval);
    let sees: Hash = serde_json::from_value(refused.more["sees"].clone()).unwrap();
    let needs: Vec<Need> = serde_json::from_value(refused.more["needs"].clone()).unwrap();
    let dry = imposing(vec![freeze(&house, 1)]);
    let shown = house.act(person(2), move |act| {
        Box::pin(async move { Ok(enforcement::dry_impose(act, &book(), &dry).await?.hash()) })
    });
    assert_eq!(shown.await.unwrap(), json!(sees), "who looks sees the same");
    let (id, expires) = (Uuid::from_u128(5), Moment(house.now + DAY));
    let asking = Asking { id, sees, needs, words: "a freeze".into(), colleagues: 2, outsider: None, expires };
    house.act(person(1), move |act| Box::pin(async move { approvals::ask(act, asking).await })).await.unwrap();
    let approve = async |by: u128| {
        house.act(person(by), move |act| Box::pin(async move { approvals::approve(act, id, sees).await })).await
    };
    assert_eq!(kind(&approve(1).await), Kind::Forbidden);
    approve(2).await.unwrap();
    // Another one cannot act on it, and it is good for nothing else.
    assert_eq!(kind(&impose(&house, 3, vec![freeze(&house, 1)]).await), Kind::Approval);
    assert_eq!(kind(&impose(&house, 1, vec![freeze(&house, 2)]).await), Kind::Approval);
    let done: Value = impose(&house, 1, vec![freeze(&house, 1)]).await.unwrap();
    let issued: Vec<Issued> = serde_json::from_value(done["statements"].clone()).unwrap();
    assert_eq!(issued[0].approved_by, Some(person(2)));
    assert_eq!(account(&house, "s1").await.frozen.values().sum::<i64>(), 900_000);
    house.trail().await;
}

#[tokio::test]
async fn the_switch_stops_rules_and_nobody_else() {
    let house = House::new().await;
    let turn = async |turn: Turn| {
        house
            .act(person(1), move |act| Box::pin(async move { enforcement::turn(act, turn, "bad day".into()).await }))
            .await
    };
    turn(Turn::Off(Some("cheap_new".into()))).await.unwrap();
    assert_eq!(kind(&turn(Turn::Off(Some("cheap_new".into()))).await), Kind::Conflict);
    let automatic = async |id: u128| {
        let want = Imposing { rule: Some("cheap_new".into()), ..imposing(vec![remove(id, "s1", "a")]) };
        touchstone_office::act::happen(&house.store, "rules", house.now, move |act| {
            Box::pin(async move { enforcement::impose(act, &book(), want).await })
        })
        .await
    };
    assert!(automatic(1).await.is_err());
    impose(&house, 1, vec![remove(2, "s1", "b")]).await.unwrap();
    turn(Turn::On(Some("cheap_new".into()))).await.unwrap();
    let done: Done = automatic(1).await.unwrap();
    assert!(!done.imposed.is_empty());
    house.trail().await;
}

#[tokio::test]
async fn orders_of_two_sellers_are_two_changes() {
    let house = House::new().await;
    let both = impose(&house, 1, vec![remove(1, "s1", "a"), remove(2, "s2", "b")]).await;
    assert_eq!(kind(&both), Kind::Invalid);
    assert_eq!(Of::Seller(seller("s1")).id(), "5:plaza:s1");
}
