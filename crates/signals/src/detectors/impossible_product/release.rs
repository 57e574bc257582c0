//! A model year long before the line came out.

use super::Claim;
use crate::findings::{Field, Findings};

/// Years between announcement and sale, or between two markets.
const MARGIN: i32 = 1;
/// Older years are part of names and of the house's history.
const YEARS: std::ops::RangeInclusive<i32> = 1990..=2100;

/// What says that a number is a year of the model, before it or behind it.
const MODEL: [&str; 8] = ["model", "modell", "modelo", "modello", "modele", "модель", "год", "года"];
/// Signs that stand tight behind a year.
const YEAR: [char; 2] = ['年', '년'];

/// The title states a model year in which the line did not exist yet.
pub(super) fn breaks<'a>(claim: &Claim<'_, 'a, '_>, findings: &mut Findings<'a>) -> Option<&'static str> {
    let line = claim.line()?;
    let released = claim.brand.lines.get(usize::from(line))?.released?;
    let tokens = 0..claim.title.reading.normal.tokens().len();
    let years = tokens.filter_map(|at| claim.word(at).parse::<i32>().ok().map(|year| (at, year)));
    let model = |at: Option<usize>| at.is_some_and(|at| MODEL.contains(&claim.word(at)));
    let told = |at: usize| claim.word(at + 1).starts_with(YEAR) || model(Some(at + 1)) || model(at.checked_sub(1));
    let early = |(at, year): &(usize, i32)| YEARS.contains(year) && *year < released - MARGIN && told(*at);
    let (at, _) = years.into_iter().find(early)?;
    findings.see(Field::Title, claim.place(at));
    Some("year")
}
