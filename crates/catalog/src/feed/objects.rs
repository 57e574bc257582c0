//! Listings that come one by one in a call: each a JSON object as a line of a feed is, read by the same code.
//!
//! A call is answered while its sender waits, so it is held to more than a file: a name that comes twice is a fault,
//! because two readers would understand two different listings.

use super::jsonl;
use crate::draft::Draft;
use crate::limits::Limits;
use crate::listing::{ListingBatch, ListingBuilder};
use crate::reject::{Place, Reject};

/// Collects the objects of one call into a batch.
///
/// ```
/// use touchstone_catalog::feed::Objects;
///
/// let mut objects = Objects::new(touchstone_catalog::Limits::default(), 2);
/// assert!(objects.push(br#"{"id": "7", "title": "Canvas bag"}"#).is_ok());
/// let reject = objects.push(br#"{"id": "8", "price": "cheap"}"#).unwrap_err();
/// assert_eq!((reject.row, reject.field), (2, Some("price")));
/// assert_eq!(objects.finish()?.row(0).id, "7");
/// # Ok::<(), arrow::error::ArrowError>(())
/// ```
pub struct Objects {
    draft: Draft,
    builder: ListingBuilder,
    row: u64,
}

impl Objects {
    /// A reader for about `rows` objects.
    #[must_use]
    pub fn new(limits: Limits, rows: usize) -> Self {
        Self { draft: Draft::new(limits), builder: ListingBuilder::new(rows, None), row: 0 }
    }

    /// Adds one object as the next row of the batch.
    ///
    /// # Errors
    /// What is wrong with it; it then takes no row of the batch, and `row` of the reject counts it all the same.
    pub fn push(&mut self, json: &[u8]) -> Result<(), Box<Reject>> {
        self.row += 1;
        self.draft.clear();
        jsonl::read_strictly(json, &mut self.draft);
        let bytes = self.draft.bytes();
        let fault = match self.draft.check() {
            Ok(listing) => {
                self.builder.push(&listing, bytes);
                return Ok(());
            }
            Err(fault) => fault,
        };
        let id = self.draft.id().map(str::to_owned);
        Err(Box::new(Reject { id, ..fault.at("body", Place { row: self.row, line: None }) }))
    }

    /// The batch of all objects that were right, in their order.
    ///
    /// # Errors
    /// When the batch has more text than Arrow's columns hold.
    pub fn finish(self) -> Result<ListingBatch, arrow::error::ArrowError> {
        self.builder.finish()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::reject::Reason;

    #[test]
    fn what_is_wrong_with_an_object_is_said() {
        let check = |json: &str, reason: Reason| {
            let found = Objects::new(Limits::default(), 1).push(json.as_bytes()).map_err(|reject| reject.reason);
            assert_eq!(found, Err(reason), "{json}");
        };
        check(r#"{"id":"1","title":"a","title":"b"}"#, Reason::NameTwice);
        check(r#"{"id":"1","external_seller_id":"a","seller_id":"b"}"#, Reason::NameTwice);
        check(r#"{"id":"1","event":"create","event":"order"}"#, Reason::NameTwice);
        check(r#"{"id":"1","title":"\ud800"}"#, Reason::NotJson);
        check(r#"{"id":"1","title":"a\u0000b"}"#, Reason::Nul);
        check(r#"{"title":"a"}"#, Reason::NoId);
        check(r#"[{"id":"1"}]"#, Reason::NotJson);
        check(r#"{"id":"1"} {"id":"2"}"#, Reason::NotJson);
        check(&format!(r#"{{"id":"1","x":{}"#, "[".repeat(40)), Reason::TooDeep);
    }

    #[test]
    fn a_listing_written_as_json_is_the_same_listing() {
        let json = r#"{"id":"1","title":"Bag <b>\"new\"</b>","price":"12.50 EUR","listed_at":"2026-11-01T09:30:00.000001Z",
            "stock":3,"reviews":["good",{"text":"real?","answer":"yes"}],"variants":["S","M"],"condition":"used"}"#;
        let batch = |json: &[u8]| {
            let mut objects = Objects::new(Limits::default(), 1);
            objects.push(json).unwrap();
            objects.finish().unwrap()
        };
        let first = batch(json.as_bytes());
        let again = batch(first.row(0).to_json().to_string().as_bytes());
        assert_eq!(again.row(0), first.row(0));
        assert_eq!(again.row(0).content_hash(), first.row(0).content_hash());
    }
}
