//! Banks of pictures: what stands in them, what a picture is a copy of, and what people do with them.
//!
//! | module | holds |
//! |---|---|
//! | [`put`] | pictures and lists of hashes come in, lists go out |
//! | [`change`] | entries and banks are changed |

pub(crate) mod change;
pub(crate) mod put;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_banks::{Act, Bank, BankError, Entry, Line, Match};
use touchstone_people::{Action, Resource};
use utoipa::{IntoParams, ToSchema};

use super::{Path, Query, limit};
use crate::actor::Actor;
use crate::app::App;
use crate::guard::RequestId;
use crate::pictures::Patience;
use crate::problem::{Code, Problem};
use crate::routes::images::Files;
use crate::sent::Sent;
use crate::shelf::Watched;

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

/// A bank of pictures, that of logos too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnyBank {
    /// The brand's own pictures: a copy is at most a stolen picture.
    Genuine,
    /// Pictures that only the counterfeiter made.
    Counterfeit,
    /// Size charts, placeholders, shipping notices: never a match.
    Negative,
    /// Enrolled logos.
    Logos,
}

impl AnyBank {
    fn bank(self) -> Bank {
        match self {
            Self::Genuine => Bank::Genuine,
            Self::Counterfeit => Bank::Counterfeit,
            Self::Negative => Bank::Negative,
            Self::Logos => Bank::Logos,
        }
    }
}

/// What a bank is like.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankView {
    /// Which.
    bank: AnyBank,
    /// The breaker stopped it: its matches are withheld, in every process.
    stopped: bool,
    /// Fingerprint distance up to which its entries match; absent: the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    distance: Option<u16>,
    /// Share of queries that it answers, 0 to 1; absent: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ratio: Option<f64>,
    /// Entries that match.
    active: usize,
    /// Entries that wait for a second person.
    pending: usize,
    /// Entries that were taken out.
    removed: usize,
    /// Entries that the breaker stopped.
    entries_stopped: usize,
    /// Pictures of listings that this process compared within the last minutes, as the breaker counts.
    queries: u64,
    /// Those of them that matched the bank.
    matched: u64,
    /// What was done to it, oldest first.
    #[schema(value_type = Vec<std::collections::BTreeMap<String, serde_json::Value>>)]
    history: Vec<Line>,
}

/// Says what a bank is like: how much is in it, what it is set to, and whether the breaker stopped it.
#[utoipa::path(get, path = "/v1/banks/{bank}", operation_id = "get_bank", tag = "pictures",
    params(("bank" = AnyBank, Path, description = "Which bank")), security(("key" = ["read"])),
    responses((status = 200, description = "The bank", body = BankView), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bank): Path<AnyBank>,
) -> Result<Json<BankView>, Problem> {
    actor.may(Resource::Bank, Action::Read)?;
    Ok(Json(bank_view(&app, bank)))
}

fn bank_view(app: &App, bank: AnyBank) -> BankView {
    let Watched { settings, active, pending, removed, stopped, queries, matched } =
        app.shelf.watched(bank.bank(), app.clock.micros() / 1_000);
    BankView {
        bank,
        stopped: settings.stopped,
        distance: settings.distance,
        ratio: settings.ratio.map(share),
        active,
        pending,
        removed,
        entries_stopped: stopped,
        queries,
        matched,
        history: settings.history,
    }
}

fn share(permille: u16) -> f64 {
    f64::from(permille) / 1_000.0
}

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Only of this bank.
    #[param(value_type = AnyBank, required = false)]
    bank: Option<AnyBank>,
    /// Only those that the breaker stopped, or only those that it did not.
    stopped: Option<bool>,
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
    actor: Actor,
    Query(query): Query<ListQuery>,
) -> Result<Json<Entries>, Problem> {
    actor.may(Resource::Bank, Action::Read)?;
    let wanted = |entry: &Entry| {
        query.bank.is_none_or(|bank| entry.item.bank == bank.bank())
            && query.stopped.is_none_or(|stopped| entry.settings.stopped == stopped)
    };
    Ok(Json(page(&app, query.cursor, limit(query.limit)?, wanted)))
}

/// A page of the entries that are wanted.
pub(super) fn page(app: &App, cursor: Option<u64>, most: u64, wanted: impl Fn(&Entry) -> bool) -> Entries {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let from = usize::try_from(cursor.unwrap_or_default()).unwrap_or(usize::MAX);
    let (items, next) = app.shelf.with(|library| {
        let entries = library.banks().contents().entries().iter().enumerate().skip(from);
        let mut wanted = entries.filter(|(_, entry)| wanted(entry));
        let items: Vec<(usize, Entry)> = wanted.by_ref().take(most).map(|(at, entry)| (at, entry.clone())).collect();
        let next = items.last().map(|(at, _)| *at as u64 + 1).filter(|_| wanted.next().is_some());
        (items, next)
    });
    Entries { items: items.into_iter().map(|(_, entry)| entry).collect(), next }
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
    /// Left and right are swapped.
    mirrored: bool,
}

/// What one picture is a copy of.
#[derive(Debug, Default, Serialize, ToSchema)]
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
    /// Matches of what the breaker stopped.
    withheld: usize,
    /// Matches that stand where a negative entry does.
    hidden: usize,
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
    actor: Actor,
    request_id: RequestId,
    Query(most): Query<Most>,
    files: Files,
) -> Result<Json<Answers>, Problem> {
    actor.may(Resource::Bank, Action::Read)?;
    let most = most.top.unwrap_or(20);
    if !(1..=MATCHES_MAX).contains(&most) {
        return Err(Problem::new(Code::BadParameter, format!("top is a number from 1 to {MATCHES_MAX}")));
    }
    let mut items = Vec::new();
    for Sent { name, bytes } in files.had(&app).await? {
        let shelf = Arc::clone(&app.shelf);
        let asked = app.pictures.eyes.run(Patience::None, move |_| {
            let answer = shelf.query(&bytes, most.into())?;
            Ok::<_, String>(shelf.with(|library| {
                let view =
                    |all: &[Match]| all.iter().filter_map(|each| view(each, library.banks().contents())).collect();
                let (matches, negative) = (view(&answer.matches), view(&answer.negative));
                let (withheld, hidden) = (answer.withheld, answer.hidden);
                Matches { file: String::new(), error: None, matches, negative, withheld, hidden }
            }))
        });
        let unread = |error| Matches { error: Some(error), ..Matches::default() };
        items.push(Matches { file: name, ..asked.await?.unwrap_or_else(unread) });
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
        mirrored: each.found.mirrored,
    })
}

/// Bytes of a text of a form.
const TEXT_BYTES_MAX: usize = 1_000;

pub(super) fn text(bytes: &[u8]) -> Result<String, Problem> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= TEXT_BYTES_MAX && !text.contains('\0'));
    let text = text.map(|text| text.trim().to_owned());
    text.ok_or_else(|| {
        Problem::new(Code::BadForm, format!("a text is not UTF-8, or has more than {TEXT_BYTES_MAX} bytes"))
    })
}

/// Whoever calls is known by the key or the account, so that two persons have two.
pub(super) fn act(app: &App, actor: &Actor, why: String) -> Act {
    Act { by: actor.name(), why, at: app.clock.micros() / 1_000 }
}

impl From<BankError> for Problem {
    fn from(error: BankError) -> Self {
        match error {
            BankError::Refused(why) => Self::new(Code::BankRefused, why),
            other => Self::internal("the banks failed", other),
        }
    }
}
