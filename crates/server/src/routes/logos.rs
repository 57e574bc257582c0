//! Enrolled logos: put there with boxes on photos, listed, taken out, and found on pictures.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::json;
use touchstone_banks::{Bank, Change, Entry};
use touchstone_people::{Action, Resource};
use utoipa::{IntoParams, ToSchema};

use super::banks::change::{Changed, changed};
use super::banks::put::{AddedView, AddedViews, unfit};
use super::banks::{Entries, act, page, text};
use super::{Path, Query, limit};
use crate::actor::Actor;
use crate::app::App;
use crate::guard::RequestId;
use crate::idempotency;
use crate::pictures::Patience;
use crate::problem::{Code, Problem};
use crate::sent::{self, PartName, Sent};
use crate::shelf::{Enrolment, LogoBox};

/// Parts of a form that are no pictures.
const TEXTS: [&str; 5] = ["brand", "box", "other", "source", "why"];

/// A photo with logos of a brand.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct LogoForm {
    /// One file: a photo, a picture of the logo and nothing else, or its drawing as SVG.
    picture: crate::openapi::PictureFile,
    /// The brand whose logos they are.
    brand: String,
    /// `x1,y1,x2,y2` in pixels of the upright picture, half open; once for each logo. Without one the picture shows a logo
    /// and nothing else.
    #[schema(nullable = false)]
    r#box: Option<Vec<String>>,
    /// Boxes of logos of other brands on the same photo: the rest of it is kept as an example of what is no logo.
    #[schema(nullable = false)]
    other: Option<Vec<String>>,
    /// Whose logos these are: a register of marks, a catalogue.
    #[schema(nullable = false)]
    source: Option<String>,
    /// Why.
    #[schema(nullable = false)]
    why: Option<String>,
}

/// Enrols logos from boxes on a photo; they are looked for at once here, and within seconds everywhere.
#[utoipa::path(post, path = "/v1/logos", operation_id = "enrol_logos", tag = "pictures",
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters; a retry with the same key and form gets the same answer")),
    request_body(content = LogoForm, content_type = "multipart/form-data"), security(("key" = ["banks"])),
    responses((status = 200, description = "They are on the disk", body = AddedViews), crate::openapi::Problems))]
pub(crate) async fn enrol(State(app): State<Arc<App>>, actor: Actor, request: Request) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Create)?;
    let headers = request.headers().clone();
    let parts = sent::form(request, &app, &TEXTS).await?;
    let identity = sent::identity_of("enrol", "", &parts);
    let work = async {
        let Form { photo: Sent { name, bytes }, enrolment, why } = Form::of(parts)?;
        let (shelf, file) = (Arc::clone(&app.shelf), name.clone());
        let seen = app.pictures.eyes.run(Patience::None, move |_| shelf.logo_items(&file, &bytes, &enrolment));
        let new = seen.await?.map_err(|error| unfit(&name, error))?;
        let (shelf, act) = (Arc::clone(&app.shelf), act(&app, &actor, why));
        let added = tokio::task::spawn_blocking(move || {
            let added = shelf.add(new, &act)?;
            shelf.ready_logos().map(|_| added)
        });
        let added = added.await.map_err(|error| Problem::internal("a bank can't be changed", error))??;
        app.log(&actor, "bank.added", Bank::Logos.name(), json!({"entries": added.len()})).await?;
        Ok(AddedViews::of(added.into_iter().map(|put| AddedView::of((name.clone(), put))).collect()))
    };
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

/// A form that was read.
struct Form {
    photo: Sent,
    enrolment: Enrolment,
    why: String,
}

impl Form {
    fn of(parts: Vec<(PartName, Bytes)>) -> Result<Self, Problem> {
        let (mut photo, mut brand, mut source, mut why) = (None, None, None, String::new());
        let (mut boxes, mut others) = (Vec::new(), Vec::new());
        for (name, bytes) in parts {
            match name.field.as_str() {
                "brand" => brand = Some(text(&bytes)?).filter(|brand| !brand.is_empty()),
                "box" => boxes.push(boxed(&text(&bytes)?)?),
                "other" => others.push(boxed(&text(&bytes)?)?),
                "source" => source = Some(text(&bytes)?),
                "why" => why = text(&bytes)?,
                _ if photo.is_some() => return Err(bad_form("more than one picture")),
                _ => photo = Some(Sent { name: name.file, bytes }),
            }
        }
        Ok(Self {
            photo: photo.ok_or_else(|| bad_form("no picture"))?,
            enrolment: Enrolment {
                brand: brand.ok_or_else(|| bad_form("no part is named brand, or it is empty"))?,
                boxes,
                others,
                source,
            },
            why,
        })
    }
}

fn boxed(text: &str) -> Result<LogoBox, Problem> {
    let numbers = text.trim_start_matches('[').trim_end_matches(']').split(',');
    // Boxes are drawn by hand, some of them over the edge: what is left of it is no logo.
    let number =
        |text: &str| text.trim().parse().ok().filter(|n: &f64| n.abs() < 1e6).map(|n| n.round().max(0.0) as u32);
    let numbers: Option<Vec<u32>> = numbers.map(number).collect();
    let place = numbers.and_then(|numbers| LogoBox::try_from(numbers).ok());
    let place = place.filter(|[x1, y1, x2, y2]| x1 < x2 && y1 < y2);
    place.ok_or_else(|| bad_form("a box is x1,y1,x2,y2 in pixels, with x1 below x2 and y1 below y2"))
}

fn bad_form(detail: &str) -> Problem {
    Problem::new(Code::BadForm, detail)
}

/// Which logos.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogoQuery {
    /// Only of this brand.
    brand: Option<String>,
    /// `next` of the page before.
    cursor: Option<u64>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// Lists the logos that were enrolled.
#[utoipa::path(get, path = "/v1/logos", operation_id = "list_logos", tag = "pictures", params(LogoQuery), security(("key" = ["read"])),
    responses((status = 200, description = "A page of entries", body = Entries), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(query): Query<LogoQuery>,
) -> Result<Json<Entries>, Problem> {
    actor.may(Resource::Bank, Action::Read)?;
    let wanted =
        |entry: &Entry| entry.item.bank == Bank::Logos && (query.brand.is_none() || entry.item.brand == query.brand);
    Ok(Json(page(&app, query.cursor, limit(query.limit)?, wanted)))
}

/// Why a logo is taken out.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhyQuery {
    /// In words.
    why: Option<String>,
}

/// Takes a logo out; `POST /v1/banks/entries/{id}/restore` brings it back.
#[utoipa::path(delete, path = "/v1/logos/{id}", operation_id = "remove_logo", tag = "pictures",
    params(("id" = String, Path, description = "Id of the entry"), WhyQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters; a retry with the same key gets the same answer")),
    security(("key" = ["banks"])),
    responses((status = 200, description = "It is on the disk", body = Changed), crate::openapi::Problems))]
pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<String>,
    Query(query): Query<WhyQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Decide)?;
    let is_logo = |entry: &Entry| entry.item.bank == Bank::Logos;
    if !app.shelf.with(|library| library.banks().contents().entry(&id).is_some_and(is_logo)) {
        return Err(Problem::new(Code::NotFound, format!("no logo {id:?}")));
    }
    let why = query.why.unwrap_or_default();
    let identity = sent::identity([&b"remove"[..], id.as_bytes(), why.as_bytes()].into_iter());
    let again = headers.contains_key("idempotency-key");
    let work = changed(&app, &actor, &id, vec![Change::Removed], why, again);
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

/// A logo that was found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogoView {
    /// The brand that it is enrolled for.
    brand: String,
    /// How sure, 0 to 1, comparable between pictures and brands.
    score: f64,
    /// Where: left, top, right, bottom, in pixels.
    r#box: [u32; 4],
}

/// Logos on one picture.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct LogosFound {
    /// Name of the file.
    file: String,
    /// Why it can't be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// What is stood behind, best first, at most one a brand.
    logos: Vec<LogoView>,
}

/// Logos on pictures, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogosOf {
    /// One a picture.
    items: Vec<LogosFound>,
    /// The call.
    request_id: String,
}

/// Finds enrolled logos on pictures; a tight crop of a logo is a picture too.
#[utoipa::path(post, path = "/v1/logos/find", operation_id = "find_logos", tag = "pictures",
    request_body(content = crate::openapi::PictureForm, content_type = "multipart/form-data"), security(("key" = ["read"])),
    responses((status = 200, description = "Logos of each", body = LogosOf), crate::openapi::Problems))]
pub(crate) async fn find(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    request: Request,
) -> Result<Json<LogosOf>, Problem> {
    actor.may(Resource::Bank, Action::Read)?;
    let parts = sent::form(request, &app, &[]).await?;
    app.shelf.eyes().map_err(|why| Problem::new(Code::BankRefused, why))?;
    let mut items = Vec::new();
    for (name, bytes) in parts {
        let shelf = Arc::clone(&app.shelf);
        let found = app.pictures.eyes.run(Patience::None, move |_| shelf.find_logos(&bytes)).await?;
        let view = |found: touchstone_sight::logo::Found| LogoView {
            brand: found.brand,
            score: f64::from(found.score) / 1_000.0,
            r#box: [found.place.x1, found.place.y1, found.place.x2, found.place.y2],
        };
        items.push(match found {
            Ok(found) => LogosFound { file: name.file, error: None, logos: found.into_iter().map(view).collect() },
            Err(error) => LogosFound { file: name.file, error: Some(error), logos: Vec::new() },
        });
    }
    Ok(Json(LogosOf { items, request_id: request_id.0 }))
}
