//! What can go wrong with models, said so that a person can mend it.

use std::path::PathBuf;

/// Why a model cannot be opened or run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The folder, its manifest or a file in it is not there.
    #[error("cannot read {}: {source} (make setup fetches the models)", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The manifest cannot be understood.
    #[error("{}: {detail}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// Where and why.
        detail: String,
    },
    /// The manifest has no entry of that name.
    #[error("{} names no file for {name:?} (delete the folder and run make setup again)", path.display())]
    Unnamed {
        /// The manifest.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// A file is not the one that the manifest speaks of.
    #[error("{} is not the file that its manifest names: SHA-256 is {found}, not {expected} (delete the folder and run make setup again)", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
        /// Hash that the manifest states.
        expected: String,
        /// Hash of the file.
        found: String,
    },
    /// ONNX Runtime cannot be loaded, or another one is loaded already.
    #[error("cannot load ONNX Runtime from {}: {detail}", path.display())]
    Library {
        /// The library.
        path: PathBuf,
        /// What the loader says.
        detail: String,
    },
    /// ONNX Runtime refuses a model or an input.
    #[error("model {name}: {detail}")]
    Model {
        /// Name of the model in the manifest.
        name: String,
        /// What ONNX Runtime says.
        detail: String,
    },
}

impl Error {
    pub(crate) fn model(name: &str, detail: impl ToString) -> Self {
        Self::Model { name: name.to_owned(), detail: detail.to_string() }
    }
}
