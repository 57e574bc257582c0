//! What stands beside the pictures: the listing's words, the reasons, the score.

use std::fmt::Write as _;

use touchstone_screening::PICTURES;

use super::shot::chip;
use super::{Mark, escaped};
use crate::explain::Face;
use crate::mark::{guilty, texts};
use crate::table::price;

/// Width of the bar of one logit, in percent of the column.
const PERCENT_PER_LOGIT: f64 = 16.0;

/// The listing, guilty words marked.
pub(super) fn fields(page: &mut String, face: &Face<'_>) {
    let (listing, decision) = (face.listing, face.decision);
    page.push_str("<section><dl>");
    for each in texts(&listing).into_iter().filter(|each| !each.text.is_empty()) {
        let _ = write!(page, "<dt>{}</dt><dd>", escaped(&face.phrases.slug(each.field)));
        let mut from = 0;
        for (start, end) in guilty(decision, each.field, each.item) {
            let (before, inside) = (each.text.get(from..start), each.text.get(start..end));
            let (Some(before), Some(inside)) = (before, inside) else { continue };
            let _ = write!(page, "{}<mark>{}</mark>", escaped(before), escaped(inside));
            from = end;
        }
        let _ = write!(page, "{}</dd>", escaped(each.text.get(from..).unwrap_or_default()));
    }
    let price = price(&listing);
    let condition = face.phrases.slug(listing.condition);
    let more = [("price", &*price), ("condition", &*condition), ("seller_id", listing.seller_id)];
    for (name, value) in more.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(page, "<dt>{}</dt><dd>{}</dd>", escaped(&face.phrases.slug(name)), escaped(value));
    }
    page.push_str("</dl></section>");
}

/// Why, each reason with the numbers of its boxes.
pub(super) fn reasons(page: &mut String, face: &Face<'_>, marks: &[Mark<'_>]) {
    if face.decision.reasons.is_empty() {
        return;
    }
    let _ = write!(page, "<section><h2>{}</h2><ul>", escaped(face.phrases.why));
    for reason in &face.decision.reasons {
        let message = match face.rule(&reason.code) {
            Some(rule) => rule.message(face.lang.code(), |name| face.say(name)),
            None => reason.message.clone(),
        };
        let severity = face.phrases.slug(&reason.severity);
        let _ = write!(page, "<li><div>{}", escaped(&message));
        let _ = write!(page, "<br><small>{} · {}</small></div>", escaped(&reason.code), escaped(&severity));
        let places = reason.evidence.iter().filter(|place| place.field == PICTURES);
        let mut numbers: Vec<usize> = places
            .filter_map(|place| {
                marks.iter().find(|mark| Some(mark.item) == place.item && Some(mark.place) == place.place)
            })
            .map(|mark| mark.number)
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        page.extend(numbers.into_iter().map(chip));
        page.push_str("</li>");
    }
    page.push_str("</ul></section>");
}

/// What each signal added to the score.
pub(super) fn score(page: &mut String, face: &Face<'_>) {
    let (decision, phrases) = (face.decision, face.phrases);
    let calibration = phrases.slug(face.active.policy.calibration());
    let _ = write!(page, "<section><h2>{} · {} · {calibration}</h2><table>", phrases.score, phrases.log_odds);
    let mut shares: Vec<_> = decision.shares.iter().map(|(name, share)| (name.as_str(), *share)).collect();
    shares.sort_by_key(|(name, share)| (-*share, *name));
    let first = [(phrases.prior, face.active.policy.prior())];
    for (name, micro) in first.into_iter().chain(shares).chain([(phrases.together, decision.score)]) {
        let logits = micro as f64 / 1e6;
        let width = (logits.abs() * PERCENT_PER_LOGIT).min(100.0);
        let less = if micro > 0 { "" } else { " less" };
        let _ = write!(
            page,
            "<tr><td>{}</td><td>{logits:+.2}</td><td><span class=\"bar{less}\" style=\"width:{width:.1}%\"></span></td></tr>",
            escaped(name),
        );
    }
    page.push_str("</table>");
    if let Some(signals) = &decision.counterfactual {
        let without = signals.join(phrases.and);
        let _ = write!(page, "<p class=\"soft\">{}{}{}</p>", phrases.stays_up, phrases.without, escaped(&without));
    }
    page.push_str("</section>");
}
