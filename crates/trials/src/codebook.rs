//! Fits the fixed codebook of local features.
//!
//! k-means with 64 pairs of words for each half of a description: a description adds to the word that it is nearest to, or
//! mirrored to that word's partner. Started from descriptions at even distances, so that the same photos give the same
//! codebook.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::local::sign::{HALF, WORDS, mirror, nearest};
use touchstone_vision::local::{Options, descriptions};

/// Fit the codebook of local features on the tuning half of the photos in a folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of photos
    #[arg(long)]
    photos: PathBuf,
    /// Photos used
    #[arg(long, default_value_t = 250)]
    count: usize,
    /// Where the table goes
    #[arg(long)]
    out: PathBuf,
}

const ROUNDS: usize = 25;
const DESCRIPTIONS_MAX: usize = 60_000;

/// Fits and writes.
///
/// # Errors
/// Files that cannot be read or written, or too few photos.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<()> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(&args.photos)
        .with_context(|| format!("cannot list {}", args.photos.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| crate::copies::is_tune(&crate::copies::name(path)))
        .collect();
    files.sort();
    let mut all = Vec::new();
    for file in files.iter().take(args.count) {
        let picture = decode(&std::fs::read(file)?, &Limits::default())?;
        all.extend(descriptions(&picture.grey(), &Options::default()));
    }
    ensure!(all.len() > 1_000, "too few descriptions: {}", all.len());
    let step = all.len().div_ceil(DESCRIPTIONS_MAX);
    let used: Vec<[u8; 128]> = all.into_iter().step_by(step).collect();
    let mut table = mean(&used);
    for half in 0..2 {
        table.extend(words(&used, half));
    }
    std::fs::write(&args.out, table).with_context(|| format!("cannot write {}", args.out.display()))?;
    writeln!(out, "{} descriptions of {} photos", used.len(), files.len().min(args.count))?;
    Ok(())
}

fn mean(used: &[[u8; 128]]) -> Vec<u8> {
    let mut sums = [0u64; 128];
    for description in used {
        for (sum, (&a, b)) in sums.iter_mut().zip(description.iter().zip(mirror(description))) {
            *sum += u64::from(a) + u64::from(b);
        }
    }
    sums.iter().map(|sum| (sum / (2 * used.len() as u64)) as u8).collect()
}

fn part(description: &[u8; 128], half: usize) -> &[u8] {
    &description[half * HALF..][..HALF]
}

fn words(used: &[[u8; 128]], half: usize) -> Vec<u8> {
    let mirrored: Vec<[u8; 128]> = used.iter().map(mirror).collect();
    let stride = used.len() / (WORDS / 2);
    let mut words: Vec<u8> = (0..WORDS / 2)
        .flat_map(|at| [part(&used[at * stride], half), part(&mirrored[at * stride], half)].concat())
        .collect();
    for _ in 0..ROUNDS {
        let mut sums = vec![[0u64; HALF]; WORDS / 2];
        let mut counts = vec![0u64; WORDS / 2];
        for (description, turned) in used.iter().zip(&mirrored) {
            let [word, _] = nearest(&words, part(description, half));
            let source = if word % 2 == 0 { description } else { turned };
            let slot = usize::from(word / 2);
            counts[slot] += 1;
            sums[slot].iter_mut().zip(part(source, half)).for_each(|(sum, &number)| *sum += u64::from(number));
        }
        for (slot, (sum, &count)) in sums.iter().zip(&counts).enumerate().filter(|(_, (_, count))| **count > 0) {
            let word: Vec<u8> = sum.iter().map(|sum| ((sum + count / 2) / count) as u8).collect();
            let mut whole = [0; 128];
            whole[half * HALF..][..HALF].copy_from_slice(&word);
            words[2 * slot * HALF..][..HALF].copy_from_slice(&word);
            words[(2 * slot + 1) * HALF..][..HALF].copy_from_slice(part(&mirror(&whole), half));
        }
    }
    words
}
