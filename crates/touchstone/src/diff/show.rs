//! The changes as a table for people.

use std::collections::BTreeMap;
use std::path::Path;

use super::changes::{BandChange, BandValue, Changes, RateChange, Sets};
use crate::style::{self, paint};
use crate::summary::thousands;

const NAME_WIDTH: usize = 44;

/// Prints every part that has something in it.
pub(super) fn table(before: &Path, after: &Path, changes: &Changes) {
    anstream::println!("{}", paint(style::DIM, &format!("{} → {}", before.display(), after.display())));
    if changes.is_empty() {
        anstream::println!("nothing that is compared differs");
        return;
    }
    one("brands", &changes.brands);
    one("kinds of goods", &changes.kinds);
    many("names of brands", &changes.names);
    bands(&changes.bands);
    many("lexicon terms", &changes.terms);
    many("words for kinds", &changes.kind_words);
    rates(&changes.rates);
    for (what, count) in &changes.counts {
        anstream::println!(
            "{} {} {}",
            paint(style::HEAD, what),
            came(&format!("+{}", thousands(count.added as u64))),
            went(&format!("-{}", thousands(count.removed as u64)))
        );
    }
}

fn came(text: &str) -> String {
    paint(style::ALLOW, text)
}

fn went(text: &str) -> String {
    paint(style::BLOCK, text)
}

fn heading(what: &str, n: usize) {
    if n > 0 {
        anstream::println!(
            "{} {}",
            paint(style::HEAD, what),
            paint(style::DIM, &format!("{} changed", thousands(n as u64)))
        );
    }
}

fn one(what: &str, sets: &Sets) {
    heading(what, sets.added.len() + sets.removed.len());
    items(sets);
}

fn many(what: &str, by_key: &BTreeMap<String, Sets>) {
    heading(what, by_key.values().map(|s| s.added.len() + s.removed.len()).sum());
    for (key, sets) in by_key {
        anstream::println!("  {key}");
        items(sets);
    }
}

fn items(sets: &Sets) {
    sets.removed.iter().for_each(|item| anstream::println!("    {}", went(&format!("- {item}"))));
    sets.added.iter().for_each(|item| anstream::println!("    {}", came(&format!("+ {item}"))));
}

fn bands(changes: &[BandChange]) {
    heading("price bands", changes.len());
    for change in changes {
        let side = |get: fn(&BandValue) -> i64| values(change.old.as_ref().map(get), change.new.as_ref().map(get));
        let low = moved(&side(|v| v.low_cents), change.low_percent);
        let typical = moved(&side(|v| v.typical_cents), change.typical_percent);
        anstream::println!(
            "  {:<NAME_WIDTH$} low {low:<26} typical {typical:<26} {}",
            change.band,
            paint(style::DIM, &source(change))
        );
    }
}

fn source(change: &BandChange) -> String {
    match (&change.old, &change.new) {
        (Some(old), Some(new)) if old.source == new.source => String::new(),
        (Some(old), Some(new)) => format!("{} → {}", old.source, new.source),
        (None, Some(new)) => new.source.clone(),
        _ => String::new(),
    }
}

/// `12.50 → 14`, `→ 14` for what is new, `12.50 →` for what is gone.
fn values(old: Option<i64>, new: Option<i64>) -> String {
    let say = |cents: Option<i64>| cents.map_or(String::new(), dollars);
    match (old, new) {
        (Some(a), Some(b)) if a == b => dollars(a),
        _ => format!("{} → {}", say(old), say(new)).trim().to_owned(),
    }
}

fn dollars(cents: i64) -> String {
    match cents % 100 {
        0 => format!("{}", cents / 100),
        rest => format!("{}.{rest:02}", cents / 100),
    }
}

fn moved(values: &str, percent: Option<f64>) -> String {
    match percent.filter(|p| *p != 0.0) {
        Some(percent) => format!("{values} ({percent:+.1} %)"),
        None => values.to_owned(),
    }
}

fn rates(changes: &[RateChange]) {
    heading("exchange rates", changes.len());
    for change in changes {
        let units = |micros: Option<i64>| micros.map_or(String::new(), |m| format!("{}", m as f64 / 1e6));
        anstream::println!(
            "  {} {}",
            change.currency,
            moved(format!("{} → {}", units(change.old), units(change.new)).trim(), change.percent)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_a_band() {
        assert_eq!(values(Some(1_250), Some(1_400)), "12.50 → 14");
        assert_eq!(values(None, Some(1_400)), "→ 14");
        assert_eq!(values(Some(1_250), None), "12.50 →");
        assert_eq!(values(Some(1_400), Some(1_400)), "14");
        assert_eq!(moved("12 → 14", Some(16.7)), "12 → 14 (+16.7 %)");
        assert_eq!(moved("14", Some(0.0)), "14");
    }
}
