//! The table for people: verdict, why, and the listing with its guilty words marked.

use std::io::Write;

use anyhow::Result;
use touchstone_catalog::Listing;
use touchstone_screening::{Decision, Verdict};
use unicode_width::UnicodeWidthStr;

use crate::console::Ink;
use crate::mark::{Excerpt, excerpt, guilty, one_line, texts};
use crate::pipeline::Screened;
use crate::style::{self, paint};
use crate::write::{Buffered, DecisionWriter, Sink};

const VERDICT_WIDTH: usize = 7;
const TITLE_WIDTH: usize = 62;
const PRICE_WIDTH: usize = 16;
const CODE_WIDTH: usize = 25;
const FIELD_WIDTH: usize = 11;
const EXCERPT_WIDTH: usize = TITLE_WIDTH + PRICE_WIDTH - FIELD_WIDTH;
/// Texts beside the title that are shown of one listing, at most.
const EXCERPTS_MAX: usize = 2;

/// Prints findings as they come, and the first few listings that stay up.
pub(crate) struct Table {
    out: Buffered,
    ink: Ink,
    allowed_left: usize,
    started: bool,
}

impl Table {
    pub(crate) fn new(sink: Sink, ink: Ink, show_allowed: usize) -> Self {
        Self { out: Buffered::new(sink), ink, allowed_left: show_allowed, started: false }
    }

    fn head(&mut self) -> Result<()> {
        if !std::mem::replace(&mut self.started, true) {
            let title = pad("listing", TITLE_WIDTH);
            let line = format!("{:<VERDICT_WIDTH$} {title} {:>PRICE_WIDTH$}  {}", "verdict", "price", "why");
            writeln!(self.out, "{}", self.paint(style::HEAD, &line))?;
        }
        Ok(())
    }

    fn paint(&self, style: anstyle::Style, text: &str) -> String {
        if self.ink == Ink::Colour { paint(style, text) } else { one_line(text) }
    }

    fn row(&mut self, listing: &Listing<'_>, decision: &Decision) -> Result<()> {
        let verdict =
            self.paint(style::of_verdict(&decision.verdict), &format!("{:<VERDICT_WIDTH$}", decision.verdict));
        let title = padded(excerpt(listing.title, &guilty(decision, "title", None), TITLE_WIDTH, self.ink));
        let why = decision
            .reasons
            .first()
            .map_or(String::new(), |r| format!("{:<CODE_WIDTH$} {}", r.code, self.paint(style::DIM, &r.message)));
        let line = format!("{verdict} {title} {:>PRICE_WIDTH$}  {why}", price(listing));
        writeln!(self.out, "{}", line.trim_end())?;
        self.elsewhere(listing, decision)
    }

    /// Evidence that does not lie in the title.
    fn elsewhere(&mut self, listing: &Listing<'_>, decision: &Decision) -> Result<()> {
        let texts = texts(listing).into_iter().skip(1);
        let spoken = texts.map(|each| (guilty(decision, each.field, each.item), each));
        for (spans, each) in spoken.filter(|(spans, _)| !spans.is_empty()).take(EXCERPTS_MAX) {
            let field = self.paint(style::DIM, &format!("{:<FIELD_WIDTH$}", each.field));
            let text = excerpt(each.text, &spans, EXCERPT_WIDTH, self.ink).text;
            writeln!(self.out, "{:VERDICT_WIDTH$} {field} {text}", "")?;
        }
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
        // People watch; what is found should not wait for what is not.
        Ok(self.out.flush()?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        self.out.finish()
    }
}

/// The price as the feed says it.
pub(crate) fn price(listing: &Listing<'_>) -> String {
    listing.price().map_or_else(String::new, |p| p.to_string())
}

fn padded(Excerpt { text, columns }: Excerpt) -> String {
    format!("{text}{}", " ".repeat(TITLE_WIDTH.saturating_sub(columns)))
}

fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}
