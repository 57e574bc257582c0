//! What is known of listings' past: the last version of each that was allowed, and blocked listings that come back.
//!
//! Blocked listings are kept in memory, to be searched by likeness. They come from the store at the start, from decisions
//! as they are made, from what was learnt later, and every few seconds from what other processes on the same database
//! blocked or learnt.

use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

use touchstone_catalog::feed::Objects;
use touchstone_catalog::{Limits, Listing, ListingBatch};
use touchstone_relisting::{Index, Key, Sketch, Thresholds};
use touchstone_screening::{Active, facts};
use touchstone_signals::{Context, Previous, Resemblance, Scratch};
use touchstone_store::{BlockedListing, Learnt, Name, NewDecision, Store, StoreError};

/// Blocked listings of one read from the store.
const PAGE: u64 = 1_000;
/// Clocks of processes differ, and a decision is seen only once it is written: so far back is looked, in microseconds.
const OVERLAP: i64 = 60_000_000;

/// Blocked listings, to be searched by likeness.
pub(crate) struct Blocked(RwLock<State>);

struct State {
    index: Index,
    /// The knowledge with which it was read; none before it was.
    knowledge: Option<[u8; 32]>,
    /// From when on the store may hold what is not here, in microseconds since 1970.
    since: i64,
}

/// A listing that was stopped, ready for the index.
pub(crate) struct Stopped {
    key: Key,
    decision_id: String,
    /// None where not the decision stopped it, but what was learnt later.
    content: Option<[u8; 32]>,
    sketch: Sketch,
}

impl Default for Blocked {
    fn default() -> Self {
        Self(RwLock::new(State { index: Index::new(Thresholds::default()), knowledge: None, since: 0 }))
    }
}

impl Blocked {
    /// Brings the index to the state of the store: what is new, or all of it when the knowledge is another one.
    ///
    /// # Errors
    /// When the store fails; what is here stays.
    pub(crate) async fn refresh(&self, store: &Store, active: Arc<Active>, now: i64) -> Result<(), StoreError> {
        let (knowledge, since) = self.with(|state| (state.knowledge, state.since));
        if knowledge != Some(active.snapshot.hash) {
            return self.fill(store, active, now).await;
        }
        let (cleared, erased) = (store.cleared_since(since).await?, store.erased_since(since).await?);
        let cleared = self.with(|state| decisions(state, cleared));
        let blocked = store.blocked_since(since).await?;
        // What was blocked since the first look is not cleared.
        let again: HashSet<Name> = blocked.iter().map(|row| row.name.clone()).collect();
        let cleared: Vec<(Name, String)> = cleared.into_iter().filter(|(name, _)| !again.contains(name)).collect();
        let is_new = |state: &State, row: &BlockedListing| !is_here(state, row) || is_of(&erased, &row.name);
        let new = self.with(|state| blocked.into_iter().filter(|row| is_new(state, row)).collect());
        let stopped = read(store, active, new).await?;
        // At once: what stands in the store is never missing here between the one and the other.
        self.change(|state| {
            cleared.iter().for_each(|(name, decision)| state.forget(name, decision));
            erased.iter().for_each(|(marketplace, seller_id)| state.index.remove_seller(marketplace, seller_id));
            stopped.into_iter().for_each(|one| one.add_to(&mut state.index));
            state.since = now - OVERLAP;
        });
        Ok(())
    }

    async fn fill(&self, store: &Store, active: Arc<Active>, now: i64) -> Result<(), StoreError> {
        let (mut index, mut after) = (Index::new(Thresholds::default()), None);
        loop {
            let page = store.blocked(after.as_ref(), PAGE).await?;
            let last = page.last().map(|row| row.name.clone()).filter(|_| page.len() as u64 == PAGE);
            for stopped in read(store, Arc::clone(&active), page).await? {
                stopped.add_to(&mut index);
            }
            after = last;
            if after.is_none() {
                break;
            }
        }
        // What was blocked meanwhile comes with the next look.
        let knowledge = Some(active.snapshot.hash);
        self.change(|state| *state = State { index, knowledge, since: now - OVERLAP });
        Ok(())
    }

    /// Adds what was stopped.
    pub(crate) fn learn(&self, stopped: Vec<Stopped>) {
        if !stopped.is_empty() {
            self.change(|state| stopped.into_iter().for_each(|one| one.add_to(&mut state.index)));
        }
    }

    /// Takes over what findings changed in the store.
    ///
    /// # Errors
    /// When the store fails; the next look at it brings the change then.
    pub(crate) async fn found(&self, store: &Store, active: Arc<Active>, learnt: Learnt) -> Result<(), StoreError> {
        let stopped = read(store, active, learnt.stopped).await?;
        self.change(|state| {
            learnt.cleared.iter().for_each(|name| _ = state.index.remove(&key_of(name)));
            stopped.into_iter().for_each(|one| one.add_to(&mut state.index));
        });
        Ok(())
    }

    /// Forgets all listings of a seller who was erased.
    pub(crate) fn forget_seller(&self, marketplace: &str, seller_id: &str) {
        self.change(|state| state.index.remove_seller(marketplace, seller_id));
    }

    fn with<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// What a listing is like of what was blocked.
    pub(crate) fn resembles(&self, listing: &Listing<'_>, sketch: &Sketch) -> Option<Resemblance> {
        self.with(|state| {
            if state.index.is_empty() {
                return None;
            }
            let like = state.index.find(&key_of(&name(listing)), &listing.content_hash(), sketch)?;
            let decision_id = like.decision_id.to_owned();
            Some(Resemblance { decision_id, same_seller: like.same_seller, similarity: like.similarity })
        })
    }
}

impl State {
    /// Forgets a listing if it is this decision that stopped it.
    fn forget(&mut self, name: &Name, decision: &str) {
        let key = key_of(name);
        if self.index.decision(&key) == Some(decision) {
            self.index.remove(&key);
        }
    }
}

impl Stopped {
    fn add_to(self, index: &mut Index) {
        index.add(self.key, self.decision_id, self.content, self.sketch);
    }
}

/// Those of these listings that are here, with the decisions that stopped them.
fn decisions(state: &State, names: Vec<Name>) -> Vec<(Name, String)> {
    let decision =
        |name: Name| state.index.decision(&key_of(&name)).map(str::to_owned).map(|decision| (name, decision));
    names.into_iter().filter_map(decision).collect()
}

/// Whether a listing is one of these sellers', given by marketplace and id.
fn is_of(sellers: &[(String, String)], name: &Name) -> bool {
    sellers.iter().any(|(marketplace, seller)| (marketplace, seller) == (&name.marketplace, &name.seller_id))
}

fn is_here(state: &State, row: &BlockedListing) -> bool {
    state.index.decision(&key_of(&row.name)).is_some_and(|id| id == row.decision_id.to_string())
}

/// Reads blocked listings. One that can't be read, or is kept no longer, is left out: it is not recognised, nothing else.
async fn read(store: &Store, active: Arc<Active>, rows: Vec<BlockedListing>) -> Result<Vec<Stopped>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let contents = store.contents(rows.iter().map(|row| row.listing_hash.clone()).collect()).await?;
    let found_later = store.not_blocking(rows.iter().map(|row| row.decision_id).collect()).await?;
    let read = move || {
        let mut scratch = Scratch::default();
        let stopped = |row: BlockedListing| {
            let batch = one(contents.get(&row.listing_hash)?)?;
            Some(Stopped {
                key: key_of(&row.name),
                decision_id: row.decision_id.to_string(),
                content: (!found_later.contains(&row.decision_id)).then(|| batch.row(0).content_hash()),
                sketch: sketch(&mut scratch, &active, batch.row(0)),
            })
        };
        rows.into_iter().filter_map(stopped).collect()
    };
    Ok(tokio::task::spawn_blocking(read).await.unwrap_or_default())
}

/// What a kept listing said. It was within the limits of its time.
fn one(content: &[u8]) -> Option<ListingBatch> {
    let mut objects = Objects::new(Limits::default(), 1);
    objects.push(content).ok()?;
    objects.finish().ok()
}

fn sketch(scratch: &mut Scratch, active: &Active, listing: Listing<'_>) -> Sketch {
    Sketch::of(&scratch.view(&active.snapshot, listing, Context::default()))
}

/// What a kept listing says in short, by the knowledge of today.
pub(crate) fn sketch_of(scratch: &mut Scratch, active: &Active, content: &[u8]) -> Option<Sketch> {
    one(content).map(|batch| sketch(scratch, active, batch.row(0)))
}

fn key_of(name: &Name) -> Key {
    let Name { marketplace, seller_id, listing_id } = name.clone();
    Key { marketplace, seller_id, listing_id }
}

pub(crate) fn name(listing: &Listing<'_>) -> Name {
    Name {
        marketplace: listing.marketplace.to_owned(),
        seller_id: listing.seller_id.to_owned(),
        listing_id: listing.id.to_owned(),
    }
}

/// What the knowledge of today says about what an earlier version said.
pub(crate) fn previous(scratch: &mut Scratch, active: &Active, content: &[u8]) -> Option<Previous> {
    one(content).map(|batch| facts(scratch, &active.snapshot, batch.row(0)))
}

/// What of a call's decisions was stopped; `sketches` has a row for each.
pub(crate) fn stopped(decisions: &[NewDecision], sketches: Vec<Sketch>) -> Vec<Stopped> {
    let blocks = decisions.iter().zip(sketches).filter(|(decision, _)| decision.verdict == "block");
    let stopped = |(decision, sketch): (&NewDecision, Sketch)| Stopped {
        key: key_of(&decision.stored.name),
        decision_id: decision.stored.decision_id.to_string(),
        content: decision.stored.listing_hash.as_slice().try_into().ok(),
        sketch,
    };
    blocks.map(stopped).collect()
}
