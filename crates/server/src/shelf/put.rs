//! Pictures and lists of hashes that become entries of banks.

use sha2::{Digest, Sha256};
use touchstone_banks::exchange::{List, Signal};
use touchstone_banks::{Act, Added, Bank, BankError, Item, NewItem, State, pictures};
use touchstone_gallery::featured;
use touchstone_vision::decode::{Limits, decode};
use touchstone_vision::pdq::full;

use super::Shelf;
use crate::active::hex;

/// What is said of a picture that is added.
#[derive(Debug, Clone, Default)]
pub(crate) struct About {
    pub(crate) brand: Option<String>,
    pub(crate) product: Option<String>,
    pub(crate) source: Option<String>,
}

/// What became of a picture that was added.
pub(crate) struct Put {
    pub(crate) id: String,
    pub(crate) state: State,
    /// The genuine entry that it looks like.
    pub(crate) like: Option<String>,
}

/// Why a picture can't be put into a bank.
pub(crate) enum Unfit {
    /// It can't be read, for this reason.
    Unreadable(String),
    /// It can't be kept.
    Bank(BankError),
}

impl Shelf {
    /// Looks at a picture that is to be added, and keeps its file; one that looks like a genuine one waits for a second
    /// person.
    pub(crate) fn item(&self, bank: Bank, name: &str, bytes: &[u8], about: &About) -> Result<NewItem, Unfit> {
        let picture = decode(bytes, &Limits::default()).map_err(|refusal| Unfit::Unreadable(refusal.to_string()))?;
        let sha256 = hex(&Sha256::digest(bytes));
        pictures::keep(&self.data, &sha256, bytes).map_err(Unfit::Bank)?;
        let features = featured::kept(bytes, &picture, self.eyes.as_deref());
        let fingerprint = full(&picture);
        let like = (bank == Bank::Counterfeit).then(|| {
            self.with(|library| {
                let copied = library.copies(&features, Bank::Genuine);
                let near = copied.or_else(|| library.near(&fingerprint.hash(), Bank::Genuine));
                near.map(|entry| entry.id.clone())
            })
        });
        let item = Item {
            brand: about.brand.clone(),
            product: about.product.clone(),
            source: about.source.clone(),
            size: [picture.width(), picture.height()],
            pdq: Some(fingerprint.hash().to_string()),
            quality: Some(fingerprint.quality()),
            sha256: Some(sha256),
            ..Item::new(bank, name)
        };
        Ok(NewItem { item, features: features.to_bytes(), like: like.flatten() })
    }

    /// Adds all of them, or none.
    pub(crate) fn add(&self, new: Vec<NewItem>, act: &Act) -> Result<Vec<Put>, BankError> {
        let likes: Vec<Option<String>> = new.iter().map(|new| new.like.clone()).collect();
        let added = self.change(|library| library.banks_mut().add(new, act))?;
        let put = |(added, like): (Added, Option<String>)| {
            let (id, state) = match added {
                Added::Active(id) => (id, State::Active),
                Added::Pending(id) => (id, State::Pending),
                Added::Before(id, state) => (id, state),
            };
            Put { id, state, like: like.filter(|_| state == State::Pending) }
        };
        Ok(added.into_iter().zip(likes).map(put).collect())
    }

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
