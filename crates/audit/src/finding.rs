//! What a check can find, and what it cannot exclude; each says in a sentence what it means.

use std::fmt;

use serde::Serialize;

use crate::head::HeadError;
use crate::note::NoteError;

/// Events from the first to the last, both among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
}

impl Span {
    /// From `first` to before `end`; none if nothing is there.
    pub(crate) fn before(first: u64, end: u64) -> Option<Self> {
        (first < end).then(|| Self { first, last: end - 1 })
    }

    fn is_one(self) -> bool {
        self.first == self.last
    }

    fn many<'t>(self, one: &'t str, many: &'t str) -> &'t str {
        if self.is_one() { one } else { many }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_one() {
            true => write!(f, "event {}", self.first),
            false => write!(f, "events {} to {}", self.first, self.last),
        }
    }
}

/// Where a head or a line of an anchor stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spot {
    /// `heads`, or the name of an anchor.
    pub list: String,
    /// The line, from 1.
    pub line: u64,
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} line {}", self.list, self.line)
    }
}

/// What is the matter with a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadFault {
    /// It cannot be read.
    Unreadable,
    /// Nobody signed it.
    Unsigned,
    /// No given key did.
    UnknownKey,
    /// A given key is named, and did not.
    Forged,
    /// A given key did, and must not.
    WrongKey,
    /// It is a head of another trail.
    WrongTrail,
    /// It is smaller than the head before it.
    Order,
}

impl From<&HeadError> for HeadFault {
    fn from(error: &HeadError) -> Self {
        match error {
            HeadError::Form | HeadError::Note(NoteError::Form) => Self::Unreadable,
            HeadError::Note(NoteError::Unsigned) => Self::Unsigned,
            HeadError::Note(NoteError::UnknownKey(_)) => Self::UnknownKey,
            HeadError::Note(NoteError::Forged(_)) => Self::Forged,
            HeadError::NotItsTurn(_) => Self::WrongKey,
            HeadError::Origin { .. } => Self::WrongTrail,
        }
    }
}

/// What is wrong with the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    /// Other bytes than were logged.
    Changed(Span),
    /// Logged and not there, with later ones behind.
    Missing(Span),
    /// There and never logged.
    Added {
        /// The event they stand behind; none at the beginning.
        after: Option<u64>,
        /// How many.
        count: u64,
    },
    /// In another place than it was logged.
    Reordered {
        /// The event.
        seq: u64,
        /// The event that it stands behind; none at the beginning.
        after: Option<u64>,
    },
    /// There more than once.
    Doubled {
        /// The event.
        seq: u64,
    },
    /// Logged and not there, to the end.
    Cut(Span),
    /// Together not what was signed, and nothing says which.
    Unlike(Span),
    /// Two signed histories.
    Forked {
        /// From which event on at the latest they differ.
        seq: u64,
        /// Where one of them stands.
        one: Spot,
        /// What the other one is.
        other: String,
    },
    /// A head that is not believed.
    Head {
        /// Where.
        spot: Spot,
        /// The size it claims, if that can be read.
        size: Option<u64>,
        /// What is the matter.
        fault: HeadFault,
        /// In words.
        why: String,
    },
    /// A line of an anchor whose hashes are not believed.
    Anchor {
        /// Where.
        spot: Spot,
        /// In words.
        why: String,
    },
    /// So much was wrong that the check ended.
    GaveUp {
        /// The event up to which it came.
        at: u64,
    },
}

impl Finding {
    /// In the order of the events, heads last.
    pub(crate) fn place(&self) -> u64 {
        match self {
            Self::Changed(span) | Self::Missing(span) | Self::Cut(span) | Self::Unlike(span) => span.first,
            Self::Added { after, .. } => after.map_or(0, |seq| seq.saturating_add(1)),
            Self::Reordered { seq, .. } | Self::Doubled { seq } | Self::Forked { seq, .. } => *seq,
            Self::Head { .. } | Self::Anchor { .. } | Self::GaveUp { .. } => u64::MAX,
        }
    }
}

fn behind(after: Option<u64>) -> String {
    after.map_or_else(|| "at the very beginning".to_owned(), |seq| format!("behind event {seq}"))
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(span) => {
                write!(f, "{span} {} changed: the bytes are not those that were logged", span.many("was", "were"))
            }
            Self::Missing(span) => {
                write!(f, "{span} {} missing: logged, and taken out from among the others", span.many("is", "are"))
            }
            Self::Added { after, count: 1 } => {
                write!(f, "an event that was never logged stands {}", behind(*after))
            }
            Self::Added { after, count } => {
                write!(f, "{count} events that were never logged stand {}", behind(*after))
            }
            Self::Reordered { seq, after } => {
                write!(f, "event {seq} stands {}: that is not its place, the order was changed", behind(*after))
            }
            Self::Doubled { seq } => write!(f, "event {seq} stands there more than once"),
            Self::Cut(span) => {
                let (were, them) = (span.many("was", "were"), span.many("it", "them"));
                write!(f, "{span} {were} cut off: the trail ends before, and a signed head counts {them}")
            }
            Self::Unlike(span) => write!(
                f,
                "{span} {} not what was signed: the next head has another root, and no hash is left that says which \
                 event was changed",
                span.many("is", "together are")
            ),
            Self::Forked { seq, one, other } => {
                write!(f, "two histories were signed that differ in event {seq} or before: {one} contradicts {other}")
            }
            Self::Head { spot, size, why, .. } => match size {
                Some(size) => write!(f, "the head over {size} events in {spot} is not believed: {why}"),
                None => write!(f, "the head in {spot} is not believed: {why}"),
            },
            Self::Anchor { spot, why } => write!(f, "the anchor is not believed in {spot}: {why}"),
            Self::GaveUp { at } => write!(
                f,
                "too much is wrong to name it all: the check ended near event {at}, and what follows was not compared"
            ),
        }
    }
}

/// What a check cannot exclude with what it was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum Doubt {
    /// A cut tail.
    Tail {
        /// Events that an anchor counts; none without an anchor.
        anchored: Option<u64>,
        /// Events that are there.
        size: u64,
    },
    /// A history written anew by whoever holds the key.
    Rewritten,
    /// No head was believed.
    NoHead,
    /// Counted by an anchor that holds no hash of them.
    NotAnchored(Span),
    /// Newer than the last head.
    Unsigned(Span),
    /// Between heads around a damage, where no root could be made.
    Unchecked(Span),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tail { anchored: None, size } => {
                write!(f, "without an anchor a cut tail cannot be excluded: there may have been more than {size} events")
            }
            Self::Tail { anchored: Some(anchored), size } => write!(
                f,
                "the anchor counts {anchored} events: whether some behind the last of {size} were cut off, and were \
                 too new for the anchor, cannot be excluded"
            ),
            Self::Rewritten => f.write_str(
                "without anchored hashes a whole history that was written anew and signed by the holder of the key cannot \
                 be excluded",
            ),
            Self::NoHead => f.write_str(
                "no head was believed: whoever changed an event and its hash together cannot be found out",
            ),
            Self::NotAnchored(span) => write!(
                f,
                "the anchor has a head over {span} and not {} hash{}: a line is missing or was not believed",
                span.many("its", "their"),
                span.many("", "es")
            ),
            Self::Unsigned(span) => write!(
                f,
                "{span} {} newer than the last head: a change that renewed the hashes too cannot be excluded",
                span.many("is", "are")
            ),
            Self::Unchecked(span) => write!(
                f,
                "{span} {} near a damage that left no root to compare: a change that renewed the hashes too cannot \
                 be excluded",
                span.many("stands", "stand")
            ),
        }
    }
}
