//! Many people at one queue: nobody gets what another has, a late one is refused, and how long the next item takes.
//!
//! `ITEMS=100000 cargo test --release -p touchstone-office --test it workers -- --nocapture` measures what docs/review.md
//! says; without it there are few items, and nothing is timed.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use touchstone_cases::id::{DecisionId, Hash, ItemId, Listing, Seller, Subject, Version};
use touchstone_cases::queue::{Command, Entry, Item, Risk};
use touchstone_cases::review::{Review, Verdict};
use touchstone_cases::routing::Route;
use touchstone_office::act::happen;
use touchstone_office::{Kind, items, reviewers};
use uuid::Uuid;

use crate::world::{HOUR, House, kind, person};

/// People at the queue.
const WORKERS: u128 = 20;
/// Items that come in with one transaction.
const BATCH: usize = 500;

#[tokio::test(flavor = "multi_thread")]
async fn twenty_workers_on_sqlite() {
    at_once(House::new().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_workers_on_postgres() {
    at_once(House::shared().await).await;
}

fn items() -> usize {
    std::env::var("ITEMS").ok().and_then(|text| text.parse().ok()).unwrap_or(400)
}

/// The harms differ, so that the order is not that of coming.
fn entry(number: usize) -> Entry {
    let seller = Seller { marketplace: "plaza".into(), seller_id: format!("s{}", number % 997) };
    let listing = Listing { seller, listing_id: format!("l{number}") };
    let version = Version { listing, content: Hash([7; 32]) };
    let dear = u64::try_from(number * 7_919 % 10_007).unwrap();
    let risk = Risk { probability_micro: 500_000, at_risk_minor: dear, severity_minor: 0, exposure_daily: 1 };
    Entry {
        id: ItemId(Uuid::now_v7()),
        subject: Subject::Listing(version),
        decision: Some(DecisionId(Uuid::now_v7())),
        drawn: None,
        stratum: None,
        decided_at: None,
        risk,
        place: None,
        route: Route { queue: "general".into(), skill: None },
        review: Review::default(),
    }
}

async fn fill(house: &House, count: usize) {
    let ageing = house.settings.ageing;
    for first in (0..count).step_by(BATCH) {
        let entries: Vec<Entry> = (first..count.min(first + BATCH)).map(entry).collect();
        happen(&house.store, "intake", house.now, move |act| {
            Box::pin(async move {
                for entry in entries {
                    items::enter(act, entry, ageing).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    }
}

async fn at_once(house: House) {
    let count = items();
    fill(&house, count).await;
    alone(&house, (count / 100).clamp(5, 1_000)).await;
    let (house, held, times) =
        (Arc::new(house), Arc::new(Mutex::new(BTreeSet::new())), Arc::new(Mutex::new(Vec::new())));
    let each = (count / 40).clamp(10, 100);
    let work = |worker: u128| {
        let (house, held, times) = (Arc::clone(&house), Arc::clone(&held), Arc::clone(&times));
        tokio::spawn(async move {
            for _ in 0..each {
                let began = Instant::now();
                let item: Item = house.next(person(worker)).await.expect("enough for all");
                times.lock().unwrap().push(began.elapsed());
                assert!(held.lock().unwrap().insert(item.id), "two have the same");
                // Every third is left lying.
                if !item.id.0.as_u128().is_multiple_of(3) {
                    house.judge(person(worker), item.id, item.lock.token, Verdict::Genuine).await.unwrap();
                }
            }
        })
    };
    let workers: Vec<_> = (1..=WORKERS).map(work).collect();
    for worker in workers {
        worker.await.unwrap();
    }
    let times = std::mem::take(&mut *times.lock().unwrap());
    said("all at once, without a pause", times);
    late_is_refused(house).await;
}

/// One person who takes, looks and judges: how long the next item takes when nobody else is in the way.
async fn alone(house: &House, times: usize) {
    let mut took = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        let item = house.next(person(99)).await.expect("enough");
        took.push(began.elapsed());
        house.judge(person(99), item.id, item.lock.token, Verdict::Genuine).await.unwrap();
    }
    said("one after the other", took);
}

#[allow(clippy::print_stdout, reason = "the figures of a measurement")]
fn said(how: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |permille: usize| times.get(times.len() * permille / 1_000).copied().unwrap_or(Duration::ZERO);
    println!("next item, {how}: {} taken, p50 {:?}, p99 {:?}, max {:?}", times.len(), at(500), at(990), times.last());
}

/// Whoever held an item too long, and somebody took it, is refused.
async fn late_is_refused(house: Arc<House>) {
    let first: Item = house.next(person(1)).await.unwrap();
    let later = House {
        now: house.now + 5 * HOUR,
        store: Arc::clone(&house.store),
        settings: Arc::clone(&house.settings),
        folder: None,
    };
    let (id, token) = (first.id, first.lock.token);
    let taken = later.act(person(2), move |act| {
        Box::pin(async move {
            let who = reviewers::reviewer(act, false).await?;
            items::command(act, id, Command::Take { who, lease: HOUR }).await
        })
    });
    taken.await.unwrap();
    let late = later.judge(person(1), id, token, Verdict::Fake).await;
    assert_eq!(kind(&late), Kind::Conflict);
}
