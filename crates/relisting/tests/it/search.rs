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

/// What a listing shares with every fourth one, and a little more that is its own: 480 permille alike, which is enough for
/// a seller's own and for nobody else's. Whoever needs more to be alike may overlook what many have.
fn common_and_own(number: u32) -> Vec<(u32, u32)> {
    let common = (0..6).map(|at| (number % 4 * 6 + at, 4));
    let own = [6, 5, 5, 5, 5].iter().enumerate().map(|(at, weight)| (1_000 + number * 5 + at as u32, *weight));
    common.chain(own).collect()
}

/// Of a seller with hundreds of blocked listings not all are looked at, of one with few all; what is found is the same.
#[test]
fn the_own_of_a_seller_of_many_are_found() {
    let thresholds = Thresholds::default();
    let (mut index, mut entries) = (Index::new(thresholds), Entries::new());
    for number in 0..1_200 {
        let seller = ["few", "t", "s"][if number % 40 < 4 { 0 } else { 1 + number as usize % 3 % 2 }];
        let said = common_and_own(number);
        let key = Key { marketplace: "m".into(), seller_id: seller.into(), listing_id: number.to_string() };
        index.add(key.clone(), format!("d{number:04}"), Some([1; 32]), Sketch::made_of(&said));
        entries.insert(key, (format!("d{number:04}"), said));
    }
    for number in 1_200..1_240 {
        for seller in ["s", "t", "few", "new", ""] {
            let (key, said) = (
                Key { marketplace: "m".into(), seller_id: seller.into(), listing_id: number.to_string() },
                common_and_own(number),
            );
            let found = index.find(&key, &[2; 32], &Sketch::made_of(&said));
            let found = found.map(|like| (like.same_seller, like.similarity, like.decision_id.to_owned()));
            assert_eq!(
                found.as_ref().map(|found| found.1),
                ["s", "t", "few"].contains(&seller).then_some(480),
                "{seller}"
            );
            assert_eq!(found, compare_all(&entries, thresholds, &key, &said), "{seller} {number}");
        }
    }
}

#[test]
fn a_seller_goes_with_all_listings_and_nobody_else() {
    let (mut index, key) = (Index::new(Thresholds::default()), |seller: &str, number: u32| Key {
        marketplace: "m".into(),
        seller_id: seller.into(),
        listing_id: number.to_string(),
    });
    let add = |index: &mut Index, seller: &str, number: u32| {
        index.add(key(seller, number), format!("{seller}{number}"), None, Sketch::made_of(&common_and_own(number)));
    };
    for number in 0..2_000 {
        add(&mut index, if number % 2 == 0 { "s" } else { "t" }, number);
    }
    index.remove_seller("m", "s");
    index.remove_seller("m", "nobody");
    assert_eq!(index.len(), 1_000);
    let like = |index: &Index, seller: &str, number: u32| {
        let sketch = Sketch::made_of(&common_and_own(number));
        index.find(&key(seller, number), &[1; 32], &sketch).map(|like| like.decision_id.to_owned())
    };
    assert_eq!((like(&index, "s", 8), like(&index, "t", 9)), (None, Some("t9".to_owned())));
    // The places that became free are used again.
    (0..1_000).for_each(|number| add(&mut index, "u", number * 2));
    assert_eq!((like(&index, "u", 8), like(&index, "t", 9)), (Some("u8".to_owned()), Some("t9".to_owned())));
}
