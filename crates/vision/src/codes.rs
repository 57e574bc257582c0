//! Reads QR and bar codes.

use std::collections::HashSet;

use rxing::common::HybridBinarizer;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiFormatReader};

use crate::{Picture, PixelBox};

/// Which symbology a code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// QR code.
    Qr,
    /// Data Matrix, ECC 200.
    DataMatrix,
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
    /// One word for outputs: `qr`, `data_matrix`, `ean_13`, `ean_8`, `upc_a`, `upc_e`, `code_128`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Qr => "qr",
            Self::DataMatrix => "data_matrix",
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
            BarcodeFormat::DATA_MATRIX => Self::DataMatrix,
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
    /// What it says.
    pub value: String,
    /// Where, in pixels of the picture.
    pub place: PixelBox,
}

/// All codes that can be read, from the top.
pub fn read(picture: &Picture) -> Vec<Code> {
    let grey = picture.grey();
    let formats = HashSet::from([
        BarcodeFormat::QR_CODE,
        BarcodeFormat::EAN_13,
        BarcodeFormat::EAN_8,
        BarcodeFormat::UPC_A,
        BarcodeFormat::UPC_E,
        BarcodeFormat::CODE_128,
    ]);
    let hints = DecodeHints { PossibleFormats: Some(formats), TryHarder: Some(true), ..DecodeHints::default() };
    let mut reader = MultiFormatReader::default();
    reader.set_hints(&hints);
    let source = Luma8Source::new_with_slice(grey.pixels(), grey.width(), grey.height());
    let Ok(source) = source else { return Vec::new() };
    let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(source));
    let found = reader.decode_with_state(&mut bitmap).ok();
    found.and_then(|found| code(&found, picture)).into_iter().collect()
}

fn code(found: &rxing::RXingResult, picture: &Picture) -> Option<Code> {
    let kind = Kind::of(*found.getBarcodeFormat())?;
    let frame = picture.frame();
    let mut place = PixelBox { x1: frame.x2, y1: frame.y2, x2: 0, y2: 0 };
    for point in found.getPoints() {
        let (x, y) = (point.x.clamp(0.0, frame.x2 as f32) as u32, point.y.clamp(0.0, frame.y2 as f32) as u32);
        place = PixelBox { x1: place.x1.min(x), y1: place.y1.min(y), x2: place.x2.max(x), y2: place.y2.max(y) };
    }
    Some(Code { kind, value: found.getText().to_owned(), place })
}
