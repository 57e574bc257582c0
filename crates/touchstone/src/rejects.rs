//! Rows that were set aside: counted by the reader, and written where `--rejects` says. Without it the first few are
//! kept for the summary, so that nobody has to run again to learn what is wrong.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use touchstone_catalog::reject::{Reason, Reject, RejectLines, RejectSink};

use crate::outputs::OutFile;

/// Bad rows that the summary shows.
const SHOWN: usize = 3;

/// Counts rejects and writes them, or keeps the first bad rows if nobody asked.
pub(crate) struct Rejects {
    lines: Option<(PathBuf, RejectLines<BufWriter<OutFile>>)>,
    shown: Vec<Reject>,
    /// Set aside so far.
    pub(crate) rows: u64,
}

impl Rejects {
    pub(crate) fn create(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { lines: None, shown: Vec::new(), rows: 0 }) };
        let file = OutFile::create(path).with_context(|| cannot(path))?;
        let lines = Some((path.to_owned(), RejectLines(BufWriter::new(file))));
        Ok(Self { lines, shown: Vec::new(), rows: 0 })
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
            if self.shown.len() < SHOWN && reject.reason != Reason::Duplicate {
                self.shown.push(reject);
            }
            return Ok(());
        };
        lines.reject(reject).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }
}
