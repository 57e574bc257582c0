//! The queue: the next item, and all that is done with one.

use serde::Serialize;
use touchstone_cases::id::{ItemId, Listing, PersonId, Seller, Subject};
use touchstone_cases::lock;
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{self, Command, Event, Item, Stage, apply, decide};
use touchstone_cases::review::{Turn, Verdict};
use touchstone_store::{Found, QueuePlace, QueueSeeker};

use crate::act::{Act, ActError, no};
use crate::intake::Golden;
use crate::record::{Record, by, seller_id};
use crate::{bulk, fuses, reviewers};

impl Record for Item {
    const KIND: &'static str = "item";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        self.subject.seller()
    }

    fn found(&self) -> Vec<Found> {
        let at = self.created_at.0;
        let stage = by("stage", stage(self), at);
        let seller = self.subject.seller().map(|seller| by("seller", seller_id(seller), at));
        let listing = match &self.subject {
            Subject::Listing(version) => Some(by("listing", listing_id(&version.listing), at)),
            Subject::Seller(_) | Subject::Group { .. } => None,
        };
        let decision = self.decision.map(|decision| by("decision", decision, at));
        let (counts_at, reached) = (self.counts_at().0, matches!(self.stage, Stage::Decided { .. }));
        let drawn = self.drawn.as_ref().map(|_| by("drawn", "", counts_at));
        let reached = (reached && self.drawn.is_none() && self.stratum.is_some()).then(|| by("reached", "", counts_at));
        let group = match self.stage {
            Stage::Decided { group: Some(group) } => Some(by("group", group, at)),
            _ => None,
        };
        [Some(stage), seller, listing, decision, drawn, reached, group].into_iter().flatten().collect()
    }
}

/// Where an item stands, for lists: `waiting`, `decided`, `withdrawn`.
pub fn stage(item: &Item) -> &'static str {
    match item.stage {
        Stage::Open | Stage::Skipped { .. } => "waiting",
        Stage::Decided { .. } => "decided",
        Stage::Withdrawn { .. } => "withdrawn",
    }
}

/// A listing in one text: no two are written alike.
pub fn listing_id(listing: &Listing) -> String {
    let seller = seller_id(&listing.seller);
    format!("{}:{seller}:{}", seller.len(), listing.listing_id)
}

/// The next item of a queue that the person may take, taken; none if nothing waits for them. `lease` is in microseconds.
///
/// # Errors
/// A lease that is too long, or that the store fails.
pub async fn next(act: &Act<'_>, queue: &str, lead: bool, lease: i64) -> Result<Option<Item>, ActError> {
    let who = reviewers::reviewer(act, lead).await?;
    let seeker = QueueSeeker { person: who.id.0, lead, skills: who.skills.clone() };
    let Some(id) = act.change.next(queue, &seeker).await? else { return Ok(None) };
    command(act, ItemId(id), Command::Take { who, lease }).await.map(Some)
}

/// Does something with an item.
///
/// # Errors
/// Whatever the queue refuses.
pub async fn command(act: &Act<'_>, id: ItemId, command: Command) -> Result<Item, ActError> {
    let item: Item = act.get(&id.to_string()).await?;
    if matches!(command, Command::Reopen { .. }) {
        bulk::item_is_free(act, &item).await?;
    }
    changed(act, item, command).await
}

/// The same with an item that was loaded already.
///
/// # Errors
/// Whatever the queue refuses.
pub async fn changed(act: &Act<'_>, mut item: Item, command: Command) -> Result<Item, ActError> {
    let events = decide(&item, command, act.now()).map_err(no)?;
    events.iter().for_each(|event| apply(&mut item, event));
    act.happened(&item, &events)?;
    save(act, &item).await?;
    if events.iter().any(settles) {
        reviewers::learn(act, &item.review).await?;
        fuses::audited(act, &item).await?;
    }
    Ok(item)
}

fn settles(event: &Event) -> bool {
    matches!(event, Event::Review(touchstone_cases::review::Event::Settled { .. }))
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Entered<'a> {
    Entered { item: &'a Item },
    Added { known: Verdict, reason: &'a str },
}

/// An item comes in.
///
/// # Errors
/// That the store fails.
pub async fn enter(act: &Act<'_>, entry: queue::Entry, ageing: queue::Ageing) -> Result<Item, ActError> {
    let item = Item::enter(entry, ageing, act.now());
    act.happened(&item, &[Entered::Entered { item: &item }])?;
    save(act, &item).await?;
    Ok(item)
}

/// A listing whose answer is known is mixed in from now on.
///
/// # Errors
/// That the store fails.
pub async fn keep_golden(act: &Act<'_>, golden: &Golden) -> Result<(), ActError> {
    // The answer is no secret of the trail: who reads it judges nothing.
    act.happened(golden, &[Entered::Added { known: golden.known, reason: &golden.reason }])?;
    act.put(golden).await
}

/// Keeps an item, and its place if it still waits.
async fn save(act: &Act<'_>, item: &Item) -> Result<(), ActError> {
    act.put(item).await?;
    match place(item) {
        Some(place) => act.change.enqueue(place).await?,
        None => act.change.dequeue(item.id.0).await?,
    }
    Ok(())
}

/// Its place in the queue; none if it does not wait any more.
fn place(item: &Item) -> Option<QueuePlace> {
    let skipped = match item.stage {
        Stage::Open => 0,
        Stage::Skipped { until, .. } => until.0,
        Stage::Decided { .. } | Stage::Withdrawn { .. } => return None,
    };
    let held = item.lock.held.map_or(0, |held| held.until.0);
    Some(QueuePlace {
        item_id: item.id.0,
        queue: item.route.queue.clone(),
        skill: item.route.skill.clone(),
        place: item.key,
        free_at: skipped.max(held),
        for_lead: item.review.turn() == Turn::Lead,
        judged_by: item.review.judgements.iter().map(|judgement| judgement.by.0).collect(),
        created_at: item.created_at.0,
    })
}

/// What a person sees of an item.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = QueueItem)]
pub struct View {
    /// Its id.
    pub item_id: String,
    /// What it is about: a listing as it was, a seller, or a group.
    #[schema(value_type = Object)]
    pub subject: Subject,
    /// `open`, `locked`, `skipped`, `decided` or `withdrawn`.
    #[schema(value_type = String)]
    pub state: queue::State,
    /// The queue, where that tells nothing that is not shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// What a person must have to take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// Since when it waits, RFC 3339.
    pub created_at: String,
    /// Who has it in hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// Whose turn it is: `anybody`, `second`, `lead`, `over`; a second reviewer is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<&'static str>,
    /// Whether what screening said is kept from this person.
    pub blind: bool,
    /// The decision that asked for it; not where the person is blind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<String>,
    /// Why it matters; not where the person is blind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub risk: Option<queue::Risk>,
    /// What others said; not before it is the person's to know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub judgements: Vec<touchstone_cases::review::Judgement>,
    /// What came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub settled: Option<touchstone_cases::review::Settled>,
}

/// Who has an item in hand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ItemLock)]
pub struct Lock {
    /// Who.
    pub by: String,
    /// Until then nobody else may take it, RFC 3339.
    pub until: String,
    /// What a decision must name; only to whom it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<u64>,
}

/// What this person sees of an item now.
pub fn view(item: &Item, to: PersonId, now: Moment) -> View {
    let shown = item.review.shows(to);
    let turn = item.review.turn();
    let judged = item.review.judgements.iter().any(|judgement| judgement.by == to);
    let over = turn == Turn::Over;
    let golden = item.review.golden.is_some();
    View {
        item_id: item.id.to_string(),
        subject: item.subject.clone(),
        state: item.state(now),
        queue: shown.screening.then(|| item.route.queue.clone()),
        skill: item.route.skill.clone(),
        created_at: item.created_at.to_string(),
        lock: item.lock.holder(now).map(|held| lock_view(held, item.lock.token, to)),
        turn: (shown.screening || judged || over).then(|| turn_name(turn)),
        blind: !shown.screening,
        decision_id: shown.screening.then(|| item.decision.map(|id| id.to_string())).flatten(),
        risk: shown.screening.then_some(item.risk),
        judgements: if shown.judgements { item.review.judgements.clone() } else { Vec::new() },
        settled: item.review.settled.clone().filter(|_| !golden),
    }
}

fn lock_view(held: lock::Held, token: u64, to: PersonId) -> Lock {
    Lock { by: held.by.to_string(), until: held.until.to_string(), token: (held.by == to).then_some(token) }
}

fn turn_name(turn: Turn) -> &'static str {
    match turn {
        Turn::First => "anybody",
        Turn::Second => "second",
        Turn::Lead => "lead",
        Turn::Over => "over",
    }
}

/// Whether a settled item says that its listing is a fake, and says it of the listing, not of the reviewer.
pub fn is_fake(item: &Item) -> bool {
    let settled = item.review.settled.as_ref();
    item.review.golden.is_none() && settled.is_some_and(|settled| settled.verdict == Verdict::Fake)
}
