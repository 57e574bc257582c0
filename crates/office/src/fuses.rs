//! The fuse of a rule: fed by blocks that people looked at, by chance or in an appeal. A blown one makes its rule ask for
//! reviews until a person puts it in again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use touchstone_cases::estimate::Side;
use touchstone_cases::fuse::{Command, Effect, Event, Fuse, Limits, Refusal as Why, apply, decide};
use touchstone_cases::id::{DecisionId, Hash, Listing, PersonId, Seller, Subject};
use touchstone_cases::queue::Item;
use touchstone_cases::review::Verdict;
use touchstone_store::{Found, Page, Search, Store, StoreError};

use crate::act::{Act, ActError, no, open};
use crate::items::{is_fake, listing_id};
use crate::record::{Record, by};
use crate::refusal::{Kind, Refusal};

/// Fuses of a house, at most.
const FUSES_MAX: u64 = 10_000;
/// Items of one listing that are looked at.
const ITEMS_MAX: u64 = 64;

impl Record for Fuse {
    const KIND: &'static str = "fuse";

    fn id(&self) -> String {
        self.rule.clone()
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        let blown = self.blown.as_ref().map(|blown| by("blown", "", blown.at.0));
        [Some(by("all", "", 0)), blown].into_iter().flatten().collect()
    }
}

/// What was found of one block of a rule: a later look corrects it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Audited {
    rule: String,
    decision: DecisionId,
    right: bool,
}

impl Audited {
    fn name(rule: &str, decision: DecisionId) -> String {
        format!("{decision}:{rule}")
    }
}

impl Record for Audited {
    const KIND: &'static str = "audited";

    fn id(&self) -> String {
        Self::name(&self.rule, self.decision)
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        vec![by("rule", &self.rule, 0)]
    }
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum New<'a> {
    PutIn { fuse: &'a Fuse },
    Given { owner: PersonId },
}

/// Gives a rule a fuse.
///
/// # Errors
/// Limits that a rule without any mistake could not hold, a rule that has one, or a machine that asks.
pub async fn put_in(act: &Act<'_>, rule: String, owner: PersonId, limits: Limits) -> Result<Fuse, ActError> {
    act.person()?;
    if act.look::<Fuse>(&rule).await?.is_some() {
        let detail = format!("the rule {rule} has a fuse; give it other limits instead");
        return Err(no(Refusal::new(Kind::Conflict, detail)));
    }
    let fuse = Fuse::new(rule, owner, limits).map_err(no)?;
    act.happened(&fuse, &[New::PutIn { fuse: &fuse }])?;
    act.put(&fuse).await?;
    Ok(fuse)
}

/// Puts a blown fuse in again, counting from nothing.
///
/// # Errors
/// One that has not blown, no reason, or a machine that asks.
pub async fn reset(act: &Act<'_>, rule: &str, reason: String) -> Result<Fuse, ActError> {
    let by = act.person()?;
    command(act, act.get(rule).await?, Command::Reset { by, reason }).await
}

/// Gives a fuse other limits; it may blow by that.
///
/// # Errors
/// Limits that a rule without any mistake could not hold, or a machine that asks.
pub async fn limit(act: &Act<'_>, rule: &str, limits: Limits) -> Result<Fuse, ActError> {
    let by = act.person()?;
    command(act, act.get(rule).await?, Command::Limit { by, limits }).await
}

/// Counts that a block of a rule was right, or wrong; what was counted of it before is corrected. None if the rule has no
/// fuse.
///
/// # Errors
/// That the store fails.
pub async fn count(act: &Act<'_>, rule: &str, decision: DecisionId, right: bool) -> Result<Option<Fuse>, ActError> {
    let Some(fuse) = act.look::<Fuse>(rule).await? else { return Ok(None) };
    let before = act.look::<Audited>(&Audited::name(rule, decision)).await?.map(|audited| audited.right);
    if before == Some(right) {
        return Ok(Some(fuse));
    }
    act.put(&Audited { rule: rule.to_owned(), decision, right }).await?;
    let audit = |before| Command::Audit { decision, right, before };
    // What was counted before the fuse was put in again counts no more, so there is nothing to correct.
    let before = before.filter(|_| decide(&fuse, audit(before), act.now()) != Err(Why::NotCounted));
    command(act, fuse, audit(before)).await.map(Some)
}

/// Counts a block that was drawn by chance and is settled now, for the rule that decided it.
///
/// # Errors
/// That the store fails.
pub(crate) async fn audited(act: &Act<'_>, item: &Item) -> Result<(), ActError> {
    let drawn = item.drawn.as_ref().is_some_and(|stratum| stratum.side == Side::Blocked);
    let settled = item.review.settled.as_ref().filter(|_| drawn && item.review.golden.is_none());
    let right = match settled.map(|settled| settled.verdict) {
        Some(Verdict::Fake) => true,
        Some(Verdict::Genuine) => false,
        Some(Verdict::Unsure) | None => return Ok(()),
    };
    let Some(decision) = item.decision else { return Ok(()) };
    let Some(rule) = first_reason(act, decision).await? else { return Ok(()) };
    count(act, &rule, decision, right).await.map(drop)
}

/// An appeal says that a listing is genuine: audits of its blocks, as it was seen, found wrongly that it is a fake.
///
/// # Errors
/// That the store fails.
pub(crate) async fn reversed(act: &Act<'_>, listing: &Listing, seen: &BTreeSet<Hash>) -> Result<(), ActError> {
    for item in act.found::<Item>("listing", listing_id(listing), ITEMS_MAX).await? {
        let drawn = item.drawn.as_ref().is_some_and(|stratum| stratum.side == Side::Blocked);
        let same = matches!(&item.subject, Subject::Listing(version) if seen.contains(&version.content));
        let Some(decision) = item.decision.filter(|_| drawn && same && is_fake(&item)) else { continue };
        if let Some(rule) = first_reason(act, decision).await? {
            count(act, &rule, decision, false).await?;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Body {
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    code: String,
}

/// The code of a decision's first reason: the rule that decided it.
async fn first_reason(act: &Act<'_>, decision: DecisionId) -> Result<Option<String>, ActError> {
    let body = act.change.bodies(&[decision.0]).await?.remove(&decision.0);
    let body = body.and_then(|body| serde_json::from_slice::<Body>(&body).ok());
    Ok(body.and_then(|body| body.reasons.into_iter().next()).map(|reason| reason.code))
}

async fn command(act: &Act<'_>, mut fuse: Fuse, command: Command) -> Result<Fuse, ActError> {
    let events: Vec<Event> = decide(&fuse, command, act.now()).map_err(no)?;
    events.iter().for_each(|event| apply(&mut fuse, event));
    act.happened(&fuse, &events)?;
    act.put(&fuse).await?;
    Ok(fuse)
}

/// All fuses, by rule.
///
/// # Errors
/// When the database fails.
pub async fn all(store: &Store) -> Result<Vec<Fuse>, ActError> {
    let page = Page { limit: FUSES_MAX, ..Page::default() };
    let found = store.search(&Search { kind: Fuse::KIND, name: "all", value: String::new(), page }).await?;
    found.iter().map(|(kept, _)| open(kept)).collect()
}

/// Gives a rule a fuse, or the one that it has other limits; who asks for one with no other owner is told when it blows.
///
/// # Errors
/// As [`put_in`] and [`limit`].
pub async fn set(act: &Act<'_>, rule: String, owner: Option<PersonId>, limits: Limits) -> Result<Fuse, ActError> {
    let by = act.person()?;
    let Some(fuse) = act.look::<Fuse>(&rule).await? else {
        return put_in(act, rule, owner.unwrap_or(by), limits).await;
    };
    let owner = owner.unwrap_or(fuse.owner);
    if owner != fuse.owner {
        let other = Fuse { owner, ..fuse };
        act.happened(&other, &[New::Given { owner }])?;
        act.put(&other).await?;
    }
    limit(act, &rule, limits).await
}

/// Rules whose fuse is blown, for who screens: they ask for a review instead of blocking.
///
/// # Errors
/// When the database fails.
pub async fn blown(store: &Store) -> Result<BTreeSet<String>, StoreError> {
    let page = Page { limit: FUSES_MAX, ..Page::default() };
    let search = Search { kind: Fuse::KIND, name: "blown", value: String::new(), page };
    Ok(store.search(&search).await?.into_iter().map(|(kept, _)| kept.id).collect())
}

/// A fuse, for staff.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Fuse)]
pub struct FuseView {
    /// The rule.
    pub rule: String,
    /// Who is told.
    pub owner: String,
    /// Precision that it must hold, in parts per billion.
    pub floor_ppb: u32,
    /// Before so many audits nothing is concluded.
    pub audits_min: u64,
    /// Blocks that people looked at since it was put in.
    pub audits: u64,
    /// How many of them were right.
    pub right: u64,
    /// The precision is not below this, in parts per billion, with 95 % on that side; what blows the fuse.
    pub not_below_ppb: u32,
    /// The precision lies between this, in parts per billion, with 95 %;
    pub low_ppb: u32,
    /// and this.
    pub high_ppb: u32,
    /// `block` or `review`.
    #[schema(value_type = String)]
    pub effect: Effect,
    /// Since when it is blown, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blown_at: Option<String>,
}

/// A fuse as staff sees it.
pub fn fuse_view(fuse: &Fuse) -> FuseView {
    let interval = fuse.audits.wilson();
    FuseView {
        rule: fuse.rule.clone(),
        owner: fuse.owner.to_string(),
        floor_ppb: fuse.limits.floor.parts(),
        audits_min: fuse.limits.audits_min,
        audits: fuse.audits.of,
        right: fuse.audits.hits,
        not_below_ppb: fuse.audits.not_below().parts(),
        low_ppb: interval.low.parts(),
        high_ppb: interval.high.parts(),
        effect: fuse.effect(),
        blown_at: fuse.blown.as_ref().map(|blown| blown.at.to_string()),
    }
}
