//! Decisions as they were written, given out as their listings come.
//!
//! The file is read twice. The first time only the fingerprint of each decision's listing is kept, so that of every
//! listing it is known whether its decision is still to come. The second time decisions are read up to the one that is
//! asked for; those before it wait in a window. Where both files have one order, the window stays empty. Where the
//! orders differ, a decision is found as long as it waits; when the window is full, the one that waited longest is let
//! go, and is counted if its listing comes after all.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use touchstone_catalog::feed::Lines;
use touchstone_catalog::{KeySet, ListingKey};

/// Bytes of decisions that wait for their listing, at most.
pub(crate) const LOOK_AHEAD_BYTES: usize = 64 << 20;
/// Bytes of one decision, at most; most have one or two thousand.
const LINE_BYTES_MAX: usize = 256 << 10;
/// Decisions in one file, at most: their fingerprints take 300 MB, and with a few more would take twice that.
const DECISIONS_MAX: usize = 14_000_000;
/// The column of a Parquet file that holds whole decisions.
const COLUMN: &str = "body";

/// One decision as it stands in the file.
pub(crate) struct Line {
    /// Line, from 1; of a Parquet file, its row.
    pub(crate) number: u64,
    /// The canonical JSON.
    pub(crate) text: String,
}

/// The decisions of a file, by their listings.
pub(crate) struct Stored {
    path: PathBuf,
    lines: Lines,
    /// Listings whose decision is in the window or not yet read.
    ahead: KeySet,
    let_go: KeySet,
    window: Window,
    look_ahead: usize,
    repeated: u64,
    out_of_reach: u64,
}

impl Stored {
    /// Reads the file for the first time.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let mut stored = Self {
            path: path.to_owned(),
            lines: lines(path)?,
            ahead: KeySet::default(),
            let_go: KeySet::default(),
            window: Window::default(),
            look_ahead: LOOK_AHEAD_BYTES,
            repeated: 0,
            out_of_reach: 0,
        };
        while let Some((listing, _)) = stored.advance()? {
            if stored.ahead.len() == DECISIONS_MAX {
                bail!("{} has more than {DECISIONS_MAX} decisions: replay it in parts", path.display());
            }
            stored.repeated += u64::from(!stored.ahead.insert(listing));
        }
        stored.lines = lines(path)?;
        Ok(stored)
    }

    /// The decision on a listing, the first time that it is asked for.
    pub(crate) fn take(&mut self, listing: u128) -> Result<Option<Line>> {
        if !self.ahead.remove(listing) {
            self.out_of_reach += u64::from(self.let_go.remove(listing));
            return Ok(None);
        }
        if let Some(line) = self.window.take(listing) {
            return Ok(Some(line));
        }
        while let Some((next, line)) = self.advance()? {
            if next == listing {
                return Ok(Some(line));
            }
            if self.ahead.contains(next) {
                self.wait(next, line);
            }
        }
        bail!("{} changed while it was read; it is read twice, which a pipe can't be", self.path.display())
    }

    /// Puts a decision into the window, and lets others go to make room.
    fn wait(&mut self, listing: u128, line: Line) {
        self.window.push(listing, line);
        while self.window.bytes > self.look_ahead
            && let Some(gone) = self.window.drop_first()
        {
            self.ahead.remove(gone);
            self.let_go.insert(gone);
        }
    }

    /// The next line of the file, with its listing.
    fn advance(&mut self) -> Result<Option<(u128, Line)>> {
        let Some(text) = self.lines.advance()?.map(str::to_owned) else { return Ok(None) };
        let line = Line { number: self.lines.number(), text };
        let key: Key<'_> = serde_json::from_str(&line.text).with_context(|| self.no_decision(line.number))?;
        let key = ListingKey { marketplace: &key.marketplace, seller_id: &key.seller_id, id: &key.listing_id };
        Ok(Some((key.fingerprint(), line)))
    }

    /// Decisions whose listing did not come, or came too late.
    pub(crate) fn missing(&self) -> u64 {
        (self.ahead.len() + self.let_go.len()) as u64 + self.out_of_reach
    }

    /// Decisions on a listing that an earlier one spoke of.
    pub(crate) fn repeated(&self) -> u64 {
        self.repeated
    }

    /// Decisions that were let go before their listing came.
    pub(crate) fn out_of_reach(&self) -> u64 {
        self.out_of_reach
    }

    /// What is said of a line that is no decision.
    pub(crate) fn no_decision(&self, number: u64) -> String {
        format!("{}:{number}: no decision", self.path.display())
    }
}

fn lines(path: &Path) -> Result<Lines> {
    Ok(Lines::open(path, COLUMN, LINE_BYTES_MAX)?)
}

/// What names a decision's listing.
#[derive(Deserialize)]
struct Key<'l> {
    #[serde(borrow, default)]
    marketplace: Cow<'l, str>,
    #[serde(borrow, default)]
    seller_id: Cow<'l, str>,
    #[serde(borrow)]
    listing_id: Cow<'l, str>,
}

/// Decisions that were read before their listing, in the file's order.
#[derive(Default)]
struct Window {
    places: HashMap<u128, u64>,
    lines: BTreeMap<u64, (u128, Line)>,
    bytes: usize,
}

impl Window {
    /// Adds a decision, unless an earlier one on its listing waits already.
    fn push(&mut self, listing: u128, line: Line) {
        let place = line.number;
        if *self.places.entry(listing).or_insert(place) == place {
            self.bytes += line.text.len();
            self.lines.insert(place, (listing, line));
        }
    }

    fn take(&mut self, listing: u128) -> Option<Line> {
        let (_, line) = self.lines.remove(&self.places.remove(&listing)?)?;
        self.bytes -= line.text.len();
        Some(line)
    }

    /// Drops the decision that waited longest; gives its listing.
    fn drop_first(&mut self) -> Option<u128> {
        let (_, (listing, _)) = self.lines.first_key_value()?;
        let listing = *listing;
        self.take(listing).map(|_| listing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(id: &str) -> u128 {
        ListingKey { marketplace: "", seller_id: "", id }.fingerprint()
    }

    /// Decisions on `ids` in a file, with room for `room` of them to wait.
    fn stored(ids: &[&str], room: usize) -> Result<Stored> {
        let file = tempfile::NamedTempFile::new()?;
        let lines: Vec<String> = ids.iter().map(|id| format!("{{\"listing_id\":\"{id}\"}}\n")).collect();
        std::fs::write(file.path(), lines.concat())?;
        let mut stored = Stored::open(file.path())?;
        stored.look_ahead = room * lines.first().map_or(0, |line| line.len() - 1);
        Ok(stored)
    }

    /// The lines given for `asked`, 0 for none; then missing, repeated, out of reach.
    fn check(ids: &[&str], room: usize, asked: &[&str], given: &[u64], counts: (u64, u64, u64)) -> Result<()> {
        let mut stored = stored(ids, room)?;
        let ask = |id: &&str| Ok(stored.take(listing(id))?.map_or(0, |line| line.number));
        assert_eq!(asked.iter().map(ask).collect::<Result<Vec<_>>>()?, given, "{ids:?} {asked:?}");
        assert_eq!((stored.missing(), stored.repeated(), stored.out_of_reach()), counts, "{ids:?} {asked:?}");
        Ok(())
    }

    #[test]
    fn one_order_needs_no_room() -> Result<()> {
        check(&["a", "b", "c"], 0, &["a", "b", "c"], &[1, 2, 3], (0, 0, 0))?;
        check(&["a", "c"], 0, &["a", "b", "c", "a"], &[1, 0, 2, 0], (0, 0, 0))?;
        check(&["a", "b", "c"], 0, &["c"], &[3], (2, 0, 0))
    }

    #[test]
    fn another_order_needs_room_for_those_that_wait() -> Result<()> {
        check(&["a", "b", "c"], 2, &["c", "b", "a"], &[3, 2, 1], (0, 0, 0))?;
        check(&["a", "b", "c"], 1, &["c", "b", "a"], &[3, 2, 0], (1, 0, 1))?;
        check(&["a", "b", "c"], 1, &["c", "x"], &[3, 0], (2, 0, 0))
    }

    #[test]
    fn the_first_of_several_decisions_on_a_listing_counts() -> Result<()> {
        check(&["a", "a", "b", "a"], 9, &["a", "b", "a"], &[1, 3, 0], (0, 2, 0))?;
        check(&["a", "a", "b", "a"], 9, &["b", "a"], &[3, 1], (0, 2, 0))
    }
}
