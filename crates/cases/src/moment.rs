//! Moments, as the store keeps them: microseconds since 1970, UTC.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Microseconds of an hour.
pub const HOUR: i64 = 3_600_000_000;
/// Microseconds of a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;

/// Microseconds since 1970, UTC. It is given in: nothing here reads a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// So many microseconds later, or earlier if negative; at the ends of time it stays there.
    #[must_use]
    pub fn plus(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Date and time; none beyond the years that [`OffsetDateTime`] knows.
    pub fn date_time(self) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000).ok()
    }
}

impl From<OffsetDateTime> for Moment {
    /// Parts of a microsecond are cut.
    fn from(at: OffsetDateTime) -> Self {
        Self(i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000)).unwrap_or(i64::MAX))
    }
}

/// RFC 3339; a moment that has no date is written as its number.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date_time().and_then(|at| at.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_as_people_read_it() {
        assert_eq!(Moment(1_500_000).to_string(), "1970-01-01T00:00:01.5Z");
        assert_eq!(Moment(i64::MAX).to_string(), i64::MAX.to_string());
        assert_eq!(Moment(i64::MAX).plus(DAY), Moment(i64::MAX));
        assert_eq!(Moment(-1).date_time().map(Moment::from), Some(Moment(-1)));
    }
}
