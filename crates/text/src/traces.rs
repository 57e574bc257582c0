//! What reading a region of text showed besides its key, and which disguise that makes it.

use crate::deep::MIN_KEY;
use crate::key::{Key, Part, part};
use crate::matcher::How;

/// What reading a region showed besides its key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traces {
    pub(crate) lookalike: bool,
    pub(crate) leet: bool,
    pub(crate) mark: bool,
    /// Marks between letters.
    pub(crate) gaps: usize,
    /// A capital I stands behind a small letter.
    pub(crate) capital_i: bool,
    /// The letters as they stand, before look-alikes are merged.
    pub(crate) letters: String,
}

impl Traces {
    pub(crate) fn clear(&mut self, key: &mut Key) {
        key.clear();
        self.letters.clear();
        (self.lookalike, self.leet, self.mark, self.capital_i, self.gaps) = (false, false, false, false, 0);
    }

    /// Adds a region; false when it holds letters that no Latin letter looks like.
    pub(crate) fn read(&mut self, text: &str, key: &mut Key) -> bool {
        let mut small = false;
        text.chars().all(|c| {
            self.capital_i |= small && c == 'I';
            small = c.is_ascii_lowercase();
            match part(c) {
                Part::Plain(l) => self.take(l, key),
                Part::Lookalike(l) => {
                    self.lookalike = true;
                    self.take(l, key);
                }
                Part::Leet(l) => {
                    self.leet = true;
                    self.take(l, key);
                }
                Part::Foreign => return false,
                Part::Mark => {
                    self.mark = true;
                    self.gaps += 1;
                }
                Part::Nothing => {}
            }
            true
        })
    }

    /// The disguise leaves no doubt about a short word: "r.e.p", "f4ke".
    pub(crate) fn spell(&self, squash: &str, how: How) -> bool {
        match how {
            How::Separated => self.gaps + 1 >= self.letters.len(),
            How::Leet | How::Homoglyph => squash.len() >= MIN_KEY,
            _ => false,
        }
    }

    fn take(&mut self, letter: u8, key: &mut Key) {
        self.letters.push(char::from(letter));
        key.push(letter);
    }

    pub(crate) fn how(&self, squash: &str) -> How {
        if self.lookalike {
            How::Homoglyph
        } else if self.leet && !squash.bytes().any(|b| b.is_ascii_digit()) {
            How::Leet
        } else if self.capital_i && reads_as_l(&self.letters, squash) {
            How::Homoglyph
        } else if self.letters != squash && !self.leet {
            if stretched(&self.letters, squash) { How::Stretched } else { How::Doubled }
        } else if self.mark {
            How::Separated
        } else {
            How::Plain
        }
    }
}

/// Where the name has an l, an i stands: "RoIex".
fn reads_as_l(letters: &str, name: &str) -> bool {
    let pairs = || letters.bytes().zip(name.bytes());
    letters.len() == name.len() && pairs().all(|(l, n)| l == n || (l == b'i' && n == b'l')) && letters != name
}

/// So many letters doubled are no slip.
const MIN_DOUBLINGS: usize = 2;

/// A letter three times over, a first letter twice that the name has once, or several letters doubled.
fn stretched(letters: &str, name: &str) -> bool {
    let letters = letters.as_bytes();
    let twice = |text: &[u8]| text.len() > 1 && text[0] == text[1];
    letters.windows(3).any(|w| w[0] == w[1] && w[1] == w[2])
        || (twice(letters) && !twice(name.as_bytes()))
        || letters.len() >= name.len() + MIN_DOUBLINGS
}
