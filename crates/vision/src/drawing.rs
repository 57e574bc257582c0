//! A logo as its owner draws it, in SVG, as pictures that a camera could have taken of it.
//!
//! A mark of one colour is printed in any colour on any ground, so it is drawn dark on light, light on dark, and between;
//! what has colours of its own keeps them, on a light and on a dark ground. Only shapes are drawn: letters belong in the
//! file as outlines, since whoever reads it may not have the font.

use resvg::tiny_skia::{Pixmap, PremultipliedColorU8, Transform};
use resvg::usvg::{Options, Tree};

use crate::Picture;

/// Bytes of a file.
pub const BYTES_MAX: usize = 1 << 20;
/// Elements of a file; the largest of the 3,470 marks of simple-icons has 3.
const ELEMENTS_MAX: usize = 20_000;
/// Elements that repeat another: what they repeat may repeat others, so that the drawing is larger than its file by the
/// power of this.
const REPEATS_MAX: usize = 16;
/// Pixels of the longer side.
const SIDE: f32 = 256.0;
/// The shorter side is at least this part of the longer.
const FLAT_MAX: f32 = 16.0;
/// Pixels left free on all sides.
const MARGIN: u32 = 12;
/// Levels of a pixel's colour within which a mark has one colour.
const ONE_COLOUR: u8 = 24;
/// Ink and ground of a mark of one colour, in levels of grey.
const PRINTED: [(u8, u8); 4] = [(24, 240), (240, 24), (40, 170), (235, 110)];
/// Grounds of what has colours of its own.
const GROUNDS: [u8; 2] = [245, 30];

/// What a file must not hold, and what to do instead.
const REFUSED: [(&str, &str); 5] = [
    ("<text", "turn its letters into outlines"),
    ("<image", "a picture belongs in a picture's file: send it as PNG"),
    ("<filter", "draw it without filters"),
    ("<!ENTITY", "write it without entities of its own"),
    ("<foreignObject", "draw it as shapes"),
];

/// Why a file is no drawing that is used, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undrawn {
    /// More bytes than the limit.
    #[error("{bytes} bytes, at most {BYTES_MAX} of an SVG are drawn; simplify its outlines")]
    TooManyBytes {
        /// Bytes of the file.
        bytes: usize,
    },
    /// More elements than the limit, or more of them that repeat others.
    #[error(
        "too many elements, at most {ELEMENTS_MAX} are drawn, {REPEATS_MAX} of them by <use>; simplify the drawing"
    )]
    TooMany,
    /// Something in it that is not drawn.
    #[error("{what} is not drawn; {hint}")]
    Refused {
        /// What it begins with.
        what: &'static str,
        /// What to do instead.
        hint: &'static str,
    },
    /// Not SVG, or damaged.
    #[error("damaged SVG: {0}; save it again from the original")]
    Damaged(String),
    /// Nothing that leaves ink.
    #[error("an SVG that draws nothing")]
    Blank,
}

/// Whether a file says that it is SVG.
pub fn is_drawing(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    text.starts_with("<svg") || (text.starts_with('<') && text.contains("<svg"))
}

/// The mark as printed on several grounds, two to four pictures of at most 280 pixels a side.
///
/// # Errors
/// What is no SVG, costs too much to draw, or would not look as its owner means it.
pub fn drawn(svg: &[u8]) -> Result<Vec<Picture>, Undrawn> {
    let inked = inked(&checked(svg)?)?;
    let pixels = inked.pixels();
    match one_colour(pixels) {
        true => Ok(PRINTED.iter().filter_map(|(ink, ground)| printed(&inked, [*ink; 3], *ground)).collect()),
        false => Ok(GROUNDS.iter().filter_map(|ground| laid(&inked, *ground)).collect()),
    }
}

/// What may be drawn, by its text alone.
fn checked(svg: &[u8]) -> Result<String, Undrawn> {
    if svg.len() > BYTES_MAX {
        return Err(Undrawn::TooManyBytes { bytes: svg.len() });
    }
    let text = String::from_utf8(svg.to_vec()).map_err(|_| Undrawn::Damaged("not UTF-8".to_owned()))?;
    // An element may have the prefix of a namespace.
    let holds = |what: &str| text.contains(what) || text.contains(&what.replace('<', ":"));
    if let Some((what, hint)) = REFUSED.into_iter().find(|(what, _)| holds(what)) {
        return Err(Undrawn::Refused { what, hint });
    }
    let repeats = text.matches("<use").count() + text.matches(":use").count();
    if text.matches('<').count() > 2 * ELEMENTS_MAX || repeats > REPEATS_MAX {
        return Err(Undrawn::TooMany);
    }
    Ok(text)
}

/// The drawing alone, as large as its shapes and a margin.
fn inked(svg: &str) -> Result<Pixmap, Undrawn> {
    let tree = Tree::from_str(svg, &Options::default()).map_err(|error| Undrawn::Damaged(error.to_string()))?;
    let shapes = tree.root().abs_layer_bounding_box();
    let (width, height) = (shapes.width(), shapes.height());
    let longer = width.max(height);
    if !(longer.is_finite() && longer > 0.0) || longer > FLAT_MAX * width.min(height) {
        return Err(Undrawn::Blank);
    }
    let scale = SIDE / longer;
    let side = |length: f32| (length * scale).ceil() as u32 + 2 * MARGIN;
    let mut map = Pixmap::new(side(width), side(height)).ok_or(Undrawn::Blank)?;
    let margin = MARGIN as f32;
    let place = Transform::from_translate(-shapes.x(), -shapes.y()).post_scale(scale, scale);
    resvg::render(&tree, place.post_translate(margin, margin), &mut map.as_mut());
    if map.pixels().iter().all(|pixel| pixel.alpha() < 128) { Err(Undrawn::Blank) } else { Ok(map) }
}

/// Whether all that covers the ground has one colour.
fn one_colour(pixels: &[PremultipliedColorU8]) -> bool {
    let mut covering = pixels.iter().filter(|pixel| pixel.alpha() > 240).map(|pixel| colour(*pixel));
    let Some(first) = covering.next() else { return true };
    covering.all(|colour| colour.iter().zip(first).all(|(a, b)| a.abs_diff(b) <= ONE_COLOUR))
}

fn colour(pixel: PremultipliedColorU8) -> [u8; 3] {
    let plain = pixel.demultiply();
    [plain.red(), plain.green(), plain.blue()]
}

/// In one ink on a ground.
fn printed(map: &Pixmap, ink: [u8; 3], ground: u8) -> Option<Picture> {
    picture(map, |pixel| over(ink, pixel.alpha(), ground))
}

/// In its own colours on a ground.
fn laid(map: &Pixmap, ground: u8) -> Option<Picture> {
    picture(map, |pixel| over(colour(pixel), pixel.alpha(), ground))
}

fn over(ink: [u8; 3], alpha: u8, ground: u8) -> [u8; 3] {
    let alpha = u32::from(alpha);
    ink.map(|ink| ((u32::from(ink) * alpha + u32::from(ground) * (255 - alpha) + 127) / 255) as u8)
}

fn picture(map: &Pixmap, pixel: impl Fn(PremultipliedColorU8) -> [u8; 3]) -> Option<Picture> {
    Picture::new(map.width(), map.height(), map.pixels().iter().flat_map(|p| pixel(*p)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn svg(inner: &str) -> Vec<u8> {
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{inner}</svg>"#).into_bytes()
    }

    #[test]
    fn a_mark_of_one_colour_is_printed_four_ways_and_fills_the_picture() {
        let pictures = drawn(&svg(r#"<path d="M4 4h8v16H4z"/>"#)).unwrap_or_default();
        assert_eq!(pictures.len(), 4);
        for (picture, (ink, ground)) in pictures.iter().zip(PRINTED) {
            assert_eq!((picture.width(), picture.height()), (128 + 2 * MARGIN, 256 + 2 * MARGIN));
            assert_eq!((picture.pixel(76, 140), picture.pixel(2, 2)), ([ink; 3], [ground; 3]));
        }
    }

    #[test]
    fn colours_of_its_own_are_kept() {
        let two = r#"<path fill="red" d="M0 0h12v24H0z"/><path fill="blue" d="M12 0h12v24H12z"/>"#;
        let pictures = drawn(&svg(two)).unwrap_or_default();
        assert_eq!(pictures.len(), 2);
        assert!(pictures.iter().all(|p| p.pixel(60, 140) == [255, 0, 0] && p.pixel(220, 140) == [0, 0, 255]));
    }

    #[test]
    fn what_would_not_look_as_meant_says_what_to_do() {
        let said = |inner: &str| drawn(&svg(inner)).map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(said("<text>Gucci</text>"), "<text is not drawn; turn its letters into outlines");
        assert_eq!(said(""), "an SVG that draws nothing");
        assert_eq!(said(r#"<path d="M0 0h24"/>"#), "an SVG that draws nothing");
        assert!(drawn(b"<svg").is_err_and(|error| error.to_string().starts_with("damaged SVG: ")));
        assert!(drawn(&[0xff, 0xfe]).is_err());
    }

    #[test]
    fn what_repeats_itself_without_end_costs_little() {
        let level = |n: usize| format!(r##"<g id="l{n}">{}</g>"##, format!(r##"<use href="#l{}"/>"##, n + 1).repeat(2));
        let bomb: String = (0..40).map(level).collect();
        assert_eq!(drawn(&svg(&bomb)), Err(Undrawn::TooMany));
        assert_eq!(drawn(&vec![b'<'; BYTES_MAX + 1]), Err(Undrawn::TooManyBytes { bytes: BYTES_MAX + 1 }));
        assert_eq!(drawn(&svg(&"<g>".repeat(50_000))), Err(Undrawn::TooMany));
    }

    #[test]
    fn a_drawing_is_told_by_its_first_bytes() {
        assert!(is_drawing(b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- mark -->\n<svg/>"));
        assert!(!is_drawing(b"\xff\xd8\xff<svg") && !is_drawing(b"a <svg") && !is_drawing(b""));
    }
}
