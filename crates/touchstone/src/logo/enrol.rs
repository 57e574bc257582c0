//! `touchstone logo enrol`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use touchstone_banks::{Added, Bank, Item, NewItem, pictures};
use touchstone_sight::Eyes;
use touchstone_sight::logo::Shown;
use touchstone_vision::PixelBox;
use touchstone_vision::decode::Limits;

use crate::bank::{Data, Who, tell};
use crate::console::note;
use crate::looking;
use crate::mark::one_line;
use crate::photos::{self, How, reason};
use crate::style::{self, paint};

/// Bytes of a table of boxes, at most.
const BYTES_MAX: u64 = 16 << 20;
/// Logos that are made durable together.
const TOGETHER: usize = 32;
const COLUMNS: [&str; 6] = ["file", "brand", "x1", "y1", "x2", "y2"];

#[derive(Debug, Args)]
pub(crate) struct EnrolArgs {
    /// Table of boxes with a header: file, brand, x1, y1, x2, y2 (in pixels of the upright picture; left empty where the file,
    /// a picture or an SVG, shows the logo and nothing else).
    #[arg(value_name = "CSV")]
    table: PathBuf,
    /// Folder that the table's files lie in.
    #[arg(long, value_name = "DIR")]
    images: PathBuf,
    /// Whose logos these are: a register of marks, a catalogue.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    data: Data,
}

/// A box of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Boxed {
    row: u64,
    file: String,
    brand: String,
    /// None where the file shows the logo and nothing else.
    place: Option<PixelBox>,
}

/// A row of the table that can't be used.
type Bad = (u64, String);

pub(crate) fn run(args: &EnrolArgs) -> Result<ExitCode> {
    let (boxes, bad) = table(&args.table)?;
    let mut failed = bad.len();
    for (row, why) in &bad {
        told(args, *row, why);
    }
    let eyes = looking::eyes(&args.how.models)?;
    let photos = by_photo(&boxes);
    let files = photos.iter().map(|boxes| args.images.join(boxes.first().map_or("", |first| &first.file))).collect();
    let mut banks = args.data.banks()?;
    let (mut waiting, mut enrolled, mut before) = (Vec::new(), 0, 0);
    let mut write = |waiting: &mut Vec<NewItem>| -> Result<()> {
        for added in banks.add(std::mem::take(waiting), &args.who.act())? {
            *if matches!(added, Added::Before(..)) { &mut before } else { &mut enrolled } += 1;
        }
        tell(&mut banks);
        Ok(())
    };
    let number = std::collections::HashMap::<PathBuf, usize>::from_iter(paths(&photos, &args.images));
    let look = |path: &Path| look(args, &eyes, path, number.get(path).and_then(|n| photos.get(*n)).map_or(&[], |b| b));
    args.how.each(files, look, |_, seen| {
        for (row, new) in seen {
            match new {
                Ok(new) => waiting.push(new),
                Err(error) => {
                    failed += 1;
                    told(args, row, &reason(&error));
                }
            }
        }
        if waiting.len() >= TOGETHER { write(&mut waiting) } else { Ok(()) }
    })?;
    write(&mut waiting)?;
    let more = [(before, "there before"), (failed, "failed")];
    let more: String = more.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!(", {n} {what}")).collect();
    note(format_args!("{enrolled} logos enrolled{more}"));
    Ok(if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn told(args: &EnrolArgs, row: u64, why: &str) {
    let table = one_line(&args.table.to_string_lossy());
    note(format_args!("{} {table}, row {row}: {}", paint(style::ERROR, "error:"), one_line(why)));
}

fn paths<'b>(photos: &'b [Vec<Boxed>], images: &'b Path) -> impl Iterator<Item = (PathBuf, usize)> + 'b {
    let named = photos.iter().enumerate().filter_map(|(number, boxes)| Some((boxes.first()?, number)));
    named.map(|(first, number)| (images.join(&first.file), number))
}

/// The boxes of each photo, photos in the order in which the table first names them.
fn by_photo(boxes: &[Boxed]) -> Vec<Vec<Boxed>> {
    let mut photos: Vec<Vec<Boxed>> = Vec::new();
    let mut numbers = std::collections::HashMap::new();
    for each in boxes {
        let number = *numbers.entry(&each.file).or_insert(photos.len());
        if number == photos.len() {
            photos.push(Vec::new());
        }
        photos[number].push(each.clone());
    }
    photos
}

/// A file of the table, read and kept.
struct Read {
    sha256: String,
    shown: Shown,
}

impl Read {
    fn of(path: &Path, data: &Path) -> Result<Self> {
        let limits = Limits::default();
        let bytes = photos::bytes(path, limits.bytes_max)?;
        let shown = Shown::read(&bytes, &limits)?;
        let sha256 = photos::sha256(&bytes);
        pictures::keep(data, &sha256, &bytes)?;
        Ok(Self { sha256, shown })
    }
}

/// Sees every logo of a file. What can't be seen says why, with its row.
fn look(args: &EnrolArgs, eyes: &Eyes, path: &Path, boxes: &[Boxed]) -> Vec<(u64, Result<NewItem>)> {
    let read = Read::of(path, &args.data.data);
    let places: Vec<PixelBox> = boxes.iter().filter_map(|each| each.place).collect();
    let one = |each: &Boxed| match &read {
        Ok(read) => logo(args, eyes, path, read, each, &places),
        Err(error) => Err(anyhow!("{}: {}", each.file, reason(error))),
    };
    boxes.iter().map(|each| (each.row, one(each))).collect()
}

fn logo(args: &EnrolArgs, eyes: &Eyes, path: &Path, read: &Read, boxed: &Boxed, all: &[PixelBox]) -> Result<NewItem> {
    let place = boxed.place.map(|place| read.shown.within(place)).transpose().context("x1, y1, x2, y2")?;
    let enrolled = read.shown.enrol(&boxed.brand, place, all, eyes)?;
    let item = Item {
        brand: Some(boxed.brand.clone()),
        source: args.source.clone(),
        sha256: Some(read.sha256.clone()),
        size: read.shown.size(),
        place: place.as_ref().map(crate::image::corners),
        ..Item::new(Bank::Logos, path.to_string_lossy())
    };
    Ok(NewItem { item, features: enrolled.to_bytes(), like: None })
}

/// Reads a table of boxes; rows that can't be used are given back with their reason.
fn table(path: &Path) -> Result<(Vec<Boxed>, Vec<Bad>)> {
    let bytes = photos::text(path, BYTES_MAX)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes.as_slice());
    let named = || format!("cannot read {}", path.display());
    let header = reader.headers().with_context(named)?.clone();
    let column = |name: &str| header.iter().position(|h| h.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
    let mut columns = [0; 6];
    for (at, name) in columns.iter_mut().zip(COLUMNS) {
        *at = column(name).with_context(|| {
            format!("{}: the header has no column {name}; it should be {}", path.display(), COLUMNS.join(","))
        })?;
    }
    let (mut boxes, mut bad) = (Vec::new(), Vec::new());
    for (row, record) in (2..).zip(reader.records()) {
        match record.map_err(anyhow::Error::from).and_then(|record| boxed(row, &record, columns)) {
            Ok(boxed) => boxes.push(boxed),
            Err(error) => bad.push((row, reason(&error))),
        }
    }
    Ok((boxes, bad))
}

fn boxed(row: u64, record: &csv::StringRecord, columns: [usize; 6]) -> Result<Boxed> {
    let field = |n: usize| match record.get(columns[n]).filter(|text| !text.is_empty()) {
        Some(text) => Ok(text),
        None => bail!("{}: it is empty", COLUMNS[n]),
    };
    // Boxes are drawn by hand, some of them over the edge: what is left of it is no logo.
    let number = |n: usize| match field(n)?.parse::<f64>() {
        Ok(number) if number.abs() < 1e6 => Ok(number.round().max(0.0) as u32),
        _ => bail!("{}: no number of pixels", COLUMNS[n]),
    };
    let is_boxed = (2..6).any(|n| field(n).is_ok());
    let place = || anyhow::Ok(PixelBox { x1: number(2)?, y1: number(3)?, x2: number(4)?, y2: number(5)? });
    let place = is_boxed.then(place).transpose()?;
    if place.is_some_and(|place: PixelBox| place.area() == 0) {
        bail!("x1, y1, x2, y2: a box without pixels");
    }
    Ok(Boxed { row, file: field(0)?.to_owned(), brand: field(1)?.to_owned(), place })
}
