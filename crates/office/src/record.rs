//! States that are kept: under which kind and id, whose key seals them, and what they are found by.

use serde::Serialize;
use serde::de::DeserializeOwned;
use touchstone_cases::id::Seller;
use touchstone_store::Found;

/// A state that is kept as a record.
pub trait Record: Serialize + DeserializeOwned + Send + Sync {
    /// What it is: a slug, which also stands before the kinds of its events.
    const KIND: &'static str;

    /// Which.
    fn id(&self) -> String;

    /// The seller it is about, whose key seals it; none if it is about several, or nobody.
    fn owner(&self) -> Option<&Seller>;

    /// By what it is found.
    fn found(&self) -> Vec<Found>;
}

/// Found by this, in the order of `rank`.
pub fn by(name: &'static str, value: impl ToString, rank: i64) -> Found {
    Found { name, value: value.to_string(), rank }
}

/// As rows name a seller.
pub fn pair(seller: &Seller) -> (String, String) {
    (seller.marketplace.clone(), seller.seller_id.clone())
}

/// A seller in one text: no two are written alike.
pub fn seller_id(seller: &Seller) -> String {
    format!("{}:{}:{}", seller.marketplace.len(), seller.marketplace, seller.seller_id)
}
