//! What was learnt after a decision: the only way by which one knows how good decisions are.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_people::{Action, Resource};
use touchstone_store::{Name, Outcome, Told};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::actor::Actor;
use crate::app::App;
use crate::clock::micros;
use crate::guard::JsonBody;
use crate::idempotency;
use crate::items::Items;
use crate::problem::{Code, Problem};
use crate::screening::{json, written};

/// Bytes of a note, at most.
const NOTE_BYTES_MAX: usize = 4_000;
/// Bytes of each part of a listing's name, at most.
const NAME_BYTES_MAX: usize = 500;

/// How something was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutcomeKind)]
pub(crate) enum Kind {
    /// Somebody bought it and looked.
    TestPurchase,
    /// The brand's owner said so.
    BrandAnswer,
    /// A complaint, of a buyer or of a rights holder, was upheld.
    UpheldComplaint,
    /// A complaint was rejected.
    RejectedComplaint,
    /// A decision of ours was taken back, for example on appeal.
    Reversal,
    /// A decision of ours was looked at by chance, as a sample.
    RandomAudit,
}

/// What was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finding {
    /// It is counterfeit.
    Counterfeit,
    /// It is genuine.
    Genuine,
    /// Nobody can say.
    Undetermined,
}

/// One thing that was learnt, about a decision or, without one, about a listing.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOutcome {
    /// The decision it is about.
    decision_id: Option<Uuid>,
    /// The listing's marketplace; not needed with a decision.
    marketplace: Option<String>,
    /// The listing's seller; not needed with a decision.
    seller_id: Option<String>,
    /// The listing; not needed with a decision.
    listing_id: Option<String>,
    /// How it was learnt.
    kind: Kind,
    /// What was learnt.
    finding: Finding,
    /// In words, at most 4,000 bytes; no names of persons.
    #[serde(default)]
    note: String,
    /// When it was learnt, RFC 3339; now if not said.
    happened_at: Option<String>,
}

/// How much was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Accepted {
    /// Records that are on the disk now.
    pub(super) accepted: usize,
}

/// Tells what was learnt, about one listing or up to 1,000; all of it or nothing.
///
/// Under an `Idempotency-Key` it is kept once: the same bytes get the same answer for 24 hours, marked
/// `Idempotent-Replayed: true`.
#[utoipa::path(post, path = "/v1/outcomes", operation_id = "report_outcomes", tag = "outcomes", request_body = crate::openapi::OutcomeOrMany,
    params(crate::openapi::Once),
    security(("key" = ["outcomes"])), responses((status = 200, description = "All of it is kept", body = Accepted,
        headers(("Idempotent-Replayed" = bool, description = "Present and true when an earlier answer is repeated"))), crate::openapi::Problems))]
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Outcome, Action::Create)?;
    let once = idempotency::begin(&app, &actor, &headers, &body).await?;
    // What was kept stays so, also if it names a decision that is not there any more.
    if let Some(once) = &once
        && let Some(response) = once.earlier(&app).await?
    {
        return Ok(json(response, true));
    }
    let outcomes = read(&app, &actor, &body).await?;
    let response = written(&Accepted { accepted: outcomes.len() })?.get().as_bytes().to_vec();
    let answered = once.as_ref().map(|once| once.answered(response.clone(), app.clock.micros()));
    match (app.store.put_outcomes(outcomes, answered).await?, once) {
        (Told::Earlier(answer), Some(once)) => Ok(json(once.same(answer)?, true)),
        (Told::Earlier(_), None) => Err(Problem::internal("the store failed", "an earlier answer without a key")),
        (Told::Kept(learnt), _) => {
            // It is kept; what fails here comes with the next look at the store.
            if let Err(error) = app.blocked.found(&app.store, app.in_force.current(), learnt).await {
                tracing::warn!(error = %error, "what was learnt is not looked for yet");
            }
            Ok(json(response, false))
        }
    }
}

async fn read(app: &App, actor: &Actor, body: &[u8]) -> Result<Vec<Outcome>, Problem> {
    let items = Items::of(body, app.config.items_max)?;
    let mut outcomes = Vec::with_capacity(items.len());
    for text in items.iter() {
        let new = serde_json::from_str(text).map_err(|error: serde_json::Error| match error.is_data() {
            true => Problem::new(Code::BadOutcome, error.to_string()),
            false => Problem::new(Code::NotJson, error.to_string()),
        })?;
        outcomes.push(outcome(app, actor, new).await?);
    }
    Ok(outcomes)
}

async fn outcome(app: &App, actor: &Actor, new: NewOutcome) -> Result<Outcome, Problem> {
    let bad = |detail: &str| Problem::new(Code::BadOutcome, detail);
    let now = app.clock.micros();
    let happened_at = new.happened_at.as_deref().map_or(Some(now), micros);
    let name = match new.decision_id {
        Some(id) => app.store.decision(id).await?.map(|decision| decision.name),
        None => named(&new),
    };
    if new.note.len() > NOTE_BYTES_MAX || new.note.contains('\0') {
        return Err(bad("note has more than 4,000 bytes, or a NUL character"));
    }
    Ok(Outcome {
        outcome_id: Uuid::now_v7(),
        decision_id: new.decision_id,
        name: name.ok_or_else(|| bad("neither a decision_id that is known nor the listing's name"))?,
        kind: slug(&new.kind),
        finding: slug(&new.finding),
        note: new.note,
        happened_at: happened_at.ok_or_else(|| bad("happened_at is no time as 2026-11-01T09:30:00Z"))?,
        recorded_at: now,
        client: actor.id.clone(),
    })
}

fn named(new: &NewOutcome) -> Option<Name> {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let name = Name {
        marketplace: part(&new.marketplace),
        seller_id: part(&new.seller_id),
        listing_id: part(&new.listing_id),
    };
    let texts = [&name.marketplace, &name.seller_id, &name.listing_id];
    let fine = texts.iter().all(|text| text.len() <= NAME_BYTES_MAX && !text.contains('\0'));
    Some(name).filter(|name| fine && !name.listing_id.is_empty())
}

fn slug(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
