//! Looks for a set's logos on a picture.

use touchstone_inference::Error;
use touchstone_vision::{Picture, PixelBox};

use super::enrolled::View;
use super::fit::Fit;
use super::{Fits, Found};
use crate::Eyes;
use crate::regions::{Regions, Window};

/// Longer side that a photo is scaled to, in pixels; a smaller one grows at most to twice its size.
const PHOTO_SIDE: u32 = 448;
/// Sides of windows, in cells.
const SIDES: [usize; 9] = [2, 3, 4, 6, 8, 11, 15, 20, 28];
/// Pixels of the picture that a logo is high and wide at least: in fewer, chance is too like one.
const SHORT_MIN: u32 = 16;
/// The same for its longer side.
const LONG_MIN: u32 = 32;
/// Windows that are looked at again, each by itself.
const LOOKS: usize = 4;
/// What a window must weigh to be looked at again.
const GATE: f32 = 0.25;
/// Weight that is as good as its opposite; nine in ten crops of brands that are not enrolled weigh less.
const EVEN: f32 = 0.354;
/// Score in permille from which a logo is reported: that of an even weight.
pub(crate) const STANDS_BEHIND: u16 = 500;

/// What it weighs, for which brand, and where.
#[derive(Clone, Copy)]
struct Weighed {
    brand: usize,
    weight: f32,
    place: PixelBox,
}

pub(super) fn search(fits: &Fits, picture: &Picture, eyes: &Eyes) -> Result<Vec<Found>, Error> {
    let mut places = vec![picture.frame()];
    places.extend(promising(&fits.windows, picture, eyes)?.into_iter().map(|weighed| weighed.place));
    let mut best: Vec<Weighed> = Vec::new();
    for place in places {
        let weights = fits.crops.weigh(&View::of(&picture.crop(place), eyes)?.numbers());
        let Some((brand, weight)) = clear(&weights) else { continue };
        match best.iter_mut().find(|known| known.brand == brand) {
            Some(known) if known.weight >= weight => {}
            Some(known) => *known = Weighed { brand, weight, place },
            None => best.push(Weighed { brand, weight, place }),
        }
    }
    best.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.brand.cmp(&b.brand)));
    let found = |known: Weighed| Found {
        brand: fits.crops.brand(known.brand).to_owned(),
        score: score(known.weight),
        place: known.place,
    };
    Ok(best.into_iter().map(found).collect())
}

/// A weight in permille.
fn score(weight: f32) -> u16 {
    let weight = weight.max(0.0);
    (1000.0 * weight / (weight + EVEN)) as u16
}

/// The heaviest brand, less what the next one weighs in part: what is two brands at once is none for sure.
fn clear(weights: &[f32]) -> Option<(usize, f32)> {
    let (brand, &weight) = weights.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)))?;
    let next = weights.iter().enumerate().filter(|&(at, _)| at != brand).map(|(_, &w)| w).fold(0.0, f32::max);
    (weight > 0.0).then_some((brand, weight - 0.3 * next))
}

/// Windows of a photo that look most like a brand, heaviest first, none that overlaps a heavier one much.
fn promising(fit: &Fit, picture: &Picture, eyes: &Eyes) -> Result<Vec<Weighed>, Error> {
    let regions = regions(picture, eyes)?;
    let mut all = Vec::new();
    for window in windows(&regions) {
        let place = regions.place(window);
        let (width, height) = (place.x2 - place.x1, place.y2 - place.y1);
        if width.min(height) < SHORT_MIN || width.max(height) < LONG_MIN {
            continue;
        }
        if let Some((brand, weight)) = clear(&fit.weigh(&regions.describe(window))) {
            all.push(Weighed { brand, weight, place });
        }
    }
    all.retain(|weighed| weighed.weight >= GATE);
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.place.cmp(&b.place)));
    let mut kept: Vec<Weighed> = Vec::new();
    for weighed in all {
        if kept.len() < LOOKS && kept.iter().all(|other| other.place.overlap(&weighed.place) < 0.4) {
            kept.push(weighed);
        }
    }
    Ok(kept)
}

/// The maps of a photo as it is searched.
pub(super) fn regions(photo: &Picture, eyes: &Eyes) -> Result<Regions, Error> {
    let longer = photo.width().max(photo.height());
    let side = PHOTO_SIDE.min(2 * longer);
    let scaled = |pixels: u32| (u64::from(pixels) * u64::from(side) / u64::from(longer)) as u32;
    eyes.regions(photo, scaled(photo.width()), scaled(photo.height()))
}

/// Windows of many sizes and shapes, a third of their side apart.
pub(super) fn windows(regions: &Regions) -> Vec<Window> {
    let (columns, rows) = regions.cells();
    let mut windows = Vec::new();
    for &width in SIDES.iter().filter(|&&width| width <= columns) {
        for &height in SIDES.iter().filter(|&&height| height <= rows) {
            if width.max(height) > 3 * width.min(height) || (width, height) == (columns, rows) {
                continue;
            }
            for y1 in steps(rows - height, (height / 3).max(1)) {
                for x1 in steps(columns - width, (width / 3).max(1)) {
                    windows.push(Window { x1, y1, x2: x1 + width, y2: y1 + height });
                }
            }
        }
    }
    windows
}

/// From zero to the last in steps, and the last.
fn steps(last: usize, step: usize) -> impl Iterator<Item = usize> {
    (0..last).step_by(step).chain([last])
}
