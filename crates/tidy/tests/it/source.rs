//! Reads Rust just far enough to count: comments and literals blanked, tests cut out, functions found.

use std::ops::Range;

/// A source file whose comments and literals are blanks, byte for byte as long as the original.
pub(crate) struct Source<'t> {
    pub(crate) text: &'t str,
    pub(crate) code: String,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function<'t> {
    pub(crate) name: &'t str,
    pub(crate) at: usize,
    pub(crate) lines: usize,
}

impl<'t> Source<'t> {
    /// Blanks comments and literals.
    pub(crate) fn new(text: &'t str) -> Self {
        let mut code = text.as_bytes().to_vec();
        let mut at = 0;
        while at < code.len() {
            let end = skipped(text.as_bytes(), at);
            code[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            at = end.max(at + 1);
        }
        Self { text, code: String::from_utf8(code).expect("whole literals were blanked") }
    }

    /// Blanks what is compiled for tests only: items beneath `#[cfg(test)]`.
    pub(crate) fn without_tests(mut self) -> Self {
        while let Some(range) = test_item(&self.code) {
            let kept: String = self.code[range.clone()].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
            self.code.replace_range(range, &kept);
        }
        self
    }

    /// Names of modules that stand in files of their own and are compiled for tests only.
    pub(crate) fn test_modules(&self) -> impl Iterator<Item = &str> {
        self.code.match_indices("#[cfg(test)]").filter_map(|(at, _)| {
            let item = self.code[at..].split_inclusive([';', '{']).next()?;
            item.strip_suffix(';')?.rsplit_once("mod ").map(|(_, name)| name.trim())
        })
    }

    /// Every function with a body, those inside others too.
    pub(crate) fn functions(&self) -> Vec<Function<'_>> {
        let found = words(&self.code, "fn").filter_map(|at| {
            let rest = self.code[at + 2..].trim_start();
            let name = &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_')?];
            let body = body(&self.code, at)?;
            let lines = self.code[at..body.end].matches('\n').count() + 1;
            (!name.is_empty()).then_some(Function { name, at, lines })
        });
        found.collect()
    }
}

/// Where a comment or literal that begins at `at` ends; `at` if none does.
fn skipped(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let inside_word = at > 0 && (text[at - 1].is_ascii_alphanumeric() || text[at - 1] == b'_');
    match rest {
        [b'/', b'/', ..] => at + rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => at + comment(rest),
        [b'"', ..] => at + string(rest),
        [b'r' | b'b' | b'c', ..] if !inside_word => at + raw_string(rest).unwrap_or(0),
        [b'\'', ..] => at + character(rest),
        _ => at,
    }
}

/// Length of a comment; comments nest.
fn comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

/// Length of `r"…"`, `br#"…"#` and the like; none if it is only a word that begins with these letters.
fn raw_string(rest: &[u8]) -> Option<usize> {
    let letters = rest.iter().take_while(|b| b"rbc".contains(b)).count();
    let hashes = rest[letters..].iter().take_while(|b| **b == b'#').count();
    if letters > 2 || rest.get(letters + hashes) != Some(&b'"') {
        return None;
    }
    if !rest[..letters].contains(&b'r') {
        return (hashes == 0).then(|| letters + string(&rest[letters..]));
    }
    let end = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
    let open = letters + hashes + 1;
    let close = rest[open..].windows(end.len()).position(|window| window == end);
    Some(close.map_or(rest.len(), |close| open + close + end.len()))
}

/// Length of a character literal; nothing for a lifetime.
fn character(rest: &[u8]) -> usize {
    match rest {
        [_, b'\\', _, tail @ ..] => tail.iter().position(|b| *b == b'\'').map_or(0, |close| close + 4),
        [_, b'\'', ..] => 0,
        // Any other character has at most four bytes.
        [_, tail @ ..] => {
            let close = tail.iter().take(5).position(|b| *b == b'\'');
            let whole = |close: &usize| std::str::from_utf8(&tail[..*close]).is_ok_and(|c| c.chars().count() == 1);
            close.filter(whole).map_or(0, |close| close + 2)
        }
        [] => 0,
    }
}

/// Offsets at which `word` stands as a word.
fn words<'c>(code: &'c str, word: &'c str) -> impl Iterator<Item = usize> + 'c {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| !part(code[..*at].chars().next_back()) && !part(code[at + word.len()..].chars().next()))
}

/// The braces of the item at `from`; none if it ends with a semicolon.
fn body(code: &str, from: usize) -> Option<Range<usize>> {
    let mut depth = 0_i32;
    let mut open = None;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match (byte, open) {
            (b'(' | b'[', None) => depth += 1,
            (b')' | b']', None) => depth -= 1,
            (b';', None) if depth == 0 => return None,
            (b'{', None) if depth == 0 => (open, depth) = (Some(at), 1),
            (b'{', Some(_)) => depth += 1,
            (b'}', Some(start)) => {
                depth -= 1;
                if depth == 0 {
                    return Some(start..at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The first item beneath `#[cfg(test)]`, with its attributes.
fn test_item(code: &str) -> Option<Range<usize>> {
    let from = code.find("#[cfg(test)]")?;
    let end = body(code, from).map_or_else(|| code[from..].find(';').map(|at| from + at + 1), |body| Some(body.end));
    Some(from..end.unwrap_or(code.len()))
}

#[test]
fn literals_and_comments_are_blank() {
    let text = "let a = \"fn x() { \\\" }\"; // fn\nlet b = r#\"fn \"{\"#; /* a /* b */ { */ let c: &'a str = f('{', '\\'', b'}');";
    let source = Source::new(text);
    assert_eq!(source.code.len(), text.len());
    assert!(source.functions().is_empty());
    assert!(!source.code.contains(['{', '}', '"']), "{}", source.code);
    assert!(source.code.contains("&'a str"));
}

#[test]
fn functions_are_counted_without_tests() {
    let text = "fn short() {}\nimpl A {\n    fn long(&self) -> [u8; 2] {\n        a();\n        b()\n    }\n}\ntrait T { fn none(); }\n#[cfg(test)]\nmod tests {\n    fn gone() {}\n}\n#[cfg(test)]\nmod speed;\n";
    let names =
        |source: &Source<'_>| source.functions().iter().map(|f| (f.name.to_owned(), f.lines)).collect::<Vec<_>>();
    let source = Source::new(text);
    assert_eq!(names(&source), [("short".into(), 1), ("long".into(), 4), ("gone".into(), 1)]);
    assert_eq!(source.test_modules().collect::<Vec<_>>(), ["speed"]);
    assert_eq!(names(&source.without_tests()), [("short".into(), 1), ("long".into(), 4)]);
}
