//! `POST /v1/screen`: a listing, or up to a thousand, decided on, kept, answered, in this order.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use touchstone_catalog::feed::Objects;
use touchstone_catalog::{ListingBatch, SellerRecord, Sellers};
use touchstone_relisting::Sketch;
use touchstone_screening::{DecisionBatch, enrich};
use touchstone_store::{Name, NewDecision, Recorded, Screened, StoredDecision};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::app::App;
use crate::guard::{JsonBody, RequestId};
use crate::idempotency::{self, Retry};
use crate::items::Items;
use crate::keys::{Client, Scope};
use crate::past;
use crate::problem::{Code, Fault, Problem};
use crate::trace::TARGET;
use crate::view::{self, Event, Gist};

/// What of an item stands beside the listing.
#[derive(Deserialize)]
struct Beside {
    event: Option<Event>,
}

/// One item of a call.
struct Item {
    event: Event,
    /// Its row in the batch, or what is wrong with it.
    row: Result<usize, Problem>,
}

/// The answer to an array.
#[derive(Serialize)]
struct Answers<'a> {
    items: Vec<Box<RawValue>>,
    request_id: &'a str,
}

/// An item of an answer that failed.
#[derive(Serialize)]
struct Failed<'a> {
    error: &'a Problem,
}

/// Decides on one listing, or on up to 1,000, and answers once the decisions are on the disk.
///
/// Under an `Idempotency-Key` the same bytes get the same answer for 24 hours, marked `Idempotent-Replayed: true`.
#[utoipa::path(post, path = "/v1/screen", tag = "screening", request_body = crate::openapi::ListingOrMany,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters; a retry with the same key and body gets the same answer"),
        ("X-Request-Id" = Option<String>, Header, description = "Names the request in the answer and in our log")),
    security(("key" = ["screen"])),
    responses((status = 200, body = crate::openapi::ScreenAnswer), crate::openapi::Problems))]
pub(crate) async fn screen(
    State(app): State<Arc<App>>,
    client: Client,
    request_id: RequestId,
    headers: HeaderMap,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    client.needs(Scope::Screen)?;
    let items = Items::of(&body, app.config.items_max)?;
    let permits = u32::try_from(items.len().max(1)).unwrap_or(u32::MAX);
    let _room = app.room.clone().try_acquire_many_owned(permits).map_err(|_| Problem::overloaded())?;
    let once = match idempotency::begin(&app, &client, &headers, &body).await? {
        Retry::Answered(response) => return Ok(json(response, true)),
        Retry::First(once) => Some(once),
        Retry::None => None,
    };
    let (batch, read) = read(&app, &items)?;
    if let (Items::One(_), Some(Err(problem))) = (&items, read.first().map(|item| &item.row)) {
        return Err(problem.clone());
    }
    let (decided, sketches) = decide(&app, batch).await?;
    let (decisions, answers) = envelopes(&app, &request_id.0, &read, &decided)?;
    let stopped = past::stopped(&decisions, sketches);
    let response = match (&items, answers) {
        (Items::One(_), mut one) => one.pop().map(|one| one.get().as_bytes().to_vec()).unwrap_or_default(),
        (Items::Many(_), items) => written(&Answers { items, request_id: &request_id.0 })?.get().as_bytes().to_vec(),
    };
    let answered = once.as_ref().map(|once| once.answered(response.clone(), app.clock.micros()));
    let storing = tracing::info_span!(target: TARGET, "store", listings = decisions.len());
    match app.store.record(Screened { decisions, idempotency: answered }).instrument(storing).await? {
        Recorded::Earlier(answer) => match once {
            Some(once) => Ok(json(once.same(answer)?, true)),
            None => Err(Problem::internal("the store failed", "an earlier answer without a key")),
        },
        Recorded::Kept => {
            app.blocked.learn(stopped);
            count(&decided.1);
            Ok(json(response, false))
        }
    }
}

/// Reads the items; those that are right become rows.
fn read(app: &App, items: &Items<'_>) -> Result<(ListingBatch, Vec<Item>), Problem> {
    let mut objects = Objects::new(app.config.listing, items.len());
    let mut read = Vec::with_capacity(items.len());
    let mut rows = 0;
    for text in items.iter() {
        let mut item = Item { event: Event::default(), row: Ok(rows) };
        match serde_json::from_str::<Beside>(text) {
            // What is no object, or names something twice, is told by the reader of listings.
            Ok(beside) => item.event = beside.event.unwrap_or_default(),
            Err(error) if error.is_data() && text.starts_with('{') => item.row = Err(no_event(&error)),
            Err(_) => {}
        }
        // The row's number counts items also where one is wrong.
        let pushed = if item.row.is_ok() { objects.push(text.as_bytes()) } else { Ok(()) };
        match pushed {
            Ok(()) if item.row.is_ok() => rows += 1,
            Ok(()) => {}
            Err(reject) => item.row = Err(Problem::from(*reject)),
        }
        read.push(item);
    }
    let batch = objects.finish().map_err(|error| Problem::new(Code::TooLarge, error.to_string()))?;
    Ok((batch, read))
}

fn no_event(error: &serde_json::Error) -> Problem {
    let hint = "one of create, update, relist, price, order; leave it out for create".to_owned();
    let fault = Fault {
        field: Some("event".to_owned()),
        reason: Some("wrong_type".to_owned()),
        detail: error.to_string(),
        hint: Some(hint),
    };
    Problem { errors: vec![fault], ..Problem::new(Code::BadListing, "the event is none that is known") }
}

/// Looks up what is known, and decides; gives also what the listings say in short, row by row.
async fn decide(app: &App, batch: ListingBatch) -> Result<((ListingBatch, DecisionBatch), Vec<Sketch>), Problem> {
    let active = app.in_force.current();
    let sellers = sellers(app, &batch).instrument(tracing::info_span!(target: TARGET, "look up sellers")).await?;
    let past = tracing::info_span!(target: TARGET, "look up the past");
    let (batch, histories, sketches) = past::look(app, &active, batch).instrument(past).await?;
    let context = enrich(&batch, &active.snapshot, &sellers, histories.as_slice(), &app.clock.day());
    Ok((app.pool.screen(active, batch, context).await?, sketches))
}

/// The records of the batch's sellers.
async fn sellers(app: &App, batch: &ListingBatch) -> Result<Sellers, Problem> {
    let names: HashSet<(&str, &str)> =
        batch.rows().filter(|row| !row.seller_id.is_empty()).map(|row| (row.marketplace, row.seller_id)).collect();
    let mut sellers = Sellers::default();
    if names.is_empty() {
        return Ok(sellers);
    }
    let names: Vec<(String, String)> = names.into_iter().map(|(m, s)| (m.to_owned(), s.to_owned())).collect();
    for stored in app.store.sellers(&names).await? {
        let record: SellerRecord = serde_json::from_str(&stored.record)
            .map_err(|error| Problem::internal("a seller's record can't be read", error))?;
        sellers.insert(SellerRecord { marketplace: stored.marketplace, seller_id: stored.seller_id, ..record });
    }
    Ok(sellers)
}

/// What is kept and what is answered, item by item.
fn envelopes(
    app: &App,
    request_id: &str,
    items: &[Item],
    (batch, decided): &(ListingBatch, DecisionBatch),
) -> Result<(Vec<NewDecision>, Vec<Box<RawValue>>), Problem> {
    let now = app.clock.micros();
    let mut decisions = Vec::with_capacity(batch.len());
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        match &item.row {
            Err(problem) => answers.push(written(&Failed { error: problem })?),
            Ok(row) => {
                let decision = kept(batch, decided, *row, item.event, now, request_id)?;
                answers.push(view::stored(&decision.stored)?);
                decisions.push(decision);
            }
        }
    }
    Ok((decisions, answers))
}

fn kept(
    batch: &ListingBatch,
    decided: &DecisionBatch,
    row: usize,
    event: Event,
    now: i64,
    request_id: &str,
) -> Result<NewDecision, Problem> {
    let listing = batch.row(row);
    let body = decided.json(row);
    let gist = Gist::of(body)?;
    let stored = StoredDecision {
        decision_id: Uuid::now_v7(),
        name: Name {
            marketplace: listing.marketplace.to_owned(),
            seller_id: listing.seller_id.to_owned(),
            listing_id: listing.id.to_owned(),
        },
        listing_hash: listing.content_hash().to_vec(),
        event: event.as_str().to_owned(),
        decided_at: now,
        request_id: request_id.to_owned(),
        supersedes: None,
        provisional: false,
        review_until: gist.until(now),
        body: body.to_vec(),
    };
    let content = listing.to_json().to_string().into_bytes();
    Ok(NewDecision { stored, content, verdict: gist.verdict, class: gist.class, score: gist.score })
}

fn written(value: &impl Serialize) -> Result<Box<RawValue>, Problem> {
    to_raw_value(value).map_err(|error| Problem::internal("an answer can't be written", error))
}

fn json(body: Vec<u8>, replayed: bool) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    if replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

fn count(decided: &DecisionBatch) {
    for verdict in decided.verdicts() {
        metrics::counter!("touchstone_decisions_total", "verdict" => verdict.as_str()).increment(1);
    }
}
