//! How long a short call would wait: the listings before it, times what one takes when there is much to do. One that would
//! wait longer than is accepted is refused at once, so that those that are taken keep their latency.
//!
//! What a listing takes is measured while several are in work, from one answer to the next: only then is it what the
//! machine can do, threads and disk together. While few listings of short calls are in work another one is always taken.
//! So it goes on being measured, however slow the machine once was; and a disk that takes the same time for one as for
//! many is seen to do more only where more are taken.
//!
//! That is an average. When some that were taken wait longer than they should, fewer are taken for a while.
//!
//! A long array is worked on in pieces, with others between them: to a short call it counts as no more than the pieces
//! that are before it. It takes longer itself than it waits, so that only the number of listings in work is its limit; of
//! that, arrays take nothing from few short calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::desk::AHEAD_LISTINGS;

/// Listings in work from which on it is measured.
const SEVERAL: usize = 16;
/// Listings of short calls in work up to which one more is taken, whatever it waits.
const FEW: usize = 64;
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
    /// Those of them that are of short calls.
    short: usize,
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
    /// Seconds that a call would wait for so many of those in work. When nothing is answered for longer than all of them
    /// take, it grows by as much.
    fn wait(&self, before: usize, now: Instant) -> f64 {
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
    /// So many listings at once, and no short call that waits longer for those before it.
    pub(crate) fn new(listings_max: usize, wait_max: Duration) -> Arc<Self> {
        let measured = (GUESS * AVERAGED, AVERAGED);
        let state = State {
            in_work: 0,
            short: 0,
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
        let short = listings <= AHEAD_LISTINGS;
        let few = short && state.short < FEW;
        let wait = state.wait(if short { state.before } else { state.in_work }, now);
        let too_long = short && !few && wait * state.careful(now) > self.wait_max.as_secs_f64();
        let beside = if few { state.short } else { state.in_work };
        if too_long || beside + listings > self.listings_max {
            return Err((wait.ceil() as u64).clamp(1, 60));
        }
        state.in_work += listings;
        state.short += if short { listings } else { 0 };
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
    /// So many decisions are kept: no more than there were listings, some of which may have been refused.
    pub(crate) fn kept(self, decisions: usize, now: Instant) {
        let mut state = self.load.state();
        if decisions > 0 {
            state.measure(decisions, now);
            state.kept_at = Some(now);
        }
        // Of a long one, most of the time is its own; and while one is kept as a whole, the others wait however few there
        // are.
        let wait_max = self.load.wait_max;
        let only_short = self.listings <= SEVERAL && state.in_work == state.short;
        if only_short && now.saturating_duration_since(self.since) > wait_max {
            state.late(wait_max, now);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.load.state();
        state.in_work -= self.listings;
        state.short -= if self.listings <= AHEAD_LISTINGS { self.listings } else { 0 };
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
            load.admit(1, now).unwrap().kept(1, now + each);
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
    fn arrays_are_taken_until_there_are_too_many_listings() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let now = worked(&load, start, 5_000, Duration::from_millis(9));
        let arrays: Vec<_> = std::iter::from_fn(|| load.admit(1_000, now).ok()).collect();
        assert_eq!(arrays.len(), 4);
        let again = load.admit(200, now).err();
        assert!(again.is_some_and(|seconds| (34..=37).contains(&seconds)), "in as long as they take: {again:?}");
        drop(arrays);
        load.admit(1_000, now).unwrap();
    }

    /// Arrays take all the room there is, and each of their pieces takes longer than anybody shall wait.
    #[test]
    fn some_short_calls_are_taken_beside_any_arrays() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let now = worked(&load, start, 5_000, Duration::from_millis(9));
        let arrays: Vec<_> = std::iter::from_fn(|| load.admit(1_000, now).ok()).collect();
        assert_eq!(arrays.len(), 4);
        let short: Vec<_> = std::iter::from_fn(|| load.admit(1, now).ok()).collect();
        assert_eq!(short.len(), FEW);
        let again = load.admit(1, now).err();
        assert!(again.is_some_and(|seconds| seconds < 7), "after the pieces that are before it: {again:?}");
    }

    /// A disk that takes the same time for many as for one does more the more are taken.
    #[test]
    fn a_disk_that_writes_slowly_and_many_at_once_is_kept_busy() {
        let a_second = |wait_max: u64| {
            let (load, mut now) = (Load::new(1_000, Duration::from_millis(wait_max)), Instant::now());
            let (mut writing, mut waiting, mut done) = (Vec::new(), Vec::new(), 0);
            for _ in 0..1_000 {
                now += Duration::from_millis(20);
                waiting.extend(std::iter::from_fn(|| load.admit(1, now).ok()));
                now += Duration::from_millis(20);
                done += writing.len();
                writing.into_iter().for_each(|place: Place| place.kept(1, now));
                writing = std::mem::take(&mut waiting);
            }
            done / 40
        };
        let (hurried, patient) = (a_second(50), a_second(250));
        assert!(hurried >= 750, "{hurried}");
        assert!(patient > 10_000, "{patient}");
    }

    /// An array of which nothing could be decided on is answered at once, which tells nothing of what a decision takes.
    #[test]
    fn what_is_not_decided_on_is_not_measured() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let now = worked(&load, start, 5_000, Duration::from_millis(5));
        let takes = load.state().takes(1_000);
        (0..20).for_each(|_| load.admit(1_000, now).unwrap().kept(0, now + Duration::from_millis(1)));
        assert!((load.state().takes(1_000) - takes).abs() < 1e-9);
    }

    /// What was slow once, as a disk that did not answer, is measured again.
    #[test]
    fn a_machine_that_was_slow_is_found_quick_again() {
        let (load, start) = (Load::new(4_000, Duration::from_millis(100)), Instant::now());
        let slow = Duration::from_secs(2);
        let mut now = (0..20).fold(start, |now, _| {
            let places: Vec<_> = std::iter::from_fn(|| load.admit(1, now).ok()).take(40).collect();
            places.into_iter().for_each(|place| place.kept(1, now + slow));
            now + slow
        });
        let taken = (0..2_000).map(|_| {
            let places: Vec<_> = std::iter::from_fn(|| load.admit(1, now).ok()).collect();
            now += Duration::from_micros(200) * u32::try_from(places.len()).unwrap();
            let taken = places.len();
            places.into_iter().for_each(|place| place.kept(1, now));
            taken
        });
        let taken: Vec<usize> = taken.collect();
        assert!(taken[0] <= FEW && taken[1_999] > 300, "{} {}", taken[0], taken[1_999]);
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
                place.kept(1, now);
                done += 1;
            }
        }
        assert!(done > 190_000 && late * 50 < done, "{late} of {done}");
    }

    #[test]
    fn who_gets_no_answers_is_sent_no_more_work() {
        let (load, start) = (Load::new(4_000, WAIT_MAX), Instant::now());
        let _places: Vec<_> = (0..500).map(|_| load.admit(1, start).unwrap()).collect();
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
