//! Points for what was found, and what follows from so many points: dated configuration, checked where it is read.

mod file;

use std::collections::BTreeMap;

use serde::Serialize;
use time::Date;

pub use file::{parse, parse_all};

use crate::approval::Limits;
use crate::clocks::Clock;
use crate::enforcement::{Measure, Severity};
use crate::moment::{DAY, Moment};

/// What follows at a rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What.
    pub measure: Measure,
    /// For how long; none: until it is undone or the points are gone.
    pub days: Option<u32>,
    /// Days between telling and beginning.
    pub notice_days: u32,
    /// Stays when the points are gone.
    pub lasting: bool,
}

impl Step {
    /// What comes where a warning must come first: it is not taken back when points expire.
    pub const WARNING: Self = Self { measure: Measure::Warn, days: Some(365), notice_days: 0, lasting: true };
}

/// From so many points on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rung {
    /// Points.
    pub points: u32,
    /// What follows.
    pub steps: Vec<Step>,
}

impl Rung {
    /// Whether it keeps a seller from selling.
    pub fn needs_warning(&self) -> bool {
        self.steps.iter().any(|step| matches!(step.measure, Measure::Suspend | Measure::Close))
    }
}

/// Points and rungs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ladder {
    /// What a seller is told that it stands on.
    pub policy: String,
    /// Days for which points count.
    pub valid_days: u32,
    /// Days for which an earlier finding with the same reason makes it a repetition.
    pub repeat_days: u32,
    /// Slugs of the measures that give points.
    pub counted: Vec<String>,
    /// By reason and severity: points for the first, the second and every later time.
    pub table: BTreeMap<String, BTreeMap<Severity, Vec<u32>>>,
    /// Rising in points and strictness.
    pub rungs: Vec<Rung>,
}

impl Ladder {
    /// Whether a measure gives points.
    pub fn counts(&self, measure: Measure) -> bool {
        self.counted.iter().any(|slug| slug == measure.slug())
    }

    /// Points for a finding after so many with the same reason.
    pub fn points(&self, reason: &str, severity: Severity, before: usize) -> u32 {
        let times = self.table.get(reason).and_then(|by_severity| by_severity.get(&severity));
        times.and_then(|times| times.get(before).or(times.last())).copied().unwrap_or(0)
    }
}

/// Where something is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Law and article, or whose practice it is.
    pub reference: String,
    /// What it says, in short.
    pub says: String,
}

/// What holds somewhere from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regime {
    /// Slug: `eu`.
    pub id: String,
    /// First day, UTC.
    pub from: Date,
    /// What it stands on.
    pub sources: Vec<Source>,
    /// Points and rungs.
    pub ladder: Ladder,
    /// Days for which a warning that must come before a suspension counts; none: no warning must.
    pub warning_days: Option<u32>,
    /// Days between telling and the end of an account.
    pub close_notice_days: u32,
    /// The longest drawn delay of account consequences, in hours.
    pub delay_hours_max: u32,
    /// Months in which a seller can appeal.
    pub appeal_months: u32,
    /// Slugs of the ways to have it looked at again, as in the catalogues of statements.
    pub redress: Vec<String>,
    /// Whether statements go to the EU's database.
    pub publish: bool,
    /// What needs a second pair of eyes.
    pub approval: Limits,
    /// What is due when.
    pub clocks: Vec<Clock>,
}

impl Regime {
    /// Whether one of the warnings came before, and still counts; always so if none must.
    pub fn is_warned(&self, warnings: &[Moment], at: Moment) -> bool {
        let Some(days) = self.warning_days else { return true };
        let since = at.plus(-i64::from(days) * DAY);
        warnings.iter().any(|warning| since < *warning && *warning < at)
    }
}

/// Regimes of one place, each from its day on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Regimes(Vec<Regime>);

impl Regimes {
    /// In order of their days.
    pub fn new(mut regimes: Vec<Regime>) -> Self {
        regimes.sort_by_key(|regime| regime.from);
        Self(regimes)
    }

    /// The one of that moment; none before the first.
    pub fn at(&self, at: Moment) -> Option<&Regime> {
        let day = at.date_time()?.date();
        self.0.iter().rev().find(|regime| regime.from <= day)
    }

    /// All of them.
    pub fn all(&self) -> &[Regime] {
        &self.0
    }
}
