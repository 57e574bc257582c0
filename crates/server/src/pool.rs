//! The fixed threads that screen. Each keeps a screener for what is in force, and makes a new one when that changed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::oneshot;
use touchstone_catalog::ListingBatch;
use touchstone_screening::{Active, ContextBatch, DecisionBatch, Screener};
use touchstone_signals::Scratch;

use crate::problem::Problem;

/// Batches that wait for a thread, at most. The listings among them are limited before they come here.
const WAITING_MAX: usize = 8_192;

/// What a thread is to do.
type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// The way to the threads; they end when it is dropped.
pub(crate) struct Pool {
    jobs: mpsc::SyncSender<Job>,
}

impl Pool {
    pub(crate) fn start(threads: usize) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::sync_channel(WAITING_MAX);
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(format!("screen-{number}")).stack_size(8 << 20).spawn(move || run(&queue))?;
        }
        Ok(Self { jobs })
    }

    /// Screens a batch with what was in force once.
    pub(crate) async fn screen(
        &self,
        active: Arc<Active>,
        batch: ListingBatch,
        context: ContextBatch,
    ) -> Result<DecisionBatch, Problem> {
        self.run(move |worker| worker.with(&active, |screener| screener.screen(&batch, &context))).await
    }

    /// Does something on one of the threads.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Worker) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (done, answer) = oneshot::channel();
        let job: Job = Box::new(|worker| drop(done.send(work(worker))));
        self.jobs.try_send(job).map_err(|_| Problem::overloaded())?;
        answer.await.map_err(|_| Problem::internal("screening failed", "a thread gave no answer"))
    }
}

/// What a thread keeps from job to job.
#[derive(Default)]
pub(crate) struct Worker {
    screener: Option<(Arc<Active>, Screener)>,
    /// For reading listings that are not decided on.
    pub(crate) scratch: Scratch,
}

impl Worker {
    /// Does something with a screener for what was in force once; the one for what is in force stays.
    fn with<T>(&mut self, active: &Arc<Active>, work: impl FnOnce(&mut Screener) -> T) -> T {
        match &mut self.screener {
            Some((current, screener)) if Arc::ptr_eq(current, active) => work(screener),
            _ => work(&mut Screener::new(Arc::clone(active))),
        }
    }

    /// A screener for what is in force; a new one when that changed.
    pub(crate) fn screener(&mut self, active: &Arc<Active>) -> &mut Screener {
        let current = self.screener.take().filter(|(current, _)| Arc::ptr_eq(current, active));
        let new = || (Arc::clone(active), Screener::new(Arc::clone(active)));
        &mut self.screener.insert(current.unwrap_or_else(new)).1
    }
}

fn run(queue: &Mutex<mpsc::Receiver<Job>>) {
    let mut worker = Worker::default();
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // Detectors do not panic; should one, it costs its caller an error and nobody else anything.
        if catch_unwind(AssertUnwindSafe(|| job(&mut worker))).is_err() {
            worker = Worker::default();
        }
    }
}
