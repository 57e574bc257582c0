//! What the command prints and how it ends.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const REPLICA: &str = r#"{"id":"r1","title":"Gucci belt, replica 1:1","price":"90.00 CNY","condition":"new"}
{"id":"r1","title":"Gucci belt, replica 1:1","price":"90.00 CNY","condition":"new"}
{"id":"r2","title":"Gucci belt, replica 1:1","price":"95.00 CNY","condition":"new"}
{"id":"r3","title":"Black belt","price":"95.00 CNY","condition":"new"}
{"id":"r4","title":"Rolex watch, replica 1:1","price":"no price","condition":"new"}
"#;
const PLAIN: &str = r#"{"id":"p1","title":"Steel kitchen shelf with three drawers","price":"120.00 USD"}
{"id":"p2","title":"Cotton curtain | 2 pieces","price":"20.00 USD"}
"#;
const EVASIONS: &str = r#"{"id":"e1","title":"Rolex watch, replica 1:1","price":"90.00 USD","tactic":"replica_words","language":"en"}
"#;
const HONEST: &str = r#"{"id":"h1","title":"Wooden spoon","price":"9.00 USD","trap":"own_shop","language":"en"}
"#;

/// A folder with `data/listings` and `fixtures`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let (listings, fixtures) = (folder.path().join("data/listings"), folder.path().join("fixtures"));
    fs::create_dir_all(&listings).unwrap();
    fs::create_dir_all(&fixtures).unwrap();
    let write = |folder: &Path, name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(&listings, "replica_sheets.jsonl", REPLICA);
    write(&listings, "replica_sheets.named.txt", "r1\nr2\nr4\n");
    for name in ["shop_titles.jsonl", "market_shein.jsonl", "market_lazada.jsonl"] {
        write(&listings, name, PLAIN);
    }
    write(&fixtures, "evasions.jsonl", EVASIONS);
    write(&fixtures, "honest.jsonl", HONEST);
    folder
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(folder: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchstone-evaluation"));
    command.arg("--data").arg(folder.join("data")).arg("--fixtures").arg(folder.join("fixtures"));
    command.arg("--knowledge").arg(root().join("knowledge")).arg("--policy").arg(root().join("policy"));
    command.args(more).output().unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The cells of the row that starts with `name`.
fn row(text: &str, name: &str) -> Vec<String> {
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with(name))
        .unwrap_or_else(|| panic!("no row {name} in\n{text}"));
    line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect()
}

#[test]
fn every_row_is_accounted_for() {
    let folder = folder();
    let text = stdout(&run(folder.path(), &["--worst", "0"]));
    let rows = text.split("Rows\n").nth(1).unwrap();
    // Five lines: one without a price, one a duplicate, one without a brand, one with the title of another.
    assert_eq!(row(rows, "replica_sheets")[1..7], ["5", "1", "1", "1", "1", "1"]);
    assert_eq!(row(rows, "shop_titles")[1..7], ["2", "0", "0", "0", "0", "2"]);
}

#[test]
fn fakes_are_stopped_in_every_currency_and_honest_offers_are_not() {
    let folder = folder();
    let text = stdout(&run(folder.path(), &[]));
    for currency in ["CNY", "USD", "EUR", "GBP", "JPY", "IDR"] {
        let row = row(&text, &format!("replica_sheets in {currency}: review or block"));
        assert_eq!((row[4].as_str(), row[8].as_str()), ("100.0 %", "✓ aim"), "{currency}");
    }
    assert_eq!(row(&text, "market_shein: review or block")[4], "0.00 %");
    assert_eq!(row(&text, "replica_words")[4], "100.0 %");
}

#[test]
fn the_report_is_written_as_markdown() {
    let folder = folder();
    let file = folder.path().join("report.md");
    stdout(&run(folder.path(), &["--report", file.to_str().unwrap()]));
    let report = fs::read_to_string(file).unwrap();
    assert!(report.starts_with("# Evaluation\n\n## Measures\n"));
    assert!(report.contains("| replica_sheets in JPY: review or block | 1 |"));
}

#[test]
fn no_mistake_of_the_held_half_is_listed() {
    let folder = folder();
    let text = stdout(&run(folder.path(), &["--split", "held"]));
    assert!(!text.contains("False alarms:") && !text.contains("Misses:"));
}

#[test]
fn data_that_is_not_there_is_named() {
    let folder = folder();
    let gone = folder.path().join("fixtures/honest.jsonl");
    fs::remove_file(&gone).unwrap();
    let output = run(folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), format!("error: not there: {}\n", gone.display()));
    fs::remove_dir_all(folder.path().join("data")).unwrap();
    let said = String::from_utf8_lossy(&run(folder.path(), &[]).stderr).into_owned();
    assert_eq!(said, format!("error: not there: {}\n", folder.path().join("data").display()));
}
