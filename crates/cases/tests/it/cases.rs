//! Cases: random histories against a simple recomputation, and what must be refused.

use proptest::prelude::*;
use touchstone_cases::case::{
    Case, Command, Due, Event, Evidence, File, Finding, How, Link, Refusal, Seen, Status, What, apply, decide, open,
};
use touchstone_cases::clocks::Status as Clock;
use touchstone_cases::id::{ActionId, CaseId, Hash, ItemId, Seller, Subject};
use touchstone_cases::moment::Moment;
use uuid::Uuid;

use crate::made::person;

fn case_id(id: u128) -> CaseId {
    CaseId(Uuid::from_u128(id))
}

fn opened() -> Case {
    let seller = Seller { marketplace: "m".into(), seller_id: "s".into() };
    open(case_id(1), Subject::Seller(seller), Some(person(1)), "three copies in a week".into(), Moment(0)).unwrap()
}

fn evidence(content: u8, seen_at: i64) -> Evidence {
    let how = Seen::Fetched { address: "https://shop.example/1.jpg".into() };
    let content = Hash([content; 32]);
    Evidence { content, media: "image/jpeg".into(), bytes: 9, seen_at: Moment(seen_at), how, what: "the logo".into() }
}

fn file(content: u8) -> File {
    File { content: Hash([content; 32]), name: "invoice.pdf".into(), media: "application/pdf".into(), bytes: 7 }
}

fn done(case: &mut Case, command: Command, now: i64) -> Result<(), Refusal> {
    let event = decide(case, command, Some(person(1)), Moment(now))?;
    apply(case, &event);
    Ok(())
}

/// The last answer of the timeline to each question.
fn recomputed(start: &Case, events: &[Event]) -> Case {
    let last = |pick: fn(&What) -> Option<Status>| events.iter().rev().find_map(|event| pick(&event.what));
    let status = last(|what| match what {
        What::Became { status } => Some(status.clone()),
        What::Reopened { .. } => Some(Status::Open),
        _ => None,
    });
    let assigned = events.iter().rev().find_map(|e| if let What::Assigned { to } = &e.what { Some(*to) } else { None });
    let due = events.iter().rev().find_map(|e| if let What::Due { due } = &e.what { Some(due.clone()) } else { None });
    let mut links: Vec<Link> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let What::Linked { link } = event.what else { continue };
        let gone = events[at..].iter().any(|later| later.what == What::Unlinked { link });
        if !gone {
            links.push(link);
        }
    }
    Case {
        status: status.unwrap_or(Status::Open),
        assigned: assigned.flatten(),
        due: due.flatten(),
        links,
        timeline: start.timeline.iter().chain(events).cloned().collect(),
        ..start.clone()
    }
}

fn commands() -> impl Strategy<Value = Command> {
    let link = || {
        (1..4_u128, 0..3_u8).prop_map(|(id, how)| Link {
            case: case_id(id),
            how: [How::Related, How::AppealOf, How::MergedFrom][usize::from(how)],
        })
    };
    prop_oneof![
        3 => (0..3_u8, -5..200_i64).prop_map(|(content, at)| Command::See(evidence(content, at))),
        2 => Just(Command::Note("seen again".into())),
        1 => (0..3_u8).prop_map(|content| Command::File(file(content))),
        2 => prop::option::of(1..4_u128).prop_map(|to| Command::Assign(to.map(person))),
        2 => prop::option::of(0..300_i64).prop_map(|at| Command::Due(at.map(|at| Due { at: Moment(at), warns: Moment(at), what: "answer".into() }))),
        3 => link().prop_map(Command::Link),
        2 => link().prop_map(Command::Unlink),
        1 => Just(Command::Reviewed(ItemId(Uuid::nil()))),
        1 => Just(Command::Acted(ActionId(Uuid::nil()))),
        2 => (0..300_i64).prop_map(|until| Command::Wait { on: "the brand".into(), until: Moment(until) }),
        2 => Just(Command::Resume),
        2 => Just(Command::Close { finding: Finding::Confirmed, reason: "the brand says so".into() }),
        3 => Just(Command::Reopen("an appeal".into())),
        1 => (1..9_u128).prop_filter("rare", |id| *id > 6).prop_map(|into| Command::Merge(case_id(into))),
    ]
}

proptest! {
    #[test]
    fn a_case_is_what_its_timeline_says(commands in prop::collection::vec(commands(), 0..60)) {
        let start = opened();
        let (mut case, mut events) = (start.clone(), Vec::new());
        for (now, command) in (1..).zip(commands) {
            let merged = matches!(case.status, Status::Merged { .. });
            let Ok(event) = decide(&case, command, Some(person(1)), Moment(now * 5)) else { continue };
            prop_assert!(!merged, "a merged case took {event:?}");
            let event: Event = serde_json::from_str(&serde_json::to_string(&event).unwrap()).unwrap();
            apply(&mut case, &event);
            events.push(event);
            prop_assert_eq!(&recomputed(&start, &events), &case);
        }
        let exported = case.export().unwrap();
        let read: Case = serde_json::from_value(exported["case"].clone()).unwrap();
        prop_assert_eq!(read, case);
        prop_assert!(!has_float(&exported));
    }
}

fn has_float(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => number.is_f64(),
        serde_json::Value::Array(list) => list.iter().any(has_float),
        serde_json::Value::Object(map) => map.values().any(has_float),
        _ => false,
    }
}

#[test]
fn a_closed_case_takes_notes_and_links_only() {
    let mut case = opened();
    done(&mut case, Command::Close { finding: Finding::Unfounded, reason: "authorised".into() }, 1).unwrap();
    assert_eq!(done(&mut case, Command::See(evidence(1, 0)), 2), Err(Refusal::Closed));
    assert_eq!(done(&mut case, Command::Assign(None), 2), Err(Refusal::Closed));
    done(&mut case, Command::Note("the seller called".into()), 2).unwrap();
    done(&mut case, Command::Link(Link { case: case_id(2), how: How::AppealedBy }), 2).unwrap();
    done(&mut case, Command::Reopen("an appeal".into()), 3).unwrap();
    done(&mut case, Command::Merge(case_id(9)), 4).unwrap();
    assert_eq!(done(&mut case, Command::Note("late".into()), 5), Err(Refusal::Merged(case_id(9))));
}

#[test]
fn what_cannot_be_is_refused() {
    let mut case = opened();
    assert_eq!(done(&mut case, Command::See(evidence(1, 5)), 4), Err(Refusal::Future(Moment(5))));
    assert_eq!(
        done(&mut case, Command::Wait { on: "the brand".into(), until: Moment(4) }, 4),
        Err(Refusal::Past(Moment(4)))
    );
    let itself = Link { case: case_id(1), how: How::Related };
    assert_eq!(done(&mut case, Command::Link(itself), 4), Err(Refusal::Itself));
    assert_eq!(done(&mut case, Command::Unlink(Link { case: case_id(2), ..itself }), 4), Err(Refusal::Link));
    assert!(matches!(done(&mut case, Command::Note("  ".into()), 4), Err(Refusal::Text { what: "a note", .. })));
    assert_eq!(done(&mut case, Command::Resume, 4), Err(Refusal::NotWaiting));
}

#[test]
fn what_is_due_is_warned_of_and_missed_once_until_it_is_over() {
    let mut case = opened();
    let due =
        |at: i64| Command::Due(Some(Due { at: Moment(at), warns: Moment(at - 4), what: "answer the seller".into() }));
    done(&mut case, due(10), 1).unwrap();
    let tick = |case: &mut Case, now: i64| {
        let event = case.tick(Moment(now));
        event.iter().for_each(|event| apply(case, event));
        event.map(|event| event.what)
    };
    let told = |status| Some(What::Clock { status });
    assert_eq!((case.next(), tick(&mut case, 5)), (Some(Moment(6)), None));
    assert_eq!(tick(&mut case, 6), told(Clock::Warned));
    assert_eq!((case.next(), tick(&mut case, 9)), (Some(Moment(10)), None));
    assert_eq!(tick(&mut case, 10), told(Clock::Breached));
    assert_eq!((case.next(), tick(&mut case, 11)), (None, None), "told once");
    // What is due anew begins anew, at once late where nobody looked in between, and not at all once the case is over.
    done(&mut case, due(20), 12).unwrap();
    assert_eq!(tick(&mut case, 30), told(Clock::Breached));
    done(&mut case, due(40), 31).unwrap();
    done(&mut case, Command::Close { finding: Finding::Undetermined, reason: "gone".into() }, 32).unwrap();
    assert_eq!((case.clock(Moment(50)), tick(&mut case, 50)), (Some(Clock::Stopped), None));
}

#[test]
fn a_case_holds_no_more_than_an_export_may() {
    let mut case = opened();
    let large = |content: u8, bytes: u64| Command::File(File { bytes, ..file(content) });
    done(&mut case, large(1, 40 << 20), 1).unwrap();
    done(&mut case, large(1, 40 << 20), 2).unwrap();
    assert_eq!(done(&mut case, large(2, 30 << 20), 3), Err(Refusal::Heavy), "the same bytes were counted once");
    done(&mut case, large(2, 20 << 20), 4).unwrap();
}

#[test]
fn an_export_names_what_must_come_with_it() {
    let mut case = opened();
    done(&mut case, Command::See(evidence(2, 0)), 1).unwrap();
    done(&mut case, Command::See(evidence(2, 1)), 2).unwrap();
    done(&mut case, Command::File(file(1)), 3).unwrap();
    let exported = case.export().unwrap();
    assert_eq!(exported["contents"].as_array().unwrap().len(), 2);
    assert_eq!(exported["contents"][0]["sha256"], "01".repeat(32));
    assert_eq!(case.evidence().count(), 2);
    assert_eq!(exported["case"]["timeline"][1]["evidence"]["how"]["how"], "fetched");
}
