//! A picture from its bytes to what is known of it: hashed, looked at unless that was done before, kept.

use axum::body::Bytes;
use sha2::{Digest, Sha256};
use touchstone_signals::pictures::{Elsewhere, Eyes, PictureFacts};
use touchstone_store::{Features, Name, Others, PictureHash, ShownPicture};

use super::eyes::Patience;
use crate::active::hex;
use crate::app::App;
use crate::clock::day;
use crate::problem::Problem;

/// A day in microseconds.
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// A picture that was looked at.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) hash: PictureHash,
    pub(crate) size: u64,
    pub(crate) facts: PictureFacts,
    /// What is new to the cache.
    features: Option<Features>,
}

/// What came of looking.
pub(crate) enum Looked {
    Seen(Box<Seen>),
    /// The file is no picture that can be read, for this reason.
    Unreadable(PictureHash, String),
}

/// Under which name the cache has what these eyes see.
pub(crate) fn version(names: &Eyes) -> String {
    format!("{}/{}", names.models, names.banks)
}

/// Looks at a file, or finds what was seen on it before.
pub(crate) async fn look(app: &App, bytes: Bytes, patience: Patience) -> Result<Looked, Problem> {
    let eyes = &app.pictures.eyes;
    let version = version(&eyes.names());
    let size = bytes.len() as u64;
    let file = bytes.clone();
    let hash = tokio::task::spawn_blocking(move || Sha256::digest(&file).into()).await;
    let hash: PictureHash = hash.map_err(|error| Problem::internal("a picture can't be hashed", error))?;
    let kept = app.store.features(&[hash], &version).await?.remove(&hash);
    // Facts of another shape than today's are looked for again.
    if let Some(facts) = kept.and_then(|kept| serde_json::from_slice(&kept).ok()) {
        return Ok(Looked::Seen(Box::new(Seen { hash, size, facts, features: None })));
    }
    let facts = eyes.run(patience, move |look| look.look(&bytes)).await?;
    Ok(match facts {
        Err(reason) => Looked::Unreadable(hash, reason),
        Ok(facts) => {
            let bytes = serde_json::to_vec(&facts);
            let bytes = bytes.map_err(|error| Problem::internal("what was seen can't be written", error))?;
            let features = Some(Features { version, bytes });
            Looked::Seen(Box::new(Seen { hash, size, facts, features }))
        }
    })
}

impl Seen {
    /// What the cache has of a file.
    pub(crate) fn kept(hash: PictureHash, kept: &[u8]) -> Option<Self> {
        Some(Self { hash, size: 0, facts: serde_json::from_slice(kept).ok()?, features: None })
    }

    /// What is known of it as a picture of this listing, under the name that the listing gives it.
    pub(crate) async fn facts(&self, app: &App, name: &Name, source: &str) -> Result<PictureFacts, Problem> {
        let others = app.store.others(&self.hash, (&name.marketplace, &name.seller_id)).await?;
        let now = app.clock.micros();
        let days = |since: i64| u32::try_from((now - since) / DAY).unwrap_or_default();
        let elsewhere = |others: Others| {
            let Others { sellers, since } = others;
            Elsewhere { days: days(since), sellers, since: day(since) }
        };
        let elsewhere = others.map(elsewhere);
        let facts = self.facts.clone();
        Ok(PictureFacts { hash: hex(&self.hash), source: source.to_owned(), elsewhere, ..facts })
    }

    /// What is seen on it, under this name.
    pub(crate) fn alone(self, source: &str) -> PictureFacts {
        PictureFacts { hash: hex(&self.hash), source: source.to_owned(), ..self.facts }
    }

    /// That this listing shows it, to be kept with the decision.
    pub(crate) fn shown(self, name: &Name, seen_at: i64) -> ShownPicture {
        let Self { hash, size, features, .. } = self;
        ShownPicture { name: name.clone(), hash, size, seen_at, features }
    }
}
