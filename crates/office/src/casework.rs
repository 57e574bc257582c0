//! Cases: opened, worked on, linked. What another case must be told is told in the same change.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use touchstone_audit::canonical;
use touchstone_cases::case::{self, Case, Command, Due, How, Link, Status, apply, decide};
use touchstone_cases::clocks;
use touchstone_cases::group::Group;
use touchstone_cases::id::{CaseId, Hash, Seller, Subject};
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::Item;
use touchstone_store::{Found, StoreError};

use crate::act::{Act, ActError, no};
use crate::enforcement::Filed;
use crate::items::listing_id;
use crate::record::{Record, by, seller_id};
use crate::refusal::{Kind, Refusal};

impl Record for Case {
    const KIND: &'static str = "case";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        self.subject.seller()
    }

    /// Of those that go on, in the order in which they are due.
    fn found(&self) -> Vec<Found> {
        let opened = self.timeline.first().map_or(0, |event| event.at.0);
        let due = self.due.as_ref().map(|due| due.at.0);
        let stage = by("stage", stage(self), due.unwrap_or(i64::MAX));
        let about = match &self.subject {
            Subject::Listing(version) => by("listing", listing_id(&version.listing), opened),
            Subject::Seller(_) => by("about", "seller", opened),
            Subject::Group { group } => by("group", group, opened),
        };
        let seller = self.subject.seller().map(|seller| by("seller", seller_id(seller), opened));
        let assigned = self.assigned.map(|person| by("assigned", person, due.unwrap_or(i64::MAX)));
        let contents = self.contents();
        let files = contents.keys().map(|content| by("content", content, opened));
        let next = self.next().map(|next| by("next", "", next.0));
        let late = (self.goes_on() && self.told == clocks::Status::Breached).then(|| by("breached", "", opened));
        [stage, about].into_iter().chain(seller).chain(assigned).chain(files).chain(next).chain(late).collect()
    }
}

/// Where a case stands, for lists: `open`, `waiting`, `closed`, `merged`.
pub fn stage(case: &Case) -> &'static str {
    match case.status {
        Status::Open => "open",
        Status::Waiting { .. } => "waiting",
        Status::Closed { .. } => "closed",
        Status::Merged { .. } => "merged",
    }
}

/// Opens a case.
///
/// # Errors
/// Without a reason, where there is a case of this id, or no such group.
pub async fn open(act: &Act<'_>, id: CaseId, subject: Subject, reason: String) -> Result<Case, ActError> {
    if act.look::<Case>(&id.to_string()).await?.is_some() {
        return Err(no(Refusal::new(Kind::Conflict, format!("the case {id} is there already"))));
    }
    if let Subject::Group { group } = &subject {
        act.get::<Group>(&group.to_string()).await?;
    }
    let case = case::open(id, subject, act.by.person(), reason, act.now()).map_err(no)?;
    act.happened(&case, &case.timeline)?;
    act.put(&case).await?;
    Ok(case)
}

/// Does something with a case; a case that it links to, or goes on as, is told.
///
/// # Errors
/// Whatever this or the other case refuses; nothing has changed then.
pub async fn command(act: &Act<'_>, id: CaseId, command: Command) -> Result<Case, ActError> {
    let told = match &command {
        Command::Link(link) => back(id, *link).map(|back| (link.case, Command::Link(back))),
        Command::Unlink(link) => back(id, *link).map(|back| (link.case, Command::Unlink(back))),
        Command::Merge(into) => Some((*into, Command::Link(Link { case: id, how: How::MergedFrom }))),
        _ => None,
    };
    let case = changed(act, id, command).await?;
    if let Some((other, command)) = told {
        changed(act, other, command).await?;
    }
    Ok(case)
}

/// What the other case is told of a link to it.
fn back(id: CaseId, link: Link) -> Option<Link> {
    link.how.back().map(|how| Link { case: id, how })
}

/// Says what time has brought to cases in which something is due, for at most `limit` of them; how many it was.
///
/// # Errors
/// That the store fails.
pub async fn tick(act: &Act<'_>, limit: u64) -> Result<usize, ActError> {
    let mut count = 0;
    for mut case in act.found::<Case>("next", String::new(), limit).await? {
        let Some(event) = case.tick(act.now()) else { continue };
        apply(&mut case, &event);
        act.happened(&case, &[event])?;
        act.put(&case).await?;
        count += 1;
    }
    Ok(count)
}

/// What somebody refers to must be there.
async fn known(act: &Act<'_>, command: &Command) -> Result<(), ActError> {
    match command {
        Command::Reviewed(item) => act.get::<Item>(&item.to_string()).await.map(drop),
        Command::Acted(action) => act.get::<Filed>(&action.to_string()).await.map(drop),
        _ => Ok(()),
    }
}

async fn changed(act: &Act<'_>, id: CaseId, command: Command) -> Result<Case, ActError> {
    known(act, &command).await?;
    let mut case: Case = act.get(&id.to_string()).await?;
    let event = decide(&case, command, act.by.person(), act.now()).map_err(no)?;
    apply(&mut case, &event);
    act.happened(&case, &[event])?;
    act.put(&case).await?;
    Ok(case)
}

/// A case as it leaves the house.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Canonical JSON: the case, the hashes of what is handed over with it, the last signed head of the trail, when and
    /// by whom.
    pub manifest: String,
    /// The case.
    pub case: Case,
}

/// All of a case for those outside. That it left is noted, with the hash of the manifest.
///
/// # Errors
/// [`Kind::Absent`], or that the store fails.
pub async fn export(act: &Act<'_>, id: CaseId, head: Option<Value>) -> Result<Exported, ActError> {
    let unwritable = |error: &dyn std::fmt::Display| ActError::from(StoreError::NoEvent(error.to_string()));
    let case: Case = act.get(&id.to_string()).await?;
    let mut value = case.export().map_err(|error| unwritable(&error))?;
    if let Value::Object(fields) = &mut value {
        fields.insert("exported_at".into(), act.now().to_string().into());
        fields.insert("exported_by".into(), act.person()?.to_string().into());
        fields.insert("trail_head".into(), head.unwrap_or_default());
    }
    let manifest = canonical::bytes(&value).map_err(|error| unwritable(&error))?;
    let manifest = String::from_utf8(manifest).map_err(|error| unwritable(&error))?;
    let sha256 = Hash(Sha256::digest(manifest.as_bytes()).into());
    act.happened(&case, &[Left::Exported { events: case.timeline.len(), manifest: sha256 }])?;
    Ok(Exported { manifest, case })
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Left {
    Exported { events: usize, manifest: Hash },
}

/// A case, for staff.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Case)]
pub struct CaseView {
    /// Its id.
    pub case_id: String,
    /// What it is about: a listing as it was, a seller, or a group.
    #[schema(value_type = Object)]
    pub subject: Subject,
    /// Where it stands.
    #[schema(value_type = Object)]
    pub status: Status,
    /// Who works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned: Option<String>,
    /// By when something must happen, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
    /// What must happen by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_what: Option<String>,
    /// Where that stands: `runs`, `warned`, `breached`, or `stopped` once the case is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub clock: Option<clocks::Status>,
    /// Other cases, and what they are to this one.
    #[schema(value_type = Vec<Object>)]
    pub links: Vec<Link>,
    /// All that happened, in order.
    pub timeline: Vec<EventView>,
}

/// Something that happened in a case.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = CaseEvent)]
pub struct EventView {
    /// When, RFC 3339.
    pub at: String,
    /// Who did it; nobody if it happened by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What: `event` says which kind.
    #[schema(value_type = Object)]
    pub what: case::What,
}

/// A case as staff sees it.
pub fn case_view(case: &Case, now: Moment) -> CaseView {
    let event = |event: &case::Event| EventView {
        at: event.at.to_string(),
        by: event.by.map(|person| person.to_string()),
        what: event.what.clone(),
    };
    let due = case.due.clone().map(|Due { at, what, .. }| (at.to_string(), what));
    let (due_at, due_what) = due.unzip();
    CaseView {
        case_id: case.id.to_string(),
        subject: case.subject.clone(),
        status: case.status.clone(),
        assigned: case.assigned.map(|person| person.to_string()),
        due_at,
        due_what,
        clock: case.clock(now),
        links: case.links.clone(),
        timeline: case.timeline.iter().map(event).collect(),
    }
}
