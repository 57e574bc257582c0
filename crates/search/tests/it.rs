//! Listings are found by what is typed, and only those.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use touchstone_search::{Asked, Index, Offer, words};

fn offer(key: &str, at: u64, text: &str) -> Offer {
    Offer { key: key.into(), seller: format!("seller of {key}"), labels: vec!["allow".into()], at, text: text.into() }
}

fn find(index: &Index, text: &str) -> Vec<String> {
    index.find(&Asked { text, labels: &[], limit: 10 }).unwrap()
}

#[test]
fn typing_finds_more_and_more_narrowly() {
    let index = Index::new().unwrap();
    let offers = [offer("a", 1, "Gucci Marmont bag"), offer("b", 2, "Gucci belt"), offer("c", 3, "Goose down jacket")];
    index.put(&offers).unwrap();
    assert_eq!(find(&index, "g"), ["c", "b", "a"]);
    assert_eq!(find(&index, "guc"), ["b", "a"]);
    assert_eq!(find(&index, "GUCCI b"), ["b", "a"]);
    assert_eq!(find(&index, "gucci ba"), ["a"]);
    assert_eq!(find(&index, "marmont gucci"), ["a"]);
    assert!(find(&index, "guc ").is_empty() && find(&index, " - ").is_empty() && find(&index, "marmot").is_empty());
}

#[test]
fn what_sets_no_spaces_is_found_by_any_part_of_it() {
    let index = Index::new().unwrap();
    index.put(&[offer("a", 1, "耐克空军一号运动鞋"), offer("b", 2, "空气炸锅")]).unwrap();
    assert_eq!(find(&index, "空"), ["b", "a"]);
    assert_eq!(find(&index, "空军"), ["a"]);
    assert_eq!(find(&index, "军一号运"), ["a"]);
    assert_eq!(find(&index, "锅"), ["b"]);
}

#[test]
fn a_later_version_takes_the_place_of_the_earlier_and_a_forgotten_seller_is_gone() {
    let index = Index::new().unwrap();
    index.put(&[offer("a", 1, "Gucci bag")]).unwrap();
    index.put(&[Offer { labels: vec!["block".into()], ..offer("a", 2, "Leather bag") }]).unwrap();
    assert!(find(&index, "gucci").is_empty());
    let label = |label: &str| index.find(&Asked { text: "leather", labels: &[label.into()], limit: 10 }).unwrap();
    assert_eq!((label("block").len(), label("allow").len(), index.len()), (1, 0, 1));
    index.forget("seller of a").unwrap();
    assert!(find(&index, "leather").is_empty() && index.is_empty());
}

#[test]
fn what_says_the_same_is_likest() {
    let index = Index::new().unwrap();
    let bags = (0..20).map(|n| offer(&format!("other {n}"), n, "leather bag for every day"));
    let near = [offer("near", 30, "Marmont leather bag"), offer("far", 31, "Marmont wallet")];
    index.put(&bags.chain(near).collect::<Vec<_>>()).unwrap();
    let found = index.like("Marmont leather bag, new", 3).unwrap();
    assert_eq!(found[..2], ["near", "far"]);
    assert!(index.like("?!", 3).unwrap().is_empty());
}

/// Comparing every word of every offer.
fn twin(offers: &[Offer], typed: &[&str]) -> Vec<String> {
    let (last, whole) = typed.split_last().unwrap();
    let holds = |offer: &&Offer| {
        let words = words(&offer.text);
        whole.iter().all(|word| words.iter().any(|w| w == word)) && words.iter().any(|word| word.starts_with(last))
    };
    let mut found: Vec<&Offer> = offers.iter().filter(holds).collect();
    found.sort_by_key(|offer| std::cmp::Reverse(offer.at));
    found.into_iter().map(|offer| offer.key.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_found_is_what_comparing_all_finds(
        texts in prop::collection::vec("[ab]{1,3}( [abc]{1,3}){0,4}", 1..30),
        typed in prop::collection::vec("[abc]{1,3}", 1..4),
    ) {
        let offers: Vec<Offer> = texts.iter().enumerate().map(|(at, text)| offer(&at.to_string(), at as u64, text)).collect();
        let index = Index::new().unwrap();
        for part in offers.chunks(7) {
            index.put(part).unwrap();
        }
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        let found = index.find(&Asked { text: &typed.join(" "), labels: &[], limit: 100 }).unwrap();
        prop_assert_eq!(found, twin(&offers, &typed));
    }
}
