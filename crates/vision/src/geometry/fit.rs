//! The place on which most pairs of features agree.

use std::f64::consts::{PI, TAU};

use super::map::{Map, Sums};
use crate::local::Feature;

/// Two features that look alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Match {
    /// Index in the asked picture's features.
    pub query: u16,
    /// Index in the reference's features.
    pub reference: u16,
    /// How much it says: less for pairs that differ, and for features that many pictures have.
    pub weight: f32,
}

/// A map from the query's frame to the reference's, and what speaks for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Query to reference.
    pub map: Map,
    /// Sum of the weights of the pairs that agree, each feature counted once.
    pub weight: f32,
    /// Number of pairs that agree.
    pub inliers: usize,
}

/// Pairs tried as an anchor.
const ANCHORS_MAX: usize = 40;
/// Best anchors that are refined.
const REFINED: usize = 4;
/// Pixels of the reference's frame by which a pair may miss: at an anchor, whose turn and growth are rough, then closer.
const MISSES: [f64; 5] = [32.0, 20.0, 12.0, 9.0, 8.0];
/// A pair's own turn and growth (binary logarithm) may differ from the map's by this much.
const TURN_MISS: f64 = PI / 5.0;
const GROWTH_MISS: f64 = 0.9;

/// What a pair says of the map: places, turn and growth.
struct Pair {
    from: (f64, f64),
    to: (f64, f64),
    turn: f64,
    growth: f64,
    query: u16,
    reference: u16,
    weight: f64,
}

impl Pair {
    fn new(query: &[Feature], reference: &[Feature], found: &Match) -> Option<Self> {
        let (q, r) = (query.get(usize::from(found.query))?, reference.get(usize::from(found.reference))?);
        let place = |feature: &Feature| {
            let (x, y) = feature.place();
            (f64::from(x), f64::from(y))
        };
        Some(Self {
            from: place(q),
            to: place(r),
            turn: f64::from(r.direction()) - f64::from(q.direction()),
            growth: (f64::from(r.scale) - f64::from(q.scale)) / 16.0,
            query: found.query,
            reference: found.reference,
            weight: f64::from(found.weight),
        })
    }

    fn agrees(&self, map: &Map, turn: f64, growth: f64, miss: f64) -> bool {
        let (x, y) = map.apply(self.from);
        let (dx, dy) = (x - self.to.0, y - self.to.1);
        dx * dx + dy * dy <= miss * miss
            && (self.growth - growth).abs() <= GROWTH_MISS
            && wrapped(self.turn - turn).abs() <= TURN_MISS
    }
}

/// An angle between minus and plus half a turn.
pub(crate) fn wrapped(angle: f64) -> f64 {
    (angle + PI).rem_euclid(TAU) - PI
}

/// The best fit; none where fewer than three pairs agree.
pub fn fit(query: &[Feature], reference: &[Feature], matches: &[Match]) -> Option<Fit> {
    let mut pairs: Vec<Pair> = matches.iter().filter_map(|found| Pair::new(query, reference, found)).collect();
    pairs.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.query.cmp(&b.query)).then(a.reference.cmp(&b.reference)));
    let mut anchors: Vec<(f64, Map)> = pairs
        .iter()
        .take(ANCHORS_MAX)
        .map(|pair| Map::similarity(pair.turn, pair.growth.exp2(), pair.from, pair.to))
        .map(|map| (weigh(&pairs, &map, MISSES[0]).0, map))
        .collect();
    anchors.sort_by(|a, b| b.0.total_cmp(&a.0));
    let refined = anchors.iter().take(REFINED).filter_map(|(_, map)| refine(&pairs, *map));
    refined.max_by(|a, b| a.weight.total_cmp(&b.weight))
}

fn refine(pairs: &[Pair], mut map: Map) -> Option<Fit> {
    for (step, &miss) in MISSES.iter().enumerate() {
        let sums = agreeing(pairs, &map, miss);
        let linear = if step >= 2 { sums.affine() } else { None };
        map = linear.filter(Map::is_plausible).or_else(|| sums.similarity()).filter(Map::is_plausible)?;
    }
    let (weight, inliers) = weigh(pairs, &map, MISSES[4]);
    (inliers >= 3).then_some(Fit { map, weight: weight as f32, inliers })
}

fn allowed(map: &Map, miss: f64) -> f64 {
    // Where the query is the smaller one, its own half pixels are several of the reference's.
    miss * map.scale().clamp(1.0, 3.0)
}

fn agreeing(pairs: &[Pair], map: &Map, miss: f64) -> Sums {
    let (turn, growth, miss) = (map.turn(), map.scale().log2(), allowed(map, miss));
    let mut sums = Sums::default();
    let agree = pairs.iter().filter(|pair| pair.agrees(map, turn, growth, miss));
    agree.for_each(|pair| sums.add(pair.from, pair.to, pair.weight));
    sums
}

/// Weight and number of the pairs that agree; a feature of either side counts once.
fn weigh(pairs: &[Pair], map: &Map, miss: f64) -> (f64, usize) {
    let (turn, growth, miss) = (map.turn(), map.scale().log2(), allowed(map, miss));
    let (mut queries, mut references) = (Seen::default(), Seen::default());
    let (mut weight, mut count) = (0.0, 0);
    // Heaviest first, so that what is counted is the best of several.
    for pair in pairs {
        if pair.agrees(map, turn, growth, miss) && !queries.has(pair.query) && !references.has(pair.reference) {
            queries.add(pair.query);
            references.add(pair.reference);
            weight += pair.weight;
            count += 1;
        }
    }
    (weight, count)
}

/// A set of small numbers.
#[derive(Default)]
struct Seen {
    bits: [u64; 16],
}

impl Seen {
    fn has(&self, index: u16) -> bool {
        self.bits[usize::from(index / 64) % 16] >> (index % 64) & 1 == 1
    }

    fn add(&mut self, index: u16) {
        self.bits[usize::from(index / 64) % 16] |= 1 << (index % 64);
    }
}
