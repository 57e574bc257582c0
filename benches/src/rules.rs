//! The policy against `zen-engine` over equal rules on ready signals, one thread each.
//!
//! The conditions of `policy/*.toml` are translated to a decision table (a plain comparison is a cell of its column,
//! the rest stands in one free expression) and to plain expressions. Both engines get the signals of the same listings:
//! ours as Arrow batches of 1,024, theirs as one ready object a row, as each wants them. What fires must be the same in
//! every row, else nothing is measured. Left out on both sides, and named with the reason: rules that cannot be
//! translated, rules in shadow, and escalations, which ours asks only about listings that something else stops.

#[path = "rules/condition.rs"]
mod condition;
#[path = "rules/zen.rs"]
mod zen;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use arrow::array::RecordBatch;
use clap::Parser;
use serde_json::json;
use touchstone_benches::{columns, load_batches, repeat};
use touchstone_policy::Policy;
use touchstone_screening::{Active, Sources};

use crate::condition::Condition;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures rules on ready signals.
#[derive(Debug, Parser)]
struct Args {
    /// A Parquet feed.
    feed: PathBuf,
    /// Listings to take of it.
    #[arg(long, default_value_t = 20_480)]
    rows: usize,
    /// Runs of each measurement after one to warm up.
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Knowledge folder.
    #[arg(long, default_value = "../knowledge")]
    knowledge: PathBuf,
    /// Policy folder.
    #[arg(long, default_value = "../policy")]
    policy: PathBuf,
}

/// One rule in both languages.
struct Rule {
    id: String,
    file: (String, String),
    condition: Condition,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let active = Active::load(Sources { knowledge: &args.knowledge, policy: &args.policy })?;
    let batches = load_batches(&args.feed, args.rows)?;
    let tables: Vec<RecordBatch> =
        batches.iter().map(|batch| columns::record_batch(&active, batch, &columns::see(&active, batch))).collect();
    let rows: usize = tables.iter().map(RecordBatch::num_rows).sum();
    let (rules, left_out) = rules(&args.policy)?;
    let policy = policy(&rules)?;
    let theirs = zen::Rules::new(&rules, &tables)?;
    let firing = theirs.must_agree(&policy, &tables)?;
    let ours = repeat(args.runs, rows, || tables.iter().for_each(|table| drop(black_box(policy.evaluate(table)))));
    let with_score =
        repeat(args.runs, rows, || tables.iter().for_each(|table| drop(black_box(active.policy.evaluate(table)))));
    let report = json!({
        "rows": rows,
        "rules": rules.len(),
        "left_out": left_out,
        "ours": ours.json(),
        "ours_with_score": with_score.json(),
        "rows_where_a_rule_fires": firing,
        "zen": theirs.measure(args.runs),
    });
    println!("{report}");
    Ok(())
}

/// Ours, with the rules that both can say.
fn policy(rules: &[Rule]) -> Result<Policy> {
    let files = rules.iter().map(|rule| rule.file.clone()).collect();
    Policy::from_sources(files, &touchstone_screening::columns())
        .map_err(|found| anyhow::anyhow!("the rules do not load: {found:?}"))
}

/// The rules that can be said in both languages, and the ids of the others with what keeps them out.
fn rules(dir: &Path) -> Result<(Vec<Rule>, BTreeMap<String, &'static str>)> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir)
        .with_context(|| format!("cannot read {}", dir.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let (mut rules, mut left_out) = (Vec::new(), BTreeMap::new());
    let is_rule = |path: &&PathBuf| {
        path.extension().is_some_and(|e| e == "toml") && path.file_stem().is_none_or(|s| s != "score")
    };
    for path in paths.iter().filter(is_rule) {
        let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = std::fs::read_to_string(path)?;
        match condition_of(&text.parse()?) {
            Ok(condition) => rules.push(Rule { file: (format!("{id}.toml"), text), id, condition }),
            Err(why) => drop(left_out.insert(id, why)),
        }
    }
    Ok((rules, left_out))
}

fn condition_of(file: &toml::Table) -> Result<Condition, &'static str> {
    let said = |key: &str| file.get(key).and_then(toml::Value::as_str);
    match (said("mode"), said("outcome")) {
        (Some("enforce"), Some("escalate")) => Err("escalation: asked only about what another rule stops"),
        (Some("enforce"), _) => said("when").and_then(condition::translate).ok_or("function, list or score"),
        _ => Err("not enforced"),
    }
}

#[cfg(test)]
mod tests {
    use touchstone_catalog::feed::{Options, open};

    use super::*;

    /// Evasions and honest offers of the repository: every row must fire the same rules in both engines.
    #[test]
    fn both_engines_say_the_same() -> Result<()> {
        let active = Active::load(Sources { knowledge: Path::new("../knowledge"), policy: Path::new("../policy") })?;
        let feeds = ["../fixtures/evasions.jsonl", "../fixtures/honest.jsonl"].map(PathBuf::from);
        let tables: Vec<RecordBatch> = open(feeds, Options::default(), Vec::new())
            .map(|batch| {
                let batch = batch?;
                Ok(columns::record_batch(&active, &batch, &columns::see(&active, &batch)))
            })
            .collect::<Result<_>>()?;
        let (rules, left_out) = rules(Path::new("../policy"))?;
        assert!(rules.len() > 25 && left_out.len() < 15, "{left_out:?}");
        let firing = zen::Rules::new(&rules, &tables)?.must_agree(&policy(&rules)?, &tables)?;
        assert!(firing > 100, "rules fire in {firing} rows only");
        Ok(())
    }
}
