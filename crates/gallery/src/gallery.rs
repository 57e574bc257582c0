//! Bytes in, facts out: what sees pictures, and what remembers them.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use touchstone_signals::pictures::{Eyes, PictureFacts};
use touchstone_vision::decode::{Limits, Refusal};

use crate::gaze::{Seen, gaze};
use crate::kept::Kept;

/// Raised whenever the same file would be seen otherwise although no model changed.
const REVISION: u32 = 1;

/// Looks at pictures; shared between threads.
#[derive(Debug, Default)]
pub struct Gallery {
    limits: Limits,
    kept: Kept,
}

impl Gallery {
    /// Which versions of banks and models see pictures now.
    pub fn eyes(&self) -> Eyes {
        Eyes { banks: String::new(), models: format!("pass {REVISION}") }
    }

    /// The most bytes that a file may have.
    pub fn bytes_max(&self) -> usize {
        self.limits.bytes_max
    }

    /// What a picture shows; the same file is looked at once.
    ///
    /// # Errors
    /// When the file is no picture that is looked at.
    pub fn look(&self, bytes: &[u8]) -> Result<PictureFacts, Refusal> {
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        let seen = match self.kept.get(&hash) {
            Some(seen) => seen,
            None => {
                let seen = Arc::new(gaze(bytes, &hash, &self.limits)?);
                self.kept.put(hash, Arc::clone(&seen));
                seen
            }
        };
        Ok(self.compared(&seen))
    }

    /// With what the banks of now say.
    fn compared(&self, seen: &Seen) -> PictureFacts {
        seen.facts.clone()
    }
}
