//! Clocks: what is due when, by whose calendar, and what happens if it is missed.
//!
//! A period in days, working days or months begins the day after, and ends with its last day, where the calendar is; as
//! Regulation 1182/71 of the EU counts. A period in hours runs by the hour.

mod calendar;
mod file;

use serde::{Deserialize, Serialize};

pub use calendar::{Calendar, NoCalendar};
pub use file::parse as parse_calendar;

use crate::moment::{HOUR, Moment};

/// How long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// By the hour.
    Hours(u32),
    /// Days of the calendar.
    Days(u32),
    /// Days that are neither weekend nor holiday.
    WorkingDays(u32),
    /// The day with the same number, or the month's last.
    Months(u32),
}

/// A kind of deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Slug: `appeal_answer`.
    pub id: String,
    /// How long.
    pub period: Period,
    /// Hours before the end at which somebody is warned.
    pub warn_hours: u32,
    /// Whether a last day without work moves to the next one with.
    pub roll: bool,
    /// Law and article, or whose promise it is.
    pub source: String,
    /// What happens if it is missed.
    pub missed: String,
}

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// There is time.
    Runs,
    /// There is little time.
    Warned,
    /// It was missed.
    Breached,
    /// It was answered.
    Stopped,
}

/// A clock that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Which.
    pub clock: Clock,
    /// When it began.
    pub started: Moment,
    /// When somebody is warned.
    pub warns: Moment,
    /// First moment that is too late.
    pub due: Moment,
    /// What was told last.
    pub told: Status,
}

/// What somebody wants, or time brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// To start it.
    Start(Clock),
    /// To stop it, since it was answered.
    Stop,
    /// To say what time has brought.
    Tick,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It was started.
    Started(Running),
    /// It came to stand elsewhere.
    Turned {
        /// Where.
        status: Status,
        /// When.
        at: Moment,
    },
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was started or stopped before.
    #[error("the clock runs already, or runs no more")]
    NotSo,
    /// Beyond the years a calendar has.
    #[error("the calendar ends before the period does")]
    NoDay,
}

/// What an answer says about its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer<'a> {
    /// The clock.
    pub clock: &'a str,
    /// What it stands on.
    pub source: &'a str,
    /// First moment that is too late.
    pub due: Moment,
    /// Where it stands.
    pub status: Status,
    /// What happens if it is missed.
    pub missed: &'a str,
}

/// What a command brings about.
///
/// # Errors
/// If it may not be.
pub fn decide(
    state: Option<&Running>,
    command: Command,
    calendar: &Calendar,
    now: Moment,
) -> Result<Vec<Event>, Refusal> {
    match (state, command) {
        (None, Command::Start(clock)) => {
            let due = calendar.due(&clock, now).ok_or(Refusal::NoDay)?;
            let warns = due.plus(-i64::from(clock.warn_hours) * HOUR).max(now);
            Ok(vec![Event::Started(Running { clock, started: now, warns, due, told: Status::Runs })])
        }
        (Some(running), Command::Stop) if running.told != Status::Stopped => {
            let late = (running.status(now) == Status::Breached && running.told != Status::Breached)
                .then_some(Event::Turned { status: Status::Breached, at: now });
            Ok(late.into_iter().chain([Event::Turned { status: Status::Stopped, at: now }]).collect())
        }
        (Some(running), Command::Tick) => {
            let status = running.status(now);
            Ok((status > running.told).then_some(Event::Turned { status, at: now }).into_iter().collect())
        }
        _ => Err(Refusal::NotSo),
    }
}

/// What an event changes.
#[must_use]
pub fn apply(state: Option<Running>, event: &Event) -> Option<Running> {
    match event {
        Event::Started(running) => Some(running.clone()),
        Event::Turned { status, .. } => state.map(|running| Running { told: *status, ..running }),
    }
}

impl Running {
    /// Where it stands at a moment.
    pub fn status(&self, at: Moment) -> Status {
        match self.told {
            Status::Stopped => Status::Stopped,
            _ if at >= self.due => Status::Breached,
            _ if at >= self.warns => Status::Warned,
            _ => Status::Runs,
        }
    }

    /// What an answer says about its time.
    pub fn answer(&self, at: Moment) -> Answer<'_> {
        let Clock { id, source, missed, .. } = &self.clock;
        Answer { clock: id, source, due: self.due, status: self.status(at), missed }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests;
