//! Rows that were set aside: counted by the reader, and written where `--rejects` says. Without it the first few are
//! kept for the summary, so that nobody has to run again to learn what is wrong.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use touchstone_catalog::reject::{Reason, Reject, RejectLines, RejectSink};

use crate::outputs::OutFile;

/// Bad rows that the summary shows of the sellers' file, and of the feeds.
const SHOWN: usize = 3;

/// Counts rejects and writes them, or keeps the first bad rows if nobody asked.
pub(crate) struct Rejects {
    lines: Option<(PathBuf, RejectLines<BufWriter<OutFile>>)>,
    shown: Vec<Reject>,
    /// How many may be shown by now.
    shown_max: usize,
    rows: u64,
}

impl Rejects {
    pub(crate) fn create(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::to(None)) };
        let file = OutFile::create(path).with_context(|| cannot(path))?;
        Ok(Self::to(Some((path.to_owned(), RejectLines(BufWriter::new(file))))))
    }

    fn to(lines: Option<(PathBuf, RejectLines<BufWriter<OutFile>>)>) -> Self {
        Self { lines, shown: Vec::new(), shown_max: SHOWN, rows: 0 }
    }

    /// How many rows were set aside so far. Those that come now are shown however many came before them.
    pub(crate) fn so_far(&mut self) -> u64 {
        self.shown_max = self.shown.len() + SHOWN;
        self.rows
    }

    /// Writes what is left and puts the file in its place; gives the rows to show if there is none.
    pub(crate) fn finish(self) -> Result<Vec<Reject>> {
        let Some((path, lines)) = self.lines else { return Ok(self.shown) };
        let written = lines.0.into_inner().map_err(io::IntoInnerError::into_error).and_then(OutFile::finish);
        written.with_context(|| cannot(&path))?;
        Ok(self.shown)
    }
}

fn cannot(path: &Path) -> String {
    format!("cannot write rejects to {}", path.display())
}

impl RejectSink for Rejects {
    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.rows += 1;
        let Some((path, lines)) = &mut self.lines else {
            if self.shown.len() < self.shown_max && reject.reason != Reason::Duplicate {
                self.shown.push(reject);
            }
            return Ok(());
        };
        lines.reject(reject).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }
}
