//! Keeps what the service must not lose: listings, decisions, sellers, outcomes, keys. SQLite on one machine,
//! PostgreSQL where several processes share the work; one set of entities for both.
//!
//! ```text
//! server ─ Screened ─► writer: everything that waits becomes one transaction ─ commit, fsync ─► answer
//!        ◄──────────── readers: a pool of their own, never behind the writer
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`Store`] | the way in: opens, migrates, owns the data folder |
//! | `writer` | the one writer; group commit |
//! | `checkpoint` | keeps SQLite's log short without keeping anybody waiting |
//! | `record` | how decisions and their answer become rows of one transaction |
//! | `vault`, `seal`, `master` | what sellers wrote is sealed: a key for each, below the master key |
//! | `erasure`, `retention` | how it goes again |
//! | `govern` | what people decide: one transaction for states, their audit events and what follows |
//! | `heads` | signed heads of the audit trail |
//! | `outbox` | what is told outside, to whom, and what became of it |
//! | `people` | accounts, sessions, failed logins, and who read whose personal data |
//! | `pictures`, `uses`, `prints`, `work` | files of pictures, which listings show them, near copies, and what is still to be fetched |
//! | `entity`, `migration` | the tables, and how a database comes to have them |
//! | `listings`, `decisions`, `sellers`, `outcomes`, `keys`, `idempotency`, `packs` | what is asked of each |
//!
//! *Durable* means that an answer is given after the commit, and that a commit returns after the data is on the disk:
//! SQLite runs in WAL mode with `synchronous = FULL`, PostgreSQL with its own `synchronous_commit`, which is asked for.
//! Moments are microseconds since 1970, UTC. This is the only crate that knows SQL.

mod anchors;
mod checkpoint;
mod decisions;
mod entity;
mod erasure;
mod error;
mod findings;
mod govern;
mod heads;
mod idempotency;
mod keys;
mod listings;
mod master;
mod migration;
mod open;
mod outbox;
mod outcomes;
mod packs;
mod people;
mod pictures;
mod prints;
mod reader;
mod record;
mod retention;
mod seal;
mod sellers;
mod uses;
mod vault;
mod work;
mod writer;

pub use anchors::Anchors;
pub use decisions::{Decided, DecisionFilter, StoredDecision};
pub use error::StoreError;
pub use findings::Learnt;
pub use govern::{
    Change, ChangeError, Changing, Found, Kept, Logged, NewRecord, Noted, Page, Private, QueueCount, QueuePlace,
    QueueSeeker, Search, TrailFilter, TrailRow,
};
pub use heads::StoredHead;
pub use idempotency::{Answer, Idempotency};
pub use keys::{ApiKey, NewKey};
pub use listings::{BlockedListing, ListingFilter, ListingState, Name};
pub use open::{Location, Store};
pub use outbox::{
    Again, Attempt, Delivery, DeliveryFilter, DeliveryState, Message, NewWebhook, Next, OldSecret, StoredMessage,
    Taken, Webhook, WebhookChange,
};
pub use outcomes::{Outcome, Told};
pub use people::{Access, AccessFilter, Account, AccountChange, Factor, NewAccount, NewSession, Session, Tried};
pub use pictures::{PictureHash, PicturePlace, Pictures};
pub use prints::StoredPrint;
pub use reader::TrailReader;
pub use record::{NewDecision, Recorded, Screened};
pub use sellers::StoredSeller;
pub use uses::{Features, Others, PicturePrint, ShownPicture};
pub use work::{PictureWork, Settled};
