//! Decisions of screening become items of the queue. Each decision leaves a mark in its own transaction; here the marks
//! are taken up in batches, each batch in one transaction, so that no decision is missed or taken twice, and no listing
//! waits for it.
//!
//! ```text
//!  review ────────────────► an item; beside some of them a golden one
//!  allow, block, if drawn ─► a blind item in the place of another
//!  all ────────────────────► counted in their stratum
//! ```
//!
//! A review that leaves the queue before anybody got to it stays, if chance draws it, as a blind item like those: what
//! people did not get to is estimated from these, what they did get to is known.
//!
//! A newer decision about a listing takes back what waits of an older one; if its content is the same, the item is weighed
//! again and keeps its age.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use touchstone_cases::estimate::Side;
use touchstone_cases::facts::Facts;
use touchstone_cases::id::{DecisionId, Hash, ItemId, Listing, Seller, Subject, Version};
use touchstone_cases::moment::{DAY, Moment};
use touchstone_cases::queue::{Command, Entry, Item, Risk, Stage};
use touchstone_cases::review::{Review, Verdict};
use touchstone_cases::sample::{Purpose, Stratum};
use touchstone_store::{ChangeError, Found, Store, StoredDecision};
use uuid::Uuid;

use crate::act::{Act, ActError, happen};
use crate::items::{self, listing_id};
use crate::record::{Record, by};
use crate::settings::Settings;

/// What one order can put at risk, in US cents: ten thousand million dollars. Feeds may say more; the trail holds no such
/// numbers.
const AT_RISK_MAX: u64 = 1_000_000_000_000;
/// Items among which one lends a sampled one its place.
const NEIGHBOURS: u64 = 64;
/// Older items of a listing that are looked at.
const OLDER: u64 = 16;
/// Microseconds of a quarter of an hour.
pub(crate) const QUARTER: i64 = 900_000_000;

/// Minor units of a currency in US cents; none if nobody knows.
pub type Cents = Arc<dyn Fn(i64, &str) -> Option<u64> + Send + Sync>;

/// A decision, and what its listing says.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The decision.
    pub decision: StoredDecision,
    /// The listing as an object of a JSON-lines feed; none if it is gone.
    pub content: Option<Vec<u8>>,
}

/// What is read of a decision's body.
#[derive(Debug, Deserialize)]
struct Body {
    verdict: String,
    class: String,
    score: i64,
    reasons: Vec<Reason>,
    signals: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Deserialize)]
struct Reason {
    severity: String,
}

/// What is read of a listing.
#[derive(Debug, Default, Deserialize)]
struct Content {
    market: Option<String>,
    price_minor: Option<i64>,
    price_currency: Option<String>,
}

/// Takes up to `limit` decisions; how many there were.
///
/// # Errors
/// That the store fails; all of them are there the next time then.
pub async fn take_in(
    store: &Arc<Store>,
    settings: &Arc<Settings>,
    cents: Cents,
    now: i64,
    limit: u64,
) -> Result<usize, ActError> {
    let due = store.decisions_due(limit).await?;
    if due.is_empty() {
        return Ok(0);
    }
    let (ids, read): (Vec<Uuid>, Vec<Option<StoredDecision>>) = due.into_iter().unzip();
    let decisions: Vec<StoredDecision> = read.into_iter().flatten().collect();
    let contents = store.contents(decisions.iter().map(|one| one.listing_hash.clone()).collect()).await?;
    let seen = |decision: StoredDecision| Seen { content: contents.get(&decision.listing_hash).cloned(), decision };
    let seen: Vec<Seen> = decisions.into_iter().map(seen).collect();
    let count = ids.len();
    let taken = together(store, settings, &cents, now, (ids.clone(), seen.clone())).await;
    match taken {
        Ok(()) => {}
        Err(ChangeError::Store(error)) if error.is_outage() => return Err(error.into()),
        // One by one, so that one that can't be taken up holds up nobody: it is left out, and said.
        Err(_) => {
            for id in ids {
                let own: Vec<Seen> = seen.iter().filter(|one| one.decision.decision_id == id).cloned().collect();
                if let Err(error) = together(store, settings, &cents, now, (vec![id], own)).await {
                    tracing::error!(decision = %id, error = ?error, "a decision can't come into the queue");
                    together(store, settings, &cents, now, (vec![id], Vec::new())).await?;
                }
            }
        }
    }
    Ok(count)
}

/// Takes some decisions in one transaction; of those that another process had meanwhile nothing.
async fn together(
    store: &Arc<Store>,
    settings: &Arc<Settings>,
    cents: &Cents,
    now: i64,
    (ids, seen): (Vec<Uuid>, Vec<Seen>),
) -> Result<(), ActError> {
    let (settings, cents) = (Arc::clone(settings), Arc::clone(cents));
    happen(store, "intake", now, move |act| {
        Box::pin(async move {
            let ours = act.change.take_due(&ids).await?;
            let mut counts = Counts::default();
            for one in seen.iter().filter(|one| ours.contains(&one.decision.decision_id)) {
                take(act, &settings, &cents, one, &mut counts).await?;
            }
            counts.keep(act).await
        })
    })
    .await
}

async fn take(
    act: &Act<'_>,
    settings: &Settings,
    cents: &Cents,
    seen: &Seen,
    counts: &mut Counts,
) -> Result<(), ActError> {
    let Ok(body) = serde_json::from_slice::<Body>(&seen.decision.body) else { return Ok(()) };
    let Ok(content) = <[u8; 32]>::try_from(seen.decision.listing_hash.as_slice()) else { return Ok(()) };
    let read: Content = seen.content.as_deref().and_then(|text| serde_json::from_slice(text).ok()).unwrap_or_default();
    let value = read.price_minor.zip(read.price_currency.as_deref()).and_then(|(minor, of)| cents(minor, of));
    let value = value.map(|value| value.min(AT_RISK_MAX));
    let facts = facts(&body, &read, value);
    let side = side(&body.verdict);
    let risk = risk(&body, settings, value);
    let name = &seen.decision.name;
    let seller = Seller { marketplace: name.marketplace.clone(), seller_id: name.seller_id.clone() };
    let version = Version { listing: Listing { seller, listing_id: name.listing_id.clone() }, content: Hash(content) };
    let id = DecisionId(seen.decision.decision_id);
    let stratum = settings.plan.stratum(side, &facts);
    let kept = older(act, &version, (side, risk, settings)).await?;
    // A decision that will get a successor is counted once, by its successor; what waits already was counted before.
    let stratum = stratum.filter(|_| !seen.decision.provisional);
    if let Some(stratum) = stratum.filter(|_| !kept) {
        counts.count(stratum, seen.decision.decided_at);
    }
    let drawn = stratum.filter(|stratum| settings.secret.draws(Purpose::Sample, id.0, stratum.share));
    let route = settings.routing.route(&facts).clone();
    let decided_at = Some(Moment(seen.decision.decided_at));
    match side {
        Side::Reviewed if !kept => {
            let second = settings.secret.draws(Purpose::Second, id.0, settings.second);
            let review = Review { second, ..Review::default() };
            let entry = entry(version, id, risk, route, review, None);
            let entry = Entry { stratum: stratum.cloned(), decided_at, ..entry };
            items::enter(act, entry, settings.ageing).await?;
            if settings.secret.draws(Purpose::Golden, id.0, settings.golden) {
                golden(act, settings, risk, settings.routing.route(&facts).clone()).await?;
            }
        }
        Side::Allowed | Side::Blocked if drawn.is_some() => {
            let place = neighbour(act, settings, id, &route.queue).await?;
            let entry = entry(version, id, risk, route, Review::default(), place);
            let entry = Entry { drawn: drawn.cloned(), decided_at, ..entry };
            items::enter(act, entry, settings.ageing).await?;
        }
        _ => {}
    }
    Ok(())
}

fn entry(
    version: Version,
    decision: DecisionId,
    risk: Risk,
    route: touchstone_cases::routing::Route,
    review: Review,
    place: Option<Risk>,
) -> Entry {
    let (id, subject) = (ItemId(Uuid::now_v7()), Subject::Listing(version));
    Entry {
        id,
        subject,
        decision: Some(decision),
        drawn: None,
        stratum: None,
        decided_at: None,
        risk,
        place,
        route,
        review,
    }
}

fn side(verdict: &str) -> Side {
    match verdict {
        "block" => Side::Blocked,
        "review" => Side::Reviewed,
        _ => Side::Allowed,
    }
}

fn facts<'a>(body: &'a Body, content: &'a Content, value: Option<u64>) -> Facts<'a> {
    let text = |signal: &str| body.signals.get(signal).and_then(serde_json::Value::as_str);
    let days = body.signals.get("seller_age_days").and_then(serde_json::Value::as_u64);
    Facts {
        class: Some(body.class.as_str()),
        market: content.market.as_deref(),
        language: text("language"),
        severity: body.reasons.iter().map(|reason| reason.severity.as_str()).max_by_key(|severity| grade(severity)),
        brand: text("brand_claimed").or_else(|| text("picture_brand")),
        value_minor: value.and_then(|value| i64::try_from(value).ok()),
        seller_days: days.and_then(|days| u32::try_from(days).ok()),
    }
}

fn grade(severity: &str) -> u8 {
    match severity {
        "critical" => 4,
        "high" => 3,
        "medium" => 2,
        _ => 1,
    }
}

/// The score is log-odds in millionths.
fn risk(body: &Body, settings: &Settings, value: Option<u64>) -> Risk {
    let odds = body.score as f64 / 1_000_000.0;
    let probability = 1.0 / (1.0 + libm::exp(-odds));
    let severity = |reason: &Reason| settings.severity_minor.get(&reason.severity).copied().unwrap_or(0);
    Risk {
        probability_micro: libm::round(probability * 1_000_000.0) as u32,
        at_risk_minor: value.unwrap_or(0),
        severity_minor: body.reasons.iter().map(severity).max().unwrap_or(0),
        exposure_daily: 1,
    }
}

/// What waits about the listing because of an older decision is weighed again or taken back; whether it goes on waiting.
async fn older(
    act: &Act<'_>,
    version: &Version,
    (side, risk, settings): (Side, Risk, &Settings),
) -> Result<bool, ActError> {
    let mut kept = false;
    for item in act.found::<Item>("listing", listing_id(&version.listing), OLDER).await? {
        let waits = matches!(item.stage, Stage::Open | Stage::Skipped { .. });
        // Samples stay: what they say is about the version that was drawn.
        if !waits || item.drawn.is_some() || item.review.golden.is_some() {
            continue;
        }
        let same = matches!(&item.subject, Subject::Listing(of) if of.content == version.content);
        let command = match (side, same) {
            (Side::Reviewed, true) => {
                kept = true;
                if item.risk == risk {
                    continue;
                }
                Command::Weigh { risk, ageing: settings.ageing }
            }
            (Side::Reviewed, false) => left(act, &item, settings, "listing_changed").await?,
            _ => left(act, &item, settings, "decided_otherwise").await?,
        };
        items::changed(act, item, command).await?;
    }
    Ok(kept)
}

/// What becomes of an item that nobody got to in time: chance keeps some, so that it is known what the others were.
async fn left(act: &Act<'_>, item: &Item, settings: &Settings, reason: &str) -> Result<Command, ActError> {
    let drawn = item.decision.zip(item.stratum.clone());
    let drawn = drawn.filter(|(id, stratum)| settings.secret.draws(Purpose::Sample, id.0, stratum.share));
    let Some((id, stratum)) = drawn else { return Ok(Command::Withdraw { reason: reason.to_owned() }) };
    let place = neighbour(act, settings, id, &item.route.queue).await?.unwrap_or(item.risk);
    Ok(Command::Draw { stratum, place, ageing: settings.ageing })
}

/// The risk of another item that waits: in its place a sampled one tells nothing by where it stands.
async fn neighbour(act: &Act<'_>, settings: &Settings, id: DecisionId, queue: &str) -> Result<Option<Risk>, ActError> {
    let waiting = act.change.came_last(queue, NEIGHBOURS).await?;
    let Some(other) = settings.secret.place(id, &waiting) else { return Ok(None) };
    let item: Option<Item> = act.look(&other.to_string()).await?;
    Ok(item.map(|item| item.risk))
}

/// A listing whose answer is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Golden {
    /// The listing as it was.
    pub version: Version,
    /// The decision that shows it.
    pub decision: DecisionId,
    /// The answer.
    pub known: Verdict,
    /// Why it is known: a test purchase, the brand's word.
    pub reason: String,
    /// How often it was put among the others.
    #[serde(default)]
    pub used: u32,
}

impl Record for Golden {
    const KIND: &'static str = "golden";

    fn id(&self) -> String {
        self.decision.to_string()
    }

    fn owner(&self) -> Option<&Seller> {
        Some(&self.version.listing.seller)
    }

    fn found(&self) -> Vec<Found> {
        vec![by("all", "", i64::from(self.used))]
    }
}

/// Puts the golden listing that was used least among the others, if there is one.
async fn golden(
    act: &Act<'_>,
    settings: &Settings,
    place: Risk,
    route: touchstone_cases::routing::Route,
) -> Result<(), ActError> {
    let Some(golden) = act.found::<Golden>("all", String::new(), 1).await?.pop() else { return Ok(()) };
    let review = Review { golden: Some(golden.known), ..Review::default() };
    let entry = entry(golden.version.clone(), golden.decision, place, route, review, Some(place));
    items::enter(act, entry, settings.ageing).await?;
    act.put(&Golden { used: golden.used.saturating_add(1), ..golden }).await
}

/// How many listings of a stratum were screened on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screened {
    /// Days since 1970, UTC.
    pub day: i64,
    /// The stratum.
    pub stratum: Stratum,
    /// How many in each quarter of an hour: where days begin differs from place to place by no less.
    #[serde(default)]
    pub quarters: BTreeMap<u8, u64>,
}

impl Screened {
    /// How many from one moment to before another, both at the beginning of a quarter.
    #[must_use]
    pub fn between(&self, (from, until): (i64, i64)) -> u64 {
        let begins = |quarter: u8| self.day.saturating_mul(DAY).saturating_add(i64::from(quarter) * QUARTER);
        let within = self.quarters.iter().filter(|(quarter, _)| (from..until).contains(&begins(**quarter)));
        within.map(|(_, listings)| listings).fold(0, |sum, listings| sum.saturating_add(*listings))
    }
}

impl Record for Screened {
    const KIND: &'static str = "screened";

    fn id(&self) -> String {
        let Stratum { side, id, share } = &self.stratum;
        format!("{}:{side:?}:{}:{id}", self.day, share.parts()).to_lowercase()
    }

    fn owner(&self) -> Option<&Seller> {
        None
    }

    fn found(&self) -> Vec<Found> {
        vec![by("day", "", self.day)]
    }
}

/// What was counted in one batch, by quarters since 1970.
#[derive(Default)]
struct Counts(BTreeMap<(i64, Stratum), BTreeMap<u8, u64>>);

impl Counts {
    fn count(&mut self, stratum: &Stratum, at: i64) {
        let quarter = u8::try_from(at.rem_euclid(DAY) / QUARTER).unwrap_or(0);
        let day = self.0.entry((at.div_euclid(DAY), stratum.clone())).or_default();
        *day.entry(quarter).or_default() += 1;
    }

    async fn keep(self, act: &Act<'_>) -> Result<(), ActError> {
        for ((day, stratum), more) in self.0 {
            let new = Screened { day, stratum, quarters: BTreeMap::new() };
            let mut screened = act.look::<Screened>(&new.id()).await?.unwrap_or(new);
            for (quarter, more) in more {
                let listings = screened.quarters.entry(quarter).or_default();
                *listings = listings.saturating_add(more);
            }
            act.put(&screened).await?;
        }
        Ok(())
    }
}
