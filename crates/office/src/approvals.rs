//! Four eyes: somebody asks for what needs a second person, who agrees to exactly the difference they have seen.

use serde::{Deserialize, Serialize};
use touchstone_cases::approval::{Command, Event, Granted, Need, Request, Status, WaitsFor, apply, decide};
use touchstone_cases::id::{Hash, PersonId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_store::Found;
use uuid::Uuid;

use crate::act::{Act, ActError, no};
use crate::record::{Record, by};

/// Requests about the same difference that are looked at.
const SAME_MAX: u64 = 16;

/// A request under its id, and what it is about in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its id.
    pub id: Uuid,
    /// The request.
    pub request: Request,
    /// For the second person: what is to be done, as the first puts it.
    pub words: String,
}

impl Record for Asked {
    const KIND: &'static str = "approval";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        let until = self.request.expires.0;
        let waits = matches!(self.request.status, Status::Waits(_));
        let stage = by("stage", if waits { "waits" } else { "over" }, until);
        let due = waits.then(|| by("due", "", until));
        [Some(stage), Some(by("sees", self.request.sees, until)), Some(by("by", self.request.by, until)), due]
            .into_iter()
            .flatten()
            .collect()
    }
}

/// What is asked. `needs` and `sees` are those of the refusal.
#[derive(Debug, Clone)]
pub struct Asking {
    /// The id that the request gets.
    pub id: Uuid,
    /// The difference.
    pub sees: Hash,
    /// Why a second person is needed.
    pub needs: Vec<Need>,
    /// What is to be done, in words for the second person.
    pub words: String,
    /// How many others could answer.
    pub colleagues: u32,
    /// Who answers where there is no colleague.
    pub outsider: Option<PersonId>,
    /// Until when.
    pub expires: Moment,
}

/// Asks a second person to agree.
///
/// # Errors
/// Whatever approvals refuse, or a machine that asks.
pub async fn ask(act: &Act<'_>, asking: Asking) -> Result<Asked, ActError> {
    let Asking { id, sees, needs, words, colleagues, outsider, expires } = asking;
    let before: Option<Asked> = act.look(&id.to_string()).await?;
    let command = Command::Ask { sees, needs, by: act.person()?, colleagues, outsider, expires };
    let events = decide(before.as_ref().map(|asked| &asked.request), command, act.now()).map_err(no)?;
    keep(act, id, None, words, &events).await
}

/// Agrees to what was seen.
///
/// # Errors
/// Whatever approvals refuse, or a machine that answers.
pub async fn approve(act: &Act<'_>, id: Uuid, sees: Hash) -> Result<Asked, ActError> {
    let by = act.person()?;
    command(act, id, Command::Approve { by, sees }).await
}

/// Disagrees, saying why.
///
/// # Errors
/// As [`approve`].
pub async fn refuse(act: &Act<'_>, id: Uuid, reason: String) -> Result<Asked, ActError> {
    let by = act.person()?;
    command(act, id, Command::Refuse { by, reason }).await
}

/// Takes a request of one's own back.
///
/// # Errors
/// As [`approve`].
pub async fn withdraw(act: &Act<'_>, id: Uuid) -> Result<Asked, ActError> {
    let by = act.person()?;
    command(act, id, Command::Withdraw(by)).await
}

/// Says whom a request waits for: somebody outside who is named, or a colleague who is there now.
///
/// # Errors
/// As [`approve`].
pub async fn turn(act: &Act<'_>, id: Uuid, waits: WaitsFor) -> Result<Asked, ActError> {
    act.person()?;
    command(act, id, Command::Turn(waits)).await
}

/// Says of at most `limit` requests that nobody answered in time; how many there were.
///
/// # Errors
/// That the store fails.
pub async fn tick(act: &Act<'_>, limit: u64) -> Result<usize, ActError> {
    let waits = act.found::<Asked>("due", String::new(), limit).await?;
    let late: Vec<Asked> = waits.into_iter().filter(|asked| asked.request.expires <= act.now()).collect();
    for asked in &late {
        command(act, asked.id, Command::Tick).await?;
    }
    Ok(late.len())
}

/// The agreement to a difference, if somebody gave it to this person and it is still good.
pub(crate) async fn granted(act: &Act<'_>, sees: Hash) -> Result<Option<Granted>, ActError> {
    let asked = act.found::<Asked>("sees", sees.to_string(), SAME_MAX).await?;
    let all = asked.iter().filter_map(|asked| asked.request.granted());
    Ok(all.into_iter().find(|granted| granted.covers(sees, act.by.person(), act.now())))
}

async fn command(act: &Act<'_>, id: Uuid, command: Command) -> Result<Asked, ActError> {
    let Asked { request, words, .. } = act.get(&id.to_string()).await?;
    let events = decide(Some(&request), command, act.now()).map_err(no)?;
    keep(act, id, Some(request), words, &events).await
}

async fn keep(
    act: &Act<'_>,
    id: Uuid,
    before: Option<Request>,
    words: String,
    events: &[Event],
) -> Result<Asked, ActError> {
    let request = events.iter().fold(before, apply);
    let request = request.ok_or_else(|| no(touchstone_cases::approval::Refusal::Closed))?;
    let asked = Asked { id, request, words };
    act.happened(&asked, events)?;
    act.put(&asked).await?;
    Ok(asked)
}

/// A request, for staff.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Approval)]
pub struct ApprovalView {
    /// Its id.
    pub approval_id: String,
    /// The hash of the difference that is asked about.
    pub sees: String,
    /// Why a second person is needed.
    #[schema(value_type = Vec<Object>)]
    pub needs: Vec<Need>,
    /// What is to be done.
    pub words: String,
    /// Who asks.
    pub by: String,
    /// First moment at which it is too late, RFC 3339.
    pub expires: String,
    /// Where it stands; while it waits: for whom.
    #[schema(value_type = Object)]
    pub status: Status,
    /// Whether this person may answer.
    pub yours: bool,
}

/// A request as a person of the staff sees it.
pub fn approval_view(asked: &Asked, to: PersonId, now: Moment) -> ApprovalView {
    let Request { sees, needs, by, expires, status } = asked.request.clone();
    let waits = match status {
        Status::Waits(WaitsFor::Colleague) => true,
        Status::Waits(WaitsFor::Outsider(outsider)) => outsider == to,
        _ => false,
    };
    ApprovalView {
        approval_id: asked.id.to_string(),
        sees: sees.to_string(),
        needs,
        words: asked.words.clone(),
        by: by.to_string(),
        expires: expires.to_string(),
        status,
        yours: waits && by != to && now < expires,
    }
}
