//! Logos on tall detail pictures: searched tile by tile, so that what is small on the whole is large enough on its part.

use touchstone_inference::Error;
use touchstone_vision::tile::tiles;
use touchstone_vision::{Picture, PixelBox};

use super::search::PHOTO_SIDE;
use super::{Found, LogoSet};
use crate::Eyes;

/// Pixels of the longer side from which a long picture is cut: less is hardly shrunk for the search.
const LONG_MIN: u32 = 2 * PHOTO_SIDE;

/// The parts that are searched by themselves; none where the picture is searched whole.
pub(super) fn parts(picture: &Picture) -> Option<Vec<PixelBox>> {
    let longer = picture.width().max(picture.height());
    let parts = tiles(picture.width(), picture.height());
    (longer >= LONG_MIN && parts.len() > 1).then_some(parts)
}

/// What is found on the parts, each brand where it is surest; `look` searches one of them.
pub(super) fn on_parts(
    picture: &Picture,
    parts: &[PixelBox],
    look: impl Fn(&Picture) -> Result<Vec<Found>, Error>,
) -> Result<Vec<Found>, Error> {
    let mut best: Vec<Found> = Vec::new();
    for part in parts {
        for found in look(&picture.crop(*part))? {
            let found = Found { place: moved(found.place, part), ..found };
            match best.iter_mut().find(|known| known.brand == found.brand) {
                Some(known) if known.score >= found.score => {}
                Some(known) => *known = found,
                None => best.push(found),
            }
        }
    }
    best.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.brand.cmp(&b.brand)));
    Ok(best)
}

impl LogoSet {
    /// What a glance at each part opens for.
    pub(super) fn glanced_parts(
        &self,
        picture: &Picture,
        parts: &[PixelBox],
        eyes: &Eyes,
    ) -> Result<Vec<Found>, Error> {
        on_parts(picture, parts, |part| {
            if self.opens(&eyes.glance(part)?, eyes)? { self.weigh(part, eyes) } else { Ok(Vec::new()) }
        })
    }
}

fn moved(place: PixelBox, part: &PixelBox) -> PixelBox {
    PixelBox { x1: place.x1 + part.x1, y1: place.y1 + part.y1, x2: place.x2 + part.x1, y2: place.y2 + part.y1 }
}
