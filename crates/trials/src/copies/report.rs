//! The table, the evidence behind it, and the mistakes to look at.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use touchstone_banks::MATCH;

use super::{Asked, is_tune, name};

/// The best score of the right entry, and of any other.
fn scores(asked: &Asked) -> (f32, f32) {
    let best = |right: bool| {
        let scores = asked.found.iter().filter(|c| (Some(c.id) == asked.right) == right).map(|c| c.score);
        scores.fold(0.0, f32::max)
    };
    let (right, wrong) = (best(true), best(false));
    // An answer that stands behind a wrong one is no answer.
    (if right >= wrong { right } else { 0.0 }, wrong)
}

/// Thresholds, recalls and false matches of a half.
pub(super) fn table(out: &mut dyn Write, answers: &[Asked]) -> Result<()> {
    let half = |tune: bool| -> Vec<&Asked> { answers.iter().filter(|a| is_tune(&a.source) == tune).collect() };
    let (tune, held) = (half(true), half(false));
    let (one, zero) = (threshold(&tune, 0.01), threshold(&tune, 0.0));
    for (label, half) in [("tune", &tune), ("held", &held)] {
        writeln!(out, "\n{label}: {} queries", half.len())?;
        writeln!(
            out,
            "{:<16}{:>6}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "edit", "n", "top 1", "1 %", "zero", "MATCH", "own zero"
        )?;
        let own = threshold(half, 0.0);
        let mut groups: BTreeMap<&str, Vec<&Asked>> = BTreeMap::new();
        for &asked in half.iter().filter(|asked| asked.right.is_some()) {
            groups.entry(&asked.edit).or_default().push(asked);
            groups.entry("~ all").or_default().push(asked);
        }
        for (edit, group) in &groups {
            let recall =
                |at: f32| group.iter().filter(|a| scores(a).0 >= at.max(1e-9)).count() as f32 / group.len() as f32;
            let [top, one, zero, stood, own] = [0.0, one, zero, MATCH, own].map(recall);
            writeln!(out, "{edit:<16}{:>6}{top:>10.3}{one:>10.3}{zero:>10.3}{stood:>10.3}{own:>10.3}", group.len())?;
        }
        let wrong = |at: f32| half.iter().filter(|a| scores(a).1 >= at).count();
        writeln!(
            out,
            "false at thresholds {one:.4} {zero:.4} {MATCH:.4} {own:.4}: {} {} {} {}",
            wrong(one),
            wrong(zero),
            wrong(MATCH),
            wrong(own)
        )?;
    }
    times(out, answers)
}

fn times(out: &mut dyn Write, answers: &[Asked]) -> Result<()> {
    for (at, what) in ["features", "search"].iter().enumerate() {
        let mut all: Vec<Duration> = answers.iter().map(|a| a.took[at]).collect();
        all.sort();
        let mean = all.iter().sum::<Duration>() / all.len().max(1) as u32;
        writeln!(out, "{what}: mean {mean:.1?}, median {:.1?}", all.get(all.len() / 2).copied().unwrap_or_default())?;
    }
    Ok(())
}

/// The least threshold at which at most this share of the queries has a false match.
fn threshold(half: &[&Asked], share: f32) -> f32 {
    let mut wrong: Vec<f32> = half.iter().map(|asked| scores(asked).1).collect();
    wrong.sort_by(|a, b| b.total_cmp(a));
    let allowed = (wrong.len() as f32 * share) as usize;
    wrong.get(allowed).map_or(0.0, |score| score.next_up())
}

/// One line a candidate.
pub(super) fn evidence(path: &Path, answers: &[Asked]) -> Result<()> {
    let mut text = String::from(
        "source\tedit\thalf\tright\trank\tid\tscore\tmethod\tmirrored\tweight\tinliers\tasked\tfields\tpfields\tpagree\tpplain\tcorr\tshown\n",
    );
    for asked in answers {
        for (rank, c) in asked.found.iter().enumerate() {
            let (e, p) = (&c.evidence, &c.evidence.pixels);
            let half = if is_tune(&asked.source) { "tune" } else { "held" };
            writeln!(
                text,
                "{}\t{}\t{half}\t{}\t{rank}\t{}\t{:.5}\t{}\t{}\t{:.3}\t{}\t{}\t{}\t{}\t{}\t{}\t{:.4}\t{:.4}",
                asked.source,
                asked.edit,
                u8::from(Some(c.id) == asked.right),
                c.id,
                c.score,
                c.method.name(),
                c.mirrored,
                e.weight,
                e.inliers,
                e.asked,
                e.fields,
                p.fields,
                p.agreeing,
                p.plain,
                p.correlation,
                p.shown
            )?;
        }
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Most mistakes of a kind that are written.
const WRITTEN_MAX: usize = 40;

/// Queries that found a wrong entry (worst first) or missed theirs, each beside the entry.
pub(super) fn mistakes(folder: &Path, answers: &[Asked], bank: &[PathBuf]) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut wrong: Vec<&Asked> = answers.iter().filter(|a| scores(a).1 > 0.05).collect();
    wrong.sort_by(|a, b| scores(b).1.total_cmp(&scores(a).1));
    let missed = answers.iter().filter(|a| a.right.is_some() && scores(a).0 < MATCH);
    for (kind, list) in [("false", wrong), ("missed", missed.collect())] {
        for (at, asked) in list.iter().take(WRITTEN_MAX).enumerate() {
            let other = match kind {
                "false" => asked.found.iter().find(|c| Some(c.id) != asked.right).map(|c| c.id),
                _ => asked.right,
            };
            let (right, wrong) = scores(asked);
            let stem = format!("{kind}{at:02}_{}_{right:.2}_{wrong:.2}", asked.edit);
            std::fs::write(folder.join(format!("{stem}_query.jpg")), &asked.bytes)?;
            if let Some(path) = other.and_then(|id| bank.get(id as usize)) {
                std::fs::copy(path, folder.join(format!("{stem}_{}", name(path))))?;
            }
        }
    }
    Ok(())
}
