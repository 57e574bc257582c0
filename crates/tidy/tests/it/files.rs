//! What tracked files may not be and may not hold.

use std::fs;
use std::path::Path;

use crate::none;
use crate::repository::{files, line, root, text, tracked};

/// Bytes of one tracked file, at most.
const FILE_BYTES_MAX: u64 = 1_000_000;

/// Files in which a tool writes addresses of its own accord.
const LOCKS: &[&str] = &["Cargo.lock", "package-lock.json"];

/// Hosts of package registries, in two halves so that this file does not hold them.
const REGISTRIES: &[(&str, &str)] = &[
    ("//crates", ".io"),
    ("index.crates", ".io"),
    ("static.crates", ".io"),
    ("pypi", ".org"),
    ("files.pythonhosted", ".org"),
    ("registry.npmjs", ".org"),
    ("deb.debian", ".org"),
    ("archive.ubuntu", ".com"),
];

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: &[(&str, &str)] =
    &[("/ro", "ot/"), ("/ho", "me/"), ("/Us", "ers/"), ("/wo", "rk/"), ("../sha", "red"), ("C:\\Us", "ers")];

/// Words about how the text came about, which tell a reader nothing about the product.
const ASIDES: &[(&str, &str)] =
    &[("co-authored", "-by:"), ("language", " model"), ("this", " session"), ("coding", " agent")];

/// Every place where a tracked text holds one of the words, in any case.
fn places(words: &[(&str, &str)]) -> Vec<String> {
    let words: Vec<String> = words.iter().map(|(head, tail)| format!("{head}{tail}").to_lowercase()).collect();
    let searched =
        files().into_iter().filter(|path| !path.file_name().is_some_and(|n| LOCKS.iter().any(|lock| n == *lock)));
    let texts = searched.filter_map(|path| Some((text(&path)?.to_lowercase(), path)));
    let found = texts.flat_map(|(text, path)| {
        let here = words.iter().flat_map(|word| text.match_indices(word.as_str())).filter(|(at, _)| begins(&text, *at));
        here.map(|(at, word)| format!("{}:{} {word}", path.display(), line(&text, at))).collect::<Vec<_>>()
    });
    found.collect()
}

/// Whether a word of its own begins there: a folder named like a machine's, inside another one, is no such path.
fn begins(text: &str, at: usize) -> bool {
    text[at..].starts_with("//") || !text[..at].ends_with(|c: char| c.is_alphanumeric() || "_-.}>)*".contains(c))
}

#[test]
fn no_address_of_a_registry() {
    none("packages are named, their registries are not", places(REGISTRIES));
}

#[test]
fn no_path_of_one_machine() {
    none("a path exists on one machine only", places(MACHINE_PATHS));
}

#[test]
fn no_asides() {
    none("a text is about the product", places(ASIDES));
}

#[test]
fn no_large_file() {
    let size = |path: &Path| fs::metadata(root().join(path)).map_or(0, |metadata| metadata.len());
    let large = files().into_iter().map(|path| (size(&path), path)).filter(|(bytes, _)| *bytes > FILE_BYTES_MAX);
    none("a file is larger than a megabyte", large.map(|(bytes, path)| format!("{} {bytes} bytes", path.display())));
}

#[test]
fn nothing_fetched_is_tracked() {
    let fetched =
        |path: &&Path| ["knowledge/imported", ".setup", "target", "out"].iter().any(|folder| path.starts_with(folder));
    none(
        "fetched and built files stay untracked",
        tracked().iter().map(AsRef::as_ref).filter(fetched).map(|p| p.display().to_string()),
    );
}

#[test]
fn lines_end_like_lines() {
    let ours =
        |path: &Path| path.extension().is_some_and(|e| ["rs", "toml", "md", "sh", "py"].iter().any(|our| e == *our));
    let texts = files().into_iter().filter(|path| ours(path)).filter_map(|path| Some((text(&path)?, path)));
    let odd = texts.filter(|(text, _)| text.contains('\r') || (!text.is_empty() && !text.ends_with('\n')));
    none("a file has a carriage return or no last line end", odd.map(|(_, path)| path.display().to_string()));
}
