//! The body of a call: one object, or an array of objects, taken apart without reading the objects themselves.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::problem::{Code, Problem};

/// The items of a body.
pub(crate) enum Items<'b> {
    /// One object.
    One(&'b str),
    /// An array.
    Many(Vec<&'b RawValue>),
}

impl<'b> Items<'b> {
    /// Takes the body apart.
    ///
    /// # Errors
    /// When it is no JSON, or an array of more than `max` items.
    pub(crate) fn of(body: &'b [u8], max: usize) -> Result<Self, Problem> {
        let text = std::str::from_utf8(body)
            .map_err(|error| Problem::new(Code::NotJson, format!("byte {} is not UTF-8", error.valid_up_to() + 1)))?;
        match text.trim_start().as_bytes().first() {
            Some(b'[') => many(text, max),
            Some(b'{') => Ok(Self::One(text.trim())),
            Some(_) => Err(Problem::new(Code::NotJson, "neither an object nor an array")),
            None => Err(Problem::new(Code::NotJson, "the body is empty")),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(items) => items.len(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &'b str> + '_ {
        let (one, many) = match self {
            Self::One(text) => (Some(*text), &[][..]),
            Self::Many(items) => (None, items.as_slice()),
        };
        one.into_iter().chain(many.iter().map(|item| item.get()))
    }
}

fn many(text: &str, max: usize) -> Result<Items<'_>, Problem> {
    let mut json = serde_json::Deserializer::from_str(text);
    let items = json.deserialize_seq(AtMost(max)).and_then(|items| json.end().map(|()| items));
    let items = items.map_err(|error| Problem::new(Code::NotJson, error.to_string()))?;
    items.map(Items::Many).ok_or_else(|| Problem::new(Code::TooLarge, format!("more than {max} items in one call")))
}

/// An array of at most so many items; none if there are more.
struct AtMost(usize);

impl<'de> Visitor<'de> for AtMost {
    type Value = Option<Vec<&'de RawValue>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of listings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            if items.len() <= self.0 {
                items.push(item);
            }
        }
        Ok(Some(items).filter(|items| items.len() <= self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_taken_apart() {
        let check = |body: &str, expected: Result<&[&str], &str>| {
            let items = Items::of(body.as_bytes(), 2);
            let found = items.map(|items| items.iter().map(str::to_owned).collect::<Vec<_>>()).map_err(|p| p.code);
            assert_eq!(found, expected.map(|e| e.iter().map(|s| (*s).to_owned()).collect()).map_err(str::to_owned));
        };
        check(" {\"id\":1} ", Ok(&["{\"id\":1}"]));
        check("[]", Ok(&[]));
        check(" [ {\"a\":[1]} , 2 ]", Ok(&["{\"a\":[1]}", "2"]));
        check("[1,2,3]", Err("too_large"));
        check("[1,2", Err("not_json"));
        check("[1] 2", Err("not_json"));
        check("", Err("not_json"));
        check("7", Err("not_json"));
        check(&"[".repeat(10_000), Err("not_json"));
    }
}
