//! Detectors: typed facts about a listing, never verdicts.
//!
//! ```text
//! Listing + Context ─► View   read once: texts, terms, mentions, kind, price, condition, history
//!                       │
//!                       ├─► detector  one file each: what it sees, its example, its code
//!                       ├─► detector
//!                       ▼
//!                    Findings   one value a signal, evidence as places in the listing
//! ```
//!
//! A detector does no I/O, holds no state and cannot fail. What it cannot see is null, and null is
//! never guilt. [`REGISTRY`] is the order of signals everywhere: columns, counterfactuals, documents.

mod detectors;
mod findings;
mod history;
pub mod pictures;
mod reference;
mod registry;
mod view;

pub use findings::{Evidence, Field, Findings, Value};
pub use history::{Previous, Resemblance};
pub use reference::reference;
pub use registry::{Example, REGISTRY, Spec, ValueKind};
pub use view::{Context, Mention, MentionContext, Recognised, Scratch, Sights, View, What, statements};

/// Runs every detector over one listing.
pub fn detect<'a>(view: &View<'a, '_>, findings: &mut Findings<'a>) {
    findings.clear();
    for spec in REGISTRY {
        findings.begin();
        let value = (spec.detect)(view, findings);
        findings.end(value);
    }
}
