//! The command line as a user meets it.
//!
//! What is seen is compared whole, in [`visible`] and [`explained`]: exit code, standard output and
//! standard error, with a small pack of knowledge of its own, so that a change of the real one
//! changes nothing here. `INSTA_UPDATE=always cargo test -p touchstone --test cli` accepts what is new.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod audited;
mod banked;
mod explained;
mod files;
mod pictured;
mod promises;
mod replayed;
mod visible;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const DAY: [&str; 2] = ["--today", "2026-11-01"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A folder with knowledge of one invented brand, four rules and a feed.
fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pack")
}

/// Where set-up puts the models.
fn models() -> String {
    let models = root().join("models");
    assert!(models.join("manifest.toml").exists(), "this test needs the models: `make setup` fetches them");
    models.to_str().unwrap().to_owned()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_touchstone"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    for name in ["KNOWLEDGE", "POLICY", "DATA", "MODELS"] {
        command.env_remove(format!("TOUCHSTONE_{name}"));
    }
    command
}

fn touchstone(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder for a test, and the path of a file in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn with(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        self.path(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Everything that a user sees, without what differs from run to run: times, hashes, and the test's folder.
fn seen(output: &Output, folder: &Folder) -> String {
    let shown = |name, text: String| if text.is_empty() { String::new() } else { format!("--- {name}\n{text}") };
    let code = output.status.code().unwrap();
    let all = format!("exit {code}\n{}{}", shown("stdout", stdout(output)), shown("stderr", stderr(output)));
    let lines: Vec<String> = all.lines().map(|line| steady(&line.replace(&folder.path(""), "FOLDER/"))).collect();
    lines.join("\n")
}

/// A line without its time and rate, and without hashes.
fn steady(line: &str) -> String {
    if let Some((rows, _)) = line.split_once(" listings in ") {
        return format!("{rows} listings in TIME");
    }
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_hexdigit()) {
        let (before, from) = rest.split_at(at);
        let digits = from.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(from.len());
        out.push_str(before);
        let hash = matches!(digits, 12 | 64) || out.ends_with("+sig.");
        out.push_str(if hash { "HASH" } else { &from[..digits] });
        rest = &from[digits..];
    }
    out + rest
}
