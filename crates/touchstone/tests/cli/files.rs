//! What is written where: never over an input, never half, and never lost without a word.

use std::fs::OpenOptions;
use std::process::Stdio;

use parquet::file::reader::{FileReader, SerializedFileReader};

use crate::{Folder, command, pack, stderr, stdout, touchstone};

const ROW: &str = "{\"id\":\"1\",\"title\":\"Velatta bag replica\",\"price\":\"12.00 USD\"}\n";
const BAD: &str = "{\"id\":\"2\",\"title\":\"Bag\",\"price\":\"cheap\"}\n";

#[test]
fn an_output_is_no_input_and_no_other_output() {
    let folder = Folder::new();
    let feed = folder.with("feeds/feed.jsonl", ROW);
    let feeds = folder.path("feeds");
    std::os::unix::fs::symlink(&feed, folder.path("link.jsonl")).unwrap();
    let (inside, link, other) = (folder.path("feeds/out.jsonl"), folder.path("link.jsonl"), folder.path("out"));
    let (crooked, sellers) = (folder.path("feeds/../out"), folder.with("sellers.jsonl", ""));
    for outputs in [
        &[&feed, "--out", &feed][..],
        &[&feed, "--out", &link],
        &[&feed, "--rejects", &feed],
        &[&feeds, "--out", &inside],
        &[&feed, "--out", &other, "--rejects", &crooked],
        &[&feed, "--sellers", &sellers, "--out", &sellers],
    ] {
        let run = touchstone(&pack(), &[&["screen"], outputs].concat());
        assert_eq!(run.status.code(), Some(2), "{outputs:?}");
        assert!(stderr(&run).starts_with("error: --"), "{outputs:?}: {}", stderr(&run));
    }
    assert_eq!(folder.read("feeds/feed.jsonl"), ROW);
    assert_eq!(folder.names(), ["feeds", "link.jsonl", "sellers.jsonl"]);
}

#[test]
fn a_run_that_fails_leaves_what_was_there() {
    let folder = Folder::new();
    let (feed, out) = (folder.with("feed.jsonl", &format!("{ROW}{BAD}")), folder.with("out.jsonl", "before"));
    let run = touchstone(&pack(), &["screen", &feed, "--quiet", "--out", &out, "--policy", "no-policy"]);
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(folder.read("out.jsonl"), "before");
    let run = touchstone(&pack(), &["screen", &feed, "--quiet", "--out", &out]);
    assert!(run.status.success());
    assert_eq!(folder.read("out.jsonl").lines().count(), 1);
    assert_eq!(folder.names(), ["feed.jsonl", "out.jsonl"]);
}

#[test]
fn standard_output_by_its_other_name() {
    let folder = Folder::new();
    folder.with("all", "before\n");
    let all = OpenOptions::new().append(true).open(folder.path("all")).unwrap();
    let mut run = command(&pack(), &["screen", "feed.jsonl", "--quiet", "--out", "/dev/stdout"]);
    assert!(run.stdout(all).status().unwrap().success());
    let all = folder.read("all");
    assert!(all.starts_with("before\n{") && all.lines().count() == 10, "{all}");
}

/// One error for the whole run, whatever was lost, and not one for every row.
#[test]
fn a_full_disk_is_one_error() {
    let folder = Folder::new();
    let bad: String = (0..3_000).map(|n| BAD.replace("\"2\"", &format!("\"{n}\""))).collect();
    let few = folder.with("few.jsonl", &format!("{ROW}{BAD}"));
    let many = folder.with("many.jsonl", &format!("{ROW}{bad}{ROW}"));
    for feed in [&few, &many] {
        let run = touchstone(&pack(), &["screen", feed, "--quiet", "--rejects", "/dev/full"]);
        assert_eq!(run.status.code(), Some(1));
        let said = stderr(&run);
        assert!(said.contains("/dev/full: No space left") && said.lines().count() == 1, "{said}");
    }
    let run = touchstone(&pack(), &["screen", &few, "--quiet", "--out", "/dev/full"]);
    assert_eq!((run.status.code(), stderr(&run).lines().count()), (Some(1), 1));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run = command(&pack(), &["screen", &few, "--quiet"]).stdout(full).output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert!(stderr(&run).contains("standard output: No space left"), "{}", stderr(&run));
}

/// `touchstone … | head` is done when `head` is.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for arguments in [
        &["screen", "feed.jsonl", "--quiet"][..],
        &["screen", "feed.jsonl", "--quiet", "--format", "table"],
        &["explain", "v-1", "--from", "feed.jsonl"],
        &["explain", "v-1", "--from", "feed.jsonl", "--seller"],
        &["knowledge", "check"],
        &["knowledge", "diff", "knowledge", "knowledge"],
        &["knowledge", "reference"],
        &["policy", "check"],
        &["policy", "test"],
        &["attack", "feed.jsonl", "--known-fakes", "--budget", "1", "--sample", "1"],
        &["replay", "/dev/null", "--listings", "feed.jsonl"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let run = command(&pack(), arguments).stdout(writer).output().unwrap();
        assert!(run.status.success(), "{arguments:?}: {}", stderr(&run));
        assert!(!stderr(&run).contains("error"), "{arguments:?}: {}", stderr(&run));
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let run = command(&pack(), &["screen", "feed.jsonl"]).stderr(writer).stdout(Stdio::piped()).output().unwrap();
    assert!(run.status.success() && stdout(&run).lines().count() == 9, "nobody hears the summary");
}

#[test]
fn parquet_holds_the_decisions_and_the_versions_of_its_signals() {
    let folder = Folder::new();
    let out = folder.path("decisions.parquet");
    let run = touchstone(&pack(), &["screen", "feed.jsonl", "--quiet", "--format", "parquet", "--out", &out]);
    assert!(run.status.success(), "{}", stderr(&run));
    let file = SerializedFileReader::try_from(std::path::Path::new(&out)).unwrap();
    let metadata = file.metadata();
    let written = metadata.file_metadata().key_value_metadata().unwrap();
    let versions = written.iter().find(|pair| pair.key == "touchstone.signal_versions").unwrap();
    let versions: serde_json::Value = serde_json::from_str(versions.value.as_deref().unwrap()).unwrap();
    assert!(versions["brand_claimed"].as_u64().is_some_and(|version| version > 0), "{versions}");
    let rows: Vec<String> = file.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect();
    assert_eq!(rows.len(), 9);
    assert!(rows[0].contains("listing_id: \"v-1\"") && rows[0].contains("verdict: \"block\""), "{}", rows[0]);
    let compressed = metadata.row_groups().iter().flat_map(|group| group.columns());
    assert!(compressed.into_iter().all(|column| format!("{:?}", column.compression()).contains("ZSTD")));
}

/// A seller whose record was not read is judged as one without a record: that must not go unseen.
#[test]
fn bad_rows_of_sellers_are_told_and_count() {
    let folder = Folder::new();
    let (feed, sellers) = (folder.with("feed.jsonl", ROW), folder.with("sellers.jsonl", "{\"upheld\":\"many\"}\n"));
    let screen = ["screen", &feed, "--sellers", &sellers, "--out", "/dev/null"];
    let run = touchstone(&pack(), &screen);
    assert!(run.status.success() && stderr(&run).contains("1 bad rows of --sellers set aside"), "{}", stderr(&run));
    assert!(stderr(&run).contains("sellers.jsonl, row 1: "), "the first stands in the summary: {}", stderr(&run));
    assert!(stderr(&run).contains("--rejects FILE"), "{}", stderr(&run));
    let strict = touchstone(&pack(), &[&screen[..], &["--strict"]].concat());
    assert_eq!(strict.status.code(), Some(1), "{}", stderr(&strict));
}

/// Sellers are read first, and however bad their file is, what is wrong with the feed is shown too.
#[test]
fn bad_rows_of_sellers_take_no_room_from_those_of_the_feed() {
    let folder = Folder::new();
    let sellers = folder.with("sellers.jsonl", &"{\"upheld\":\"many\"}\n".repeat(5));
    let feed = folder.with("feed.jsonl", &"{\"id\":\n".repeat(5));
    let run = touchstone(&pack(), &["screen", &feed, "--sellers", &sellers, "--out", "/dev/null"]);
    let shown = |file: &str| stderr(&run).lines().filter(|line| line.contains(&format!("{file}, row "))).count();
    assert_eq!((shown("sellers.jsonl"), shown("feed.jsonl")), (3, 3), "{}", stderr(&run));
}
