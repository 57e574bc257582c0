//! What was seen on one picture, and its form as bytes: a long look is taken once a file, whatever is compared with it
//! later.
//!
//! What models see depends on the file alone. Logos depend on what is enrolled, and public hashes are only made where an
//! imported list wants them: both can be filled in later. Copies are no part of it.

use serde::{Deserialize, Serialize};
use touchstone_banks::EntryFeatures;
use touchstone_signals::pictures::PictureFacts;
use touchstone_vision::Picture;
use touchstone_vision::pdq::{Full, Pdq, Scaled, full};

use crate::gaze::Cost;

/// What was seen on one picture, and its features for asking the banks.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// All but its copies, its name and who else uses it.
    pub facts: PictureFacts,
    /// For [`touchstone_banks`]; none of a placeholder.
    pub features: Option<EntryFeatures>,
    /// Public hashes; none where nothing wanted them.
    pub hashes: Option<Hashes>,
    /// Names the logos that were looked for.
    pub(crate) logos: String,
    /// How many pixels of the file's picture stand for one of the decoded, in thousandths.
    pub(crate) scale: u64,
    /// What it cost.
    pub cost: Cost,
}

/// Hashes of the public algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hashes {
    /// Of the picture as it is, then turned and mirrored.
    pub all: [Pdq<Full>; 8],
    /// How much there is in the picture, 0 to 100.
    pub quality: u8,
}

impl Hashes {
    /// Those of a picture that was decoded whole.
    pub fn of(picture: &Picture) -> Self {
        let variants = full(picture);
        Self { all: variants.hashes(), quality: variants.quality() }
    }
}

/// What stands before the features.
#[derive(Serialize, Deserialize)]
struct Head {
    facts: PictureFacts,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hashes: Option<(Vec<String>, u8)>,
    logos: String,
    scale: u64,
}

impl Seen {
    /// Facts alone, of whatever else looks at pictures.
    pub fn of(facts: PictureFacts) -> Self {
        Self { facts, scale: 1_000, ..Self::default() }
    }

    /// The fingerprint for near copies, then those of the picture turned and mirrored; none of a picture with too little in it.
    pub fn prints(&self) -> Option<[Pdq<Scaled>; 8]> {
        self.features.as_ref().and_then(EntryFeatures::prints)
    }

    /// As bytes that [`Self::from_bytes`] understands.
    pub fn to_bytes(&self) -> Vec<u8> {
        let text = |hashes: &Hashes| (hashes.all.iter().map(ToString::to_string).collect(), hashes.quality);
        let head = Head {
            facts: self.facts.clone(),
            hashes: self.hashes.as_ref().map(text),
            logos: self.logos.clone(),
            scale: self.scale,
        };
        let head = serde_json::to_vec(&head).unwrap_or_default();
        let mut bytes = (head.len() as u32).to_le_bytes().to_vec();
        bytes.extend(head);
        bytes.extend(self.features.iter().flat_map(EntryFeatures::to_bytes));
        bytes
    }

    /// Reads what [`Self::to_bytes`] wrote; none if it is of another version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (head, features) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let Head { facts, hashes, logos, scale } = serde_json::from_slice(head).ok()?;
        let hashes = match hashes {
            None => None,
            Some((all, quality)) => {
                let all: Vec<Pdq<Full>> = all.iter().map(|hash| hash.parse().ok()).collect::<Option<_>>()?;
                Some(Hashes { all: all.try_into().ok()?, quality })
            }
        };
        let features = match features {
            [] => None,
            features => Some(EntryFeatures::from_bytes(features).ok()?),
        };
        Some(Self { facts, features, hashes, logos, scale, cost: Cost::default() })
    }
}
