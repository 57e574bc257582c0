//! Fuses of rules: put in, seen, put in again. A rule whose fuse is blown asks for a review instead of blocking.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::fuse::{Fuse, Limits};
use touchstone_cases::share::Ppb;
use touchstone_office::Refusal;
use touchstone_office::fuses::{self, FuseView, fuse_view};
use touchstone_people::{Action, Resource};
use touchstone_policy::Outcome;
use touchstone_store::{Page, Search};
use utoipa::ToSchema;

use super::Path;
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, open};
use crate::guard::JsonBody;
use crate::problem::{Code, Problem};

/// Fuses of a list, at most: more rules than a policy has.
const LIST_MAX: u64 = 1_000;

/// All fuses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Fuses {
    /// By rule.
    items: Vec<FuseView>,
}

/// Lists the fuses of rules, with what was audited and what is known of their precision.
#[utoipa::path(get, path = "/v1/fuses", operation_id = "list_fuses", tag = "rules", security(("session" = [])),
    responses((status = 200, description = "All fuses", body = Fuses), crate::openapi::Problems))]
pub(crate) async fn list(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Fuses>, Problem> {
    actor.may(Resource::Rule, Action::Read)?;
    let page = Page { limit: LIST_MAX, ..Page::default() };
    let found = app.store.search(&Search { kind: "fuse", name: "all", value: String::new(), page }).await?;
    let items = found.iter().map(|(kept, _)| open::<Fuse>(kept).map(|fuse| fuse_view(&fuse)));
    Ok(Json(Fuses { items: items.collect::<Result<_, _>>()? }))
}

/// What a rule must hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFuse {
    /// Its precision must not be lower, as far as audits can tell; parts per million.
    #[schema(minimum = 1, maximum = 999_999)]
    floor_per_million: u32,
    /// Before so many audits nothing is concluded.
    #[schema(minimum = 1)]
    audits_min: u64,
}

/// Gives a block rule a fuse, whose owner is told when it blows; or other limits to the one it has.
#[utoipa::path(put, path = "/v1/fuses/{rule}", operation_id = "put_fuse", tag = "rules", request_body = NewFuse,
    params(("rule" = String, Path, description = "The rule"), crate::openapi::Once), security(("session" = [])),
    responses((status = 200, description = "The fuse", body = FuseView), crate::openapi::Problems))]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(rule): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Rule, Action::Configure)?;
    let owner = actor.as_person()?;
    let pack = app.in_force.current();
    if pack.policy.rule(&rule).is_none_or(|rule| rule.outcome != Outcome::Block) {
        return Err(Problem::new(Code::NotFound, "there is no block rule of this id in force"));
    }
    let NewFuse { floor_per_million, audits_min } = command(&body)?;
    let floor =
        Ppb::per_million(floor_per_million).map_err(|error| Problem::new(Code::BadCommand, error.to_string()))?;
    let (limits, request) = (Limits { floor, audits_min }, [rule.as_bytes(), b"\n", &body].concat());
    let answer = act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let fuse = match act.look::<Fuse>(&rule).await? {
                None => fuses::put_in(act, rule, owner, limits).await?,
                Some(_) => fuses::limit(act, &rule, limits).await?,
            };
            Ok(fuse_view(&fuse))
        })
    });
    let answer = answer.await?;
    app.look_for_fuses().await?;
    Ok(answer)
}

/// Why a fuse will hold now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResetFuse {
    /// What was changed about the rule.
    reason: String,
}

/// Puts a blown fuse in again, counting from nothing: the rule blocks again.
#[utoipa::path(post, path = "/v1/fuses/{rule}/reset", operation_id = "reset_fuse", tag = "rules", request_body = ResetFuse,
    params(("rule" = String, Path, description = "The rule"), crate::openapi::Once), security(("session" = [])),
    responses((status = 200, description = "The fuse", body = FuseView), crate::openapi::Problems))]
pub(crate) async fn reset(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(rule): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Rule, Action::Approve)?;
    actor.as_person()?;
    super::plain(&rule)?;
    let (ResetFuse { reason }, request) = (command(&body)?, [rule.as_bytes(), b"\n", &body].concat());
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("reason says why it will hold now").into());
    }
    let answer = act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move { Ok(fuse_view(&fuses::reset(act, &rule, reason).await?)) })
    });
    let answer = answer.await?;
    app.look_for_fuses().await?;
    Ok(answer)
}
