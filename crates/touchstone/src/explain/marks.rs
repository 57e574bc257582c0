//! Evidence on pictures, in words.

use touchstone_screening::{Decision, EvidencePlace, PICTURES};
use touchstone_signals::pictures::{PictureFacts, Place};

/// What the reasons saw on one of the pictures, each place once, in the order of the reasons.
pub(super) fn on_picture(decision: &Decision, item: u16) -> Vec<&EvidencePlace> {
    let mut seen: Vec<&EvidencePlace> = Vec::new();
    for place in decision.reasons.iter().flat_map(|reason| &reason.evidence) {
        let here = place.field == PICTURES && place.item == Some(item);
        if here && !seen.iter().any(|other| (&other.signal, other.place) == (&place.signal, place.place)) {
            seen.push(place);
        }
    }
    seen
}

/// What was seen at a place: the signal, the box, and what stands there.
pub(super) fn said(place: &EvidencePlace, facts: &PictureFacts) -> String {
    let at = place.place.unwrap_or_default();
    let mut said = format!("{} at [{}, {}, {}, {}]", place.signal, at[0], at[1], at[2], at[3]);
    let what = what(at, facts);
    if !what.is_empty() {
        said.push_str(": ");
        said.push_str(&what.join(" · "));
    }
    if let (Some(entry), Some(part)) = (&place.entry, place.entry_box) {
        said.push_str(&format!(", beside [{}, {}, {}, {}] of entry {entry}", part[0], part[1], part[2], part[3]));
    }
    said
}

/// Words, logos, codes and hidden regions within a box; nothing of all of the picture.
pub(super) fn what(at: Place, facts: &PictureFacts) -> Vec<String> {
    let within = |p: Place| at[0] <= p[0] && at[1] <= p[1] && p[2] <= at[2] && p[3] <= at[3];
    let texts = facts.texts.iter().filter(|t| within(t.place)).map(|t| format!("“{}”", t.text));
    let logos = facts.logos.iter().filter(|l| within(l.place)).map(|l| format!("logo {}", l.brand));
    let codes = facts.codes.iter().filter(|c| within(c.place)).map(|c| format!("{} {}", c.kind, c.value));
    let masks = facts.masks.iter().filter(|m| within(m.place)).map(|m| m.how.clone());
    let whole = at == [0, 0, facts.width, facts.height];
    if whole { Vec::new() } else { texts.chain(logos).chain(codes).chain(masks).collect() }
}
