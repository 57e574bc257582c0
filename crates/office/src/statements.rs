//! What sellers are told: each imposed action has its statement, made in the same change, in the seller's language.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use touchstone_cases::appeal;
use touchstone_cases::clocks::{self, Running};
use touchstone_cases::enforcement::{Action, Actor, Command, Event, Measure};
use touchstone_cases::id::{PersonId, Seller, StatementId};
use touchstone_cases::moment::Moment;
use touchstone_cases::statement::{Basis, Decision, Detection, Grounds, Statement};
use touchstone_store::Found;
use uuid::Uuid;

use crate::act::{Act, ActError, no};
use crate::enforcement::Desk;
use crate::record::{Record, by, seller_id};
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;

/// What a seller is told beside what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telling {
    /// The seller's language.
    pub language: String,
    /// What was found, in sentences of that language that a seller may read.
    pub facts: Vec<String>,
    /// What it stands on.
    pub basis: Basis,
    /// How it was found.
    pub detection: Detection,
    /// How it was decided.
    pub decision: Decision,
    /// Slug of the honest way out, if there is one.
    #[serde(default)]
    pub cure: Option<String>,
    /// What the seller must not read: spellings that were caught, names of rules. Not kept.
    #[serde(skip)]
    pub withheld: Vec<String>,
}

/// A statement, and what belongs to it that the seller does not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// As the seller gets it.
    pub statement: Statement,
    /// What it was made of.
    pub telling: Telling,
    /// What was decided together.
    pub incident: Uuid,
    /// Who decided.
    pub decided_by: Actor,
    /// Who agreed, if somebody had to.
    pub approved_by: Option<PersonId>,
    /// First moment at which an appeal is too late.
    pub appeal_until: Moment,
    /// By when it is published, where it must be.
    pub publication: Option<Running>,
    /// When it was published.
    pub sent: Option<Moment>,
}

impl Record for Issued {
    const KIND: &'static str = "statement";

    fn id(&self) -> String {
        self.statement.id.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        Some(&self.statement.seller)
    }

    fn found(&self) -> Vec<Found> {
        let at = self.statement.at.0;
        let actions = self.statement.actions.iter().map(|action| by("action", action, at));
        let unsent = (self.publication.is_some() && self.sent.is_none()).then(|| by("unsent", "", at));
        let due = self.publication.as_ref().and_then(next).map(|next| by("due", "", next.0));
        let always = [by("seller", seller_id(&self.statement.seller), at), by("incident", self.incident, at)];
        actions.chain(always).chain(unsent).chain(due).collect()
    }
}

/// When a clock has something to say next.
pub(crate) fn next(running: &Running) -> Option<Moment> {
    match running.told {
        clocks::Status::Runs => Some(running.warns),
        clocks::Status::Warned => Some(running.due),
        clocks::Status::Breached | clocks::Status::Stopped => None,
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Told<'a> {
    Issued { statement: &'a Statement, decided_by: &'a Actor, appeal_until: Moment },
    Sent { at: Moment },
    Clock { clock: &'a str, status: clocks::Status },
}

/// Tells of what begins by these events: one statement for what was decided together. What waits for a person is told
/// when it was confirmed; what is about a whole marketplace has no seller to be told.
pub(crate) async fn issue(
    act: &Act<'_>,
    book: &Rulebook,
    desk: &Desk,
    (events, command): (&[Event], &Command),
    (telling, second): (Option<Telling>, Option<PersonId>),
) -> Result<Vec<Issued>, ActError> {
    if desk.of.seller().is_none() {
        return Ok(Vec::new());
    }
    let mut incidents: BTreeMap<Uuid, Vec<&Action>> = BTreeMap::new();
    for event in events {
        let begun = match event {
            Event::Imposed { action, waits: None } => Some(action.id()),
            Event::Confirmed { action, .. } => Some(*action),
            _ => None,
        };
        if let Some(record) = begun.and_then(|id| desk.standing.records.get(&id)) {
            incidents.entry(record.action.incident).or_default().push(&record.action);
        }
    }
    let mut all = Vec::with_capacity(incidents.len());
    for (incident, actions) in incidents {
        let telling = match (&telling, command) {
            (Some(telling), Command::Impose { incident: of, .. }) if *of == incident => telling.clone(),
            _ => earlier(act, incident, &actions).await?,
        };
        all.push(one(act, book, (incident, &actions), telling, (by_whom(command, &actions), second)).await?);
    }
    Ok(all)
}

fn by_whom(command: &Command, actions: &[&Action]) -> Actor {
    match command {
        Command::Impose { actor, .. } | Command::Confirm { actor, .. } => actor.clone(),
        Command::Undo { .. } | Command::Tick => actions.first().map_or(Actor::Ladder, |action| action.actor.clone()),
    }
}

/// What was told of an incident before; else no more than the terms.
async fn earlier(act: &Act<'_>, incident: Uuid, actions: &[&Action]) -> Result<Telling, ActError> {
    let before = act.found::<Issued>("incident", incident.to_string(), 1).await?.pop();
    let policy = actions.first().map_or_else(String::new, |action| action.order.policy.clone());
    Ok(before.map(|before| before.telling).unwrap_or_else(|| Telling {
        language: String::new(),
        facts: vec![policy.clone()],
        basis: Basis::Contractual(policy),
        detection: Detection::Automated,
        decision: Decision::Partly,
        cure: None,
        withheld: Vec::new(),
    }))
}

async fn one(
    act: &Act<'_>,
    book: &Rulebook,
    (incident, actions): (Uuid, &[&Action]),
    telling: Telling,
    (decided_by, approved_by): (Actor, Option<PersonId>),
) -> Result<Issued, ActError> {
    let now = act.now();
    let regime = book.at(now)?;
    let appeal_until = appeal::until(regime, &book.calendar, now).ok_or_else(|| no(clocks::Refusal::NoDay))?;
    let grounds = Grounds {
        id: StatementId(Uuid::now_v7()),
        actions,
        language: &telling.language,
        facts: &telling.facts,
        basis: telling.basis.clone(),
        detection: telling.detection,
        decision: telling.decision,
        cure: telling.cure.as_deref(),
        appeal_until,
        withheld: &telling.withheld,
    };
    let statement = Statement::of(&grounds, regime, now).map_err(no)?;
    // A warning restricts nothing.
    let restricts = |action: &&Action| !matches!(action.order.measure, Measure::Warn | Measure::Points(_));
    let published = regime.publish && actions.iter().any(restricts);
    let clock = book.clock("publication", now).filter(|_| published);
    let publication = clock.map(|clock| start(clock, book, now)).transpose()?.flatten();
    let issued =
        Issued { statement, telling, incident, decided_by, approved_by, appeal_until, publication, sent: None };
    let (statement, decided_by) = (&issued.statement, &issued.decided_by);
    act.happened(&issued, &[Told::Issued { statement, decided_by, appeal_until }])?;
    act.put(&issued).await?;
    Ok(issued)
}

/// A clock that runs from now on.
pub(crate) fn start(clock: &clocks::Clock, book: &Rulebook, now: Moment) -> Result<Option<Running>, ActError> {
    let events = clocks::decide(None, clocks::Command::Start(clock.clone()), &book.calendar, now).map_err(no)?;
    Ok(events.iter().fold(None, clocks::apply))
}

/// Says that statements were sent and taken; those that were so before stay as they are.
///
/// # Errors
/// [`crate::Kind::Absent`], or one that is not to be published.
pub async fn mark_sent(act: &Act<'_>, book: &Rulebook, ids: &[StatementId]) -> Result<Vec<Issued>, ActError> {
    let mut marked = Vec::with_capacity(ids.len());
    for id in ids {
        let mut issued: Issued = act.get(&id.to_string()).await?;
        let Some(running) = &issued.publication else {
            return Err(no(Refusal::invalid(format!("statement {id} is not one that is published"))));
        };
        if issued.sent.is_none() {
            let stop = clocks::decide(Some(running), clocks::Command::Stop, &book.calendar, act.now()).map_err(no)?;
            issued.publication = stop.iter().fold(issued.publication, clocks::apply);
            issued.sent = Some(act.now());
            act.happened(&issued, &[Told::Sent { at: act.now() }])?;
            act.put(&issued).await?;
        }
        marked.push(issued);
    }
    Ok(marked)
}

/// Says what clocks of publication have brought by now, for at most `limit` statements; how many had something to say.
///
/// # Errors
/// That the store fails.
pub async fn tick(act: &Act<'_>, book: &Rulebook, limit: u64) -> Result<usize, ActError> {
    let mut told = 0;
    for mut issued in act.found::<Issued>("due", String::new(), limit).await? {
        let running = issued.publication.as_ref();
        let events = clocks::decide(running, clocks::Command::Tick, &book.calendar, act.now()).map_err(no)?;
        if events.is_empty() {
            continue;
        }
        issued.publication = events.iter().fold(issued.publication, clocks::apply);
        if let Some(running) = &issued.publication {
            act.happened(&issued, &[Told::Clock { clock: &running.clock.id, status: running.told }])?;
        }
        act.put(&issued).await?;
        told += 1;
    }
    Ok(told)
}

/// A statement as its seller reads it. It has no weights, thresholds or rules: it was refused if it told any.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Statement)]
pub struct StatementView {
    /// Its id.
    pub statement_id: String,
    /// Its language.
    pub language: String,
    /// When it was made, RFC 3339.
    pub at: String,
    /// The actions it tells of.
    pub actions: Vec<String>,
    /// A heading.
    pub title: String,
    /// What was done, about what, where, from when until when.
    pub measures: Vec<String>,
    /// What was found.
    pub facts: String,
    /// What it stands on.
    pub ground: String,
    /// How it was found and decided.
    pub automation: Vec<String>,
    /// What the seller can do.
    pub cure: String,
    /// Who looks at it again.
    pub redress: Vec<String>,
    /// First moment at which an appeal is too late, RFC 3339.
    pub appeal_until: String,
}

/// A statement as its seller reads it.
pub fn statement_view(issued: &Issued) -> StatementView {
    let statement = issued.statement.clone();
    StatementView {
        statement_id: statement.id.to_string(),
        language: statement.language,
        at: statement.at.to_string(),
        actions: statement.actions.iter().map(ToString::to_string).collect(),
        title: statement.title,
        measures: statement.measures,
        facts: statement.facts,
        ground: statement.ground,
        automation: statement.automation,
        cure: statement.cure,
        redress: statement.redress,
        appeal_until: issued.appeal_until.to_string(),
    }
}
