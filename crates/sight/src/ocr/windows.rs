//! Windows over a picture, and what is found in them brought together.

use touchstone_vision::{Picture, PixelBox};

use super::rectangle::Rectangle;

/// A picture up to so many times as long as wide is looked at whole.
const LONG: u32 = 2;
/// Windows at most; a longer picture is looked at in longer windows.
const WINDOWS_MAX: u32 = 16;
/// Share of an upright box that two findings of one line have in common.
const SAME: f32 = 0.4;

/// The whole picture, or squares along a long one; each laps over a quarter of the next.
pub(super) fn over(picture: &Picture) -> Vec<PixelBox> {
    let (shorter, longer) = (picture.width().min(picture.height()), picture.width().max(picture.height()));
    if longer <= LONG.saturating_mul(shorter) {
        return vec![picture.frame()];
    }
    let stride = (shorter * 3 / 4).max(longer / WINDOWS_MAX).max(1);
    let starts = (0..longer.saturating_sub(stride / 3)).step_by(stride as usize);
    let part = |start: u32| (start, (start + stride + stride / 3).min(longer));
    let window = |(start, end): (u32, u32)| {
        if picture.width() < picture.height() {
            PixelBox { x1: 0, y1: start, x2: shorter, y2: end }
        } else {
            PixelBox { x1: start, y1: 0, x2: end, y2: shorter }
        }
    };
    starts.map(part).map(window).collect()
}

/// Adds what was found in a window. Of two findings of one line, as where windows lap, the larger one stays.
pub(super) fn add(places: &mut Vec<Rectangle>, found: Vec<Rectangle>, window: PixelBox) {
    let before = places.len();
    for rectangle in found {
        let rectangle = rectangle.moved(window.x1, window.y1);
        let frame = rectangle.frame(u32::MAX, u32::MAX);
        let same = |other: &Rectangle| {
            let other = other.frame(u32::MAX, u32::MAX);
            let smaller = frame.area().min(other.area()).max(1);
            frame.meet(&other).area() as f32 / smaller as f32 > SAME
        };
        match places[..before].iter().position(same) {
            Some(at) if places[at].frame(u32::MAX, u32::MAX).area() < frame.area() => places[at] = rectangle,
            Some(_) => {}
            None => places.push(rectangle),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(width: u32, height: u32) -> Vec<PixelBox> {
        let picture = Picture::new(width, height, vec![0; 3 * width as usize * height as usize]);
        over(&picture.unwrap_or_else(|| unreachable!("all pixels are there")))
    }

    #[test]
    fn a_usual_picture_is_looked_at_whole() {
        assert_eq!(windows(600, 900), [PixelBox { x1: 0, y1: 0, x2: 600, y2: 900 }]);
    }

    #[test]
    fn windows_cover_a_long_picture_and_lap() {
        for (width, height) in [(100, 950), (950, 100), (1, 700), (3, 7)] {
            let found = windows(width, height);
            assert!(found.len() > 1 && found.len() <= 1 + WINDOWS_MAX as usize, "{width} {height} {}", found.len());
            let reach = found.iter().fold(0, |reach, window| {
                let (start, end) = if width < height { (window.y1, window.y2) } else { (window.x1, window.x2) };
                assert!(start <= reach && start < end, "{window:?}");
                end
            });
            assert_eq!(reach, width.max(height));
        }
    }
}
