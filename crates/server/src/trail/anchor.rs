//! The anchor beside the database: a file that only grows.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use touchstone_audit::record::{LINE_BYTES_MAX, Record};

/// A file of lines, and how many events its last line counts.
pub(super) struct AnchorFile {
    file: File,
    path: PathBuf,
    size: u64,
}

impl AnchorFile {
    /// Opens the file where it ends. What a crash left of a line is cut off: it is written again.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let opened = || -> io::Result<(File, Vec<u8>)> {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
            let len = file.metadata()?.len();
            let tail = len.min(2 * LINE_BYTES_MAX as u64);
            file.seek(SeekFrom::Start(len - tail))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            if whole < bytes.len() {
                file.set_len(len - (bytes.len() - whole) as u64)?;
                bytes.truncate(whole);
            }
            Ok((file, bytes))
        };
        let (file, bytes) = opened().map_err(|error| format!("{}: {error}", path.display()))?;
        let last = bytes.split(|byte| *byte == b'\n').rfind(|line| !line.is_empty());
        let read = |line| Record::read(line).ok().and_then(|record| counted(&record));
        let bad = || {
            format!("{}: the last line is no line of an anchor; move the file away to begin another", path.display())
        };
        let size = last.map_or(Some(0), read).ok_or_else(bad)?;
        Ok(Self { file, path: path.to_owned(), size })
    }

    /// Events that it counts.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Appends a line; it is on the disk then.
    pub(super) fn append(&mut self, record: &Record, size: u64) -> Result<(), String> {
        let mut line = Vec::new();
        let written = record.write(&mut line).and_then(|()| self.file.write_all(&line));
        let written = written.and_then(|()| self.file.sync_data());
        written.map_err(|error| format!("{}: {error}", self.path.display()))?;
        self.size = size;
        Ok(())
    }
}

/// Events that a line's head counts: its second line.
fn counted(record: &Record) -> Option<u64> {
    record.head.lines().nth(1)?.parse().ok()
}
