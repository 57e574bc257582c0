//! Pictures and lists of hashes come into banks, and lists go out.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;
use touchstone_banks::{BankError, exchange};
use touchstone_people::{Action, Resource};
use utoipa::{IntoParams, ToSchema};

use super::{BankName, act, text};
use crate::actor::Actor;
use crate::app::App;
use crate::idempotency;
use crate::pictures::Patience;
use crate::problem::Problem;
use crate::routes::{Path, Query};
use crate::sent::{self, Sent};
use crate::shelf::{About, Put, Unfit};

/// Parts of a form that are no pictures.
const TEXTS: [&str; 4] = ["brand", "product", "source", "why"];

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

impl AddedView {
    pub(in crate::routes) fn of((file, put): (String, Put)) -> Self {
        Self { file, id: put.id, state: put.state.name(), like: put.like }
    }
}

impl AddedViews {
    pub(in crate::routes) fn of(items: Vec<AddedView>) -> Self {
        Self { items }
    }
}

/// A file that can't be added.
pub(in crate::routes) fn unfit(name: &str, error: Unfit) -> Problem {
    match error {
        Unfit::Unreadable(why) => sent::unreadable(name.to_owned(), &why),
        Unfit::Bank(error) => Problem::from(error),
    }
}

/// Puts pictures into a bank, all of them or none; they match at once here, and within a second everywhere.
///
/// What looks like a genuine picture is not put among the counterfeit ones before somebody with another key confirms it.
#[utoipa::path(post, path = "/v1/banks/{bank}", operation_id = "add_to_bank", tag = "pictures",
    params(("bank" = BankName, Path, description = "Which bank"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters; a retry with the same key and form gets the same answer")),
    request_body(content = BankForm, content_type = "multipart/form-data"), security(("key" = ["banks"])),
    responses((status = 200, description = "They are on the disk", body = AddedViews), crate::openapi::Problems))]
pub(crate) async fn add(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bank): Path<BankName>,
    request: Request,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Create)?;
    let headers = request.headers().clone();
    let parts = sent::form(request, &app, &TEXTS).await?;
    let identity = sent::identity_of("add", bank.bank().name(), &parts);
    let work = async {
        let (mut about, mut why, mut files) = (About::default(), String::new(), Vec::new());
        for (name, bytes) in parts {
            match name.field.as_str() {
                "brand" => about.brand = Some(text(&bytes)?),
                "product" => about.product = Some(text(&bytes)?),
                "source" => about.source = Some(text(&bytes)?),
                "why" => why = text(&bytes)?,
                _ => files.push(Sent { name: name.file, bytes }),
            }
        }
        let (mut names, mut new) = (Vec::new(), Vec::new());
        for Sent { name, bytes } in files {
            let (shelf, file, about) = (Arc::clone(&app.shelf), name.clone(), about.clone());
            let item = app.pictures.eyes.run(Patience::None, move |_| shelf.item(bank.bank(), &file, &bytes, &about));
            new.push(item.await?.map_err(|error| unfit(&name, error))?);
            names.push(name);
        }
        let (shelf, act) = (Arc::clone(&app.shelf), act(&app, &actor, why));
        let added = tokio::task::spawn_blocking(move || shelf.add(new, &act)).await;
        let added = added.map_err(|error| Problem::internal("a bank can't be changed", error))??;
        app.log(&actor, "bank.added", bank.bank().name(), json!({"entries": added.len()})).await?;
        Ok(AddedViews { items: names.into_iter().zip(added).map(AddedView::of).collect() })
    };
    idempotency::once(&app, &actor, &headers, &identity, work).await
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
    actor: Actor,
    Query(query): Query<ExportQuery>,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Export)?;
    let mut out = Vec::new();
    let written = app.shelf.with(|library| {
        let entries = library.banks().contents().entries().iter();
        let entries = entries.filter(|entry| query.bank.is_none_or(|bank| entry.item.bank == bank.bank()));
        exchange::write(entries, exchange::Format::Csv, &mut out)
    });
    written.map_err(|error| Problem::internal("a list can't be written", error))?;
    Ok(([(header::CONTENT_TYPE, "text/csv")], out).into_response())
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

/// Lists to be taken in.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct ListForm {
    /// Files with lists, at most 20.
    list: Vec<crate::openapi::PictureFile>,
    /// The brand, where a row names none.
    #[schema(nullable = false)]
    brand: Option<String>,
    /// Whose list it is, where a row does not say.
    #[schema(nullable = false)]
    source: Option<String>,
    /// Why.
    #[schema(nullable = false)]
    why: Option<String>,
}

/// Takes in lists of PDQ hashes: lines, CSV or JSON, as `threatexchange` and others write them. `brand` and `source` stand
/// where a row says none.
#[utoipa::path(post, path = "/v1/banks/{bank}/import", operation_id = "import_to_bank", tag = "pictures",
    params(("bank" = BankName, Path, description = "Which bank"),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 255 ASCII characters; a retry with the same key and form gets the same answer")),
    request_body(content = ListForm, content_type = "multipart/form-data"), security(("key" = ["banks"])),
    responses((status = 200, description = "They are on the disk", body = Imported), crate::openapi::Problems))]
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(bank): Path<BankName>,
    request: Request,
) -> Result<Response, Problem> {
    actor.may(Resource::Bank, Action::Create)?;
    let headers = request.headers().clone();
    let parts = sent::form(request, &app, &TEXTS).await?;
    let identity = sent::identity_of("import", bank.bank().name(), &parts);
    let work = async {
        let (mut about, mut why, mut lists) = (About::default(), String::new(), Vec::new());
        for (name, bytes) in parts {
            match name.field.as_str() {
                "brand" => about.brand = Some(text(&bytes)?),
                "source" => about.source = Some(text(&bytes)?),
                "why" => why = text(&bytes)?,
                _ => lists.push((name.file, bytes)),
            }
        }
        let (shelf, act) = (Arc::clone(&app.shelf), act(&app, &actor, why));
        let taken = tokio::task::spawn_blocking(move || {
            let mut all = Imported { added: 0, pending: 0, before: 0, bad: Vec::new() };
            for (name, bytes) in lists {
                let mut list = exchange::read(&bytes);
                for signal in &mut list.signals {
                    signal.brand = signal.brand.take().or_else(|| about.brand.clone());
                    signal.source = signal.source.take().or_else(|| about.source.clone());
                }
                let room = BAD_MAX.saturating_sub(all.bad.len());
                all.bad.extend(list.bad.iter().take(room).map(|bad| format!("{name}: {bad}")));
                let [added, pending, before] = shelf.import(bank.bank(), &name, list, &act)?;
                (all.added, all.pending, all.before) = (all.added + added, all.pending + pending, all.before + before);
            }
            Ok::<_, BankError>(all)
        });
        let taken = taken.await.map_err(|error| Problem::internal("a list can't be taken in", error))??;
        let what = json!({"entries": taken.added + taken.pending});
        app.log(&actor, "bank.imported", bank.bank().name(), what).await?;
        Ok(taken)
    };
    idempotency::once(&app, &actor, &headers, &identity, work).await
}

/// Bad rows that are told.
const BAD_MAX: usize = 100;
