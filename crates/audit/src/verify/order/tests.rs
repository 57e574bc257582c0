//! The order alone, against lists of which it is known what was done to them.

use proptest::prelude::*;

use super::*;
use crate::finding::Span;

fn leaf(seq: u64) -> Hash {
    Hash::of(&seq.to_be_bytes())
}

/// What is found in a list of numbers; none stands for an event that says nothing.
fn found(list: &[Option<u64>], logged: Option<u64>) -> Vec<Finding> {
    let mut order = Order::new(Counted::default());
    for seq in list {
        match seq {
            Some(seq) => order.proved(*seq, leaf(*seq), false),
            None => order.odd(Odd { claimed: None, leaf: leaf(0) }),
        }
    }
    order.finish(logged, 0);
    let (places, size, mut findings) = order.into_parts();
    assert_eq!(places.0, size);
    findings.sort_by_key(Finding::place);
    findings
}

fn span(first: u64, last: u64) -> Span {
    Span { first, last }
}

#[test]
fn each_thing_done_to_a_list_has_its_name() {
    let cases: &[(&[i64], Option<u64>, &[Finding])] = &[
        (&[0, 1, 2, 3], None, &[]),
        (&[0, 1, 3], None, &[Finding::Missing(span(2, 2))]),
        (&[3, 4], None, &[Finding::Missing(span(0, 2))]),
        (&[0, 1], Some(4), &[Finding::Cut(span(2, 3))]),
        (&[], Some(2), &[Finding::Cut(span(0, 1))]),
        (&[0, 2], Some(4), &[Finding::Missing(span(1, 1)), Finding::Cut(span(3, 3))]),
        (&[0, 2, 1, 3], None, &[Finding::Reordered { seq: 2, after: Some(0) }]),
        (&[1, 0], None, &[Finding::Reordered { seq: 1, after: None }]),
        (
            &[0, 4, 2, 3, 1, 5],
            None,
            &[Finding::Reordered { seq: 1, after: Some(3) }, Finding::Reordered { seq: 4, after: Some(0) }],
        ),
        (
            &[2, 1, 0],
            None,
            &[Finding::Reordered { seq: 1, after: Some(2) }, Finding::Reordered { seq: 2, after: None }],
        ),
        (&[0, 1, 2, 1, 3], None, &[Finding::Doubled { seq: 1 }]),
        (&[0, 3, 1, 2, 3], None, &[Finding::Doubled { seq: 3 }]),
        (&[0, -1, 2], None, &[Finding::Changed(span(1, 1))]),
        (&[0, -1, -1, 3], None, &[Finding::Changed(span(1, 2))]),
        (&[0, -1, 1, 2], None, &[Finding::Added { after: Some(0), count: 1 }]),
        (&[-1, -1, 0], None, &[Finding::Added { after: None, count: 2 }]),
        (&[0, -1], Some(2), &[Finding::Changed(span(1, 1))]),
        (&[0, -1], Some(3), &[Finding::Changed(span(1, 1)), Finding::Cut(span(2, 2))]),
        (&[0, -1], None, &[Finding::Changed(span(1, 1))]),
        (
            &[0, 5, -1, 1, 2, 3, 4, 6],
            None,
            &[Finding::Added { after: Some(0), count: 1 }, Finding::Reordered { seq: 5, after: Some(0) }],
        ),
        (
            &[0, -1, 2, 3, 1],
            None,
            &[Finding::Added { after: Some(0), count: 1 }, Finding::Reordered { seq: 1, after: Some(3) }],
        ),
    ];
    for (list, logged, expected) in cases {
        let list: Vec<Option<u64>> = list.iter().map(|seq| u64::try_from(*seq).ok()).collect();
        assert_eq!(found(&list, *logged), *expected, "{list:?} of {logged:?}");
    }
}

proptest! {
    /// Whatever the list is, each logged event is either found at its place or named, and none is named for nothing.
    #[test]
    fn nothing_is_passed_over(list in prop::collection::vec(prop::option::weighted(0.9, 0_u64..12), 0..24)) {
        let findings = found(&list, Some(12));
        let in_place: Vec<Option<u64>> = (0..12).map(Some).collect();
        prop_assert_eq!(findings.is_empty(), list == in_place);
        let absent = |seq: u64| findings.iter().any(|finding| match finding {
            Finding::Changed(s) | Finding::Missing(s) | Finding::Cut(s) => (s.first..=s.last).contains(&seq),
            _ => false,
        });
        for seq in 0..12 {
            let there = list.iter().filter(|found| **found == Some(seq)).count();
            prop_assert_eq!(absent(seq), there == 0, "{}: {:?}", seq, findings);
            let doubled = findings.contains(&Finding::Doubled { seq });
            prop_assert_eq!(doubled, there > 1, "{}: {:?}", seq, findings);
        }
        let odd = list.iter().filter(|found| found.is_none()).count() as u64;
        let spans = findings.iter().map(|finding| match finding {
            Finding::Changed(s) => s.last - s.first + 1,
            Finding::Added { count, .. } => *count,
            _ => 0,
        });
        prop_assert_eq!(spans.sum::<u64>(), odd, "each event that says nothing is named once: {:?}", findings);
    }

    /// A swap names both events and nothing else. Of three in reverse any two say it, so those are left out here.
    #[test]
    fn a_swap_names_two((a, b) in (0_usize..30, 0_usize..30).prop_filter("two", |(a, b)| a + 2 < *b)) {
        let mut list: Vec<Option<u64>> = (0..30).map(Some).collect();
        list.swap(a, b);
        let before = |at: usize| at.checked_sub(1).and_then(|at| list[at]);
        let expected = vec![
            Finding::Reordered { seq: a as u64, after: before(b) },
            Finding::Reordered { seq: b as u64, after: before(a) },
        ];
        prop_assert_eq!(found(&list, Some(30)), expected);
    }
}
