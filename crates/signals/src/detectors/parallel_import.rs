//! Hints that goods were made for another market.

use touchstone_knowledge::TermClass;

use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "parallel_import",
    version: 2,
    kind: ValueKind::Text,
    family: "claim",
    sayable: true,
    doc: "Hints that genuine goods were made for another market: `plug` (another country's plug), `label` (a label in another language), `words` (import version, travel retail), `market` (shipped from another country than the one they are offered in, the single European market apart). What is usual in the market itself (an EU plug in Germany) is no hint. A parallel import is no counterfeit.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Nike Dunk Low, US import version"}"#, value: "words" },
        Example { listing: r#"{"id":"1","title":"Dyson Supersonic, US plug","market":"GB"}"#, value: "plug" },
        Example { listing: r#"{"id":"1","title":"Dyson Supersonic, EU plug","market":"DE"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Durex condoms, foreign label"}"#, value: "label" },
        Example { listing: r#"{"id":"1","title":"Nike Dunk Low","market":"DE","ships_from":"US"}"#, value: "market" },
        Example { listing: r#"{"id":"1","title":"Nike Dunk Low","market":"DE","ships_from":"FR"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Nike Dunk Low"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    if view.claimed().is_none() {
        return Value::Null;
    }
    let mut strongest = None;
    for (field, term) in view.terms(TermClass::GreyImport) {
        let words = view.text(*field).map_or("", |text| text.reading.normal.slice(term.span));
        if !is_domestic(words, view.listing.market) {
            findings.see(*field, term.source);
            strongest = strongest.max(Some(rank(words)));
        }
    }
    let abroad = || crosses_border(view.listing.ships_from, view.listing.market).then_some("market");
    strongest.map(|rank| HINTS[rank]).or_else(abroad).into()
}

/// From the weakest on.
const HINTS: [&str; 3] = ["words", "label", "plug"];
/// Beginnings of what languages call a plug, and a label.
const PLUGS: [&str; 14] = [
    "plug",
    "stecker",
    "stekker",
    "prise",
    "enchufe",
    "spina",
    "tomada",
    "wtyczka",
    "fisi",
    "вилка",
    "插头",
    "プラグ",
    "ปลั๊ก",
    "فيش",
];
const LABELS: [&str; 8] = ["label", "etikett", "etiquet", "etichett", "etykiet", "标签", "中文标", "ฉลาก"];

fn rank(words: &str) -> usize {
    let about = |names: &[&str]| names.iter().any(|name| words.contains(name));
    if about(&PLUGS) { 2 } else { usize::from(about(&LABELS)) }
}

/// Members of the European Economic Area: goods sold in one may be sold on in all.
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
    "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// The words name the market itself: an "EU plug" in Germany.
fn is_domestic(words: &str, market: &str) -> bool {
    words.split(' ').any(|word| match word {
        "eu" | "european" => EEA.contains(&market),
        "us" | "usa" => market == "US",
        "uk" => market == "GB",
        "au" => market == "AU",
        "hk" => market == "HK",
        "cn" => market == "CN",
        "jp" => market == "JP",
        _ => false,
    })
}

/// Both countries are told, and no single market holds them.
fn crosses_border(from: &str, to: &str) -> bool {
    let is_code = |country: &str| country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    is_code(from) && is_code(to) && from != to && !(EEA.contains(&from) && EEA.contains(&to))
}
