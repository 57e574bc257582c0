//! The pictures of the banks: each file once, in `DATA/banks/pictures` under its hash.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::BankError;
use crate::files::Part;

fn folder(data: &Path, sha256: &str) -> PathBuf {
    data.join("banks/pictures").join(sha256.get(..2).unwrap_or("00"))
}

/// Where a picture of this hash (lower-case hexadecimal) is kept.
pub fn place(data: &Path, sha256: &str) -> PathBuf {
    folder(data, sha256).join(sha256)
}

/// Keeps a picture, durable when this returns. What is there already is not written again.
///
/// # Errors
/// A file or folder that can't be written.
pub fn keep(data: &Path, sha256: &str, bytes: &[u8]) -> Result<(), BankError> {
    let folder = folder(data, sha256);
    if fs::metadata(folder.join(sha256)).is_ok_and(|kept| kept.len() == bytes.len() as u64) {
        return Ok(());
    }
    fs::create_dir_all(&folder).map_err(BankError::io(&folder))?;
    // Two that keep the same picture at once write under two names.
    let name = format!("{sha256}-{}-{:?}", std::process::id(), std::thread::current().id());
    let mut part = Part::create(&folder, &name)?;
    part.write(bytes)?;
    part.place(sha256)
}
