//! Pictures named on the command line: found, read within limits, and looked at with several threads, in order.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use sha2::{Digest as _, Sha256};
use touchstone_vision::Picture;
use touchstone_vision::decode::{Limits, decode};
use walkdir::WalkDir;

use crate::ordered;
use crate::progress::Progress;

/// Files of a folder that are taken for pictures; a file that is named itself always is.
const ENDINGS: &[&str] = &["jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "avif"];

/// Which pictures, and how they are looked at.
#[derive(Debug, Clone, Args)]
pub(crate) struct Photos {
    /// Pictures, or folders of pictures, which are walked in the order of names.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) how: How,
}

/// How pictures are looked at.
#[derive(Debug, Clone, Args)]
pub(crate) struct How {
    /// Folder of model files.
    #[arg(long, value_name = "DIR", default_value = "models", env = "TOUCHSTONE_MODELS")]
    pub(crate) models: PathBuf,
    /// Threads that look at pictures; all cores if not given.
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// No progress bar and no summary.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl How {
    fn jobs(&self) -> usize {
        self.jobs.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
    }

    /// The same as [`Photos::each`], of files that were not typed.
    pub(crate) fn each<O: Send>(
        &self,
        files: Vec<PathBuf>,
        look: impl Fn(&Path) -> O + Sync,
        mut consume: impl FnMut(&Path, O) -> Result<()>,
    ) -> Result<()> {
        let worker = || |path: PathBuf| (look(&path), path);
        let progress = Progress::of_pictures(files.len(), self.quiet);
        let mut number = 0;
        let done = ordered::each(self.jobs(), files.into_iter().map(Ok), worker, |(result, path)| {
            number += 1;
            progress.add(1);
            progress.read(number);
            consume(&path, result)
        });
        progress.done();
        done
    }
}

/// A picture that was read.
pub(crate) struct Photo {
    pub(crate) bytes: Vec<u8>,
    /// SHA-256 of the bytes, in lower-case hexadecimal.
    pub(crate) sha256: String,
    pub(crate) picture: Picture,
}

impl Photo {
    /// Reads and decodes a file; more than the limits is not read.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let limits = Limits::default();
        let bytes = bytes(path, limits.bytes_max)?;
        let picture = decode(&bytes, &limits)?;
        Ok(Self { sha256: sha256(&bytes), bytes, picture })
    }
}

impl Photos {
    /// Looks at every picture with several threads; `consume` gets what came of it, in the order of the files.
    ///
    /// # Errors
    /// Those of `consume`. What `look` can't do is a result like any other.
    pub(crate) fn each<O: Send>(
        &self,
        look: impl Fn(&Path) -> O + Sync,
        consume: impl FnMut(&Path, O) -> Result<()>,
    ) -> Result<()> {
        self.how.each(found(&self.files), look, consume)
    }
}

/// In lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A picture's file; more than the limit is not read.
pub(crate) fn bytes(path: &Path, bytes_max: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        bail!("a folder");
    }
    file.take(bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > bytes_max {
        bail!("more than {} MiB, which is the most that is looked at", bytes_max >> 20);
    }
    Ok(bytes)
}

/// The files, folders walked. What can't be walked is taken for a file, whose reading then says why.
fn found(named: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in named {
        if !fs::metadata(path).is_ok_and(|found| found.is_dir()) {
            files.push(path.clone());
            continue;
        }
        let hidden =
            |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".");
        let walk = WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter();
        for entry in walk.filter_entry(|entry| !hidden(entry)) {
            match entry {
                Ok(entry) if entry.file_type().is_file() && is_picture(entry.path()) => files.push(entry.into_path()),
                Ok(_) => (),
                Err(error) => files.extend(error.path().map(Path::to_owned)),
            }
        }
    }
    files
}

fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()))
}

/// The whole reason on one line.
pub(crate) fn reason(error: &anyhow::Error) -> String {
    format!("{error:#}")
}

/// Milliseconds since 1970, UTC.
pub(crate) fn now() -> i64 {
    (time::OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000) as i64
}

/// A moment as people read it, to the minute.
pub(crate) fn moment(at: i64) -> String {
    const FORM: &[time::format_description::BorrowedFormatItem<'_>] =
        time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]");
    let moment = time::OffsetDateTime::from_unix_timestamp(at / 1000).ok();
    moment.and_then(|moment| moment.format(FORM).ok()).unwrap_or_else(|| at.to_string())
}

/// Reads a whole small file of text, or says what is wrong with it.
pub(crate) fn text(path: &Path, bytes_max: u64) -> Result<Vec<u8>> {
    let named = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(named)?;
    file.take(bytes_max + 1).read_to_end(&mut bytes).with_context(named)?;
    if bytes.len() as u64 > bytes_max {
        bail!("{}: more than {} MiB, which is the most that is read", path.display(), bytes_max >> 20);
    }
    Ok(bytes)
}
