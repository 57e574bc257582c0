//! `touchstone image`: all that is seen on a picture.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde::Serialize;
use touchstone_banks::Logos;
use touchstone_sight::logo::Found;
use touchstone_vision::decode::{Limits, grey_scaled, header};
use touchstone_vision::pdq::{SCALED_SIDE_MIN, full, scaled};
use touchstone_vision::{PixelBox, codes, masked, plain};

use crate::bank::Data;
use crate::console::{self, json_line};
use crate::looking::Looker;
use crate::photos::{Photo, Photos, reason};

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

/// `[x1, y1, x2, y2]` in pixels, half open.
type Corners = [u32; 4];

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
}

#[derive(Serialize)]
struct Kind {
    slug: &'static str,
    score: f64,
}

#[derive(Serialize)]
struct Text {
    text: String,
    score: f64,
    #[serde(rename = "box")]
    place: Corners,
}

#[derive(Serialize)]
struct Logo {
    brand: String,
    score: f64,
    #[serde(rename = "box")]
    place: Corners,
}

#[derive(Serialize)]
struct Code {
    kind: &'static str,
    value: String,
    #[serde(rename = "box")]
    place: Corners,
}

#[derive(Serialize)]
struct Mask {
    how: &'static str,
    score: f64,
    #[serde(rename = "box")]
    place: Corners,
}

pub(crate) fn run(args: &ImageArgs) -> Result<ExitCode> {
    let Verb::Inspect(InspectArgs { photos, data }) = &args.verb;
    let mut out = console::out();
    let looker = Looker::load(&photos.how.models)?;
    let mut logos = Logos::default();
    logos.index(&data.banks()?)?;
    photos.each(
        |path| inspect(path, &looker, &logos),
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
pub(crate) fn corners(place: &PixelBox) -> Corners {
    [place.x1, place.y1, place.x2, place.y2]
}

fn inspect(path: &Path, looker: &Looker, logos: &Logos) -> Result<Seen> {
    let Photo { bytes, sha256, picture } = Photo::read(path)?;
    let format = header(&bytes, &Limits::default())?.format;
    let small = grey_scaled(&bytes, &Limits::default(), SCALED_SIDE_MIN).ok();
    let fingerprint = full(&picture);
    let code = |code: codes::Code| Code { kind: code.kind.word(), value: code.value, place: corners(&code.place) };
    let mask = |mask: masked::Mask| Mask {
        how: mask.how.word(),
        score: f64::from(mask.score) / 1000.0,
        place: corners(&mask.place),
    };
    let logo = |found: Found| {
        let (score, place) = (f64::from(found.score) / 1000.0, corners(&found.place));
        Logo { brand: found.brand, score, place }
    };
    let text = |line: touchstone_sight::Line| {
        let (score, place) = (f64::from(line.confidence) / 1000.0, corners(&line.place));
        Text { text: line.text, score, place }
    };
    let kind = looker.kind(&picture)?.map(|(slug, score)| Kind { slug, score: f64::from(score) / 1000.0 });
    Ok(Seen {
        sha256,
        bytes: bytes.len(),
        format: format!("{format:?}").to_lowercase(),
        width: picture.width(),
        height: picture.height(),
        pdq_full: fingerprint.hash().to_string(),
        pdq_scaled: small.map(|small| scaled(&small.image).hash().to_string()),
        quality: fingerprint.quality(),
        placeholder: plain::is_placeholder(&picture),
        kind,
        text: looker.text(&picture)?.into_iter().map(text).collect(),
        logos: looker.logos(&picture, logos)?.into_iter().map(logo).collect(),
        codes: codes::read(&picture).into_iter().map(code).collect(),
        masks: masked::find(&picture).into_iter().map(mask).collect(),
    })
}
