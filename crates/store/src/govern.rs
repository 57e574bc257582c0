//! What people decide becomes one transaction of the one writer: states, what they are found by, the audit trail, the
//! outbox and the answer to a retry are all there, or nothing is.
//!
//! ```text
//! govern(f) ─ the tree's row, held ─► f(change): read, decide, put, note ─► events get their numbers ─ commit ─► answer
//! ```
//!
//! The row of the tree is the first thing a change takes, so that changes of several processes take turns. `f` says no by
//! an error of its own; then nothing has happened.

mod queue;
mod records;
mod trail;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::StoreError;
use crate::entity::decision_due;
use crate::idempotency::{Answer, Idempotency};
use crate::listings::{ListingFilter, ListingState, Name};
use crate::open::Store;
use crate::outbox::{self, Message};
use crate::record::once;
use crate::vault::Vault;
use crate::writer::Applied;

pub(crate) use records::forget;

pub use queue::{QueueCount, QueuePlace, QueueSeeker};
pub use records::{Found, Kept, NewRecord, Page, Search};
pub use trail::{Noted, Private, TrailFilter, TrailRow};

/// A change on its way, in one transaction.
pub struct Change<'t> {
    db: &'t DatabaseTransaction,
    vault: Arc<Vault>,
    now: i64,
    noted: Mutex<Vec<Noted>>,
}

/// What a change gives: what was asked for, or why not.
pub type Changing<'c, T, E> = std::pin::Pin<Box<dyn Future<Output = Result<T, ChangeError<E>>> + Send + 'c>>;

/// Why a change was not made.
#[derive(Debug)]
pub enum ChangeError<E> {
    /// It may not be.
    Refused(E),
    /// The store failed.
    Store(StoreError),
}

impl<E> From<StoreError> for ChangeError<E> {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Store {
    /// Makes a change; returns once it is on the disk. `now` is in microseconds since 1970.
    ///
    /// # Errors
    /// What `f` refused, or that the database fails; nothing has changed then.
    pub async fn govern<F, T, E>(&self, now: i64, f: F) -> Result<T, ChangeError<E>>
    where
        F: for<'c> FnOnce(&'c Change<'c>) -> Changing<'c, T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let refused = Arc::new(Mutex::new(None));
        let (vault, slot) = (Arc::clone(&self.vault), Arc::clone(&refused));
        let done = self.writer.apply(move |db| -> Applied<'_, T> {
            Box::pin(async move {
                let mut tree = trail::hold(db).await?;
                let change = Change { db, vault, now, noted: Mutex::default() };
                let given = match f(&change).await {
                    Ok(given) => given,
                    Err(ChangeError::Store(error)) => return Err(error),
                    Err(ChangeError::Refused(why)) => {
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
                        return Err(StoreError::Refused);
                    }
                };
                trail::append(&change, &mut tree).await?;
                Ok(given)
            })
        });
        match done.await {
            Ok(given) => Ok(given),
            Err(StoreError::Refused) => {
                let why = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(why.map_or(ChangeError::Store(StoreError::Refused), ChangeError::Refused))
            }
            Err(error) => Err(ChangeError::Store(error)),
        }
    }
}

/// Something that was done by other calls than [`Store::govern`], for the trail: it is there when what was done is.
#[derive(Debug, Clone)]
pub struct Logged {
    /// When, in microseconds since 1970.
    pub at: i64,
    /// What.
    pub noted: Noted,
}

/// Puts it into the trail, in the transaction that does it.
pub(crate) async fn log(db: &DatabaseTransaction, vault: &Arc<Vault>, logged: Logged) -> Result<(), StoreError> {
    let mut tree = trail::hold(db).await?;
    let noted = Mutex::new(vec![logged.noted]);
    let change = Change { db, vault: Arc::clone(vault), now: logged.at, noted };
    trail::append(&change, &mut tree).await
}

impl Store {
    /// Puts something into the trail that was done outside the database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log(&self, logged: Logged) -> Result<(), StoreError> {
        let vault = Arc::clone(&self.vault);
        self.writer.apply(move |db| Box::pin(async move { log(db, &vault, logged).await })).await
    }

    /// A secret of this house for one purpose: always the same, and known to nobody without the master key.
    ///
    /// # Errors
    /// When it can't be derived.
    pub fn secret(&self, purpose: &str) -> Result<[u8; 32], StoreError> {
        Ok(self.vault.master().index("secret", purpose)?)
    }
}

impl Change<'_> {
    /// When it happens, in microseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Something that happened, for the trail. Events get their numbers at the end, in the order in which they were
    /// noted.
    pub fn note(&self, noted: Noted) {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).push(noted);
    }

    /// Something to be told outside, if the change is made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell(&self, message: &Message) -> Result<(), StoreError> {
        outbox::put(self.db, &self.vault, message).await
    }

    /// Keeps the answer for retries; the earlier one, if the key was used before. The change must be refused then.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer(&self, answered: &Idempotency) -> Result<Option<Answer>, StoreError> {
        once(self.db, &self.vault, answered).await
    }

    /// Takes the marks of decisions; gives those that were still there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_due(&self, ids: &[Uuid]) -> Result<HashSet<Uuid>, StoreError> {
        use decision_due::{Column, Entity};
        let mut taken = HashSet::new();
        for part in ids.chunks(1_000) {
            let these = || Column::DecisionId.is_in(part.iter().copied());
            taken.extend(Entity::find().filter(these()).all(self.db).await?.into_iter().map(|row| row.decision_id));
            Entity::delete_many().filter(these()).exec(self.db).await?;
        }
        Ok(taken)
    }

    /// The hashes of what listings say now; those that are not known are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listing_hashes(&self, names: &[Name]) -> Result<HashMap<Name, Vec<u8>>, StoreError> {
        let states = crate::listings::states(self.db, names).await?;
        Ok(states.into_iter().map(|state| (state.name, state.listing_hash)).collect())
    }

    /// At most `limit` listings, by marketplace, seller and id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listings(&self, filter: &ListingFilter, limit: u64) -> Result<Vec<ListingState>, StoreError> {
        crate::listings::list(self.db, filter, limit).await
    }

    /// The bodies of some decisions, by id; those that are not kept, or were erased, are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bodies(&self, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<u8>>, StoreError> {
        crate::decisions::bodies(self.db, &self.vault, ids).await
    }

    fn take_noted(&self) -> Vec<Noted> {
        std::mem::take(&mut *self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
