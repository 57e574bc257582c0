//! Documents that must say what is.

use std::collections::BTreeSet;

use crate::none;
use crate::repository::{root, text};

fn read(path: &str) -> String {
    text(path.as_ref()).unwrap_or_else(|| panic!("{path} is not there"))
}

/// Targets of the Makefile that have a line in `make help`.
fn targets() -> BTreeSet<String> {
    let makefile = read("Makefile");
    let documented = makefile.lines().filter(|line| line.contains("## ")).filter_map(|line| line.split_once(':'));
    documented.map(|(name, _)| name.to_owned()).filter(|name| !name.contains(' ')).collect()
}

/// Words after `make ` in what a document sets as code.
fn commands(document: &str) -> BTreeSet<String> {
    let code = document.match_indices("make ").filter(|(at, _)| document[..*at].ends_with(['`', '\n', ' ', '$']));
    let code = code.filter(|(at, _)| {
        let line = document[..*at].rsplit('\n').next().unwrap_or_default();
        line.ends_with('`') || line.trim().is_empty() || line.trim() == "$"
    });
    let word = |(at, _): (usize, &str)| {
        let rest = &document[at + "make ".len()..];
        rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len())].to_owned()
    };
    code.map(word).collect()
}

#[test]
fn the_signal_reference_is_fresh() {
    let fresh = read("docs/signals.md") == touchstone_signals::reference();
    assert!(fresh, "docs/signals.md is stale: run `make docs`");
}

#[test]
fn commands_in_documents_exist() {
    let targets = targets();
    assert!(targets.contains("demo"), "{targets:?}");
    for document in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/data-notices.md"] {
        let named = commands(&read(document));
        none(document, named.difference(&targets).map(|name| format!("`make {name}` is no target of the Makefile")));
    }
    assert!(commands(&read("README.md")).contains("demo"));
}

#[test]
fn links_in_documents_lead_somewhere() {
    for document in ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md"] {
        let text = read(document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
        let inner = links.filter(|link| !link.is_empty() && !link.contains("://"));
        none(document, inner.filter(|link| !root().join(link).exists()).map(|link| format!("{link} is not there")));
    }
}
