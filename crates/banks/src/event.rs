//! What is written into base and log, and the state that it adds up to.
//!
//! A payload is `4 bytes length · JSON · features`. Features are bytes that only the search understands; most events have
//! none. A base holds the same events as a log: one for each bank and each entry, with its whole history.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::entry::{Bank, Change, Entry, Line, Settings};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// An entry as it was added or, in a base, as it had become.
    Entry(Box<Entry>),
    /// A change of an entry.
    Changed {
        /// Id of the entry.
        entry: String,
        /// What, by whom and why.
        line: Line,
    },
    /// The picture of an entry was looked at again, by a newer version.
    Looked {
        /// Id of the entry.
        entry: String,
    },
    /// A change of a bank.
    BankChanged {
        /// Which.
        bank: Bank,
        /// What, by whom and why.
        line: Line,
    },
    /// A bank as it had become, in a base.
    Bank {
        /// Which.
        bank: Bank,
        /// Its settings and history.
        settings: Settings,
    },
}

impl Event {
    /// As it is written, with features.
    pub(crate) fn payload(&self, features: &[u8]) -> Vec<u8> {
        let json = serde_json::to_vec(self).unwrap_or_default();
        let mut bytes = Vec::with_capacity(4 + json.len() + features.len());
        bytes.extend_from_slice(&(json.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&json);
        bytes.extend_from_slice(features);
        bytes
    }

    /// Reads a payload: the event, and where its features begin. None: it is no event of this version.
    pub(crate) fn read(payload: &[u8]) -> Option<(Self, usize)> {
        let (length, rest) = payload.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        let event = serde_json::from_slice(rest.get(..length)?).ok()?;
        Some((event, 4 + length))
    }
}

/// Where the features of an entry are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// In the log; else in the base.
    pub(crate) in_log: bool,
    /// First byte.
    pub(crate) at: u64,
    /// Bytes.
    pub(crate) length: usize,
}

/// All banks as they are now.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    entries: Vec<Entry>,
    spots: Vec<Spot>,
    numbers: HashMap<String, usize>,
    banks: [Settings; Bank::ALL.len()],
}

impl Contents {
    /// Every entry ever added, in order; one that was taken out keeps its place.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Place of an entry in [`entries`](Self::entries).
    pub fn number(&self, id: &str) -> Option<usize> {
        self.numbers.get(id).copied()
    }

    /// An entry.
    pub fn entry(&self, id: &str) -> Option<&Entry> {
        self.entries.get(self.number(id)?)
    }

    /// Settings of a bank.
    pub fn bank(&self, bank: Bank) -> &Settings {
        &self.banks[bank as usize]
    }

    /// What somebody names: an id, the beginning of one (four digits at least), or the path that it was added from.
    pub fn named<'c>(&'c self, name: &'c str) -> impl Iterator<Item = &'c Entry> {
        let begins = name.len() >= 4;
        self.entries.iter().filter(move |e| (begins && e.id.starts_with(name)) || e.item.path == name)
    }

    pub(crate) fn spot(&self, number: usize) -> Option<Spot> {
        self.spots.get(number).copied()
    }

    /// Takes an event in. False: it speaks of an entry that is not there, or adds one that is.
    pub(crate) fn apply(&mut self, event: Event, spot: Spot) -> bool {
        match event {
            Event::Entry(entry) => {
                if self.numbers.contains_key(&entry.id) {
                    return false;
                }
                self.numbers.insert(entry.id.clone(), self.entries.len());
                self.entries.push(*entry);
                self.spots.push(spot);
            }
            Event::Changed { entry, line } => {
                let Some(entry) = self.number(&entry).and_then(|n| self.entries.get_mut(n)) else { return false };
                entry.apply(&line);
            }
            Event::Looked { entry } => {
                let Some(spot_of) = self.number(&entry).and_then(|n| self.spots.get_mut(n)) else { return false };
                *spot_of = spot;
            }
            Event::BankChanged { bank, line } => self.banks[bank as usize].apply_to_bank(&line),
            Event::Bank { bank, settings } => self.banks[bank as usize] = settings,
        }
        true
    }

    /// Whether a bank or an entry of it is stopped by the breaker.
    pub fn is_stopped(&self, entry: &Entry) -> bool {
        entry.settings.stopped || self.bank(entry.item.bank).stopped
    }

    /// What a base holds: for every bank and entry one event, and the number of the entry.
    pub(crate) fn events(&self) -> impl Iterator<Item = (Event, Option<usize>)> {
        let banks = Bank::ALL.into_iter().filter(|bank| *self.bank(*bank) != Settings::default());
        let banks = banks.map(|bank| (Event::Bank { bank, settings: self.bank(bank).clone() }, None));
        let entries = self.entries.iter().enumerate();
        banks.chain(entries.map(|(number, entry)| (Event::Entry(Box::new(entry.clone())), Some(number))))
    }
}

/// Whether a change makes sense for an entry as it is.
pub(crate) fn fits(entry: &Entry, change: &Change) -> bool {
    use crate::entry::State::{Active, Pending, Removed};
    match change {
        Change::Removed => entry.state != Removed,
        Change::Restored => entry.state == Removed,
        Change::Confirmed => entry.state == Pending,
        Change::Stopped { .. } => entry.state == Active && !entry.settings.stopped,
        Change::Rearmed => entry.settings.stopped,
        Change::Distance(_) | Change::Ratio(_) => true,
    }
}
