//! Broken, lying and hostile files get a reason, and cost little.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::ExtendedColorType;
use proptest::prelude::*;
use touchstone_vision::decode::{Format, Limits, Refusal, decode, decode_scaled, grey_scaled, header};

use crate::drawn::rings;
use crate::files::{Jpeg, chunk, claiming, gif, png, webp, with_segment};
use crate::memory::rises;

fn refused(file: &[u8]) -> Refusal {
    let limits = Limits::default();
    let refusal = decode(file, &limits).unwrap_err();
    assert_eq!(decode_scaled(file, &limits, 64).unwrap_err(), refusal);
    assert_eq!(grey_scaled(file, &limits, 64).unwrap_err(), refusal);
    refusal
}

fn small() -> [(Format, Vec<u8>); 5] {
    let drawn = rings(90, 70, 1);
    [
        (Format::Jpeg, Jpeg::default().write(&drawn)),
        (Format::Jpeg, Jpeg { progressive: true, ..Jpeg::default() }.write(&drawn)),
        (Format::Png, png(drawn.rgb(), 90, 70, ExtendedColorType::Rgb8)),
        (Format::WebP, webp(&drawn)),
        (Format::Gif, gif(90, 70, &[[1, 2, 3, 255], [4, 5, 6, 255]])),
    ]
}

#[test]
fn a_truncated_file_is_refused_wherever_it_ends() {
    for (format, file) in small() {
        let whole = if format == Format::Gif { file.len() / 3 } else { file.len() * 9 / 10 };
        for end in (13..whole).step_by(7).chain([12]) {
            let refusal = refused(&file[..end]);
            let named = matches!(&refusal, Refusal::Truncated { format: f } | Refusal::Damaged { format: f, .. } if *f == format);
            assert!(named, "{format} of {end} bytes: {refusal}");
        }
    }
}

#[test]
fn a_jpeg_that_ends_within_its_picture_is_called_truncated() {
    for (_, file) in &small()[..2] {
        for cut in [3, 5, 20, file.len() / 3] {
            assert_eq!(refused(&file[..file.len() - cut]), Refusal::Truncated { format: Format::Jpeg });
        }
    }
}

#[test]
fn a_jpeg_that_lacks_only_the_mark_of_its_end_is_whole() {
    let (_, file) = &small()[0];
    let limits = Limits::default();
    assert_eq!(decode(&file[..file.len() - 2], &limits), decode(file, &limits));
}

#[test]
fn a_damaged_jpeg_is_refused() {
    let (_, mut file) = small()[0].clone();
    let middle = file.len() / 2;
    file[middle..middle + 40].fill(0xff);
    assert_eq!(refused(&file).code(), "damaged");
}

#[test]
fn what_follows_a_picture_does_not_matter() {
    let archive = [&b"PK\x03\x04"[..], &[7; 300]].concat();
    let page = b"<html><script>alert(1)</script></html>";
    for (format, file) in small() {
        let whole = decode(&file, &Limits::default()).unwrap();
        for more in [&archive[..], page, &[0; 5000], &[0xff; 9]] {
            let both = [&file[..], more].concat();
            assert_eq!(decode(&both, &Limits::default()), Ok(whole.clone()), "{format}");
        }
    }
}

#[test]
fn a_comment_that_is_another_file_does_not_matter() {
    let (_, file) = &small()[0];
    let polyglot = with_segment(file, 0xfe, b"<?php system($_GET[0]); ?>GIF89a%PDF-1.7");
    assert_eq!(decode(&polyglot, &Limits::default()), decode(file, &Limits::default()));
}

#[test]
fn a_file_is_what_its_bytes_say() {
    let named: [(&[u8], &str); 10] = [
        (b"", "empty"),
        (b"hello", "unknown_format"),
        (b"\xff\xd8", "unknown_format"),
        (b"MZ\x90\0 a program", "unknown_format"),
        (b"%PDF-1.7", "unsupported_format"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", "unsupported_format"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "unsupported_format"),
        (b"BM\x36\x84\x03\0\0\0", "unsupported_format"),
        (b"  <svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
        (b"\n<!DOCTYPE html><html>not found</html>", "unsupported_format"),
    ];
    for (file, code) in named {
        assert_eq!(refused(file).code(), code, "{}", String::from_utf8_lossy(file));
    }
    assert_eq!(refused(b"\0\0\0\x20ftypavif\0\0\0\0").to_string(), "AVIF is not read; send JPEG, PNG, WebP or GIF");
}

fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let packed = [0x78, 0x9c, 3, 0, 0, 0, 0, 1];
    [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &head)[..], &chunk(b"IDAT", &packed), &chunk(b"IEND", b"")].concat()
}

fn gif_claiming(width: u16, height: u16) -> Vec<u8> {
    let mut file = gif(2, 2, &[[0, 0, 0, 255]]);
    file[6..8].copy_from_slice(&width.to_le_bytes());
    file[8..10].copy_from_slice(&height.to_le_bytes());
    file
}

/// An extended WebP with nothing in it but a canvas.
fn webp_claiming(width: u32, height: u32) -> Vec<u8> {
    let side = |pixels: u32| (pixels - 1).to_le_bytes()[..3].to_vec();
    let head = [&b"VP8X\x0a\0\0\0\0\0\0\0"[..], &side(width), &side(height)].concat();
    [b"RIFF", &(head.len() as u32 + 4).to_le_bytes()[..], b"WEBP", &head].concat()
}

#[test]
fn a_header_of_billions_of_pixels_is_refused_before_anything_is_decoded() {
    let jpeg = claiming(&small()[0].1, 60_000, 60_000);
    for file in [jpeg, png_claiming(60_000, 60_000), gif_claiming(60_000, 60_000)] {
        let refusal = refused(&file);
        assert_eq!(refusal, Refusal::TooManyPixels { width: 60_000, height: 60_000, limit: 64_000_000 });
        assert_eq!(header(&file, &Limits::default()).unwrap_err(), refusal);
    }
    assert!(["too_many_pixels", "damaged"].contains(&refused(&png_claiming(u32::MAX >> 1, 2)).code()));
    assert_eq!(refused(&png_claiming(60_000, 10)).code(), "too_long");
    assert!(["too_many_pixels", "damaged", "truncated"].contains(&refused(&webp_claiming(16_384, 16_384)).code()));
}

#[test]
fn a_header_that_promises_more_than_the_file_holds_is_called_truncated() {
    assert_eq!(refused(&claiming(&small()[0].1, 8000, 8000)), Refusal::Truncated { format: Format::Jpeg });
    assert_eq!(refused(&claiming(&small()[1].1, 2000, 2000)).code(), "truncated");
    assert!(["truncated", "damaged"].contains(&refused(&png_claiming(7000, 7000)).code()));
}

#[test]
fn a_picture_without_pixels_is_refused() {
    for (width, height) in [(0, 0), (0, 9), (9, 0)] {
        refused(&claiming(&small()[0].1, width, height));
        refused(&png_claiming(u32::from(width), u32::from(height)));
        refused(&gif_claiming(width, height));
    }
}

#[test]
fn a_limit_says_what_it_is() {
    let (_, file) = &small()[0];
    let tight = Limits { bytes_max: 100, ..Limits::default() };
    let said = decode(file, &tight).unwrap_err().to_string();
    assert_eq!(said, format!("{} bytes, at most 100 are looked at; save it smaller or at a lower quality", file.len()));
    let tight = Limits { memory_bytes_max: 1000, ..Limits::default() };
    assert_eq!(decode(file, &tight).unwrap_err().code(), "too_much_memory");
}

#[test]
fn what_a_png_packs_beside_its_pixels_is_not_unpacked() {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    (0..256).for_each(|_| packed.write_all(&[0; 1 << 20]).unwrap());
    let packed = packed.finish().unwrap();
    let (_, file) = &small()[2];
    let (head, rest) = file.split_at(33);
    for (kind, body) in [(b"zTXt", [&b"Comment\0\0"[..], &packed]), (b"iCCP", [&b"profile\0\0"[..], &packed])] {
        let bomb = [head, &chunk(kind, &body.concat()), rest].concat();
        let rose = rises(&String::from_utf8_lossy(kind), &bomb);
        assert!(rose < 16 << 20, "{rose} bytes held");
    }
}

#[test]
fn a_jpeg_of_endless_scans_is_refused() {
    let (_, file) = &small()[1];
    let scan = file.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let end = file.len() - 2;
    let bomb = [&file[..end], &file[scan..end].repeat(2000), &file[end..]].concat();
    refused(&bomb);
}

proptest! {
    /// Whatever happens to a file on its way, it is read or refused.
    #[test]
    fn damage_is_survived(
        which in 0_usize..5,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut: Option<prop::sample::Index>,
        at_least in 0_u32..200,
    ) {
        let (_, mut file) = small()[which].clone();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        // A changed size must not make the test slow.
        let limits = Limits { pixels_max: 4_000_000, ..Limits::default() };
        let _ = header(&file, &limits);
        let _ = grey_scaled(&file, &limits, at_least);
        if let (Ok(whole), Ok(scaled)) = (decode(&file, &limits), decode_scaled(&file, &limits, at_least)) {
            prop_assert_eq!((whole.width(), whole.height()), (scaled.width, scaled.height));
        }
    }

    #[test]
    fn noise_is_survived(start in 0_usize..5, noise in prop::collection::vec(any::<u8>(), 0..400), keep in 0_usize..60) {
        let (_, file) = small()[start].clone();
        let file = [&file[..keep], &noise].concat();
        let _ = decode(&file, &Limits { pixels_max: 4_000_000, ..Limits::default() });
    }
}
