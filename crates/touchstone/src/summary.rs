//! What came out of a feed, on standard error.

use std::collections::BTreeMap;
use std::time::Duration;

use touchstone_catalog::feed::Counts;
use touchstone_catalog::reject::Reject;
use touchstone_screening::DecisionBatch;

use crate::cli::ScreenArgs;
use crate::console::note;
use crate::mark::one_line;
use crate::style::{self, paint};

/// Counts by verdict and first reason.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    verdicts: BTreeMap<&'static str, u64>,
    reasons: BTreeMap<String, u64>,
    errors: u64,
}

/// What was read, and what of it was set aside.
pub(crate) struct Read {
    pub(crate) counts: Counts,
    /// Rows of the sellers' file.
    pub(crate) bad_sellers: u64,
    /// The first bad rows, where they are written nowhere.
    pub(crate) shown: Vec<Reject>,
}

const MAX_REASONS: usize = 8;
const BAR_WIDTH: u64 = 24;

impl Summary {
    pub(crate) fn count(&mut self, batch: &DecisionBatch) {
        for verdict in batch.verdicts() {
            *self.verdicts.entry(verdict.as_str()).or_default() += 1;
        }
        for reason in batch.first_reasons() {
            match self.reasons.get_mut(reason) {
                Some(n) => *n += 1,
                None => drop(self.reasons.insert(reason.to_owned(), 1)),
            }
        }
        self.errors += batch.rule_errors() as u64;
    }

    pub(crate) fn print(&self, read: &Read, elapsed: Duration, args: &ScreenArgs) {
        let counts = read.counts;
        let rate = counts.rows as f64 / elapsed.as_secs_f64().max(0.001);
        note(format_args!(
            "\n{} in {:.1} s, {} a second",
            paint(style::HEAD, &format!("{} listings", thousands(counts.rows))),
            elapsed.as_secs_f64(),
            thousands(rate as u64)
        ));
        for verdict in ["block", "review", "allow"] {
            let n = self.verdicts.get(verdict).copied().unwrap_or(0);
            note(format_args!(
                "  {} {:>9}  {:>5.1} %  {}",
                paint(style::of_verdict(verdict), &format!("{verdict:<6}")),
                thousands(n),
                percent(n, counts.rows),
                bar(n, counts.rows)
            ));
        }
        self.print_reasons();
        print_rejects(read, args);
        if self.errors > 0 {
            note(format_args!("  {} listings are under review because a rule could not be computed", self.errors));
        }
    }

    fn print_reasons(&self) {
        let mut reasons: Vec<_> = self.reasons.iter().collect();
        reasons.sort_by_key(|(code, n)| (u64::MAX - **n, (*code).clone()));
        if !reasons.is_empty() {
            note(format_args!("  {}", paint(style::DIM, "first reasons")));
        }
        for (code, n) in reasons.into_iter().take(MAX_REASONS) {
            note(format_args!("    {:<28} {:>7}", code, thousands(*n)));
        }
    }
}

fn print_rejects(Read { counts, bad_sellers, shown }: &Read, args: &ScreenArgs) {
    let bad = counts.rejected - counts.duplicates;
    let unchecked = if counts.dedupe_checked { "" } else { " (unchecked beyond --dedupe-max)" };
    if bad > 0 || counts.duplicates > 0 || !counts.dedupe_checked {
        note(format_args!(
            "  {} bad rows and {} duplicates set aside{unchecked}",
            thousands(bad),
            thousands(counts.duplicates)
        ));
    }
    if *bad_sellers > 0 {
        note(format_args!("  {} bad rows of --sellers set aside", thousands(*bad_sellers)));
    }
    for reject in shown {
        note(format_args!("    {}", one_line(&place(reject))));
    }
    if bad + bad_sellers > 0 && args.rejects.is_none() {
        note(format_args!(
            "{} --rejects FILE writes all of them with file, row, field and reason",
            paint(style::HINT, "hint:")
        ));
    }
}

/// File, row, field, what is wrong, and what to do.
fn place(reject: &Reject) -> String {
    let Reject { file, row, detail, hint, .. } = reject;
    let field = reject.field.map(|field| format!(", {field}")).unwrap_or_default();
    format!("{file}, row {row}{field}: {detail}; {hint}")
}

fn percent(n: u64, all: u64) -> f64 {
    100.0 * n as f64 / all.max(1) as f64
}

fn bar(n: u64, all: u64) -> String {
    let filled = (n * BAR_WIDTH).div_ceil(all.max(1));
    "█".repeat(filled as usize)
}

/// 1234567 as `1,234,567`.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let grouped: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap_or_default()).collect();
    grouped.join(",")
}
