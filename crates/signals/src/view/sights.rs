//! The words on pictures, read like the listing's own.
//!
//! Lines that stand near each other are one clause, others are not. They are joined and read as one more detail of the
//! listing, so that normal form, lexicons and context rules are those of titles: "case for iPhone" on a picture fits a
//! phone, "not a replica" admits nothing. What was found is told by the boxes of the lines it stands in.

use touchstone_catalog::Listing;
use touchstone_knowledge::{Snapshot, TermClass};
use touchstone_text::Span;

use super::kinds::KindMention;
use super::mentions::Mention;
use super::text::{Term, Text};
use super::{Scratch, terms_of, text_of};
use crate::findings::Field;
use crate::pictures::{PictureFacts, Place};

/// The field as which words on a picture are read.
pub(super) const FIELD: Field = Field::Detail(0);
/// More pictures of one listing are not looked at.
const MAX_PICTURES: usize = 64;
/// More lines and bytes of one picture are not read.
const MAX_LINES: usize = 128;
const MAX_BYTES: usize = 8 << 10;

/// Buffers for the words on pictures; one a thread.
#[derive(Default)]
pub struct Sights {
    sights: Vec<Sight>,
}

/// The words on one picture.
#[derive(Default)]
pub(crate) struct Sight {
    words: String,
    /// Where each line ends in `words`, and where it stands on the picture.
    lines: Vec<(u32, Place)>,
    scratch: Scratch,
}

impl Sights {
    /// Reads the words on every picture.
    pub(super) fn read(
        &mut self,
        snapshot: &Snapshot,
        listing: &Listing<'_>,
        kind: Option<KindMention>,
        pictures: &[PictureFacts],
    ) -> &[Sight] {
        let pictures = pictures.get(..MAX_PICTURES).unwrap_or(pictures);
        self.sights.resize_with(pictures.len().max(self.sights.len()), Sight::default);
        for (sight, facts) in self.sights.iter_mut().zip(pictures) {
            sight.read(snapshot, listing, kind, facts);
        }
        self.sights.get(..pictures.len()).unwrap_or_default()
    }
}

impl Sight {
    fn read(&mut self, snapshot: &Snapshot, listing: &Listing<'_>, kind: Option<KindMention>, facts: &PictureFacts) {
        self.words.clear();
        self.lines.clear();
        self.scratch.used = 0;
        self.scratch.terms.clear();
        self.scratch.mentions.clear();
        let lines = facts.texts.iter().map(|line| (line.text.as_str(), line.place));
        let codes = facts.codes.iter().map(|code| (code.value.as_str(), code.place));
        for (text, place) in lines.chain(codes).take(MAX_LINES) {
            self.join(text, place);
        }
        if !self.words.is_empty() {
            self.scratch.read_detail(snapshot, listing, kind, &self.words);
        }
    }

    fn join(&mut self, text: &str, place: Place) {
        if self.words.len() + text.len() > MAX_BYTES {
            return;
        }
        if let Some((_, last)) = self.lines.last() {
            self.words.push_str(if near(*last, place) { "\n" } else { " | " });
        }
        self.words.push_str(text);
        self.lines.push((self.words.len() as u32, place));
    }

    /// The words as read; none where there are none.
    pub(crate) fn text(&self) -> Option<&Text> {
        text_of(&self.scratch.texts[..self.scratch.used], FIELD)
    }

    /// Protected brands that the words name.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = &Mention> {
        self.scratch.mentions.iter().filter(|m| m.field == FIELD)
    }

    /// Terms of one class in the words.
    pub(crate) fn terms(&self, class: TermClass) -> impl Iterator<Item = &Term> {
        terms_of(&self.scratch.terms, FIELD).iter().map(|(_, term)| term).filter(move |term| term.class == class)
    }

    /// Whether a span stands in the address of a page.
    pub(crate) fn is_address(&self, source: Span) -> bool {
        let (start, end) = (source.start as usize, source.end as usize);
        let from = self.words.get(..start).and_then(|before| before.rfind(char::is_whitespace)).map_or(0, |at| at + 1);
        let to = self.words.get(end..).and_then(|after| after.find(char::is_whitespace));
        let token = self.words.get(from..to.map_or(self.words.len(), |at| end + at)).unwrap_or_default().trim_start();
        token.contains("://") || token.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("www."))
    }

    /// The box around the lines in which a span of the words stands.
    pub(crate) fn place(&self, source: Span) -> Place {
        let mut from = 0;
        let mut around: Option<Place> = None;
        for (end, place) in &self.lines {
            if from < source.end.max(source.start + 1) && source.start < *end {
                around = Some(around.map_or(*place, |a| join(a, *place)));
            }
            from = *end;
        }
        around.unwrap_or_default()
    }
}

fn join(a: Place, b: Place) -> Place {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

/// Two lines of one saying: side by side or one below the other, no farther apart than a line is high.
fn near(a: Place, b: Place) -> bool {
    let height = |p: Place| p[3].saturating_sub(p[1]);
    let reach = height(a).max(height(b));
    let apart = |a1: u32, a2: u32, b1: u32, b2: u32| b1.saturating_sub(a2).max(a1.saturating_sub(b2));
    let (across, down) = (apart(a[0], a[2], b[0], b[2]), apart(a[1], a[3], b[1], b[3]));
    across <= reach && down <= reach
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_one_block_are_one_saying() {
        assert!(near([10, 10, 90, 30], [10, 34, 60, 54]));
        assert!(near([10, 10, 90, 30], [95, 10, 200, 30]));
        assert!(!near([10, 10, 90, 30], [10, 300, 60, 320]));
        assert!(!near([10, 10, 90, 30], [400, 10, 500, 30]));
    }

    #[test]
    fn an_address_is_told_from_words() {
        let mut sight = Sight::default();
        sight.join("see WWW.northvale.example now", [10, 10, 40, 30]);
        let is_address = |start, end| sight.is_address(Span { start, end });
        assert!(is_address(8, 13) && is_address(4, 7));
        assert!(!is_address(0, 3) && !is_address(26, 29));
    }

    #[test]
    fn a_place_is_the_box_around_its_lines() {
        let mut sight = Sight::default();
        sight.join("LJR", [10, 10, 40, 30]);
        sight.join("batch", [10, 34, 60, 54]);
        sight.join("size 42", [300, 300, 400, 320]);
        assert_eq!(sight.words, "LJR\nbatch | size 42");
        assert_eq!(sight.place(Span { start: 0, end: 9 }), [10, 10, 60, 54]);
        assert_eq!(sight.place(Span { start: 4, end: 9 }), [10, 34, 60, 54]);
        assert_eq!(sight.place(Span { start: 12, end: 19 }), [300, 300, 400, 320]);
    }
}
