//! What is looked up, and what it does to a decision.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::{Arc, LazyLock};

use touchstone_catalog::{Listing, ListingBatch, SellerRecord, Sellers};
use touchstone_knowledge::{Authorisation, Snapshot, load};
use touchstone_policy::Policy;
use touchstone_screening::{
    Active, Decision, History, NoHistory, RowContext, Screener, SignalValue, columns, engine, enrich, facts,
};
use touchstone_signals::{Previous, Resemblance, Scratch};

const TODAY: &str = "2026-11-01";

/// The default packs, and one seller who may sell Gucci in the year 2024.
static ACTIVE: LazyLock<Arc<Active>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut knowledge, _) = load(&root.join("knowledge")).unwrap_or_else(|found| panic!("{}", found[0]));
    let brand = knowledge.brands.iter().position(|brand| brand.id == "gucci").unwrap();
    knowledge.authorisations.push(Authorisation {
        seller: "plaza:partner".into(),
        brand: touchstone_knowledge::BrandId(u16::try_from(brand).unwrap()),
        markets: Vec::new(),
        kinds: Vec::new(),
        from: "2024-01-01".into(),
        until: "2024-12-31".into(),
    });
    let snapshot = Snapshot::compile(knowledge).unwrap();
    let policy = Policy::load(root.join("policy"), &columns()).unwrap_or_else(|found| panic!("{}", found[0]));
    Arc::new(Active { snapshot: Arc::new(snapshot), policy, warnings: Vec::new() })
});

fn context(listing: Listing<'_>, sellers: &Sellers) -> RowContext {
    let batch = ListingBatch::from_listings([listing]).unwrap();
    enrich(&batch, &ACTIVE.snapshot, sellers, &NoHistory, TODAY).remove(0)
}

fn decide(listing: Listing<'_>, sellers: &Sellers) -> Decision {
    let batch = ListingBatch::from_listings([listing]).unwrap();
    let context = enrich(&batch, &ACTIVE.snapshot, sellers, &NoHistory, TODAY);
    Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &context).decision(0).unwrap()
}

fn bag<'a>(seller_id: &'a str, listed_at: Option<i64>) -> Listing<'a> {
    Listing { marketplace: "plaza", seller_id, id: "1", title: "Gucci bag", listed_at, ..Listing::default() }
}

fn sellers(records: &[SellerRecord]) -> Sellers {
    let mut sellers = Sellers::default();
    records.iter().for_each(|record| sellers.insert(record.clone()));
    sellers
}

fn record() -> SellerRecord {
    SellerRecord {
        marketplace: "plaza".into(),
        seller_id: "s1".into(),
        upheld_findings: Some(3),
        sales: Some(10),
        ..SellerRecord::default()
    }
}

#[test]
fn a_listing_adds_to_what_is_known_and_hides_no_finding() {
    let said = r#"{"age_days":400,"authorisations":["gucci"],"sales":9,"upheld_findings":0}"#;
    let known = sellers(&[SellerRecord { authorisations: vec!["puma".into()], ..record() }]);
    let merged = context(Listing { seller: said, ..bag("s1", None) }, &known).seller.unwrap();
    assert_eq!((merged.upheld_findings, merged.sales, merged.age_days), (Some(3), Some(10), Some(400)));
    assert_eq!(merged.authorisations, ["puma"]);

    let unknown = context(Listing { seller: said, ..bag("s2", None) }, &known).seller.unwrap();
    assert_eq!((unknown.upheld_findings, unknown.sales), (Some(0), Some(9)));
    assert_eq!(context(bag("s2", None), &known), RowContext::default());
}

#[test]
fn a_finding_of_the_marketplace_is_a_signal_whatever_the_listing_says() {
    let listing = Listing { seller: r#"{"upheld_findings":0}"#, ..bag("s1", None) };
    let decision = decide(listing, &sellers(&[record()]));
    assert_eq!(decision.signals.get("seller_upheld"), Some(&SignalValue::Int(3)));
}

#[test]
fn the_seller_is_named_once_in_a_decision() {
    let decision = decide(bag("s1", None), &sellers(&[record()]));
    let json = String::from_utf8(decision.to_json()).unwrap();
    assert_eq!((json.matches("\"s1\"").count(), json.matches("\"plaza\"").count()), (1, 1), "{json}");
    assert_eq!(decision.context.hash().map(|byte| format!("{byte:02x}")).concat(), decision.hashes.context);
}

/// Midnight of a day given in days since 1970.
fn day(days: i64) -> Option<i64> {
    Some(days * 86_400_000_000)
}

#[test]
fn an_authorisation_counts_today_whenever_the_listing_began() {
    let authorised = |seller, listed_at, today: &str| {
        let batch = ListingBatch::from_listings([bag(seller, listed_at)]).unwrap();
        let context = enrich(&batch, &ACTIVE.snapshot, &Sellers::default(), &NoHistory, today);
        let decision = Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &context).decision(0).unwrap();
        decision.signals.contains_key("seller_authorised")
    };
    assert!(authorised("partner", None, "2024-01-01") && authorised("partner", None, "2024-12-31"));
    assert!(!authorised("partner", None, "2023-12-31") && !authorised("partner", None, "2025-01-01"));
    let in_2024 = day(19_723);
    assert!(!authorised("partner", in_2024, TODAY), "it was listed when the authorisation was not over yet");
    assert!(authorised("partner", day(10_000), "2024-06-01"));
    assert!(!authorised("another", in_2024, "2024-06-01"));
}

#[test]
fn no_listing_authorises_itself() {
    let said = r#"{"authorisations":["gucci"]}"#;
    let authorised = |listing, sellers: &Sellers| decide(listing, sellers).signals.contains_key("seller_authorised");
    let row = Listing { seller: said, ..bag("s1", None) };
    assert!(authorised(row, &Sellers::default()), "without a record the feed is the marketplace's word");
    assert!(!authorised(row, &sellers(&[record()])), "a record that names no brand authorises for none");

    let claims = Listing { marketplace: "gucci.com", ..bag("s1", None) };
    let of = |seller_id: &str| {
        sellers(&[SellerRecord { marketplace: "gucci.com".into(), seller_id: seller_id.into(), ..record() }])
    };
    let operated = |name: &str| Sellers::default().operated_by(Some(name.to_owned()));
    assert!(!authorised(claims, &Sellers::default()) && !authorised(claims, &of("s2")));
    assert!(!authorised(claims, &operated("plaza")) && !authorised(bag("s1", None), &operated("gucci.com")));
    assert!(authorised(claims, &of("s1")) && authorised(claims, &operated("gucci.com")));
}

#[test]
fn the_day_is_stored_only_where_it_counts() {
    let none = Sellers::default();
    assert_eq!(context(bag("partner", day(19_723)), &none).day.as_deref(), Some(TODAY));
    assert_eq!(context(bag("partner", None), &none).day.as_deref(), Some(TODAY));
    assert_eq!(context(bag("another", day(19_723)), &none).day, None);
    let elsewhere = Listing { marketplace: "bazaar", ..bag("partner", None) };
    assert_eq!(context(elsewhere, &none).day, None);
}

#[test]
fn numbers_stay_those_that_json_keeps() {
    let price = Listing { price_minor: Some(i64::MAX - 7), price_currency: "USD", ..bag("s1", None) };
    let watch = Listing { title: "Rolex Submariner watch", ..price };
    for listing in [price, watch] {
        let decision = decide(listing, &Sellers::default());
        assert_eq!(decision.signals.get("price_vs_brand"), Some(&SignalValue::Int(9_007_199_254_740_991)));
    }
}

#[test]
fn a_decision_names_the_engine_with_its_signals() {
    let decision = decide(bag("s1", None), &Sellers::default());
    assert_eq!(decision.hashes.engine, engine());
    assert!(engine().contains("+sig."));
}

fn previous(brand: Option<&str>) -> Previous {
    Previous { brand: brand.map(str::to_owned), hash: "00".into(), kind: None, price_usd_cents: Some(900) }
}

fn decide_with(listing: Listing<'_>, history: History) -> Decision {
    let batch = ListingBatch::from_listings([listing]).unwrap();
    let context = enrich(&batch, &ACTIVE.snapshot, &Sellers::default(), &[history][..], TODAY);
    let decided = Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &context);
    let decision = decided.decision(0).unwrap();
    assert_eq!(decision.to_json(), decided.json(0), "read back and written again");
    let again = Screener::new(Arc::clone(&ACTIVE)).screen(&batch, &vec![decision.context.clone()]);
    assert_eq!(again.json(0), decided.json(0), "said again from the stored context");
    assert_eq!(decision.context.hash().map(|byte| format!("{byte:02x}")).concat(), decision.hashes.context);
    decision
}

#[test]
fn a_past_is_stored_with_the_decision_and_decides() {
    let resembles = |same_seller| Resemblance { decision_id: "d".into(), same_seller, similarity: 880 };
    let cases = [
        (History::default(), &[][..]),
        (History { previous: Some(previous(Some("gucci"))), resembles: None }, &[]),
        (History { previous: Some(previous(Some("puma"))), resembles: None }, &["brand_switched"]),
        (History { previous: None, resembles: Some(resembles(true)) }, &["relisted_by_seller"]),
        (History { previous: None, resembles: Some(resembles(false)) }, &["relisted_by_other"]),
    ];
    for (history, expected) in cases {
        let decision = decide_with(bag("s1", None), history.clone());
        let codes: Vec<&str> = decision.reasons.iter().map(|reason| reason.code.as_str()).collect();
        assert_eq!(codes, expected, "{history:?}");
        assert_eq!((decision.context.previous, decision.context.resembles), (history.previous, history.resembles));
    }
}

#[test]
fn facts_are_what_the_signals_say() {
    let listing = Listing { price_minor: Some(2_550), price_currency: "USD", ..bag("s1", None) };
    let facts = facts(&mut Scratch::default(), &ACTIVE.snapshot, listing);
    let hash = listing.content_hash().map(|byte| format!("{byte:02x}")).concat();
    let expected =
        Previous { brand: Some("gucci".into()), hash, kind: Some("bags".into()), price_usd_cents: Some(2_550) };
    assert_eq!(facts, expected);
}
