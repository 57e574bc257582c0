//! A picture with labelled boxes on it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use touchstone_signals::pictures::Place;

use super::escaped;

/// A label of a box that begins within this share of the height, in percent, stands inside: above it is no room.
const ROOM: f64 = 6.0;
/// A box that begins beyond this share of the width has its label at its right edge.
const RIGHT: f64 = 60.0;
/// Colours of boxes, in the style sheet.
const COLOURS: usize = 6;

/// A box with its number, colour and label.
pub(super) struct Boxed {
    pub(super) number: usize,
    pub(super) place: Place,
    pub(super) label: String,
}

impl Boxed {
    /// The number, in the colour of the box.
    pub(super) fn chip(&self) -> String {
        chip(self.number)
    }
}

pub(super) fn chip(number: usize) -> String {
    format!("<b class=\"chip {}\">{number}</b>", colour(number))
}

fn colour(number: usize) -> String {
    format!("c{}", number.saturating_sub(1) % COLOURS)
}

/// Writes a picture of so many pixels, or an empty frame where its file is not there.
pub(super) fn shot<'b>(
    page: &mut String,
    file: Option<&[u8]>,
    [width, height]: [u32; 2],
    boxes: impl Iterator<Item = &'b Boxed>,
) {
    let _ = write!(page, "<div class=\"shot\" style=\"aspect-ratio:{width}/{height};width:{width}px\">");
    if let Some(bytes) = file {
        let _ = write!(page, "<img alt=\"\" src=\"{}\">", address(bytes));
    }
    for each in boxes {
        let [x1, y1, x2, y2] = each.place;
        let share = |part: u32, whole: u32| 100.0 * f64::from(part.min(whole)) / f64::from(whole.max(1));
        let (left, top) = (share(x1, width), share(y1, height));
        let (wide, high) = (share(x2, width) - left, share(y2, height) - top);
        let inside = if top < ROOM { " in" } else { "" };
        let right = if left > RIGHT { " right" } else { "" };
        let _ = write!(
            page,
            "<div class=\"box {}{inside}{right}\" style=\"left:{left:.2}%;top:{top:.2}%;width:{wide:.2}%;height:{high:.2}%\">\
             <b>{} {}</b></div>",
            colour(each.number),
            each.number,
            escaped(&each.label),
        );
    }
    page.push_str("</div>");
}

/// An address that holds a picture's file.
fn address(bytes: &[u8]) -> String {
    let kind = match bytes {
        [0xff, 0xd8, ..] => "jpeg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [b'R', b'I', b'F', b'F', ..] => "webp",
        _ => "avif",
    };
    format!("data:image/{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}
