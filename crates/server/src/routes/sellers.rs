//! What the marketplace knows about its sellers: told once, looked up for every listing.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::value::RawValue;
use touchstone_catalog::SellerRecord;
use touchstone_people::{Action, Resource};
use touchstone_store::StoredSeller;
use utoipa::ToSchema;

use super::outcomes::Accepted;
use super::{Path, part, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::rfc3339;
use crate::guard::{JsonBody, RequestId};
use crate::items::Items;
use crate::logged::party;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::view::raw;

/// What is known about a seller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoredRecord {
    /// Marketplace.
    marketplace: String,
    /// Seller, as the marketplace names it.
    seller_id: String,
    /// What is known.
    #[schema(value_type = crate::openapi::Seller)]
    record: Box<RawValue>,
    /// When it was told, RFC 3339.
    updated_at: String,
}

/// Tells what is known about a seller; it takes the place of what was known before.
#[utoipa::path(put, path = "/v1/sellers/{marketplace}/{seller_id}", operation_id = "put_seller", tag = "sellers",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it")),
    request_body = crate::openapi::Seller, security(("key" = ["screen"])),
    responses((status = 200, description = "What is known now", body = StoredRecord), crate::openapi::Problems))]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((marketplace, seller_id)): Path<(String, String)>,
    JsonBody(body): JsonBody,
) -> Result<Json<StoredRecord>, Problem> {
    actor.may(Resource::Seller, Action::Create)?;
    let text = std::str::from_utf8(&body).map_err(|error| Problem::new(Code::NotJson, error.to_string()))?;
    let record = record(text)?;
    let seller = stored(&app, SellerRecord { marketplace: part(marketplace), seller_id, ..record })?;
    app.store.put_sellers(vec![seller.clone()]).await?;
    view(seller).map(Json)
}

/// Tells what is known about up to 1,000 sellers, each with its marketplace and id; all of it or nothing.
#[utoipa::path(post, path = "/v1/sellers", operation_id = "put_sellers", tag = "sellers", request_body = Vec<crate::openapi::NamedSeller>,
    security(("key" = ["screen"])), responses((status = 200, description = "All of it is kept", body = Accepted), crate::openapi::Problems))]
pub(crate) async fn put_many(
    State(app): State<Arc<App>>,
    actor: Actor,
    JsonBody(body): JsonBody,
) -> Result<Json<Accepted>, Problem> {
    actor.may(Resource::Seller, Action::Create)?;
    let items = Items::of(&body, app.config.items_max)?;
    let sellers: Vec<StoredSeller> =
        items.iter().map(|text| record(text).and_then(|record| stored(&app, record))).collect::<Result<_, _>>()?;
    let accepted = sellers.len();
    app.store.put_sellers(sellers).await?;
    Ok(Json(Accepted { accepted }))
}

/// Shows what is known about a seller.
#[utoipa::path(get, path = "/v1/sellers/{marketplace}/{seller_id}", operation_id = "get_seller", tag = "sellers",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it")),
    security(("key" = ["read"])), responses((status = 200, description = "What is known now", body = StoredRecord), crate::openapi::Problems))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path((marketplace, seller_id)): Path<(String, String)>,
) -> Result<Json<StoredRecord>, Problem> {
    let marketplace = part(marketplace);
    let absent = || Problem::new(Code::NotFound, "no such seller");
    actor.may_with(Resource::Seller, Action::Read, actor.to_seller(&marketplace, &seller_id), absent)?;
    [&marketplace, &seller_id].into_iter().try_for_each(|text| plain(text))?;
    let seller = app.store.seller(&marketplace, &seller_id).await?.ok_or_else(absent)?;
    let read = Personal::of_seller(&marketplace, &seller_id, &seller_id);
    app.note_read(&actor, &request_id, Resource::Seller, [read]).await?;
    view(seller).map(Json)
}

/// What became of an erasure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Erasure {
    /// Whether there was anything to erase.
    erased: bool,
}

/// Erases a seller, for good: drops the key under which all is kept that the seller wrote.
///
/// What is read of it later is the problem `erased`, 410; verdicts and counts stay. What comes of this seller afterwards
/// gets a new key.
#[utoipa::path(delete, path = "/v1/sellers/{marketplace}/{seller_id}", operation_id = "erase_seller", tag = "sellers",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it; - for listings that name none")),
    security(("key" = ["admin"])), responses((status = 200, description = "What became of it", body = Erasure), crate::openapi::Problems))]
pub(crate) async fn erase(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((marketplace, seller_id)): Path<(String, String)>,
) -> Result<Json<Erasure>, Problem> {
    actor.may(Resource::Seller, Action::Erase)?;
    let (marketplace, seller_id) = (part(marketplace), part(seller_id));
    [&marketplace, &seller_id].into_iter().try_for_each(|text| plain(text))?;
    Ok(Json(Erasure { erased: app.erase_by(party(&actor), &marketplace, &seller_id).await? }))
}

fn record(text: &str) -> Result<SellerRecord, Problem> {
    serde_json::from_str(text).map_err(|error: serde_json::Error| match error.is_data() {
        true => Problem::new(Code::BadSeller, error.to_string()),
        false => Problem::new(Code::NotJson, error.to_string()),
    })
}

/// The record as it is kept, if nothing is wrong with it.
fn stored(app: &App, record: SellerRecord) -> Result<StoredSeller, Problem> {
    record.checked_json().map_err(|detail| Problem::new(Code::BadSeller, detail))?;
    if record.seller_id.is_empty() {
        return Err(Problem::new(Code::BadSeller, "a record without seller_id"));
    }
    let (marketplace, seller_id) = (record.marketplace.clone(), record.seller_id.clone());
    let record = SellerRecord { marketplace: String::new(), seller_id: String::new(), ..record };
    Ok(StoredSeller { marketplace, seller_id, record: record.to_canonical_json(), updated_at: app.clock.micros() })
}

fn view(seller: StoredSeller) -> Result<StoredRecord, Problem> {
    let StoredSeller { marketplace, seller_id, record, updated_at } = seller;
    Ok(StoredRecord { marketplace, seller_id, record: raw(record.as_bytes())?, updated_at: rfc3339(updated_at) })
}
