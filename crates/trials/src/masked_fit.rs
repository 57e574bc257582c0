//! `trials mask-fit`: fits the trees that judge hidden places, on the half of the photos that nothing is reported on.
//!
//! Candidates come from the detectors themselves. One that covers what was hidden in its own way is an example of it;
//! one that touches something hidden otherwise is left out; all else is not hidden. The threshold is chosen on points of
//! trees that did not see the photo: the photos are dealt into five parts, each judged by trees of the other four. Then
//! trees are fitted on all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::thread;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use touchstone_vision::masked::{Detector, candidates};

use crate::masked::covers;
use crate::masked_boost::{Example, Forest};
use crate::masked_cases::{Case, Source, each_case};

/// Parts that the photos are dealt into.
const PARTS: usize = 5;

/// What to fit on.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    source: Source,
    /// Words that draw other pictures on the same photos, one run each
    #[arg(long, default_values = ["fit-1"])]
    seeds: Vec<String>,
    /// Trees of each detector
    #[arg(long, default_value_t = 80)]
    trees: usize,
    /// Honest pictures made to look hidden, in ten thousand, that the detectors of flat places, squares and blur may each
    /// report wrongly; of ordinary ones a third
    #[arg(long, value_delimiter = ',', num_args = 3, default_values_t = [200, 75, 180])]
    wrong: Vec<usize>,
    /// File to write: `learnt.rs` of the vision crate
    #[arg(long)]
    into: Option<PathBuf>,
}

/// One picture's candidates.
struct Shown {
    part: usize,
    kind: &'static str,
    source: &'static str,
    is_hidden: bool,
    examples: Vec<(Detector, Example)>,
}

/// Fits all detectors, prints what they reach, and writes the trees.
///
/// # Errors
/// A photo that is not there or not read, or a file that can't be written.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut shown = Vec::new();
    for seed in &args.seeds {
        shown.extend(each_case(&args.source, true, seed, show)?);
    }
    let mut text = String::from(HEAD);
    let detectors = [("FLAT", Detector::Flat), ("SQUARES", Detector::Squares), ("BLUR", Detector::Blur)];
    for ((name, detector), &wrong) in detectors.into_iter().zip(&args.wrong) {
        let (from, forest) = fit(&shown, detector, (args.trees, wrong), out)?;
        written(&mut text, name, from, &forest);
    }
    match &args.into {
        Some(path) => fs::write(path, text).with_context(|| path.display().to_string()),
        None => Ok(()),
    }
}

fn show(case: &Case) -> Shown {
    let own = match case.kind.split('-').next() {
        Some("blurred") => Detector::Blur,
        Some("pixelated") => Detector::Squares,
        _ => Detector::Flat,
    };
    let example = |c: touchstone_vision::masked::Candidate| {
        let is_hidden = case.hidden.is_some_and(|place| c.detector == own && covers(&c.place, &place));
        let is_unclear = case.hidden.is_some_and(|place| c.place.meet(&place).area() > 0) && !is_hidden;
        (!is_unclear).then_some((c.detector, Example { numbers: c.numbers, is_hidden }))
    };
    let part = usize::from(Sha256::digest(case.file.as_bytes())[1]) % PARTS;
    let examples = candidates(&case.picture).into_iter().filter_map(example).collect();
    Shown { part, kind: case.kind, source: case.source, is_hidden: case.hidden.is_some(), examples }
}

/// The threshold and the trees of one detector.
fn fit(
    shown: &[Shown],
    detector: Detector,
    (trees, wrong): (usize, usize),
    out: &mut impl Write,
) -> Result<(i32, Forest)> {
    let examples = |keep: &dyn Fn(&Shown) -> bool| -> Vec<&Example> {
        let kept = shown.iter().filter(|s| keep(s)).flat_map(|s| &s.examples);
        kept.filter(|(d, _)| *d == detector).map(|(_, e)| e).collect()
    };
    let fits = |part: usize| Forest::fit(&examples(&|s| s.part != part), trees);
    let fits = &fits;
    let forests: Vec<Forest> = thread::scope(|scope| {
        // Two at a time: the examples of a fit take much memory.
        let mut done = Vec::new();
        for pair in [[0, 1], [2, 3], [4, PARTS]] {
            let running: Vec<_> = pair.into_iter().map(|part| scope.spawn(move || fits(part))).collect();
            done.extend(running.into_iter().map(|r| r.join().unwrap_or_default()));
        }
        done
    });
    let judged: Vec<(&Shown, Option<i32>, Option<i32>)> = shown
        .iter()
        .map(|s| {
            let points = |hidden: bool| {
                let mine = s.examples.iter().filter(|(d, e)| *d == detector && e.is_hidden == hidden);
                mine.map(|(_, e)| forests[s.part].points(&e.numbers)).max()
            };
            (s, points(true), points(false))
        })
        .collect();
    let from = threshold(&judged, wrong);
    report(&judged, detector, from, out)?;
    let Some(forest) = forests.into_iter().nth(PARTS) else { return Ok((from, Forest::default())) };
    Ok((from, forest))
}

/// Points that only so many of ten thousand honest pictures exceed, and a third as many ordinary ones.
fn threshold(judged: &[(&Shown, Option<i32>, Option<i32>)], wrong: usize) -> i32 {
    let least = |plain: bool, wrong: usize| {
        let honest = judged.iter().filter(|(s, ..)| !s.is_hidden && (s.kind == "plain") == plain);
        let mut points: Vec<i32> = honest.map(|(_, _, other)| other.unwrap_or(i32::MIN)).collect();
        points.sort_unstable_by(|a, b| b.cmp(a));
        points.get(points.len() * wrong / 10_000).map_or(i32::MIN, |p| p.saturating_add(1))
    };
    least(true, wrong / 3).max(least(false, wrong))
}

fn report(
    judged: &[(&Shown, Option<i32>, Option<i32>)],
    detector: Detector,
    from: i32,
    out: &mut impl Write,
) -> Result<()> {
    writeln!(out, "\n{detector:?} from {from}\n\n| source | kind | of | proposed | reported |\n|---|---|---|---|---|")?;
    let mut rows: BTreeMap<(bool, &str, &str), [usize; 3]> = BTreeMap::new();
    for (s, own, other) in judged {
        let row = rows.entry((s.is_hidden, s.source, s.kind)).or_default();
        let points = if s.is_hidden { own } else { other };
        row[0] += 1;
        row[1] += usize::from(points.is_some());
        row[2] += usize::from(points.is_some_and(|p| p >= from));
    }
    for ((_, source, kind), [of, proposed, reported]) in rows {
        writeln!(out, "| {source} | {kind} | {of} | {proposed} | {reported} |")?;
    }
    Ok(())
}

const HEAD: &str = "//! Trees of the detectors, fitted and written by `touchstone-trials mask-fit`; not meant to be changed by hand.\n\n\
use super::forest::{Forest, Tree};\n\n\
/// A tree of the questions, thresholds and points.\n\
const fn t(asks: [u8; 7], above: [i32; 7], points: [i16; 8]) -> Tree {\n    Tree { asks, above, points }\n}\n";

fn written(text: &mut String, name: &str, from: i32, forest: &Forest) {
    let _ = writeln!(text, "\n/// What is asked about candidates of the detector of this name.\n#[rustfmt::skip]");
    let _ = writeln!(
        text,
        "pub(super) const {name}: Forest = Forest {{\n    from: {from},\n    base: {},\n    trees: &[",
        forest.base
    );
    for tree in &forest.trees {
        let _ = writeln!(text, "        t({:?}, {:?}, {:?}),", tree.asks, tree.above, tree.points);
    }
    let _ = writeln!(text, "    ],\n}};");
}
