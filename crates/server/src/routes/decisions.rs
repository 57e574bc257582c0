//! Decisions: one, as staff or the seller sees it, many, and said again.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_audit::receipt::Kind;
use touchstone_audit::{Moment, Receipt};
use touchstone_catalog::ListingBatch;
use touchstone_catalog::feed::Objects;
use touchstone_people::{Action, Resource};
use touchstone_policy::Policy;
use touchstone_screening::{Active, Decision, Reason, SignalValue};
use touchstone_signals::Value;
use touchstone_store::{DecisionFilter, StoredDecision};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Path, Query, limit, plain};
use crate::active::hex;
use crate::actor::Actor;
use crate::app::App;
use crate::guard::RequestId;
use crate::kept::PastError;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::view::{self, Envelope, SellerStatement, Verdict, raw};

/// Which decisions, newest first.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only of this marketplace.
    marketplace: Option<String>,
    /// Only of this seller.
    seller_id: Option<String>,
    /// Only on this listing.
    listing_id: Option<String>,
    /// Only with this verdict.
    #[param(value_type = Verdict, required = false)]
    verdict: Option<Verdict>,
    /// Only of this class.
    class: Option<String>,
    /// `next` of the page before.
    cursor: Option<Uuid>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of decisions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Decisions {
    /// The decisions, newest first.
    #[schema(value_type = Vec<Envelope<'static>>)]
    items: Vec<Box<RawValue>>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Uuid>,
}

/// Lists decisions, newest first.
///
/// Those whose seller was erased are left out, so that a page may be shorter than asked.
#[utoipa::path(get, path = "/v1/decisions", operation_id = "list_decisions", tag = "decisions", params(ListQuery), security(("key" = ["read"])),
    responses((status = 200, description = "A page of decisions", body = Decisions), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Query(query): Query<ListQuery>,
) -> Result<Json<Decisions>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    let limit = limit(query.limit)?;
    let texts = [&query.marketplace, &query.seller_id, &query.listing_id, &query.class];
    texts.into_iter().flatten().try_for_each(|text| plain(text))?;
    let filter = DecisionFilter {
        marketplace: query.marketplace,
        seller_id: query.seller_id,
        listing_id: query.listing_id,
        verdict: query.verdict.map(|verdict| verdict.as_str().to_owned()),
        class: query.class,
        before: query.cursor,
    };
    let found = app.store.decisions(&filter, limit).await?;
    let last = found.last().filter(|_| found.len() as u64 == limit);
    let next = last.map(|last| last.as_ref().map_or_else(|erased| *erased, |last| last.decision_id));
    let read = found.iter().flatten().map(Personal::decision);
    app.note_read(&actor, &request_id, Resource::Decision, read).await?;
    let items = found.iter().flatten().map(view::stored).collect::<Result<_, _>>()?;
    Ok(Json(Decisions { items, next }))
}

/// Shows one decision as staff sees it.
#[utoipa::path(get, path = "/v1/decisions/{id}", operation_id = "get_decision", tag = "decisions", params(("id" = Uuid, Path, description = "The decision")),
    security(("key" = ["read"])),
    responses((status = 200, description = "The decision", body = Envelope), crate::openapi::Problems))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<Box<RawValue>>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    let stored = find(&app, id).await?;
    app.note_read(&actor, &request_id, Resource::Decision, [Personal::decision(&stored)]).await?;
    view::stored(&stored).map(Json)
}

/// Which seller reads, in which language.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Reader {
    /// Marketplace of the seller who reads; leave it out if listings do not say theirs.
    marketplace: Option<String>,
    /// The seller who reads: a decision about another seller's listing is not found. A key with no scope but `seller`
    /// has to say it.
    seller_id: Option<String>,
    /// `en` or `zh`; English if not said.
    lang: Option<String>,
}

impl Reader {
    /// Refuses who may not read this decision: a seller all that is about others, and a machine that speaks for sellers
    /// until it says for whom.
    fn may_read(&self, actor: &Actor, stored: &StoredDecision) -> Result<(), Problem> {
        let relation = actor.to_seller(&stored.name.marketplace, &stored.name.seller_id);
        actor.may_with(Resource::Statement, Action::Read, relation, || absent(stored.decision_id))?;
        let Some(seller_id) = &self.seller_id else {
            let detail = "say with ?seller_id= which seller reads, and with &marketplace= where";
            let speaks = actor.who().is_none() && actor.reach(Resource::Decision, Action::Read).is_none();
            return if speaks { Err(Problem::new(Code::BadParameter, detail)) } else { Ok(()) };
        };
        let marketplace = self.marketplace.as_deref().unwrap_or_default();
        let own =
            (marketplace, seller_id.as_str()) == (stored.name.marketplace.as_str(), stored.name.seller_id.as_str());
        if own { Ok(()) } else { Err(absent(stored.decision_id)) }
    }
}

/// Shows what the seller is told: grounds and what to do, never weights or which spelling was caught.
#[utoipa::path(get, path = "/v1/decisions/{id}/seller", operation_id = "get_seller_statement", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision"), Reader), security(("key" = ["seller"])),
    responses((status = 200, description = "What the seller is told", body = SellerStatement), crate::openapi::Problems))]
pub(crate) async fn seller(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path(id): Path<Uuid>,
    Query(reader): Query<Reader>,
) -> Result<Json<SellerStatement>, Problem> {
    actor.may(Resource::Statement, Action::Read)?;
    let stored = find(&app, id).await?;
    reader.may_read(&actor, &stored)?;
    app.note_read(&actor, &request_id, Resource::Statement, [Personal::decision(&stored)]).await?;
    let decision = body(&stored)?;
    let now = app.in_force.current();
    let in_force = hex(&now.policy.hash()) == decision.hashes.policy;
    // Names of brands are those of now.
    let past = if in_force { None } else { past_words(&app, &decision).await? };
    let words = (past.as_deref().unwrap_or(&now.policy), &*now.snapshot);
    let batch = content(&app, &stored).await?;
    let language = reader.lang.unwrap_or_else(|| "en".to_owned());
    Ok(Json(SellerStatement::of(&stored, words, &decision, batch.row(0).title, &language)))
}

/// In which language staff reads.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct StaffReader {
    /// `en` or `zh`; English if not said.
    pub(super) lang: Option<String>,
}

/// A reason in a language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaidReason {
    /// The rule's id, as the decision gives it.
    code: String,
    /// What it says to staff.
    message: String,
}

/// The reasons of a decision in a language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SaidReasons {
    /// In the order of the decision.
    items: Vec<SaidReason>,
}

/// Says a decision's reasons in another language: the decision itself keeps them in English. Rules speak as they do now;
/// one that is gone stays English.
#[utoipa::path(get, path = "/v1/decisions/{id}/reasons", operation_id = "get_reasons", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision"), StaffReader), security(("key" = ["read"])),
    responses((status = 200, description = "Its reasons", body = SaidReasons), crate::openapi::Problems))]
pub(crate) async fn reasons(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path(id): Path<Uuid>,
    Query(reader): Query<StaffReader>,
) -> Result<Json<SaidReasons>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    let stored = find(&app, id).await?;
    app.note_read(&actor, &request_id, Resource::Decision, [Personal::decision(&stored)]).await?;
    let language = reader.lang.as_deref().unwrap_or("en");
    Ok(Json(SaidReasons { items: said(&app.in_force.current(), &body(&stored)?, language) }))
}

/// What the reasons of a decision say in a language.
pub(super) fn said(active: &Active, decision: &Decision, language: &str) -> Vec<SaidReason> {
    let value = |name: &str| active.say(name, decision.signals.get(name).map_or(Value::Null, SignalValue::as_value));
    let message = |reason: &Reason| {
        let rule = active.policy.rules().iter().find(|rule| rule.id == reason.code);
        rule.map_or_else(|| reason.message.clone(), |rule| rule.message(language, value))
    };
    let said = |reason: &Reason| SaidReason { code: reason.code.clone(), message: message(reason) };
    decision.reasons.iter().map(said).collect()
}

/// What was decided on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecidedListing {
    /// The listing as it was then: an object of a JSON-lines feed.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    listing: Box<RawValue>,
}

/// Shows a listing as it was when it was decided on.
#[utoipa::path(get, path = "/v1/decisions/{id}/listing", operation_id = "get_decided_listing", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision")), security(("key" = ["read"])),
    responses((status = 200, description = "The listing", body = DecidedListing), crate::openapi::Problems))]
pub(crate) async fn listing(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<DecidedListing>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    actor.may(Resource::Listing, Action::Read)?;
    let stored = find(&app, id).await?;
    app.note_read(&actor, &request_id, Resource::Listing, [Personal::decision(&stored)]).await?;
    let content = app.store.content(&stored.listing_hash).await?;
    let content = content.ok_or_else(|| Problem::internal("a listing is missing", id))?;
    Ok(Json(DecidedListing { listing: raw(&content)? }))
}

/// A decision said again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replay {
    /// The decision.
    decision_id: Uuid,
    /// Whether the body is the same, byte for byte.
    same: bool,
    /// The body that it gives now, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<crate::openapi::DecisionBody>)]
    now: Option<Box<RawValue>>,
}

/// Says a decision again, from the stored listing and context, with the knowledge and policy of that time.
#[utoipa::path(get, path = "/v1/decisions/{id}/replay", operation_id = "replay_decision", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision")), security(("key" = ["read"])),
    responses((status = 200, description = "Whether it is the same", body = Replay), crate::openapi::Problems))]
pub(crate) async fn replay(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<Replay>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    let stored = find(&app, id).await?;
    app.note_read(&actor, &request_id, Resource::Decision, [Personal::decision(&stored)]).await?;
    let decision = body(&stored)?;
    let engine = touchstone_screening::engine();
    if decision.hashes.engine != engine {
        let detail = format!("decided by {}, this is {engine}", decision.hashes.engine);
        return Err(Problem::new(Code::EngineDiffers, detail));
    }
    let active = past(&app, &decision).await?;
    let batch = content(&app, &stored).await?;
    let again = app.pool.screen(active, batch, vec![decision.context]).await?;
    let same = again.json(0) == stored.body;
    let now = if same { None } else { Some(raw(again.json(0))?) };
    Ok(Json(Replay { decision_id: id, same, now }))
}

/// A signature by which it can be shown later, offline, that a decision or a statement was not altered.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what is written from the receipt itself")]
pub(crate) struct ReceiptView {
    /// Version of the form.
    schema: u32,
    /// `decision` or `statement`.
    kind: String,
    /// The decision or the statement.
    subject: String,
    /// SHA-256 of `decision` in its answer, or of the whole answer with the statement, byte for byte.
    body_sha256: String,
    /// When it was signed, RFC 3339.
    issued_at: String,
    /// Which key signed.
    key: String,
    /// The signature, base64.
    signature: String,
}

/// Signs a decision as it is kept: `touchstone receipt verify` checks it offline with the key of `/v1/audit/keys`.
#[utoipa::path(get, path = "/v1/decisions/{id}/receipt", operation_id = "get_decision_receipt", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision")), security(("key" = ["read"])),
    responses((status = 200, description = "The receipt", body = ReceiptView), crate::openapi::Problems))]
pub(crate) async fn receipt(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<Receipt>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    let stored = find(&app, id).await?;
    signed(&app, Kind::Decision, id, &stored.body)
}

/// The receipt of a body.
pub(super) fn signed(app: &App, kind: Kind, subject: Uuid, body: &[u8]) -> Result<Json<Receipt>, Problem> {
    let now = Moment::from_unix_us(app.clock.micros());
    let now = now.ok_or_else(|| Problem::internal("a receipt can't be signed", "the clock is beyond all calendars"))?;
    let receipt = Receipt::issue(kind, &subject.to_string(), body, now, &app.trail.key);
    receipt.map(Json).map_err(|error| Problem::internal("a receipt can't be signed", error))
}

pub(super) async fn find(app: &App, id: Uuid) -> Result<StoredDecision, Problem> {
    app.store.decision(id).await?.ok_or_else(|| absent(id))
}

fn absent(id: Uuid) -> Problem {
    Problem::new(Code::NotFound, format!("no decision {id}"))
}

fn body(stored: &StoredDecision) -> Result<Decision, Problem> {
    serde_json::from_slice(&stored.body).map_err(|error| Problem::internal("a decision can't be read", error))
}

/// The listing as it was.
async fn content(app: &App, stored: &StoredDecision) -> Result<ListingBatch, Problem> {
    let content = app.store.content(&stored.listing_hash).await?;
    let content = content.ok_or_else(|| Problem::internal("a listing is missing", stored.decision_id))?;
    let mut objects = Objects::new(app.config.listing, 1);
    objects.push(&content).map_err(|reject| Problem::internal("a listing can't be read", reject.detail))?;
    objects.finish().map_err(|error| Problem::internal("a listing can't be read", error))
}

/// Knowledge and policy of that time.
async fn past(app: &App, decision: &Decision) -> Result<Arc<Active>, Problem> {
    let hashes = &decision.hashes;
    app.in_force.past(&hashes.knowledge, &hashes.policy).await.map_err(unread)
}

/// The policy whose words the seller was told; none if it is kept nowhere, or is one that this engine can't read. A
/// failure that may pass is no reason to say it in other words.
async fn past_words(app: &App, decision: &Decision) -> Result<Option<Arc<Policy>>, Problem> {
    match app.in_force.past_policy(&decision.hashes.policy).await {
        Ok(policy) => Ok(Some(policy)),
        Err(PastError::Absent(_)) => Ok(None),
        Err(error @ (PastError::Changed(_) | PastError::Active(_))) => {
            tracing::warn!(error = %error, "the seller is told the words of now");
            Ok(None)
        }
        Err(error) => Err(unread(error)),
    }
}

fn unread(error: PastError) -> Problem {
    match error {
        PastError::Absent(what) => Problem::new(Code::EngineDiffers, format!("{what} is needed, and is not kept")),
        PastError::Store(error) => Problem::from(error),
        other => Problem::internal("a snapshot can't be read", other),
    }
}
