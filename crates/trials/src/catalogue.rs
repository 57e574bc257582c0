//! How often the catalogue picture of a product is found by a photo from the shop floor.
//!
//! 81 catalogue pictures are the bank; each of the shop photos asks for the one of its product.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use touchstone_banks::{CopyIndex, EntryFeatures};
use touchstone_sight::Eyes;
use touchstone_vision::Picture;
use touchstone_vision::decode::{Limits, decode};

use crate::copies::is_tune;

/// What to measure on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with `photos/grocery.csv` and what belongs to it
    #[arg(long)]
    data: PathBuf,
    /// Folder of models
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Every n-th photo asks
    #[arg(long, default_value_t = 1)]
    every: usize,
}

/// Runs over all photos and prints a table.
///
/// # Errors
/// Files that cannot be read, or models that cannot run.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<()> {
    let eyes = Eyes::open(&args.models)?;
    let embed = |picture: &Picture| Some(eyes.embed(&[picture]).ok()?.into_iter().next()?.features);
    let read = |path: &Path| -> Result<(Vec<u8>, Picture)> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let picture = decode(&bytes, &Limits::default())?;
        Ok((bytes, picture))
    };
    let photos = args.data.join("photos");
    let mut index = CopyIndex::new();
    for (class, path) in catalogue(&photos)? {
        let (bytes, picture) = read(&path)?;
        index.add(class, &EntryFeatures::of_entry(&bytes, &picture, Some(&embed)));
    }
    let mut ranks: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (file, class) in shop(&photos)?.iter().step_by(args.every.max(1)) {
        let (bytes, picture) = read(&photos.join("grocery").join(file))?;
        let found = index.query(&EntryFeatures::of(&bytes, &picture, Some(&embed)), 10);
        let rank = found.iter().position(|candidate| candidate.id == *class).unwrap_or(99);
        ranks.entry(if is_tune(file) { "tune" } else { "held" }).or_default().push(rank);
    }
    for (half, ranks) in ranks {
        let top = |n: usize| ranks.iter().filter(|&&rank| rank < n).count() as f32 / ranks.len() as f32;
        writeln!(out, "{half}: {} photos, top 1 {:.3}, top 5 {:.3}", ranks.len(), top(1), top(5))?;
    }
    Ok(())
}

fn lines(path: &Path) -> Result<Vec<Vec<String>>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

fn catalogue(photos: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let mut pictures = Vec::new();
    for row in lines(&photos.join("grocery_classes.csv"))? {
        if let [_, class, _, _, path, ..] = &row[..] {
            let path = path.trim_start_matches("/iconic-images-and-descriptions/");
            pictures.push((class.parse()?, photos.join("grocery_catalogue").join(path)));
        }
    }
    Ok(pictures)
}

fn shop(photos: &Path) -> Result<Vec<(String, u64)>> {
    let rows = lines(&photos.join("grocery.csv"))?;
    rows.iter()
        .filter_map(|row| Some((row.first()?, row.get(1)?)))
        .map(|(file, class)| Ok((file.clone(), class.parse()?)))
        .collect()
}
