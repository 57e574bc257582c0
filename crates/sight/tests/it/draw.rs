//! Pictures without a file, and the models.

use std::path::Path;
use std::sync::LazyLock;

use touchstone_sight::Eyes;
use touchstone_vision::Picture;

/// The models of this workspace, opened once.
pub(crate) static EYES: LazyLock<Eyes> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models");
    Eyes::open(&folder).unwrap_or_else(|e| panic!("{e}"))
});

/// A picture whose colour at a column and a row is given.
pub(crate) fn draw(width: u32, height: u32, colour: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let rgb = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| colour(x, y)).collect();
    Picture::new(width, height, rgb).expect("as many pixels as were drawn")
}

/// Rings around a point.
pub(crate) fn rings(side: u32, x0: u32, y0: u32, period: u32) -> Picture {
    draw(side, side, |x, y| {
        let (dx, dy) = (f64::from(x) - f64::from(x0), f64::from(y) - f64::from(y0));
        let wave = ((dx * dx + dy * dy).sqrt() / f64::from(period)).sin();
        [(128.0 + 100.0 * wave) as u8, (x * 255 / side) as u8, (y * 255 / side) as u8]
    })
}
