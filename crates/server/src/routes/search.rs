//! Listings found by what they say, while it is typed, and by a picture that they show.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use touchstone_people::{Action, Resource};
use touchstone_search::words as words_of;
use touchstone_store::{ListingState, Name};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{Path, Query, decisions, limit, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::finder::Wanted;
use crate::guard::RequestId;
use crate::pictures::{self, Looked, Patience};
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::routes::images::Files;
use crate::sent;
use crate::view::{ListingView, Verdict};

/// Bytes that may be typed.
const TYPED_BYTES_MAX: usize = 500;
/// Candidates that are compared with a listing, and those that are shown.
const LIKE_MAX: usize = 60;
const SIMILAR_MAX: usize = 8;
/// What counts as similar: a third of the words.
const LIKE_PERMILLE: u16 = 330;
/// Listings that show a picture, at most.
const SHOWING_MAX: u64 = 200;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Words that all have to be there, in any order; the last may go on.
    #[serde(default)]
    #[param(max_length = 500)]
    q: String,
    /// Only of this marketplace.
    marketplace: Option<String>,
    /// Only of this seller.
    seller_id: Option<String>,
    /// Only those whose latest verdict is this.
    #[param(value_type = Verdict, required = false)]
    verdict: Option<Verdict>,
    /// Listings, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A listing that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundListing {
    /// Its latest state.
    #[serde(flatten)]
    state: ListingView,
    /// What it is called.
    title: String,
}

/// Listings that were found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundListings {
    /// The listings, those decided on last first.
    items: Vec<FoundListing>,
    /// How many listings were looked through.
    searched: usize,
    /// Whether those are all: a server that was just started still reads them.
    complete: bool,
}

/// Finds listings by the words of title, brand, category, description and numbers, newest first.
#[utoipa::path(get, path = "/v1/listings/search", operation_id = "search_listings", tag = "listings", params(SearchQuery), security(("key" = ["read"])),
    responses((status = 200, description = "What was found", body = FoundListings), crate::openapi::Problems))]
pub(crate) async fn words(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Query(query): Query<SearchQuery>,
) -> Result<Json<FoundListings>, Problem> {
    actor.may(Resource::Listing, Action::Read)?;
    let limit = limit(query.limit)?;
    if query.q.len() > TYPED_BYTES_MAX {
        return Err(Problem::new(Code::BadParameter, format!("q has at most {TYPED_BYTES_MAX} bytes")));
    }
    [&query.marketplace, &query.seller_id].into_iter().flatten().try_for_each(|text| plain(text))?;
    app.look_for_words().await?;
    let wanted = Wanted {
        text: query.q,
        marketplace: query.marketplace,
        seller_id: query.seller_id,
        verdict: query.verdict.map(Verdict::as_str),
        limit: usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let names = app.finder.find(wanted).await?;
    found(&app, &actor, &request, names).await.map(Json)
}

/// Which listings are like one that was decided on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarListings {
    /// The likest first.
    items: Vec<SimilarListing>,
}

/// A listing that says something like another.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimilarListing {
    /// It.
    #[serde(flatten)]
    found: FoundListing,
    /// How much of the title's words both have, in permille.
    likeness: u16,
    /// What was learnt about it last, if something was: `counterfeit`, `genuine` or `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    learnt: Option<String>,
}

/// Finds listings whose titles are like that of the listing that was decided on, with their verdicts and what was learnt
/// about them.
#[utoipa::path(get, path = "/v1/decisions/{id}/similar", operation_id = "find_similar_listings", tag = "decisions",
    params(("id" = Uuid, Path, description = "The decision")), security(("key" = ["read"])),
    responses((status = 200, description = "Similar listings", body = SimilarListings), crate::openapi::Problems))]
pub(crate) async fn similar(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<SimilarListings>, Problem> {
    actor.may(Resource::Decision, Action::Read)?;
    actor.may(Resource::Listing, Action::Read)?;
    let stored = decisions::find(&app, id).await?;
    let content = app.store.content(&stored.listing_hash).await?.unwrap_or_default();
    let title = title(&content);
    app.look_for_words().await?;
    let mut names = app.finder.like(title.clone(), LIKE_MAX).await?;
    names.retain(|name| *name != stored.name);
    let mut items = Vec::new();
    for found in titled(&app, &names).await? {
        let likeness = likeness(&title, &found.title);
        if likeness >= LIKE_PERMILLE && items.len() < SIMILAR_MAX {
            let learnt = app.store.outcomes(&found.state.name()).await?.pop().map(|outcome| outcome.finding);
            items.push(SimilarListing { found, likeness, learnt });
        }
    }
    items.sort_by_key(|one| std::cmp::Reverse(one.likeness));
    let read = items.iter().map(|one| personal(&one.found));
    app.note_read(&actor, &request, Resource::Listing, read).await?;
    Ok(Json(SimilarListings { items }))
}

/// Words that both texts have, of all that either has.
fn likeness(one: &str, other: &str) -> u16 {
    let [one, other]: [BTreeSet<String>; 2] = [one, other].map(|text| words_of(text).into_iter().collect());
    let all = one.union(&other).count().max(1);
    (1_000 * one.intersection(&other).count() / all) as u16
}

fn title(content: &[u8]) -> String {
    let said: Value = serde_json::from_slice(content).unwrap_or_default();
    said["title"].as_str().unwrap_or_default().to_owned()
}

/// Finds listings that show this picture, or nearly this one: scaled, written anew, mirrored or turned.
#[utoipa::path(post, path = "/v1/listings/alike", operation_id = "find_listings_by_picture", tag = "listings",
    request_body(content((crate::routes::images::PictureAddress = "application/json"), (crate::openapi::PictureForm = "multipart/form-data"))),
    security(("key" = ["read"])),
    responses((status = 200, description = "What was found", body = FoundListings), crate::openapi::Problems))]
pub(crate) async fn picture(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    files: Files,
) -> Result<Json<FoundListings>, Problem> {
    actor.may(Resource::Listing, Action::Read)?;
    let mut hashes = Vec::new();
    for file in files.had(&app).await? {
        match pictures::look(&app, file.bytes, Patience::None).await? {
            Looked::Seen(seen) => hashes.extend(seen.same()),
            Looked::Unreadable(_, reason) => return Err(sent::unreadable(file.name, &reason)),
        }
    }
    let names = app.store.showing(&hashes, SHOWING_MAX).await?;
    found(&app, &actor, &request, names).await.map(Json)
}

/// What was found by name; that it was read is noted.
async fn found(app: &App, actor: &Actor, request: &RequestId, names: Vec<Name>) -> Result<FoundListings, Problem> {
    let items = titled(app, &names).await?;
    app.note_read(actor, request, Resource::Listing, items.iter().map(personal)).await?;
    let reach = app.finder.reach();
    Ok(FoundListings { items, searched: reach.listings, complete: reach.is_all })
}

fn personal(FoundListing { state, .. }: &FoundListing) -> Personal {
    Personal::of_seller(&state.marketplace, &state.seller_id, &state.listing_id)
}

/// Listings by name, in this order, without those of erased sellers.
async fn titled(app: &App, names: &[Name]) -> Result<Vec<FoundListing>, Problem> {
    let states = app.store.states(names).await?;
    let contents = app.store.contents(states.iter().map(|state| state.listing_hash.clone()).collect()).await?;
    let mut states: HashMap<Name, ListingState> = states.into_iter().map(|one| (one.name.clone(), one)).collect();
    let item = |name: &Name| {
        let state = states.remove(name)?;
        let title = title(contents.get(&state.listing_hash)?);
        Some(FoundListing { state: state.into(), title })
    };
    Ok(names.iter().filter_map(item).collect())
}
