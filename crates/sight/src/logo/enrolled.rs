//! One enrolled logo: what is kept of it, and its form as bytes.

use touchstone_inference::Error;
use touchstone_vision::{Picture, PixelBox};

use super::search;
use super::words::candidates;
use crate::Eyes;
use crate::regions::{NUMBERS, Regions, Window};
use crate::scaled::scaled;

/// First bytes of the form, the last of them its version.
const MAGIC: [u8; 5] = *b"TSLG\x04";
/// Side that a crop is scaled to, in pixels: ten cells.
const CROP_SIDE: u32 = 160;
/// Percent of each side that a closer cut leaves out, before and behind.
const CLOSER: u32 = 8;
/// Side of a coarse copy, in pixels.
const COARSE_SIDE: u32 = 72;
/// Powers of the light of a lighter and of a darker copy.
const LIGHTS: [f32; 2] = [0.6, 1.6];
/// Bytes of a brand's name.
const BRAND_BYTES_MAX: usize = 200;
/// Views of a logo, and places beside it.
const VIEWS_MAX: usize = 16;
/// Windows beside a logo that are kept of each of a photo's maps.
const WINDOWS_BESIDE: usize = 6;
/// Words read on a logo.
const WORDS_MAX: usize = 32;
/// What a number of length one is multiplied with to fit two bytes.
const STEPS: f32 = 65_535.0;

/// What a part of a picture looks like: numbers of length one, in steps of 1/65,535.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View(Vec<u16>);

impl View {
    /// What the network says of crops, whatever their shape.
    pub(crate) fn of_all(crops: &[Picture], eyes: &Eyes) -> Result<Vec<Self>, Error> {
        let crops: Vec<&Picture> = crops.iter().collect();
        Ok(eyes.described(&crops, CROP_SIDE)?.iter().map(|numbers| Self::new(numbers)).collect())
    }

    fn new(numbers: &[f32]) -> Self {
        Self(numbers.iter().map(|number| (number * STEPS).round() as u16).collect())
    }

    pub(crate) fn numbers(&self) -> Vec<f32> {
        (0..self.0.len()).map(|at| self.number(at)).collect()
    }

    /// One of its numbers.
    pub(crate) fn number(&self, at: usize) -> f32 {
        f32::from(self.0[at]) / STEPS
    }
}

/// One enrolled logo.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Enrolled {
    brand: String,
    /// As it is, then varied.
    pub(crate) views: Vec<View>,
    /// The same on the photo as it is searched and as it is glimpsed, in the window nearest to the box; none for a bare
    /// crop.
    pub(crate) windows: Vec<View>,
    pub(crate) beside: Vec<View>,
    pub(crate) windows_beside: Vec<View>,
    pub(crate) words: Vec<String>,
}

/// Bytes that are no enrolled logo of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an enrolled logo of this version (enrol it again from its picture)")]
pub struct Malformed;

impl Enrolled {
    /// A logo on a crop of nothing else. The name is cut at 200 bytes.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn crop(brand: &str, crop: &Picture, eyes: &Eyes) -> Result<Self, Error> {
        let mut end = brand.len().min(BRAND_BYTES_MAX);
        while !brand.is_char_boundary(end) {
            end -= 1;
        }
        let views = View::of_all(&varied(crop), eyes)?;
        Ok(Self { brand: brand[..end].to_owned(), views, ..Self::default() })
    }

    /// A logo as its owner draws it: the same mark on several grounds, see [`touchstone_vision::drawing`]. On photos it is
    /// looked for as it is drawn, since none shows it among other things.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn drawn(brand: &str, pictures: &[Picture], eyes: &Eyes) -> Result<Self, Error> {
        let Some((first, others)) = pictures.split_first() else { return Ok(Self::default()) };
        let mut enrolled = Self::crop(brand, first, eyes)?;
        for other in others {
            enrolled.views.extend(View::of_all(&looked_at_as(other), eyes)?);
        }
        enrolled.views.truncate(VIEWS_MAX);
        enrolled.windows = enrolled.views.clone();
        Ok(enrolled)
    }

    /// A logo in a box on a photo. `logos` are the boxes of all logos on it: places that meet none of them are kept as
    /// examples of what is no logo.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn on_photo(
        brand: &str,
        photo: &Picture,
        place: PixelBox,
        logos: &[PixelBox],
        eyes: &Eyes,
    ) -> Result<Self, Error> {
        let mut enrolled = Self::crop(brand, &photo.crop(place), eyes)?;
        enrolled.views.extend(View::of_all(&[photo.crop(wider(place, photo))], eyes)?);
        let free: Vec<Picture> = beside(photo, place, logos).into_iter().map(|free| photo.crop(free)).collect();
        enrolled.beside = View::of_all(&free, eyes)?;
        enrolled.see(&search::regions(photo, eyes)?, place, logos);
        if let Some(regions) = eyes.glance(photo)?.regions {
            enrolled.see(&regions, place, logos);
        }
        Ok(enrolled)
    }

    /// Keeps the logo's window, and windows of the photo that show no logo.
    fn see(&mut self, regions: &Regions, place: PixelBox, logos: &[PixelBox]) {
        self.windows.extend(regions.window(place).map(|window| View::new(&regions.describe(window))));
        let free = |window: &Window| !busy(regions.place(*window), place, logos);
        let free: Vec<Window> = search::all_windows(regions).into_iter().filter(free).collect();
        let step = (free.len() / WINDOWS_BESIDE).max(1);
        let spread = free.iter().skip(step / 2).step_by(step).take(WINDOWS_BESIDE);
        self.windows_beside.extend(spread.map(|window| View::new(&regions.describe(*window))));
    }

    /// With what was read on it, line by line: its wordmark is then recognised by reading, too.
    pub fn with_text<'a>(mut self, lines: impl IntoIterator<Item = &'a str>) -> Self {
        self.words = lines.into_iter().flat_map(candidates).collect();
        self.words.sort();
        self.words.dedup();
        self.words.truncate(WORDS_MAX);
        self
    }

    /// The brand that the logo stands for.
    pub fn brand(&self) -> &str {
        &self.brand
    }

    /// As bytes that [`Self::from_bytes`] understands.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let lists = [&self.views, &self.windows, &self.beside, &self.windows_beside];
        bytes.push(self.brand.len() as u8);
        bytes.extend(lists.map(|list| list.len() as u8));
        bytes.extend(self.brand.as_bytes());
        let words = self.words.join(" ");
        bytes.extend((words.len() as u16).to_le_bytes());
        bytes.extend(words.as_bytes());
        for view in lists.into_iter().flatten() {
            bytes.extend(view.0.iter().flat_map(|steps| steps.to_le_bytes()));
        }
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// When the bytes are something else, of another version, or cut.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Malformed> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(Malformed)?;
        let (&[brand, lengths @ ..], rest) = rest.split_first_chunk::<5>().ok_or(Malformed)?;
        let (brand, lengths) = (usize::from(brand), lengths.map(usize::from));
        let (brand, rest) = rest.split_at_checked(brand).ok_or(Malformed)?;
        let (&words, rest) = rest.split_first_chunk().ok_or(Malformed)?;
        let (words, numbers) = rest.split_at_checked(usize::from(u16::from_le_bytes(words))).ok_or(Malformed)?;
        let sized = numbers.len() == 2 * NUMBERS * lengths.iter().sum::<usize>();
        if !sized || lengths[0] == 0 || lengths.iter().any(|&length| length > VIEWS_MAX) {
            return Err(Malformed);
        }
        let view = |bytes: &[u8]| View(bytes.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect());
        let mut all = numbers.chunks_exact(2 * NUMBERS).map(view);
        let [views, windows, beside, windows_beside] = lengths.map(|length| all.by_ref().take(length).collect());
        let brand = str::from_utf8(brand).map_err(|_| Malformed)?.to_owned();
        let words = str::from_utf8(words).map_err(|_| Malformed)?.split_whitespace().map(str::to_owned).collect();
        Ok(Self { brand, views, windows, beside, windows_beside, words })
    }
}

/// A crop as it is, and as other photos and other hands would show it: cut closer, coarser, lighter, darker.
fn varied(crop: &Picture) -> Vec<Picture> {
    let small = scaled(crop, CROP_SIDE, CROP_SIDE);
    let light = |power: f32| {
        let levels: [u8; 256] = std::array::from_fn(|level| (255.0 * (level as f32 / 255.0).powf(power)) as u8);
        Picture::new(CROP_SIDE, CROP_SIDE, small.rgb().iter().map(|level| levels[usize::from(*level)]).collect())
    };
    looked_at_as(crop).into_iter().chain(LIGHTS.into_iter().filter_map(light)).collect()
}

/// A picture as it is, cut closer, and coarse.
pub(super) fn looked_at_as(picture: &Picture) -> Vec<Picture> {
    let PixelBox { x2, y2, .. } = picture.frame();
    let (dx, dy) = (x2 * CLOSER / 100, y2 * CLOSER / 100);
    let close = picture.crop(PixelBox { x1: dx, y1: dy, x2: x2 - dx, y2: y2 - dy });
    vec![picture.clone(), close, scaled(picture, COARSE_SIDE, COARSE_SIDE)]
}

/// A tenth of its sides more around a box.
fn wider(place: PixelBox, photo: &Picture) -> PixelBox {
    let (dx, dy) = (place.x2.saturating_sub(place.x1) / 10, place.y2.saturating_sub(place.y1) / 10);
    let PixelBox { x1, y1, x2, y2 } = place;
    let grown = PixelBox {
        x1: x1.saturating_sub(dx),
        y1: y1.saturating_sub(dy),
        x2: x2.saturating_add(dx),
        y2: y2.saturating_add(dy),
    };
    grown.meet(&photo.frame())
}

/// Boxes on a photo that meet no logo: of the logo's size and twice it, left, right, above and below, and the corners.
fn beside(photo: &Picture, place: PixelBox, logos: &[PixelBox]) -> Vec<PixelBox> {
    let mut free: Vec<PixelBox> = Vec::new();
    let (width, height) = (photo.width(), photo.height());
    for part in [4, 2] {
        let (w, h) = ((width / part).max(1), (height / part).max(1));
        let (right, bottom) = (width - w, height - h);
        for (x, y) in [(0, 0), (right, bottom), (right, 0), (0, bottom), (right / 2, bottom), (right / 2, 0)] {
            let corner = PixelBox { x1: x, y1: y, x2: x + w, y2: y + h };
            if !busy(corner, place, logos) && free.len() < 4 {
                free.push(corner);
            }
        }
    }
    free
}

/// Whether a part of a photo shows more than a little of a logo, or is a part of one.
fn busy(part: PixelBox, place: PixelBox, logos: &[PixelBox]) -> bool {
    let shares = |logo: &PixelBox| 10 * logo.meet(&part).area() > logo.area().min(part.area());
    logos.iter().chain([&place]).any(shares)
}
