//! Every signal's documented examples hold on the default knowledge pack.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use touchstone_catalog::ListingBatch;
use touchstone_catalog::feed::{FeedReader, Format, Options};
use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::pictures::PictureFacts;
use touchstone_signals::{
    Context, Evidence, Findings, Previous, REGISTRY, Resemblance, Scratch, Sights, Value, detect,
};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&dir).unwrap_or_else(|found| panic!("{}", found[0]));
    Snapshot::compile(knowledge).unwrap()
});

fn batch(listing: &str) -> ListingBatch {
    let mut reader = FeedReader::from_reader(
        "example",
        std::io::Cursor::new(listing.to_owned()),
        Options::of(Format::Jsonl),
        Vec::new(),
    );
    let batch = reader.next().map(Result::unwrap);
    batch.unwrap_or_else(|| panic!("{listing}: {:?}", reader.rejects()))
}

/// What an example says was looked up.
#[derive(serde::Deserialize)]
struct Past {
    #[serde(default)]
    pictures: Vec<PictureFacts>,
    previous: Option<Previous>,
    resembles: Option<Resemblance>,
    shop: Option<String>,
}

fn value_of(listing: &str, signal: usize) -> String {
    let batch = batch(listing);
    let seller = batch.row(0).seller_record();
    let mut scratch = Scratch::default();
    let past: Past = serde_json::from_str(listing).unwrap();
    let (previous, resembles) = (past.previous.as_ref(), past.resembles.as_ref());
    let (shop, pictures) = (past.shop.as_deref(), past.pictures.as_slice());
    let context = Context { seller: seller.as_ref(), shop, day: None, previous, proven: None, resembles, pictures };
    let mut sights = Sights::default();
    let mut view = scratch.view(&SNAPSHOT, batch.row(0), context);
    view.look(&mut sights);
    let mut findings = Findings::default();
    detect(&view, &mut findings);
    match findings.values()[signal] {
        Value::Null => "null".to_owned(),
        Value::True => "true".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.to_owned(),
    }
}

#[test]
fn documented_examples_hold() {
    let mut wrong = Vec::new();
    for (i, spec) in REGISTRY.iter().enumerate() {
        let unseen = spec.examples.iter().filter(|e| e.value == "null").count();
        assert!((1..spec.examples.len()).contains(&unseen), "{} needs examples, seen and not seen", spec.id);
        for example in spec.examples {
            let value = value_of(example.listing, i);
            if value != example.value {
                wrong.push(format!("{}: {} gives {value}, not {}", spec.id, example.listing, example.value));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn evidence_points_into_the_original() {
    for listing in [
        r#"{"id":"1","title":"  Ｇｕｃｃｉ <b>f_e_n_d_i</b> 高亻方 &amp; L.V","description":"微-信 1:1"}"#,
        r#"{"id":"1","title":"B*rb*rry 彪妈","brand":"Guссi"}"#,
    ] {
        let batch = batch(listing);
        let row = batch.row(0);
        let mut scratch = Scratch::default();
        let view = scratch.view(&SNAPSHOT, row, Context::default());
        let mut findings = Findings::default();
        detect(&view, &mut findings);
        for place in (0..REGISTRY.len()).flat_map(|i| findings.evidence(i)) {
            let Evidence::Words { field, span } = place else { panic!("{listing}: {place:?}") };
            let text = match field.name().0 {
                "title" => row.title,
                "description" => row.description,
                "brand" => row.brand,
                _ => continue,
            };
            assert!(text.get(span.range()).is_some(), "{listing}: {place:?}");
        }
    }
}

#[test]
fn a_listing_without_anything_is_guilty_of_nothing() {
    let claims = ["kind", "harm", "language"];
    for listing in
        [r#"{"id":"1"}"#, r#"{"id":"1","title":"Something"}"#, r#"{"id":"1","title":"?!","description":"<p></p>"}"#]
    {
        for (i, spec) in REGISTRY.iter().enumerate().filter(|(_, s)| !claims.contains(&s.id)) {
            assert_eq!(value_of(listing, i), "null", "{} on {listing}", spec.id);
        }
    }
}
