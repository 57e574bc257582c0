//! Random histories of a fuse: it blocks only while no audit since the last reset put its bound below the floor.

use proptest::prelude::*;
use touchstone_cases::fuse::{Command, Effect, Event, Fuse, Limits, apply, decide};
use touchstone_cases::id::DecisionId;
use touchstone_cases::moment::Moment;
use touchstone_cases::proportion::Tally;
use touchstone_cases::share::Ppb;
use uuid::Uuid;

use crate::made::person;

const AUDITS_MIN: u64 = 10;

/// Counts everything since the last reset anew.
fn recomputed(events: &[Event]) -> (Tally, bool) {
    let since = events.iter().rposition(|event| matches!(event, Event::Reset { .. })).map_or(0, |at| at + 1);
    let mut said: Vec<bool> = Vec::new();
    for event in &events[since..] {
        let Event::Audited { right, before, .. } = event else { continue };
        if let Some(before) = before {
            let at = said.iter().position(|each| each == before).unwrap();
            said.remove(at);
        }
        said.push(*right);
    }
    let audits = Tally { hits: said.iter().filter(|right| **right).count() as u64, of: said.len() as u64 };
    (audits, events[since..].iter().any(|event| matches!(event, Event::Blew { .. })))
}

proptest! {
    #[test]
    fn a_fuse_is_what_its_audits_say(steps in prop::collection::vec((0..20_u8, any::<bool>()), 0..200)) {
        let floor = Ppb::per_million(600_000).unwrap();
        let mut fuse = Fuse::new("rule".into(), person(1), Limits { floor, audits_min: AUDITS_MIN }).unwrap();
        let mut events = Vec::new();
        for (now, (what, flag)) in (0..).zip(steps) {
            let audit = |right, before| Command::Audit { decision: DecisionId(Uuid::nil()), right, before };
            let command = match what {
                0 => Command::Reset { by: person(2), reason: "narrowed".into() },
                1 | 2 => audit(flag, Some(!flag)),
                3 => audit(false, None),
                _ => audit(true, None),
            };
            let was = fuse.effect();
            let Ok(new) = decide(&fuse, command, Moment(now)) else { continue };
            let reset = matches!(new[0], Event::Reset { .. });
            new.iter().for_each(|event| apply(&mut fuse, event));
            events.extend(new);
            let (audits, blown) = recomputed(&events);
            prop_assert_eq!((fuse.audits, fuse.effect() == Effect::Review), (audits, blown));
            prop_assert!(was == Effect::Block || fuse.effect() == Effect::Review || reset, "it came back by itself");
            let low = audits.of >= AUDITS_MIN && audits.not_below() < floor;
            prop_assert!(!low || fuse.effect() == Effect::Review, "it holds although {audits:?}");
        }
    }
}
