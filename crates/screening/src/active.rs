//! What is in force: knowledge and policy, swapped as one.

use std::path::Path;
use std::sync::Arc;

use touchstone_knowledge::{BundleError, Snapshot, load, read_bundle};
use touchstone_policy::Policy;
use touchstone_signals::Value;

use crate::columns::columns;

/// Knowledge and policy that decide together.
pub struct Active {
    /// Brands, words, prices: by far the largest part, and shared by those that differ in their policy only.
    pub snapshot: Arc<Snapshot>,
    /// Rules and score.
    pub policy: Policy,
    /// Warnings found on loading.
    pub warnings: Vec<String>,
}

/// Where knowledge and policy are read from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// A knowledge folder, or a snapshot file.
    pub knowledge: &'a Path,
    /// A policy folder.
    pub policy: &'a Path,
}

/// Why nothing is in force.
#[derive(Debug, thiserror::Error)]
pub enum ActiveError {
    /// Files that people edit hold mistakes.
    #[error("{}", .0.join("\n"))]
    Files(Vec<String>),
    /// The snapshot file cannot be used.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The words do not compile.
    #[error("the knowledge does not compile: {0}")]
    Compile(String),
}

fn list<T: ToString>(diagnostics: &[T]) -> Vec<String> {
    diagnostics.iter().map(ToString::to_string).collect()
}

impl Active {
    /// Loads and compiles.
    ///
    /// # Errors
    /// Every mistake in the files, or why the snapshot file cannot be used.
    pub fn load(sources: Sources<'_>) -> Result<Self, ActiveError> {
        let (snapshot, mut warnings) = snapshot(sources.knowledge)?;
        let policy = Policy::load(sources.policy, &columns()).map_err(|found| ActiveError::Files(list(&found)))?;
        warnings.extend(list(policy.warnings()));
        Ok(Self { snapshot: Arc::new(snapshot), policy, warnings })
    }

    /// The same knowledge with another policy, for who wants to know what it would have done.
    #[must_use]
    pub fn with_policy(&self, policy: Policy) -> Self {
        Self { snapshot: Arc::clone(&self.snapshot), policy, warnings: Vec::new() }
    }

    /// A signal's value as a person says it: brands by name, ratios in per cent.
    pub fn say(&self, signal: &str, value: Value<'_>) -> String {
        say(&self.snapshot, signal, value)
    }
}

/// A signal's value as a person says it.
pub(crate) fn say(snapshot: &Snapshot, signal: &str, value: Value<'_>) -> String {
    match value {
        Value::Int(permille) if signal.starts_with("price_vs_") => format!("{} %", permille / 10),
        Value::Int(number) => number.to_string(),
        Value::Text(slug) => snapshot
            .brand_by_slug(slug)
            .and_then(|brand| snapshot.brand(brand))
            .map_or_else(|| slug.replace('_', " "), |brand| brand.name.clone()),
        Value::True => "yes".to_owned(),
        Value::Null => "unknown".to_owned(),
    }
}

fn snapshot(path: &Path) -> Result<(Snapshot, Vec<String>), ActiveError> {
    let (knowledge, warnings) = match path.is_file() {
        true => (read_bundle(path)?, Vec::new()),
        false => load(path).map(|(k, w)| (k, list(&w))).map_err(|found| ActiveError::Files(list(&found)))?,
    };
    let snapshot = Snapshot::compile(knowledge).map_err(|e| ActiveError::Compile(e.to_string()))?;
    Ok((snapshot, warnings))
}
