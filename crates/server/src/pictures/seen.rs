//! A picture from its bytes to what is known of it: hashed, looked at unless that was done before, compared with what the
//! banks hold now, kept.

use axum::body::Bytes;
use sha2::{Digest, Sha256};
use touchstone_gallery::Seen as Sight;
use touchstone_signals::pictures::{Elsewhere, PictureFacts};
use touchstone_store::{Features, Name, Others, PictureHash, PicturePrint, ShownPicture};

use super::eyes::{Look, Patience};
use crate::active::hex;
use crate::app::App;
use crate::clock::day;
use crate::near::{Near, pdq, stored};
use crate::problem::Problem;

/// A day in microseconds.
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// A picture that was looked at.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) hash: PictureHash,
    pub(crate) size: u64,
    pub(crate) facts: PictureFacts,
    /// Other pictures that are nearly the same.
    near: Vec<PictureHash>,
    print: Option<PicturePrint>,
    /// What is new to the cache.
    features: Option<Features>,
}

/// What came of looking.
pub(crate) enum Looked {
    Seen(Box<Seen>),
    /// The file is no picture that can be read, for this reason.
    Unreadable(PictureHash, String),
}

/// What a thread found out.
struct Found {
    facts: PictureFacts,
    near: Vec<PictureHash>,
    print: Option<PicturePrint>,
    /// For the cache, where it is new.
    new: Option<Vec<u8>>,
}

/// Looks at a file, or finds what was seen on it before.
pub(crate) async fn look(app: &App, bytes: Bytes, patience: Patience) -> Result<Looked, Problem> {
    let file = bytes.clone();
    let hash = tokio::task::spawn_blocking(move || Sha256::digest(&file).into()).await;
    let hash: PictureHash = hash.map_err(|error| Problem::internal("a picture can't be hashed", error))?;
    let version = app.pictures.eyes.names().models;
    let kept = app.store.features(&[hash], &version).await?.remove(&hash);
    // What was kept in another shape than today's is looked for again.
    let before = kept.and_then(|kept| Sight::from_bytes(&kept));
    seen(app, (hash, bytes), before, patience).await
}

/// What was seen on a file before, with what the banks of now say; none if the file is not at hand and has to be.
pub(crate) async fn again(app: &App, hash: PictureHash, kept: &[u8]) -> Result<Option<Seen>, Problem> {
    let Some(before) = Sight::from_bytes(kept) else { return Ok(None) };
    let file = if app.pictures.eyes.lacks(&before) { app.pictures.files.get(&hash).await? } else { Some(Vec::new()) };
    let Some(file) = file else { return Ok(None) };
    match seen(app, (hash, file.into()), Some(before), Patience::Any).await? {
        Looked::Seen(seen) => Ok(Some(*seen)),
        Looked::Unreadable(..) => Ok(None),
    }
}

async fn seen(
    app: &App,
    (hash, bytes): (PictureHash, Bytes),
    before: Option<Sight>,
    patience: Patience,
) -> Result<Looked, Problem> {
    let (near, size) = (app.near.clone(), bytes.len() as u64);
    let found = app.pictures.eyes.run(patience, move |look| find(look, &near, before, &bytes)).await?;
    Ok(match found {
        Err(reason) => Looked::Unreadable(hash, reason),
        Ok(Found { facts, near, print, new }) => {
            let features = new.map(|bytes| Features { version: app.pictures.eyes.names().models, bytes });
            Looked::Seen(Box::new(Seen { hash, size, facts, near, print, features }))
        }
    })
}

fn find(look: &dyn Look, near: &Near, before: Option<Sight>, bytes: &[u8]) -> Result<Found, String> {
    let (seen, is_new) = match before {
        Some(seen) if !look.lacks(&seen) => (seen, false),
        before => (look.see(bytes, before)?, true),
    };
    let prints = seen.prints();
    Ok(Found {
        facts: look.compare(&seen),
        near: prints.map_or(Vec::new(), |prints| near.of(&prints)),
        print: prints.map(|[print, ..]| stored(&print)),
        new: is_new.then(|| seen.to_bytes()),
    })
}

impl Seen {
    /// What is known of it as a picture of this listing, under the name that the listing gives it.
    pub(crate) async fn facts(&self, app: &App, name: &Name, source: &str) -> Result<PictureFacts, Problem> {
        let same: Vec<PictureHash> = self.same().collect();
        let others = app.store.others(&same, (&name.marketplace, &name.seller_id)).await?;
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

    /// Its fingerprint at a reduced scale, in hexadecimal, where there is enough on it.
    pub(crate) fn pdq_scaled(&self) -> Option<String> {
        self.print.map(|print| pdq(&print).to_string())
    }

    /// It, and other pictures that are nearly the same.
    pub(crate) fn same(&self) -> impl Iterator<Item = PictureHash> {
        std::iter::once(self.hash).chain(self.near.iter().copied())
    }

    /// What is seen on it, under this name.
    pub(crate) fn alone(self, source: &str) -> PictureFacts {
        PictureFacts { hash: hex(&self.hash), source: source.to_owned(), ..self.facts }
    }

    /// Whether something was seen that is not kept yet.
    pub(crate) fn is_new(&self) -> bool {
        self.features.is_some()
    }

    /// That this listing shows it, to be kept with the decision.
    pub(crate) fn shown(self, name: &Name, seen_at: i64) -> ShownPicture {
        let Self { hash, size, print, features, .. } = self;
        ShownPicture { name: name.clone(), hash, size, seen_at, features, print }
    }
}
