//! Tags and character references, as they come inside feed descriptions.
//!
//! Both are looked at only where a `<` or `&` stands, and both are bounded: a stray `<` is text.

const MAX_TAG_BYTES: usize = 2_048;
const MAX_REFERENCE_BYTES: usize = 12;

/// Length of the tag or comment that starts `bytes`, which begins with `<`.
pub(crate) fn tag_len(bytes: &[u8]) -> Option<usize> {
    let opens = bytes.get(1)?;
    if !(opens.is_ascii_alphabetic() || matches!(opens, b'/' | b'!')) {
        return None;
    }
    let window = bytes.get(..MAX_TAG_BYTES.min(bytes.len()))?;
    let end = memchr::memchr2(b'>', b'<', window.get(1..)?)? + 1;
    (window.get(end) == Some(&b'>')).then_some(end + 1)
}

/// The character and length of the reference that starts `bytes`, which begins with `&`.
pub(crate) fn reference(bytes: &[u8]) -> Option<(char, usize)> {
    let window = bytes.get(..MAX_REFERENCE_BYTES.min(bytes.len()))?;
    let end = memchr::memchr(b';', window)?;
    let name = std::str::from_utf8(window.get(1..end)?).ok()?;
    let c = match name.strip_prefix('#') {
        Some(number) => numeric(number)?,
        None => named(name)?,
    };
    Some((c, end + 1))
}

fn numeric(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code)
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" | "rsquo" | "lsquo" => '\'',
        "nbsp" => ' ',
        "ndash" | "mdash" => '-',
        "reg" | "trade" | "copy" => ' ',
        "eacute" => 'é',
        "egrave" => 'è',
        "agrave" => 'à',
        "ccedil" => 'ç',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        "ntilde" => 'ñ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stray_angle_is_text() {
        for (text, expected) in [
            ("<b>x", Some(3)),
            ("</p>", Some(4)),
            ("<!-- a -->", Some(10)),
            ("<3 you>", None),
            ("< 5>", None),
            ("<a <b>", None),
            ("<", None),
        ] {
            assert_eq!(tag_len(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn references_are_decoded() {
        for (text, expected) in [
            ("&amp;x", Some(('&', 5))),
            ("&#65;", Some(('A', 5))),
            ("&#x1F600;", Some(('😀', 9))),
            ("&#xD800;", None),
            ("& co;", None),
            ("&nope;", None),
        ] {
            assert_eq!(reference(text.as_bytes()), expected, "{text}");
        }
    }
}
