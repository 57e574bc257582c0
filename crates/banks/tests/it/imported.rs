//! Imported hashes: looking them up finds what comparing all finds.

use proptest::prelude::*;
use touchstone_banks::{Act, Bank, Change, EntryFeatures, Item, Library, NewItem};
use touchstone_vision::Picture;
use touchstone_vision::pdq::{Full, Pdq};

use crate::copies::leaves;

/// The hash with these bits changed.
fn turned(hash: Pdq<Full>, bits: &[u8]) -> Pdq<Full> {
    let mut words = *hash.bits();
    bits.iter().for_each(|bit| words[usize::from(bit / 64)] ^= 1 << (bit % 64));
    Pdq::new(words)
}

fn imported(bank: Bank, name: &str, hash: Pdq<Full>) -> NewItem {
    let item = Item { pdq: Some(hash.to_string()), quality: Some(100), ..Item::new(bank, name) };
    NewItem { item, features: Vec::new(), like: None }
}

fn matches(library: &Library, asked: &EntryFeatures, hashes: &[Pdq<Full>; 8]) -> [Vec<(usize, u32)>; 2] {
    let told = |answer: touchstone_banks::Answer| {
        let sure = answer.matches.iter().filter(|each| each.found.is_match()).chain(&answer.negative);
        let mut sure: Vec<_> = sure.map(|each| (each.number, each.found.score.to_bits())).collect();
        sure.sort_unstable();
        sure
    };
    [told(library.matches(asked, Some(hashes), 500)), told(library.query(asked, Some(hashes), 500))]
}

/// A number of bits, a bank, what is done to the entry.
type Made = (Vec<u8>, u8, u8);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn looking_up_finds_what_comparing_all_finds(
        made in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..70), 0u8..3, 0u8..8), 1..60),
        of_bank in proptest::option::of(0u16..60),
    ) {
        let picture: Picture = leaves(3);
        let asked = EntryFeatures::of(b"asked", &picture, None);
        let hashes = touchstone_vision::pdq::full(&picture).hashes();
        let data = tempfile::tempdir().unwrap();
        let mut library = Library::open(data.path()).unwrap();
        let act = Act::default();
        let banks = [Bank::Genuine, Bank::Counterfeit, Bank::Negative];
        let one = |(at, (bits, bank, _)): (usize, &Made)| {
            let near = turned(hashes[at % 8], bits);
            imported(banks[usize::from(*bank)], "list", near)
        };
        let added = library.banks_mut().add(made.iter().enumerate().map(one).collect(), &act).unwrap();
        library.index().unwrap();
        for (added, (_, _, deed)) in added.iter().zip(&made) {
            let change = match deed {
                0 => Change::Distance(Some(12)),
                1 => Change::Distance(Some(45)),
                2 => Change::Removed,
                _ => continue,
            };
            // Two of the same hash are one entry, which can be taken out once.
            let _ = library.banks_mut().change(&[added.id().to_owned()], &change, &act);
        }
        if of_bank.is_some() {
            library.banks_mut().change_bank(Bank::Counterfeit, &Change::Distance(of_bank), &act).unwrap();
        }
        library.index().unwrap();
        let [found, twin] = matches(&library, &asked, &hashes);
        prop_assert_eq!(&found, &twin);
        let again = Library::open(data.path()).unwrap();
        let [reopened, _] = matches(&again, &asked, &hashes);
        prop_assert_eq!(found, reopened);
    }
}

/// What looks like a genuine picture is known by the nearest hash, be it of a picture or of a list.
#[test]
fn the_nearest_genuine_hash_is_found() {
    let data = tempfile::tempdir().unwrap();
    let mut library = Library::open(data.path()).unwrap();
    let hash = Pdq::<Full>::new([7, 1 << 40, u64::MAX, 0]);
    let far = turned(hash, &[1, 2, 3, 4, 5, 6]);
    let new = vec![
        imported(Bank::Negative, "n", hash),
        imported(Bank::Genuine, "far", far),
        imported(Bank::Genuine, "near", turned(hash, &[200])),
    ];
    let ids: Vec<String> =
        library.banks_mut().add(new, &Act::default()).unwrap().iter().map(|added| added.id().to_owned()).collect();
    library.index().unwrap();
    assert_eq!(library.near(&hash, Bank::Genuine).map(|entry| entry.id.clone()), Some(ids[2].clone()));
    library.banks_mut().change(&ids[2..], &Change::Removed, &Act::default()).unwrap();
    library.index().unwrap();
    assert_eq!(library.near(&hash, Bank::Genuine).map(|entry| entry.id.clone()), Some(ids[1].clone()));
    assert!(library.near(&hash, Bank::Counterfeit).is_none());
}
