//! Documents of sellers: sent, listed, looked at.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use touchstone_cases::id::{Hash, Seller};
use touchstone_office::documents::{self, Document, DocumentView, File, document_view};
use touchstone_office::record::seller_id;
use touchstone_people::{Action, Party, Resource};
use touchstone_store::{Page, Search};
use utoipa::{IntoParams, ToSchema};

use super::items::cursor;
use super::{Path, Query, limit, part, plain};
use crate::actor::Actor;
use crate::app::App;
use crate::govern::{act, command, open};
use crate::guard::{JsonBody, RequestId};
use crate::media::{self, sniffed};
use crate::problem::{Code, Fault, Problem};
use crate::read_log::Personal;
use crate::sent::{self, PartName};

/// A file.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes a form")]
pub(crate) struct FileForm {
    /// One file: PDF, JPEG, PNG, WebP, GIF or plain text, up to 8 MiB.
    file: crate::openapi::PictureFile,
}

/// Documents, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Documents {
    /// At most 500.
    items: Vec<DocumentView>,
}

fn absent() -> Problem {
    Problem::new(Code::NotFound, "there is no such document")
}

/// The one file of a form.
pub(super) fn one_file(parts: Vec<(PartName, Bytes)>, about: Option<Seller>, proof: bool) -> Result<File, Problem> {
    let mut files = parts.into_iter().filter(|(name, _)| name.field == "file");
    let (Some((name, bytes)), None) = (files.next(), files.next()) else {
        return Err(Problem::new(Code::BadForm, "the form has not exactly one part named file"));
    };
    let media = sniffed(&bytes).ok_or_else(|| {
        let detail = format!("not a file that is kept; send {}", media::KEPT);
        let fault = Fault { field: Some(name.file.clone()), reason: None, detail: detail.clone(), hint: None };
        Problem { errors: vec![fault], ..Problem::new(Code::BadPicture, detail) }
    })?;
    let content = Hash(Sha256::digest(&bytes).into());
    Ok(File { about, content, name: name.file, media: media.to_owned(), bytes: bytes.to_vec(), proof })
}

/// Keeps a document of a seller, to be shown with an answer, an appeal or a request: an invoice, a letter of the brand.
#[utoipa::path(post, path = "/v1/sellers/{marketplace}/{seller_id}/documents", operation_id = "send_document", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it"), crate::openapi::Once),
    request_body(content = FileForm, content_type = "multipart/form-data"), security(("session" = [])),
    responses((status = 200, description = "It is on the disk", body = DocumentView), crate::openapi::Problems))]
pub(crate) async fn send(
    State(app): State<Arc<App>>,
    actor: Actor,
    Path((marketplace, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let seller = Seller { marketplace: part(marketplace), seller_id: id };
    let relation = actor.to_seller(&seller.marketplace, &seller.seller_id);
    actor.may_with(Resource::Authorisation, Action::Create, relation, absent)?;
    let headers = request.headers().clone();
    let parts = sent::form(request, &app, &[]).await?;
    let identity = sent::identity_of("document", &seller_id(&seller), &parts);
    let file = one_file(parts, Some(seller), true)?;
    act(&app, &actor, &headers, &identity, move |act| {
        Box::pin(async move { Ok(document_view(&documents::keep(act, file).await?)) })
    })
    .await
}

/// Lists the documents about a seller, latest first.
#[utoipa::path(get, path = "/v1/sellers/{marketplace}/{seller_id}/documents", operation_id = "list_documents", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it")),
    security(("session" = [])),
    responses((status = 200, description = "The documents", body = Documents), crate::openapi::Problems))]
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((marketplace, id)): Path<(String, String)>,
) -> Result<Json<Documents>, Problem> {
    let seller = of(&actor, marketplace, id)?;
    let page = Page { descending: true, limit: documents::OF_SELLER_MAX, ..Page::default() };
    let search = Search { kind: "document", name: "about", value: seller_id(&seller), page };
    let found = app.store.search(&search).await?;
    let kept = found.iter().filter(|(kept, _)| kept.body.is_some()).map(|(kept, _)| open::<Document>(kept));
    let mut kept = kept.collect::<Result<Vec<_>, _>>()?;
    // What staff put into a case is not the seller's.
    let own = actor.who().is_some_and(|who| who.party.is_seller(&seller.marketplace, &seller.seller_id));
    kept.retain(|document| !own || document.proof.is_some());
    let read =
        kept.iter().map(|document| Personal::of_seller(&seller.marketplace, &seller.seller_id, document.content));
    app.note_read(&actor, &request, Resource::Authorisation, read).await?;
    Ok(Json(Documents { items: kept.iter().map(document_view).collect() }))
}

/// Gives the bytes of a document about a seller.
#[utoipa::path(get, path = "/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}", operation_id = "get_document", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it"),
        ("sha256" = String, Path, description = "SHA-256 of its bytes in hexadecimal")),
    security(("session" = [])),
    responses((status = 200, description = "The document", body = Vec<u8>, content_type = "application/octet-stream"), crate::openapi::Problems))]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Path((marketplace, id, sha256)): Path<(String, String, String)>,
) -> Result<Response, Problem> {
    let seller = of(&actor, marketplace, id)?;
    let content = Hash::try_from(sha256).map_err(|_| absent())?;
    let kept = app.store.kept("document", &documents::id(Some(&seller), content)).await?;
    let document: Document = open(&kept.filter(|kept| kept.body.is_some()).ok_or_else(absent)?)?;
    let own = actor.who().is_some_and(|who| who.party.is_seller(&seller.marketplace, &seller.seller_id));
    if own && document.proof.is_none() {
        return Err(absent());
    }
    let read = Personal::of_seller(&seller.marketplace, &seller.seller_id, content);
    app.note_read(&actor, &request, Resource::Authorisation, [read]).await?;
    given(&app, &document).await
}

/// Which documents.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProofQuery {
    /// Those that are waiting, accepted or refused; waiting if not said.
    status: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items of the page, 1 to 200; 50 if not said.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u64>,
}

/// A page of proof.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DocumentPage {
    /// The oldest first.
    items: Vec<DocumentView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<String>,
}

/// Lists proof that sellers sent, by where it stands, the oldest first; a seller sees their own.
#[utoipa::path(get, path = "/v1/documents", operation_id = "list_proof", tag = "enforcement", params(ProofQuery),
    security(("session" = [])), responses((status = 200, description = "A page of documents", body = DocumentPage), crate::openapi::Problems))]
pub(crate) async fn waiting(
    State(app): State<Arc<App>>,
    actor: Actor,
    request: RequestId,
    Query(query): Query<ProofQuery>,
) -> Result<Json<DocumentPage>, Problem> {
    let staff = actor.may(Resource::Authorisation, Action::Read)?.is_any();
    let status = query.status.unwrap_or_else(|| "waiting".to_owned());
    plain(&status)?;
    let (limit, after) = (limit(query.limit)?, query.cursor.as_deref().map(cursor).transpose()?);
    // Who may not see all looks among their own.
    let (name, value) = match actor.who().map(|person| person.party.clone()) {
        _ if staff => ("proof", status.clone()),
        Some(Party::Seller { marketplace, seller_id: id }) => {
            ("about", seller_id(&Seller { marketplace, seller_id: id }))
        }
        _ => return Ok(Json(DocumentPage { items: Vec::new(), next: None })),
    };
    let page = Page { after, limit, ..Page::default() };
    let found = app.store.search(&Search { kind: "document", name, value, page }).await?;
    let next = (found.len() as u64 == limit).then(|| found.last()).flatten();
    let next = next.map(|(kept, rank)| format!("{rank}.{}", kept.id));
    let kept = found.iter().filter(|(kept, _)| kept.body.is_some()).map(|(kept, _)| open::<Document>(kept));
    let mut kept = kept.collect::<Result<Vec<_>, _>>()?;
    kept.retain(|document| document.proof.as_ref().is_some_and(|proof| proof.word() == status));
    let read = kept.iter().filter_map(|document| {
        let Seller { marketplace, seller_id } = document.about.as_ref()?;
        Some(Personal::of_seller(marketplace, seller_id, document.content))
    });
    app.note_read(&actor, &request, Resource::Authorisation, read).await?;
    Ok(Json(DocumentPage { items: kept.iter().map(document_view).collect(), next }))
}

/// Why a document proves nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefuseProof {
    /// In words, which the seller reads.
    reason: String,
}

/// Refuses a document that waits.
#[utoipa::path(post, path = "/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}/refuse", operation_id = "refuse_proof", tag = "enforcement",
    params(("marketplace" = String, Path, description = "Marketplace; - if listings do not say theirs"),
        ("seller_id" = String, Path, description = "Seller, as the marketplace names it"),
        ("sha256" = String, Path, description = "SHA-256 of its bytes in hexadecimal"), crate::openapi::Once),
    request_body = RefuseProof, security(("session" = [])),
    responses((status = 200, description = "The document as it is now", body = DocumentView), crate::openapi::Problems))]
pub(crate) async fn refuse(
    State(app): State<Arc<App>>,
    actor: Actor,
    headers: HeaderMap,
    Path((marketplace, id, sha256)): Path<(String, String, String)>,
    JsonBody(body): JsonBody,
) -> Result<Response, Problem> {
    actor.may(Resource::Authorisation, Action::Decide)?;
    actor.as_person()?;
    let seller = Seller { marketplace: part(marketplace), seller_id: id };
    plain(&seller.marketplace)?;
    plain(&seller.seller_id)?;
    let content = Hash::try_from(sha256).map_err(|_| absent())?;
    let RefuseProof { reason } = command(&body)?;
    let request = [seller_id(&seller).as_bytes(), &content.0, &body].concat();
    act(&app, &actor, &headers, &request, move |act| {
        Box::pin(async move { Ok(document_view(&documents::refuse(act, &seller, content, reason).await?)) })
    })
    .await
}

fn of(actor: &Actor, marketplace: String, seller_id: String) -> Result<Seller, Problem> {
    let seller = Seller { marketplace: part(marketplace), seller_id };
    let relation = actor.to_seller(&seller.marketplace, &seller.seller_id);
    actor.may_with(Resource::Authorisation, Action::Read, relation, absent)?;
    plain(&seller.marketplace)?;
    plain(&seller.seller_id)?;
    Ok(seller)
}

/// A document's bytes, as a file to be saved: nothing of it is shown by the browser itself.
pub(super) async fn given(app: &App, document: &Document) -> Result<Response, Problem> {
    let bytes = documents::bytes(&app.store, document).await?.ok_or_else(absent)?;
    let media = HeaderValue::from_str(&document.media).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let saved = format!("attachment; filename=\"{}\"", document.content);
    let saved = HeaderValue::from_str(&saved).unwrap_or(HeaderValue::from_static("attachment"));
    Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, saved)], bytes).into_response())
}
