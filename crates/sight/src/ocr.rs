//! Text on a picture, with its place.
//!
//! Three networks of PP-OCR work one after the other. The first gives each pixel a probability that it belongs to text;
//! where it is high, [`areas`] become slanted rectangles. Each is straightened into a strip of fixed height
//! ([`strip`]), and the second reads it, column by column ([`letters`]). A strip that it can hardly read may stand on its
//! head: the third says so, and the strip is turned and read again. What stays doubtful is not said.
//!
//! A tall picture is looked at in windows ([`windows`]), so that its letters do not vanish by shrinking.

mod areas;
mod find;
mod letters;
mod rectangle;
mod strip;
mod windows;

use touchstone_inference::{Error, Runtime};
use touchstone_vision::{Picture, PixelBox};

use crate::Eyes;
use find::Finder;
use letters::Letters;
use rectangle::Rectangle;
use strip::Strip;

/// Lines that are read on one picture; the likeliest come first.
const LINES_MAX: usize = 200;
/// Confidence below which a line is not said, in permille.
const CONFIDENCE_MIN: u16 = 600;
/// Below it a line may stand on its head.
const CONFIDENCE_DOUBTFUL: u16 = 850;

/// A line of text on a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is written, as it is written; never empty.
    pub text: String,
    /// Mean probability of its letters, in permille.
    pub confidence: u16,
    /// The corners of the slanted rectangle around it, in pixels, from the beginning of the line's upper edge clockwise.
    pub quad: [[i32; 2]; 4],
    /// The upright box around these, within the picture.
    pub place: PixelBox,
}

/// The three networks.
#[derive(Debug)]
pub(crate) struct Reader {
    finder: Finder,
    letters: Letters,
}

impl Reader {
    pub(crate) fn open(runtime: &Runtime) -> Result<Self, Error> {
        Ok(Self { finder: Finder::open(runtime)?, letters: Letters::open(runtime)? })
    }

    fn line(&self, picture: &Picture, rectangle: &Rectangle) -> Result<Option<Line>, Error> {
        let strip = Strip::cut(picture, rectangle);
        let mut best = self.letters.read(&strip)?;
        if best.1 < CONFIDENCE_DOUBTFUL && self.letters.on_its_head(&strip)? {
            let turned = self.letters.read(&strip.turned())?;
            best = if turned.1 > best.1 { turned } else { best };
        }
        let (text, confidence) = best;
        let said = confidence >= CONFIDENCE_MIN && text.chars().any(char::is_alphanumeric);
        let line = || Line {
            text: text.trim().to_owned(),
            confidence,
            quad: rectangle.corners(),
            place: rectangle.frame(picture.width(), picture.height()),
        };
        Ok(said.then(line))
    }
}

impl Eyes {
    /// Reads what is written on a picture, from top to bottom; at most 200 lines.
    ///
    /// Read are Latin letters with their marks, Chinese in both forms, and Japanese. Of Greek, single letters come out as
    /// Latin ones. Cyrillic, Korean, Thai, Arabic and Indian scripts are found, but not read.
    ///
    /// # Errors
    /// When a network cannot run, for example for want of memory.
    pub fn read(&self, picture: &Picture) -> Result<Vec<Line>, Error> {
        let mut places = Vec::new();
        for window in windows::over(picture) {
            let found = self.reader.finder.rectangles(&picture.crop(window))?;
            windows::add(&mut places, found, window);
        }
        places.sort_by(|a: &Rectangle, b| b.score.total_cmp(&a.score));
        places.truncate(LINES_MAX);
        places.sort_by_key(|rectangle| (rectangle.frame_top(), rectangle.frame_left()));
        let lines = places.iter().map(|rectangle| self.reader.line(picture, rectangle));
        lines.filter_map(Result::transpose).collect()
    }

    /// Whether there is any text worth reading, at about a fifth of the cost: the first network alone, on a small copy.
    ///
    /// It misses what is small: letters below a twentieth of the picture's longer side or so.
    ///
    /// # Errors
    /// As [`Eyes::read`].
    pub fn has_text(&self, picture: &Picture) -> Result<bool, Error> {
        self.reader.finder.any(picture)
    }

    /// Version of the reading: the SHA-256 of the three networks, joined.
    pub fn reading_version(&self) -> String {
        format!("{}+{}", self.reader.finder.version(), self.reader.letters.version())
    }
}
