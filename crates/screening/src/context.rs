//! What is looked up about listings before they are screened, stored and hashed with the decision.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use touchstone_catalog::{Listing, ListingBatch, SellerRecord, Sellers};
use touchstone_knowledge::Snapshot;
use touchstone_signals::Context;

/// Where sellers are looked up.
pub trait SellerLookup {
    /// The record of a seller, if there is one.
    fn seller(&self, marketplace: &str, seller_id: &str) -> Option<SellerRecord>;
}

impl SellerLookup for Sellers {
    fn seller(&self, marketplace: &str, seller_id: &str) -> Option<SellerRecord> {
        self.get(marketplace, seller_id).cloned()
    }
}

/// What was looked up about one listing. Absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowContext {
    /// Day for which authorisations count, `YYYY-MM-DD`; only where one is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// What the marketplace knows about the seller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<SellerRecord>,
}

impl RowContext {
    /// Nothing was looked up.
    pub fn is_empty(&self) -> bool {
        self.day.is_none() && self.seller.is_none()
    }

    /// SHA-256 of the canonical JSON; the hash of an empty context is that of `{}`.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into()
    }

    pub(crate) fn as_context(&self) -> Context<'_> {
        Context { seller: self.seller.as_ref(), day: self.day.as_deref() }
    }
}

/// What was looked up about a batch, row by row.
pub type ContextBatch = Vec<RowContext>;

/// Looks up what is known about each row. `today` counts where a listing does not say when it was
/// listed, and only where the seller has a registered authorisation.
pub fn enrich(batch: &ListingBatch, snapshot: &Snapshot, sellers: &impl SellerLookup, today: &str) -> ContextBatch {
    batch.rows().map(|listing| row(&listing, snapshot, sellers, today)).collect()
}

fn row(listing: &Listing<'_>, snapshot: &Snapshot, sellers: &impl SellerLookup, today: &str) -> RowContext {
    let seller = if listing.seller.is_empty() { None } else { listing.seller_record() };
    let seller = seller.or_else(|| sellers.seller(listing.marketplace, listing.seller_id));
    let registered = snapshot
        .knowledge
        .authorisations
        .iter()
        .any(|a| a.seller.split_once(':') == Some((listing.marketplace, listing.seller_id)));
    RowContext { seller, day: registered.then(|| today.to_owned()) }
}
