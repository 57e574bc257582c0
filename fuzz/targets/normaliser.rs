//! Arbitrary text: folding twice changes nothing, and every token is a slice of the source.

#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_text::{Normal, fold};

fuzz_target!(|source: &str| {
    let mut normal = Normal::default();
    normal.set(source);
    for token in normal.tokens() {
        assert!(source.get(normal.source_span(token.span).range()).is_some());
    }
    let once = normal.text().to_owned();
    assert_eq!(fold(&once), once);
});
