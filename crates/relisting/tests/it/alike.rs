//! Which listings are alike, in the words of sellers.

use std::path::Path;
use std::sync::LazyLock;

use touchstone_catalog::Listing;
use touchstone_knowledge::{Snapshot, load};
use touchstone_relisting::{FEATURES_MAX, Sketch, Thresholds};
use touchstone_signals::{Context, Scratch};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&folder).unwrap_or_else(|found| panic!("{}", found[0]));
    Snapshot::compile(knowledge).unwrap()
});

fn sketch(title: &str, description: &str) -> Sketch {
    let listing = Listing { title, description, ..Listing::default() };
    Sketch::of(&Scratch::default().view(&SNAPSHOT, listing, Context::default()))
}

fn similarity(a: &str, b: &str) -> u16 {
    let (a, b) = (sketch(a, ""), sketch(b, ""));
    assert_eq!(a.similarity(&b), b.similarity(&a));
    a.similarity(&b)
}

#[test]
fn the_same_offer_in_other_words_is_alike() {
    for (a, b) in [
        ("Gucci Marmont belt black leather gold buckle", "🔥 gold buckle | black leather Ceinture Gucci Marmont"),
        ("Rolex Submariner watch blue dial ref 126613", "126613 blue dial!! montre Rolex Submariner"),
        ("G.u.c.c.i belt one to one quality, ask for album", "Gu_cci Gürtel one to one quality — ask for album"),
        ("劳力士 潜航者 男表 蓝盘 陶瓷圈", "陶瓷圈，蓝盘 劳力士潜航者 手表 包邮"),
        ("Louis Vuitton handbag monogramm quilted strap", "Louis Vuitton tote monogram quilted straps"),
    ] {
        assert!(similarity(a, b) >= Thresholds::default().same_seller, "{a} / {b}: {}", similarity(a, b));
    }
}

#[test]
fn other_goods_of_the_same_brand_and_kind_are_not() {
    for (a, b) in [
        ("Gucci Marmont belt black leather gold buckle", "Gucci belt brown GG Supreme canvas, silver clasp"),
        ("Nike Air Force 1 shoes white leather low", "Nike Dunk shoes panda, trail edition"),
        ("Rolex Submariner watch blue dial ref 126613", "Rolex Datejust watch silver dial ref 16234 jubilee"),
        ("香奈儿 链条包 黑色 羊皮", "香奈儿 双肩包 帆布 复古"),
        // A brand, a line and a kind alone say too little.
        ("Gucci belt", "Gucci belt"),
        ("Louis Vuitton Neverfull tote bag", "Louis Vuitton Neverfull tote bag"),
        ("", ""),
    ] {
        assert!(similarity(a, b) < Thresholds::default().same_seller, "{a} / {b}: {}", similarity(a, b));
    }
}

#[test]
fn what_is_too_long_is_cut_alike() {
    let words = |from: u32| (from..from + 3_000).map(|n| format!("word{n} ")).collect::<String>();
    let (long, longer) = (sketch("Gucci bag", &words(0)), sketch("Gucci bag", &words(5)));
    assert_eq!(long, sketch("Gucci bag", &words(0)));
    assert!(long.similarity(&longer) > 900, "{}", long.similarity(&longer));
    assert!(std::mem::size_of_val(&long) + 4 * FEATURES_MAX < 1_024);
}
