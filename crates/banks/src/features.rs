//! What is kept of a picture: enough to find its copies once the file is gone.
//!
//! The same features serve both sides. Those of a bank's entry are added to a [`CopyIndex`](crate::CopyIndex); those of
//! a listing's picture ask it. They are computed once a picture and kept as bytes, see [`EntryFeatures::to_bytes`].

use sha2::{Digest, Sha256};
use touchstone_vision::local::{self, Features};
use touchstone_vision::{Picture, PixelBox, Plane, pdq, thumbnail};

/// Changes whenever features of before can't be compared with features of now: look at the picture again.
pub const VERSION: u8 = 2;

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
    pub(crate) quality: u8,
    /// Of the picture as it is, then turned and mirrored: see [`Variants::hashes`](pdq::Variants::hashes).
    pub(crate) pdq: [pdq::Bits; 8],
    pub(crate) views: Vec<View>,
}

/// An embedding of unit length, in [`STEPS`]ths; what is negative is zero.
pub(crate) type View = Vec<u8>;

/// Steps to one: the numbers of an embedding are small.
const STEPS: f32 = 800.0;
/// Parts of each side that the views of an asked picture show: what a photo is of stands in its middle.
pub const ASKED: [f64; 2] = [0.7, 0.5];
/// And those of a bank's picture, which is of one thing.
const KEPT: [f64; 2] = [1.0, 0.8];
/// A fingerprint of less quality is of a plain picture, and near to many.
pub(crate) const QUALITY_MIN: u8 = 50;
/// Numbers of an embedding that are kept at most.
const NUMBERS_MAX: usize = 4_096;

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
    /// Looks at a picture that was decoded from `bytes`, to ask for it.
    ///
    /// `embed` is asked twice and gives numbers that are not negative. Without it copies are found all the same, but
    /// other photos of the same thing are not ranked.
    pub fn of(bytes: &[u8], picture: &Picture, embed: Option<&Embed<'_>>) -> Self {
        Self::with_parts(bytes, picture, embed, &ASKED)
    }

    /// Looks at a picture that becomes an entry: `embed` is asked four times, so that shop photos find their catalogue
    /// picture better.
    pub fn of_entry(bytes: &[u8], picture: &Picture, embed: Option<&Embed<'_>>) -> Self {
        Self::with_parts(bytes, picture, embed, &[ASKED, KEPT].concat())
    }

    fn with_parts(bytes: &[u8], picture: &Picture, embed: Option<&Embed<'_>>, parts: &[f64]) -> Self {
        let embeddings = embed.and_then(|embed| embedded(picture, embed, parts));
        Self::with_embeddings(bytes, picture, &embeddings.unwrap_or_default())
    }

    /// Looks at a picture to ask for it, of whose middle parts [`ASKED`] a model has spoken already.
    pub fn with_embeddings(bytes: &[u8], picture: &Picture, embeddings: &[Vec<f32>]) -> Self {
        let fits = |numbers: &Vec<f32>| numbers.len() <= NUMBERS_MAX && numbers.len() == embeddings[0].len();
        let views = if embeddings.iter().all(fits) { embeddings } else { &[] };
        let grey = picture.grey();
        let variants = pdq::scaled(&grey);
        Self {
            sha256: Sha256::digest(bytes).into(),
            width: picture.width(),
            height: picture.height(),
            thumbnail: thumbnail::shrink(&grey, thumbnail::SIDE),
            local: local::extract(&grey, &local::Options::default()),
            quality: variants.quality(),
            pdq: variants.hashes().map(|hash| *hash.bits()),
            views: views.iter().map(|numbers| view(numbers)).collect(),
        }
    }

    /// The views to ask with.
    pub(crate) fn asked(&self) -> &[View] {
        &self.views[..self.views.len().min(ASKED.len())]
    }

    /// The views to be asked for: those of an entry, or what there is.
    pub(crate) fn kept(&self) -> &[View] {
        self.views.get(ASKED.len()..).filter(|views| !views.is_empty()).unwrap_or(&self.views)
    }

    /// SHA-256 of the file.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Width and height of the upright picture, in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The fingerprint and its quality, 0 to 100.
    pub fn fingerprint(&self) -> (pdq::Pdq<pdq::Scaled>, u8) {
        (pdq::Pdq::new(self.pdq[0]), self.quality)
    }

    /// The fingerprint as it is, then turned and mirrored; none of a picture with too little in it to be told by one.
    pub fn prints(&self) -> Option<[pdq::Pdq<pdq::Scaled>; 8]> {
        (self.quality >= QUALITY_MIN).then(|| self.pdq.map(pdq::Pdq::new))
    }

    /// A compact form; the first byte is [`VERSION`], integers are little endian.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.sha256);
        bytes.extend(self.width.to_le_bytes());
        bytes.extend(self.height.to_le_bytes());
        bytes.extend([self.thumbnail.width() as u8, self.thumbnail.height() as u8]);
        bytes.extend(self.thumbnail.pixels());
        bytes.push(self.quality);
        self.pdq.iter().flatten().for_each(|word| bytes.extend(word.to_le_bytes()));
        let numbers = self.views.first().map_or(0, Vec::len);
        bytes.push(self.views.len() as u8);
        bytes.extend((numbers as u16).to_le_bytes());
        self.views.iter().for_each(|view| bytes.extend(view));
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
        let [quality] = reader.take()?;
        let mut pdq = [[0; 4]; 8];
        for word in pdq.iter_mut().flatten() {
            *word = u64::from_le_bytes(reader.take()?);
        }
        let [count] = reader.take()?;
        let numbers = usize::from(u16::from_le_bytes(reader.take()?));
        let views = (0..count).map(|_| reader.slice(numbers).map(<[u8]>::to_vec)).collect::<Result<_, _>>()?;
        let local = Features::from_bytes(reader.rest).ok_or(Damaged::Shape("no local features"))?;
        Ok(Self { sha256, width, height, thumbnail, local, quality, pdq, views })
    }
}

/// The embeddings of the middle parts of a picture; none if one fails.
fn embedded(picture: &Picture, embed: &Embed<'_>, parts: &[f64]) -> Option<Vec<Vec<f32>>> {
    let part = |&part: &f64| {
        let rim = |side: u32| (f64::from(side) * (1.0 - part) / 2.0) as u32;
        let (x, y) = (rim(picture.width()), rim(picture.height()));
        embed(&picture.crop(PixelBox { x1: x, y1: y, x2: picture.width() - x, y2: picture.height() - y }))
    };
    parts.iter().map(part).collect()
}

fn view(numbers: &[f32]) -> View {
    let length = numbers.iter().map(|n| n * n).sum::<f32>().sqrt().max(1e-6);
    numbers.iter().map(|n| (n / length * STEPS).round().clamp(0.0, 255.0) as u8).collect()
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
