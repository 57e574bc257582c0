//! Screens a feed on several threads and gives the decisions out in input order.
//!
//! One thread reads and looks up, a pool screens, the caller's thread consumes. The order of results
//! is the order of batches, whatever the number of threads; see [`ordered`].

use std::sync::Arc;

use anyhow::Result;
use touchstone_catalog::feed::{FeedError, FeedReader};
use touchstone_catalog::{ListingBatch, RejectSink, Sellers};
use touchstone_screening::{Active, ContextBatch, DecisionBatch, NoHistory, Screener, enrich, see};

use crate::images::Images;
use crate::ordered;

/// A batch with its decisions.
pub(crate) struct Screened {
    pub(crate) listings: ListingBatch,
    pub(crate) decisions: DecisionBatch,
    /// Bytes of the feed that were read when the batch was.
    pub(crate) read: u64,
}

/// A batch on its way.
struct Job {
    listings: ListingBatch,
    context: ContextBatch,
    read: u64,
}

/// What looks things up and what decides.
pub(crate) struct Plan<'p> {
    pub(crate) active: &'p Arc<Active>,
    pub(crate) sellers: &'p Sellers,
    pub(crate) images: &'p Images,
    pub(crate) today: &'p str,
    pub(crate) jobs: usize,
}

/// Runs the feed through; `consume` gets every batch in input order. An error of one file is
/// reported through `file_error` and the next file is read.
pub(crate) fn run<S: RejectSink + Send>(
    reader: &mut FeedReader<S>,
    plan: &Plan<'_>,
    consume: impl FnMut(Screened) -> Result<()>,
    file_error: impl Fn(FeedError) + Send + Sync,
) -> Result<()> {
    let jobs = std::iter::from_fn(|| next(reader, plan, &file_error).transpose());
    ordered::each(plan.jobs, jobs, || worker(plan), consume)
}

/// Pictures are looked at where they are screened: that is dear, and the reader has one thread.
fn worker(plan: &Plan<'_>) -> impl FnMut(Job) -> Screened {
    let mut screener = Screener::new(Arc::clone(plan.active));
    let images = plan.images;
    move |Job { listings, mut context, read }| {
        see(&listings, &mut context, images);
        let decisions = screener.screen(&listings, &context);
        Screened { listings, decisions, read }
    }
}

fn next<S: RejectSink>(
    reader: &mut FeedReader<S>,
    plan: &Plan<'_>,
    file_error: &impl Fn(FeedError),
) -> Result<Option<Job>> {
    loop {
        match reader.next() {
            None => return Ok(None),
            Some(Ok(listings)) => {
                let context = enrich(&listings, &plan.active.snapshot, plan.sellers, &NoHistory, plan.today);
                return Ok(Some(Job { listings, context, read: reader.bytes_read() }));
            }
            // Whoever wants to see what was set aside must not believe that it was little.
            Some(Err(error @ FeedError::Rejects(_))) => return Err(error.into()),
            Some(Err(error)) => file_error(error),
        }
    }
}
