//! `touchstone image`: all that is seen on a picture.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;
use touchstone_gallery::{Gallery, Inspected};
use touchstone_signals::pictures::{self, Place};
use touchstone_vision::PixelBox;

use crate::bank::Data;
use crate::console::{self, json_line};
use crate::looking::eyes_if_any;
use crate::photos::{self, Photos, reason};

#[derive(Debug, Args)]
pub(crate) struct ImageArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Print one JSON object a picture: hashes, size, quality, kind, text, logos, codes, hidden places.
    Inspect(InspectArgs),
}

#[derive(Debug, Args)]
struct InspectArgs {
    #[command(flatten)]
    photos: Photos,
    #[command(flatten)]
    data: Data,
}

/// What is printed of one file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(flatten)]
    seen: Option<Seen>,
}

#[derive(Serialize)]
struct Seen {
    sha256: String,
    bytes: usize,
    format: String,
    width: u32,
    height: u32,
    pdq_full: String,
    pdq_scaled: Option<String>,
    /// How much there is in the picture, 0 to 100: under 50 its hashes say nothing.
    quality: u8,
    /// Nothing is on it.
    placeholder: bool,
    /// Slug of the kind of goods that it shows, where that is sure.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Kind>,
    /// Lines of text, in reading order; none where there are no models.
    text: Vec<Text>,
    /// Enrolled logos, best first; none where there are no models.
    logos: Vec<Logo>,
    codes: Vec<Code>,
    masks: Vec<Mask>,
    /// Entries of the banks that it is a copy of, best first.
    copies: Vec<Copy>,
}

#[derive(Serialize)]
struct Kind {
    slug: String,
    score: f64,
}

#[derive(Serialize)]
struct Text {
    text: String,
    score: f64,
    #[serde(rename = "box")]
    place: Place,
}

#[derive(Serialize)]
struct Logo {
    brand: String,
    score: f64,
    #[serde(rename = "box")]
    place: Place,
}

#[derive(Serialize)]
struct Code {
    kind: String,
    value: String,
    #[serde(rename = "box")]
    place: Place,
}

#[derive(Serialize)]
struct Mask {
    how: String,
    score: f64,
    #[serde(rename = "box")]
    place: Place,
}

#[derive(Serialize)]
struct Copy {
    bank: String,
    brand: Option<String>,
    /// Id of the entry.
    entry: String,
    score: f64,
    #[serde(rename = "box")]
    place: Place,
    /// The part of the entry that is seen there.
    reference: Place,
}

pub(crate) fn run(args: &ImageArgs) -> Result<ExitCode> {
    let Verb::Inspect(InspectArgs { photos, data }) = &args.verb;
    let mut out = console::out();
    let gallery = Gallery::with_eyes(eyes_if_any(&photos.how.models)?, &data.data)?;
    photos.each(
        |path| inspect(path, &gallery),
        |path, seen| {
            let file = path.to_string_lossy();
            let (seen, error) = match seen {
                Ok(seen) => (Some(seen), None),
                Err(error) => (None, Some(reason(&error))),
            };
            Ok(json_line(&mut out, &Line { file: &file, error, seen })?)
        },
    )?;
    std::io::Write::flush(&mut out)?;
    Ok(ExitCode::SUCCESS)
}

/// The four numbers of a place.
pub(crate) fn corners(place: &PixelBox) -> Place {
    [place.x1, place.y1, place.x2, place.y2]
}

fn inspect(path: &Path, gallery: &Gallery) -> Result<Seen> {
    let bytes = photos::bytes(path, gallery.bytes_max())?;
    let Inspected { format, hashes, seen, facts } = gallery.inspect(&bytes)?;
    Ok(Seen {
        sha256: facts.hash,
        bytes: bytes.len(),
        format: format!("{format:?}").to_lowercase(),
        width: facts.width,
        height: facts.height,
        pdq_full: hashes.all[0].to_string(),
        pdq_scaled: seen.features.map(|features| features.fingerprint().0.to_string()),
        quality: hashes.quality,
        placeholder: facts.placeholder,
        kind: facts.kind.map(|kind| Kind { slug: kind.slug, score: share(kind.score) }),
        text: facts.texts.into_iter().map(Text::from).collect(),
        logos: facts.logos.into_iter().map(Logo::from).collect(),
        codes: facts.codes.into_iter().map(Code::from).collect(),
        masks: facts.masks.into_iter().map(Mask::from).collect(),
        copies: facts.copies.into_iter().map(Copy::from).collect(),
    })
}

fn share(permille: u16) -> f64 {
    f64::from(permille) / 1000.0
}

impl From<pictures::TextLine> for Text {
    fn from(line: pictures::TextLine) -> Self {
        Self { text: line.text, score: share(line.confidence), place: line.place }
    }
}

impl From<pictures::Logo> for Logo {
    fn from(logo: pictures::Logo) -> Self {
        Self { brand: logo.brand, score: share(logo.score), place: logo.place }
    }
}

impl From<pictures::Code> for Code {
    fn from(code: pictures::Code) -> Self {
        Self { kind: code.kind, value: code.value, place: code.place }
    }
}

impl From<pictures::Mask> for Mask {
    fn from(mask: pictures::Mask) -> Self {
        Self { how: mask.how, score: share(mask.score), place: mask.place }
    }
}

impl From<pictures::Copy> for Copy {
    fn from(copy: pictures::Copy) -> Self {
        let pictures::Copy { bank, brand, entry, place, reference, score } = copy;
        Self { bank, brand, entry, score: share(score), place, reference }
    }
}
