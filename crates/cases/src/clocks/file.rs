//! Reads a calendar from TOML; mistakes have file, line and column.
//!
//! ```toml
//! schema = 1
//! zone = "Asia/Shanghai"                 # of the IANA database
//! weekend = ["saturday", "sunday"]
//!
//! [[holiday]]                            # a day, or several in a row, both with
//! day = "2026-10-01"
//! until = "2026-10-07"
//! name = "National Day"
//!
//! [[workday]]                            # a day of a weekend on which is worked all the same
//! day = "2026-10-10"
//! name = "instead of a day of National Day"
//! ```

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;
use touchstone_diagnostic::{Diagnostic, Issue, Level, Source};

use super::Calendar;
use super::calendar::{WEEK, weekday};
use crate::file::{check_schema, load};

/// Days in a row of one entry, at most.
const DAYS_MAX: usize = 31;
/// Entries of a file, at most.
const ENTRIES_MAX: usize = 5_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<i64>,
    zone: Spanned<String>,
    weekend: Vec<Spanned<String>>,
    #[serde(default)]
    holiday: Vec<Entry>,
    #[serde(default)]
    workday: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    day: Spanned<String>,
    until: Option<Spanned<String>>,
    name: Spanned<String>,
}

/// Reads a calendar.
///
/// # Errors
/// Everything that is wrong in it.
pub fn parse(name: &str, text: &str) -> Result<Calendar, Vec<Diagnostic>> {
    let (calendar, found) = load(Source { name, text }, |file: File, issues| Some(make(&file, issues)));
    calendar.flatten().ok_or_else(|| found.into_iter().filter(|one| one.level == Level::Error).collect())
}

fn make(file: &File, issues: &mut Vec<Issue>) -> Option<Calendar> {
    check_schema(&file.schema, issues);
    let zone = jiff::tz::db().get(file.zone.get_ref()).ok();
    if zone.is_none() {
        let message = format!("no time zone `{}`", file.zone.get_ref());
        issues.push(Issue::error(file.zone.span().start, message).help("write one of IANA's, as Europe/Berlin"));
    }
    let weekend: BTreeSet<i8> = file.weekend.iter().filter_map(|name| day_of_week(name, issues)).collect();
    if weekend.len() == WEEK.len() {
        issues.push(Issue::error(file.weekend[0].span().start, "every day of the week is without work"));
    }
    if file.holiday.len() + file.workday.len() > ENTRIES_MAX {
        issues.push(Issue::error(0, format!("more than {ENTRIES_MAX} entries")));
    }
    let (holidays, workdays) = (days(&file.holiday, issues), days(&file.workday, issues));
    if let Some(entry) = file.workday.iter().find(|entry| date(&entry.day).is_some_and(|day| holidays.contains(&day))) {
        issues.push(Issue::error(entry.day.span().start, "the day is given as a holiday too"));
    }
    Some(Calendar { zone: zone?, weekend, holidays, workdays })
}

fn day_of_week(name: &Spanned<String>, issues: &mut Vec<Issue>) -> Option<i8> {
    let day = weekday(name.get_ref());
    if day.is_none() {
        let message = format!("no day of the week `{}`", name.get_ref());
        issues.push(Issue::error(name.span().start, message).help(format!("write one of {}", WEEK.join(", "))));
    }
    day
}

fn date(text: &Spanned<String>) -> Option<Date> {
    // What the parser takes beside it, as a time behind the day, is no day that people should write here.
    text.get_ref().parse().ok().filter(|_| text.get_ref().len() == "2026-11-01".len())
}

fn days(entries: &[Entry], issues: &mut Vec<Issue>) -> BTreeSet<Date> {
    let mut all = BTreeSet::new();
    for entry in entries {
        if entry.name.get_ref().trim().is_empty() {
            issues.push(Issue::error(entry.name.span().start, "the day has no name"));
        }
        let known = |text: &Spanned<String>, issues: &mut Vec<Issue>| {
            let day = date(text);
            if day.is_none() {
                let message = format!("no date `{}`", text.get_ref());
                issues.push(Issue::error(text.span().start, message).help("write YYYY-MM-DD"));
            }
            day
        };
        let Some(first) = known(&entry.day, issues) else { continue };
        let last = entry.until.as_ref().map_or(Some(first), |until| known(until, issues));
        let row: Vec<Date> = first.series(jiff::Span::new().days(1)).take(DAYS_MAX + 1).collect();
        let row: Vec<Date> = row.into_iter().take_while(|day| last.is_some_and(|last| *day <= last)).collect();
        if row.is_empty() || row.len() > DAYS_MAX {
            let message = format!("from one day to the same or a later one, {DAYS_MAX} days at most");
            issues.push(Issue::error(entry.day.span().start, message));
        }
        if row.iter().any(|day| !all.insert(*day)) {
            issues.push(Issue::error(entry.day.span().start, "a day is given twice"));
        }
    }
    all
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::clocks::Period;
    use crate::moment::Moment;

    const FILE: &str = r#"schema = 1
zone = "Asia/Shanghai"
weekend = ["saturday", "sunday"]
[[holiday]]
day = "2026-10-01"
until = "2026-10-07"
name = "National Day"
[[workday]]
day = "2026-10-10"
name = "instead"
"#;

    #[test]
    fn days_that_are_worked_on_count() {
        let calendar = parse("calendar.toml", FILE).unwrap();
        let evening = calendar.first_moment("2026-09-30").unwrap().plus(20 * crate::moment::HOUR);
        let end = |days| calendar.end(Period::WorkingDays(days), false, evening);
        // Thursday the 8th, Friday the 9th, Saturday the 10th.
        assert_eq!(end(1), calendar.end_of("2026-10-08"));
        assert_eq!(end(3), calendar.end_of("2026-10-10"));
        assert_eq!(end(4), calendar.end_of("2026-10-12"));
        assert_eq!(calendar.end_of("2026-10-08"), Some(Moment(1_791_475_200_000_000)), "16:00 in UTC");
    }

    #[test]
    fn mistakes_have_their_place() {
        let check = |from: &str, to: &str, says: &str| {
            let text = FILE.replacen(from, to, 1);
            assert_ne!(text, FILE);
            let found = parse("calendar.toml", &text).expect_err(says);
            assert!(found[0].to_string().contains(says), "{}", found[0]);
        };
        check("Asia/Shanghai", "Asia/Shangri", "calendar.toml:2:8: error: no time zone `Asia/Shangri`");
        check("\"sunday\"", "\"sonntag\"", "calendar.toml:3:24: error: no day of the week `sonntag`");
        check("2026-10-01", "2026-02-30", "calendar.toml:5:7: error: no date `2026-02-30`");
        check("2026-10-01", "2026-10-01T00:00", "no date");
        check("2026-10-07", "2026-09-07", "calendar.toml:5:7: error: from one day to the same or a later one");
        check("2026-10-07", "2027-10-07", "31 days at most");
        check("2026-10-10", "2026-10-02", "calendar.toml:9:7: error: the day is given as a holiday too");
        check("National Day", " ", "calendar.toml:7:8: error: the day has no name");
        check("schema = 1", "schema = 2", "calendar.toml:1:10: error: unknown schema 2");
        check("name = \"instead\"", "nome = \"instead\"", "unknown field");
    }
}
