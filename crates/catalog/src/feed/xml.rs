//! Merchant Center's XML: RSS 2.0 (`<item>`) and Atom 1.0 (`<entry>`), one bounded item at a time.
//!
//! Attributes are read from the Google namespace, whatever its prefix, and without prefix; where both are given the
//! prefixed one counts (an Atom entry has its own `<id>`). Elements inside an unknown element (`g:shipping`) are
//! ignored; inside a known one their text belongs to it. Repeated elements fill a list.
//!
//! Around the items only three things matter: the encoding, the namespaces, and that the root is closed in the end.

mod boundary;
mod item;

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::error::Halt;
use super::records::{Record, Records, blank_lines};
use super::{RowSource, Step};
use crate::draft::Draft;
use crate::limits::Limits;
use crate::reject::{Fault, Reason};
use boundary::Items;
use item::Item;

/// The namespace of Merchant Center's attributes.
const GOOGLE: &str = "http://base.google.com/ns/1.0";

/// Prefixes of that namespace that are remembered; one is enough, a second one is odd.
const PREFIXES_MAX: usize = 16;
/// Bytes of a prefix.
const PREFIX_BYTES_MAX: usize = 100;

const CUT_OFF: &str = "the file was cut off: fetch or write it again";

/// Items of an XML stream.
pub(super) struct Xml {
    records: Records<Items>,
    outside: Outside,
    item: Item,
}

/// What was seen outside of items.
#[derive(Default)]
struct Outside {
    root: Option<String>,
    root_closed: bool,
    any_item: bool,
    /// The first element that is an item but for its case or a prefix.
    almost_item: Option<String>,
    /// Prefixes of the Google namespace; `g` is one even where nobody declares it.
    prefixes: Vec<String>,
}

impl Xml {
    pub(super) fn new(input: Box<dyn Read + Send>, limits: &Limits) -> Self {
        let records = Records::new(input, Items::default(), limits.row_bytes, limits.broken_records);
        Self { records, outside: Outside { prefixes: vec!["g".into()], ..Outside::default() }, item: Item::default() }
    }
}

impl RowSource for Xml {
    fn next_row(&mut self, draft: &mut Draft) -> Result<Step, Halt> {
        let line = match self.records.advance()? {
            Record::Whole { bytes, line } => read_item(bytes, line, &mut self.outside, &mut self.item, draft)?,
            Record::Tail { bytes, line } => return self.outside.end(bytes, line),
            Record::Broken { line, unclosed } => {
                draft.fail(broken(unclosed, draft.limits().row_bytes));
                line
            }
        };
        self.outside.any_item = true;
        Ok(Step::Row { line: Some(line) })
    }
}

fn broken(unclosed: bool, bytes_max: usize) -> Fault {
    if unclosed {
        return Fault::row(Reason::NotXml, "a comment or CDATA section in the item is not closed");
    }
    Fault::row(Reason::TooLong, format!("the item has more than {bytes_max} bytes"))
}

/// Reads what stands before the item, then the item; gives the line on which the item starts.
fn read_item(bytes: &[u8], line: u64, outside: &mut Outside, item: &mut Item, draft: &mut Draft) -> Result<u64, Halt> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            outside.find_item(&mut reader(&String::from_utf8_lossy(bytes)))?.ok();
            let detail = format!("byte {} of the item is not UTF-8", error.valid_up_to() + 1);
            draft.fail(Fault::row(Reason::NotUtf8, detail));
            return Ok(line + blank_lines(bytes));
        }
    };
    let mut reader = reader(text);
    match outside.find_item(&mut reader)? {
        Ok(start) => {
            item.read(&mut reader, &outside.prefixes, draft);
            Ok(line + memchr::memchr_iter(b'\n', &bytes[..start]).count() as u64)
        }
        Err(fault) => {
            draft.fail(fault);
            Ok(line + blank_lines(bytes))
        }
    }
}

/// A reader of one piece of a document: end tags of elements that started before it are no error.
fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

impl Outside {
    /// Reads up to and including an item's start tag; gives the position where it starts.
    fn find_item(&mut self, reader: &mut Reader<&[u8]>) -> Result<Result<usize, Fault>, Halt> {
        loop {
            let position = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Err(error) => return Ok(Err(Fault::row(Reason::NotXml, error.to_string()))),
                Ok(Event::Eof) => return Ok(Err(Fault::row(Reason::NotXml, "an item ends that has not started"))),
                Ok(Event::Start(start)) if self.is_item(&start) => return Ok(Ok(position)),
                Ok(event) => self.see(&event)?,
            }
        }
    }

    /// Takes note of something that is no item.
    fn see(&mut self, event: &Event<'_>) -> Result<(), Halt> {
        match event {
            Event::Decl(declaration) => {
                let encoding = declaration.encoding().and_then(Result::ok);
                check_encoding(encoding.as_deref().unwrap_or("UTF-8"))
            }
            Event::Start(start) => {
                self.see_start(start);
                Ok(())
            }
            Event::Empty(start) => {
                self.root_closed |= self.root.is_none();
                self.see_start(start);
                Ok(())
            }
            Event::End(end) => {
                self.root_closed |= self.root.as_deref() == Some(end.name().into_inner());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn see_start(&mut self, start: &BytesStart<'_>) {
        if self.root.is_none() {
            self.root = Some(start.name().into_inner().to_owned());
        }
        let (local, name) = (start.local_name().into_inner(), start.name().into_inner());
        let is_item = ["item", "entry"].into_iter().any(|item| local.eq_ignore_ascii_case(item));
        if is_item && self.almost_item.is_none() && name.len() <= PREFIX_BYTES_MAX {
            self.almost_item = Some(name.to_owned());
        }
        self.see_namespaces(start);
    }

    fn see_namespaces(&mut self, start: &BytesStart<'_>) {
        // Unchecked: whether a name comes twice would be asked of each attribute about all before it.
        let mut attributes = start.attributes();
        attributes.with_checks(false);
        for attribute in attributes.flatten().filter(|attribute| &*attribute.value == GOOGLE) {
            let prefix = attribute.key.into_inner().strip_prefix("xmlns:").unwrap_or("");
            let known = prefix.is_empty() || self.prefixes.iter().any(|known| known == prefix);
            if !known && self.prefixes.len() < PREFIXES_MAX && prefix.len() <= PREFIX_BYTES_MAX {
                self.prefixes.push(prefix.to_owned());
            }
        }
    }

    /// Whether an item starts here; it may declare the namespace itself.
    fn is_item(&mut self, start: &BytesStart<'_>) -> bool {
        let is_item = matches!(start.name().into_inner(), "item" | "entry");
        if is_item && !start.attributes_raw().is_empty() {
            self.see_namespaces(start);
        }
        is_item
    }

    /// Says whether the document is complete, from what stands behind its last item.
    fn end(&mut self, bytes: &[u8], line: u64) -> Result<Step, Halt> {
        let text = String::from_utf8_lossy(bytes);
        let in_item = self.find_item(&mut reader(&text))?.is_ok();
        if in_item {
            return Err(Halt::content(Some(line), "the file ends inside an item", CUT_OFF));
        }
        match &self.root {
            None => Err(Halt::content(Some(line), "no XML element", "Merchant Center's XML is RSS 2.0 or Atom 1.0")),
            Some(root) if !self.root_closed => {
                Err(Halt::content(Some(line), format!("the file ends before </{root}>"), CUT_OFF))
            }
            Some(_) if !self.any_item && self.almost_item.is_some() => {
                let name = self.almost_item.as_deref().unwrap_or_default();
                let hint = "write items as <item> or <entry>, in lower case and without a prefix";
                Err(Halt::content(Some(line), format!("no <item> or <entry>, only <{name}>"), hint))
            }
            Some(root) if !self.any_item && !matches!(root.as_str(), "rss" | "feed" | "rdf:RDF") => {
                let detail = format!("no <item> or <entry> in <{root}>");
                Err(Halt::content(Some(line), detail, "Merchant Center's XML is RSS 2.0 or Atom 1.0"))
            }
            Some(_) => Ok(Step::End),
        }
    }
}

fn check_encoding(encoding: &str) -> Result<(), Halt> {
    if ["utf-8", "utf8", "us-ascii"].into_iter().any(|known| encoding.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    let encoding: String = encoding.chars().take(40).collect();
    let hint = "save it as UTF-8 and declare encoding=\"UTF-8\"";
    Err(Halt::content(None, format!("the encoding is {encoding}, only UTF-8 is read"), hint))
}
