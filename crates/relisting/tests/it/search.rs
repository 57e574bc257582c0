//! The index against comparing with every entry.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use proptest::prelude::*;
use touchstone_relisting::{Index, Key, Sketch, Thresholds};

/// What happens to an index: listing `n` of a seller comes, with features, or goes.
#[derive(Debug, Clone)]
enum Step {
    Add(Key, Vec<(u32, u32)>),
    Remove(Key),
    Find(Key, Vec<(u32, u32)>),
}

fn key() -> impl Strategy<Value = Key> {
    (0..3_u8, 0..6_u8).prop_map(|(seller, listing)| Key {
        marketplace: "plaza".into(),
        // One of them is not named.
        seller_id: if seller == 0 { String::new() } else { format!("s{seller}") },
        listing_id: listing.to_string(),
    })
}

/// Few features, so that many are shared; the weight belongs to the feature.
fn features() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0..40_u32).prop_map(|what| (what, 1 + what % 9)), 0..30)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (key(), features()).prop_map(|(key, features)| Step::Add(key, features)),
        1 => key().prop_map(Step::Remove),
        4 => (key(), features()).prop_map(|(key, features)| Step::Find(key, features)),
    ]
}

/// The content of made-up features.
fn content(features: &[(u32, u32)]) -> [u8; 32] {
    let mut content = [0; 32];
    features.iter().enumerate().for_each(|(at, (what, _))| content[at % 32] ^= *what as u8 + 1);
    content
}

type Entries = BTreeMap<Key, (String, Vec<(u32, u32)>)>;

/// The slow twin: everything is compared with everything.
fn compare_all(
    entries: &Entries,
    thresholds: Thresholds,
    key: &Key,
    said: &[(u32, u32)],
) -> Option<(bool, u16, String)> {
    let sketch = Sketch::made_of(said);
    let alike =
        entries.iter().filter(|(k, (_, f))| *k != key || content(f) != content(said)).filter_map(|(k, (id, f))| {
            let same = k.same_seller(key);
            let similarity = sketch.similarity(&Sketch::made_of(f));
            let least = if same { thresholds.same_seller } else { thresholds.other_seller };
            (similarity >= least).then(|| (same, similarity, Reverse(id.clone())))
        });
    alike.max().map(|(same, similarity, Reverse(id))| (same, similarity, id))
}

proptest! {
    #[test]
    fn the_index_finds_what_comparing_all_finds(
        steps in prop::collection::vec(step(), 1..60),
        same_seller in 1..=1_000_u16,
        other_seller in 1..=1_000_u16,
    ) {
        let thresholds = Thresholds { same_seller, other_seller };
        let (mut index, mut entries) = (Index::new(thresholds), Entries::new());
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Add(key, said) => {
                    let id = format!("d{number:03}");
                    index.add(key.clone(), id.clone(), Some(content(&said)), Sketch::made_of(&said));
                    entries.insert(key, (id, said));
                }
                Step::Remove(key) => prop_assert_eq!(index.remove(&key), entries.remove(&key).is_some()),
                Step::Find(key, said) => {
                    let found = index.find(&key, &content(&said), &Sketch::made_of(&said));
                    let found = found.map(|like| (like.same_seller, like.similarity, like.decision_id.to_owned()));
                    prop_assert_eq!(found, compare_all(&entries, thresholds, &key, &said));
                }
            }
            prop_assert_eq!(index.len(), entries.len());
        }
    }
}

#[test]
fn a_listing_is_no_return_of_itself() {
    let said: Vec<(u32, u32)> = (0..9).map(|what| (what, 4)).collect();
    let key = |seller: &str, id: &str| Key { marketplace: "m".into(), seller_id: seller.into(), listing_id: id.into() };
    let mut index = Index::new(Thresholds::default());
    index.add(key("s", "1"), "d".into(), Some(content(&said)), Sketch::made_of(&said));
    let cases = [
        (key("s", "1"), content(&said), None),
        (key("s", "1"), [9; 32], Some(true)),
        (key("s", "2"), content(&said), Some(true)),
        (key("t", "1"), content(&said), Some(false)),
    ];
    for (key, content, expected) in cases {
        let found = index.find(&key, &content, &Sketch::made_of(&said));
        assert_eq!(found.map(|like| like.same_seller), expected, "{key:?}");
    }
}

/// Of a seller with hundreds of blocked listings not all are looked at; what is found is the same.
#[test]
fn the_own_of_a_seller_of_many_are_found() {
    let thresholds = Thresholds::default();
    let (mut index, mut entries) = (Index::new(thresholds), Entries::new());
    let said =
        |number: u32| -> Vec<(u32, u32)> { (0..10).map(|at| ((number * 7 + at * at) % 90, 1 + at % 5)).collect() };
    for number in 0..900 {
        let seller = if number % 3 == 0 { "t" } else { "s" };
        let key = Key { marketplace: "m".into(), seller_id: seller.into(), listing_id: number.to_string() };
        index.add(key.clone(), format!("d{number:03}"), Some([1; 32]), Sketch::made_of(&said(number)));
        entries.insert(key, (format!("d{number:03}"), said(number)));
    }
    for number in 900..1_000 {
        for seller in ["s", "t", "new", ""] {
            let key = Key { marketplace: "m".into(), seller_id: seller.into(), listing_id: number.to_string() };
            let found = index.find(&key, &[2; 32], &Sketch::made_of(&said(number)));
            let found = found.map(|like| (like.same_seller, like.similarity, like.decision_id.to_owned()));
            assert_eq!(found, compare_all(&entries, thresholds, &key, &said(number)), "{seller} {number}");
        }
    }
}
