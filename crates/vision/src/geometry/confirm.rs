//! Asks every feature whether its partner is where a map says.

use super::fit::wrapped;
use super::map::{Map, Sums};
use crate::local::{Feature, Features};

/// Pixels of the reference's frame in a field of the table of places.
const FIELD: f64 = 24.0;
/// Bits in which partners may differ.
const BITS_MAX: u32 = 92;
/// Pixels of the reference's frame by which a partner may miss its place, at first and at last.
const MISSES: [f64; 3] = [14.0, 9.0, 6.0];
/// Turn in radians and growth (binary logarithm) by which partners may differ from the map.
const TURN_MISS: f64 = 0.5;
const GROWTH_MISS: f64 = 0.7;

/// The features of a reference by place.
pub struct Partners<'a> {
    features: &'a Features,
    columns: usize,
    rows: usize,
    starts: Vec<u32>,
    order: Vec<u16>,
}

impl<'a> Partners<'a> {
    /// Sorts the features into fields.
    pub fn new(features: &'a Features) -> Self {
        let fields = |side: u16| (f64::from(side) / FIELD) as usize + 1;
        let (columns, rows) = (fields(features.width), fields(features.height));
        let field = |feature: &Feature| {
            let (x, y) = feature.place();
            let clip = |v: f32, n: usize| ((f64::from(v) / FIELD) as usize).min(n - 1);
            clip(y, rows) * columns + clip(x, columns)
        };
        let mut starts = vec![0u32; columns * rows + 1];
        features.list.iter().for_each(|feature| starts[field(feature) + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let mut order = vec![0u16; features.list.len()];
        for (index, feature) in features.list.iter().enumerate() {
            let slot = &mut next[field(feature)];
            order[*slot as usize] = index as u16;
            *slot += 1;
        }
        Self { features, columns, rows, starts, order }
    }

    fn near(&self, (x, y): (f64, f64), reach: f64) -> impl Iterator<Item = &'a Feature> + '_ {
        let clip = |v: f64, n: usize| (v / FIELD).clamp(0.0, n as f64 - 1.0) as usize;
        let (left, right) = (clip(x - reach, self.columns), clip(x + reach, self.columns));
        let (top, bottom) = (clip(y - reach, self.rows), clip(y + reach, self.rows));
        (top..=bottom).flat_map(move |row| {
            let (from, to) = (self.starts[row * self.columns + left], self.starts[row * self.columns + right + 1]);
            self.order[from as usize..to as usize].iter().map(|&index| &self.features.list[usize::from(index)])
        })
    }
}

/// What the features say of a map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confirmed {
    /// Query to reference, refined.
    pub map: Map,
    /// Features of the query that have their partner.
    pub inliers: usize,
    /// Features of the query that lie within the reference and are of a size that the reference could show.
    pub asked: usize,
    /// Fields, of 8 × 8 over the part of the reference that the query shows, in which partners were found.
    pub fields: usize,
}

/// Looks for the partner of every feature of the query (mirrored already, if it is to be).
pub fn confirm(query: &[Feature], partners: &Partners<'_>, map: Map) -> Confirmed {
    let mut map = map;
    for &miss in &MISSES[..2] {
        let mut sums = Sums::default();
        each(query, partners, &map, miss, |from, to, bits| sums.add(from, to, 1.0 + f64::from(BITS_MAX - bits) / 16.0));
        if let Some(better) = sums.affine().filter(Map::is_plausible) {
            map = better;
        }
    }
    let (mut inliers, mut fields) = (0, 0u64);
    let (width, height) = (f64::from(partners.features.width), f64::from(partners.features.height));
    let asked = each(query, partners, &map, MISSES[2], |_, to, _| {
        inliers += 1;
        let clip = |v: f64, side: f64| ((v / side * 8.0) as u32).min(7);
        fields |= 1 << (8 * clip(to.1, height) + clip(to.0, width));
    });
    Confirmed { map, inliers, asked, fields: fields.count_ones() as usize }
}

/// Calls for every pair, gives the number of features that could have one.
fn each(
    query: &[Feature],
    partners: &Partners<'_>,
    map: &Map,
    miss: f64,
    mut with: impl FnMut((f64, f64), (f64, f64), u32),
) -> usize {
    let (width, height) = (f64::from(partners.features.width), f64::from(partners.features.height));
    let (turn, growth) = (map.turn(), map.scale().log2());
    let reach = miss * map.scale().clamp(1.0, 3.0);
    let mut asked = 0;
    for feature in query {
        let (x, y) = feature.place();
        let from = (f64::from(x), f64::from(y));
        let to = map.apply(from);
        if to.0 < 0.0 || to.1 < 0.0 || to.0 > width || to.1 > height {
            continue;
        }
        let size = f64::from(feature.scale) / 16.0 + growth;
        // Smaller than what the reference's frame resolves: nobody could confirm it.
        if size < 0.4 {
            continue;
        }
        asked += 1;
        let mut best: Option<(u32, (f64, f64))> = None;
        for other in partners.near(to, reach) {
            let (ox, oy) = other.place();
            let place = (f64::from(ox), f64::from(oy));
            let (dx, dy) = (place.0 - to.0, place.1 - to.1);
            if dx * dx + dy * dy > reach * reach
                || (f64::from(other.scale) / 16.0 - size).abs() > GROWTH_MISS
                || wrapped(f64::from(other.direction()) - f64::from(feature.direction()) - turn).abs() > TURN_MISS
            {
                continue;
            }
            let bits = feature.distance(other);
            if bits <= BITS_MAX && best.is_none_or(|(least, _)| bits < least) {
                best = Some((bits, place));
            }
        }
        if let Some((bits, place)) = best {
            with(from, place, bits);
        }
    }
    asked
}
