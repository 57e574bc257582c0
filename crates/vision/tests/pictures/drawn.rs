//! Pictures that are computed, so that another program can compute them too.

use touchstone_vision::Picture;

/// Rings, stripes and boxes in whole numbers; the same formulae gave the hashes of the public implementation.
pub(crate) fn rings(width: u32, height: u32, seed: i64) -> Picture {
    let (w, h) = (i64::from(width), i64::from(height));
    let pixel = |x: i64, y: i64| {
        let d = (x - w / 3).pow(2) * 4 / w + (y - h / 2).pow(2) * 7 / h;
        [(d + seed * x) % 256, x * y / (seed + 3) % 256, ((x / (seed + 5)) ^ (y / (seed + 2))) * 23 % 256]
    };
    let rgb = (0..h).flat_map(|y| (0..w).flat_map(move |x| pixel(x, y))).map(|value| value as u8).collect();
    Picture::new(width, height, rgb).unwrap()
}

/// The picture with the pixel at `x, y` taken from where `from` says.
pub(crate) fn moved(of: &Picture, width: u32, height: u32, from: impl Fn(u32, u32) -> (u32, u32)) -> Picture {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = places.map(|(x, y)| from(x, y)).flat_map(|(x, y)| of.pixel(x, y)).collect();
    Picture::new(width, height, rgb).unwrap()
}
