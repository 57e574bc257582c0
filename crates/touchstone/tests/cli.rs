//! The command line as a user meets it: exit codes, what stands where, and the promises of order.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn touchstone(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchstone"));
    command.args(arguments).current_dir(root()).env("NO_COLOR", "1").env_remove("TOUCHSTONE_KNOWLEDGE");
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn screened(arguments: &[&str]) -> String {
    let output = touchstone(&[&["screen", "--quiet", "--today", "2026-11-01"], arguments].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

fn feed(lines: &[&str]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    std::fs::write(file.path(), lines.join("\n")).unwrap();
    file
}

fn path(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().unwrap()
}

#[test]
fn any_number_of_jobs_gives_the_same_bytes() {
    let one = screened(&["fixtures/evasions.jsonl", "--jobs", "1"]);
    assert_eq!(one.lines().count(), 722);
    assert!(one == screened(&["fixtures/evasions.jsonl", "--jobs", "5"]));
}

#[test]
fn a_permuted_feed_gives_the_same_decisions() {
    let text = std::fs::read_to_string(root().join("fixtures/honest.jsonl")).unwrap();
    let mut lines: Vec<&str> = text.lines().take(120).collect();
    let forward = feed(&lines);
    lines.reverse();
    let backward = feed(&lines);
    let sorted = |file| {
        let mut decisions: Vec<String> = screened(&[path(file)]).lines().map(str::to_owned).collect();
        decisions.sort();
        decisions
    };
    assert!(sorted(&forward) == sorted(&backward));
}

#[test]
fn bad_rows_are_set_aside_with_their_place() {
    let rejects = tempfile::NamedTempFile::new().unwrap();
    let file = feed(&[
        r#"{"id":"1","title":"Bag","price":"12.00 USD"}"#,
        r#"{"id":"2","title":"Bag","price":"cheap"}"#,
        r#"{"id":"3","title":"Bag","price":"1.00 XXQ"}"#,
        r#"{"title":"no id"}"#,
        "{",
        r#"{"id":"1","title":"again"}"#,
    ]);
    let arguments = ["screen", path(&file), "--rejects", path(&rejects), "--strict"];
    let output = touchstone(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(stdout(&output).lines().count(), 1);
    assert!(stderr(&output).contains("4 bad rows and 1 duplicates set aside"), "{}", stderr(&output));
    let rows: Vec<serde_json::Value> =
        std::fs::read_to_string(rejects.path()).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let places: Vec<u64> = rows.iter().filter_map(|r| r["row"].as_u64()).collect();
    assert_eq!(places, [2, 3, 4, 5, 6]);
    assert!(rows.iter().all(|r| r["file"] == path(&file) && r["reason"].is_string()));
}

#[test]
fn wrong_usage_is_two_and_a_missing_file_is_one() {
    assert_eq!(touchstone(&["screen"]).status.code(), Some(2));
    assert_eq!(touchstone(&["screen", "fixtures/honest.jsonl", "--format", "parquet"]).status.code(), Some(1));
    let output = touchstone(&["screen", "no/such/feed.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no/such/feed.jsonl"), "{}", stderr(&output));
}

#[test]
fn decisions_can_be_said_again_until_something_changes() {
    let feed = "fixtures/evasions.jsonl";
    let decisions = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(decisions.path(), screened(&[feed])).unwrap();
    let again = touchstone(&["replay", path(&decisions), "--listings", feed]);
    assert!(again.status.success(), "{}{}", stdout(&again), stderr(&again));
    assert!(stdout(&again).contains("722 said again the same, 0 otherwise, 0 without their listing"));

    let tampered = std::fs::read_to_string(decisions.path()).unwrap().replacen(
        "\"verdict\":\"block\"",
        "\"verdict\":\"allow\"",
        1,
    );
    std::fs::write(decisions.path(), tampered).unwrap();
    let again = touchstone(&["replay", path(&decisions), "--listings", feed]);
    assert_eq!(again.status.code(), Some(1));
    assert!(stdout(&again).contains("the stored decision was changed"), "{}", stdout(&again));
}

#[test]
fn staff_see_the_evidence_and_the_seller_never_a_number() {
    let file = feed(&[r#"{"id":"x1","title":"G_u_c_c_i belt 1:1 replica","price":"19.00 USD","condition":"new"}"#]);
    let staff = stdout(&touchstone(&["explain", "x1", "--from", path(&file)]));
    for expected in ["BLOCK", "replica", "log-odds", "knowledge"] {
        assert!(staff.contains(expected), "{staff}");
    }
    let output = touchstone(&["explain", "x1", "--from", path(&file), "--seller"]);
    let seller = stdout(&output);
    assert!(seller.contains("Gucci") && seller.contains("receipt"), "{seller}");
    let said = seller.replace("G_u_c_c_i belt 1:1 replica", "");
    assert!(!said.chars().any(|c| c.is_ascii_digit() || c == '%'), "{said}");
    for hidden in ["price_vs_brand", "separated", "logit", "score", "block"] {
        assert!(!said.contains(hidden), "{hidden} in {said}");
    }
}

#[test]
fn formats_and_compressions_say_the_same() {
    let row = r#"{"id":"1","title":"Rolex Submariner watch","price":"89.00 USD","condition":"new"}"#;
    let jsonl = feed(&[row]);
    let csv = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(csv.path(), "id,title,price,condition\n1,Rolex Submariner watch,89.00 USD,new\n").unwrap();
    assert_eq!(screened(&[path(&jsonl)]), screened(&[path(&csv)]));
}

#[test]
fn the_pack_is_sound_and_its_snapshot_decides_the_same() {
    assert!(touchstone(&["knowledge", "check"]).status.success());
    assert!(touchstone(&["policy", "check"]).status.success());
    let out = tempfile::tempdir().unwrap();
    let built = touchstone(&["knowledge", "build", "--out", out.path().to_str().unwrap()]);
    let snapshot = stdout(&built).trim().to_owned();
    assert!(Path::new(&snapshot).is_file(), "{}", stderr(&built));
    let file = feed(&[r#"{"id":"1","title":"f_e_n_d_i bag"}"#]);
    assert_eq!(screened(&[path(&file)]), screened(&[path(&file), "--knowledge", &snapshot]));
}

#[test]
fn the_signal_reference_is_up_to_date() {
    let written = std::fs::read_to_string(root().join("docs/signals.md")).unwrap();
    assert_eq!(stdout(&touchstone(&["knowledge", "reference"])), written, "run `make docs`");
}
