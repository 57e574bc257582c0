//! Every finding and every doubt as people read it.

use touchstone_audit::finding::{HeadFault, Span, Spot};
use touchstone_audit::{Doubt, Finding};

fn span(first: u64, last: u64) -> Span {
    Span { first, last }
}

fn spot() -> Spot {
    Spot { list: "heads".to_owned(), line: 3 }
}

#[test]
fn findings() {
    let table = [
        (Finding::Changed(span(5, 5)), "event 5 was changed: the bytes are not those that were logged"),
        (Finding::Changed(span(5, 9)), "events 5 to 9 were changed: the bytes are not those that were logged"),
        (Finding::Missing(span(0, 0)), "event 0 is missing: logged, and taken out from among the others"),
        (Finding::Added { after: None, count: 1 }, "an event that was never logged stands at the very beginning"),
        (Finding::Added { after: Some(4), count: 2 }, "2 events that were never logged stand behind event 4"),
        (
            Finding::Reordered { seq: 9, after: Some(4) },
            "event 9 stands behind event 4: that is not its place, the order was changed",
        ),
        (Finding::Doubled { seq: 3 }, "event 3 stands there more than once"),
        (Finding::Cut(span(7, 9)), "events 7 to 9 were cut off: the trail ends before, and a signed head counts them"),
        (Finding::Cut(span(7, 7)), "event 7 was cut off: the trail ends before, and a signed head counts it"),
        (
            Finding::Unlike(span(2, 4)),
            "events 2 to 4 together are not what was signed: the next head has another root, and no hash is left that \
             says which event was changed",
        ),
        (
            Finding::Forked { seq: 8, one: spot(), other: "the anchor".to_owned() },
            "two histories were signed that differ in event 8 or before: heads line 3 contradicts the anchor",
        ),
        (
            Finding::Head {
                spot: spot(),
                size: Some(8),
                fault: HeadFault::Unsigned,
                why: "nobody signed it".to_owned(),
            },
            "the head over 8 events in heads line 3 is not believed: nobody signed it",
        ),
        (
            Finding::Head { spot: spot(), size: None, fault: HeadFault::Unreadable, why: "it is no note".to_owned() },
            "the head in heads line 3 is not believed: it is no note",
        ),
        (
            Finding::Anchor { spot: spot(), why: "it is cut".to_owned() },
            "the anchor is not believed in heads line 3: it is cut",
        ),
        (
            Finding::GaveUp { at: 77 },
            "too much is wrong to name it all: the check ended near event 77, and what follows was not compared",
        ),
    ];
    for (finding, sentence) in table {
        assert_eq!(finding.to_string(), sentence);
    }
}

#[test]
fn doubts() {
    let table = [
        (
            Doubt::Tail { anchored: None, size: 24 },
            "without an anchor a cut tail cannot be excluded: there may have been more than 24 events",
        ),
        (
            Doubt::Tail { anchored: Some(20), size: 24 },
            "the anchor counts 20 events: whether some behind the last of 24 were cut off, and were too new for the \
             anchor, cannot be excluded",
        ),
        (
            Doubt::Rewritten,
            "without anchored hashes a whole history that was written anew and signed by the holder of the key cannot \
             be excluded",
        ),
        (Doubt::NoHead, "no head was believed: whoever changed an event and its hash together cannot be found out"),
        (
            Doubt::NotAnchored(span(4, 9)),
            "the anchor has a head over events 4 to 9 and not their hashes: a line is missing or was not believed",
        ),
        (
            Doubt::Unsigned(span(4, 4)),
            "event 4 is newer than the last head: a change that renewed the hashes too cannot be excluded",
        ),
        (
            Doubt::Unchecked(span(4, 9)),
            "events 4 to 9 stand near a damage that left no root to compare: a change that renewed the hashes too \
             cannot be excluded",
        ),
    ];
    for (doubt, sentence) in table {
        assert_eq!(doubt.to_string(), sentence);
    }
}

#[test]
fn machines_read_them_too() {
    let json = serde_json::to_string(&[Finding::Changed(span(5, 9)), Finding::Doubled { seq: 3 }]).expect("json");
    assert_eq!(json, r#"[{"finding":"changed","first":5,"last":9},{"finding":"doubled","seq":3}]"#);
}
