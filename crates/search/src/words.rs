//! Texts as the words that are looked for.

use touchstone_text::fold;

/// Bytes of a word beyond which it is cut.
const WORD_BYTES_MAX: usize = 64;

/// The words of a text, folded. A run of letters of a script without spaces becomes all pairs that follow each other,
/// and its last letter: `手机壳` is `手机`, `机壳`, `壳`, so that any part of it is found by its pairs.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    let (mut word, mut dense) = (String::new(), Vec::new());
    for letter in folded.chars().chain([' ']) {
        let is_dense = is_dense(letter);
        if !is_dense {
            words.extend(dense.windows(2).map(|pair| pair.iter().collect()));
            words.extend(dense.last().map(char::to_string));
            dense.clear();
        }
        if is_dense || !letter.is_alphanumeric() {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        match letter {
            _ if is_dense => dense.push(letter),
            _ if letter.is_alphanumeric() && word.len() < WORD_BYTES_MAX => word.push(letter),
            _ => {}
        }
    }
    words
}

/// What somebody types, as words that have to be there, and whether the last of them may go on.
pub(crate) fn typed(text: &str) -> (Vec<String>, bool) {
    let ends = text.chars().next_back().is_none_or(|last| !last.is_alphanumeric());
    let mut words = words(text);
    // The last letter of a run stands by itself only where the run ends; what is typed may be from its midst.
    let pairs_said = words.len() > 1 && is_pair_and_rest(&words);
    if pairs_said {
        words.pop();
    }
    (words, !ends && !pairs_said)
}

/// Whether the last word is the end of the pair before it.
fn is_pair_and_rest(words: &[String]) -> bool {
    let [.., pair, last] = words else { return false };
    let mut letters = pair.chars();
    let pair = (letters.next(), letters.next(), letters.next());
    matches!(pair, (Some(first), Some(second), None)
        if is_dense(first) && is_dense(second) && last.chars().eq([second]))
}

/// Letters of scripts that set no spaces: Han, kana, Thai, Lao, Khmer, Burmese.
fn is_dense(letter: char) -> bool {
    matches!(letter,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_marks_make_no_difference() {
        assert_eq!(words("Étui «iPhone-15», 2-pack"), ["etui", "iphone", "15", "2", "pack"]);
    }

    #[test]
    fn what_sets_no_spaces_is_cut_into_pairs() {
        assert_eq!(words("Nike手机壳 红"), ["nike", "手机", "机壳", "壳", "红"]);
    }

    #[test]
    fn the_last_word_may_go_on_unless_something_follows() {
        let of = |text: &str| typed(text);
        assert_eq!(of("gucci ba"), (vec!["gucci".to_owned(), "ba".to_owned()], true));
        assert_eq!(of("gucci ba "), (vec!["gucci".to_owned(), "ba".to_owned()], false));
        assert_eq!(of("手机"), (vec!["手机".to_owned()], false));
        assert_eq!(of("手"), (vec!["手".to_owned()], true));
        assert_eq!(of("  "), (vec![], false));
    }
}
