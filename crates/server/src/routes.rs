//! The calls beside screening, and the table of all.

pub(crate) mod accounts;
pub(crate) mod actions;
pub(crate) mod appeals;
pub(crate) mod approvals;
pub(crate) mod audit;
pub(crate) mod banks;
pub(crate) mod casefiles;
pub(crate) mod cases;
pub(crate) mod decisions;
pub(crate) mod documents;
pub(crate) mod estimates;
pub(crate) mod events;
pub(crate) mod fuses;
pub(crate) mod groups;
pub(crate) mod images;
pub(crate) mod items;
pub(crate) mod knowledge;
pub(crate) mod listings;
pub(crate) mod login;
pub(crate) mod logos;
pub(crate) mod me;
pub(crate) mod operate;
pub(crate) mod outcomes;
pub(crate) mod people;
pub(crate) mod provider;
pub(crate) mod publication;
pub(crate) mod readings;
pub(crate) mod reviewers;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod sellers;
pub(crate) mod sessions;
pub(crate) mod shown;
pub(crate) mod statements;
pub(crate) mod vault;
pub(crate) mod webhooks;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::{delete, get, post, put};
use axum::{Router, middleware};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::{console, openapi, pages, screening};
use crate::{guard, headers};

/// All calls of a server.
pub fn router(app: Arc<App>) -> Router {
    let beside = Router::new()
        .route("/v1/decisions", get(decisions::list))
        .route("/v1/decisions/{id}", get(decisions::one))
        .route("/v1/decisions/{id}/reasons", get(decisions::reasons))
        .route("/v1/decisions/{id}/listing", get(decisions::listing))
        .route("/v1/decisions/{id}/similar", get(search::similar))
        .route("/v1/decisions/{id}/replay", get(decisions::replay))
        .route("/v1/decisions/{id}/seller", get(decisions::seller))
        .route("/v1/decisions/{id}/receipt", get(decisions::receipt))
        .route("/v1/listings", get(listings::list))
        .route("/v1/listings/search", get(search::words))
        .route("/v1/listings/{marketplace}/{seller_id}/{listing_id}", get(listings::one))
        .route("/v1/sellers", post(sellers::put_many))
        .route("/v1/sellers/{marketplace}/{seller_id}", put(sellers::put).get(sellers::one).delete(sellers::erase))
        .route("/v1/outcomes", post(outcomes::post))
        .route("/v1/reload", post(operate::reload))
        .merge(people())
        .merge(review())
        .merge(told())
        .route_layer(middleware::from_fn_with_state(Arc::clone(&app), guard::beside));
    let calls = Router::new()
        .route("/v1/screen", post(screening::screen))
        .route("/v1/screen/form", post(screening::screen_form))
        .route("/v1/images", post(images::inspect))
        .route("/v1/listings/alike", post(search::picture))
        .route("/v1/banks", get(banks::list))
        .route("/v1/banks/query", post(banks::query))
        .route("/v1/banks/export", get(banks::put::export))
        .route("/v1/banks/entries/{id}/set", post(banks::change::set))
        .route("/v1/banks/entries/{id}/{deed}", post(banks::change::change))
        .route("/v1/banks/{bank}", get(banks::show).post(banks::put::add))
        .route("/v1/banks/{bank}/import", post(banks::put::import))
        .route("/v1/banks/{bank}/set", post(banks::change::set_bank))
        .route("/v1/banks/{bank}/rearm", post(banks::change::rearm_bank))
        .route("/v1/logos", get(logos::list).post(logos::enrol))
        .route("/v1/logos/find", post(logos::find))
        .route("/v1/logos/{id}", delete(logos::remove))
        .merge(beside)
        .route("/healthz", get(operate::health))
        .route("/readyz", get(operate::ready))
        .route("/metrics", get(operate::metrics));
    calls
        .merge(pages::router())
        .merge(console::router())
        .merge(openapi::router())
        .fallback(|| async { Problem::new(Code::NotFound, "no such address") })
        .method_not_allowed_fallback(|| async { Problem::new(Code::MethodNotAllowed, "not with this method") })
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::watch))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), headers::guard))
        .with_state(app)
}

/// The calls of people.
fn people() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/login", post(login::login))
        .route("/v1/logout", post(login::logout))
        .route("/v1/me", get(me::me))
        .route("/v1/me/password", put(me::change_password))
        .route("/v1/me/factor", post(me::begin_factor))
        .route("/v1/me/factor/confirm", post(me::confirm_factor))
        .route("/v1/me/factor/remove", post(me::remove_factor))
        .route("/v1/accounts", get(accounts::list).post(accounts::create))
        .route("/v1/accounts/{id}", get(accounts::one).patch(accounts::change).delete(accounts::erase))
        .route("/v1/sessions", get(sessions::list))
        .route("/v1/sessions/{id}", delete(sessions::end))
        .route("/v1/readings", get(readings::list))
        .route("/v1/providers", get(provider::list))
        .route("/v1/providers/{provider}", get(provider::begin))
        .route("/v1/providers/{provider}/callback", get(provider::end))
}

/// The calls by which people decide.
fn review() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/queues", get(items::queues))
        .route("/v1/queues/{queue}/next", post(items::next))
        .route("/v1/items", get(items::list))
        .route("/v1/items/{id}", get(items::show))
        .route("/v1/items/{id}/listing", get(items::listing))
        .route("/v1/items/{id}/pictures/{sha256}", get(shown::of_item))
        .route("/v1/decisions/{id}/pictures/{sha256}", get(shown::of_decision))
        .route("/v1/banks/entries/{id}/picture", get(shown::of_entry))
        .route("/v1/items/{id}/commands", post(items::post))
        .route("/v1/groups", post(groups::gather))
        .route("/v1/groups/{id}", get(groups::show))
        .route("/v1/groups/{id}/preview", post(groups::preview))
        .route("/v1/groups/{id}/commands", post(groups::post))
        .route("/v1/reviewers/me", get(reviewers::own))
        .route("/v1/reviewers/{id}", get(reviewers::show))
        .route("/v1/reviewers/{id}/skills", put(reviewers::skills))
        .route("/v1/golden", post(reviewers::golden))
        .route("/v1/actions", post(actions::impose))
        .route("/v1/actions/dry-run", post(actions::dry_run))
        .route("/v1/actions/undo", post(actions::undo))
        .route("/v1/actions/{id}/confirm", post(actions::confirm))
        .route("/v1/appeals", get(appeals::list).post(appeals::say))
        .route("/v1/appeals/{id}", get(appeals::show))
        .route("/v1/appeals/{id}/take", post(appeals::take))
        .route("/v1/appeals/{id}/rule", post(appeals::rule))
        .route("/v1/approvals", get(approvals::list).post(approvals::ask))
        .route("/v1/approvals/{id}/commands", post(approvals::post))
        .route("/v1/sellers/{marketplace}/{seller_id}/standing", get(actions::standing))
        .route("/v1/sellers/{marketplace}/{seller_id}/statements", get(statements::list))
        .route("/v1/sellers/{marketplace}/{seller_id}/documents", get(documents::list).post(documents::send))
        .route("/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}", get(documents::show))
        .route("/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}/refuse", post(documents::refuse))
        .route("/v1/documents", get(documents::waiting))
        .route("/v1/sellers/{marketplace}/{seller_id}/authorisations", get(vault::list).post(vault::accept))
        .route("/v1/sellers/{marketplace}/{seller_id}/authorisations/{id}/revoke", post(vault::revoke))
        .route("/v1/cases", get(cases::list).post(cases::begin))
        .route("/v1/cases/{id}", get(cases::show))
        .route("/v1/cases/{id}/commands", post(cases::post))
        .route("/v1/cases/{id}/evidence", post(casefiles::see))
        .route("/v1/cases/{id}/files", post(casefiles::put))
        .route("/v1/cases/{id}/files/{sha256}", get(casefiles::get))
        .route("/v1/cases/{id}/export", post(casefiles::export))
        .route("/v1/publication", get(publication::collect))
        .route("/v1/publication/sent", post(publication::mark))
        .route("/v1/statements/{id}", get(statements::show))
        .route("/v1/statements/{id}/receipt", get(statements::receipt))
        .route("/v1/switch", get(actions::switch).put(actions::turn))
        .route("/v1/knowledge/brands", get(knowledge::brands))
        .route("/v1/knowledge/brands/{brand}", get(knowledge::brand::one))
        .route("/v1/knowledge/words", get(knowledge::words))
        .route("/v1/knowledge/kinds", get(knowledge::kinds))
        .route("/v1/knowledge/try", post(knowledge::tried::tried))
        .route("/v1/rules", get(rules::list))
        .route("/v1/rules/columns", get(rules::columns))
        .route("/v1/rules/dry-run", post(rules::dry_run))
        .route("/v1/fuses", get(fuses::list))
        .route("/v1/fuses/{rule}", put(fuses::put))
        .route("/v1/fuses/{rule}/reset", post(fuses::reset))
        .route("/v1/estimates", get(estimates::show))
}

/// What is told outside.
fn told() -> Router<Arc<App>> {
    use webhooks::{act, deliveries};
    Router::new()
        .route("/v1/audit/events", get(audit::events))
        .route("/v1/audit/export", get(audit::export))
        .route("/v1/audit/head", get(audit::head))
        .route("/v1/audit/keys", get(audit::keys))
        .route("/v1/events", get(events::list))
        .route("/v1/webhooks", get(webhooks::list).post(webhooks::create))
        .route("/v1/webhooks/{id}", get(webhooks::one).patch(webhooks::change).delete(webhooks::remove))
        .route("/v1/webhooks/{id}/rotate", post(act::rotate))
        .route("/v1/webhooks/{id}/test", post(act::test))
        .route("/v1/webhooks/{id}/deliveries", get(deliveries::list))
        .route("/v1/webhooks/{id}/replay", post(deliveries::replay))
}

/// Items of a list, at most.
const LIMIT_MAX: u64 = 200;
/// Items of a list if nothing is said.
const LIMIT: u64 = 50;

/// How many items a caller asks for.
fn limit(asked: Option<u64>) -> Result<u64, Problem> {
    match asked.unwrap_or(LIMIT) {
        limit @ 1..=LIMIT_MAX => Ok(limit),
        _ => Err(Problem::new(Code::BadParameter, format!("limit is a number from 1 to {LIMIT_MAX}"))),
    }
}

/// Parameters behind the `?`; one that can't be read is a problem like any other.
pub(crate) struct Query<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|query| Self(query.0)).map_err(|error| Problem::new(Code::BadParameter, error.body_text()))
    }
}

/// Parts of the path; one that can't be read names nothing that there is.
pub(crate) struct Path<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|error| Problem::new(Code::NotFound, error.body_text()))
    }
}

/// A part of a listing's name in a path: `-` stands for an absent one.
fn part(text: String) -> String {
    if text == "-" { String::new() } else { text }
}

/// A text that PostgreSQL could not take is no name of anything.
fn plain(text: &str) -> Result<(), Problem> {
    if text.contains('\0') { Err(Problem::new(Code::BadParameter, "a NUL character")) } else { Ok(()) }
}
