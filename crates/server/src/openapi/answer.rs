//! Shapes that callers get, where the answer itself is written from raw parts.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::view::{Envelope, Verdict};

/// The body of a decision: canonical JSON, integers only.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct DecisionBody {
    /// What kind of finding it is; `none` for most that stay up.
    class: String,
    /// What was looked up.
    context: Option<BTreeMap<String, serde_json::Value>>,
    /// The fewest signals without which it would stay up.
    counterfactual: Option<Vec<String>>,
    /// Everything that decided, by hash.
    hashes: Hashes,
    /// The listing's id on its marketplace.
    listing_id: String,
    /// The marketplace, if the listing says.
    marketplace: Option<String>,
    /// Why.
    reasons: Vec<Reason>,
    /// With a review: is it shown meanwhile, and for how long.
    review: Option<ReviewPlan>,
    /// Shape of the record.
    schema: u32,
    /// Log-odds in millionths, uncalibrated.
    score: i64,
    /// The seller, if the listing says.
    seller_id: Option<String>,
    /// Rules in shadow mode that would have fired.
    shadow: Option<Vec<String>>,
    /// What each signal added to the score.
    shares: BTreeMap<String, i64>,
    /// Every signal that was seen, with its value: true, an integer or a slug.
    signals: BTreeMap<String, serde_json::Value>,
    /// What becomes of the listing.
    verdict: Verdict,
}

/// Everything that decided, by SHA-256.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct Hashes {
    /// The banks that its pictures were compared with; only if some were.
    banks: Option<String>,
    /// What was looked up.
    context: String,
    /// The engine's name.
    engine: String,
    /// The knowledge snapshot.
    knowledge: String,
    /// The listing's content.
    listing: String,
    /// The models that saw its pictures; only if some did.
    models: Option<String>,
    /// The policy.
    policy: String,
}

/// What a review is planned as; the envelope's `review` says when it ends.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct ReviewPlan {
    /// Hours until it must be done.
    hours: u32,
    /// Whether the listing is shown meanwhile.
    listing: Meanwhile,
}

/// How grave a reason is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) enum Severity {
    /// Little harm.
    Low,
    /// Some.
    Medium,
    /// Much.
    High,
    /// People can be hurt.
    Critical,
}

/// One reason.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct Reason {
    /// The rule's id.
    code: String,
    /// Where it was seen: half-open byte offsets into the field as it was sent, or half-open boxes in pixels of a picture.
    evidence: Vec<Place>,
    /// For staff, in English.
    message: String,
    /// How grave it is.
    severity: Severity,
}

/// A place in a listing.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct Place {
    /// On a picture: left, top, right, bottom, in pixels of the upright picture.
    r#box: Option<[u32; 4]>,
    /// One past the last byte; equal to `start` when the whole field is meant, or a picture.
    end: u32,
    /// Entry of a bank that stands beside the place on the picture.
    entry: Option<String>,
    /// Where on the entry's picture.
    entry_box: Option<[u32; 4]>,
    /// The field; `pictures` for a place on one.
    field: String,
    /// Item of a list field; of `pictures`, which of those in the context.
    item: Option<u16>,
    /// SHA-256 of the picture's file.
    picture: Option<String>,
    /// The signal that was seen here.
    signal: String,
    /// First byte.
    start: u32,
}

/// An item of an array that could not be decided on.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes an answer that is written from raw parts")]
pub(crate) struct FailedItem {
    /// Why.
    error: Problem,
}

/// What became of one item of an array.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes an answer that is written from raw parts")]
pub(crate) enum ItemAnswer {
    /// It was decided on.
    Decided(Box<Envelope<'static>>),
    /// It has a mistake.
    Failed(FailedItem),
}

/// The answer to an array, in its order.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes an answer that is written from raw parts")]
pub(crate) struct ItemAnswers {
    /// One a listing.
    items: Vec<ItemAnswer>,
    /// The call.
    request_id: String,
}

/// The answer to one listing is its decision, to an array a list of them.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes an answer that is written from raw parts")]
pub(crate) enum ScreenAnswer {
    /// To one.
    One(Box<Envelope<'static>>),
    /// To an array.
    Many(ItemAnswers),
}

/// What happens to a listing while it is under review.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes an answer")]
pub(crate) enum Meanwhile {
    /// It is not shown.
    Hold,
    /// It is shown.
    Live,
}

/// What to do with a listing that nobody has decided on in time.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes an answer")]
pub(crate) enum Then {
    /// Show it.
    Publish,
    /// It was shown, and stays.
    StayLive,
    /// It was not shown, and stays back, because the goods can hurt.
    StayHeld,
}

/// What the seller is told of a listing's state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes an answer")]
pub(crate) enum SellerStatus {
    /// It is shown.
    Up,
    /// It is shown, and a person looks.
    CheckedWhileUp,
    /// A person looks before it is shown.
    CheckedFirst,
    /// It is not shown.
    NotPublished,
}
