//! Picture files: whatever the bytes are, they are read or refused, within the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_vision::decode::{self, Limits};
use touchstone_vision::pdq;

/// Small enough that a run is short, whatever a header promises.
const LIMITS: Limits = Limits { bytes_max: 1 << 16, pixels_max: 1 << 18, side_max: 4096, memory_bytes_max: 64 << 20 };

fuzz_target!(|bytes: &[u8]| {
    let header = decode::header(bytes, &LIMITS);
    if let Ok(picture) = decode::decode(bytes, &LIMITS) {
        let header = header.expect("what is decoded has a header");
        assert_eq!((header.width, header.height), (picture.width(), picture.height()));
        let full = pdq::full(&picture);
        assert!(full.quality() <= 100);
    }
    if let Ok(scaled) = decode::grey_scaled(bytes, &LIMITS, pdq::SCALED_SIDE_MIN) {
        assert!(scaled.image.width() <= scaled.width && scaled.image.height() <= scaled.height);
        pdq::scaled(&scaled.image).hashes();
    }
});
