//! Opens feeds, sellers and what decides, with errors that name the path.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use touchstone_catalog::feed::{FeedReader, Options, open};
use touchstone_catalog::{Limits, RejectSink, Sellers};
use touchstone_screening::{Active, Sources};

use crate::cli::{Deciders, Marketplace};
use crate::console::note;
use crate::mark::lines;

/// Loads knowledge and policy; warnings go to standard error.
pub(crate) fn active(deciders: &Deciders) -> Result<Arc<Active>> {
    let sources = Sources { knowledge: &deciders.knowledge, policy: &deciders.policy };
    let active = Active::load(sources).map_err(|e| anyhow::anyhow!("knowledge or policy cannot be used\n{e}"))?;
    active.warnings.iter().for_each(|warning| note(lines(warning)));
    Ok(Arc::new(active))
}

/// What the marketplace says: who it is, and what its sellers' file holds.
pub(crate) fn sellers(said: &Marketplace, rejects: impl RejectSink) -> Result<Sellers> {
    let sellers = match &said.sellers {
        None => Sellers::default(),
        Some(path) => Sellers::read(path, &Limits::default(), rejects)
            .with_context(|| format!("cannot read sellers from {}", path.display()))?,
    };
    Ok(sellers.operated_by(said.marketplace.clone()))
}

/// A reader over feeds.
pub(crate) fn reader<S: RejectSink>(feeds: &[PathBuf], dedupe_max: usize, rejects: S) -> FeedReader<S> {
    open(feeds.iter().cloned(), Options { dedupe_max, ..Options::default() }, rejects)
}

const DAY: &[time::format_description::BorrowedFormatItem<'_>] =
    time::macros::format_description!("[year]-[month]-[day]");

/// Accepts a day as people type it: YYYY-MM-DD.
pub(crate) fn is_day(text: &str) -> Result<String, String> {
    let day = time::Date::parse(text, DAY);
    day.map(|_| text.to_owned()).map_err(|error| format!("{error}; write YYYY-MM-DD"))
}

/// The day that counts: the one given, or today in UTC.
pub(crate) fn day(given: Option<&str>) -> Result<String> {
    match given {
        Some(day) => Ok(day.to_owned()),
        None => Ok(time::OffsetDateTime::now_utc().date().format(DAY)?),
    }
}
