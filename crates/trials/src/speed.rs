//! Speed of the picture's way, beside the least that it could cost.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;
use touchstone_vision::decode::{self, Limits};
use touchstone_vision::pdq;

/// What is measured or printed.
#[derive(Debug, Subcommand)]
pub(crate) enum Speed {
    /// Fingerprints of files, one line each: quality, then the public hash of all eight symmetries.
    Hash {
        /// Pictures.
        files: Vec<PathBuf>,
    },
}

impl Speed {
    pub(crate) fn run(self, out: &mut impl Write) -> Result<()> {
        match self {
            Self::Hash { files } => files.iter().try_for_each(|file| hash(file, out)),
        }
    }
}

fn hash(file: &PathBuf, out: &mut impl Write) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("{}", file.display()))?;
    let picture = decode::decode(&bytes, &Limits::default()).with_context(|| format!("{}", file.display()))?;
    let full = pdq::full(&picture);
    write!(out, "{}", full.quality())?;
    full.hashes().iter().try_for_each(|hash| write!(out, " {hash}"))?;
    writeln!(out)?;
    Ok(())
}
