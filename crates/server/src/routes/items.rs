//! The review queue.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_cases::id::{ItemId, JudgementId, PersonId, Subject};
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{Command, Item};
use touchstone_cases::review::{Judgement, Verdict};
use touchstone_cases::routing::Route;
use touchstone_office::bulk::{self, Doing};
use touchstone_office::items::{self, View};
use touchstone_office::reviewers;
use touchstone_people::{Action, Resource};
use touchstone_store::{Page, Search};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::actions::{NewDoing, named_as};
use super::{Path, Query, limit, shown};
use crate::actor::Actor;
use crate::app::App;
use crate::clock::{micros, rfc3339};
use crate::govern::{act, command, one, open};
use crate::guard::{JsonBody, RequestId};
use crate::pictures::PictureNote;
use crate::problem::{Code, Problem};
use crate::read_log::Personal;
use crate::view::raw;

/// Seconds for which an item is held if nothing is said.
const LEASE_SECONDS: u32 = 900;
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// A queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queue {
    /// Its name.
    queue: String,
    /// What a person must have to take from it, unless its rule says something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    skill: Option<String>,
    /// Items that nobody has in hand.
    open: u64,
    /// Items that somebody has, or that were skipped.
    held: u64,
    /// Since when the oldest waits, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<String>,
}

/// Lists the queues, with how many items wait in each.
#[utoipa::path(get, path = "/v1/queues", operation_id = "list_queues", tag = "review", security(("session" = [])),
    responses((status = 200, description = "All queues", body = Vec<Queue>), crate::openapi::Problems))]
pub(crate) async fn queues(State(app): State<Arc<App>>, actor: Actor) -> Result<Json<Vec<Queue>>, Problem> {
    actor.may(Resource::Queue, Action::Read)?;
    let mut counts = app.store.queue_counts(app.clock.micros()).await?;
    let review = app.review();
    let named = review.routing.queues().map(|route| (route.queue.clone(), route.skill.clone()));
    let mut queues: BTreeMap<String, Option<String>> = named.collect();
    // A queue that is routed to no more may still hold items.
    for queue in counts.keys() {
        queues.entry(queue.clone()).or_default();
    }
    let row = |(queue, skill): (String, Option<String>)| {
        let count = counts.remove(&queue).unwrap_or_default();
        Queue { queue, skill, open: count.open, held: count.held, oldest: count.oldest.map(rfc3339) }
    };
    Ok(Json(queues.into_iter().map(row).collect()))
}

/// For how long an item is taken.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Take {
    /// Seconds for which nobody else can take it, at most four hours; 900 if not said.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 14_400)]
    lease_seconds: Option<u32>,
}

/// What is next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Next {
    /// The item, which the person has in hand now; null if nothing waits for them.
    item: Option<View>,
}

/// Takes the next item of a queue: of those that this person may judge and nobody has, the one whose turn it is.
#[utoipa::path(post, path = "/v1/queues/{queue}/next", operation_id = "take_next", tag = "review",
    params(("queue" = String, Path, description = "The queue"),
        crate::openapi::Once),
    request_body = Take, security(("session" = [])),
    responses((status = 200, description = "The item with its token", body = Next), crate::openapi::Problems))]
pub(crate) async fn next(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(queue): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Decide)?;
    let (person, lead) = (actor.as_person()?, actor.is_lead());
    super::plain(&queue)?;
    let lease = lease(command::<Take>(&body)?.lease_seconds);
    let request = [queue.as_bytes(), b"\n", &body].concat();
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let item = items::next(act, &queue, lead, lease).await?;
            Ok(Next { item: item.map(|item| items::view(&item, person, act.now())) })
        })
    })
    .await
}

fn lease(seconds: Option<u32>) -> i64 {
    i64::from(seconds.unwrap_or(LEASE_SECONDS)) * SECOND
}

/// Which items.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Those that wait in this queue, in the order in which they are taken. Only for leads: it shows places.
    queue: Option<String>,
    /// Those that stand so, latest first: waiting, decided or withdrawn.
    stage: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of items.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemPage {
    /// In their order.
    items: Vec<View>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

/// Lists items.
#[utoipa::path(get, path = "/v1/items", operation_id = "list_items", tag = "review", params(ListQuery),
    security(("session" = [])),
    responses((status = 200, description = "A page of items", body = ItemPage), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Json<ItemPage>, Problem> {
    actor.may(Resource::Queue, Action::Read)?;
    let person = actor.as_person()?;
    let limit = limit(query.limit)?;
    let after = query.cursor.as_deref().map(cursor).transpose()?;
    let (found, ranks) = match &query.queue {
        Some(queue) => {
            super::plain(queue)?;
            if !actor.is_lead() {
                return Err(Problem::new(Code::Forbidden, "only a lead sees the order of a queue"));
            }
            let after = after.map(|(rank, id)| (rank, Uuid::parse_str(&id).unwrap_or_default()));
            let places = app.store.queue_page(queue, after, limit).await?;
            let ids: Vec<String> = places.iter().map(|place| place.item_id.to_string()).collect();
            let kept = app.store.look_up("item", &ids).await?;
            let mut by_id: BTreeMap<String, _> = kept.into_iter().map(|kept| (kept.id.clone(), kept)).collect();
            let found: Vec<_> = ids.iter().filter_map(|id| by_id.remove(id)).collect();
            (found, places.into_iter().map(|place| place.place).collect::<Vec<_>>())
        }
        None => {
            let value = query.stage.clone().unwrap_or_else(|| "waiting".to_owned());
            super::plain(&value)?;
            let page = Page { descending: true, after, limit };
            app.store.search(&Search { kind: "item", name: "stage", value, page }).await?.into_iter().unzip()
        }
    };
    let next = (found.len() as u64 == limit).then(|| ranks.last().zip(found.last())).flatten();
    let next = next.map(|(rank, last)| format!("{rank}.{}", last.id));
    let now = app.moment();
    let view = |kept| open::<Item>(kept).map(|item| items::view(&item, person, now));
    Ok(Json(ItemPage {
        items: found.iter().filter(|kept| kept.body.is_some()).map(view).collect::<Result<_, _>>()?,
        next,
    }))
}

/// Where a page begins: a rank and an id.
pub(super) fn cursor(text: &str) -> Result<(i64, String), Problem> {
    let parts = text.split_once('.').and_then(|(rank, id)| Some((rank.parse().ok()?, id.to_owned())));
    parts
        .filter(|(_, id): &(i64, String)| !id.contains('\0'))
        .ok_or_else(|| Problem::new(Code::BadParameter, "cursor is not the `next` of a page"))
}

/// Shows an item, as far as this person may see it now.
#[utoipa::path(get, path = "/v1/items/{id}", operation_id = "get_item", tag = "review",
    params(("id" = Uuid, Path, description = "The item")), security(("session" = [])),
    responses((status = 200, description = "The item", body = View), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<View>, Problem> {
    actor.may(Resource::Queue, Action::Read)?;
    let item: Item = one(&app, &id.to_string()).await?;
    Ok(Json(items::view(&item, actor.as_person()?, app.moment())))
}

/// What a listing said.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemListing {
    /// SHA-256 of its content.
    content: String,
    /// The listing as it was when it was screened.
    #[schema(value_type = Object)]
    listing: Box<RawValue>,
    /// Its pictures: which files were looked at, and why others were not had.
    pictures: Vec<PictureNote>,
}

/// Shows the listing that an item is about, as it was; nothing that screening said of it.
#[utoipa::path(get, path = "/v1/items/{id}/listing", operation_id = "get_item_listing", tag = "review",
    params(("id" = Uuid, Path, description = "The item")), security(("session" = [])),
    responses((status = 200, description = "The listing", body = ItemListing), crate::openapi::Problems))]
pub(crate) async fn listing(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<ItemListing>, Problem> {
    actor.may(Resource::Queue, Action::Read)?;
    let item: Item = one(&app, &id.to_string()).await?;
    let gone = || Problem::new(Code::NotFound, "the item is about no listing, or the listing was erased");
    let Subject::Listing(version) = &item.subject else { return Err(gone()) };
    let hash = version.content.0.to_vec();
    let content = app.store.contents(vec![hash.clone()]).await?.remove(&hash).ok_or_else(gone)?;
    let seller = &version.listing.seller;
    let read = Personal::of_seller(&seller.marketplace, &seller.seller_id, &version.listing.listing_id);
    app.note_read(&actor, &request, Resource::Listing, [read]).await?;
    let decision = match item.decision {
        Some(decision) => app.store.decision(decision.0).await?,
        None => None,
    };
    let pictures = decision.as_ref().map(shown::notes).unwrap_or_default();
    Ok(Json(ItemListing { content: version.content.to_string(), listing: raw(&content)?, pictures }))
}

/// What can be done with an item.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum ItemCommand {
    /// Take this one in hand, out of turn.
    Take {
        /// Seconds; 900 if not said.
        #[serde(default)]
        lease_seconds: Option<u32>,
    },
    /// Keep it longer.
    Renew {
        /// The token that was given.
        token: u64,
        /// Seconds from now; 900 if not said.
        #[serde(default)]
        lease_seconds: Option<u32>,
    },
    /// Give it back.
    Release {
        /// The token that was given.
        token: u64,
    },
    /// Take it from whoever has it; only a lead.
    TakeOver {
        /// Why.
        reason: String,
        /// Seconds; 900 if not said.
        #[serde(default)]
        lease_seconds: Option<u32>,
    },
    /// Not now.
    Skip {
        /// The token that was given.
        token: u64,
        /// Why.
        reason: String,
        /// Until then, RFC 3339; at most a week.
        until: String,
    },
    /// Say what it is.
    Judge {
        /// The token that was given.
        token: u64,
        /// What was found.
        judgement: Found,
        /// What is done with the listing if it is a fake by that, in the same change.
        #[serde(default)]
        act: Option<Box<NewDoing>>,
    },
    /// It needs no verdict any more; only a lead.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// The verdict is taken back; only a lead.
    Reopen {
        /// Why.
        reason: String,
    },
    /// It belongs into another queue; only a lead.
    Move {
        /// Which.
        queue: String,
        /// What a person must have to take it.
        #[serde(default)]
        skill: Option<String>,
    },
}

/// What a person found.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(as = NewJudgement)]
pub(crate) struct Found {
    /// `fake`, `genuine` or `unsure`.
    #[schema(value_type = String)]
    pub(super) verdict: Verdict,
    /// Of what class, as in decisions; `none` if there is nothing to say.
    pub(super) class: String,
    /// How sure, in per cent.
    #[schema(maximum = 100)]
    pub(super) confidence: u8,
    /// Why, as a code of the house's list.
    pub(super) reason: String,
    /// For colleagues.
    #[serde(default)]
    pub(super) note: String,
}

impl Found {
    pub(super) fn judgement(self, by: PersonId, at: Moment) -> Judgement {
        let Self { verdict, class, confidence, reason, note } = self;
        Judgement { id: JudgementId(Uuid::now_v7()), by, verdict, class, confidence, reason, note, at }
    }
}

/// Does something with an item.
#[utoipa::path(post, path = "/v1/items/{id}/commands", operation_id = "command_item", tag = "review",
    params(("id" = Uuid, Path, description = "The item"),
        crate::openapi::Once),
    request_body = ItemCommand, security(("session" = [])),
    responses((status = 200, description = "The item as it is now", body = View), crate::openapi::Problems))]
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Decide)?;
    let (person, lead) = (actor.as_person()?, actor.is_lead());
    let mut asked: ItemCommand = command(&body)?;
    let for_leads = matches!(
        asked,
        ItemCommand::Withdraw { .. }
            | ItemCommand::Reopen { .. }
            | ItemCommand::Move { .. }
            | ItemCommand::TakeOver { .. }
    );
    if for_leads && !lead {
        return Err(Problem::new(Code::Forbidden, "only a lead does this"));
    }
    let doing = doing(&actor, &mut asked)?;
    let (request, book) = ([id.as_bytes(), &body[..]].concat(), app.rulebook());
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let who = reviewers::reviewer(act, lead).await?;
            let command = read(asked, who, act.now()).map_err(touchstone_office::act::no)?;
            let seed = doing.as_ref().map_or(id, |doing| doing.seed);
            let done = bulk::item(act, &book, ItemId(id), command, doing).await;
            let (item, _) = done.map_err(|error| named_as(error, "seed", seed))?;
            Ok(items::view(&item, person, act.now()))
        })
    })
    .await
}

/// What is to be done with a judgement, if something is.
fn doing(actor: &Actor, asked: &mut ItemCommand) -> Result<Option<Doing>, Problem> {
    let ItemCommand::Judge { act: Some(_), .. } = asked else { return Ok(None) };
    actor.may(Resource::Enforcement, Action::Create)?;
    let ItemCommand::Judge { act, .. } = asked else { return Ok(None) };
    Ok(act.take().map(|doing| doing.doing()).transpose()?)
}

/// What the queue is asked.
fn read(
    asked: ItemCommand,
    who: touchstone_cases::queue::Reviewer,
    now: Moment,
) -> Result<Command, touchstone_office::Refusal> {
    let by = who.id;
    Ok(match asked {
        ItemCommand::Take { lease_seconds } => Command::Take { who, lease: lease(lease_seconds) },
        ItemCommand::Renew { token, lease_seconds } => Command::Renew { by, token, lease: lease(lease_seconds) },
        ItemCommand::Release { token } => Command::Release { by, token },
        ItemCommand::TakeOver { reason, lease_seconds } => {
            Command::TakeOver { who, reason, lease: lease(lease_seconds) }
        }
        ItemCommand::Skip { token, reason, until } => {
            let until = micros(&until).map(Moment);
            let until =
                until.ok_or_else(|| touchstone_office::Refusal::invalid("until is no time as 2026-11-01T09:30:00Z"))?;
            Command::Skip { by, token, reason, until }
        }
        ItemCommand::Judge { token, judgement, .. } => {
            Command::Judge { who, token, judgement: judgement.judgement(by, now) }
        }
        ItemCommand::Withdraw { reason } => Command::Withdraw { reason },
        ItemCommand::Reopen { reason } => Command::Reopen { reason },
        ItemCommand::Move { queue, skill } => Command::Move { route: Route { queue, skill } },
    })
}
