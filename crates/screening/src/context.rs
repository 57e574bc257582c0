//! What is looked up about listings before they are screened, stored and hashed with the decision.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use touchstone_catalog::{Listing, ListingBatch, SellerRecord, Sellers};
use touchstone_knowledge::Snapshot;
use touchstone_signals::pictures::{Eyes, PictureFacts};
use touchstone_signals::{Context, Previous, Resemblance};

use crate::history::{History, HistoryLookup};
use crate::looked::Looked;

/// Where sellers are looked up.
pub trait SellerLookup {
    /// The record of a seller, if there is one.
    fn seller(&self, marketplace: &str, seller_id: &str) -> Option<SellerRecord>;

    /// Whether whoever runs this named the marketplace; what a listing says of it is no proof.
    fn is_operator(&self, marketplace: &str) -> bool;
}

impl SellerLookup for Sellers {
    fn seller(&self, marketplace: &str, seller_id: &str) -> Option<SellerRecord> {
        self.get(marketplace, seller_id).cloned()
    }

    fn is_operator(&self, marketplace: &str) -> bool {
        self.is_operator(marketplace)
    }
}

/// What was looked up about one listing. Absent is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowContext {
    /// Block rules whose fuse is blown: they ask for a review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blown: Vec<String>,
    /// Day for which authorisations count, `YYYY-MM-DD`; only where one is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<String>,
    /// Which banks and models saw the pictures; only where some were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eyes: Option<Eyes>,
    /// What was seen on its pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<PictureFacts>,
    /// Facts of the last version that was allowed; only where the listing is another one now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// Brands for whose goods in this listing accepted proof of the seller speaks, each with the kinds; none: all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub proven: BTreeMap<String, BTreeSet<String>>,
    /// What was stopped and is like the listing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resembles: Option<Resemblance>,
    /// What the marketplace knows about the seller, whose name stands in the decision: here it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller: Option<SellerRecord>,
    /// A brand's own shop on which the listing stands, by the word of the marketplace, not of the listing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
}

impl RowContext {
    /// Nothing was looked up.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// SHA-256 of the canonical JSON; the hash of an empty context is that of `{}`.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(serde_json::to_vec(self).unwrap_or_default()).into()
    }

    pub(crate) fn as_context(&self) -> Context<'_> {
        Context {
            seller: self.seller.as_ref(),
            shop: self.shop.as_deref(),
            day: self.day.as_deref(),
            previous: self.previous.as_ref(),
            proven: Some(&self.proven),
            resembles: self.resembles.as_ref(),
            pictures: &self.pictures,
        }
    }

    /// Takes what was seen on the listing's pictures; nothing where none was looked at.
    pub fn see(&mut self, looked: Looked) {
        self.eyes = Some(looked.eyes).filter(|_| !looked.pictures.is_empty());
        self.pictures = looked.pictures;
    }
}

/// What was looked up about a batch, row by row.
pub type ContextBatch = Vec<RowContext>;

/// Looks up what is known about each row.
///
/// Where both the marketplace's own records and the listing speak of the seller, the records count, field by field: a
/// listing may add what they leave open, can hide no finding and authorises nobody. Without a record, the listing's
/// `seller` is the word of the marketplace, which wrote the feed. A brand's own shop is one that a record or the
/// operator names. The day is `today`, since an authorisation is held when goods are offered, not when a listing began;
/// it stands only where the seller has a registered authorisation. What is known of a listing's past stands as it was
/// looked up.
pub fn enrich(
    batch: &ListingBatch,
    snapshot: &Snapshot,
    sellers: &impl SellerLookup,
    histories: &(impl HistoryLookup + ?Sized),
    today: &str,
) -> ContextBatch {
    let registered = registered(snapshot);
    let row = |(at, listing): (usize, Listing<'_>)| {
        let may_count = registered.contains(&(listing.marketplace, listing.seller_id));
        let day = may_count.then(|| today.to_owned());
        let History { previous, resembles } = histories.history(at);
        let known = sellers.seller(listing.marketplace, listing.seller_id);
        let vouched = known.is_some() || sellers.is_operator(listing.marketplace);
        let shop = (vouched && snapshot.is_own_shop(listing.marketplace)).then(|| listing.marketplace.to_owned());
        RowContext { day, previous, resembles, seller: seller(&listing, known), shop, ..RowContext::default() }
    };
    batch.rows().enumerate().map(row).collect()
}

/// Sellers with an authorisation in the knowledge folder, by marketplace and id.
fn registered(snapshot: &Snapshot) -> HashSet<(&str, &str)> {
    snapshot.knowledge.authorisations.iter().filter_map(|a| a.seller.split_once(':')).collect()
}

fn seller(listing: &Listing<'_>, known: Option<SellerRecord>) -> Option<SellerRecord> {
    let said = if listing.seller.is_empty() { None } else { listing.seller_record() };
    let both = match (known, said) {
        (Some(known), Some(said)) => Some(known.or(said)),
        (known, said) => known.or(said),
    };
    both.map(nameless)
}

/// The record without the names that the decision has already.
fn nameless(record: SellerRecord) -> SellerRecord {
    SellerRecord { marketplace: String::new(), seller_id: String::new(), ..record }
}
