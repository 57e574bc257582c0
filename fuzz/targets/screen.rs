//! A line of JSON through reader, look-up, signals and policy: every listing gets one decision, in canonical form, whose
//! evidence lies in the listing.

#![no_main]

use std::cell::RefCell;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use touchstone_catalog::feed::{FeedReader, Format, Options};
use touchstone_catalog::{Limits, Listing, ListingBatch, Sellers};
use touchstone_screening::{Active, Decision, EvidencePlace, NoHistory, Screener, Sources, enrich};

/// What is taken of the default knowledge, by names in its folder: enough to reach every signal, little enough to be
/// fast.
const KNOWLEDGE: [(&str, &[&str]); 4] = [
    ("", &["compositions.toml", "han_splits.toml", "kinds.toml", "rates.toml"]),
    ("brands", &["apple.toml", "gucci.toml", "rolex.toml"]),
    ("concepts", &["en.toml"]),
    ("lexicons", &["de.toml", "en.toml", "zh.toml"]),
];

static ACTIVE: LazyLock<Arc<Active>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = tempfile::tempdir().expect("a folder");
    for (part, files) in KNOWLEDGE {
        let (all, some) = (root.join("knowledge").join(part), folder.path().join(part));
        std::fs::create_dir_all(&some).expect("a folder");
        for file in files {
            std::fs::copy(all.join(file), some.join(file)).expect("a copy");
        }
    }
    let sources = Sources { knowledge: folder.path(), policy: &root.join("policy") };
    Arc::new(Active::load(sources).unwrap_or_else(|error| panic!("{error}")))
});

thread_local! {
    static SCREENER: RefCell<Screener> = RefCell::new(Screener::new(Arc::clone(&ACTIVE)));
}

fuzz_target!(|data: &[u8]| {
    let limits = Limits { row_bytes: 2_048, description_bytes: 1_024, ..Limits::default() };
    let options = Options { limits, ..Options::of(Format::Jsonl) };
    let reader = FeedReader::from_reader("fuzz", std::io::Cursor::new(data.to_vec()), options, ());
    reader.flatten().for_each(|batch| check(&batch));
});

fn check(batch: &ListingBatch) {
    let context = enrich(batch, &ACTIVE.snapshot, &Sellers::default(), &NoHistory, "2026-11-01");
    let decisions = SCREENER.with_borrow_mut(|screener| screener.screen(batch, &context));
    assert_eq!(decisions.len(), batch.len());
    for (row, listing) in batch.rows().enumerate() {
        let decision = decisions.decision(row).expect("a decision");
        assert_eq!(decision.to_json(), decisions.json(row));
        assert_eq!(decision.listing_id, listing.id);
        places(&decision).for_each(|place| assert!(lies_in(place, &listing), "{place:?}"));
    }
}

fn places(decision: &Decision) -> impl Iterator<Item = &EvidencePlace> {
    decision.reasons.iter().flat_map(|reason| &reason.evidence)
}

fn lies_in(place: &EvidencePlace, listing: &Listing<'_>) -> bool {
    let item = |texts: touchstone_catalog::Texts<'_>| place.item.and_then(|item| texts.get(item.into()).map(str::to_owned));
    let text = match place.field.as_str() {
        "title" => Some(listing.title.to_owned()),
        "description" => Some(listing.description.to_owned()),
        "brand" => Some(listing.brand.to_owned()),
        "variants" => item(listing.variants),
        "reviews" => item(listing.reviews),
        "questions" => item(listing.questions),
        // Meant as a whole, or one of two fields of the feed.
        _ => return place.start <= place.end,
    };
    text.is_some_and(|text| text.get(place.start as usize..place.end as usize).is_some())
}
