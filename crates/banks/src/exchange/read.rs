//! Reads a list.

use std::collections::HashMap;

use serde_json::Value;
use touchstone_vision::pdq::{Full, Pdq};

use super::{Bad, List, QUALITY_MIN, Signal};

/// Bytes of a list, at most.
pub const BYTES_MAX: usize = 256 << 20;
/// Rows of a list, at most.
pub const ROWS_MAX: u64 = 2_000_000;
/// Bytes that a hash, a name or a tag may have.
const FIELD_MAX: usize = 4096;
/// A hash of the public algorithm sets about half of its bits; one that doesn't is of a plain picture, or invented.
const BITS_SET: std::ops::RangeInclusive<u32> = 64..=192;

/// What columns and keys are called. The first name that is there counts.
const HASH: &[&str] = &["signal_str", "pdq", "pdq_hash", "hash", "hashvalue", "hash_value", "indicator", "value"];
const KIND: &[&str] = &["signal_type", "signaltype", "hash_type", "hashtype", "type"];
const QUALITY: &[&str] = &["quality", "pdq_quality", "hash_quality"];
const SOURCE: &[&str] = &["source", "collab", "owner", "exchange"];
const CATEGORY: &[&str] = &["category", "status"];

/// Reads a list, whatever form it has; what can't be used is in it too.
pub fn read(bytes: &[u8]) -> List {
    let mut list = List::default();
    if bytes.len() > BYTES_MAX {
        return only(format!("{} bytes, at most {BYTES_MAX} are read", bytes.len()));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let at = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
        return only(format!("no UTF-8 text at byte {at}"));
    };
    let text = text.trim_start_matches('\u{feff}');
    match text.trim_start().chars().next() {
        None => return list,
        Some('[' | '{') => json(text, &mut list),
        Some(_) if is_lines(text) => lines(text, &mut list),
        Some(_) => csv(text, &mut list),
    }
    list
}

fn only(why: String) -> List {
    List { bad: vec![Bad { row: 1, field: String::new(), why }], ..List::default() }
}

/// Whether the first line with something in it is `HASH` or `KIND HASH`.
fn is_lines(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| !line.contains([',', ';', '\t']) && hash(line.rsplit(' ').next().unwrap_or(line)).is_ok())
}

fn lines(text: &str, list: &mut List) {
    for (row, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (kind, hash) = line.rsplit_once(' ').unwrap_or(("pdq", line));
        let fields = [("signal_type", kind.trim()), ("signal_str", hash)];
        let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
        if !take(row, &fields, list) {
            return;
        }
    }
}

fn csv(text: &str, list: &mut List) {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let delimiter = [b',', b';', b'\t'].into_iter().max_by_key(|d| first.bytes().filter(|b| b == d).count());
    let mut reader = csv::ReaderBuilder::new();
    let mut reader = reader
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(delimiter.unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut names: Option<Vec<String>> = None;
    for (row, record) in (1..).zip(reader.records()) {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                list.bad.push(Bad { row, field: String::new(), why: error.to_string() });
                continue;
            }
        };
        let Some(names) = &names else {
            let bare = record.get(0).is_some_and(|first| hash(first).is_ok());
            names = Some(header(&record, bare));
            if !bare && !names.iter().flatten().any(|name| HASH.contains(&name.as_str())) {
                let why = format!("no column of hashes: one has to be called {}", HASH.join(", "));
                list.bad.push(Bad { row, field: "header".to_owned(), why });
                return;
            }
            if bare && !take(row, &named(names.as_deref().unwrap_or_default(), &record), list) {
                return;
            }
            continue;
        };
        if !take(row, &named(names, &record), list) {
            return;
        }
    }
}

/// Names of the columns; those of the PDQ tools where there is no header.
fn header(record: &csv::StringRecord, bare: bool) -> Vec<String> {
    match bare {
        true => ["hash", "quality", "file"].map(str::to_owned).to_vec(),
        false => record.iter().map(str::to_lowercase).collect(),
    }
}

fn named(names: &[String], record: &csv::StringRecord) -> HashMap<String, String> {
    names.iter().cloned().zip(record.iter().map(str::to_owned)).collect()
}

fn json(text: &str, list: &mut List) {
    // One document, or a document a line: both are documents one after the other.
    let mut row = 0;
    for document in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let objects = match document {
            Ok(document) => objects(document),
            Err(error) => {
                list.bad.push(Bad { row: row + 1, field: String::new(), why: error.to_string() });
                return;
            }
        };
        for object in objects {
            row += 1;
            let Value::Object(object) = object else {
                list.bad.push(Bad { row, field: String::new(), why: "no object".to_owned() });
                continue;
            };
            let fields = object.into_iter().filter_map(|(name, value)| Some((name.to_lowercase(), plain(value)?)));
            if !take(row, &fields.collect(), list) {
                return;
            }
        }
    }
}

/// The records of a document.
fn objects(document: Value) -> Vec<Value> {
    match document {
        Value::Array(all) => all,
        Value::Object(mut object) => {
            let lists = ["data", "hashRecords", "records", "signals"];
            match lists.iter().find_map(|name| object.remove(*name)) {
                Some(Value::Array(all)) => all,
                _ => vec![Value::Object(object)],
            }
        }
        other => vec![other],
    }
}

/// A value as a text; lists of texts, such as tags, parted by blanks.
fn plain(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(all) => Some(all.into_iter().filter_map(plain).collect::<Vec<_>>().join(" ")),
        _ => None,
    }
}

/// Takes a row in. False: there are too many.
fn take(row: u64, fields: &HashMap<String, String>, list: &mut List) -> bool {
    if row > ROWS_MAX {
        let why = format!("more than {ROWS_MAX} rows: split the file");
        list.bad.push(Bad { row, field: String::new(), why });
        return false;
    }
    let kind = field(fields, KIND).map(|(_, kind)| kind.to_lowercase().replace(['_', '-', ' '], ""));
    if kind.is_some_and(|kind| !["pdq", "hashpdq", "imagepdq"].contains(&kind.as_str())) {
        list.others += 1;
        return true;
    }
    let category = field(fields, CATEGORY).map(|(_, category)| category.to_uppercase());
    let sure = ["POSITIVE_CLASS", "MALICIOUS", "CONFIRMED", "ACTIVE"];
    if category.is_some_and(|category| !sure.contains(&category.as_str())) {
        list.disputed += 1;
        return true;
    }
    match signal(row, fields) {
        Ok(signal) => list.signals.push(signal),
        Err(bad) => list.bad.push(bad),
    }
    true
}

/// The first of some fields that says something.
fn field<'f>(fields: &'f HashMap<String, String>, names: &[&'static str]) -> Option<(&'static str, &'f str)> {
    let mut said = names.iter().filter_map(|name| Some((*name, fields.get(*name)?.trim())));
    said.find(|(_, text)| !text.is_empty())
}

fn signal(row: u64, fields: &HashMap<String, String>) -> Result<Signal, Bad> {
    let bad = |field: &str, why: String| Bad { row, field: field.to_owned(), why };
    let (name, text) = field(fields, HASH).ok_or_else(|| bad("hash", "there is none".to_owned()))?;
    let pdq = hash(text).map_err(|why| bad(name, why))?;
    let quality = match field(fields, QUALITY) {
        None => None,
        Some((name, text)) => {
            let quality = text.parse::<u8>().ok().filter(|quality| *quality <= 100);
            Some(quality.ok_or_else(|| bad(name, "no number from 0 to 100".to_owned()))?)
        }
    };
    if let Some(low) = quality.filter(|quality| *quality < QUALITY_MIN) {
        return Err(bad("quality", format!("{low}: a hash under {QUALITY_MIN} matches anything plain")));
    }
    let text = |names: &[&'static str]| match field(fields, names) {
        Some((name, text)) if text.len() > FIELD_MAX => Err(bad(name, format!("more than {FIELD_MAX} bytes"))),
        found => Ok(found.map(|(_, text)| text.to_owned())),
    };
    Ok(Signal {
        row,
        pdq,
        quality,
        source: text(SOURCE)?,
        brand: text(&["brand"])?,
        product: text(&["product"])?,
        tags: text(&["tags", "labels"])?,
    })
}

fn hash(text: &str) -> Result<Pdq<Full>, String> {
    let pdq: Pdq<Full> = text.parse().map_err(|error: touchstone_vision::pdq::HexError| error.to_string())?;
    let set: u32 = pdq.bits().iter().map(|word| word.count_ones()).sum();
    if BITS_SET.contains(&set) { Ok(pdq) } else { Err(format!("{set} of 256 bits are set: the hash of nothing")) }
}
