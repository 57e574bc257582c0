//! What holds in the EU, in China and in the United States, each from its day on: a beginning to be read by a lawyer of
//! the place, not advice.

use touchstone_diagnostic::Diagnostic;

use crate::ladder::{Regimes, parse_all};

/// Slug, file name and text of each.
pub const PRESETS: &[(&str, &str, &str)] = &[
    ("eu", "presets/eu-2025-07-01.toml", include_str!("../presets/eu-2025-07-01.toml")),
    ("cn", "presets/cn-2021-01-01.toml", include_str!("../presets/cn-2021-01-01.toml")),
    ("us", "presets/us-2023-06-27.toml", include_str!("../presets/us-2023-06-27.toml")),
];

/// Slug, file name and text of the calendar of each place.
pub const CALENDARS: &[(&str, &str, &str)] = &[
    ("eu", "presets/calendar-eu.toml", include_str!("../presets/calendar-eu.toml")),
    ("cn", "presets/calendar-cn.toml", include_str!("../presets/calendar-cn.toml")),
    ("us", "presets/calendar-us.toml", include_str!("../presets/calendar-us.toml")),
];

/// The calendar of a place, with file name and text; none if there is no such preset.
pub fn calendar(place: &str) -> Option<(&'static str, &'static str)> {
    CALENDARS.iter().find(|(id, ..)| *id == place).map(|(_, name, text)| (*name, *text))
}

/// The regimes of a place; none if there is no such preset.
///
/// # Errors
/// What is wrong in its files.
pub fn preset(place: &str) -> Result<Regimes, Vec<Diagnostic>> {
    let files = PRESETS.iter().filter(|(id, ..)| *id == place);
    parse_all(files.map(|(_, name, text)| (*name, *text)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::clocks::parse_calendar;
    use crate::enforcement::Severity;
    use crate::ladder::parse;

    #[test]
    fn every_preset_loads_and_names_its_sources() {
        for (place, name, text) in PRESETS {
            let regime = parse(name, text).unwrap_or_else(|found| panic!("{found:?}"));
            assert_eq!(regime.id, *place);
            assert!(!regime.sources.is_empty() && !regime.clocks.is_empty(), "{place}");
            assert!(name.contains(&regime.from.to_string()), "{name} begins on {}", regime.from);
            let ladder = &regime.ladder;
            let rungs: Vec<u32> = ladder.rungs.iter().map(|rung| rung.points).collect();
            assert_eq!(rungs, [12, 24, 36, 48], "{place}");
            let repeated = |times| ladder.points("counterfeit", Severity::High, times);
            assert!(repeated(0) > 0 && repeated(1) > repeated(0), "repetition weighs more");
        }
        assert_eq!(preset("eu").map(|regimes| regimes.all().len()), Ok(1));
    }

    #[test]
    fn every_place_has_a_calendar() {
        for (place, name, text) in CALENDARS {
            parse_calendar(name, text).unwrap_or_else(|found| panic!("{found:?}"));
            assert!(PRESETS.iter().any(|(id, ..)| id == place) && calendar(place).is_some());
        }
        assert_eq!(calendar("atlantis"), None);
    }

    #[test]
    fn mistakes_have_a_place() {
        let (_, name, text) = PRESETS[0];
        let check = |from: &str, to: &str, says: &str| {
            let wrong = text.replacen(from, to, 1);
            assert_ne!(wrong, text, "{from}");
            let found = parse(name, &wrong).expect_err(says);
            let shown = found[0].to_string();
            assert!(shown.contains(says) && found[0].line > 0 && found[0].column > 0, "{shown}");
        };
        check("schema = 1", "schema = 2", "schema 2 is not known");
        check("from = \"2025-07-01\"", "from = \"2025-13-01\"", "is no date");
        check("\"internal_appeal\"", "\"internal_apeal\"", "did you mean `internal_appeal`?");
        check("points = 24", "points = 12", "not above the one before");
        check("[12, 18, 24]", "[12, 6]", "do not rise");
        check("\"suspend\"", "\"suspnd\"", "did you mean `suspend`?");
        check("EUR", "EURO", "three capital letters");
        check("days = 7", "days = 0", "out of range");
        check("appeal_months", "appeal_month", "appeal_month");
    }
}
