//! Unified diffs, as `git apply` and `patch` read them, from edits whose lines are known.

use std::fmt::Write as _;

/// Lines around a change that are shown.
const CONTEXT: usize = 3;

/// Lines that go, and those that come instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LineEdit {
    /// Index of the first line that goes, or before which lines come.
    pub(super) at: usize,
    pub(super) remove: usize,
    pub(super) add: Vec<String>,
}

/// The diff of one file; empty without edits. Edits are sorted by line and don't overlap.
pub(super) fn unified(path: &str, text: &str, edits: &[LineEdit]) -> String {
    let old: Vec<&str> = text.lines().collect();
    let whole = text.is_empty() || text.ends_with('\n');
    let edits = if whole { edits.to_vec() } else { end_last_line(&old, edits) };
    let mut out = String::new();
    for (number, hunk) in hunks(&edits).into_iter().enumerate() {
        if number == 0 {
            let _ = write!(out, "--- a/{path}\n+++ b/{path}\n");
        }
        let shift: isize =
            edits.iter().filter(|e| e.at < hunk[0].at).map(|e| e.add.len() as isize - e.remove as isize).sum();
        write_hunk(&mut out, &old, whole, hunk, shift);
    }
    out
}

/// What is added behind a last line without line end replaces that line by itself with one.
fn end_last_line(old: &[&str], edits: &[LineEdit]) -> Vec<LineEdit> {
    let mut edits = edits.to_vec();
    if let (Some(edit), Some(last)) = (edits.last_mut().filter(|e| e.at == old.len()), old.last()) {
        edit.at -= 1;
        edit.remove = 1;
        edit.add.insert(0, (*last).to_owned());
    }
    edits
}

/// Edits whose contexts touch stand in one hunk.
fn hunks(edits: &[LineEdit]) -> Vec<&[LineEdit]> {
    edits.chunk_by(|a, b| b.at <= a.at + a.remove + 2 * CONTEXT).collect()
}

/// `shift` is how many lines the edits before this hunk have added.
fn write_hunk(out: &mut String, old: &[&str], whole: bool, edits: &[LineEdit], shift: isize) {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return };
    let start = first.at.saturating_sub(CONTEXT);
    let end = (last.at + last.remove + CONTEXT).min(old.len());
    let added: usize = edits.iter().map(|e| e.add.len()).sum();
    let removed: usize = edits.iter().map(|e| e.remove).sum();
    // A hunk without old lines stands behind the line before it.
    let old_at = if end > start { start + 1 } else { start };
    let _ = writeln!(
        out,
        "@@ -{},{} +{},{} @@",
        old_at,
        end - start,
        old_at.saturating_add_signed(shift).max(1),
        end - start + added - removed
    );
    let mut at = start;
    for edit in edits {
        write_lines(out, ' ', old, at..edit.at, whole);
        write_lines(out, '-', old, edit.at..edit.at + edit.remove, whole);
        edit.add.iter().for_each(|line| out.extend(["+", line.as_str(), "\n"]));
        at = edit.at + edit.remove;
    }
    write_lines(out, ' ', old, at..end, whole);
}

fn write_lines(out: &mut String, mark: char, old: &[&str], range: std::ops::Range<usize>, whole: bool) {
    let cut = (!whole).then_some(old.len()).and_then(|n| n.checked_sub(1));
    for (at, line) in old.iter().enumerate().take(range.end).skip(range.start) {
        let _ = writeln!(out, "{mark}{line}");
        if Some(at) == cut {
            out.push_str("\\ No newline at end of file\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(at: usize, remove: usize, add: &[&str]) -> LineEdit {
        LineEdit { at, remove, add: add.iter().map(|l| (*l).to_owned()).collect() }
    }

    fn numbers(n: usize) -> String {
        (1..=n).map(|i| format!("{i}\n")).collect()
    }

    #[test]
    fn a_line_replaced() {
        let diff = unified("f", &numbers(9), &[edit(4, 1, &["five", "and a half"])]);
        assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+and a half\n 6\n 7\n 8\n");
    }

    #[test]
    fn far_edits_stand_apart_and_later_ones_are_shifted() {
        let diff = unified("f", &numbers(30), &[edit(0, 0, &["zero"]), edit(20, 1, &[])]);
        assert_eq!(
            diff,
            "--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n+zero\n 1\n 2\n 3\n@@ -18,7 +19,6 @@\n 18\n 19\n 20\n-21\n 22\n 23\n 24\n"
        );
    }

    #[test]
    fn near_edits_stand_together() {
        let diff = unified("f", &numbers(12), &[edit(2, 1, &["three"]), edit(8, 1, &["nine"])]);
        assert_eq!(diff.matches("@@ -").count(), 1);
        assert!(diff.starts_with("--- a/f\n+++ b/f\n@@ -1,12 +1,12 @@\n"), "{diff}");
    }

    #[test]
    fn adding_behind_a_cut_last_line_ends_it() {
        let diff = unified("f", "1\n2", &[edit(2, 0, &["3"])]);
        assert_eq!(diff, "--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@\n 1\n-2\n\\ No newline at end of file\n+2\n+3\n");
    }

    #[test]
    fn no_edits_no_diff() {
        assert_eq!(unified("f", "1\n", &[]), "");
    }
}
