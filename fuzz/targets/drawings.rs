//! Drawings of logos: whatever the text is, it is drawn or refused, at a size that is known beforehand.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_vision::drawing;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(pictures) = drawing::drawn(bytes) {
        assert!((1..=4).contains(&pictures.len()));
        assert!(pictures.iter().all(|picture| picture.width().max(picture.height()) <= 281));
    }
});
