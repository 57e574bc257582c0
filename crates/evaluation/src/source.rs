//! The sets of listings that are measured: where each is, what its rows are, and what is left out.

use std::path::{Path, PathBuf};

use touchstone_catalog::ListingBatch;

use crate::error::EvaluationError;
use crate::half::Half;
use crate::reading;

/// What the rows of a source are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Fakes: whatever is allowed is missed.
    Fake,
    /// Honest offers: whatever is not allowed is a false alarm.
    Honest,
}

/// Which set of listings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// Offers of replica spreadsheets that name a brand.
    Replica,
    /// Invented fakes that hide, by tactic.
    Evasions,
    /// Invented honest offers that look bad, by trap.
    Honest,
    /// Titles of honest shops, without prices.
    Shop,
    /// Own-brand offers of one marketplace.
    Shein,
    /// Mixed offers of another; nearly all are genuine, but nobody proved it.
    Lazada,
}

impl Set {
    /// Every set, in the order of reports.
    pub const ALL: [Self; 6] = [Self::Replica, Self::Evasions, Self::Honest, Self::Shop, Self::Shein, Self::Lazada];

    /// Its name, that of its file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Replica => "replica_sheets",
            Self::Evasions => "evasions",
            Self::Honest => "honest",
            Self::Shop => "shop_titles",
            Self::Shein => "market_shein",
            Self::Lazada => "market_lazada",
        }
    }

    /// What its rows are.
    pub fn role(self) -> Role {
        match self {
            Self::Replica | Self::Evasions => Role::Fake,
            Self::Honest | Self::Shop | Self::Shein | Self::Lazada => Role::Honest,
        }
    }

    /// Whether it is one of ours, where two rows may share a title and differ elsewhere.
    pub(crate) fn is_fixture(self) -> bool {
        matches!(self, Self::Evasions | Self::Honest)
    }
}

/// Folders that listings are read from.
#[derive(Clone, Copy, Debug)]
pub struct Folders<'a> {
    /// Real data: a folder that holds `listings/`.
    pub data: &'a Path,
    /// The invented listings.
    pub fixtures: &'a Path,
}

impl Folders<'_> {
    pub(crate) fn file(self, set: Set) -> PathBuf {
        let folder = if set.is_fixture() { self.fixtures.to_owned() } else { self.data.join("listings") };
        folder.join(format!("{}.jsonl", set.name()))
    }

    /// The ids of the replica rows that name a brand.
    pub(crate) fn named(self) -> PathBuf {
        self.data.join("listings").join("replica_sheets.named.txt")
    }
}

/// What is known of a row beside the listing. None of it is shown to the screening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Id in the file; the listing that is screened has a number instead.
    pub id: String,
    /// Half of the row.
    pub half: Half,
    /// Tactic or trap; empty outside the fixtures.
    pub way: String,
    /// Language; empty outside the fixtures.
    pub language: String,
}

/// What became of the rows of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows in the file.
    pub read: u64,
    /// Rows that the feed reader set aside, without duplicates.
    pub rejected: u64,
    /// Rows with the key of an earlier one.
    pub duplicates: u64,
    /// Rows that do not belong: replica rows without a brand.
    pub left_out: u64,
    /// Rows with the title of an earlier one, where titles count once.
    pub same_title: u64,
}

/// A set of listings with its labels, row by row.
#[derive(Clone, Debug)]
pub struct Source {
    /// Which set it is.
    pub set: Set,
    /// The listings, under neutral ids.
    pub listings: ListingBatch,
    /// Their labels.
    pub labels: Vec<Label>,
    /// What became of the file's rows.
    pub counts: Counts,
}

/// Reads every set.
///
/// # Errors
/// Every file that is not there, or the first that can't be read.
pub fn read_all(folders: Folders<'_>) -> Result<Vec<Source>, EvaluationError> {
    let files = Set::ALL.iter().map(|set| folders.file(*set)).chain([folders.named()]);
    let missing: Vec<PathBuf> = missing([folders.data, folders.fixtures], files);
    if !missing.is_empty() {
        return Err(EvaluationError::Missing(missing));
    }
    Set::ALL.iter().map(|set| reading::read(*set, folders)).collect()
}

/// Folders that are not there, else files that are not.
fn missing(folders: [&Path; 2], files: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let absent: Vec<PathBuf> = folders.iter().filter(|f| !f.is_dir()).map(|f| f.to_path_buf()).collect();
    if absent.is_empty() { files.filter(|file| !file.is_file()).collect() } else { absent }
}
