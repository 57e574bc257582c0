//! The files of a folder of banks, and how one is put in its place so that it is there whole or not at all.
//!
//! ```text
//! lock              whoever writes holds it
//! generation.json   which base and which log count; replaced by a rename, so that readers see the old or the new one
//! base-HASH.bank    never changed
//! log-N.bank        grows at its end only
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::entry::hex;
use crate::error::BankError;

const GENERATION: &str = "generation.json";
const SCHEMA: u32 = 1;

/// Which files count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Generation {
    schema: u32,
    /// Counts compactions, from 1.
    pub(crate) generation: u64,
    /// SHA-256 of the base in hexadecimal; none before the first compaction.
    pub(crate) base: Option<String>,
}

impl Generation {
    /// Without a base.
    pub(crate) fn first() -> Self {
        Self { schema: SCHEMA, generation: 1, base: None }
    }

    /// After a compaction.
    pub(crate) fn next(&self, base: String) -> Self {
        Self { schema: SCHEMA, generation: self.generation + 1, base: Some(base) }
    }

    pub(crate) fn log(&self, folder: &Path) -> PathBuf {
        folder.join(format!("log-{}.bank", self.generation))
    }

    pub(crate) fn base(&self, folder: &Path) -> Option<PathBuf> {
        let hash = self.base.as_deref()?;
        Some(folder.join(base_name(hash)))
    }

    /// What counts now; none in a folder without banks.
    pub(crate) fn read(folder: &Path) -> Result<Option<Self>, BankError> {
        let path = folder.join(GENERATION);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(BankError::Io { path, error }),
        };
        let read: Option<Self> = serde_json::from_slice(&text).ok();
        read.filter(|read| read.schema == SCHEMA).map(Some).ok_or(BankError::Foreign { path })
    }

    /// Makes it count, for every process.
    pub(crate) fn publish(&self, folder: &Path) -> Result<(), BankError> {
        let mut part = Part::create(folder, GENERATION)?;
        let text = serde_json::to_vec(self).unwrap_or_default();
        part.write(&text)?;
        part.place(GENERATION)
    }
}

/// Name of a base.
pub(crate) fn base_name(hash: &str) -> String {
    format!("base-{}.bank", hash.get(..16).unwrap_or(hash))
}

/// Takes the lock of a folder, which is made if it is not there. Held until the file is dropped or the process ends.
pub(crate) fn lock(folder: &Path) -> Result<File, BankError> {
    fs::create_dir_all(folder).map_err(BankError::io(folder))?;
    let path = folder.join("lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(BankError::io(&path))?;
    file.lock().map_err(BankError::io(&path))?;
    Ok(file)
}

/// Makes renames and new names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), BankError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(BankError::io(folder))
}

/// A file that takes its place when it is whole and durable; gone if it is dropped before.
pub(crate) struct Part {
    folder: PathBuf,
    path: PathBuf,
    file: Option<File>,
}

impl Part {
    /// Begins a file, over what an ended process left.
    pub(crate) fn create(folder: &Path, name: &str) -> Result<Self, BankError> {
        let path = folder.join(format!(".{name}.part"));
        let file = File::create(&path).map_err(BankError::io(&path))?;
        Ok(Self { folder: folder.to_owned(), path, file: Some(file) })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), BankError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.write_all(bytes).map_err(BankError::io(&self.path))
    }

    /// Durable, and under its name.
    pub(crate) fn place(mut self, name: &str) -> Result<(), BankError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let placed = file.sync_all().and_then(|()| fs::rename(&self.path, self.folder.join(name)));
        if placed.is_err() {
            let _ = fs::remove_file(&self.path);
        }
        placed.map_err(BankError::io(&self.path))?;
        sync_folder(&self.folder)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// SHA-256 of a whole file in hexadecimal.
pub(crate) fn hash(path: &Path) -> Result<String, BankError> {
    let mut file = File::open(path).map_err(BankError::io(path))?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let got = file.read(&mut buffer).map_err(BankError::io(path))?;
        if got == 0 {
            return Ok(hex(&sum.finalize()));
        }
        sum.update(&buffer[..got]);
    }
}
