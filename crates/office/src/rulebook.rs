//! By which rules is acted: ladder and law from their days on, and the calendar by which clocks run.

use touchstone_cases::clocks::{Calendar, Clock};
use touchstone_cases::ladder::{Regime, Regimes};
use touchstone_cases::moment::Moment;
use touchstone_cases::presets::preset;

use crate::act::{ActError, no};
use crate::refusal::{Kind, Refusal};

/// Where nothing is said of it, days are those of this zone, and nobody works at these days.
const ZONE: &str = "Etc/UTC";
const WEEKEND: [&str; 2] = ["saturday", "sunday"];

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
        let all = |found: Vec<touchstone_diagnostic::Diagnostic>| {
            found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        };
        let regimes = preset(place).map_err(all)?;
        if regimes.all().is_empty() {
            return Err(format!("no rules of `{place}` come along; choose eu, cn or us"));
        }
        let calendar = Calendar::new(ZONE, WEEKEND, []).map_err(|error| error.to_string())?;
        Ok(Self { regimes, calendar })
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
