//! Reads regimes from TOML: one file a regime, mistakes with file, line and column.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use time::Date;
use time::format_description::well_known::Iso8601;
use toml::Spanned;
use touchstone_diagnostic::{Diagnostic, Issue, Source as Text, nearest};

use super::{Ladder, Regime, Regimes, Rung, Source, Step};
use crate::approval::Limits;
use crate::clocks::{Clock, Period};
use crate::enforcement::{Measure, Severity};
use crate::money::{Currency, Money};
use crate::statement::REDRESS;

/// Days that a file may give, at most: ten years.
const DAYS_MAX: u32 = 3_660;
/// Points that a file may give, at most.
const POINTS_MAX: u32 = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: Spanned<u32>,
    id: Spanned<String>,
    from: Spanned<String>,
    #[serde(default)]
    publish: bool,
    appeal_months: Spanned<u32>,
    warning_days: Option<Spanned<u32>>,
    #[serde(default)]
    close_notice_days: u32,
    #[serde(default)]
    delay_hours_max: u32,
    redress: Vec<Spanned<String>>,
    #[serde(default)]
    sources: Vec<SourceFile>,
    ladder: LadderFile,
    #[serde(default)]
    approval: ApprovalFile,
    #[serde(default)]
    clocks: BTreeMap<String, ClockFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFile {
    reference: String,
    says: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LadderFile {
    policy: Spanned<String>,
    valid_days: Spanned<u32>,
    repeat_days: Spanned<u32>,
    counted: Vec<Spanned<String>>,
    points: BTreeMap<String, BTreeMap<Severity, Spanned<Vec<u32>>>>,
    rungs: Vec<RungFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RungFile {
    points: Spanned<u32>,
    steps: Vec<StepFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    measure: Spanned<String>,
    days: Option<Spanned<u32>>,
    #[serde(default)]
    lasting: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ApprovalFile {
    #[serde(default)]
    amounts: BTreeMap<String, Spanned<i64>>,
    listings: Option<Spanned<u32>>,
    #[serde(default)]
    closing: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockFile {
    period: Spanned<Period>,
    #[serde(default)]
    warn_hours: u32,
    #[serde(default)]
    roll: bool,
    source: String,
    missed: Spanned<String>,
}

/// Reads one regime.
///
/// # Errors
/// Everything that is wrong in it.
pub fn parse(name: &str, text: &str) -> Result<Regime, Vec<Diagnostic>> {
    let place = Text { name, text };
    let file: File = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![place.diagnostic(Issue::error(at, error.message().trim_end().replace('\n', "; ")))]
    })?;
    let mut found = Vec::new();
    let regime = Reader { found: &mut found }.regime(file);
    match regime.filter(|_| found.is_empty()) {
        Some(regime) => Ok(regime),
        None => Err(found.into_iter().map(|issue| place.diagnostic(issue)).collect()),
    }
}

/// Reads regimes of one place; no two may begin on the same day.
///
/// # Errors
/// Everything that is wrong in any of them.
pub fn parse_all<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Regimes, Vec<Diagnostic>> {
    let (mut regimes, mut wrong, mut days) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (name, text) in files {
        match parse(name, text) {
            Ok(regime) if !days.insert(regime.from) => {
                let at = text.find("from").unwrap_or(0);
                let issue = Issue::error(at, format!("another regime begins on {} too", regime.from));
                wrong.push(Text { name, text }.diagnostic(issue));
            }
            Ok(regime) => regimes.push(regime),
            Err(found) => wrong.extend(found),
        }
    }
    if wrong.is_empty() { Ok(Regimes::new(regimes)) } else { Err(wrong) }
}

struct Reader<'f> {
    found: &'f mut Vec<Issue>,
}

impl Reader<'_> {
    fn wrong(&mut self, at: usize, message: impl Into<String>, help: &str) {
        self.found.push(Issue::error(at, message).help(help));
    }

    fn within(&mut self, number: &Spanned<u32>, range: std::ops::RangeInclusive<u32>) -> u32 {
        let value = *number.get_ref();
        if !range.contains(&value) {
            let help = format!("write {} to {}", range.start(), range.end());
            self.wrong(number.span().start, format!("{value} is out of range"), &help);
        }
        value
    }

    fn known(&mut self, word: &Spanned<String>, known: &[&str]) -> String {
        if !known.contains(&word.get_ref().as_str()) {
            let near = nearest(word.get_ref(), known.iter().copied());
            let help = near
                .map_or_else(|| format!("write one of {}", known.join(", ")), |near| format!("did you mean `{near}`?"));
            self.wrong(word.span().start, format!("`{}` is not known", word.get_ref()), &help);
        }
        word.get_ref().clone()
    }

    fn regime(&mut self, file: File) -> Option<Regime> {
        if *file.schema.get_ref() != 1 {
            self.wrong(
                file.schema.span().start,
                format!("schema {} is not known", file.schema.get_ref()),
                "write `schema = 1`",
            );
        }
        let from = Date::parse(file.from.get_ref(), &Iso8601::DATE).ok();
        if from.is_none() {
            self.wrong(file.from.span().start, format!("`{}` is no date", file.from.get_ref()), "write YYYY-MM-DD");
        }
        let mut ladder = self.ladder(file.ladder);
        notice(&mut ladder, file.close_notice_days);
        Some(Regime {
            id: file.id.into_inner(),
            from: from?,
            sources: file
                .sources
                .into_iter()
                .map(|source| Source { reference: source.reference, says: source.says })
                .collect(),
            ladder,
            warning_days: file.warning_days.map(|days| self.within(&days, 1..=DAYS_MAX)),
            close_notice_days: file.close_notice_days,
            delay_hours_max: file.delay_hours_max,
            appeal_months: self.within(&file.appeal_months, 1..=120),
            redress: file.redress.iter().map(|way| self.known(way, REDRESS)).collect(),
            publish: file.publish,
            approval: self.approval(file.approval),
            clocks: file.clocks.into_iter().map(|(id, clock)| self.clock(id, clock)).collect(),
        })
    }

    fn ladder(&mut self, file: LadderFile) -> Ladder {
        let measures = ["demote", "hold", "hide", "remove"];
        if file.policy.get_ref().trim().is_empty() {
            self.wrong(file.policy.span().start, "no policy is named", "say where sellers can read this ladder");
        }
        let mut table = BTreeMap::new();
        for (reason, severities) in file.points {
            let rows = severities.into_iter().map(|(severity, times)| (severity, self.times(times))).collect();
            table.insert(reason, rows);
        }
        Ladder {
            policy: file.policy.into_inner(),
            valid_days: self.within(&file.valid_days, 1..=DAYS_MAX),
            repeat_days: self.within(&file.repeat_days, 1..=DAYS_MAX),
            counted: file.counted.iter().map(|measure| self.known(measure, &measures)).collect(),
            table,
            rungs: self.rungs(file.rungs),
        }
    }

    /// A repetition weighs no less than what it repeats: else undoing the first would make the second graver.
    fn times(&mut self, times: Spanned<Vec<u32>>) -> Vec<u32> {
        let at = times.span().start;
        let times = times.into_inner();
        if times.is_empty() || !times.is_sorted() || times.iter().any(|points| *points > POINTS_MAX) {
            let help = "write points for the first, the second and every later time, as in [12, 18, 24]";
            self.wrong(at, "points for repetitions do not rise", help);
        }
        times
    }

    fn rungs(&mut self, files: Vec<RungFile>) -> Vec<Rung> {
        let mut rungs: Vec<Rung> = Vec::new();
        for file in files {
            let at = file.points.span().start;
            let points = self.within(&file.points, 1..=POINTS_MAX);
            let rung = Rung { points, steps: file.steps.into_iter().filter_map(|step| self.step(step)).collect() };
            let strictest = |rung: &Rung| rung.steps.iter().map(|step| step.measure.strictness()).max();
            let below = rungs.last().filter(|last| last.points >= points || strictest(last) > strictest(&rung));
            if below.is_some() {
                self.wrong(
                    at,
                    "a rung is not above the one before it",
                    "let points and strictness rise from rung to rung",
                );
            }
            rungs.push(rung);
        }
        rungs
    }

    fn step(&mut self, file: StepFile) -> Option<Step> {
        let known = ["warn", "listing_ban", "suspend", "close"];
        let measure = Measure::of_slug(&self.known(&file.measure, &known))?;
        let days = file.days.as_ref().map(|days| self.within(days, 1..=DAYS_MAX));
        let at = file.measure.span().start;
        if measure == Measure::Close && (days.is_some() || !file.lasting) {
            self.wrong(at, "a closed account does not open by itself", "write `lasting = true` and no `days`");
        }
        if measure == Measure::ListingBan && days.is_none() {
            self.wrong(at, "a listing ban has no end", "write `days`");
        }
        Some(Step { measure, days, notice_days: 0, lasting: file.lasting })
    }

    fn approval(&mut self, file: ApprovalFile) -> Limits {
        let mut amounts = Vec::new();
        for (code, minor) in file.amounts {
            match Currency::try_from(code) {
                Ok(currency) => amounts.push(Money { minor: *minor.get_ref(), currency }),
                Err(wrong) => self.wrong(minor.span().start, wrong.to_string(), "write EUR = 500000, in minor units"),
            }
        }
        let listings = file.listings.map(|listings| self.within(&listings, 1..=u32::MAX));
        Limits { amounts, listings, closing: file.closing }
    }

    fn clock(&mut self, id: String, file: ClockFile) -> Clock {
        if file.missed.get_ref().trim().is_empty() {
            self.wrong(
                file.missed.span().start,
                format!("clock `{id}` is missed without consequence"),
                "say what happens then",
            );
        }
        let ClockFile { period, warn_hours, roll, source, missed } = file;
        Clock { id, period: period.into_inner(), warn_hours, roll, source, missed: missed.into_inner() }
    }
}

/// An account ends only after its notice, whoever decided it.
fn notice(ladder: &mut Ladder, days: u32) {
    let steps = ladder.rungs.iter_mut().flat_map(|rung| &mut rung.steps);
    steps.filter(|step| step.measure == Measure::Close).for_each(|step| step.notice_days = days);
}
