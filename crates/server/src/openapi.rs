//! The OpenAPI document (3.1), made from the calls themselves, and a page to try them on that needs no network.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header;
use axum::routing::get;
use serde::Serialize;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema};
use utoipa_swagger_ui::SwaggerUi;
use uuid::Uuid;

use crate::app::App;
use crate::problem::Problem;
use crate::routes::{self, outcomes::NewOutcome};
use crate::view::{Event, ReviewTerms};

#[derive(OpenApi)]
#[openapi(
    info(title = "Touchstone", description = "Finds counterfeit offers before the first one is sold.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/", description = "this server")),
    paths(
        crate::screening::screen,
        routes::decisions::list, routes::decisions::one, routes::decisions::replay, routes::decisions::seller,
        routes::listings::list, routes::listings::one,
        routes::sellers::put, routes::sellers::put_many, routes::sellers::one, routes::sellers::erase,
        routes::outcomes::post,
        routes::operate::health, routes::operate::ready, routes::operate::metrics, routes::operate::reload,
    ),
    modifiers(&Key),
    tags(
        (name = "screening", description = "The call in the publish flow."),
        (name = "decisions", description = "What was decided, for staff and for the seller."),
        (name = "listings", description = "The latest state of each listing."),
        (name = "sellers", description = "What the marketplace knows about its sellers."),
        (name = "outcomes", description = "What was learnt later."),
        (name = "operation", description = "For those who run the server."),
    ),
)]
struct Document;

struct Key;

impl Modify for Key {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        document.components.get_or_insert_default().add_security_scheme("key", scheme);
    }
}

static JSON: LazyLock<String> = LazyLock::new(|| {
    let mut json = Document::openapi().to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
});

/// The document as it is committed and served.
#[must_use]
pub fn document() -> &'static str {
    &JSON
}

pub(crate) fn router() -> Router<Arc<App>> {
    let json = || async { ([(header::CONTENT_TYPE, "application/json")], document()) };
    let page = SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/v1/openapi.json"));
    Router::new().route("/v1/openapi.json", get(json)).merge(page)
}

/// What every call may answer when it does not do what was asked.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "describes answers, is none")]
pub(crate) enum Problems {
    /// The call can't be done as it stands; `code` says why.
    #[response(status = "4XX", content_type = "application/problem+json")]
    Caller(#[to_schema] Problem),
    /// The call could not be done now; the same call may succeed later.
    #[response(status = "5XX", content_type = "application/problem+json")]
    Server(#[to_schema] Problem),
}

/// A listing to be screened: Merchant Center's names, and some that marketplaces have. Only `id` is needed; names that
/// are not listed here are ignored.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) struct ListingItem {
    /// Why it is screened; `create` if not said.
    #[schema(value_type = Option<Event>)]
    event: Option<Event>,
    /// The listing's id on the marketplace.
    #[schema(example = "p-242", max_length = 500)]
    id: String,
    /// Marketplace that shows the offer.
    #[schema(example = "example-market")]
    marketplace: Option<String>,
    /// Seller, as the marketplace names it.
    seller_id: Option<String>,
    /// Title; may hold HTML.
    #[schema(example = "F_e_n_d_i B.a.g.u.e.t.t.e bag")]
    title: Option<String>,
    /// Description; may hold HTML.
    description: Option<String>,
    /// What a buyer pays, with its currency.
    #[schema(example = "1950.00 EUR")]
    price: Option<String>,
    /// Where there is one, it is what a buyer pays.
    sale_price: Option<String>,
    /// Brand that the seller states.
    brand: Option<String>,
    /// GTIN that the seller states.
    gtin: Option<String>,
    /// The maker's part number.
    mpn: Option<String>,
    /// `new`, `used` or `refurbished`.
    #[schema(example = "new")]
    condition: Option<String>,
    /// The seller's own category.
    product_type: Option<String>,
    /// Google's product category.
    google_product_category: Option<String>,
    /// Page of the offer.
    link: Option<String>,
    /// Main picture.
    image_link: Option<String>,
    /// More pictures.
    additional_image_link: Option<Vec<String>>,
    /// RFC 3339, or a date.
    listed_at: Option<String>,
    /// Where it ships from: an ISO 3166 code.
    ships_from: Option<String>,
    /// Country in which it is offered: an ISO 3166 code.
    market: Option<String>,
    /// Pieces on offer.
    stock: Option<i64>,
    /// Names of the variants on offer.
    variants: Option<Vec<String>>,
    /// Texts of the reviews.
    reviews: Option<Vec<String>>,
    /// Questions, each with its answers on the lines below.
    questions: Option<Vec<String>>,
    /// What the caller knows about the seller; what the marketplace told with `PUT /v1/sellers` counts before it.
    seller: Option<Seller>,
}

/// One listing, or up to 1,000.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) enum ListingOrMany {
    /// One.
    One(Box<ListingItem>),
    /// Several.
    Many(Vec<ListingItem>),
}

/// One outcome, or up to 1,000.
#[derive(serde::Deserialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes a body")]
pub(crate) enum OutcomeOrMany {
    /// One.
    One(Box<NewOutcome>),
    /// Several.
    Many(Vec<NewOutcome>),
}

/// What is known about a seller. What is absent is not known, which is never a reproach.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) struct Seller {
    /// Days since the account was opened.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    age_days: Option<i64>,
    /// Kinds of goods or brands that the seller also sells.
    also_sells: Option<Vec<String>>,
    /// Brand ids whose owners have authorised the seller.
    authorisations: Option<Vec<String>>,
    /// ISO 3166 code.
    #[schema(pattern = "^[A-Z]{2}$", example = "DE")]
    country: Option<String>,
    /// `none`, `contact`, `document` or `business`.
    #[schema(example = "business")]
    identity_level: Option<String>,
    /// Findings that were taken back.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    reversed_findings: Option<i64>,
    /// Completed sales.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    sales: Option<i64>,
    /// Findings that stood.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    upheld_findings: Option<i64>,
}

/// What is known about a seller that is named in the record itself.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what the catalogue reads")]
pub(crate) struct NamedSeller {
    /// Marketplace.
    #[schema(nullable = false)]
    marketplace: Option<String>,
    /// Seller, as the marketplace names it.
    #[schema(min_length = 1)]
    seller_id: String,
    #[serde(flatten)]
    record: Seller,
}

/// The body of a decision: canonical JSON, integers only.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct DecisionBody {
    /// What kind of finding it is; `none` for most that stay up.
    class: String,
    /// What was looked up.
    #[schema(value_type = Option<Object>)]
    context: Option<serde_json::Value>,
    /// The fewest signals without which it would stay up.
    counterfactual: Option<Vec<String>>,
    /// Everything that decided, by hash.
    #[schema(value_type = Object)]
    hashes: serde_json::Value,
    /// The listing's id on its marketplace.
    listing_id: String,
    /// The marketplace, if the listing says.
    marketplace: Option<String>,
    /// Why.
    reasons: Vec<Reason>,
    /// With a review: is it shown meanwhile, and for how long.
    #[schema(value_type = Option<Object>)]
    review: Option<serde_json::Value>,
    /// Shape of the record.
    schema: u32,
    /// Log-odds in millionths, uncalibrated.
    score: i64,
    /// The seller, if the listing says.
    seller_id: Option<String>,
    /// Rules in shadow mode that would have fired.
    shadow: Option<Vec<String>>,
    /// What each signal added to the score.
    #[schema(value_type = Object)]
    shares: serde_json::Value,
    /// Every signal that was seen.
    #[schema(value_type = Object)]
    signals: serde_json::Value,
    /// `allow`, `review` or `block`.
    verdict: String,
}

/// One reason.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct Reason {
    /// The rule's id.
    code: String,
    /// Where it was seen: half-open byte offsets into the field as it was sent.
    evidence: Vec<Place>,
    /// For staff, in English.
    message: String,
    /// `low`, `medium`, `high` or `critical`.
    severity: String,
}

/// A place in a listing.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes what screening writes")]
pub(crate) struct Place {
    /// One past the last byte; equal to `start` when the whole field is meant.
    end: u32,
    /// The field.
    field: String,
    /// Item of a list field.
    item: Option<u16>,
    /// The signal that was seen here.
    signal: String,
    /// First byte.
    start: u32,
}

/// A decision in its envelope.
#[derive(Serialize, ToSchema)]
#[allow(dead_code, reason = "describes an answer that is written from raw parts")]
pub(crate) struct StoredEnvelope {
    /// When it was decided, RFC 3339.
    decided_at: String,
    /// The body, byte for byte what a replay gives.
    decision: DecisionBody,
    /// UUIDv7.
    decision_id: Uuid,
    /// Why it was screened.
    event: Event,
    /// Whether a successor is expected.
    provisional: bool,
    /// The call.
    request_id: String,
    /// With a review: its terms.
    review: Option<ReviewTerms>,
    /// The decision that this one takes the place of.
    supersedes: Option<Uuid>,
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
    Decided(Box<StoredEnvelope>),
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
    One(Box<StoredEnvelope>),
    /// To an array.
    Many(ItemAnswers),
}
