//! A protected brand is named in disguise.

use touchstone_knowledge::{BrandId, Meaning, Strength};
use touchstone_text::How;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;
use crate::view::{Mention, MentionContext};

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "brand_obfuscated",
    version: 3,
    kind: ValueKind::Text,
    family: "disguise",
    sayable: false,
    doc: "A protected brand is named so that filters miss it, and how: `homoglyph`, `leet`, `separated`, `zero_width`, `marks`, `styled`, `censored`, `split`, `homophone`, `pinyin` or `nickname` (of what is offered, and no name). Honest sellers want to be found; a typo is `lookalike_name`.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"f_e_n_d_i handbag"}"#, value: "separated" },
        Example { listing: r#"{"id":"1","title":"Gucс1 belt"}"#, value: "homoglyph" },
        Example { listing: r#"{"id":"1","title":"Fendi handbag"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"Brush heads for Oral-B, 8 pcs"}"#, value: "null" },
        Example { listing: r#"{"id":"1","title":"兰蔻小黑瓶 50ml"}"#, value: "null" },
    ],
    detect,
};

fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) -> Value<'a> {
    let disguised =
        |m: &&Mention| disguise(m).is_some_and(|how| how != NICKNAME || (is_offered(m) && !says_name(view, m.brand)));
    let Some(first) = view.mentions.iter().find(disguised) else { return Value::Null };
    for mention in view.mentions.iter().filter(disguised) {
        findings.see(mention.field, mention.source);
    }
    disguise(first).into()
}

/// A cover is honestly for the thing that everybody calls by its nickname.
fn is_offered(mention: &Mention) -> bool {
    matches!(mention.context, MentionContext::Claimed | MentionContext::Compared)
}

const NICKNAME: &str = "nickname";

/// How the name is hidden, if that cannot be an accident.
fn disguise(mention: &Mention) -> Option<&'static str> {
    match (mention.how, mention.strength) {
        (How::Plain, Strength::Nickname) if mention.field != Field::Brand => Some(NICKNAME),
        (How::Plain | How::Joined, _) => None,
        (how, _) if how.is_near() => None,
        (how, _) => Some(how.as_str()),
    }
}

/// The brand is named too, so that its nickname hides nothing.
fn says_name(view: &View<'_, '_>, brand: BrandId) -> bool {
    let plain = |m: &Mention| m.how == How::Plain && m.strength <= Strength::Native && m.line.is_none();
    view.mentions.iter().any(|m| m.brand == brand && plain(m)) || nickname_holds_name(view, brand)
}

/// 兰蔻小黑瓶: the name stands inside the nickname.
fn nickname_holds_name(view: &View<'_, '_>, brand: BrandId) -> bool {
    let is_name = |m: Meaning| matches!(m, Meaning::Name(b, s) if b == brand && s <= Strength::Native);
    let nicknames = view.mentions.iter().filter(|m| m.brand == brand && m.strength == Strength::Nickname);
    nicknames.filter_map(|m| Some((m, view.text(m.field)?))).any(|(nickname, text)| {
        text.hits().any(|(hit, m)| is_name(m) && hit.how == How::Plain && nickname.span.contains(hit.span))
    })
}
