//! Files that people sent, or that were seen: kept once for whom they are about, as they came.
//!
//! ```text
//!  a seller sends proof ─► waiting ─► accepted: an authorisation names it
//!                              └────► refused, with a reason that the seller reads
//!  staff files, screening saw ─► kept, judged by nobody
//! ```
//!
//! The bytes are a record of their own, sealed like all that is about a seller, so that they are there when the change is
//! that names them, and unreadable once the seller is erased. They are named by their SHA-256 and never fetched from
//! anywhere.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use touchstone_cases::id::{Hash, PersonId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_store::{Found, NewRecord, Page, Search, Store};

use crate::act::{Act, ActError, no};
use crate::record::{Record, by, pair, seller_id};
use crate::refusal::{Kind, Refusal};

/// Bytes of a document, at most.
pub const BYTES_MAX: usize = 8 << 20;
/// Documents about one seller, at most.
pub const OF_SELLER_MAX: u64 = 500;
/// Characters of a name, at most.
const NAME_CHARS_MAX: usize = 200;
/// Characters of a reason, at most.
const REASON_CHARS_MAX: usize = 2_000;
/// Under what the bytes are kept.
const BYTES: &str = "document_bytes";

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Whom it is about, and whose key seals it; nobody in particular where it belongs to a group.
    pub about: Option<Seller>,
    /// SHA-256 of its bytes.
    pub content: Hash,
    /// Media type, as its first bytes say.
    pub media: String,
    /// What it was called.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
    /// Who sent it; nobody where it was seen by screening.
    pub by: Option<PersonId>,
    /// When it came.
    pub at: Moment,
    /// Where it stands, if its seller sent it as proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Status>,
}

/// Where proof stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// Nobody has judged it.
    Waiting,
    /// An authorisation rests on it.
    Accepted {
        /// Who accepted it.
        by: PersonId,
        /// When.
        at: Moment,
    },
    /// It proves nothing.
    Refused {
        /// Why, as the seller reads it.
        reason: String,
        /// Who refused it.
        by: PersonId,
        /// When.
        at: Moment,
    },
}

impl Status {
    /// `waiting`, `accepted` or `refused`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Accepted { .. } => "accepted",
            Self::Refused { .. } => "refused",
        }
    }
}

impl Record for Document {
    const KIND: &'static str = "document";

    fn id(&self) -> String {
        id(self.about.as_ref(), self.content)
    }

    fn owner(&self) -> Option<&Seller> {
        self.about.as_ref()
    }

    fn found(&self) -> Vec<Found> {
        let about = self.about.as_ref().map(seller_id).unwrap_or_default();
        let proof = self.proof.as_ref().map(|status| by("proof", status.word(), self.at.0));
        [by("about", about, self.at.0), by("content", self.content, self.at.0)].into_iter().chain(proof).collect()
    }
}

/// The id of a document, by whom it is about.
pub fn id(about: Option<&Seller>, content: Hash) -> String {
    format!("{content}:{}", about.map(seller_id).unwrap_or_default())
}

/// A file as it came.
#[derive(Debug, Clone)]
pub struct File {
    /// Whom it is about.
    pub about: Option<Seller>,
    /// SHA-256 of its bytes.
    pub content: Hash,
    /// What it is called; cut where it is too long.
    pub name: String,
    /// Media type.
    pub media: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Whether its seller sends it as proof.
    pub proof: bool,
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Happened<'a> {
    Kept { document: &'a Document },
    Judged { status: &'a Status },
}

/// Keeps a file; one that is there stays as it is, but what staff filed waits once its seller sends it as proof.
///
/// # Errors
/// One that is empty or too large, or one more than there may be about a seller.
pub async fn keep(act: &Act<'_>, file: File) -> Result<Document, ActError> {
    let id = id(file.about.as_ref(), file.content);
    if let Some(there) = act.look::<Document>(&id).await? {
        let is_new = file.proof && there.proof.is_none();
        return if is_new { judge(act, there, Status::Waiting).await } else { Ok(there) };
    }
    if file.bytes.is_empty() || file.bytes.len() > BYTES_MAX {
        let detail = format!("a document has 1 to {} MiB; this one has {} bytes", BYTES_MAX >> 20, file.bytes.len());
        return Err(no(Refusal::invalid(detail)));
    }
    if let Some(seller) = &file.about {
        room(act, seller).await?;
    }
    let document = Document {
        content: file.content,
        media: file.media,
        name: file.name.chars().take(NAME_CHARS_MAX).collect(),
        bytes: file.bytes.len() as u64,
        by: act.by.person(),
        at: act.now(),
        about: file.about,
        proof: file.proof.then_some(Status::Waiting),
    };
    let owner = document.about.as_ref().map(pair);
    act.change.put(NewRecord { kind: BYTES, id, owner, body: file.bytes, found: Vec::new() }).await?;
    act.put(&document).await?;
    act.happened(&document, &[Happened::Kept { document: &document }])?;
    Ok(document)
}

async fn judge(act: &Act<'_>, mut document: Document, status: Status) -> Result<Document, ActError> {
    document.proof = Some(status);
    act.put(&document).await?;
    act.happened(&document, &[Happened::Judged { status: document.proof.as_ref().unwrap_or(&Status::Waiting) }])?;
    Ok(document)
}

/// Notes that an authorisation rests on documents of a seller.
///
/// # Errors
/// One that nobody sent or filed, or that shows nothing but what its sender typed.
pub(crate) async fn accept(act: &Act<'_>, seller: &Seller, contents: &BTreeSet<Hash>) -> Result<(), ActError> {
    let at = act.now();
    for content in contents {
        let document = act.look::<Document>(&id(Some(seller), *content)).await?;
        let missing = || no(Refusal::invalid(format!("there is no document {content} about the seller")));
        let document = document.ok_or_else(missing)?;
        if !document.shows_something() {
            let detail =
                format!("document {content} is a text that anybody can type; ask for the PDF or a picture of it");
            return Err(no(Refusal::invalid(detail)));
        }
        if document.proof.as_ref().is_some_and(|status| !matches!(status, Status::Accepted { .. })) {
            judge(act, document, Status::Accepted { by: act.person()?, at }).await?;
        }
    }
    Ok(())
}

/// Refuses a document that waits, saying why.
///
/// # Errors
/// One that does not wait, no reason, or a machine that asks.
pub async fn refuse(act: &Act<'_>, seller: &Seller, content: Hash, reason: String) -> Result<Document, ActError> {
    let (by, at) = (act.person()?, act.now());
    if reason.trim().is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        return Err(no(Refusal::invalid(format!("reason: say why, in {REASON_CHARS_MAX} characters at most"))));
    }
    let document: Document = act.get(&id(Some(seller), content)).await?;
    if document.proof != Some(Status::Waiting) {
        return Err(no(Refusal::new(Kind::Conflict, "the document does not wait: it was judged, or is no proof")));
    }
    judge(act, document, Status::Refused { reason, by, at }).await
}

/// An appeal was not granted: what was shown for it and still waits is refused with the same words.
///
/// # Errors
/// That the store fails.
pub(crate) async fn refuse_shown(
    act: &Act<'_>,
    seller: &Seller,
    shown: &BTreeSet<Hash>,
    reason: &str,
) -> Result<(), ActError> {
    let (by, at) = (act.person()?, act.now());
    for content in shown {
        let document = act.look::<Document>(&id(Some(seller), *content)).await?;
        if let Some(document) = document.filter(|document| document.proof == Some(Status::Waiting)) {
            judge(act, document, Status::Refused { reason: reason.to_owned(), by, at }).await?;
        }
    }
    Ok(())
}

impl Document {
    /// Whether it shows more than what its sender typed.
    fn shows_something(&self) -> bool {
        self.media == "application/pdf" || self.media.starts_with("image/")
    }
}

async fn room(act: &Act<'_>, seller: &Seller) -> Result<(), ActError> {
    let page = Page { limit: OF_SELLER_MAX, ..Page::default() };
    let search = Search { kind: Document::KIND, name: "about", value: seller_id(seller), page };
    match (act.change.find(&search).await?.len() as u64) < OF_SELLER_MAX {
        true => Ok(()),
        false => Err(no(Refusal::new(Kind::Conflict, format!("there are {OF_SELLER_MAX} documents already")))),
    }
}

/// The bytes of a document; none if it is not kept, or its seller was erased.
///
/// # Errors
/// That the store fails.
pub async fn bytes(store: &Store, document: &Document) -> Result<Option<Vec<u8>>, ActError> {
    Ok(store.kept(BYTES, &document.id()).await?.and_then(|kept| kept.body))
}

/// A document, for staff and for its seller.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
#[schema(as = Document)]
pub struct DocumentView {
    /// SHA-256 of its bytes, by which it is named.
    pub sha256: String,
    /// Media type.
    pub media: String,
    /// What it was called.
    pub name: String,
    /// How many bytes.
    pub bytes: u64,
    /// When it came, RFC 3339.
    pub at: String,
    /// The seller's id, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seller_id: Option<String>,
    /// The seller's marketplace; empty where there is only one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marketplace: Option<String>,
    /// `waiting`, `accepted` or `refused`, if its seller sent it as proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub status: Option<&'static str>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A document as it is shown.
pub fn document_view(document: &Document) -> DocumentView {
    let Document { about, content, media, name, bytes, at, proof, .. } = document.clone();
    let status = proof.as_ref().map(Status::word);
    let (seller_id, marketplace) = about.map(|seller| (seller.seller_id, seller.marketplace)).unzip();
    let reason = match proof {
        Some(Status::Refused { reason, .. }) => Some(reason),
        _ => None,
    };
    let (sha256, at) = (content.to_string(), at.to_string());
    DocumentView { sha256, media, name, bytes, at, seller_id, marketplace, status, reason }
}
