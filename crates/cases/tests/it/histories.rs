//! Random histories of one item: its state is what a simple reading of its events says, also when they are stored between.

use proptest::prelude::*;
use touchstone_cases::lock;
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{Ageing, Command, Event, Item, Risk, Stage, State, apply, decide};
use touchstone_cases::review::{self, Review, Verdict};
use touchstone_cases::routing::Route;

use crate::made;

#[derive(Debug, Clone)]
struct Step {
    what: u8,
    who: u128,
    /// How many tokens ago theirs was given.
    token_age: u64,
    verdict: u8,
    wait: i64,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = (0..12_u8, 0..4_u128, 0..3_u64, 0..3_u8, 0..40_i64)
        .prop_map(|(what, who, token_age, verdict, wait)| Step { what, who, token_age, verdict, wait });
    prop::collection::vec(one, 0..60)
}

fn command(step: &Step, item: &Item, now: Moment) -> Command {
    let by = made::person(step.who);
    let who = made::reviewer(step.who, step.who == 0);
    let token = item.lock.token.saturating_sub(step.token_age / 2);
    let (reason, lease) = ("because".to_owned(), 60);
    let verdict = [Verdict::Fake, Verdict::Genuine, Verdict::Unsure][usize::from(step.verdict)];
    match step.what {
        0..=2 => Command::Take { who, lease },
        3 => Command::Renew { by, token, lease },
        4 => Command::Release { by, token },
        5 => Command::TakeOver { who, reason, lease },
        6 => Command::Skip { by, token, reason, until: now.plus(30) },
        7 | 8 => Command::Judge { who, token, judgement: made::judgement(verdict) },
        9 => Command::Weigh { risk: Risk { at_risk_minor: 7, ..item.risk }, ageing: Ageing { hours: 2 } },
        10 if step.wait % 4 == 0 => Command::Withdraw { reason },
        10 => Command::Move { route: Route { queue: "other".into(), skill: None } },
        _ => Command::Reopen { reason },
    }
}

/// What the whole history says, each question asked of it anew.
fn recomputed(start: &Item, events: &[Event]) -> Item {
    let mut item = start.clone();
    let locks = || events.iter().filter_map(|e| if let Event::Lock(lock) = e { Some(lock) } else { None });
    item.lock.token = locks().filter(|e| matches!(e, lock::Event::Taken { .. })).count() as u64;
    let since =
        events.iter().rposition(|e| matches!(e, Event::Lock(lock::Event::Taken { .. } | lock::Event::Released)));
    item.lock.held = since.and_then(|at| match &events[at] {
        Event::Lock(lock::Event::Taken { by, until, .. }) => {
            let renewed = events[at..].iter().rev().find_map(|event| match event {
                Event::Lock(lock::Event::Renewed { until }) => Some(*until),
                _ => None,
            });
            Some(lock::Held { by: *by, until: renewed.unwrap_or(*until) })
        }
        _ => None,
    });
    let last_reopened = events.iter().rposition(|e| matches!(e, Event::Review(review::Event::Reopened)));
    let said = &events[last_reopened.map_or(0, |at| at + 1)..];
    for event in said {
        match event {
            Event::Review(review::Event::Judged { judgement }) => item.review.judgements.push(judgement.clone()),
            Event::Review(review::Event::Settled { settled }) => item.review.settled = Some(settled.clone()),
            _ => {}
        }
    }
    let staged = events.iter().rev().find_map(|e| if let Event::Staged { to, .. } = e { Some(to) } else { None });
    item.stage = staged.cloned().unwrap_or(Stage::Open);
    let weighed =
        events.iter().rev().find_map(|e| if let Event::Weighed { risk, key } = e { Some((*risk, *key)) } else { None });
    (item.risk, item.key) = weighed.unwrap_or((item.risk, item.key));
    let moved = events.iter().rev().find_map(|e| if let Event::Moved { route } = e { Some(route) } else { None });
    item.route = moved.unwrap_or(&item.route).clone();
    item
}

fn check_invariants(item: &Item, now: Moment) {
    let decided = matches!(item.stage, Stage::Decided { .. });
    assert_eq!(decided, item.review.settled.is_some(), "decided is what has a verdict");
    if decided || matches!(item.stage, Stage::Withdrawn { .. }) {
        assert_eq!(item.lock.held, None, "nobody holds what is closed");
    }
    let mut judges: Vec<_> = item.review.judgements.iter().map(|judgement| judgement.by).collect();
    judges.sort_unstable();
    judges.dedup();
    assert_eq!(judges.len(), item.review.judgements.len(), "nobody judges twice");
    assert!(item.state(now) != State::Locked || item.lock.holder(now).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_state_is_what_its_history_says(steps in steps(), second: bool, golden: bool) {
        let review = Review { second, golden: golden.then_some(Verdict::Fake), ..Review::default() };
        let start = made::item(1, 5_000, review, 0);
        prop_assert_eq!(start.review.blind, golden);
        let (mut item, mut events, mut now) = (start.clone(), Vec::new(), Moment(0));
        for step in &steps {
            now = now.plus(step.wait);
            let before = item.clone();
            let command = command(step, &item, now);
            let late = matches!(&command, Command::Judge { token, .. } | Command::Renew { token, .. } |
                Command::Release { token, .. } | Command::Skip { token, .. } if *token != item.lock.token);
            let Ok(new) = decide(&item, command, now) else {
                prop_assert_eq!(&before, &item);
                continue;
            };
            prop_assert!(!late, "a late token brought about {new:?}");
            for event in new {
                // As it would come back from a store.
                let event: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
                apply(&mut item, &event);
                events.push(event);
            }
            check_invariants(&item, now);
            prop_assert_eq!(&recomputed(&start, &events), &item);
        }
        let stored: Item = serde_json::from_str(&serde_json::to_string(&item).unwrap()).unwrap();
        prop_assert_eq!(stored, item);
    }

    /// However much comes later, an item is overtaken only by what is less than k · ln(harm / harm) younger.
    #[test]
    fn waiting_is_bounded(early in 1..1_000_000_u64, later in 1..1_000_000_u64, after in 0..400_i64, hours in 1..48_u32) {
        let ageing = Ageing { hours };
        let risk = |money| Risk { probability_micro: 1_000_000, at_risk_minor: money, severity_minor: 0, exposure_daily: 1 };
        let hour = touchstone_cases::moment::HOUR;
        let overtakes = ageing.key(Moment(after * hour), risk(later)) < ageing.key(Moment(0), risk(early));
        let bound = f64::from(hours) * (later as f64 / early as f64).ln();
        if (after as f64 - bound).abs() > 1e-6 {
            prop_assert_eq!(overtakes, (after as f64) < bound);
        }
    }
}
