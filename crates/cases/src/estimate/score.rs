//! The interval of a weighted sum of rates, by inverting a score test.
//!
//! A share `θ` is within the interval if what was seen is less than 1.96 standard errors away from it, the errors taken
//! as they would be if `θ` were true: for one rate this is Wilson's interval. For several, the rates that make `θ` true are
//! those under which what was seen is likeliest (O. S. Miettinen, M. Nurminen, "Comparative analysis of two rates",
//! Statistics in Medicine 4, 1985). So it is right where few or none were found: then the fakes that may have escaped are
//! sought in those cells where they could hide best.
//!
//! With golden data there are two more rates, of fakes found and of genuine ones accused, and what must be nil is
//! `Σ wᵢqᵢ − (1 − θ)·accused − θ·found`, which is a weighted sum of rates again.
//!
//! A cell of which a part was seen has that part's errors only as far as reviewers err: its numbers count as if more had
//! been judged, by 1 over the share that is open.

use super::{Cell, Golden, Refusal};
use crate::proportion::{Interval, Tally, Z};
use crate::share::Ppb;

/// What golden data say of those who judge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Eyes {
    found: Rate,
    accused: Rate,
}

/// So many of so many; not whole where a cell was seen in part.
#[derive(Debug, Clone, Copy)]
struct Rate {
    hits: f64,
    of: f64,
}

impl Rate {
    fn share(self) -> f64 {
        self.hits / self.of
    }

    fn golden(tally: Tally) -> Option<Self> {
        (0 < tally.of && tally.hits <= tally.of).then_some(Self { hits: tally.hits as f64, of: tally.of as f64 })
    }

    /// The likeliest rate if each step upwards costs `price`: the root of `hits/q − (of − hits)/(1 − q) = price`.
    fn bent(self, price: f64) -> f64 {
        if price == 0.0 {
            return self.share();
        }
        let b = self.of + price;
        let root = libm::sqrt((b * b - 4.0 * price * self.hits).max(0.0));
        // Of both forms the one in which nothing cancels.
        let bent = if b > 0.0 { 2.0 * self.hits / (b + root) } else { (b - root) / (2.0 * price) };
        bent.clamp(0.0, 1.0)
    }
}

impl Eyes {
    /// # Errors
    /// [`Refusal::Golden`].
    pub(super) fn of(golden: &Golden) -> Result<Self, Refusal> {
        let (found, accused) = (Rate::golden(golden.found), Rate::golden(golden.accused));
        let (Some(found), Some(accused)) = (found, accused) else { return Err(Refusal::Golden) };
        if found.share() > accused.share() { Ok(Self { found, accused }) } else { Err(Refusal::Golden) }
    }

    /// Of fakes and of genuine ones, the shares that are called fakes.
    fn shares(eyes: Option<&Self>) -> (f64, f64) {
        eyes.map_or((1.0, 0.0), |eyes| (eyes.found.share(), eyes.accused.share()))
    }
}

/// Rates with their weights, which sum to 1, and how well reviewers see.
struct Sum<'e> {
    rates: Vec<(f64, Rate)>,
    eyes: Option<&'e Eyes>,
    /// The weighted sum as it was seen.
    seen: f64,
}

/// The likeliest share of fakes, and its interval; none without cells. Each cell has at least one judged.
pub(super) fn interval(cells: &[&Cell], eyes: Option<&Eyes>) -> Option<(Ppb, Interval)> {
    let listings: f64 = cells.iter().map(|cell| cell.listings()).sum();
    let rates: Vec<_> = cells.iter().map(|cell| (cell.listings() / listings, effective(cell, eyes))).collect();
    let seen = rates.iter().map(|(weight, rate)| weight * rate.share()).sum();
    let (found, accused) = Eyes::shares(eyes);
    let sum = Sum { rates, eyes, seen };
    let share = Ppb::nearest((seen - accused) / (found - accused));
    (!cells.is_empty()).then(|| (share, Interval { low: Ppb::nearest(sum.lower()), high: Ppb::nearest(sum.upper()) }))
}

/// A cell's numbers as if so many had been judged of one without end that the same doubt would be left.
fn effective(cell: &Cell, eyes: Option<&Eyes>) -> Rate {
    let (hits, of) = (cell.fakes as f64, cell.judged as f64);
    let (found, accused) = Eyes::shares(eyes);
    let power = found - accused;
    let fakes = ((hits / of - accused) / power).clamp(0.0, 1.0);
    let said = accused + power * fakes;
    let spread = said * (1.0 - said);
    // Of the doubt about what is said, the part that is about the listings and not about the reviewers.
    let about_listings = if spread > 0.0 { power * power * fakes * (1.0 - fakes) / spread } else { 1.0 };
    let open = (1.0 - of / cell.listings() * about_listings).max(1e-15);
    Rate { hits: hits / open, of: of / open }
}

impl Sum<'_> {
    /// The lowest share that is not rejected.
    fn lower(&self) -> f64 {
        if self.distance(0.0) <= Z { 0.0 } else { root(|share| self.distance(share) - Z, 0.0, 1.0) }
    }

    /// The highest share that is not rejected.
    fn upper(&self) -> f64 {
        if self.distance(1.0) >= -Z { 1.0 } else { root(|share| self.distance(share) + Z, 0.0, 1.0) }
    }

    /// What was seen, above what would be seen if this were the share, in standard errors under it.
    fn distance(&self, share: f64) -> f64 {
        let terms = self.terms(share);
        let (off, nil) = match self.eyes {
            Some(eyes) => (self.seen - (1.0 - share) * eyes.accused.share() - share * eyes.found.share(), 0.0),
            None => (self.seen - share, share),
        };
        let price = likeliest(&terms, nil);
        let variance: f64 = terms.iter().map(|(weight, rate)| spread(*weight, *rate, price)).sum();
        if off == 0.0 { 0.0 } else { (off / libm::sqrt(variance.max(1e-300))).clamp(-1e6, 1e6) }
    }

    /// All rates with the weights they have if this is the share.
    fn terms(&self, share: f64) -> Vec<(f64, Rate)> {
        let mut terms = self.rates.clone();
        if let Some(eyes) = self.eyes {
            terms.extend([(share - 1.0, eyes.accused), (-share, eyes.found)]);
        }
        terms
    }
}

/// What the bent rate adds to the variance of the sum.
fn spread(weight: f64, rate: Rate, price: f64) -> f64 {
    let bent = rate.bent(price * weight);
    weight * weight * bent * (1.0 - bent) / rate.of
}

/// The price at which the weighted sum of the rates is `nil`.
fn likeliest(terms: &[(f64, Rate)], nil: f64) -> f64 {
    let sum = |price: f64| terms.iter().map(|(weight, rate)| weight * rate.bent(price * weight)).sum::<f64>() - nil;
    let far = terms.iter().filter(|(weight, _)| *weight != 0.0);
    let far = 1e3 * far.map(|(weight, rate)| rate.of / weight.abs().max(1e-9)).fold(1.0, f64::max);
    // Prices are of very different sizes, so that their exponents are searched.
    let price = |at: f64| libm::copysign(far * libm::expm1(40.0 * at.abs()) / libm::expm1(40.0), at);
    let end = if sum(0.0) > 0.0 { 1.0 } else { -1.0 };
    price(root(|at| sum(price(at)), 0.0, end))
}

/// Where `f` changes its sign between `a` and `b`; the end nearer to it if it does not.
///
/// T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without
/// using derivatives", Advances in Engineering Software 28 (1997).
fn root(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
    let (mut a, mut b) = ((a, f(a)), (b, f(b)));
    if a.1 * b.1 > 0.0 {
        return if a.1.abs() < b.1.abs() { a.0 } else { b.0 };
    }
    let mut step = 0.5;
    for _ in 0..100 {
        let x = a.0 + step * (b.0 - a.0);
        let new = (x, f(x));
        let third = if (new.1 > 0.0) == (a.1 > 0.0) { a } else { std::mem::replace(&mut b, a) };
        a = new;
        let best = if a.1.abs() < b.1.abs() { a } else { b };
        let near = (4e-16 * best.0.abs() + 1e-16) / (b.0 - a.0).abs();
        if near > 0.5 || best.1 == 0.0 {
            return best.0;
        }
        step = inverse(a, b, third).unwrap_or(0.5).clamp(near, 1.0 - near);
    }
    a.0
}

/// The step from `a` towards `b` by inverse quadratic interpolation, where that can be trusted.
fn inverse(a: (f64, f64), b: (f64, f64), c: (f64, f64)) -> Option<f64> {
    let xi = (a.0 - b.0) / (c.0 - b.0);
    let phi = (a.1 - b.1) / (c.1 - b.1);
    let trusted = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
    let along = a.1 / (b.1 - a.1) * c.1 / (b.1 - c.1);
    let across = (c.0 - a.0) / (b.0 - a.0) * a.1 / (c.1 - a.1) * b.1 / (c.1 - b.1);
    trusted.then_some(along + across).filter(|step| step.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Side;

    fn cell(population: u64, judged: u64, fakes: u64) -> Cell {
        let share = Ppb::nearest(judged as f64 / population as f64);
        Cell { side: Side::Allowed, share, population: Some(population), drawn: judged, judged, fakes }
    }

    fn of(cells: &[Cell]) -> Option<(Ppb, Interval)> {
        interval(&cells.iter().collect::<Vec<_>>(), None)
    }

    fn close(found: Ppb, expected: Ppb) {
        assert!(found.parts().abs_diff(expected.parts()) <= 2, "{found} {expected}");
    }

    #[test]
    fn one_large_cell_is_wilson() {
        for (fakes, judged) in [(0, 20), (1, 29), (81, 263), (20, 20), (3, 10_000)] {
            let (_, found) = of(&[cell(1 << 60, judged, fakes)]).unwrap_or((Ppb::NONE, Tally::default().wilson()));
            let wilson = Tally { hits: fakes, of: judged }.wilson();
            close(found.low, wilson.low);
            close(found.high, wilson.high);
        }
    }

    #[test]
    fn a_cell_cut_in_two_is_the_same() {
        let whole = of(&[cell(1 << 50, 400, 6)]).map(|(share, _)| share);
        assert_eq!(of(&[cell(1 << 49, 200, 3), cell(1 << 49, 200, 3)]).map(|(share, _)| share), whole);
    }

    #[test]
    fn what_was_seen_whole_is_known() {
        let (share, found) = of(&[cell(1_000, 1_000, 37)]).unwrap_or((Ppb::NONE, Tally::default().wilson()));
        close(found.low, share);
        close(found.high, share);
        assert_eq!(share, Ppb::nearest(0.037));
    }

    #[test]
    fn none_found_leaves_room_where_it_is_largest() {
        let (_, even) = of(&[cell(1 << 50, 1_000, 0)]).unwrap_or((Ppb::ALL, Tally::default().wilson()));
        let uneven = [cell(1 << 50, 900, 0), cell(1 << 40, 100, 0)];
        let (_, uneven) = of(&uneven).unwrap_or((Ppb::ALL, Tally::default().wilson()));
        assert_eq!((even.low, uneven.low), (Ppb::NONE, Ppb::NONE));
        assert!(uneven.high >= even.high, "{uneven:?} {even:?}");
        assert_eq!(of(&[]), None);
    }
}
