//! The price against what honest offers of the claimed goods cost.

use touchstone_text::Span;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "price_vs_brand",
    version: 3,
    kind: ValueKind::Int,
    family: "price",
    sayable: false,
    doc: "The price of one piece in permille of the low end of honest offers (one in ten honest offers costs less) of the claimed brand, for its line, kind, condition and amount as far as the knowledge has them. 1000 is the low end itself. Of two brands the dearer counts, of three and more the cheapest: a shop names what it carries. Only names in title, brand field and variants count, and one that the description alone names (`description_contradicts = 'hidden'`). Null without a price, for deposits, \"from\" prices and placeholders, and for brands without a band. Alone it never blocks.",
    examples: &[
        Example {
            listing: r#"{"id":"1","title":"Rolex Submariner watch","price":"55.00 USD","condition":"new"}"#,
            value: "6",
        },
        Example {
            listing: r#"{"id":"1","title":"Watch automatic","description":"Rolex Submariner, with box","price":"55.00 USD","condition":"new"}"#,
            value: "6",
        },
        Example {
            listing: r#"{"id":"1","title":"Rolex Submariner","description":"No deposit needed","price":"55.00 USD","condition":"new"}"#,
            value: "6",
        },
        Example {
            listing: r#"{"id":"1","title":"Rolex Submariner","description":"The price is a deposit","price":"55.00 USD","condition":"new"}"#,
            value: "null",
        },
        Example {
            listing: r#"{"id":"1","title":"Apple iPhone 12 for parts","price":"15.00 USD","condition":"used"}"#,
            value: "null",
        },
        Example { listing: r#"{"id":"1","title":"Rolex Submariner watch"}"#, value: "null" },
    ],
    detect,
};

/// So many brands are an assortment.
const MIN_CARRIED: usize = 3;

/// How many brands are named, as far as it matters.
fn brands<'m>(mentions: impl Iterator<Item = &'m Mention>) -> usize {
    let mut seen = [None; MIN_CARRIED];
    for mention in mentions {
        match seen.iter_mut().find(|s| s.is_none_or(|brand| brand == mention.brand)) {
            Some(slot) => *slot = Some(mention.brand),
            None => break,
        }
    }
    seen.iter().flatten().count()
}

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let hidden = view.hidden_claim();
    // Joint products cost what the dearest of their makers asks.
    let named = |m: &&Mention| {
        m.field != Field::Description && matches!(m.context, MentionContext::Claimed | MentionContext::Compared)
    };
    let lows = view.mentions.iter().filter(named).chain(hidden).filter_map(|m| view.band_low(m));
    // So many makers make nothing together: whoever names them says what he carries, and the offer is of one.
    let low = if brands(view.mentions.iter().filter(named)) >= MIN_CARRIED { lows.min() } else { lows.max() };
    let permille = low
        .zip(view.usd_cents)
        .and_then(|(low, cents)| i64::try_from(i128::from(cents) * 1_000 / i128::from(low)).ok());
    if permille.is_some() {
        findings.see(Field::Price, Span::default());
    }
    permille.into()
}
