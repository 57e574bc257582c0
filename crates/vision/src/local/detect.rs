//! Where features are: extremes over place and scale, kept so that all parts and sizes get their share.

use super::Options;
use super::pyramid::{Image, Octave, SCALES, SIGMA};
use crate::wide::{Wide, wide};

/// A place that stands out from its surroundings at its scale.
#[derive(Clone, Copy, Debug)]
pub struct Extreme {
    /// Index of the octave.
    pub octave: usize,
    /// The blurred image nearest in scale.
    pub level: usize,
    /// Column in pixels of the octave, between pixels.
    pub x: f32,
    /// Row in pixels of the octave, between pixels.
    pub y: f32,
    /// Blur in pixels of the octave.
    pub sigma: f32,
    /// Difference of scales there, without sign.
    pub strength: f32,
}

/// Ratio of curvatures from which a place is an edge and slides along it.
const EDGE: f32 = 10.0;
/// Pixels at the rim that are left out.
const RIM: usize = 4;
/// Fields in each direction that share the features of an octave.
const FIELDS: [usize; 6] = [8, 6, 4, 3, 2, 1];

/// Extremes in the order in which they deserve a place, at most `features_max`.
pub fn extremes(octaves: &[Octave], options: &Options) -> Vec<Extreme> {
    let mut ranked: Vec<(usize, Extreme)> = Vec::new();
    for (index, octave) in octaves.iter().enumerate() {
        let mut found = Vec::new();
        for level in 1..=SCALES {
            scan(octave, index, level, options.contrast_min, &mut found);
        }
        rank(found, &octave.blurred[0], FIELDS[index.min(FIELDS.len() - 1)], &mut ranked);
    }
    ranked.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.strength.total_cmp(&a.1.strength)));
    ranked.truncate(options.features_max);
    ranked.into_iter().map(|(_, extreme)| extreme).collect()
}

/// Gives each its rank among those of its field.
fn rank(mut found: Vec<Extreme>, image: &Image, fields: usize, ranked: &mut Vec<(usize, Extreme)>) {
    found.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    let mut taken = vec![0usize; fields * fields];
    let field = |place: f32, side: usize| ((place * fields as f32 / side as f32) as usize).min(fields - 1);
    for extreme in found {
        let slot = &mut taken[field(extreme.y, image.height) * fields + field(extreme.x, image.width)];
        ranked.push((*slot, extreme));
        *slot += 1;
    }
}

fn scan(octave: &Octave, index: usize, level: usize, contrast: f32, found: &mut Vec<Extreme>) {
    let [below, here, above] = [level - 1, level, level + 1].map(|l| &octave.differences[l]);
    let width = here.width;
    if width <= 2 * RIM {
        return;
    }
    let mut peaks = vec![0u8; width];
    for y in RIM..here.height.saturating_sub(RIM) {
        let row = y * width;
        // The cheap part of the comparison first, of all of a row: few places are left.
        let rows = [y - 1, y, y + 1].map(|y| &here.pixels[y * width..][..width]);
        wide(Peaks { rows, sketch: contrast * 0.8, peaks: &mut peaks });
        for x in (RIM..width.saturating_sub(RIM)).filter(|&x| peaks[x] != 0) {
            let value = here.pixels[row + x];
            if stands_out([below, here, above], row + x, width, value.abs(), value.signum()) {
                found.extend(refine([below, here, above], x, y, index, level, contrast));
            }
        }
    }
}

/// Marks what is above, or below, the four next to it, and far enough from nought.
struct Peaks<'a> {
    rows: [&'a [f32]; 3],
    sketch: f32,
    peaks: &'a mut [u8],
}

impl Wide for Peaks<'_> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        let [up, line, down] = self.rows;
        let inner = line.len().saturating_sub(2);
        let (left, here, right) = (&line[..inner], &line[1..=inner], &line[2..]);
        let (up, down, peaks) = (&up[1..=inner], &down[1..=inner], &mut self.peaks[1..=inner]);
        for x in 0..inner {
            let value = here[x];
            let above = (value > left[x]) & (value > right[x]) & (value > up[x]) & (value > down[x]);
            let below = (value < left[x]) & (value < right[x]) & (value < up[x]) & (value < down[x]);
            peaks[x] = u8::from(above & (value >= self.sketch)) | u8::from(below & (value <= -self.sketch));
        }
    }
}

fn stands_out(images: [&Image; 3], at: usize, width: usize, value: f32, sign: f32) -> bool {
    let whole = |image: &Image| {
        [at - width, at, at + width]
            .iter()
            .all(|&row| image.pixels[row - 1..=row + 1].iter().all(|&o| value > o * sign))
    };
    let [below, here, above] = images;
    let corners = [at - width - 1, at - width + 1, at + width - 1, at + width + 1];
    corners.iter().all(|&corner| value > here.pixels[corner] * sign) && whole(below) && whole(above)
}

/// Places the extreme between pixels and scales by a parabola in each direction, and drops edges and faint ones.
fn refine(
    [below, here, above]: [&Image; 3],
    x: usize,
    y: usize,
    octave: usize,
    level: usize,
    contrast: f32,
) -> Option<Extreme> {
    let width = here.width;
    let at = y * width + x;
    let p = |image: &Image, dx: isize, dy: isize| image.pixels[(at as isize + dy * width as isize + dx) as usize];
    let value = p(here, 0, 0);
    let (dx, dy) = ((p(here, 1, 0) - p(here, -1, 0)) * 0.5, (p(here, 0, 1) - p(here, 0, -1)) * 0.5);
    let ds = (above.pixels[at] - below.pixels[at]) * 0.5;
    let (dxx, dyy) = (p(here, 1, 0) + p(here, -1, 0) - 2.0 * value, p(here, 0, 1) + p(here, 0, -1) - 2.0 * value);
    let dss = above.pixels[at] + below.pixels[at] - 2.0 * value;
    let dxy = (p(here, 1, 1) - p(here, -1, 1) - p(here, 1, -1) + p(here, -1, -1)) * 0.25;
    let (trace, det) = (dxx + dyy, dxx * dyy - dxy * dxy);
    if det <= 0.0 || trace * trace * EDGE >= (EDGE + 1.0) * (EDGE + 1.0) * det {
        return None;
    }
    let shift = |first: f32, second: f32| if second == 0.0 { 0.0 } else { (-first / second).clamp(-0.6, 0.6) };
    let (sx, sy) = ((-(dyy * dx - dxy * dy) / det).clamp(-0.6, 0.6), (-(dxx * dy - dxy * dx) / det).clamp(-0.6, 0.6));
    let ss = shift(ds, dss);
    let strength = (value + 0.5 * (dx * sx + dy * sy + ds * ss)).abs();
    (strength >= contrast).then(|| Extreme {
        octave,
        level,
        x: x as f32 + sx,
        y: y as f32 + sy,
        sigma: SIGMA * ((level as f32 + ss) / SCALES as f32).exp2(),
        strength,
    })
}
