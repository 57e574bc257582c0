//! The time, from outside.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC.
    fn now(&self) -> OffsetDateTime;

    /// Now, in microseconds since 1970.
    fn micros(&self) -> i64 {
        i64::try_from(self.now().unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
    }

    /// Today in UTC, `YYYY-MM-DD`.
    fn day(&self) -> String {
        self.now().date().format(format_description!("[year]-[month]-[day]")).unwrap_or_default()
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A moment in microseconds since 1970 as RFC 3339.
pub(crate) fn rfc3339(micros: i64) -> String {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000);
    moment.ok().and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
}

/// The day of a moment in microseconds since 1970, `YYYY-MM-DD` in UTC.
pub(crate) fn day(micros: i64) -> String {
    rfc3339(micros).get(..10).unwrap_or_default().to_owned()
}

/// RFC 3339 as microseconds since 1970.
pub(crate) fn micros(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000)).ok()
}
