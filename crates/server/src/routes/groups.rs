//! One decision for many items that look the same: gathered, shown, decided, undone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use touchstone_cases::group::{Command, Group, LeftOut, Order, Preview, Served};
use touchstone_cases::id::{GroupId, Hash, ItemId, Seller, Version};
use touchstone_office::{act as acts, bulk, groups, reviewers};
use touchstone_people::{Action, Resource};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Path;
use super::actions::{ActionsDone, NewDoing, named_as};
use super::items::Found;
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, one};
use crate::guard::JsonBody;
use crate::likeness;
use crate::problem::Problem;

/// Which item others are gathered around.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gather {
    /// The item.
    item_id: Uuid,
}

/// Items that look the same.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupView {
    /// Its id.
    group_id: Uuid,
    /// Its items.
    members: Vec<GroupMember>,
    /// Whether it is decided.
    decided: bool,
}

/// An item of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupMember {
    /// The item.
    item_id: Uuid,
    /// The listing as it was when it was gathered.
    #[schema(value_type = Object)]
    listing: Version,
}

impl From<Group> for GroupView {
    fn from(group: Group) -> Self {
        let member =
            |member: touchstone_cases::group::Member| GroupMember { item_id: member.item.0, listing: member.version };
        let decided = group.decided.is_some();
        Self { group_id: group.id.0, decided, members: group.members.into_iter().map(member).collect() }
    }
}

/// Gathers the items that wait in the same queue and whose listings are near-identical to one item's.
#[utoipa::path(post, path = "/v1/groups", operation_id = "gather_group", tag = "review", request_body = Gather,
    params(crate::openapi::Once),
    security(("session" = [])), responses((status = 200, description = "The group", body = GroupView), crate::openapi::Problems))]
pub(crate) async fn gather(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Decide)?;
    let first = ItemId(command::<Gather>(&body)?.item_id);
    let near = likeness::near(&app, first).await?;
    let id = GroupId(Uuid::now_v7());
    act(&app, &actor, &headers, &body, move |act| {
        Box::pin(async move {
            let group = groups::gather(act, id, first, near, likeness::near_enough()).await?;
            Ok(GroupView::from(group))
        })
    })
    .await
}

/// Shows a group.
#[utoipa::path(get, path = "/v1/groups/{id}", operation_id = "get_group", tag = "review",
    params(("id" = Uuid, Path, description = "The group")), security(("session" = [])),
    responses((status = 200, description = "The group", body = GroupView), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
) -> Result<Json<GroupView>, Problem> {
    actor.may(Resource::Queue, Action::Read)?;
    Ok(Json(one::<Group>(&app, &id.to_string()).await?.into()))
}

/// What is to be decided of a group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct GroupOrder {
    /// What is said of each item.
    judgement: Found,
    /// Where the group is of several sellers: each of them that the decision is to reach.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    confirmed: Vec<Seller>,
}

/// What a decision would touch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupPreview {
    /// To be sent with the decision.
    preview: String,
    /// Items that it serves.
    #[schema(value_type = Vec<Object>)]
    served: Vec<Served>,
    /// Items that it does not touch, and why.
    #[schema(value_type = Vec<Object>)]
    left_out: Vec<LeftOut>,
    /// All sellers of the group; if there are several, each is to be confirmed.
    sellers: Vec<GroupSeller>,
}

/// A seller of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupSeller {
    /// Who.
    #[schema(value_type = Object)]
    seller: Seller,
    /// How many of the items.
    items: usize,
}

impl From<Preview> for GroupPreview {
    fn from(preview: Preview) -> Self {
        let sellers = preview.sellers.into_iter().map(|(seller, items)| GroupSeller { seller, items });
        Self {
            preview: preview.hash.to_string(),
            served: preview.served,
            left_out: preview.left_out,
            sellers: sellers.collect(),
        }
    }
}

/// Shows exactly what a decision would touch; nothing happens.
#[utoipa::path(post, path = "/v1/groups/{id}/preview", operation_id = "preview_group", tag = "review",
    params(("id" = Uuid, Path, description = "The group")), request_body = GroupOrder, security(("session" = [])),
    responses((status = 200, description = "What would be touched", body = GroupPreview), crate::openapi::Problems))]
pub(crate) async fn preview(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Decide)?;
    let (asked, lead) = (command::<GroupOrder>(&body)?, actor.is_lead());
    act(&app, &actor, &HeaderMap::new(), &body, move |act| {
        Box::pin(async move {
            let order = order(act, asked, lead).await?;
            Ok(GroupPreview::from(groups::preview(act, GroupId(id), &order).await?))
        })
    })
    .await
}

async fn order(act: &touchstone_office::Act<'_>, asked: GroupOrder, lead: bool) -> Result<Order, acts::ActError> {
    let who = reviewers::reviewer(act, lead).await?;
    let judgement = asked.judgement.judgement(who.id, act.now());
    Ok(Order { who, judgement, confirmed: asked.confirmed.into_iter().collect() })
}

/// What can be done with a group.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "command", rename_all = "snake_case")]
pub(crate) enum GroupCommand {
    /// Decide, as the preview showed.
    Decide {
        /// What.
        order: GroupOrder,
        /// The preview's hash.
        preview: String,
        /// What is done with each listing that is a fake by that, in the same change.
        #[serde(default)]
        act: Option<Box<NewDoing>>,
    },
    /// Take the decision back, all of it.
    Undo {
        /// Why.
        reason: String,
    },
}

/// What became of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GroupDone {
    /// The group as it is now.
    group: GroupView,
    /// Items that were judged, or opened again.
    items: Vec<Uuid>,
    /// What was done with the listings, or taken back.
    done: ActionsDone,
}

/// Decides for a group, or takes that back.
#[utoipa::path(post, path = "/v1/groups/{id}/commands", operation_id = "command_group", tag = "review",
    params(("id" = Uuid, Path, description = "The group"),
        crate::openapi::Once),
    request_body = GroupCommand, security(("session" = [])),
    responses((status = 200, description = "What became of it", body = GroupDone), crate::openapi::Problems))]
pub(crate) async fn post(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Queue, Action::Decide)?;
    let (mut asked, lead, by) = (command::<GroupCommand>(&body)?, actor.is_lead(), actor.as_person()?);
    let doing = match &mut asked {
        GroupCommand::Decide { act: act @ Some(_), .. } => {
            actor.may(Resource::Enforcement, Action::Create)?;
            act.take().map(|doing| doing.doing()).transpose()?
        }
        _ => None,
    };
    let (request, book) = ([id.as_bytes(), &body[..]].concat(), app.rulebook());
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let command = match asked {
                GroupCommand::Undo { reason } => Command::Undo { by, reason },
                GroupCommand::Decide { order: asked, preview, .. } => {
                    let preview = Hash::try_from(preview);
                    let wrong = |_| acts::no(touchstone_office::Refusal::invalid("preview is no hash of a preview"));
                    Command::Decide { preview: preview.map_err(wrong)?, order: order(act, asked, lead).await? }
                }
            };
            let seed = doing.as_ref().map_or(id, |doing| doing.seed);
            let done = bulk::group(act, &book, GroupId(id), command, doing).await;
            let (group, items, done) = done.map_err(|error| named_as(error, "seed", seed))?;
            let items = items.into_iter().map(|item| item.id.0).collect();
            Ok(GroupDone { group: group.into(), items, done: done.into() })
        })
    })
    .await
}
