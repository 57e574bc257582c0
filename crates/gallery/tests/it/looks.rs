//! A changed bank is asked again, and nothing is looked at again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use touchstone_banks::EntryFeatures;
use touchstone_gallery::{Compare, Gallery, Match, Seen, Sight};
use touchstone_sight::logo::LogoSet;
use touchstone_vision::PixelBox;
use touchstone_vision::pdq::{Full, Pdq};

use crate::drawn;

/// A bank that tests change.
#[derive(Default)]
struct Changing {
    version: AtomicUsize,
    asked: AtomicUsize,
    wants_hashes: AtomicBool,
    logos: Mutex<String>,
}

struct On(Arc<Changing>);

impl Compare for On {
    fn version(&self) -> String {
        self.0.version.load(Ordering::SeqCst).to_string()
    }

    fn logos(&self) -> (Arc<LogoSet>, String) {
        (Arc::default(), self.0.logos.lock().unwrap().clone())
    }

    fn wants_hashes(&self) -> bool {
        self.0.wants_hashes.load(Ordering::SeqCst)
    }

    fn copies(&self, _: &EntryFeatures, hashes: Option<&[Pdq<Full>; 8]>) -> Vec<Match> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        let place = PixelBox { x1: 1, y1: 2, x2: 3, y2: 4 };
        let entry = format!("{} {}", self.version(), hashes.is_some());
        vec![Match { bank: "genuine", entry, brand: None, score: 900, place, reference: place }]
    }
}

fn gallery() -> (Gallery, Arc<Changing>) {
    let banks = Arc::<Changing>::default();
    (Gallery::new(Sight::default(), Some(Box::new(On(Arc::clone(&banks))))), banks)
}

#[test]
fn a_changed_bank_is_asked_again_without_the_file() {
    let (gallery, banks) = gallery();
    let seen = gallery.see(&drawn(1, 320, 320), None).unwrap();
    // The file is not needed any more: what was seen comes from where it was kept.
    let seen = Seen::from_bytes(&seen.to_bytes()).unwrap();
    let entry = || gallery.compare(&seen).copies[0].entry.clone();
    assert_eq!((entry(), entry()), ("0 false".to_owned(), "0 false".to_owned()));
    assert_eq!(banks.asked.load(Ordering::SeqCst), 1, "the same banks say the same");
    banks.version.store(1, Ordering::SeqCst);
    assert!(!gallery.lacks(&seen));
    assert_eq!(entry(), "1 false");
    assert_eq!(banks.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn what_is_wanted_beside_is_looked_for_and_nothing_else() {
    let (gallery, banks) = gallery();
    let file = drawn(1, 320, 320);
    let seen = gallery.see(&file, None).unwrap();
    let before = seen.cost;
    banks.wants_hashes.store(true, Ordering::SeqCst);
    assert!(gallery.lacks(&seen));
    let seen = gallery.see(&file, Some(seen)).unwrap();
    assert!(!gallery.lacks(&seen) && seen.hashes.is_some());
    assert_eq!(gallery.compare(&seen).copies[0].entry, "0 true");
    *banks.logos.lock().unwrap() = "others".to_owned();
    assert!(gallery.lacks(&seen));
    let seen = gallery.see(&file, Some(seen)).unwrap();
    assert!(!gallery.lacks(&seen));
    assert_eq!((before.features, before.masks), (seen.cost.features, seen.cost.masks), "no part ran again");
}

#[test]
fn what_was_seen_is_the_same_from_bytes() {
    let (gallery, banks) = gallery();
    banks.wants_hashes.store(true, Ordering::SeqCst);
    *banks.logos.lock().unwrap() = "some".to_owned();
    for file in [drawn(1, 320, 200), drawn(2, 1_700, 1_400)] {
        let seen = gallery.see(&file, None).unwrap();
        let bytes = seen.to_bytes();
        let again = Seen::from_bytes(&bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!((&again.facts, &again.features, &again.hashes), (&seen.facts, &seen.features, &seen.hashes));
        assert_eq!(gallery.compare(&again), gallery.compare(&seen));
        assert!(Seen::from_bytes(&bytes[..bytes.len() - 1]).is_none() && Seen::from_bytes(&bytes[..3]).is_none());
    }
    let plain = Seen::of(gallery.look(&drawn(1, 64, 64)).unwrap());
    assert_eq!(Seen::from_bytes(&plain.to_bytes()).unwrap().facts, plain.facts);
}
