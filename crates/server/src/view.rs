//! What callers read: decisions in their envelope, listings, sellers, outcomes. The shapes of the OpenAPI document.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use touchstone_cases::enforcement::{Access, Visibility};
use touchstone_knowledge::Snapshot;
use touchstone_policy::Policy;
use touchstone_screening::{Decision, SellerFace, Status};
use touchstone_store::{ListingState, Name, Outcome, StoredDecision};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::active::hex;
use crate::clock::rfc3339;
use crate::pictures::PictureNote;
use crate::problem::Problem;

/// Why a listing is screened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Event {
    /// It is new.
    #[default]
    Create,
    /// Its text or pictures were changed.
    Update,
    /// It comes back after it was ended or removed.
    Relist,
    /// Its price was changed. What is left out is taken from the version that was screened last.
    Price,
    /// Somebody is about to buy it. What is left out is taken from the version that was screened last.
    Order,
}

impl Event {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Relist => "relist",
            Self::Price => "price",
            Self::Order => "order",
        }
    }
}

/// What becomes of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// It goes up.
    Allow,
    /// A person looks.
    Review,
    /// It does not go up.
    Block,
}

impl Verdict {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Review => "review",
            Self::Block => "block",
        }
    }
}

/// What happens while a listing is under review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct ReviewTerms {
    /// Whether it is shown meanwhile.
    #[schema(value_type = crate::openapi::Meanwhile)]
    pub(crate) listing: String,
    /// When a person must have decided, RFC 3339.
    pub(crate) until: String,
    /// What to do with the listing if nobody has.
    #[schema(value_type = crate::openapi::Then)]
    pub(crate) then: &'static str,
}

impl ReviewTerms {
    /// The terms of a decision that is under review until then.
    pub(crate) fn of(listing: &str, dangerous: bool, until: i64) -> Self {
        let then = match (listing, dangerous) {
            ("live", _) => "stay_live",
            (_, true) => "stay_held",
            (_, false) => "publish",
        };
        Self { listing: listing.to_owned(), until: rfc3339(until), then }
    }
}

/// What people decided about an offer and its seller, and still holds, whatever screening says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Held {
    /// Where the listing may be seen: `shown`, `demoted`, `held`, `hidden` or `removed`.
    #[schema(value_type = String)]
    pub(crate) listing: Visibility,
    /// What the seller may do: `full`, `no_new_listings`, `suspended` or `closed`.
    #[schema(value_type = String)]
    pub(crate) seller: Access,
}

/// A decision in its envelope.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Envelope<'a> {
    /// When it was decided, RFC 3339.
    pub(crate) decided_at: String,
    /// The body: canonical JSON (RFC 8785), byte for byte what a replay gives.
    #[schema(value_type = crate::openapi::DecisionBody)]
    pub(crate) decision: &'a RawValue,
    /// UUIDv7.
    pub(crate) decision_id: Uuid,
    /// Why it was screened.
    #[schema(value_type = Event)]
    pub(crate) event: &'a str,
    /// With pictures: which files it was made with, and why others were not had.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) pictures: Vec<PictureNote>,
    /// Whether a successor is expected.
    pub(crate) provisional: bool,
    /// The call.
    pub(crate) request_id: &'a str,
    /// Only in the answer to screening, and only where something holds: what was decided about the offer or its seller
    /// before. It is no part of the decision; `GET /v1/sellers/…/standing` says what holds later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) held: Option<Held>,
    /// With a review: its terms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) review: Option<ReviewTerms>,
    /// The decision that this one takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) supersedes: Option<Uuid>,
}

/// What of a body that was kept the envelope needs.
#[derive(Debug, Deserialize)]
struct Kept {
    review: Option<KeptReview>,
    reasons: Vec<KeptReason>,
}

#[derive(Debug, Deserialize)]
struct KeptReview {
    listing: String,
}

#[derive(Debug, Deserialize)]
struct KeptReason {
    severity: String,
}

impl Kept {
    fn terms(&self, until: Option<i64>) -> Option<ReviewTerms> {
        let review = self.review.as_ref()?;
        // Whether the goods can hurt.
        let dangerous = self.reasons.iter().any(|reason| reason.severity == "critical");
        until.map(|until| ReviewTerms::of(&review.listing, dangerous, until))
    }
}

/// The body as it stands.
pub(crate) fn raw(body: &[u8]) -> Result<Box<RawValue>, Problem> {
    let text = String::from_utf8(body.to_vec()).map_err(|error| Problem::internal("a decision is no text", error))?;
    RawValue::from_string(text).map_err(|error| Problem::internal("a decision is no JSON", error))
}

/// A decision that was kept, in its envelope as JSON: what was answered when it was made.
pub(crate) fn stored(decision: &StoredDecision) -> Result<Box<RawValue>, Problem> {
    let kept: Kept =
        serde_json::from_slice(&decision.body).map_err(|error| Problem::internal("a decision can't be read", error))?;
    envelope(decision, kept.terms(decision.review_until), None)
}

/// A decision in its envelope as JSON, with the terms of its review, and what holds beside it.
pub(crate) fn envelope(
    decision: &StoredDecision,
    review: Option<ReviewTerms>,
    held: Option<Held>,
) -> Result<Box<RawValue>, Problem> {
    let envelope = Envelope {
        decided_at: rfc3339(decision.decided_at),
        decision: &raw(&decision.body)?,
        decision_id: decision.decision_id,
        event: &decision.event,
        pictures: notes(decision)?,
        provisional: decision.provisional,
        request_id: &decision.request_id,
        held,
        review,
        supersedes: decision.supersedes,
    };
    serde_json::value::to_raw_value(&envelope).map_err(|error| Problem::internal("a decision can't be written", error))
}

fn notes(decision: &StoredDecision) -> Result<Vec<PictureNote>, Problem> {
    let Some(notes) = &decision.pictures else { return Ok(Vec::new()) };
    serde_json::from_str(notes).map_err(|error| Problem::internal("what is noted of pictures can't be read", error))
}

/// What the seller is told about a decision. Nothing else is shown with the scope `seller`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellerStatement {
    /// UUIDv7, to be named in an appeal.
    pub(crate) decision_id: Uuid,
    /// When it was decided, RFC 3339.
    pub(crate) decided_at: String,
    /// The listing's id on the marketplace.
    pub(crate) listing_id: String,
    /// What becomes of the listing.
    #[schema(value_type = crate::openapi::SellerStatus)]
    pub(crate) status: &'static str,
    /// With a check: when it ends, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<String>,
    /// The statement: what becomes of the listing, on which grounds.
    pub(crate) statement: Vec<String>,
    /// What the seller can do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cure: Option<&'static str>,
}

impl SellerStatement {
    pub(crate) fn of(
        stored: &StoredDecision,
        (policy, snapshot): (&Policy, &Snapshot),
        decision: &Decision,
        title: &str,
        language: &str,
    ) -> Self {
        let face = SellerFace::of((policy, snapshot), decision, title, language);
        let checked = matches!(face.status, Status::CheckedFirst | Status::CheckedWhileUp);
        Self {
            decision_id: stored.decision_id,
            decided_at: rfc3339(stored.decided_at),
            listing_id: stored.name.listing_id.clone(),
            status: face.status.as_str(),
            until: stored.review_until.filter(|_| checked).map(rfc3339),
            statement: std::iter::once(face.opening).chain(face.grounds).collect(),
            cure: face.cure,
        }
    }
}

/// The latest state of a listing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ListingView {
    /// Marketplace; empty if it was not said.
    pub(crate) marketplace: String,
    /// Seller; empty if it was not said.
    pub(crate) seller_id: String,
    /// The listing's id on the marketplace.
    pub(crate) listing_id: String,
    /// Hash of its latest content.
    pub(crate) listing_hash: String,
    /// Its latest decision.
    pub(crate) decision_id: Uuid,
    /// That decision's verdict.
    #[schema(value_type = Verdict)]
    pub(crate) verdict: String,
    /// That decision's class.
    #[schema(example = "none")]
    pub(crate) class: String,
    /// When it was first screened, RFC 3339.
    pub(crate) first_seen_at: String,
    /// When it was last screened, RFC 3339.
    pub(crate) updated_at: String,
    /// Hash of the last content that was allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) approved_hash: Option<String>,
}

impl ListingView {
    pub(crate) fn name(&self) -> Name {
        let [marketplace, seller_id, listing_id] =
            [&self.marketplace, &self.seller_id, &self.listing_id].map(String::clone);
        Name { marketplace, seller_id, listing_id }
    }
}

impl From<ListingState> for ListingView {
    fn from(state: ListingState) -> Self {
        Self {
            marketplace: state.name.marketplace,
            seller_id: state.name.seller_id,
            listing_id: state.name.listing_id,
            listing_hash: hex(&state.listing_hash),
            decision_id: state.decision_id,
            verdict: state.verdict,
            class: state.class,
            first_seen_at: rfc3339(state.first_seen_at),
            updated_at: rfc3339(state.updated_at),
            approved_hash: state.approved_hash.as_deref().map(hex),
        }
    }
}

/// What was learnt about a listing after it was decided on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OutcomeView {
    /// UUIDv7.
    pub(crate) outcome_id: Uuid,
    /// The decision it is about, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decision_id: Option<Uuid>,
    /// How it was learnt.
    #[schema(value_type = crate::routes::outcomes::Kind)]
    pub(crate) kind: String,
    /// What was learnt.
    #[schema(value_type = crate::routes::outcomes::Finding)]
    pub(crate) finding: String,
    /// In words.
    pub(crate) note: String,
    /// When it was learnt, RFC 3339.
    pub(crate) happened_at: String,
    /// When we were told, RFC 3339.
    pub(crate) recorded_at: String,
}

impl From<Outcome> for OutcomeView {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome_id: outcome.outcome_id,
            decision_id: outcome.decision_id,
            kind: outcome.kind,
            finding: outcome.finding,
            note: outcome.note,
            happened_at: rfc3339(outcome.happened_at),
            recorded_at: rfc3339(outcome.recorded_at),
        }
    }
}
