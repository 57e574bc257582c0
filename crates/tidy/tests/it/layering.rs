//! Arrows point only down: the table of ARCHITECTURE.md, proved from the resolved graph.

use std::collections::BTreeSet;

use crate::graph::{Arrows, Graph};
use crate::none;

const OURS: &str = "touchstone-";

/// What each crate may be built upon. Those not in the table may use all.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("audit", &[]),
    ("diagnostic", &[]),
    ("catalog", &[]),
    ("knowledge", &["text", "diagnostic"]),
    ("signals", &["catalog", "knowledge", "text"]),
    ("vision", &[]),
    ("inference", &[]),
    ("sight", &["inference", "vision"]),
    ("banks", &["sight", "vision"]),
    ("gallery", &["banks", "sight", "signals", "vision"]),
    ("relisting", &["catalog", "knowledge", "signals", "text"]),
    ("search", &["text"]),
    ("policy", &["diagnostic"]),
    ("screening", &["catalog", "knowledge", "policy", "signals"]),
    ("cases", &["diagnostic"]),
    ("people", &[]),
    ("store", &["audit"]),
    ("office", &["audit", "cases", "diagnostic", "store"]),
    (
        "server",
        &[
            "audit",
            "banks",
            "cases",
            "catalog",
            "gallery",
            "knowledge",
            "office",
            "people",
            "policy",
            "relisting",
            "screening",
            "search",
            "sight",
            "signals",
            "store",
            "vision",
        ],
    ),
];

/// Crates at the top: nothing may be built upon them.
const TOPS: &[&str] = &["touchstone", "touchstone-evaluation", "touchstone-tidy", "touchstone-trials"];

/// What only the server, and the program that starts it, may reach.
const HTTP: &[&str] = &["actix-web", "axum", "hyper", "poem", "reqwest", "rocket", "tower-http", "tonic", "warp"];
/// What only the store, and who is built upon it, may reach.
const SQL: &[&str] = &["rusqlite", "sea-orm", "sea-query", "sqlx", "tokio-postgres"];

fn short(name: &str) -> &str {
    name.strip_prefix(OURS).unwrap_or(name)
}

#[test]
fn arrows_point_down() {
    let graph = Graph::get();
    let wrong = graph.ours().flat_map(|package| {
        let allowed = LAYERS.iter().find(|(name, _)| *name == short(&package.name)).map(|(_, allowed)| *allowed);
        let used = graph.direct(package, Arrows::Product).filter(|used| graph.ours().any(|our| our.id == used.id));
        let fine =
            move |name: &str| allowed.is_none_or(|allowed| allowed.contains(&short(name))) && !TOPS.contains(&name);
        used.filter(move |used| !fine(&used.name)).map(|used| format!("{} → {}", package.name, used.name))
    });
    none("a crate is built upon one that it must not know", wrong);
}

#[test]
fn every_crate_has_its_place() {
    let placed = |name: &str| TOPS.contains(&name) || LAYERS.iter().any(|(layer, _)| *layer == short(name));
    let unplaced = Graph::get().ours().map(|package| package.name.to_string()).filter(|name| !placed(name));
    none("a crate is missing in the table of layers", unplaced);
}

#[test]
fn only_policy_names_datafusion() {
    let graph = Graph::get();
    let others = graph.ours().filter(|package| package.name != "touchstone-policy");
    let wrong = others.flat_map(|package| {
        let engine = graph.direct(package, Arrows::WithTests).filter(|used| used.name.starts_with("datafusion"));
        engine.map(|used| format!("{} → {}", package.name, used.name))
    });
    none("only touchstone-policy may depend on DataFusion", wrong);
}

/// `cargo tree -i datafusion-expr`: who is built upon it at all, and nobody around policy.
#[test]
fn datafusion_is_reached_through_policy_only() {
    let graph = Graph::get();
    let reach = graph.ours_that_reach("datafusion-expr", &[]);
    let expected = BTreeSet::from([
        "touchstone",
        "touchstone-evaluation",
        "touchstone-policy",
        "touchstone-screening",
        "touchstone-server",
    ]);
    assert_eq!(reach, expected);
    assert_eq!(graph.ours_that_reach("datafusion-expr", &["touchstone-policy"]), BTreeSet::new());
}

/// Those of our crates that reach one of the parts otherwise than through one of the doors.
#[track_caller]
fn only_through(doors: &[&str], parts: &[&str]) {
    let graph = Graph::get();
    let around = parts.iter().map(|name| (name, graph.ours_that_reach(name, doors)));
    let around = around.filter(|(_, ours)| !ours.is_empty());
    none(&format!("only {doors:?} may use it"), around.map(|(name, ours)| format!("{name} by {ours:?}")));
}

#[test]
fn only_the_server_speaks_http() {
    // The store asks a bucket for pictures, by a part that speaks HTTP and nothing else knows of.
    only_through(&["touchstone-server", "object_store"], HTTP);
}

#[test]
fn only_the_store_speaks_sql() {
    only_through(&["touchstone-store"], SQL);
}

#[test]
fn only_the_store_keeps_objects() {
    // DataFusion brings its interface, and reads and writes nothing with it here.
    only_through(&["touchstone-store", "touchstone-policy"], &["object_store"]);
}
