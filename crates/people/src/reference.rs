//! docs/rights.md, written from the table.

use std::fmt::Write as _;

use crate::rights::{Action, Resource, TABLE};
use crate::role::Role;
use crate::scope::Scope;

/// The whole document.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(HEAD);
    for role in Role::ALL {
        let _ = writeln!(text, "| `{}` | {} |", role.as_str(), role.who());
    }
    text.push_str("\n## The table\n\n");
    for action in Action::ALL {
        let _ = writeln!(text, "* **{}** {}: {}", action.letter(), action.as_str(), action.what());
    }
    text.push_str(LETTERS);
    line(&mut text, "", Role::ALL.map(Role::as_str));
    line(&mut text, "---", Role::ALL.map(|_| "---"));
    for (resource, cells) in TABLE {
        line(&mut text, resource.as_str(), *cells);
    }
    text.push('\n');
    for resource in Resource::ALL {
        let _ = writeln!(text, "* `{}`: {}", resource.as_str(), resource.what());
    }
    keys(&mut text);
    text
}

const HEAD: &str = "# Rights

Who may do what. This page is written from `crates/people/src/rights.rs` by `make docs`; a test calls every route in every
role, with own objects and foreign ones, and compares the answers with it.

An account has one role or several, and may what any of them may. Sellers, rights holders and consumers have one. What
belongs to somebody else is not found (404); what nobody in the role may do is forbidden (403). A cell says what may be
done once there is a call for it; which calls there are says [openapi.json](openapi.json).

| role | who |
|---|---|
";

const LETTERS: &str = "
A small letter reaches to every object, a capital to one's own, a letter with ' behind it to those that one was given.

";

fn line(text: &mut String, first: &str, cells: [&str; Role::ALL.len()]) {
    let _ = writeln!(text, "| {first} | {} |", cells.join(" | "));
}

fn keys(text: &mut String) {
    text.push_str("\n## Keys\n\nA key of a machine has the role `integration`, as far as its scopes open it.\n\n");
    text.push_str("| scope | opens |\n|---|---|\n");
    for scope in Scope::ALL {
        let opened = scope.opens().iter().map(|(resource, actions)| {
            let actions: Vec<&str> = actions.iter().map(|action| action.as_str()).collect();
            format!("{} {}", resource.as_str(), actions.join(", "))
        });
        let opened: Vec<String> = opened.collect();
        let opened =
            if opened.is_empty() { "all of it, and what `administrator` may".to_owned() } else { opened.join("; ") };
        let _ = writeln!(text, "| `{}` | {opened} |", scope.as_str());
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn the_committed_page_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/rights.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == super::reference(), "docs/rights.md is stale: run `make docs`");
    }
}
