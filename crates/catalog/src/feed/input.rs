//! Finds inputs, opens them, undoes compression and recognises formats.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use walkdir::WalkDir;

use super::delimited::Delimited;
use super::error::{FeedError, Halt};
use super::jsonl::Jsonl;
use super::parquet::Rows;
use super::xml::Xml;
use super::{Format, Options, RowSource};
use crate::limits::Limits;

/// Bytes looked at to recognise a format.
const HEAD: usize = 8 << 10;

/// Something to read.
pub(super) enum Input {
    File(PathBuf),
    Stdin,
    Stream { name: String, stream: Box<dyn Read + Send> },
}

impl Input {
    /// Name for rejects and errors.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Stdin => "-".into(),
            Self::Stream { name, .. } => name.clone(),
        }
    }

    /// Bytes it has; none if it does not say. What can't be opened has none to read.
    pub(super) fn bytes(&self) -> Option<u64> {
        match self {
            Self::File(path) => path.metadata().map_or(Some(0), |found| found.is_file().then_some(found.len())),
            Self::Stdin | Self::Stream { .. } => None,
        }
    }
}

/// Bytes read of all files together; the readers of files share it.
#[derive(Clone, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A stream whose bytes are counted as they are read.
struct Metered {
    input: Box<dyn Read + Send>,
    meter: Meter,
}

impl Read for Metered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.meter.add(count as u64);
        Ok(count)
    }
}

/// All inputs that `paths` mean, in order.
pub(super) fn find(paths: impl IntoIterator<Item = PathBuf>) -> VecDeque<Result<Input, FeedError>> {
    let mut inputs = VecDeque::new();
    for path in paths {
        if path == Path::new("-") {
            inputs.push_back(Ok(Input::Stdin));
        } else if path.is_dir() {
            inputs.extend(find_in(&path));
        } else {
            inputs.push_back(Ok(Input::File(path)));
        }
    }
    inputs
}

/// Feeds of a folder and the folders in it, in order of their names.
fn find_in(folder: &Path) -> Vec<Result<Input, FeedError>> {
    let hidden = |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
    let entries = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    let found: Vec<_> = entries
        .filter_entry(|entry| !hidden(entry))
        .filter_map(|entry| match entry {
            Err(error) => {
                let file = error.path().unwrap_or(folder).display().to_string();
                Some(Err(FeedError::Open { file, source: error.into() }))
            }
            Ok(entry) if entry.file_type().is_file() && is_feed(entry.path()) => {
                Some(Ok(Input::File(entry.into_path())))
            }
            Ok(_) => None,
        })
        .collect();
    if found.is_empty() {
        return vec![Err(FeedError::NoFeeds { folder: folder.display().to_string() })];
    }
    found
}

fn is_feed(path: &Path) -> bool {
    extension(path).is_some_and(|extension| extension == "txt") || by_name(path).is_some()
}

/// Lower-case extension, once `.gz` or `.zst` is taken off.
fn extension(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let plain = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    plain.rsplit_once('.').map(|(_, extension)| extension.to_owned())
}

/// The format that a file's name promises.
pub(crate) fn by_name(path: &Path) -> Option<Format> {
    by_extension(&extension(path)?)
}

fn by_extension(extension: &str) -> Option<Format> {
    Format::EXTENSIONS.into_iter().find(|(known, _)| *known == extension).map(|(_, format)| format)
}

/// Opens an input for reading rows.
pub(super) fn open(input: Input, options: &Options, meter: &Meter) -> Result<Box<dyn RowSource>, FeedError> {
    let name = input.name();
    let failed = |source| FeedError::Open { file: name.clone(), source };
    let named = match &input {
        Input::File(path) => by_name(path),
        _ => None,
    };
    let format = options.format.or(named);
    let source = match input {
        Input::File(path) => open_file(File::open(path).map_err(failed)?, format, &options.limits, meter),
        Input::Stdin => open_rows(Box::new(io::stdin()), format, &options.limits),
        Input::Stream { stream, .. } => open_rows(stream, format, &options.limits),
    };
    source.map_err(|halt| halt.of(&name, 0))
}

/// A Parquet file that is not compressed as a whole is read in place, everything else as a stream.
fn open_file(
    mut file: File,
    format: Option<Format>,
    limits: &Limits,
    meter: &Meter,
) -> Result<Box<dyn RowSource>, Halt> {
    let meter = meter.clone();
    if format.is_none_or(|format| format == Format::Parquet) && is_parquet(&mut file)? {
        return Ok(Box::new(Rows::of_file(file, limits, meter)?));
    }
    open_rows(Box::new(Metered { input: Box::new(file), meter }), format, limits)
}

/// Whether the file is one that can be read at any place (a pipe can't), and Parquet.
pub(super) fn is_parquet(file: &mut File) -> io::Result<bool> {
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head == b"PAR1")
}

fn open_rows(input: Box<dyn Read + Send>, format: Option<Format>, limits: &Limits) -> Result<Box<dyn RowSource>, Halt> {
    // Who waits on a pipe should not wait for bytes that nobody needs to look at.
    let head = if format.is_some() { 4 } else { HEAD };
    let input = open_stream(input, limits, head)?;
    let format = format.or_else(|| sniff(&input.head)).ok_or_else(|| {
        Halt::content(
            None,
            "format not recognised",
            "name the file .jsonl, .csv, .tsv, .xml or .parquet; standard input begins with {, < or the names of the columns",
        )
    })?;
    let stream = Box::new(input);
    Ok(match format {
        Format::Jsonl => Box::new(Jsonl::new(stream, limits)),
        Format::Csv => Box::new(Delimited::csv(stream, limits)?),
        Format::Tsv => Box::new(Delimited::tsv(stream, limits)?),
        Format::Xml => Box::new(Xml::new(stream, limits)),
        Format::Parquet => Box::new(Rows::of_stream(stream, limits)?),
    })
}

/// The format that the first bytes show; nothing at all is a feed of no lines.
fn sniff(head: &[u8]) -> Option<Format> {
    let first_line = head.split(|b| *b == b'\n').next().unwrap_or(&[]);
    match head.trim_ascii_start() {
        [] => Some(Format::Jsonl),
        [b'P', b'A', b'R', b'1', ..] => Some(Format::Parquet),
        [b'<', ..] => Some(Format::Xml),
        [b'{' | b'[', ..] => Some(Format::Jsonl),
        _ if first_line.contains(&b'\t') => Some(Format::Tsv),
        _ if first_line.contains(&b',') => Some(Format::Csv),
        _ => None,
    }
}

/// Bytes of a stream: decompressed, without byte order mark, and known to be no UTF-16.
/// `head` bytes of it are looked at.
pub(crate) fn open_stream(input: Box<dyn Read + Send>, limits: &Limits, head: usize) -> Result<Peeked, Halt> {
    let packed = Meter::default();
    let raw = Peeked::new(Box::new(Metered { input, meter: packed.clone() }), 4);
    let plain: Box<dyn Read + Send> = match raw.head[..] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(raw)),
        // Zstandard; or a frame to skip, with which archives of several threads begin.
        [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Box::new(zstd::stream::read::Decoder::new(raw)?),
        _ => Box::new(raw),
    };
    let limited = Limited { input: plain, packed, unpacked: 0, bytes_max: limits.file_bytes, ratio: limits.ratio };
    let mut stream = Peeked::new(Box::new(limited), head);
    match stream.head[..] {
        [0xef, 0xbb, 0xbf, ..] => stream.position = 3,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            let hint = "save it as UTF-8, for example with: iconv -f UTF-16 -t UTF-8";
            return Err(Halt::content(None, "the file is UTF-16", hint));
        }
        _ => {}
    }
    stream.head.drain(..stream.position);
    stream.position = 0;
    Ok(stream)
}

/// A stream whose first bytes were looked at.
pub(crate) struct Peeked {
    head: Vec<u8>,
    position: usize,
    /// What ended the look; it comes after the head.
    error: Option<io::Error>,
    rest: Box<dyn Read + Send>,
}

impl Peeked {
    fn new(mut rest: Box<dyn Read + Send>, len: usize) -> Self {
        let mut head = Vec::with_capacity(len);
        let error = (&mut rest).take(len as u64).read_to_end(&mut head).err();
        Self { head, position: 0, error, rest }
    }

    /// What was looked at.
    pub(super) fn head(&self) -> &[u8] {
        &self.head[self.position..]
    }
}

impl Read for Peeked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = &self.head[self.position..];
        if left.is_empty() {
            return match self.error.take() {
                Some(error) => Err(error),
                None => self.rest.read(buffer),
            };
        }
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.position += count;
        Ok(count)
    }
}

/// Bytes that any archive may unpack to.
const UNPACKED_FREE: u64 = 64 << 20;

/// A stream that fails once too much has come out of it, altogether or for what went in.
struct Limited {
    input: Box<dyn Read + Send>,
    packed: Meter,
    unpacked: u64,
    bytes_max: u64,
    ratio: u64,
}

impl Read for Limited {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.unpacked += count as u64;
        if self.unpacked > self.bytes_max {
            return Err(io::Error::other(format!("more than {} bytes after decompression", self.bytes_max)));
        }
        if self.unpacked > UNPACKED_FREE.max(self.packed.bytes().saturating_mul(self.ratio)) {
            return Err(io::Error::other(format!("more than {} times as much after decompression", self.ratio)));
        }
        Ok(count)
    }
}
