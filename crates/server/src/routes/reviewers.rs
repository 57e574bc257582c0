//! What is known of reviewers, and listings with known answers that are mixed in among the others.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::id::{DecisionId, Hash, Listing, PersonId, Seller, Version};
use touchstone_cases::proportion::Tally;
use touchstone_cases::review::Verdict;
use touchstone_office::act::no;
use touchstone_office::intake::Golden;
use touchstone_office::reviewers::{self, Known};
use touchstone_office::{Refusal, items};
use touchstone_people::{Action, Resource};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Path;
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, open};
use crate::guard::JsonBody;
use crate::problem::{Code, Problem};

/// A share with its interval of 95 %, in parts per million.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Agreement {
    /// How often.
    hits: u64,
    /// Of how many.
    of: u64,
    /// The lower bound of the share; none of nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    low_ppm: Option<u32>,
    /// The upper bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    high_ppm: Option<u32>,
}

impl From<Tally> for Agreement {
    fn from(tally: Tally) -> Self {
        let interval = (tally.of > 0).then(|| tally.wilson());
        let ppm = |share: touchstone_cases::share::Ppb| share.parts() / 1_000;
        let (low_ppm, high_ppm) = (interval.map(|i| ppm(i.low)), interval.map(|i| ppm(i.high)));
        Self { hits: tally.hits, of: tally.of, low_ppm, high_ppm }
    }
}

/// A reviewer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reviewer {
    /// Who.
    account_id: Uuid,
    /// What they have learnt to look at.
    skills: BTreeSet<String>,
    /// How often they gave the known answer of golden items.
    golden: Agreement,
    /// How often a second reviewer said the same.
    seconds: Agreement,
    /// Verdicts that were appealed, and how many stood.
    upheld: Agreement,
}

impl From<Known> for Reviewer {
    fn from(known: Known) -> Self {
        let Known { person, skills, record } = known;
        let [golden, seconds, upheld] = [record.golden, record.seconds, record.upheld].map(Agreement::from);
        Self { account_id: person.0, skills, golden, seconds, upheld }
    }
}

/// Shows how often the person who asks was right.
#[utoipa::path(get, path = "/v1/reviewers/me", operation_id = "get_own_reviewer", tag = "review", security(("session" = [])),
    responses((status = 200, description = "The reviewer", body = Reviewer), crate::openapi::Problems))]
pub(crate) async fn own(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Reviewer>, Problem> {
    actor.may(Resource::Queue, Action::Decide)?;
    known(&app, actor.as_person()?).await.map(|known| Json(known.into()))
}

/// Shows how often a reviewer was right.
#[utoipa::path(get, path = "/v1/reviewers/{id}", operation_id = "get_reviewer", tag = "review",
    params(("id" = Uuid, Path, description = "The reviewer's account")), security(("session" = [])),
    responses((status = 200, description = "The reviewer", body = Reviewer), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<Reviewer>, Problem> {
    actor.may(Resource::Queue, Action::Configure)?;
    account(&app, id).await?;
    known(&app, PersonId(id)).await.map(|known| Json(known.into()))
}

async fn known(app: &App, person: PersonId) -> Result<Known, Problem> {
    let kept = app.store.kept("reviewer", &person.to_string()).await?;
    let nothing = Known { person, skills: BTreeSet::new(), record: touchstone_cases::review::Record::default() };
    kept.as_ref().map_or(Ok(nothing), open)
}

async fn account(app: &App, id: Uuid) -> Result<(), Problem> {
    let account = app.store.account(id).await?;
    account.map(drop).ok_or_else(|| Problem::new(Code::NotFound, format!("there is no account {id}")))
}

/// Skills.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skills {
    /// Slugs that queues ask for.
    skills: BTreeSet<String>,
}

/// Says what a reviewer has learnt to look at; it takes the place of what was said before.
#[utoipa::path(put, path = "/v1/reviewers/{id}/skills", operation_id = "put_skills", tag = "review",
    params(("id" = Uuid, Path, description = "The reviewer's account")), request_body = Skills, security(("session" = [])),
    responses((status = 200, description = "The reviewer", body = Reviewer), crate::openapi::Problems))]
pub(crate) async fn skills(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Configure)?;
    let Skills { skills } = command(&body)?;
    account(&app, id).await?;
    let request = [id.as_bytes(), &body[..]].concat();
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move { Ok(Reviewer::from(reviewers::set_skills(act, PersonId(id), skills).await?)) })
    })
    .await
}

/// A listing whose answer is known.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGolden {
    /// A decision about it.
    decision_id: Uuid,
    /// The answer: `fake` or `genuine`.
    #[schema(value_type = String)]
    known: Verdict,
    /// How it is known, as a code: `test_purchase`, `brand_answer`.
    reason: String,
}

/// What was kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GoldenKept {
    /// The decision by which it is named.
    decision_id: Uuid,
}

/// Puts a listing with a known answer among those that are mixed in.
#[utoipa::path(post, path = "/v1/golden", operation_id = "add_golden", tag = "review", request_body = NewGolden,
    params(crate::openapi::Once),
    security(("session" = [])), responses((status = 200, description = "It is kept", body = GoldenKept), crate::openapi::Problems))]
pub(crate) async fn golden(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Configure)?;
    let NewGolden { decision_id, known, reason } = command(&body)?;
    let decision = app.store.decision(decision_id).await?;
    let decision =
        decision.ok_or_else(|| Problem::new(Code::NotFound, format!("there is no decision {decision_id}")))?;
    let content = <[u8; 32]>::try_from(decision.listing_hash.as_slice());
    let content = content.map_err(|_| Problem::internal("a decision can't be read", "its listing's hash"))?;
    let (marketplace, seller_id) = (decision.name.marketplace, decision.name.seller_id);
    let listing = Listing { seller: Seller { marketplace, seller_id }, listing_id: decision.name.listing_id };
    let version = Version { listing, content: Hash(content) };
    let golden = Golden { version, decision: DecisionId(decision_id), known, reason, used: 0 };
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            if known == Verdict::Unsure
                || !touchstone_office::private::is_code(&golden.reason)
                || golden.reason.is_empty()
            {
                return Err(no(Refusal::invalid("known is fake or genuine, reason a code such as test_purchase")));
            }
            items::keep_golden(act, &golden).await?;
            Ok(GoldenKept { decision_id })
        })
    })
    .await
}
