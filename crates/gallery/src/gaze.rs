//! One picture's whole pass: decoded once, then everything that looks at it, the dear parts behind gates.

use std::time::{Duration, Instant};

use touchstone_banks::EntryFeatures;
use touchstone_signals::pictures::{Code, Mask, PictureFacts, Place};
use touchstone_vision::decode::{Limits, Refusal, decode};
use touchstone_vision::{Picture, PixelBox, codes, masked, plain};

/// Whether the dear parts stay shut where a cheap look says that there is nothing for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gates {
    /// A cheap look decides.
    Shut,
    /// Everything runs on every picture: for measuring what the gates miss, and what they save.
    Open,
}

/// What was seen on one picture, and its features for asking the banks.
#[derive(Debug, Default)]
pub struct Seen {
    /// All but its copies, its name and who else uses it.
    pub facts: PictureFacts,
    /// For [`touchstone_banks`]; none of a placeholder.
    pub features: Option<EntryFeatures>,
    /// What it cost.
    pub cost: Cost,
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
}

/// Looks at a picture; `hash` is that of its file.
///
/// # Errors
/// When the file is no picture that is looked at.
pub(crate) fn gaze(bytes: &[u8], hash: &[u8; 32], limits: &Limits) -> Result<Seen, Refusal> {
    let mut cost = Cost::default();
    let picture = timed(&mut cost.decode, || decode(bytes, limits))?;
    let mut facts = PictureFacts {
        hash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        width: picture.width(),
        height: picture.height(),
        placeholder: plain::is_placeholder(&picture),
        ..PictureFacts::default()
    };
    if facts.placeholder {
        return Ok(Seen { facts, features: None, cost });
    }
    let features = timed(&mut cost.features, || EntryFeatures::of(bytes, &picture, None));
    facts.codes = timed(&mut cost.codes, || read_codes(&picture));
    facts.masks = timed(&mut cost.masks, || find_masks(&picture));
    Ok(Seen { facts, features: Some(features), cost })
}

fn timed<T>(cost: &mut Duration, part: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let done = part();
    *cost += begin.elapsed();
    done
}

fn place(of: PixelBox) -> Place {
    [of.x1, of.y1, of.x2, of.y2]
}

fn read_codes(picture: &Picture) -> Vec<Code> {
    let found = codes::read(picture).into_iter();
    found.map(|code| Code { kind: code.kind.word().to_owned(), place: place(code.place), value: code.value }).collect()
}

fn find_masks(picture: &Picture) -> Vec<Mask> {
    let found = masked::find(picture).into_iter();
    found.map(|mask| Mask { how: mask.how.word().to_owned(), place: place(mask.place), score: mask.score }).collect()
}
