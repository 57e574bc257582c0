//! Every composition is found in its own examples, and none where a denial takes it back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::Path;

use touchstone_knowledge::{Snapshot, load};
use touchstone_signals::statements;

fn snapshot() -> Snapshot {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load(&folder).unwrap_or_else(|found| panic!("{found:?}"));
    Snapshot::compile(knowledge).unwrap()
}

#[test]
fn examples_say_what_they_are_examples_of() {
    let snapshot = snapshot();
    let mut wrong = Vec::new();
    for composition in &snapshot.knowledge.compositions {
        assert!(!composition.examples.is_empty(), "{} has no example", composition.id);
        for example in &composition.examples {
            let found = statements(&snapshot, example);
            if !found.contains(&composition.id.as_str()) {
                wrong.push(format!("{}: {example:?} says {found:?}", composition.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for honest in ["we print no logos on request", "no copies, no fakes"] {
        assert_eq!(statements(&snapshot, honest), [""; 0], "{honest}");
    }
}
