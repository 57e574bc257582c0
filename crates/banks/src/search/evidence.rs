//! What speaks for a candidate, and the one number that it becomes.

use touchstone_vision::geometry::{Agreement, Confirmed};

use super::Method;

/// What speaks for a candidate.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Weight of the pairs of features that led here.
    pub weight: f32,
    /// Features that have their partner where it should be.
    pub inliers: usize,
    /// Features that could have one.
    pub asked: usize,
    /// Fields of 8 × 8 over the entry in which partners were found.
    pub fields: usize,
    /// What the pixels say.
    pub pixels: Agreement,
}

impl Evidence {
    pub(super) fn new(weight: f32, confirmed: &Confirmed, pixels: &Agreement, method: Method) -> Self {
        let weight = if method == Method::Geometry { weight } else { 0.0 };
        let Confirmed { inliers, asked, fields, .. } = *confirmed;
        Self { weight, inliers, asked, fields, pixels: *pixels }
    }

    /// Probability that this is a copy: a logistic model, fitted on edits of photos.
    pub fn score(&self) -> f32 {
        let ratio = self.inliers as f32 / (self.asked as f32 + 10.0);
        let inliers = (1.0 + self.inliers as f32).ln();
        let share = self.pixels.share() * (1.0 - (-(self.pixels.fields as f32) / 10.0).exp());
        let sum = -10.0 + 1.5 * inliers + 6.0 * ratio + 6.0 * share;
        1.0 / (1.0 + (-sum).exp())
    }
}
