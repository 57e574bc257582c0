//! The worst mistakes, of the tune half only.

use std::cmp::Reverse;

use crate::half::Half;
use crate::report::grouped_digits;
use crate::run::{Judged, Run};
use crate::source::{Role, Set};
use crate::table::{Table, visible};
use crate::variant::Variant;

const TITLE_CHARACTERS: usize = 110;

/// The `worst` mistakes of every source: blocks, then reviews by score; or misses from the lowest score.
pub fn tables(runs: &[Run<'_>], worst: usize) -> Vec<Table> {
    let listed = runs.iter().filter(|run| worst > 0 && is_listed(run));
    let (fakes, honest): (Vec<_>, Vec<_>) = listed.partition(|run| run.source.set.role() == Role::Fake);
    honest.into_iter().chain(fakes).map(|run| table(run, worst)).collect()
}

/// Converted prices make the same mistakes again.
fn is_listed(run: &Run<'_>) -> bool {
    let unpriced = run.source.set == Set::Replica && run.variant == Variant::NoPrice;
    run.variant == Variant::AsOffered || unpriced
}

fn table(run: &Run<'_>, worst: usize) -> Table {
    let mistakes = mistakes(run);
    let what = if run.source.set.role() == Role::Fake { "Misses" } else { "False alarms" };
    let title = format!("{what}: {}", run.name());
    let note = format!(
        "{} in the tune half; the worst {} are listed.",
        grouped_digits(mistakes.len() as u64),
        worst.min(mistakes.len())
    );
    let columns = ["verdict", "score", "first reason", "price", "label", "title", "id"];
    let mut table = Table::new(title, &columns).note(note).flush_left(&[2, 4, 5, 6]);
    table.rows = mistakes.iter().take(worst).map(row).collect();
    table
}

fn mistakes<'r>(run: &'r Run<'_>) -> Vec<Judged<'r>> {
    let role = run.source.set.role();
    let is_mistake = |row: &Judged<'_>| row.is_stopped() == (role == Role::Honest);
    let mut mistakes: Vec<Judged<'_>> =
        run.rows().filter(|row| row.label.half == Half::Tune && is_mistake(row)).collect();
    match role {
        Role::Fake => mistakes.sort_by_key(|row| row.outcome.score),
        Role::Honest => mistakes.sort_by_key(|row| Reverse((row.outcome.verdict, row.outcome.score))),
    }
    mistakes
}

fn row(row: &Judged<'_>) -> Vec<String> {
    vec![
        row.outcome.verdict.as_str().to_owned(),
        format!("{:.2}", row.outcome.score as f64 / 1e6),
        row.outcome.reason.clone().unwrap_or_default(),
        row.listing.price().map_or_else(String::new, |price| price.to_string()),
        [row.label.way.as_str(), row.label.language.as_str()].join(" ").trim().to_owned(),
        clipped(&visible(row.listing.title)),
        row.label.id.clone(),
    ]
}

fn clipped(title: &str) -> String {
    match title.char_indices().nth(TITLE_CHARACTERS) {
        Some((end, _)) => format!("{}…", title.get(..end).unwrap_or_default()),
        None => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{TITLE_CHARACTERS, clipped};

    #[test]
    fn long_titles_are_clipped_between_characters() {
        assert_eq!(clipped("手表"), "手表");
        assert_eq!(clipped(&"手".repeat(TITLE_CHARACTERS + 1)).chars().count(), TITLE_CHARACTERS + 1);
    }
}
