//! People of the tests: accounts in a role, and their browsers.

use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use serde_json::{Value, json};

use crate::pictures::form;
use crate::world::{Answer, World};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A browser with a session.
pub(crate) struct Browser {
    pub(crate) cookie: String,
    pub(crate) proof: String,
    pub(crate) account: String,
}

/// The cookie of an answer, as a browser sends it back.
pub(crate) fn cookie(headers: &HeaderMap) -> String {
    headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
}

impl World {
    /// Makes an account with an administrator's key.
    pub(crate) async fn account(&self, login: &str, more: Value) -> String {
        let mut order = json!({"login": login, "name": login, "password": PASSWORD});
        order.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.post("/v1/accounts", order.to_string()).await.ok();
        made["account"]["account_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn try_login(&self, order: &Value) -> Answer {
        let request = Request::builder().method("POST").uri("/v1/login").header("content-type", "application/json");
        self.send(request.body(Body::from(order.to_string())).unwrap()).await
    }

    pub(crate) async fn login(&self, login: &str) -> Browser {
        let answer = self.try_login(&json!({"login": login, "password": PASSWORD})).await;
        let me = answer.ok();
        Browser {
            cookie: cookie(&answer.headers),
            proof: me["csrf_token"].as_str().unwrap().to_owned(),
            account: me["account"]["account_id"].as_str().unwrap().to_owned(),
        }
    }

    /// Makes somebody and logs in.
    pub(crate) async fn person(&self, login: &str, more: Value) -> Browser {
        self.account(login, more).await;
        self.login(login).await
    }

    /// A page of ours sends a form.
    pub(crate) async fn send_form(&self, browser: &Browser, path: &str, parts: &[(&str, &str, &[u8])]) -> Answer {
        let request = Request::builder().method("POST").uri(path).header("cookie", &browser.cookie);
        let request = request.header("x-csrf-token", &browser.proof);
        let request = request.header("content-type", "multipart/form-data; boundary=b");
        self.send(request.body(Body::from(form("b", parts))).unwrap()).await
    }

    /// A call of a page of ours.
    pub(crate) async fn browse(&self, browser: &Browser, method: &str, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("cookie", &browser.cookie);
        let request = request.header("x-csrf-token", &browser.proof).header("content-type", "application/json");
        self.send(request.body(body.into()).unwrap()).await
    }
}
