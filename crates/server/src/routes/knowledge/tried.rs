//! A listing that somebody types, to see what is recognised in it. Nothing of it is kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use touchstone_catalog::ListingBatch;
use touchstone_catalog::feed::Objects;
use touchstone_people::{Action, Resource};
use touchstone_screening::{Active, RowContext};
use touchstone_signals::{Context, Recognised, Scratch, What};
use utoipa::ToSchema;

use super::{slug, word};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::command;
use crate::guard::JsonBody;
use crate::problem::Problem;
use crate::routes::Query;
use crate::routes::decisions::{SaidReason, StaffReader, said};
use crate::view::raw;

/// A listing to be tried.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TryListing {
    /// The title.
    #[schema(max_length = 2_000)]
    title: String,
    /// The description.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 50_000)]
    description: String,
    /// The brand field.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    brand: String,
    /// The category.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    product_type: String,
    /// Amount and currency, such as `39.90 EUR`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    price: String,
    /// `new`, `used` or `refurbished`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    condition: String,
}

/// Something that is known, at its place.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecognisedWord {
    /// The field.
    field: &'static str,
    /// First byte of UTF-8.
    start: u32,
    /// One past the last byte.
    end: u32,
    /// `brand`, `kind` or `word`.
    what: &'static str,
    /// Id of the brand or the kind, or the class of the word.
    name: String,
    /// The product line by which a brand was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    /// What is said of a brand: `claimed`, `compatible`, `compared`, `about` or `negated`; of a word, how much it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    /// How it was disguised; `plain` if it was not.
    how: &'static str,
}

/// What is recognised in a listing, and what would be decided on it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingTried {
    /// Field by field, from front to back.
    recognised: Vec<RecognisedWord>,
    /// The kind of goods on offer, if it can be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    /// The price in US cents, if it counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    usd_cents: Option<i64>,
    /// What the reasons of the decision say, in the language that was asked for.
    reasons: Vec<SaidReason>,
    /// The decision, by what was typed alone.
    #[schema(value_type = crate::openapi::DecisionBody)]
    decision: Box<serde_json::value::RawValue>,
}

/// Tries a listing: what is recognised in it, and what would be decided, by its words alone.
#[utoipa::path(post, path = "/v1/knowledge/try", operation_id = "try_listing", tag = "knowledge", params(StaffReader), request_body = TryListing,
    security(("session" = [])),
    responses((status = 200, description = "What is recognised and would be decided", body = ListingTried), crate::openapi::Problems))]
pub(crate) async fn tried(
    State(app): State<Arc<App>>,
    actor: Actor,
    Query(reader): Query<StaffReader>,
    JsonBody(body): JsonBody,
) -> Result<Json<ListingTried>, Problem> {
    actor.may(Resource::Knowledge, Action::Read)?;
    let asked: TryListing = command(&body)?;
    let batch = batch(&app, &asked)?;
    let active = app.in_force.current();
    let (again, knows) = (batch.clone(), Arc::clone(&active));
    let (recognised, kind, usd_cents) = app.pool.run(move |worker| read(&mut worker.scratch, &again, &knows)).await?;
    let decisions = app.pool.screen(Arc::clone(&active), batch, vec![RowContext::default()]).await?;
    let language = reader.lang.as_deref().unwrap_or("en");
    let reasons = decisions.decision(0).map(|decision| said(&active, &decision, language)).unwrap_or_default();
    Ok(Json(ListingTried { recognised, kind, usd_cents, reasons, decision: raw(decisions.json(0))? }))
}

fn batch(app: &App, asked: &TryListing) -> Result<ListingBatch, Problem> {
    let mut said = serde_json::to_value(asked).map_err(|error| Problem::internal("a listing can't be tried", error))?;
    said["id"] = "tried".into();
    let mut objects = Objects::new(app.config.listing, 1);
    objects.push(said.to_string().as_bytes()).map_err(|reject| Problem::from(*reject))?;
    objects.finish().map_err(|error| Problem::internal("a listing can't be tried", error))
}

type Read = (Vec<RecognisedWord>, Option<String>, Option<i64>);

fn read(scratch: &mut Scratch, batch: &ListingBatch, active: &Active) -> Read {
    let view = scratch.view(&active.snapshot, batch.row(0), Context::default());
    let mut recognised = view.recognised();
    // Several words of a lexicon may end at the same letters.
    recognised.dedup_by_key(|one| (one.field, one.span, one.what));
    let recognised = recognised.iter().map(|one| shown(one, active)).collect();
    (recognised, view.kind_slug().map(str::to_owned), view.usd_cents)
}

fn shown(one: &Recognised, active: &Active) -> RecognisedWord {
    let snapshot = &active.snapshot;
    let (what, name, line, says) = match one.what {
        What::Brand(brand, line, context) => {
            let known = snapshot.brand(brand);
            let line = line.and_then(|at| known?.lines.get(usize::from(at))?.names.first().cloned());
            let name = known.map(|brand| brand.id.clone()).unwrap_or_default();
            ("brand", name, line, Some(context.as_str().to_owned()))
        }
        What::Kind(kind) => ("kind", slug(kind, &snapshot.knowledge).unwrap_or_default(), None, None),
        What::Term(class, strength) => ("word", word(&class), None, Some(word(&strength))),
    };
    let (field, _) = one.field.name();
    RecognisedWord { field, start: one.span.start, end: one.span.end, what, name, line, says, how: one.how.as_str() }
}
