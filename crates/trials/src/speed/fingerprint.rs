//! From file to fingerprint.

use std::hint::black_box;
use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use touchstone_vision::decode::{self, Limits};
use touchstone_vision::pdq::{self, SCALED_SIDE_MIN};
use turbojpeg::{Decompressor, Image, PixelFormat, ScalingFactor};

use super::clock::{summary, timed};
use super::read;

/// Which files, how often.
#[derive(Debug, Args)]
pub(crate) struct Order {
    /// JPEG files of 512 to 1,016 pixels a side, for which 1/4 is the scale of the fast fingerprint.
    files: Vec<PathBuf>,
    /// Rounds over all files.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// The least that can be done: the decoder and the room for its pixels are there already.
fn bare(decoder: &mut Decompressor, room: &mut [u8], file: &[u8], side: (usize, usize)) -> Result<()> {
    let (width, height) = side;
    let image = Image { pixels: &mut room[..width * height], width, pitch: width, height, format: PixelFormat::GRAY };
    Ok(decoder.decompress(file, image)?)
}

impl Order {
    pub(crate) fn run(&self) -> Result<Value> {
        let limits = Limits::default();
        let files = self.files.iter().map(|file| read(file)).collect::<Result<Vec<_>>>()?;
        ensure!(!files.is_empty(), "no files");
        let sides = files.iter().map(|file| side(file, &limits)).collect::<Result<Vec<_>>>()?;
        let mut decoder = Decompressor::new()?;
        decoder.set_scaling_factor(ScalingFactor::ONE_QUARTER)?;
        let mut room = vec![0; 512 * 512];
        let grey = |file: &Vec<u8>| decode::grey_scaled(file, &limits, SCALED_SIDE_MIN).map(|scaled| scaled.image);
        let mut rounds: [Vec<f64>; 6] = Default::default();
        for _ in 0..self.rounds {
            let pairs = files.iter().zip(&sides);
            let (done, nanos) = timed(|| pairs.into_iter().try_for_each(|(f, s)| bare(&mut decoder, &mut room, f, *s)));
            done?;
            rounds[0].push(nanos);
            rounds[1].push(each(&files, |file| keep(grey(file)?))?);
            rounds[2].push(each(&files, |file| keep(pdq::scaled(&grey(file)?).hash()))?);
            rounds[3].push(each(&files, |file| keep(pdq::scaled(&grey(file)?).hashes()))?);
            rounds[4].push(each(&files, |file| keep(decode::decode(file, &limits)?))?);
            rounds[5].push(each(&files, |file| keep(pdq::full(&decode::decode(file, &limits)?).hash()))?);
        }
        let least = rounds.iter().map(|round| round.iter().copied().fold(f64::MAX, f64::min)).collect::<Vec<_>>();
        let [bare, grey, scaled, eight, colour, full] = rounds.map(|round| summary(round, files.len()));
        Ok(json!({
            "files": files.len(),
            "bytes_mean": files.iter().map(Vec::len).sum::<usize>() / files.len(),
            "bare_grey_quarter": bare,
            "grey_scaled": grey,
            "pdq_scaled": scaled,
            "pdq_scaled_of_bare_rate": (1000.0 * least[0] / least[2]).round() / 1000.0,
            "pdq_scaled_all_eight": eight,
            "decode": colour,
            "pdq_full": full,
        }))
    }
}

/// Sides of a file at a quarter; refuses one for which another scale would be used.
fn side(file: &[u8], limits: &Limits) -> Result<(usize, usize)> {
    let header = decode::header(file, limits)?;
    let shorter = header.width.min(header.height).div_ceil(4);
    ensure!((SCALED_SIDE_MIN..2 * SCALED_SIDE_MIN).contains(&shorter), "another scale than 1/4 is used for a file");
    Ok((header.width.div_ceil(4) as usize, header.height.div_ceil(4) as usize))
}

fn each(files: &[Vec<u8>], mut what: impl FnMut(&Vec<u8>) -> Result<()>) -> Result<f64> {
    let (done, nanos) = timed(|| files.iter().try_for_each(&mut what));
    done.map(|()| nanos)
}

/// So that no work is left out because nobody wants its result.
fn keep<T>(result: T) -> Result<()> {
    black_box(result);
    Ok(())
}
