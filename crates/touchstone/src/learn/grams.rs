//! The terms of one text, in normal form, without what the knowledge already has.

use std::collections::BTreeSet;

use touchstone_knowledge::Snapshot;

/// Characters of a term in a script without spaces.
const DENSE_CHARS: std::ops::RangeInclusive<usize> = 2..=4;
const MAX_TERM_BYTES: usize = 60;

/// A word of the normal form, or a run of characters without spaces.
struct Word<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    /// A clause ends before it.
    breaks: bool,
}

/// Every term of `text` once. `ignored` words make no term by themselves, nor with each other.
pub(super) fn grams(snapshot: &Snapshot, text: &str, ignored: &BTreeSet<String>) -> BTreeSet<String> {
    let mut reading = Default::default();
    snapshot.matcher.read(text, &mut reading);
    let known: Vec<(usize, usize)> =
        reading.hits.iter().map(|h| (h.span.start as usize, h.span.end as usize)).collect();
    let is_new = |start: usize, end: usize| !known.iter().any(|(from, to)| start < *to && *from < end);
    let tokens = reading.normal.tokens().iter();
    let words: Vec<Word<'_>> = tokens
        .map(|t| Word {
            text: reading.normal.slice(t.span),
            start: t.span.start as usize,
            end: t.span.end as usize,
            breaks: t.breaks,
        })
        .collect();
    let mut grams = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        if is_dense(word.text) {
            grams
                .extend(dense(word).filter(|(start, end, _)| is_new(*start, *end)).map(|(_, _, gram)| gram.to_owned()));
            continue;
        }
        if is_new(word.start, word.end) && is_word(word.text) && !ignored.contains(word.text) {
            grams.insert(word.text.to_owned());
        }
        let next = words.get(at + 1).filter(|n| !n.breaks && !is_dense(n.text));
        grams.extend(next.filter(|n| is_new(word.start, n.end)).and_then(|n| pair(word.text, n.text, ignored)));
    }
    grams.retain(|g| g.len() <= MAX_TERM_BYTES);
    grams
}

fn pair(one: &str, other: &str, ignored: &BTreeSet<String>) -> Option<String> {
    let says = |word: &str| is_word(word) && !ignored.contains(word);
    (says(one) || says(other)).then(|| format!("{one} {other}"))
}

/// Letters, at least two; a number says nothing without its unit.
fn is_word(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

/// Chinese characters and kana stand without spaces. Thai does too, but its characters alone say nothing.
pub(super) fn is_dense(text: &str) -> bool {
    text.chars().next().is_some_and(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'))
}

/// Windows of two to four characters: where each begins and ends in the normal form, and its text.
fn dense<'t>(word: &Word<'t>) -> impl Iterator<Item = (usize, usize, &'t str)> {
    let (start, text) = (word.start, word.text);
    let mut bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    bounds.push(text.len());
    let windows: Vec<(usize, usize)> =
        DENSE_CHARS.flat_map(|n| bounds.windows(n + 1).map(|w| (w[0], w[w.len() - 1])).collect::<Vec<_>>()).collect();
    windows.into_iter().filter_map(move |(from, to)| Some((start + from, start + to, text.get(from..to)?)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use touchstone_knowledge::{Group, Knowledge, Position, TermStrength};

    use super::*;

    fn found(text: &str) -> Vec<String> {
        let group = Group {
            language: "en".into(),
            class: touchstone_knowledge::TermClass::Replica,
            strength: TermStrength::Strong,
            position: Position::Anywhere,
            terms: vec!["replica".into(), "高仿".into()],
        };
        let snapshot = Snapshot::compile(Knowledge { groups: vec![group], ..Knowledge::default() }).unwrap();
        grams(&snapshot, text, &["the".to_owned(), "of".to_owned()].into()).into_iter().collect()
    }

    #[test]
    fn words_and_pairs_within_a_clause() {
        assert_eq!(found("Top grade! Ships fast"), ["fast", "grade", "ships", "ships fast", "top", "top grade"]);
        assert_eq!(found("of the 42"), Vec::<String>::new());
        assert_eq!(found("the grade"), ["grade", "the grade"]);
    }

    #[test]
    fn what_is_known_is_left_out() {
        assert_eq!(found("replica grade"), ["grade"]);
        assert_eq!(found("高仿对版"), ["对版"]);
    }

    #[test]
    fn chinese_in_windows() {
        assert_eq!(
            found("对版专柜"),
            ["对版", "对版专", "对版专柜", "专柜", "版专", "版专柜"]
                .map(str::to_owned)
                .into_iter()
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
        );
    }
}
