//! Storage of a size that does not exist.

use touchstone_knowledge::{FactRule, Unit};
use touchstone_text::Span;

use super::Claim;
use super::measure::measures;

/// Smaller figures are working memory, not storage.
const MIN_STORAGE_GB: u32 = 32;

/// More gigabytes than any product of this kind has.
pub(super) fn beyond_kind(claim: &Claim<'_, '_, '_>) -> Option<Span> {
    let kind = claim.view.kind.and_then(|k| claim.view.snapshot.knowledge.kinds.get(k.index()))?;
    let most = kind.max_capacity_gb?;
    largest(claim).filter(|named| *named > most).map(|_| whole_title(claim))
}

/// The largest capacity that the title names is not one that exists.
pub(super) fn breaks(claim: &Claim<'_, '_, '_>, values: &[u32]) -> Option<Span> {
    let largest = largest(claim).filter(|l| *l >= MIN_STORAGE_GB)?;
    // Of goods of an untold kind only what is larger than anything is impossible.
    if claim.view.kind.is_none() && largest <= largest_of_brand(claim) {
        return None;
    }
    let exists = values.contains(&largest) || values.contains(&(largest / 1_024 * 1_000));
    (!exists).then(|| whole_title(claim))
}

fn largest(claim: &Claim<'_, '_, '_>) -> Option<u32> {
    let own = measures(claim, Unit::Gb).filter(|(_, at)| !comes_along(claim, *at));
    let named = own.map(|(amount, _)| amount.tenths / 10).max();
    named.or_else(|| teraoctets(claim))
}

/// "128GB + 2TB iCloud", "1TB OneDrive": room elsewhere, or another thing's.
fn comes_along(claim: &Claim<'_, '_, '_>, at: usize) -> bool {
    let elsewhere = |word: &str| word.ends_with("cloud") || word.ends_with("drive");
    let tokens = claim.title.reading.normal.tokens();
    let added = at > 0 && tokens.get(at).is_some_and(|t| t.adds);
    added || (at.saturating_sub(1)..=at + 2).any(|near| elsewhere(claim.word(near)))
}

/// French writes "8 To"; in English that is a word: "USB 3.0 To Lightning", "2 to 4".
fn teraoctets(claim: &Claim<'_, '_, '_>) -> Option<u32> {
    let number = |at: usize| claim.word(at).parse::<u32>().ok();
    let mut tokens = 1..claim.title.reading.normal.tokens().len();
    let at = tokens.find(|at| claim.written(*at) == "To" && number(at - 1).is_some() && number(at + 1).is_none())?;
    number(at - 1)?.checked_mul(1_024)
}

fn largest_of_brand(claim: &Claim<'_, '_, '_>) -> u32 {
    let capacities = claim.brand.facts.iter().filter_map(|f| match &f.rule {
        FactRule::CapacityGb(values) => values.iter().max(),
        _ => None,
    });
    capacities.max().copied().unwrap_or(u32::MAX)
}

fn whole_title(claim: &Claim<'_, '_, '_>) -> Span {
    Span::new(0, claim.view.listing.title.len())
}
