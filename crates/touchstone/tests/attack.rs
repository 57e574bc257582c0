//! `touchstone attack` as a regression: what slips through must not become more.
//!
//! The fakes are invented and committed; the seed is fixed. Whoever changes how texts are read, the
//! lexicons or the rules, sees here whether disguises got cheaper.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const FAKES: &str = "crates/touchstone/tests/data/known_fakes.jsonl";
const LISTINGS: usize = 24;
const MECHANICAL: [&str; 6] = ["homoglyph", "leetspeak", "separators", "zero_width", "marks", "styled"];

/// Of the caught fakes, at most so many per cent may get through by a mechanical disguise alone.
///
/// Measured on 2026-11-23 with seed 1 and a budget of 400: 7 of 24 (29.2 %), with the imported word lists and without;
/// other seeds give 6 or 7. Lower it when the screener gets better; never raise it.
const CEILING_PERCENT: usize = 30;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn touchstone(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_touchstone")).args(args).current_dir(root()).env("NO_COLOR", "1").output().unwrap()
}

/// Attacks the committed fakes: the table, and one object a listing.
fn attacked(extra: &[&str]) -> (String, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("slips.jsonl");
    let args = [
        &["attack", FAKES, "--known-fakes", "--seed", "1", "--today", "2026-11-01", "--out", out.to_str().unwrap()],
        extra,
    ]
    .concat();
    let run = touchstone(&args);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let lines = std::fs::read_to_string(&out).unwrap();
    (String::from_utf8(run.stdout).unwrap(), lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect())
}

fn tactics(slip: &Value) -> Vec<&str> {
    slip["tactics"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect()
}

fn slips(listing: &Value) -> impl Iterator<Item = &Value> {
    listing["slips"].as_array().unwrap().iter()
}

#[test]
fn mechanical_disguises_stay_below_the_ceiling() {
    let (table, listings) = attacked(&[]);
    assert_eq!(listings.len(), LISTINGS, "every fake is caught before it is edited\n{table}");
    let mechanical = |slip: &Value| matches!(tactics(slip)[..], [one] if MECHANICAL.contains(&one));
    let through = listings.iter().filter(|l| slips(l).any(mechanical)).count();
    assert!(
        through * 100 <= CEILING_PERCENT * LISTINGS,
        "{through} of {LISTINGS} get through by a mechanical disguise\n{table}"
    );
}

#[test]
fn the_findings_are_the_same_with_any_number_of_threads() {
    let one = attacked(&["--jobs", "1", "--budget", "60", "--sample", "8"]);
    let four = attacked(&["--jobs", "4", "--budget", "60", "--sample", "8"]);
    assert_eq!(one.1.len(), 8);
    assert!(one == four, "one thread found something else than four");
}

/// What the attack says slipped through is allowed when it is screened as a listing of its own.
#[test]
fn slips_are_really_allowed() {
    let (_, listings) = attacked(&["--budget", "120"]);
    let fakes: Vec<Value> = std::fs::read_to_string(root().join(FAKES))
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let feed = folder.path().join("slips.jsonl");
    let mut lines = String::new();
    for (number, (listing, slip)) in listings.iter().flat_map(|l| slips(l).map(move |s| (l, s))).enumerate() {
        let mut edited = fakes.iter().find(|f| f["id"] == listing["listing_id"]).unwrap().clone();
        edited["id"] = format!("slip-{number}").into();
        for field in ["title", "description", "condition"] {
            if slip[field].is_string() {
                edited[field] = slip[field].clone();
            }
        }
        lines += &format!("{edited}\n");
    }
    assert!(!lines.is_empty());
    std::fs::write(&feed, &lines).unwrap();
    let run = touchstone(&["screen", feed.to_str().unwrap(), "--quiet", "--today", "2026-11-01"]);
    let decisions: Vec<Value> =
        String::from_utf8(run.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(decisions.len(), lines.lines().count());
    let caught: Vec<&Value> = decisions.iter().filter(|d| d["verdict"] != "allow").collect();
    assert!(caught.is_empty(), "{caught:#?}");
}

#[test]
fn refuses_what_is_not_said_to_be_counterfeit() {
    let run = touchstone(&["attack", FAKES]);
    assert_eq!(run.status.code(), Some(2));
    assert!(run.stdout.is_empty());
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(said.starts_with("error: ") && said.contains("hint: ") && said.contains("--known-fakes"), "{said}");
}
