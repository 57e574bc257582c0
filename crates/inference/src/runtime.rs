//! ONNX Runtime, loaded once a process, and the models beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use sha2::{Digest, Sha256};

use crate::manifest::Entry;
use crate::{Error, Manifest, Model};

/// The library that this process loaded, if any: a second one beside it is impossible.
static LOADED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);

/// A folder of models, and ONNX Runtime loaded from it.
#[derive(Clone, Debug)]
pub struct Runtime {
    manifest: Manifest,
    environment: Environment,
    workers_max: usize,
}

impl Runtime {
    /// Opens the folder that `make setup` filled; as many threads as there are cores can run a model at once.
    ///
    /// # Errors
    /// When the folder or a file is missing or damaged, or ONNX Runtime cannot be loaded.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::with_workers(folder, cores)
    }

    /// The same, for at most so many threads at once; each keeps a copy of the weights that it used.
    ///
    /// # Errors
    /// As [`Runtime::open`].
    pub fn with_workers(folder: &Path, workers_max: usize) -> Result<Self, Error> {
        let manifest = Manifest::read(folder)?;
        let library = &manifest.entry("runtime")?.path;
        let library = library.canonicalize().map_err(|source| Error::Missing { path: library.clone(), source })?;
        Ok(Self { environment: environment(&library)?, manifest, workers_max: workers_max.max(1) })
    }

    /// Opens the model of that name in the manifest.
    ///
    /// # Errors
    /// When it is missing, is not the file that the manifest speaks of, or ONNX Runtime refuses it.
    pub fn model(&self, name: &str) -> Result<Model, Error> {
        let entry = self.manifest.entry(name)?;
        let (bytes, version) = read(entry)?;
        Model::open(entry.clone(), version, bytes, self.environment.clone(), self.workers_max)
    }

    /// The bytes of a file that is no model, and its SHA-256 in lower case hex; none where the manifest names none.
    ///
    /// # Errors
    /// When it is missing, or is not the file that the manifest speaks of.
    pub fn data(&self, name: &str) -> Result<Option<(Vec<u8>, String)>, Error> {
        self.manifest.entry(name).ok().map(read).transpose()
    }
}

/// A file's bytes and hash.
fn read(entry: &Entry) -> Result<(Vec<u8>, String), Error> {
    let bytes = std::fs::read(&entry.path).map_err(|source| Error::Missing { path: entry.path.clone(), source })?;
    let found = hex(&Sha256::digest(&bytes));
    match &entry.sha256 {
        Some(expected) if *expected != found => {
            Err(Error::Changed { path: entry.path.clone(), expected: expected.clone(), found })
        }
        _ => Ok((bytes, found)),
    }
}

fn environment(library: &Path) -> Result<Environment, Error> {
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let failed = |detail: String| Error::Library { path: library.to_owned(), detail };
    match &*loaded {
        Some((path, environment)) if path == library => return Ok(environment.clone()),
        Some((path, _)) => return Err(failed(format!("{} is loaded already", path.display()))),
        None => {}
    }
    let builder = ort::init_from(library).map_err(|e| failed(e.to_string()))?;
    let environment =
        builder.with_name("touchstone").with_telemetry(false).build().map_err(|e| failed(e.to_string()))?;
    *loaded = Some((library.to_owned(), environment.clone()));
    Ok(environment)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
