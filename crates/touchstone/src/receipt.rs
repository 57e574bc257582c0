//! `touchstone receipt`: whether a receipt holds for a file, offline.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use touchstone_audit::Receipt;
use touchstone_audit::receipt::RECEIPT_BYTES_MAX;

use crate::audit::{keys, small};
use crate::console;
use crate::mark::one_line;

/// Bytes of a body.
const BODY_BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, Args)]
pub(crate) struct ReceiptArgs {
    #[command(subcommand)]
    verb: ReceiptVerb,
}

#[derive(Debug, Subcommand)]
enum ReceiptVerb {
    /// Check that a decision or statement is the one that a receipt was given for.
    Verify {
        /// The decision or statement, byte for byte as it was given out.
        body: PathBuf,
        /// The receipt.
        receipt: PathBuf,
        /// Public keys that are believed, one a line; see docs/audit.md.
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
    },
}

pub(crate) fn run(args: &ReceiptArgs) -> Result<ExitCode> {
    let ReceiptVerb::Verify { body, receipt: path, key } = &args.verb;
    let keys = keys(key)?;
    let wrong = || format!("{} does not hold", path.display());
    let receipt = Receipt::read(&small(path, RECEIPT_BYTES_MAX as u64)?).with_context(wrong)?;
    let signer = receipt.verify(&small(body, BODY_BYTES_MAX)?, &keys).with_context(wrong)?;
    let (kind, subject) = (receipt.kind.as_str(), one_line(&receipt.subject));
    let label = one_line(&signer.key.label());
    let mut out = console::out();
    writeln!(out, "{kind} {subject} is as it was on {}, signed by {label}", receipt.issued_at)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
