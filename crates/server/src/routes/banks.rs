//! Banks of pictures: what stands in them, what a picture is a copy of, and what people do with them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use touchstone_banks::{Act, Bank, BankError, Change, Entry, Match, exchange};
use utoipa::{IntoParams, ToSchema};

use super::{Path, Query, limit};
use crate::app::App;
use crate::guard::{JsonBody, RequestId};
use crate::keys::{Client, Scope};
use crate::pictures::Patience;
use crate::problem::{Code, Problem};
use crate::routes::images::Files;
use crate::sent::{self, Sent};
use crate::shelf::About;

/// Candidates of one picture, at most.
const MATCHES_MAX: u16 = 200;

/// A bank of pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BankName {
    /// The brand's own pictures: a copy is at most a stolen picture.
    Genuine,
    /// Pictures that only the counterfeiter made.
    Counterfeit,
    /// Size charts, placeholders, shipping notices: never a match.
    Negative,
}

impl BankName {
    fn bank(self) -> Bank {
        match self {
            Self::Genuine => Bank::Genuine,
            Self::Counterfeit => Bank::Counterfeit,
            Self::Negative => Bank::Negative,
        }
    }
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only of this bank.
    #[param(value_type = BankName, required = false)]
    bank: Option<BankName>,
    /// `next` of the page before.
    cursor: Option<u64>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of entries, in the order in which they were added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entries {
    /// Each with who added it and why, and what was done to it.
    #[schema(value_type = Vec<std::collections::BTreeMap<String, serde_json::Value>>)]
    items: Vec<Entry>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<u64>,
}

/// Lists what stands in the banks.
#[utoipa::path(get, path = "/v1/banks", operation_id = "list_bank_entries", tag = "pictures", params(ListQuery), security(("key" = ["read"])),
    responses((status = 200, description = "A page of entries", body = Entries), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    client: Client,
    Query(query): Query<ListQuery>,
) -> Result<Json<Entries>, Problem> {
    client.needs_any(&[Scope::Read, Scope::Banks])?;
    let most = usize::try_from(limit(query.limit)?).unwrap_or(usize::MAX);
    let from = usize::try_from(query.cursor.unwrap_or_default()).unwrap_or(usize::MAX);
    let (items, next) = app.shelf.with(|library| {
        let entries = library.banks().contents().entries().iter().enumerate().skip(from);
        let mut wanted = entries.filter(|(_, entry)| query.bank.is_none_or(|bank| entry.item.bank == bank.bank()));
        let items: Vec<(usize, Entry)> = wanted.by_ref().take(most).map(|(at, entry)| (at, entry.clone())).collect();
        let next = items.last().map(|(at, _)| *at as u64 + 1).filter(|_| wanted.next().is_some());
        (items, next)
    });
    Ok(Json(Entries { items: items.into_iter().map(|(_, entry)| entry).collect(), next }))
}

/// How many candidates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Most {
    /// Candidates of each picture, 1 to 200; 20 if not said.
    #[param(minimum = 1, maximum = 200)]
    top: Option<u16>,
}

/// An entry that a picture may be a copy of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchView {
    /// The path or name that the entry was added from.
    entry: String,
    /// The bank.
    #[schema(value_type = BankName)]
    bank: &'static str,
    /// Its brand.
    brand: Option<String>,
    /// What found it.
    method: &'static str,
    /// 0 to 1, comparable between queries.
    score: f64,
    /// Bits by which the fingerprints differ.
    distance: Option<u32>,
    /// Id of the entry.
    id: String,
    /// Whether the score is high enough to stand behind it.
    copy: bool,
    /// Where on the picture: left, top, right, bottom, in pixels.
    place: [u32; 4],
    /// Where on the entry.
    reference: [u32; 4],
}

/// What one picture is a copy of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Matches {
    /// Name of the file, or the address.
    file: String,
    /// Why it can't be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// Candidates, best first, weak ones too.
    matches: Vec<MatchView>,
    /// Size charts, placeholders and the like that it shows.
    negative: Vec<MatchView>,
}

/// What pictures are copies of, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Answers {
    /// One a picture.
    items: Vec<Matches>,
    /// The call.
    request_id: String,
}

/// Says what pictures are copies of: files of a form, or one at an address.
#[utoipa::path(post, path = "/v1/banks/query", operation_id = "query_banks", tag = "pictures", params(Most),
    request_body(content((crate::routes::images::PictureAddress = "application/json"), (crate::openapi::PictureForm = "multipart/form-data"))),
    security(("key" = ["read"])),
    responses((status = 200, description = "Candidates of each", body = Answers), crate::openapi::Problems))]
pub(crate) async fn query(
    State(app): State<Arc<App>>,
    client: Client,
    request_id: RequestId,
    Query(most): Query<Most>,
    files: Files,
) -> Result<Json<Answers>, Problem> {
    client.needs_any(&[Scope::Read, Scope::Banks])?;
    let most = most.top.unwrap_or(20);
    if !(1..=MATCHES_MAX).contains(&most) {
        return Err(Problem::new(Code::BadParameter, format!("top is a number from 1 to {MATCHES_MAX}")));
    }
    let mut items = Vec::new();
    for Sent { name, bytes } in files.had(&app).await? {
        let shelf = Arc::clone(&app.shelf);
        let asked = app.pictures.eyes.run(Patience::None, move |_| {
            let ready = shelf.ready(bytes)?;
            let answer = shelf.query(&ready, most.into());
            Ok::<_, String>(shelf.with(|library| {
                let view =
                    |all: &[Match]| all.iter().filter_map(|each| view(each, library.banks().contents())).collect();
                (view(&answer.matches), view(&answer.negative))
            }))
        });
        items.push(match asked.await? {
            Ok((matches, negative)) => Matches { file: name, error: None, matches, negative },
            Err(error) => Matches { file: name, error: Some(error), matches: Vec::new(), negative: Vec::new() },
        });
    }
    Ok(Json(Answers { items, request_id: request_id.0 }))
}

fn view(each: &Match, contents: &touchstone_banks::Contents) -> Option<MatchView> {
    let entry = contents.entries().get(each.number)?;
    let corners = |place: touchstone_vision::PixelBox| [place.x1, place.y1, place.x2, place.y2];
    Some(MatchView {
        entry: entry.item.path.clone(),
        bank: entry.item.bank.name(),
        brand: entry.item.brand.clone(),
        method: each.method(entry),
        score: (f64::from(each.found.score) * 1e4).round() / 1e4,
        distance: each.found.distance,
        id: entry.id.clone(),
        copy: each.found.is_match(),
        place: corners(each.found.place),
        reference: corners(each.found.reference),
    })
}

/// A picture that was added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedView {
    /// Name of the file.
    file: String,
    /// Id of the entry; the same picture of the same name has the same one.
    id: String,
    /// `active`; `pending` while it waits for a second person; `removed` if it was taken out before.
    state: &'static str,
    /// The genuine entry that it looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    like: Option<String>,
}

/// Pictures that were added.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AddedViews {
    /// One a picture.
    items: Vec<AddedView>,
}

/// Pictures to be added.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct BankForm {
    /// At most 20.
    picture: Vec<crate::openapi::PictureFile>,
    /// The brand that they show.
    #[schema(nullable = false)]
    brand: Option<String>,
    /// The product that they show.
    #[schema(nullable = false)]
    product: Option<String>,
    /// Whose they are: a catalogue, a test purchase, an exchange.
    #[schema(nullable = false)]
    source: Option<String>,
    /// Why.
    #[schema(nullable = false)]
    why: Option<String>,
}

/// Puts pictures into a bank; they match at once here, and within a second everywhere.
///
/// What looks like a genuine picture is not put among the counterfeit ones before somebody with another key confirms it.
#[utoipa::path(post, path = "/v1/banks/{bank}", operation_id = "add_to_bank", tag = "pictures",
    params(("bank" = BankName, Path, description = "Which bank")),
    request_body(content = BankForm, content_type = "multipart/form-data"), security(("key" = ["banks"])),
    responses((status = 200, description = "They are on the disk", body = AddedViews), crate::openapi::Problems))]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    client: Client,
    Path(bank): Path<BankName>,
    request: Request,
) -> Result<Json<AddedViews>, Problem> {
    client.needs(Scope::Banks)?;
    if !sent::is_form(&request) {
        return Err(Problem::new(Code::BadForm, "Content-Type is not multipart/form-data"));
    }
    let (mut about, mut why, mut files) = (About::default(), String::new(), Vec::new());
    for (name, bytes) in sent::form(request, &app).await? {
        let text = || text(&bytes);
        match name.field.as_str() {
            "brand" => about.brand = Some(text()?),
            "product" => about.product = Some(text()?),
            "source" => about.source = Some(text()?),
            "why" => why = text()?,
            _ => files.push(Sent { name: name.file, bytes }),
        }
    }
    let act = act(&app, &client, why);
    let mut items = Vec::new();
    for Sent { name, bytes } in files {
        let (shelf, file, about, act) = (Arc::clone(&app.shelf), name.clone(), about.clone(), act.clone());
        let put = app.pictures.eyes.run(Patience::None, move |_| {
            let ready = shelf.ready(bytes).map_err(Err)?;
            shelf.add(bank.bank(), &file, ready, about, &act).map_err(Ok)
        });
        let put = put.await?.map_err(|error| match error {
            Err(unreadable) => sent::unreadable(name.clone(), &unreadable),
            Ok(error) => Problem::from(error),
        })?;
        items.push(AddedView { file: name, id: put.id, state: put.state.name(), like: put.like });
    }
    Ok(Json(AddedViews { items }))
}

/// Bytes of a text of a form.
const TEXT_BYTES_MAX: usize = 1_000;

fn text(bytes: &[u8]) -> Result<String, Problem> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= TEXT_BYTES_MAX && !text.contains('\0'));
    let text = text.map(|text| text.trim().to_owned());
    text.ok_or_else(|| {
        Problem::new(Code::BadForm, format!("a text is not UTF-8, or has more than {TEXT_BYTES_MAX} bytes"))
    })
}

/// Whoever calls is known by the key, so that two persons have two keys.
fn act(app: &App, client: &Client, why: String) -> Act {
    Act { by: format!("key {}", client.id), why, at: app.clock.micros() / 1_000 }
}

/// What is done to an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Deed {
    /// It is taken out, and can be brought back.
    Remove,
    /// It is brought back.
    Restore,
    /// A second person agrees.
    Confirm,
}

/// Why an entry is changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    /// In words.
    #[serde(default)]
    why: String,
}

/// An entry that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Changed {
    /// Id of the entry.
    id: String,
    /// What it is now.
    state: &'static str,
}

/// Takes an entry out of its bank, brings it back, or confirms it as the second person.
#[utoipa::path(post, path = "/v1/banks/entries/{id}/{deed}", operation_id = "change_bank_entry", tag = "pictures",
    params(("id" = String, Path, description = "Id of the entry"), ("deed" = Deed, Path, description = "What is done")),
    request_body = Why, security(("key" = ["banks"])),
    responses((status = 200, description = "It is on the disk", body = Changed), crate::openapi::Problems))]
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    client: Client,
    Path((id, deed)): Path<(String, Deed)>,
    JsonBody(body): JsonBody,
) -> Result<Json<Changed>, Problem> {
    client.needs(Scope::Banks)?;
    let why: Why = serde_json::from_slice(&body).map_err(|error| Problem::new(Code::NotJson, error.to_string()))?;
    let known = app.shelf.with(|library| library.banks().contents().entry(&id).is_some());
    if !known {
        return Err(Problem::new(Code::NotFound, format!("no entry {id:?}")));
    }
    let change = match deed {
        Deed::Remove => Change::Removed,
        Deed::Restore => Change::Restored,
        Deed::Confirm => Change::Confirmed,
    };
    let (shelf, act, entry) = (Arc::clone(&app.shelf), act(&app, &client, why.why), id.clone());
    let changed = tokio::task::spawn_blocking(move || shelf.set(&entry, &change, &act)).await;
    changed.map_err(|error| Problem::internal("a bank can't be changed", error))??;
    let state = app.shelf.with(|library| library.banks().contents().entry(&id).map(|entry| entry.state.name()));
    Ok(Json(Changed { id, state: state.unwrap_or_default() }))
}

/// Which hashes, in which form.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportQuery {
    /// Only of this bank.
    #[param(value_type = BankName, required = false)]
    bank: Option<BankName>,
}

/// Gives the hashes of what counts in the banks, as others exchange them: the columns of `threatexchange`.
#[utoipa::path(get, path = "/v1/banks/export", operation_id = "export_banks", tag = "pictures", params(ExportQuery),
    security(("key" = ["banks"])),
    responses((status = 200, description = "CSV", body = str, content_type = "text/csv"), crate::openapi::Problems))]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    client: Client,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    client.needs(Scope::Banks)?;
    let mut out = Vec::new();
    let written = app.shelf.with(|library| {
        let entries = library.banks().contents().entries().iter();
        let entries = entries.filter(|entry| query.bank.is_none_or(|bank| entry.item.bank == bank.bank()));
        exchange::write(entries, exchange::Format::Csv, &mut out)
    });
    written.map_err(|error| Problem::internal("a list can't be written", error))?;
    Ok(([(header::CONTENT_TYPE, "text/csv")], out).into_response())
}

impl From<BankError> for Problem {
    fn from(error: BankError) -> Self {
        match error {
            BankError::Refused(why) => Self::new(Code::BankRefused, why),
            other => Self::internal("the banks failed", other),
        }
    }
}

/// A list that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    /// Hashes that match from now on.
    added: usize,
    /// Hashes near a genuine picture, which wait for a second person.
    pending: usize,
    /// Hashes that were there before.
    before: usize,
    /// Rows that can't be used, at most 100 of them, with their number, field and reason.
    bad: Vec<String>,
}

/// Takes in a list of PDQ hashes: lines, CSV or JSON, as `threatexchange` and others write them.
#[utoipa::path(post, path = "/v1/banks/{bank}/import", operation_id = "import_to_bank", tag = "pictures",
    params(("bank" = BankName, Path, description = "Which bank")),
    request_body(content = BankForm, content_type = "multipart/form-data"), security(("key" = ["banks"])),
    responses((status = 200, description = "They are on the disk", body = Imported), crate::openapi::Problems))]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    client: Client,
    Path(bank): Path<BankName>,
    request: Request,
) -> Result<Json<Imported>, Problem> {
    client.needs(Scope::Banks)?;
    if !sent::is_form(&request) {
        return Err(Problem::new(Code::BadForm, "Content-Type is not multipart/form-data"));
    }
    let mut lists = Vec::new();
    for (name, bytes) in sent::form(request, &app).await? {
        lists.push((name.file, bytes));
    }
    let (shelf, act) = (Arc::clone(&app.shelf), act(&app, &client, String::new()));
    let taken = tokio::task::spawn_blocking(move || {
        let mut all = Imported { added: 0, pending: 0, before: 0, bad: Vec::new() };
        for (name, bytes) in lists {
            let list = exchange::read(&bytes);
            let room = BAD_MAX.saturating_sub(all.bad.len());
            all.bad.extend(list.bad.iter().take(room).map(|bad| format!("{name}: {bad}")));
            let [added, pending, before] = shelf.import(bank.bank(), &name, list, &act)?;
            (all.added, all.pending, all.before) = (all.added + added, all.pending + pending, all.before + before);
        }
        Ok::<_, BankError>(all)
    });
    let taken = taken.await.map_err(|error| Problem::internal("a list can't be taken in", error))?;
    Ok(Json(taken?))
}

/// Bad rows that are told.
const BAD_MAX: usize = 100;
