//! Limits that hold before anything recurses over the text: bytes, tokens, and no placeholders
//! of later stages. The parser's own recursion limit comes on top.

use datafusion_sql::sqlparser::dialect::AnsiDialect;
use datafusion_sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use super::{BYTES_MAX, TOKENS_MAX};
use crate::diagnostic::{Issue, offset};

/// Splits the text, or says why it is refused.
pub(super) fn tokens(text: &str) -> Result<Vec<TokenWithSpan>, Issue> {
    if text.len() > BYTES_MAX {
        return Err(too_long(text));
    }
    let tokens = Tokenizer::new(&AnsiDialect {}, text)
        .tokenize_with_location()
        .map_err(|error| Issue::error(place(text, error.location), lower(&error.message)))?;
    let mut meaningful = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    match meaningful.nth(TOKENS_MAX) {
        None => Ok(tokens),
        Some(token) => Err(Issue::error(
            place(text, token.span.start),
            format!("condition has more than {TOKENS_MAX} words and signs"),
        )
        .help("split it into several rules")),
    }
}

fn too_long(text: &str) -> Issue {
    let message = format!("condition is {} bytes long, at most {BYTES_MAX} are allowed", text.len());
    Issue::error(0, message).help("split it into several rules")
}

/// Byte offset of a location; the parser has none for some nodes and then blames the beginning.
pub(super) fn place(text: &str, location: Location) -> usize {
    match location.line {
        0 => 0,
        line => offset(text, line, location.column),
    }
}

/// A parser's message in our manner: lower case first, no full stop.
pub(super) fn lower(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    let first = chars.next().map(|c| c.to_lowercase().collect::<String>());
    first.unwrap_or_default() + chars.as_str()
}
