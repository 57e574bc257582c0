//! The offer is older than what it offers.

use crate::findings::{Field, Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::{Mention, MentionContext, View};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "listed_before_release",
    version: 1,
    kind: ValueKind::Int,
    family: "contradiction",
    sayable: true,
    doc: "The year in which the product line came out, when the listing was made at least two calendar years before: an old listing was filled with new goods, to keep its reviews. No evidence that the goods are fake. Null when the day or the year of the line is not known, or several lines are named.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Apple AirPods Pro 2","listed_at":"2019-05-01T00:00:00Z"}"#,
            value: "2022",
        },
        Example {
            listing: r#"{"id":"1","title":"Apple AirPods Pro 2","listed_at":"2021-12-01T00:00:00Z"}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Silicone case for iPhone 15","listed_at":"2019-05-01T00:00:00Z"}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Apple AirPods Pro 2"}"#, value: "null" },
    ],
    detect,
};

/// Pre-orders and other markets are a year early.
const MARGIN: i64 = 1;

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let Some(listed) = view.listing.listed_at.map(year) else { return Value::Null };
    // What is made to fit other goods follows their models.
    let claimed = |m: &&Mention| m.context == MentionContext::Claimed && m.field == Field::Title && m.line.is_some();
    let mut lines = view.mentions.iter().filter(claimed);
    let Some(named) = lines.next().filter(|first| lines.all(|m| (m.brand, m.line) == (first.brand, first.line))) else {
        return Value::Null;
    };
    let line = view.snapshot.brand(named.brand).zip(named.line).and_then(|(b, l)| b.lines.get(usize::from(l)));
    let released = line.and_then(|l| l.released).map(i64::from).filter(|released| listed + MARGIN < *released);
    if released.is_some() {
        findings.see(Field::Title, named.source);
    }
    released.into()
}

/// The year of a moment in microseconds since 1970; within a day of New Year it may be the next one.
fn year(micros: i64) -> i64 {
    const MICROS_PER_DAY: i64 = 86_400_000_000;
    // The mean Gregorian year has 365.2425 days.
    1970 + (micros.div_euclid(MICROS_PER_DAY) * 10_000).div_euclid(3_652_425)
}
