//! What people and other programs write about cases: calendars, laws, samples, routes, events of the trail, receipts,
//! statements. All is read, or refused with its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use touchstone_audit::{Event, Receipt, Record};
use touchstone_cases::facts::Known;
use touchstone_cases::moment::Moment;
use touchstone_cases::routing::Routing;
use touchstone_cases::sample::Plan;
use touchstone_cases::{clocks, dsa, ladder};
use touchstone_diagnostic::Source;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    match kind % 4 {
        0 => drop((Event::read(bytes).is_ok(), Record::read(bytes).is_ok(), Receipt::read(bytes).is_ok())),
        kind => {
            let Ok(text) = std::str::from_utf8(bytes) else { return };
            let source = Source { name: "a.toml", text };
            match kind {
                1 => {
                    if let Ok(calendar) = clocks::parse_calendar("a.toml", text) {
                        let later = calendar.end(clocks::Period::WorkingDays(3), true, Moment(0));
                        assert!(later.is_none_or(|end| end > Moment(0)));
                    }
                }
                2 => drop(ladder::parse("a.toml", text)),
                _ => {
                    drop(Plan::read(source, Known::default()));
                    drop(Routing::read(source, Known::default()));
                    drop(dsa::read(text));
                }
            }
        }
    }
});
