//! A listing at the limits that repeats one word is read to its end. Work that grew with the square of its length would
//! take hours here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use touchstone_catalog::{Listing, Texts};
use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::{Context, Findings, REGISTRY, Scratch, Value, detect};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&dir).unwrap_or_else(|found| panic!("{}", found[0]));
    Snapshot::compile(knowledge).unwrap()
});

/// Bytes of an item of a list, at most.
const ITEM: usize = 20_000;

/// How many buyers say that it is fake.
fn reports(listing: Listing<'_>) -> Option<i64> {
    let (mut scratch, mut findings) = (Scratch::default(), Findings::default());
    detect(&scratch.view(&SNAPSHOT, listing, Context::default()), &mut findings);
    let signal = REGISTRY.iter().position(|spec| spec.id == "buyers_say_fake").unwrap();
    match findings.values()[signal] {
        Value::Int(reports) => Some(reports),
        _ => None,
    }
}

#[test]
fn questions_that_repeat_one_word() {
    let told = "fake ".repeat(ITEM / 5);
    let asked = told[..ITEM - 5].to_owned() + "?";
    let of =
        |items: &[&str]| reports(Listing { title: "Gucci belt", questions: Texts::from(items), ..Listing::default() });
    let in_turn = [asked.as_str(), &told].repeat(20);
    assert_eq!(of(&in_turn), None, "questions, and answers that do not say yes");
    assert_eq!(of(&in_turn[1..]), Some(20), "one question is missing, so that nothing answers another");
    assert_eq!(of(&["fake?\nyes\n".repeat(ITEM / 10).as_str(); 4]), Some(4));
}

#[test]
fn reviews_and_variants_that_repeat_one_phrase() {
    for phrase in ["fake ", "no fake ", "not a copy of gucci ", "for iphone not apple ", "gucci bag with box "] {
        let text = phrase.repeat(ITEM / phrase.len());
        let items = [text.as_str(); 10];
        let (variants, reviews) = (Texts::from(&items[..]), Texts::from(&items[..]));
        let listing = Listing { title: "Gucci belt", description: &text, variants, reviews, ..Listing::default() };
        // Denials beyond the first hundred are not heeded: what counts here is that it ends.
        let said = reports(listing);
        assert!(phrase != "fake " || said == Some(10), "{phrase}: {said:?}");
    }
}
