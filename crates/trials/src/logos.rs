//! Logos: crops and whole photos of enrolled brands, crops of brands that are not, and photos without a logo.
//!
//! Photos of a brand stand in the list in the order of their subsets, five photos each: two subsets are enrolled, the
//! third is asked. For the open question, a third of the brands at a time is left out and asked.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Args;
use touchstone_sight::Eyes;
use touchstone_sight::logo::{Enrolled, Found, LogoSet, Read};
use touchstone_vision::decode::{self, Limits};
use touchstone_vision::{Picture, PixelBox, drawing};

use crate::copies::is_tune;

/// Score from which the platform stands behind a logo.
const STANDS_BEHIND: u16 = 500;
/// Photos of a brand in a subset.
const SUBSET: usize = 5;
/// Boxes that are enrolled of a photo: more are of the same print.
const BOXES_MAX: usize = 3;
/// Parts of the brands that are left out in turn.
const TURNS: usize = 3;

/// Both errors of logos.
#[derive(Debug, Args)]
pub(crate) struct Logos {
    /// Folder with `logos/flickr27.csv`, `logos/flickr27/` and `photos/`.
    #[arg(long)]
    data: PathBuf,
    /// Folder of the models.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Photos without a logo, of each kind.
    #[arg(long, default_value_t = 150)]
    photos: usize,
    /// Ask only every so many-th crop and photo.
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Weigh every window: what the quick search is measured by.
    #[arg(long)]
    slow: bool,
    /// Read the text on logos and photos, too.
    #[arg(long)]
    read: bool,
    /// Enrol the drawings of this folder, `<brand>.svg`, instead of boxes on photos.
    #[arg(long)]
    drawings: Option<PathBuf>,
    /// Write every answer to this file, one line each.
    #[arg(long)]
    answers: Option<PathBuf>,
}

struct Photo {
    file: String,
    brand: String,
    boxes: Vec<PixelBox>,
    enrolled: bool,
}

/// What was asked, what it is, and the answer, surest first.
#[derive(Clone)]
struct Answer {
    file: String,
    truth: Option<String>,
    found: Vec<Found>,
    /// What the gate of the pass would go by.
    glimpse: Option<f32>,
}

impl Answer {
    /// The surest score, and whether it is for the right brand.
    fn top(&self) -> (u16, bool) {
        self.found.first().map_or((0, false), |first| (first.score, Some(&first.brand) == self.truth.as_ref()))
    }
}

impl Logos {
    pub(crate) fn run(self, out: &mut impl Write) -> Result<()> {
        let eyes = Eyes::open(&self.models)?;
        let mut photos = listed(&self.data.join("logos/flickr27.csv"))?;
        let logos = self.see(&photos, &eyes)?;
        photos.retain(|photo| logos.iter().any(|logo| logo.brand() == photo.brand));
        let all = set(&logos, |_| true);
        let began = Instant::now();
        all.find(&Picture::new(32, 32, vec![0; 3 * 32 * 32]).context("a picture")?, &eyes)?;
        writeln!(out, "enrolled {} logos; solved in {} ms", logos.len(), began.elapsed().as_millis())?;
        let crops = self.crops(&photos, &all, &eyes, |_| true)?;
        let mut strangers = Vec::new();
        for turn in 0..TURNS {
            let brands: Vec<&String> = brands(&photos).into_iter().skip(turn).step_by(TURNS).collect();
            let fewer = set(&logos, |brand| !brands.iter().any(|left_out| *left_out == brand));
            strangers.extend(self.crops(&photos, &fewer, &eyes, |brand| brands.iter().any(|left| *left == brand))?);
        }
        let whole = self.whole(&photos, &all, &eyes)?;
        let without = self.without(&all, &eyes)?;
        for (half, tune) in [("tune", true), ("held", false)] {
            let of = |answers: &[Answer]| -> Vec<Answer> {
                answers.iter().filter(|answer| is_tune(&answer.file) == tune).cloned().collect()
            };
            writeln!(out, "half: {half}")?;
            table(out, "crops", &of(&crops), "crops of brands not enrolled", &of(&strangers))?;
            table(out, "photos", &of(&whole), "photos without", &of(&without))?;
            gate(out, &of(&whole), &of(&without))?;
        }
        self.tell([("crop", &crops), ("stranger", &strangers), ("photo", &whole), ("without", &without)])
    }

    fn tell(&self, answers: [(&str, &Vec<Answer>); 4]) -> Result<()> {
        let Some(path) = &self.answers else { return Ok(()) };
        let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
        for (kind, answers) in answers {
            for answer in answers {
                let truth = answer.truth.as_deref().unwrap_or("-");
                write!(file, "{kind}\t{}\t{truth}", answer.file)?;
                for found in &answer.found {
                    let PixelBox { x1, y1, x2, y2 } = found.place;
                    write!(file, "\t{} {} {x1},{y1},{x2},{y2}", found.brand, found.score)?;
                }
                writeln!(file)?;
            }
        }
        Ok(())
    }

    /// What is read on a picture; nothing unless asked for.
    fn lines(&self, picture: &Picture, eyes: &Eyes) -> Result<Vec<Read>> {
        let lines = if self.read { eyes.read(picture)? } else { Vec::new() };
        Ok(lines.into_iter().map(|line| Read { text: line.text, place: line.place }).collect())
    }

    fn photo(&self, photo: &Photo) -> Result<Picture> {
        read(&self.data.join("logos/flickr27").join(&photo.file))
    }

    fn see(&self, photos: &[Photo], eyes: &Eyes) -> Result<Vec<Enrolled>> {
        if let Some(folder) = &self.drawings {
            return drawings(folder, &brands(photos), eyes);
        }
        let mut logos = Vec::new();
        for photo in photos.iter().filter(|photo| photo.enrolled) {
            let picture = self.photo(photo)?;
            for place in photo.boxes.iter().take(BOXES_MAX) {
                let logo = Enrolled::on_photo(&photo.brand, &picture, *place, &photo.boxes, eyes)?;
                let lines = self.lines(&picture.crop(*place), eyes)?;
                logos.push(logo.with_text(lines.iter().map(|line| line.text.as_str())));
            }
        }
        Ok(logos)
    }

    fn crops(&self, photos: &[Photo], set: &LogoSet, eyes: &Eyes, of: impl Fn(&str) -> bool) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for photo in photos.iter().filter(|photo| !photo.enrolled && of(&photo.brand)).step_by(self.every) {
            let picture = self.photo(photo)?;
            for place in &photo.boxes {
                let crop = picture.crop(*place);
                let found = set.weigh_read(&crop, &self.lines(&crop, eyes)?, eyes)?;
                answers.push(Answer {
                    file: photo.file.clone(),
                    truth: Some(photo.brand.clone()),
                    found,
                    glimpse: None,
                });
            }
        }
        Ok(answers)
    }

    fn whole(&self, photos: &[Photo], set: &LogoSet, eyes: &Eyes) -> Result<Vec<Answer>> {
        let asked = photos.iter().filter(|photo| !photo.enrolled).step_by(self.every);
        asked.map(|photo| self.answer(&photo.file, Some(&photo.brand), &self.photo(photo)?, set, eyes)).collect()
    }

    fn answer(&self, file: &str, truth: Option<&str>, picture: &Picture, set: &LogoSet, eyes: &Eyes) -> Result<Answer> {
        let lines = self.lines(picture, eyes)?;
        let found = match self.slow {
            true => set.weigh_all(picture, eyes)?,
            false => set.weigh_read(picture, &lines, eyes)?,
        };
        let glimpse = set.glimpse(&eyes.glance(picture)?, eyes)?;
        Ok(Answer { file: file.to_owned(), truth: truth.map(str::to_owned), found, glimpse })
    }

    fn without(&self, set: &LogoSet, eyes: &Eyes) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for kind in ["photos/clothing", "photos/grocery"] {
            let mut files: Vec<PathBuf> =
                std::fs::read_dir(self.data.join(kind))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            files.sort();
            let step = (files.len() / self.photos.max(1)).max(1);
            for file in files.iter().step_by(step).take(self.photos) {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                answers.push(self.answer(&name, None, &read(file)?, set, eyes)?);
            }
        }
        Ok(answers)
    }
}

/// The brands that have a drawing; names of files are in small letters and digits.
fn drawings(folder: &Path, brands: &[&String], eyes: &Eyes) -> Result<Vec<Enrolled>> {
    let mut logos = Vec::new();
    for brand in brands {
        let name: String = brand.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let Ok(svg) = std::fs::read(folder.join(name).with_extension("svg")) else { continue };
        logos.push(Enrolled::drawn(brand, &drawing::drawn(&svg)?, eyes)?);
    }
    Ok(logos)
}

/// At several thresholds: share of `known` answered right, and of `unknown` answered at all.
fn table(out: &mut impl Write, known_is: &str, known: &[Answer], unknown_is: &str, unknown: &[Answer]) -> Result<()> {
    let share = |count: usize, all: usize| count as f64 / all.max(1) as f64;
    let top = known.iter().filter(|answer| answer.top().1).count();
    writeln!(
        out,
        "{known_is}: {} asked, right first {:.3}; {unknown_is}: {}",
        known.len(),
        share(top, known.len()),
        unknown.len()
    )?;
    for threshold in (300..=700).step_by(20) {
        let right = known.iter().map(Answer::top).filter(|&(score, right)| right && score >= threshold).count();
        let wrong = known.iter().map(Answer::top).filter(|&(score, right)| !right && score >= threshold).count();
        let fired = unknown.iter().filter(|answer| answer.top().0 >= threshold).count();
        writeln!(
            out,
            "  from {threshold}: right {:.3}, wrong {:.3}; on {unknown_is} {fired} ({:.3})",
            share(right, known.len()),
            share(wrong, known.len()),
            share(fired, unknown.len())
        )?;
    }
    Ok(())
}

/// What stays shut on photos without a logo, and what of the brands found on photos that costs.
fn gate(out: &mut impl Write, whole: &[Answer], without: &[Answer]) -> Result<()> {
    let right = |answer: &&Answer| answer.top().0 >= STANDS_BEHIND && answer.top().1;
    let found: Vec<&Answer> = whole.iter().filter(right).collect();
    for percent in (36..=52).step_by(3) {
        let window = percent as f32 / 100.0;
        let opens = |answer: &Answer| answer.glimpse.is_none_or(|weight| weight >= window);
        writeln!(
            out,
            "  gate {window:.2}: opens on {} of {} photos without, {} of {} brands stay found",
            without.iter().filter(|answer| opens(answer)).count(),
            without.len(),
            found.iter().filter(|answer| opens(answer)).count(),
            found.len(),
        )?;
    }
    Ok(())
}

fn set(logos: &[Enrolled], of: impl Fn(&str) -> bool) -> LogoSet {
    let mut set = LogoSet::new();
    for (id, logo) in logos.iter().enumerate().filter(|(_, logo)| of(logo.brand())) {
        set.add(id as u64, logo.clone());
    }
    set
}

fn brands(photos: &[Photo]) -> Vec<&String> {
    let mut brands: Vec<&String> = photos.iter().map(|photo| &photo.brand).collect();
    brands.sort();
    brands.dedup();
    brands
}

fn read(file: &Path) -> Result<Picture> {
    let bytes = std::fs::read(file).with_context(|| file.display().to_string())?;
    decode::decode(&bytes, &Limits::default()).with_context(|| file.display().to_string())
}

fn listed(list: &Path) -> Result<Vec<Photo>> {
    let text = std::fs::read_to_string(list).with_context(|| list.display().to_string())?;
    let mut photos: Vec<Photo> = Vec::new();
    let mut of_brand: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let &[file, brand, x1, y1, x2, y2] = fields.as_slice() else { anyhow::bail!("{line:?} has no six fields") };
        let at = match photos.iter().position(|photo| photo.file == file) {
            Some(at) => at,
            None => {
                let before = of_brand.entry(brand.to_owned()).or_default();
                let enrolled = *before < 2 * SUBSET;
                *before += 1;
                photos.push(Photo { file: file.to_owned(), brand: brand.to_owned(), boxes: Vec::new(), enrolled });
                photos.len() - 1
            }
        };
        let place = PixelBox { x1: x1.parse()?, y1: y1.parse()?, x2: x2.parse()?, y2: y2.parse()? };
        if place.area() > 0 && !photos[at].boxes.contains(&place) {
            photos[at].boxes.push(place);
        }
    }
    Ok(photos)
}
