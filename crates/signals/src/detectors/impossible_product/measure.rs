//! Amounts that the title names: millilitres, millimetres, milliampere hours, gigabytes.

use touchstone_knowledge::{Amount, Unit};
use touchstone_text::Span;

use super::Claim;

/// Amounts of one unit, each with its first token.
pub(super) fn measures(claim: &Claim<'_, '_, '_>, unit: Unit) -> impl Iterator<Item = (Amount, usize)> {
    let tokens = claim.title.reading.normal.tokens();
    let digits = (0..tokens.len()).filter(move |i| tokens[*i].digits);
    let amounts = digits.filter_map(move |i| Some((measure(claim, i)?, i)));
    amounts.filter(move |(amount, _)| amount.unit == unit && !is_beside_the_point(*amount))
}

/// The title names more than exists, and nothing that does: two cells of 5 Ah are no cell of 10.
pub(super) fn exceeds(claim: &Claim<'_, '_, '_>, most: Amount) -> Option<Span> {
    let mut named = measures(claim, most.unit);
    let (_, at) = named.next().filter(|(amount, _)| *amount > most)?;
    named.all(|(amount, _)| amount > most).then(|| claim.place(at))
}

/// No case of a watch is wider: 60 mm.
const CASE_TENTHS_MAX: u32 = 600;
/// Samples and decants hold up to 31 ml.
const SAMPLE_TENTHS_MAX: u32 = 310;

/// Straps and wrists are longer than any case is wide; samples and decants have any size.
fn is_beside_the_point(amount: Amount) -> bool {
    match amount.unit {
        Unit::Mm => amount.tenths > CASE_TENTHS_MAX,
        Unit::Ml => amount.tenths <= SAMPLE_TENTHS_MAX,
        Unit::Mah | Unit::Gb => false,
    }
}

/// `41mm`, `41 mm`, `5,000mAh`.
fn measure(claim: &Claim<'_, '_, '_>, at: usize) -> Option<Amount> {
    let token = claim.word(at);
    let (number, unit) = token.split_at(token.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(token.len()));
    let unit = if unit.is_empty() { claim.word(at + 1) } else { unit };
    // `5.000` may be five thousand or five.
    if number.rsplit_once('.').is_some_and(|(_, fraction)| fraction.len() == 3) {
        return None;
    }
    let joined = thousands(claim, at).filter(|_| number.len() == 3).map(|high| [high, number].concat());
    let joined = joined.and_then(|number| Amount::read(&number, unit));
    // `12,512GB` is working memory and storage, as `12/512GB` is.
    joined.filter(|amount| amount.unit != Unit::Gb).or_else(|| Amount::read(number, unit))
}

/// The digits before a comma that stands tight between two numbers.
fn thousands<'c>(claim: &'c Claim<'_, '_, '_>, at: usize) -> Option<&'c str> {
    let before = at.checked_sub(1)?;
    let between = claim.place(before).end as usize..claim.place(at).start as usize;
    let digits = claim.word(before);
    let joined = claim.view.listing.title.get(between) == Some(",");
    (joined && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}
