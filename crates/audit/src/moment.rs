//! A moment in UTC, to the microsecond, in one spelling only: what is hashed must not have two.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// A moment; as text RFC 3339 with six digits and `Z`: `2026-11-27T08:30:00.000250Z`. Databases keep no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment(PrimitiveDateTime);

/// A text that is no moment as written here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a time is written in UTC with six digits of a second, as in 2026-11-27T08:30:00.000250Z")]
pub struct NotAMoment;

impl Moment {
    /// From microseconds since 1970; none outside the years 0 to 9999.
    pub fn from_unix_us(us: i64) -> Option<Self> {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(us) * 1_000).ok()?;
        (0..=9_999).contains(&moment.year()).then(|| Self(PrimitiveDateTime::new(moment.date(), moment.time())))
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, NotAMoment> {
        let moment = PrimitiveDateTime::parse(text, FORM).map(Self).map_err(|_| NotAMoment)?;
        if moment.to_string() == text { Ok(moment) } else { Err(NotAMoment) }
    }
}

impl TryFrom<String> for Moment {
    type Error = NotAMoment;

    fn try_from(text: String) -> Result<Self, NotAMoment> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.format(FORM).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn one_spelling() {
        let moment = Moment::from_unix_us(1_795_768_200_000_250).expect("a moment");
        assert_eq!(moment.to_string(), "2026-11-27T08:30:00.000250Z");
        assert_eq!(moment.to_string().parse(), Ok(moment));
        for wrong in [
            "2026-11-27T08:30:00Z",
            "2026-11-27T08:30:00.00025Z",
            "2026-11-27T08:30:00.000250+00:00",
            "2026-11-27t08:30:00.000250Z",
            "2026-02-30T08:30:00.000250Z",
            "+2026-11-27T08:30:00.000250Z",
            "",
        ] {
            assert_eq!(wrong.parse::<Moment>(), Err(NotAMoment), "{wrong}");
        }
        assert_eq!(Moment::from_unix_us(i64::MAX), None);
        assert_eq!(Moment::from_unix_us(i64::MIN), None);
    }
}
