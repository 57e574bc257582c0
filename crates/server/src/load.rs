//! How long a call would wait: the listings in work, times what one takes when there is much to do. A call that would
//! wait longer than is accepted is refused at once, so that those that are taken keep their latency.
//!
//! What a listing takes is measured while several are in work, from one answer to the next: only then is it what the
//! machine can do, threads and disk together. Whoever comes while fewer are in work is always taken, so that it goes on
//! being measured, however slow the machine once was.
//!
//! That is an average. When some that were taken wait longer than they should, fewer are taken for a while.
//!
//! A long array is worked on in pieces, with others between them: to a short call it counts as no more than the pieces
//! that are before it. To a long one all of it counts, and it may wait as long as its own listings take.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::desk::AHEAD_LISTINGS;

/// Listings in work from which on it is measured.
const SEVERAL: usize = 16;
/// Listings over which it is averaged, about.
const AVERAGED: f64 = 2_000.0;
/// Answers that are given within this time are given together.
const TOGETHER: Duration = Duration::from_millis(2);
/// What a listing is taken to need before anything was measured, in seconds.
const GUESS: f64 = 0.000_3;

/// How much more careful it gets when one that was taken waited too long, and how careful at most.
const CAREFUL: f64 = 1.2;
const CAREFUL_MAX: f64 = 3.0;
/// Seconds in which that is forgotten, about.
const FORGOTTEN: f64 = 2.0;

/// Listings in work.
pub(crate) struct Load {
    listings_max: usize,
    wait_max: Duration,
    state: Mutex<State>,
}

struct State {
    in_work: usize,
    /// Those of them that a short call finds before it.
    before: usize,
    /// Since when several are in work and none was answered.
    since: Option<Instant>,
    /// Seconds, and listings answered in them.
    measured: (f64, f64),
    /// When an answer was last part of that.
    measured_at: Option<Instant>,
    /// By how much waits are taken to be longer than expected.
    careful: f64,
    /// When one that was taken was last found to have waited too long.
    late_at: Option<Instant>,
    /// When decisions were last kept.
    kept_at: Option<Instant>,
}

impl State {
    /// Seconds that so many more would wait for those in work. When nothing is answered for longer than all of them take,
    /// it grows by as much.
    fn wait(&self, listings: usize, now: Instant) -> f64 {
        let before = if listings > AHEAD_LISTINGS { self.in_work } else { self.before };
        let since = self.since.map_or(0.0, |since| now.saturating_duration_since(since).as_secs_f64());
        self.takes(before) + (since - self.takes(self.in_work)).max(0.0)
    }

    /// Seconds that so many take.
    fn takes(&self, listings: usize) -> f64 {
        let (seconds, measured) = self.measured;
        listings as f64 * seconds / measured
    }

    /// How careful it is now.
    fn careful(&self, now: Instant) -> f64 {
        let ago = self.late_at.map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        1.0 + (self.careful - 1.0) * (-ago / FORGOTTEN).exp()
    }

    /// One that was taken waited too long. Those that waited beside it, for the same, count as one.
    fn late(&mut self, wait_max: Duration, now: Instant) {
        if self.late_at.is_none_or(|at| now.saturating_duration_since(at) > wait_max) {
            self.careful = (self.careful(now) * CAREFUL).min(CAREFUL_MAX);
            self.late_at = Some(now);
        }
    }

    fn measure(&mut self, listings: usize, now: Instant) {
        // Decisions are kept many at a time: the last of those answered together took the same time as the first.
        let together = |at: Instant| now.saturating_duration_since(at) < TOGETHER;
        let Some(since) = self.since.or(self.measured_at.filter(|at| together(*at)).map(|_| now)) else { return };
        if self.since.is_some() {
            (self.since, self.measured_at) = (Some(now), Some(now));
        }
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
        let state = State {
            in_work: 0,
            before: 0,
            since: None,
            measured,
            measured_at: None,
            careful: 1.0,
            late_at: None,
            kept_at: None,
        };
        Arc::new(Self { listings_max, wait_max, state: Mutex::new(state) })
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
        let wait = state.wait(listings, now);
        let mut wait_max = self.wait_max.as_secs_f64();
        if listings > AHEAD_LISTINGS {
            wait_max = wait_max.max(state.takes(listings));
        }
        let too_long = state.in_work >= SEVERAL && wait * state.careful(now) > wait_max;
        if too_long || state.in_work + listings > self.listings_max {
            return Err((wait.ceil() as u64).clamp(1, 60));
        }
        state.in_work += listings;
        state.before += listings.min(AHEAD_LISTINGS);
        if state.in_work >= SEVERAL && state.since.is_none() {
            state.since = Some(now);
        }
        Ok(Place { load: Arc::clone(self), listings, since: now })
    }
}

/// Listings that are in work until this is dropped.
pub(crate) struct Place {
    load: Arc<Load>,
    listings: usize,
    since: Instant,
}

impl Place {
    /// The decisions are kept.
    pub(crate) fn kept(self, now: Instant) {
        let mut state = self.load.state();
        state.measure(self.listings, now);
        state.kept_at = Some(now);
        // Of a long one, most of the time is its own; and while one is kept as a whole, the others wait however few there
        // are.
        let wait_max = self.load.wait_max;
        let only_short = self.listings <= SEVERAL && state.in_work == state.before;
        if only_short && now.saturating_duration_since(self.since) > wait_max {
            state.late(wait_max, now);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.load.state();
        state.in_work -= self.listings;
        state.before -= self.listings.min(AHEAD_LISTINGS);
        if state.in_work < SEVERAL {
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
        assert_eq!(load.admit(200, now).err(), Some(9), "in nine seconds");
        assert_eq!(load.admit(1, now).err(), Some(2), "a short call finds two pieces before it");
        drop(place);
        load.admit(1_000, now).unwrap();
    }

    #[test]
    fn a_long_array_keeps_short_calls_out_no_longer_than_its_pieces() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let now = worked(&load, start, 5_000, Duration::from_millis(2));
        let arrays: Vec<_> = std::iter::from_fn(|| load.admit(1_000, now).ok()).collect();
        assert!((1..=2).contains(&arrays.len()), "as many as wait no longer than they take: {}", arrays.len());
        let short: Vec<_> = std::iter::from_fn(|| load.admit(1, now).ok()).collect();
        assert!(short.len() > 100, "{}", short.len());
    }

    /// What was slow once, as a disk that did not answer, is measured again.
    #[test]
    fn a_machine_that_was_slow_is_found_quick_again() {
        let (load, start) = (Load::new(4_000, Duration::from_millis(100)), Instant::now());
        let slow = Duration::from_secs(2);
        let mut now = (0..20).fold(start, |now, _| {
            let places: Vec<_> = std::iter::from_fn(|| load.admit(1, now).ok()).take(40).collect();
            places.into_iter().for_each(|place| place.kept(now + slow));
            now + slow
        });
        let taken = (0..2_000).map(|_| {
            let places: Vec<_> = std::iter::from_fn(|| load.admit(1, now).ok()).collect();
            now += Duration::from_micros(200) * u32::try_from(places.len()).unwrap();
            let taken = places.len();
            places.into_iter().for_each(|place| place.kept(now));
            taken
        });
        let taken: Vec<usize> = taken.collect();
        assert!(taken[0] <= SEVERAL && taken[1_999] > 300, "{} {}", taken[0], taken[1_999]);
    }

    /// Listings are done in the order in which they came, and every so often nothing is done for a while.
    #[test]
    fn who_is_taken_seldom_waits_too_long() {
        let (load, mut now, each) =
            (Load::new(4_000, Duration::from_millis(100)), Instant::now(), Duration::from_micros(500));
        let (mut places, mut late, mut done) = (std::collections::VecDeque::new(), 0, 0);
        for step in 0..200_000 {
            while let Ok(place) = load.admit(1, now) {
                places.push_back(place);
            }
            now += if step % 1_000 == 0 { Duration::from_millis(40) } else { each };
            if let Some(place) = places.pop_front() {
                late += usize::from(now.saturating_duration_since(place.since) > Duration::from_millis(120));
                place.kept(now);
                done += 1;
            }
        }
        assert!(done > 190_000 && late * 50 < done, "{late} of {done}");
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
