//! Opens feeds, sellers and what decides, with errors that name the path.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use touchstone_catalog::feed::{FeedReader, Options, open};
use touchstone_catalog::{Limits, RejectSink, Sellers};
use touchstone_screening::{Active, Sources};

use crate::cli::Deciders;

/// Loads knowledge and policy; warnings go to standard error.
pub(crate) fn active(deciders: &Deciders) -> Result<Arc<Active>> {
    let sources = Sources { knowledge: &deciders.knowledge, policy: &deciders.policy };
    let active = Active::load(sources).map_err(|e| anyhow::anyhow!("knowledge or policy cannot be used\n{e}"))?;
    for warning in &active.warnings {
        anstream::eprintln!("{warning}");
    }
    Ok(Arc::new(active))
}

/// Reads the sellers' file, or none.
pub(crate) fn sellers(path: Option<&Path>, rejects: impl RejectSink) -> Result<Sellers> {
    match path {
        None => Ok(Sellers::default()),
        Some(path) => Sellers::read(path, &Limits::default(), rejects)
            .with_context(|| format!("cannot read sellers from {}", path.display())),
    }
}

/// A reader over feeds.
pub(crate) fn reader<S: RejectSink>(feeds: &[PathBuf], dedupe_max: usize, rejects: S) -> FeedReader<S> {
    open(feeds.iter().cloned(), Options { dedupe_max, ..Options::default() }, rejects)
}

/// The day that counts: the one given, or today in UTC.
pub(crate) fn day(given: Option<&str>) -> Result<String> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    match given {
        Some(day) => Ok(time::Date::parse(day, &format)
            .map(|_| day.to_owned())
            .with_context(|| format!("--today {day}: write YYYY-MM-DD"))?),
        None => Ok(time::OffsetDateTime::now_utc().date().format(&format)?),
    }
}
