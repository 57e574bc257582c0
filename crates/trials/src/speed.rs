//! Speed of what every picture passes through, beside the least that it could cost.
//!
//! Times are processor time of one thread, which others on the machine disturb little. What is compared runs in turn,
//! round by round; of the rounds the fastest counts, and the median is given beside it.

mod clock;
mod fingerprint;
mod search;

use std::io::Write;
use std::path::{Path, PathBuf};

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
    /// Time from file to fingerprint, beside a bare decode at the same scale.
    Fingerprint(fingerprint::Order),
    /// Time to find the hashes within 31 bits of one, beside comparing all.
    Search(search::Order),
}

impl Speed {
    pub(crate) fn run(self, out: &mut impl Write) -> Result<()> {
        match self {
            Self::Hash { files } => files.iter().try_for_each(|file| hash(file, out)),
            Self::Fingerprint(order) => show(&order.run()?, out),
            Self::Search(order) => show(&order.run()?, out),
        }
    }
}

fn show(result: &serde_json::Value, out: &mut impl Write) -> Result<()> {
    Ok(writeln!(out, "{result:#}")?)
}

fn hash(file: &Path, out: &mut impl Write) -> Result<()> {
    let picture = decode::decode(&read(file)?, &Limits::default()).with_context(|| file.display().to_string())?;
    let full = pdq::full(&picture);
    write!(out, "{}", full.quality())?;
    full.hashes().iter().try_for_each(|hash| write!(out, " {hash}"))?;
    Ok(writeln!(out)?)
}

fn read(file: &Path) -> Result<Vec<u8>> {
    std::fs::read(file).with_context(|| file.display().to_string())
}
