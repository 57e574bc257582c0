//! Questions and answers, cut into lines once: who asks, who answers, and whether the answer is yes.
//!
//! An item holds a question and its answer on lines of their own, or questions and answers are items in turn. Every
//! look-up is by number or by place, so that a listing of nothing but such words is read in linear time.

use touchstone_catalog::Texts;
use touchstone_text::Span;

use crate::findings::Field;

/// What is asked and answered beside a listing; reuse it.
#[derive(Default)]
pub(crate) struct Dialogue {
    lines: Vec<Line>,
    /// Lines before each item, and before what follows the last.
    items: Vec<usize>,
    in_turn: bool,
}

/// One line of an item.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// Its first byte in the item.
    start: usize,
    blank: bool,
    asks: bool,
    /// It asks for a reason, and so states what it asks about.
    asks_why: bool,
    /// It begins with a yes.
    yes: bool,
    /// What stands on the lines behind it begins with a yes.
    yes_behind: bool,
    /// A line before it has words.
    behind_words: bool,
}

impl Dialogue {
    /// Cuts the questions of a listing into lines.
    pub(super) fn read(&mut self, questions: Texts<'_>) {
        self.lines.clear();
        self.items.clear();
        self.items.push(0);
        for item in questions.iter() {
            self.read_item(item);
        }
        self.in_turn = questions.len().is_multiple_of(2) && (0..questions.len()).all(|at| self.takes_its_turn(at));
    }

    fn read_item(&mut self, item: &str) {
        let from = self.lines.len();
        let mut start = 0;
        for text in item.split('\n') {
            let behind_words = self.lines[from..].last().is_some_and(|l| l.behind_words || !l.blank);
            self.lines.push(Line { behind_words, ..Line::of(text, start) });
            start += text.len() + 1;
        }
        let mut yes = None;
        for line in self.lines[from..].iter_mut().rev() {
            line.yes_behind = yes.unwrap_or(false);
            if !line.blank {
                yes = Some(line.yes);
            }
        }
        self.items.push(self.lines.len());
    }

    /// The first item asks, the second does not, and so on; each is one line.
    fn takes_its_turn(&self, at: usize) -> bool {
        let mut told = self.item(at).iter().filter(|line| !line.blank);
        let asks = told.next().is_some_and(|line| line.asks);
        asks == at.is_multiple_of(2) && told.next().is_none()
    }

    fn item(&self, at: usize) -> &[Line] {
        let range = self.items.get(at).zip(self.items.get(at + 1));
        range.and_then(|(from, to)| self.lines.get(*from..*to)).unwrap_or_default()
    }

    /// The line in which this byte of a question stands; none for other fields.
    fn line(&self, field: Field, byte: u32) -> Option<&Line> {
        let Field::Question(index) = field else { return None };
        let lines = self.item(index.into());
        lines.get(lines.partition_point(|line| line.start <= byte as usize).checked_sub(1)?)
    }

    /// The place belongs to an answer: behind the line of its question, or in every second item where questions and
    /// answers are items in turn. A line that asks answers nothing.
    pub(crate) fn is_answer(&self, field: Field, place: Span) -> bool {
        let Field::Question(index) = field else { return false };
        let behind_question = self.line(field, place.start).is_some_and(|line| line.behind_words && !line.asks);
        behind_question || (index % 2 == 1 && self.in_turn)
    }

    /// The place states what it says: it asks nothing, or why.
    pub(crate) fn states(&self, field: Field, place: Span) -> bool {
        self.line(field, place.start).is_some_and(|line| !line.asks || line.asks_why)
    }

    /// What stands on the lines behind the place, or in the item that answers it, begins with a yes.
    pub(crate) fn is_affirmed(&self, field: Field, place: Span) -> bool {
        let Field::Question(index) = field else { return false };
        let index = usize::from(index);
        let Some(line) = self.line(field, place.end) else { return false };
        let is_last = self.item(index).last().is_some_and(|last| last.start == line.start);
        match is_last {
            true => self.in_turn && index.is_multiple_of(2) && self.begins_with_yes(index + 1),
            false => line.yes_behind,
        }
    }

    fn begins_with_yes(&self, at: usize) -> bool {
        self.item(at).iter().find(|line| !line.blank).is_some_and(|line| line.yes)
    }
}

impl Line {
    fn of(text: &str, start: usize) -> Self {
        let asks = asks(text);
        let blank = text.trim().is_empty();
        Self { start, blank, asks, asks_why: asks && asks_why(text), yes: is_yes(text), ..Self::default() }
    }
}

/// A question mark, or the Chinese word that is one.
fn asks(line: &str) -> bool {
    #[cfg(test)]
    tests::LOOKED_AT.set(tests::LOOKED_AT.get() + line.len());
    line.contains(['?', '？', '؟', '吗', '嗎'])
}

/// "Why does the serial number not exist?" states what it asks about.
fn asks_why(line: &str) -> bool {
    let line = line.to_lowercase();
    line.split(|c: char| !c.is_alphanumeric()).any(|word| WHY.contains(&word))
        || WHY_INSIDE.iter().any(|word| line.contains(word))
}

/// How languages ask for a reason.
const WHY: [&str; 13] = [
    "why",
    "warum",
    "wieso",
    "pourquoi",
    "perché",
    "dlaczego",
    "czemu",
    "почему",
    "neden",
    "niye",
    "لماذا",
    "ليش",
    "waarom",
];
const WHY_INSIDE: [&str; 12] =
    ["por qué", "por que", "kenapa", "mengapa", "tại sao", "sao lại", "ทำไม", "为什么", "為什麼", "为啥", "なぜ", "왜"];

/// How languages begin an affirmative answer.
const YES: [&str; 22] = [
    "yes",
    "yeah",
    "yep",
    "ja",
    "oui",
    "sí",
    "si",
    "sim",
    "sì",
    "да",
    "evet",
    "نعم",
    "はい",
    "네",
    "예",
    "ใช่",
    "vâng",
    "ya",
    "iya",
    "是",
    "是的",
    "对",
];

fn is_yes(answer: &str) -> bool {
    let first = answer.trim_start().split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    YES.contains(&first.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// Bytes of lines that were looked at.
        pub(super) static LOOKED_AT: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn every_line_is_looked_at_once_however_much_is_asked_about_it() {
        let asked = "fake ".repeat(4_000) + "?";
        let told = "fake ".repeat(4_000);
        let items: Vec<&str> = [asked.as_str(), told.as_str()].repeat(10);
        let mut dialogue = Dialogue::default();
        dialogue.read(Texts::from(&items[..]));
        for (at, item) in items.iter().enumerate() {
            let field = Field::Question(at as u16);
            for start in (0..item.len() as u32 - 5).step_by(5) {
                let place = Span { start, end: start + 4 };
                assert_eq!(dialogue.is_answer(field, place), at % 2 == 1);
                assert!(!dialogue.is_affirmed(field, place));
            }
        }
        assert_eq!(LOOKED_AT.get(), items.iter().map(|item| item.len()).sum::<usize>());
    }
}
