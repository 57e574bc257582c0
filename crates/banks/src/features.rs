//! What is kept of a picture: enough to find its copies once the file is gone.
//!
//! The same features serve both sides. Those of a bank's entry are added to a [`CopyIndex`](crate::CopyIndex); those of
//! a listing's picture ask it. They are computed once a picture and kept as bytes, see [`EntryFeatures::to_bytes`].

use sha2::{Digest, Sha256};
use touchstone_vision::local::{self, Features};
use touchstone_vision::{Picture, Plane, thumbnail};

/// Changes whenever features of before can't be compared with features of now: look at the picture again.
pub const VERSION: u8 = 1;

/// What the embedding model says of a picture, see [`EntryFeatures::of`].
pub type Embed<'a> = dyn Fn(&Picture) -> Option<Vec<f32>> + 'a;

/// A picture as the search sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryFeatures {
    pub(crate) sha256: [u8; 32],
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) thumbnail: Plane,
    pub(crate) local: Features,
}

/// Bytes that are no features of this version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// Made by another version; the picture has to be looked at again.
    #[error("features of version {0}, this program reads {VERSION}: look at the picture again")]
    Version(u8),
    /// Too short, too long, or with numbers that can't be.
    #[error("damaged features: {0}")]
    Shape(&'static str),
}

impl EntryFeatures {
    /// Looks at a picture that was decoded from `bytes`.
    ///
    /// Without `embed` copies are still found by pixels and places; other photos of the same thing are not ranked well.
    pub fn of(bytes: &[u8], picture: &Picture, embed: Option<&Embed<'_>>) -> Self {
        let _ = embed;
        let grey = picture.grey();
        Self {
            sha256: Sha256::digest(bytes).into(),
            width: picture.width(),
            height: picture.height(),
            thumbnail: thumbnail::shrink(&grey, thumbnail::SIDE),
            local: local::extract(&grey, &local::Options::default()),
        }
    }

    /// SHA-256 of the file.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Width and height of the upright picture, in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// A compact form; the first byte is [`VERSION`], integers are little endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.sha256);
        bytes.extend(self.width.to_le_bytes());
        bytes.extend(self.height.to_le_bytes());
        bytes.extend([self.thumbnail.width() as u8, self.thumbnail.height() as u8]);
        bytes.extend(self.thumbnail.pixels());
        bytes.extend(self.local.to_bytes());
        bytes
    }

    /// Reads what [`EntryFeatures::to_bytes`] wrote.
    ///
    /// # Errors
    /// Another version, or bytes that are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let mut reader = Reader { rest: bytes };
        match reader.take::<1>()? {
            [VERSION] => {}
            [other] => return Err(Damaged::Version(other)),
        }
        let sha256 = reader.take()?;
        let width = u32::from_le_bytes(reader.take()?);
        let height = u32::from_le_bytes(reader.take()?);
        let [w, h] = reader.take()?;
        let pixels = reader.slice(usize::from(w) * usize::from(h))?.to_vec();
        let thumbnail = Plane::new(w.into(), h.into(), pixels).ok_or(Damaged::Shape("no pixels"))?;
        let local = Features::from_bytes(reader.rest).ok_or(Damaged::Shape("no local features"))?;
        Ok(Self { sha256, width, height, thumbnail, local })
    }
}

/// Takes bytes from the front.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn slice(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Damaged::Shape("too short"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        self.slice(N)?.try_into().map_err(|_| Damaged::Shape("too short"))
    }
}
