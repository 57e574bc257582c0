//! Decisions said again: from every form they were written in, in any order, and with a reason for what differs.

use std::io::Write;

use crate::{DAY, Folder, pack, seen, stderr, stdout, touchstone};

const FEED: [&str; 4] = [
    r#"{"id":"1","marketplace":"m","seller_id":"s","title":"Velatta bag replica","price":"19.00 USD"}"#,
    r#"{"id":"2","title":"Canvas bag","price":"19.00 USD","seller":{"age_days":3,"country":"DE"}}"#,
    r#"{"id":"3","title":"V_e_l_a_t_t_a bag","price":"900.00 USD"}"#,
    r#"{"id":"4","title":"Velatta bag","price":"700.00 USD"}"#,
];

const SAME: &str = "exit 0\n--- stdout\n4 said again the same, 0 otherwise, 0 without their listing";

/// A folder with the feed, and the decisions on it.
fn screened() -> (Folder, Vec<String>) {
    let folder = Folder::new();
    let feed = folder.with("feed.jsonl", &FEED.join("\n"));
    let decisions = folder.path("decisions.jsonl");
    let screen = touchstone(&pack(), &["screen", "--quiet", &feed, "--out", &decisions, DAY[0], DAY[1]]);
    assert!(screen.status.success(), "{}", stderr(&screen));
    let lines = folder.read("decisions.jsonl").lines().map(str::to_owned).collect();
    (folder, lines)
}

/// What replaying decisions shows.
fn replay(folder: &Folder, decisions: &str, feed: &str) -> String {
    let (decisions, feed) = (folder.path(decisions), folder.path(feed));
    seen(&touchstone(&pack(), &["replay", &decisions, "--listings", &feed]), folder)
}

#[test]
fn every_form_of_decisions_is_said_again() {
    let (folder, _) = screened();
    let plain = folder.read("decisions.jsonl");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(plain.as_bytes()).unwrap();
    std::fs::write(folder.path("decisions.jsonl.gz"), gzip.finish().unwrap()).unwrap();
    std::fs::write(folder.path("decisions.jsonl.zst"), zstd::encode_all(plain.as_bytes(), 1).unwrap()).unwrap();
    let (feed, out) = (folder.path("feed.jsonl"), folder.path("decisions.parquet"));
    let parquet = ["screen", "--quiet", &feed, "--format", "parquet", "--out", &out, DAY[0], DAY[1]];
    assert!(touchstone(&pack(), &parquet).status.success());
    for name in ["decisions.jsonl", "decisions.jsonl.gz", "decisions.jsonl.zst", "decisions.parquet"] {
        assert_eq!(replay(&folder, name, "feed.jsonl"), SAME, "{name}");
    }
}

#[test]
fn another_order_and_a_feed_of_more_or_fewer_listings() {
    let (folder, mut lines) = screened();
    lines.reverse();
    folder.with("reversed.jsonl", &lines.join("\n"));
    assert_eq!(replay(&folder, "reversed.jsonl", "feed.jsonl"), SAME);
    folder.with("fewer.jsonl", &lines[..2].join("\n"));
    assert_eq!(replay(&folder, "fewer.jsonl", "feed.jsonl"), SAME.replace("4 said", "2 said"));
    folder.with("small.jsonl", FEED[2]);
    let one = "exit 1\n--- stdout\n1 said again the same, 0 otherwise, 3 without their listing";
    assert_eq!(replay(&folder, "decisions.jsonl", "small.jsonl"), one);
}

#[test]
fn a_listing_decided_on_twice_is_reported() {
    let (folder, lines) = screened();
    folder.with("twice.jsonl", &[&lines[..], &lines[..1]].concat().join("\n"));
    let note = "speak of a listing that an earlier one spoke of, and were not compared";
    let said = format!("{}\n{:>11}  {note}", SAME.replace("exit 0", "exit 1"), 1);
    assert_eq!(replay(&folder, "twice.jsonl", "feed.jsonl"), said);
}

#[test]
fn every_difference_has_its_cause_and_all_are_counted() {
    let (folder, lines) = screened();
    let changed = |line: usize, from: &str, to: &str| {
        assert!(lines[line].contains(from), "{}", lines[line]);
        lines[line].replacen(from, to, 1)
    };
    let changed = [
        changed(0, "+sig.", "+sig.0000"),
        changed(1, "\"age_days\":3", "\"age_days\":4"),
        changed(2, "\"listing\":\"", "\"listing\":\"0"),
        changed(3, "\"schema\":1", "\"schema\":2"),
    ];
    folder.with("changed.jsonl", &changed.join("\n"));
    let said = replay(&folder, "changed.jsonl", "feed.jsonl");
    assert!(said.starts_with("exit 1") && said.contains("0 said again the same, 4 otherwise"), "{said}");
    for cause in [
        "needs engine touchstone 0.1.0+sig.HASH, this is touchstone 0.1.0+sig.HASH",
        "the stored context was changed",
        "the listing is another one",
        "everything that decides is the same: the stored decision was changed",
    ] {
        assert!(said.contains(&format!("{:>11}  {cause}", 1)), "{cause}: {said}");
    }
}

#[test]
fn a_feed_that_cannot_be_read_is_a_failure_and_the_next_one_is_read() {
    let (folder, _) = screened();
    let paths = [folder.path("decisions.jsonl"), folder.path("missing.jsonl"), folder.path("feed.jsonl")];
    let run = touchstone(&pack(), &["replay", &paths[0], "--listings", &paths[1], "--listings", &paths[2]]);
    assert_eq!(run.status.code(), Some(1));
    assert!(stderr(&run).contains("missing.jsonl") && stdout(&run).starts_with("4 said again"), "{}", stderr(&run));
}

#[test]
fn what_is_no_decision_is_named_with_its_line() {
    let (folder, lines) = screened();
    folder.with("broken.jsonl", &format!("{}\n{{}}\n", lines[0]));
    let said = replay(&folder, "broken.jsonl", "feed.jsonl");
    assert!(said.starts_with("exit 1") && said.contains("broken.jsonl:2: no decision"), "{said}");
    folder.with("long.jsonl", &format!("{{\"listing_id\":\"{}\"}}", "x".repeat(300_000)));
    let said = replay(&folder, "long.jsonl", "feed.jsonl");
    assert!(said.starts_with("exit 1") && said.contains("has more than 262144 bytes"), "{said}");
}
