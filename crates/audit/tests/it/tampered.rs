//! Whatever is done to a trail is found, and called what it was.

use proptest::prelude::*;
use touchstone_audit::finding::Span;
use touchstone_audit::{Finding, StoredEvent, events};

use crate::made::{HEADS, Made, SIZE, event};

fn span(first: u64, last: u64) -> Span {
    Span { first, last }
}

fn one(seq: usize) -> Span {
    span(seq as u64, seq as u64)
}

/// Events through the lines of a file and back, one byte of one line changed.
fn flipped(made: &Made, at: usize, place: usize, mask: u8) -> Vec<StoredEvent> {
    let mut file = Vec::new();
    for (i, event) in made.events.iter().enumerate() {
        let mut line = Vec::new();
        event.write(&mut line).expect("memory");
        if i == at {
            let place = place % (line.len() - 1);
            // A line end would make two lines of one.
            line[place] = if line[place] ^ mask == b'\n' { b'x' } else { line[place] ^ mask };
        }
        file.append(&mut line);
    }
    events(&file[..]).collect::<Result<_, _>>().expect("memory")
}

#[test]
fn an_untouched_trail_is_clean() {
    let made = Made::usual();
    for made in [made.clone(), made.clone().without_leaves(), made.clone().without_peaks()] {
        for report in [made.inside(), made.anchored()] {
            assert_eq!(report.findings, []);
            assert_eq!((report.events, report.size, report.heads), (SIZE, SIZE, 5));
        }
    }
    let empty = Made::new(0, &[]);
    assert!(empty.inside().is_clean() && empty.anchored().is_clean());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    /// A byte of an event or of what stands beside it.
    #[test]
    fn any_byte(at in 0..SIZE as usize, place: usize, mask in 1_u8.., bare: bool) {
        let mut made = Made::usual();
        if bare {
            made = made.without_leaves();
        }
        let before = made.events[at].clone();
        made.events = flipped(&made, at, place, mask);
        // Another spelling of the same line, as a space for a tab, changes nothing.
        prop_assume!(made.events[at] != before);
        prop_assert_eq!(made.anchored().findings, vec![Finding::Changed(one(at))]);
        let inside = made.inside();
        prop_assert!(!inside.is_clean());
        if !bare {
            prop_assert_eq!(inside.findings, vec![Finding::Changed(one(at))]);
        }
    }

    /// An event that was replaced by a well-made one, its hash renewed.
    #[test]
    fn any_event(at in 0..SIZE as usize, bare: bool) {
        let mut made = Made::usual();
        made.events[at] = Made::other().events.swap_remove(at);
        if bare {
            made = made.without_leaves();
        }
        prop_assert_eq!(made.anchored().findings, vec![Finding::Changed(one(at))]);
        // Within, only the heads around it can tell.
        let end = *HEADS.iter().find(|head| **head > at as u64).expect("a head behind it");
        let start = HEADS.iter().rev().find(|head| **head <= at as u64).copied().unwrap_or(0);
        prop_assert_eq!(made.inside().findings, vec![Finding::Unlike(span(start, end - 1))]);
    }

    /// Events taken out of the middle.
    #[test]
    fn any_missing((first, last) in (0..SIZE - 1).prop_flat_map(|first| (Just(first), first..SIZE - 1)), bare: bool) {
        let mut made = Made::usual();
        made.events.drain(first as usize..=last as usize);
        if bare {
            made = made.without_leaves();
        }
        for report in [made.inside(), made.anchored()] {
            prop_assert_eq!(report.findings, vec![Finding::Missing(span(first, last))]);
        }
    }

    /// Events in another order.
    #[test]
    fn any_order(list in Just((0..SIZE as usize).collect::<Vec<_>>()).prop_shuffle(), bare: bool) {
        let mut made = Made::usual();
        made.events = list.iter().map(|at| made.events[*at].clone()).collect();
        if bare {
            made = made.without_leaves();
        }
        let sorted = list.is_sorted();
        let findings = made.anchored().findings;
        prop_assert_eq!(findings.is_empty(), sorted);
        prop_assert!(findings.iter().all(|finding| matches!(finding, Finding::Reordered { .. })), "{:?}", findings);
        prop_assert_eq!(made.inside().is_clean(), sorted);
    }

    /// The end cut off, with the heads that would tell.
    #[test]
    fn any_cut(kept in 0..SIZE, heads_too: bool) {
        let mut made = Made::usual();
        made.events.truncate(kept as usize);
        if heads_too {
            made.heads.truncate(HEADS.iter().filter(|head| **head <= kept).count());
        }
        let cut = vec![Finding::Cut(span(kept, SIZE - 1))];
        prop_assert_eq!(&made.anchored().findings, &cut);
        let inside = made.inside();
        prop_assert_eq!(&inside.findings, if heads_too { &[][..] } else { &cut });
        let sentence = inside.doubts[0].to_string();
        prop_assert!(sentence.contains("a cut tail cannot be excluded"), "{}", sentence);
    }

    /// An event there twice, wherever.
    #[test]
    fn any_doubled(which in 0..SIZE as usize, to in 0..=SIZE as usize) {
        let mut made = Made::usual();
        made.events.insert(to, made.events[which].clone());
        for report in [made.inside(), made.anchored()] {
            prop_assert_eq!(report.findings, vec![Finding::Doubled { seq: which as u64 }]);
        }
    }

    /// An event slipped in, with the number of its place and all later ones left alone.
    #[test]
    fn any_added(to in 0..=SIZE as usize) {
        let mut made = Made::usual();
        let foreign = Made::other().events.swap_remove(to);
        made.events.insert(to, foreign);
        let findings = made.anchored().findings;
        let added = Finding::Added { after: (to as u64).checked_sub(1), count: 1 };
        // Behind the end there is nothing to compare with: that is an event like any newer one.
        prop_assert_eq!(findings, if to as u64 == SIZE { vec![] } else { vec![added] });
        prop_assert_eq!(made.inside().is_clean(), to as u64 == SIZE);
    }

    /// An event taken out and all later ones numbered anew: they are not what was logged.
    #[test]
    fn any_renumbered(at in 0..SIZE - 1) {
        let mut made = Made::usual();
        made.events.truncate(at as usize);
        let mut trail = touchstone_audit::Trail::default();
        for seq in 0..SIZE - 1 {
            let stored = trail.append(&event(seq, "a")).expect("an event");
            if seq >= at {
                let later = touchstone_audit::Event { seq, ..event(seq + 1, "a") };
                let body = later.canonical().expect("an event");
                made.events.push(StoredEvent { leaf: Some(touchstone_audit::Hash::leaf(&body)), body });
            } else {
                prop_assert_eq!(&stored, &made.events[seq as usize]);
            }
        }
        let expected = vec![Finding::Changed(span(at, SIZE - 2)), Finding::Cut(span(SIZE - 1, SIZE - 1))];
        prop_assert_eq!(made.anchored().findings, expected);
        prop_assert!(!made.inside().is_clean());
    }

    /// Several things at once: nothing is called clean, and what is gone is called so.
    #[test]
    fn any_mixture(
        changed in 0..SIZE as usize,
        gone in prop::collection::btree_set(0..SIZE as usize, 1..6),
        noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..3),
    ) {
        let mut made = Made::usual();
        made.events[changed].body.push(b' ');
        gone.iter().rev().for_each(|at| drop(made.events.remove(*at)));
        let noise = noise.into_iter().map(|body| StoredEvent { body, leaf: None });
        made.events.splice(0..0, noise);
        let findings = made.anchored().findings;
        let named = |seq: u64| findings.iter().any(|finding| match finding {
            Finding::Changed(s) | Finding::Missing(s) | Finding::Cut(s) => (s.first..=s.last).contains(&seq),
            _ => false,
        });
        for seq in 0..SIZE {
            let harmed = gone.contains(&(seq as usize)) || seq as usize == changed;
            prop_assert_eq!(named(seq), harmed, "{}: {:?}", seq, findings);
        }
    }
}

#[test]
fn a_million_changed_events_are_one_finding() {
    let mut made = Made::new(9_000, &[9_000]);
    made.events.iter_mut().skip(10).for_each(|event| event.body.push(b' '));
    assert_eq!(made.anchored().findings, [Finding::Changed(span(10, 8_999))]);
    assert_eq!(made.inside().findings, [Finding::Changed(span(10, 8_999))]);
}

#[test]
fn what_is_too_much_to_name_ends_the_check() {
    let made = Made::new(3, &[]);
    let mut many = made.clone();
    many.events = (0..20_000).map(|at| made.events[at % 3].clone()).collect();
    let report = many.inside();
    assert!(report.findings.len() <= 3 && report.events == 20_000, "{} findings", report.findings.len());
    let mut holes = Made::new(40_000, &[]);
    let odd = |(at, event): (usize, StoredEvent)| (at % 2 == 0).then_some(event);
    holes.events = holes.events.into_iter().enumerate().filter_map(odd).collect();
    let report = holes.inside();
    assert!(matches!(report.findings.last(), Some(Finding::GaveUp { .. })), "{:?}", report.findings.last());
    assert!(report.findings.len() < 10_010 && report.events < 20_100);
}
