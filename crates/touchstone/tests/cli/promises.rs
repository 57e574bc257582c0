//! What holds for any feed: order, repetition, formats, the real pack.

use std::path::Path;

use crate::{DAY, Folder, pack, root, stderr, stdout, touchstone};

fn screened(arguments: &[&str]) -> String {
    screened_in(&root(), arguments)
}

fn screened_in(folder: &Path, arguments: &[&str]) -> String {
    let output = touchstone(folder, &[&["screen", "--quiet"], &DAY[..], arguments].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

/// Fakes and honest offers among each other, several batches of them, every row with an id of its own.
fn many_rows() -> Vec<String> {
    let text = ["evasions.jsonl", "honest.jsonl"].map(|name| root().join("fixtures").join(name));
    let text = text.map(|path| std::fs::read_to_string(path).unwrap()).concat();
    let rows: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbered = |copy: usize, row: &serde_json::Value| {
        let mut row = row.clone();
        row["id"] = format!("{}-{copy}", row["id"].as_str().unwrap()).into();
        row.to_string()
    };
    (0..5).flat_map(|copy| rows.iter().map(move |row| numbered(copy, row)).collect::<Vec<_>>()).collect()
}

/// The same rows in another order: steps of a prime that does not divide their number.
fn permuted(rows: &[String]) -> Vec<&str> {
    (0..rows.len()).map(|n| rows[n * 2_741 % rows.len()].as_str()).collect()
}

/// Neither the number of threads nor the order of the feed nor the batch a row falls into decides anything, and all of
/// it can be said again.
#[test]
fn threads_and_order_do_not_matter() {
    let folder = Folder::new();
    let rows = many_rows();
    assert!(rows.len() > 5_000, "several batches");
    let other: Vec<&str> = permuted(&rows);
    let forward = folder.with("forward.jsonl", &rows.join("\n"));
    let shuffled_feed = folder.with("shuffled.jsonl", &other.join("\n"));
    let (one, three, shuffled) = std::thread::scope(|scope| {
        let one = scope.spawn(|| screened(&[&forward, "--jobs", "1"]));
        let three = scope.spawn(|| screened(&[&forward, "--jobs", "3"]));
        let shuffled = screened(&[&shuffled_feed, "--jobs", "3"]);
        (one.join().unwrap(), three.join().unwrap(), shuffled)
    });
    assert_eq!(one.lines().count(), rows.len(), "no row is lost or a duplicate");
    assert!(one == three, "the number of threads changed the output");
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert!(one != shuffled && sorted(&one) == sorted(&shuffled), "the order of the feed changed a decision");
    for verdict in ["allow", "review", "block"] {
        assert!(one.contains(&format!("\"verdict\":\"{verdict}\"")), "nothing to compare: no {verdict}");
    }
    let decisions = folder.with("decisions.jsonl", &one);
    let again = touchstone(&root(), &["replay", &decisions, "--listings", &shuffled_feed]);
    assert!(again.status.success(), "{}{}", stdout(&again), stderr(&again));
    assert!(stdout(&again).ends_with("said again the same, 0 otherwise, 0 without their listing\n"));
}

#[test]
fn formats_say_the_same() {
    let folder = Folder::new();
    let row = r#"{"id":"1","title":"Velatta bag","price":"40.00 USD","condition":"new"}"#;
    let jsonl = folder.with("feed.jsonl", row);
    let csv = folder.with("feed.csv", "id,title,price,condition\n1,Velatta bag,40.00 USD,new\n");
    assert_eq!(screened_in(&pack(), &[&jsonl]), screened_in(&pack(), &[&csv]));
}

#[test]
fn the_pack_is_sound_and_its_snapshot_decides_the_same() {
    assert!(touchstone(&root(), &["knowledge", "check"]).status.success());
    assert!(touchstone(&root(), &["policy", "check"]).status.success());
    let folder = Folder::new();
    let built = touchstone(&root(), &["knowledge", "build", "--out", &folder.path("")]);
    let snapshot = stdout(&built).trim().to_owned();
    assert!(Path::new(&snapshot).is_file(), "{}", stderr(&built));
    let feed = folder.with("feed.jsonl", r#"{"id":"1","title":"f_e_n_d_i bag"}"#);
    assert_eq!(screened(&[&feed]), screened(&[&feed, "--knowledge", &snapshot]));
}

#[test]
fn the_signal_reference_is_up_to_date() {
    let written = std::fs::read_to_string(root().join("docs/signals.md")).unwrap();
    assert_eq!(stdout(&touchstone(&root(), &["knowledge", "reference"])), written, "run `make docs`");
}

/// The picture in the README shows one decision: its reasons, and what they count.
#[test]
fn the_picture_shows_what_explain_says() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let explain = ["explain", "p-242", "--from", "fixtures/demo/feed", "--sellers", "fixtures/demo/sellers.jsonl"];
    let said = words(&stdout(&touchstone(&root(), &[&explain[..], &DAY[..]].concat())));
    let picture = std::fs::read_to_string(root().join("docs/listing.svg")).unwrap();
    let texts = picture.split("</text>").filter_map(|text| Some(text.rsplit_once('>')?.1));
    let figure = |text: &&str| text.starts_with('•') || text.ends_with(|c: char| c.is_ascii_digit());
    let shown: Vec<String> = texts.filter(figure).map(words).collect();
    assert!(shown.len() > 8, "{shown:?}");
    for text in shown {
        assert!(said.contains(&text), "docs/listing.svg says {text:?}, and explain: {said}");
    }
}
