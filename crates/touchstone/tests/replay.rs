//! Decisions said again: from every form they were written in, in any order, and with a reason for what differs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const FEED: [&str; 4] = [
    r#"{"id":"1","marketplace":"m","seller_id":"s","title":"F_e_n_d_i bag 1:1 replica","price":"19.00 USD"}"#,
    r#"{"id":"2","title":"Canvas bag","price":"19.00 USD","seller":{"age_days":3,"country":"DE"}}"#,
    r#"{"id":"3","title":"Gucci belt","price":"900.00 USD"}"#,
    r#"{"id":"4","title":"Rolex Submariner watch","price":"89.00 USD"}"#,
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn touchstone(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchstone"));
    command.args(arguments).current_dir(root()).env("NO_COLOR", "1").env_remove("TOUCHSTONE_KNOWLEDGE");
    command.output().unwrap()
}

/// A folder with the feed, and its decisions in a file of that name.
struct Stored {
    folder: tempfile::TempDir,
}

impl Stored {
    fn new() -> Self {
        let stored = Self { folder: tempfile::tempdir().unwrap() };
        stored.write("feed.jsonl", FEED.join("\n").as_bytes());
        stored.screen("decisions.jsonl", "jsonl");
        stored
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn screen(&self, name: &str, format: &str) {
        let (feed, out) = (self.path("feed.jsonl"), self.path(name));
        let done = touchstone(&["screen", "--quiet", &feed, "--format", format, "--out", &out]);
        assert!(done.status.success(), "{done:?}");
    }

    fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(self.path("decisions.jsonl")).unwrap().lines().map(str::to_owned).collect()
    }

    /// Exit code and standard output.
    fn replay(&self, decisions: &str, feed: &str) -> (i32, String) {
        let done = touchstone(&["replay", &self.path(decisions), "--listings", &self.path(feed)]);
        (done.status.code().unwrap(), format!("{}{}", text(&done.stdout), text(&done.stderr)))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const SAME: &str = "4 said again the same, 0 otherwise, 0 without their listing\n";

#[test]
fn every_form_of_decisions_is_said_again() {
    let stored = Stored::new();
    let plain = std::fs::read(stored.path("decisions.jsonl")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    stored.write("decisions.jsonl.gz", &gzip.finish().unwrap());
    stored.write("decisions.jsonl.zst", &zstd::encode_all(&plain[..], 1).unwrap());
    stored.screen("decisions.parquet", "parquet");
    for name in ["decisions.jsonl", "decisions.jsonl.gz", "decisions.jsonl.zst", "decisions.parquet"] {
        assert_eq!(stored.replay(name, "feed.jsonl"), (0, SAME.to_owned()), "{name}");
    }
}

#[test]
fn another_order_and_a_feed_of_more_or_fewer_listings() {
    let stored = Stored::new();
    let mut lines = stored.lines();
    lines.reverse();
    stored.write("reversed.jsonl", lines.join("\n").as_bytes());
    assert_eq!(stored.replay("reversed.jsonl", "feed.jsonl"), (0, SAME.to_owned()));

    stored.write("fewer.jsonl", lines[..2].join("\n").as_bytes());
    let two = "2 said again the same, 0 otherwise, 0 without their listing\n";
    assert_eq!(stored.replay("fewer.jsonl", "feed.jsonl"), (0, two.to_owned()));

    stored.write("small.jsonl", FEED[2].as_bytes());
    let one = "1 said again the same, 0 otherwise, 3 without their listing\n";
    assert_eq!(stored.replay("decisions.jsonl", "small.jsonl"), (1, one.to_owned()));
}

#[test]
fn a_listing_decided_on_twice_is_reported() {
    let stored = Stored::new();
    let lines = stored.lines();
    stored.write("twice.jsonl", [&lines[..], &lines[..1]].concat().join("\n").as_bytes());
    let (code, said) = stored.replay("twice.jsonl", "feed.jsonl");
    assert_eq!(code, 1);
    let note = "speak of a listing that an earlier one spoke of, and were not compared";
    assert_eq!(said, format!("{SAME}{:>11}  {note}\n", 1));
}

#[test]
fn every_difference_has_its_cause_and_all_are_counted() {
    let stored = Stored::new();
    let lines = stored.lines();
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
    stored.write("changed.jsonl", changed.join("\n").as_bytes());
    let (code, said) = stored.replay("changed.jsonl", "feed.jsonl");
    assert!(code == 1 && said.contains("0 said again the same, 4 otherwise"), "{said}");
    for cause in [
        "needs engine touchstone 0.1.0+sig.0000",
        "the stored context was changed",
        "the listing is another one",
        "everything that decides has the same name: the stored decision was changed",
    ] {
        let tallied = format!("{:>11}  {cause}", 1);
        assert!(said.contains(&tallied), "{cause}: {said}");
    }
}

#[test]
fn what_is_no_decision_is_named_with_its_line() {
    let stored = Stored::new();
    stored.write("broken.jsonl", format!("{}\n{{}}\n", stored.lines()[0]).as_bytes());
    let (code, said) = stored.replay("broken.jsonl", "feed.jsonl");
    assert!(code == 1 && said.contains("broken.jsonl:2: no decision"), "{said}");
    stored.write("long.jsonl", format!("{{\"listing_id\":\"{}\"}}", "x".repeat(300_000)).as_bytes());
    let (code, said) = stored.replay("long.jsonl", "feed.jsonl");
    assert!(code == 1 && said.contains("has more than 262144 bytes"), "{said}");
}
