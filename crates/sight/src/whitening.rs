//! Embeddings made comparable: what all pictures share is taken away, and each direction counts alike.
//!
//! Raw embeddings of any two photos are near each other, since all photos have much in common. A whitening is fitted on
//! some thousand photos of the trade: their mean is subtracted, the directions in which they differ most are kept, and
//! each is divided by how far they spread in it. The spread is shrunk towards its mean, as far as it was seen on too few
//! photos: Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", 2004.

use sha2::{Digest, Sha256};
use touchstone_vision::Picture;

use crate::symmetric::spectrum;
use crate::{Error, Eyes};

/// First bytes of a whitening's file, with the number of its format.
const MAGIC: &[u8; 8] = b"TSWHITE1";
/// Numbers of an embedding that are read from a file, at most.
const LENGTH_MAX: u32 = 8192;

/// A linear map from an embedding to a shorter vector of unit length.
#[derive(Clone, Debug, PartialEq)]
pub struct Whitening {
    mean: Vec<f32>,
    /// One row a number of the result, each as long as `mean`.
    rows: Vec<Vec<f32>>,
}

/// Bytes that are no whitening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a whitening, or one of another version")]
pub struct NotWhitening;

impl Whitening {
    /// Fits one on embeddings of one length. The result has `dimensions` numbers, or fewer if the embeddings have.
    /// `shrinkage` is the share, in permille, of the mean spread in each direction's. None when there are fewer than two.
    pub fn fit(features: &[&[f32]], dimensions: usize, shrinkage: u16) -> Option<Self> {
        let length = features.first()?.len();
        if features.len() < 2 || length == 0 || features.iter().any(|one| one.len() != length) {
            return None;
        }
        let mean = mean(features, length);
        let found = spectrum(covariance(features, &mean));
        let level = found.values.iter().sum::<f64>() / length as f64;
        let shrinkage = f64::from(shrinkage.min(1000)) / 1000.0;
        let mut order: Vec<usize> = (0..length).collect();
        order.sort_by(|&a, &b| found.values[b].total_cmp(&found.values[a]).then(a.cmp(&b)));
        order.truncate(dimensions.max(1));
        let row = |&at: &usize| {
            let spread = (1.0 - shrinkage) * found.values[at].max(0.0) + shrinkage * level;
            // A direction without spread says nothing, and its rounding errors must not be blown up.
            let scale = if spread > f64::from(f32::EPSILON) * level { spread.sqrt().recip() } else { 0.0 };
            found.vectors[at].iter().map(|x| (x * scale) as f32).collect()
        };
        Some(Self { rows: order.iter().map(row).collect(), mean: mean.iter().map(|&x| x as f32).collect() })
    }

    /// The whitened embedding, of length one; all zero if it is the mean itself.
    pub fn apply(&self, features: &[f32]) -> Vec<f32> {
        let centred: Vec<f32> = features.iter().zip(&self.mean).map(|(x, mean)| x - mean).collect();
        let dot = |row: &Vec<f32>| row.iter().zip(&centred).map(|(x, y)| x * y).sum::<f32>();
        let mut result: Vec<f32> = self.rows.iter().map(dot).collect();
        let length = result.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 && length.is_finite() {
            result.iter_mut().for_each(|x| *x /= length);
        }
        result
    }

    /// Numbers of a result.
    pub fn dimensions(&self) -> usize {
        self.rows.len()
    }

    /// SHA-256 of the bytes, in hex: results of different versions are not compared.
    pub fn version(&self) -> String {
        Sha256::digest(self.to_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// As it is kept: `TSWHITE1`, length and dimensions (u32), the mean, the rows (f32), all little-endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.mean.len(), self.rows.len()] {
            bytes.extend((number as u32).to_le_bytes());
        }
        bytes.extend(self.mean.iter().chain(self.rows.iter().flatten()).flat_map(|x| x.to_le_bytes()));
        bytes
    }

    /// The whitening that these bytes are.
    ///
    /// # Errors
    /// When they are none, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NotWhitening> {
        let (head, numbers) = bytes.split_at_checked(MAGIC.len() + 8).ok_or(NotWhitening)?;
        let (magic, sizes) = head.split_at(MAGIC.len());
        let words: Vec<[u8; 4]> =
            sizes.chunks_exact(4).chain(numbers.chunks_exact(4)).filter_map(|c| c.try_into().ok()).collect();
        let [length, dimensions, values @ ..] = &words[..] else { return Err(NotWhitening) };
        let (length, dimensions) = (u32::from_le_bytes(*length), u32::from_le_bytes(*dimensions));
        let fits = length > 0 && length <= LENGTH_MAX && dimensions > 0 && dimensions <= length;
        let expected = length as usize * (dimensions as usize + 1);
        if magic != MAGIC || !fits || values.len() != expected || numbers.len() != 4 * expected {
            return Err(NotWhitening);
        }
        let values: Vec<f32> = values.iter().map(|word| f32::from_le_bytes(*word)).collect();
        let (mean, rows) = values.split_at(length as usize);
        Ok(Self { mean: mean.to_vec(), rows: rows.chunks_exact(length as usize).map(<[f32]>::to_vec).collect() })
    }
}

impl Eyes {
    /// Fits a whitening on pictures: some thousand, of the kind that will be compared, each but once.
    ///
    /// # Errors
    /// When the network cannot run.
    pub fn fit_whitening(
        &self,
        pictures: &[&Picture],
        dimensions: usize,
        shrinkage: u16,
    ) -> Result<Option<Whitening>, Error> {
        let embeddings = self.embed(pictures)?;
        let features: Vec<&[f32]> = embeddings.iter().map(|embedding| &embedding.features[..]).collect();
        Ok(Whitening::fit(&features, dimensions, shrinkage))
    }
}

fn mean(features: &[&[f32]], length: usize) -> Vec<f64> {
    let mut mean = vec![0.0; length];
    for one in features {
        mean.iter_mut().zip(*one).for_each(|(sum, &x)| *sum += f64::from(x));
    }
    mean.iter_mut().for_each(|sum| *sum /= features.len() as f64);
    mean
}

fn covariance(features: &[&[f32]], mean: &[f64]) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; mean.len()]; mean.len()];
    for one in features {
        let centred: Vec<f64> = one.iter().zip(mean).map(|(&x, mean)| f64::from(x) - mean).collect();
        for (row, x) in matrix.iter_mut().zip(&centred) {
            row.iter_mut().zip(&centred).for_each(|(sum, y)| *sum += x * y);
        }
    }
    let count = (features.len() - 1) as f64;
    matrix.iter_mut().flatten().for_each(|sum| *sum /= count);
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cloud() -> Vec<Vec<f32>> {
        // Far from the origin; long in one direction, flat in another.
        let angle = |i: u16| f32::from(i) * 2.4;
        (0..400)
            .map(|i| vec![50.0 + 9.0 * angle(i).sin(), 20.0 + angle(i * 7).cos(), 0.1 * angle(i * 3).sin()])
            .collect()
    }

    fn fitted(dimensions: usize) -> Whitening {
        let cloud = cloud();
        let features: Vec<&[f32]> = cloud.iter().map(Vec::as_slice).collect();
        Whitening::fit(&features, dimensions, 0).unwrap_or_else(|| unreachable!("there are many"))
    }

    #[test]
    fn every_direction_counts_alike() {
        let whitening = fitted(3);
        let mut squares = [0.0; 3];
        for one in cloud() {
            let result = whitening.apply(&one);
            assert!((result.iter().map(|x| x * x).sum::<f32>() - 1.0).abs() < 1e-4);
            squares.iter_mut().zip(&result).for_each(|(sum, x)| *sum += x * x / 400.0);
        }
        assert!(squares.iter().all(|square| (0.2..0.5).contains(square)), "{squares:?}");
    }

    #[test]
    fn bytes_come_back_and_damaged_ones_do_not() {
        let whitening = fitted(2);
        let bytes = whitening.to_bytes();
        assert_eq!(whitening.dimensions(), 2);
        assert_eq!(Whitening::from_bytes(&bytes).as_ref(), Ok(&whitening));
        for end in 0..bytes.len() {
            assert_eq!(Whitening::from_bytes(&bytes[..end]), Err(NotWhitening));
        }
        let mut huge = bytes;
        huge[8..16].fill(255);
        assert_eq!(Whitening::from_bytes(&huge), Err(NotWhitening));
    }

    #[test]
    fn too_few_give_none() {
        assert!(Whitening::fit(&[], 2, 0).is_none());
        assert!(Whitening::fit(&[&[1.0, 2.0]], 2, 0).is_none());
        assert!(Whitening::fit(&[&[1.0, 2.0], &[1.0]], 2, 0).is_none());
        let same = Whitening::fit(&[&[1.0, 2.0], &[1.0, 2.0]], 2, 100);
        assert_eq!(same.map(|same| same.apply(&[1.0, 2.0])), Some(vec![0.0, 0.0]));
    }
}
