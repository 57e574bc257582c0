//! The table that folds one character: width, case, accents, and the Chinese variant.
//!
//! It is computed once from the Unicode tables of the crates we use (NFKD, lower case, marks
//! dropped, NFC, simplified Chinese), then repeated until nothing changes, so that folding twice
//! changes nothing. A lookup is one index into an array.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// What becomes of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fold {
    /// A letter, digit or vowel sign, folded to this character.
    Char(char),
    /// Several characters; the index is for [`expansion`].
    Many(u16),
    /// Nothing visible: zero-width characters, marks, apostrophes.
    Drop,
    /// Separates words.
    Space,
    /// Separates clauses.
    Break,
}

const TABLE_END: u32 = 0x1_FC00;
const SPACE: u32 = 0x11_0000;
const BREAK: u32 = 0x11_0001;
const DROP: u32 = 0x11_0002;
const MANY: u32 = 0x12_0000;

struct Table {
    codes: Vec<u32>,
    expansions: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(build);

/// Folds one character.
#[inline]
pub(crate) fn fold(c: char) -> Fold {
    match TABLE.codes.get(c as usize).copied() {
        Some(code) => decode(code),
        None if ('\u{20000}'..'\u{32000}').contains(&c) => Fold::Char(c),
        None if ('\u{E0000}'..'\u{E01F0}').contains(&c) => Fold::Drop,
        None => Fold::Space,
    }
}

/// The characters that [`Fold::Many`] stands for.
pub(crate) fn expansion(index: u16) -> &'static str {
    TABLE.expansions.get(index as usize).map_or("", String::as_str)
}

fn decode(code: u32) -> Fold {
    match code {
        SPACE => Fold::Space,
        BREAK => Fold::Break,
        DROP => Fold::Drop,
        MANY.. => Fold::Many((code - MANY) as u16),
        _ => char::from_u32(code).map_or(Fold::Space, Fold::Char),
    }
}

fn build() -> Table {
    let mut table = Table { codes: Vec::with_capacity(TABLE_END as usize), expansions: Vec::new() };
    for code in 0..TABLE_END {
        let entry = char::from_u32(code).map_or(SPACE, |c| entry(c, &mut table.expansions));
        table.codes.push(entry);
    }
    table
}

fn entry(c: char, expansions: &mut Vec<String>) -> u32 {
    if is_invisible(c) {
        return DROP;
    }
    if is_break(c) {
        return BREAK;
    }
    let folded = fold_string(c);
    let mut chars = folded.chars();
    match (chars.next(), chars.next()) {
        (Some(one), None) => u32::from(one),
        (Some(_), Some(_)) => {
            expansions.push(folded);
            MANY + (expansions.len() - 1) as u32
        }
        (None, _) => SPACE,
    }
}

/// Folds until nothing changes; what holds no letter or digit folds to nothing.
fn fold_string(c: char) -> String {
    let mut text = overlay(c).map_or_else(|| c.to_string(), str::to_owned);
    for _ in 0..4 {
        let next = fold_once(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn fold_once(text: &str) -> String {
    let bare: String = text.nfkd().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase).collect();
    let whole: String =
        bare.nfkd().filter(|c| !is_mark(*c)).nfc().filter(|c| is_word_char(*c) && !is_invisible(*c)).collect();
    let overlaid: String = whole.chars().map(|c| overlay(c).map_or_else(|| c.to_string(), str::to_owned)).collect();
    if overlaid.chars().any(is_han) { fast2s::convert(&overlaid) } else { overlaid }
}

/// Letters that Unicode keeps apart but sellers and buyers read as one.
fn overlay(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' | 'Ł' => "l",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ß' | 'ẞ' => "ss",
        'ς' => "σ",
        'ى' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        'ی' => "ي",
        _ => return squared(c).or_else(|| digit(c)),
    })
}

/// The decimal digits of scripts that have their own: "٥ مل" is 5 ml.
fn digit(c: char) -> Option<&'static str> {
    const DIGITS: &str = "0123456789";
    const ZEROS: [u32; 8] = [0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0x0ED0, 0x1040, 0x17E0];
    let at = ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero).filter(|at| *at < 10))? as usize;
    DIGITS.get(at..at + 1)
}

/// Negative circled and squared capitals, which compatibility normalisation leaves alone.
fn squared(c: char) -> Option<&'static str> {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    let base = match c {
        '\u{1F150}'..='\u{1F169}' => 0x1F150,
        '\u{1F170}'..='\u{1F189}' => 0x1F170,
        _ => return None,
    };
    let at = (c as u32 - base) as usize;
    LETTERS.get(at..at + 1)
}

/// True for characters that leave no ink, and for apostrophes and Arabic vowel marks.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '™' | '®' | '℠' | '©' | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{1D173}'..='\u{1D17A}' | '\u{FFA0}' | '\u{640}')
        || matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '＇' | '\u{64B}'..='\u{652}' | '\u{670}')
        || is_mark(c)
}

/// Marks that change no letter's identity: accents, strokes laid over letters, emoji modifiers.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        '.' | '!' | '?' | ';' | '|' | '\n' | '\r' | '。' | '！' | '？' | '；' | '…' | '｡' | '؟' | '؛' | '•' | '｜'
    )
}

/// Letters, digits, and the vowel signs without which Thai and its kin would fall apart.
fn is_word_char(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '\u{E31}' | '\u{E34}'..='\u{E3A}' | '\u{E47}'..='\u{E4E}' | '\u{3099}' | '\u{309A}' | '\u{30FC}')
}

/// True for Chinese characters (which Japanese and Korean share).
pub(crate) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}' | '々' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: char, expected: &str) {
        let got = match fold(input) {
            Fold::Char(c) => c.to_string(),
            Fold::Many(i) => expansion(i).to_owned(),
            Fold::Drop => String::new(),
            Fold::Space => " ".to_owned(),
            Fold::Break => "|".to_owned(),
        };
        assert_eq!(got, expected, "{input:?}");
    }

    #[test]
    fn folds_what_sellers_write() {
        for (input, expected) in [
            ('A', "a"),
            ('٥', "5"),
            ('๙', "9"),
            ('é', "e"),
            ('Ｇ', "g"),
            ('𝓖', "g"),
            ('Ⓛ', "l"),
            ('🅻', "l"),
            ('ß', "ss"),
            ('\u{200B}', ""),
            ('\u{0336}', ""),
            ('’', ""),
            ('🔥', " "),
            ('。', "|"),
            ('馳', "驰"),
            ('が', "が"),
            ('ﾅ', "ナ"),
            ('Ё', "е"),
            ('ł', "l"),
            ('ة', "ه"),
            ('ั', "ั"),
            ('㎏', "kg"),
            ('한', "한"),
        ] {
            check(input, expected);
        }
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for code in 0..TABLE_END {
            let Some(c) = char::from_u32(code) else { continue };
            let folded = match fold(c) {
                Fold::Char(f) => f.to_string(),
                Fold::Many(i) => expansion(i).to_owned(),
                _ => continue,
            };
            for f in folded.chars() {
                assert_eq!(fold(f), Fold::Char(f), "{c:?} -> {folded:?}");
            }
        }
    }
}
