//! The language of the text.

use touchstone_text::Class;

use crate::findings::Field;
use crate::findings::{Findings, Value};
use crate::registry::{Example, Spec, ValueKind};
use crate::view::View;

/// The signal's entry in the registry.
pub(crate) const SPEC: Spec = Spec {
    id: "language",
    version: 1,
    kind: ValueKind::Text,
    family: "claim",
    sayable: false,
    doc: "The language of title and description, by script, else by whose common words they use. ISO 639; null when it cannot be told.",
    examples: &[
        Example { listing: r#"{"id":"1","title":"女士真皮手提包"}"#, value: "zh" },
        Example { listing: r#"{"id":"1","title":"X"}"#, value: "null" },
    ],
    detect,
};

const MIN_WORDS: u32 = 3;
/// Per cent of its words that a language must know, and its lead over the next.
const MIN_LEAD: u32 = 1;

fn detect<'a>(view: &View<'a, '_>, _: &mut Findings<'a>) -> Value<'a> {
    by_script(view).or_else(|| by_words(view)).into()
}

/// Scripts that one language uses.
fn by_script<'a>(view: &View<'_, '_>) -> Option<&'a str> {
    let title = view.text(Field::Title)?;
    let count = |class| title.reading.normal.tokens().iter().filter(|t| t.class == class).count();
    let words = count(Class::Word);
    let scripts = [(Class::Kana, "ja"), (Class::Hangul, "ko"), (Class::Thai, "th"), (Class::Han, "zh")];
    scripts
        .into_iter()
        .find(|(class, _)| {
            let n = count(*class);
            n > 0 && n * 2 >= words.min(4)
        })
        .map(|(_, language)| language)
}

/// The language whose common words the title and description use most.
fn by_words<'a>(view: &View<'a, '_>) -> Option<&'a str> {
    let languages = &view.snapshot.knowledge.languages;
    let votes = |i: usize| {
        [Field::Title, Field::Description]
            .iter()
            .filter_map(|f| view.text(*f))
            .map(|t| t.reading.language_votes[i])
            .sum::<u32>()
    };
    let mut ranked: Vec<(u32, usize)> = (0..languages.len().min(16)).map(|i| (votes(i), i)).collect();
    ranked.sort_unstable_by_key(|(votes, i)| (u32::MAX - votes, *i));
    let ((best, at), (next, _)) = (*ranked.first()?, *ranked.get(1)?);
    (best >= MIN_WORDS && best >= next + MIN_LEAD).then(|| languages[at].as_str())
}
