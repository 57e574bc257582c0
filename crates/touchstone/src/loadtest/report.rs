//! The result: a table for people, or JSON for keeping.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use serde::Serialize;
use touchstone_server::client::Broken;

use super::drive::Plan;
use super::search::Step;
use super::tally::Tally;
use super::{LoadtestArgs, Switch};
use crate::mark::one_line;
use crate::style::{self, paint};
use crate::summary::thousands;

/// What was measured, and how.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    url: String,
    seed: u64,
    connections: u16,
    idempotency: bool,
    batch: u64,
    warm_up_s: u64,
    measured_s: u64,
    offered: Rate,
    achieved: Rate,
    latency_us: Latency,
    calls: Calls,
    late: Late,
    decisions: Decisions,
    #[serde(skip_serializing_if = "Option::is_none")]
    search: Option<Search>,
}

#[derive(Debug, Default, Serialize)]
struct Rate {
    calls_per_s: f64,
    listings_per_s: f64,
}

/// From when a call was due to the end of its answer, of those answered with 200.
#[derive(Debug, Default, Serialize)]
struct Latency {
    p50: u64,
    p90: u64,
    p99: u64,
    p99_9: u64,
    max: u64,
    mean: u64,
}

#[derive(Debug, Default, Serialize)]
struct Calls {
    due: u64,
    /// By status.
    answered: BTreeMap<u16, u64>,
    broken_off: u64,
    timed_out: u64,
    unsent: u64,
}

#[derive(Debug, Default, Serialize)]
struct Late {
    by_generator: u64,
    by_generator_worst_us: u64,
    no_connection_free: u64,
}

#[derive(Debug, Default, Serialize)]
struct Decisions {
    allow: u64,
    review: u64,
    block: u64,
    /// Items that were answered with an error.
    failed: u64,
    not_allowed_permille: u64,
}

#[derive(Debug, Serialize)]
struct Search {
    p99_us: u64,
    steps: Vec<Step>,
}

impl Rate {
    fn of(calls_per_s: f64, batch: u64) -> Self {
        let rounded = |rate: f64| (rate * 100.0).round() / 100.0;
        Self { calls_per_s: rounded(calls_per_s), listings_per_s: rounded(calls_per_s * batch as f64) }
    }
}

impl Report {
    /// What a run gave.
    pub(crate) fn of(plan: &Plan, tally: &Tally, batch: u64) -> Self {
        Self {
            batch,
            warm_up_s: plan.warm_up.as_secs(),
            measured_s: plan.measured.as_secs(),
            offered: Rate::of(plan.rate, batch),
            achieved: Rate::of(tally.good() as f64 / tally.took.as_secs_f64(), batch),
            latency_us: Latency::of(tally),
            calls: Calls::of(tally),
            late: Late {
                by_generator: tally.late,
                by_generator_worst_us: u64::try_from(tally.late_worst.as_micros()).unwrap_or(u64::MAX),
                no_connection_free: tally.waited,
            },
            decisions: Decisions::of(tally, batch),
            ..Self::default()
        }
    }

    /// Adds what was asked for.
    pub(crate) fn about(&mut self, args: &LoadtestArgs, seed: u64, steps: Vec<Step>) {
        self.url.clone_from(&args.url);
        self.seed = seed;
        self.connections = args.connections;
        self.idempotency = args.idempotency == Switch::On;
        let p99_us = args.p99.map(|bound| u64::try_from(bound.as_micros()).unwrap_or(u64::MAX));
        self.search = p99_us.map(|p99_us| Search { p99_us, steps });
    }

    /// Writes the table for people.
    pub(crate) fn table(&self, out: &mut impl Write) -> Result<()> {
        let head = |text: &str| paint(style::HEAD, text);
        writeln!(out, "{}", head(&format!("{:<12}{:>12}{:>12}", "a second", "offered", "achieved")))?;
        let (offered, achieved) = (&self.offered, &self.achieved);
        writeln!(out, "{:<12}{:>12.1}{:>12.1}", "calls", offered.calls_per_s, achieved.calls_per_s)?;
        writeln!(out, "{:<12}{:>12.1}{:>12.1}", "listings", offered.listings_per_s, achieved.listings_per_s)?;
        let names = format!("\n{:<12}{:>9}{:>9}{:>9}{:>9}{:>9}", "latency", "p50", "p90", "p99", "p99.9", "max");
        names.lines().try_for_each(|line| writeln!(out, "{}", head(line)))?;
        let l = &self.latency_us;
        let times: String =
            [l.p50, l.p90, l.p99, l.p99_9, l.max].map(|us| format!("{:>9.2}", us as f64 / 1e3)).concat();
        writeln!(out, "{:<12}{times}\n", "ms")?;
        let mut line = |name: &str, text: String| writeln!(out, "{} {text}", head(&format!("{name:<11}")));
        line("answers", self.calls.said())?;
        line("decisions", self.decisions.said())?;
        line("late", self.late.said())?;
        let warm =
            format!("{} s measured after {} s, {} connections", self.measured_s, self.warm_up_s, self.connections);
        let keys = if self.idempotency { "with idempotency keys" } else { "without idempotency keys" };
        line("run", format!("{}: {warm}, {keys}, seed {}", one_line(&self.url), self.seed))?;
        Ok(())
    }
}

impl Latency {
    fn of(tally: &Tally) -> Self {
        let at = |quantile: f64| tally.latencies.value_at_quantile(quantile);
        let (max, mean) = (tally.latencies.max(), tally.latencies.mean().round() as u64);
        Self { p50: at(0.5), p90: at(0.9), p99: at(0.99), p99_9: at(0.999), max, mean }
    }
}

impl Calls {
    fn of(tally: &Tally) -> Self {
        let broken = |why: Broken| tally.broken.get(&why).copied().unwrap_or_default();
        Self {
            due: tally.due(),
            answered: tally.statuses.clone(),
            broken_off: broken(Broken::Connection),
            timed_out: broken(Broken::Timeout),
            unsent: tally.unsent,
        }
    }

    fn said(&self) -> String {
        let mut parts: Vec<String> =
            self.answered.iter().map(|(status, count)| format!("{status}: {}", thousands(*count))).collect();
        let failures = [("broke off", self.broken_off), ("no answer", self.timed_out), ("not sent", self.unsent)];
        parts.extend(failures.iter().filter(|(_, n)| *n > 0).map(|(what, n)| format!("{what}: {}", thousands(*n))));
        format!("{} of {} calls due", parts.join(", "), thousands(self.due))
    }
}

impl Decisions {
    fn of(tally: &Tally, batch: u64) -> Self {
        let [allow, review, block] = tally.verdicts;
        let all = allow + review + block;
        let permille = ((review + block) * 1_000 + all / 2).checked_div(all);
        let failed = (tally.good() * batch).saturating_sub(all);
        Self { allow, review, block, failed, not_allowed_permille: permille.unwrap_or_default() }
    }

    fn said(&self) -> String {
        let Self { allow, review, block, failed, not_allowed_permille } = self;
        let share = *not_allowed_permille as f64 / 10.0;
        let [allow, review, block] = [allow, review, block].map(|count| thousands(*count));
        let failed = if *failed > 0 { format!(", {} items failed", thousands(*failed)) } else { String::new() };
        format!("{share:.1} % not allowed (allow {allow}, review {review}, block {block}){failed}")
    }
}

impl Late {
    fn said(&self) -> String {
        let worst = self.by_generator_worst_us as f64 / 1e3;
        let own = format!("{} sent late by this program (at worst {worst:.1} ms)", thousands(self.by_generator));
        format!("{own}, {} because no connection was free", thousands(self.no_connection_free))
    }
}
