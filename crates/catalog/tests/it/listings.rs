//! Listings and batches as other crates use them.

use touchstone_catalog::{Listing, ListingBatch, Money, Texts, content_hash, parse_price};

fn hex(hash: [u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

const VARIANTS: [&str; 2] = ["S", "M"];

fn full() -> Listing<'static> {
    Listing {
        marketplace: "m",
        seller_id: "s",
        id: "1",
        title: "bag",
        price_minor: Some(500),
        price_currency: "USD",
        listed_at: Some(0),
        stock: Some(0),
        variants: Texts::from(&VARIANTS[..]),
        ..Listing::default()
    }
}

/// The encoding is a promise: stored decisions name listings by this hash.
#[test]
fn the_content_hash_is_what_its_documentation_says() {
    assert_eq!(hex(content_hash(&full())), "efa67bdd670504a8c9a370217b8d731a7cc7c3eadc4dd8f1dfa33214e561abc3");
    assert_eq!(
        hex(content_hash(&Listing::default())),
        "7b76b879cea479e5ef464ff18378fe67c6f74c66caf224c34c0b16e9c6401dda"
    );
}

#[test]
fn every_difference_changes_the_content_hash() {
    let joined = ["SM"];
    let others = [
        Listing { title: "bags", ..full() },
        Listing { title: "", description: "bag", ..full() },
        Listing { seller_id: "", marketplace: "ms", ..full() },
        Listing { stock: None, ..full() },
        Listing { stock: Some(500), price_minor: Some(0), ..full() },
        Listing { listed_at: Some(1), ..full() },
        Listing { variants: Texts::from(&VARIANTS[..1]), ..full() },
        Listing { variants: Texts::from(&joined[..]), ..full() },
        Listing { variants: Texts::default(), reviews: Texts::from(&VARIANTS[..]), ..full() },
    ];
    let mut hashes: Vec<_> = others.iter().chain([&full()]).map(content_hash).collect();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), others.len() + 1);
    assert_eq!(content_hash(&Listing { seller: "{}", ..full() }), content_hash(&full()));
}

#[test]
fn a_batch_gives_back_its_rows() -> Result<(), Box<dyn std::error::Error>> {
    let bare = Listing { id: "2", ..Listing::default() };
    let batch = ListingBatch::from_listings([full(), bare])?;
    assert_eq!(batch.rows().collect::<Vec<_>>(), [full(), bare]);
    assert_eq!(batch.row(0).key().to_string(), "m:s:1");
    assert_eq!(batch.row(0).price(), parse_price("5 USD").ok());
    assert_eq!(batch.row(1).price(), None::<Money>);
    assert_eq!(batch.title().value(0), "bag");
    assert!(ListingBatch::from_listings([Listing::default()]).is_err());
    Ok(())
}

#[test]
fn the_sellers_record_in_a_listing_has_the_listings_seller() {
    let listing = Listing { seller: r#"{"sales":7}"#, ..full() };
    let record = listing.seller_record().unwrap_or_default();
    assert_eq!((record.marketplace.as_str(), record.seller_id.as_str(), record.sales), ("m", "s", Some(7)));
    assert_eq!(full().seller_record(), None);
}

#[test]
fn the_day_of_a_listing_is_that_of_utc() {
    let day = |listed_at| Listing { listed_at, ..Listing::default() }.listed_on().unwrap_or_default();
    assert_eq!(day(Some(-1)), "1969-12-31");
    assert_eq!(day(Some(0)), "1970-01-01");
    assert_eq!(day(Some(253_402_300_799_999_999)), "9999-12-31");
    assert_eq!(day(Some(-62_167_219_200_000_000)), "0000-01-01");
    assert_eq!((day(None), day(Some(i64::MAX))), (String::new(), String::new()));
}
