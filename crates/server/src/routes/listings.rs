//! Listings: the state of one with what was learnt about it, and many.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_people::{Action, Resource};
use touchstone_store::{ListingFilter, Name};
use utoipa::{IntoParams, ToSchema};

use super::{Path, Query, limit, part, plain};
use crate::active::hex;
use crate::actor::Actor;
use crate::app::App;
use crate::guard::RequestId;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::view::{ListingView, OutcomeView, Verdict, raw};

/// Which listings, by marketplace, seller and id.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only of this marketplace.
    marketplace: Option<String>,
    /// Only of this seller.
    seller_id: Option<String>,
    /// Only those whose latest verdict is this.
    #[param(value_type = Verdict, required = false)]
    verdict: Option<Verdict>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of listings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listings {
    /// The listings, by marketplace, seller and id.
    items: Vec<ListingView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Lists listings with their latest verdict.
#[utoipa::path(get, path = "/v1/listings", operation_id = "list_listings", tag = "listings", params(ListQuery), security(("key" = ["read"])),
    responses((status = 200, description = "A page of listings", body = Listings), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Json<Listings>, Problem> {
    actor.may(Resource::Listing, Action::Read)?;
    let limit = limit(query.limit)?;
    [&query.marketplace, &query.seller_id].into_iter().flatten().try_for_each(|text| plain(text))?;
    let after = query.cursor.as_deref().map(name_of).transpose()?;
    let verdict = query.verdict.map(|verdict| verdict.as_str().to_owned());
    let filter = ListingFilter { marketplace: query.marketplace, seller_id: query.seller_id, verdict, after };
    let found = app.store.listings(&filter, limit).await?;
    let next = found.last().filter(|_| found.len() as u64 == limit).map(|last| cursor_of(&last.name));
    Ok(Json(Listings { items: found.into_iter().map(Into::into).collect(), next }))
}

/// A listing and what was learnt about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingDetail {
    /// The latest state.
    #[serde(flatten)]
    state: ListingView,
    /// What it says, as an object of a JSON-lines feed.
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    content: Box<RawValue>,
    /// What was learnt, oldest first.
    outcomes: Vec<OutcomeView>,
}

/// Shows one listing: its latest state, what it says, and what was learnt about it.
#[utoipa::path(get, path = "/v1/listings/{marketplace}/{seller_id}/{listing_id}", operation_id = "get_listing", tag = "listings",
    params(("marketplace" = String, Path, description = "Marketplace; - if it was not said"),
        ("seller_id" = String, Path, description = "Seller; - if it was not said"),
        ("listing_id" = String, Path, description = "The listing's id on the marketplace")),
    security(("key" = ["read"])), responses((status = 200, description = "The listing", body = ListingDetail), crate::openapi::Problems))]
pub(crate) async fn one(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    Path((marketplace, seller_id, listing_id)): Path<(String, String, String)>,
) -> Result<Json<ListingDetail>, Problem> {
    actor.may(Resource::Listing, Action::Read)?;
    let name = Name { marketplace: part(marketplace), seller_id: part(seller_id), listing_id };
    [&name.marketplace, &name.seller_id, &name.listing_id].into_iter().try_for_each(|text| plain(text))?;
    let state = app.store.listing(&name).await?.ok_or_else(|| Problem::new(Code::NotFound, "no such listing"))?;
    let read = Personal::of_seller(&name.marketplace, &name.seller_id, &name.listing_id);
    app.note_read(&actor, &request_id, Resource::Listing, [read]).await?;
    let content = app.store.content(&state.listing_hash).await?.unwrap_or_else(|| b"null".to_vec());
    let outcomes = app.store.outcomes(&name).await?.into_iter().map(Into::into).collect();
    Ok(Json(ListingDetail { state: state.into(), content: raw(&content)?, outcomes }))
}

/// Three texts as one that needs no escapes in an address.
fn cursor_of(name: &Name) -> String {
    hex(format!("{}\0{}\0{}", name.marketplace, name.seller_id, name.listing_id).as_bytes())
}

fn name_of(cursor: &str) -> Result<Name, Problem> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = cursor.as_bytes().chunks(2).map(byte).collect();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let parts: Option<Vec<String>> = text.map(|text| text.split('\0').map(str::to_owned).collect());
    match parts.as_deref() {
        Some([marketplace, seller_id, listing_id]) => {
            Ok(Name { marketplace: marketplace.clone(), seller_id: seller_id.clone(), listing_id: listing_id.clone() })
        }
        _ => Err(Problem::new(Code::BadParameter, "the cursor is none that was given out")),
    }
}
