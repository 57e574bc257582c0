//! The audit trail in the database: events with their numbers and leaf hashes, and the tree's growing end.
//!
//! Personal texts come here in clear and are sealed in the event, under the key of the seller they are about, before it is
//! hashed: erasing the seller makes them unreadable and leaves every hash as it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;
use touchstone_audit::event::{Event, Party, SCHEMA, Sealed};
use touchstone_audit::{Frontier, Hash, Moment};

use super::Change;
use crate::StoreError;
use crate::entity::{audit_event, audit_tree};
use crate::open::Store;
use crate::record::insert;
use crate::seal::Row;
use crate::vault::{Keys, Seller};

/// The one row of the tree.
const TREE: i32 = 1;
/// Rows of one statement.
const ROWS_MAX: usize = 400;
/// Bytes of a nonce, which stands before what it sealed.
const NONCE_LEN: usize = 12;

/// Something that happened, without its number.
#[derive(Debug, Clone)]
pub struct Noted {
    /// Who did it.
    pub actor: Party,
    /// What: slugs with dots between.
    pub kind: String,
    /// To whom or what.
    pub subject: Party,
    /// Why, as a code.
    pub reason: String,
    /// What was there before.
    pub before: Value,
    /// What is there now.
    pub after: Value,
    /// Texts that persons wrote, or that are about persons.
    pub private: Vec<Private>,
    /// Marketplace and seller whose key seals these; the master key without one.
    pub about: Option<(String, String)>,
}

/// A text that must not stand in clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Private {
    /// Where in the event it belongs, as a JSON pointer: `/after/note`.
    pub field: String,
    /// The text.
    pub text: String,
}

/// Which events.
#[derive(Debug, Clone, Default)]
pub struct TrailFilter {
    /// From this number on.
    pub from: u64,
    /// Only those of this kind.
    pub kind: Option<String>,
    /// Only those about this: its kind and id.
    pub subject: Option<(String, String)>,
    /// Only those of this actor.
    pub actor: Option<String>,
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailRow {
    /// Its number.
    pub seq: u64,
    /// Its canonical bytes.
    pub body: Vec<u8>,
    /// The leaf hash that was kept beside it.
    pub leaf: Vec<u8>,
}

/// The tree's end, which nobody else can have until the transaction ends.
pub(super) async fn hold(db: &DatabaseTransaction) -> Result<Frontier, StoreError> {
    let row = audit_tree::Entity::find_by_id(TREE);
    let row = if db.get_database_backend() == DbBackend::Postgres { row.lock_exclusive() } else { row };
    let row = row.one(db).await?.ok_or(StoreError::Damaged("audit_tree"))?;
    frontier(&row)
}

fn frontier(row: &audit_tree::Model) -> Result<Frontier, StoreError> {
    let peaks = row.peaks.chunks(32).map(|peak| <[u8; 32]>::try_from(peak).map(Hash::from));
    let peaks = peaks.collect::<Result<Vec<_>, _>>().map_err(|_| StoreError::Damaged("audit_tree"))?;
    let size = u64::try_from(row.size).unwrap_or(0);
    Frontier::from_peaks(size, peaks).ok_or(StoreError::Damaged("audit_tree"))
}

/// Gives what was noted its numbers, and keeps it.
pub(super) async fn append(change: &Change<'_>, tree: &mut Frontier) -> Result<(), StoreError> {
    let noted = change.take_noted();
    if noted.is_empty() {
        return Ok(());
    }
    let sealing = noted.iter().filter(|noted| !noted.private.is_empty());
    let sellers: Vec<Seller> = sealing.filter_map(|noted| noted.about.clone()).collect();
    let keys = change.vault.to_write(change.db, sellers).await?;
    let rows = noted.into_iter().map(|noted| row(change, &keys, tree, noted)).collect::<Result<Vec<_>, _>>()?;
    for part in rows.chunks(ROWS_MAX) {
        insert(change.db, part.iter().cloned(), None::<OnConflict>).await?;
    }
    let peaks = tree.peaks().iter().flat_map(|peak| *peak.as_bytes()).collect();
    let size = i64::try_from(tree.size()).unwrap_or(i64::MAX);
    let mut conflict = OnConflict::column(audit_tree::Column::Id);
    conflict.update_columns([audit_tree::Column::Size, audit_tree::Column::Peaks]);
    Ok(insert(change.db, std::iter::once(audit_tree::Model { id: TREE, size, peaks }), Some(conflict)).await?)
}

fn row(change: &Change<'_>, keys: &Keys, tree: &mut Frontier, noted: Noted) -> Result<audit_event::Model, StoreError> {
    let seq = tree.size();
    let seal = |private: &Private| sealed(change, keys, noted.about.as_ref(), (seq, private));
    let event = Event {
        schema: SCHEMA,
        seq,
        at: Moment::from_unix_us(change.now).ok_or(StoreError::NoEvent("at: no moment of our calendar".to_owned()))?,
        sealed: noted.private.iter().map(seal).collect::<Result<_, _>>()?,
        actor: noted.actor,
        kind: noted.kind,
        subject: noted.subject,
        reason: noted.reason,
        before: noted.before,
        after: noted.after,
    };
    let body = event.canonical().map_err(|error| StoreError::NoEvent(error.to_string()))?;
    let leaf = Hash::leaf(&body);
    tree.push(leaf);
    Ok(audit_event::Model {
        seq: i64::try_from(seq).unwrap_or(i64::MAX),
        kind: event.kind,
        subject_kind: event.subject.kind,
        subject_id: event.subject.id,
        actor_id: event.actor.id,
        body,
        leaf: leaf.as_bytes().to_vec(),
    })
}

fn sealed(
    change: &Change<'_>,
    keys: &Keys,
    about: Option<&Seller>,
    (seq, private): (u64, &Private),
) -> Result<Sealed, StoreError> {
    let seq = seq.to_string();
    let at = Row::two("audit_event", &seq, &private.field);
    let (key, sealed) = match about {
        Some(seller) => {
            let (id, sealed) = keys.seal(seller, &at, private.text.as_bytes())?;
            (format!("seller-{:016x}", id.cast_unsigned()), sealed)
        }
        None => ("master".to_owned(), change.vault.master().seal(&at, private.text.as_bytes())?),
    };
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_LEN).ok_or(StoreError::Sealing)?;
    let (nonce, ciphertext) = (STANDARD.encode(nonce), STANDARD.encode(ciphertext));
    Ok(Sealed { field: private.field.clone(), key, nonce, ciphertext })
}

impl Store {
    /// Size of the trail, and the roots of its full subtrees.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trail_end(&self) -> Result<Frontier, StoreError> {
        let row = audit_tree::Entity::find_by_id(TREE).one(&self.readers).await?;
        row.as_ref().map_or(Err(StoreError::Damaged("audit_tree")), frontier)
    }

    /// Events in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn trail(&self, filter: &TrailFilter, limit: u64) -> Result<Vec<TrailRow>, StoreError> {
        use audit_event::Column;
        let from = i64::try_from(filter.from).unwrap_or(i64::MAX);
        let mut rows = audit_event::Entity::find().filter(Column::Seq.gte(from)).limit(limit);
        if let Some(kind) = &filter.kind {
            rows = rows.filter(Column::Kind.eq(kind.as_str()));
        }
        if let Some((kind, id)) = &filter.subject {
            rows = rows.filter(Column::SubjectKind.eq(kind.as_str())).filter(Column::SubjectId.eq(id.as_str()));
        }
        if let Some(actor) = &filter.actor {
            rows = rows.filter(Column::ActorId.eq(actor.as_str()));
        }
        Ok(rows.order_by_asc(Column::Seq).all(&self.readers).await?.into_iter().map(TrailRow::from).collect())
    }
}

impl From<audit_event::Model> for TrailRow {
    fn from(row: audit_event::Model) -> Self {
        Self { seq: u64::try_from(row.seq).unwrap_or(0), body: row.body, leaf: row.leaf }
    }
}
