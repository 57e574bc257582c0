//! Every call, in every role, with own objects and foreign ones: the answers are those of the table of rights. A call
//! that is in the OpenAPI document and not below fails the test, and so does one that is below and not there.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use touchstone_people::Action::{Approve, Configure, Create, Decide, Erase, Export, Read, Undo};
use touchstone_people::Resource::{
    AccessLog, Account, Appeal, Audit, Authorisation, Bank, Case, Credential, Decision, Enforcement, Knowledge,
    Listing, Measure, Operation, Outcome, Picture, Queue, Rule, Seller, Session, Statement, Webhook,
};
use touchstone_people::{Action, Relation, Resource, Role, Roles, rights};

use crate::person::{Browser, PASSWORD};
use crate::pictures::form;
use crate::world::{Answer, Backend, World};

/// To what a call is addressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum To {
    /// Anybody may call, without key or session.
    Public,
    /// Whoever is known may.
    Known,
    /// The person who calls.
    Itself,
    /// A kind of thing, or things that belong to nobody.
    All,
    /// What belongs to a seller.
    OfSeller,
    /// An account, or what belongs to one.
    OfAccount,
    /// What the person was given, or asks to be given: the call itself tells which.
    Given,
}
use To::{All, Given, Itself, Known, OfAccount, OfSeller, Public};

/// A call: what it needs, to what it is addressed, its body, and what it answers to who may.
type Call = (&'static str, &'static str, Option<(Resource, Action)>, To, &'static str, u16);

const fn needs(resource: Resource, action: Action) -> Option<(Resource, Action)> {
    Some((resource, action))
}

#[rustfmt::skip]
const CALLS: &[Call] = &[
    ("GET",    "/healthz",                                                None,                           Public,    "", 200),
    ("GET",    "/readyz",                                                 None,                           Public,    "", 200),
    ("GET",    "/metrics",                                                needs(Operation, Read),         All,       "", 200),
    ("POST",   "/v1/reload",                                              needs(Operation, Configure),    All,       "", 200),
    ("POST",   "/v1/screen",                                              needs(Listing, Create),         All,       r#"{"id": "9", "title": "Bag"}"#, 200),
    ("POST",   "/v1/screen/form",                                         needs(Listing, Create),         All,       "form", 200),
    ("POST",   "/v1/images",                                              needs(Picture, Read),           All,       r#"{"address": "http://127.0.0.1/a.png"}"#, 422),
    ("GET",    "/v1/banks",                                               needs(Bank, Read),              All,       "", 200),
    ("POST",   "/v1/banks/query",                                         needs(Bank, Read),              All,       "form", 200),
    ("GET",    "/v1/banks/export",                                        needs(Bank, Export),            All,       "", 200),
    ("POST",   "/v1/banks/{bank}",                                        needs(Bank, Create),            All,       "form", 200),
    ("POST",   "/v1/banks/{bank}/import",                                 needs(Bank, Create),            All,       "form", 200),
    // The third word is `remove`; `confirm` is below.
    ("POST",   "/v1/banks/entries/{id}/{deed}",                           needs(Bank, Decide),            All,       r#"{"why": "a test"}"#, 404),
    ("POST",   "/v1/banks/entries/{id}/set",                              needs(Bank, Decide),            All,       r#"{"why": "a test", "distance": 20}"#, 404),
    ("GET",    "/v1/banks/{bank}",                                        needs(Bank, Read),              All,       "", 200),
    ("POST",   "/v1/banks/{bank}/set",                                    needs(Bank, Decide),            All,       r#"{"why": "a test", "distance": 20}"#, 200),
    ("POST",   "/v1/banks/{bank}/rearm",                                  needs(Bank, Decide),            All,       r#"{"why": "a test"}"#, 409),
    ("GET",    "/v1/logos",                                               needs(Bank, Read),              All,       "", 200),
    ("POST",   "/v1/logos",                                               needs(Bank, Create),            All,       "form", 409),
    ("POST",   "/v1/logos/find",                                          needs(Bank, Read),              All,       "form", 409),
    ("DELETE", "/v1/logos/{id}",                                          needs(Bank, Decide),            All,       r#"{"why": "a test"}"#, 404),
    ("GET",    "/v1/decisions",                                           needs(Decision, Read),          All,       "", 200),
    ("GET",    "/v1/decisions/{id}",                                      needs(Decision, Read),          OfSeller,  "", 200),
    ("GET",    "/v1/decisions/{id}/reasons",                              needs(Decision, Read),          OfSeller,  "", 200),
    ("GET",    "/v1/decisions/{id}/listing",                              needs(Decision, Read),          OfSeller,  "", 200),
    ("GET",    "/v1/decisions/{id}/similar",                              needs(Decision, Read),          OfSeller,  "", 200),
    ("GET",    "/v1/decisions/{id}/replay",                               needs(Decision, Read),          OfSeller,  "", 200),
    ("GET",    "/v1/decisions/{id}/seller",                               needs(Statement, Read),         OfSeller,  "", 200),
    ("GET",    "/v1/listings",                                            needs(Listing, Read),           All,       "", 200),
    ("GET",    "/v1/listings/{marketplace}/{seller_id}/{listing_id}",     needs(Listing, Read),           OfSeller,  "", 200),
    ("GET",    "/v1/sellers/{marketplace}/{seller_id}",                   needs(Seller, Read),            OfSeller,  "", 200),
    ("PUT",    "/v1/sellers/{marketplace}/{seller_id}",                   needs(Seller, Create),          OfSeller,  r#"{"sales": 5}"#, 200),
    ("POST",   "/v1/sellers",                                             needs(Seller, Create),          All,       r#"[{"marketplace": "plaza", "seller_id": "s9"}]"#, 200),
    ("POST",   "/v1/outcomes",                                            needs(Outcome, Create),         All,       r#"{"marketplace": "plaza", "seller_id": "s1", "listing_id": "1", "kind": "test_purchase", "finding": "counterfeit"}"#, 200),
    ("GET",    "/v1/queues",                                              needs(Queue, Read),             All,       "", 200),
    ("POST",   "/v1/queues/{queue}/next",                                 needs(Queue, Decide),           Given,      "{}", 200),
    ("GET",    "/v1/items",                                               needs(Queue, Read),             All,       "", 200),
    ("GET",    "/v1/items/{id}",                                          needs(Queue, Read),             All,       "", 404),
    ("GET",    "/v1/items/{id}/listing",                                  needs(Queue, Read),             All,       "", 404),
    ("GET",    "/v1/items/{id}/pictures/{sha256}",                        needs(Queue, Read),             All,       "", 404),
    ("GET",    "/v1/decisions/{id}/pictures/{sha256}",                    needs(Decision, Read),          OfSeller,  "", 404),
    ("GET",    "/v1/banks/entries/{id}/picture",                          needs(Bank, Read),              All,       "", 404),
    ("POST",   "/v1/items/{id}/commands",                                 needs(Queue, Decide),           Given,     r#"{"command": "release", "token": 1}"#, 404),
    ("POST",   "/v1/groups",                                              needs(Queue, Decide),           Given,     r#"{"item_id": "00000000-0000-0000-0000-000000000000"}"#, 404),
    ("GET",    "/v1/groups/{id}",                                         needs(Queue, Read),             All,       "", 404),
    ("POST",   "/v1/groups/{id}/preview",                                 needs(Queue, Decide),           Given,     r#"{"judgement": {"verdict": "fake", "class": "counterfeit", "confidence": 90, "reason": "logo"}}"#, 404),
    ("POST",   "/v1/groups/{id}/commands",                                needs(Queue, Decide),           Given,     r#"{"command": "undo", "reason": "logo"}"#, 404),
    ("GET",    "/v1/reviewers/me",                                        needs(Queue, Decide),           Given,     "", 200),
    ("GET",    "/v1/reviewers/{id}",                                      needs(Queue, Configure),        All,       "", 404),
    ("PUT",    "/v1/reviewers/{id}/skills",                               needs(Queue, Configure),        All,       r#"{"skills": []}"#, 404),
    ("POST",   "/v1/golden",                                              needs(Queue, Configure),        All,       r#"{"decision_id": "00000000-0000-0000-0000-000000000000", "known": "fake", "reason": "test_purchase"}"#, 404),
    ("POST",   "/v1/actions",                                             needs(Enforcement, Create),     All,       IMPOSE, 422),
    ("POST",   "/v1/actions/dry-run",                                     needs(Enforcement, Create),     All,       IMPOSE, 422),
    ("POST",   "/v1/actions/undo",                                        needs(Enforcement, Undo),       Given,     r#"{"actions": ["00000000-0000-0000-0000-000000000000"], "ground": "mistake", "reason": "a test"}"#, 404),
    ("POST",   "/v1/actions/{id}/confirm",                                needs(Enforcement, Approve),    All,       "", 404),
    ("POST",   "/v1/appeals",                                             needs(Appeal, Create),          Itself,    r#"{"statement_id": "00000000-0000-0000-0000-000000000000", "says": "read"}"#, 404),
    ("GET",    "/v1/appeals",                                             needs(Appeal, Read),            Itself,    "", 200),
    ("GET",    "/v1/appeals/{id}",                                        needs(Appeal, Read),            Itself,    "", 404),
    ("POST",   "/v1/appeals/{id}/take",                                   needs(Appeal, Decide),          Given,     "", 404),
    ("POST",   "/v1/appeals/{id}/rule",                                   needs(Appeal, Decide),          Given,     r#"{"outcome": "upheld", "reasons": "a test"}"#, 404),
    ("GET",    "/v1/approvals",                                           needs(Enforcement, Read),       All,       "", 200),
    ("POST",   "/v1/approvals",                                           needs(Enforcement, Create),     All,       ASK, 200),
    ("POST",   "/v1/approvals/{id}/commands",                             needs(Enforcement, Approve),    All,       r#"{"command": "refuse", "reason": "a test"}"#, 404),
    ("GET",    "/v1/sellers/{marketplace}/{seller_id}/standing",          needs(Enforcement, Read),       OfSeller,  "", 200),
    ("GET",    "/v1/sellers/{marketplace}/{seller_id}/statements",        needs(Statement, Read),         OfSeller,  "", 200),
    ("GET",    "/v1/statements/{id}",                                     needs(Statement, Read),         Itself,    "", 404),
    ("GET",    "/v1/switch",                                              needs(Enforcement, Read),       All,       "", 200),
    ("PUT",    "/v1/switch",                                              needs(Enforcement, Approve),    All,       r#"{"on": true, "reason": "a test"}"#, 409),
    ("GET",    "/v1/sellers/{marketplace}/{seller_id}/documents",         needs(Authorisation, Read),     OfSeller,  "", 200),
    ("POST",   "/v1/sellers/{marketplace}/{seller_id}/documents",         needs(Authorisation, Create),   OfSeller,  "file", 200),
    ("GET",    "/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}", needs(Authorisation, Read),    Itself,    "", 404),
    ("POST",   "/v1/sellers/{marketplace}/{seller_id}/documents/{sha256}/refuse", needs(Authorisation, Decide), Given, r#"{"reason": "a test"}"#, 404),
    ("GET",    "/v1/documents",                                           needs(Authorisation, Read),     Itself,    "", 200),
    ("GET",    "/v1/sellers/{marketplace}/{seller_id}/authorisations",    needs(Authorisation, Read),     OfSeller,  "", 200),
    ("POST",   "/v1/sellers/{marketplace}/{seller_id}/authorisations",    needs(Authorisation, Decide),   Given,     r#"{"brand": "velatta", "days": 0, "proof": "invoice", "documents": []}"#, 422),
    ("POST",   "/v1/sellers/{marketplace}/{seller_id}/authorisations/{id}/revoke", needs(Authorisation, Undo), All,  r#"{"reason": "a test"}"#, 409),
    ("GET",    "/v1/cases",                                               needs(Case, Read),              Given,     "", 200),
    ("POST",   "/v1/cases",                                               needs(Case, Create),            All,       r#"{"about": "seller", "marketplace": "plaza", "seller_id": "s1", "reason": "a test"}"#, 200),
    ("GET",    "/v1/cases/{id}",                                          needs(Case, Read),              Given,     "", 404),
    ("POST",   "/v1/cases/{id}/commands",                                 needs(Case, Decide),            Given,     r#"{"command": "note", "text": "a test"}"#, 404),
    ("POST",   "/v1/cases/{id}/evidence",                                 needs(Case, Decide),            Given,     r#"{"decision_id": "00000000-0000-0000-0000-000000000000", "what": "a test"}"#, 404),
    ("POST",   "/v1/cases/{id}/files",                                    needs(Case, Decide),            Given,     "file", 404),
    ("GET",    "/v1/cases/{id}/files/{sha256}",                           needs(Case, Read),              Given,     "", 404),
    ("POST",   "/v1/cases/{id}/export",                                   needs(Case, Export),            Given,     "", 404),
    ("GET",    "/v1/publication",                                         needs(Statement, Export),       All,       "", 200),
    ("POST",   "/v1/publication/sent",                                    needs(Statement, Export),       All,       r#"{"statements": []}"#, 200),
    ("GET",    "/v1/statements/{id}/receipt",                             needs(Statement, Read),         Itself,    "", 404),
    ("GET",    "/v1/listings/search",                                     needs(Listing, Read),           All,       "", 200),
    ("POST",   "/v1/listings/alike",                                      needs(Listing, Read),           All,       "form", 422),
    ("GET",    "/v1/knowledge/brands",                                    needs(Knowledge, Read),         All,       "", 200),
    ("GET",    "/v1/knowledge/brands/{brand}",                            needs(Knowledge, Read),         All,       "", 200),
    ("GET",    "/v1/knowledge/words",                                     needs(Knowledge, Read),         All,       "", 200),
    ("GET",    "/v1/knowledge/kinds",                                     needs(Knowledge, Read),         All,       "", 200),
    ("POST",   "/v1/knowledge/try",                                       needs(Knowledge, Read),         All,       r#"{"title": "Velatta bag"}"#, 200),
    ("GET",    "/v1/rules",                                               needs(Rule, Read),              All,       "", 200),
    ("GET",    "/v1/rules/columns",                                       needs(Rule, Read),              All,       "", 200),
    ("POST",   "/v1/rules/dry-run",                                       needs(Rule, Create),            All,       r#"{"rule": "tried", "text": ""}"#, 200),
    ("GET",    "/v1/fuses",                                               needs(Rule, Read),              All,       "", 200),
    ("PUT",    "/v1/fuses/{rule}",                                        needs(Rule, Configure),         All,       r#"{"floor_per_million": 900000, "audits_min": 20}"#, 404),
    ("POST",   "/v1/fuses/{rule}/reset",                                  needs(Rule, Approve),           All,       r#"{"reason": "a test"}"#, 404),
    ("GET",    "/v1/estimates",                                           needs(Measure, Read),           All,       "", 200),
    ("POST",   "/v1/login",                                               None,                           Public,    "login", 401),
    ("GET",    "/v1/providers",                                           None,                           Public,    "", 200),
    ("GET",    "/v1/providers/{provider}",                                None,                           Public,    "", 404),
    ("GET",    "/v1/providers/{provider}/callback",                       None,                           Public,    "", 404),
    ("GET",    "/v1/me",                                                  None,                           Known,     "", 200),
    ("POST",   "/v1/me/factor/confirm",                                   needs(Credential, Configure),   Itself,    r#"{"code": "123456"}"#, 409),
    ("POST",   "/v1/me/factor",                                           needs(Credential, Configure),   Itself,    "password", 200),
    ("POST",   "/v1/me/factor/remove",                                    needs(Credential, Configure),   Itself,    "password", 200),
    ("PUT",    "/v1/me/password",                                         needs(Credential, Configure),   Itself,    "password", 200),
    ("GET",    "/v1/readings",                                            needs(AccessLog, Read),         All,       "", 200),
    ("GET",    "/v1/audit/events",                                        needs(Audit, Read),             All,       "", 200),
    ("GET",    "/v1/audit/head",                                          needs(Audit, Read),             All,       "", 200),
    ("GET",    "/v1/audit/keys",                                          None,                           Public,    "", 200),
    ("GET",    "/v1/audit/export",                                        needs(Audit, Export),           All,       "", 200),
    ("GET",    "/v1/decisions/{id}/receipt",                              needs(Decision, Read),          OfSeller,  "", 200),
    ("GET",    "/v1/events",                                              needs(Webhook, Read),           All,       "", 200),
    ("GET",    "/v1/webhooks",                                            needs(Webhook, Read),           All,       "", 200),
    ("POST",   "/v1/webhooks",                                            needs(Webhook, Create),         All,       r#"{"url": "https://hooks.example/a"}"#, 200),
    ("GET",    "/v1/webhooks/{id}",                                       needs(Webhook, Read),           All,       "", 200),
    ("GET",    "/v1/webhooks/{id}/deliveries",                            needs(Webhook, Read),           All,       "", 200),
    ("PATCH",  "/v1/webhooks/{id}",                                       needs(Webhook, Configure),      All,       r#"{"types": ["action.*"]}"#, 200),
    ("POST",   "/v1/webhooks/{id}/rotate",                                needs(Webhook, Configure),      All,       "", 200),
    ("POST",   "/v1/webhooks/{id}/test",                                  needs(Webhook, Configure),      All,       "", 200),
    ("POST",   "/v1/webhooks/{id}/replay",                                needs(Webhook, Configure),      All,       r#"{"dead": true}"#, 200),
    ("DELETE", "/v1/webhooks/{id}",                                       needs(Webhook, Configure),      All,       "", 200),
    ("GET",    "/v1/sessions",                                            needs(Session, Read),           OfAccount, "", 200),
    ("DELETE", "/v1/sessions/{id}",                                       needs(Session, Erase),          OfAccount, "", 200),
    ("GET",    "/v1/accounts",                                            needs(Account, Read),           Itself,    "", 200),
    ("GET",    "/v1/accounts/{id}",                                       needs(Account, Read),           OfAccount, "", 200),
    ("POST",   "/v1/accounts",                                            needs(Account, Create),         All,       "account", 200),
    ("PATCH",  "/v1/accounts/{id}",                                       needs(Account, Configure),      OfAccount, r#"{"disabled": true}"#, 200),
    ("DELETE", "/v1/accounts/{id}",                                       needs(Account, Erase),          OfAccount, "", 200),
    ("POST",   "/v1/logout",                                              needs(Session, Erase),          Itself,    "", 200),
    ("DELETE", "/v1/sellers/{marketplace}/{seller_id}",                   needs(Seller, Erase),           OfSeller,  "", 200),
];

/// Nothing ordered: refused only by who may order.
const IMPOSE: &str = r#"{"orders": [], "telling": {"language": "en", "facts": ["f"], "basis": {"contractual": "terms"}, "detection": "person", "decision": "person"}}"#;
const ASK: &str =
    r#"{"sees": "0000000000000000000000000000000000000000000000000000000000000000", "needs": [], "words": "a test"}"#;

/// Somebody who calls: a role, and whom it acts for.
#[derive(Clone, Copy, Debug)]
struct Who {
    role: Role,
    party: &'static str,
}

/// Everybody: each role once, and sellers and rights holders twice.
fn everybody() -> Vec<Who> {
    let parties = |role: Role| match role {
        Role::Seller => vec!["s1", "s2"],
        Role::RightsHolder => vec!["velatta", "othra"],
        _ => vec![""],
    };
    Role::ALL.into_iter().flat_map(|role| parties(role).into_iter().map(move |party| Who { role, party })).collect()
}

struct Walk {
    world: World,
    /// A key with the role of machines and no more.
    key: String,
    /// Decisions on listings of the two sellers.
    decisions: [(&'static str, String); 2],
    /// Somebody else's account.
    made: usize,
    /// A webhook at an address to which nothing is sent.
    webhook: String,
}

/// What an answer was to be.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Done(u16),
    Forbidden,
    Absent,
}

impl Walk {
    async fn begin(backend: Backend) -> Self {
        let world = World::with(backend, |config| config.plain_cookies = true).await;
        let key = world
            .app
            .make_key("machine", &["screen", "read", "outcomes", "seller", "banks", "events", "metrics"])
            .await
            .unwrap();
        let mut walk = Self {
            world,
            key,
            decisions: [("s1", String::new()), ("s2", String::new())],
            made: 0,
            webhook: String::new(),
        };
        walk.sell().await;
        walk.hook().await;
        walk
    }

    /// What the two sellers have.
    async fn sell(&mut self) {
        for (seller, decision) in &mut self.decisions {
            let listing = json!({"marketplace": "plaza", "seller_id": seller, "id": "1", "title": "Velatta replica"});
            *decision = self.world.screen(&listing).await.ok()["decision_id"].as_str().unwrap().to_owned();
            self.world.put(&format!("/v1/sellers/plaza/{seller}"), &json!({"sales": 5})).await.ok();
        }
    }

    /// Somebody who is told what happens.
    async fn hook(&mut self) {
        let made = self.world.post("/v1/webhooks", r#"{"url": "https://10.0.0.1.invalid/a"}"#).await.ok();
        self.webhook = made["webhook"]["webhook_id"].as_str().unwrap().to_owned();
    }

    /// A new account of this kind, logged in.
    async fn person(&mut self, who: Who) -> Browser {
        self.made += 1;
        // A machine has no account; what it may not touch is somebody's.
        let role = if who.role == Role::Integration { Role::Reviewer } else { who.role };
        let mut order = json!({"roles": [role.as_str()]});
        match who.role {
            Role::Seller => (order["marketplace"], order["seller_id"]) = (json!("plaza"), json!(who.party)),
            Role::RightsHolder => order["holder"] = json!(who.party),
            _ => {}
        }
        self.world.person(&format!("person{}", self.made), order).await
    }

    /// The address of a call to something of this seller, or of this account.
    async fn address(&self, call: &Call, seller: &str, account: &Browser) -> String {
        let decision = &self.decisions.iter().find(|(of, _)| *of == seller).unwrap().1;
        let session = || async {
            let path = format!("/v1/sessions?account_id={}", account.account);
            let sessions = self.world.get(&path).await.json();
            sessions["items"][0]["session_id"].as_str().unwrap_or("00000000-0000-0000-0000-000000000000").to_owned()
        };
        let id = match (call.1, call.3) {
            ("/v1/sessions/{id}", _) => session().await,
            (path, _) if path.starts_with("/v1/webhooks/") => self.webhook.clone(),
            (_, OfAccount) => account.account.clone(),
            (_, OfSeller) => decision.clone(),
            _ => uuid::Uuid::nil().to_string(),
        };
        let path = call.1.replace("{id}", &id).replace("{marketplace}", "plaza").replace("{seller_id}", seller);
        let path = path
            .replace("{listing_id}", "1")
            .replace("{bank}", "counterfeit")
            .replace("{brand}", "velatta")
            .replace("{deed}", "remove");
        let path = path.replace("{provider}", "absent").replace("{queue}", "general");
        let path = path.replace("{rule}", "absent").replace("{sha256}", &"0".repeat(64));
        if call.1 == "/v1/estimates" {
            return format!("{path}?first=2026-11-01&last=2026-11-02");
        }
        if call.1 == "/v1/audit/export" {
            return format!("{path}?part=events");
        }
        if call.1 == "/v1/sessions" { format!("{path}?account_id={}", account.account) } else { path }
    }

    fn body(&self, call: &Call) -> (&'static str, Vec<u8>) {
        let json = |value: Value| ("application/json", value.to_string().into_bytes());
        let picture = picture();
        let kind = "multipart/form-data; boundary=b";
        match (call.4, call.1) {
            ("password", _) => json(json!({"password": PASSWORD, "new_password": "another long password"})),
            ("login", _) => json(json!({"login": unheard(), "password": "none"})),
            ("account", _) => json(json!({"login": unheard(), "name": "n", "roles": ["reviewer"]})),
            ("form", "/v1/screen/form") => {
                (kind, form("b", &[("listing", "", br#"{"id": "9", "title": "Bag"}"#), ("picture", "a.png", &picture)]))
            }
            ("file", _) => (kind, form("b", &[("file", "bill.pdf", b"%PDF-1.7 bill")])),
            ("form", "/v1/banks/{bank}/import") => (kind, form("b", &[("file", "hashes.csv", b"nothing")])),
            ("form", _) => {
                (kind, form("b", &[("picture", "a.png", &picture), ("brand", "", b"velatta"), ("why", "", b"a test")]))
            }
            (text, _) => ("application/json", text.as_bytes().to_vec()),
        }
    }

    async fn call(&self, call: &Call, path: &str, browser: Option<&Browser>) -> Answer {
        let (kind, body) = self.body(call);
        let request = Request::builder().method(call.0).uri(path).header("content-type", kind);
        let request = match browser {
            Some(browser) => request.header("cookie", &browser.cookie).header("x-csrf-token", &browser.proof),
            None => request.header("authorization", format!("Bearer {}", self.key)),
        };
        self.world.send(request.body(Body::from(body)).unwrap()).await
    }

    /// One call by somebody, to something of its own or of somebody else.
    async fn step(&mut self, call: &Call, who: Who, browser: Option<&Browser>, own: bool) -> Result<(), String> {
        let other = if own || call.3 != OfAccount { None } else { Some(self.person(who).await) };
        let nobody = Browser { cookie: String::new(), proof: String::new(), account: uuid::Uuid::nil().to_string() };
        let account = other.as_ref().or(browser).unwrap_or(&nobody);
        let seller = match (who.role, own) {
            (Role::Seller, true) => who.party,
            (Role::Seller, false) => {
                if who.party == "s1" {
                    "s2"
                } else {
                    "s1"
                }
            }
            _ => {
                if own {
                    "s1"
                } else {
                    "s2"
                }
            }
        };
        let path = self.address(call, seller, account).await;
        let answer = self.call(call, &path, browser).await;
        let expected = expected(call, who.role, own && browser.is_some());
        let found = match answer.status.as_u16() {
            403 => Expected::Forbidden,
            404 if call.5 != 404 => Expected::Absent,
            status => Expected::Done(status),
        };
        match found == expected {
            true => Ok(()),
            false => Err(format!(
                "{who:?} {} {path} own={own}: {found:?}, not {expected:?}: {}",
                call.0,
                String::from_utf8_lossy(&answer.bytes)
            )),
        }
    }
}

/// What the table says.
fn expected(call: &Call, role: Role, own: bool) -> Expected {
    let Some((resource, action)) = call.2 else { return Expected::Done(call.5) };
    let reach = rights::reach([role].into_iter().collect::<Roles>(), resource, action);
    let relation = match call.3 {
        Itself => Relation::Own,
        Given => Relation::Assigned,
        OfAccount if own => Relation::Own,
        OfSeller if own && role == Role::Seller => Relation::Own,
        _ => Relation::Foreign,
    };
    match (reach.is_none(), reach.covers(relation)) {
        (true, _) => Expected::Forbidden,
        (false, true) => Expected::Done(call.5),
        (false, false) => Expected::Absent,
    }
}

/// A login that nobody has, and nobody has tried.
fn unheard() -> String {
    format!("new{}", uuid::Uuid::new_v4().simple())
}

fn picture() -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(64, 64, |x, y| image::Rgb([(x * 4) as u8, (y * 4) as u8, (x * y) as u8]));
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

/// Calls after whose success somebody else has to come: the session is gone, or the password another.
fn spends(call: &Call) -> bool {
    let ends = ["/v1/logout", "/v1/me/password", "/v1/sessions/{id}", "/v1/accounts/{id}"].contains(&call.1);
    ends && call.0 != "GET"
}

#[tokio::test(flavor = "multi_thread")]
async fn every_call_answers_every_role_as_the_table_says() {
    let mut walk = Walk::begin(Backend::Sqlite).await;
    let (mut wrong, mut steps) = (Vec::new(), 0);
    for who in everybody() {
        let mut browser = if who.role == Role::Integration { None } else { Some(walk.person(who).await) };
        for call in CALLS {
            for own in [true, false] {
                if let Err(found) = walk.step(call, who, browser.as_ref(), own).await {
                    wrong.push(found);
                }
                steps += 1;
                if browser.is_some() && spends(call) {
                    browser = Some(walk.person(who).await);
                }
                if call.0 == "DELETE" && call.3 == OfSeller {
                    walk.sell().await;
                }
                if call.0 == "DELETE" && call.1 == "/v1/webhooks/{id}" {
                    walk.hook().await;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {steps} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(steps, CALLS.len() * everybody().len() * 2);
}

#[test]
fn no_call_is_left_out() {
    let document: Value = serde_json::from_str(touchstone_server::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let documented: BTreeSet<(String, String)> = paths
        .flat_map(|(path, calls)| calls.as_object().unwrap().keys().map(|method| (method.to_uppercase(), path.clone())))
        .collect();
    let walked: BTreeSet<(String, String)> = CALLS.iter().map(|call| (call.0.to_owned(), call.1.to_owned())).collect();
    assert_eq!(documented.symmetric_difference(&walked).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
    assert_eq!(walked.len(), CALLS.len());
}

/// Without a key or a session nothing is done, whatever is asked.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_may_nothing() {
    let walk = Walk::begin(Backend::Sqlite).await;
    let nobody = Browser { cookie: String::new(), proof: String::new(), account: uuid::Uuid::nil().to_string() };
    for call in CALLS {
        let path = walk.address(call, "s1", &nobody).await;
        let (kind, body) = walk.body(call);
        let request = Request::builder().method(call.0).uri(&path).header("content-type", kind);
        let answer = walk.world.send(request.body(Body::from(body)).unwrap()).await;
        let expected = if call.3 == Public { call.5 } else { 401 };
        assert_eq!(answer.status.as_u16(), expected, "{} {path}", call.0);
    }
}

/// The one call that needs another right by a word of its address.
#[tokio::test(flavor = "multi_thread")]
async fn the_second_yes_is_a_right_of_its_own() {
    let mut walk = Walk::begin(Backend::Sqlite).await;
    for who in everybody().into_iter().filter(|who| who.role != Role::Integration) {
        let browser = walk.person(who).await;
        let answer =
            walk.world.browse(&browser, "POST", "/v1/banks/entries/absent/confirm", r#"{"why": "a test"}"#).await;
        let may = !rights::reach([who.role].into_iter().collect(), Bank, Approve).is_none();
        assert_eq!(answer.status.as_u16(), if may { 404 } else { 403 }, "{who:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_no_other_account_sees_one() {
    let mut walk = Walk::begin(Backend::Sqlite).await;
    let first = walk.person(Who { role: Role::Seller, party: "s1" }).await;
    walk.person(Who { role: Role::Seller, party: "s2" }).await;
    let seen = walk.world.browse(&first, "GET", "/v1/accounts", "").await.ok();
    assert_eq!(seen["items"].as_array().unwrap().len(), 1);
    assert_eq!(seen["items"][0]["account_id"], first.account.as_str());
}
