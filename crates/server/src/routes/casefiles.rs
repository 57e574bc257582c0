//! What belongs to a case: evidence as it was seen, files, and all of it to be handed over.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use touchstone_audit::Receipt;
use touchstone_audit::receipt::Kind;
use touchstone_cases::case::{Case, Command, Evidence, File as CaseFile, Seen};
use touchstone_cases::id::{CaseId, DecisionId, Hash, PersonId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_office::casework::{self, CaseView, Exported, case_view};
use touchstone_office::documents::{self, Document, File};
use touchstone_office::{Performed, perform};
use touchstone_people::{Action, Resource};
use touchstone_screening::Decision;
use touchstone_store::{Page, Search, StoredDecision};
use utoipa::ToSchema;
use uuid::Uuid;

use super::cases::{absent, may_work, read, relation};
use super::decisions::{ReceiptView, signed};
use super::documents::{given, one_file};
use super::{Path, banks};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, open};
use crate::guard::{JsonBody, RequestId};
use crate::media::sniffed;
use crate::problem::{Code, Problem};
use crate::sent;

/// Documents with the same bytes that are looked at, at most.
const SAME_MAX: u64 = 50;

/// What is put into a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeeDecision {
    /// The decision: the listing as it was then is kept, and the pictures that were looked at.
    decision_id: Uuid,
    /// What it shows, in words.
    what: String,
}

/// Puts into a case what a decision was made on: the listing and its pictures, byte for byte as they were seen.
#[utoipa::path(post, path = "/v1/cases/{id}/evidence", operation_id = "keep_evidence", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), crate::openapi::Once), request_body = SeeDecision,
    security(("session" = [])), responses((status = 200, description = "The case as it is now", body = CaseView), crate::openapi::Problems))]
pub(crate) async fn see(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    let case = may_work(&app, &actor, id).await?;
    let SeeDecision { decision_id, what } = command(&body)?;
    let stored = app.store.decision(decision_id).await?;
    let stored = stored.ok_or_else(|| Problem::new(Code::NotFound, "there is no such decision"))?;
    let (seller_id, marketplace) = (stored.name.seller_id.clone(), stored.name.marketplace.clone());
    let seller = Seller { marketplace, seller_id };
    if case.subject.seller().is_some_and(|about| *about != seller) {
        return Err(Problem::new(Code::BadCommand, "the decision is about another seller than the case"));
    }
    let (files, gone) = seen(&app, &stored, &seller).await?;
    let (at, request) = (Moment(stored.decided_at), [id.as_bytes(), &body[..]].concat());
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move {
            let mut case = None;
            for file in files {
                let (content, media, bytes) = (file.content, file.media.clone(), file.bytes.len() as u64);
                documents::keep(act, file).await?;
                let (how, what) = (Seen::Screened { decision: DecisionId(decision_id) }, what.clone());
                let evidence = Evidence { content, media, bytes, seen_at: at, how, what };
                case = Some(casework::command(act, CaseId(id), Command::See(evidence)).await?);
            }
            if !gone.is_empty() {
                let note = format!("Not kept any more of decision {decision_id}: {}", gone.join(", "));
                case = Some(casework::command(act, CaseId(id), Command::Note(note)).await?);
            }
            let case = case.ok_or_else(|| touchstone_office::act::absent::<Case>(id))?;
            Ok(case_view(&case, act.now()))
        })
    })
    .await
}

/// The listing of a decision, and the pictures that it was made with; the hashes of those that are gone.
async fn seen(app: &App, stored: &StoredDecision, seller: &Seller) -> Result<(Vec<File>, Vec<String>), Problem> {
    let gone = || Problem::new(Code::NotFound, "what the decision was made on is not kept any more");
    let listing = app.store.content(&stored.listing_hash).await?.ok_or_else(gone)?;
    let file = |name: String, media: &str, bytes: Vec<u8>| File {
        about: Some(seller.clone()),
        content: Hash(Sha256::digest(&bytes).into()),
        name,
        media: media.to_owned(),
        bytes,
        proof: false,
    };
    let mut files = vec![file("listing.json".to_owned(), "application/json", listing)];
    let mut missing = Vec::new();
    let body: Option<Decision> = serde_json::from_slice(&stored.body).ok();
    for (number, picture) in body.iter().flat_map(|body| &body.context.pictures).enumerate() {
        let Ok(hash) = Hash::try_from(picture.hash.clone()) else { continue };
        let Some(bytes) = app.pictures.files.get(&hash.0).await? else {
            missing.push(picture.hash.clone());
            continue;
        };
        let media = sniffed(&bytes).unwrap_or("application/octet-stream");
        files.push(file(format!("picture-{}", number + 1), media, bytes));
    }
    Ok((files, missing))
}

/// Puts a file into a case: a letter, a table, a photo of a test purchase.
#[utoipa::path(post, path = "/v1/cases/{id}/files", operation_id = "put_case_file", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), crate::openapi::Once),
    request_body(content = CaseFileForm, content_type = "multipart/form-data"), security(("session" = [])),
    responses((status = 200, description = "The case as it is now", body = CaseView), crate::openapi::Problems))]
pub(crate) async fn put(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path(id): Path<Uuid>,
    request: Request,
) -> Result<Response, Problem> {
    let case = may_work(&app, &actor, id).await?;
    let by = actor.as_person()?;
    let headers = request.headers().clone();
    let parts = sent::form(request, &app, &["shows"]).await?;
    let identity = sent::identity_of("case file", &id.to_string(), &parts);
    let shows =
        parts.iter().find(|(name, _)| name.field == "shows").map(|(_, bytes)| banks::text(bytes)).transpose()?;
    let file = one_file(parts, case.subject.seller().cloned(), false)?;
    act(&app, &actor, &headers, &identity, move |act| {
        Box::pin(async move {
            let kept = documents::keep(act, file).await?;
            let case = casework::command(act, CaseId(id), filed(&kept, shows, by, act.now())).await?;
            Ok(case_view(&case, act.now()))
        })
    })
    .await
}

/// Evidence if somebody says what it shows, a file beside it if not.
fn filed(kept: &Document, shows: Option<String>, by: PersonId, now: Moment) -> Command {
    let Document { content, media, bytes, name, .. } = kept.clone();
    match shows {
        Some(what) => Command::See(Evidence { content, media, bytes, seen_at: now, how: Seen::Sent { by }, what }),
        None => Command::File(CaseFile { content, name, media, bytes }),
    }
}

/// A file for a case.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct CaseFileForm {
    /// One file: PDF, JPEG, PNG, WebP, GIF or plain text, up to 8 MiB.
    file: crate::openapi::PictureFile,
    /// What it shows, in words: then it is evidence. Without it the file stands beside the evidence and proves nothing.
    #[schema(nullable = false)]
    shows: Option<String>,
}

/// Gives the bytes of a file or of evidence of a case.
#[utoipa::path(get, path = "/v1/cases/{id}/files/{sha256}", operation_id = "get_case_file", tag = "cases",
    params(("id" = Uuid, Path, description = "The case"), ("sha256" = String, Path, description = "SHA-256 of its bytes in hexadecimal")),
    security(("session" = [])),
    responses((status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"), crate::openapi::Problems))]
pub(crate) async fn get(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((id, sha256)): Path<(Uuid, String)>,
) -> Result<Response, Problem> {
    let case = read(&app, &actor, &request, id).await?;
    let content = Hash::try_from(sha256).map_err(|_| absent())?;
    if !case.contents().contains_key(&content) {
        return Err(absent());
    }
    given(&app, &document(&app, &case, content).await?.ok_or_else(absent)?).await
}

/// The document with these bytes: of the case's seller, or, in a case about a group, of any that is kept.
async fn document(app: &App, case: &Case, content: Hash) -> Result<Option<Document>, Problem> {
    let page = Page { limit: SAME_MAX, ..Page::default() };
    let search = Search { kind: "document", name: "content", value: content.to_string(), page };
    let found = app.store.search(&search).await?;
    let kept = found.iter().filter(|(kept, _)| kept.body.is_some()).map(|(kept, _)| open::<Document>(kept));
    let kept: Vec<Document> = kept.collect::<Result<_, _>>()?;
    let about = case.subject.seller();
    Ok(kept.into_iter().find(|document| about.is_none() || document.about.as_ref() == about))
}

/// All of a case, for those outside.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseExport {
    /// Canonical JSON as a text, byte for byte what was signed: the case with its timeline, SHA-256 of each content, who
    /// exported it and when, and the last signed head of the trail.
    manifest: String,
    /// The signature: `touchstone receipt verify` checks it offline.
    #[schema(value_type = ReceiptView)]
    receipt: Receipt,
    /// The bytes of each content that the manifest names.
    contents: Vec<Content>,
}

/// One content.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Content {
    /// SHA-256 of its bytes.
    sha256: String,
    /// Media type.
    media: String,
    /// Its bytes; absent if the seller whom it is about was erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    base64: Option<String>,
}

/// Hands over a case: a signed manifest with its timeline and the hash of every content, and the contents. That it left is
/// in the trail, with the manifest's hash.
#[utoipa::path(post, path = "/v1/cases/{id}/export", operation_id = "export_case", tag = "cases",
    params(("id" = Uuid, Path, description = "The case")), security(("session" = [])),
    responses((status = 200, description = "All of the case", body = CaseExport), crate::openapi::Problems))]
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path(id): Path<Uuid>,
) -> Result<Json<CaseExport>, Problem> {
    let reach = actor.may(Resource::Case, Action::Export)?;
    let case = read(&app, &actor, &request, id).await?;
    if !reach.covers(relation(&actor, &case)) {
        return Err(absent());
    }
    let head = app.last_head().await?.map(|(_, line)| line);
    let left = perform(&app.store, actor.by(), app.clock.micros(), None, move |act| {
        Box::pin(async move { casework::export(act, CaseId(id), head).await })
    });
    let unwritable = |why: &dyn std::fmt::Display| Problem::internal("an export can't be written", why);
    let Performed::Done(left) = left.await? else { return Err(unwritable(&"an earlier answer without a key")) };
    let Exported { manifest, case } = serde_json::from_slice(&left).map_err(|error| unwritable(&error))?;
    app.hooks.awaited.notify_one();
    let Json(receipt) = signed(&app, Kind::Case, id, manifest.as_bytes())?;
    let mut contents = Vec::new();
    for (content, named) in case.contents() {
        let bytes = match document(&app, &case, content).await? {
            Some(document) => documents::bytes(&app.store, &document).await?,
            None => None,
        };
        let base64 = bytes.map(|bytes| STANDARD.encode(bytes));
        contents.push(Content { sha256: content.to_string(), media: named.media.to_owned(), base64 });
    }
    Ok(Json(CaseExport { manifest, receipt, contents }))
}
