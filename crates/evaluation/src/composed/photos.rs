//! The photos that pictures are composed from.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::{Picture, PixelBox};

use crate::error::EvaluationError;

/// A photo of clothes, with what is seen on it.
#[derive(Clone, Debug)]
pub(super) struct Photo {
    pub(super) path: PathBuf,
    pub(super) label: String,
    pub(super) tune: bool,
}

/// A logo on a photo.
#[derive(Clone, Debug)]
pub(super) struct LogoBox {
    pub(super) path: PathBuf,
    pub(super) brand: String,
    pub(super) place: PixelBox,
}

/// Photos, logos to enrol, logos to compose.
#[derive(Debug, Default)]
pub struct Folder {
    pub(super) photos: Vec<Photo>,
    pub(super) enrolled: Vec<LogoBox>,
    pub(super) composed: Vec<LogoBox>,
}

impl Folder {
    /// Reads the lists in a folder with `photos/clothing.csv` and `logos/flickr27.csv`.
    ///
    /// # Errors
    /// When a list is not there or can't be read.
    pub fn read(data: &Path) -> Result<Self, EvaluationError> {
        let mut folder = Self::default();
        for [file, label] in rows(&data.join("photos/clothing.csv"))? {
            let tune = half(&file, 0);
            folder.photos.push(Photo { path: data.join("photos/clothing").join(&file), label, tune });
        }
        for [file, brand, x1, y1, x2, y2] in rows(&data.join("logos/flickr27.csv"))? {
            let number = |text: &String| text.parse().unwrap_or(0);
            let place = PixelBox { x1: number(&x1), y1: number(&y1), x2: number(&x2), y2: number(&y2) };
            let enrols = half(&file, 1);
            let logo = LogoBox { path: data.join("logos/flickr27").join(&file), brand, place };
            if enrols { folder.enrolled.push(logo) } else { folder.composed.push(logo) }
        }
        Ok(folder)
    }
}

/// One bit of a file's name, which does not depend on what else is there.
fn half(file: &str, byte: usize) -> bool {
    Sha256::digest(file).get(byte).is_some_and(|b| b % 2 == 0)
}

/// The rows of a file of comma-separated values without quotes, but for its head.
fn rows<const N: usize>(file: &Path) -> Result<Vec<[String; N]>, EvaluationError> {
    let text = fs::read_to_string(file).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => EvaluationError::Missing(vec![file.to_owned()]),
        _ => EvaluationError::Read { file: file.to_owned(), source },
    })?;
    let row = |line: &str| <[String; N]>::try_from(line.split(',').map(str::to_owned).collect::<Vec<_>>()).ok();
    Ok(text.lines().skip(1).filter_map(row).collect())
}

/// Reads a photo; none of what can't be decoded.
pub(super) fn open(path: &Path) -> Option<Picture> {
    decode(&fs::read(path).ok()?, &Limits::default()).ok()
}
