//! Letters that stand for letters: look-alikes, numbers, alphabets made for show, things that are not seen.
//!
//! Sources: Unicode's table of confusables (UTS 39) for the look-alikes, the code charts for the
//! rest. The screener has tables of its own; these are written apart from them on purpose.

/// The letter, and what looks like it: letters of other scripts, numerals and signs. Capitals have looks of their own.
pub(super) const LOOKALIKES: &[(char, &[&str])] = &[
    ('a', &["а", "ɑ", "α"]),
    ('b', &["Ь", "ƅ", "ᖯ"]),
    ('c', &["с", "ϲ", "ⅽ", "ᴄ"]),
    ('d', &["ԁ", "ⅾ", "ɗ", "cl"]),
    ('e', &["е", "ҽ", "є", "℮"]),
    ('f', &["ƒ", "ẝ", "ꬵ"]),
    ('g', &["ɡ", "ց", "ƍ"]),
    ('h', &["һ", "հ", "ℎ"]),
    ('i', &["і", "ı", "ⅰ", "ɩ"]),
    ('j', &["ј", "ϳ"]),
    ('k', &["κ", "к", "ĸ"]),
    ('l', &["ӏ", "ⅼ", "ǀ", "I"]),
    ('m', &["м", "ⅿ", "rn"]),
    ('n', &["ո", "п", "η"]),
    ('o', &["о", "ο", "օ", "ဝ", "०"]),
    ('p', &["р", "ρ", "ⲣ"]),
    ('q', &["ԛ", "գ"]),
    ('r', &["г", "ꭇ", "ⲅ"]),
    ('s', &["ѕ", "ꜱ", "ƽ"]),
    ('t', &["т", "τ", "ᴛ"]),
    ('u', &["υ", "ս", "ʋ"]),
    ('v', &["ν", "ѵ", "ⅴ"]),
    ('w', &["ԝ", "ѡ", "ω", "vv"]),
    ('x', &["х", "ⅹ", "χ", "×"]),
    ('y', &["у", "γ", "ү"]),
    ('z', &["ᴢ", "ʐ"]),
    ('A', &["А", "Α", "Ꭺ"]),
    ('B', &["В", "Β", "Ᏼ"]),
    ('C', &["С", "Ϲ", "Ⅽ", "Ꮯ"]),
    ('D', &["Ꭰ", "Ⅾ", "ꓓ"]),
    ('E', &["Е", "Ε", "Ꭼ"]),
    ('F', &["Ϝ", "Ғ", "ꓝ"]),
    ('G', &["Ԍ", "Ꮐ", "ꓖ"]),
    ('H', &["Н", "Η", "Ꮋ"]),
    ('I', &["І", "Ι", "Ӏ", "l"]),
    ('J', &["Ј", "Ꭻ"]),
    ('K', &["К", "Κ", "Ꮶ"]),
    ('L', &["Ꮮ", "Ⅼ", "ꓡ"]),
    ('M', &["М", "Μ", "Ⅿ"]),
    ('N', &["Ν", "ꓠ"]),
    ('O', &["О", "Ο", "Օ", "〇"]),
    ('P', &["Р", "Ρ", "Ꮲ"]),
    ('Q', &["Ԛ", "ⵕ"]),
    ('R', &["Ꮢ", "Ʀ", "ꓣ"]),
    ('S', &["Ѕ", "Տ", "Ꮪ"]),
    ('T', &["Т", "Τ", "Ꭲ"]),
    ('U', &["Ս", "ꓴ", "∪"]),
    ('V', &["Ѵ", "Ꮩ", "Ⅴ"]),
    ('W', &["Ԝ", "Ꮃ"]),
    ('X', &["Х", "Χ", "Ⅹ"]),
    ('Y', &["Υ", "Ү", "Ꮍ"]),
    ('Z', &["Ζ", "Ꮓ"]),
];

/// The letter, in either case, and the digits and signs that the trade writes for it.
pub(super) const NUMBERS: &[(char, &[&str])] = &[
    ('a', &["4", "@"]),
    ('b', &["8", "6"]),
    ('c', &["(", "¢", "<"]),
    ('d', &["|)"]),
    ('e', &["3", "€"]),
    ('g', &["9", "6", "q"]),
    ('h', &["|-|", "#"]),
    ('i', &["1", "!", "|", "l"]),
    ('k', &["|<"]),
    ('l', &["1", "|", "£"]),
    ('m', &["|v|"]),
    ('n', &["|\\|"]),
    ('o', &["0", "()"]),
    ('r', &["®"]),
    ('s', &["5", "$", "z"]),
    ('t', &["7", "+"]),
    ('u', &["v", "µ", "|_|"]),
    ('v', &["\\/", "u"]),
    ('w', &["vv", "\\/\\/"]),
    ('x', &["×"]),
    ('y', &["¥"]),
    ('z', &["2"]),
];

/// What is put between letters.
pub(super) const SEPARATORS: &[&str] =
    &[".", "-", "_", "·", "/", "*", "'", "~", "•", "|", ",", "+", "=", "♥", ")(", "\\", ":", " "];

/// What is put between letters and not seen.
pub(super) const INVISIBLE: &[&str] = &[
    "\u{200b}",
    "\u{200c}",
    "\u{200d}",
    "\u{2060}",
    "\u{feff}",
    "\u{00ad}",
    "\u{034f}",
    "\u{061c}",
    "\u{180e}",
    "\u{2063}",
    "\u{fe0f}",
    "\u{200e}",
    "\u{115f}",
    "\u{3164}",
    "\u{ffa0}",
    "\u{e0020}",
    "\u{17b4}",
    "\u{1d173}",
];

/// What is laid over letters.
pub(super) const OVERLAYS: &[&str] = &[
    "\u{0301}", "\u{0308}", "\u{0336}", "\u{0332}", "\u{0307}", "\u{20e3}", "\u{0489}", "\u{20dd}", "\u{0337}",
    "\u{035c}", "\u{0323}", "\u{1ab2}", "\u{20d2}", "\u{fe2f}", "\u{0483}", "\u{1dc4}",
];

/// What hides a letter.
pub(super) const CENSORS: &[&str] = &["*", "#", "_", "•", "x", "-", "●", "✖", "%", ".", "♥", "□", "@", "?"];

/// An alphabet made for show.
#[derive(Clone, Copy)]
pub(super) enum Show {
    /// 26 code points in a row from each of these, capitals and small letters.
    Rows(u32, u32),
    /// The 26 small letters, drawn one by one.
    Drawn(&'static str),
}

pub(super) const SHOWS: &[Show] = &[
    Show::Rows(0x1D400, 0x1D41A), // 𝐀 bold
    Show::Rows(0x1D4D0, 0x1D4EA), // 𝓐 script
    Show::Rows(0x1D56C, 0x1D586), // 𝕬 fraktur
    Show::Rows(0x1D5D4, 0x1D5EE), // 𝗔 sans
    Show::Rows(0x1D670, 0x1D68A), // 𝙰 typewriter
    Show::Rows(0xFF21, 0xFF41),   // Ａ wide
    Show::Rows(0x24B6, 0x24D0),   // Ⓐ circled
    Show::Rows(0x1F170, 0x1F170), // 🅰 squared
    Show::Rows(0x1F150, 0x1F150), // 🅐 black circles
    Show::Rows(0x1F130, 0x1F130), // 🄰 framed
    Show::Rows(0x1F1E6, 0x1F1E6), // 🇦 flags
    Show::Rows(0x1F110, 0x249C),  // 🄐 ⒜ in brackets
    Show::Drawn("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡxʏᴢ"),
    Show::Drawn("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖqʳˢᵗᵘᵛʷˣʸᶻ"),
    Show::Drawn("ąҍçժҽƒցհìʝҟӀʍղօքզɾʂէմѵաՀყȥ"),
    Show::Drawn("卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙"),
];

impl Show {
    /// The letter in this alphabet.
    pub(super) fn letter(self, letter: char) -> Option<char> {
        let small = letter.to_ascii_lowercase();
        let at = u32::from(small).checked_sub(u32::from('a')).filter(|at| *at < 26)?;
        match self {
            Self::Rows(capitals, smalls) => {
                char::from_u32(if letter.is_ascii_uppercase() { capitals } else { smalls } + at)
            }
            Self::Drawn(alphabet) => alphabet.chars().nth(at as usize),
        }
    }
}

/// What `table` has for a letter; for a capital that it lacks, what it has for the small letter.
pub(super) fn entries(table: &[(char, &'static [&'static str])], letter: char) -> &'static [&'static str] {
    let of = |letter: char| table.iter().find(|(l, _)| *l == letter).map(|(_, others)| *others);
    of(letter).or_else(|| of(letter.to_ascii_lowercase())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alphabets_have_26_letters() {
        for show in SHOWS {
            assert!(('a'..='z').chain('A'..='Z').all(|c| show.letter(c).is_some()));
            if let Show::Drawn(alphabet) = show {
                assert_eq!(alphabet.chars().count(), 26, "{alphabet}");
            }
            assert_eq!(show.letter('1'), None);
        }
        assert_eq!(Show::Rows(0x1D400, 0x1D41A).letter('b'), Some('𝐛'));
    }

    #[test]
    fn nothing_stands_for_itself() {
        for (letter, others) in LOOKALIKES.iter().chain(NUMBERS) {
            assert!(!others.contains(&letter.to_string().as_str()), "{letter}");
        }
    }
}
