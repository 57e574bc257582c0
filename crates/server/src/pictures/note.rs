//! What a decision's envelope says of each picture: which file it was, or why it was not had.

use serde::{Deserialize, Serialize};
use touchstone_store::PictureHash;
use utoipa::ToSchema;

use crate::active::hex;
use crate::fetch::FetchError;

/// A picture that a decision was made with, or why it was not had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct PictureNote {
    /// Which of the listing's pictures, from 0: the main one, then the others in their order.
    pub(crate) item: u16,
    /// SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) hash: Option<String>,
    /// Why it was not had, as a stable code: `not_public`, `refused_by_host`, `too_slow`, `no_picture` and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) problem: Option<String>,
}

impl PictureNote {
    pub(crate) fn had(item: usize, hash: &PictureHash) -> Self {
        Self { item: number(item), hash: Some(hex(hash)), problem: None }
    }

    pub(crate) fn missed(item: usize, error: &FetchError) -> Self {
        Self { item: number(item), hash: None, problem: Some(error.code().to_owned()) }
    }

    /// The hash of the file, if it was had and could be looked at.
    pub(crate) fn file(&self) -> Option<PictureHash> {
        let hash = self.hash.as_deref().filter(|_| self.problem.is_none())?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(hash.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(bytes)
    }

    /// It was had, and can't be looked at.
    pub(crate) fn unreadable(item: usize, hash: &PictureHash) -> Self {
        Self { item: number(item), hash: Some(hex(hash)), problem: Some("unreadable".to_owned()) }
    }
}

fn number(item: usize) -> u16 {
    u16::try_from(item).unwrap_or(u16::MAX)
}

/// As it is kept with the decision; none without pictures.
pub(crate) fn written(notes: &[PictureNote]) -> Option<String> {
    Some(notes).filter(|notes| !notes.is_empty()).and_then(|notes| serde_json::to_string(notes).ok())
}
