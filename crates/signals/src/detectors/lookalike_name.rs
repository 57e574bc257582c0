//! A name one or two letters away from a protected one, or heard like it, on the goods that brand makes.

use touchstone_knowledge::Strength;
use touchstone_text::How;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "lookalike_name",
    version: 4,
    kind: ValueKind::Text,
    family: "disguise",
    sayable: false,
    doc: "A name a letter or two away from a protected one, or heard like it, on goods of a kind that brand makes (or a common word with the rest of the name, or with a word of the brand, beside it), in title, brand field or variants (in the brand field a common word too), while the brand itself is not named and the goods are not made to fit its own: a confusing name or a misspelling. The value is the brand that it resembles.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"Adibos running shoes"}"#, value: "adidas" },
        Example { listing: r#"{"id":"1","title":"Mike running shoes","brand":"Mike"}"#, value: "nike" },
        Example { listing: r#"{"id":"1","title":"Kate Spare handbag"}"#, value: "kate-spade" },
        Example { listing: r#"{"id":"1","title":"Polo shirt","brand":"Ralf Loren"}"#, value: "ralph-lauren" },
        Example {
            listing: r#"{"id":"1","title":"Channel tote","description":"serial sticker inside"}"#,
            value: "chanel",
        },
        Example { listing: r#"{"id":"1","title":"Mike runs in shoes"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Necklace","brand":"Fossil"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Time Teller watch","brand":"Nixon"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Phone case for Xiaomy phones"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Adidas running shoes"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let near = |m: &&Mention| {
        let of_it = matches!(m.context, MentionContext::Claimed | MentionContext::Compared);
        let titled = !matches!(m.field, Field::Description | Field::Detail(_));
        m.how.is_near() && of_it && titled && !is_cut_off(view, m)
    };
    let Some(first) = view.mentions.iter().find(near) else { return Value::Null };
    let named_plainly = view
        .mentions
        .iter()
        .any(|m| m.brand == first.brand && m.how == How::Plain && m.line.is_none() && m.strength <= Strength::Native);
    if named_plainly {
        return Value::Null;
    }
    for mention in view.mentions.iter().filter(near) {
        findings.see(mention.field, mention.source);
    }
    view.slug(first.brand).into()
}

/// Feeds cut long titles, and the last word is what is left of it: "… for Xiaom".
fn is_cut_off(view: &View<'_, '_>, mention: &Mention) -> bool {
    let title = view.listing.title.trim_end();
    mention.field == Field::Title && title.len() >= MIN_CUT_TITLE && mention.source.end as usize >= title.len()
}

/// Shorter titles are whole.
const MIN_CUT_TITLE: usize = 100;
