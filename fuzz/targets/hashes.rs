//! Fingerprints as text: what is read is written again, and all else is refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_vision::pdq::{Full, Pdq};

fuzz_target!(|text: &str| {
    match text.parse::<Pdq<Full>>() {
        Ok(hash) => assert_eq!(hash.to_string(), text.to_lowercase()),
        Err(_) => assert!(text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit())),
    }
});
