//! The enrolled logos of a data folder, ready to be looked for.

use touchstone_sight::logo::{Enrolled, LogoSet};

use crate::entry::{Bank, State};
use crate::error::BankError;
use crate::store::Banks;

/// Enrolled logos that count.
#[derive(Debug, Default)]
pub struct Logos {
    set: LogoSet,
    /// For each entry of the banks whether the set holds it.
    held: Vec<bool>,
    stale: Vec<usize>,
}

impl Logos {
    /// Brings the set up to what the banks hold.
    ///
    /// # Errors
    /// A file that can't be read.
    pub fn index(&mut self, banks: &Banks) -> Result<(), BankError> {
        let contents = banks.contents();
        self.held.resize(contents.entries().len(), false);
        self.stale.clear();
        for (number, entry) in contents.entries().iter().enumerate().filter(|(_, e)| e.item.bank == Bank::Logos) {
            let wanted = entry.state == State::Active && !contents.is_stopped(entry);
            match (wanted, self.held[number]) {
                (true, false) => match Enrolled::from_bytes(&banks.features(number)?) {
                    Ok(enrolled) => {
                        self.set.add(number as u64, enrolled);
                        self.held[number] = true;
                    }
                    Err(_) => self.stale.push(number),
                },
                (false, true) => {
                    self.set.remove(number as u64);
                    self.held[number] = false;
                }
                _ => (),
            }
        }
        Ok(())
    }

    /// The logos to look for.
    pub fn set(&self) -> &LogoSet {
        &self.set
    }

    /// The logos to look for, for whoever does not follow the banks.
    pub fn into_set(self) -> LogoSet {
        self.set
    }

    /// Logos that are not looked for until they are enrolled again: another version saw them.
    pub fn stale(&self) -> &[usize] {
        &self.stale
    }
}
