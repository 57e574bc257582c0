//! `touchstone knowledge learn` and `diff`: a proposal applies, is accepted, and says what it said.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn touchstone(folder: &Path, args: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_touchstone"))
        .args(args)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    run
}

fn copy(from: &Path, to: &Path, wanted: fn(&str) -> bool) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (name, target) = (entry.file_name(), to.join(entry.file_name()));
        if !wanted(name.to_str().unwrap()) {
            continue;
        }
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target, wanted),
            false => assert!(std::fs::copy(entry.path(), target).is_ok()),
        }
    }
}

/// One brand is enough, and imported lists only take time.
fn small(name: &str) -> bool {
    let lexicon = matches!(name, "en.toml" | "zh.toml");
    lexicon || matches!(name, "brands" | "gucci.toml" | "lexicons" | "kinds.toml" | "rates.toml" | "han_splits.toml")
}

/// A folder with a little of the repository's knowledge, a feed, a list of trusted sellers and known fakes.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&root().join("knowledge"), &folder.path().join("knowledge"), small);
    let (mut feed, mut fakes) = (String::new(), String::new());
    for i in 0..60 {
        // From 300 to 359 dollars in steps of one, by four trusted sellers; and a fifth that nobody knows, much cheaper.
        let _ = writeln!(
            feed,
            r#"{{"id":"{i}","title":"Gucci leather belt no {i}","price":"{}.00 USD","condition":"new","marketplace":"m","seller_id":"shop-{}"}}"#,
            300 + i,
            i % 4
        );
        let _ = writeln!(
            feed,
            r#"{{"id":"x{i}","title":"Gucci leather belt no {i}","price":"20.00 USD","condition":"new","marketplace":"m","seller_id":"stranger"}}"#
        );
        let _ = writeln!(
            fakes,
            r#"{{"id":"f{i}","title":"Gucci leather belt quokka grade {i}","price":"20.00 USD","marketplace":"m","seller_id":"fake-{}"}}"#,
            i % 5
        );
    }
    std::fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
    std::fs::write(folder.path().join("fakes.jsonl"), fakes).unwrap();
    std::fs::write(folder.path().join("trusted.txt"), "m:shop-0\nm:shop-1\nm:shop-2\nm:shop-3\nm:shop-9\n").unwrap();
    folder
}

const LEARN: [&str; 9] = [
    "knowledge",
    "learn",
    "feed.jsonl",
    "--trusted",
    "trusted.txt",
    "--known-fakes",
    "fakes.jsonl",
    "--today",
    "2026-11-23",
];

#[test]
fn a_proposal_applies_is_accepted_and_says_what_changed() {
    let folder = prepared();
    let proposal = touchstone(folder.path(), &LEARN).stdout;
    assert_eq!(proposal, touchstone(folder.path(), &LEARN).stdout, "the same input gives the same proposal");
    let text = String::from_utf8(proposal.clone()).unwrap();
    assert!(
        text.contains(
            "# read 120 listings from feed.jsonl\n# of these 60 by 4 of the 5 trusted sellers in trusted.txt:\n"
        ),
        "{text}"
    );
    assert!(text.contains("quokka"), "{text}");
    assert!(text.contains("+source = \"measured: 60 offers of 4 trusted sellers\""), "{text}");

    copy(&folder.path().join("knowledge"), &folder.path().join("before"), |_| true);
    std::fs::write(folder.path().join("proposal.diff"), &proposal).unwrap();
    let applied = Command::new("git")
        .args(["apply", "proposal.diff"])
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", "/")
        .status()
        .unwrap();
    assert!(applied.success(), "{text}");
    touchstone(folder.path(), &["knowledge", "check", "knowledge"]);

    let diff = touchstone(folder.path(), &["knowledge", "diff", "before", "knowledge", "--json"]).stdout;
    let diff: Value = serde_json::from_slice(&diff).unwrap();
    assert_eq!(diff.as_object().unwrap().keys().collect::<Vec<_>>(), ["bands"]);
    let [band] = &diff["bands"].as_array().unwrap()[..] else { unreachable!("one band changed: {diff}") };
    assert_eq!(band["band"], "gucci · belts · new");
    // Type 7 quantiles of 300, 301, … 359: 305.9 and 329.5, as whole dollars.
    assert_eq!((&band["new"]["low_cents"], &band["new"]["typical_cents"]), (&30_600.into(), &33_000.into()));
}

#[test]
fn the_same_knowledge_has_no_difference() {
    let folder = prepared();
    let said = touchstone(folder.path(), &["knowledge", "diff", "knowledge", "knowledge"]).stdout;
    assert!(String::from_utf8(said).unwrap().ends_with("nothing that is compared differs\n"));
}
