//! What sellers and buyers say in seventeen languages is understood, and what honest ones say is left alone.

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

/// A signal of a listing in words: "null", "strong", "2".
fn signal(listing: Listing<'_>, id: &str) -> String {
    let mut scratch = Scratch::default();
    let mut findings = Findings::default();
    detect(&scratch.view(&SNAPSHOT, listing, Context::default()), &mut findings);
    match findings.values()[REGISTRY.iter().position(|s| s.id == id).unwrap()] {
        Value::Null => "null".to_owned(),
        Value::True => "true".to_owned(),
        Value::Int(n) => n.to_string(),
        Value::Text(text) => text.to_owned(),
    }
}

fn check_reviews(reviews: &[&str], expected: &str) {
    let of = |review: &str| {
        let reviews = [review];
        let listing = Listing { title: "Gucci belt", reviews: Texts::from(&reviews[..]), ..Listing::default() };
        signal(listing, "buyers_say_fake")
    };
    let wrong: Vec<_> = reviews.iter().filter(|r| of(r) != expected).collect();
    assert!(wrong.is_empty(), "not {expected}: {wrong:#?}");
}

fn check_titles(id: &str, titles: &[&str], expected: &str) {
    let of = |title: &str| signal(Listing { title, ..Listing::default() }, id);
    let wrong: Vec<_> = titles.iter().map(|t| (t, of(t))).filter(|(_, value)| value != expected).collect();
    assert!(wrong.is_empty(), "{id} not {expected}: {wrong:#?}");
}

#[test]
fn buyers_say_in_their_own_words_that_it_is_fake() {
    check_reviews(
        &[
            "My jeweller laughed when I showed it to him",
            "The boutique never made this model",
            "Held it next to the real one: the clasp is different",
            "The logo wipes off with a wet cloth",
            "Serial is not found on their website",
            "Mein Juwelier hat gelacht",
            "Der Schriftzug ist schief",
            "Le bijoutier a refusé de la réparer",
            "La boutique n'a jamais fabriqué ce modèle",
            "El relojero se rio en mi cara",
            "Il gioielliere si è messo a ridere",
            "O relojoeiro deu risada",
            "De juwelier moest lachen, hij lachte hardop",
            "Jubiler od razu poznał",
            "В бутике посмеялись",
            "Kuyumcu güldü",
            "الساعاتي ضحك",
            "Tukang jam langsung tahu",
            "Thợ đồng hồ nhìn phát biết",
            "ช่างนาฬิกาหัวเราะ",
            "時計屋で笑われました",
            "시계방 사장님이 웃더라고요",
            "修表师傅一看就摇头",
        ],
        "1",
    );
}

#[test]
fn honest_reviews_are_left_alone() {
    check_reviews(
        &[
            "I was afraid it was fake but it is genuine",
            "So many fakes everywhere, this one is real",
            "The box was dented, the belt is fine",
            "The strap broke after a year",
            "Parcel came late, seller refused a refund",
            "Hatte Angst dass es ein Fake ist, aber es ist echt",
            "J'avais peur que ce soit un faux mais il est authentique",
            "Pensé que era falso pero es auténtico",
            "Temevo fosse un falso, invece è autentico",
            "担心是假货，结果是正品",
            "偽物かと不安でしたが正規品でした",
            "Karton war eingedrückt",
            "La taille ne convient pas",
            "El color no me gusta",
        ],
        "null",
    );
}

#[test]
fn kits_are_seen_whatever_part_they_are() {
    check_titles(
        "counterfeit_kit",
        &[
            "Gucci woven labels by the roll",
            "Rolex warranty card x 20",
            "Receipts for Gucci, any date",
            "Étiquettes Lacoste à coudre, 100 pièces",
            "Бирки под ваш товар Gucci",
            "명품 보증서 제작",
            "奢侈品小票 任意日期",
        ],
        "strong",
    );
    check_titles(
        "counterfeit_kit",
        &[
            "Gucci belt with box and receipt",
            "Sewing labels with your own name, 100 pieces",
            "Protective case for AirPods Pro",
            "Spare buttons for a winter coat, 6 pieces",
        ],
        "null",
    );
}

#[test]
fn lots_are_counted_in_every_language() {
    check_titles(
        "wholesale_branded",
        &[
            "Nike shoes 60 pairs mixed sizes",
            "Nike Schuhe 60 Paar gemischt",
            "Nike chaussures lot de 60 paires",
            "Lacoste polo 2 lusin",
            "Nike кроссовки 40 пар",
            "Gucci çanta 30 adet",
            "耐克 运动鞋 60双起批",
            "나이키 운동화 50켤레",
        ],
        "lot",
    );
    for honest in
        ["Nike socks 6 pairs", "Canon camera with 5x optical zoom", "LEGO Star Wars 1000 pieces", "Nike shoes size 42"]
    {
        check_titles("wholesale_branded", &[honest], "null");
    }
}

fn check_description(id: &str, title: &str, descriptions: &[&str], expected: &[&str]) {
    let of = |description: &str| signal(Listing { title, description, ..Listing::default() }, id);
    let wrong: Vec<_> =
        descriptions.iter().map(|d| (d, of(d))).filter(|(_, v)| !expected.contains(&v.as_str())).collect();
    assert!(wrong.is_empty(), "{id} not {expected:?}: {wrong:#?}");
}

#[test]
fn a_part_that_is_not_original_is_disclosed_not_admitted() {
    check_description(
        "replica_vocabulary",
        "Omega Seamaster watch",
        &[
            "The strap is not original, everything else is",
            "Das Armband ist nicht original, das Werk läuft",
            "La correa no es original",
            "Cinturino non originale, fibbia non originale",
            "A pulseira não é original",
            "Pasek jest nieoryginalny",
            "Ремешок неоригинальный",
            "Kayışı orijinal değil",
            "表带不是原装的",
            "The box is a replica",
            "Glass replaced, not original",
            "Das Glas wurde getauscht, ist nicht original",
        ],
        &["weak", "null"],
    );
    check_description(
        "replica_vocabulary",
        "Omega Seamaster watch",
        &["This watch is a replica", "Replica with box and papers", "Die Uhr ist nicht original", "Es una réplica"],
        &["explicit", "strong"],
    );
}

#[test]
fn whoever_denies_or_pledges_admits_nothing() {
    check_description(
        "replica_vocabulary",
        "Chanel bag",
        &[
            "If proven fake I refund in full",
            "Se risultasse falsa vi rimborso il doppio",
            "偽物の場合は全額返金します",
            "가품일 경우 200% 보상합니다",
            "Não trabalho com réplica",
            "I do not deal in replicas",
            "Non vendo falsi",
        ],
        &["weak", "null"],
    );
}

#[test]
fn what_fits_a_device_is_honestly_not_original() {
    for title in ["Bateria compatível com Makita 18V", "Correa para Garmin Fenix 26 mm", "Pulseira para Apple Watch 44"]
    {
        check_description("replica_vocabulary", title, &["Não é original", "No es original"], &["weak", "null"]);
    }
    check_description("replica_vocabulary", "Strap for Rolex", &["1:1 replica, best quality"], &["explicit"]);
}

#[test]
fn words_that_other_languages_share_do_not_make_goods_used() {
    check_description(
        "second_hand",
        "Gucci bag",
        &["A bag for every occasion", "The second line of the house", "Perfect for special occasions"],
        &["null"],
    );
    check_description("second_hand", "Gucci bag", &["Sac d'occasion", "Barang second mulus"], &["true"]);
}

#[test]
fn praise_by_contrast_is_no_report() {
    check_reviews(
        &[
            "Better than the fake ones I bought elsewhere",
            "Meine alten waren Fälschungen vom Strand, diese sind echt",
            "之前在别家买到假货，这家是真的",
        ],
        "null",
    );
}

#[test]
fn what_details_say_is_heard_and_a_bundle_costs_its_pieces() {
    let of = |details: &[&str], multipack: Option<i64>, id: &str| {
        let (price_minor, price_currency) = (Some(100_000), "USD");
        let details = Texts::from(details);
        signal(
            Listing {
                title: "Leather belt",
                details,
                multipack,
                price_minor,
                price_currency,
                brand: "Gucci",
                ..Listing::default()
            },
            id,
        )
    };
    assert_eq!(of(&["navy", "1:1 mirror replica"], None, "replica_vocabulary"), "explicit");
    assert_eq!(of(&["navy"], None, "replica_vocabulary"), "null");
    let price = |multipack| of(&[], multipack, "price_vs_brand").parse::<i64>().unwrap();
    assert_eq!(price(Some(10)), price(None) / 10);
    assert_eq!((price(Some(0)), price(Some(1_000_000))), (price(None), price(None)));
}
