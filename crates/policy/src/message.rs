//! Message templates: text with `{name}` where a column's value goes; `{{` and `}}` are braces.

use std::collections::BTreeMap;

/// One unit (of log-odds) in millionths.
pub const MICRO: i64 = 1_000_000;

/// Millionths as a plain decimal: `2500000` is `2.5`.
pub fn decimal(micro: i64) -> String {
    let magnitude = micro.unsigned_abs();
    let (whole, fraction) = (magnitude / MICRO.unsigned_abs(), magnitude % MICRO.unsigned_abs());
    let sign = if micro < 0 { "-" } else { "" };
    let fraction = format!("{fraction:06}");
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}.0"),
        digits => format!("{sign}{whole}.{digits}"),
    }
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// A name, and where its brace stands in the template.
    Value(String, usize),
}

/// One template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template(pub(crate) Vec<Piece>);

impl Template {
    /// Splits a template; the error is an offset and what is wrong there.
    pub(crate) fn parse(text: &str) -> Result<Self, (usize, &'static str)> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(found) = text[at..].find(['{', '}']) {
            let brace = at + found;
            plain.push_str(&text[at..brace]);
            let rest = &text[brace..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                plain.push_str(&rest[..1]);
                at = brace + 2;
                continue;
            }
            let end = rest.find('}').filter(|end| *end > 1);
            let Some(end) = end else { return Err((brace, "brace without a name; write {{ or }} for a brace")) };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Value(rest[1..end].to_owned(), brace));
            at = brace + end + 1;
        }
        plain.push_str(&text[at..]);
        pieces.push(Piece::Text(plain));
        Ok(Self(pieces))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Value(name, at) => Some((name.as_str(), *at)),
            Piece::Text(_) => None,
        })
    }

    /// The template as it would be written.
    pub(crate) fn source(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.replace('{', "{{").replace('}', "}}"),
            Piece::Value(name, _) => format!("{{{name}}}"),
        };
        self.0.iter().map(piece).collect()
    }

    fn render(&self, value: impl Fn(&str) -> String) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(name, _) => value(name),
        };
        self.0.iter().map(piece).collect()
    }
}

/// A template in several languages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts(pub(crate) BTreeMap<String, Template>);

impl Texts {
    pub(crate) fn render(&self, language: &str, value: impl Fn(&str) -> String) -> String {
        let broad = language.split(['-', '_']).next().unwrap_or(language);
        let found = [language, broad, "en"].into_iter().find_map(|each| self.0.get(each));
        found.or_else(|| self.0.values().next()).map_or_else(String::new, |template| template.render(value))
    }

    pub(crate) fn placeholders(&self) -> impl Iterator<Item = &str> {
        self.0.values().flat_map(Template::names).map(|(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_render() {
        let check = |text: &str, expected: &str| {
            let template = Template::parse(text).unwrap();
            assert_eq!(template.render(|name| format!("<{name}>")), expected);
            assert_eq!(Template::parse(&template.source()), Ok(template));
        };
        check("price is {price_vs_brand} of usual", "price is <price_vs_brand> of usual");
        check("{a}{b}", "<a><b>");
        check("价格{a}。", "价格<a>。");
        check("{{a}} and }}", "{a} and }");
        check("", "");
        for (text, at) in [("a {", 2), ("a {}", 2), ("a } b", 2)] {
            assert_eq!(Template::parse(text).map_err(|error| error.0), Err(at), "{text}");
        }
    }

    #[test]
    fn micro_as_decimal() {
        let check = |micro, expected: &str| assert_eq!(decimal(micro), expected);
        check(2_500_000, "2.5");
        check(-5_000_000, "-5.0");
        check(-1, "-0.000001");
        check(i64::MIN, "-9223372036854.775808");
    }

    #[test]
    fn language_falls_back() {
        let texts = |list: &[&str]| {
            Texts(list.iter().map(|l| ((*l).to_owned(), Template(vec![Piece::Text((*l).to_owned())]))).collect())
        };
        let check = |list: &[&str], asked, expected: &str| {
            assert_eq!(texts(list).render(asked, |_| String::new()), expected);
        };
        check(&["en", "zh"], "zh-TW", "zh");
        check(&["en", "zh"], "fr", "en");
        check(&["de"], "fr", "de");
        check(&[], "fr", "");
    }
}
