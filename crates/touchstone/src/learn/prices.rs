//! Collects what trusted sellers ask, by the band that screening would compare it with.

use std::collections::{BTreeMap, BTreeSet};

use touchstone_knowledge::{Band, Brand, BrandId, Condition, KindId, Snapshot};
use touchstone_signals::{MentionContext, View};

use super::statistics::{plausible, quantile};

/// What a price is a price of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Goods {
    pub(super) brand: BrandId,
    pub(super) kind: KindId,
    /// The line, where the knowledge has a band for it.
    pub(super) line: Option<u16>,
    pub(super) used: bool,
}

/// Prices in US cents with their sellers, and why others were left out.
#[derive(Default)]
pub(super) struct Prices {
    by_goods: BTreeMap<Goods, Vec<(i64, u32)>>,
    left_out: BTreeMap<&'static str, u64>,
}

/// What was measured for some goods.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    pub(super) goods: Goods,
    pub(super) low_cents: i64,
    pub(super) typical_cents: i64,
    pub(super) offers: usize,
    pub(super) sellers: usize,
    /// Offers of the seller with most of them.
    pub(super) largest: usize,
    pub(super) outliers: usize,
}

/// One honest offer in ten costs less than the low end of a band.
const LOW_QUANTILE: f64 = 0.1;
/// A band is no one seller's price list.
const MIN_SELLERS: usize = 3;

impl Prices {
    /// Takes a trusted seller's offer; true when its price is used.
    pub(super) fn take(&mut self, view: &View<'_, '_>, seller: u32) -> bool {
        match goods(view) {
            Ok((goods, cents)) => {
                self.by_goods.entry(goods).or_default().push((cents, seller));
                true
            }
            Err(why) => {
                *self.left_out.entry(why).or_default() += 1;
                false
            }
        }
    }

    /// Why prices were left out, and how many.
    pub(super) fn left_out(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.left_out.iter().map(|(why, n)| (*why, *n))
    }

    /// Goods with prices, used or too few.
    pub(super) fn groups(&self) -> usize {
        self.by_goods.len()
    }

    /// What can be said about goods with at least `min_count` offers of enough sellers.
    pub(super) fn measured(&self, min_count: usize) -> Vec<Measured> {
        self.by_goods
            .iter()
            .filter_map(|(goods, offers)| measure(*goods, offers))
            .filter(|m| m.offers >= min_count && m.sellers >= MIN_SELLERS)
            .collect()
    }
}

/// Brand, kind, line, condition and price of an offer, or why it tells nothing about a band.
fn goods(view: &View<'_, '_>) -> Result<(Goods, i64), &'static str> {
    let snapshot = view.snapshot;
    let mention = view.claimed().ok_or("no protected brand claimed")?;
    let claimed = view.mentions.iter().filter(|m| m.context == MentionContext::Claimed);
    if claimed.clone().any(|m| m.brand != mention.brand) {
        return Err("several brands claimed");
    }
    let brand = snapshot.brand(mention.brand).ok_or("no protected brand claimed")?;
    let kind = view.kind.ok_or("kind of goods not told")?;
    if !brand.makes.contains(&kind) {
        return Err("a kind that the brand does not make");
    }
    let cents = view.usd_cents.filter(|c| *c > 0).ok_or("no price in a known currency, or a deposit")?;
    if brand.bands.iter().any(|b| b.kind == Some(kind) && b.per.is_some()) {
        return Err("priced by amount (ml, g), not learnt");
    }
    let line = claimed.filter_map(|m| m.line).find(|l| has_band(brand, kind, Some(*l), view.used));
    Ok((Goods { brand: mention.brand, kind, line, used: view.used }, cents))
}

fn has_band(brand: &Brand, kind: KindId, line: Option<u16>, used: bool) -> bool {
    brand.bands.iter().any(|b| is_for(b, kind, line, used))
}

/// The band that holds everywhere for these goods.
pub(super) fn is_for(band: &Band, kind: KindId, line: Option<u16>, used: bool) -> bool {
    let condition = if used { Condition::Used } else { Condition::New };
    band.kind == Some(kind)
        && band.line == line
        && band.condition == condition
        && band.market.is_none()
        && band.per.is_none()
}

fn measure(goods: Goods, offers: &[(i64, u32)]) -> Option<Measured> {
    let all: Vec<f64> = offers.iter().map(|(cents, _)| *cents as f64).collect();
    let (lowest, highest) = plausible(&all)?;
    let kept: Vec<(f64, u32)> =
        offers.iter().map(|(c, s)| (*c as f64, *s)).filter(|(c, _)| (lowest..=highest).contains(c)).collect();
    let mut sorted: Vec<f64> = kept.iter().map(|(c, _)| *c).collect();
    sorted.sort_by(f64::total_cmp);
    let sellers: BTreeSet<u32> = kept.iter().map(|(_, s)| *s).collect();
    let largest = sellers.iter().map(|s| kept.iter().filter(|(_, other)| other == s).count()).max()?;
    let cents = |q: f64| quantile(&sorted, q).map(rounded);
    Some(Measured {
        goods,
        low_cents: cents(LOW_QUANTILE)?,
        typical_cents: cents(0.5)?,
        offers: kept.len(),
        sellers: sellers.len(),
        largest,
        outliers: offers.len() - kept.len(),
    })
}

/// Whole dollars from 20 on: a band is no price tag.
fn rounded(cents: f64) -> i64 {
    let cents = cents.round() as i64;
    if cents < 2_000 { cents.max(1) } else { (cents + 50) / 100 * 100 }
}

/// `Gucci, bags, new`, for people.
pub(super) fn said(snapshot: &Snapshot, goods: Goods) -> String {
    let brand = snapshot.brand(goods.brand);
    let line = brand
        .zip(goods.line)
        .and_then(|(b, l)| b.lines.get(l as usize))
        .and_then(|l| l.names.first().or(l.ambiguous.first()));
    let kind = snapshot.knowledge.kinds.get(goods.kind.index()).map_or("", |k| k.id.as_str());
    let condition = if goods.used { "used" } else { "new" };
    let parts = [brand.map(|b| b.name.as_str()), line.map(String::as_str), Some(kind), Some(condition)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const GOODS: Goods = Goods { brand: BrandId(0), kind: KindId(0), line: None, used: false };

    #[test]
    fn quantiles_of_what_is_left() {
        // 40 offers of 100 to 139 dollars by four sellers, and one with the decimal point lost.
        let mut offers: Vec<(i64, u32)> = (0..40_i64).map(|i| (10_000 + 100 * i, (i % 4) as u32)).collect();
        offers.push((1_000_000, 1));
        let measured = measure(GOODS, &offers).unwrap();
        assert_eq!((measured.offers, measured.sellers, measured.outliers, measured.largest), (40, 4, 1, 10));
        assert_eq!((measured.low_cents, measured.typical_cents), (10_400, 12_000));
    }

    #[test]
    fn too_few_offers_or_sellers_say_nothing() {
        let mut prices = Prices::default();
        prices.by_goods.insert(GOODS, (0..40).map(|i| (10_000, i % 2)).collect());
        assert_eq!(prices.measured(30), []);
        prices.by_goods.insert(GOODS, (0..29).map(|i| (10_000, i % 3)).collect());
        assert_eq!(prices.measured(30), []);
        assert_eq!(prices.measured(29).len(), 1);
    }

    #[test]
    fn small_prices_keep_their_cents() {
        assert_eq!([1_250.4, 1_999.0, 2_049.0, 2_050.0].map(rounded), [1_250, 1_999, 2_000, 2_100]);
    }
}
