//! Licences that may come in, crates that may not, and crates that may come in only once.

use std::collections::{BTreeMap, BTreeSet};

use spdx::{Expression, LicenseReq, ParseMode};

use crate::graph::{Arrows, Graph};
use crate::none;

/// Licences under which others' code may be part of an Apache-2.0 program.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates with another licence that we take all the same, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// What must not come in, by whatever way, and what to take instead.
const BANNED: &[(&str, &str)] = &[
    ("aws-lc-sys", "rustls with ring"),
    ("native-tls", "rustls"),
    ("openssl", "rustls"),
    ("openssl-sys", "rustls"),
    ("serde_yaml", "toml"),
    ("serde_yml", "toml"),
];

/// Families of which two versions would be built for nothing, or would not speak to each other. `quick-xml` is none of
/// them: object_store, which DataFusion holds at 0.13, reads the answers of S3 with an earlier one.
const ONCE: &[&str] =
    &["arrow", "datafusion", "icu_provider", "object_store", "parquet", "sqlparser", "tokio", "zstd-sys"];

fn is_allowed(requirement: &LicenseReq) -> bool {
    requirement.license.id().is_some_and(|id| ALLOWED.contains(&id.name))
}

fn is_satisfied(licence: &str) -> bool {
    Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| expression.evaluate(is_allowed))
}

#[test]
fn every_licence_is_on_the_list() {
    let fine = |name: &str, licence: &str| {
        is_satisfied(licence) || EXCEPTIONS.iter().any(|(known, of, _)| *known == name && *of == licence)
    };
    let wrong = Graph::get().others().filter_map(|package| {
        let licence = package.license.as_deref().unwrap_or("none stated");
        (!fine(&package.name, licence)).then(|| format!("{} {}: {licence}", package.name, package.version))
    });
    none("a licence is not on the list", wrong);
}

#[test]
fn every_exception_is_needed() {
    let names: BTreeSet<&str> = Graph::get().others().map(|package| package.name.as_str()).collect();
    let stale = EXCEPTIONS
        .iter()
        .filter(|(name, licence, why)| !names.contains(name) || is_satisfied(licence) || why.is_empty());
    none("an exception is for nothing", stale.map(|(name, ..)| (*name).to_owned()));
}

#[test]
fn expressions_are_read_as_they_are_meant() {
    let cases = [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception", true),
        ("none stated", false),
    ];
    for (licence, expected) in cases {
        assert_eq!(is_satisfied(licence), expected, "{licence}");
    }
}

#[test]
fn nothing_banned_comes_in() {
    let found = Graph::get().others().filter_map(|package| {
        let (name, instead) = BANNED.iter().find(|(name, _)| *name == package.name.as_str())?;
        let ours = Graph::get().ours_that_reach(name, &[]);
        Some(format!("{name} by {ours:?}; take {instead}"))
    });
    none("a banned crate came in", found);
}

#[test]
fn heavy_crates_come_in_once() {
    let mut versions: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for package in Graph::get().others() {
        let family =
            ONCE.iter().any(|once| package.name.as_str() == *once || package.name.starts_with(&format!("{once}-")));
        if family {
            versions.entry(&package.name).or_default().insert(package.version.to_string());
        }
    }
    none(
        "a heavy crate comes in twice",
        versions.iter().filter(|(_, v)| v.len() > 1).map(|(name, v)| format!("{name}: {v:?}")),
    );
}

/// Every crate that one of ours names stands in the record of parts.
#[test]
fn every_part_is_on_record() {
    let record = crate::repository::text("docs/adr/0001-parts.md".as_ref()).expect("docs/adr/0001-parts.md");
    let graph = Graph::get();
    let direct = graph.ours().flat_map(|package| graph.direct(package, Arrows::WithTests));
    let names: BTreeSet<&str> =
        direct.map(|package| package.name.as_str()).filter(|name| !name.starts_with("touchstone")).collect();
    none(
        "a crate is missing in docs/adr/0001-parts.md",
        names.iter().filter(|name| !record.contains(&format!("| `{name}` |"))).map(|name| (*name).to_owned()),
    );
}
