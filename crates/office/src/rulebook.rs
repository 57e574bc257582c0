//! By which rules is acted: ladder and law from their days on, and the calendar by which clocks run.
//!
//! What holds at a place comes along, dated, and the days on which is worked there. A house that has its own puts them as
//! files into the folder that it gives: `regimes/*.toml` and `calendar.toml`, in the form of those that come along.

use std::path::{Path, PathBuf};

use touchstone_cases::clocks::{Calendar, Clock, parse_calendar};
use touchstone_cases::ladder::{Regime, Regimes, parse_all};
use touchstone_cases::moment::Moment;
use touchstone_cases::presets::{calendar, preset};

use crate::act::{ActError, no};
use crate::refusal::{Kind, Refusal};

/// Bytes of a file, at most.
const FILE_BYTES_MAX: u64 = 1 << 20;
/// Files of regimes, at most.
const REGIMES_MAX: usize = 100;

/// Ladder, law and calendar of a place. The texts of statements come along, by language.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// What holds, each from its day on.
    pub regimes: Regimes,
    /// Where days begin and end, and on which is worked.
    pub calendar: Calendar,
}

impl Rulebook {
    /// What comes along for a place: `eu`, `cn`, `us`.
    ///
    /// # Errors
    /// Where there is none, or what is wrong in it, in words.
    pub fn preset(place: &str) -> Result<Self, String> {
        let regimes = preset(place).map_err(said)?;
        if regimes.all().is_empty() {
            return Err(format!("no rules of `{place}` come along; choose eu, cn or us"));
        }
        let days = calendar(place).ok_or_else(|| format!("no calendar of `{place}` comes along"))?;
        let calendar = parse_calendar(days.0, days.1).map_err(said)?;
        Ok(Self { regimes, calendar })
    }

    /// What comes along for a place, and in its stead what a folder holds.
    ///
    /// # Errors
    /// A file that can't be read, or what is wrong in it, with its place, in words.
    pub fn read(place: &str, folder: Option<&Path>) -> Result<Self, String> {
        let mut book = Self::preset(place)?;
        let Some(folder) = folder else { return Ok(book) };
        let files = regimes(&folder.join("regimes"))?;
        if !files.is_empty() {
            book.regimes = parse_all(files.iter().map(|(name, text)| (name.as_str(), text.as_str()))).map_err(said)?;
        }
        let path = folder.join("calendar.toml");
        if path.exists() {
            book.calendar = parse_calendar(&path.display().to_string(), &text(&path)?).map_err(said)?;
        }
        Ok(book)
    }

    /// What holds at a moment.
    ///
    /// # Errors
    /// Before the first day of any rules.
    pub fn at(&self, now: Moment) -> Result<&Regime, ActError> {
        let detail = "no rules hold yet on this day; give rules that begin earlier";
        self.regimes.at(now).ok_or_else(|| no(Refusal::new(Kind::Conflict, detail)))
    }

    /// A clock of what holds at a moment, if there is one of that name.
    pub fn clock(&self, id: &str, now: Moment) -> Option<&Clock> {
        self.regimes.at(now)?.clocks.iter().find(|clock| clock.id == id)
    }
}

fn said(found: Vec<touchstone_diagnostic::Diagnostic>) -> String {
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn text(path: &Path) -> Result<String, String> {
    let wrong = |why: String| format!("{}: {why}", path.display());
    let length = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if length > FILE_BYTES_MAX {
        return Err(wrong(format!("more than {FILE_BYTES_MAX} bytes")));
    }
    std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))
}

/// Names and texts of the files of regimes, in the order of names; none where there is no such folder.
fn regimes(folder: &Path) -> Result<Vec<(String, String)>, String> {
    let wrong = |why: std::io::Error| format!("{}: {why}", folder.display());
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(wrong)?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()).map_err(wrong));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    if paths.len() > REGIMES_MAX {
        return Err(format!("{}: more than {REGIMES_MAX} files", folder.display()));
    }
    paths.sort();
    paths.iter().map(|path| Ok((path.display().to_string(), text(path)?))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("regimes")).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.path().join(name), text).unwrap());
        folder
    }

    #[test]
    fn a_house_has_its_own_days_and_rules() {
        let own = touchstone_cases::presets::PRESETS[0].2.replace("2025-07-01", "2026-01-01");
        let days = "schema = 1\nzone = \"Europe/Berlin\"\nweekend = [\"sunday\"]\n[[holiday]]\nday = \"2026-12-25\"\nname = \"Christmas\"\n";
        let folder = folder(&[("regimes/own.toml", &own), ("calendar.toml", days)]);
        let book = Rulebook::read("cn", Some(folder.path())).unwrap();
        assert_eq!(book.regimes.all()[0].from.to_string(), "2026-01-01");
        assert!(Rulebook::read("eu", None).is_ok());
    }

    #[test]
    fn a_mistake_names_its_file() {
        for (name, text, says) in [
            ("calendar.toml", "schema = 2\nzone = \"Etc/UTC\"\nweekend = []\n", "unknown schema 2"),
            ("calendar.toml", "schema = 1\nzone = \"Mars\"\nweekend = []\n", "no time zone `Mars`"),
            (
                "calendar.toml",
                "schema = 1\nzone = \"Etc/UTC\"\nweekend = [\"noday\"]\n",
                "calendar.toml:3:12: error: no day of the week `noday`",
            ),
            ("regimes/a.toml", "schema = 9\n", "a.toml"),
        ] {
            let folder = folder(&[(name, text)]);
            let said = Rulebook::read("eu", Some(folder.path())).unwrap_err();
            assert!(said.contains(says) && said.contains(name.rsplit('/').next().unwrap()), "{said}");
        }
    }
}
