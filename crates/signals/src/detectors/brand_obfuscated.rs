//! A protected brand is named in disguise.

use touchstone_knowledge::Strength;
use touchstone_text::How;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::Mention;
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_obfuscated",
    version: 1,
    kind: ValueKind::Text,
    family: "disguise",
    sayable: false,
    doc: "A protected brand is named so that filters miss it, and how: `homoglyph`, `leet`, `separated`, `zero_width`, `marks`, `styled`, `censored`, `split`, `homophone`, `pinyin` or `nickname`. Honest sellers want to be found; a typo is `lookalike_name`.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"f_e_n_d_i handbag"}"#, value: "separated" },
        Example { listing: r#"{"id":"1","title":"Gucс1 belt"}"#, value: "homoglyph" },
        Example { listing: r#"{"id":"1","title":"Fendi handbag"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let disguised = |m: &&Mention| disguise(m).is_some() && !matches!(m.how, How::Joined | How::Typo | How::Doubled);
    let Some(first) = view.mentions.iter().filter(|m| m.field != Field::Brand || m.how != How::Plain).find(disguised)
    else {
        return Value::Null;
    };
    for mention in view.mentions.iter().filter(disguised) {
        findings.see(mention.field, mention.source);
    }
    disguise(first).into()
}

/// A disguise that cannot be an accident; a nickname is one only while the name is not said too.
fn disguise(mention: &Mention) -> Option<&'static str> {
    match (mention.how, mention.strength) {
        (How::Plain, Strength::Nickname) => Some("nickname"),
        (How::Plain, _) => None,
        (how, _) => Some(how.as_str()),
    }
}
