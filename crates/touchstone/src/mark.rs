//! What comes from outside, made fit for a terminal, with the evidence marked.
//!
//! A title can hold escape sequences that rewrite the screen, and marks that turn the order of the
//! letters around. Whatever a feed, a decision or a file's name says passes through here, alone or
//! inside [`paint`](crate::style::paint), before people see it.

use touchstone_catalog::Listing;
use touchstone_screening::{Decision, EvidencePlace};
use unicode_width::UnicodeWidthChar;

use crate::console::Ink;
use crate::style;

/// Bytes of a text, half-open.
pub(crate) type Span = (usize, usize);

/// The text on one line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(shown).collect()
}

/// The text with the lines that it has.
pub(crate) fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { shown(c) }).collect()
}

fn shown(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        c if c.is_control() || turns(c) => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

/// Embeddings, overrides and isolates: they can make a text read as another one, and reach beyond it.
fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A text of a listing, by the name and item that evidence gives it.
pub(crate) struct Text<'l> {
    pub(crate) field: &'static str,
    pub(crate) item: Option<u16>,
    pub(crate) text: &'l str,
}

/// The texts in which words can be evidence, in the order in which people read them.
pub(crate) fn texts<'l>(listing: &Listing<'l>) -> Vec<Text<'l>> {
    let whole = [("title", listing.title), ("description", listing.description), ("brand", listing.brand)];
    let lists = [
        ("variants", listing.variants),
        ("details", listing.details),
        ("reviews", listing.reviews),
        ("questions", listing.questions),
    ];
    let mut texts: Vec<Text<'l>> = whole.into_iter().map(|(field, text)| Text { field, item: None, text }).collect();
    for (field, items) in lists {
        texts.extend((0..).zip(items.iter()).map(|(i, text)| Text { field, item: Some(i), text }));
    }
    texts
}

/// Places in one text that speak against the listing, sorted, without overlaps.
pub(crate) fn guilty(decision: &Decision, field: &str, item: Option<u16>) -> Vec<Span> {
    let here = |e: &&EvidencePlace| e.field == field && e.item == item && e.end > e.start;
    let places = decision.reasons.iter().flat_map(|r| &r.evidence).filter(here);
    let mut spans: Vec<Span> = places.map(|e| (e.start as usize, e.end as usize)).collect();
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

/// The whole text on one line, evidence marked.
pub(crate) fn marked(text: &str, spans: &[Span], ink: Ink) -> String {
    excerpt(text, spans, usize::MAX, ink).text
}

/// A piece of a text, and the columns it takes.
pub(crate) struct Excerpt {
    pub(crate) text: String,
    pub(crate) columns: usize,
}

/// Columns before the first evidence where a text does not begin at its beginning.
const LEAD: usize = 12;
const ELLIPSIS: char = '…';

/// At most `width` columns of a text, evidence marked; from the beginning if the first evidence is
/// within that, else from shortly before it.
pub(crate) fn excerpt(text: &str, spans: &[Span], width: usize, ink: Ink) -> Excerpt {
    let from = beginning(text, spans, width);
    let mut line = Line { out: String::new(), columns: 0, open: false, ink };
    if from > 0 {
        line.push(ELLIPSIS);
    }
    let rest = text.get(from..).unwrap_or_default();
    let brackets = ink.columns() * 2 * spans.iter().filter(|s| s.0 >= from).count();
    let fits = columns(rest, width) + brackets + line.columns <= width;
    for (at, original) in rest.char_indices().map(|(at, c)| (from + at, c)) {
        let c = shown(original);
        let opens = spans.iter().any(|s| s.0 == at);
        if !fits && line.with(c, opens) >= width {
            line.close();
            line.push(ELLIPSIS);
            break;
        }
        if opens {
            line.open();
        }
        line.push(c);
        if spans.iter().any(|s| s.1 == at + original.len_utf8()) {
            line.close();
        }
    }
    line.close();
    Excerpt { text: line.out, columns: line.columns }
}

/// Where an excerpt begins.
fn beginning(text: &str, spans: &[Span], width: usize) -> usize {
    let Some((start, end)) = spans.first() else { return 0 };
    let Some((before, _)) = text.split_at_checked(*start).filter(|_| columns(text, width) > width) else { return 0 };
    if columns(text.get(..*end).unwrap_or(text), width) + LEAD < width {
        return 0;
    }
    let mut lead = LEAD;
    let near = before.char_indices().rev().take_while(|(_, c)| {
        let width = shown(*c).width().unwrap_or(0);
        let near = width <= lead;
        lead = lead.saturating_sub(width);
        near
    });
    near.last().map_or(*start, |(at, _)| at)
}

/// Columns that a text takes; not counted much beyond `enough`.
fn columns(text: &str, enough: usize) -> usize {
    let mut sum = 0;
    text.chars()
        .map(|c| shown(c).width().unwrap_or(0))
        .take_while(|w| {
            sum += w;
            sum <= enough
        })
        .count();
    sum
}

impl Ink {
    /// Columns that each end of a marked place takes.
    fn columns(self) -> usize {
        usize::from(self == Self::Plain)
    }
}

/// A line being written.
struct Line {
    out: String,
    columns: usize,
    /// Within a marked place.
    open: bool,
    ink: Ink,
}

impl Line {
    fn push(&mut self, c: char) {
        self.out.push(c);
        self.columns += c.width().unwrap_or(0);
    }

    /// Columns after one more character, with the brackets that it needs.
    fn with(&self, c: char, opens: bool) -> usize {
        let brackets = usize::from(opens) + usize::from(opens || self.open);
        self.columns + c.width().unwrap_or(0) + brackets * self.ink.columns()
    }

    fn open(&mut self) {
        match self.ink {
            Ink::Colour => self.out.push_str(&style::GUILTY.render().to_string()),
            Ink::Plain => self.push('['),
        }
        self.open = true;
    }

    fn close(&mut self) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        match self.ink {
            Ink::Colour => self.out.push_str(&style::GUILTY.render_reset().to_string()),
            Ink::Plain => self.push(']'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_rewrites_the_screen() {
        let hostile = "a\u{1b}[2Jb\u{9b}1mc\rd\u{202e}e\u{2067}f\ng";
        assert_eq!(one_line(hostile), "a\u{fffd}[2Jb\u{fffd}1mc d\u{fffd}e\u{fffd}f g");
        assert_eq!(lines("a\u{7}\nb"), "a\u{fffd}\nb");
        assert_eq!(one_line("Zoë 北京 \u{200d}"), "Zoë 北京 \u{200d}");
    }

    #[test]
    fn excerpts_keep_the_evidence_in_sight() {
        let check = |text: &str, spans: &[Span], width: usize, expected: &str| {
            let found = excerpt(text, spans, width, Ink::Plain);
            assert_eq!(found.text, expected);
            assert_eq!(found.columns, found.text.chars().filter_map(UnicodeWidthChar::width).sum::<usize>());
            assert!(found.columns <= width, "{expected}");
        };
        check("replica bag", &[(0, 7)], 40, "[replica] bag");
        check("replica bag", &[(0, 7)], 13, "[replica] bag");
        check("replica bag", &[(0, 7)], 12, "[replica] b…");
        check("replica bag", &[(0, 7)], 8, "[repli]…");
        check("a bag", &[], 4, "a b…");
        check("", &[], 4, "");
        check(&format!("{}replica", "a ".repeat(40)), &[(80, 87)], 24, "…a a a a a a [replica]");
        check(&format!("{0}replica{0}", "北".repeat(20)), &[(60, 67)], 24, "…北北北北北北[replica]…");
    }

    #[test]
    fn colour_takes_no_columns() {
        let found = excerpt("a fake", &[(2, 6)], 6, Ink::Colour);
        assert_eq!((anstream::adapter::strip_str(&found.text).to_string().as_str(), found.columns), ("a fake", 6));
        assert!(found.text.ends_with(&style::GUILTY.render_reset().to_string()), "{:?}", found.text);
    }

    #[test]
    fn places_out_of_bounds_do_no_harm() {
        for spans in [&[(1, 2)][..], &[(9, 99)], &[(99, 9)]] {
            assert_eq!(excerpt("北京", spans, 3, Ink::Plain).columns, 3);
        }
    }
}
