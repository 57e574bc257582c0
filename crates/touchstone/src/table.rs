//! The table for people: verdict, why, and the listing with its guilty words highlighted.

use std::io::Write;

use anyhow::Result;
use touchstone_catalog::Listing;
use touchstone_screening::{Decision, EvidencePlace, Verdict};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::pipeline::Screened;
use crate::style::{self, paint};
use crate::write::DecisionWriter;

const TITLE_WIDTH: usize = 62;
const PRICE_WIDTH: usize = 16;
const CODE_WIDTH: usize = 25;

/// Prints findings as they come, and the first few listings that stay up.
pub(crate) struct Table {
    out: Box<dyn Write + Send>,
    colour: bool,
    allowed_left: usize,
    started: bool,
}

impl Table {
    pub(crate) fn new(out: Box<dyn Write + Send>, colour: bool, show_allowed: usize) -> Self {
        Self { out, colour, allowed_left: show_allowed, started: false }
    }

    fn head(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.started, true) {
            let title = pad("listing", TITLE_WIDTH);
            let line = format!("{:<7} {title} {:>PRICE_WIDTH$}  {}", "verdict", "price", "why");
            writeln!(self.out, "{}", self.paint(style::HEAD, &line))?;
        }
        Ok(())
    }

    fn paint(&self, style: anstyle::Style, text: &str) -> String {
        if self.colour { paint(style, text) } else { text.to_owned() }
    }

    fn row(&mut self, listing: &Listing<'_>, decision: &Decision) -> Result<()> {
        let verdict = self.paint(style::of_verdict(&decision.verdict), &format!("{:<7}", decision.verdict));
        let spans = guilty(decision, "title", None);
        let title = clipped(listing.title, &spans, TITLE_WIDTH, self.colour);
        let why = decision
            .reasons
            .first()
            .map_or(String::new(), |r| format!("{:<CODE_WIDTH$} {}", r.code, self.paint(style::DIM, &r.message)));
        writeln!(self.out, "{verdict} {title} {:>PRICE_WIDTH$}  {why}", price(listing))?;
        Ok(())
    }
}

impl DecisionWriter for Table {
    fn batch(&mut self, screened: &Screened) -> Result<()> {
        self.head()?;
        for (i, listing) in screened.listings.rows().enumerate() {
            let allowed = screened.decisions.verdicts().get(i) == Some(&Verdict::Allow);
            if allowed && self.allowed_left == 0 {
                continue;
            }
            self.allowed_left -= usize::from(allowed);
            if let Some(decision) = screened.decisions.decision(i) {
                self.row(&listing, &decision)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

/// The price as the feed says it.
pub(crate) fn price(listing: &Listing<'_>) -> String {
    listing.price().map_or_else(String::new, |p| p.to_string())
}

/// Places in one field that speak against the listing, sorted, without overlaps.
pub(crate) fn guilty(decision: &Decision, field: &str, item: Option<u16>) -> Vec<(usize, usize)> {
    let here = |e: &&EvidencePlace| e.field == field && e.item == item && e.end > e.start;
    let mut spans: Vec<(usize, usize)> = decision
        .reasons
        .iter()
        .flat_map(|r| &r.evidence)
        .filter(here)
        .map(|e| (e.start as usize, e.end as usize))
        .collect();
    spans.sort_unstable();
    spans.dedup();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// `text` with its guilty places highlighted. Control characters never reach the terminal.
pub(crate) fn highlighted(text: &str, spans: &[(usize, usize)], colour: bool) -> String {
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        if colour && spans.iter().any(|s| s.0 == at) {
            out.push_str(&style::GUILTY.render().to_string());
        }
        out.push(if c.is_control() { ' ' } else { c });
        if colour && spans.iter().any(|s| s.1 == at + c.len_utf8()) {
            out.push_str(&style::GUILTY.render_reset().to_string());
        }
    }
    out
}

/// At most `width` columns of `text`, padded, highlighted.
fn clipped(text: &str, spans: &[(usize, usize)], width: usize, colour: bool) -> String {
    let mut columns = 0;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let next = columns + c.width().unwrap_or(1).max(usize::from(c.is_control()));
        if next > width - 1 && text.width() > width {
            end = at;
            break;
        }
        columns = next;
    }
    let shown = text.get(..end).unwrap_or_default();
    let inside: Vec<_> = spans.iter().filter(|s| s.0 < end).map(|s| (s.0, s.1.min(end))).collect();
    let ellipsis = if end < text.len() { "…" } else { "" };
    let padding = width.saturating_sub(columns + ellipsis.width());
    format!("{}{ellipsis}{}", highlighted(shown, &inside, colour), " ".repeat(padding))
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
