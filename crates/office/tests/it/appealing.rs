//! From a statement to its reversal, and what stays of it: a label, proof, a count in the fuse and in the record.

use std::collections::BTreeSet;

use serde_json::Value;
use touchstone_cases::appeal::Outcome;
use touchstone_cases::enforcement::{Access, Goods, Visibility};
use touchstone_cases::fuse::{Effect, Fuse, Limits};
use touchstone_cases::id::{AppealId, DecisionId, Hash, Listing, StatementId};
use touchstone_cases::moment::{DAY, Moment};
use touchstone_cases::share::Ppb;
use touchstone_cases::vault::{Authorisation, Proof, Question};
use touchstone_office::appeals::{self, Heard, Labelled, Ruling, Says, appeal_view};
use touchstone_office::enforcement::{Done, Imposing, impose as imposed};
use touchstone_office::statements::Issued;
use touchstone_office::{Kind, Refusal, documents, fuses, reviewers, vault};
use uuid::Uuid;

use crate::acting::{account, book, impose, imposing, remove, seller, visibility};
use crate::world::{House, kind, person};

/// The account of the seller.
const SHOP: u128 = 500;

fn statement(done: &Value) -> StatementId {
    let issued: Vec<Issued> = serde_json::from_value(done["statements"].clone()).unwrap();
    issued[0].statement.id
}

async fn say(house: &House, of: &str, statement: StatementId, says: Says) -> Result<Heard, Refusal> {
    let of = seller(of);
    let said = house
        .act(person(SHOP), move |act| Box::pin(async move { appeals::say(act, &book(), &of, statement, says).await }));
    said.await.map(|heard| serde_json::from_value(heard).unwrap())
}

/// The seller sends a bill.
async fn send(house: &House, of: &str, content: Hash) {
    let file = documents::File {
        about: Some(seller(of)),
        content,
        name: "bill.pdf".into(),
        media: "application/pdf".into(),
        bytes: b"%PDF-1.7 bill".to_vec(),
        proof: true,
    };
    let sent = house.act(person(SHOP), move |act| Box::pin(async move { documents::keep(act, file).await }));
    sent.await.unwrap();
}

async fn rule(house: &House, by: u128, of: StatementId, accepted: Vec<Authorisation>) -> Result<Value, Refusal> {
    let ruling = Ruling { outcome: Outcome::Reversed, reasons: "the bill is good".into(), accepted };
    let ruled = house
        .act(person(by), move |act| Box::pin(async move { appeals::rule(act, &book(), AppealId(of.0), ruling).await }));
    ruled.await
}

fn bill(house: &House) -> Authorisation {
    let day = |days: i64| Moment(house.now + days * DAY).date_time().unwrap().date();
    Authorisation {
        id: Uuid::from_u128(8),
        seller: seller("s1"),
        brand: "gucci".into(),
        kinds: BTreeSet::new(),
        markets: BTreeSet::new(),
        goods: BTreeSet::new(),
        from: day(0),
        until: day(90),
        proof: Proof::Invoice,
        documents: BTreeSet::from([Hash([9; 32])]),
        by: person(0),
        revoked: None,
    }
}

#[tokio::test]
async fn another_person_reverses_and_the_same_ground_does_not_fell_it_again() {
    let mut house = House::new().await;
    house.screened("s1", "a", "review", 1_000).await;
    let told = statement(&impose(&house, 1, vec![remove(1, "s1", "a")]).await.unwrap());
    assert_eq!(kind(&say(&house, "s2", told, Says::Read).await), Kind::Absent, "another seller's");
    let shown = || say(&house, "s1", told, Says::Show(Hash([9; 32])));
    assert_eq!(shown().await.unwrap_err().kind, Kind::Invalid, "it was never sent");
    send(&house, "s1", Hash([9; 32])).await;
    shown().await.unwrap();
    let filed = say(&house, "s1", told, Says::File("I have the bill".into())).await.unwrap();
    let shown = appeal_view(&filed, Moment(house.now), false);
    assert_eq!((shown.status, shown.clock.unwrap().clock.as_str()), ("filed", "appeal_decision"));
    assert!(shown.heard_by.is_none() && shown.seller_id.is_none());
    assert_eq!(kind(&rule(&house, 1, told, vec![]).await), Kind::Conflict, "who decided first");
    assert_eq!(kind(&rule(&house, SHOP, told, vec![]).await), Kind::Conflict, "the seller");
    assert_eq!(visibility(&house, "s1", "a").await, Visibility::Removed);
    house.now += DAY;
    rule(&house, 2, told, vec![bill(&house)]).await.unwrap();
    assert_eq!(visibility(&house, "s1", "a").await, Visibility::Shown);
    assert_eq!(account(&house, "s1").await.access, Access::Full);
    // The label stays, and counts for who decided first.
    let labels = house.act(person(1), |act| {
        Box::pin(async move { act.found::<Labelled>("reviewer", person(1).to_string(), 10).await })
    });
    assert_eq!(labels.await.unwrap()[0]["label"]["verdict"], "wrong");
    let known = house.act(person(1), |act| Box::pin(async move { reviewers::known(act, person(1)).await }));
    assert_eq!(known.await.unwrap()["record"]["upheld"], serde_json::json!({"hits": 0, "of": 1}));
    // The same goods with nothing new: barred; with new evidence: not.
    assert_eq!(kind(&impose(&house, 3, vec![remove(9, "s1", "a")]).await), Kind::Conflict);
    let mut fresh = remove(9, "s1", "a");
    fresh.evidence.insert(Hash([8; 32]));
    impose(&house, 3, vec![fresh]).await.unwrap();
    let trail = house.trail().await;
    assert!(
        ["vault.accepted", "vault.cleared", "appeal.labelled"].iter().all(|kind| trail.contains(&(*kind).to_owned()))
    );
}

#[tokio::test]
async fn screening_finds_what_was_accepted_until_it_is_taken_back() {
    let house = House::new().await;
    let bill = bill(&house);
    send(&house, "s1", Hash([9; 32])).await;
    house.act(person(2), move |act| Box::pin(async move { vault::accept(act, bill).await })).await.unwrap();
    let listing = Listing { seller: seller("s1"), listing_id: "a".into() };
    let goods = Goods { brand: "gucci".into(), kind: Some("bag".into()) };
    let day = Moment(house.now + DAY).date_time().unwrap().date();
    let asked = Question { listing: &listing, gtin: None, goods: &goods, market: "DE", day };
    let sellers = [seller("s1"), seller("s2")];
    let covered = async || vault::look_up(&house.store, &sellers).await.unwrap().covers(asked).is_some();
    assert!(covered().await);
    let revoke = house.act(person(2), |act| {
        Box::pin(async move { vault::revoke(act, &seller("s1"), Uuid::from_u128(8), "forged".into()).await })
    });
    revoke.await.unwrap();
    assert!(!covered().await);
}

#[tokio::test]
async fn too_late_is_too_late() {
    let mut house = House::new().await;
    let told = statement(&impose(&house, 1, vec![remove(1, "s1", "a")]).await.unwrap());
    house.now += 200 * DAY;
    assert_eq!(kind(&say(&house, "s1", told, Says::File("why".into())).await), Kind::Conflict);
}

#[tokio::test]
async fn a_reversal_counts_in_the_fuse_of_the_rule() {
    let house = House::new().await;
    let limits = Limits { floor: Ppb::per_million(900_000).unwrap(), audits_min: 29 };
    let put_in = house.act(person(1), move |act| {
        Box::pin(async move { fuses::put_in(act, "cheap_new".into(), person(1), limits).await })
    });
    put_in.await.unwrap();
    let want = Imposing { rule: Some("cheap_new".into()), ..imposing(vec![remove(1, "s1", "a")]) };
    let done: Done = touchstone_office::act::happen(&house.store, "rules", house.now, move |act| {
        Box::pin(async move { imposed(act, &book(), want).await })
    })
    .await
    .unwrap();
    let told = done.statements[0].statement.id;
    say(&house, "s1", told, Says::File("it is mine".into())).await.unwrap();
    rule(&house, 2, told, vec![]).await.unwrap();
    let count = async |decision: u128, right: bool| {
        let counted = house.act(person(1), move |act| {
            Box::pin(async move { fuses::count(act, "cheap_new", DecisionId(Uuid::from_u128(decision)), right).await })
        });
        serde_json::from_value::<Fuse>(counted.await.unwrap()).unwrap()
    };
    for decision in 0..27 {
        assert_eq!(count(decision, true).await.effect(), Effect::Block);
    }
    // The same block again changes nothing; a corrected one is not counted twice.
    assert_eq!((count(3, true).await.audits.of, count(3, false).await.audits.of), (28, 28));
    assert_eq!(count(99, true).await.effect(), Effect::Review);
    assert_eq!(fuses::blown(&house.store).await.unwrap(), BTreeSet::from(["cheap_new".to_owned()]));
    let reset =
        house.act(person(1), |act| Box::pin(async move { fuses::reset(act, "cheap_new", "narrowed".into()).await }));
    reset.await.unwrap();
    assert!(fuses::blown(&house.store).await.unwrap().is_empty());
    let trail = house.trail().await;
    assert_eq!(trail.iter().filter(|kind| *kind == "fuse.blew").count(), 1);
}
