//! Reads QR and bar codes.
//!
//! Most photos hold none, and a reader that searches all of a photo costs more than everything else done with it. So a
//! cheap [`gate`] says where one could be, and only there it is read: bars are turned upright first, along the direction that
//! the gate saw, so that a code may lie at any angle. EAN and UPC say which product is sold: [`Code::gtin`].

mod gate;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rxing::common::{GlobalHistogramBinarizer, HybridBinarizer};
use rxing::{BarcodeFormat, Binarizer, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader, RXingResult};

use crate::{Picture, PixelBox, Plane};
use gate::{Gate, Spot};

/// Longest side that is looked at as it is; more is shrunk by a whole number.
const SIDE_MAX: u32 = 1600;
/// Characters of a value that are kept: a QR code holds up to 4,296.
const VALUE_MAX: usize = 4296;

/// Which symbology a code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// QR code.
    Qr,
    /// EAN-13: thirteen digits.
    Ean13,
    /// EAN-8: eight digits.
    Ean8,
    /// UPC-A: twelve digits.
    UpcA,
    /// UPC-E: eight digits that stand for twelve.
    UpcE,
    /// Code 128.
    Code128,
}

impl Kind {
    /// One word for outputs: `qr`, `ean_13`, `ean_8`, `upc_a`, `upc_e`, `code_128`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::Ean13 => "ean_13",
            Self::Ean8 => "ean_8",
            Self::UpcA => "upc_a",
            Self::UpcE => "upc_e",
            Self::Code128 => "code_128",
        }
    }

    fn of(format: BarcodeFormat) -> Option<Self> {
        Some(match format {
            BarcodeFormat::QR_CODE => Self::Qr,
            BarcodeFormat::EAN_13 => Self::Ean13,
            BarcodeFormat::EAN_8 => Self::Ean8,
            BarcodeFormat::UPC_A => Self::UpcA,
            BarcodeFormat::UPC_E => Self::UpcE,
            BarcodeFormat::CODE_128 => Self::Code128,
            _ => return None,
        })
    }
}

/// A code that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its symbology.
    pub kind: Kind,
    /// What it says, no more than 4,296 characters.
    pub value: String,
    /// Where, in pixels of the picture; for bars the part that was looked at.
    pub place: PixelBox,
}

impl Code {
    /// The product's number in fourteen digits with leading zeros, if this is an EAN or UPC whose check digit is right,
    /// or a Code 128 or QR code that says nothing but such a number or a GS1 element string that begins with one.
    pub fn gtin(&self) -> Option<String> {
        let value = self.value.trim_start_matches("]C1");
        match self.kind {
            Kind::UpcE => gtin(&widened(value)?),
            Kind::Ean13 | Kind::Ean8 | Kind::UpcA => gtin(value),
            Kind::Qr | Kind::Code128 => {
                let element = value.strip_prefix("(01)").or_else(|| value.strip_prefix("01").filter(|v| v.len() >= 14));
                element.and_then(|v| gtin(v.get(..14)?)).or_else(|| gtin(value))
            }
        }
    }
}

/// A GTIN of 8, 12, 13 or 14 digits in fourteen, if its last digit is the check digit of the others: those digits taken
/// three times and once in turn from the right, and what is then missing to a multiple of ten (GS1 General
/// Specifications, section 7.9).
pub fn gtin(digits: &str) -> Option<String> {
    if !matches!(digits.len(), 8 | 12 | 13 | 14) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let weighed = |(n, b): (usize, u8)| u32::from(b - b'0') * if n % 2 == 0 { 1 } else { 3 };
    let sum: u32 = digits.bytes().rev().enumerate().map(weighed).sum();
    (sum.is_multiple_of(10) && digits.bytes().any(|b| b != b'0')).then(|| format!("{digits:0>14}"))
}

/// The twelve digits that a UPC-E of eight stands for.
fn widened(digits: &str) -> Option<String> {
    let d: &[u8; 8] = digits.as_bytes().try_into().ok()?;
    let text = |parts: &[&[u8]]| String::from_utf8(parts.concat()).ok();
    let (first, last) = (&d[..1], &d[7..]);
    match d[6] {
        b'0'..=b'2' => text(&[first, &d[1..3], &d[6..7], b"0000", &d[3..6], last]),
        b'3' => text(&[first, &d[1..4], b"00000", &d[4..6], last]),
        b'4' => text(&[first, &d[1..5], b"00000", &d[5..6], last]),
        b'5'..=b'9' => text(&[first, &d[1..6], b"0000", &d[6..7], last]),
        _ => None,
    }
}

/// All codes that can be read, from the top left; each value of a kind once.
pub fn read(picture: &Picture) -> Vec<Code> {
    let factor = picture.width().max(picture.height()).div_ceil(SIDE_MAX);
    let grey = shrunk(picture.grey(), factor);
    let gate = Gate::of(&grey);
    let mut codes: Vec<Code> = Vec::new();
    let squares = gate.squares(&grey);
    codes.extend(squares.iter().filter_map(|spot| square(&grey, spot)));
    codes.extend(gate.bars().iter().filter_map(|spot| bars(&grey, spot)));
    for code in &mut codes {
        let out = |v: u32| v.saturating_mul(factor);
        let PixelBox { x1, y1, x2, y2 } = code.place;
        code.place = PixelBox { x1: out(x1), y1: out(y1), x2: out(x2), y2: out(y2) }.meet(&picture.frame());
    }
    codes.sort_by(|a, b| (a.place.y1, a.place.x1, &a.value).cmp(&(b.place.y1, b.place.x1, &b.value)));
    let mut seen = HashSet::new();
    codes.retain(|code| seen.insert((code.kind, code.value.clone())));
    codes
}

/// A plane shrunk by a whole number: the mean of each square.
fn shrunk(grey: Plane, factor: u32) -> Plane {
    if factor == 1 {
        return grey;
    }
    let (width, height) = (grey.width() / factor, grey.height() / factor);
    let of = |x: u32, y: u32| {
        let row = |n: u32| (y * factor + n) as usize * grey.width() as usize + (x * factor) as usize;
        let sum: u32 =
            (0..factor).flat_map(|n| &grey.pixels()[row(n)..row(n) + factor as usize]).map(|v| u32::from(*v)).sum();
        (sum / (factor * factor)) as u8
    };
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| of(x, y)).collect();
    Plane::new(width, height, pixels).unwrap_or(grey)
}

/// A QR code in a place, as it is and at twice the size.
fn square(grey: &Plane, spot: &Spot) -> Option<Code> {
    let air = 16;
    let (x1, y1) = (spot.x1.saturating_sub(air), spot.y1.saturating_sub(air));
    let (x2, y2) = ((spot.x2 + air).min(grey.width() as usize), (spot.y2 + air).min(grey.height() as usize));
    let place = PixelBox { x1: x1 as u32, y1: y1 as u32, x2: x2 as u32, y2: y2 as u32 };
    let formats = [BarcodeFormat::QR_CODE];
    [1.0f32, 0.5].into_iter().find_map(|step| {
        let (width, height) = (((x2 - x1) as f32 / step) as usize, ((y2 - y1) as f32 / step) as usize);
        if step < 1.0 && width.max(height) > 1000 {
            return None;
        }
        let part = sampled(grey, width, height, |x, y| (x1 as f32 + x * step, y1 as f32 + y * step));
        let found = decoded(&part, &formats, HybridBinarizer::new)?;
        code(&found, place)
    })
}

/// A bar code in a place, turned so that its bars stand upright.
fn bars(grey: &Plane, spot: &Spot) -> Option<Code> {
    let (cx, cy) = ((spot.x1 + spot.x2) as f32 / 2.0, (spot.y1 + spot.y2) as f32 / 2.0);
    let (w, h) = ((spot.x2 - spot.x1) as f32, (spot.y2 - spot.y1) as f32);
    let (sin, cos) = spot.angle.sin_cos();
    // What the place extends along the reading direction, and room for the quiet zones.
    let length = (w * cos.abs() + h * sin.abs()) * 1.25 + 24.0;
    let depth = (w * sin.abs() + h * cos.abs()) * 0.5;
    let (step, rows) = (0.5, 9);
    let width = (length / step).min(3000.0) as usize;
    let part = sampled(grey, width, rows * 2, |x, y| {
        let (u, v) = (x * step - length / 2.0, ((y / (2 * rows) as f32) - 0.5) * depth);
        (cx + u * cos - v * sin, cy + u * sin + v * cos)
    });
    let formats = [
        BarcodeFormat::EAN_13,
        BarcodeFormat::EAN_8,
        BarcodeFormat::UPC_A,
        BarcodeFormat::UPC_E,
        BarcodeFormat::CODE_128,
    ];
    let found = decoded(&part, &formats, GlobalHistogramBinarizer::new)?;
    let place = PixelBox { x1: spot.x1 as u32, y1: spot.y1 as u32, x2: spot.x2 as u32, y2: spot.y2 as u32 };
    code(&found, place)
}

/// A plane whose pixels are looked up in another, mixed of the four nearest.
fn sampled(
    grey: &Plane,
    width: usize,
    height: usize,
    from: impl Fn(f32, f32) -> (f32, f32),
) -> (Vec<u8>, usize, usize) {
    let (w, h) = (grey.width() as usize, grey.height() as usize);
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (fx, fy) = from(x as f32, y as f32);
            let (fx, fy) = (fx.clamp(0.0, (w - 1) as f32), fy.clamp(0.0, (h - 1) as f32));
            let (x0, y0) = (fx as usize, fy as usize);
            let at = |x: usize, y: usize| f32::from(grey.pixels()[y.min(h - 1) * w + x.min(w - 1)]);
            let (u, v) = (fx.fract(), fy.fract());
            let (up, low) =
                (at(x0, y0) * (1.0 - u) + at(x0 + 1, y0) * u, at(x0, y0 + 1) * (1.0 - u) + at(x0 + 1, y0 + 1) * u);
            pixels.push((up * (1.0 - v) + low * v) as u8);
        }
    }
    (pixels, width, height)
}

fn decoded<'a, B: Binarizer>(
    (pixels, width, height): &'a (Vec<u8>, usize, usize),
    formats: &[BarcodeFormat],
    binarizer: impl Fn(Luma8Source<'a>) -> B,
) -> Option<RXingResult> {
    let hints = DecodeHints {
        PossibleFormats: Some(formats.iter().copied().collect()),
        TryHarder: Some(true),
        ..DecodeHints::default()
    };
    // The reader is other people's code and the picture is hostile: a panic in it is a code that was not read.
    catch_unwind(AssertUnwindSafe(|| {
        let source = Luma8Source::new_with_slice(pixels, *width as u32, *height as u32).ok()?;
        let mut reader = MultiFormatReader::default();
        reader.set_hints(&hints);
        reader.decode_with_state(&mut BinaryBitmap::new(binarizer(source))).ok()
    }))
    .ok()
    .flatten()
}

fn code(found: &RXingResult, place: PixelBox) -> Option<Code> {
    let kind = Kind::of(*found.getBarcodeFormat())?;
    Some(Code { kind, value: found.getText().chars().take(VALUE_MAX).collect(), place })
}

#[cfg(test)]
mod tests;
