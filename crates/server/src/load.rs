//! How long a call would wait: the listings in work, times what one takes when there is much to do. A call that would
//! wait longer than is accepted is refused at once, so that those that are taken keep their latency.
//!
//! What a listing takes is measured while many are in work, from one answer to the next: only then is it what the
//! machine can do, threads and disk together. Whoever comes to an idle server is always taken.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Listings in work from which on it is measured.
const MANY: usize = 64;
/// Listings over which it is averaged, about.
const AVERAGED: f64 = 2_000.0;
/// What a listing is taken to need before anything was measured, in seconds.
const GUESS: f64 = 0.000_3;

/// Listings in work.
pub(crate) struct Load {
    listings_max: usize,
    wait_max: Duration,
    state: Mutex<State>,
}

struct State {
    in_work: usize,
    /// Since when many are in work and none was answered.
    since: Option<Instant>,
    /// Seconds, and listings answered in them.
    measured: (f64, f64),
    /// When decisions were last kept.
    kept_at: Option<Instant>,
}

impl State {
    /// Seconds that those in work take from now on; as long as nothing is answered, that grows.
    fn wait(&self, now: Instant) -> f64 {
        let (seconds, listings) = self.measured;
        let stalled = self.since.map_or(0.0, |since| now.saturating_duration_since(since).as_secs_f64());
        self.in_work as f64 * (seconds + stalled) / listings
    }

    fn measure(&mut self, listings: usize, now: Instant) {
        let Some(since) = self.since.replace(now) else { return };
        let (seconds, before) = self.measured;
        // What is older counts less.
        let kept = if before > AVERAGED { 0.5 } else { 1.0 };
        let taken = now.saturating_duration_since(since).as_secs_f64();
        self.measured = (seconds * kept + taken, before * kept + listings as f64);
    }
}

impl Load {
    /// So many listings at once, none of which waits longer for those before it.
    pub(crate) fn new(listings_max: usize, wait_max: Duration) -> Arc<Self> {
        let measured = (GUESS * AVERAGED, AVERAGED);
        let state = Mutex::new(State { in_work: 0, since: None, measured, kept_at: None });
        Arc::new(Self { listings_max, wait_max, state })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn in_work(&self) -> usize {
        self.state().in_work
    }

    /// When decisions were last kept.
    pub(crate) fn kept_at(&self) -> Option<Instant> {
        self.state().kept_at
    }

    /// Takes listings into work.
    ///
    /// # Errors
    /// How many seconds later it is worth trying again.
    pub(crate) fn admit(self: &Arc<Self>, listings: usize, now: Instant) -> Result<Place, u64> {
        let mut state = self.state();
        let wait = state.wait(now);
        if state.in_work + listings > self.listings_max || wait > self.wait_max.as_secs_f64() {
            return Err((wait.ceil() as u64).clamp(1, 60));
        }
        state.in_work += listings;
        if state.in_work >= MANY && state.since.is_none() {
            state.since = Some(now);
        }
        Ok(Place { load: Arc::clone(self), listings })
    }
}

/// Listings that are in work until this is dropped.
pub(crate) struct Place {
    load: Arc<Load>,
    listings: usize,
}

impl Place {
    /// The decisions are kept.
    pub(crate) fn kept(self, now: Instant) {
        let mut state = self.load.state();
        state.measure(self.listings, now);
        state.kept_at = Some(now);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.load.state();
        state.in_work -= self.listings;
        if state.in_work < MANY {
            state.since = None;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const WAIT_MAX: Duration = Duration::from_secs(1);

    /// Keeps a hundred at a time busy, each of which takes so long.
    fn worked(load: &Arc<Load>, start: Instant, listings: usize, each: Duration) -> Instant {
        let _company = load.admit(100, start).unwrap();
        (0..listings).fold(start, |now, _| {
            load.admit(1, now).unwrap().kept(now + each);
            now + each
        })
    }

    #[test]
    fn a_slow_machine_takes_less_and_a_quick_one_more() {
        let taken = |each: Duration| {
            let (load, start) = (Load::new(100_000, WAIT_MAX), Instant::now());
            let now = worked(&load, start, 20_000, each);
            let mut places = Vec::new();
            while let Ok(place) = load.admit(10, now) {
                places.push(place);
            }
            places.len() * 10
        };
        let (slow, quick) = (taken(Duration::from_millis(5)), taken(Duration::from_micros(100)));
        assert!((190..=230).contains(&slow), "{slow}");
        assert!((9_500..=10_500).contains(&quick), "{quick}");
    }

    #[test]
    fn an_idle_server_takes_any_call() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let now = worked(&load, start, 5_000, Duration::from_millis(9));
        let place = load.admit(1_000, now).unwrap();
        assert_eq!(load.admit(1, now).err(), Some(9), "in nine seconds");
        drop(place);
        load.admit(1_000, now).unwrap();
    }

    #[test]
    fn who_gets_no_answers_is_sent_no_more_work() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let _place = load.admit(500, start).unwrap();
        assert!(load.admit(1, start).is_ok());
        assert!(load.admit(1, start + Duration::from_secs(8)).is_err());
    }

    #[test]
    fn there_is_an_end_to_what_is_taken() {
        let (load, now) = (Load::new(10, WAIT_MAX), Instant::now());
        let _place = load.admit(9, now).unwrap();
        assert_eq!(load.admit(2, now).err(), Some(1));
        assert!(load.admit(1, now).is_ok());
    }
}
