//! The proposal as text: comments that say what was read and found, then the diff.
//!
//! Every line that is no diff begins with `#`, so that the whole can be kept beside the change.

use std::fmt;

use unicode_width::UnicodeWidthStr;

use super::bands::{self, Proposal, dollars};
use super::prices::{Measured, said};
use super::statistics::Share;
use super::terms::Finding;
use super::{LearnArgs, Learnt};
use crate::summary::thousands;

/// Terms that are listed.
const MAX_LISTED: usize = 200;
const TERM_WIDTH: usize = 28;
const RULE: &str = "#";

pub(super) struct Output<'o> {
    pub(super) args: &'o LearnArgs,
    pub(super) learnt: &'o Learnt,
    pub(super) measured: &'o [Measured],
    pub(super) proposals: &'o [Proposal],
}

impl fmt::Display for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.what_was_read(f)?;
        if !self.args.known_fakes.is_empty() {
            self.terms(f)?;
        }
        self.bands(f)?;
        self.proposals.iter().try_for_each(|p| write!(f, "{RULE} {}\n{}", p.brand, p.diff))
    }
}

impl Output<'_> {
    fn what_was_read(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let learnt = self.learnt;
        let seen: Vec<_> = learnt.trusted.seen().collect();
        writeln!(f, "{RULE} A proposal to review; nothing was changed.\n{RULE}")?;
        writeln!(f, "{RULE} read {} listings from {}", thousands(learnt.listings), paths(&self.args.feeds))?;
        writeln!(
            f,
            "{RULE} of these {} by {} of the {} trusted sellers in {}:",
            thousands(learnt.trusted.listings()),
            seen.len(),
            learnt.trusted.len(),
            self.args.trusted.display()
        )?;
        for (name, listings, offers) in &seen {
            writeln!(f, "{RULE}   {name}: {} listings, {} prices used", thousands(*listings), thousands(*offers))?;
        }
        for (why, n) in learnt.prices.left_out() {
            writeln!(f, "{RULE} {} prices left out: {why}", thousands(n))?;
        }
        if !self.args.known_fakes.is_empty() {
            writeln!(
                f,
                "{RULE} read {} known fakes from {}, {} different texts",
                thousands(learnt.fakes),
                paths(&self.args.known_fakes),
                thousands(learnt.terms.fakes)
            )?;
        }
        Ok(())
    }

    fn terms(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = self.learnt.terms.findings();
        writeln!(
            f,
            "{RULE}\n{RULE} {} terms go with known fakes; a lexicon's class and strength are for a person to choose",
            findings.len()
        )?;
        if !findings.is_empty() {
            writeln!(
                f,
                "{RULE} {:TERM_WIDTH$} {:<4} {:>24} {:>24} {:>8}",
                "term", "lang", "known fakes", "trusted sellers", "G²"
            )?;
        }
        findings.iter().take(MAX_LISTED).try_for_each(|finding| self.term(f, finding))?;
        match findings.len().checked_sub(MAX_LISTED).filter(|more| *more > 0) {
            Some(more) => writeln!(f, "{RULE} and {more} more, less sure"),
            None => Ok(()),
        }
    }

    fn term(&self, f: &mut fmt::Formatter<'_>, finding: &Finding) -> fmt::Result {
        let term = format!("\"{}\"", finding.term);
        let padding = " ".repeat(TERM_WIDTH.saturating_sub(term.width()));
        writeln!(
            f,
            "{RULE} {term}{padding} {:<4} {:>24} {:>24} {:>8.1}",
            finding.language,
            share(finding.fakes),
            share(finding.trusted),
            finding.g2
        )
    }

    fn bands(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (good, all) = (self.measured.len(), self.learnt.prices.groups());
        writeln!(
            f,
            "{RULE}\n{RULE} {good} bands measured; {} kinds of goods with fewer than {} offers or 3 sellers",
            all - good,
            self.args.min_count
        )?;
        self.measured.iter().try_for_each(|m| self.band(f, m))
    }

    fn band(&self, f: &mut fmt::Formatter<'_>, m: &Measured) -> fmt::Result {
        let snapshot = &self.learnt.snapshot;
        let old = bands::old(snapshot, m);
        let low = moved(old.map(|b| b.low_cents), m.low_cents);
        let typical = moved(old.map(|b| b.typical_cents), m.typical_cents);
        let largest = 100 * m.largest / m.offers.max(1);
        writeln!(
            f,
            "{RULE}   {}: low {low}, typical {typical}; {} offers of {} sellers, {largest} % of one; outliers left out: {}",
            said(snapshot, m.goods),
            thousands(m.offers as u64),
            m.sellers,
            m.outliers
        )
    }
}

fn paths(paths: &[std::path::PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// `34 of 210 (16.2 %)`
fn share(share: Share) -> String {
    format!("{} of {} ({:.1} %)", thousands(share.hits), thousands(share.of), 100.0 * share.rate())
}

/// `1500 → 1620 (+8 %)`, or only the new one.
fn moved(old: Option<i64>, new: i64) -> String {
    match old {
        Some(old) => {
            format!("{} → {} ({:+.0} %)", dollars(old), dollars(new), 100.0 * (new - old) as f64 / old.max(1) as f64)
        }
        None => format!("{} (new)", dollars(new)),
    }
}
