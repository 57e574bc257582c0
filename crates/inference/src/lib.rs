//! Runs neural models: the runtime, the model files and their versions, threads.
//!
//! [`Runtime::open`] reads `manifest.toml` of a folder that `make setup` filled, and loads ONNX Runtime from it, once a
//! process. [`Runtime::model`] opens a model by its name in the manifest; the SHA-256 of its file is its version, so that
//! whatever is computed by it can say by what. To run a better model, name its file in the manifest. A model runs on the
//! calling thread alone, and as many threads as there are cores may call it at once.
//!
//! A model here is a file with one input and some outputs; what it is for is known one room further, in
//! `touchstone-sight`.

mod error;
mod manifest;
mod model;
mod runtime;

pub use error::Error;
pub use manifest::{Entry, Manifest};
pub use model::{Model, Output, Tensor};
pub use runtime::Runtime;
