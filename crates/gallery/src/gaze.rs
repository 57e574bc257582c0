//! One picture's whole pass: decoded once, then everything that looks at it, the dear parts behind gates.
//!
//! ```text
//! decode ─► anything on it? ─► glance ─► features ─► codes ─► masks ─► letters likely? ─► words ─► a glimpse of a logo? ─► logos
//! ```
//!
//! The glance is one forward of the embedding: it says the kind of goods, what the banks are asked with beside features
//! of pixels, and whether any place looks like an enrolled logo.
//! A large picture is decoded at a half, a quarter or an eighth, as far as its shorter side keeps [`SHORTER_MIN`] pixels.
//! Places are told in pixels of the file's picture, upright.

use std::sync::Arc;
use std::time::{Duration, Instant};

use touchstone_banks::EntryFeatures;
use touchstone_banks::features::ASKED;
use touchstone_sight::logo::{Found, LogoSet, Read};
use touchstone_sight::{Error, Eyes, Glance, Line};
use touchstone_signals::pictures::{Code, Kind, Logo, Mask, PictureFacts, Place, TextLine};
use touchstone_vision::decode::{Limits, Refusal, Scaled, decode_scaled};
use touchstone_vision::{Picture, PixelBox, codes, lettering, masked, plain};

use crate::seen::Seen;

/// What the shorter side keeps, in pixels, when a large picture is decoded smaller.
pub const SHORTER_MIN: u32 = 640;

/// Whether the dear parts stay shut where a cheap look says that there is nothing for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gates {
    /// A cheap look decides.
    #[default]
    Shut,
    /// Everything runs on every picture: for measuring what the gates miss, and what they save.
    Open,
}

/// What looks at pictures beside the code of [`touchstone_vision`].
#[derive(Clone, Debug, Default)]
pub struct Sight {
    /// The models; without them no words are read and no logos found.
    pub eyes: Option<Arc<Eyes>>,
    /// The logos to look for.
    pub logos: Arc<LogoSet>,
    /// Whether gates are shut.
    pub gates: Gates,
    /// What a picture may cost.
    pub limits: Limits,
}

/// How long the parts of a pass took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Reading the file.
    pub decode: Duration,
    /// Features for the banks.
    pub features: Duration,
    /// QR and bar codes.
    pub codes: Duration,
    /// Hidden places.
    pub masks: Duration,
    /// The glance: one forward of the embedding.
    pub kind: Duration,
    /// Logos.
    pub logos: Duration,
    /// The gate before the words.
    pub letters: Duration,
    /// Words; nothing where the gate stayed shut.
    pub words: Duration,
}

/// Why nothing was seen.
#[derive(Debug, thiserror::Error)]
pub enum Blind {
    /// The file is no picture that is looked at.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A model cannot run.
    #[error(transparent)]
    Model(#[from] Error),
}

impl Sight {
    /// Looks at a picture; `hash` is that of its file.
    ///
    /// # Errors
    /// When the file is no picture that is looked at, or a model cannot run.
    pub fn look(&self, bytes: &[u8], hash: &[u8; 32]) -> Result<Seen, Blind> {
        let mut cost = Cost::default();
        let scaled = timed(&mut cost.decode, || decode_scaled(bytes, &self.limits, SHORTER_MIN))?;
        let (picture, places) = (&scaled.image, Places::of(&scaled));
        let mut facts = PictureFacts {
            hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            width: scaled.width,
            height: scaled.height,
            placeholder: plain::is_placeholder(picture),
            ..PictureFacts::default()
        };
        if facts.placeholder {
            return Ok(Seen { facts, scale: places.scale, cost, ..Seen::default() });
        }
        let glance = self.eyes.as_ref().map(|eyes| timed(&mut cost.kind, || eyes.glance(picture))).transpose()?;
        let middles: Vec<Vec<f32>> = glance.iter().flat_map(|glance| ASKED.map(|part| glance.middle(part))).collect();
        let features = timed(&mut cost.features, || EntryFeatures::with_embeddings(bytes, picture, &middles));
        facts.codes = timed(&mut cost.codes, || read_codes(picture, places));
        facts.masks = timed(&mut cost.masks, || find_masks(picture, places));
        // The card that a code is printed on covers what is behind it; the code says enough.
        facts.masks.retain(|mask| !facts.codes.iter().any(|code| on_code(mask.place, code.place)));
        if let (Some(eyes), Some(glance)) = (&self.eyes, &glance) {
            facts.kind = glance.embedding.kind().map(|(slug, score)| Kind { score, slug: slug.to_owned() });
            let letters = timed(&mut cost.letters, || self.gates == Gates::Open || lettering::likely(&picture.grey()));
            let lines = if letters { timed(&mut cost.words, || eyes.read(picture))? } else { Vec::new() };
            let read = lines.iter().map(|line| Read { text: line.text.clone(), place: line.place }).collect::<Vec<_>>();
            facts.logos = timed(&mut cost.logos, || self.find_logos(picture, glance, &read, eyes, places))?;
            facts.texts = lines.into_iter().map(|line| text(line, places)).collect();
        }
        Ok(Seen { facts, features: Some(features), scale: places.scale, cost, ..Seen::default() })
    }

    /// The logos on a picture that was looked at before, with the words that were read then.
    pub(crate) fn find_logos_again(&self, bytes: &[u8], facts: &PictureFacts) -> Result<Vec<Logo>, Blind> {
        let Some(eyes) = self.eyes.as_ref().filter(|_| !self.logos.is_empty()) else { return Ok(Vec::new()) };
        let scaled = decode_scaled(bytes, &self.limits, SHORTER_MIN)?;
        let places = Places::of(&scaled);
        let read = |line: &TextLine| Read { text: line.text.clone(), place: places.part(line.place) };
        let read: Vec<Read> = facts.texts.iter().map(read).collect();
        let glance = eyes.glance(&scaled.image)?;
        Ok(self.find_logos(&scaled.image, &glance, &read, eyes, places)?)
    }

    fn find_logos(
        &self,
        picture: &Picture,
        glance: &Glance,
        read: &[Read],
        eyes: &Eyes,
        places: Places,
    ) -> Result<Vec<Logo>, Error> {
        if self.logos.is_empty() {
            return Ok(Vec::new());
        }
        let logo = |found: Found| Logo { brand: found.brand, place: places.whole(found.place), score: found.score };
        let found = match self.gates {
            Gates::Shut => self.logos.find_glanced(picture, glance, read, eyes)?,
            Gates::Open => self.logos.find_read(picture, read, eyes)?,
        };
        Ok(found.into_iter().map(logo).collect())
    }
}

fn timed<T>(cost: &mut Duration, part: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = part();
    *cost += begin.elapsed();
    done
}

/// From pixels of the decoded picture to those of the file's.
#[derive(Clone, Copy)]
pub(crate) struct Places {
    scale: u64,
    frame: (u32, u32),
}

impl Places {
    fn of(scaled: &Scaled<Picture>) -> Self {
        let scale = u64::from(scaled.width) * 1000 / u64::from(scaled.image.width());
        Self { scale, frame: (scaled.width, scaled.height) }
    }

    pub(crate) fn of_seen(seen: &Seen) -> Self {
        Self { scale: seen.scale, frame: (seen.facts.width, seen.facts.height) }
    }

    /// A box on the decoded picture.
    fn part(self, of: Place) -> PixelBox {
        let [x1, y1, x2, y2] = of.map(|pixel| (u64::from(pixel) * 1000 / self.scale.max(1)) as u32);
        PixelBox { x1, y1, x2, y2 }
    }

    /// A box on the file's picture.
    pub(crate) fn whole(self, of: PixelBox) -> Place {
        let grown = |pixel: u32, most: u32| (u64::from(pixel) * self.scale / 1000).min(u64::from(most)) as u32;
        let (width, height) = self.frame;
        [grown(of.x1, width), grown(of.y1, height), grown(of.x2, width), grown(of.y2, height)]
    }
}

fn read_codes(picture: &Picture, places: Places) -> Vec<Code> {
    let code = |code: codes::Code| Code {
        kind: code.kind.word().to_owned(),
        place: places.whole(code.place),
        value: code.value,
    };
    codes::read(picture).into_iter().map(code).collect()
}

/// Whether more than half of a hidden place is a code.
fn on_code(mask: Place, code: Place) -> bool {
    let area = |[x1, y1, x2, y2]: Place| u64::from(x2.saturating_sub(x1)) * u64::from(y2.saturating_sub(y1));
    let both = [mask[0].max(code[0]), mask[1].max(code[1]), mask[2].min(code[2]), mask[3].min(code[3])];
    area(both) * 2 > area(mask)
}

fn find_masks(picture: &Picture, places: Places) -> Vec<Mask> {
    let mask = |mask: masked::Mask| Mask {
        how: mask.how.word().to_owned(),
        place: places.whole(mask.place),
        score: mask.score,
    };
    masked::find(picture).into_iter().map(mask).collect()
}

fn text(line: Line, places: Places) -> TextLine {
    TextLine { confidence: line.confidence, place: places.whole(line.place), text: line.text }
}
