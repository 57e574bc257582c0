//! What is printed: tables in order, as text and as Markdown.

use touchstone_screening::Active;

use crate::half::Split;
use crate::measure::{self, Goal, Mark, Measured};
use crate::mistakes;
use crate::ranking;
use crate::run::Run;
use crate::source::{Set, Source};
use crate::statistics::{share, wilson};
use crate::table::Table;
use crate::tally::{Event, Tally};

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Rows that the rates are over.
    pub split: Split,
    /// Mistakes that are listed for every source.
    pub worst: usize,
}

/// Columns of a table of rates.
const RATES: [&str; 12] =
    ["measure", "rows", "review", "block", "rate", "95 %", "bar", "aim", "reached", "tune", "held", "baseline"];
/// Rules that are named for every source.
const REASONS_MAX: usize = 12;

/// The whole report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    tables: Vec<Table>,
}

impl Report {
    /// Measures everything.
    pub fn new(active: &Active, sources: &[Source], runs: &[Run<'_>], options: Options) -> Self {
        let split = options.split;
        let mut tables = vec![main_table(active, runs, split), rows_table(sources)];
        tables.extend(group_tables(runs, split));
        tables.push(groups("Both errors by source", &measure::errors(runs), split));
        tables.push(reasons(runs, split));
        tables.push(ranking::table(runs, split, active.policy.calibration()));
        if split != Split::Held {
            tables.extend(mistakes::tables(runs, options.worst));
        }
        Self { tables }
    }

    /// For a terminal.
    pub fn to_text(&self) -> String {
        self.tables.iter().map(Table::to_text).collect::<Vec<_>>().join("\n")
    }

    /// For a file.
    pub fn to_markdown(&self) -> String {
        let tables: Vec<String> = self.tables.iter().map(Table::to_markdown).collect();
        format!("# Evaluation\n\n{}", tables.join("\n"))
    }
}

fn main_table(active: &Active, runs: &[Run<'_>], split: Split) -> Table {
    let mut table = rates("Measures", &measure::main_measures(runs, split), split)
        .note(format!("Knowledge {}, policy {}; rates over {} rows.", short(&active.snapshot.hash), short(&active.policy.hash()), split.as_str()))
        .note("The baseline knows only currency and title length. It learnt on the tune halves of these sources, prices as offered; its honest error on their held halves is 5 %, as the mean over the four honest sources.");
    let after_currencies = runs.iter().filter(|run| run.source.set == Set::Replica).count();
    table.rows.insert(after_currencies.min(table.rows.len()), spread_row(runs, split));
    table
}

fn spread_row(runs: &[Run<'_>], split: Split) -> Vec<String> {
    let points = |points: f64| format!("{points:.2} pt");
    let of = |split: Split| points(measure::spread(runs, split).0);
    let (ours, rival) = measure::spread(runs, split);
    let goal = |goal: Option<f64>| goal.map_or_else(String::new, |g| format!("{} {g} pt", measure::SPREAD.sign()));
    let mut row = vec![String::new(); RATES.len()];
    let cells = [
        (0, "replica_sheets: largest difference between currencies".to_owned()),
        (4, points(ours)),
        (6, goal(measure::SPREAD.bar)),
        (8, mark(&measure::SPREAD, ours)),
        (9, of(Split::Tune)),
        (10, of(Split::Held)),
        (11, points(rival)),
    ];
    cells.into_iter().for_each(|(at, cell)| row[at] = cell);
    row
}

fn group_tables(runs: &[Run<'_>], split: Split) -> Vec<Table> {
    let mut tactics = measure::tactics(runs);
    let mut traps = measure::traps(runs);
    tactics.sort_by(|a, b| percent(a, split).total_cmp(&percent(b, split)));
    traps.sort_by(|a, b| percent(b, split).total_cmp(&percent(a, split)));
    vec![
        groups("Evasions by tactic, weakest first: review or block", &tactics, split),
        groups("Honest fixtures by trap, weakest first: review or block", &traps, split),
        groups("Evasions by language: review or block", &measure::languages(runs, Set::Evasions), split),
        groups("Honest fixtures by language: review or block", &measure::languages(runs, Set::Honest), split),
    ]
}

fn percent(measured: &Measured, split: Split) -> f64 {
    measure::rate(&measured.halves.over(split), measured.event)
}

fn rates(title: &str, measures: &[Measured], split: Split) -> Table {
    let mut table = Table::new(title, &RATES);
    table.rows = measures.iter().map(|measured| rate_row(measured, split)).collect();
    table
}

/// Rates without the columns of goals that they do not have.
fn groups(title: &str, measures: &[Measured], split: Split) -> Table {
    rates(title, measures, split).without_empty_columns()
}

fn rate_row(measured: &Measured, split: Split) -> Vec<String> {
    let Measured { name, event, goal, halves } = measured;
    let tally = halves.over(split);
    let bound = |bound: fn(&Goal) -> Option<f64>| {
        goal.and_then(|g| Some(format!("{} {} %", g.sign(), bound(&g)?))).unwrap_or_default()
    };
    vec![
        name.clone(),
        grouped_digits(tally.rows),
        grouped_digits(tally.reviews),
        grouped_digits(tally.blocks),
        share_text(tally.hits(*event), tally.rows),
        interval(tally.hits(*event), tally.rows),
        bound(|g| g.bar),
        bound(|g| g.aim),
        goal.map_or_else(String::new, |g| mark(&g, measure::rate(&tally, *event))),
        of_half(&halves.tune, *event),
        of_half(&halves.held, *event),
        tally.rival_hits(*event).map_or_else(|| "–".to_owned(), |hits| share_text(hits, tally.rows)),
    ]
}

fn mark(goal: &Goal, percent: f64) -> String {
    let mark = match goal.mark(percent) {
        Mark::Aim => "✓ aim",
        Mark::Bar => "✓ bar",
        Mark::Missed => "✗",
    };
    mark.to_owned()
}

fn of_half(tally: &Tally, event: Event) -> String {
    format!("{} of {}", share_text(tally.hits(event), tally.rows), grouped_digits(tally.rows))
}

fn share_text(hits: u64, rows: u64) -> String {
    if rows == 0 { "–".to_owned() } else { format!("{} %", digits(100.0 * share(hits, rows))) }
}

fn interval(hits: u64, rows: u64) -> String {
    let (low, high) = wilson(hits, rows);
    format!("{}–{}", digits(100.0 * low), digits(100.0 * high))
}

/// Small rates need one more digit.
fn digits(percent: f64) -> String {
    if percent < 10.0 { format!("{percent:.2}") } else { format!("{percent:.1}") }
}

fn rows_table(sources: &[Source]) -> Table {
    let columns = ["file", "rows", "rejected", "duplicates", "left out", "same title", "measured", "tune", "held"];
    let mut table = Table::new("Rows", &columns)
        .note("Duplicates have the key of an earlier row; left out are replica rows that name no brand. Outside the fixtures a title counts once.");
    table.rows = sources.iter().map(source_row).collect();
    table
}

fn source_row(source: &Source) -> Vec<String> {
    let counts = source.counts;
    let tune = source.labels.iter().filter(|l| Split::Tune.holds(l.half)).count() as u64;
    let measured = source.labels.len() as u64;
    let numbers = [
        counts.read,
        counts.rejected,
        counts.duplicates,
        counts.left_out,
        counts.same_title,
        measured,
        tune,
        measured - tune,
    ];
    [source.set.name().to_owned()].into_iter().chain(numbers.map(grouped_digits)).collect()
}

fn reasons(runs: &[Run<'_>], split: Split) -> Table {
    let mut table = Table::new("Deciding rules by source", &["source", "rule", "verdict", "rows"]).flush_left(&[1, 2]);
    for run in runs {
        let reasons = measure::reasons(run, split).into_iter().take(REASONS_MAX);
        table.rows.extend(
            reasons.map(|(code, verdict, count)| {
                vec![run.name(), code, verdict.as_str().to_owned(), grouped_digits(count)]
            }),
        );
    }
    table
}

/// The first eight digits of a hash.
fn short(hash: &[u8]) -> String {
    hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// 1234567 as `1,234,567`.
pub(crate) fn grouped_digits(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::{Split, grouped_digits, rate_row};
    use crate::measure::{Goal, Measured};
    use crate::tally::{Event, Halves, Tally};

    #[test]
    fn a_row_says_rate_interval_bar_and_baseline() {
        let half = Tally { rows: 500, reviews: 430, blocks: 20, rival: 100 };
        let halves = Halves { tune: half, held: Tally { rows: 500, ..Tally::default() } };
        let goal = Some(Goal::at_least(Some(80.0), Some(92.0)));
        let row = rate_row(&Measured { name: "all".into(), event: Event::Stopped, goal, halves }, Split::Tune);
        let expected = [
            "all",
            "500",
            "430",
            "20",
            "90.0 %",
            "87.1–92.3",
            "≥ 80 %",
            "≥ 92 %",
            "✓ bar",
            "90.0 % of 500",
            "0.00 % of 500",
            "20.0 %",
        ];
        assert_eq!(row, expected);
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped_digits), ["0", "999", "1,000", "1,234,567"]);
    }
}
