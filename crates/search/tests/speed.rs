//! How long typing takes among a million listings: `cargo test --release -p touchstone-search -- --ignored --nocapture`.
//! Nothing is asserted: machines differ.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement")]

use std::time::Instant;

use touchstone_search::{Asked, Index, Offer};

const LISTINGS: u64 = 1_000_000;
/// Offers that are taken in together, as a page of decisions is.
const PAGE: usize = 2_000;
const BRANDS: [&str; 12] =
    ["Gucci", "Nike", "Rolex", "Apple", "Velatta", "Samsung", "Adidas", "Prada", "Canon", "Lego", "Bosch", "Sony"];
const GOODS: [&str; 12] = [
    "leather bag",
    "running shoes",
    "steel watch",
    "phone case",
    "hand cream",
    "headphones",
    "rain jacket",
    "silk scarf",
    "camera lens",
    "building bricks",
    "cordless drill",
    "手机壳 透明",
];
const COLOURS: [&str; 8] = ["black", "white", "brown", "navy blue", "red", "olive green", "rosé", "grau"];

/// Words that few listings have, as many as a marketplace has: models, lots, names of people.
fn offer(number: u64) -> Offer {
    let mixed = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33;
    let pick = |all: &[&'static str], by: u64| all[(mixed / by) as usize % all.len()];
    let title = format!(
        "{} {} {} model {}{} size {}",
        pick(&BRANDS, 1),
        pick(&GOODS, 12),
        pick(&COLOURS, 144),
        char::from(b'a' + (mixed % 26) as u8),
        mixed % 90_000,
        mixed % 60
    );
    Offer {
        key: format!("plaza\0seller-{}\0l-{number}", mixed % 20_000),
        seller: format!("plaza\0seller-{}", mixed % 20_000),
        labels: vec![format!("verdict\0{}", if mixed.is_multiple_of(50) { "review" } else { "allow" })],
        at: number,
        text: format!(
            "{title} {title}, carefully packed, sent within two days from our store seller-{}",
            mixed % 20_000
        ),
    }
}

#[test]
#[ignore = "a measurement of minutes"]
fn a_million_listings() {
    let index = Index::new().unwrap();
    let begin = Instant::now();
    let all: Vec<u64> = (0..LISTINGS).collect();
    for page in all.chunks(PAGE) {
        index.put(&page.iter().map(|number| offer(*number)).collect::<Vec<_>>()).unwrap();
    }
    println!("{} listings taken in within {:.1} s", index.len(), begin.elapsed().as_secs_f64());
    let review = ["verdict\0review".to_owned()];
    let asked: [(&str, &[String]); 9] = [
        ("g", &[]),
        ("gucci", &[]),
        ("gucci b", &[]),
        ("leather bag brown", &[]),
        ("model a12", &[]),
        ("手机", &[]),
        ("seller-777", &[]),
        ("carefully packed sent within two days", &[]),
        ("nike ru", &review),
    ];
    for (text, labels) in asked {
        let mut times: Vec<f64> = Vec::new();
        let mut found = 0;
        for _ in 0..21 {
            let begin = Instant::now();
            found = index.find(&Asked { text, labels, limit: 50 }).unwrap().len();
            times.push(1e3 * begin.elapsed().as_secs_f64());
        }
        times.sort_by(f64::total_cmp);
        println!("{text:40} {found:3} found, p50 {:6.1} ms, most {:6.1} ms", times[10], times[20]);
    }
    let begin = Instant::now();
    let found = index.like(&offer(4_711).text, 60).unwrap().len();
    println!("similar: {found} found in {:.1} ms", 1e3 * begin.elapsed().as_secs_f64());
}
