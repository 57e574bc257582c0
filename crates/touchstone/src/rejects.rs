//! Rows that were set aside: counted by the reader, and written where `--rejects` says.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use touchstone_catalog::reject::{Reject, RejectLines, RejectSink};

use crate::outputs::OutFile;

/// Counts rejects and writes them, or drops them if nobody asked.
pub(crate) struct Rejects {
    lines: Option<(PathBuf, RejectLines<BufWriter<OutFile>>)>,
    /// Set aside so far.
    pub(crate) rows: u64,
}

impl Rejects {
    pub(crate) fn create(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { lines: None, rows: 0 }) };
        let file = OutFile::create(path).with_context(|| cannot(path))?;
        Ok(Self { lines: Some((path.to_owned(), RejectLines(BufWriter::new(file)))), rows: 0 })
    }

    /// Writes what is left and puts the file in its place.
    pub(crate) fn finish(self) -> Result<()> {
        let Some((path, lines)) = self.lines else { return Ok(()) };
        let written = lines.0.into_inner().map_err(io::IntoInnerError::into_error).and_then(OutFile::finish);
        written.with_context(|| cannot(&path))
    }
}

fn cannot(path: &Path) -> String {
    format!("cannot write rejects to {}", path.display())
}

impl RejectSink for Rejects {
    fn reject(&mut self, reject: Reject) -> io::Result<()> {
        self.rows += 1;
        let Some((path, lines)) = &mut self.lines else { return Ok(()) };
        lines.reject(reject).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
    }
}
