//! Heads and anchors that are not as they should be, and what still can be said then.

use touchstone_audit::finding::{HeadFault, Span};
use touchstone_audit::{Anchor, Doubt, Finding, Hash, Head, Keys, Record, Report, SecretKey, Trail};

use crate::made::{HEADS, Made, ORIGIN, SIZE, event, key, lines, ring};

fn span(first: u64, last: u64) -> Span {
    Span { first, last }
}

/// A trail whose head number `at` is another one.
fn with_head(at: usize, head: &str) -> Report {
    let mut made = Made::usual();
    head.clone_into(&mut made.heads[at].head);
    made.inside()
}

#[track_caller]
fn names_head(report: &Report, wanted: HeadFault, in_words: &str) {
    let [Finding::Head { spot, fault, why, .. }] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert_eq!((spot.list.as_str(), *fault), ("heads", wanted));
    assert!(why.contains(in_words), "{why}");
}

#[test]
fn a_head_that_is_not_believed_is_named() {
    let good = &Made::usual().heads[1].head;
    let stranger = SecretKey::from_seed(ORIGIN, [7; 32]).expect("a key");
    let unsigned = good.split_inclusive("\n\n").next().expect("a text").to_owned();
    let size = HEADS[1];
    names_head(&with_head(1, &good.replace("\n12\n", "\n11\n")), HeadFault::Forged, "did not sign it");
    names_head(&with_head(1, &unsigned), HeadFault::Unsigned, "nobody signed it");
    names_head(&with_head(1, &Head::sign(size, Hash::of(b"x"), &stranger)), HeadFault::UnknownKey, "none of the given");
    names_head(&with_head(1, "no head"), HeadFault::Unreadable, "it is not a note");
    names_head(&with_head(1, &Head::sign(4, Hash::of(b"x"), &key(1))), HeadFault::Order, "heads stand in order");
}

#[test]
fn a_head_of_another_trail_is_named() {
    let other = SecretKey::from_seed("other.example", [2; 32]).expect("a key");
    let mut made = Made::usual();
    made.keys = ring(&[&key(1), &other]);
    made.heads[1].head = Head::sign(12, Hash::of(b"x"), &other);
    names_head(
        &made.inside(),
        HeadFault::WrongTrail,
        "it is a head of other.example, and those before it are of audit",
    );
}

#[test]
fn keys_may_change_at_a_size() {
    let (old, new) = (key(1), key(2));
    let mut made = Made::usual();
    let root = |at: usize| Head::open(&made.heads[at].head, &made.keys).expect("signed").root;
    let late = Head::sign(20, root(3), &new);
    let later = Head::sign(SIZE, root(4), &new);
    (made.heads[3].head, made.heads[4].head) = (late, later);
    let with = |terms: (&str, &str)| -> Keys {
        format!("{} {}\n{} {}", old.public(), terms.0, new.public(), terms.1).parse().expect("keys")
    };
    made.keys = with(("for=heads until=20", "for=heads from=20"));
    assert_eq!(made.inside().findings, []);
    made.keys = with(("for=heads until=13", "for=heads from=20"));
    names_head(&made.inside(), HeadFault::WrongKey, "may not sign a head of that size");
    made.keys = with(("for=heads until=20", "for=heads from=21"));
    names_head(&made.inside(), HeadFault::WrongKey, "may not sign a head of that size");
    made.keys = with(("for=heads until=20", "for=receipts"));
    assert_eq!(made.inside().findings.len(), 2);
}

/// The holder of the key writes everything anew; only what is outside still knows.
#[test]
fn a_rewritten_history_contradicts_the_anchor() {
    let (made, other) = (Made::usual(), Made::salted(SIZE, HEADS, "b"));
    assert!(other.inside().is_clean());
    assert!(other.inside().doubts.contains(&Doubt::Rewritten));
    let forged = Made { anchor: made.anchor, ..other };
    let findings = forged.anchored().findings;
    assert_eq!(findings[0], Finding::Changed(span(0, SIZE - 1)));
    let forks: Vec<_> = findings[1..].iter().filter(|f| matches!(f, Finding::Forked { .. })).collect();
    assert_eq!(forks.len(), 5, "{findings:?}");
}

#[test]
fn two_anchors_that_differ_are_a_fork() {
    let (made, other) = (Made::usual(), Made::salted(SIZE, HEADS, "b"));
    let mut trail = Trail::default();
    let mut branch = Vec::new();
    for seq in 0..SIZE {
        trail.append(&event(seq, if seq < 14 { "a" } else { "b" })).expect("an event");
        if HEADS.contains(&trail.size()) {
            branch.push(trail.sign(&key(1)));
        }
    }
    for (second, from) in [(&other.anchor, 0), (&branch, 14)] {
        let mut anchor = Anchor::default();
        anchor.add("bucket", lines(&made.anchor), &made.keys).expect("memory");
        anchor.add("webhook", lines(second), &made.keys).expect("memory");
        let findings = made.verify(Some(&anchor)).findings;
        let [Finding::Forked { seq, one, other }] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!((*seq, one.list.as_str(), other.as_str()), (from, "webhook", "bucket"));
    }
}

#[test]
fn two_heads_of_one_size_are_a_fork() {
    let mut made = Made::usual();
    let twin = Record { head: Head::sign(12, Hash::of(b"x"), &key(1)), peaks: vec![], ..made.heads[1].clone() };
    made.heads.insert(2, twin);
    let findings = made.inside().findings;
    assert!(matches!(&findings[..], [Finding::Forked { seq: 11, one, .. }] if one.line == 3), "{findings:?}");
}

/// The frontier beside a head lets the check go on behind a damage: each harmed stretch is named by itself.
#[test]
fn each_harmed_stretch_is_named() {
    let (mut made, mut other) = (Made::usual(), Made::other());
    for at in [6, 7, 21] {
        made.events[at] = other.events[at].clone();
    }
    let stretches = vec![Finding::Unlike(span(5, 11)), Finding::Unlike(span(20, 23))];
    assert_eq!(made.inside().findings, stretches);
    // Without it, all that follows the first one is in doubt.
    let bare = made.clone().without_peaks().inside();
    assert_eq!(bare.findings, stretches[..1]);
    assert!(bare.doubts.contains(&Doubt::Unchecked(span(12, 23))), "{:?}", bare.doubts);
    // A frontier that does not give the signed root is worth nothing.
    other.heads.truncate(5);
    made.heads.iter_mut().zip(other.heads).for_each(|(mine, other)| mine.peaks = other.peaks);
    assert_eq!(made.inside().findings, stretches[..1]);
}

#[test]
fn behind_a_gap_the_check_goes_on() {
    let (mut made, other) = (Made::usual(), Made::other());
    made.events[22] = other.events[22].clone();
    made.events.remove(7);
    let report = made.inside();
    assert_eq!(report.findings, [Finding::Missing(span(7, 7)), Finding::Unlike(span(20, 23))]);
    assert!(report.doubts.contains(&Doubt::Unchecked(span(5, 11))), "{:?}", report.doubts);
    assert!(report.root.is_some());
}

#[test]
fn what_cannot_be_excluded_is_said() {
    let doubts = |made: &Made| made.inside().doubts;
    let tail = Doubt::Tail { anchored: None, size: 24 };
    assert_eq!(doubts(&Made::usual()), [tail.clone(), Doubt::Rewritten]);
    let mut newer = Made::usual();
    newer.heads.truncate(4);
    assert_eq!(doubts(&newer), [tail.clone(), Doubt::Rewritten, Doubt::Unsigned(span(20, 23))]);
    newer.heads.clear();
    let all = Doubt::Unsigned(span(0, 23));
    assert_eq!(doubts(&newer), [tail, Doubt::Rewritten, all, Doubt::NoHead]);
    // What an anchor holds needs no head beside it.
    let anchored = newer.anchored();
    assert_eq!(anchored.doubts, [Doubt::Tail { anchored: Some(24), size: 24 }]);
    assert_eq!((anchored.anchored, anchored.heads), (Some(24), 0));
}

/// A webhook brings a line twice, begins late or loses one.
#[test]
fn an_anchor_with_gaps_covers_less() {
    let made = Made::usual();
    let check = |anchor: &[Record]| Made { anchor: anchor.to_vec(), ..made.clone() }.anchored();
    let [a, b, c, d, e] = &made.anchor[..] else { panic!("five heads") };
    let twice = check(&[a, b, b, a, c, d, d, e].map(Record::clone));
    assert_eq!((twice.findings.len(), twice.anchored), (0, Some(24)));
    let late = check(&[c, d, e].map(Record::clone));
    assert_eq!((late.findings.len(), late.anchored), (0, Some(11)));
    assert!(late.doubts.contains(&Doubt::NotAnchored(span(0, 12))), "{:?}", late.doubts);
    let lost = check(&[a, b, d, e].map(Record::clone));
    assert_eq!((lost.findings.len(), lost.anchored), (0, Some(16)));
    assert!(lost.doubts.contains(&Doubt::NotAnchored(span(12, 19))), "{:?}", lost.doubts);
    // Two sources fill each other's gaps.
    let mut both = Anchor::default();
    both.add("bucket", lines(&[a, b, d, e].map(Record::clone)), &made.keys).expect("memory");
    both.add("webhook", lines(&[b, c, d].map(Record::clone)), &made.keys).expect("memory");
    assert_eq!((both.held(), both.findings()), (24, &[][..]));
}

/// Behind a gap of the anchor a change that renewed its hash is still found by the heads.
#[test]
fn a_gap_of_an_anchor_is_no_hiding_place() {
    let (mut made, other) = (Made::usual(), Made::other());
    made.anchor.remove(3);
    made.events[16] = other.events[16].clone();
    assert_eq!(made.anchored().findings, [Finding::Unlike(span(13, 19))]);
}

#[test]
fn a_damaged_anchor_is_named_and_the_rest_still_serves() {
    let mut made = Made::usual();
    made.anchor[1].leaves[2] = Hash::of(b"x");
    let report = made.anchored();
    let [Finding::Anchor { spot, why }] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert_eq!((spot.line, report.anchored), (2, Some(17)));
    assert!(why.contains("do not give the root that was signed"), "{why}");
    made.anchor[2].leaves.clear();
    made.anchor[3].head = "x".to_owned();
    assert_eq!(made.anchored().findings.len(), 3);
}

#[test]
fn an_anchor_has_room_for_so_much() {
    let made = Made::usual();
    let mut anchor = Anchor::with_room(7);
    anchor.add("bucket", lines(&made.anchor), &made.keys).expect("memory");
    assert_eq!(anchor.held(), 7);
    assert!(anchor.findings()[0].to_string().contains("more events than there is room for"));
}

#[test]
fn an_error_of_reading_is_no_finding() {
    let made = Made::usual();
    let broken = || Err(std::io::Error::other("the disk"));
    let events = made.events.iter().take(3).cloned().map(Ok).chain([broken()]);
    let report = touchstone_audit::verify(events, lines(&made.heads), None, &made.keys);
    assert_eq!(report.expect_err("broken").to_string(), "the disk");
    let heads = lines(&made.heads).take(1).chain([Err(std::io::Error::other("the net"))]);
    let report = touchstone_audit::verify(made.events.iter().cloned().map(Ok), heads, None, &made.keys);
    assert_eq!(report.expect_err("broken").to_string(), "the net");
}
