//! How often intervals of 95 % hold the truth, on markets whose truth is known.
//!
//! The table is in `docs/review.md`, and must be the one that is found here.

use touchstone_cases::estimate::{Cell, Estimate, Golden, Side, estimates};
use touchstone_cases::id::DecisionId;
use touchstone_cases::proportion::Tally;
use touchstone_cases::sample::{Counts, Purpose, Secret, Stratum as Drawn};
use touchstone_cases::share::Ppb;
use uuid::Uuid;

use crate::chance::Chance;

const RUNS: u64 = 1_000;

/// Listings of one stratum: how many, how many of a million are fakes, how many of a million are drawn.
struct Stratum(Side, u64, u32, u32);

/// Reviewers: of a million fakes so many are found, of a million genuine ones so many accused; so many known ones of each.
struct Reviewers {
    found: u32,
    accused: u32,
    known_fakes: u64,
    known_genuine: u64,
}

struct Market {
    name: &'static str,
    strata: Vec<Stratum>,
    reviewers: Option<Reviewers>,
}

const fn allowed(listings: u64, fakes: u32, drawn: u32) -> Stratum {
    Stratum(Side::Allowed, listings, fakes, drawn)
}

const fn reviewed(listings: u64, fakes: u32, drawn: u32) -> Stratum {
    Stratum(Side::Reviewed, listings, fakes, drawn)
}

const fn blocked(listings: u64, fakes: u32, drawn: u32) -> Stratum {
    Stratum(Side::Blocked, listings, fakes, drawn)
}

fn many_fakes() -> Vec<Stratum> {
    vec![allowed(93_000, 8_000, 20_000), reviewed(4_000, 400_000, 1_000_000), blocked(3_000, 920_000, 200_000)]
}

/// One of a thousand is a fake.
fn rare_fakes() -> Vec<Stratum> {
    vec![allowed(990_000, 300, 10_000), reviewed(8_000, 40_000, 1_000_000), blocked(400, 900_000, 500_000)]
}

fn strata() -> Vec<Stratum> {
    vec![
        allowed(300_000, 500, 4_000),
        allowed(80_000, 4_000, 15_000),
        allowed(20_000, 20_000, 50_000),
        allowed(5_000, 60_000, 100_000),
        reviewed(8_000, 300_000, 500_000),
        reviewed(2_000, 600_000, 1_000_000),
        blocked(2_000, 900_000, 150_000),
        blocked(1_000, 970_000, 300_000),
    ]
}

fn rare_strata() -> Vec<Stratum> {
    vec![
        allowed(300_000, 100, 10_000),
        allowed(200_000, 300, 10_000),
        allowed(80_000, 800, 20_000),
        allowed(20_000, 3_000, 50_000),
        allowed(5_000, 10_000, 100_000),
        reviewed(8_000, 15_000, 500_000),
        reviewed(2_000, 50_000, 1_000_000),
        blocked(200, 900_000, 500_000),
        blocked(200, 970_000, 500_000),
    ]
}

fn very_rare() -> Vec<Stratum> {
    vec![allowed(990_000, 100, 10_000), reviewed(8_000, 40_000, 250_000), blocked(2_000, 990_000, 100_000)]
}

fn markets() -> Vec<Market> {
    let reviewers =
        |found, accused, known| Some(Reviewers { found, accused, known_fakes: known, known_genuine: known });
    let careful = Reviewers { found: 950_000, accused: 1_000, known_fakes: 500, known_genuine: 4_000 };
    let market = |name, strata, reviewers| Market { name, strata, reviewers };
    vec![
        market("many fakes, 5 %", many_fakes(), None),
        market("rare fakes, 0.1 %", rare_fakes(), None),
        market("fakes in strata, 1.8 %", strata(), None),
        market("rare fakes in strata, 0.14 %", rare_strata(), None),
        market("one missed fake drawn and two false blocks, about", very_rare(), None),
        market("many fakes, reviewers err", many_fakes(), reviewers(930_000, 10_000, 400)),
        market("rare fakes, reviewers err", rare_fakes(), Some(careful)),
        market("fakes in strata, reviewers err", strata(), reviewers(930_000, 10_000, 400)),
    ]
}

fn rate(parts: u32) -> f64 {
    f64::from(parts) / 1e6
}

/// The rate of fakes in a period `times` as bad as usual, among the blocked that of genuine ones.
fn this_time(side: Side, fakes: u32, times: f64) -> f64 {
    match side {
        Side::Blocked => 1.0 - times * (1.0 - rate(fakes)),
        Side::Allowed | Side::Reviewed => (times * rate(fakes)).min(1.0),
    }
}

/// One period of a market: what was counted, and how many fakes there really were in each stratum.
///
/// Each is between half and twice as bad as usual. At one rate alone the few numbers that can be counted would fit
/// the interval by luck, well or badly.
fn period(market: &Market, chance: &mut Chance) -> (Vec<Cell>, Vec<u64>) {
    let times = libm::exp2(2.0 * chance.unit() - 1.0);
    let (found, accused) = market.reviewers.as_ref().map_or((1.0, 0.0), |r| (rate(r.found), rate(r.accused)));
    let one = |Stratum(side, listings, fakes, drawn): &Stratum| {
        let true_fakes = chance.of(*listings, this_time(*side, *fakes, times));
        let seen_fakes = chance.of(true_fakes, rate(*drawn));
        let seen_genuine = chance.of(listings - true_fakes, rate(*drawn));
        let judged = seen_fakes + seen_genuine;
        let said = chance.of(seen_fakes, found) + chance.of(seen_genuine, accused);
        let share = Ppb::per_million(*drawn).unwrap();
        let cell = Cell { side: *side, share, population: Some(*listings), drawn: judged, judged, fakes: said };
        (cell, true_fakes)
    };
    market.strata.iter().map(one).unzip()
}

fn golden(reviewers: &Reviewers, chance: &mut Chance) -> Golden {
    let found = Tally { hits: chance.of(reviewers.known_fakes, rate(reviewers.found)), of: reviewers.known_fakes };
    let accused =
        Tally { hits: chance.of(reviewers.known_genuine, rate(reviewers.accused)), of: reviewers.known_genuine };
    Golden { found, accused }
}

/// How often the truth was below, within and above.
#[derive(Default)]
struct Covered([u64; 3]);

impl Covered {
    fn count(&mut self, estimate: Option<Estimate>, truth: f64) {
        let found = estimate.unwrap().interval;
        // Half a part per billion is what rounding takes.
        let (low, high) = (found.low.as_f64() - 5e-10, found.high.as_f64() + 5e-10);
        self.0[if truth < low {
            0
        } else if truth <= high {
            1
        } else {
            2
        }] += 1;
    }

    fn holds(&self) -> bool {
        (930..=970).contains(&(self.0[1] * 1_000 / RUNS))
    }

    fn shown(&self) -> String {
        let [below, within, above] = self.0.map(|count| count as f64 * 100.0 / RUNS as f64);
        format!("{within:.1} ({below:.1}, {above:.1})")
    }
}

fn covered(market: &Market, seed: u64) -> [Covered; 3] {
    let mut chance = Chance(seed);
    let mut covered = [Covered::default(), Covered::default(), Covered::default()];
    for _ in 0..RUNS {
        let (cells, fakes) = period(market, &mut chance);
        let golden = market.reviewers.as_ref().map(|reviewers| golden(reviewers, &mut chance));
        let found = estimates(&cells, golden.as_ref()).unwrap();
        let truth = |side: Option<Side>| {
            let rows = || cells.iter().zip(&fakes).filter(|(cell, _)| side.is_none_or(|side| cell.side == side));
            let listings: u64 = rows().filter_map(|(cell, _)| cell.population).sum();
            rows().map(|(_, fakes)| fakes).sum::<u64>() as f64 / listings as f64
        };
        covered[0].count(found.prevalence, truth(None));
        covered[1].count(found.missed, truth(Some(Side::Allowed)));
        covered[2].count(found.false_blocks, 1.0 - truth(Some(Side::Blocked)));
    }
    covered
}

/// 1,000 periods of each market; the seed is the market's number.
#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    let mut table = String::new();
    let mut all_hold = true;
    for (seed, market) in (1..).zip(markets()) {
        let covered = covered(&market, seed);
        all_hold &= covered.iter().all(Covered::holds);
        let [prevalence, missed, blocks] = covered.map(|covered| covered.shown());
        table += &format!("| {} | {prevalence} | {missed} | {blocks} |\n", market.name);
    }
    assert!(all_hold, "an interval of 95 % holds the truth in less than 93 or more than 97 % of runs:\n{table}");
    let document = include_str!("../../../../docs/review.md");
    assert!(document.contains(&table), "docs/review.md does not show what was found:\n{table}");
}

/// The same with the draw that is used, listing by listing: new sellers, others, blocked.
fn a_drawn_period(secret: Secret, period: u128, chance: &mut Chance) -> (Counts, u64, u64) {
    let stratum = |side, id: &str, parts| Drawn { side, id: id.into(), share: Ppb::per_million(parts).unwrap() };
    let strata = [
        (stratum(Side::Allowed, "new_sellers", 200_000), 1_000, 0.05),
        (stratum(Side::Allowed, "others", 50_000), 8_000, 0.01),
        (stratum(Side::Blocked, "all", 300_000), 1_000, 0.9),
    ];
    let (mut counts, mut fakes, mut listings) = (Counts::default(), 0, 0);
    for (stratum, size, rate) in &strata {
        counts.screened(stratum, *size);
        for _ in 0..*size {
            listings += 1;
            let fake = chance.unit() < *rate;
            fakes += u64::from(fake);
            let decision = DecisionId(Uuid::from_u128(period << 64 | u128::from(listings)));
            if secret.draws(Purpose::Sample, decision.0, stratum.share) {
                counts.drawn(stratum, Some(fake));
            }
        }
    }
    (counts, fakes, listings)
}

#[test]
fn what_the_keyed_hash_draws_speaks_for_the_rest() {
    let (mut chance, mut covered) = (Chance(9), Covered::default());
    for period in 0..400 {
        let (counts, fakes, listings) = a_drawn_period(Secret([3; 32]), period, &mut chance);
        let found = estimates(&counts.cells(), None).unwrap();
        covered.count(found.prevalence, fakes as f64 / listings as f64);
    }
    // 95 % of 400 are 380; three standard errors are 13.
    assert!((367..=393).contains(&covered.0[1]), "{:?}", covered.0);
}
