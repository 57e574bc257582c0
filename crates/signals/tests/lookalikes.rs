//! Names made to be taken for others, and honest names close to them, on the default knowledge pack.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use touchstone_catalog::feed::{FeedReader, Format, Options};
use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::{Context, Findings, REGISTRY, Scratch, Value, detect};

/// Title, brand field and the brand that is resembled; nothing where the name is honest.
const LISTINGS: [(&str, &str, &str); 32] = [
    ("Abidas running shoes men", "", "adidas"),
    ("Reebak classic trainers", "Reebak", "reebok"),
    ("The North Fake down jacket", "", "the-north-face"),
    ("Polo shirt pony", "Ralf Loren", "ralph-lauren"),
    ("Calvim Klain boxer briefs 3 pack", "", "calvin-klein"),
    ("Hogo Boss cologne for men 100ml", "", "hugo-boss"),
    ("Huge Boss shirt men", "Huge Boss", "hugo-boss"),
    ("Cate Spade crossbody bag leather", "Cate Spade", "kate-spade"),
    ("Michel Kors tote bag", "Michel Kors", "michael-kors"),
    ("Goochi canvas crossbody bag", "", "gucci"),
    ("Cucci leather belt", "", "gucci"),
    ("Monclair puffer jacket women", "Monclair", "moncler"),
    ("Vendi shoulder bag women", "Vendi", "fendi"),
    ("Brada nylon shoulder bag", "Brada", "prada"),
    ("Rolax watch automatic men", "", "rolex"),
    ("Ray Bon aviator sunglasses", "Ray Bon", "ray-ban"),
    ("Daison hair dryer", "", "dyson"),
    ("Grocs clogs kids", "Grocs", "crocs"),
    ("Lababu plush doll monsters", "", "pop-mart"),
    ("Polystation 5 game console", "", "sony"),
    ("始祖乌 冲锋衣 男", "", "arcteryx"),
    ("老于妈 风味豆豉 辣椒酱 280g", "", "lao-gan-ma"),
    ("Нью Баланц кроссовки 574", "", "new-balance"),
    ("롤렉쓰 남성 시계", "", "rolex"),
    ("Nikko ceramics plate 23cm", "Nikko", ""),
    ("Hondo electric guitar strat", "Hondo", ""),
    ("Hilka spanner set 12 pcs", "Hilka", ""),
    ("Canon vixia hf100 camcorder", "Canon", ""),
    ("Umbra wall shelf set of 3", "Umbra", ""),
    ("Channel stainless steel floor drain", "", ""),
    ("Fendt tractor model 1:32", "Fendt", ""),
    ("Tom Tailor polo shirt men", "Tom Tailor", ""),
];

#[test]
fn confusing_names_are_told_from_honest_ones() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&dir).unwrap_or_else(|found| panic!("{}", found[0]));
    let snapshot = Snapshot::compile(knowledge).unwrap();
    let signal = REGISTRY.iter().position(|spec| spec.id == "lookalike_name").unwrap();
    let rows = LISTINGS.iter().enumerate().map(|(i, (title, brand, _))| {
        serde_json::json!({"id": i.to_string(), "title": title, "brand": brand, "condition": "new"}).to_string()
    });
    let feed = rows.collect::<Vec<_>>().join("\n");
    let mut reader =
        FeedReader::from_reader("names", std::io::Cursor::new(feed), Options::of(Format::Jsonl), Vec::new());
    let batch = reader.next().unwrap().unwrap();
    let mut wrong = Vec::new();
    for (i, (title, _, resembled)) in LISTINGS.iter().enumerate() {
        let mut scratch = Scratch::default();
        let context = Context::default();
        let view = scratch.view(&snapshot, batch.row(i), context);
        let mut findings = Findings::default();
        detect(&view, &mut findings);
        let found = match findings.values()[signal] {
            Value::Text(brand) => brand,
            _ => "",
        };
        if found != *resembled {
            wrong.push(format!("{title}: {found}, not {resembled}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
