//! What can be done with a case, and what follows.

use super::{Case, Due, Event, Evidence, File, Finding, How, Link, Status, What};
use crate::clocks;
use crate::id::{ActionId, CaseId, Hash, ItemId, PersonId, Subject};
use crate::moment::Moment;

/// Longest note, in characters.
const NOTE_CHARS_MAX: usize = 20_000;
/// Longest other text, in characters.
const TEXT_CHARS_MAX: usize = 500;
/// Most events of one case.
const EVENTS_MAX: usize = 10_000;
/// Most files and pieces of evidence of one case, and their bytes together: an export holds them all.
const CONTENTS_MAX: usize = 500;
const CONTENT_BYTES_MAX: u64 = 64 << 20;

/// What can be asked of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Something was seen.
    See(Evidence),
    /// Write something down.
    Note(String),
    /// Put a file in.
    File(File),
    /// Somebody works on it, or nobody.
    Assign(Option<PersonId>),
    /// Something must happen by then, or nothing.
    Due(Option<Due>),
    /// It has to do with another case. The other one is to be told in the same change.
    Link(Link),
    /// It has not.
    Unlink(Link),
    /// An item of the queue was judged for it.
    Reviewed(ItemId),
    /// Something was done about it.
    Acted(ActionId),
    /// Somebody else is to answer.
    Wait {
        /// Who, in words.
        on: String,
        /// Until then.
        until: Moment,
    },
    /// The answer is there, or does not come.
    Resume,
    /// It is over.
    Close {
        /// What was found.
        finding: Finding,
        /// Why.
        reason: String,
    },
    /// It goes on after all.
    Reopen(String),
    /// It goes on as another case, which is to be told in the same change.
    Merge(CaseId),
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is over: only notes and links are taken.
    #[error("the case is closed; reopen it first")]
    Closed,
    /// It goes on elsewhere.
    #[error("the case goes on as {0}")]
    Merged(CaseId),
    /// It is not over.
    #[error("the case is not closed")]
    NotClosed,
    /// Nobody is waited for.
    #[error("the case does not wait")]
    NotWaiting,
    /// With itself.
    #[error("a case has no link to itself")]
    Itself,
    /// There is this link, or there is none.
    #[error("the link is there already, or is not there")]
    Link,
    /// A text that is missing or too long.
    #[error("{what} is needed, of at most {max} characters")]
    Text {
        /// Which.
        what: &'static str,
        /// How long.
        max: usize,
    },
    /// Of the past.
    #[error("{0} is not later than now")]
    Past(Moment),
    /// Seen later than now.
    #[error("nothing is seen before it happens: {0} is later than now")]
    Future(Moment),
    /// More bytes than a case has.
    #[error(
        "a case holds at most {CONTENTS_MAX} files with {CONTENT_BYTES_MAX} bytes together; open another and link it"
    )]
    Heavy,
    /// More events than a case has.
    #[error("a case has at most {EVENTS_MAX} events; merge it into another")]
    Full,
}

/// A case that begins.
///
/// # Errors
/// [`Refusal::Text`] without a reason.
pub fn open(id: CaseId, subject: Subject, by: Option<PersonId>, reason: String, now: Moment) -> Result<Case, Refusal> {
    let what = What::Opened { reason: text("a reason", reason, TEXT_CHARS_MAX)? };
    let timeline = vec![Event { at: now, by, what }];
    let told = clocks::Status::Runs;
    Ok(Case { id, subject, status: Status::Open, assigned: None, due: None, told, links: vec![], timeline })
}

/// What a command brings about; `by` is nobody if it happens by itself.
///
/// # Errors
/// A [`Refusal`] that says why not, and changes nothing.
pub fn decide(case: &Case, command: Command, by: Option<PersonId>, now: Moment) -> Result<Event, Refusal> {
    admitted(case, &command)?;
    let what = match command {
        Command::See(evidence) => {
            room(case, evidence.content, evidence.bytes)?;
            see(evidence, now)?
        }
        Command::Note(note) => What::Noted { text: text("a note", note, NOTE_CHARS_MAX)? },
        Command::File(file) => {
            room(case, file.content, file.bytes)?;
            filed(file)?
        }
        Command::Assign(to) => What::Assigned { to },
        Command::Due(due) => What::Due { due: due.map(|due| checked(due, now)).transpose()? },
        Command::Link(link) => What::Linked { link: linked(case, link)? },
        Command::Unlink(link) if case.links.contains(&link) => What::Unlinked { link },
        Command::Unlink(_) => return Err(Refusal::Link),
        Command::Reviewed(item) => What::Reviewed { item },
        Command::Acted(action) => What::Acted { action },
        Command::Wait { on, until } => {
            let on = text("who is waited for", on, TEXT_CHARS_MAX)?;
            What::Became { status: Status::Waiting { on, until: future(until, now)? } }
        }
        Command::Resume if matches!(case.status, Status::Waiting { .. }) => What::Became { status: Status::Open },
        Command::Resume => return Err(Refusal::NotWaiting),
        Command::Close { finding, reason } => {
            let reason = text("a reason", reason, TEXT_CHARS_MAX)?;
            What::Became { status: Status::Closed { finding, reason } }
        }
        Command::Reopen(reason) => What::Reopened { reason: text("a reason", reason, TEXT_CHARS_MAX)? },
        Command::Merge(into) if into == case.id => return Err(Refusal::Itself),
        Command::Merge(into) => What::Became { status: Status::Merged { into } },
    };
    Ok(Event { at: now, by, what })
}

/// Whether a case takes the command where it stands.
fn admitted(case: &Case, command: &Command) -> Result<(), Refusal> {
    if case.timeline.len() >= EVENTS_MAX && !matches!(command, Command::Merge(_) | Command::Close { .. }) {
        return Err(Refusal::Full);
    }
    let on_closed = matches!(command, Command::Note(_) | Command::Link(_) | Command::Unlink(_) | Command::Reopen(_));
    match &case.status {
        Status::Merged { into } => Err(Refusal::Merged(*into)),
        Status::Closed { .. } if !on_closed => Err(Refusal::Closed),
        Status::Open | Status::Waiting { .. } if matches!(command, Command::Reopen(_)) => Err(Refusal::NotClosed),
        Status::Open | Status::Waiting { .. } | Status::Closed { .. } => Ok(()),
    }
}

/// The same bytes are kept once.
fn room(case: &Case, content: Hash, bytes: u64) -> Result<(), Refusal> {
    let held = case.contents();
    let total = held.values().fold(bytes, |sum, content| sum.saturating_add(content.bytes));
    let fits = held.contains_key(&content) || (held.len() < CONTENTS_MAX && total <= CONTENT_BYTES_MAX);
    if fits { Ok(()) } else { Err(Refusal::Heavy) }
}

fn see(evidence: Evidence, now: Moment) -> Result<What, Refusal> {
    if evidence.seen_at > now {
        return Err(Refusal::Future(evidence.seen_at));
    }
    let what = text("what it shows", evidence.what, TEXT_CHARS_MAX)?;
    let media = text("a media type", evidence.media, TEXT_CHARS_MAX)?;
    Ok(What::Evidence { evidence: Evidence { what, media, ..evidence } })
}

fn filed(file: File) -> Result<What, Refusal> {
    let name = text("a name", file.name, TEXT_CHARS_MAX)?;
    let media = text("a media type", file.media, TEXT_CHARS_MAX)?;
    Ok(What::Filed { file: File { name, media, ..file } })
}

fn checked(due: Due, now: Moment) -> Result<Due, Refusal> {
    Ok(Due {
        at: future(due.at, now)?,
        warns: due.warns.max(now).min(due.at),
        what: text("what is due", due.what, TEXT_CHARS_MAX)?,
    })
}

fn linked(case: &Case, link: Link) -> Result<Link, Refusal> {
    match link {
        Link { case: other, .. } if other == case.id => Err(Refusal::Itself),
        link if case.links.contains(&link) => Err(Refusal::Link),
        link => Ok(link),
    }
}

fn future(at: Moment, now: Moment) -> Result<Moment, Refusal> {
    if at > now { Ok(at) } else { Err(Refusal::Past(at)) }
}

fn text(what: &'static str, text: String, max: usize) -> Result<String, Refusal> {
    let fits = !text.trim().is_empty() && text.chars().count() <= max;
    if fits { Ok(text) } else { Err(Refusal::Text { what, max }) }
}

/// What an event changes.
pub fn apply(case: &mut Case, event: &Event) {
    match &event.what {
        What::Assigned { to } => case.assigned = *to,
        What::Due { due } => {
            case.due.clone_from(due);
            case.told = clocks::Status::Runs;
        }
        What::Clock { status } => case.told = *status,
        What::Linked { link } => case.links.push(*link),
        What::Unlinked { link } => case.links.retain(|each| each != link),
        What::Became { status } => case.status = status.clone(),
        What::Reopened { .. } => case.status = Status::Open,
        What::Opened { .. }
        | What::Evidence { .. }
        | What::Noted { .. }
        | What::Filed { .. }
        | What::Reviewed { .. }
        | What::Acted { .. } => {}
    }
    case.timeline.push(event.clone());
}

impl How {
    /// What this case is to the other one: what the other one is told.
    #[must_use]
    pub fn back(self) -> Option<Self> {
        match self {
            Self::Related => Some(Self::Related),
            Self::AppealOf => Some(Self::AppealedBy),
            Self::AppealedBy => Some(Self::AppealOf),
            // The other one says it by its status.
            Self::MergedFrom => None,
        }
    }
}
