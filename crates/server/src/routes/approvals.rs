//! Four eyes: what needs a second person is asked for, seen, and agreed to or not.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::approval::{Need, WaitsFor};
use touchstone_cases::id::{Hash, PersonId};
use touchstone_cases::moment::DAY;
use touchstone_office::approvals::{self, ApprovalView, Asked, Asking, approval_view};
use touchstone_people::{Action, Relation, Resource, Role};
use touchstone_store::{Page, Search};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Path;
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, open};
use crate::guard::JsonBody;
use crate::problem::{Code, Problem};

/// Days for which a request waits.
const WAITS_DAYS: i64 = 7;
/// Requests of a list, at most.
const LIST_MAX: u64 = 200;
/// Of what a person asked for, the last so many are shown whatever became of them.
const OWN_MAX: u64 = 20;
/// Accounts that are looked at for who could answer, at most.
const ACCOUNTS_MAX: u64 = 1_000;

/// What is asked. `sees` and `needs` stand in `more` of the refusal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskApproval {
    /// The hash of the difference.
    #[schema(value_type = String)]
    sees: Hash,
    /// Why a second person is needed.
    #[schema(value_type = Vec<serde_json::Value>)]
    needs: Vec<Need>,
    /// What is to be done, for the second person.
    words: String,
    /// Who answers where there is no colleague who could.
    #[serde(default)]
    outsider: Option<Uuid>,
}

/// Requests, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Approvals {
    /// At most 200.
    items: Vec<ApprovalView>,
}

/// Lists what waits for a second person.
#[utoipa::path(get, path = "/v1/approvals", operation_id = "list_approvals", tag = "enforcement", security(("session" = [])),
    responses((status = 200, description = "What waits, and what the person asked for", body = Approvals), crate::openapi::Problems))]
pub(crate) async fn list(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Approvals>, Problem> {
    actor.may_with(Resource::Enforcement, Action::Read, Relation::Foreign, || {
        Problem::new(Code::NotFound, "approvals are staff's")
    })?;
    // A machine reads what waits, and answers nothing.
    let to = actor.who().map_or(PersonId(Uuid::nil()), |person| PersonId(person.account.account_id));
    let now = app.moment();
    let page = Page { limit: LIST_MAX, ..Page::default() };
    let by = |name: &'static str, value: String| Search { kind: "approval", name, value, page: page.clone() };
    let mut found = app.store.search(&by("stage", "waits".to_owned())).await?;
    // Whoever asked wants to know what became of it, to do then what they asked for.
    let own = Search { page: Page { descending: true, limit: OWN_MAX, ..Page::default() }, ..by("by", to.to_string()) };
    let own = app.store.search(&own).await?;
    found.extend(
        own.into_iter().filter(|(kept, _)| found.iter().all(|(other, _)| other.id != kept.id)).collect::<Vec<_>>(),
    );
    let view = |kept| open::<Asked>(kept).map(|asked| approval_view(&asked, to, now));
    Ok(Json(Approvals { items: found.iter().map(|(kept, _)| view(kept)).collect::<Result<_, _>>()? }))
}

/// Asks a second person to agree to exactly one difference.
#[utoipa::path(post, path = "/v1/approvals", operation_id = "ask_approval", tag = "enforcement", request_body = AskApproval,
    params(crate::openapi::Once),
    security(("session" = [])), responses((status = 200, description = "The request", body = ApprovalView), crate::openapi::Problems))]
pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Enforcement, Action::Create)?;
    let by = actor.as_person()?;
    let AskApproval { sees, needs, words, outsider } = command(&body)?;
    let colleagues = colleagues(&app, by).await?;
    let (outsider, id, expires) = (outsider.map(PersonId), Uuid::now_v7(), app.moment().plus(WAITS_DAYS * DAY));
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            let asking = Asking { id, sees, needs, words, colleagues, outsider, expires };
            Ok(approval_view(&approvals::ask(act, asking).await?, by, act.now()))
        })
    })
    .await
}

/// How many others could answer: accounts in use whose roles may approve.
async fn colleagues(app: &App, by: PersonId) -> Result<u32, Problem> {
    let accounts = app.store.accounts(None, ACCOUNTS_MAX).await?;
    let approves = |account: &&touchstone_store::Account| {
        let roles = account.roles.iter().filter_map(|role| Role::parse(role)).collect();
        account.account_id != by.0
            && account.disabled_at.is_none()
            && !account.erased
            && !touchstone_people::rights::reach(roles, Resource::Enforcement, Action::Approve).is_none()
    };
    Ok(u32::try_from(accounts.iter().filter(approves).count()).unwrap_or(u32::MAX))
}

/// What can be done with a request.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum ApprovalCommand {
    /// Agree to what was seen.
    Approve {
        /// The hash of it.
        #[schema(value_type = String)]
        sees: Hash,
    },
    /// Disagree.
    Refuse {
        /// Why.
        reason: String,
    },
    /// Take one's own request back.
    Withdraw,
    /// Name somebody outside, or say that a colleague is there now.
    Turn {
        /// Who; none: any colleague.
        #[serde(default)]
        outsider: Option<Uuid>,
    },
}

/// Answers a request, or takes it back.
#[utoipa::path(post, path = "/v1/approvals/{id}/commands", operation_id = "command_approval", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The request")), request_body = ApprovalCommand, security(("session" = [])),
    responses((status = 200, description = "The request as it is now", body = ApprovalView), crate::openapi::Problems))]
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    // Who asked may take it back; who answers needs the right to.
    actor.may(Resource::Enforcement, Action::Create).or_else(|_| actor.may(Resource::Enforcement, Action::Approve))?;
    let (by, asked) = (actor.as_person()?, command::<ApprovalCommand>(&body)?);
    if matches!(asked, ApprovalCommand::Approve { .. } | ApprovalCommand::Refuse { .. }) {
        actor.may(Resource::Enforcement, Action::Approve)?;
    }
    let request = [id.as_bytes(), &body[..]].concat();
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let asked = match asked {
                ApprovalCommand::Approve { sees } => approvals::approve(act, id, sees).await?,
                ApprovalCommand::Refuse { reason } => approvals::refuse(act, id, reason).await?,
                ApprovalCommand::Withdraw => approvals::withdraw(act, id).await?,
                ApprovalCommand::Turn { outsider } => {
                    let waits = outsider.map_or(WaitsFor::Colleague, |outsider| WaitsFor::Outsider(PersonId(outsider)));
                    approvals::turn(act, id, waits).await?
                }
            };
            Ok(approval_view(&asked, by, act.now()))
        })
    })
    .await
}
