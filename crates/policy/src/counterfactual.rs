//! What would have had to be otherwise for a listing to be allowed: the smallest set of at most three
//! signals whose neutral value gives `allow`.
//!
//! All sets of one signal of all rows are tried in one batch, then sets of two for the rows that are
//! still open, then of three. A set is not tried if a rule that fired depends on none of its columns: that
//! rule would fire again. A column that only rules which did not fire depend on is tried all the same,
//! because taking away another one may make such a rule fire.

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, BooleanArray, Int64Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::kernels::zip::zip;
use arrow::compute::{and_not, nullif, take};
use arrow::error::ArrowError;

use crate::column::{Column, ColumnKind};
use crate::evaluation::{Evaluation, Verdict};
use crate::policy::{Judge, Policy};
use crate::rule::{Mode, Outcome, Rule};
use crate::table::Table;

/// Most signals in a set.
const SIZE_MAX: usize = 3;

/// Sets that are tried in one batch.
const ATTEMPTS_MAX: usize = 4_096;

/// A row whose set is not found yet.
struct Open {
    row: usize,
    /// Its signals that are not neutral and that a rule with effect depends on, ascending.
    candidates: Vec<usize>,
    /// For each rule that fired or failed, which columns it depends on.
    stopped_by: Vec<Arc<[bool]>>,
}

/// One set of one open row.
struct Attempt {
    open: usize,
    columns: Vec<usize>,
}

impl Policy {
    /// For each row that is not allowed the positions of the columns in the smallest set of at most three
    /// signals that would have to be neutral for it to be allowed; of several sets of that size the first
    /// in registry order. None for rows that are allowed and for rows without such a set.
    ///
    /// `evaluation` is the one of this batch.
    pub fn counterfactuals(&self, batch: &RecordBatch, evaluation: &Evaluation) -> Vec<Option<Vec<usize>>> {
        let mut found = vec![None; batch.num_rows()];
        let Some(table) = self.project(batch).filter(|_| evaluation.len() == batch.num_rows()) else {
            return found;
        };
        let mut open = self.open(&table, evaluation);
        for size in 1..=SIZE_MAX {
            self.round(&table, &open, size, &mut found);
            open.retain(|open| found[open.row].is_none());
        }
        found
    }

    fn open(&self, table: &Table, evaluation: &Evaluation) -> Vec<Open> {
        let stopped = (0..evaluation.len()).filter(|row| evaluation.verdicts()[*row] != Verdict::Allow);
        let stopped: Vec<usize> = stopped.collect();
        if stopped.is_empty() {
            return vec![];
        }
        let depended = self.depended();
        let depends: Vec<Arc<[bool]>> = self.judges.iter().map(|judge| judge.depends.as_slice().into()).collect();
        let score: Arc<[bool]> = self.score_depends().into();
        let open = |row| Open {
            row,
            candidates: self.candidates(table, &depended, row),
            stopped_by: self
                .stoppers(evaluation, row)
                .map(|rule| Arc::clone(rule.map_or(&score, |rule| &depends[rule])))
                .collect(),
        };
        stopped.into_iter().map(open).collect()
    }

    /// For each column whether a rule with effect depends on it, or the score, which can fail.
    fn depended(&self) -> Vec<bool> {
        let mut depended = self.score_depends();
        for (_, judge) in self.rules.iter().zip(&self.judges).filter(|(rule, judge)| can_stop(rule, judge)) {
            depended.iter_mut().zip(&judge.depends).for_each(|(any, one)| *any |= one);
        }
        depended
    }

    fn score_depends(&self) -> Vec<bool> {
        let mut depends = vec![false; self.columns.len()];
        self.score.reads().into_iter().for_each(|index| depends[index] = true);
        depends
    }

    fn candidates(&self, table: &Table, depended: &[bool], row: usize) -> Vec<usize> {
        let is_candidate = |index: &usize| {
            let column = self.columns.get(*index).filter(|column| column.evidence && depended[*index]);
            column.zip(table.array(*index)).is_some_and(|(column, array)| !column.is_neutral(array, row))
        };
        self.inputs.iter().copied().filter(is_candidate).collect()
    }

    /// The rules (none: the score) that fired or failed with effect in a row.
    fn stoppers<'a>(&'a self, evaluation: &'a Evaluation, row: usize) -> impl Iterator<Item = Option<usize>> + 'a {
        let fired = evaluation.fired.iter().filter(move |fired| fired.rows.value(row));
        let fired = fired.map(|fired| fired.rule).filter(|rule| self.stops(*rule)).map(Some);
        let errors = evaluation.row(row).map_or(&[][..], |row| row.errors()).iter();
        let failed = errors.filter(|error| evaluation.is_enforced(error));
        fired.chain(failed.map(|error| error.rule))
    }

    /// Whether a rule stops a listing by firing.
    fn stops(&self, rule: usize) -> bool {
        let rule = &self.rules[rule];
        rule.mode == Mode::Enforce && rule.outcome > Outcome::Allow
    }

    /// Tries every set of one size for every open row.
    fn round(&self, table: &Table, open: &[Open], size: usize, found: &mut [Option<Vec<usize>>]) {
        let mut attempts = Vec::new();
        for (index, each) in open.iter().enumerate() {
            let mut set: Vec<usize> = (0..size).collect();
            while set.last().is_some_and(|last| *last < each.candidates.len()) && found[each.row].is_none() {
                let columns: Vec<usize> = set.iter().map(|place| each.candidates[*place]).collect();
                if each.is_promising(&columns) {
                    attempts.push(Attempt { open: index, columns });
                }
                if attempts.len() == ATTEMPTS_MAX {
                    self.attempt(table, open, &mut attempts, found);
                }
                advance(&mut set, each.candidates.len());
            }
        }
        self.attempt(table, open, &mut attempts, found);
    }

    /// Evaluates the attempts in one batch; the first of a row that gives allow is its answer.
    fn attempt(&self, table: &Table, open: &[Open], attempts: &mut Vec<Attempt>, found: &mut [Option<Vec<usize>>]) {
        let attempts = std::mem::take(attempts);
        let Some(table) = self.neutralised(table, open, &attempts) else { return };
        let findings = self.findings(&table, &[], |index| can_stop(&self.rules[index], &self.judges[index]));
        let mut allowed = vec![true; attempts.len()];
        for fired in findings.fired.iter().filter(|fired| self.stops(fired.rule)) {
            fired.rows.set_indices().for_each(|row| allowed[row] = false);
        }
        findings.errors.iter().for_each(|error| allowed[error.row] = false);
        for (attempt, _) in attempts.into_iter().zip(allowed).filter(|(_, allowed)| *allowed) {
            found[open[attempt.open].row].get_or_insert(attempt.columns);
        }
    }

    /// One row an attempt: the listing with the set's columns neutral.
    fn neutralised(&self, table: &Table, open: &[Open], attempts: &[Attempt]) -> Option<Table> {
        let row = |attempt: &Attempt| u32::try_from(open[attempt.open].row).ok();
        let rows: UInt32Array = attempts.iter().map(row).collect();
        let mut arrays = vec![None; self.columns.len()];
        for index in &self.inputs {
            let array = take(table.array(*index)?, &rows, None).ok()?;
            let mask: Vec<bool> = attempts.iter().map(|attempt| attempt.columns.contains(index)).collect();
            arrays[*index] = Some(match mask.contains(&true) {
                true => neutralise(self.columns.get(*index)?, &array, &mask.into()).ok()?,
                false => array,
            });
        }
        Some(Table::new(&self.columns, arrays, attempts.len()))
    }
}

impl Open {
    /// Whether everything that stopped the row depends on a column of the set.
    fn is_promising(&self, columns: &[usize]) -> bool {
        self.stopped_by.iter().all(|depends| columns.iter().any(|index| depends[*index]))
    }
}

/// Whether a rule can stop a listing: by firing, or (also an allow rule) by failing.
fn can_stop(rule: &Rule, judge: &Judge) -> bool {
    rule.mode == Mode::Enforce && (rule.outcome > Outcome::Allow || judge.can_fail)
}

/// The next combination of places below `bound` in lexicographic order; past the last one, its last
/// place is `bound`.
fn advance(set: &mut [usize], bound: usize) {
    let size = set.len();
    let movable = (0..size).rev().find(|place| set[*place] + (size - place) < bound);
    match (movable, set.last_mut()) {
        (Some(place), _) => {
            let next = set[place] + 1;
            set[place..].iter_mut().enumerate().for_each(|(offset, value)| *value = next + offset);
        }
        (None, Some(last)) => *last = bound,
        (None, None) => {}
    }
}

/// The array with the neutral value where the mask is set.
fn neutralise(column: &Column, array: &ArrayRef, mask: &BooleanArray) -> Result<ArrayRef, ArrowError> {
    if column.nullable {
        return nullif(array, mask);
    }
    match column.kind {
        ColumnKind::Bool => Ok(Arc::new(and_not(array.as_boolean(), mask)?)),
        ColumnKind::Int => zip(mask, &Int64Array::new_scalar(0), array),
        ColumnKind::Text => zip(mask, &StringArray::new_scalar(""), array),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{listings, policy, review, rule};

    #[test]
    fn combinations_come_in_order() {
        let mut set = vec![0, 1];
        let mut seen = vec![];
        while set[1] < 4 {
            seen.push((set[0], set[1]));
            advance(&mut set, 4);
        }
        assert_eq!(seen, [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]);
    }

    #[test]
    fn the_smallest_set_in_registry_order() {
        let block =
            rule("block", &["brand_claimed", "price_vs_brand"], "brand_claimed = 'gucci' AND price_vs_brand < 250");
        let policy = policy(&[
            ("a", &block),
            ("b", &review("price_vs_brand < 100 AND replica_word")),
            ("c", &review("stock > 100")),
            ("d", &review("seller_age_days < 3 AND picture_copied AND copies > 2")),
            ("e", &review("brand_claimed IS NULL AND condition_said = 'new'")),
            ("f", &rule("allow", &[], "price_drop / price_drop > 0")),
        ]);
        let check = |listing: &str, expected: Option<&[&str]>| {
            let batch = listings(&["", listing, "copies = 3"]);
            let found = policy.counterfactuals(&batch, &policy.evaluate(&batch));
            let name = |index: usize| policy.columns().get(index).map(|column| column.name.as_str());
            let names = found[1].as_ref().map(|set| set.iter().filter_map(|index| name(*index)).collect::<Vec<_>>());
            assert_eq!(names.as_deref(), expected, "{listing}");
            assert_eq!((&found[0], &found[2]), (&None, &None));
        };
        let bag = "brand_claimed = \"gucci\", price_vs_brand = 90";
        check(bag, Some(&["brand_claimed"]));
        check(&format!("{bag}, replica_word = true"), Some(&["price_vs_brand"]));
        check("stock = 101", None);
        check("price_drop = 0", Some(&["price_drop"]));
        let seller = "seller_age_days = 1, picture_copied = true, copies = 9";
        check(seller, Some(&["picture_copied"]));
        check(&format!("{bag}, {seller}"), Some(&["brand_claimed", "picture_copied"]));
        // Without the brand another rule would fire, so the price it is.
        check(&format!("{bag}, condition_said = \"new\""), Some(&["price_vs_brand"]));
        let other = "price_vs_brand = 90, replica_word = true, condition_said = \"new\"";
        check(&format!("{other}, {seller}"), Some(&["price_vs_brand", "picture_copied", "condition_said"]));
    }
}
