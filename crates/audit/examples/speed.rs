//! How fast events are logged and checked: `cargo run --release -p touchstone-audit --example speed [EVENTS]`.

#![allow(clippy::print_stdout, clippy::expect_used, reason = "it only measures")]

use std::time::Instant;

use serde_json::json;
use touchstone_audit::{Anchor, Event, Moment, Party, Record, SecretKey, Trail, records, verify};

fn event(seq: u64) -> Event {
    let party = |kind: &str, id: String| Party { kind: kind.to_owned(), id };
    Event {
        schema: touchstone_audit::event::SCHEMA,
        seq,
        at: Moment::from_unix_us(1_795_768_200_000_000 + i64::try_from(seq).expect("few")).expect("a moment"),
        actor: party("user", "0193-staff-7".to_owned()),
        kind: "action.taken".to_owned(),
        subject: party("listing", format!("market:seller-{}:{seq}", seq % 977)),
        reason: "the number names a protected bag, the price is a tenth of the usual one".to_owned(),
        before: json!({"state": "live", "severity": "low"}),
        after: json!({"state": "blocked", "severity": "high", "rule": "disguised_brand", "due_at": null}),
        sealed: vec![],
    }
}

fn say(what: &str, events: usize, from: Instant) {
    let seconds = from.elapsed().as_secs_f64();
    println!("{what}: {events} events in {seconds:.2} s, {:.0} a second", events as f64 / seconds);
}

fn main() {
    let events: u64 = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(200_000);
    let key = SecretKey::from_seed("audit.example", [1; 32]).expect("a key");
    let keys = key.public().to_string().parse().expect("keys");
    let from = Instant::now();
    let (mut trail, mut stored, mut anchor) = (Trail::default(), Vec::new(), Vec::new());
    for seq in 0..events {
        stored.push(trail.append(&event(seq)).expect("an event"));
        if trail.size().is_multiple_of(1_000) || trail.size() == events {
            trail.sign(&key).write(&mut anchor).expect("memory");
        }
    }
    say("made, written canonically, hashed, signed by the thousand", stored.len(), from);
    let from = Instant::now();
    let hashed = stored.iter().filter(|event| event.leaf == Some(event.hash())).count();
    say("hashed alone", hashed, from);
    let from = Instant::now();
    let mut held = Anchor::default();
    held.add("memory", records(&anchor[..]), &keys).expect("memory");
    say("anchor read and checked", stored.len(), from);
    let heads: Vec<_> = records(&anchor[..]).map(|line| line.expect("memory")).collect();
    let heads = heads.into_iter().map(|mut line| {
        line.record = line.record.map(|record: Record| record.without_leaves());
        Ok(line)
    });
    let count = stored.len();
    let from = Instant::now();
    let report = verify(stored.into_iter().map(Ok), heads, Some(&held), &keys).expect("memory");
    say(if report.is_clean() { "verified, clean" } else { "verified, not clean" }, count, from);
}
