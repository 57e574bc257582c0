//! The enrolled logos of a data folder, ready to be looked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use touchstone_sight::logo::{Enrolled, LogoSet};

use crate::entry::{Bank, Entry, State, hex};
use crate::error::BankError;
use crate::store::{Banks, Version};

/// Enrolled logos that count.
#[derive(Debug, Default)]
pub struct Logos {
    set: Arc<LogoSet>,
    version: String,
    /// Of the banks, when they were looked at last.
    seen: Option<Version>,
    /// Entries of the banks that the set holds, by their place there.
    held: BTreeMap<usize, String>,
    stale: Vec<usize>,
}

impl Logos {
    /// Brings the set up to what the banks hold; whether it is another one now. A set that somebody else still looks for
    /// stays as it is.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn index(&mut self, banks: &Banks) -> Result<bool, BankError> {
        let now = Some(banks.version());
        if self.seen == now {
            return Ok(false);
        }
        let contents = banks.contents();
        self.stale.clear();
        let mut changed = false;
        for (number, entry) in contents.entries().iter().enumerate().filter(|(_, e)| e.item.bank == Bank::Logos) {
            let wanted = entry.state == State::Active && !contents.is_stopped(entry);
            changed |= match (wanted, self.held.contains_key(&number)) {
                (true, false) => self.take(banks, number, entry)?,
                (false, true) => {
                    self.held.remove(&number).is_some() && Arc::make_mut(&mut self.set).remove(number as u64)
                }
                _ => false,
            };
        }
        if changed {
            self.version = named(self.held.values());
        }
        self.seen = now;
        Ok(changed)
    }

    fn take(&mut self, banks: &Banks, number: usize, entry: &Entry) -> Result<bool, BankError> {
        let Ok(enrolled) = Enrolled::from_bytes(&banks.features(number)?) else {
            self.stale.push(number);
            return Ok(false);
        };
        Arc::make_mut(&mut self.set).add(number as u64, enrolled);
        self.held.insert(number, entry.id.clone());
        Ok(true)
    }

    /// The logos to look for.
    pub fn set(&self) -> &Arc<LogoSet> {
        &self.set
    }

    /// Names the set: the same logos have the same name, in every process. Empty without any.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Logos that are not looked for until they are enrolled again: another version saw them.
    pub fn stale(&self) -> &[usize] {
        &self.stale
    }
}

fn named<'i>(ids: impl ExactSizeIterator<Item = &'i String>) -> String {
    if ids.len() == 0 {
        return String::new();
    }
    hex(&ids.fold(Sha256::new(), |sum, id| sum.chain_update(id)).finalize()[..8])
}
