//! What a file is, by its first bytes.

use std::fmt;

use super::Refusal;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// JPEG, baseline, progressive or lossless, of 8 bits.
    Jpeg,
    /// PNG, of an animated one the still picture.
    Png,
    /// WebP, of an animated one the first frame.
    WebP,
    /// GIF, the first frame.
    Gif,
}

impl Format {
    /// The word for it in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Formats that people send and that are not read, so that they are told what they sent.
const UNREAD: [(usize, &[u8], &str); 15] = [
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypavis", "AVIF"),
    (4, b"ftyphei", "HEIC"),
    (4, b"ftyphev", "HEIC"),
    (4, b"ftypmif1", "HEIC or AVIF"),
    (4, b"ftyp", "video"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"BM", "BMP"),
    (0, b"8BPS", "Photoshop"),
    (0, b"%PDF", "PDF"),
    (0, b"PK\x03\x04", "ZIP"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"\0\0\0\x0cJXL ", "JPEG XL"),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
];

pub(super) fn format(bytes: &[u8]) -> Result<Format, Refusal> {
    if bytes.starts_with(b"\xff\xd8\xff") {
        return Ok(Format::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Format::Png);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Ok(Format::WebP);
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        return Ok(Format::Gif);
    }
    Err(unread(bytes))
}

fn unread(bytes: &[u8]) -> Refusal {
    let known = UNREAD.iter().find(|(at, magic, _)| bytes.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    if let Some((_, _, what)) = known {
        return Refusal::Unsupported { what };
    }
    let text = bytes.trim_ascii_start().get(..512.min(bytes.trim_ascii_start().len())).unwrap_or_default();
    let says = |word: &[u8]| text.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word));
    match text.first() {
        Some(b'<') if says(b"<svg") => Refusal::Unsupported { what: "SVG" },
        Some(b'<') if says(b"<html") || says(b"<!doctype html") => Refusal::Unsupported { what: "a web page" },
        _ => Refusal::Unknown,
    }
}
