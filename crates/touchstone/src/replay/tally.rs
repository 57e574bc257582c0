//! What came out of a replay: how many decisions are the same, and why the others are not.

use std::collections::BTreeMap;
use std::io::{self, Write};

use touchstone_screening::Decision;

use super::stored::{LOOK_AHEAD_BYTES, Stored};
use crate::console;
use crate::mark::one_line;
use crate::style::{self, paint};
use crate::summary::thousands;

/// Decisions that are shown one by one.
const SHOWN_MAX: usize = 10;
/// Causes that are told apart; a file of decisions may name any number of engines.
const CAUSES_MAX: usize = 20;
/// Bytes of a hash, or of an engine's name, that are shown.
const SHORT: usize = 12;
const NAME: usize = 60;

/// Counts over all decisions.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    same: u64,
    other: u64,
    causes: BTreeMap<String, u64>,
}

impl Tally {
    pub(crate) fn same(&mut self) {
        self.same += 1;
    }

    /// Counts a decision that is another one now.
    pub(crate) fn other(&mut self, old: &Decision, new: &Decision) -> io::Result<()> {
        self.other += 1;
        let cause = cause(old, new);
        if self.other <= SHOWN_MAX as u64 {
            let (id, why) = (paint(style::HEAD, &old.listing_id), paint(style::DIM, &cause));
            writeln!(console::people(), "{id} {} → {}  {why}", one_line(&old.verdict), new.verdict)?;
        }
        let known = self.causes.len() < CAUSES_MAX || self.causes.contains_key(&cause);
        *self.causes.entry(if known { cause } else { "other causes".to_owned() }).or_default() += 1;
        Ok(())
    }

    /// Prints the counts; true when every decision was said again the same.
    pub(crate) fn print(&self, stored: &Stored) -> io::Result<bool> {
        let missing = stored.missing();
        writeln!(
            console::people(),
            "{} said again the same, {} otherwise, {} without their listing",
            thousands(self.same),
            thousands(self.other),
            thousands(missing)
        )?;
        let mut causes: Vec<_> = self.causes.iter().collect();
        causes.sort_by_key(|(cause, n)| (u64::MAX - **n, *cause));
        causes.into_iter().try_for_each(|(cause, n)| note(*n, cause))?;
        note(stored.repeated(), "speak of a listing that an earlier one spoke of, and were not compared")?;
        let apart = format!(
            "stand more than {} MiB of decisions away from their listing: give the feeds in the order of screening",
            LOOK_AHEAD_BYTES >> 20
        );
        note(stored.out_of_reach(), &apart)?;
        Ok(self.other + missing + stored.repeated() == 0)
    }
}

fn note(n: u64, what: &str) -> io::Result<()> {
    match n {
        0 => Ok(()),
        n => writeln!(console::people(), "  {:>9}  {}", thousands(n), one_line(what)),
    }
}

/// What differs, from the most likely cause on.
fn cause(old: &Decision, new: &Decision) -> String {
    let (a, b) = (&old.hashes, &new.hashes);
    let short = |hash: &str, len| hash.chars().take(len).collect::<String>();
    if a.engine != b.engine {
        format!("needs engine {}, this is {}", short(&a.engine, NAME), b.engine)
    } else if a.listing != b.listing {
        "the listing is another one".to_owned()
    } else if a.knowledge != b.knowledge {
        format!("needs knowledge {}, this is {}", short(&a.knowledge, SHORT), short(&b.knowledge, SHORT))
    } else if a.policy != b.policy {
        format!("needs policy {}, this is {}", short(&a.policy, SHORT), short(&b.policy, SHORT))
    } else if a.context != b.context {
        "the stored context was changed".to_owned()
    } else {
        "everything that decides is the same: the stored decision was changed".to_owned()
    }
}
