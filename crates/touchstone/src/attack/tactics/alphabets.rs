//! Letters that stand for letters: look-alikes, numbers, alphabets made for show, things that are not seen.
//!
//! Sources: Unicode's table of confusables (UTS 39) for the look-alikes, the code charts for the
//! rest. The screener has tables of its own; these are written apart from them on purpose.

/// The letter, and what looks like it: other scripts first, then signs that are no letters.
pub(super) const LOOKALIKES: &[(char, &[&str])] = &[
    ('a', &["а", "ɑ", "α", "ⱥ"]),
    ('b', &["Ь", "ƅ", "ᑲ"]),
    ('c', &["с", "ϲ", "ⅽ", "ᴄ"]),
    ('d', &["ԁ", "ⅾ", "ɗ", "cl"]),
    ('e', &["е", "ҽ", "є", "℮"]),
    ('f', &["ƒ", "ẝ", "ꬵ"]),
    ('g', &["ɡ", "ց", "ɢ"]),
    ('h', &["һ", "հ", "ℎ"]),
    ('i', &["і", "ı", "ӏ", "ⅰ"]),
    ('j', &["ј", "ϳ", "ⅉ"]),
    ('k', &["κ", "к", "ĸ"]),
    ('l', &["ӏ", "I", "ⅼ", "ǀ", "|"]),
    ('m', &["м", "ⅿ", "rn"]),
    ('n', &["ո", "п", "ռ", "η"]),
    ('o', &["о", "ο", "օ", "०", "ဝ", "〇"]),
    ('p', &["р", "ρ", "ⲣ"]),
    ('q', &["ԛ", "գ"]),
    ('r', &["г", "ꭇ", "ⲅ"]),
    ('s', &["ѕ", "ꜱ", "ƽ"]),
    ('t', &["т", "τ", "ţ"]),
    ('u', &["υ", "ս", "ʋ", "∪"]),
    ('v', &["ν", "ѵ", "ⅴ", "∨"]),
    ('w', &["ԝ", "ѡ", "ω", "vv"]),
    ('x', &["х", "ⅹ", "×", "χ"]),
    ('y', &["у", "γ", "ү"]),
    ('z', &["ᴢ", "ʐ", "ƶ"]),
];

/// The letter, and the digits and signs that the trade writes for it.
pub(super) const NUMBERS: &[(char, &[&str])] = &[
    ('a', &["4", "@", "^", "/\\"]),
    ('b', &["8", "6", "|3"]),
    ('c', &["(", "¢", "<"]),
    ('d', &["|)", "cl"]),
    ('e', &["3", "€", "&"]),
    ('f', &["ph", "#"]),
    ('g', &["9", "6", "q"]),
    ('h', &["#", "|-|"]),
    ('i', &["1", "!", "|", "l"]),
    ('k', &["|<", "x"]),
    ('l', &["1", "|", "£"]),
    ('m', &["rn", "|v|"]),
    ('n', &["|\\|", "и"]),
    ('o', &["0", "()", "°", "*"]),
    ('r', &["®", "12"]),
    ('s', &["5", "$", "z"]),
    ('t', &["7", "+"]),
    ('u', &["v", "|_|", "µ"]),
    ('v', &["\\/", "u"]),
    ('w', &["vv", "\\/\\/"]),
    ('x', &["×", "%"]),
    ('y', &["¥", "j"]),
    ('z', &["2", "7"]),
];

/// What is put between letters.
pub(super) const SEPARATORS: &[&str] = &[".", "-", "_", "·", "/", "*", "'", "~", "•", "|", ",", "+", "=", "♥", ")(", "\\", ":", " "];

/// What is put between letters and not seen.
pub(super) const INVISIBLE: &[&str] = &[
    "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{00ad}", "\u{034f}", "\u{061c}", "\u{180e}", "\u{2063}", "\u{fe0f}", "\u{200e}",
    "\u{115f}", "\u{3164}", "\u{ffa0}", "\u{e0020}", "\u{17b4}", "\u{1d173}",
];

/// What is laid over letters.
pub(super) const OVERLAYS: &[&str] = &[
    "\u{0301}", "\u{0308}", "\u{0336}", "\u{0332}", "\u{0307}", "\u{20e3}", "\u{0489}", "\u{20dd}", "\u{0337}", "\u{035c}", "\u{0323}", "\u{1ab2}",
    "\u{20d2}", "\u{fe2f}", "\u{0483}", "\u{1dc4}",
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
    Show::Drawn("ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz"),
    Show::Drawn("ąҍçժҽƒցհìʝҟӀʍղօքզɾʂէմѵաՀყȥ"),
    Show::Drawn("卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙"),
];

impl Show {
    /// The letter in this alphabet.
    pub(super) fn letter(self, letter: char) -> Option<char> {
        let small = letter.to_ascii_lowercase();
        let at = u32::from(small).checked_sub(u32::from('a')).filter(|at| *at < 26)?;
        match self {
            Self::Rows(capitals, smalls) => char::from_u32(if letter.is_ascii_uppercase() { capitals } else { smalls } + at),
            Self::Drawn(alphabet) => alphabet.chars().nth(at as usize),
        }
    }
}

/// What `table` has for a letter, in either case.
pub(super) fn entries(table: &[(char, &'static [&'static str])], letter: char) -> &'static [&'static str] {
    let small = letter.to_ascii_lowercase();
    table.iter().find(|(l, _)| *l == small).map_or(&[], |(_, others)| others)
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
