//! Used goods that cannot be.

use touchstone_knowledge::{TermClass, TermStrength};
use touchstone_text::Span;

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{Text, View};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "used_implausible",
    version: 2,
    kind: ValueKind::Text,
    family: "condition",
    sayable: false,
    doc: "Branded goods said to be used, but as used goods are not: `stock` (more than 20 pieces in stock, by the feed or the title), `sizes` (one thing in a run of sizes), `variants` (more than 6), `wholesale` (trade terms), `new_with_tags` (said to be new with tags or sealed, and several of them). One unworn piece with its tags is what honest people resell; refurbishers hold stock.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"used","stock":200}"#, value: "stock" },
        Example { listing: r#"{"id":"1","title":"Gucci belt","condition":"used","stock":1}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Pre-owned Gucci loafers, 50 available"}"#, value: "stock" },
        Example { listing: r#"{"id":"1","title":"Lot of 50 used Levi's jeans, mixed"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Gucci loafers 36-44","condition":"used"}"#, value: "sizes" },
        Example {
            listing: r#"{"id":"1","title":"Nike hoodie","condition":"used","variants":["S","M","L","XL"]}"#,
            value: "sizes",
        },
        Example { listing: r#"{"id":"1","title":"Nike hoodie size M","condition":"used"}"#, value: "null" },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt new with tags","condition":"used","stock":8}"#,
            value: "new_with_tags",
        },
        Example {
            listing: r#"{"id":"1","title":"Gucci belt new with tags","condition":"used","stock":1}"#,
            value: "null",
        },
    ],
    detect,
};

/// A private wardrobe or a small dealer rarely holds more pieces of one used thing.
const MAX_USED_STOCK: i64 = 20;
const MAX_USED_VARIANTS: usize = 6;
/// A used thing has one size; two or three may be a label in several systems.
const MIN_SIZES: usize = 4;
/// Of unworn things with tags a person has one or two.
const MAX_TAGGED_STOCK: i64 = 3;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let refurbished = view.listing.condition == "refurbished" || view.terms(TermClass::Refurbished).next().is_some();
    if !view.used || refurbished || view.claimed().is_none() {
        return Value::Null;
    }
    if view.listing.stock.or_else(|| stated_stock(view)).is_some_and(|n| n > MAX_USED_STOCK) {
        return Value::Text("stock");
    }
    if sizes_in_variants(view) >= MIN_SIZES || view.text(Field::Title).is_some_and(has_size_run) {
        findings.see(Field::Title, Span::default());
        return Value::Text("sizes");
    }
    if view.listing.variants.len() > MAX_USED_VARIANTS {
        findings.see(Field::Variant(0), Span::default());
        return Value::Text("variants");
    }
    let wholesale = view.terms(TermClass::Wholesale).find(|(_, t)| t.strength >= TermStrength::Strong);
    let tagged = view.terms(TermClass::NewClaim).find(|_| view.listing.stock.is_some_and(|n| n > MAX_TAGGED_STOCK));
    let Some((field, term)) = wholesale.or(tagged) else { return Value::Null };
    findings.see(*field, term.source);
    Value::Text(if wholesale.is_some() { "wholesale" } else { "new_with_tags" })
}

/// What languages say of pieces that are there.
const STOCK: [&str; 12] = [
    "available",
    "stock",
    "lager",
    "disponibles",
    "disponibili",
    "disponiveis",
    "наличии",
    "在庫",
    "库存",
    "现货",
    "재고",
    "stok",
];

/// The number beside a word for stock: "50 available", 在庫50点. A lot of many different used things has none.
fn stated_stock(view: &View<'_, '_>) -> Option<i64> {
    let normal = &view.text(Field::Title)?.reading.normal;
    let words: Vec<&str> = normal.tokens().iter().map(|t| normal.slice(t.span)).collect();
    let stock =
        |at: usize| words.get(at).is_some_and(|w| STOCK.iter().any(|s| w == s || (!s.is_ascii() && w.ends_with(s))));
    let counts = (0..words.len()).filter(|at| stock(at + 1) || stock(at + 2) || at.checked_sub(1).is_some_and(stock));
    counts.filter_map(|at| words[at].parse().ok()).max()
}

fn sizes_in_variants(view: &View<'_, '_>) -> usize {
    let variants = view.texts().iter().filter(|t| matches!(t.field, Field::Variant(_)));
    variants.filter(|t| t.reading.normal.text().rsplit(' ').next().is_some_and(is_size)).count()
}

/// "36-44", "35 to 45", "S M L XL": from one size to another far from it, or four in a row.
fn has_size_run(title: &Text) -> bool {
    let normal = &title.reading.normal;
    let words: Vec<&str> = normal.tokens().iter().map(|t| normal.slice(t.span)).collect();
    let range = |from: usize, to: usize| {
        let shoe = |at: usize| words.get(at).and_then(|w| w.parse::<usize>().ok()).filter(|n| SHOES.contains(n));
        shoe(from).zip(shoe(to)).is_some_and(|(from, to)| to >= from + MIN_SIZES) && !is_measured(words.get(to + 1))
    };
    (0..words.len()).any(|at| range(at, at + 1) || range(at, at + 2))
        || words.windows(MIN_SIZES).any(|run| run.iter().all(|w| LETTERS.contains(w)))
}

/// European sizes of shoes, children's too.
const SHOES: std::ops::RangeInclusive<usize> = 19..=52;
const LETTERS: [&str; 9] = ["xs", "s", "m", "l", "xl", "xxl", "2xl", "3xl", "xxxl"];

fn is_size(word: &str) -> bool {
    let whole = word.split('.').next().unwrap_or_default();
    LETTERS.contains(&word) || whole.parse::<usize>().is_ok_and(|n| SHOES.contains(&n))
}

/// "30 x 40", "35-45 cm" are dimensions.
fn is_measured(next: Option<&&str>) -> bool {
    next.is_some_and(|unit| matches!(*unit, "cm" | "mm" | "x" | "in" | "inch" | "inches" | "kg" | "g" | "ml" | "l"))
}
