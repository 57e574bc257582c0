//! From a decision to a verdict.

use serde_json::Value;
use touchstone_audit::event::Party;
use touchstone_cases::group::{self, Group, Order, Preview};
use touchstone_cases::id::GroupId;
use touchstone_cases::queue::State;
use touchstone_cases::review::Verdict;
use touchstone_cases::share::Ppb;
use touchstone_office::{Kind, groups, reviewers};
use touchstone_store::{Logged, Noted};
use uuid::Uuid;

use crate::world::{HOUR, House, judgement, kind, person, skills};

#[tokio::test]
async fn a_review_waits_is_taken_and_judged() {
    let mut house = House::new().await;
    house.screened("s1", "cheap", "review", 1_000).await;
    house.screened("s1", "dear", "review", 900_000).await;
    house.screened("s2", "fine", "allow", 1_000).await;
    assert_eq!((house.take_in().await, house.take_in().await), (3, 0));
    // The dearer first, and to each another.
    let (first, second) = (house.next(person(1)).await.unwrap(), house.next(person(2)).await.unwrap());
    let listing =
        |item: &touchstone_cases::queue::Item| serde_json::to_value(&item.subject).unwrap()["listing_id"].clone();
    assert_eq!((listing(&first), listing(&second)), ("dear".into(), "cheap".into()));
    assert!(house.next(person(3)).await.is_none());
    // One who is late is refused, and nothing of it stays.
    house.now += 2 * HOUR;
    let taken = house.next(person(3)).await.unwrap();
    assert_eq!(taken.id, first.id);
    let late = house.judge(person(1), first.id, first.lock.token, Verdict::Fake).await;
    assert_eq!(kind(&late), Kind::Conflict);
    let judged = house.judge(person(3), taken.id, taken.lock.token, Verdict::Fake).await.unwrap();
    assert_eq!(judged.state(judged.created_at), State::Decided);
    let trail = house.trail().await;
    let of_items = trail.iter().filter(|kind| kind.starts_with("item.")).map(String::as_str);
    let expected = [
        "item.entered",
        "item.entered",
        "item.lock.taken",
        "item.lock.taken",
        "item.lock.taken",
        "item.review.judged",
        "item.review.settled",
        "item.lock.released",
        "item.staged",
    ];
    assert_eq!(of_items.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn what_people_wrote_is_sealed_in_the_trail() {
    let house = House::new().await;
    house.screened("s1", "l1", "review", 1_000).await;
    house.take_in().await;
    let item = house.next(person(1)).await.unwrap();
    house.judge(person(1), item.id, item.lock.token, Verdict::Fake).await.unwrap();
    let rows = house.store.trail(&touchstone_store::TrailFilter::default(), 100).await.unwrap();
    let texts: Vec<String> = rows.into_iter().map(|row| String::from_utf8(row.body).unwrap()).collect();
    assert!(texts.iter().all(|text| !text.contains("Meier")));
    assert!(texts.iter().any(|text| text.contains("logo_wrong") && text.contains("/after/judgement/note")));
}

#[tokio::test]
async fn skills_are_asked_for() {
    let house = House::new().await;
    let set = house.act(person(9), |act| {
        Box::pin(async move { reviewers::set_skills(act, person(1), skills(&["watches", "zh"])).await })
    });
    assert_eq!(set.await.unwrap()["skills"], serde_json::json!(["watches", "zh"]));
    let wrong = house
        .act(person(9), |act| Box::pin(async move { reviewers::set_skills(act, person(1), skills(&["Ü"])).await }));
    assert_eq!(kind(&wrong.await), Kind::Invalid);
}

#[tokio::test]
async fn a_newer_decision_takes_back_what_waits() {
    let house = House::new().await;
    house.screened("s1", "l1", "review", 1_000).await;
    house.take_in().await;
    house.screened("s1", "l1", "review", 1_000).await;
    house.screened("s1", "l2", "review", 1_000).await;
    house.take_in().await;
    assert_eq!(house.store.waiting().await.unwrap(), 2);
    house.screened("s1", "l1", "allow", 1_000).await;
    house.screened("s1", "l2", "review", 2_000).await;
    house.take_in().await;
    assert_eq!(house.store.waiting().await.unwrap(), 1);
}

#[tokio::test]
async fn one_decision_for_many_after_a_preview_and_undone() {
    let house = House::new().await;
    for (seller, listing) in [("s1", "a"), ("s1", "b"), ("s2", "c")] {
        house.screened(seller, listing, "review", 1_000).await;
    }
    house.take_in().await;
    let items = house.act(person(1), |act| {
        Box::pin(async move { act.found::<touchstone_cases::queue::Item>("stage", "waiting".into(), 10).await })
    });
    let items: Vec<touchstone_cases::queue::Item> = serde_json::from_value(items.await.unwrap()).unwrap();
    let near: Vec<_> = items.iter().map(|item| (groups::member(item).unwrap(), Ppb::ALL)).collect();
    let (id, first) = (GroupId(Uuid::from_u128(7)), items[0].id);
    let group =
        house.act(person(1), move |act| Box::pin(async move { groups::gather(act, id, first, near, Ppb::NONE).await }));
    let group: Group = serde_json::from_value(group.await.unwrap()).unwrap();
    assert_eq!(group.members.len(), 3);
    let order = |confirmed: Vec<touchstone_cases::id::Seller>| {
        let who = touchstone_cases::queue::Reviewer { id: person(1), lead: false, skills: skills(&[]) };
        Order { who, judgement: judgement(person(1), Verdict::Fake), confirmed: confirmed.into_iter().collect() }
    };
    let preview = async |order: Order| {
        let shown = house.act(person(1), move |act| Box::pin(async move { groups::preview(act, id, &order).await }));
        serde_json::from_value::<Preview>(shown.await.unwrap()).unwrap()
    };
    // Never across sellers unless each is confirmed.
    assert!(preview(order(vec![])).await.served.is_empty());
    let sellers: Vec<_> = group.members.iter().map(|member| member.version.listing.seller.clone()).collect();
    let shown = preview(order(sellers.clone())).await;
    assert_eq!(shown.served.len(), 3);
    let command = async |command: group::Command| {
        house
            .act(person(1), move |act| Box::pin(async move { Ok(groups::command(act, id, command).await?.1.len()) }))
            .await
    };
    let stale = group::Command::Decide { order: order(sellers.clone()), preview: touchstone_cases::id::Hash([0; 32]) };
    assert_eq!(kind(&command(stale).await), Kind::Conflict);
    let decide = group::Command::Decide { order: order(sellers), preview: shown.hash };
    assert_eq!(command(decide).await.unwrap(), 3);
    assert_eq!(house.store.waiting().await.unwrap(), 0);
    let undo = group::Command::Undo { by: person(1), reason: "a mistake".into() };
    assert_eq!(command(undo).await.unwrap(), 3);
    assert_eq!(house.store.waiting().await.unwrap(), 3);
    house.trail().await;
}

#[tokio::test]
async fn a_price_beyond_all_sense_holds_up_nobody() {
    let house = House::new().await;
    house.screened("s1", "dear", "review", i64::MAX).await;
    house.screened("s2", "cheap", "review", 1_000).await;
    assert_eq!((house.take_in().await, house.store.waiting().await.unwrap()), (2, 2));
    house.trail().await;
}

#[tokio::test]
async fn what_an_erased_seller_offered_is_looked_at_no_more() {
    let house = House::new().await;
    house.screened("s1", "dear", "review", 900_000).await;
    house.screened("s2", "cheap", "review", 1_000).await;
    house.take_in().await;
    assert!(house.store.erase("plaza", "s1", erased(house.now)).await.unwrap());
    let next = house.next(person(1)).await.unwrap();
    assert_eq!(serde_json::to_value(&next.subject).unwrap()["listing_id"], "cheap");
    assert!(house.next(person(2)).await.is_none());
    house.trail().await;
}

/// As the trail has an erasure.
fn erased(at: i64) -> Logged {
    let party = |kind: &str| Party { kind: kind.to_owned(), id: "s1".to_owned() };
    let noted = Noted {
        actor: party("house"),
        kind: "seller.erased".to_owned(),
        subject: party("seller"),
        reason: "seller.erased".to_owned(),
        before: Value::Null,
        after: Value::Null,
        private: Vec::new(),
        about: None,
    };
    Logged { at, noted }
}
