//! What certainly never existed is said to be impossible; what may have existed is not.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::LazyLock;

use touchstone_catalog::{Listing, Texts};
use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::{Context, Evidence, Findings, REGISTRY, Scratch, Value, detect};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&dir).unwrap_or_else(|found| panic!("{}", found[0]));
    Snapshot::compile(knowledge).unwrap()
});

fn impossible(listing: Listing<'_>) -> Option<&'static str> {
    let mut scratch = Scratch::default();
    let view = scratch.view(&SNAPSHOT, listing, Context::default());
    let mut findings = Findings::default();
    detect(&view, &mut findings);
    let signal = REGISTRY.iter().position(|s| s.id == "impossible_product").unwrap();
    for place in findings.evidence(signal) {
        let Evidence::Words { span, .. } = place else { panic!("{place:?}") };
        assert!(listing.title.get(span.range()).is_some(), "{place:?} in {}", listing.title);
    }
    if let Value::Text(text) = findings.values()[signal] { Some(text) } else { None }
}

fn check(titles: &[&str], expected: Option<&str>) {
    let titled = |title| Listing { title, ..Listing::default() };
    let wrong: Vec<_> = titles.iter().filter(|t| impossible(titled(t)) != expected).collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:#?}");
}

#[test]
fn sizes_that_never_existed() {
    check(
        &[
            "Hermès Birkin 33 Togo leather bag gold hardware",
            "Louis Vuitton Keepall 42 bag",
            "Apple Watch Ultra 2 44mm titanium smart watch",
            "Apple Watch Series 9 48 mm smartwatch GPS",
            "Chanel Chance eau de parfum 80 ml",
            "Creed Aventus eau de parfum 4.5 oz",
            "UGG Classic Short boots US 7.5 chestnut",
        ],
        Some("size"),
    );
}

#[test]
fn sizes_that_honest_sellers_state() {
    check(
        &[
            "Hermès Birkin 25 Togo leather bag",
            "Hermès Birkin 27 cm wide leather bag",
            "Hermès Birkin 2021 leather bag",
            "Birkin Hermès 95% new leather bag",
            "Louis Vuitton Neverfull MM tote bag",
            "Louis Vuitton Neverfull large tote bag",
            "Apple Watch Ultra 49mm",
            "Apple Watch Series 9 45mm GPS",
            "Leather band for Apple Watch Ultra 44mm",
            "Chanel Chance eau de parfum 3.4 fl oz",
            "Chanel Chance eau de parfum 100ml + 35 ml gift set",
            "Chanel Chance eau de parfum 12 ml decant",
            "Creed Aventus eau de parfum 3.3 oz",
            "UGG Classic Short boots US 8 chestnut",
            "UGG Classic Short boots EU 37.5",
        ],
        None,
    );
    let used = |title| Listing { title, condition: "used", ..Listing::default() };
    assert_eq!(impossible(used("Chanel Chance eau de parfum, 80 ml left")), None);
}

#[test]
fn references_that_do_not_belong() {
    check(
        &[
            "Rolex GMT-Master II 116710BLRO steel watch",
            "Rolex Submariner 116610LB watch",
            "Rolex Submariner 116500LN watch",
            "Rolex Submariner watch ref 126711",
            "Rolex Sea-Dweller watch ref 226600",
            "Omega Speedmaster 210.30.42.20.01.001 watch",
            "Patek Philippe Nautilus 5167A-001 watch",
            "Nike Dunk Low CW2288-111 shoes",
            "Louis Vuitton Neverfull M41526 bag",
        ],
        Some("reference"),
    );
    check(
        &[
            "Rolex Submariner 116610LN-0001 watch",
            "Rolex Submariner 116610 LN watch, our number 116500",
            "Rolex Submariner watch 14060M 2004",
            "Rolex Explorer ref 214270 watch",
            "Rolex Sea-Dweller watch ref 126600",
            "Rolex Air-King ref 126900 watch",
            "Rolex Yacht-Master ref 126622 watch",
            "Rolex Datejust 126334SLIO watch",
            "Omega Speedmaster 310.30.42.50.01.001 watch",
            "Omega Speedmaster Olympic 522.30.42.30.04.001 watch",
            "Patek Philippe Nautilus 5711/1A-010 watch",
            "Nike Dunk Low DD1391-100 shoes",
            "Nike Dunk Low HF4292-700 shoes",
            "Louis Vuitton Neverfull M40995 bag",
            "Louis Vuitton Neverfull bag, item A10234",
            "Bracelet for Rolex Submariner 116500LN",
        ],
        None,
    );
}

#[test]
fn colours_and_amounts() {
    check(&["Black Apple AirPods Pro sealed", "Apple AirPods 3 schwarz neu"], Some("colour"));
    check(
        &[
            "Apple AirPods Pro 2 white",
            "Apple AirPods Pro Black Friday deal",
            "Apple AirPods Pro + black silicone case",
            "Black silicone case for AirPods Pro",
            "Apple AirPods Max black", // a seller's word for space grey
        ],
        None,
    );
    let variants = ["Black", "Pink"];
    let listing = Listing { title: "Apple AirPods Pro", variants: Texts::from(&variants[..]), ..Listing::default() };
    assert_eq!(impossible(listing), Some("colour"));
    check(&["Makita BL1890 battery 9.0Ah", "Xiaomi power bank 300,000mAh"], Some("amount"));
    check(&["Makita 18V battery BL1850B 5.0Ah x2 (10Ah)", "Xiaomi power bank 20,000mAh", "Makita 18.000 mAh"], None);
}

#[test]
fn capacities() {
    check(
        &["Clé USB Kingston 8 To DataTraveler", "SanDisk microSD card 8TB", "Apple iPhone 13 4 TB"],
        Some("capacity"),
    );
    check(
        &[
            "SanDisk iXpand USB 3.0 to Lightning memory stick 64GB",
            "SanDisk iXpand USB 3.0 To Lightning memory stick",
            "Apple iPhone 13 from 128 to 512GB",
            "Samsung Galaxy S24 Ultra 12/512GB phone",
            "Samsung Galaxy S24 Ultra 12,512GB phone",
            "HP HDD 3510-300-GB 10K hard drive",
            "Clé USB Kingston 1 To DataTraveler",
            "Samsung Galaxy Z Flip 4 128GB phone",
        ],
        None,
    );
}

#[test]
fn years_and_denials() {
    check(&["Apple AirPods Pro 2 model 2018", "苹果 AirPods Pro 2 2018年"], Some("year"));
    check(
        &["Apple AirPods Pro 2 model 2022", "Apple AirPods Pro, since 2012 your dealer", "iPhone 13 A2633 2019"],
        None,
    );
    check(&["Rolex Submariner watch, no quartz", "Adidas Samba OG off white shoes"], None);
}

#[test]
fn hostile_titles_break_nothing() {
    let tails = [
        "",
        " ",
        "-",
        "/",
        ".",
        " ml",
        " 0ml",
        " 99999999999999999999 ml",
        " 1.ml",
        " ,000mAh",
        "000mAh",
        " mm",
        " US",
        " US .",
        " EU 9.9.9",
        " ref",
        " ref ref",
        " ref 1",
        "年",
        " 2019年",
        " 2019",
        " model",
        " 00000000000000000000",
        " １２３４５ＬＮ",
        " 116610LN116610LN",
        "\u{200b}30",
        " friday",
        " black",
        " black friday",
        " 🦆",
        "\u{0}",
    ];
    let heads =
        ["Rolex Submariner watch", "Hermes Birkin", "Apple AirPods Pro", "UGG Classic Short", "Creed Aventus perfume"];
    for (head, tail) in heads.iter().flat_map(|head| tails.iter().map(move |tail| (head, tail))) {
        let (behind, before) = (format!("{head}{tail}"), format!("{tail}{head}"));
        for title in [&behind, &before] {
            impossible(Listing { title, ..Listing::default() });
        }
    }
}
