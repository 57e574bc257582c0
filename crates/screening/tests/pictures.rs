//! What was seen on pictures decides together with the words, is stored with the decision, and says the same again.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use touchstone_catalog::{Listing, ListingBatch};
use touchstone_screening::{
    Active, ContextBatch, Decision, Looked, PICTURES, PictureLookup, RowContext, Screener, SellerFace, Sources,
    Verdict, see,
};
use touchstone_signals::pictures::{Code, Copy, Eyes, Logo, Mask, PictureFacts, TextLine};

static ACTIVE: LazyLock<Arc<Active>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (knowledge, policy) = (root.join("knowledge"), root.join("policy"));
    Arc::new(Active::load(Sources { knowledge: &knowledge, policy: &policy }).unwrap_or_else(|e| panic!("{e}")))
});

/// Shows every listing the picture that its address names.
struct Shown;

fn facts(name: &str) -> Option<PictureFacts> {
    let text = |text: &str| TextLine { text: text.to_owned(), confidence: 950, place: [10, 20, 300, 60] };
    let copy = |bank: &str| Copy {
        bank: bank.to_owned(),
        brand: Some("nike".to_owned()),
        entry: "e7".to_owned(),
        score: 930,
        place: [0, 0, 400, 300],
        reference: [5, 5, 90, 80],
    };
    let seen = PictureFacts { hash: "ab".repeat(32), width: 400, height: 300, ..PictureFacts::default() };
    let seen = match name {
        "logo" => PictureFacts {
            logos: vec![Logo { brand: "Nike".to_owned(), score: 900, place: [50, 60, 120, 90] }],
            ..seen
        },
        "batch" => PictureFacts { texts: vec![text("LJR batch")], ..seen },
        "genuine_words" => PictureFacts { texts: vec![text("100% genuine, not a replica")], ..seen },
        "confession" => PictureFacts { texts: vec![text("NIKE 1:1 replica")], ..seen },
        "album" => {
            let value = "https://shop.x.yupoo.com/albums".to_owned();
            PictureFacts { codes: vec![Code { kind: "qr".to_owned(), value, place: [1, 2, 80, 81] }], ..seen }
        }
        "masked" => PictureFacts {
            masks: vec![Mask { how: "covered".to_owned(), score: 900, place: [50, 60, 90, 80] }],
            ..seen
        },
        "fake" => PictureFacts { copies: vec![copy("counterfeit")], ..seen },
        "fake_and_genuine" => PictureFacts { copies: vec![copy("counterfeit"), copy("genuine")], ..seen },
        "plain" => seen,
        _ => return None,
    };
    Some(PictureFacts { source: name.to_owned(), ..seen })
}

impl PictureLookup for Shown {
    fn look(&self, listing: &Listing<'_>) -> Looked {
        let eyes = Eyes { banks: "base 3".to_owned(), models: "eyes 1".to_owned() };
        Looked { eyes, pictures: facts(listing.image_link).into_iter().collect() }
    }
}

fn screened(listings: &[Listing<'_>]) -> (ListingBatch, ContextBatch, Vec<Decision>) {
    let batch = ListingBatch::from_listings(listings.iter().copied()).unwrap();
    let mut context = vec![RowContext::default(); listings.len()];
    see(&batch, &mut context, &Shown);
    let decisions = Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &context);
    (batch, context, decisions.decisions().collect())
}

fn shoes(picture: &'static str) -> Listing<'static> {
    Listing {
        id: "1",
        title: "Everyday sneakers, size 42",
        image_link: picture,
        condition: "new",
        ..Listing::default()
    }
}

fn decided(listing: Listing<'_>) -> Decision {
    screened(&[listing]).2.remove(0)
}

#[test]
fn clean_words_do_not_hide_what_pictures_show() {
    for (picture, verdict, code) in [
        ("plain", "allow", None),
        ("not there", "allow", None),
        ("genuine_words", "allow", None),
        ("logo", "review", Some("picture_of_other_brand")),
        ("batch", "review", Some("picture_trade_words")),
        ("album", "review", Some("picture_contact")),
        ("masked", "allow", None),
        ("fake", "review", Some("picture_known_fake")),
        ("fake_and_genuine", "review", Some("picture_stolen")),
        ("confession", "block", Some("picture_admission")),
    ] {
        let decision = decided(shoes(picture));
        let first = decision.reasons.first().map(|reason| reason.code.as_str());
        assert_eq!((decision.verdict.as_str(), first), (verdict, code), "{picture}");
    }
}

#[test]
fn a_hidden_place_counts_beside_words_that_hide_the_brand_too() {
    let decision = decided(Listing { title: "F_e_n_d_i B.a.g.u.e.t.t.e", ..shoes("masked") });
    let codes: Vec<&str> = decision.reasons.iter().map(|reason| reason.code.as_str()).collect();
    assert!(codes.contains(&"picture_masked_and_hints"), "{codes:?}");
}

#[test]
fn the_brands_own_picture_is_at_most_stolen_and_means_little_on_used_goods() {
    assert_eq!(decided(shoes("fake_and_genuine")).class, "stolen_picture");
    let used = Listing { condition: "used", ..shoes("fake_and_genuine") };
    assert_eq!(decided(used).verdict, "allow");
}

#[test]
fn evidence_names_the_picture_and_the_box() {
    let decision = decided(shoes("fake"));
    let place = &decision.reasons[0].evidence[0];
    assert_eq!((place.field.as_str(), place.item, place.place), (PICTURES, Some(0), Some([0, 0, 400, 300])));
    assert_eq!(place.picture.as_deref(), Some("ab".repeat(32).as_str()));
    assert_eq!((place.entry.as_deref(), place.entry_box), (Some("e7"), Some([5, 5, 90, 80])));
    assert_eq!((place.start, place.end), (0, 0));
}

#[test]
fn the_body_names_banks_and_models_only_where_pictures_were_seen() {
    let seen = decided(shoes("plain")).hashes;
    assert_eq!((seen.banks.as_deref(), seen.models.as_deref()), (Some("base 3"), Some("eyes 1")));
    let unseen = decided(shoes("not there"));
    assert_eq!((unseen.hashes.banks, unseen.hashes.models), (None, None));
    assert!(unseen.context.is_empty());
}

#[test]
fn a_decision_is_said_again_from_its_stored_context() {
    let pictures = ["plain", "logo", "batch", "album", "masked", "fake", "fake_and_genuine", "confession", "none"];
    let listings = pictures.map(shoes);
    let (batch, context, decisions) = screened(&listings);
    let lines = Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &context);
    let stored: ContextBatch = decisions.iter().map(|decision| decision.context.clone()).collect();
    let again = Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &stored);
    assert!(lines.as_lines() == again.as_lines());
    for (row, (listing, decision)) in listings.iter().zip(&decisions).enumerate() {
        assert_eq!(String::from_utf8_lossy(&decision.to_json()), String::from_utf8_lossy(lines.json(row)));
        assert_eq!(&decided(*listing), decision, "a batch of one");
    }
}

#[test]
fn the_seller_is_told_the_ground_and_the_cure_but_not_what_was_read() {
    let told = |picture: &'static str| {
        let decision = decided(shoes(picture));
        let face = SellerFace::of((&ACTIVE.policy, &ACTIVE.snapshot), &decision, "Sneakers", "en");
        (face.grounds.join(" "), face.cure)
    };
    let (ground, cure) = told("album");
    assert!(ground.contains("pictures") && !ground.contains("yupoo"), "{ground}");
    assert_eq!(cure, Some("show pictures of the item itself."));
    let (ground, _) = told("batch");
    assert!(!ground.to_lowercase().contains("batch") && !ground.contains("LJR"), "{ground}");
}

#[test]
fn the_words_settle_what_the_picture_means() {
    let with = |title, picture| decided(Listing { title, ..shoes(picture) });
    assert_eq!(with("Nike sneakers, size 42", "logo").verdict, "allow");
    assert_eq!(with("Laces for Nike sneakers", "logo").verdict, "allow");
    assert_eq!(with("Puma sneakers, size 42", "logo").verdict, "review");
    let used = Listing { title: "Sneakers, worn twice", condition: "used", ..shoes("logo") };
    assert_eq!(decided(used).reasons[0].code, "picture_brand_beside");
}

#[test]
fn verdicts_and_lines_agree() {
    let batch = ListingBatch::from_listings([shoes("batch")]).unwrap();
    let mut context = vec![RowContext::default()];
    see(&batch, &mut context, &Shown);
    assert_eq!(Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &context).verdicts(), [Verdict::Review]);
}
