//! From an offset in a string's value to the offset in the file, through escapes, the new line that
//! opens a multi-line string, and line ends that a backslash swallows.

/// Offset in the file of the byte `at` of the value of a TOML string whose literal (with its quotes)
/// is `raw` and begins at `start`.
pub(crate) fn in_literal(raw: &str, start: usize, at: usize) -> usize {
    let Some((body, opening, basic)) = open(raw) else { return start };
    let mut value = 0;
    let mut rest = body;
    while value < at && !rest.is_empty() {
        let (read, written) = step(rest, basic);
        // A swallowed line end belongs to the character after it.
        value += written;
        rest = &rest[read..];
    }
    rest = skip_swallowed(rest, basic);
    start + opening + (body.len() - rest.len())
}

/// The literal after its opening quotes, how long those are, and whether it knows escapes.
fn open(raw: &str) -> Option<(&str, usize, bool)> {
    for (quotes, basic) in [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)] {
        if let Some(body) = raw.strip_prefix(quotes) {
            let first_line_end = if quotes.len() == 1 { 0 } else { line_end(body) };
            return Some((&body[first_line_end..], quotes.len() + first_line_end, basic));
        }
    }
    None
}

fn line_end(text: &str) -> usize {
    match text.as_bytes() {
        [b'\n', ..] => 1,
        [b'\r', b'\n', ..] => 2,
        _ => 0,
    }
}

/// Bytes read of the literal, and bytes they give in the value.
fn step(rest: &str, basic: bool) -> (usize, usize) {
    let swallowed = rest.len() - skip_swallowed(rest, basic).len();
    if swallowed > 0 {
        return (swallowed, 0);
    }
    let mut chars = rest.chars();
    match chars.next() {
        Some('\\') if basic => escape(rest, chars.next()),
        Some(char) => (char.len_utf8(), char.len_utf8()),
        None => (0, 0),
    }
}

/// `\u00e9` reads six bytes and gives two.
fn escape(rest: &str, kind: Option<char>) -> (usize, usize) {
    let digits = match kind {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(kind) => return (1 + kind.len_utf8(), 1),
        None => return (1, 1),
    };
    let read = (2 + digits).min(rest.len());
    let code = rest.get(2..read).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    (read, code.and_then(char::from_u32).map_or(1, char::len_utf8))
}

/// The text after a backslash at the end of a line and the white space after it.
fn skip_swallowed(rest: &str, basic: bool) -> &str {
    let Some(after) = rest.strip_prefix('\\').filter(|_| basic) else { return rest };
    let line = after.trim_start_matches([' ', '\t']);
    if line_end(line) == 0 { rest } else { line.trim_start_matches([' ', '\t', '\r', '\n']) }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use toml::Spanned;

    use super::*;

    #[derive(Deserialize)]
    struct File {
        when: Spanned<String>,
    }

    /// The `X` of the value must be found at the `X` of the file.
    fn check(text: &str) {
        let file: File = toml::from_str(text).unwrap();
        let span = file.when.span();
        let at = file.when.get_ref().find('X').unwrap();
        let found = in_literal(&text[span.clone()], span.start, at);
        assert_eq!(Some(found), text.find('X'), "{text:?}");
    }

    #[test]
    fn finds_the_place_in_the_file() {
        check("when = \"a X\"");
        check("when = 'a \\ X'");
        check("# é\nwhen = \"\"\"\nfirst\n  second X\n\"\"\"");
        check("when = \"\"\"X\"\"\"");
        check("when = '''\nfirst\n  second X'''");
        check(r#"when = "é \u00e9 \U0001F600 \" \t X""#);
        check("when = \"\"\"\nfirst \\\n\n   second X\"\"\"");
        check("when = \"\"\"\nfirst \\\n   X\"\"\"");
        check("when = \"\"\"\r\nfirst\r\n  X\"\"\"");
    }
}
