//! What people do with banks. Each is decided under the lock, attributed, and can be taken back.

use crate::breaker::{Subject, Trip};
use crate::entry::{Act, Bank, Change, Entry, Item, Line, Settings, State};
use crate::error::BankError;
use crate::event::{Contents, Event, fits};
use crate::store::Banks;

/// Something to add.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// What it is.
    pub item: Item,
    /// What the search needs to know of it.
    pub features: Vec<u8>,
    /// The genuine entry that it looks like: then it waits for a second person.
    pub like: Option<String>,
}

/// What became of something to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It matches from now on.
    Active(String),
    /// It waits for a second person.
    Pending(String),
    /// It was there before, as this says.
    Before(String, State),
}

impl Added {
    /// Id of the entry.
    pub fn id(&self) -> &str {
        match self {
            Self::Active(id) | Self::Pending(id) | Self::Before(id, _) => id,
        }
    }
}

impl Banks {
    /// Adds all of them, or none. What is there already stays as it is.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn add(&mut self, items: Vec<NewItem>, added: &Act) -> Result<Vec<Added>, BankError> {
        self.write(|contents| {
            let (mut events, mut answers) = (Vec::new(), Vec::new());
            for NewItem { item, features, like } in items {
                let id = item.id();
                let new = |(event, _): &(Event, _)| matches!(event, Event::Entry(entry) if entry.id == id);
                if let Some(state) = contents.entry(&id).map(|entry| entry.state) {
                    answers.push(Added::Before(id, state));
                    continue;
                }
                if events.iter().any(new) {
                    answers.push(Added::Before(id, State::Active));
                    continue;
                }
                let state = if like.is_some() { State::Pending } else { State::Active };
                answers.push(if like.is_some() { Added::Pending(id.clone()) } else { Added::Active(id.clone()) });
                let entry = Entry { id, item, state, like, added: added.clone(), settings: Settings::default() };
                events.push((Event::Entry(Box::new(entry)), features));
            }
            Ok((events, answers))
        })
    }

    /// Changes every entry that is named (by id, the beginning of one, or path), or none; the ids that were.
    ///
    /// # Errors
    /// A name that nothing has, a change that does not fit, a confirmation by who added it.
    pub fn change(&mut self, names: &[String], change: &Change, act: &Act) -> Result<Vec<String>, BankError> {
        self.write(|contents| {
            let mut ids: Vec<String> = Vec::new();
            for name in names {
                for entry in all_named(contents, name, change)? {
                    if !ids.contains(&entry.id) {
                        allowed(entry, change, act)?;
                        ids.push(entry.id.clone());
                    }
                }
            }
            let line = Line { change: change.clone(), act: act.clone() };
            let event = |id: &String| (Event::Changed { entry: id.clone(), line: line.clone() }, Vec::new());
            Ok((ids.iter().map(event).collect(), ids))
        })
    }

    /// Stops what the breaker named; what is stopped already stays so.
    ///
    /// # Errors
    /// A file that can't be written.
    pub fn stop(&mut self, trips: &[Trip], at: i64) -> Result<(), BankError> {
        let by = "breaker".to_owned();
        self.write(|contents| {
            let mut events = Vec::new();
            for Trip { subject, matched, queries } in trips {
                let change = Change::Stopped { matched: *matched, queries: *queries };
                let line = Line { change, act: Act { by: by.clone(), why: String::new(), at } };
                match subject {
                    Subject::Bank(bank) if !contents.bank(*bank).stopped => {
                        events.push((Event::BankChanged { bank: *bank, line }, Vec::new()));
                    }
                    Subject::Entry(id) if contents.entry(id).is_some_and(|entry| fits(entry, &line.change)) => {
                        events.push((Event::Changed { entry: id.clone(), line }, Vec::new()));
                    }
                    _ => (),
                }
            }
            Ok((events, ()))
        })
    }

    /// Puts other features in the place of an entry's, once its picture was looked at again.
    ///
    /// # Errors
    /// An id that no entry has, or a file that can't be written.
    pub fn look_again(&mut self, looked: Vec<(String, Vec<u8>)>) -> Result<(), BankError> {
        self.write(|contents| {
            let unknown = looked.iter().find(|(id, _)| contents.entry(id).is_none());
            if let Some((id, _)) = unknown {
                return Err(BankError::Refused(format!("{id}: no entry has this id")));
            }
            Ok((looked.into_iter().map(|(entry, features)| (Event::Looked { entry }, features)).collect(), ()))
        })
    }

    /// Changes the settings of a bank.
    ///
    /// # Errors
    /// A file that can't be written, or nothing to start again.
    pub fn change_bank(&mut self, bank: Bank, change: &Change, act: &Act) -> Result<(), BankError> {
        self.write(|contents| {
            let stopped = contents.bank(bank).stopped;
            match change {
                Change::Rearmed if !stopped => return Err(BankError::Refused(format!("{bank} is not stopped"))),
                Change::Stopped { .. } if stopped => return Ok((Vec::new(), ())),
                _ => (),
            }
            let line = Line { change: change.clone(), act: act.clone() };
            Ok((vec![(Event::BankChanged { bank, line }, Vec::new())], ()))
        })
    }
}

/// What a name means for a change: of several entries of one path those that the change fits.
fn all_named<'c>(contents: &'c Contents, name: &'c str, change: &Change) -> Result<Vec<&'c Entry>, BankError> {
    let named: Vec<&Entry> = contents.named(name).collect();
    let by_path = named.iter().any(|entry| entry.item.path == name);
    match named.len() {
        0 => Err(BankError::Refused(format!("{name}: no entry has this id or was added from this path"))),
        1 => Ok(named),
        _ if by_path => {
            let fitting: Vec<&Entry> = named.iter().copied().filter(|entry| fits(entry, change)).collect();
            Ok(if fitting.is_empty() { named } else { fitting })
        }
        several => Err(BankError::Refused(format!("{name}: {several} entries have an id that begins so"))),
    }
}

fn allowed(entry: &Entry, change: &Change, act: &Act) -> Result<(), BankError> {
    let refused = |why: String| Err(BankError::Refused(format!("{} ({}): {why}", entry.id, entry.item.path)));
    if !fits(entry, change) {
        return refused(match change {
            Change::Confirmed => format!("it is {}, nothing waits for a second person", entry.state.name()),
            Change::Rearmed => "it is not stopped".to_owned(),
            _ => format!("it is {} already", entry.state.name()),
        });
    }
    if *change == Change::Confirmed && !act.by_another_than(&entry.added) {
        return refused(match entry.added.by.as_str() {
            "" => "nobody knows who added it, so nobody can be the second: take it out and add it with --by".to_owned(),
            first => format!("{first} added it, a second person has to confirm it"),
        });
    }
    Ok(())
}
