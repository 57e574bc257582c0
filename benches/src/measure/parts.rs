//! Where a listing's microseconds go, part by part, on one thread.
//!
//! ```text
//! parse ─► enrich ─► normal form ─► automaton ─► deep pass ─► view ─► detectors ─► columns ─► policy ─► counterfactual ─► decision as JSON
//! ```
//!
//! Every part is timed over the same batches of 1,024. What has no door of its own is a difference of two measured
//! parts and is marked so; a difference carries the spread of both.

use std::hint::black_box;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args as Arguments;
use serde_json::{Map, Value, json};
use touchstone_benches::{Measured, columns, load_batches, repeat};
use touchstone_catalog::{Listing, ListingBatch, Sellers};
use touchstone_knowledge::Snapshot;
use touchstone_screening::{Active, ContextBatch, NoHistory, Screener, Sources, enrich};
use touchstone_signals::{Context, Findings, REGISTRY, Scratch, detect};
use touchstone_text::{Normal, Reading};

/// Measures the parts of screening.
#[derive(Debug, Arguments)]
pub(crate) struct Args {
    /// A Parquet feed.
    feed: PathBuf,
    /// Listings to take of it.
    #[arg(long, default_value_t = 20_480)]
    rows: usize,
    /// Runs of each measurement after one to warm up.
    #[arg(long, default_value_t = 7)]
    runs: usize,
    /// Knowledge folder.
    #[arg(long, default_value = "../knowledge")]
    knowledge: PathBuf,
    /// Policy folder.
    #[arg(long, default_value = "../policy")]
    policy: PathBuf,
}

/// What is measured on.
struct Bench {
    active: std::sync::Arc<Active>,
    batches: Vec<ListingBatch>,
    contexts: Vec<ContextBatch>,
    rows: usize,
    runs: usize,
    parts: Vec<(&'static str, bool, Measured)>,
}

const TODAY: &str = "2026-01-01";

pub(crate) fn run(args: &Args) -> Result<()> {
    let active = std::sync::Arc::new(Active::load(Sources { knowledge: &args.knowledge, policy: &args.policy })?);
    let batches = load_batches(&args.feed, args.rows)?;
    let contexts =
        batches.iter().map(|batch| enrich(batch, &active.snapshot, &Sellers::default(), &NoHistory, TODAY)).collect();
    let rows = batches.iter().map(ListingBatch::len).sum();
    let mut bench = Bench { active, batches, contexts, rows, runs: args.runs, parts: Vec::new() };
    bench.reading(args)?;
    bench.text();
    bench.signals();
    bench.deciding();
    let detectors = bench.detectors();
    let parts: Map<String, Value> =
        bench.parts.iter().map(|(name, difference, time)| ((*name).to_owned(), entry(time, *difference))).collect();
    println!("{}", json!({ "listings": bench.rows, "parts": parts, "detectors_ns": detectors }));
    Ok(())
}

fn entry(time: &Measured, difference: bool) -> Value {
    let mut value = time.json();
    value["difference"] = difference.into();
    value
}

const READING: &str = "reading (normal form, automaton, deep pass)";

impl Bench {
    fn time(&mut self, name: &'static str, work: impl FnMut()) {
        let measured = repeat(self.runs, self.rows, work);
        self.parts.push((name, false, measured));
    }

    fn median(&self, name: &str) -> f64 {
        self.parts.iter().find(|(known, _, _)| *known == name).map_or(0.0, |(_, _, time)| time.median())
    }

    /// The part that is left of `whole` when the others are taken away.
    fn rest(&mut self, name: &'static str, whole: &str, others: &[&str]) {
        let rest = self.median(whole) - others.iter().map(|other| self.median(other)).sum::<f64>();
        self.parts.push((name, true, Measured::new(vec![rest.max(0.0)])));
    }

    fn reading(&mut self, args: &Args) -> Result<()> {
        let rows = self.rows;
        load_batches(&args.feed, rows)?;
        self.time("parse: Parquet to checked batches", || drop(load_batches(&args.feed, rows)));
        let (active, batches) = (std::sync::Arc::clone(&self.active), self.batches.clone());
        self.time("enrich", || {
            batches.iter().for_each(|batch| {
                drop(black_box(enrich(batch, &active.snapshot, &Sellers::default(), &NoHistory, TODAY)))
            })
        });
        self.time("content hash", || {
            batches.iter().flat_map(ListingBatch::rows).for_each(|listing| {
                black_box(listing.content_hash());
            })
        });
        Ok(())
    }

    fn text(&mut self) {
        let (active, batches) = (std::sync::Arc::clone(&self.active), self.batches.clone());
        let texts: Vec<&str> = batches.iter().flat_map(ListingBatch::rows).flat_map(texts).collect();
        let mut normal = Normal::default();
        self.time("normal form", || texts.iter().for_each(|text| normal.set(black_box(text))));
        let matcher = &active.snapshot.matcher;
        let mut reading = Reading::default();
        self.time(READING, || texts.iter().for_each(|text| matcher.read(black_box(text), &mut reading)));
        self.rest("automaton, boundaries, word list, deep pass", READING, &["normal form"]);
    }

    fn signals(&mut self) {
        let (active, batches) = (std::sync::Arc::clone(&self.active), self.batches.clone());
        let mut scratch = Scratch::default();
        let each = |work: &mut dyn FnMut(&Snapshot, Listing<'_>)| {
            batches.iter().flat_map(ListingBatch::rows).for_each(|listing| work(&active.snapshot, listing))
        };
        self.time("view (reading and what it means)", || {
            each(&mut |snapshot, listing| {
                black_box(scratch.view(snapshot, listing, Context::default()).usd_cents);
            });
        });
        self.rest("view without reading", "view (reading and what it means)", &[READING]);
        let mut scratch = Scratch::default();
        let snapshot = &active.snapshot;
        let mut findings = Findings::default();
        self.time("view and detectors", || {
            for listing in batches.iter().flat_map(ListingBatch::rows) {
                detect(&scratch.view(snapshot, listing, Context::default()), &mut findings);
                black_box(findings.values());
            }
        });
        self.rest("detectors", "view and detectors", &["view (reading and what it means)"]);
    }

    fn deciding(&mut self) {
        let (active, batches, contexts) =
            (std::sync::Arc::clone(&self.active), self.batches.clone(), self.contexts.clone());
        let seen: Vec<columns::Seen<'_>> = batches.iter().map(|batch| columns::see(&active, batch)).collect();
        self.time("columns", || {
            batches
                .iter()
                .zip(&seen)
                .for_each(|(batch, seen)| drop(black_box(columns::record_batch(&active, batch, seen))))
        });
        let tables: Vec<_> =
            batches.iter().zip(&seen).map(|(batch, seen)| columns::record_batch(&active, batch, seen)).collect();
        let policy = &active.policy;
        self.time("policy", || tables.iter().for_each(|table| drop(black_box(policy.evaluate(table)))));
        let evaluations: Vec<_> = tables.iter().map(|table| policy.evaluate(table)).collect();
        self.time("counterfactual", || {
            tables
                .iter()
                .zip(&evaluations)
                .for_each(|(table, evaluation)| drop(black_box(policy.counterfactuals(table, evaluation))))
        });
        let mut screener = Screener::new(std::sync::Arc::clone(&active));
        self.time("screen (view to decision)", || {
            batches.iter().zip(&contexts).for_each(|(batch, context)| drop(black_box(screener.screen(batch, context))));
        });
        let others = ["view and detectors", "columns", "policy", "counterfactual"];
        self.rest("decision as JSON (reasons, hashes)", "screen (view to decision)", &others);
    }

    /// Nanoseconds a listing of every detector, dearest first.
    fn detectors(&self) -> Value {
        let listings: Vec<Listing<'_>> = self.batches.iter().flat_map(ListingBatch::rows).take(4_096).collect();
        let mut scratches: Vec<Scratch> = listings.iter().map(|_| Scratch::default()).collect();
        let views: Vec<_> = listings
            .iter()
            .zip(&mut scratches)
            .map(|(listing, scratch)| scratch.view(&self.active.snapshot, *listing, Context::default()))
            .collect();
        let mut times: Vec<(&str, f64)> = REGISTRY
            .iter()
            .map(|spec| {
                let time = repeat(self.runs, views.len(), || {
                    for view in &views {
                        let mut findings = Findings::default();
                        black_box((spec.detect)(view, &mut findings));
                    }
                });
                (spec.id, (time.median() * 10.0).round() / 10.0)
            })
            .collect();
        times.sort_by(|a, b| b.1.total_cmp(&a.1));
        times.into_iter().map(|(id, nanos)| json!([id, nanos])).collect()
    }
}

/// Every text that the view reads, in its order.
fn texts<'a>(listing: Listing<'a>) -> impl Iterator<Item = &'a str> {
    let kind = if listing.product_type.is_empty() { listing.google_product_category } else { listing.product_type };
    let fields = [listing.title, listing.description, listing.brand, kind];
    let lists = [listing.variants, listing.reviews, listing.questions];
    fields
        .into_iter()
        .chain(lists.into_iter().flat_map(|list| list.iter().collect::<Vec<_>>()))
        .filter(|text| !text.is_empty())
}
