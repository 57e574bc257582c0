//! What is done about a finding, and how it is taken back: all that is kept of a seller, or of a marketplace, lies on one
//! desk. What holds is computed from both each time it is asked.

mod desk;
mod views;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use touchstone_cases::enforcement::switch::{self, Stop, Switch, Turn, Turned};
use touchstone_cases::enforcement::{
    AccountState, Actor, Command, Diff, Event, Fate, Ground, ListingState, Offer, Order, account_state, dry_run,
    listing_state, next_end,
};
use touchstone_cases::id::{ActionId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_store::{Found, Page, Search, Store};
use uuid::Uuid;

use crate::act::{Act, ActError, absent, no, open};
use crate::record::Record;
use crate::refusal::{Kind, Refusal};
use crate::rulebook::Rulebook;
use crate::statements::{self, Issued, Telling};

pub use desk::{Desk, Filed, Of};
pub use views::{AccountView, ActionView, StandingView, action_view, standing_view};
use world::World;

/// What somebody or a rule wants done, all about one seller or one marketplace.
#[derive(Debug, Clone)]
pub struct Imposing {
    /// What is decided together, and counted once.
    pub incident: Uuid,
    /// What.
    pub orders: Vec<Order>,
    /// The rule that wants it, where nobody looks; none: the person who acts.
    pub rule: Option<String>,
    /// Chance of 2³² for the delay of account consequences.
    pub draw: u32,
    /// What the seller is told.
    pub telling: Telling,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Done {
    /// Actions that began, or will, in the order in which they were imposed.
    pub imposed: Vec<ActionId>,
    /// Actions that were undone, or fell.
    pub ended: Vec<ActionId>,
    /// What sellers are told.
    pub statements: Vec<Issued>,
}

impl Done {
    /// Adds what came of more.
    pub(crate) fn and(&mut self, more: Self) {
        self.imposed.extend(more.imposed);
        self.ended.extend(more.ended);
        self.statements.extend(more.statements);
    }
}

/// Does something about a finding. Each action is told to its seller in the same change.
///
/// # Errors
/// Whatever enforcement refuses; [`Kind::Approval`] where a second person must agree first.
pub async fn impose(act: &Act<'_>, book: &Rulebook, want: Imposing) -> Result<Done, ActError> {
    let of = one_desk(&want.orders)?;
    let filed: Vec<Filed> = act.get_many(&ids(want.orders.iter().map(|order| order.id))).await?;
    if let Some(known) = filed.first() {
        return Err(no(Refusal::new(Kind::Conflict, format!("action {} was decided already", known.id))));
    }
    let actor = actor(act, want.rule)?;
    let Imposing { incident, orders, draw, telling, .. } = want;
    run(act, book, of, Command::Impose { incident, orders, actor, draw }, Some(telling)).await
}

/// Takes actions back, on whichever desks they lie. The rest is computed anew.
///
/// # Errors
/// Whatever enforcement refuses, or [`Kind::Absent`].
pub async fn undo(
    act: &Act<'_>,
    book: &Rulebook,
    actions: &[ActionId],
    (ground, reason): (Ground, String),
) -> Result<Done, ActError> {
    let actor = Actor::Person(act.person()?);
    let mut done = Done::default();
    let filed: Vec<Filed> = act.get_many(&ids(actions.iter().copied())).await?;
    if let Some(lost) = actions.iter().find(|id| !filed.iter().any(|filed| filed.id == **id)) {
        return Err(absent::<Filed>(lost));
    }
    let mut by_desk: BTreeMap<Of, Vec<ActionId>> = BTreeMap::new();
    filed.into_iter().for_each(|filed| by_desk.entry(filed.of).or_default().push(filed.id));
    for (of, actions) in by_desk {
        let (actor, ground, reason) = (actor.clone(), ground.clone(), reason.clone());
        done.and(run(act, book, of, Command::Undo { actions, actor, ground, reason }, None).await?);
    }
    Ok(done)
}

/// Takes back those of some actions that are not taken back yet; nothing where there are none.
///
/// # Errors
/// As [`undo`].
pub(crate) async fn undo_open(
    act: &Act<'_>,
    book: &Rulebook,
    actions: &[ActionId],
    why: (Ground, String),
) -> Result<Done, ActError> {
    let filed: Vec<Filed> = act.get_many(&ids(actions.iter().copied())).await?;
    let mut open = Vec::with_capacity(filed.len());
    for of in filed.iter().map(|filed| &filed.of).collect::<BTreeSet<_>>() {
        let desk = desk(act, of).await?;
        let is_open = |id: &ActionId| {
            let record = desk.standing.records.get(id);
            record.is_some_and(|record| matches!(record.fate, Fate::Stands | Fate::Waits(_)))
        };
        open.extend(filed.iter().filter(|one| one.of == *of).map(|one| one.id).filter(is_open));
    }
    if open.is_empty() { Ok(Done::default()) } else { undo(act, book, &open, why).await }
}

/// Lets a consequence begin that waits.
///
/// # Errors
/// Whatever enforcement refuses, or [`Kind::Absent`].
pub async fn confirm(act: &Act<'_>, book: &Rulebook, action: ActionId) -> Result<Done, ActError> {
    let actor = Actor::Person(act.person()?);
    let filed: Filed = act.get(&action.to_string()).await?;
    run(act, book, filed.of, Command::Confirm { action, actor }, None).await
}

/// What orders would change, and the hash that a second person would have to have seen. Nothing changes.
///
/// # Errors
/// Whatever enforcement refuses.
pub async fn dry_impose(act: &Act<'_>, book: &Rulebook, want: &Imposing) -> Result<Diff, ActError> {
    let of = one_desk(&want.orders)?;
    let actor = actor(act, want.rule.clone())?;
    let (incident, orders, draw) = (want.incident, want.orders.clone(), want.draw);
    dry(act, book, &of, &Command::Impose { incident, orders, actor, draw }).await
}

/// What an undo would change; the actions lie on one desk. Nothing changes.
///
/// # Errors
/// Whatever enforcement refuses, or [`Kind::Absent`].
pub async fn dry_undo(act: &Act<'_>, book: &Rulebook, actions: Vec<ActionId>) -> Result<Diff, ActError> {
    let first = actions.first().ok_or_else(|| no(Refusal::invalid("name at least one action")))?;
    let of = act.get::<Filed>(&first.to_string()).await?.of;
    let actor = Actor::Person(act.person()?);
    let (ground, reason) = (Ground::Mistake, String::new());
    dry(act, book, &of, &Command::Undo { actions, actor, ground, reason }).await
}

async fn dry(act: &Act<'_>, book: &Rulebook, of: &Of, command: &Command) -> Result<Diff, ActError> {
    let desk = desk(act, of).await?;
    let world = World::of(act, &desk, command).await?;
    dry_run(&desk.standing, command, world.rules(book, None), act.now()).map_err(no)
}

/// Says what has come to its end by now, on at most `limit` desks; on how many.
///
/// # Errors
/// That the store fails.
pub async fn tick(act: &Act<'_>, book: &Rulebook, limit: u64) -> Result<usize, ActError> {
    let page = Page { limit, ..Page::default() };
    let due = Search { kind: Desk::KIND, name: "due", value: String::new(), page };
    let due = act.change.find(&due).await?.into_iter().filter(|(_, at)| *at <= act.now().0);
    let ids: Vec<String> = due.map(|(id, _)| id).collect();
    let desks: Vec<Desk> = act.get_many(&ids).await?;
    let count = desks.len();
    for desk in desks {
        run(act, book, desk.of, Command::Tick, None).await?;
    }
    Ok(count)
}

/// What lies on a desk; nothing yet where nothing was done.
///
/// # Errors
/// That the store fails.
pub async fn desk(act: &Act<'_>, of: &Of) -> Result<Desk, ActError> {
    Ok(act.look(&of.id()).await?.unwrap_or_else(|| Desk::empty(of.clone())))
}

async fn run(
    act: &Act<'_>,
    book: &Rulebook,
    of: Of,
    command: Command,
    telling: Option<Telling>,
) -> Result<Done, ActError> {
    let mut desk = desk(act, &of).await?;
    let world = World::of(act, &desk, &command).await?;
    let (events, second) = world.decide(act, book, &desk.standing, &command).await?;
    let standing = std::mem::take(&mut desk.standing);
    desk.standing = events.iter().fold(standing, touchstone_cases::enforcement::apply);
    desk.next = next_end(&desk.standing, &book.regimes, act.now());
    act.happened(&desk, &events)?;
    act.put(&desk).await?;
    let imposed = events.iter().filter_map(|event| match event {
        Event::Imposed { action, .. } => Some(action.id()),
        _ => None,
    });
    let imposed: Vec<ActionId> = imposed.collect();
    for id in &imposed {
        act.put(&Filed { id: *id, of: of.clone(), approved_by: second }).await?;
    }
    let statements = statements::issue(act, book, &desk, (&events, &command), (telling, second)).await?;
    let ended = events.iter().filter_map(|event| match event {
        Event::Undone { action, .. } | Event::Fell { action, .. } => Some(*action),
        _ => None,
    });
    Ok(Done { imposed, ended: ended.collect(), statements })
}

/// What holds for a listing now in a country; without one, in the strictest.
///
/// # Errors
/// That the store fails.
pub async fn listing_now(
    act: &Act<'_>,
    book: &Rulebook,
    offer: &Offer,
    market: Option<&str>,
) -> Result<ListingState, ActError> {
    let [seller, marketplace] = both(act, &offer.listing.seller).await?;
    Ok(listing_state(&[&seller.standing, &marketplace.standing], &book.regimes, offer, market, act.now()))
}

/// What holds for a seller now.
///
/// # Errors
/// That the store fails.
pub async fn account_now(act: &Act<'_>, book: &Rulebook, seller: &Seller) -> Result<AccountState, ActError> {
    let [own, marketplace] = both(act, seller).await?;
    Ok(account_state(&[&own.standing, &marketplace.standing], &book.regimes, seller, act.now()))
}

/// What holds for a listing and for its seller.
pub type Held = (ListingState, AccountState);

/// What holds for some offers now, in one look-up: for who screens them. Of sellers who were erased nothing is known.
///
/// # Errors
/// That the store fails.
pub async fn look_up(store: &Store, book: &Rulebook, offers: &[Offer], now: Moment) -> Result<Vec<Held>, ActError> {
    let desks = |offer: &Offer| {
        let seller = &offer.listing.seller;
        [Of::Seller(seller.clone()).id(), Of::Marketplace(seller.marketplace.clone()).id()]
    };
    let ids: BTreeSet<String> = offers.iter().flat_map(desks).collect();
    let kept = store.look_up(Desk::KIND, &ids.into_iter().collect::<Vec<_>>()).await?;
    let known = kept
        .iter()
        .filter(|kept| kept.body.is_some())
        .map(|kept| open::<Desk>(kept).map(|desk| (kept.id.clone(), desk)));
    let known: BTreeMap<String, Desk> = known.collect::<Result<_, _>>()?;
    let held = |offer: &Offer| {
        let standings: Vec<_> = desks(offer).iter().filter_map(|id| known.get(id)).map(|desk| &desk.standing).collect();
        let listing = listing_state(&standings, &book.regimes, offer, None, now);
        (listing, account_state(&standings, &book.regimes, &offer.listing.seller, now))
    };
    Ok(offers.iter().map(held).collect())
}

async fn both(act: &Act<'_>, seller: &Seller) -> Result<[Desk; 2], ActError> {
    let marketplace = Of::Marketplace(seller.marketplace.clone());
    Ok([desk(act, &Of::Seller(seller.clone())).await?, desk(act, &marketplace).await?])
}

impl Record for Switch {
    const KIND: &'static str = "switch";

    fn id(&self) -> String {
        "all".to_owned()
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        Vec::new()
    }
}

/// What is stopped.
///
/// # Errors
/// That the store fails.
pub async fn switch(act: &Act<'_>) -> Result<Switch, ActError> {
    Ok(act.look("all").await?.unwrap_or_default())
}

/// Stops what acts by itself, or lets it go on.
///
/// # Errors
/// Where it is so already, nobody says why, or a machine asks.
pub async fn turn(act: &Act<'_>, turn: Turn, reason: String) -> Result<Switch, ActError> {
    let before = switch(act).await?;
    let stop = Stop { by: act.person()?, at: act.now(), reason };
    let events: Vec<Turned> = switch::decide(&before, turn, stop).map_err(no)?;
    let after = events.iter().fold(before, switch::apply);
    act.happened(&after, &events)?;
    act.put(&after).await?;
    Ok(after)
}

/// An actor is the person who acts, or a rule where no person does.
fn actor(act: &Act<'_>, rule: Option<String>) -> Result<Actor, ActError> {
    match (rule, act.by.person()) {
        (None, _) => act.person().map(Actor::Person),
        (Some(rule), None) => Ok(Actor::Rule(rule)),
        (Some(_), Some(_)) => Err(no(Refusal::invalid("a person acts in their own name, not in a rule's"))),
    }
}

pub(crate) fn one_desk(orders: &[Order]) -> Result<Of, ActError> {
    let mut of = orders.iter().map(|order| Of::scope(&order.scope));
    let first = of.next().ok_or_else(|| no(touchstone_cases::enforcement::Refusal::Number))?;
    match of.all(|other| other == first) {
        true => Ok(first),
        false => {
            Err(no(Refusal::invalid("orders of one change are about one seller, or one marketplace; send them apart")))
        }
    }
}

fn ids(ids: impl Iterator<Item = ActionId>) -> Vec<String> {
    ids.map(|id| id.to_string()).collect()
}
