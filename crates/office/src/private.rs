//! Which texts of an event are sealed: whatever people wrote in their own words, and names of files, which often hold
//! names of persons. Codes stay in clear, so that the trail can be read without any key.

use serde_json::Value;
use touchstone_store::Private;

/// Fields in which people write what they like.
const WORDS: [&str; 13] = [
    "note",
    "text",
    "facts",
    "reason",
    "reasons",
    "explanation",
    "what",
    "name",
    "on",
    "address",
    "answer",
    "message",
    "words",
];
/// Characters of a code, at most.
const CODE_CHARS_MAX: usize = 64;

/// Takes the private texts out of a value; null stands in their place.
pub fn take(value: &mut Value, pointer: &str, private: &mut Vec<Private>) {
    match value {
        Value::Array(list) => {
            for (at, one) in list.iter_mut().enumerate() {
                take(one, &format!("{pointer}/{at}"), private);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                let pointer = format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
                match field {
                    Value::String(text) if WORDS.contains(&name.as_str()) && !is_code(text) => {
                        let text = std::mem::take(text);
                        private.push(Private { field: pointer, text });
                        *field = Value::Null;
                    }
                    field => take(field, &pointer, private),
                }
            }
        }
        _ => {}
    }
}

/// Whether a text is a code of a list, not words.
pub fn is_code(text: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-');
    text.len() <= CODE_CHARS_MAX && text.bytes().all(letters)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_taken_out_and_codes_stay() {
        let mut value = json!({
            "reason": "replica_words",
            "note": "Frau Meier called",
            "list": [{"text": "a/b", "verdict": "fake"}],
            "name": {"first": "x"},
        });
        let mut private = Vec::new();
        take(&mut value, "/after", &mut private);
        assert_eq!(
            value,
            json!({"reason": "replica_words", "note": null, "list": [{"text": null, "verdict": "fake"}],
                "name": {"first": "x"}})
        );
        let found: Vec<_> = private.iter().map(|one| (one.field.as_str(), one.text.as_str())).collect();
        assert_eq!(found, [("/after/list/0/text", "a/b"), ("/after/note", "Frau Meier called")]);
    }
}
