//! What is written on a strip, and whether it stands on its head.

use touchstone_inference::{Error, Model, Runtime};

use super::strip::{HEIGHT, Strip};

/// Least width that the reader looks at: it was taught on strips of 320, and reads a lone letter on less worse.
const WIDTH_MIN: usize = 160;
/// Widths are multiples of it, so that the runtime meets few shapes.
const WIDTH_STEP: usize = 32;
/// Width that the third network looks at: the beginning of the strip.
const TURN_WIDTH: usize = 192;

#[derive(Debug)]
pub(super) struct Letters {
    reads: Model,
    turns: Model,
    /// What each number of the reader's alphabet stands for; 0 is no letter.
    alphabet: Vec<String>,
}

impl Letters {
    pub(super) fn open(runtime: &Runtime) -> Result<Self, Error> {
        let reads = runtime.model("text_read")?;
        let characters = reads.metadata("character")?.unwrap_or_default();
        let alphabet = std::iter::once(String::new()).chain(characters.lines().map(str::to_owned));
        Ok(Self { alphabet: alphabet.collect(), reads, turns: runtime.model("text_turn")? })
    }

    pub(super) fn version(&self) -> String {
        format!("{}+{}", self.reads.version(), self.turns.version())
    }

    /// The text of a strip, and the mean probability of its letters in permille.
    pub(super) fn read(&self, strip: &Strip) -> Result<(String, u16), Error> {
        let width = strip.width.next_multiple_of(WIDTH_STEP).max(WIDTH_MIN);
        let outputs = self.reads.run(&[1, 3, HEIGHT, width], &planes(strip, width))?;
        let Some(output) = outputs.first() else { return Ok((String::new(), 0)) };
        let classes = output.shape.last().copied().unwrap_or(1).max(1);
        Ok(self.decoded(&output.values, classes))
    }

    /// Whether the third network holds that a strip must be turned by half.
    pub(super) fn on_its_head(&self, strip: &Strip) -> Result<bool, Error> {
        let outputs = self.turns.run(&[1, 3, HEIGHT, TURN_WIDTH], &planes(strip, TURN_WIDTH))?;
        Ok(outputs.first().is_some_and(|output| matches!(output.values[..], [upright, turned] if turned > upright)))
    }

    /// Connectionist temporal classification: of each column the likeliest class; repeated ones count once, then class 0
    /// is dropped. Class numbers beyond the alphabet are the space.
    fn decoded(&self, columns: &[f32], classes: usize) -> (String, u16) {
        let (mut text, mut sum, mut letters, mut last) = (String::new(), 0.0, 0, 0);
        for column in columns.chunks_exact(classes) {
            let best = column.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
            let Some((class, &probability)) = best else { continue };
            if class != 0 && class != last {
                text.push_str(self.alphabet.get(class).map_or(" ", String::as_str));
                sum += probability;
                letters += 1;
            }
            last = class;
        }
        let mean = if letters == 0 { 0.0 } else { sum / letters as f32 };
        (text, (1000.0 * mean.clamp(0.0, 1.0)).round() as u16)
    }
}

/// Three planes, blue first, from −1 to 1, grey to the right of the strip; a wider strip loses its end.
fn planes(strip: &Strip, width: usize) -> Vec<f32> {
    let mut values = vec![0.0; 3 * HEIGHT * width];
    for (plane, channel) in values.chunks_exact_mut(HEIGHT * width).zip([2, 1, 0]) {
        for (to, from) in plane.chunks_exact_mut(width).zip(strip.rgb.chunks_exact(3 * strip.width)) {
            for (value, rgb) in to.iter_mut().zip(from.chunks_exact(3)) {
                *value = f32::from(rgb[channel]) / 127.5 - 1.0;
            }
        }
    }
    values
}
