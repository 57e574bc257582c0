//! Errors as callers get them: RFC 9457 problem details with a stable code, and a page for each code.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use touchstone_catalog::Reject;
use touchstone_store::StoreError;
use utoipa::ToSchema;

macro_rules! codes {
    ($($variant:ident = $slug:literal, $status:ident, $title:literal, $cure:literal;)*) => {
        /// What went wrong, as a stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title] $variant,)* }

        impl Code {
            /// All codes, in the order of their page.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The code as callers see it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug,)* }
            }

            /// The HTTP status.
            #[must_use]
            pub fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)* }
            }

            /// What it means.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// What the caller can do.
            #[must_use]
            pub fn cure(self) -> &'static str {
                match self { $(Self::$variant => $cure,)* }
            }
        }
    };
}

codes! {
    NotJson = "not_json", BAD_REQUEST, "the body is no JSON of the shape that is expected",
        "Send one JSON object, or an array of objects; `detail` says where reading stopped.";
    BadForm = "bad_form", BAD_REQUEST, "the body is no form of the parts that are expected",
        "Send `multipart/form-data`; `detail` says which part is missing or damaged.";
    BadParameter = "bad_parameter", BAD_REQUEST, "a parameter of the address or a header has a value that it can't have",
        "Correct the parameter that `detail` names.";
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "there is no key or session, or not one that is accepted",
        "Send `Authorization: Bearer KEY`. Keys are made with `touchstone keys create`; a revoked key is never accepted again. A person logs in with `POST /v1/login`.";
    BadLogin = "bad_login", UNAUTHORIZED, "login, password and code are not those of an account that is in use",
        "Try again, not too often. An administrator can set another password, and take away a second factor that was lost.";
    CodeNeeded = "code_needed", UNAUTHORIZED, "the account has a second factor, and no code came with the password",
        "Send the six digits of the telephone as `code`, or one of the recovery codes.";
    Forbidden = "forbidden", FORBIDDEN, "the key has not the scope, or the account not the right, that this call needs",
        "Make a key with the scope that `detail` names, or ask an administrator for the role.";
    NotFromHere = "not_from_here", FORBIDDEN, "the call changes something for a session, and does not come from a page of this server",
        "Send `X-CSRF-Token` as `GET /v1/me` gives it. Behind a proxy start the server with `--origin`.";
    Conflict = "conflict", CONFLICT, "it stands otherwise than the call supposes: somebody was quicker, or it is too late",
        "Read it again and decide on what is there now; `detail` says what has changed.";
    ApprovalNeeded = "approval_needed", CONFLICT, "a second person must agree first",
        "Ask for approval with the hash that stands in `more.sees`, and send the same call again once somebody has agreed.";
    NotFound = "not_found", NOT_FOUND, "there is no such thing, or the caller may not know of it",
        "Check the id. A decision is there as soon as its call was answered.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "the address is right, the method is not",
        "See /v1/openapi.json for the methods of each address.";
    Timeout = "timeout", REQUEST_TIMEOUT, "the body came too slowly",
        "Send it again, with the same idempotency key; smaller arrays are quicker.";
    EngineDiffers = "engine_differs", CONFLICT, "the decision needs another engine, knowledge or policy than is at hand",
        "Start the version of Touchstone that `detail` names, with the snapshots of that time.";
    AccountRefused = "account_refused", CONFLICT, "the account is not in a state in which this can be done",
        "`detail` says what stands in the way: a login that is taken, a person who was erased, a factor that is not there.";
    BankRefused = "bank_refused", CONFLICT, "the entry is not in a state in which this can be done, or not by this key",
        "`detail` says what it is. What waits for a second person is confirmed with another key than it was added with.";
    WebhookRefused = "webhook_refused", CONFLICT, "there are as many webhooks as there may be",
        "Delete one that nobody needs any more.";
    Erased = "erased", GONE, "what the seller wrote was erased, and can't be read or said again",
        "Nothing brings it back. Screen the listing again if the seller still offers it.";
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "the body has more bytes or items than are accepted",
        "Split the array into several calls; `detail` says the limit.";
    NotJsonType = "not_json_type", UNSUPPORTED_MEDIA_TYPE, "the body is not declared as JSON",
        "Send `Content-Type: application/json`; where pictures may come along, `multipart/form-data` is taken as well.";
    BadListing = "bad_listing", UNPROCESSABLE_ENTITY, "the listing has a value that it can't have",
        "`errors` names the field, what is wrong with it and what to write instead.";
    BadPicture = "bad_picture", UNPROCESSABLE_ENTITY, "a picture can't be read or had",
        "`errors` names the file and what is wrong with it. Send a whole JPEG, PNG, WebP or GIF file, or leave it out.";
    BadSeller = "bad_seller", UNPROCESSABLE_ENTITY, "the seller's record has a value that it can't have",
        "Numbers are whole and not negative, `country` is two capital letters, `identity_level` is none, contact, document or business.";
    BadCommand = "bad_command", UNPROCESSABLE_ENTITY, "the command has a value that it can't have, or lacks one",
        "`detail` names the value and what it can be.";
    BadOutcome = "bad_outcome", UNPROCESSABLE_ENTITY, "the outcome has a value that it can't have",
        "`detail` names the field and what it can be.";
    BadAccount = "bad_account", UNPROCESSABLE_ENTITY, "the account has a value that it can't have",
        "`detail` names the value and what it can be.";
    BadWebhook = "bad_webhook", UNPROCESSABLE_ENTITY, "the webhook, or what is to be sent again, has a value that it can't have",
        "`detail` names the value and what it can be.";
    BadPassword = "bad_password", UNPROCESSABLE_ENTITY, "the new password is too easy to guess, or too long",
        "Take a longer one, for instance some words that nobody would put together. Kinds of characters do not matter.";
    KeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "the idempotency key stood for another body within the last 24 hours",
        "Take a new key for every new request, and the same key only to send the same bytes again.";
    PackRefused = "pack_refused", UNPROCESSABLE_ENTITY, "the new knowledge or policy has mistakes; what was in force stays in force",
        "`errors` names file, line and column of each mistake.";
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "more calls come, or more logins fail, than may",
        "Wait as long as `Retry-After` says; send arrays rather than single listings.";
    Internal = "internal", INTERNAL_SERVER_ERROR, "something failed on our side",
        "Send it again with the same idempotency key. If it stays, tell the operator the request id.";
    ProviderFailed = "provider_failed", BAD_GATEWAY, "the OpenID provider does not answer as it should",
        "Try again. If it stays, tell the operator: the log says what the provider answered.";
    Overloaded = "overloaded", SERVICE_UNAVAILABLE, "more work is waiting than can be done in time",
        "Wait as long as `Retry-After` says, then send it again with the same idempotency key.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "the database can't be reached, or does not answer",
        "Wait as long as `Retry-After` says, then send it again with the same idempotency key.";
    Stopping = "stopping", SERVICE_UNAVAILABLE, "the server is stopping and takes no new requests",
        "Send it again, with the same idempotency key, to the next server.";
}

impl Code {
    /// The code with this name.
    #[must_use]
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == slug)
    }
}

/// One fault among several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// The field, or the place in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong, as a stable code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What is wrong, in words.
    pub detail: String,
    /// What to write instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// A problem, RFC 9457.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// Address of the page that explains the code.
    #[serde(rename = "type")]
    pub page: String,
    /// Stable code.
    pub code: String,
    /// What the code means.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Faults, where there may be several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
    /// Names the request in our log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Seconds until it is worth trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// More, for programs: depends on the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    pub more: Option<serde_json::Value>,
    /// Refused before it was worked on because there is too much to do: counted, and not logged one by one.
    #[serde(skip)]
    pub(crate) refused: bool,
}

impl Problem {
    /// A problem with this code; `detail` says what happened this time.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            page: format!("/errors/{}", code.as_str()),
            code: code.as_str().to_owned(),
            title: code.title().to_owned(),
            status: code.status().as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            request_id: None,
            retry_after: None,
            more: None,
            refused: false,
        }
    }

    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same, as the refusal of a call that nobody worked on.
    pub(crate) fn refused(self) -> Self {
        Self { refused: true, ..self }
    }

    pub(crate) fn overloaded() -> Self {
        Self::new(Code::Overloaded, "too much is waiting").retry_after(1)
    }

    /// Something that is our fault: the caller learns that it failed, the log why.
    pub(crate) fn internal(what: &str, error: impl std::fmt::Display) -> Self {
        tracing::error!(what, error = %error, "failed");
        Self::new(Code::Internal, what)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overloaded => Self::overloaded(),
            StoreError::Closed => Self::new(Code::Stopping, "the store is closed").retry_after(5),
            StoreError::Erased => Self::new(Code::Erased, "the seller was erased"),
            outage if outage.is_outage() => {
                tracing::error!(error = %outage, "the database can't be reached");
                Self::new(Code::Unavailable, "the database can't be reached").retry_after(5)
            }
            other => Self::internal("the store failed", other),
        }
    }
}

impl From<Reject> for Problem {
    fn from(reject: Reject) -> Self {
        let field = reject.field.map(str::to_owned);
        let reason = serde_json::to_value(reject.reason).ok().and_then(|r| r.as_str().map(str::to_owned));
        let fault = Fault { field, reason, detail: reject.detail.clone(), hint: Some(reject.hint.to_owned()) };
        Self { errors: vec![fault], ..Self::new(Code::BadListing, reject.detail) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after.map(HeaderValue::from);
        let mut response = (status, Json(&self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = retry_after {
            headers.insert(header::RETRY_AFTER, seconds);
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
