//! The result: a table for people, or JSON for keeping.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::Serialize;
use touchstone_server::client::Broken;

use super::plan::{Part, Plan};
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
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refused>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parts: Vec<InPart>,
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

/// From when a call was due to the end of its answer; at the top, of those answered with 200.
#[derive(Debug, Default, Serialize)]
struct Latency {
    p50: u64,
    p90: u64,
    p99: u64,
    p99_9: u64,
    max: u64,
    mean: u64,
}

/// Calls that were answered 429 or 503.
#[derive(Debug, Serialize)]
struct Refused {
    calls: u64,
    /// From when a call was due until it was told.
    latency_us: Latency,
    without_retry_after: u64,
}

/// One part of a run with a surge.
#[derive(Debug, Serialize)]
struct InPart {
    part: &'static str,
    offered_per_s: f64,
    answered_per_s: f64,
    latency_us: Latency,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refused>,
    /// Neither answered with 200 nor refused.
    failed: u64,
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
            offered: Rate::of(tally.due() as f64 / plan.measured.as_secs_f64(), batch),
            achieved: Rate::of(tally.good() as f64 / tally.took.as_secs_f64(), batch),
            latency_us: Latency::of(&tally.latencies),
            refused: Refused::of(tally),
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

    /// Adds what became of each part.
    pub(crate) fn in_parts(&mut self, plan: &Plan, parts: &[(Part, Tally)]) {
        self.parts = parts.iter().map(|(part, tally)| InPart::of(plan, *part, tally)).collect();
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
        self.parts_table(out)?;
        let mut line = |name: &str, text: String| writeln!(out, "{} {text}", head(&format!("{name:<11}")));
        line("answers", self.calls.said())?;
        self.refused.iter().try_for_each(|refused| line("refused", refused.said()))?;
        line("decisions", self.decisions.said())?;
        line("late", self.late.said())?;
        let warm =
            format!("{} s measured after {} s, {} connections", self.measured_s, self.warm_up_s, self.connections);
        let keys = if self.idempotency { "with idempotency keys" } else { "without idempotency keys" };
        line("run", format!("{}: {warm}, {keys}, seed {}", one_line(&self.url), self.seed))?;
        Ok(())
    }
}

impl Report {
    fn parts_table(&self, out: &mut impl Write) -> Result<()> {
        if self.parts.is_empty() {
            return Ok(());
        }
        let head = ["offered/s", "answered/s", "p50", "p99", "refused", "told p99", "failed"];
        let head: String = head.iter().map(|name| format!("{name:>11}")).collect();
        writeln!(out, "{}", paint(style::HEAD, &format!("{:<12}{head}", "part")))?;
        let ms = |us: u64| us as f64 / 1e3;
        for InPart { part, offered_per_s, answered_per_s, latency_us, refused, failed } in &self.parts {
            let (count, told) = refused.as_ref().map_or((0, 0), |refused| (refused.calls, refused.latency_us.p99));
            let (p50, p99, told) = (ms(latency_us.p50), ms(latency_us.p99), ms(told));
            write!(out, "{part:<12}{offered_per_s:>11.1}{answered_per_s:>11.1}{p50:>11.2}{p99:>11.2}")?;
            writeln!(out, "{:>11}{told:>11.2}{failed:>11}", thousands(count))?;
        }
        Ok(writeln!(out)?)
    }
}

impl Refused {
    fn of(tally: &Tally) -> Option<Self> {
        let calls = tally.refusals.len();
        let latency_us = Latency::of(&tally.refusals);
        (calls > 0).then_some(Self { calls, latency_us, without_retry_after: tally.unsaid })
    }

    fn said(&self) -> String {
        let Latency { p50, p99, max, .. } = &self.latency_us;
        let [p50, p99, max] = [p50, p99, max].map(|us| *us as f64 / 1e3);
        let unsaid = match self.without_retry_after {
            0 => String::new(),
            some => format!(", {} without Retry-After", thousands(some)),
        };
        format!("{}, told in {p50:.2} ms (p99 {p99:.2}, max {max:.2}){unsaid}", thousands(self.calls))
    }
}

impl InPart {
    fn of(plan: &Plan, part: Part, tally: &Tally) -> Self {
        let a_second = |calls: u64| Rate::of(calls as f64 / plan.seconds(part).max(1e-3), 1).calls_per_s;
        Self {
            part: part.as_str(),
            offered_per_s: a_second(tally.due()),
            answered_per_s: a_second(tally.good()),
            latency_us: Latency::of(&tally.latencies),
            refused: Refused::of(tally),
            failed: tally.due() - tally.good() - tally.refusals.len(),
        }
    }
}

impl Latency {
    fn of(latencies: &Histogram<u64>) -> Self {
        let at = |quantile: f64| latencies.value_at_quantile(quantile);
        let (max, mean) = (latencies.max(), latencies.mean().round() as u64);
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
