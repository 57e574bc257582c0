//! Works on items with several threads and hands the results over in the order of the items.
//!
//! ```text
//! items ─ feeder ─┬─► jobs, bounded ──► workers ─┐
//!                 └─► order, bounded ────────────┴─► consume, on the caller's thread
//! ```
//!
//! Both queues are bounded, so memory does not depend on the number of items. Whoever fails or
//! panics lets go of its end of a queue, which stops the others: nothing waits for ever.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Result, anyhow};

/// Items in flight for each worker.
const DEPTH: usize = 4;

/// An item, and where its result goes.
type Job<I, O> = (I, SyncSender<O>);

/// Gives every item to one of `jobs` workers and its result to `consume`.
///
/// # Errors
/// The first error of the items or of `consume`, after which nothing more is consumed; or that a
/// thread panicked.
pub(crate) fn each<I: Send, O: Send, W: FnMut(I) -> O>(
    jobs: usize,
    items: impl Iterator<Item = Result<I>> + Send,
    worker: impl Fn() -> W + Sync,
    mut consume: impl FnMut(O) -> Result<()>,
) -> Result<()> {
    let jobs = jobs.max(1);
    let (job_sender, job_receiver) = sync_channel(jobs * DEPTH);
    let (order_sender, order_receiver) = sync_channel::<Receiver<O>>(jobs * DEPTH);
    let queue = Arc::new(Mutex::new(job_receiver));
    thread::scope(|scope| {
        let start = |_| {
            let (queue, worker) = (Arc::clone(&queue), &worker);
            scope.spawn(move || work(&queue, worker()))
        };
        let workers: Vec<_> = (0..jobs).map(start).collect();
        // Only workers hold the queue: when the last one is gone, nobody waits to fill it.
        drop(queue);
        let feeder = scope.spawn(move || feed(items, &job_sender, &order_sender));
        // A result that never comes is that of a worker that panicked.
        let consumed = order_receiver.iter().try_for_each(|result| consume(result.recv().map_err(|_| panicked())?));
        drop(order_receiver);
        let fed = feeder.join().unwrap_or_else(|_| Err(panicked()));
        let worked = workers.into_iter().try_for_each(|each| each.join().map_err(|_| panicked()));
        consumed.and(fed).and(worked)
    })
}

fn panicked() -> anyhow::Error {
    anyhow!("a thread ended unexpectedly; its message stands above, please report it")
}

fn feed<I, O>(
    items: impl Iterator<Item = Result<I>>,
    jobs: &SyncSender<Job<I, O>>,
    order: &SyncSender<Receiver<O>>,
) -> Result<()> {
    for item in items {
        let item = item?;
        let (result, receiver) = sync_channel(1);
        if order.send(receiver).is_err() || jobs.send((item, result)).is_err() {
            // Who does not listen any more has an error to report.
            return Ok(());
        }
    }
    Ok(())
}

fn work<I, O>(queue: &Mutex<Receiver<Job<I, O>>>, mut worker: impl FnMut(I) -> O) {
    loop {
        let Ok(Ok((item, result))) = queue.lock().map(|queue| queue.recv()) else { return };
        // A closed receiver means that nobody wants the result any more.
        let _ = result.send(worker(item));
    }
}

#[cfg(test)]
#[allow(clippy::panic, reason = "tests")]
mod tests {
    use anyhow::bail;

    use super::*;

    const MANY: u64 = 10_000;

    fn items() -> impl Iterator<Item = Result<u64>> + Send {
        (0..MANY).map(Ok)
    }

    fn double() -> impl FnMut(u64) -> u64 {
        |n| 2 * n
    }

    #[test]
    fn results_come_in_order() {
        for jobs in [0, 1, 3, 8] {
            let mut next = 0;
            let done = each(jobs, items(), double, |n| {
                assert_eq!(n, 2 * next);
                next += 1;
                Ok(())
            });
            assert!(done.is_ok() && next == MANY, "{jobs} jobs");
        }
    }

    #[test]
    fn a_worker_that_panics_ends_the_run() {
        for jobs in [1, 3] {
            let worker = || |n: u64| if n == 7 { panic!("a bug") } else { n };
            let mut consumed = 0;
            let done = each(jobs, items(), worker, |_| {
                consumed += 1;
                Ok(())
            });
            assert!(done.is_err_and(|error| error.to_string().contains("unexpectedly")));
            assert_eq!(consumed, 7, "what came before is not lost");
        }
    }

    #[test]
    fn a_feeder_that_fails_or_panics_ends_the_run() {
        let failing = (0..MANY).map(|n| if n == 9 { bail!("disk") } else { Ok(n) });
        assert!(each(2, failing, double, |_| Ok(())).is_err_and(|error| error.to_string() == "disk"));
        let panicking = (0..MANY).map(|n| if n == 9 { panic!("a bug") } else { Ok(n) });
        assert!(each(2, panicking, double, |_| Ok(())).is_err());
    }

    #[test]
    fn a_consumer_that_fails_ends_the_run() {
        for jobs in [1, 3] {
            let done = each(jobs, items(), double, |n| if n == 20 { bail!("pipe") } else { Ok(()) });
            assert!(done.is_err_and(|error| error.to_string() == "pipe"));
        }
    }
}
