//! Sizes that a product never came in.
//!
//! An amount is compared with room for rounding, and only where the title names one; a number of a
//! size system stands behind its name ("EU 42"); a label stands right behind the name of the line
//! ("Birkin 30", "Neverfull MM"), where only a label of the same maker, or a number between two
//! that exist, can be wrong.

use touchstone_knowledge::{Amount, FactRule, SIZE_SYSTEMS, Size, TermClass, Unit, tenths};
use touchstone_text::Span;

use super::Claim;
use super::measure::measures;

pub(super) fn breaks(claim: &Claim<'_, '_, '_>, sizes: &[Size]) -> Option<Span> {
    match sizes.first()? {
        Size::Amount(amount) => amount_breaks(claim, *amount, sizes),
        Size::System(..) => system_breaks(claim, sizes),
        Size::Label(_) => label_breaks(claim, sizes),
    }
}

/// Ounces are rounded to millilitres and back; millimetres name a model.
const TOLERANCE_PERCENT: u64 = 4;

/// The one amount that the title names is none that exists. Used bottles are half empty, decants
/// and samples have any size, and a set names several.
fn amount_breaks(claim: &Claim<'_, '_, '_>, like: Amount, sizes: &[Size]) -> Option<Span> {
    let partial = claim.view.terms(TermClass::PartialPrice).next().is_some();
    let mut named = measures(claim, like.unit);
    let (amount, at) = named.next().filter(|_| !claim.view.used && !partial)?;
    if named.any(|(other, _)| !near(other, amount)) {
        return None;
    }
    let exists = sizes.iter().any(|size| matches!(size, Size::Amount(real) if near(*real, amount)));
    (!exists).then(|| claim.place(at))
}

fn near(a: Amount, b: Amount) -> bool {
    let tolerance = if a.unit == Unit::Ml { TOLERANCE_PERCENT } else { 0 };
    let (a, b) = (u64::from(a.tenths), u64::from(b.tenths));
    a.abs_diff(b) * 100 <= a.max(b) * tolerance
}

fn system_breaks(claim: &Claim<'_, '_, '_>, sizes: &[Size]) -> Option<Span> {
    let tokens = 0..claim.title.reading.normal.tokens().len();
    let mut named = tokens.filter_map(|at| {
        let system = SIZE_SYSTEMS.into_iter().find(|s| *s == claim.word(at))?;
        Some((system, tenths(claim.word(at + 1))?, at))
    });
    let wrong = |(system, number, _): &(&str, u32, usize)| {
        let stated = |size: &&Size| matches!(size, Size::System(s, _) if s == system);
        let known = sizes.iter().any(|size| stated(&size));
        known && !sizes.iter().filter(stated).any(|size| matches!(size, Size::System(_, n) if n == number))
    };
    named.find(wrong).map(|(.., at)| claim.place(at + 1))
}

fn label_breaks(claim: &Claim<'_, '_, '_>, sizes: &[Size]) -> Option<Span> {
    let line = claim.line?;
    let at = claim.title.reading.normal.token_at(line.span.end);
    let said = claim.word(at);
    let token = claim.title.reading.normal.tokens().get(at).filter(|t| !t.breaks)?;
    // A size that belongs to the name ("Birkin 30") was matched with it.
    let named = claim.title.reading.normal.slice(line.span);
    let own = |size: &Size| matches!(size, Size::Label(l) if *l == said || named.rsplit(' ').next() == Some(l));
    if sizes.iter().any(own) {
        return None;
    }
    let wrong = match said.parse::<u32>() {
        Ok(number) => between(number, sizes) && !has_unit(claim.word(at + 1)),
        Err(_) => is_label_of_brand(claim, said),
    };
    wrong.then(|| claim.title.source(token.span))
}

/// Between two sizes that exist.
fn between(number: u32, sizes: &[Size]) -> bool {
    let numbers = || sizes.iter().filter_map(|s| if let Size::Label(l) = s { l.parse::<u32>().ok() } else { None });
    numbers().min().is_some_and(|least| least < number) && numbers().max().is_some_and(|most| number < most)
}

/// "27 cm", "27 x 20", "27 years": not a size of the model.
fn has_unit(next: &str) -> bool {
    matches!(next, "cm" | "mm" | "x" | "in" | "inch" | "inches" | "years" | "k" | "kt" | "ct" | "pcs" | "cl" | "ml")
}

/// Some other line of the maker has this size: "MM" is a size of bags, "canvas" is none.
fn is_label_of_brand(claim: &Claim<'_, '_, '_>, said: &str) -> bool {
    let sizes =
        claim.brand.facts.iter().filter_map(|f| if let FactRule::Size(sizes) = &f.rule { Some(sizes) } else { None });
    sizes.flatten().any(|size| matches!(size, Size::Label(label) if label == said))
}
