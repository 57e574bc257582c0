//! Judged and acted on in one change; cases; estimates; what leaves for the EU's database.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use touchstone_cases::case::{Case, Command as Work, Finding, How, Link, Status};
use touchstone_cases::clocks::Calendar;
use touchstone_cases::enforcement::{Access, Measure, Severity, Visibility};
use touchstone_cases::group::{self, Order, Preview};
use touchstone_cases::id::{CaseId, GroupId, Subject};
use touchstone_cases::moment::{DAY, Moment};
use touchstone_cases::queue::{Command, Item, Reviewer};
use touchstone_cases::review::Verdict;
use touchstone_cases::share::Ppb;
use touchstone_office::bulk::{self, Doing};
use touchstone_office::publication::{self, Publishing};
use touchstone_office::statements::{self, Issued};
use touchstone_office::{Kind, casework, estimates, groups, reviewers};
use uuid::Uuid;

use crate::acting::{account, book, impose, remove, seller, telling, visibility};
use crate::world::{HOUR, House, START, judgement, kind, person, skills};

fn doing() -> Doing {
    Doing {
        seed: Uuid::now_v7(),
        measure: Measure::Remove,
        end: None,
        markets: BTreeSet::new(),
        reason: "counterfeit".into(),
        severity: Severity::High,
        policy: "Seller rules 3".into(),
        exception: None,
        draw: 0,
        telling: telling(),
    }
}

#[tokio::test]
async fn a_group_decision_acts_and_its_undoing_takes_back_both() {
    let mut house = House::new().await;
    for (seller, listing) in [("s1", "a"), ("s1", "b"), ("s2", "c")] {
        house.screened(seller, listing, "review", 1_000).await;
    }
    house.take_in().await;
    let found =
        house.act(person(1), |act| Box::pin(async move { act.found::<Item>("stage", "waiting".into(), 10).await }));
    let items: Vec<Item> = serde_json::from_value(found.await.unwrap()).unwrap();
    let near: Vec<_> = items.iter().map(|item| (groups::member(item).unwrap(), Ppb::ALL)).collect();
    let (id, first) = (GroupId(Uuid::from_u128(7)), items[0].id);
    house
        .act(person(1), move |act| Box::pin(async move { groups::gather(act, id, first, near, Ppb::NONE).await }))
        .await
        .unwrap();
    let who = Reviewer { id: person(1), lead: false, skills: skills(&[]) };
    let confirmed = [seller("s1"), seller("s2")].into();
    let order = Order { who, judgement: judgement(person(1), Verdict::Fake), confirmed };
    let shown = {
        let order = order.clone();
        house.act(person(1), move |act| Box::pin(async move { groups::preview(act, id, &order).await })).await
    };
    let preview: Preview = serde_json::from_value(shown.unwrap()).unwrap();
    let decide = group::Command::Decide { order, preview: preview.hash };
    let done = house.act(person(1), move |act| {
        Box::pin(async move { Ok(bulk::group(act, &book(), id, decide, Some(doing())).await?.2) })
    });
    let done = done.await.unwrap();
    // Two sellers: two statements, three listings, and the ladder once for each.
    assert_eq!((done["statements"].as_array().unwrap().len(), done["imposed"].as_array().unwrap().len()), (2, 5));
    assert_eq!(visibility(&house, "s1", "b").await, Visibility::Removed);
    assert_eq!((account(&house, "s1").await.points, account(&house, "s2").await.points), (12, 12));
    house.now += HOUR;
    let undo = group::Command::Undo { by: person(1), reason: "a mistake".into() };
    let alone = undo.clone();
    let alone = house.act(person(1), move |act| Box::pin(async move { Ok(groups::command(act, id, alone).await?.1) }));
    assert_eq!(kind(&alone.await), Kind::Conflict, "not the judgement alone");
    let undone = house
        .act(person(1), move |act| Box::pin(async move { Ok(bulk::group(act, &book(), id, undo, None).await?.2) }));
    assert_eq!(undone.await.unwrap()["ended"].as_array().unwrap().len(), 5);
    for (of, listing) in [("s1", "a"), ("s1", "b"), ("s2", "c")] {
        assert_eq!(visibility(&house, of, listing).await, Visibility::Shown);
    }
    assert_eq!((account(&house, "s1").await.access, house.store.waiting().await.unwrap()), (Access::Full, 3));
    house.trail().await;
}

#[tokio::test]
async fn one_item_acts_only_if_it_is_a_fake() {
    let house = House::new().await;
    for (listing, verdict) in [("a", Verdict::Genuine), ("b", Verdict::Fake)] {
        house.screened("s1", listing, "review", 1_000).await;
        house.take_in().await;
        let item = house.next(person(1)).await.unwrap();
        let done = house.act(person(1), move |act| {
            Box::pin(async move {
                let who = reviewers::reviewer(act, false).await?;
                let token = item.lock.token;
                let command = Command::Judge { who, token, judgement: judgement(person(1), verdict) };
                Ok(bulk::item(act, &book(), item.id, command, Some(doing())).await?.1)
            })
        });
        let acted = !done.await.unwrap()["imposed"].as_array().unwrap().is_empty();
        assert_eq!(acted, verdict == Verdict::Fake);
    }
    assert_eq!(visibility(&house, "s1", "b").await, Visibility::Removed);
    let found =
        house.act(person(1), |act| Box::pin(async move { act.found::<Item>("stage", "decided".into(), 10).await }));
    let items: Vec<Item> = serde_json::from_value(found.await.unwrap()).unwrap();
    let fake = items.iter().find(|item| touchstone_office::items::is_fake(item)).unwrap().id;
    let reopen = || Command::Reopen { reason: "a mistake".into() };
    let alone = house.act(person(1), move |act| {
        Box::pin(async move { touchstone_office::items::command(act, fake, reopen()).await })
    });
    assert_eq!(kind(&alone.await), Kind::Conflict);
    let both = house.act(person(1), move |act| {
        Box::pin(async move { Ok(bulk::item(act, &book(), fake, reopen(), None).await?.1) })
    });
    both.await.unwrap();
    assert_eq!(visibility(&house, "s1", "b").await, Visibility::Shown);
}

#[tokio::test]
async fn cases_tell_each_other() {
    let house = House::new().await;
    let (one, two) = (CaseId(Uuid::from_u128(1)), CaseId(Uuid::from_u128(2)));
    for id in [one, two] {
        let subject = Subject::Seller(seller("s1"));
        house
            .act(person(1), move |act| Box::pin(async move { casework::open(act, id, subject, "odd".into()).await }))
            .await
            .unwrap();
    }
    let work = async |id: CaseId, command: Work| {
        let done =
            house.act(person(1), move |act| Box::pin(async move { casework::command(act, id, command).await })).await;
        done.map(|case| serde_json::from_value::<Case>(case).unwrap())
    };
    work(one, Work::Link(Link { case: two, how: How::AppealOf })).await.unwrap();
    let other = house
        .act(person(1), move |act| Box::pin(async move { act.get::<Case>(&two.to_string()).await }))
        .await
        .unwrap();
    let other: Case = serde_json::from_value(other).unwrap();
    assert_eq!(other.links, [Link { case: one, how: How::AppealedBy }]);
    work(one, Work::Note("Ms Meier called".into())).await.unwrap();
    work(two, Work::Close { finding: Finding::Confirmed, reason: "seen".into() }).await.unwrap();
    assert_eq!(work(one, Work::Merge(two)).await.unwrap().status, Status::Merged { into: two });
    assert_eq!(kind(&work(one, Work::Note("more".into())).await), Kind::Conflict);
    let lost = CaseId(Uuid::from_u128(3));
    assert_eq!(kind(&work(two, Work::Link(Link { case: lost, how: How::Related })).await), Kind::Absent);
    let left = house.act(person(1), move |act| Box::pin(async move { casework::export(act, one, None).await })).await;
    assert!(left.unwrap()["manifest"].as_str().unwrap().contains("\"schema\":1"));
    assert!(house.trail().await.contains(&"case.exported".to_owned()));
}

type Days = (Moment, Moment);

async fn cells(house: &House, (from, until): Days) -> Vec<Value> {
    let cells = house
        .act(person(1), move |act| Box::pin(async move { estimates::cells(act, (from.0, until.0)).await }))
        .await
        .unwrap();
    cells.as_array().unwrap().clone()
}

fn listings(cells: &[Value], side: &str) -> u64 {
    let of = cells.iter().filter(|cell| cell["side"] == side);
    of.map(|cell| cell["population"].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn estimates_come_from_what_was_counted_and_judged() {
    let house = House::new().await;
    house.screened("s1", "a", "allow", 1_000).await;
    for listing in ["b", "c"] {
        house.screened("s1", listing, "review", 1_000).await;
    }
    house.take_in().await;
    // What waits already is not counted again.
    house.screened("s1", "c", "review", 1_000).await;
    house.take_in().await;
    let item = house.next(person(1)).await.unwrap();
    house.judge(person(1), item.id, item.lock.token, Verdict::Fake).await.unwrap();
    let day = Moment(START - START % DAY);
    let today = (day, day.plus(DAY));
    let seen = cells(&house, today).await;
    assert_eq!((listings(&seen, "allowed"), listings(&seen, "reviewed")), (1, 2));
    let between = async |days: Days, corrected| {
        house.act(person(1), move |act| Box::pin(async move { estimates::between(act, days, corrected).await })).await
    };
    assert_eq!(between(today, false).await.unwrap()["prevalence"]["judged"], 1);
    assert_eq!(kind(&between(today, true).await), Kind::Conflict, "no golden items yet");
    assert_eq!(kind(&between((day, day), false).await), Kind::Invalid);
    assert_eq!(kind(&between((day, day.plus(DAY + 1)), false).await), Kind::Invalid);
}

#[tokio::test]
async fn days_begin_where_the_house_is() {
    let mut house = House::new().await;
    // At 15:59 and 16:00 in UTC it is before and after midnight in Shanghai; the intake comes an hour later.
    let midnight = START - START % DAY + 16 * HOUR;
    for (at, listing) in [(midnight - 60_000_000, "a"), (midnight, "b"), (midnight + 60_000_000, "c")] {
        house.now = at;
        house.screened("s1", listing, "review", 1_000).await;
    }
    house.now = midnight + HOUR;
    house.take_in().await;
    while let Some(item) = house.next(person(1)).await {
        house.judge(person(1), item.id, item.lock.token, Verdict::Fake).await.unwrap();
    }
    let shanghai = Calendar::new("Asia/Shanghai", [], []).unwrap();
    let day = |text: &str| (shanghai.first_moment(text).unwrap(), shanghai.end_of(text).unwrap());
    let [first, second] = ["2027-01-15", "2027-01-16"].map(day);
    assert_eq!(first.1, Moment(midnight));
    for (day, count) in [(first, 1), (second, 2)] {
        let seen = cells(&house, day).await;
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert_eq!((&seen[0]["population"], &seen[0]["judged"]), (&json!(count), &json!(count)));
    }
}

#[tokio::test]
async fn what_nobody_got_to_is_sampled() {
    let mut house = House::new().await;
    let all = "schema = 1\n[[stratum]]\nid = \"all\"\nof = \"allowed\"\nper_million = 1\n[[stratum]]\nid = \"left\"\n\
        of = \"reviewed\"\nper_million = 500_000\n[[stratum]]\nid = \"all\"\nof = \"blocked\"\nper_million = 1\n";
    let source = touchstone_diagnostic::Source { name: "sampling.toml", text: all };
    let plan = touchstone_cases::sample::Plan::read(source, touchstone_cases::facts::Known::default()).0.unwrap();
    let settings = touchstone_office::settings::Settings { plan, ..(*house.settings).clone() };
    house.settings = std::sync::Arc::new(settings);
    for at in 0..40 {
        house.screened("s1", &at.to_string(), "review", 1_000).await;
    }
    house.take_in().await;
    for _ in 0..10 {
        let item = house.next(person(1)).await.unwrap();
        house.judge(person(1), item.id, item.lock.token, Verdict::Fake).await.unwrap();
    }
    // The others change before anybody gets to them: about half of them wait on, as they were and blind.
    for at in 0..40 {
        house.screened("s1", &at.to_string(), "allow", 2_000).await;
    }
    house.take_in().await;
    let kept = usize::try_from(house.store.waiting().await.unwrap()).unwrap();
    assert!((5..=25).contains(&kept), "{kept} of 30");
    while let Some(item) = house.next(person(2)).await {
        assert!(item.review.blind && item.drawn.is_some());
        house.judge(person(2), item.id, item.lock.token, Verdict::Genuine).await.unwrap();
    }
    let day = Moment(START - START % DAY);
    let seen = cells(&house, (day, day.plus(DAY))).await;
    let reviewed: Vec<&Value> = seen.iter().filter(|cell| cell["side"] == "reviewed").collect();
    let of = |cell: &Value| ["population", "drawn", "judged", "fakes"].map(|name| cell[name].as_u64().unwrap());
    assert_eq!(reviewed.iter().map(|cell| of(cell)).collect::<Vec<_>>(), [[30, kept as u64, kept as u64, 0], [10; 4]]);
}

#[tokio::test]
async fn what_leaves_is_checked_and_sent_once() {
    let house = House::new().await;
    let done: Value = impose(&house, 1, vec![remove(1, "seller-one", "listing-one")]).await.unwrap();
    let issued: Vec<Issued> = serde_json::from_value(done["statements"].clone()).unwrap();
    let id = issued[0].statement.id;
    let collect = async |territory: &[&str]| {
        let territory = territory.iter().map(|country| (*country).to_owned()).collect();
        let publishing = Publishing { territory, ..Publishing::default() };
        let collected =
            house.act(person(1), move |act| Box::pin(async move { publication::collect(act, &publishing, 100).await }));
        collected.await.unwrap()
    };
    let without = collect(&[]).await;
    assert!(without["calls"].as_array().unwrap().is_empty());
    assert!(without["refused"][0]["faults"][0].as_str().unwrap().contains("territorial_scope"));
    let good = collect(&["DE", "FR"]).await;
    assert_eq!(good["refused"], serde_json::json!([]));
    let sent = &good["calls"][0]["statements"][0];
    assert_eq!(sent["puid"], id.to_string());
    assert!(!sent.to_string().contains("seller-one") && !sent.to_string().contains("listing-one"));
    assert_eq!(collect(&["DE"]).await["calls"].as_array().unwrap().len(), 1, "not sent before it is said");
    let marked =
        house.act(person(1), move |act| Box::pin(async move { statements::mark_sent(act, &book(), &[id]).await }));
    marked.await.unwrap();
    assert!(collect(&["DE"]).await["calls"].as_array().unwrap().is_empty());
}
