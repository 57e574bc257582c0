//! A linear map of the plane and a shift.

use crate::PixelBox;

/// Takes `(x, y)` to `(a x + b y + c, d x + e y + f)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Map {
    /// The six numbers, in the order of the formula.
    pub numbers: [f64; 6],
}

/// Stretch by which one direction may exceed the other before the map is no view of a picture.
const STRETCH_MAX: f64 = 2.6;
/// Largest and smallest scale that is believed.
const SCALE_MAX: f64 = 12.0;

impl Map {
    /// Nothing moves.
    pub const SAME: Self = Self { numbers: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0] };

    /// Grows and moves along the axes, so that one frame falls on another.
    pub fn between((w, h): (f64, f64), (to_w, to_h): (f64, f64)) -> Self {
        Self { numbers: [to_w / w.max(1.0), 0.0, 0.0, 0.0, to_h / h.max(1.0), 0.0] }
    }

    /// Turns by an angle in radians, grows, and takes one place to another.
    pub fn similarity(turn: f64, grow: f64, from: (f64, f64), to: (f64, f64)) -> Self {
        let (sin, cos) = turn.sin_cos();
        let (a, b) = (grow * cos, -grow * sin);
        let (d, e) = (grow * sin, grow * cos);
        Self { numbers: [a, b, to.0 - a * from.0 - b * from.1, d, e, to.1 - d * from.0 - e * from.1] }
    }

    /// Where a place comes to lie.
    pub fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.numbers;
        (a * x + b * y + c, d * x + e * y + f)
    }

    /// Growth of areas; negative when left and right are swapped.
    pub fn determinant(&self) -> f64 {
        let [a, b, _, d, e, _] = self.numbers;
        a * e - b * d
    }

    /// Growth of lengths, on average.
    pub fn scale(&self) -> f64 {
        self.determinant().abs().sqrt()
    }

    /// Turn in radians of the rotation that comes nearest.
    pub fn turn(&self) -> f64 {
        let [a, b, _, d, e, _] = self.numbers;
        (d - b).atan2(a + e)
    }

    /// Whether it could be one picture within another: not turned inside out, flattened, or grown beyond belief.
    pub fn is_plausible(&self) -> bool {
        let [a, b, _, d, e, _] = self.numbers;
        let (square, det) = (a * a + b * b + d * d + e * e, self.determinant());
        let scale = det.max(0.0).sqrt();
        // The two stretches s and t: s² + t² = square, s t = det, so s / t + t / s = square / det.
        let limit = STRETCH_MAX + 1.0 / STRETCH_MAX;
        self.numbers.iter().all(|n| n.is_finite())
            && det > 0.0
            && square <= limit * det
            && (1.0 / SCALE_MAX..=SCALE_MAX).contains(&scale)
    }

    /// The way back; none for a map that flattens.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.numbers;
        let det = self.determinant();
        if !det.is_finite() || det.abs() < 1e-12 {
            return None;
        }
        let [ia, ib, id, ie] = [e / det, -b / det, -d / det, a / det];
        Some(Self { numbers: [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)] })
    }

    /// First `self`, then `next`.
    pub fn then(&self, next: &Self) -> Self {
        let [a, b, c, d, e, f] = self.numbers;
        let [na, nb, _, nd, ne, _] = next.numbers;
        let (x, y) = next.apply((c, f));
        Self { numbers: [na * a + nb * d, na * b + nb * e, x, nd * a + ne * d, nd * b + ne * e, y] }
    }

    /// The box round a frame of this size after mapping, within a frame of another size.
    pub fn place(&self, (w, h): (f64, f64), (to_w, to_h): (u32, u32)) -> PixelBox {
        let corners = [(0.0, 0.0), (w, 0.0), (0.0, h), (w, h)].map(|corner| self.apply(corner));
        let low = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
        let high = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
        let clamp = |value: f64, side: u32| value.round().clamp(0.0, f64::from(side)) as u32;
        PixelBox {
            x1: clamp(low(|c| c.0), to_w),
            y1: clamp(low(|c| c.1), to_h),
            x2: clamp(high(|c| c.0), to_w),
            y2: clamp(high(|c| c.1), to_h),
        }
    }
}

/// Pairs of places with weights, summed up for a least-squares map.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    pairs: Vec<Weighed>,
}

/// From, to, and how much it counts.
type Weighed = ((f64, f64), (f64, f64), f64);

impl Sums {
    /// Adds a place, where it should come to lie, and how much it counts.
    pub fn add(&mut self, from: (f64, f64), to: (f64, f64), weight: f64) {
        self.pairs.push((from, to, weight));
    }

    fn means(&self) -> Option<((f64, f64), (f64, f64))> {
        let total: f64 = self.pairs.iter().map(|p| p.2).sum();
        let mean = |pick: &dyn Fn(&Weighed) -> f64| self.pairs.iter().map(|p| pick(p) * p.2).sum::<f64>() / total;
        (total > 0.0).then(|| ((mean(&|p| p.0.0), mean(&|p| p.0.1)), (mean(&|p| p.1.0), mean(&|p| p.1.1))))
    }

    /// The turn, growth and shift that miss by least.
    pub fn similarity(&self) -> Option<Map> {
        let (from, to) = self.means()?;
        let (mut cos, mut sin, mut size) = (0.0, 0.0, 0.0);
        for &(p, q, w) in &self.pairs {
            let (x, y, u, v) = (p.0 - from.0, p.1 - from.1, q.0 - to.0, q.1 - to.1);
            cos += w * (x * u + y * v);
            sin += w * (x * v - y * u);
            size += w * (x * x + y * y);
        }
        (size > 1e-6).then(|| Map::similarity(sin.atan2(cos), cos.hypot(sin) / size, from, to))
    }

    /// The linear map and shift that miss by least; none where all places lie on a line.
    pub fn affine(&self) -> Option<Map> {
        let (from, to) = self.means()?;
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        let (mut xu, mut yu, mut xv, mut yv) = (0.0, 0.0, 0.0, 0.0);
        for &(p, q, w) in &self.pairs {
            let (x, y, u, v) = (p.0 - from.0, p.1 - from.1, q.0 - to.0, q.1 - to.1);
            (xx, xy, yy) = (xx + w * x * x, xy + w * x * y, yy + w * y * y);
            (xu, yu, xv, yv) = (xu + w * x * u, yu + w * y * u, xv + w * x * v, yv + w * y * v);
        }
        let det = xx * yy - xy * xy;
        if det <= 1e-3 * (xx + yy).powi(2) {
            return None;
        }
        let (a, b) = ((xu * yy - yu * xy) / det, (yu * xx - xu * xy) / det);
        let (d, e) = ((xv * yy - yv * xy) / det, (yv * xx - xv * xy) / det);
        Some(Map { numbers: [a, b, to.0 - a * from.0 - b * from.1, d, e, to.1 - d * from.0 - e * from.1] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same_place() {
        let map = Map { numbers: [1.2, 0.3, 5.0, -0.2, 0.9, -7.0] };
        let back = map.inverse().unwrap_or(Map::SAME);
        let (x, y) = map.then(&back).apply((31.0, 17.0));
        assert!((x - 31.0).abs() < 1e-9 && (y - 17.0).abs() < 1e-9);
    }

    #[test]
    fn least_squares_find_the_map_that_made_the_pairs() {
        let map = Map { numbers: [0.8, 0.1, 3.0, -0.2, 1.1, 9.0] };
        let mut sums = Sums::default();
        for place in [(0.0, 0.0), (10.0, 3.0), (4.0, 20.0), (33.0, 12.0)] {
            sums.add(place, map.apply(place), 1.0);
        }
        let found = sums.affine().unwrap_or(Map::SAME);
        assert!(map.numbers.iter().zip(found.numbers).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn a_flattening_map_is_not_plausible() {
        assert!(Map::SAME.is_plausible());
        assert!(!Map { numbers: [1.0, 0.0, 0.0, 0.0, 0.2, 0.0] }.is_plausible());
        assert!(!Map { numbers: [-1.0, 0.0, 0.0, 0.0, 1.0, 0.0] }.is_plausible());
    }
}
