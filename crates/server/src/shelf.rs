//! The banks of this data folder: asked by calls, changed by people, and read again several times a second, so that what
//! any process adds is found by every process within a second.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::body::Bytes;
use sha2::{Digest, Sha256};
use touchstone_banks::exchange::{List, Signal};
use touchstone_banks::{
    Act, Added, Answer, Bank, BankError, Change, EntryFeatures, Item, Library, NewItem, State, pictures,
};
use touchstone_gallery::Compare;
use touchstone_sight::Eyes;
use touchstone_vision::Picture;
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::pdq::full;

use crate::active::hex;

/// How often is looked what other processes added.
pub(crate) const REFRESH_EVERY: Duration = Duration::from_millis(200);

/// The banks, and what it takes to ask them.
pub(crate) struct Shelf {
    library: RwLock<Library>,
    data: PathBuf,
    eyes: Option<Arc<Eyes>>,
}

/// What is said of a picture that is added.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) brand: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) source: Option<String>,
}

/// A picture that is ready to be compared.
pub(crate) struct Ready {
    bytes: Bytes,
    sha256: String,
    picture: Picture,
    features: EntryFeatures,
}

/// What became of a picture that was added.
pub(crate) struct Put {
    pub(crate) id: String,
    pub(crate) state: State,
    /// The genuine entry that it looks like.
    pub(crate) like: Option<String>,
}

impl Shelf {
    /// Opens the banks; with models, where there are some.
    pub(crate) fn open(data: &Path, eyes: Option<Arc<Eyes>>) -> Result<Self, BankError> {
        Ok(Self { library: RwLock::new(Library::open(data)?), data: data.to_owned(), eyes })
    }

    /// Learns what other processes added.
    pub(crate) fn refresh(&self) -> Result<bool, BankError> {
        self.library.write().unwrap_or_else(PoisonError::into_inner).refresh()
    }

    pub(crate) fn with<T>(&self, look: impl FnOnce(&Library) -> T) -> T {
        look(&self.library.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Decodes a picture and takes its features.
    pub(crate) fn ready(&self, bytes: Bytes) -> Result<Ready, String> {
        let picture = decode(&bytes, &Limits::default()).map_err(|refusal| refusal.to_string())?;
        let embed = |picture: &Picture| {
            let embeddings = self.eyes.as_ref()?.embed(&[picture]).ok()?;
            embeddings.into_iter().next().map(|embedding| embedding.features)
        };
        let embed = self.eyes.is_some().then_some(&embed as &touchstone_banks::features::Embed<'_>);
        let features = EntryFeatures::of(&bytes, &picture, embed);
        Ok(Ready { sha256: hex(&Sha256::digest(&bytes)), bytes, picture, features })
    }

    /// What a picture is a copy of.
    pub(crate) fn query(&self, ready: &Ready, most: usize) -> Answer {
        self.with(|library| {
            let hashes = library.wants_hashes().then(|| full(&ready.picture).hashes());
            library.query(&ready.features, hashes.as_ref(), most)
        })
    }

    /// Adds a picture; one that looks like a genuine one waits for a second person.
    pub(crate) fn add(&self, bank: Bank, name: &str, ready: Ready, about: About, act: &Act) -> Result<Put, BankError> {
        pictures::keep(&self.data, &ready.sha256, &ready.bytes)?;
        let fingerprint = full(&ready.picture);
        let like = (bank == Bank::Counterfeit).then(|| {
            self.with(|library| {
                let copied = library.copies(&ready.features, Bank::Genuine);
                let near = copied.or_else(|| library.near(&fingerprint.hash(), Bank::Genuine));
                near.map(|entry| entry.id.clone())
            })
        });
        let like = like.flatten();
        let item = Item {
            brand: about.brand,
            product: about.product,
            source: about.source,
            size: [ready.picture.width(), ready.picture.height()],
            pdq: Some(fingerprint.hash().to_string()),
            quality: Some(fingerprint.quality()),
            sha256: Some(ready.sha256),
            ..Item::new(bank, name)
        };
        let new = NewItem { item, features: ready.features.to_bytes(), like: like.clone() };
        let added = self.change(|library| library.banks_mut().add(vec![new], act))?;
        let (id, state) = match added.into_iter().next() {
            Some(Added::Active(id)) => (id, State::Active),
            Some(Added::Pending(id)) => (id, State::Pending),
            Some(Added::Before(id, state)) => (id, state),
            None => return Err(BankError::Refused("nothing was added".to_owned())),
        };
        Ok(Put { id, state, like: like.filter(|_| state == State::Pending) })
    }

    /// Changes an entry.
    pub(crate) fn set(&self, id: &str, change: &Change, act: &Act) -> Result<(), BankError> {
        self.change(|library| library.banks_mut().change(&[id.to_owned()], change, act)).map(drop)
    }

    /// Changes the banks, durably, and finds what was changed from then on.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Library) -> Result<T, BankError>) -> Result<T, BankError> {
        let mut library = self.library.write().unwrap_or_else(PoisonError::into_inner);
        let done = change(&mut library)?;
        library.index()?;
        Ok(done)
    }
}

impl Shelf {
    /// Takes in a list; how many match now, wait for a second person, and were there before.
    pub(crate) fn import(&self, bank: Bank, name: &str, list: List, act: &Act) -> Result<[usize; 3], BankError> {
        let new = self.with(|library| {
            let item = |signal: Signal| {
                let near = (bank == Bank::Counterfeit).then(|| library.near(&signal.pdq, Bank::Genuine)).flatten();
                let item = Item {
                    brand: signal.brand,
                    product: signal.product,
                    source: signal.source,
                    pdq: Some(signal.pdq.to_string()),
                    quality: signal.quality,
                    tags: signal.tags,
                    ..Item::new(bank, name)
                };
                NewItem { item, features: Vec::new(), like: near.map(|entry| entry.id.clone()) }
            };
            list.signals.into_iter().map(item).collect::<Vec<_>>()
        });
        let mut counts = [0; 3];
        for added in self.change(|library| library.banks_mut().add(new, act))? {
            counts[match added {
                Added::Active(_) => 0,
                Added::Pending(_) => 1,
                Added::Before(..) => 2,
            }] += 1;
        }
        Ok(counts)
    }
}

/// Pictures are compared with what the banks hold at that moment.
pub(crate) struct OnShelf(pub(crate) Arc<Shelf>);

impl Compare for OnShelf {
    fn version(&self) -> String {
        self.0.with(Compare::version)
    }

    fn copies(&self, features: &EntryFeatures) -> Vec<touchstone_gallery::Match> {
        self.0.with(|library| Compare::copies(library, features))
    }
}
