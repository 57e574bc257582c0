//! From the conditions of the policy to the other engine's language.
//!
//! A null fires nothing in SQL, so every comparison is guarded. Of functions only `coalesce(column, '')` before a list
//! is translated; NOT before a condition and the score are not.

use std::collections::BTreeMap;

/// A condition: cells of columns, all of which must hold, and one expression that must hold besides.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    /// By column, in the language of cells (`$` is the column's value).
    pub(crate) cells: BTreeMap<String, String>,
    /// Empty when the cells say everything.
    pub(crate) free: String,
    /// The whole condition as one expression.
    pub(crate) whole: String,
}

#[derive(Debug)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    /// Column and test, with `$` for the column's value.
    Test(String, String),
}

/// Translates a condition; nothing if it says what has no counterpart here.
pub(crate) fn translate(sql: &str) -> Option<Condition> {
    let tokens = tokens(sql)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let node = parser.or()?;
    if parser.at != tokens.len() {
        return None;
    }
    let whole = node.render();
    let parts = if let Node::And(parts) = node { parts } else { vec![node] };
    let mut condition = Condition { whole, ..Condition::default() };
    for part in parts {
        match part {
            // A cell that offers a choice is not understood as one.
            Node::Test(column, test) if test.starts_with('(') => {
                join(&mut condition.free, &test.replace('$', &column));
            }
            Node::Test(column, test) => join(condition.cells.entry(column).or_default(), &test),
            other => join(&mut condition.free, &format!("({})", other.render())),
        }
    }
    Some(condition)
}

fn join(all: &mut String, one: &str) {
    if !all.is_empty() {
        all.push_str(" and ");
    }
    all.push_str(one);
}

impl Node {
    fn render(&self) -> String {
        let list = |nodes: &[Self], word: &str| {
            nodes.iter().map(|n| format!("({})", n.render())).collect::<Vec<_>>().join(word)
        };
        match self {
            Self::And(nodes) => list(nodes, " and "),
            Self::Or(nodes) => list(nodes, " or "),
            Self::Test(column, test) => test.replace('$', column),
        }
    }
}

struct Parser<'t> {
    tokens: &'t [String],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().is_some_and(|token| token.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Option<Node> {
        let mut nodes = vec![self.and()?];
        while self.take("or") {
            nodes.push(self.and()?);
        }
        if nodes.len() == 1 { nodes.pop() } else { Some(Node::Or(nodes)) }
    }

    fn and(&mut self) -> Option<Node> {
        let mut nodes = vec![self.primary()?];
        while self.take("and") {
            nodes.push(self.primary()?);
        }
        if nodes.len() == 1 { nodes.pop() } else { Some(Node::And(nodes)) }
    }

    fn primary(&mut self) -> Option<Node> {
        if self.take("(") {
            let node = self.or()?;
            return self.take(")").then_some(node);
        }
        let coalesced = self.take("coalesce");
        if coalesced && !self.take("(") {
            return None;
        }
        let column = self.peek().filter(|token| is_name(token))?.to_owned();
        self.at += 1;
        if coalesced && !(self.take(",") && self.take("''") && self.take(")")) {
            return None;
        }
        let test = if coalesced { self.list(true) } else { self.test() };
        Some(Node::Test(column, test?))
    }

    /// `IN (…)` and `NOT IN (…)`; `or_null`: a null is no member, and known not to be one.
    fn list(&mut self, or_null: bool) -> Option<String> {
        let not = self.take("not");
        if !(self.take("in") && self.take("(")) {
            return None;
        }
        let mut items = Vec::new();
        loop {
            items.push(literal(self.peek()?));
            self.at += 1;
            if self.take(")") {
                break;
            }
            self.take(",").then_some(())?;
        }
        let items = items.join(", ");
        Some(match (not, or_null) {
            (false, _) => format!("$ != null and $ in [{items}]"),
            (true, false) => format!("$ != null and $ not in [{items}]"),
            (true, true) => format!("($ == null or $ not in [{items}])"),
        })
    }

    /// What follows `IS`.
    fn is(&mut self) -> Option<String> {
        let not = self.take("not");
        if self.take("null") {
            return Some(if not { "$ != null" } else { "$ == null" }.to_owned());
        }
        if not || !(self.take("distinct") && self.take("from")) {
            return None;
        }
        let other = literal(self.peek()?);
        self.at += 1;
        Some(format!("($ == null or $ != {other})"))
    }

    fn test(&mut self) -> Option<String> {
        if self.take("is") {
            return self.is();
        }
        if self.peek().is_some_and(|word| ["in", "not"].iter().any(|w| word.eq_ignore_ascii_case(w))) {
            return self.list(false);
        }
        let (op, plain) = match self.peek() {
            Some("=") => ("==", false),
            Some("<>") => ("!=", false),
            Some(op @ ("<" | "<=" | ">" | ">=")) => (op, false),
            _ => ("", true),
        };
        if plain {
            return Some("$ == true".to_owned());
        }
        let op = op.to_owned();
        self.at += 1;
        let operand = self.peek()?.to_owned();
        self.at += 1;
        if is_name(&operand) {
            return Some(format!("$ != null and {operand} != null and $ {op} {operand}"));
        }
        let literal = literal(&operand);
        Some(if op == "==" { format!("$ == {literal}") } else { format!("$ != null and $ {op} {literal}") })
    }
}

/// A quoted text or a number in their language.
fn literal(token: &str) -> String {
    token.strip_prefix('\'').map_or(token.to_owned(), |text| format!("\"{}\"", text.trim_end_matches('\'')))
}

/// A column; words of the language and functions are none.
fn is_name(token: &str) -> bool {
    let word = token.starts_with(|c: char| c.is_ascii_lowercase()) && token != "score";
    word && !["and", "or", "not", "is", "null", "in", "like", "between", "coalesce"].contains(&token)
}

/// Words, numbers, quoted texts, operators; nothing for any other sign.
fn tokens(sql: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' => rest[1..].find('\'')? + 2,
            '(' | ')' | ',' => 1,
            '<' | '>' | '=' => rest.find(|c| !matches!(c, '<' | '>' | '=')).unwrap_or(rest.len()),
            c if c.is_ascii_alphanumeric() || c == '_' => {
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            _ => return None,
        };
        found.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    Some(found)
}
