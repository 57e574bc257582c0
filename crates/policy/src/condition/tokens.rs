//! Limits and words that hold before anything recurses over the text.
//!
//! The parser knows all of SQL and tries several readings of some of it, one inside the other; a few
//! nested `CAST(` would keep it busy for years. So only words that a condition can need reach it, and
//! our dialect lets it read those in one way only.

use datafusion_sql::sqlparser::ast::Expr;
use datafusion_sql::sqlparser::dialect::{AnsiDialect, Dialect};
use datafusion_sql::sqlparser::keywords::Keyword;
use datafusion_sql::sqlparser::parser::{Parser, ParserError};
use datafusion_sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer, Word};

use super::{BYTES_MAX, Function, TOKENS_MAX, refuse};
use crate::column::{Columns, SCORE};
use touchstone_diagnostic::{Issue, offset};

/// The words of the language of conditions.
const GRAMMAR: [Keyword; 18] = [
    Keyword::AND,
    Keyword::BETWEEN,
    Keyword::CASE,
    Keyword::DISTINCT,
    Keyword::ELSE,
    Keyword::END,
    Keyword::FALSE,
    Keyword::FROM,
    Keyword::IN,
    Keyword::IS,
    Keyword::LIKE,
    Keyword::NOT,
    Keyword::NULL,
    Keyword::OR,
    Keyword::THEN,
    Keyword::TRUE,
    Keyword::UNKNOWN,
    Keyword::WHEN,
];

/// ANSI SQL in which the words of the language are never names.
#[derive(Debug)]
pub(super) struct ConditionDialect;

impl Dialect for ConditionDialect {
    fn is_identifier_start(&self, ch: char) -> bool {
        AnsiDialect {}.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        AnsiDialect {}.is_identifier_part(ch)
    }

    fn is_reserved_for_identifier(&self, keyword: Keyword) -> bool {
        GRAMMAR.contains(&keyword)
    }

    /// IS DISTINCT FROM binds as IS does. Left to itself the parser gives it all the rest, AND and OR included.
    fn parse_infix(&self, parser: &mut Parser, left: &Expr, precedence: u8) -> Option<Result<Expr, ParserError>> {
        use Keyword::{DISTINCT, FROM, IS, NOT};
        let same = parser.parse_keywords(&[IS, NOT, DISTINCT, FROM]);
        if !same && !parser.parse_keywords(&[IS, DISTINCT, FROM]) {
            return None;
        }
        let left = Box::new(left.clone());
        let compare = if same { Expr::IsNotDistinctFrom } else { Expr::IsDistinctFrom };
        Some(parser.parse_subexpr(precedence).map(|right| compare(left, Box::new(right))))
    }
}

/// Splits the text, or says why it is refused.
pub(super) fn tokens(text: &str, columns: &Columns) -> Result<Vec<TokenWithSpan>, Issue> {
    if text.len() > BYTES_MAX {
        let message = format!("condition is {} bytes long, at most {BYTES_MAX} are allowed", text.len());
        return Err(Issue::error(0, message).help("split it into several rules"));
    }
    let mut tokens = Tokenizer::new(&ConditionDialect, text)
        .tokenize_with_location()
        .map_err(|error| Issue::error(place(text, error.location), lower(&error.message)))?;
    tokens.retain(|token| !matches!(token.token, Token::Whitespace(_)));
    if let Some(token) = tokens.get(TOKENS_MAX) {
        let message = format!("condition has more than {TOKENS_MAX} words and signs");
        return Err(Issue::error(place(text, token.span.start), message).help("split it into several rules"));
    }
    for (index, token) in tokens.iter().enumerate() {
        if let Token::Word(word) = &token.token {
            let opens = tokens.get(index + 1).is_some_and(|next| next.token == Token::LParen);
            check(word, opens, place(text, token.span.start), columns)?;
        }
    }
    Ok(tokens)
}

/// Passes words of the language, functions that are called, and names. Names that are no word of SQL
/// are left to whoever resolves them.
fn check(word: &Word, opens: bool, at: usize, columns: &Columns) -> Result<(), Issue> {
    let name = word.value.to_ascii_lowercase();
    if GRAMMAR.contains(&word.keyword) {
        return Ok(());
    }
    if opens {
        return Function::named(&name).map(|_| ()).ok_or_else(|| refuse::function(&name, at));
    }
    let known = word.keyword == Keyword::NoKeyword || name == SCORE || columns.position(&name).is_some();
    if known { Ok(()) } else { Err(refuse::word(word, at, columns)) }
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
