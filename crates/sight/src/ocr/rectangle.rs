//! A slanted rectangle around a line of text.

use touchstone_vision::PixelBox;

/// A rectangle: its middle, a unit vector along the line of text, and half its lengths along and across it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub(super) middle: [f32; 2],
    /// Points to the right more than it points down or up.
    pub(super) along: [f32; 2],
    pub(super) half: [f32; 2],
    /// How sure it is that there is text, 0 to 1.
    pub(super) score: f32,
}

impl Rectangle {
    /// The smallest rectangle around points; one of its sides lies on a side of their hull.
    pub(super) fn around(points: Vec<[f32; 2]>, score: f32) -> Self {
        let hull = hull(points);
        let sides = hull.iter().zip(hull.iter().cycle().skip(1));
        let directions = sides.filter_map(|(a, b)| unit([b[0] - a[0], b[1] - a[1]]));
        let boxed = directions.map(|direction| Self::boxed(&hull, direction, score));
        let smallest = boxed.min_by(|a, b| (a.half[0] * a.half[1]).total_cmp(&(b.half[0] * b.half[1])));
        smallest.unwrap_or_else(|| Self::boxed(&hull, [1.0, 0.0], score))
    }

    fn boxed(points: &[[f32; 2]], direction: [f32; 2], score: f32) -> Self {
        let along = rightwards(direction);
        let across = [-along[1], along[0]];
        let extent = |axis: [f32; 2]| {
            let at = points.iter().map(|p| p[0] * axis[0] + p[1] * axis[1]);
            at.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
        };
        let ((left, right), (top, bottom)) = (extent(along), extent(across));
        let (u, v) = ((left + right) / 2.0, (top + bottom) / 2.0);
        let middle = [u * along[0] + v * across[0], u * along[1] + v * across[1]];
        Self { middle, along, half: [(right - left) / 2.0, (bottom - top) / 2.0], score }
    }

    /// Its shorter side.
    pub(super) fn thickness(&self) -> f32 {
        2.0 * self.half[0].min(self.half[1])
    }

    /// Larger on every side by its area over its girth, so many times; then longer at both ends by so many halves of its
    /// shorter side.
    pub(super) fn grown(mut self, times: f32, longer: f32) -> Self {
        let [a, b] = self.half;
        let more = times * a * b / (a + b).max(f32::EPSILON);
        let (a, b) = (a + more, b + more);
        self.half = if a >= b { [a + longer * b, b] } else { [a, b + longer * a] };
        self
    }

    /// In a plane stretched by so much across and down.
    pub(super) fn stretched(self, x: f32, y: f32) -> Self {
        let corners = self.points().map(|[px, py]| [px * x, py * y]);
        let direction = unit([self.along[0] * x, self.along[1] * y]).unwrap_or(self.along);
        Self::boxed(&corners, direction, self.score)
    }

    /// In a picture of which this one is a part that begins there.
    pub(super) fn moved(mut self, x: u32, y: u32) -> Self {
        self.middle = [self.middle[0] + x as f32, self.middle[1] + y as f32];
        self
    }

    /// Corners from the upper edge's beginning, clockwise.
    pub(super) fn points(&self) -> [[f32; 2]; 4] {
        let [ax, ay] = self.along;
        let [u, v] = self.half;
        let corner = |u: f32, v: f32| [self.middle[0] + u * ax - v * ay, self.middle[1] + u * ay + v * ax];
        [corner(-u, -v), corner(u, -v), corner(u, v), corner(-u, v)]
    }

    /// The same in whole pixels.
    pub(super) fn corners(&self) -> [[i32; 2]; 4] {
        self.points().map(|point| point.map(|at| at.round() as i32))
    }

    /// The upright box around it, within a picture of that size.
    pub(super) fn frame(&self, width: u32, height: u32) -> PixelBox {
        let points = self.points();
        let low = |axis: usize| points.iter().map(|p| p[axis]).fold(f32::INFINITY, f32::min).max(0.0) as u32;
        let high = |axis: usize| points.iter().map(|p| p[axis]).fold(0.0, f32::max).ceil() as u32;
        let (x1, y1) = (low(0).min(width - 1), low(1).min(height - 1));
        PixelBox { x1, y1, x2: high(0).clamp(x1 + 1, width), y2: high(1).clamp(y1 + 1, height) }
    }

    pub(super) fn frame_top(&self) -> u32 {
        self.frame(u32::MAX, u32::MAX).y1
    }

    pub(super) fn frame_left(&self) -> u32 {
        self.frame(u32::MAX, u32::MAX).x1
    }
}

fn unit([x, y]: [f32; 2]) -> Option<[f32; 2]> {
    let length = x.hypot(y);
    (length > 0.0).then(|| [x / length, y / length])
}

/// One of the four directions of a rectangle's sides: the one that points right, as text runs.
fn rightwards([x, y]: [f32; 2]) -> [f32; 2] {
    match (x.abs() >= y.abs(), x >= 0.0, y >= 0.0) {
        (true, true, _) => [x, y],
        (true, false, _) => [-x, -y],
        (false, _, true) => [y, -x],
        (false, _, false) => [-y, x],
    }
}

/// The convex hull, by Andrew's monotone chain.
fn hull(mut points: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    let mut chain = half_hull(points.iter());
    chain.extend(half_hull(points.iter().rev()));
    chain
}

fn half_hull<'a>(points: impl Iterator<Item = &'a [f32; 2]>) -> Vec<[f32; 2]> {
    let mut chain: Vec<[f32; 2]> = Vec::new();
    for &point in points {
        while let [.., a, b] = chain[..] {
            let turn = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]);
            if turn > 0.0 {
                break;
            }
            chain.pop();
        }
        chain.push(point);
    }
    chain.pop();
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_run_clockwise_from_the_upper_left() {
        let rectangle = Rectangle::around(vec![[2.0, 1.0], [12.0, 1.0], [2.0, 5.0], [12.0, 5.0], [7.0, 3.0]], 1.0);
        assert_eq!(rectangle.corners(), [[2, 1], [12, 1], [12, 5], [2, 5]]);
        assert_eq!(rectangle.moved(10, 20).corners(), [[12, 21], [22, 21], [22, 25], [12, 25]]);
    }

    #[test]
    fn a_diamond_is_not_boxed_upright() {
        let rectangle = Rectangle::around(vec![[5.0, 0.0], [10.0, 5.0], [5.0, 10.0], [0.0, 5.0]], 1.0);
        assert!((rectangle.half[0] * rectangle.half[1] * 4.0 - 50.0).abs() < 0.1, "{rectangle:?}");
    }

    #[test]
    fn a_frame_stays_within_the_picture() {
        let rectangle = Rectangle::around(vec![[-5.0, -5.0], [300.0, -5.0], [300.0, 9.0], [-5.0, 9.0]], 1.0);
        assert_eq!(rectangle.frame(100, 50), PixelBox { x1: 0, y1: 0, x2: 100, y2: 9 });
        assert!(rectangle.moved(900, 900).frame(100, 50).area() > 0);
    }
}
