//! Writes a list.

use std::io::{self, Write};

use serde_json::json;

use super::QUALITY_MIN;
use crate::entry::{Bank, Entry, State};

/// Form of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The columns of `threatexchange dataset --csv`, then ours.
    Csv,
    /// Lines `pdq HASH`, which `threatexchange` reads as a local file.
    Text,
    /// An object a line.
    Json,
}

const COLUMNS: [&str; 9] =
    ["signal_type", "signal_str", "collab", "category", "tags", "quality", "source", "brand", "product"];

/// Writes the hashes of entries that count; how many.
///
/// # Errors
/// Those of `out`.
pub fn write<'e>(entries: impl Iterator<Item = &'e Entry>, format: Format, out: &mut impl Write) -> io::Result<usize> {
    let mut count = 0;
    if format == Format::Csv {
        writeln!(out, "{}", COLUMNS.join(","))?;
    }
    for entry in entries.filter(|entry| is_signal(entry)) {
        let Some(pdq) = &entry.item.pdq else { continue };
        match format {
            Format::Text => writeln!(out, "pdq {pdq}")?,
            Format::Csv => out.write_all(&row(entry, pdq)?)?,
            Format::Json => writeln!(out, "{}", object(entry, pdq))?,
        }
        count += 1;
    }
    Ok(count)
}

/// What others can use: it counts here, and has enough in it.
fn is_signal(entry: &Entry) -> bool {
    let says = entry.item.quality.is_none_or(|quality| quality >= QUALITY_MIN);
    entry.state == State::Active && entry.item.bank != Bank::Logos && says
}

fn row(entry: &Entry, pdq: &str) -> io::Result<Vec<u8>> {
    let item = &entry.item;
    let quality = item.quality.map_or(String::new(), |quality| quality.to_string());
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record([
        "pdq",
        pdq,
        item.bank.name(),
        "POSITIVE_CLASS",
        &text(&item.tags),
        &quality,
        &text(&item.source),
        &text(&item.brand),
        &text(&item.product),
    ])?;
    writer.into_inner().map_err(|error| error.into_error())
}

fn object(entry: &Entry, pdq: &str) -> serde_json::Value {
    let item = &entry.item;
    json!({
        "signal_type": "pdq",
        "signal_str": pdq,
        "collab": item.bank.name(),
        "category": "POSITIVE_CLASS",
        "tags": item.tags.as_deref().map_or(Vec::new(), |tags| tags.split_whitespace().collect()),
        "quality": item.quality,
        "source": item.source,
        "brand": item.brand,
        "product": item.product,
    })
}
