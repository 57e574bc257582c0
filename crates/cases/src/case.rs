//! A case: a listing, a seller or a group, and all that happened about it.
//!
//! A case is its timeline: what was seen, said and done, by whom and when, and never changed afterwards. Evidence is named
//! by the hash of its bytes, which are kept elsewhere, with when and how it was seen; the address it was seen at is
//! a text to read, nothing is ever fetched from there to be shown.
//!
//! ```text
//!  open ◄──► waiting, for somebody, until a moment
//!   │ close, with what was found      ▲ reopen
//!   └────────► closed ────────────────┘
//!  merged into another: nothing more happens here
//! ```

mod command;

pub use command::{Command, Refusal, apply, decide, open};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clocks;
use crate::id::{ActionId, CaseId, DecisionId, Hash, ItemId, PersonId, Subject};
use crate::moment::Moment;

/// A case as its timeline makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// What it is about.
    pub subject: Subject,
    /// Where it stands.
    pub status: Status,
    /// Who works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<PersonId>,
    /// By when something must happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// What was told last of what is due.
    #[serde(default = "runs")]
    pub told: clocks::Status,
    /// Other cases.
    #[serde(default)]
    pub links: Vec<Link>,
    /// All that happened, in order.
    pub timeline: Vec<Event>,
}

fn runs() -> clocks::Status {
    clocks::Status::Runs
}

fn at_once() -> Moment {
    Moment(0)
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// Somebody is to do something.
    Open,
    /// Somebody else is to answer.
    Waiting {
        /// Who, in words: the seller, the brand, an authority.
        on: String,
        /// Until then.
        until: Moment,
    },
    /// It is over.
    Closed {
        /// What was found.
        finding: Finding,
        /// Why.
        reason: String,
    },
    /// It goes on as another case.
    Merged {
        /// Which.
        into: CaseId,
    },
}

/// What a case found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It was what it was held to be.
    Confirmed,
    /// It was not.
    Unfounded,
    /// It could not be told.
    Undetermined,
}

/// By when, and what for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// First moment that is too late.
    pub at: Moment,
    /// When somebody is warned; at once where a record from before does not say.
    #[serde(default = "at_once")]
    pub warns: Moment,
    /// What for.
    pub what: String,
}

/// Another case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Link {
    /// Which.
    pub case: CaseId,
    /// What it is to this one.
    pub how: How,
}

/// What another case is to this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// It has to do with it.
    Related,
    /// It was merged into this one.
    MergedFrom,
    /// This one is the appeal against it.
    AppealOf,
    /// It is the appeal against this one.
    AppealedBy,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// SHA-256 of the bytes as they were seen.
    pub content: Hash,
    /// Media type, as in `image/jpeg`.
    pub media: String,
    /// How many bytes.
    pub bytes: u64,
    /// When it was seen, which may be long before it came into the case.
    pub seen_at: Moment,
    /// How it was seen.
    pub how: Seen,
    /// What it shows, in words.
    pub what: String,
}

/// How something was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Seen {
    /// Screening had it before it.
    Screened {
        /// The decision.
        decision: DecisionId,
    },
    /// It was fetched. The address says where it was, and is not followed.
    Fetched {
        /// From where.
        address: String,
    },
    /// Somebody sent it.
    Sent {
        /// Who.
        by: PersonId,
    },
}

/// A file that belongs to a case and proves nothing by itself: a letter, a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// SHA-256 of its bytes.
    pub content: Hash,
    /// What it is called.
    pub name: String,
    /// Media type.
    pub media: String,
    /// How many bytes.
    pub bytes: u64,
}

/// Bytes that a case names by their hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content<'c> {
    /// How many.
    pub bytes: u64,
    /// Media type.
    pub media: &'c str,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Who did it; nobody if it happened by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// It began.
    Opened {
        /// Why.
        reason: String,
    },
    /// Something was seen.
    Evidence {
        /// What.
        evidence: Evidence,
    },
    /// Somebody wrote something down.
    Noted {
        /// What.
        text: String,
    },
    /// A file was put in.
    Filed {
        /// Which.
        file: File,
    },
    /// Somebody works on it, or nobody.
    Assigned {
        /// Who.
        to: Option<PersonId>,
    },
    /// Something must happen by then, or nothing.
    Due {
        /// What and when.
        due: Option<Due>,
    },
    /// Time went on: what is due must happen soon, or has not happened in time.
    Clock {
        /// Where it stands.
        status: clocks::Status,
    },
    /// It has to do with another case.
    Linked {
        /// Which, and how.
        link: Link,
    },
    /// It has not.
    Unlinked {
        /// Which, and how.
        link: Link,
    },
    /// An item of the queue was judged for it.
    Reviewed {
        /// Which.
        item: ItemId,
    },
    /// Something was done about it.
    Acted {
        /// What.
        action: ActionId,
    },
    /// It stands otherwise.
    Became {
        /// How.
        status: Status,
    },
    /// It goes on after all.
    Reopened {
        /// Why.
        reason: String,
    },
}

impl Case {
    /// All that was seen, in the order in which it came in.
    pub fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.timeline.iter().filter_map(|event| match &event.what {
            What::Evidence { evidence } => Some(evidence),
            _ => None,
        })
    }

    /// Whether somebody is still to do something.
    pub fn goes_on(&self) -> bool {
        matches!(self.status, Status::Open | Status::Waiting { .. })
    }

    /// Where what is due stands; nothing if nothing is.
    pub fn clock(&self, now: Moment) -> Option<clocks::Status> {
        let due = self.due.as_ref()?;
        Some(match now {
            _ if !self.goes_on() => clocks::Status::Stopped,
            now if now >= due.at => clocks::Status::Breached,
            now if now >= due.warns => clocks::Status::Warned,
            _ => clocks::Status::Runs,
        })
    }

    /// When time has something to say next.
    pub fn next(&self) -> Option<Moment> {
        let due = self.due.as_ref().filter(|_| self.goes_on())?;
        match self.told {
            clocks::Status::Runs => Some(due.warns),
            clocks::Status::Warned => Some(due.at),
            clocks::Status::Breached | clocks::Status::Stopped => None,
        }
    }

    /// What time has brought and nobody was told of.
    pub fn tick(&self, now: Moment) -> Option<Event> {
        let status = self.clock(now).filter(|status| self.goes_on() && *status > self.told)?;
        Some(Event { at: now, by: None, what: What::Clock { status } })
    }

    /// What is kept by content: the hash, how many bytes, the media type.
    pub fn contents(&self) -> BTreeMap<Hash, Content<'_>> {
        fn content(event: &What) -> Option<(Hash, Content<'_>)> {
            match event {
                What::Evidence { evidence: Evidence { content, bytes, media, .. } }
                | What::Filed { file: File { content, bytes, media, .. } } => {
                    Some((*content, Content { bytes: *bytes, media }))
                }
                _ => None,
            }
        }
        self.timeline.iter().filter_map(|event| content(&event.what)).collect()
    }

    /// All of it, for those outside: the case, and by hash what must be handed over with it. Numbers are integers.
    ///
    /// # Errors
    /// None that a case can bring about; it is what writing JSON says.
    pub fn export(&self) -> Result<Value, serde_json::Error> {
        let file = |(hash, content): (Hash, Content<'_>)| json!({"sha256": hash, "bytes": content.bytes, "media": content.media});
        let contents: Vec<Value> = self.contents().into_iter().map(file).collect();
        Ok(json!({"schema": 1, "case": serde_json::to_value(self)?, "contents": contents}))
    }
}
