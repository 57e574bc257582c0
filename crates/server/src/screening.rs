//! `POST /v1/screen`: a listing, or up to a thousand, decided on, kept, answered, in this order.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use touchstone_catalog::ListingBatch;
use touchstone_catalog::feed::Objects;
use touchstone_people::{Action, Resource};
use touchstone_screening::Review;
use touchstone_store::{NewDecision, PictureWork, Recorded, Screened, StoredDecision};
use tracing::Instrument as _;
use uuid::Uuid;

use crate::actor::Actor;
use crate::app::App;
use crate::desk::{self, Decided};
use crate::guard::RequestId;
use crate::idempotency;
use crate::items::Items;
use crate::lookup;
use crate::near;
use crate::partial;
use crate::past;
use crate::pictures::{Known, same as same_pictures};
use crate::problem::{Code, Fault, Problem};
use crate::sent::{self, ScreenBody, SentPictures};
use crate::trace::TARGET;
use crate::view::{self, Event, Held, ReviewTerms};

/// What of an item stands beside the listing.
#[derive(Deserialize)]
struct Beside {
    event: Option<Event>,
}

/// One item of a call.
pub(crate) struct Item {
    pub(crate) event: Event,
    /// Its row in the batch, or what is wrong with it.
    pub(crate) row: Result<usize, Problem>,
    /// It tells a change of something else: its pictures are those of the version that was screened last.
    pub(crate) same_pictures: bool,
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
/// A listing that gives addresses of pictures is decided on by its words, `provisional`; once they are fetched it gets a
/// successor that names it in `supersedes`. Pictures may come along at `/v1/screen/form`.
///
/// Under an `Idempotency-Key` the same bytes get the same answer for 24 hours, marked `Idempotent-Replayed: true`.
#[utoipa::path(post, path = "/v1/screen", tag = "screening", request_body = crate::openapi::ListingOrMany,
    params(crate::openapi::Once,
        ("X-Request-Id" = Option<String>, Header, description = "Names the request in the answer and in our log")),
    security(("key" = ["screen"])),
    responses((status = 200, description = "Decisions, which are on the disk", body = crate::openapi::ScreenAnswer,
        headers(("Idempotent-Replayed" = bool, description = "Present and true when an earlier answer is repeated"),
            ("X-Request-Id" = String, description = "Names the request in our log"))), crate::openapi::Problems))]
pub(crate) async fn screen(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    headers: HeaderMap,
    body: ScreenBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Listing, Action::Create)?;
    let identity = body.identity();
    let ScreenBody { json: body, pictures: sent } = body;
    let items = Items::of(&body, app.config.items_max)?;
    if sent.is_some() && matches!(items, Items::Many(_)) {
        return Err(Problem::new(Code::BadForm, "with pictures comes one listing, not an array"));
    }
    // What takes long is done before the others are kept waiting.
    let sent = if let Some(sent) = sent { Some(sent::look(&app, sent).await?) } else { None };
    let place = app.load.admit(items.len().max(1), Instant::now());
    let place = place.map_err(|seconds| Problem::overloaded().retry_after(seconds).refused())?;
    let once = idempotency::begin(&app, &actor, &headers, &identity).await?;
    let (batch, mut read) = read(&app, &items)?;
    let batch = partial::complete(&app, batch, &mut read).await?;
    if let (Items::One(_), Some(Err(problem))) = (&items, read.first().map(|item| &item.row)) {
        // It may have been right by the rules of its first try.
        let earlier = if let Some(once) = &once { once.earlier(&app).await? } else { None };
        return earlier.map(|response| json(response, true)).ok_or_else(|| problem.clone());
    }
    let known = known(&app, &batch, &read, sent).await?;
    let mut decided = desk::decide(&app, batch, known.looked).await?;
    let held = lookup::held(&app, &decided).await?;
    let (decisions, answers) = envelopes(&app, &request_id.0, (&read, &known.notes), &decided, &held)?;
    let work = awaited(&decisions);
    let waits = !work.is_empty();
    let stopped = past::stopped(&decisions, decided.take_sketches());
    let response = match (&items, answers) {
        (Items::One(_), mut one) => one.pop().map(|one| one.get().as_bytes().to_vec()).unwrap_or_default(),
        (Items::Many(_), items) => written(&Answers { items, request_id: &request_id.0 })?.get().as_bytes().to_vec(),
    };
    let answered = once.as_ref().map(|once| once.answered(response.clone(), app.clock.micros()));
    let prints = near::printed(&known.shown);
    let storing = tracing::info_span!(target: TARGET, "store", listings = decisions.len());
    let recorded = app
        .store
        .record(Screened { decisions, idempotency: answered, shown: known.shown, work })
        .instrument(storing)
        .await?;
    place.kept(decided.len(), Instant::now());
    match recorded {
        Recorded::Earlier(answer) => match once {
            Some(once) => Ok(json(once.same(answer)?, true)),
            None => Err(Problem::internal("the store failed", "an earlier answer without a key")),
        },
        Recorded::Kept => {
            app.blocked.learn(stopped);
            app.near.learn(&prints);
            if waits {
                app.pictures.awaited.notify_one();
            }
            count(&decided);
            Ok(json(response, false))
        }
    }
}

/// Decides on one listing whose pictures come along, with them.
///
/// The form has a part `listing`, the listing as JSON, and parts with files. All else is as at `/v1/screen`.
#[utoipa::path(post, path = "/v1/screen/form", tag = "screening",
    request_body(content = crate::openapi::ListingForm, content_type = "multipart/form-data"),
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters; a retry with the same key and form gets the same answer"),
        ("X-Request-Id" = Option<String>, Header, description = "Names the request in the answer and in our log")),
    security(("key" = ["screen"])),
    responses((status = 200, description = "The decision, which is on the disk", body = crate::openapi::ScreenAnswer,
        headers(("Idempotent-Replayed" = bool, description = "Present and true when an earlier answer is repeated"),
            ("X-Request-Id" = String, description = "Names the request in our log"))), crate::openapi::Problems))]
pub(crate) async fn screen_form(
    app: State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    headers: HeaderMap,
    body: ScreenBody,
) -> Result<Response, Problem> {
    screen(app, actor, request_id, headers, body).await
}

/// What is known of the listings' pictures before they are decided on: of those that came along, or that are still the
/// same.
async fn known(app: &App, batch: &ListingBatch, items: &[Item], sent: Option<SentPictures>) -> Result<Known, Problem> {
    match sent {
        Some(sent) if batch.len() == 1 => sent.known(app, &past::name(&batch.row(0))).await,
        Some(_) => Ok(Known::default()),
        None => {
            let same = items.iter().filter(|item| item.same_pictures).filter_map(|item| item.row.as_ref().ok());
            same_pictures::known(app, batch, same.copied().collect()).await
        }
    }
}

/// Reads the items; those that are right become rows.
fn read(app: &App, items: &Items<'_>) -> Result<(ListingBatch, Vec<Item>), Problem> {
    let mut objects = Objects::new(app.config.listing, items.len());
    let mut read = Vec::with_capacity(items.len());
    let mut rows = 0;
    for text in items.iter() {
        let mut item = Item { event: Event::default(), row: Ok(rows), same_pictures: false };
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

/// What is kept and what is answered, item by item.
fn envelopes(
    app: &App,
    request_id: &str,
    (items, notes): (&[Item], &[Option<String>]),
    decided: &Decided,
    held: &[Option<Held>],
) -> Result<(Vec<NewDecision>, Vec<Box<RawValue>>), Problem> {
    let now = app.clock.micros();
    let mut decisions = Vec::with_capacity(decided.len());
    let mut answers = Vec::with_capacity(items.len());
    for item in items {
        match &item.row {
            Err(problem) => answers.push(written(&Failed { error: problem })?),
            Ok(row) => {
                let (mut decision, terms) = kept(decided, *row, item.event, now, request_id)
                    .ok_or_else(|| Problem::internal("screening failed", "a row without a decision"))?;
                let waits = || decided.listing(*row).is_some_and(|listing| app.pictures.awaits(&listing));
                match notes.get(*row).and_then(Option::as_ref) {
                    Some(notes) => decision.stored.pictures = Some(notes.clone()),
                    None => decision.stored.provisional = waits(),
                }
                let held = held.get(*row).cloned().flatten();
                answers.push(view::envelope(&decision.stored, terms, held)?);
                decisions.push(decision);
            }
        }
    }
    Ok((decisions, answers))
}

/// Decisions that wait for pictures.
fn awaited(decisions: &[NewDecision]) -> Vec<PictureWork> {
    let provisional = decisions.iter().map(|new| &new.stored).filter(|stored| stored.provisional);
    let work = |stored: &StoredDecision| PictureWork {
        name: stored.name.clone(),
        decision_id: stored.decision_id,
        due_at: stored.decided_at,
        tries: 0,
        seen: None,
    };
    provisional.map(work).collect()
}

/// A decision to be kept, and the terms of its review.
fn kept(
    decided: &Decided,
    row: usize,
    event: Event,
    now: i64,
    request_id: &str,
) -> Option<(NewDecision, Option<ReviewTerms>)> {
    let (listing, gist) = (decided.listing(row)?, decided.gist(row)?);
    let until = |review: Review| now + i64::from(review.hours) * 3_600_000_000;
    let terms = |review: Review| ReviewTerms::of(review.listing.as_str(), gist.dangerous, until(review));
    let stored = StoredDecision {
        decision_id: Uuid::now_v7(),
        name: past::name(&listing),
        listing_hash: listing.content_hash().to_vec(),
        event: event.as_str().to_owned(),
        decided_at: now,
        request_id: request_id.to_owned(),
        supersedes: None,
        provisional: false,
        review_until: gist.review.map(until),
        pictures: None,
        body: decided.json(row).to_vec(),
    };
    let content = listing.to_json().to_string().into_bytes();
    let (verdict, class) = (gist.verdict.as_str().to_owned(), gist.class.as_str().to_owned());
    Some((NewDecision { stored, content, verdict, class, score: gist.score }, gist.review.map(terms)))
}

pub(crate) fn written(value: &impl Serialize) -> Result<Box<RawValue>, Problem> {
    to_raw_value(value).map_err(|error| Problem::internal("an answer can't be written", error))
}

/// An answer that is kept, given for the first time or again.
pub(crate) fn json(body: Vec<u8>, replayed: bool) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "application/json")], body).into_response();
    if replayed {
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
    }
    response
}

fn count(decided: &Decided) {
    for verdict in (0..decided.len()).filter_map(|row| decided.gist(row)).map(|gist| gist.verdict) {
        metrics::counter!("touchstone_decisions_total", "verdict" => verdict.as_str()).increment(1);
    }
}
