//! Screens a feed on several threads and gives the decisions out in input order.
//!
//! One thread reads and looks up, a pool screens, the caller's thread consumes. Every queue is
//! bounded, so memory does not depend on the feed. The order of results is the order of batches,
//! whatever the number of threads.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::Result;
use touchstone_catalog::feed::{Counts, FeedReader};
use touchstone_catalog::{ListingBatch, RejectSink, Sellers};
use touchstone_screening::{Active, ContextBatch, DecisionBatch, Screener, enrich};

/// A batch with its decisions.
pub(crate) struct Screened {
    pub(crate) listings: ListingBatch,
    pub(crate) decisions: DecisionBatch,
}

/// A batch on its way, and where its result goes.
struct Job {
    listings: ListingBatch,
    context: ContextBatch,
    result: SyncSender<Screened>,
}

/// Batches in flight for each thread.
const DEPTH: usize = 4;

/// What looks things up and what decides.
pub(crate) struct Plan<'p> {
    pub(crate) active: &'p Arc<Active>,
    pub(crate) sellers: &'p Sellers,
    pub(crate) today: &'p str,
    pub(crate) jobs: usize,
}

/// Runs the feed through; `consume` gets every batch in input order. An error of one file is
/// reported through `file_error` and the next file is read.
pub(crate) fn run<S: RejectSink + Send>(
    mut reader: FeedReader<S>,
    plan: &Plan<'_>,
    mut consume: impl FnMut(Screened) -> Result<()>,
    file_error: impl Fn(anyhow::Error) + Send + Sync,
) -> Result<(Counts, S)> {
    let jobs = plan.jobs.max(1);
    let (job_sender, job_receiver) = sync_channel::<Job>(jobs * DEPTH);
    let (order_sender, order_receiver) = sync_channel::<Receiver<Screened>>(jobs * DEPTH);
    let job_receiver = Mutex::new(job_receiver);
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| work(plan.active, &job_receiver));
        }
        let feeder = scope.spawn(move || {
            feed(&mut reader, plan, &job_sender, &order_sender, &file_error);
            (reader.counts(), reader)
        });
        let consumed = order_receiver.iter().try_for_each(|result| consume(result.recv()?));
        // Dropping the receiver stops the feeder when consuming failed (a full disk, a closed pipe).
        drop(order_receiver);
        let (counts, reader) = feeder.join().map_err(|_| anyhow::anyhow!("reading the feed failed unexpectedly"))?;
        consumed.map(|()| (counts, reader.into_rejects()))
    })
}

fn feed<S: RejectSink>(
    reader: &mut FeedReader<S>,
    plan: &Plan<'_>,
    jobs: &SyncSender<Job>,
    order: &SyncSender<Receiver<Screened>>,
    file_error: &impl Fn(anyhow::Error),
) {
    for batch in reader {
        let listings = match batch {
            Ok(listings) => listings,
            Err(error) => {
                file_error(error.into());
                continue;
            }
        };
        let context = enrich(&listings, &plan.active.snapshot, plan.sellers, plan.today);
        let (result, receiver) = sync_channel(1);
        if order.send(receiver).is_err() || jobs.send(Job { listings, context, result }).is_err() {
            return;
        }
    }
}

fn work(active: &Arc<Active>, jobs: &Mutex<Receiver<Job>>) {
    let mut screener = Screener::new(Arc::clone(active));
    loop {
        let Ok(next) = jobs.lock().map(|queue| queue.recv()) else { return };
        let Ok(job) = next else { return };
        let decisions = screener.screen(&job.listings, &job.context);
        // A closed receiver means that nobody wants the result any more.
        let _ = job.result.send(Screened { listings: job.listings, decisions });
    }
}
