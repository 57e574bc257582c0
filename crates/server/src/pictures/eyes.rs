//! The few threads that look at pictures. Decoding and models take many milliseconds of a core: they keep nobody waiting
//! who only has words, and beyond what they can do in time, callers are told to come again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use touchstone_gallery::{Gallery, Seen};
use touchstone_signals::pictures::{Eyes as Names, PictureFacts};
use touchstone_vision::decode;

use crate::problem::Problem;

/// Looks at a picture.
pub trait Look: Send + Sync + 'static {
    /// Names the banks and the models that have a part in what is said of a file. As long as the models stay the same, so
    /// does what they see on it.
    fn names(&self) -> Names;

    /// What is seen on a file; where that was done before, only what is wanted beside.
    ///
    /// # Errors
    /// Why it can't be looked at, in words.
    fn see(&self, bytes: &[u8], before: Option<Seen>) -> Result<Seen, String>;

    /// Whether the file is needed again, for something that is wanted beside what was seen.
    fn lacks(&self, _: &Seen) -> bool {
        false
    }

    /// What was seen, with what the banks say of it now; its source and other users are not known here.
    fn compare(&self, seen: &Seen) -> PictureFacts {
        seen.facts.clone()
    }
}

/// Reads a picture and sees its size.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainEyes;

impl Look for PlainEyes {
    fn names(&self) -> Names {
        Names { models: "plain-1".to_owned(), ..Names::default() }
    }

    fn see(&self, bytes: &[u8], _: Option<Seen>) -> Result<Seen, String> {
        let picture = decode::decode(bytes, &decode::Limits::default()).map_err(|refusal| refusal.to_string())?;
        let (width, height) = (picture.width(), picture.height());
        Ok(Seen::of(PictureFacts { width, height, ..PictureFacts::default() }))
    }
}

/// The whole pass: what the platform sees of a picture.
impl Look for Gallery {
    fn names(&self) -> Names {
        self.eyes()
    }

    fn see(&self, bytes: &[u8], before: Option<Seen>) -> Result<Seen, String> {
        Self::see(self, bytes, before).map_err(|refusal| refusal.to_string())
    }

    fn lacks(&self, seen: &Seen) -> bool {
        Self::lacks(self, seen)
    }

    fn compare(&self, seen: &Seen) -> PictureFacts {
        Self::compare(self, seen)
    }
}

type Job = Box<dyn FnOnce(&dyn Look) + Send>;

/// The way to the threads; they end when it is dropped.
pub(crate) struct Eyes {
    look: Arc<dyn Look>,
    jobs: mpsc::Sender<Job>,
    room: Arc<Semaphore>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// A caller, who is told at once if there is no room.
    None,
    /// Our own work, which waits.
    Any,
}

impl Eyes {
    /// As many threads; so many pictures wait or are looked at, at most.
    pub(crate) fn start(look: Arc<dyn Look>, threads: usize, waiting_max: usize) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads.max(1) {
            let (queue, look) = (Arc::clone(&queue), Arc::clone(&look));
            let name = format!("look-{number}");
            thread::Builder::new().name(name).stack_size(8 << 20).spawn(move || run(&queue, &*look))?;
        }
        Ok(Self { look, jobs, room: Arc::new(Semaphore::new(waiting_max.max(1))) })
    }

    pub(crate) fn names(&self) -> Names {
        self.look.names()
    }

    pub(crate) fn lacks(&self, seen: &Seen) -> bool {
        self.look.lacks(seen)
    }

    /// Does something on one of the threads.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        patience: Patience,
        work: impl FnOnce(&dyn Look) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let room = self.room(patience).await?;
        let (done, answer) = oneshot::channel();
        let job: Job = Box::new(move |look| {
            // Whoever asked may have gone away: then nobody looks.
            if !done.is_closed() {
                drop(done.send(work(look)));
            }
            drop(room);
        });
        let gone = |_| Problem::internal("looking at a picture failed", "the threads are gone");
        self.jobs.send(job).map_err(|_| gone(()))?;
        answer.await.map_err(|_| Problem::internal("looking at a picture failed", "a thread gave no answer"))
    }

    async fn room(&self, patience: Patience) -> Result<OwnedSemaphorePermit, Problem> {
        let room = Arc::clone(&self.room);
        match patience {
            Patience::None => room.try_acquire_owned().map_err(|_| Problem::overloaded().refused()),
            Patience::Any => room.acquire_owned().await.map_err(|_| Problem::overloaded()),
        }
    }
}

fn run(queue: &Mutex<mpsc::Receiver<Job>>, look: &dyn Look) {
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // Should a reader of pictures panic, it costs its caller an error and nobody else anything.
        let _ = catch_unwind(AssertUnwindSafe(|| job(look)));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_too_much_is_refused_and_what_fails_harms_nobody() {
        let eyes = Eyes::start(Arc::new(PlainEyes), 1, 2).unwrap();
        let (go, wait) = mpsc::channel::<()>();
        let first = eyes.run(Patience::None, move |_| wait.recv().is_ok());
        let second = eyes.run(Patience::None, |_| panic!("a reader"));
        let third = async {
            tokio::task::yield_now().await;
            let refused = eyes.run(Patience::None, |_| ()).await.unwrap_err();
            go.send(()).unwrap();
            (refused.code, refused.retry_after)
        };
        let (first, second, third) = tokio::join!(first, second, third);
        assert_eq!((first.unwrap(), second.is_err()), (true, true));
        assert_eq!(third, ("overloaded".to_owned(), Some(1)));
        assert!(eyes.run(Patience::Any, |look| look.names().models).await.unwrap().starts_with("plain"));
    }
}
