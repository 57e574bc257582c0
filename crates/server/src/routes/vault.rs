//! Proof that was accepted: what screening honours for a seller, until when, and taken back.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::id::Seller;
use touchstone_office::Refusal;
use touchstone_office::vault::{self, AuthorisationView, authorisation_view};
use touchstone_people::{Action, Relation, Resource};
use utoipa::ToSchema;
use uuid::Uuid;

use super::appeals::NewAuthorisation;
use super::{Path, part, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command};
use crate::guard::{JsonBody, RequestId};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// Proof of a seller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Authorisations {
    /// All that was accepted, also what is over or was taken back.
    items: Vec<AuthorisationView>,
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "there is no such seller")
}

/// Lists the proof of a seller that was accepted.
#[utoipa::path(get, path = "/v1/sellers/{marketplace}/{seller_id}/authorisations", operation_id = "list_authorisations", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it")),
    security(("key" = ["read"])),
    responses((status = 200, description = "What was accepted", body = Authorisations), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((marketplace, seller_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let seller = Seller { marketplace: part(marketplace), seller_id };
    plain(&seller.marketplace)?;
    plain(&seller.seller_id)?;
    let relation = actor.to_seller(&seller.marketplace, &seller.seller_id);
    actor.may_with(Resource::Authorisation, Action::Read, relation, absent)?;
    let read = Personal::of_seller(&seller.marketplace, &seller.seller_id, "authorisations");
    app.note_read(&actor, &request, Resource::Authorisation, [read]).await?;
    let staff = relation != Relation::Own;
    act(&app, &actor, &HeaderMap::new(), b"", move |act| {
        Box::pin(async move { Ok(view(&vault::of(act, &seller).await?, staff)) })
    })
    .await
}

fn view(shelf: &vault::Shelf, staff: bool) -> Authorisations {
    Authorisations { items: shelf.vault.authorisations.iter().map(|each| authorisation_view(each, staff)).collect() }
}

/// Accepts proof of a seller: screening honours it from then on, and what stands against it falls only on appeal.
#[utoipa::path(post, path = "/v1/sellers/{marketplace}/{seller_id}/authorisations", operation_id = "accept_proof", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it"), crate::openapi::Once),
    request_body = NewAuthorisation, security(("session" = [])),
    responses((status = 200, description = "All that was accepted", body = Authorisations), crate::openapi::Problems))]
pub(crate) async fn accept(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path((marketplace, seller_id)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Authorisation, Action::Decide)?;
    let by = actor.as_person()?;
    let seller = Seller { marketplace: part(marketplace), seller_id };
    plain(&seller.marketplace)?;
    plain(&seller.seller_id)?;
    let request = [vault_name(&seller).as_bytes(), b"\n", &body].concat();
    let new: NewAuthorisation = command(&body)?;
    let accepted = new.accepted(&seller, by, app.clock.now().date()).map_err(Problem::from)?;
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move { Ok(view(&vault::accept(act, accepted).await?, true)) })
    })
    .await
}

fn vault_name(seller: &Seller) -> String {
    touchstone_office::record::seller_id(seller)
}

/// Why proof counts no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeProof {
    /// In words.
    reason: String,
}

/// Takes proof back: from then on screening decides without it.
#[utoipa::path(post, path = "/v1/sellers/{marketplace}/{seller_id}/authorisations/{id}/revoke", operation_id = "revoke_proof", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it"),
        ("id" = Uuid, Path, description = "The authorisation"), crate::openapi::Once),
    request_body = RevokeProof, security(("session" = [])),
    responses((status = 200, description = "All that was accepted", body = Authorisations), crate::openapi::Problems))]
pub(crate) async fn revoke(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path((marketplace, seller_id, id)): Path<(String, String, Uuid)>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Authorisation, Action::Undo)?;
    actor.as_person()?;
    let seller = Seller { marketplace: part(marketplace), seller_id };
    plain(&seller.marketplace)?;
    plain(&seller.seller_id)?;
    let RevokeProof { reason } = command(&body)?;
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("reason says why it counts no more").into());
    }
    let request = [vault_name(&seller).as_bytes(), id.as_bytes(), &body].concat();
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move { Ok(view(&vault::revoke(act, &seller, id, reason).await?, true)) })
    })
    .await
}
