//! The changes as a table for people.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use super::changes::{BandChange, BandValue, Changes, RateChange, Sets};
use crate::mark::one_line;
use crate::style::{self, paint};
use crate::summary::thousands;

const NAME_WIDTH: usize = 44;

/// Writes every part that has something in it.
pub(super) fn table(out: &mut dyn Write, before: &Path, after: &Path, changes: &Changes) -> io::Result<()> {
    writeln!(out, "{}", paint(style::DIM, &format!("{} → {}", before.display(), after.display())))?;
    if changes.is_empty() {
        return writeln!(out, "nothing that is compared differs");
    }
    one(out, "brands", &changes.brands)?;
    one(out, "kinds of goods", &changes.kinds)?;
    many(out, "names of brands", &changes.names)?;
    bands(out, &changes.bands)?;
    many(out, "lexicon terms", &changes.terms)?;
    many(out, "words for kinds", &changes.kind_words)?;
    rates(out, &changes.rates)?;
    for (what, count) in &changes.counts {
        let added = came(&format!("+{}", thousands(count.added as u64)));
        let removed = went(&format!("-{}", thousands(count.removed as u64)));
        writeln!(out, "{} {added} {removed}", paint(style::HEAD, what))?;
    }
    Ok(())
}

fn came(text: &str) -> String {
    paint(style::ALLOW, text)
}

fn went(text: &str) -> String {
    paint(style::BLOCK, text)
}

fn heading(out: &mut dyn Write, what: &str, n: usize) -> io::Result<()> {
    if n == 0 {
        return Ok(());
    }
    let changed = format!("{} changed", thousands(n as u64));
    writeln!(out, "{} {}", paint(style::HEAD, what), paint(style::DIM, &changed))
}

fn one(out: &mut dyn Write, what: &str, sets: &Sets) -> io::Result<()> {
    heading(out, what, sets.added.len() + sets.removed.len())?;
    items(out, sets)
}

fn many(out: &mut dyn Write, what: &str, by_key: &BTreeMap<String, Sets>) -> io::Result<()> {
    heading(out, what, by_key.values().map(|s| s.added.len() + s.removed.len()).sum())?;
    for (key, sets) in by_key {
        writeln!(out, "  {}", one_line(key))?;
        items(out, sets)?;
    }
    Ok(())
}

fn items(out: &mut dyn Write, sets: &Sets) -> io::Result<()> {
    sets.removed.iter().try_for_each(|item| writeln!(out, "    {}", went(&format!("- {item}"))))?;
    sets.added.iter().try_for_each(|item| writeln!(out, "    {}", came(&format!("+ {item}"))))
}

fn bands(out: &mut dyn Write, changes: &[BandChange]) -> io::Result<()> {
    heading(out, "price bands", changes.len())?;
    for change in changes {
        let side = |get: fn(&BandValue) -> i64| values(change.old.as_ref().map(get), change.new.as_ref().map(get));
        let low = moved(&side(|v| v.low_cents), change.low_percent);
        let typical = moved(&side(|v| v.typical_cents), change.typical_percent);
        let source = paint(style::DIM, &source(change));
        let line = format!("  {:<NAME_WIDTH$} low {low:<26} typical {typical:<26} {source}", change.band);
        writeln!(out, "{line}")?;
    }
    Ok(())
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

fn rates(out: &mut dyn Write, changes: &[RateChange]) -> io::Result<()> {
    heading(out, "exchange rates", changes.len())?;
    for change in changes {
        let units = |micros: Option<i64>| micros.map_or(String::new(), |m| format!("{}", m as f64 / 1e6));
        let sides = format!("{} → {}", units(change.old), units(change.new));
        writeln!(out, "  {} {}", change.currency, moved(sides.trim(), change.percent))?;
    }
    Ok(())
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
