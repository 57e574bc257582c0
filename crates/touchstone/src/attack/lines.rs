//! The findings as JSON lines: one object a listing, with the cheapest slip of each tactic.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use super::Attacked;
use super::edit::{Draft, Part};
use super::search::Candidate;
use super::tactics::TACTICS;

/// Writes findings where `--out` says, or nowhere.
pub(super) struct Lines(Option<BufWriter<File>>);

#[derive(Serialize)]
struct Line<'l> {
    listing_id: &'l str,
    marketplace: &'l str,
    seller_id: &'l str,
    /// `review` or `block`, before any edit.
    verdict: &'l str,
    /// Codes of the rules that caught it, the deciding one first.
    reasons: Vec<&'l str>,
    /// Edits that were screened.
    screened: usize,
    slips: Vec<Slip>,
}

#[derive(Serialize)]
struct Slip {
    tactics: Vec<&'static str>,
    /// Characters put in, taken out or replaced.
    cost: usize,
    /// A buyer can still tell what is on offer.
    readable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<String>,
}

impl Lines {
    pub(super) fn create(path: Option<&Path>) -> Result<Self> {
        let open =
            |path: &Path| File::create(path).with_context(|| format!("cannot write findings to {}", path.display()));
        Ok(Self(path.map(open).transpose()?.map(BufWriter::new)))
    }

    pub(super) fn write(&mut self, attacked: &Attacked) -> Result<()> {
        let Some(out) = &mut self.0 else { return Ok(()) };
        let decision = &attacked.decision;
        let line = Line {
            listing_id: &decision.listing_id,
            marketplace: &decision.marketplace,
            seller_id: &decision.seller_id,
            verdict: &decision.verdict,
            reasons: decision.reasons.iter().map(|r| r.code.as_str()).collect(),
            screened: attacked.outcome.screened,
            slips: attacked.outcome.slips.iter().map(|s| slip(&attacked.draft, s)).collect(),
        };
        serde_json::to_writer(&mut *out, &line)?;
        Ok(out.write_all(b"\n")?)
    }

    pub(super) fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), |mut out| Ok(out.flush()?))
    }
}

fn slip(before: &Draft, found: &Candidate) -> Slip {
    let after = before.edited(&found.edit);
    let changed = |part: Part| (after.part(part) != before.part(part)).then(|| after.part(part).to_owned());
    Slip {
        tactics: found.tactics.iter().filter_map(|t| TACTICS.get(*t)).map(|t| t.name).collect(),
        cost: found.edit.cost,
        readable: found.edit.readable,
        title: changed(Part::Title),
        description: changed(Part::Description),
        condition: changed(Part::Condition),
    }
}
