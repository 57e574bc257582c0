//! How often a hidden logo is found, and how often an honest picture is taken for one.
//!
//! The pictures are made here: on photos of garments something like a logo is drawn where one would be, on photos with
//! marked logos the real one is taken, and it is hidden in each of the ways of [`HIDDEN`]; beside them stand the honest
//! pictures of [`HONEST`]. All are written as JPEG of quality 70 to 95 and read again. A hidden logo counts as found
//! when a reported place covers a quarter of it or overlaps it by a fifth; any place at all on an honest picture is a
//! false one. The half of the photos whose name's SHA-256 begins with an even byte chose the thresholds.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::masked::{Mask, find};
use touchstone_vision::{Picture, PixelBox};

use crate::masked_draw::{Canvas, Chance};
use crate::masked_make::{HIDDEN, HONEST, hide, honest, logo, place};

/// What to measure on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with `photos/clothing/` and `logos/flickr27.csv` in it
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// Photos of garments, and as many with logos
    #[arg(long, default_value_t = 150)]
    pub(crate) photos: usize,
    /// Only this half: `tune` or `held`
    #[arg(long)]
    pub(crate) half: Option<String>,
    /// Write pictures that were taken wrongly into this folder
    #[arg(long)]
    pub(crate) write: Option<PathBuf>,
}

/// A picture with what is known about it.
pub(crate) struct Case {
    /// File it was made of.
    pub(crate) file: String,
    /// `clothing` or `logos`.
    pub(crate) source: &'static str,
    /// One of [`HIDDEN`] or [`HONEST`].
    pub(crate) kind: &'static str,
    /// Where something is hidden.
    pub(crate) hidden: Option<PixelBox>,
    /// As it would be uploaded.
    pub(crate) picture: Picture,
}

/// Whether a photo is for choosing thresholds.
pub(crate) fn is_tune(file: &str) -> bool {
    Sha256::digest(file.as_bytes())[0] % 2 == 0
}

/// Runs over all cases and prints a table.
///
/// # Errors
/// A photo that is not there or not read.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut tally: BTreeMap<(bool, &str, &str, bool), (usize, usize)> = BTreeMap::new();
    let (mut spent, mut seen) = (Duration::ZERO, 0);
    cases(args, &mut |case| {
        let start = Instant::now();
        let masks = find(&case.picture);
        spent += start.elapsed();
        seen += 1;
        let is_hit = case.hidden.map_or(!masks.is_empty(), |place| masks.iter().any(|m| covers(&m.place, &place)));
        let entry = tally.entry((is_tune(&case.file), case.source, case.kind, case.hidden.is_some())).or_default();
        entry.0 += usize::from(is_hit);
        entry.1 += 1;
        if let Some(folder) = args.write.as_deref().filter(|_| is_hit != case.hidden.is_some()) {
            write(folder, &case, &masks)?;
        }
        Ok(())
    })?;
    report(&tally, out)?;
    writeln!(out, "\n{seen} pictures, {:.2} ms each", spent.as_secs_f64() * 1e3 / f64::from(seen.max(1)))?;
    Ok(())
}

fn covers(found: &PixelBox, hidden: &PixelBox) -> bool {
    let meet = found.meet(hidden).area();
    found.overlap(hidden) >= 0.2 || (meet * 4 >= hidden.area() && found.area() <= 4 * hidden.area())
}

fn report(tally: &BTreeMap<(bool, &str, &str, bool), (usize, usize)>, out: &mut impl Write) -> Result<()> {
    writeln!(out, "| half | source | kind | of | fired | share |\n|---|---|---|---|---|---|")?;
    let mut sums: BTreeMap<(bool, bool, &str), (usize, usize)> = BTreeMap::new();
    for ((tune, source, kind, is_hidden), (hit, of)) in tally {
        let half = if *tune { "tune" } else { "held" };
        writeln!(out, "| {half} | {source} | {kind} | {of} | {hit} | {:.1} % |", 100.0 * *hit as f64 / *of as f64)?;
        for group in ["all", kind.split('-').next().unwrap_or(kind)] {
            let sum = sums.entry((*tune, *is_hidden, group)).or_default();
            *sum = (sum.0 + hit, sum.1 + of);
        }
    }
    writeln!(out, "\n| half | group | of | fired | share |\n|---|---|---|---|---|")?;
    for ((tune, is_hidden, group), (hit, of)) in sums {
        let (half, what) = (if tune { "tune" } else { "held" }, if is_hidden { "hidden" } else { "honest" });
        writeln!(out, "| {half} | {what}: {group} | {of} | {hit} | {:.1} % |", 100.0 * hit as f64 / of as f64)?;
    }
    Ok(())
}

fn write(folder: &Path, case: &Case, masks: &[Mask]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut canvas = Canvas::of(&case.picture);
    let mut frame = |b: &PixelBox, colour| {
        let (x1, y1, x2, y2) = (b.x1 as f32, b.y1 as f32, b.x2 as f32, b.y2 as f32);
        for (from, to) in [((x1, y1), (x2, y1)), ((x2, y1), (x2, y2)), ((x2, y2), (x1, y2)), ((x1, y2), (x1, y1))] {
            canvas.stroke(from, to, 1.5, colour, 1.0);
        }
    };
    case.hidden.iter().for_each(|b| frame(b, [0, 255, 0]));
    masks.iter().for_each(|m| frame(&m.place, [255, 0, 255]));
    let how = masks.first().map_or("none", |m| m.how.word());
    let stem = case.file.trim_end_matches(".jpg");
    let name = format!("{}_{how}_{}.ppm", case.kind, &stem[..stem.len().min(12)]);
    let mut bytes = format!("P6\n{} {}\n255\n", canvas.width, canvas.height).into_bytes();
    bytes.extend(&canvas.rgb);
    fs::write(folder.join(name), bytes)?;
    Ok(())
}

/// Makes all cases, one after another.
///
/// # Errors
/// A photo that is not there or not read, or what `each` says.
pub(crate) fn cases(args: &Args, each: &mut dyn FnMut(Case) -> Result<()>) -> Result<()> {
    let wanted = |file: &str| args.half.as_deref().is_none_or(|half| (half == "tune") == is_tune(file));
    let folder = args.data.join("photos/clothing");
    let files = spread(names(&folder)?.into_iter().filter(|f| wanted(f)).collect(), args.photos);
    let mut other = open(&folder.join(files.first().context("no photos")?))?;
    for file in &files {
        let photo = open(&folder.join(file))?;
        for kind in HIDDEN {
            each(hidden(&photo, file, "clothing", kind, None)?)?;
        }
        for kind in HONEST {
            let mut chance = Chance::of(&format!("{file} {kind}"));
            let picture = honest(Canvas::of(&photo), kind, &other, &mut chance).jpeg(quality(&mut chance))?;
            each(Case { file: file.clone(), source: "clothing", kind, hidden: None, picture })?;
        }
        other = photo;
    }
    logos(args, &wanted, each)
}

fn logos(args: &Args, wanted: &dyn Fn(&str) -> bool, each: &mut dyn FnMut(Case) -> Result<()>) -> Result<()> {
    let boxes = boxes(&args.data.join("logos/flickr27.csv"))?;
    let files = spread(boxes.keys().filter(|f| wanted(f)).cloned().collect(), args.photos);
    for file in &files {
        let photo = open(&args.data.join("logos/flickr27").join(file))?;
        let picture = Canvas::of(&photo).jpeg(quality(&mut Chance::of(file)))?;
        each(Case { file: file.clone(), source: "logos", kind: "untouched", hidden: None, picture })?;
        let side = photo.width().max(photo.height());
        let fits = |b: &&PixelBox| {
            let (w, h) = (b.x2.saturating_sub(b.x1), b.y2.saturating_sub(b.y1));
            w.min(h) * 25 >= side && w.max(h) * 3 <= side
        };
        if let Some(place) = boxes[file].iter().find(fits) {
            for kind in HIDDEN {
                each(hidden(&photo, file, "logos", kind, Some(*place))?)?;
            }
        }
    }
    Ok(())
}

fn hidden(photo: &Picture, file: &str, source: &'static str, kind: &'static str, at: Option<PixelBox>) -> Result<Case> {
    let mut chance = Chance::of(&format!("{file} {kind}"));
    let mut canvas = Canvas::of(photo);
    let part = at.unwrap_or_else(|| {
        let part = place(&canvas, &mut chance);
        logo(&mut canvas, part, &mut chance);
        part
    });
    let (canvas, part) = hide(canvas, part, kind, &mut chance);
    Ok(Case { file: file.into(), source, kind, hidden: Some(part), picture: canvas.jpeg(quality(&mut chance))? })
}

fn quality(chance: &mut Chance) -> i32 {
    chance.real(70.0, 95.9) as i32
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let hint = || format!("{}: is --data the folder with photos/ and logos/?", folder.display());
    let entries = fs::read_dir(folder).with_context(hint)?;
    let mut names: Vec<String> = entries.filter_map(|e| e.ok()?.file_name().into_string().ok()).collect();
    names.retain(|name| name.ends_with(".jpg"));
    names.sort();
    Ok(names)
}

/// So many of them, evenly spread.
fn spread(files: Vec<String>, count: usize) -> Vec<String> {
    let step = (files.len() as f64 / count.max(1) as f64).max(1.0);
    (0..count).filter_map(|n| files.get((n as f64 * step) as usize).cloned()).collect()
}

fn open(path: &Path) -> Result<Picture> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    decode(&bytes, &Limits::default()).with_context(|| path.display().to_string())
}

fn boxes(csv: &Path) -> Result<BTreeMap<String, Vec<PixelBox>>> {
    let text = fs::read_to_string(csv).with_context(|| csv.display().to_string())?;
    let mut boxes: BTreeMap<String, Vec<PixelBox>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |n: usize| fields.get(n).and_then(|f| f.trim().parse::<u32>().ok());
        if let (Some(x1), Some(y1), Some(x2), Some(y2)) = (number(2), number(3), number(4), number(5)) {
            boxes.entry(fields[0].to_owned()).or_default().push(PixelBox { x1, y1, x2, y2 });
        }
    }
    Ok(boxes)
}
