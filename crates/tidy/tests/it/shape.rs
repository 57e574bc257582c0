//! Functions and files a reader can hold in the head, and nothing that may panic outside tests.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::none;
use crate::repository::{files, line, text};
use crate::source::Source;

/// Lines of one function, at most.
const FUNCTION_LINES_MAX: usize = 70;
/// Lines that nine of ten functions do not exceed.
const FUNCTION_LINES_P90: usize = 30;
/// Lines that half of the functions do not exceed.
const FUNCTION_LINES_MEDIAN: usize = 10;
/// Lines of one file, at most.
const FILE_LINES_MAX: usize = 500;

/// What ends the program where an error should have been given back.
const PANICS: &[&str] = &[".unwrap()", "dbg!", "panic!", "todo!", "unimplemented!", ".unwrap_err()"];

/// Sources of our crates that are part of the product: no tests, no benchmarks.
fn sources() -> Vec<(PathBuf, String)> {
    let all: Vec<(PathBuf, String)> =
        rust_files("src/").into_iter().filter_map(|path| Some((text(&path)?, path))).map(|(t, p)| (p, t)).collect();
    let for_tests: BTreeSet<PathBuf> = all.iter().flat_map(|(path, text)| test_files(path, text)).collect();
    all.into_iter().filter(|(path, _)| !path.ancestors().any(|at| for_tests.contains(&at.with_extension("")))).collect()
}

fn rust_files(part: &str) -> Vec<PathBuf> {
    let inside = |path: &PathBuf| path.starts_with("crates") && path.to_string_lossy().contains(&format!("/{part}"));
    files().into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs") && inside(path)).collect()
}

/// Modules of a file that are compiled for tests only, as paths without extension.
fn test_files(path: &Path, text: &str) -> Vec<PathBuf> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folder = path.parent().unwrap_or(path);
    let folder = if ["lib", "main", "mod"].contains(&stem.as_str()) { folder.to_owned() } else { folder.join(stem) };
    Source::new(text).test_modules().map(|name| folder.join(name)).collect()
}

/// Every finding of `find` in the sources, as `file:line what`.
fn everywhere(find: impl Fn(&Source<'_>) -> Vec<(usize, String)>) -> Vec<String> {
    let one = |(path, text): &(PathBuf, String)| {
        let source = Source::new(text).without_tests();
        let found = find(&source).into_iter().map(|(at, what)| format!("{}:{} {what}", path.display(), line(text, at)));
        found.collect::<Vec<_>>()
    };
    sources().iter().flat_map(one).collect()
}

#[test]
fn functions_are_short() {
    let long = everywhere(|source| {
        let long = source.functions().into_iter().filter(|f| f.lines > FUNCTION_LINES_MAX);
        long.map(|f| (f.at, format!("{} has {} lines", f.name, f.lines))).collect()
    });
    none(&format!("a function has more than {FUNCTION_LINES_MAX} lines"), long);
}

#[test]
fn most_functions_are_very_short() {
    let sources = sources();
    let mut lines: Vec<usize> = Vec::new();
    for (_, text) in &sources {
        lines.extend(Source::new(text).without_tests().functions().iter().map(|f| f.lines));
    }
    lines.sort_unstable();
    let (median, p90) = (lines[lines.len() / 2], lines[lines.len() * 9 / 10]);
    assert!(median <= FUNCTION_LINES_MEDIAN && p90 <= FUNCTION_LINES_P90, "median {median}, nine of ten {p90}");
}

#[test]
fn files_are_short() {
    let all = rust_files("src/").into_iter().chain(rust_files("tests/"));
    let long =
        all.filter_map(|path| Some((text(&path)?.lines().count(), path))).filter(|(lines, _)| *lines > FILE_LINES_MAX);
    none(
        &format!("a file has more than {FILE_LINES_MAX} lines"),
        long.map(|(lines, path)| format!("{} has {lines}", path.display())),
    );
}

#[test]
fn every_file_says_what_it_is() {
    let silent = sources().into_iter().filter(|(_, text)| !text.starts_with("//!"));
    none("a file does not begin with //!", silent.map(|(path, _)| path.display().to_string()));
}

#[test]
fn lints_are_silenced_with_a_reason() {
    let bare = everywhere(|source| {
        let starts = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
        let found = starts.into_iter().flat_map(|start| source.code.match_indices(start));
        let bare = found.filter(|(at, _)| !source.code[*at..].split(']').next().is_some_and(|a| a.contains("reason")));
        bare.map(|(at, what)| (at, format!("{what}…)] without a reason"))).collect()
    });
    none("a lint is silenced without a reason", bare);
}

#[test]
fn nothing_panics_on_purpose() {
    let found = everywhere(|source| {
        let panics = PANICS.iter().flat_map(|what| source.code.match_indices(*what));
        // A method of that name of our own is given no message.
        let expects = source
            .code
            .match_indices(".expect(")
            .filter(|(at, what)| source.text[at + what.len()..].trim_start().starts_with(['"', '&']));
        panics.chain(expects).map(|(at, what)| (at, what.to_owned())).collect()
    });
    none("outside tests an error is given back, not thrown", found);
}
