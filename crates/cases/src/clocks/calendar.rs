//! Where days begin and end, and which of them are worked on.

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::{Clock, Period};
use crate::moment::Moment;

/// Working days searched in a row, at most: a calendar without any gives none.
const REST_DAYS_MAX: u32 = 366;

/// A time zone, a weekend and holidays.
#[derive(Debug, Clone)]
pub struct Calendar {
    pub(super) zone: TimeZone,
    pub(super) weekend: BTreeSet<i8>,
    pub(super) holidays: BTreeSet<Date>,
    /// Days of a weekend on which is worked all the same.
    pub(super) workdays: BTreeSet<Date>,
}

/// What is wrong with a calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoCalendar {
    /// Not in the time zone database.
    #[error("no time zone `{0}`; write one of the IANA database, as Europe/Berlin")]
    Zone(String),
    /// No such day of the week.
    #[error("no day of the week `{0}`; write monday, tuesday and so on")]
    Weekday(String),
    /// No date.
    #[error("no date `{0}`; write YYYY-MM-DD")]
    Holiday(String),
}

impl Calendar {
    /// A calendar of a place: IANA zone, days of the week without work, days of the year without work.
    ///
    /// # Errors
    /// Which of them there is not.
    pub fn new<'a>(
        zone: &str,
        weekend: impl IntoIterator<Item = &'a str>,
        holidays: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, NoCalendar> {
        let day = |name: &str| weekday(name).ok_or_else(|| NoCalendar::Weekday(name.to_owned()));
        let date = |text: &str| text.parse().map_err(|_| NoCalendar::Holiday(text.to_owned()));
        Ok(Self {
            zone: jiff::tz::db().get(zone).map_err(|_| NoCalendar::Zone(zone.to_owned()))?,
            weekend: weekend.into_iter().map(day).collect::<Result<_, _>>()?,
            holidays: holidays.into_iter().map(date).collect::<Result<_, _>>()?,
            workdays: BTreeSet::new(),
        })
    }

    /// First moment that is too late; none beyond the years a calendar has.
    pub fn due(&self, clock: &Clock, start: Moment) -> Option<Moment> {
        self.end(clock.period, clock.roll, start)
    }

    /// The same for a period; `roll` moves a last day without work to the next one with.
    pub fn end(&self, period: Period, roll: bool, start: Moment) -> Option<Moment> {
        let first = self.day(start)?;
        let last = match period {
            Period::Hours(hours) => return Some(start.plus(i64::from(hours) * crate::moment::HOUR)),
            Period::Days(days) => first.checked_add(Span::new().try_days(days).ok()?).ok()?,
            Period::Months(months) => first.checked_add(Span::new().try_months(months).ok()?).ok()?,
            Period::WorkingDays(days) => (0..days).try_fold(first, |day, _| self.working(day.tomorrow().ok()?))?,
        };
        let last = if roll { self.working(last)? } else { last };
        self.begin(last.tomorrow().ok()?)
    }

    /// The first moment of a day here, `YYYY-MM-DD`; none of what is no day.
    pub fn first_moment(&self, day: &str) -> Option<Moment> {
        self.begin(day.parse().ok()?)
    }

    /// The first moment after a day here.
    pub fn end_of(&self, day: &str) -> Option<Moment> {
        self.begin(day.parse::<Date>().ok()?.tomorrow().ok()?)
    }

    fn begin(&self, day: Date) -> Option<Moment> {
        Some(Moment(day.to_zoned_datetime(self.zone.clone()).ok()?.timestamp().as_microsecond()))
    }

    /// The day of a moment here.
    pub(crate) fn day(&self, at: Moment) -> Option<Date> {
        Timestamp::from_microsecond(at.0).ok().map(|at| at.to_zoned_datetime(self.zone.clone()).date())
    }

    /// That day, or the next one with work.
    fn working(&self, day: Date) -> Option<Date> {
        let mut day = day;
        for _ in 0..REST_DAYS_MAX {
            if !self.rests(day) {
                return Some(day);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn rests(&self, day: Date) -> bool {
        let weekend = self.weekend.contains(&day.weekday().to_monday_zero_offset());
        self.holidays.contains(&day) || weekend && !self.workdays.contains(&day)
    }
}

/// Days of the week, as files name them.
pub(super) const WEEK: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn weekday(name: &str) -> Option<i8> {
    let at = WEEK.iter().position(|known| *known == name)?;
    Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok().map(|day| day.to_monday_zero_offset())
}
