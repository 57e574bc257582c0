//! Looks for a set's logos on a picture, from cheap to sure.
//!
//! What one forward of the embedding saw of the whole picture at a small size ([`glimpse`]) says whether all of it is
//! searched. If so, windows of larger maps are weighed: some of each size first, then those around the heaviest
//! ([`promising`]). The best are cut out and looked at again, each by itself.

use ndarray::{Array2, ArrayView2};
use touchstone_inference::Error;
use touchstone_vision::{Picture, PixelBox};

use super::enrolled::View;
use super::fit::{Fit, TOGETHER};
use super::{Fits, Found};
use crate::Eyes;
use crate::regions::{NUMBERS, Regions, Window};

/// Longer side that a photo is scaled to, in pixels; a smaller one grows at most to twice its size.
pub(super) const PHOTO_SIDE: u32 = 352;
/// Sides of windows, in cells.
const SIDES: [usize; 8] = [2, 3, 4, 6, 8, 11, 15, 20];
/// Those that are weighed first, half their side apart.
const FIRST: [usize; 5] = [2, 4, 6, 11, 15];
/// Those of a glimpse.
const GLIMPSED: [usize; 6] = [2, 3, 4, 6, 9, 14];
/// Windows around which others are weighed.
const SEEDS: usize = 8;
/// Pixels of the picture that a logo is high and wide at least: in fewer, chance is too like one.
const SHORT_MIN: u32 = 16;
/// The same for its longer side.
const LONG_MIN: u32 = 32;
/// Windows that are looked at again, each by itself.
const LOOKS: usize = 4;
/// What a window must weigh to be looked at again.
const GATE: f32 = 0.25;
/// What a part of a picture counts for, when the whole of it counts one: the best of many parts looks good by chance.
const PART: f32 = 0.9;
/// What a window of a glimpse must weigh for the picture to be searched.
pub(super) const GLIMPSE_MIN: f32 = 0.48;
/// Weight that is as good as its opposite.
const EVEN: f32 = 0.354;
/// Score in permille from which a logo is reported: nine in ten crops of brands that are not enrolled score less.
pub(crate) const STANDS_BEHIND: u16 = 500;

/// What it weighs for its heaviest brand, and where.
#[derive(Clone, Copy)]
struct Weighed {
    weight: f32,
    window: Window,
    place: PixelBox,
}

/// How the windows of a photo are chosen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Some, then those around the best.
    Quick,
    /// All of them: what the quick way is measured by.
    Slow,
}

pub(super) fn search(fits: &Fits, picture: &Picture, pace: Pace, eyes: &Eyes) -> Result<Vec<Found>, Error> {
    let mut places = vec![picture.frame()];
    places.extend(promising(&fits.windows, &regions(picture, eyes)?, pace).into_iter().map(|weighed| weighed.place));
    let mut best: Vec<(usize, f32, PixelBox)> = Vec::new();
    for (place, looked) in places.iter().zip(looks(fits, picture, &places, eyes)?) {
        let Some((brand, weight)) = looked else { continue };
        let weight = if *place == picture.frame() { weight } else { PART * weight };
        match best.iter_mut().find(|known| known.0 == brand) {
            Some(known) if known.1 >= weight => {}
            Some(known) => *known = (brand, weight, *place),
            None => best.push((brand, weight, *place)),
        }
    }
    best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let found =
        |(brand, weight, place)| Found { brand: fits.crops.brand(brand).to_owned(), score: score(weight), place };
    Ok(best.into_iter().map(found).collect())
}

/// What places of a picture weigh by themselves, and for which brand.
fn looks(fits: &Fits, picture: &Picture, places: &[PixelBox], eyes: &Eyes) -> Result<Vec<Option<(usize, f32)>>, Error> {
    let crops: Vec<Picture> = places.iter().map(|place| picture.crop(*place)).collect();
    let looked = |view: View| {
        let numbers = view.numbers();
        let weights = fits.crops.weigh(ArrayView2::from_shape((1, NUMBERS), &numbers).ok()?);
        clear(weights.iter().copied())
    };
    Ok(View::of_all(&crops, eyes)?.into_iter().map(looked).collect())
}

/// What the heaviest window of a small map of the whole picture weighs.
pub(super) fn glimpse(fit: &Fit, regions: &Regions) -> f32 {
    let mut windows = windows(regions, &GLIMPSED, |side| side.div_ceil(2));
    windows.push(regions.whole());
    weighed(fit, regions, &windows).into_iter().fold(0.0, |most, weighed| f32::max(most, weighed.weight))
}

/// A weight in permille.
fn score(weight: f32) -> u16 {
    let weight = weight.max(0.0);
    (1000.0 * weight / (weight + EVEN)) as u16
}

/// The heaviest brand, less what the next one weighs in part: what is two brands at once is none for sure.
fn clear(weights: impl Iterator<Item = f32>) -> Option<(usize, f32)> {
    let (mut brand, mut first, mut next) = (0, 0f32, 0f32);
    for (at, weight) in weights.enumerate() {
        if weight > first {
            (brand, next, first) = (at, first, weight);
        } else {
            next = next.max(weight);
        }
    }
    (first > 0.0).then_some((brand, first - 0.3 * next))
}

/// Windows of a photo that look most like a brand, heaviest first, none that overlaps a heavier one much.
fn promising(fit: &Fit, regions: &Regions, pace: Pace) -> Vec<Weighed> {
    let mut all = match pace {
        Pace::Slow => weighed(fit, regions, &all_windows(regions)),
        Pace::Quick => {
            let first = weighed(fit, regions, &windows(regions, &FIRST, |side| side / 2));
            let around = chosen(first.clone(), SEEDS, 0.6).into_iter().flat_map(|seed| around(seed.window, regions));
            let mut around: Vec<Window> = around.collect();
            around.sort_unstable_by_key(|window| (window.y1, window.x1, window.y2, window.x2));
            around.dedup();
            [first, weighed(fit, regions, &around)].concat()
        }
    };
    all.retain(|weighed| weighed.weight >= GATE);
    chosen(all, LOOKS, 0.4)
}

/// The heaviest, none of which overlaps a heavier one by more than a share.
fn chosen(mut all: Vec<Weighed>, most: usize, overlap: f32) -> Vec<Weighed> {
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.place.cmp(&b.place)));
    let mut kept: Vec<Weighed> = Vec::new();
    for weighed in all {
        if kept.len() < most && kept.iter().all(|other| other.place.overlap(&weighed.place) < overlap) {
            kept.push(weighed);
        }
    }
    kept
}

/// Weighs windows that show enough pixels.
fn weighed(fit: &Fit, regions: &Regions, windows: &[Window]) -> Vec<Weighed> {
    let large = |window: &&Window| {
        let place = regions.place(**window);
        let (width, height) = (place.x2 - place.x1, place.y2 - place.y1);
        width.min(height) >= SHORT_MIN && width.max(height) >= LONG_MIN
    };
    let large: Vec<Window> = windows.iter().filter(large).copied().collect();
    let mut all = Vec::new();
    for some in large.chunks(TOGETHER) {
        let mut views = Array2::zeros((some.len(), NUMBERS));
        regions.describe_into(some, views.as_slice_mut().unwrap_or_default());
        let weights = fit.weigh(views.view());
        for (weights, &window) in weights.rows().into_iter().zip(some) {
            let place = regions.place(window);
            let clear = clear(weights.iter().copied());
            all.extend(clear.map(|(_, weight)| Weighed { weight, window, place }));
        }
    }
    all
}

/// The maps of a photo as it is searched.
pub(super) fn regions(photo: &Picture, eyes: &Eyes) -> Result<Regions, Error> {
    let longer = photo.width().max(photo.height());
    let side = PHOTO_SIDE.min(2 * longer);
    let scaled = |pixels: u32| (u64::from(pixels) * u64::from(side) / u64::from(longer)) as u32;
    eyes.regions(photo, scaled(photo.width()), scaled(photo.height()))
}

/// All windows of a photo, a third of their side apart.
pub(super) fn all_windows(regions: &Regions) -> Vec<Window> {
    windows(regions, &SIDES, |side| (side / 3).max(1))
}

/// Windows of many shapes, so many cells apart as `step` gives for their side.
fn windows(regions: &Regions, sides: &[usize], step: impl Fn(usize) -> usize) -> Vec<Window> {
    let (columns, rows) = regions.cells();
    let mut windows = Vec::new();
    for &width in sides.iter().filter(|&&width| width <= columns) {
        for &height in sides.iter().filter(|&&height| height <= rows) {
            if width.max(height) > 3 * width.min(height) || (width, height) == (columns, rows) {
                continue;
            }
            for y1 in steps(rows - height, step(height)) {
                for x1 in steps(columns - width, step(width)) {
                    windows.push(Window { x1, y1, x2: x1 + width, y2: y1 + height });
                }
            }
        }
    }
    windows
}

/// Windows a step larger, smaller and beside a window.
fn around(seed: Window, regions: &Regions) -> Vec<Window> {
    let (columns, rows) = regions.cells();
    let mut windows = Vec::new();
    for (x1, x2) in moved(seed.x1, seed.x2, columns) {
        for (y1, y2) in moved(seed.y1, seed.y2, rows) {
            let (width, height) = (x2 - x1, y2 - y1);
            if width.max(height) <= 3 * width.min(height) && (width, height) != (columns, rows) {
                windows.push(Window { x1, y1, x2, y2 });
            }
        }
    }
    windows
}

/// A span of cells, and it with either end a quarter further out or in.
fn moved(from: usize, to: usize, cells: usize) -> Vec<(usize, usize)> {
    let step = ((to - from) / 4).max(1);
    let ends = |end: usize| [end.saturating_sub(step), end, (end + step).min(cells)];
    let pairs = ends(from).into_iter().flat_map(|from| ends(to).map(|to| (from, to)));
    pairs.filter(|(from, to)| from + 2 <= *to).collect()
}

/// From zero to the last in steps, and the last.
fn steps(last: usize, step: usize) -> impl Iterator<Item = usize> {
    (0..last).step_by(step).chain([last])
}
