//! An appeal against a statement: the seller answers, shows proof and appeals; another person than those who decided
//! hears it. A reversal undoes the actions, keeps a label, and counts for the rule or the reviewer, in one change.

mod views;

use serde::{Deserialize, Serialize};
use touchstone_cases::appeal::{Appeal, Command, Contested, Event, Label, Outcome, Status, Verdict, apply, decide};
use touchstone_cases::clocks::{self, Running};
use touchstone_cases::enforcement::{Actor, Ground, Scope};
use touchstone_cases::id::{AppealId, DecisionId, Hash, PersonId, Seller, StatementId};
use touchstone_cases::vault::{Authorisation, Cleared};
use touchstone_store::Found;
use uuid::Uuid;

use crate::act::{Act, ActError, absent, no};
use crate::documents::{self, Document};
use crate::enforcement::{self, Done, Imposing, Of};
use crate::record::{Record, by, seller_id};
use crate::refusal::Refusal;
use crate::rulebook::Rulebook;
use crate::statements::{self, Issued};
use crate::{fuses, reviewers, vault};

pub use views::{AnswerView, AppealView, ClockView, appeal_view, clock_view};

/// An appeal under the id of its statement, from when the seller first did something about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Its id, which is the statement's.
    pub id: AppealId,
    /// Whose.
    pub seller: Seller,
    /// The appeal.
    pub appeal: Appeal,
    /// By when it is decided, once it was filed.
    pub clock: Option<Running>,
}

impl Record for Heard {
    const KIND: &'static str = "appeal";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        Some(&self.seller)
    }

    /// Those that were filed are found in the order in which they are due.
    fn found(&self) -> Vec<Found> {
        let rank = self.clock.as_ref().map_or(self.appeal.contested.told.0, |clock| clock.due.0);
        let heard = self.appeal.heard_by.map(|person| by("heard_by", person, rank));
        let due = self.clock.as_ref().and_then(statements::next).map(|next| by("due", "", next.0));
        let always = [by("stage", stage(&self.appeal), rank), by("seller", seller_id(&self.seller), rank)];
        always.into_iter().chain(heard).chain(due).collect()
    }
}

/// Where an appeal stands, for lists: `open`, `filed`, `decided`, `withdrawn`.
pub fn stage(appeal: &Appeal) -> &'static str {
    match appeal.status {
        Status::Open => "open",
        Status::Filed { .. } => "filed",
        Status::Decided { .. } => "decided",
        Status::Withdrawn => "withdrawn",
    }
}

/// What an appeal said about who decided first. Nothing learns from it by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    /// The appeal.
    pub appeal: AppealId,
    /// Whose.
    pub seller: Seller,
    /// What was found, of whom, by whom.
    pub label: Label,
}

impl Record for Labelled {
    const KIND: &'static str = "label";

    fn id(&self) -> String {
        self.appeal.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        Some(&self.seller)
    }

    fn found(&self) -> Vec<Found> {
        let at = self.label.at.0;
        let of = match &self.label.of {
            Actor::Person(person) => by("reviewer", person, at),
            Actor::Rule(rule) => by("rule", rule, at),
            Actor::Ladder => by("rule", "ladder", at),
        };
        vec![of, by("all", "", at)]
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Clocked<'a> {
    Clock { clock: &'a str, status: clocks::Status },
}

/// What a seller does about a statement.
#[derive(Debug, Clone)]
pub enum Says {
    /// To have read it.
    Read,
    /// To answer.
    Answer(String),
    /// To show proof, by content.
    Show(Hash),
    /// To appeal, saying why.
    File(String),
    /// To take the appeal back.
    Withdraw,
}

/// The seller does something about a statement of theirs. `seller` is whom the person who acts speaks for.
///
/// # Errors
/// [`crate::Kind::Absent`] for a statement of somebody else; whatever appeals refuse, as one that comes too late.
pub async fn say(
    act: &Act<'_>,
    book: &Rulebook,
    seller: &Seller,
    statement: StatementId,
    says: Says,
) -> Result<Heard, ActError> {
    let issued: Issued = act.get(&statement.to_string()).await?;
    if issued.statement.seller != *seller {
        return Err(absent::<Issued>(statement));
    }
    let person = act.person()?;
    let mut heard = match act.look::<Heard>(&statement.to_string()).await? {
        Some(heard) => heard,
        None => opened(act, &issued, person)?,
    };
    // Any account of the seller speaks for the seller; the trail has who it was.
    let of = heard.appeal.contested.seller;
    let files = matches!(says, Says::File(_));
    let command = match says {
        Says::Read => Command::Read(of),
        Says::Answer(text) => Command::Answer(of, text),
        Says::Show(hash) => {
            let document = documents::id(Some(seller), hash);
            if act.look::<Document>(&document).await?.and_then(|document| document.proof).is_none() {
                return Err(no(Refusal::invalid("there is no such document of the seller; send it first")));
            }
            Command::Show(of, hash)
        }
        Says::File(text) => Command::File(of, text),
        Says::Withdraw => Command::Withdraw(of),
    };
    let withdrawn = matches!(command, Command::Withdraw(_));
    changed(act, &mut heard, command)?;
    if files {
        let clock = book.clock("appeal_decision", act.now());
        heard.clock = clock.map(|clock| statements::start(clock, book, act.now())).transpose()?.flatten();
    }
    if withdrawn {
        stop(act, book, &mut heard)?;
    }
    act.put(&heard).await?;
    Ok(heard)
}

fn opened(act: &Act<'_>, issued: &Issued, seller: PersonId) -> Result<Heard, ActError> {
    let contested = Contested {
        actions: issued.statement.actions.iter().copied().collect(),
        seller,
        decided_by: issued.decided_by.clone(),
        approved_by: issued.approved_by,
        told: issued.statement.at,
        until: issued.appeal_until,
    };
    let events = decide(None, Command::Open(contested), act.now()).map_err(no)?;
    let appeal = events.iter().fold(None, apply).ok_or_else(|| no(touchstone_cases::appeal::Refusal::NotNow))?;
    let (id, seller) = (AppealId(issued.statement.id.0), issued.statement.seller.clone());
    let heard = Heard { id, seller, appeal, clock: None };
    act.happened(&heard, &events)?;
    Ok(heard)
}

/// Changes an appeal and notes it; gives what is remembered of who decided first.
fn changed(act: &Act<'_>, heard: &mut Heard, command: Command) -> Result<Option<Label>, ActError> {
    let events = decide(Some(&heard.appeal), command, act.now()).map_err(no)?;
    let after = events.iter().fold(Some(heard.appeal.clone()), apply);
    heard.appeal = after.ok_or_else(|| no(touchstone_cases::appeal::Refusal::NotNow))?;
    act.happened(heard, &events)?;
    let label = |event| match event {
        Event::Labelled(label) => Some(label),
        _ => None,
    };
    Ok(events.into_iter().find_map(label))
}

fn stop(act: &Act<'_>, book: &Rulebook, heard: &mut Heard) -> Result<(), ActError> {
    let Some(running) = &heard.clock else { return Ok(()) };
    let events = clocks::decide(Some(running), clocks::Command::Stop, &book.calendar, act.now()).map_err(no)?;
    heard.clock = events.iter().fold(heard.clock.take(), clocks::apply);
    told(act, heard)
}

fn told(act: &Act<'_>, heard: &Heard) -> Result<(), ActError> {
    let Some(running) = &heard.clock else { return Ok(()) };
    act.happened(heard, &[Clocked::Clock { clock: &running.clock.id, status: running.told }])
}

/// The person who acts hears an appeal, or has somebody else hear it.
///
/// # Errors
/// Whoever decided or approved first does not hear it; or a machine asks.
pub async fn take(act: &Act<'_>, id: AppealId, to: Option<PersonId>) -> Result<Heard, ActError> {
    let by = act.person()?;
    let mut heard: Heard = act.get(&id.to_string()).await?;
    changed(act, &mut heard, Command::Assign(to.unwrap_or(by)))?;
    act.put(&heard).await?;
    Ok(heard)
}

/// How an appeal is decided.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// How.
    pub outcome: Outcome,
    /// Why, as the seller is told.
    pub reasons: String,
    /// Proof that is accepted with it.
    pub accepted: Vec<Authorisation>,
}

/// Decides an appeal: undoes, imposes what comes instead, accepts proof, keeps the label, all or nothing.
///
/// # Errors
/// Whatever appeals or enforcement refuse; [`crate::Kind::Approval`] where undoing needs a second person.
pub async fn rule(act: &Act<'_>, book: &Rulebook, id: AppealId, ruling: Ruling) -> Result<(Heard, Done), ActError> {
    let by = act.person()?;
    let mut heard: Heard = act.get(&id.to_string()).await?;
    let issued: Issued = act.get(&id.to_string()).await?;
    if ruling.accepted.iter().any(|each| each.seller != heard.seller) {
        return Err(no(Refusal::invalid("proof is accepted for the seller who appeals")));
    }
    let Ruling { outcome, reasons, accepted } = ruling;
    let command = Command::Decide { by, outcome: outcome.clone(), reasons: reasons.clone() };
    let refused = matches!(outcome, Outcome::Upheld).then(|| reasons.clone());
    let label = changed(act, &mut heard, command)?;
    let done = carry_out(act, book, (&heard, &issued), (outcome, reasons)).await?;
    stop(act, book, &mut heard)?;
    act.put(&heard).await?;
    for each in accepted {
        vault::accept(act, each).await?;
    }
    if let Some(reasons) = refused {
        documents::refuse_shown(act, &heard.seller, &heard.appeal.proof, &reasons).await?;
    }
    if let Some(label) = label {
        learn(act, &heard, &issued, label).await?;
    }
    Ok((heard, done))
}

async fn carry_out(
    act: &Act<'_>,
    book: &Rulebook,
    (heard, issued): (&Heard, &Issued),
    (outcome, reasons): (Outcome, String),
) -> Result<Done, ActError> {
    let (undone, instead) = match outcome {
        Outcome::Upheld => return Ok(Done::default()),
        Outcome::Reversed => (heard.appeal.contested.actions.clone(), Vec::new()),
        Outcome::Partly { undone, instead } => (undone, instead),
    };
    let desk = enforcement::desk(act, &Of::Seller(heard.seller.clone())).await?;
    let actions: Vec<_> = undone.iter().copied().collect();
    let mut done = enforcement::undo_open(act, book, &actions, (Ground::Appeal(heard.id), reasons)).await?;
    if instead.is_empty() {
        let orders = undone.iter().filter_map(|id| desk.standing.records.get(id)).map(|record| &record.action.order);
        for order in orders.filter(|order| matches!(order.scope, Scope::Listing(_) | Scope::Goods { .. })) {
            let (scope, reason, evidence) = (order.scope.clone(), order.reason.clone(), order.evidence.clone());
            let cleared = Cleared { scope, reason, evidence, at: act.now() };
            vault::command(act, &heard.seller, touchstone_cases::vault::Command::Clear(cleared)).await?;
        }
        return Ok(done);
    }
    let (incident, telling) = (Uuid::now_v7(), issued.telling.clone());
    let want = Imposing { incident, orders: instead, rule: None, draw: 0, telling };
    if enforcement::one_desk(&want.orders)? != desk.of {
        return Err(no(Refusal::invalid("what comes instead is about the seller who appeals")));
    }
    done.and(enforcement::impose(act, book, want).await?);
    Ok(done)
}

/// Keeps the label, and counts it for whoever decided first. What stands in part counts in no fuse.
async fn learn(act: &Act<'_>, heard: &Heard, issued: &Issued, label: Label) -> Result<(), ActError> {
    let stood = label.verdict != Verdict::Wrong;
    match &label.of {
        Actor::Person(person) => {
            let mut known = reviewers::known(act, *person).await?;
            known.record.appealed(stood);
            act.put(&known).await?;
            if label.verdict == Verdict::Wrong {
                cleared(act, heard).await?;
            }
        }
        // What a rule did by itself has the id of its decision as incident.
        Actor::Rule(rule) if label.verdict != Verdict::Partly => {
            fuses::count(act, rule, DecisionId(issued.incident), stood).await?;
        }
        Actor::Rule(_) | Actor::Ladder => {}
    }
    act.put(&Labelled { appeal: heard.id, seller: heard.seller.clone(), label }).await
}

/// Listings that a person acted on wrongly: what they were audited for was not right either.
async fn cleared(act: &Act<'_>, heard: &Heard) -> Result<(), ActError> {
    let desk = enforcement::desk(act, &Of::Seller(heard.seller.clone())).await?;
    let records = heard.appeal.contested.actions.iter().filter_map(|id| desk.standing.records.get(id));
    for order in records.map(|record| &record.action.order) {
        if let Scope::Listing(listing) = &order.scope {
            fuses::reversed(act, listing, &order.evidence).await?;
        }
    }
    Ok(())
}

/// Says what clocks of appeals have brought by now, for at most `limit` of them; how many had something to say.
///
/// # Errors
/// That the store fails.
pub async fn tick(act: &Act<'_>, book: &Rulebook, limit: u64) -> Result<usize, ActError> {
    let mut count = 0;
    for mut heard in act.found::<Heard>("due", String::new(), limit).await? {
        let running = heard.clock.as_ref();
        let events = clocks::decide(running, clocks::Command::Tick, &book.calendar, act.now()).map_err(no)?;
        if events.is_empty() {
            continue;
        }
        heard.clock = events.iter().fold(heard.clock.take(), clocks::apply);
        told(act, &heard)?;
        act.put(&heard).await?;
        count += 1;
    }
    Ok(count)
}
