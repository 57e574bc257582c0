//! Files that people sent, or that were seen: kept once for whom they are about, as they came.
//!
//! The bytes are a record of their own, sealed like all that is about a seller, so that they are there when the change is
//! that names them, and unreadable once the seller is erased. They are named by their SHA-256 and never fetched from
//! anywhere.

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
        vec![by("about", about, self.at.0), by("content", self.content, self.at.0)]
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
}

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Happened<'a> {
    Kept { document: &'a Document },
}

/// Keeps a file; one that is there stays as it is.
///
/// # Errors
/// One that is empty or too large, or one more than there may be about a seller.
pub async fn keep(act: &Act<'_>, file: File) -> Result<Document, ActError> {
    let id = id(file.about.as_ref(), file.content);
    if let Some(there) = act.look::<Document>(&id).await? {
        return Ok(there);
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
    };
    let owner = document.about.as_ref().map(pair);
    act.change.put(NewRecord { kind: BYTES, id, owner, body: file.bytes, found: Vec::new() }).await?;
    act.put(&document).await?;
    act.happened(&document, &[Happened::Kept { document: &document }])?;
    Ok(document)
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
}

/// A document as it is shown.
pub fn document_view(document: &Document) -> DocumentView {
    let Document { content, media, name, bytes, at, .. } = document.clone();
    DocumentView { sha256: content.to_string(), media, name, bytes, at: at.to_string() }
}
