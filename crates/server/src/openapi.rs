//! The OpenAPI document (3.1), made from the calls themselves, and a page to try them on that needs no network.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::http::header;
use axum::middleware::map_response;
use axum::routing::get;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi};
use utoipa_swagger_ui::SwaggerUi;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::{pages, routes};

mod answer;
mod request;

pub(crate) use self::answer::{DecisionBody, Meanwhile, ScreenAnswer, SellerStatus, Then};
pub(crate) use self::request::{
    ListingForm, ListingOrMany, NamedSeller, OutcomeOrMany, PictureFile, PictureForm, Seller,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Touchstone", description = "Finds counterfeit offers before the first one is sold.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/", description = "this server")),
    paths(
        crate::screening::screen,
        crate::screening::screen_form,
        routes::images::inspect,
        routes::banks::list, routes::banks::show, routes::banks::query,
        routes::banks::put::add, routes::banks::put::import, routes::banks::put::export,
        routes::banks::change::change, routes::banks::change::set,
        routes::banks::change::set_bank, routes::banks::change::rearm_bank,
        routes::logos::enrol, routes::logos::list, routes::logos::remove, routes::logos::find,
        routes::decisions::list, routes::decisions::one, routes::decisions::replay, routes::decisions::seller,
        routes::decisions::receipt,
        routes::listings::list, routes::listings::one, routes::search::words, routes::search::picture,
        routes::search::similar, routes::decisions::listing, routes::decisions::reasons,
        routes::sellers::put, routes::sellers::put_many, routes::sellers::one, routes::sellers::erase,
        routes::outcomes::post,
        routes::items::queues, routes::items::next, routes::items::list, routes::items::show, routes::items::listing,
        routes::items::post,
        routes::shown::of_item, routes::shown::of_decision, routes::shown::of_entry,
        routes::groups::gather, routes::groups::show, routes::groups::preview, routes::groups::post,
        routes::reviewers::own, routes::reviewers::show, routes::reviewers::skills, routes::reviewers::golden,
        routes::actions::impose, routes::actions::dry_run, routes::actions::undo, routes::actions::confirm,
        routes::actions::standing, routes::actions::switch, routes::actions::turn,
        routes::appeals::say, routes::appeals::list, routes::appeals::show, routes::appeals::take, routes::appeals::rule,
        routes::approvals::list, routes::approvals::ask, routes::approvals::post,
        routes::knowledge::brands, routes::knowledge::brand::one, routes::knowledge::words, routes::knowledge::kinds,
        routes::knowledge::tried::tried,
        routes::rules::list, routes::rules::columns, routes::rules::dry_run,
        routes::fuses::list, routes::fuses::put, routes::fuses::reset, routes::estimates::show,
        routes::statements::list, routes::statements::show, routes::statements::receipt,
        routes::documents::list, routes::documents::send, routes::documents::show,
        routes::documents::refuse, routes::documents::waiting,
        routes::vault::list, routes::vault::accept, routes::vault::revoke,
        routes::cases::list, routes::cases::begin, routes::cases::show, routes::cases::post,
        routes::casefiles::see, routes::casefiles::put, routes::casefiles::get, routes::casefiles::export,
        routes::publication::collect, routes::publication::mark,
        routes::login::login, routes::login::logout,
        routes::me::me, routes::me::change_password, routes::me::begin_factor, routes::me::confirm_factor,
        routes::me::remove_factor,
        routes::accounts::list, routes::accounts::create, routes::accounts::one, routes::accounts::change,
        routes::accounts::erase,
        routes::sessions::list, routes::sessions::end, routes::readings::list,
        routes::provider::list, routes::provider::begin, routes::provider::end,
        routes::audit::events, routes::audit::head, routes::audit::keys, routes::audit::export,
        routes::webhooks::list, routes::webhooks::create, routes::webhooks::one, routes::webhooks::change,
        routes::webhooks::remove, routes::webhooks::act::rotate, routes::webhooks::act::test,
        routes::webhooks::deliveries::list, routes::webhooks::deliveries::replay, routes::events::list,
        routes::operate::health, routes::operate::ready, routes::operate::metrics, routes::operate::reload,
    ),
    components(schemas(routes::banks::change::Deed, routes::audit::TrailPart)),
    modifiers(&Key, &Sessions, &Codes),
    tags(
        (name = "screening", description = "The call in the publish flow."),
        (name = "pictures", description = "What is seen on pictures, and banks of those that are known."),
        (name = "decisions", description = "What was decided, for staff and for the seller."),
        (name = "listings", description = "The latest state of each listing."),
        (name = "sellers", description = "What the marketplace knows about its sellers."),
        (name = "outcomes", description = "What was learnt later."),
        (name = "review", description = "What waits for people, and what they say of it."),
        (name = "cases", description = "A listing, a seller or a group, and all that was seen, said and done about it."),
        (name = "enforcement", description = "What is done about a finding, who agrees, and what sellers are told."),
        (name = "knowledge", description = "Brands, words and kinds of goods in force, and a listing tried on them."),
        (name = "rules", description = "The policy's rules: what keeps them from being wrong too often."),
        (name = "people", description = "Accounts, sessions, and who read whose personal data."),
        (name = "audit", description = "Who changed what, signed."),
        (name = "webhooks", description = "What happened: sent to whoever wants it, and to be polled."),
        (name = "operation", description = "For those who run the server."),
    ),
)]
struct Document;

struct Key;

impl Modify for Key {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", scheme);
        let cookie = ApiKeyValue::with_description(
            "__Host-session",
            "Of `POST /v1/login`; `session` over plain HTTP on one's own \
            machine. Calls that change something send `X-CSRF-Token` as well, as `GET /v1/me` gives it.",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

struct Sessions;

impl Modify for Sessions {
    /// Whatever a key may do, a person in the right role may as well.
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let calls = [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete];
            for call in calls.into_iter().flatten() {
                let by_key = SecurityRequirement::new("key", [""; 0]);
                let security = call.security.get_or_insert_default();
                if security.iter().any(|one| same_scheme(one, &by_key)) {
                    security.push(SecurityRequirement::new("session", [""; 0]));
                }
            }
        }
    }
}

/// Whether two requirements name the same scheme, with whatever scopes.
fn same_scheme(one: &SecurityRequirement, other: &SecurityRequirement) -> bool {
    let names = |requirement: &SecurityRequirement| {
        let json = serde_json::to_value(requirement).unwrap_or_default();
        json.as_object().map(|named| named.keys().cloned().collect::<Vec<_>>())
    };
    names(one) == names(other)
}

struct Codes;

impl Modify for Codes {
    /// The codes stand by themselves: a client knows those of its day by name, and is not broken by one more.
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let codes = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Code::ALL.iter().map(|code| code.as_str())))
            .description(Some("What a problem's `code` can be; more may be added."));
        document.components.get_or_insert_default().schemas.insert("ErrorCode".to_owned(), codes.into());
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
    // Its validator is a page of somebody else's, which would learn where the document stands.
    let config = utoipa_swagger_ui::Config::from("/v1/openapi.json").validator_url("none");
    let page = Router::new().merge(SwaggerUi::new("/docs").config(config));
    Router::new().route("/v1/openapi.json", get(json)).merge(page.layer(map_response(pages::guarded)))
}

/// Under what a retry is known.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "describes a header, is none")]
pub(crate) struct Once {
    /// 1 to 255 ASCII characters; a retry with the same key and body gets the same answer
    #[param(rename = "Idempotency-Key")]
    key: Option<String>,
}

/// What every call may answer when it does not do what was asked.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "describes answers, is none")]
pub(crate) enum Problems {
    /// The call can't be done as it stands; `code` says why.
    #[response(status = "4XX", content_type = "application/problem+json",
        headers(("Retry-After" = u64, description = "With 429: seconds until it is worth trying again"),
            ("X-Request-Id" = String, description = "Names the request in our log")))]
    Caller(Problem),
    /// The call could not be done now; the same call may succeed later.
    #[response(status = "5XX", content_type = "application/problem+json",
        headers(("Retry-After" = u64, description = "With 503: seconds until it is worth trying again"),
            ("X-Request-Id" = String, description = "Names the request in our log")))]
    Server(Problem),
}
