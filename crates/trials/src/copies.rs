//! How many edited copies of bank pictures are found, and how many other pictures are taken for one.
//!
//! 600 photos are the bank. Each is edited in the ways of [`edits::EDITS`] and asked for. Photos that are not in the bank,
//! of the same kinds and of others, are asked for as they are and edited in one way. An answer is false when it names a
//! photo that the query was not made of. Thresholds are chosen on the half of the photos whose name's SHA-256 begins with
//! an even byte, and reported on both.

mod canvas;
mod edits;
mod report;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use touchstone_banks::{Candidate, CopyIndex, EntryFeatures};
use touchstone_vision::Picture;
use touchstone_vision::decode::{Limits, decode};

use canvas::Chance;

/// What to measure on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder with `photos/clothing/` and `photos/grocery/` in it
    #[arg(long)]
    data: PathBuf,
    /// Photos in the bank
    #[arg(long, default_value_t = 600)]
    bank: usize,
    /// Photos of the bank that are edited and asked for
    #[arg(long, default_value_t = 600)]
    asked: usize,
    /// Other photos that are asked for
    #[arg(long, default_value_t = 1_700)]
    others: usize,
    /// CSV of edited files instead of own edits: `file,edit,source`
    #[arg(long)]
    edited: Option<PathBuf>,
    /// Only these edits
    #[arg(long, value_delimiter = ',')]
    edits: Vec<String>,
    /// Write the evidence of every query's candidates, tab-separated
    #[arg(long)]
    evidence: Option<PathBuf>,
    /// Write the queries that went wrong into this folder
    #[arg(long)]
    mistakes: Option<PathBuf>,
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

/// Whether a photo is for choosing thresholds.
pub(crate) fn is_tune(file: &str) -> bool {
    Sha256::digest(file.as_bytes())[0].is_multiple_of(2)
}

/// The last part of a path.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// What one query brought.
pub(crate) struct Asked {
    /// The photo it was made of.
    pub(crate) source: String,
    /// The edit, or `other`.
    pub(crate) edit: String,
    /// The entry it should find.
    pub(crate) right: Option<u64>,
    /// Best first.
    pub(crate) found: Vec<Candidate>,
    /// Time for features and for the search.
    pub(crate) took: [Duration; 2],
    /// The query's file, when it is to be written.
    pub(crate) bytes: Vec<u8>,
}

struct Case {
    source: PathBuf,
    edit: String,
    file: Option<PathBuf>,
    right: Option<u64>,
}

/// Runs over all cases and prints a table.
///
/// # Errors
/// Files that cannot be read or written.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<()> {
    let photos = args.data.join("photos");
    let (bank, rest) = split(&listed(&photos.join("clothing"))?, args.bank);
    let grocery = listed(&photos.join("grocery"))?;
    let started = Instant::now();
    let mut index = CopyIndex::new();
    let mut stored = 0;
    for (id, features) in parallel(&bank, args.threads, |path| features(path))?.iter().enumerate() {
        stored += features.to_bytes().len();
        index.add(id as u64, features);
    }
    writeln!(
        out,
        "bank: {} entries, {} bytes each, {:.1?}",
        index.len(),
        stored / index.len().max(1),
        started.elapsed()
    )?;
    let cases = cases(args, &bank, &rest, &grocery)?;
    let beside: Vec<&PathBuf> = rest.iter().chain(&grocery).collect();
    let answers = parallel(&cases, args.threads, |case| ask(case, &beside, &index))?;
    report::table(out, &answers)?;
    if let Some(path) = &args.evidence {
        report::evidence(path, &answers)?;
    }
    if let Some(folder) = &args.mistakes {
        report::mistakes(folder, &answers, &bank)?;
    }
    Ok(())
}

fn listed(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    // An order that says nothing about the photos.
    files.sort_by_key(|path| Sha256::digest(name(path).as_bytes()).to_vec());
    Ok(files)
}

/// Photos of the bank and the rest: every fifth pair of photos is left out, so that both halves are in both.
fn split(files: &[PathBuf], bank: usize) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let mut order: Vec<&PathBuf> = files.iter().collect();
    order.sort_by_key(|path| Sha256::digest(format!("bank {}", name(path)).as_bytes()).to_vec());
    let cut = bank.min(order.len());
    let owned = |part: &[&PathBuf]| part.iter().map(|path| (*path).clone()).collect();
    (owned(&order[..cut]), owned(&order[cut..]))
}

fn read(path: &Path) -> Result<(Vec<u8>, Picture)> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let picture = decode(&bytes, &Limits::default()).with_context(|| format!("cannot use {}", path.display()))?;
    Ok((bytes, picture))
}

fn features(path: &Path) -> Result<EntryFeatures> {
    let (bytes, picture) = read(path)?;
    Ok(EntryFeatures::of(&bytes, &picture, None))
}

fn cases(args: &Args, bank: &[PathBuf], rest: &[PathBuf], grocery: &[PathBuf]) -> Result<Vec<Case>> {
    let wanted = |edit: &str| args.edits.is_empty() || args.edits.iter().any(|e| e == edit);
    let mut cases = Vec::new();
    if let Some(csv) = &args.edited {
        let folder = csv.parent().unwrap_or(Path::new("."));
        let text = std::fs::read_to_string(csv).with_context(|| format!("cannot read {}", csv.display()))?;
        for line in text.lines().skip(1) {
            let [file, edit, source] = line.split(',').collect::<Vec<_>>()[..] else { continue };
            let right = bank.iter().position(|path| name(path) == source).map(|at| at as u64);
            if wanted(edit) {
                let edit = if right.is_some() { edit.into() } else { "other".into() };
                cases.push(Case { source: source.into(), edit, file: Some(folder.join(file)), right });
            }
        }
    } else {
        for (id, source) in bank.iter().take(args.asked).enumerate() {
            for edit in edits::EDITS.iter().filter(|edit| wanted(edit)) {
                let edit = (*edit).to_owned();
                cases.push(Case { source: source.clone(), edit, file: None, right: Some(id as u64) });
            }
        }
    }
    for source in rest.iter().chain(grocery).take(args.others) {
        cases.push(Case { source: source.clone(), edit: "other".into(), file: None, right: None });
        cases.push(Case { source: source.clone(), edit: "other_edited".into(), file: None, right: None });
    }
    Ok(cases)
}

fn ask(case: &Case, beside: &[&PathBuf], index: &CopyIndex) -> Result<Asked> {
    let source = name(&case.source);
    let (bytes, picture) = match (&case.file, case.edit.as_str()) {
        (Some(file), _) => read(file)?,
        (None, "other") => read(&case.source)?,
        (None, edit) => {
            let mut chance = Chance::new((&source, edit));
            let (_, photo) = read(&case.source)?;
            let other = chance.pick(beside);
            let (_, other) = read(if name(other) == source { beside[0] } else { other })?;
            let edit = if edit == "other_edited" { *chance.pick(&edits::EDITS) } else { edit };
            edits::edit(edit, &photo, &other, &mut chance)?
        }
    };
    let start = Instant::now();
    let features = EntryFeatures::of(&bytes, &picture, None);
    let looked = Instant::now();
    let found = index.query(&features, 5);
    let took = [looked - start, looked.elapsed()];
    Ok(Asked { source, edit: case.edit.clone(), right: case.right, found, took, bytes })
}

/// Runs over all items on some threads, results in their order.
fn parallel<T: Sync, R: Send>(items: &[T], threads: usize, with: impl Fn(&T) -> Result<R> + Sync) -> Result<Vec<R>> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, Result<R>)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                let mut mine = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(at) else { break };
                    mine.push((at, with(item)));
                }
                done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).append(&mut mine);
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
