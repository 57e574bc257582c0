//! Trails and receipts as an outsider checks them.

use insta::assert_snapshot;
use serde_json::json;
use touchstone_audit::receipt::Kind;
use touchstone_audit::{Event, Moment, Party, Receipt, Record, SecretKey, Trail};

use crate::{Folder, pack, seen, touchstone};

fn moment(seq: u64) -> Moment {
    Moment::from_unix_us(1_795_768_200_000_000 + seq.cast_signed()).unwrap()
}

fn key() -> SecretKey {
    SecretKey::from_seed("audit.example", [1; 32]).unwrap()
}

fn event(seq: u64) -> Event {
    let party = |kind: &str, id: &str| Party { kind: kind.to_owned(), id: id.to_owned() };
    Event {
        schema: 1,
        seq,
        at: moment(seq),
        actor: party("user", "staff-7"),
        kind: "action.taken".to_owned(),
        subject: party("listing", &format!("listing-{seq}")),
        reason: "replica sold".to_owned(),
        before: json!({"state": "live"}),
        after: json!({"state": "blocked"}),
        sealed: vec![],
    }
}

/// A folder with nine events, a head over five and one over eight, and the keys.
fn trail() -> Folder {
    let (mut trail, mut events, mut anchor) = (Trail::default(), Vec::new(), Vec::new());
    for seq in 0..9 {
        trail.append(&event(seq)).unwrap().write(&mut events).unwrap();
        if [5, 8].contains(&trail.size()) {
            anchor.push(trail.sign(&key()));
        }
    }
    let lines = |records: &mut dyn Iterator<Item = Record>| {
        let mut out = Vec::new();
        records.for_each(|record| record.write(&mut out).unwrap());
        String::from_utf8(out).unwrap()
    };
    let folder = Folder::new();
    folder.with("events.jsonl", &String::from_utf8(events).unwrap());
    folder.with("heads.jsonl", &lines(&mut anchor.iter().map(Record::without_leaves)));
    folder.with("anchor.jsonl", &lines(&mut anchor.into_iter()));
    folder.with("keys", &format!("# the trail's only key\n{}\n", key().public()));
    folder
}

fn verified(folder: &Folder, more: &[&str]) -> String {
    let paths = ["events.jsonl", "keys"].map(|name| folder.path(name));
    let arguments = ["audit", "verify", "--events", &paths[0], "--keys", &paths[1]];
    seen(&touchstone(&pack(), &[&arguments, more].concat()), folder)
}

/// The file of events with its lines in this order.
fn arrange(folder: &Folder, order: &[usize]) {
    let file = folder.read("events.jsonl");
    let lines: Vec<&str> = file.lines().collect();
    let lines: Vec<&str> = order.iter().map(|at| lines[*at]).collect();
    folder.with("events.jsonl", &(lines.join("\n") + "\n"));
}

#[test]
fn an_untouched_trail() {
    let folder = trail();
    let [heads, anchor] = ["heads.jsonl", "anchor.jsonl"].map(|name| folder.path(name));
    assert_snapshot!("audit_clean", verified(&folder, &["--heads", &heads]));
    assert_snapshot!("audit_anchored", verified(&folder, &["--heads", &heads, "--anchor", &anchor]));
    assert_snapshot!("audit_bare", verified(&folder, &[]));
}

#[test]
fn a_harmed_trail() {
    let folder = trail();
    let [heads, anchor] = ["heads.jsonl", "anchor.jsonl"].map(|name| folder.path(name));
    folder.with("events.jsonl", &folder.read("events.jsonl").replacen("replica sold", "replica held", 1));
    arrange(&folder, &[0, 1, 3, 2, 5, 5, 6]);
    assert_snapshot!("audit_harmed", verified(&folder, &["--anchor", &anchor]));
    assert_snapshot!("audit_json", verified(&folder, &["--heads", &heads, "--anchor", &anchor, "--json"]));
    let (line, _) = folder.read("heads.jsonl").split_once('\n').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    folder.with("heads.jsonl", &line.replace("\\n5\\n", "\\n4\\n"));
    folder.with("keys", &format!("{} for=heads from=6", key().public()));
    assert_snapshot!("audit_heads", verified(&folder, &["--heads", &heads, "--anchor", &anchor]));
}

#[test]
fn wrong_files() {
    let folder = trail();
    folder.with("keys", "nothing");
    assert_snapshot!("audit_keys", verified(&folder, &[]));
    let missing = folder.path("missing.jsonl");
    folder.with("keys", &key().public().to_string());
    assert_snapshot!("audit_missing", verified(&folder, &["--anchor", &missing]));
}

#[test]
fn receipts() {
    let folder = trail();
    let text = r#"{"verdict":"block"}"#;
    let body = folder.with("body.json", text);
    let receipt = Receipt::issue(Kind::Decision, "decision-7", text.as_bytes(), moment(0), &key()).unwrap();
    let path = folder.with("receipt.json", &serde_json::to_string(&receipt).unwrap());
    let keys = folder.path("keys");
    let verified = || seen(&touchstone(&pack(), &["receipt", "verify", &body, &path, "--key", &keys]), &folder);
    assert_snapshot!("receipt", verified());
    folder.with("body.json", r#"{"verdict":"allow"}"#);
    assert_snapshot!("receipt_body", verified());
    folder.with("receipt.json", &serde_json::to_string(&receipt).unwrap().replace("decision-7", "decision-8"));
    assert_snapshot!("receipt_forged", verified());
}
