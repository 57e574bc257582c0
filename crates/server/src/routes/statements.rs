//! What sellers are told, and proof that was accepted.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use touchstone_audit::Receipt;
use touchstone_audit::receipt::Kind;
use touchstone_cases::id::Seller;
use touchstone_office::record::seller_id;
use touchstone_office::statements::{Issued, StatementView, statement_view};
use touchstone_people::{Action, Resource};
use touchstone_store::{Page, Search};
use utoipa::ToSchema;
use uuid::Uuid;

use super::decisions::signed;
use super::{Path, part};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{one, open};
use crate::guard::RequestId;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;

/// Statements of a seller, at most; the latest.
const STATEMENTS_MAX: u64 = 200;

/// Statements, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Statements {
    /// At most 200.
    items: Vec<StatementView>,
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "there is no such statement")
}

/// Shows a statement of reasons, as its seller reads it.
#[utoipa::path(get, path = "/v1/statements/{id}", operation_id = "get_statement", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The statement")), security(("session" = [])),
    responses((status = 200, description = "The statement", body = StatementView), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<StatementView>, Problem> {
    read(&app, &actor, &request, id).await.map(Json)
}

/// A statement that somebody may read, and that they read it.
async fn read(app: &App, actor: &Actor, request: &RequestId, id: Uuid) -> Result<StatementView, Problem> {
    actor.may(Resource::Statement, Action::Read)?;
    let issued: Issued = one(app, &id.to_string()).await?;
    let seller = &issued.statement.seller;
    let relation = actor.to_seller(&seller.marketplace, &seller.seller_id);
    actor.may_with(Resource::Statement, Action::Read, relation, absent)?;
    let read = Personal::of_seller(&seller.marketplace, &seller.seller_id, id);
    app.note_read(actor, request, Resource::Statement, [read]).await?;
    Ok(statement_view(&issued))
}

/// Signs a statement as its seller reads it: `touchstone receipt verify` checks it offline with the key of
/// `/v1/audit/keys`.
#[utoipa::path(get, path = "/v1/statements/{id}/receipt", operation_id = "get_statement_receipt", tag = "enforcement",
    params(("id" = Uuid, Path, description = "The statement")), security(("session" = [])),
    responses((status = 200, description = "The receipt", body = super::decisions::ReceiptView), crate::openapi::Problems))]
pub(crate) async fn receipt(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<Receipt>, Problem> {
    let view = read(&app, &actor, &request, id).await?;
    let body = serde_json::to_vec(&view).map_err(|error| Problem::internal("a receipt can't be signed", error))?;
    signed(&app, Kind::Statement, id, &body)
}

/// Lists what a seller was told, latest first.
#[utoipa::path(get, path = "/v1/sellers/{marketplace}/{seller_id}/statements", operation_id = "list_statements",
    tag = "enforcement", params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it")),
    security(("key" = ["seller"])), responses((status = 200, description = "The statements", body = Statements), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((marketplace, id)): Path<(String, String)>,
) -> Result<Json<Statements>, Problem> {
    let seller = Seller { marketplace: part(marketplace), seller_id: id };
    let relation = actor.to_seller(&seller.marketplace, &seller.seller_id);
    actor.may_with(Resource::Statement, Action::Read, relation, absent)?;
    super::plain(&seller.seller_id)?;
    super::plain(&seller.marketplace)?;
    let page = Page { descending: true, limit: STATEMENTS_MAX, ..Page::default() };
    let search = Search { kind: "statement", name: "seller", value: seller_id(&seller), page };
    let found = app.store.search(&search).await?;
    let items = found.iter().filter(|(kept, _)| kept.body.is_some());
    let items = items.map(|(kept, _)| open::<Issued>(kept).map(|issued| statement_view(&issued)));
    let items: Vec<StatementView> = items.collect::<Result<_, _>>()?;
    let read = items.iter().map(|item| Personal::of_seller(&seller.marketplace, &seller.seller_id, &item.statement_id));
    app.note_read(&actor, &request, Resource::Statement, read).await?;
    Ok(Json(Statements { items }))
}
