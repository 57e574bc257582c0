//! What people set about reviewing: routing, sampling, ageing; from three files, or from those that come along.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use touchstone_cases::facts::Known;
use touchstone_cases::queue::Ageing;
use touchstone_cases::routing::Routing;
use touchstone_cases::sample::{Plan, Secret};
use touchstone_cases::share::Ppb;
use touchstone_diagnostic::{Diagnostic, Level, Source};

const ROUTING: &str = include_str!("../defaults/routing.toml");
const SAMPLING: &str = include_str!("../defaults/sampling.toml");
const REVIEW: &str = include_str!("../defaults/review.toml");
/// Bytes of a file, at most.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// What is set.
#[derive(Clone)]
pub struct Settings {
    /// Which queue.
    pub routing: Routing,
    /// What is drawn.
    pub plan: Plan,
    /// By which it is drawn.
    pub secret: Secret,
    /// How waiting counts.
    pub ageing: Ageing,
    /// How many items get a second review.
    pub second: Ppb,
    /// Beside how many a golden item is put.
    pub golden: Ppb,
    /// What harm counts as, by severity, in US cents.
    pub severity_minor: BTreeMap<String, u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: i64,
    ageing_hours: u32,
    second_per_million: u32,
    golden_per_million: u32,
    #[serde(default)]
    severity_minor: BTreeMap<String, u64>,
}

/// Why settings can't be had.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file can't be read.
    #[error("{path}: {why}")]
    File {
        /// Which.
        path: String,
        /// Why.
        why: String,
    },
    /// Mistakes, each with its place.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Mistakes(Vec<Diagnostic>),
}

impl Settings {
    /// Reads `routing.toml`, `sampling.toml` and `review.toml` of a folder; in the place of one that is not there stands
    /// the one that comes along. `known` are the words that conditions may ask for.
    ///
    /// # Errors
    /// A file that can't be read, or mistakes in it.
    pub fn read(folder: Option<&Path>, known: Known<'_>, secret: [u8; 32]) -> Result<Self, SettingsError> {
        let mut found = Vec::new();
        let routing = text(folder, "routing.toml", ROUTING)?;
        let routing = kept(Routing::read(routing.source(), known), &mut found);
        let sampling = text(folder, "sampling.toml", SAMPLING)?;
        let plan = kept(Plan::read(sampling.source(), known), &mut found);
        let review = text(folder, "review.toml", REVIEW)?;
        let file: File = toml::from_str(&review.text).map_err(|error| review.wrong(error))?;
        let share = |parts| Ppb::per_million(parts).map_err(|error| review.wrong(error));
        if file.schema != 1 || file.ageing_hours == 0 {
            return Err(review.wrong("schema is 1, and ageing_hours at least 1"));
        }
        match (routing, plan) {
            (Some(routing), Some(plan)) => Ok(Self {
                routing,
                plan,
                secret: Secret(secret),
                ageing: Ageing { hours: file.ageing_hours },
                second: share(file.second_per_million)?,
                golden: share(file.golden_per_million)?,
                severity_minor: file.severity_minor,
            }),
            _ => Err(SettingsError::Mistakes(found)),
        }
    }
}

/// A file, and where it is.
struct Text {
    name: String,
    text: String,
}

impl Text {
    fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: &self.text }
    }

    fn wrong(&self, why: impl ToString) -> SettingsError {
        SettingsError::File { path: self.name.clone(), why: why.to_string() }
    }
}

fn text(folder: Option<&Path>, name: &str, otherwise: &str) -> Result<Text, SettingsError> {
    let along = || Text { name: name.to_owned(), text: otherwise.to_owned() };
    let Some(path) = folder.map(|folder| folder.join(name)) else { return Ok(along()) };
    let wrong = |why: String| SettingsError::File { path: path.display().to_string(), why };
    match std::fs::metadata(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(along()),
        Err(error) => return Err(wrong(error.to_string())),
        Ok(meta) if meta.len() > FILE_BYTES_MAX => return Err(wrong(format!("more than {FILE_BYTES_MAX} bytes"))),
        Ok(_) => {}
    }
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()))?;
    Ok(Text { name: path.display().to_string(), text })
}

fn kept<T>((read, said): (Option<T>, Vec<Diagnostic>), found: &mut Vec<Diagnostic>) -> Option<T> {
    found.extend(said.into_iter().filter(|one| one.level == Level::Error));
    read
}
