//! Korean letters written one by one (ㅉㅏㄱㅌㅜㅇ, and decomposed text), put together as a keyboard does it: a consonant
//! behind a vowel closes the syllable, until a vowel follows and takes it over.

use unicode_normalization::char::compose;

use crate::normal::Normal;

/// The closing form of each opening consonant, as an offset from [`CLOSING`]; nothing for those that close none.
const CLOSING_OF: [u8; 19] = [1, 2, 4, 7, 0, 8, 16, 17, 0, 19, 20, 21, 22, 0, 23, 24, 25, 26, 27];
const OPENING: u32 = 0x1100;
const CLOSING: u32 = 0x11A7;

/// The syllable that ends a text, put together from letters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Syllable {
    /// Where it ends; another end, another syllable.
    end: usize,
    tail: Option<Tail>,
}

/// The consonant that closes a syllable as long as no vowel takes it over.
#[derive(Clone, Copy, Debug)]
struct Tail {
    consonant: char,
    /// The syllable without it, and where that one ends in the source.
    open: char,
    open_end: u32,
    start: u32,
    end: u32,
}

/// A letter of its own, of the block that keyboards and old texts write.
pub(crate) fn is_loose_letter(c: char) -> bool {
    matches!(c, '\u{3131}'..='\u{3163}' | '\u{FFA1}'..='\u{FFDC}')
}

fn closing(c: char) -> Option<char> {
    let at = (c as u32).checked_sub(OPENING)?;
    let offset = CLOSING_OF.get(at as usize).copied().filter(|o| *o > 0)?;
    char::from_u32(CLOSING + u32::from(offset))
}

impl Normal {
    /// Joins a letter to the syllable before it; false when it stands by itself.
    pub(crate) fn join_letter(&mut self, c: char, start: u32, end: u32) -> bool {
        let Some(last) = self.text.chars().next_back().filter(|_| self.is_tight()) else { return false };
        let own = self.syllable.filter(|s| s.end == self.text.len());
        match (c, own) {
            ('\u{1161}'..='\u{1175}', Some(Syllable { tail: Some(tail), .. })) => self.take_over(c, tail, end),
            ('\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}', _) => self.join(last, c, end, None),
            ('\u{1100}'..='\u{1112}', Some(Syllable { tail: None, .. })) => {
                let open_end = self.origins.last().map_or(0, |o| o.end);
                let tail = Tail { consonant: c, open: last, open_end, start, end };
                closing(c).is_some_and(|closing| self.join(last, closing, end, Some(tail)))
            }
            _ => false,
        }
    }

    fn join(&mut self, last: char, c: char, end: u32, tail: Option<Tail>) -> bool {
        let Some(joined) = compose(last, c) else { return false };
        self.replace_last(joined, end as usize);
        self.syllable = Some(Syllable { end: self.text.len(), tail });
        true
    }

    /// The vowel opens a new syllable with the consonant that closed the last one.
    fn take_over(&mut self, vowel: char, tail: Tail, end: u32) -> bool {
        self.syllable = None;
        self.replace_last(tail.open, tail.open_end as usize);
        self.push_folded(tail.consonant, tail.start as usize, tail.end as usize);
        self.join(tail.consonant, vowel, end, None)
    }
}
