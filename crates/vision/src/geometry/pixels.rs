//! Lays one small grey picture over another and compares field by field.

use super::map::Map;
use crate::{Plane, thumbnail};

/// Side of a field in pixels of the working copy.
const FIELD: usize = 6;
/// Correlation from which a field agrees.
const AGREES: f32 = 0.75;
/// Standard deviation in grey levels below which a field is plain.
const PLAIN: f32 = 2.5;

/// What the pixels say.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Fields with something on them that could be compared.
    pub fields: usize,
    /// Those of them that agree.
    pub agreeing: usize,
    /// Fields that are plain in both.
    pub plain: usize,
    /// Correlation of all pixels that could be compared, −1 to 1.
    pub correlation: f32,
    /// Part of the reference that the query shows, 0 to 1.
    pub shown: f32,
}

impl Agreement {
    /// Agreeing fields among those with something on them, 0 to 1.
    pub fn share(&self) -> f32 {
        if self.fields == 0 { 0.0 } else { self.agreeing as f32 / self.fields as f32 }
    }
}

/// Compares the part of the reference that the query shows.
///
/// Both are small copies of whole pictures, the query mirrored already if it is to be. `map` takes parts of the query
/// (0 to 1 in both directions) to parts of the reference.
pub fn agreement(query: &Plane, reference: &Plane, map: &Map) -> Agreement {
    let size = |plane: &Plane| (f64::from(plane.width()), f64::from(plane.height()));
    let unit = (1.0, 1.0);
    let to_pixels = Map::between(size(query), unit).then(map).then(&Map::between(unit, size(reference)));
    // Pixels of the query to one of the reference: both are brought to the coarser of the two.
    let finer = 1.0 / to_pixels.scale().max(1e-6);
    let coarse = |plane: &Plane, by: f64| {
        let side = |n: u32| (f64::from(n) * by).round().max(1.0) as u32;
        thumbnail::resize(plane, side(plane.width()), side(plane.height()))
    };
    let (query, reference) = match finer {
        f if f < 0.8 => (query.clone(), coarse(reference, f.max(0.1))),
        f if f > 1.25 => (coarse(query, (1.0 / f).max(0.1)), reference.clone()),
        _ => (query.clone(), reference.clone()),
    };
    let map = Map::between(size(&query), unit).then(map).then(&Map::between(unit, size(&reference)));
    map.inverse().map_or(Agreement::default(), |back| compare(&query, &reference, &back))
}

fn compare(query: &Plane, reference: &Plane, back: &Map) -> Agreement {
    let (width, height) = (reference.width() as usize, reference.height() as usize);
    let mut agreement = Agreement::default();
    let (mut pairs, mut inside) = (Vec::with_capacity(width * height), 0usize);
    for y in 0..height {
        for x in 0..width {
            let place = back.apply((x as f64 + 0.5, y as f64 + 0.5));
            if let Some(seen) = sample(query, place) {
                inside += 1;
                pairs.push((f32::from(reference.pixels()[y * width + x]), seen));
            }
        }
    }
    agreement.shown = inside as f32 / (width * height) as f32;
    agreement.correlation = correlate(&pairs).0;
    for top in (0..height.saturating_sub(FIELD - 1)).step_by(FIELD) {
        for left in (0..width.saturating_sub(FIELD - 1)).step_by(FIELD) {
            match field(query, reference, back, (left, top), &mut pairs) {
                Some(Field::Agrees) => {
                    agreement.fields += 1;
                    agreement.agreeing += 1;
                }
                Some(Field::Differs) => agreement.fields += 1,
                Some(Field::Plain) => agreement.plain += 1,
                None => {}
            }
        }
    }
    agreement
}

enum Field {
    Agrees,
    Differs,
    Plain,
}

/// One field, at the place where the map puts it or a pixel beside: maps are good to about a pixel.
fn field(
    query: &Plane,
    reference: &Plane,
    back: &Map,
    (left, top): (usize, usize),
    pairs: &mut Vec<(f32, f32)>,
) -> Option<Field> {
    let width = reference.width() as usize;
    let mut best = f32::NEG_INFINITY;
    for (dx, dy) in [(0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
        pairs.clear();
        for y in top..top + FIELD {
            for x in left..left + FIELD {
                let (u, v) = back.apply((x as f64 + 0.5, y as f64 + 0.5));
                if let Some(seen) = sample(query, (u + dx, v + dy)) {
                    pairs.push((f32::from(reference.pixels()[y * width + x]), seen));
                }
            }
        }
        if pairs.len() * 4 < FIELD * FIELD * 3 {
            continue;
        }
        let (correlation, a, b) = correlate(pairs);
        if a < PLAIN && b < PLAIN {
            return Some(Field::Plain);
        }
        best = best.max(if a < PLAIN * 0.5 || b < PLAIN * 0.5 { 0.0 } else { correlation });
        if best >= AGREES {
            return Some(Field::Agrees);
        }
    }
    (best > f32::NEG_INFINITY).then_some(Field::Differs)
}

/// Correlation, and the standard deviations of both.
fn correlate(pairs: &[(f32, f32)]) -> (f32, f32, f32) {
    let count = pairs.len().max(1) as f32;
    let (ma, mb) = pairs.iter().fold((0.0, 0.0), |(a, b), p| (a + p.0 / count, b + p.1 / count));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for &(a, b) in pairs {
        ab += (a - ma) * (b - mb);
        aa += (a - ma) * (a - ma);
        bb += (b - mb) * (b - mb);
    }
    (ab / (aa * bb).sqrt().max(1e-6), (aa / count).sqrt(), (bb / count).sqrt())
}

/// The grey level between the centres of pixels; none beside the picture.
fn sample(plane: &Plane, (x, y): (f64, f64)) -> Option<f32> {
    let (width, height) = (plane.width() as usize, plane.height() as usize);
    if x < 0.0 || y < 0.0 || x > width as f64 || y > height as f64 {
        return None;
    }
    let (x, y) = ((x - 0.5).clamp(0.0, width as f64 - 1.0), (y - 0.5).clamp(0.0, height as f64 - 1.0));
    let (column, row) = (x as usize, y as usize);
    let (right, below) = ((column + 1).min(width - 1), (row + 1).min(height - 1));
    let (fx, fy) = ((x - column as f64) as f32, (y - row as f64) as f32);
    let at = |row: usize, column: usize| f32::from(plane.pixels()[row * width + column]);
    let upper = at(row, column) * (1.0 - fx) + at(row, right) * fx;
    let lower = at(below, column) * (1.0 - fx) + at(below, right) * fx;
    Some(upper * (1.0 - fy) + lower * fy)
}
