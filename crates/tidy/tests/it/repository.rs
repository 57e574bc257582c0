//! The repository as git sees it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder above `crates/`.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/tidy stands two folders deep").to_owned()
}

/// Files that git tracks, and those that it would track.
pub(crate) fn files() -> Vec<PathBuf> {
    list(&["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
}

/// Files that git tracks.
pub(crate) fn tracked() -> Vec<PathBuf> {
    list(&["ls-files", "-z"])
}

fn list(arguments: &[&str]) -> Vec<PathBuf> {
    let output = Command::new("git").args(arguments).current_dir(root()).output().expect("git is installed");
    assert!(
        output.status.success(),
        "the house rules need a git checkout: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let names = String::from_utf8(output.stdout).expect("names of files are UTF-8");
    names.split_terminator('\0').map(PathBuf::from).filter(|path| root().join(path).is_file()).collect()
}

/// A file as text; none if it is not UTF-8, or was deleted while the tests ran.
pub(crate) fn text(path: &Path) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

/// Line of a byte offset, from 1.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}
