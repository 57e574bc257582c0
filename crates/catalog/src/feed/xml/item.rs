//! One item: its elements become the fields of a draft.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::draft::Draft;
use crate::field::Field;
use crate::reject::{Fault, Reason};

/// State of the item being read; reused for the next one.
#[derive(Default)]
pub(super) struct Item {
    /// Elements open inside the item.
    depth: usize,
    /// Field of the outermost of them, and whether it has the Google prefix.
    field: Option<(Field, bool)>,
    /// Text of that element so far.
    text: String,
    /// Fields that were given with the prefix, as bits.
    prefixed: u32,
}

impl Item {
    /// Reads up to the item's end tag. The reader stands behind its start tag.
    pub(super) fn read(&mut self, reader: &mut Reader<&[u8]>, prefixes: &[String], draft: &mut Draft) {
        *self = Self { text: std::mem::take(&mut self.text), ..Self::default() };
        if let Err(fault) = self.read_elements(reader, prefixes, draft) {
            draft.fail(fault);
        }
    }

    fn read_elements(
        &mut self,
        reader: &mut Reader<&[u8]>,
        prefixes: &[String],
        draft: &mut Draft,
    ) -> Result<(), Fault> {
        loop {
            let event = reader.read_event().map_err(|error| Fault::row(Reason::NotXml, error.to_string()))?;
            match event {
                Event::Start(start) => self.start(&start, prefixes, draft)?,
                Event::Empty(start) => self.link(&start, draft),
                Event::Text(text) => self.push(&text.xml10_content()),
                Event::CData(text) => self.push(&text.xml10_content()),
                Event::GeneralRef(name) => self.push_reference(&name)?,
                Event::End(_) if self.depth == 0 => return Ok(()),
                Event::End(_) => self.end(draft),
                Event::Eof => return Err(Fault::row(Reason::NotXml, "the item is not closed")),
                _ => {}
            }
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, prefixes: &[String], draft: &mut Draft) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > draft.limits().depth {
            return Err(Fault::row(Reason::TooDeep, format!("nested deeper than {}", draft.limits().depth)));
        }
        if self.depth == 1 {
            self.text.clear();
            self.field = field(start, prefixes);
            self.link(start, draft);
        } else {
            self.break_line();
        }
        Ok(())
    }

    fn end(&mut self, draft: &mut Draft) {
        self.depth -= 1;
        if self.depth > 0 {
            return;
        }
        if let Some((field, prefixed)) = self.field.take() {
            let bit = 1 << field as u32;
            if prefixed && self.prefixed & bit == 0 {
                self.prefixed |= bit;
                draft.unset(field);
            }
            if prefixed || self.prefixed & bit == 0 {
                draft.add(field, &self.text);
            }
        }
    }

    /// Atom gives the offer's page as `<link href="..."/>`.
    fn link(&mut self, start: &BytesStart<'_>, draft: &mut Draft) {
        if self.depth > 1 || start.name().into_inner() != "link" {
            return;
        }
        let attribute = |name| start.try_get_attribute(name).ok().flatten();
        if attribute("rel").is_some_and(|rel| &*rel.value != "alternate") {
            return;
        }
        let Some(href) = attribute("href") else { return };
        if let Ok(link) = href.normalized_value(quick_xml::XmlVersion::Implicit1_0) {
            draft.add(Field::Link, &link);
        }
    }

    fn push(&mut self, text: &str) {
        if self.field.is_some() {
            self.text.push_str(text);
        }
    }

    fn push_reference(&mut self, name: &BytesRef<'_>) -> Result<(), Fault> {
        let unknown =
            || Fault::row(Reason::NotXml, format!("unknown entity &{};", name.chars().take(40).collect::<String>()));
        match name.resolve_char_ref().map_err(|_| unknown())? {
            Some(char) => self.push(char.encode_utf8(&mut [0; 4])),
            None => self.push(resolve_predefined_entity(name).ok_or_else(unknown)?),
        }
        Ok(())
    }

    /// The parts of a list's item (a question and its answer) stand on lines of their own.
    fn break_line(&mut self) {
        if self.field.is_some_and(|(field, _)| field.list().is_some() || field.is_structured()) {
            self.text.truncate(self.text.trim_end().len());
            if !self.text.is_empty() {
                self.text.push('\n');
            }
        }
    }
}

/// The field that an element of an item means, and whether its prefix is Google's.
fn field(start: &BytesStart<'_>, prefixes: &[String]) -> Option<(Field, bool)> {
    let (name, prefix) = start.name().decompose();
    match prefix.map(|prefix| prefix.into_inner()) {
        // Atom's own name for what Merchant Center calls a description.
        None if name.into_inner() == "summary" => Some((Field::Description, false)),
        None => Some((Field::from_name(name.into_inner())?, false)),
        Some(prefix) if prefixes.iter().any(|known| known == prefix) => {
            Some((Field::from_name(name.into_inner())?, true))
        }
        Some(_) => None,
    }
}
