//! What several detectors do alike.

use touchstone_knowledge::{TermClass, TermStrength};

use crate::findings::{Findings, Value};
use crate::view::View;

/// The strongest term of a class from `minimum` on, with every place of that strength as evidence.
pub(crate) fn strongest_term<'a>(
    view: &View<'a, '_>,
    class: TermClass,
    minimum: TermStrength,
    findings: &mut Findings<'a>,
) -> Value<'a> {
    let Some(strength) = view.strongest(class).filter(|s| *s >= minimum) else { return Value::Null };
    for (field, term) in view.terms(class).filter(|(_, t)| t.strength == strength) {
        findings.see(*field, term.source);
    }
    Value::Text(match strength {
        TermStrength::Explicit => "explicit",
        TermStrength::Strong => "strong",
        TermStrength::Weak => "weak",
    })
}
