//! Rewrites a normal form so that words in pieces become words: separators inside words vanish, the
//! parts of split Chinese characters become characters again. The automaton then looks once more.

use crate::fold::is_han;
use crate::key::{Part, part};
use crate::matcher::How;
use crate::normal::{Class, Normal, Span};

/// From so many single letters in a row on they are one word.
const MIN_SPELLED_OUT: usize = 4;

/// Cyrillic letters and the Latin letters and digits that are written for them.
const CYRILLIC: [(char, char); 20] = [
    ('0', 'о'),
    ('1', 'и'),
    ('3', 'з'),
    ('4', 'ч'),
    ('6', 'б'),
    ('a', 'а'),
    ('b', 'в'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'н'),
    ('i', 'и'),
    ('k', 'к'),
    ('m', 'м'),
    ('n', 'п'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('u', 'и'),
    ('x', 'х'),
    ('y', 'у'),
];

/// Cyrillic letters with Latin ones or digits among them.
fn is_mixed(word: &str) -> bool {
    let cyrillic = |c: char| matches!(c, 'а'..='ё');
    word.contains(cyrillic) && word.bytes().any(|b| b.is_ascii_alphanumeric())
}

impl Normal {
    /// Fills `self` with `other` rewritten; returns where, in the new text. Nothing rewritten: unusable.
    /// `whole` says of a token that it is a word by itself.
    pub(crate) fn rewrite(
        &mut self,
        other: &Self,
        whole: impl Fn(usize) -> bool,
        mut join: impl FnMut(char, char, Option<char>) -> Option<(char, usize)>,
    ) -> Vec<(Span, How)> {
        self.clear();
        let mut places = Vec::new();
        let foreign = other.tokens.iter().any(|t| t.foreign && t.class == Class::Word);
        let chars: Vec<(usize, char)> = other.text().char_indices().collect();
        let mut i = 0;
        while let Some(&(at, c)) = chars.get(i) {
            if c == ' ' && other.is_inside_word(at, &whole) {
                places.push((Span::new(self.text.len(), self.text.len()), How::Separated));
                i += 1;
                continue;
            }
            let next = chars.get(i + 1).map_or(' ', |(_, c)| *c);
            if let Some((letter, how)) = foreign.then(|| other.letter_of_script(at, c)).flatten() {
                let origin = other.origins[at];
                self.copy_char(letter, origin.start as usize, origin.end as usize);
                places.push((self.last_char(), how));
                i += 1;
                continue;
            }
            let (joined, parts) = join(c, next, chars.get(i + 2).map(|(_, c)| *c)).unwrap_or((c, 1));
            let last = chars.get(i + parts - 1).map_or(at, |(at, _)| *at);
            let (start, end) = (other.origins[at].start as usize, other.origins[last].end as usize);
            self.copy_char(joined, start, end);
            if parts > 1 {
                places.push((self.last_char(), How::Split));
            }
            i += parts;
        }
        places
    }

    fn last_char(&self) -> Span {
        let len = self.text.chars().next_back().map_or(0, char::len_utf8);
        Span::new(self.text.len() - len, self.text.len())
    }

    fn copy_char(&mut self, c: char, start: usize, end: usize) {
        match c {
            ' ' => {
                self.separate(true, false);
            }
            _ if c.is_ascii_punctuation() && !self.text.is_empty() => self.keep(c as u8, start, end),
            _ => self.push_folded(c, start, end),
        }
    }

    /// True for the space at `at` when it stands between the parts of one word: single characters of
    /// a script without spaces, glued fragments that are no words, letters spelled out.
    fn is_inside_word(&self, at: usize, whole: &impl Fn(usize) -> bool) -> bool {
        let next = self.token_at(at as u32 + 1);
        let Some(previous) = next.checked_sub(1) else { return false };
        let (Some(a), Some(b)) = (self.tokens.get(previous), self.tokens.get(next)) else { return false };
        if a.class != b.class {
            return self.seam(previous, next);
        }
        match a.class {
            Class::Word => {}
            Class::Hangul | Class::Thai if b.glued => return true,
            _ => return self.single(previous) || (self.single(next) && b.glued),
        }
        let fragments = b.glued && a.letters && b.letters && !(whole(previous) && whole(next));
        fragments || (self.single(previous) && self.single(next) && self.spelled_out(previous, next))
    }

    /// "N.級.品", "N 級 品": single characters of two scripts with something between them.
    fn seam(&self, a: usize, b: usize) -> bool {
        let glued = self.tokens.get(b).is_some_and(|t| t.glued);
        (self.single(a) && self.single(b)) || (glued && (self.single(a) || self.single(b)))
    }

    /// The letter that is meant by one of another script: "репл1ка", "реплuка", and "А货" with a Cyrillic А.
    fn letter_of_script(&self, at: usize, c: char) -> Option<(char, How)> {
        let token = self.tokens.get(self.token_at(at as u32)).filter(|t| t.class == Class::Word && t.foreign)?;
        let word = self.slice(token.span);
        if word.chars().nth(1).is_none() {
            let before_han = self.text.get(token.span.end as usize..)?.chars().next().is_some_and(is_han);
            let Part::Lookalike(latin) = part(c) else { return None };
            return before_han.then_some((char::from(latin), How::Homoglyph));
        }
        if !is_mixed(word) {
            return None;
        }
        let (_, letter) = CYRILLIC.iter().find(|(other, _)| *other == c)?;
        Some((*letter, if c.is_ascii_digit() { How::Leet } else { How::Homoglyph }))
    }

    /// A token whose letters are of two scripts, or one letter of another script before Chinese.
    fn mixes_scripts(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|t| t.class == Class::Word && t.foreign && is_mixed(self.slice(t.span)))
    }

    fn single(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|t| self.slice(t.span).chars().nth(1).is_none())
    }

    /// The two single letters stand in a long row of them.
    fn spelled_out(&self, a: usize, b: usize) -> bool {
        let before = (0..=a).rev().take_while(|i| self.single(*i)).take(MIN_SPELLED_OUT).count();
        let after = (b..self.tokens.len()).take_while(|i| self.single(*i)).take(MIN_SPELLED_OUT).count();
        before + after >= MIN_SPELLED_OUT
    }

    /// True when rewriting could change anything.
    pub(crate) fn has_fragments(&self, whole: impl Fn(usize) -> bool) -> bool {
        (1..self.tokens.len()).any(|i| {
            let (a, b) = (&self.tokens[i - 1], &self.tokens[i]);
            let dense = a.class != Class::Word && a.class == b.class;
            dense
                || (b.foreign && self.mixes_scripts(i))
                || (a.foreign && self.mixes_scripts(i - 1))
                || (a.class == b.class && b.glued && !(whole(i - 1) && whole(i)))
                || (self.single(i - 1) && self.single(i))
        })
    }

    /// The span of the normal form that a span of the source became.
    pub(crate) fn span_of_source(&self, source: Span) -> Span {
        let start = self.origins.partition_point(|o| o.end <= source.start);
        let end = self.origins.partition_point(|o| o.start < source.end);
        Span::new(start, end.max(start))
    }
}
