//! Screens the scenes and counts both errors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use ab_glyph::FontVec;
use touchstone_catalog::{Listing, ListingBatch};
use touchstone_gallery::{Gallery, Sight};
use touchstone_knowledge::{Snapshot, Standing};
use touchstone_screening::{Active, Decision, Looked, RowContext, Screener};
use touchstone_sight::Eyes;
use touchstone_sight::logo::{Enrolled, LogoSet};
use touchstone_vision::PixelBox;

use super::photos::{Folder, LogoBox, open};
use super::scenes::{Scene, Stage};
use crate::error::EvaluationError;
use crate::statistics::wilson;
use crate::table::Table;

/// What is measured, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Seed of what is composed where.
    pub seed: u64,
    /// A TrueType or OpenType file.
    pub font: &'a Path,
    /// Folder to write the pictures and decisions to, for people to look at.
    pub keep: Option<&'a Path>,
}

/// Screens 200 listings with clean words and guilty pictures and 400 honest ones.
///
/// # Errors
/// When the photos or the font are not there.
pub fn measure(
    active: &Arc<Active>,
    gallery: &Gallery,
    folder: &Folder,
    options: Options<'_>,
) -> Result<Table, EvaluationError> {
    let missing = || EvaluationError::Missing(vec![options.font.to_owned()]);
    let font = FontVec::try_from_vec(fs::read(options.font).map_err(|_| missing())?).map_err(|_| missing())?;
    let logos = folder.composed.iter().filter_map(|logo| Some((logo, protected(&active.snapshot, &logo.brand)?)));
    let scenes = Stage { folder, font: &font, logos: logos.collect() }.scenes(options.seed);
    let decisions = decide(active, gallery, &scenes)?;
    if let Some(keep) = options.keep {
        write(keep, &scenes, &decisions)?;
    }
    Ok(table(&scenes, &decisions))
}

/// The name of the protected brand that a logo is of; none where it is another's.
fn protected(snapshot: &Snapshot, name: &str) -> Option<String> {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let mut brands = snapshot.knowledge.brands.iter().filter(|b| b.standing == Standing::Protected);
    brands.find(|b| plain(&b.id) == plain(name) || plain(&b.name) == plain(name)).map(|b| b.name.clone())
}

/// A gallery that knows the logos of the half of the photos that is for enrolling.
///
/// # Errors
/// When the models are not there or cannot run.
pub fn gallery(folder: &Folder, models: &Path) -> Result<Gallery, EvaluationError> {
    let eyes = Eyes::open(models)?;
    let mut logos = LogoSet::new();
    let mut photos: BTreeMap<&Path, Vec<&LogoBox>> = BTreeMap::new();
    folder.enrolled.iter().for_each(|logo| photos.entry(&logo.path).or_default().push(logo));
    let mut id = 0;
    for (path, boxes) in photos {
        let Some(photo) = open(path) else { continue };
        let places: Vec<PixelBox> = boxes.iter().map(|logo| logo.place).collect();
        for logo in boxes {
            // As `touchstone logo enrol` does.
            let lines = eyes.read(&photo.crop(logo.place))?;
            let enrolled = Enrolled::on_photo(&logo.brand, &photo, logo.place, &places, &eyes)?;
            logos.add(id, enrolled.with_text(lines.iter().map(|line| line.text.as_str())));
            id += 1;
        }
    }
    Ok(Gallery::new(Sight { eyes: Some(Arc::new(eyes)), logos: Arc::new(logos), ..Sight::default() }, None))
}

/// Looks at the pictures on every core, and decides on the listings in their order.
fn decide(active: &Arc<Active>, gallery: &Gallery, scenes: &[Scene]) -> Result<Vec<Decision>, EvaluationError> {
    let ids: Vec<String> = (0..scenes.len()).map(|n| format!("s-{n}")).collect();
    let listings = scenes.iter().zip(&ids).map(|(scene, id)| Listing {
        id,
        title: &scene.title,
        price_minor: scene.price.map(|price| i64::from(price) * 100),
        price_currency: "EUR",
        condition: if scene.used { "used" } else { "new" },
        ..Listing::default()
    });
    let batch = ListingBatch::from_listings(listings)?;
    let context: Vec<RowContext> = look(gallery, scenes)
        .into_iter()
        .map(|looked| {
            let mut row = RowContext::default();
            row.see(looked);
            row
        })
        .collect();
    Ok(Screener::new(Arc::clone(active)).screen(&batch, &context).decisions().collect())
}

fn look(gallery: &Gallery, scenes: &[Scene]) -> Vec<Looked> {
    let (next, threads) = (AtomicUsize::new(0), thread::available_parallelism().map_or(1, usize::from));
    let work = || {
        let mut done = Vec::new();
        while let Some((at, scene)) = Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, scenes.get(n)?)))
        {
            let pictures = gallery.look(&scene.jpeg).into_iter().collect();
            done.push((at, Looked { eyes: gallery.eyes(), pictures }));
        }
        done
    };
    let mut all: Vec<(usize, Looked)> = thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, looked)| looked).collect()
}

fn write(folder: &Path, scenes: &[Scene], decisions: &[Decision]) -> Result<(), EvaluationError> {
    let put = |name: String, bytes: &[u8]| {
        let file: PathBuf = folder.join(name);
        fs::write(&file, bytes).map_err(|source| EvaluationError::Write { file, source })
    };
    fs::create_dir_all(folder).map_err(|source| EvaluationError::Write { file: folder.to_owned(), source })?;
    let mut lines = Vec::new();
    for (scene, decision) in scenes.iter().zip(decisions) {
        put(format!("{}.jpg", decision.listing_id), &scene.jpeg)?;
        lines.extend(format!("{}\t{}\t{}\t", scene.group, scene.guilty, scene.title).into_bytes());
        lines.extend(decision.to_json());
        lines.push(b'\n');
    }
    put("decisions.tsv".to_owned(), &lines)
}

fn table(scenes: &[Scene], decisions: &[Decision]) -> Table {
    let mut table = Table::new(
        "Clean words, guilty pictures: review or block",
        &["composed into the photo", "", "tune", "held", "all", "95 %"],
    )
    .flush_left(&[1]);
    let mut groups: Vec<(&str, bool)> = Vec::new();
    for scene in scenes.iter().filter(|scene| !scene.group.is_empty()) {
        if !groups.contains(&(scene.group, scene.guilty)) {
            groups.push((scene.group, scene.guilty));
        }
    }
    let all = [("guilty", true), ("honest", false)];
    let names = groups.iter().map(|(group, guilty)| (*group, *guilty, false)).chain(all.map(|(n, g)| (n, g, true)));
    for (name, guilty, whole) in names {
        let of = |scene: &Scene| scene.guilty == guilty && (whole || scene.group == name);
        let count = |tune: Option<bool>| {
            let rows = scenes.iter().zip(decisions).filter(|(s, _)| of(s) && tune.is_none_or(|t| s.tune == t));
            rows.fold((0, 0), |(hits, rows), (_, d)| (hits + u64::from(d.verdict != "allow"), rows + 1))
        };
        let cell = |(hits, rows): (u64, u64)| format!("{hits}/{rows}");
        let (hits, rows) = count(None);
        let (low, high) = wilson(hits, rows);
        let kind = if guilty { "guilty" } else { "honest" };
        table.rows.push(vec![
            name.to_owned(),
            kind.to_owned(),
            cell(count(Some(true))),
            cell(count(Some(false))),
            format!("{} {:.1} %", cell((hits, rows)), 100.0 * hits as f64 / rows.max(1) as f64),
            format!("{:.1}–{:.1} %", 100.0 * low, 100.0 * high),
        ]);
    }
    table
}
