//! What comes to be screened: JSON; or a form with one listing and its pictures.

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::header;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use touchstone_screening::Looked as Pictures;
use touchstone_store::Name;

use crate::app::App;
use crate::guard::{self, JsonBody};
use crate::pictures::{self, Known, Looked, Patience, PictureNote, Seen};
use crate::problem::{Code, Fault, Problem};

/// The part of a form that holds the listing.
const LISTING: &str = "listing";
/// Parts of a form beside its pictures.
const PARTS_BESIDE_MAX: usize = 64;
/// Bytes of a picture's name that are kept.
const NAME_BYTES_MAX: usize = 200;

/// A body to be screened.
pub(crate) struct ScreenBody {
    /// A listing, or an array.
    pub(crate) json: Bytes,
    /// Its pictures, where it came with some.
    pub(crate) pictures: Option<Vec<Sent>>,
}

/// A picture that was sent.
pub(crate) struct Sent {
    /// The name of its file, or of its part of the form.
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

/// Pictures that were sent and looked at.
pub(crate) struct SentPictures {
    seen: Vec<(String, Seen)>,
}

impl FromRequest<Arc<App>> for ScreenBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        if !is_form(&request) {
            let JsonBody(json) = JsonBody::from_request(request, app).await?;
            return Ok(Self { json, pictures: None });
        }
        let parts = form(request, app, &[LISTING]).await?;
        let mut listing = None;
        let mut pictures = Vec::new();
        for (name, bytes) in parts {
            if name.field == LISTING {
                if listing.replace(bytes).is_some() {
                    return Err(bad_form("two parts are named listing"));
                }
            } else {
                pictures.push(Sent { name: name.file, bytes });
            }
        }
        let json = listing.ok_or_else(|| bad_form("no part is named listing"))?;
        Ok(Self { json, pictures: Some(pictures) })
    }
}

impl ScreenBody {
    /// What a retry has to repeat: the bytes, whatever the form's boundary is.
    pub(crate) fn identity(&self) -> Bytes {
        let Some(pictures) = &self.pictures else { return self.json.clone() };
        let named = pictures.iter().flat_map(|sent| [sent.name.as_bytes(), &sent.bytes]);
        identity(std::iter::once(&self.json[..]).chain(named))
    }
}

/// What a retry of a call of several parts has to repeat.
pub(crate) fn identity<'p>(parts: impl Iterator<Item = &'p [u8]>) -> Bytes {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Bytes::copy_from_slice(&hash.finalize())
}

/// The same for a form, and what was called.
pub(crate) fn identity_of(call: &str, of: &str, parts: &[(PartName, Bytes)]) -> Bytes {
    let parts = parts.iter().flat_map(|(name, bytes)| [name.field.as_bytes(), name.file.as_bytes(), bytes]);
    identity([call.as_bytes(), of.as_bytes()].into_iter().chain(parts))
}

/// The names of a part of a form.
pub(crate) struct PartName {
    /// Of the part.
    pub(crate) field: String,
    /// Of its file; that of the part if it has none.
    pub(crate) file: String,
}

pub(crate) fn is_form(request: &Request) -> bool {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.get(..19).is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"))
}

/// Reads a form, within the limits of bodies and of a listing's pictures; parts with one of these names are texts, each of
/// which may come a few times.
pub(crate) async fn form(request: Request, app: &Arc<App>, texts: &[&str]) -> Result<Vec<(PartName, Bytes)>, Problem> {
    if !is_form(&request) {
        return Err(bad_form("Content-Type is not multipart/form-data"));
    }
    let settings = &app.config.pictures;
    let bytes_max = settings.form_bytes_max.min(app.config.bytes_in_flight_max);
    let (parts, body) = guard::whole(request, bytes_max, app).await?;
    let mut request = Request::from_parts(parts, Body::from(body));
    // Its bytes were counted as they came.
    DefaultBodyLimit::disable().apply(&mut request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|error| bad_form(&error.body_text()))?;
    let (mut read, mut pictures) = (Vec::new(), 0);
    while let Some(field) = form.next_field().await.map_err(|error| damaged(&error))? {
        let name = name_of(&field)?;
        pictures += usize::from(!texts.contains(&name.field.as_str()));
        if pictures > settings.per_listing_max || read.len() > settings.per_listing_max + PARTS_BESIDE_MAX {
            let detail = format!("more than {} pictures", settings.per_listing_max);
            return Err(Problem::new(Code::TooLarge, detail));
        }
        read.push((name, field.bytes().await.map_err(|error| damaged(&error))?));
    }
    Ok(read)
}

fn name_of(field: &Field<'_>) -> Result<PartName, Problem> {
    let short = |text: &str| text[..text.floor_char_boundary(NAME_BYTES_MAX)].replace('\0', "");
    let name = field.name().map(short).ok_or_else(|| bad_form("a part without a name"))?;
    Ok(PartName { file: field.file_name().map_or_else(|| name.clone(), short), field: name })
}

fn damaged(error: &MultipartError) -> Problem {
    bad_form(&error.body_text())
}

fn bad_form(detail: &str) -> Problem {
    Problem::new(Code::BadForm, detail)
}

/// Looks at pictures that were sent, and keeps their files.
pub(crate) async fn look(app: &App, sent: Vec<Sent>) -> Result<SentPictures, Problem> {
    let mut seen = Vec::with_capacity(sent.len());
    for Sent { name, bytes } in sent {
        match pictures::look(app, bytes.clone(), Patience::None).await? {
            Looked::Unreadable(_, reason) => return Err(unreadable(name, &reason)),
            Looked::Seen(one) => {
                app.pictures.files.put(&one.hash, &bytes).await?;
                app.shelf.observe(&one.facts, app.clock.micros() / 1_000).await;
                seen.push((name, *one));
            }
        }
    }
    Ok(SentPictures { seen })
}

impl SentPictures {
    /// What is known of them as a listing's.
    pub(crate) async fn known(self, app: &App, name: &Name) -> Result<Known, Problem> {
        let (mut facts, mut shown, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (item, (source, seen)) in self.seen.into_iter().enumerate() {
            facts.push(seen.facts(app, name, &source).await?);
            notes.push(PictureNote::had(item, &seen.hash));
            shown.push(seen.shown(name, app.clock.micros()));
        }
        let looked = Pictures { eyes: app.pictures.eyes.names(), pictures: facts };
        // A form without pictures says that there are none.
        let notes = Some(pictures::written(&notes).unwrap_or_else(|| "[]".to_owned()));
        Ok(Known { looked: vec![Some(looked)], shown, notes: vec![notes] })
    }
}

/// A file that can't be looked at.
pub(crate) fn unreadable(name: String, reason: &str) -> Problem {
    let hint = "send a whole JPEG, PNG, WebP or GIF file, or leave it out".to_owned();
    let fault = Fault { field: Some(name), reason: None, detail: reason.to_owned(), hint: Some(hint) };
    Problem { errors: vec![fault], ..Problem::new(Code::BadPicture, reason) }
}
