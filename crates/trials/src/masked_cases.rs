//! Pictures on which something is hidden, and honest ones, each with what is known about it.
//!
//! The half of the photos whose name's SHA-256 begins with an even byte is for fitting and choosing, the other for
//! reporting. Every photo gives its cases by itself, so they can be made on several threads and are always the same.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use sha2::{Digest, Sha256};
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::{Picture, PixelBox};

use crate::masked_draw::{Canvas, Chance};
use crate::masked_make::{HIDDEN, HONEST, Hidden, hide, honest, logo, place};

/// Which pictures are made.
#[derive(Debug, clap::Args)]
pub(crate) struct Source {
    /// Folder with `photos/` and `logos/flickr27.csv` in it
    #[arg(long)]
    pub(crate) data: PathBuf,
    /// Photos of garments, and as many with logos, of each half
    #[arg(long, default_value_t = 150)]
    pub(crate) photos: usize,
    /// Photos as they are, of garments and of groceries each, of each half
    #[arg(long, default_value_t = 400)]
    pub(crate) plain: usize,
    /// Threads
    #[arg(long, default_value_t = 1)]
    pub(crate) jobs: usize,
}

/// A picture with what is known about it.
pub(crate) struct Case {
    /// File it was made of.
    pub(crate) file: String,
    /// `clothing`, `logos`, `grocery` or `catalogue`.
    pub(crate) source: &'static str,
    /// One of [`HIDDEN`] or [`HONEST`], or `plain`.
    pub(crate) kind: &'static str,
    /// Where something is hidden.
    pub(crate) hidden: Option<PixelBox>,
    /// Whether it was blurred so little that it may still be read.
    pub(crate) weak: bool,
    /// As it would be uploaded.
    pub(crate) picture: Picture,
}

/// Whether a photo is for fitting and choosing.
pub(crate) fn is_tune(file: &str) -> bool {
    Sha256::digest(file.as_bytes())[0] % 2 == 0
}

/// A photo that cases are made of.
struct Photo {
    path: PathBuf,
    file: String,
    source: &'static str,
    /// Another photo, for collages.
    other: PathBuf,
    /// Marked logos on it.
    boxes: Vec<PixelBox>,
    plain: bool,
}

/// What was said of the cases of photos, with the photos' numbers.
type Told<T> = Vec<(usize, Vec<T>)>;

/// Makes all cases of one half, on several threads, and gives what `look` says of each, in order. Another `seed` draws
/// other pictures on the same photos.
///
/// # Errors
/// A photo that is not there or not read.
pub(crate) fn each_case<T: Send>(
    source: &Source,
    tune: bool,
    seed: &str,
    look: impl Fn(&Case) -> T + Sync,
) -> Result<Vec<T>> {
    let photos = photos(source, tune)?;
    let jobs = source.jobs.max(1);
    let work = |job: usize| -> Result<Told<T>> {
        let mine = photos.iter().enumerate().skip(job).step_by(jobs);
        mine.map(|(n, photo)| Ok((n, photo.cases(seed, &look)?))).collect()
    };
    let parts: Vec<Result<Told<T>>> = thread::scope(|scope| {
        let running: Vec<_> = (0..jobs).map(|job| scope.spawn(move || work(job))).collect();
        running.into_iter().map(|r| r.join().unwrap_or_else(|_| Err(anyhow!("a thread ended early")))).collect()
    });
    let mut all: Told<T> = parts.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    all.sort_by_key(|(n, _)| *n);
    Ok(all.into_iter().flat_map(|(_, said)| said).collect())
}

fn photos(source: &Source, tune: bool) -> Result<Vec<Photo>> {
    let mut all = Vec::new();
    let mut plain = |folder: &str, of: &'static str, count: usize, drawn: usize| -> Result<()> {
        let folder = source.data.join(folder);
        let names: Vec<String> = names(&folder)?.into_iter().filter(|f| is_tune(f) == tune).collect();
        let photo = |file: &String, other: &String, plain| Photo {
            path: folder.join(file),
            file: file.clone(),
            source: of,
            other: folder.join(other),
            boxes: Vec::new(),
            plain,
        };
        let files = spread(&names, drawn);
        let others = files.first().into_iter().chain(&files);
        all.extend(files.iter().zip(others).map(|(file, other)| photo(file, other, false)));
        all.extend(spread(&names, count).iter().map(|file| photo(file, file, true)));
        Ok(())
    };
    plain("photos/clothing", "clothing", source.plain, source.photos)?;
    plain("photos/grocery", "grocery", source.plain, 0)?;
    plain("photos/grocery_catalogue", "catalogue", source.plain, 0)?;
    let mut boxes = boxes(&source.data.join("logos/flickr27.csv"))?;
    let names: Vec<String> = boxes.keys().filter(|f| is_tune(f) == tune).cloned().collect();
    for file in spread(&names, source.photos) {
        let path = source.data.join("logos/flickr27").join(&file);
        let boxes = boxes.remove(&file).unwrap_or_default();
        all.push(Photo { other: path.clone(), path, file, source: "logos", boxes, plain: false });
    }
    Ok(all)
}

impl Photo {
    fn cases<T>(&self, seed: &str, look: impl Fn(&Case) -> T) -> Result<Vec<T>> {
        let photo = open(&self.path)?;
        if self.plain {
            return Ok(vec![look(&self.case("plain", None, photo))]);
        }
        let mut said = Vec::new();
        if self.source == "logos" {
            let picture = Canvas::of(&photo).jpeg(quality(&mut Chance::of(&format!("{}{seed}", self.file))))?;
            said.push(look(&self.case("untouched", None, picture)));
            let Some(part) = self.boxes.iter().find(|b| fits(&photo, b)) else { return Ok(said) };
            for kind in HIDDEN {
                said.push(look(&self.hidden(&photo, kind, seed, Some(*part))?));
            }
            return Ok(said);
        }
        let other = open(&self.other)?;
        for kind in HIDDEN {
            said.push(look(&self.hidden(&photo, kind, seed, None)?));
        }
        for kind in HONEST {
            let mut chance = Chance::of(&format!("{} {kind}{seed}", self.file));
            let picture = honest(Canvas::of(&photo), kind, &other, &mut chance).jpeg(quality(&mut chance))?;
            said.push(look(&self.case(kind, None, picture)));
        }
        Ok(said)
    }

    fn case(&self, kind: &'static str, hidden: Option<PixelBox>, picture: Picture) -> Case {
        Case { file: self.file.clone(), source: self.source, kind, hidden, weak: false, picture }
    }

    fn hidden(&self, photo: &Picture, kind: &'static str, seed: &str, at: Option<PixelBox>) -> Result<Case> {
        let mut chance = Chance::of(&format!("{} {kind}{seed}", self.file));
        let mut canvas = Canvas::of(photo);
        let part = at.unwrap_or_else(|| {
            let part = place(&canvas, &mut chance);
            logo(&mut canvas, part, &mut chance);
            part
        });
        let Hidden { canvas, part, weak } = hide(canvas, part, kind, &mut chance);
        Ok(Case { weak, ..self.case(kind, Some(part), canvas.jpeg(quality(&mut chance))?) })
    }
}

/// Whether a marked logo is neither too small nor too large to be hidden.
fn fits(photo: &Picture, b: &PixelBox) -> bool {
    let side = photo.width().max(photo.height());
    let (w, h) = (b.x2.saturating_sub(b.x1), b.y2.saturating_sub(b.y1));
    w.min(h) * 25 >= side && w.max(h) * 3 <= side
}

fn quality(chance: &mut Chance) -> i32 {
    chance.real(70.0, 95.9) as i32
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let hint = || format!("{}: is --data the folder with photos/ and logos/?", folder.display());
    let mut names = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, before)) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(hint)? {
            let entry = entry.with_context(hint)?;
            let name = format!("{before}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                folders.push((entry.path(), name + "/"));
            } else if name.ends_with(".jpg") {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// So many of them, evenly spread.
fn spread(files: &[String], count: usize) -> Vec<String> {
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
