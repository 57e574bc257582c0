//! Reads one set: the listings through the feed reader, the labels beside them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use touchstone_catalog::feed::{FeedReader, Options, open};
use touchstone_catalog::{Listing, ListingBatch};

use crate::error::EvaluationError;
use crate::half::Half;
use crate::source::{Counts, Folders, Label, Set, Source};

/// The labels of one line of a fixture file.
#[derive(Debug, Default, Deserialize)]
struct Labels {
    id: String,
    #[serde(alias = "trap", default)]
    tactic: String,
    #[serde(default)]
    language: String,
}

pub(crate) fn read(set: Set, folders: Folders<'_>) -> Result<Source, EvaluationError> {
    let (batches, mut counts) = batches(folders.file(set))?;
    let belongs = belonging(set, folders)?;
    let rows: Vec<Listing<'_>> = batches.iter().flat_map(ListingBatch::rows).collect();
    let rows = keep(&rows, &mut counts.left_out, |row| belongs.as_ref().is_none_or(|ids| ids.contains(row.id)));
    let mut titles = HashSet::new();
    let rows = keep(&rows, &mut counts.same_title, |row| set.is_fixture() || titles.insert(row.title));
    let labels = labels(&rows, &label_file(set, folders)?);
    Ok(Source { set, listings: neutral(set, &rows)?, labels, counts })
}

/// Every batch of a file. Rows that can't be read are counted, not hidden.
fn batches(file: PathBuf) -> Result<(Vec<ListingBatch>, Counts), EvaluationError> {
    let mut reader: FeedReader<()> = open([file], Options::default(), ());
    let batches = reader.by_ref().collect::<Result<Vec<_>, _>>()?;
    let read = reader.counts();
    let counts = Counts {
        read: read.rows + read.rejected,
        rejected: read.rejected - read.duplicates,
        duplicates: read.duplicates,
        ..Counts::default()
    };
    Ok((batches, counts))
}

/// The ids that belong to the set; none when all do.
fn belonging(set: Set, folders: Folders<'_>) -> Result<Option<HashSet<String>>, EvaluationError> {
    if set != Set::Replica {
        return Ok(None);
    }
    let ids = text(&folders.named())?;
    Ok(Some(ids.lines().map(|line| line.trim().to_owned()).collect()))
}

/// The rows that `wanted` keeps; the others are counted.
fn keep<'a>(rows: &[Listing<'a>], dropped: &mut u64, mut wanted: impl FnMut(&Listing<'a>) -> bool) -> Vec<Listing<'a>> {
    let kept: Vec<Listing<'a>> = rows.iter().copied().filter(|row| wanted(row)).collect();
    *dropped = (rows.len() - kept.len()) as u64;
    kept
}

fn label_file(set: Set, folders: Folders<'_>) -> Result<HashMap<String, Labels>, EvaluationError> {
    if !set.is_fixture() {
        return Ok(HashMap::new());
    }
    let file = folders.file(set);
    let lines = text(&file)?;
    let lines = lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(at, line)| match serde_json::from_str::<Labels>(line) {
        Ok(labels) => Ok((labels.id.clone(), labels)),
        Err(source) => Err(EvaluationError::Label { file: file.clone(), line: at + 1, source }),
    });
    parsed.collect()
}

fn labels(rows: &[Listing<'_>], labels: &HashMap<String, Labels>) -> Vec<Label> {
    let label = |row: &Listing<'_>| {
        let (way, language) = labels.get(row.id).map(|l| (l.tactic.clone(), l.language.clone())).unwrap_or_default();
        Label { id: row.id.to_owned(), half: Half::of(row.id), way, language }
    };
    rows.iter().map(label).collect()
}

/// The rows under numbers, since ids tell the set. Replica rows also lose what gives the sheets away.
fn neutral(set: Set, rows: &[Listing<'_>]) -> Result<ListingBatch, EvaluationError> {
    let ids: Vec<String> = (1..=rows.len()).map(|number| number.to_string()).collect();
    let rows = rows.iter().zip(&ids).map(|(row, id)| match set {
        Set::Replica => Listing { id, condition: "", seller_id: "", seller: "", ..*row },
        _ => Listing { id, ..*row },
    });
    Ok(ListingBatch::from_listings(rows)?)
}

fn text(file: &Path) -> Result<String, EvaluationError> {
    fs::read_to_string(file).map_err(|source| EvaluationError::Read { file: file.to_owned(), source })
}
