//! Canonical JSON (RFC 8785) of values whose numbers are integers.
//!
//! The RFC writes numbers as doubles do; an integer within ±(2^53 − 1) is the same in both, so that is what is let
//! through. Names are sorted by their UTF-16 units, strings are escaped by `serde_json`, whose escapes are the RFC's.

use serde_json::{Map, Value};

/// The largest number that every reader of JSON keeps exactly: 2^53 − 1.
pub const NUMBER_MAX: i64 = (1 << 53) - 1;
/// How deep a value may be nested.
pub const DEPTH_MAX: usize = 32;

/// Why a value has no canonical form here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// A fraction, or an integer that a double does not hold.
    #[error("the number {0} is no integer within ±(2^53 − 1); write amounts in minor units, or as text")]
    Number(String),
    /// Nested too deep.
    #[error("a value is nested deeper than {DEPTH_MAX}")]
    Depth,
}

/// Appends the canonical form of a value.
///
/// # Errors
/// If a number is not an integer within ±(2^53 − 1), or the value is nested deeper than [`DEPTH_MAX`].
pub fn write(value: &Value, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    at_depth(value, DEPTH_MAX, out)
}

/// The canonical form of a value.
///
/// # Errors
/// As [`write`].
pub fn bytes(value: &Value) -> Result<Vec<u8>, NotCanonical> {
    let mut out = Vec::with_capacity(256);
    write(value, &mut out)?;
    Ok(out)
}

fn at_depth(value: &Value, depth: usize, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(yes) => out.extend_from_slice(if *yes { b"true" } else { b"false" }),
        Value::Number(number) => integer(number, out)?,
        Value::String(text) => string(text, out),
        Value::Array(items) => array(items, depth.checked_sub(1).ok_or(NotCanonical::Depth)?, out)?,
        Value::Object(map) => object(map, depth.checked_sub(1).ok_or(NotCanonical::Depth)?, out)?,
    }
    Ok(())
}

fn integer(number: &serde_json::Number, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let integer = number.as_i64().filter(|n| n.unsigned_abs() <= NUMBER_MAX.unsigned_abs());
    let integer = integer.ok_or_else(|| NotCanonical::Number(number.to_string()))?;
    out.extend_from_slice(integer.to_string().as_bytes());
    Ok(())
}

/// Writing to memory does not fail, and a text is always JSON.
fn string(text: &str, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, text);
}

fn array(items: &[Value], depth: usize, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    out.push(b'[');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        at_depth(item, depth, out)?;
    }
    out.push(b']');
    Ok(())
}

fn object(map: &Map<String, Value>, depth: usize, out: &mut Vec<u8>) -> Result<(), NotCanonical> {
    let mut members: Vec<(&String, &Value)> = map.iter().collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push(b'{');
    for (i, (name, value)) in members.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        string(name, out);
        out.push(b':');
        at_depth(value, depth, out)?;
    }
    out.push(b'}');
    Ok(())
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8(bytes(value).expect("canonical")).expect("text")
    }

    /// The order of names and the escapes that the RFC shows in its sections 3.2.2 and 3.2.3.
    #[test]
    fn as_the_rfc_writes_it() {
        let names = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
        let sorted = "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}";
        assert_eq!(text(&names), sorted);
        let escapes = json!("\u{20ac}$\u{f}\nA'B\"\\\\\"/");
        assert_eq!(text(&escapes), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
        assert_eq!(text(&json!({"b": [true, null, -5], "a": {}})), r#"{"a":{},"b":[true,null,-5]}"#);
    }

    #[test]
    fn numbers_are_integers_that_a_double_holds() {
        assert_eq!(text(&json!([NUMBER_MAX, -NUMBER_MAX, 0])), "[9007199254740991,-9007199254740991,0]");
        for wrong in [json!(1.5), json!(1.0), json!(NUMBER_MAX + 1), json!(u64::MAX), json!(i64::MIN)] {
            assert!(matches!(bytes(&json!([wrong])), Err(NotCanonical::Number(_))), "{wrong}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |depth: usize| (0..depth).fold(json!(0), |inner, _| json!([inner]));
        assert!(bytes(&nested(DEPTH_MAX)).is_ok());
        assert_eq!(bytes(&nested(DEPTH_MAX + 1)), Err(NotCanonical::Depth));
    }
}
