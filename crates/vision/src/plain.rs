//! Tells pictures with nothing on them.
//!
//! A shop without a photo shows a grey square, a soft gradient, or a small sign in the middle of nothing. What all have
//! in common is how little they hold: laid over with a grid, hardly a cell has a step in it, and the few colours there are
//! lie close together. A product on white has edges all along its outline and shades within it.

use crate::Picture;

/// Cells along the longer side.
const CELLS: usize = 48;
/// Pixels along the longer side below which a picture shows nothing.
const SIDE_MIN: u32 = 24;
/// Difference between the lightest and the darkest pixel of a cell that is more than noise or a gradient.
const STEP: u8 = 14;
/// Permille of the cells with a step, up to which there is nothing to see.
const STEPPED: usize = 8;
/// Permille up to which a drawn sign may be all there is.
const SIGN: usize = 110;
/// Permille of a sign's picture that is of exactly one grey: a drawing, not a photo.
const ONE_GREY: usize = 850;
/// Greys, of the 256, that a drawn sign uses for all but a hundredth of its pixels.
const GREYS: usize = 12;

/// Whether there is nothing to see: one colour, a gradient, a few pixels, or a drawn sign of few greys in the middle of
/// one colour, as shops show where a photo is missing.
pub fn is_placeholder(picture: &Picture) -> bool {
    if picture.width().max(picture.height()) < SIDE_MIN {
        return true;
    }
    let grey = picture.grey();
    let stepped = stepped(grey.pixels(), grey.width() as usize, grey.height() as usize);
    if stepped <= STEPPED {
        return true;
    }
    let mut counts = [0usize; 256];
    grey.pixels().iter().for_each(|v| counts[usize::from(*v)] += 1);
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let all = grey.pixels().len();
    let is_drawn = counts[..3].iter().sum::<usize>() * 1000 >= all * ONE_GREY
        && counts[..GREYS].iter().sum::<usize>() * 100 >= all * 99;
    stepped <= SIGN && is_drawn && is_without_colour(picture)
}

/// Permille of the cells that have a step in them.
fn stepped(pixels: &[u8], width: usize, height: usize) -> usize {
    let side = width.max(height).div_ceil(CELLS);
    let (mut cells, mut stepped) = (0, 0);
    for y in (0..height).step_by(side) {
        for x in (0..width).step_by(side) {
            let rows =
                (y..(y + side).min(height)).map(|row| &pixels[row * width + x..row * width + (x + side).min(width)]);
            let (low, high) = rows.flatten().fold((u8::MAX, 0), |(low, high), v| (low.min(*v), high.max(*v)));
            cells += 1;
            stepped += usize::from(high - low > STEP);
        }
    }
    1000 * stepped / cells.max(1)
}

/// Whether all but a thousandth of the pixels are grey: signs for missing photos are, logos and products seldom.
fn is_without_colour(picture: &Picture) -> bool {
    let is_coloured = |p: &&[u8]| p.iter().max().zip(p.iter().min()).is_some_and(|(a, b)| a - b > 24);
    picture.rgb().chunks_exact(3).filter(is_coloured).count() * 3000 <= picture.rgb().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(side: u32, of: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let rgb = (0..side * side).flat_map(|n| of(n % side, n / side)).collect();
        Picture::new(side, side, rgb).unwrap_or_else(|| unreachable!("as many bytes"))
    }

    #[test]
    fn one_colour_and_a_gradient_show_nothing() {
        assert!(is_placeholder(&drawn(200, |_, _| [238; 3])));
        assert!(is_placeholder(&drawn(400, |x, y| [(x / 3) as u8, (y / 4) as u8, 90])));
        assert!(is_placeholder(&drawn(12, |x, y| [(x * 20) as u8, (y * 20) as u8, 0])));
    }

    #[test]
    fn a_grey_sign_in_the_middle_shows_nothing() {
        let sign = |x: u32, y: u32| {
            let is_frame = (120..180).contains(&x) && (130..170).contains(&y);
            let is_inside = (124..176).contains(&x) && (134..166).contains(&y);
            if is_frame && !is_inside { [170; 3] } else { [240; 3] }
        };
        assert!(is_placeholder(&drawn(300, sign)));
    }

    #[test]
    fn a_product_on_white_is_something() {
        let shirt = |x: u32, y: u32| {
            let is_shirt = (80..220).contains(&x) && (60..250).contains(&y);
            let fold = (20.0 * (x as f32 / 9.0).sin() + y as f32 / 5.0) as i32;
            if is_shirt { [120, 60, 70].map(|v: i32| (v + fold).clamp(0, 255) as u8) } else { [255; 3] }
        };
        assert!(!is_placeholder(&drawn(300, shirt)));
        let black = |x: u32, y: u32| {
            let is_bag = (90..210).contains(&x) && (100..240).contains(&y);
            if is_bag { [20 + (x * y % 13) as u8; 3] } else { [255; 3] }
        };
        assert!(!is_placeholder(&drawn(300, black)));
        let ring = |x: u32, y: u32| {
            let d = ((x as f32 - 150.0).powi(2) + (y as f32 - 150.0).powi(2)).sqrt();
            if (20.0..26.0).contains(&d) { [200 - (x % 50) as u8, 160, 60] } else { [255; 3] }
        };
        assert!(!is_placeholder(&drawn(300, ring)));
    }
}
