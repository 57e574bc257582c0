//! The dependency graph as cargo resolved it for this machine.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::OnceLock;

use cargo_metadata::{DependencyKind, MetadataCommand, Package, PackageId};

use crate::repository::root;

/// Packages and what they depend on.
pub(crate) struct Graph {
    packages: BTreeMap<PackageId, Package>,
    ours: BTreeSet<PackageId>,
    arrows: BTreeMap<PackageId, Vec<Arrow>>,
}

struct Arrow {
    to: PackageId,
    only_tests: bool,
}

/// Which arrows count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrows {
    /// What is built into the product.
    Product,
    /// That, and what only tests need.
    WithTests,
}

impl Graph {
    /// Read once; nothing is fetched.
    pub(crate) fn get() -> &'static Self {
        static GRAPH: OnceLock<Graph> = OnceLock::new();
        GRAPH.get_or_init(Self::read)
    }

    fn read() -> Self {
        let only_here = ["--locked", "--offline", "--filter-platform", &host()].map(str::to_owned).to_vec();
        let manifest = root().join("Cargo.toml");
        let metadata =
            MetadataCommand::new().manifest_path(manifest).other_options(only_here).exec().expect("cargo metadata");
        let resolve = metadata.resolve.expect("cargo metadata resolves");
        let arrows = resolve.nodes.into_iter().map(|node| {
            let deps = node.deps.into_iter().map(|dep| Arrow {
                only_tests: dep.dep_kinds.iter().all(|kind| kind.kind == DependencyKind::Development),
                to: dep.pkg,
            });
            (node.id, deps.collect())
        });
        Self {
            arrows: arrows.collect(),
            ours: metadata.workspace_members.into_iter().collect(),
            packages: metadata.packages.into_iter().map(|package| (package.id.clone(), package)).collect(),
        }
    }

    /// Our own crates.
    pub(crate) fn ours(&self) -> impl Iterator<Item = &Package> {
        self.ours.iter().map(|id| &self.packages[id])
    }

    /// Other people's crates.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .values()
            .filter(|package| !self.ours.contains(&package.id) && self.arrows.contains_key(&package.id))
    }

    /// What a package names in its manifest.
    pub(crate) fn direct(&self, package: &Package, which: Arrows) -> impl Iterator<Item = &Package> {
        let arrows = self.arrows.get(&package.id).into_iter().flatten();
        arrows
            .filter(move |arrow| which == Arrows::WithTests || !arrow.only_tests)
            .map(|arrow| &self.packages[&arrow.to])
    }

    /// Names of our crates from which `target` can be reached without passing through `without`: `cargo tree -i`.
    pub(crate) fn ours_that_reach(&self, target: &str, without: &[&str]) -> BTreeSet<&str> {
        let reaches = |package: &&Package| self.reaches(package, target, without);
        self.ours()
            .filter(|package| !without.contains(&package.name.as_str()))
            .filter(reaches)
            .map(|p| p.name.as_str())
            .collect()
    }

    fn reaches(&self, from: &Package, target: &str, without: &[&str]) -> bool {
        let mut seen = BTreeSet::from([&from.id]);
        let mut open = vec![from];
        while let Some(package) = open.pop() {
            if package.name == target {
                return true;
            }
            let next = self.direct(package, Arrows::Product).filter(|next| !without.contains(&next.name.as_str()));
            open.extend(next.filter(|next| seen.insert(&next.id)));
        }
        false
    }
}

/// The triple of this machine, from `rustc -vV`.
fn host() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("rustc is installed");
    let text = String::from_utf8(output.stdout).expect("rustc speaks UTF-8");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}
