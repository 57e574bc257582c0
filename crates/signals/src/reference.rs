//! The signal reference, generated from the registry so that it cannot lie.

use std::fmt::Write;

use crate::registry::{REGISTRY, Spec};

/// `docs/signals.md`: a table of contents, then one section a signal.
pub fn reference() -> String {
    let mut text = String::from(
        "# Signals\n\nGenerated from the detectors by `touchstone knowledge reference`; a test fails when it is stale.\n\n\
         A signal is a typed fact about a listing, never a verdict. Null means *not seen* and never accuses. Evidence of\n\
         different families is independent; a block needs two families or an admission. `claim` is what an offer is\n\
         about: no evidence of anything.\n\n| signal | type | family | told to the seller |\n|---|---|---|---|\n",
    );
    for spec in REGISTRY {
        let sayable = if spec.sayable { "yes" } else { "no" };
        let _ =
            writeln!(text, "| [`{0}`](#{0}) | {1} | {2} | {3} |", spec.id, spec.kind.as_str(), spec.family, sayable);
    }
    REGISTRY.iter().for_each(|spec| section(spec, &mut text));
    text
}

fn section(spec: &Spec, text: &mut String) {
    let _ = writeln!(text, "\n## {}\n\nVersion {}. {}\n", spec.id, spec.version, spec.doc);
    for example in spec.examples {
        let _ = writeln!(text, "* `{}` → `{}`", example.listing, example.value);
    }
}
