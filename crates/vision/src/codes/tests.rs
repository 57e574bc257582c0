//! Codes are drawn onto pictures, turned, scaled and written as JPEG, and must be read from them.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use rxing::common::BitMatrix;
use rxing::oned::{Code128Writer, EAN8Writer, EAN13Writer, UPCAWriter};
use rxing::qrcode::QRCodeWriter;
use rxing::{BarcodeFormat, Writer};

use super::*;
use crate::decode::{Limits, decode};

fn bits(writer: &dyn Fn() -> rxing::common::Result<BitMatrix>) -> BitMatrix {
    writer().unwrap_or_else(|e| unreachable!("a code of our own: {e}"))
}

fn qr(text: &str) -> BitMatrix {
    bits(&|| QRCodeWriter.encode(text, &BarcodeFormat::QR_CODE, 0, 0))
}

fn ean13(text: &str) -> BitMatrix {
    bits(&|| EAN13Writer.encode(text, &BarcodeFormat::EAN_13, 0, 40))
}

/// A photo-like ground with the code on a white card in its middle, turned by `angle`, a module `module` pixels wide.
fn photo(code: &BitMatrix, module: f32, angle: f32) -> Picture {
    let (side, rows) = (640u32, 480u32);
    let (w, h) = (code.getWidth() as f32, code.getHeight() as f32);
    let (sin, cos) = angle.sin_cos();
    let mut rgb = Vec::new();
    for y in 0..rows {
        for x in 0..side {
            let ink = |dx: f32, dy: f32| {
                let (px, py) = (x as f32 + dx - 320.0, y as f32 + dy - 240.0);
                let (u, v) = ((px * cos + py * sin) / module + w / 2.0, (py * cos - px * sin) / module + h / 2.0);
                if u < -6.0 || v < -6.0 || u > w + 6.0 || v > h + 6.0 {
                    // Cloth with a weave and a shadow.
                    return 96.0 + 40.0 * (x as f32 / 90.0).sin() + ((x * 7 + y * 13) % 11) as f32;
                }
                let is_dark = u >= 0.0 && v >= 0.0 && u < w && v < h && code.get(u as u32, v as u32);
                if is_dark { 30.0 } else { 232.0 }
            };
            let mean =
                [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)].iter().map(|d| ink(d.0, d.1)).sum::<f32>()
                    / 4.0;
            rgb.extend([mean as u8; 3]);
        }
    }
    let image = turbojpeg::Image {
        pixels: rgb.as_slice(),
        width: 640,
        pitch: 1920,
        height: 480,
        format: turbojpeg::PixelFormat::RGB,
    };
    let bytes = turbojpeg::compress(image, 80, turbojpeg::Subsamp::Sub2x2);
    let bytes = bytes.unwrap_or_else(|e| unreachable!("a JPEG of our own: {e}"));
    decode(&bytes, &Limits::default()).unwrap_or_else(|e| unreachable!("a JPEG of our own: {e}"))
}

fn values(picture: &Picture) -> Vec<(Kind, String)> {
    read(picture).into_iter().map(|code| (code.kind, code.value)).collect()
}

#[test]
fn qr_codes_are_read_at_any_angle_and_size() {
    let code = qr("https://example.org/album/4711");
    for (module, angle) in [(3.0, 0.0), (4.0, 0.2), (5.5, 0.8), (7.0, 1.6), (9.0, 2.7), (4.5, 3.1)] {
        let found = values(&photo(&code, module, angle));
        assert_eq!(found, [(Kind::Qr, "https://example.org/album/4711".into())], "module {module}, angle {angle}");
    }
}

#[test]
fn bars_are_read_at_any_angle_and_size() {
    let code = ean13("4006381333931");
    for (module, angle) in [(2.0, 0.0), (2.5, 0.3), (3.0, -0.7), (3.0, 1.57), (4.0, 0.1), (3.5, 2.5)] {
        let found = values(&photo(&code, module, angle));
        assert_eq!(found, [(Kind::Ean13, "4006381333931".into())], "module {module}, angle {angle}");
    }
}

#[test]
fn each_symbology_says_its_value() {
    let code128 = bits(&|| Code128Writer.encode("TS-2291", &BarcodeFormat::CODE_128, 0, 40));
    assert_eq!(values(&photo(&code128, 3.0, 0.1)), [(Kind::Code128, "TS-2291".into())]);
    let ean8 = bits(&|| EAN8Writer.encode("96385074", &BarcodeFormat::EAN_8, 0, 40));
    assert_eq!(values(&photo(&ean8, 3.0, 0.1)), [(Kind::Ean8, "96385074".into())]);
    let upc = bits(&|| UPCAWriter::default().encode("036000291452", &BarcodeFormat::UPC_A, 0, 40));
    let found = read(&photo(&upc, 3.0, 0.1));
    let gtins: Vec<_> = found.iter().filter_map(Code::gtin).collect();
    assert_eq!(gtins, ["00036000291452"]);
}

#[test]
fn a_code_is_where_it_was_drawn() {
    let found = read(&photo(&qr("hello"), 6.0, 0.4));
    let place = found.first().expect("a code").place;
    assert!(place.x1 < 300 && place.x2 > 340 && place.y1 < 220 && place.y2 > 260, "{place:?}");
    assert!(place.area() < 400 * 400, "{place:?}");
}

#[test]
fn check_digits_tell_numbers_of_products() {
    assert_eq!(gtin("4006381333931").as_deref(), Some("04006381333931"));
    assert_eq!(gtin("036000291452").as_deref(), Some("00036000291452"));
    assert_eq!(gtin("96385074").as_deref(), Some("00000096385074"));
    for wrong in ["4006381333932", "400638133393", "", "00000000", "400638133393x", "４００６３８１３３３９３１"]
    {
        assert_eq!(gtin(wrong), None, "{wrong}");
    }
}

#[test]
fn gs1_and_zero_suppressed_numbers_are_understood() {
    let code = |kind, value: &str| Code { kind, value: value.into(), place: PixelBox { x1: 0, y1: 0, x2: 1, y2: 1 } };
    let gs1 = code(Kind::Code128, "]C10104006381333931172611");
    assert_eq!(gs1.gtin().as_deref(), Some("04006381333931"));
    assert_eq!(code(Kind::UpcE, "01234565").gtin().as_deref(), Some("00012345000065"));
    assert_eq!(code(Kind::Qr, "https://example.org").gtin(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn noise_neither_panics_nor_says_anything(seed in any::<u64>(), width in 1u32..200, height in 1u32..200) {
        let mut state = seed | 1;
        let mut next = || { state ^= state << 13; state ^= state >> 7; state ^= state << 17; state as u8 };
        let rgb = (0..3 * width * height).map(|_| next()).collect();
        let picture = Picture::new(width, height, rgb).expect("as many bytes");
        prop_assert!(read(&picture).is_empty());
    }
}
