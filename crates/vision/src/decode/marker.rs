//! What stands in a JPEG before its first scan: size, kind, orientation.
//!
//! libjpeg-turbo reads the same segments and decides; this walk only learns what its interface does not tell. It never
//! fails: where the segments end or make no sense, what was learnt so far is what is known.

use image::metadata::Orientation;

/// What the segments say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Segments {
    /// Bits a sample, 0 if no frame was found.
    pub(super) precision: u8,
    /// Coefficients of all components for each pixel, in 1/256: 256 for grey, 384 for 4:2:0, 768 for 4:4:4.
    pub(super) coefficients_per_pixel_256: u64,
    /// Blocks of 8 × 8 in all components.
    pub(super) blocks: u64,
    /// Whether libjpeg must keep all coefficients: progressive, or components in scans of their own.
    pub(super) kept: bool,
    /// Whether one scan of Huffman codes holds everything: then a block takes at least two bits.
    pub(super) plain: bool,
    /// Whether Adobe's marker stands there: CMYK is then stored inverted.
    pub(super) adobe: bool,
    /// How to turn it.
    pub(super) orientation: Orientation,
    /// Where the codes of the first scan begin.
    pub(super) scan: usize,
}

const EXIF: &[u8] = b"Exif\0\0";

pub(super) fn walk(bytes: &[u8]) -> Segments {
    let mut seen = Segments {
        precision: 0,
        coefficients_per_pixel_256: 768,
        blocks: 0,
        kept: true,
        plain: false,
        adobe: false,
        orientation: Orientation::NoTransforms,
        scan: bytes.len(),
    };
    let (mut at, mut components, mut code_of_frame) = (2, 0, 0);
    while let Some((code, body, next)) = segment(bytes, at) {
        match code {
            0xe1 if body.starts_with(EXIF) && seen.orientation == Orientation::NoTransforms => {
                let orientation = Orientation::from_exif_chunk(&body[EXIF.len()..]);
                seen.orientation = orientation.unwrap_or(Orientation::NoTransforms);
            }
            0xee => seen.adobe |= body.starts_with(b"Adobe"),
            // All frames but tables of Huffman (c4) and arithmetic (cc) codes, and an extension (c8).
            0xc0..=0xcf if !matches!(code, 0xc4 | 0xc8 | 0xcc) && components == 0 => {
                code_of_frame = code;
                components = frame(body, &mut seen);
            }
            0xda => {
                let whole = components > 0 && body.first() == Some(&components);
                seen.kept = !whole || !matches!(code_of_frame, 0xc0 | 0xc1 | 0xc3 | 0xc9 | 0xcb);
                seen.plain = whole && matches!(code_of_frame, 0xc0 | 0xc1);
                seen.scan = next;
                return seen;
            }
            _ => {}
        }
        at = next;
    }
    seen
}

/// The next segment: its code, its body, and where it ends. None at the end of the file or of the picture.
fn segment(bytes: &[u8], mut at: usize) -> Option<(u8, &[u8], usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        at += bytes[at..].iter().position(|byte| *byte != 0xff)?;
        let code = bytes[at];
        at += 1;
        match code {
            0 | 1 | 0xd0..=0xd8 => {}
            0xd9 => return None,
            _ => {
                let length = usize::from(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
                let end = at + length.max(2);
                return Some((code, bytes.get(at + 2..end)?, end));
            }
        }
    }
}

/// Notes what a frame's segment says; gives the number of its components, 0 if it makes no sense.
fn frame(body: &[u8], seen: &mut Segments) -> u8 {
    let [precision, h1, h2, w1, w2, count, components @ ..] = body else { return 0 };
    let factors =
        || components.chunks_exact(3).take(usize::from(*count)).map(|c| (u64::from(c[1] >> 4), u64::from(c[1] & 15)));
    let across = factors().map(|(h, _)| h).max().unwrap_or(0);
    let down = factors().map(|(_, v)| v).max().unwrap_or(0);
    if across == 0 || down == 0 {
        return 0;
    }
    let samples: u64 = factors().map(|(h, v)| h * v).sum();
    let (height, width) = (u64::from(u16::from_be_bytes([*h1, *h2])), u64::from(u16::from_be_bytes([*w1, *w2])));
    seen.precision = *precision;
    seen.coefficients_per_pixel_256 = samples * 256 / (across * down);
    seen.blocks = width.div_ceil(8 * across) * height.div_ceil(8 * down) * samples;
    *count
}
