//! How well the score ranks fakes above honest offers.

use crate::half::Split;
use crate::run::{Judged, Run};
use crate::source::{Role, Set};
use crate::statistics::auc;
use crate::table::Table;
use crate::variant::{TARGETS, Variant};

/// Sources whose rows count as honest here. Lazada's are not proven to be.
const HONEST: [Set; 3] = [Set::Honest, Set::Shop, Set::Shein];

/// Scores of rows: ours, and the baseline's.
#[derive(Clone, Debug, Default)]
struct Scores {
    ours: Vec<f64>,
    rival: Vec<f64>,
}

impl Scores {
    fn of<'r, 's: 'r>(runs: impl Iterator<Item = &'r Run<'s>>, split: Split) -> Self {
        let mut scores = Self::default();
        for run in runs {
            run.rows().filter(|row| split.holds(row.label.half)).for_each(|row| scores.add(&row));
        }
        scores
    }

    fn add(&mut self, row: &Judged<'_>) {
        self.ours.push(row.outcome.score as f64);
        self.rival.push(row.rival.score);
    }
}

/// The table of areas under the ROC curve: a row for fakes, a column for honest offers.
pub fn table(runs: &[Run<'_>], split: Split, calibration: &str) -> Table {
    let columns = ["fakes", "honest, shop and shein", "honest", "shop_titles", "market_shein"];
    let mut table = Table::new("Ranking: area under the ROC curve, with the baseline's in brackets", &columns)
        .note("How likely a fake scores higher than an honest offer; 0.5 is chance.")
        .note(format!("Reliability: the score is {calibration}. It ranks; it is no probability, and a score of 0 is not even odds."));
    let honest: Vec<Scores> = honest_groups().iter().map(|sets| Scores::of(as_offered(runs, sets), split)).collect();
    table.rows = fake_groups(runs, split).into_iter().map(|(name, fakes)| row(name, &fakes, &honest)).collect();
    table
}

fn honest_groups() -> Vec<Vec<Set>> {
    let each = HONEST.map(|set| vec![set]);
    [HONEST.to_vec()].into_iter().chain(each).collect()
}

/// In pooled rows prices are in dollars, so that no currency tells fakes from the rest.
fn fake_groups(runs: &[Run<'_>], split: Split) -> Vec<(String, Scores)> {
    let in_usd = Variant::In(TARGETS[0]);
    let pooled = runs.iter().filter(|run| run.source.set == Set::Evasions || run.variant == in_usd);
    let fakes = runs.iter().filter(|run| run.source.set.role() == Role::Fake);
    let each = fakes.map(|run| (run.name(), Scores::of([run].into_iter(), split)));
    [("evasions and replica_sheets in USD".to_owned(), Scores::of(pooled, split))].into_iter().chain(each).collect()
}

fn as_offered<'r, 's>(runs: &'r [Run<'s>], sets: &'r [Set]) -> impl Iterator<Item = &'r Run<'s>> {
    runs.iter().filter(|run| sets.contains(&run.source.set) && run.variant == Variant::AsOffered)
}

fn row(name: String, fakes: &Scores, honest: &[Scores]) -> Vec<String> {
    let cell = |honest: &Scores| {
        let (ours, rival) = (auc(&fakes.ours, &honest.ours), auc(&fakes.rival, &honest.rival));
        ours.zip(rival).map_or_else(String::new, |(ours, rival)| format!("{ours:.4} ({rival:.2})"))
    };
    [name].into_iter().chain(honest.iter().map(cell)).collect()
}
