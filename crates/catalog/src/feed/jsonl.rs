//! JSON lines: one object per line, read in one pass and without a tree.
//!
//! Names that are not fields are skipped. Lists may be given as one value, reviews and questions as objects with
//! `text` and `answer`. A name that comes twice counts as given last.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::io::Read;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::error::Halt;
use super::{Newline, Record, Records, RowSource, Step};
use crate::draft::Draft;
use crate::field::Field;
use crate::limits::Limits;
use crate::reject::{Fault, Reason};
use crate::seller::SellerRecord;

/// A stream of JSON lines.
pub(crate) struct Jsonl(Records<Newline>);

impl Jsonl {
    pub(crate) fn new(input: Box<dyn Read + Send>, limits: &Limits) -> Self {
        Self(Records::new(input, Newline::default(), limits.row_bytes, limits.broken_records))
    }
}

impl RowSource for Jsonl {
    fn next_row(&mut self, draft: &mut Draft) -> Result<Step, Halt> {
        loop {
            let line = match self.0.advance()? {
                Record::Tail { .. } => return Ok(Step::End),
                Record::Whole { bytes, .. } if bytes.trim_ascii().is_empty() => continue,
                Record::Whole { bytes, line } => {
                    read_row(bytes.trim_ascii(), draft);
                    line
                }
                Record::Broken { line, .. } => {
                    let detail = format!("the line has more than {} bytes", draft.limits().row_bytes);
                    draft.fail(Fault::row(Reason::TooLong, detail));
                    line
                }
            };
            return Ok(Step::Row { line: Some(line) });
        }
    }
}

/// Reads one object into the draft; a name that comes twice counts as given last.
fn read_row(bytes: &[u8], draft: &mut Draft) {
    read(bytes, draft, None);
}

/// Reads one object into the draft; a name that comes twice is a fault.
pub(super) fn read_strictly(bytes: &[u8], draft: &mut Draft) {
    read(bytes, draft, Some(HashSet::new()));
}

fn read(bytes: &[u8], draft: &mut Draft, seen: Option<HashSet<String>>) {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let detail = format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1);
            return draft.fail(Fault::row(Reason::NotUtf8, detail));
        }
    };
    let depth = draft.limits().depth;
    if exceeds_depth(bytes, depth) {
        return draft.fail(Fault::row(Reason::TooDeep, format!("nested deeper than {depth}")));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Row { draft, seen }.deserialize(&mut json).and_then(|()| json.end());
    match read {
        Err(error) if error.is_data() => draft.fail(Fault::row(Reason::NotJson, error.to_string())),
        Err(error) => draft.fail_instead(Fault::row(Reason::NotJson, error.to_string())),
        Ok(()) => {}
    }
}

/// Adds the items of a JSON array to a list; what is no JSON is one text.
pub(super) fn add_list(field: Field, text: &str, draft: &mut Draft) {
    let depth = draft.limits().depth;
    if exceeds_depth(text.as_bytes(), depth) || serde_json::from_str::<IgnoredAny>(text).is_err() {
        return draft.add(field, text);
    }
    let value = Value { field, draft: &mut *draft, is_item: false };
    let read = serde_json::Deserializer::from_str(text).deserialize_any(value);
    if let Err(error) = read {
        draft.fail(Fault::field(field, Reason::WrongType, error.to_string()));
    }
}

/// Whether arrays and objects are nested deeper than `depth`. What is no JSON gets some answer.
pub(crate) fn exceeds_depth(json: &[u8], depth: usize) -> bool {
    let (mut position, mut open) = (0, 0_usize);
    while let Some(byte) = json.get(position) {
        match byte {
            b'"' => position = string_end(json, position + 1),
            b'{' | b'[' if open == depth => return true,
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        position += 1;
    }
    false
}

/// Position of the quote that ends the string which starts at `position`.
fn string_end(json: &[u8], mut position: usize) -> usize {
    while let Some(found) = json.get(position..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        position += found;
        if json[position] == b'"' {
            return position;
        }
        position += 2;
    }
    json.len()
}

/// The object of a row.
struct Row<'d> {
    draft: &'d mut Draft,
    /// Names so far, where none may come twice.
    seen: Option<HashSet<String>>,
}

impl Row<'_> {
    /// Two names of one field are one name.
    fn see(&mut self, name: &Name<'_>) {
        let Some(seen) = &mut self.seen else { return };
        let shown: &str = match name.field {
            Some(field) if !field.gathers() => field.name(),
            _ => &name.written,
        };
        if !seen.insert(shown.to_owned()) {
            let shown: String = shown.chars().take(40).collect();
            self.draft.fail(Fault::row(Reason::NameTwice, format!("{shown:?} is given twice")));
        }
    }
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a listing as one JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<Name>()? {
            self.see(&name);
            match name.field {
                Some(field) => map.next_value_seed(Value { field, draft: self.draft, is_item: false })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A name, and the field that it means, if any.
struct Name<'de> {
    field: Option<Field>,
    /// As it is written; kept only where it means no field, or one of several.
    written: Cow<'de, str>,
}

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct NameVisitor;
        impl<'de> Visitor<'de> for NameVisitor {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Name<'de>, E> {
                Ok(Name { field: Field::from_name(name), written: Cow::Borrowed(name) })
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<'de>, E> {
                let field = Field::from_name(name);
                let written = if field.is_none_or(Field::gathers) { name.to_owned() } else { String::new() };
                Ok(Name { field, written: Cow::Owned(written) })
            }
        }
        json.deserialize_identifier(NameVisitor)
    }
}

/// The value of a field. A value of a type that the field can't have becomes the row's fault.
struct Value<'d> {
    field: Field,
    draft: &'d mut Draft,
    /// Whether this is an item of a list, which is no list itself.
    is_item: bool,
}

impl Value<'_> {
    fn wrong_type(self, found: &str) {
        // What nobody could read says nothing.
        if self.field.gathers() {
            return;
        }
        let name = self.field.name();
        self.draft.fail(Fault::field(self.field, Reason::WrongType, format!("{name} is {found}")));
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        if !self.is_item && !self.field.gathers() {
            self.draft.unset(self.field);
        }
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value for {}", self.field.name())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.draft.add(self.field, text);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.wrong_type(if value { "true" } else { "false" });
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.draft.add(self.field, itoa::Buffer::new().format(number));
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.draft.add(self.field, itoa::Buffer::new().format(number));
        Ok(())
    }

    /// Only where a float can't be a code that lost its last digits.
    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        let is_price = matches!(self.field, Field::Price | Field::SalePrice);
        match is_price || self.field.list().is_some() {
            true => self.draft.add(self.field, &number.to_string()),
            false => self.wrong_type("a number with decimals or too many digits"),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let field = self.field;
        if self.is_item || (field.list().is_none() && !field.first_counts()) {
            self.wrong_type("a list");
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        while seq.next_element_seed(Value { field, draft: &mut *self.draft, is_item: true })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.field {
            Field::Seller => {
                let record = SellerRecord::deserialize(MapAccessDeserializer::new(map)).inspect_err(|error| {
                    self.draft.fail(Fault::field(Field::Seller, Reason::BadSeller, error.to_string()));
                })?;
                self.draft.set_seller(&record);
            }
            field if field.gathers() || field.is_structured() => {
                let text = told(map).inspect_err(|error| {
                    self.draft.fail(Fault::field(field, Reason::WrongType, error.to_string()));
                })?;
                self.draft.add(field, &text);
            }
            field if field.list().is_some() => {
                let text = said(map).inspect_err(|error| {
                    self.draft.fail(Fault::field(field, Reason::WrongType, error.to_string()));
                })?;
                self.draft.add(field, &text);
            }
            _ => {
                self.wrong_type("an object");
                IgnoredAny.visit_map(map)?;
            }
        }
        Ok(())
    }
}

/// The texts of a detail's parts, one a line; where a text comes from is none.
fn told<'de, A: MapAccess<'de>>(mut map: A) -> Result<String, A::Error> {
    let mut lines = Vec::new();
    while let Some(name) = map.next_key::<String>()? {
        let value = map.next_value::<serde_json::Value>()?;
        lines.extend(value.as_str().filter(|_| name != "digital_source_type").map(str::to_owned));
    }
    Ok(lines.join("\n"))
}

/// A review or question given as an object: its text, and what was answered on the next line.
fn said<'de, A: MapAccess<'de>>(mut map: A) -> Result<String, A::Error> {
    let (mut text, mut answer) = (String::new(), String::new());
    while let Some(name) = map.next_key::<String>()? {
        match name.as_str() {
            "text" => text = map.next_value::<Option<String>>()?.unwrap_or_default(),
            "answer" => answer = map.next_value::<Option<String>>()?.unwrap_or_default(),
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    if !answer.trim().is_empty() {
        text.push('\n');
        text.push_str(&answer);
    }
    Ok(text)
}
