//! Listings, sellers, money and feeds: parsed at the edge into Arrow batches.
//!
//! Whatever comes in (Merchant Center XML or TSV, CSV, JSON lines, Parquet, one call of an API) passes through
//! [`feed`], which checks every value once. What comes out is a [`ListingBatch`]; nothing behind it checks again:
//!
//! ```text
//! bytes ─ feed ─► draft row ─ checked once ─► Listing<'_> ─► ListingBatch (Arrow)
//!                     └─ what is wrong with it ─► Reject { file, row, line, field, reason, hint }
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`listing`] | the table of columns, the typed row [`Listing`], the batch [`ListingBatch`], the content hash |
//! | [`money`] | integer minor units with their currency |
//! | [`seller`] | what a marketplace knows about its sellers |
//! | [`feed`] | readers of every format, compression and limit |
//! | [`dedupe`] | sets of listings in little memory |
//! | [`reject`] | rows that were set aside, and why |
//! | [`limits`] | how much of what comes from outside is read |
//!
//! Three conventions hold everywhere: text is trimmed and an empty text is an absent one; a value given twice in one
//! row counts as given last; nothing in this crate knows a clock, a network or a verdict.
//!
//! ```
//! use touchstone_catalog::feed::{Format, FeedReader, Options};
//!
//! let feed = br#"{"id": "7", "title": "Canvas bag", "price": "129.00 USD"}"#;
//! let mut reader = FeedReader::from_reader("call", &feed[..], Options::of(Format::Jsonl), Vec::new());
//! let batch = reader.next().ok_or("no batch")??;
//! assert_eq!(batch.row(0).title, "Canvas bag");
//! assert_eq!(batch.row(0).price_minor, Some(12_900));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod column;
pub mod dedupe;
mod draft;
pub mod feed;
mod field;
pub mod limits;
pub mod listing;
pub mod money;
pub mod reject;
pub mod seller;

pub use dedupe::KeySet;
pub use feed::{Counts, FeedError, FeedReader};
pub use limits::Limits;
pub use listing::{Listing, ListingBatch, ListingKey, Texts, content_hash, listing_schema};
pub use money::{Money, PriceError, decimals, parse_price};
pub use reject::{Reason, Reject, RejectSink};
pub use seller::{IdentityLevel, SellerRecord, Sellers};
