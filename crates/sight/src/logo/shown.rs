//! What a file shows that logos are enrolled from: a photo with boxes, a logo and nothing else, or its owner's drawing.

use touchstone_inference::Error;
use touchstone_vision::decode::{Limits, Refusal, decode};
use touchstone_vision::drawing::{self, Undrawn};
use touchstone_vision::{Picture, PixelBox};

use super::Enrolled;
use crate::Eyes;

/// A file that was read.
#[derive(Debug)]
pub enum Shown {
    /// Pixels: a photo, or a logo and nothing else.
    Photo(Picture),
    /// SVG, as printed on several grounds.
    Drawing(Vec<Picture>),
}

/// Why a file shows no logo, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Unshown {
    /// No picture that is looked at.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No drawing that is used.
    #[error(transparent)]
    Undrawn(#[from] Undrawn),
    /// A box on a drawing.
    #[error("a drawing has no pixels to box; leave the box out")]
    Boxed,
    /// A box without pixels of the picture.
    #[error("the box lies beside the picture of {0} × {1}")]
    Beside(u32, u32),
    /// A model cannot run.
    #[error(transparent)]
    Model(#[from] Error),
}

impl Shown {
    /// Reads a file, whichever it is.
    ///
    /// # Errors
    /// When it is neither, or costs too much.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Unshown> {
        match drawing::is_drawing(bytes) {
            true => Ok(Self::Drawing(drawing::drawn(bytes)?)),
            false => Ok(Self::Photo(decode(bytes, limits)?)),
        }
    }

    /// Width and height in pixels; of a drawing as it is looked at.
    pub fn size(&self) -> [u32; 2] {
        let first = match self {
            Self::Photo(picture) => Some(picture),
            Self::Drawing(pictures) => pictures.first(),
        };
        first.map_or([0, 0], |picture| [picture.width(), picture.height()])
    }

    /// A box, cut at the rim of the photo.
    ///
    /// # Errors
    /// When nothing of it is left, or the file is a drawing.
    pub fn within(&self, place: PixelBox) -> Result<PixelBox, Unshown> {
        let Self::Photo(photo) = self else { return Err(Unshown::Boxed) };
        let place = place.meet(&photo.frame());
        if place.area() > 0 { Ok(place) } else { Err(Unshown::Beside(photo.width(), photo.height())) }
    }

    /// The logo in a box, or all of it without one, with the words that are read on it. `logos` are the boxes of all
    /// logos on the photo, whosever.
    ///
    /// # Errors
    /// When the box cannot be used, or a model cannot run.
    pub fn enrol(
        &self,
        brand: &str,
        place: Option<PixelBox>,
        logos: &[PixelBox],
        eyes: &Eyes,
    ) -> Result<Enrolled, Unshown> {
        let (enrolled, read) = match (self, place) {
            (_, Some(place)) => {
                let (place, Self::Photo(photo)) = (self.within(place)?, self) else { return Err(Unshown::Boxed) };
                (Enrolled::on_photo(brand, photo, place, logos, eyes)?, eyes.read(&photo.crop(place))?)
            }
            (Self::Photo(photo), None) => (Enrolled::crop(brand, photo, eyes)?, eyes.read(photo)?),
            (Self::Drawing(pictures), None) => {
                let read = pictures.first().map(|picture| eyes.read(picture)).transpose()?;
                (Enrolled::drawn(brand, pictures, eyes)?, read.unwrap_or_default())
            }
        };
        Ok(enrolled.with_text(read.iter().map(|line| line.text.as_str())))
    }
}
