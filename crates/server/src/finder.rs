//! The words of listings, to be searched: an index in memory that follows what is decided.
//!
//! ```text
//! decisions, newest first ─ listings not known yet ─ what they say, opened ─► touchstone_search::Index
//!      ▲ again and again from the newest on             ▲ once, page by page, back to the oldest
//! ```
//!
//! It is filled while the server serves already, from the newest listing back, so that what was listed lately is found
//! first. Whoever asks is told how much there is and whether it is all. Ids of decisions grow with time, but processes
//! write them a little later, and their clocks differ: so far back is looked again.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Map, Value};
use tokio::sync::Mutex;
use touchstone_search::{Asked, Error, Index, Offer};
use touchstone_store::{Decided, Name, Store};
use uuid::Uuid;

use crate::problem::Problem;

/// Decisions of one read.
const PAGE: u64 = 2_000;
/// Listings that are kept; those that were decided on longest ago are not found beyond it.
const LISTINGS_MAX: usize = 2_000_000;
/// How far back of the newest known decision is looked for others, in milliseconds.
const OVERLAP: u64 = 10_000;
/// Bytes of a description that are searched.
const DESCRIPTION_BYTES: usize = 600;
/// Between the parts of a listing's name; no part may hold it.
const BETWEEN: char = '\0';

/// The words of all listings.
pub(crate) struct Finder {
    index: Arc<Index>,
    state: Mutex<State>,
    /// Whether all was read that there was at the start, and nothing was left out.
    is_all: AtomicBool,
}

#[derive(Default)]
struct State {
    /// The newest decision that was read.
    newest: Option<Uuid>,
    /// The oldest; what is before it comes next.
    oldest: Option<Uuid>,
    /// Whether no more is read of what there was at the start.
    is_full: bool,
    /// The latest decision on each listing, by a hash of its name.
    known: HashMap<u64, Uuid>,
    hasher: RandomState,
}

/// What is looked for among listings.
pub(crate) struct Wanted {
    pub(crate) text: String,
    pub(crate) marketplace: Option<String>,
    pub(crate) seller_id: Option<String>,
    pub(crate) verdict: Option<&'static str>,
    pub(crate) limit: usize,
}

/// How much can be found.
pub(crate) struct Reach {
    pub(crate) listings: usize,
    /// Whether that is all.
    pub(crate) is_all: bool,
}

impl Finder {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { index: Arc::new(Index::new()?), state: Mutex::default(), is_all: AtomicBool::new(false) })
    }

    /// Learns what was decided lately, and some of what was before; whether more of that is to be learnt. Somebody who
    /// learns already is not waited for.
    pub(crate) async fn learn(&self, store: &Store) -> Result<bool, Problem> {
        let Ok(mut state) = self.state.try_lock() else { return Ok(false) };
        self.learn_new(store, &mut state).await?;
        if !state.is_full {
            let page = store.decided(state.oldest, PAGE).await?;
            let (last, is_last) = (page.last().map(|last| last.decision_id), (page.len() as u64) < PAGE);
            self.put(store, &mut state, page).await?;
            state.oldest = last.or(state.oldest);
            state.is_full = is_last || state.known.len() >= LISTINGS_MAX;
            self.is_all.store(is_last, Ordering::Relaxed);
        }
        Ok(!state.is_full)
    }

    async fn learn_new(&self, store: &Store, state: &mut State) -> Result<(), Problem> {
        let until = match state.newest {
            Some(newest) => earlier(newest),
            // Nothing had been decided yet.
            None if state.is_full => Uuid::nil(),
            None => {
                state.newest = store.decided(None, 1).await?.first().map(|first| first.decision_id);
                return Ok(());
            }
        };
        let (mut before, mut newest) = (None, state.newest);
        loop {
            let mut page = store.decided(before, PAGE).await?;
            before = page.last().map(|last| last.decision_id).filter(|id| page.len() as u64 == PAGE && *id > until);
            page.retain(|one| one.decision_id > until);
            newest = newest.max(page.first().map(|first| first.decision_id));
            self.put(store, state, page).await?;
            if before.is_none() {
                state.newest = newest;
                return Ok(());
            }
        }
    }

    /// Takes in what listings say on which nothing later is known; what fails is tried again.
    async fn put(&self, store: &Store, state: &mut State, page: Vec<Decided>) -> Result<(), Problem> {
        let mut latest: HashMap<u64, Uuid> = HashMap::new();
        let page: Vec<Decided> = page.into_iter().filter(|one| state.is_new(one, &mut latest)).collect();
        if page.is_empty() {
            return Ok(());
        }
        let contents = store.contents(page.iter().map(|one| one.listing_hash.clone()).collect()).await?;
        let index = Arc::clone(&self.index);
        let put = tokio::task::spawn_blocking(move || {
            let offer = |one: &Decided| Some(offer(one, contents.get(&one.listing_hash)?));
            index.put(&page.iter().filter_map(offer).collect::<Vec<_>>())
        });
        put.await.map_err(unfound)?.map_err(unfound)?;
        state.known.extend(latest);
        Ok(())
    }

    /// Listings that hold the words, newest first.
    pub(crate) async fn find(&self, wanted: Wanted) -> Result<Vec<Name>, Problem> {
        let index = Arc::clone(&self.index);
        let found = tokio::task::spawn_blocking(move || {
            let label = |of: &str, value: Option<&str>| value.map(|value| format!("{of}{BETWEEN}{value}"));
            let labels = [
                label("marketplace", wanted.marketplace.as_deref()),
                label("seller", wanted.seller_id.as_deref()),
                label("verdict", wanted.verdict),
            ];
            let labels: Vec<String> = labels.into_iter().flatten().collect();
            index.find(&Asked { text: &wanted.text, labels: &labels, limit: wanted.limit })
        });
        let keys = found.await.map_err(unfound)?.map_err(unfound)?;
        Ok(keys.iter().filter_map(|key| name(key)).collect())
    }

    /// Listings that say something like this, the likest first.
    pub(crate) async fn like(&self, text: String, limit: usize) -> Result<Vec<Name>, Problem> {
        let index = Arc::clone(&self.index);
        let found = tokio::task::spawn_blocking(move || index.like(&text, limit)).await;
        Ok(found.map_err(unfound)?.map_err(unfound)?.iter().filter_map(|key| name(key)).collect())
    }

    /// How much can be found now.
    pub(crate) fn reach(&self) -> Reach {
        Reach { listings: self.index.len(), is_all: self.is_all.load(Ordering::Relaxed) }
    }

    /// A seller's words are gone.
    pub(crate) fn forget_seller(&self, marketplace: &str, seller_id: &str) -> Result<(), Error> {
        self.index.forget(&format!("{marketplace}{BETWEEN}{seller_id}"))
    }
}

impl State {
    /// Whether nothing later is known of its listing, nor stands before it on a page, newest first; it is `latest` then.
    fn is_new(&self, decided: &Decided, latest: &mut HashMap<u64, Uuid>) -> bool {
        let name = self.hasher.hash_one(&decided.name);
        let is_known = self.known.get(&name).is_some_and(|known| *known >= decided.decision_id);
        !is_known && *latest.entry(name).or_insert(decided.decision_id) == decided.decision_id
    }
}

/// The first id that may have been given out so much before this one.
fn earlier(id: Uuid) -> Uuid {
    let millis = (id.as_u128() >> 80) as u64;
    Uuid::from_u128(u128::from(millis.saturating_sub(OVERLAP)) << 80)
}

fn offer(decided: &Decided, content: &[u8]) -> Offer {
    let Decided { name, verdict, decided_at, .. } = decided;
    let Name { marketplace, seller_id, listing_id } = name;
    let said: Map<String, Value> = serde_json::from_slice(content).unwrap_or_default();
    let said = |field: &str| said.get(field).and_then(Value::as_str).unwrap_or_default();
    let description = said("description");
    let end = description.floor_char_boundary(DESCRIPTION_BYTES.min(description.len()));
    let text = ["title", "brand", "product_type", "gtin", "mpn"].map(said);
    let text = text.into_iter().chain([&description[..end], listing_id, seller_id]).collect::<Vec<_>>().join(" ");
    let labels = [("marketplace", marketplace), ("seller", seller_id), ("verdict", verdict)];
    Offer {
        key: format!("{marketplace}{BETWEEN}{seller_id}{BETWEEN}{listing_id}"),
        seller: format!("{marketplace}{BETWEEN}{seller_id}"),
        labels: labels.map(|(of, value)| format!("{of}{BETWEEN}{value}")).to_vec(),
        at: u64::try_from(*decided_at).unwrap_or_default(),
        text,
    }
}

fn name(key: &str) -> Option<Name> {
    let mut parts = key.split(BETWEEN).map(str::to_owned);
    Some(Name { marketplace: parts.next()?, seller_id: parts.next()?, listing_id: parts.next()? })
}

fn unfound(error: impl std::fmt::Display) -> Problem {
    Problem::internal("listings can't be searched", error)
}
