//! What is kept of pictures: bytes that say what was seen are read back as they were, and all else is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_banks::EntryFeatures;
use touchstone_gallery::Seen;
use touchstone_sight::logo::Enrolled;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match kind % 3 {
        0 => {
            if let Ok(logo) = Enrolled::from_bytes(bytes) {
                assert_eq!(Enrolled::from_bytes(&logo.to_bytes()), Ok(logo));
            }
        }
        1 => {
            if let Ok(features) = EntryFeatures::from_bytes(bytes) {
                assert_eq!(features.to_bytes(), bytes);
            }
        }
        _ => {
            if let Some(seen) = Seen::from_bytes(bytes) {
                let again = Seen::from_bytes(&seen.to_bytes()).expect("what was written is read");
                assert_eq!(again.facts, seen.facts);
            }
        }
    }
});
