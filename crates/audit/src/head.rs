//! A head: size and root of the trail at one moment, signed, as a C2SP checkpoint.

use std::fmt;

use crate::canonical::NUMBER_MAX;
use crate::hash::Hash;
use crate::keys::{Keys, SecretKey};
use crate::note::{self, NoteError};

/// What a head says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Which trail: the name of the key that signs it.
    pub origin: String,
    /// Number of events.
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

/// Why a head is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// Its note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A note, but not of a head.
    #[error("it is not a head: the lines of a head are its origin, its size, its root")]
    Form,
    /// Signed, but by a key that must not sign such a head.
    #[error("the key {0} signed it, and may not sign a head of that size")]
    NotItsTurn(String),
    /// A key of one trail signed a head of another.
    #[error("it is a head of {origin} signed by {key}, which is the key of another trail")]
    Origin {
        /// What the head says.
        origin: String,
        /// Who signed.
        key: String,
    },
}

impl Head {
    /// The head as a signed note.
    pub fn sign(size: u64, root: Hash, key: &SecretKey) -> String {
        let head = Self { origin: key.public().name().to_owned(), size, root };
        note::sign(&head.to_string(), key)
    }

    /// Reads a head and checks who signed it.
    ///
    /// # Errors
    /// If it is none, nobody signed it, none of these keys did, or one that may not.
    pub fn open(note: &str, keys: &Keys) -> Result<Self, HeadError> {
        let (text, mut signers) = note::open(note, keys)?;
        let head = Self::read(text).ok_or(HeadError::Form)?;
        let label = signers.first().map(|entry| entry.key.label()).unwrap_or_default();
        signers.retain(|entry| entry.key.name() == head.origin);
        if signers.is_empty() {
            return Err(HeadError::Origin { origin: head.origin, key: label });
        }
        let its_turn = signers.iter().any(|entry| entry.signs_head(head.size));
        if its_turn { Ok(head) } else { Err(HeadError::NotItsTurn(label)) }
    }

    /// What a note says without asking who signed it: only to name a head that is not believed.
    pub(crate) fn claimed(note: &str) -> Option<Self> {
        Self::read(note::split(note).ok()?.0)
    }

    /// Lines after the third are for extensions, and none is ours.
    fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let number = size.parse::<u64>().ok().filter(|n| n.to_string() == size && *n <= NUMBER_MAX.unsigned_abs())?;
        let filled = !origin.is_empty() && lines.all(|line| !line.is_empty());
        filled.then_some(Self { origin: origin.to_owned(), size: number, root: root.parse().ok()? })
    }
}

impl fmt::Display for Head {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root)
    }
}
