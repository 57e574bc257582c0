//! What was answered is there: for others at once, after a crash, after a compaction.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use touchstone_banks::{Bank, BankError, Banks, Change};

use crate::{act, add, item, open, paths};

fn files(data: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(data.join("banks")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn log(data: &Path) -> PathBuf {
    let is_log = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("log-");
    files(data).into_iter().find(is_log).unwrap()
}

/// Everything that can be asked of an entry, features included.
fn all(banks: &Banks) -> Vec<String> {
    let entries = banks.contents().entries().iter().enumerate();
    entries.map(|(number, entry)| format!("{entry:?} {:?}", banks.features(number).unwrap())).collect()
}

#[test]
fn nothing_is_made_by_looking() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    assert!(banks.contents().entries().is_empty() && !banks.refresh().unwrap());
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    assert_eq!(banks.version().to_string(), "none+0");
}

#[test]
fn what_one_adds_another_reads() {
    let data = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(data.path()), open(data.path()));
    for path in ["a", "b", "c"] {
        let writer = if path == "b" { &mut other } else { &mut one };
        add(writer, path);
    }
    assert!(one.version() == other.version() || other.refresh().unwrap());
    assert!(!one.refresh().unwrap(), "it knows what it wrote, and read on before");
    assert_eq!((paths(&one), paths(&other)), (vec!["a", "b", "c"], vec!["a", "b", "c"]));
    assert_eq!((all(&one), one.version()), (all(&other), other.version()));
    assert_eq!(all(&open(data.path())), all(&one));
    assert_eq!(one.features(1).unwrap(), b"b".repeat(100));
}

#[test]
fn a_compaction_changes_nothing_that_can_be_asked() {
    let data = tempfile::tempdir().unwrap();
    let (mut one, mut other) = (open(data.path()), open(data.path()));
    let ids = ["a", "b", "c"].map(|path| add(&mut one, path));
    one.change(&ids[1..2], &Change::Removed, &act("Bo", "a mistake")).unwrap();
    one.change_bank(Bank::Genuine, &Change::Distance(Some(20)), &act("Bo", "strict")).unwrap();
    other.refresh().unwrap();
    let (before, sequence) = (all(&one), one.version().sequence);
    assert!(one.compact().unwrap());
    assert_eq!((all(&one), one.version().sequence, one.log_bytes()), (before.clone(), sequence, 0));
    assert!(one.version().base.is_some());
    assert_eq!(all(&other), before, "who has the old files open reads on");
    assert!(other.refresh().unwrap());
    assert_eq!((all(&other), other.version()), (before, one.version()));
    add(&mut other, "d");
    add(&mut one, "e");
    assert!(!one.compact().unwrap() || one.log_bytes() == 0);
    assert_eq!(paths(&open(data.path())), ["a", "b", "c", "d", "e"]);
    assert_eq!(open(data.path()).contents().bank(Bank::Genuine).distance, Some(20));
    let kept = files(data.path());
    assert_eq!(kept.len(), 4, "lock, generation, one base, one log: {kept:?}");
}

/// A write that never ended was never answered: the next writer cuts it off, readers never see it.
#[test]
fn a_torn_end_is_cut_off() {
    let data = tempfile::tempdir().unwrap();
    add(&mut open(data.path()), "a");
    let path = log(data.path());
    let whole = fs::read(&path).unwrap();
    add(&mut open(data.path()), "b");
    let more = fs::read(&path).unwrap();
    for length in [whole.len() + 1, whole.len() + 31, whole.len() + 40, more.len() - 1] {
        fs::write(&path, &more[..length]).unwrap();
        let mut reader = open(data.path());
        assert_eq!(paths(&reader), ["a"], "{length} bytes");
        assert_eq!(fs::metadata(&path).unwrap().len(), length as u64, "a reader changes nothing");
        let mut writer = open(data.path());
        add(&mut writer, "c");
        let notes = writer.take_notes();
        assert!(notes.len() == 1 && notes[0].contains(&format!("cut {} bytes", length - whole.len())), "{notes:?}");
        assert!(reader.refresh().unwrap());
        assert_eq!((paths(&reader), paths(&open(data.path()))), (vec!["a", "c"], vec!["a", "c"]));
    }
}

#[test]
fn damage_before_the_end_is_told_and_nothing_is_cut_off() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    add(&mut banks, "a");
    add(&mut banks, "b");
    let path = log(data.path());
    let whole = fs::read(&path).unwrap();
    for at in [60, 200, 85] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&path, &damaged).unwrap();
        let error = Banks::open(data.path()).unwrap_err();
        assert!(matches!(&error, BankError::Damaged { at: 48, path: named } if *named == path), "{error}");
        let added = banks.add(vec![item(Bank::Genuine, "c")], &act("Ann", ""));
        assert!(added.is_ok(), "who knows the log goes on where it stands: {added:?}");
        fs::write(&path, &whole).unwrap();
        banks = open(data.path());
    }
    banks.compact().unwrap();
    let base = files(data.path()).into_iter().find(|path| path.to_string_lossy().contains("base-")).unwrap();
    OpenOptions::new().append(true).open(&base).unwrap().write_all(b"x").unwrap();
    assert!(matches!(Banks::open(data.path()), Err(BankError::Damaged { .. })));
}

#[test]
fn files_of_others_are_refused() {
    let data = tempfile::tempdir().unwrap();
    add(&mut open(data.path()), "a");
    fs::write(log(data.path()), vec![b'x'; 500]).unwrap();
    assert!(matches!(Banks::open(data.path()), Err(BankError::Foreign { .. })));
    fs::write(data.path().join("banks/generation.json"), "{\"schema\":2}").unwrap();
    assert!(matches!(Banks::open(data.path()), Err(BankError::Foreign { .. })));
}

/// What an ended compaction left behind is in nobody's way.
#[test]
fn leavings_of_a_compaction_do_no_harm() {
    let data = tempfile::tempdir().unwrap();
    let mut banks = open(data.path());
    add(&mut banks, "a");
    fs::write(data.path().join("banks/.base.part"), "half a base").unwrap();
    fs::write(data.path().join("banks/log-2.bank"), "half a log").unwrap();
    assert!(banks.compact().unwrap());
    add(&mut banks, "b");
    assert_eq!(paths(&open(data.path())), ["a", "b"]);
}
