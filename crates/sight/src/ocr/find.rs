//! Where text is: the first network and what its map of probabilities says.

use touchstone_inference::{Error, Model, Runtime};
use touchstone_vision::Picture;

use super::areas::areas;
use super::rectangle::Rectangle;
use crate::scaled::{append_planes, scaled};

/// Longer side of what is looked at, in pixels; a multiple of 32, as the network halves it five times.
const SIDE: u32 = 640;
/// The same for a first glance.
const SIDE_GLANCE: u32 = 320;
/// Mean probability below which an area is no text.
const SCORE_MIN: f32 = 0.6;
/// The same for a first glance, where letters are small and the network less sure.
const SCORE_MIN_GLANCE: f32 = 0.45;

#[derive(Debug)]
pub(super) struct Finder {
    model: Model,
}

impl Finder {
    pub(super) fn open(runtime: &Runtime) -> Result<Self, Error> {
        Ok(Self { model: runtime.model("text_find")? })
    }

    pub(super) fn version(&self) -> &str {
        self.model.version()
    }

    /// Rectangles around lines of text, in pixels of the picture.
    pub(super) fn rectangles(&self, picture: &Picture) -> Result<Vec<Rectangle>, Error> {
        self.look(picture, SIDE, SCORE_MIN)
    }

    /// Whether a glance finds any.
    pub(super) fn any(&self, picture: &Picture) -> Result<bool, Error> {
        Ok(!self.look(picture, SIDE_GLANCE, SCORE_MIN_GLANCE)?.is_empty())
    }

    fn look(&self, picture: &Picture, side: u32, score_min: f32) -> Result<Vec<Rectangle>, Error> {
        let (width, height) = looked_at(picture, side);
        let mut values = Vec::with_capacity(3 * (width * height) as usize);
        // The network was taught with blue first.
        append_planes(&scaled(picture, width, height), [2, 1, 0], [127.5; 3], [127.5; 3], &mut values);
        let outputs = self.model.run(&[1, 3, height as usize, width as usize], &values)?;
        let map = outputs.first().map_or(&[][..], |tensor| &tensor.values);
        let (x, y) = (picture.width() as f32 / width as f32, picture.height() as f32 / height as f32);
        Ok(areas(map, width as usize, height as usize, score_min).map(|found| found.stretched(x, y)).collect())
    }
}

/// The size at which a picture is looked at: as it is if it is small, else shrunk to the longer side.
fn looked_at(picture: &Picture, side: u32) -> (u32, u32) {
    let longer = picture.width().max(picture.height());
    // A small picture is enlarged, but not by more than two: its letters get no sharper.
    let ratio = (f64::from(side) / f64::from(longer)).min(2.0);
    let round = |length: u32| ((f64::from(length) * ratio / 32.0).round() as u32 * 32).clamp(32, side);
    (round(picture.width()), round(picture.height()))
}
