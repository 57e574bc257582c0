//! Pictures by themselves: what is seen on them, without a listing. Nothing of them is kept.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use serde::{Deserialize, Serialize};
use touchstone_gallery::Hashes;
use touchstone_people::{Action, Resource};
use touchstone_signals::pictures::PictureFacts;
use touchstone_vision::decode::{Limits, decode};
use utoipa::ToSchema;

use crate::actor::Actor;
use crate::app::App;
use crate::fetch::sniffed;
use crate::guard::{JsonBody, RequestId};
use crate::pictures::{self, Looked, Patience};
use crate::problem::{Code, Problem};
use crate::sent::{self, Sent};

/// Pictures to look at.
pub(crate) enum Files {
    /// Files of a form.
    Sent(Vec<Sent>),
    /// One at an address, which is not gone to before it is known that the caller may.
    At(String),
}

/// Where a picture is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PictureAddress {
    /// An address that begins with `https://` or `http://`.
    #[schema(example = "https://example.com/picture.jpg", max_length = 2_048)]
    address: String,
}

/// What is seen on one picture.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct PictureView {
    /// Name of the file, or the address.
    file: String,
    /// Bytes of the file.
    bytes: usize,
    /// `jpeg`, `png`, `webp`, `gif` or `avif`, by the first bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    format: Option<&'static str>,
    /// Why it can't be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    error: Option<String>,
    /// PDQ of the whole picture, in hexadecimal: what lists of hashes are exchanged in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pdq_full: Option<String>,
    /// The same at a reduced scale, by which banks are asked; absent where there is too little on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pdq_scaled: Option<String>,
    /// How much there is in the picture, 0 to 100: under 50 its hashes say nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quality: Option<u8>,
    /// SHA-256, width and height, copies, logos, texts, codes, masks and so on; places are boxes in pixels.
    #[serde(flatten)]
    #[schema(value_type = std::collections::BTreeMap<String, serde_json::Value>)]
    facts: Option<PictureFacts>,
}

/// What is seen on pictures, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PictureViews {
    /// One a picture.
    items: Vec<PictureView>,
    /// The call.
    request_id: String,
}

impl FromRequest<Arc<App>> for Files {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        if sent::is_form(&request) {
            let parts = sent::form(request, app, &[]).await?;
            return Ok(Self::Sent(parts.into_iter().map(|(name, bytes)| Sent { name: name.file, bytes }).collect()));
        }
        let JsonBody(body) = JsonBody::from_request(request, app).await?;
        let PictureAddress { address } =
            serde_json::from_slice(&body).map_err(|error| Problem::new(Code::NotJson, error.to_string()))?;
        Ok(Self::At(address))
    }
}

impl Files {
    /// The files, fetched if they were not sent.
    pub(crate) async fn had(self, app: &App) -> Result<Vec<Sent>, Problem> {
        match self {
            Self::Sent(files) => Ok(files),
            Self::At(address) => {
                let bytes = fetched(app, &address).await?;
                Ok(vec![Sent { name: address, bytes }])
            }
        }
    }
}

/// Fetches a picture for a caller who waits.
async fn fetched(app: &App, address: &str) -> Result<Bytes, Problem> {
    let fetched = app.pictures.fetch(address).await?;
    fetched.map(|fetched| fetched.bytes.into()).map_err(|error| {
        let mut problem = sent::unreadable(address.to_owned(), &error.to_string());
        problem.errors.iter_mut().for_each(|fault| fault.reason = Some(error.code().to_owned()));
        problem
    })
}

async fn inspected(app: &App, Sent { name, bytes }: Sent) -> Result<PictureView, Problem> {
    let format = sniffed(&bytes).map(|format| format.as_str());
    let view = PictureView { bytes: bytes.len(), format, ..PictureView::default() };
    match pictures::look(app, bytes.clone(), Patience::None).await? {
        Looked::Unreadable(_, reason) => Ok(PictureView { file: name, error: Some(reason), ..view }),
        Looked::Seen(seen) => {
            let whole =
                move |_: &dyn pictures::Look| decode(&bytes, &Limits::default()).ok().map(|all| Hashes::of(&all));
            let hashes = app.pictures.eyes.run(Patience::None, whole).await?;
            let (pdq_full, quality) = hashes.map(|hashes| (hashes.all[0].to_string(), hashes.quality)).unzip();
            let (pdq_scaled, facts) = (seen.pdq_scaled(), Some(seen.alone(&name)));
            Ok(PictureView { file: name, pdq_full, pdq_scaled, quality, facts, ..view })
        }
    }
}

/// Looks at pictures: files of a form, or one at an address.
#[utoipa::path(post, path = "/v1/images", operation_id = "inspect_images", tag = "pictures",
    request_body(content((PictureAddress = "application/json"), (crate::openapi::PictureForm = "multipart/form-data"))),
    security(("key" = ["screen"])),
    responses((status = 200, description = "What is seen on each", body = PictureViews), crate::openapi::Problems))]
pub(crate) async fn inspect(
    State(app): State<Arc<App>>,
    actor: Actor,
    request_id: RequestId,
    files: Files,
) -> Result<Json<PictureViews>, Problem> {
    actor.may(Resource::Picture, Action::Read)?;
    let files = files.had(&app).await?;
    let mut items = Vec::with_capacity(files.len());
    for file in files {
        items.push(inspected(&app, file).await?);
    }
    Ok(Json(PictureViews { items, request_id: request_id.0 }))
}
