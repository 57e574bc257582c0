//! One model, and the sessions that run it.
//!
//! A session of ONNX Runtime is used by one thread at a time. A model keeps those that were made and lends them; when
//! none is free it makes another, up to the number of workers, then waits. Each runs on the thread that calls it, so
//! that results do not depend on how many threads there are.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;

use crate::{Entry, Error};

/// Numbers in row-major order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tensor {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// As many as the lengths multiplied.
    pub values: Vec<f32>,
}

/// Numbers in row-major order that somebody else holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Output<'a> {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// As many as the lengths multiplied.
    pub values: &'a [f32],
}

impl Output<'_> {
    /// A copy that outlives the run.
    pub fn to_tensor(&self) -> Tensor {
        Tensor { shape: self.shape.clone(), values: self.values.to_vec() }
    }
}

/// A model that can run on several threads at once.
#[derive(Debug)]
pub struct Model {
    entry: Entry,
    version: String,
    bytes: Arc<[u8]>,
    environment: Environment,
    sessions: Mutex<Sessions>,
    returned: Condvar,
    workers_max: usize,
}

#[derive(Debug, Default)]
struct Sessions {
    free: Vec<Session>,
    made: usize,
}

impl Model {
    pub(crate) fn open(
        entry: Entry,
        version: String,
        bytes: Vec<u8>,
        environment: Environment,
        workers_max: usize,
    ) -> Result<Self, Error> {
        let model = Self {
            entry,
            version,
            bytes: bytes.into(),
            environment,
            sessions: Mutex::default(),
            returned: Condvar::new(),
            workers_max,
        };
        // The first is made at once: a file that is no model is found on opening, not on the first picture.
        let session = model.lend()?;
        model.give_back(session);
        Ok(model)
    }

    /// SHA-256 of the file in hex: whatever the model said can be cached under it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// What the manifest says of it.
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// A text that the file carries under a key, such as a recogniser's alphabet.
    ///
    /// # Errors
    /// When ONNX Runtime cannot make a session.
    pub fn metadata(&self, key: &str) -> Result<Option<String>, Error> {
        let session = self.lend()?;
        let text = session.metadata().ok().and_then(|metadata| metadata.custom(key));
        self.give_back(session);
        Ok(text)
    }

    /// Runs the model on its one input; gives its outputs in the model's order.
    ///
    /// # Errors
    /// When the shape or the numbers do not fit the model, or memory is lacking.
    pub fn run(&self, shape: &[usize], values: &[f32]) -> Result<Vec<Tensor>, Error> {
        self.run_into(shape, values, |outputs| outputs.iter().map(Output::to_tensor).collect())
    }

    /// As [`Self::run`], but the outputs are read where they lie: large ones need no copy.
    ///
    /// # Errors
    /// When the shape or the numbers do not fit the model, or memory is lacking.
    pub fn run_into<T>(
        &self,
        shape: &[usize],
        values: &[f32],
        read: impl FnOnce(&[Output<'_>]) -> T,
    ) -> Result<T, Error> {
        let mut session = self.lend()?;
        let outputs = outputs(&mut session, shape, values, read);
        self.give_back(session);
        outputs.map_err(|e| self.failed(&e))
    }

    fn failed(&self, error: &impl ToString) -> Error {
        Error::model(&self.entry.name, error.to_string())
    }

    fn lend(&self) -> Result<Session, Error> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(session) = sessions.free.pop() {
                return Ok(session);
            }
            if sessions.made < self.workers_max {
                sessions.made += 1;
                drop(sessions);
                let session = session(&self.environment, &self.bytes);
                return session.map_err(|e| self.failed(&e)).inspect_err(|_| self.give_up());
            }
            sessions = self.returned.wait(sessions).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, session: Session) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).free.push(session);
        self.returned.notify_one();
    }

    fn give_up(&self) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).made -= 1;
        self.returned.notify_one();
    }
}

fn session(environment: &Environment, bytes: &[u8]) -> ort::Result<Session> {
    Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        // Numbers too small to matter cost a hundred times as much as others.
        .with_config_entry("session.set_denormal_as_zero", "1")?
        .commit_from_memory(bytes)
}

fn outputs<T>(
    session: &mut Session,
    shape: &[usize],
    values: &[f32],
    read: impl FnOnce(&[Output<'_>]) -> T,
) -> ort::Result<T> {
    let input = TensorRef::from_array_view((shape.to_vec(), values))?;
    let outputs = session.run(ort::inputs![input])?;
    let output = |at: usize| {
        let (shape, values) = outputs[at].try_extract_tensor::<f32>()?;
        Ok(Output { shape: shape.iter().map(|&length| usize::try_from(length).unwrap_or(0)).collect(), values })
    };
    Ok(read(&(0..outputs.len()).map(output).collect::<ort::Result<Vec<_>>>()?))
}
