//! `trials pass`: the whole pass over pictures on every core, with its gates and without.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use touchstone_banks::CopyIndex;
use touchstone_gallery::{Cost, Gates, Seen, Sight};
use touchstone_sight::Eyes;
use touchstone_sight::logo::{Enrolled, LogoSet};
use touchstone_signals::pictures::PictureFacts;
use touchstone_vision::PixelBox;
use touchstone_vision::decode::{Limits, decode};

/// Pictures a day on a large marketplace.
const DAY: f64 = 600e6;

/// Photos whose logos are enrolled, of any brand.
const PHOTOS_ENROLLED: usize = 200;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of pictures.
    #[arg(long)]
    photos: PathBuf,
    /// Logos to look for: `file,brand,x1,y1,x2,y2`, the files beside it in the folder of the same name.
    #[arg(long)]
    logos: Option<PathBuf>,
    /// Folder of model files.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Pictures to look at.
    #[arg(long, default_value_t = 200)]
    count: usize,
    /// Of so many other pictures a bank is made.
    #[arg(long, default_value_t = 200)]
    bank: usize,
    /// Threads.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Then again with everything on every picture: what that costs, and what the gates miss.
    #[arg(long)]
    open: bool,
}

pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut files: Vec<PathBuf> = fs::read_dir(&args.photos)
        .with_context(|| args.photos.display().to_string())?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "jpg" || e == "png"))
        .collect();
    files.sort();
    let read = |path: &PathBuf| fs::read(path).ok();
    let pictures: Vec<Vec<u8>> = files.iter().take(args.count).filter_map(read).collect();
    let bank = bank(files.iter().skip(args.count).take(args.bank).filter_map(read));
    let eyes = Eyes::open(&args.models)?;
    let logos = args.logos.as_deref().map(|csv| enrolled(csv, &eyes)).transpose()?.unwrap_or_default();
    let mut sight = Sight { eyes: Some(Arc::new(eyes)), logos: Arc::new(logos), ..Sight::default() };
    // The first calls solve what the later ones need, and open a session of each model for each thread.
    let first: Vec<Vec<u8>> = pictures.iter().cycle().take(8 * args.jobs).cloned().collect();
    sight.gates = Gates::Open;
    measure(&sight, &bank, &first, args.jobs);
    sight.gates = Gates::Shut;
    let (passed, seen) = measure(&sight, &bank, &pictures, args.jobs);
    report(out, passed, &seen, Gates::Shut, args)?;
    if args.open {
        sight.gates = Gates::Open;
        let (passed, all) = measure(&sight, &bank, &pictures, args.jobs);
        report(out, passed, &all, Gates::Open, args)?;
        missed(out, &seen, &all)?;
    }
    Ok(())
}

/// Pictures on which only open gates show a logo, or words.
fn missed(out: &mut impl Write, shut: &[(Seen, Duration)], open: &[(Seen, Duration)]) -> Result<()> {
    let shut: BTreeMap<&str, &PictureFacts> = shut.iter().map(|(s, _)| (s.facts.hash.as_str(), &s.facts)).collect();
    let mut line = |what: &str, count: fn(&PictureFacts) -> usize| {
        let shown: Vec<&PictureFacts> = open.iter().map(|(seen, _)| &seen.facts).filter(|f| count(f) > 0).collect();
        let lost = |facts: &&&PictureFacts| shut.get(facts.hash.as_str()).is_none_or(|shut| count(shut) < count(facts));
        writeln!(out, "gates miss {what} on {} of {} pictures", shown.iter().filter(lost).count(), shown.len())
    };
    line("logos", |facts| facts.logos.len())?;
    Ok(line("words", |facts| facts.texts.len())?)
}

fn bank(pictures: impl Iterator<Item = Vec<u8>>) -> CopyIndex {
    let sight = Sight::default();
    let mut index = CopyIndex::new();
    for (id, bytes) in (0..).zip(pictures) {
        if let Some(features) = sight.look(&bytes, &[0; 32]).ok().and_then(|seen| seen.features) {
            index.add(id, &features);
        }
    }
    index
}

fn enrolled(csv: &Path, eyes: &Eyes) -> Result<LogoSet> {
    let mut logos = LogoSet::new();
    let mut boxes: BTreeMap<String, Vec<(String, PixelBox)>> = BTreeMap::new();
    for line in fs::read_to_string(csv)?.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [file, brand, x1, y1, x2, y2] = cells[..] else { continue };
        let place = PixelBox { x1: x1.parse()?, y1: y1.parse()?, x2: x2.parse()?, y2: y2.parse()? };
        boxes.entry(file.to_owned()).or_default().push((brand.to_owned(), place));
    }
    let mut id = 0;
    for (file, boxes) in boxes.iter().take(PHOTOS_ENROLLED) {
        let picture = decode(&fs::read(csv.with_extension("").join(file))?, &Limits::default())?;
        let places: Vec<PixelBox> = boxes.iter().map(|(_, place)| *place).collect();
        for (brand, place) in boxes.iter().filter(|(_, place)| place.area() > 0).take(2) {
            logos.add(id, Enrolled::on_photo(brand, &picture, *place, &places, eyes)?);
            id += 1;
        }
    }
    Ok(logos)
}

/// The pass and the question to the banks; how long the latter took.
fn look(sight: &Sight, bank: &CopyIndex, bytes: &[u8]) -> Option<(Seen, Duration)> {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    let seen = sight.look(bytes, &hash).ok()?;
    let begin = Instant::now();
    let copies = seen.features.as_ref().map(|features| bank.query(features, 8).len());
    Some((seen, begin.elapsed())).filter(|_| copies != Some(usize::MAX))
}

fn measure(sight: &Sight, bank: &CopyIndex, pictures: &[Vec<u8>], jobs: usize) -> (Duration, Vec<(Seen, Duration)>) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(bytes) = pictures.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.extend(look(sight, bank, bytes));
        }
        done
    };
    let begin = Instant::now();
    let seen = thread::scope(|scope| {
        let running: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    (begin.elapsed(), seen)
}

fn report(out: &mut impl Write, passed: Duration, seen: &[(Seen, Duration)], gates: Gates, args: &Args) -> Result<()> {
    let count = seen.len().max(1) as f64;
    let mean = |of: &dyn Fn(&Cost) -> Duration| {
        1e3 * seen.iter().map(|(seen, _)| of(&seen.cost).as_secs_f64()).sum::<f64>() / count
    };
    let compared = 1e3 * seen.iter().map(|(_, took)| took.as_secs_f64()).sum::<f64>() / count;
    let words = mean(&|c| c.words);
    let parts: [(&str, f64); 9] = [
        ("decode", mean(&|c| c.decode)),
        ("features", mean(&|c| c.features)),
        ("banks", compared),
        ("codes", mean(&|c| c.codes)),
        ("masks", mean(&|c| c.masks)),
        ("glance", mean(&|c| c.kind)),
        ("logos", mean(&|c| c.logos)),
        ("gate of words", mean(&|c| c.letters)),
        ("words", words),
    ];
    let all: f64 = parts.iter().map(|(_, ms)| ms).sum();
    for (name, ms) in parts {
        writeln!(out, "{name:16} {ms:8.2} ms a picture")?;
    }
    let read = seen.iter().filter(|(seen, _)| !seen.cost.words.is_zero()).count();
    let rate = |ms: f64| 1e3 * args.jobs as f64 / ms;
    writeln!(out, "gates            {}", if gates == Gates::Open { "open" } else { "shut" })?;
    writeln!(out, "words looked for {read} of {} pictures", seen.len())?;
    writeln!(out, "wall             {:.1} pictures/s with words", count / passed.as_secs_f64())?;
    writeln!(out, "without words    {:.1} pictures/s on {} threads", rate(all - words), args.jobs)?;
    writeln!(out, "with words       {:.1} pictures/s", rate(all))?;
    writeln!(
        out,
        "600 M a day      {:.0} such machines, {:.0} without words",
        DAY / 86_400.0 / rate(all),
        DAY / 86_400.0 / rate(all - words)
    )?;
    Ok(())
}
