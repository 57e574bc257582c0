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
    /// Before the pixels are compared.
    pub(super) fn new(weight: f32, confirmed: &Confirmed, method: Method) -> Self {
        let weight = if method == Method::Geometry { weight } else { 0.0 };
        let Confirmed { inliers, asked, fields, .. } = *confirmed;
        Self { weight, inliers, asked, fields, pixels: Agreement::default() }
    }

    /// 0 to 1: a logistic model, fitted on own and AugLy's edits of the tuning half of the photos, moved so that a half
    /// lies where no photo of another thing on the same floor came.
    pub fn score(&self) -> f32 {
        let pixels = &self.pixels;
        // Few fields with something on them say little either way.
        let trust = 1.0 - (-(pixels.fields as f32) / 10.0).exp();
        let seen = (6.0 * pixels.share() - 6.6) * trust + CORRELATED * pixels.correlation.max(0.0);
        logistic(self.of_features() + seen)
    }

    /// What the score can become at most, whatever the pixels say.
    pub(super) fn score_at_most(&self) -> f32 {
        logistic(self.of_features() + CORRELATED)
    }

    fn of_features(&self) -> f32 {
        let ratio = self.inliers as f32 / (self.asked as f32 + 10.0);
        0.89 * (1.0 + self.inliers as f32).ln() + 1.36 * (1.0 + self.fields as f32).ln() + 8.7 * ratio - 11.1
    }
}

/// What pixels that agree in all count for.
const CORRELATED: f32 = 2.5;

fn logistic(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}
