//! Logging in and out, second factors, what other pages can't do, and who read what.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use serde_json::{Value, json};
use touchstone_people::totp::Secret;

use crate::person::PASSWORD;
use crate::world::{Backend, World, on_both};

on_both!(
    a_person_logs_in_and_out,
    a_second_factor_is_asked_for_once_it_is_confirmed,
    who_guesses_waits,
    an_administrator_makes_changes_and_erases_accounts,
    every_reading_is_noted,
);

/// 2026-11-01 in UTC, where tests begin.
const START: i64 = 1_793_491_200;

async fn a_person_logs_in_and_out(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    assert!(anna.cookie.starts_with("__Host-session="));
    let me = world.browse(&anna, "GET", "/v1/me", "").await.ok();
    assert_eq!((&me["account"]["login"], &me["csrf_token"]), (&json!("anna"), &json!(anna.proof)));
    assert!(
        me["rights"]
            .as_array()
            .unwrap()
            .contains(&json!({"resource": "queue", "action": "decide", "reach": ["assigned"]}))
    );
    world.browse(&anna, "GET", "/v1/decisions", "").await.ok();
    // A second browser; the first ends its session.
    let second = world.login("anna").await;
    let sessions = world.browse(&anna, "GET", "/v1/sessions", "").await.ok();
    assert_eq!(sessions["items"].as_array().unwrap().len(), 2);
    let current = sessions["items"].as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    let path = format!("/v1/sessions/{}", current["session_id"].as_str().unwrap());
    assert_eq!(world.browse(&anna, "DELETE", &path, "").await.ok()["ended"], true);
    assert_eq!(world.browse(&second, "GET", "/v1/me", "").await.problem().0, 401);
    let out = world.browse(&anna, "POST", "/v1/logout", "").await;
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(world.browse(&anna, "GET", "/v1/me", "").await.problem().0, 401);
    // By rest and by age.
    let third = world.login("anna").await;
    world.clock.forward(8 * 3_600 - 1);
    world.browse(&third, "GET", "/v1/me", "").await.ok();
    world.clock.forward(8 * 3_600);
    assert_eq!(world.browse(&third, "GET", "/v1/me", "").await.problem().0, 401);
    world.app.tidy().await;
    let fourth = world.login("anna").await;
    assert_eq!(world.browse(&fourth, "GET", "/v1/sessions", "").await.ok()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_is_for_no_script_and_no_other_page() {
    let world = World::new(Backend::Sqlite).await;
    world.account("anna", json!({"roles": ["reviewer"]})).await;
    let answer = world.try_login(&json!({"login": " ANNA ", "password": PASSWORD})).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    for part in ["__Host-session=", "; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure", "; Max-Age=604800"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    assert!(!cookie.contains("Domain"));
    let world = World::with(Backend::Sqlite, |config| config.plain_cookies = true).await;
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    assert!(anna.cookie.starts_with("session="));
}

/// Cross-site calls come with the cookie where a browser is old; what makes them void is told one by one.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_somebody_else_changes_nothing() {
    let world = World::new(Backend::Sqlite).await;
    let anna = world.person("anna", json!({"roles": ["administrator"]})).await;
    let bert = world.person("bert", json!({"roles": ["administrator"]})).await;
    let order = json!({"login": "eve", "name": "Eve", "roles": ["administrator"]}).to_string();
    let call = async |headers: &[(&str, &str)]| {
        let mut request = Request::builder().method("POST").uri("/v1/accounts").header("host", "touchstone.example");
        request = request.header("cookie", &anna.cookie).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        world.send(request.body(Body::from(order.clone())).unwrap()).await
    };
    for headers in [
        &[][..],
        &[("x-csrf-token", "")],
        &[("x-csrf-token", &bert.proof)],
        &[("x-csrf-token", &anna.proof), ("origin", "https://evil.example")],
        &[("x-csrf-token", &anna.proof), ("origin", "null")],
        &[("x-csrf-token", &anna.proof), ("origin", "http://touchstone.example")],
        &[("x-csrf-token", &anna.proof), ("sec-fetch-site", "cross-site")],
        &[("x-csrf-token", &anna.proof), ("sec-fetch-site", "same-site")],
    ] {
        assert_eq!(call(headers).await.problem(), (403, "not_from_here".to_owned()), "{headers:?}");
    }
    let ours = [
        ("x-csrf-token", anna.proof.as_str()),
        ("origin", "https://touchstone.example"),
        ("sec-fetch-site", "same-origin"),
    ];
    call(&ours).await.ok();
    // Logging somebody in as somebody else from another page.
    let login = json!({"login": "anna", "password": PASSWORD}).to_string();
    let elsewhere = Request::builder().method("POST").uri("/v1/login").header("content-type", "application/json");
    let elsewhere = elsewhere.header("sec-fetch-site", "cross-site").body(Body::from(login.clone())).unwrap();
    assert_eq!(world.send(elsewhere).await.problem().0, 403);
    let form = Request::builder().method("POST").uri("/v1/login").header("content-type", "text/plain");
    assert_eq!(world.send(form.body(Body::from(login)).unwrap()).await.problem().0, 415);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_tells_browsers_to_be_careful() {
    let world = World::new(Backend::Sqlite).await;
    for path in
        ["/", "/docs/", "/errors", "/home.js", "/v1/me", "/v1/decisions", "/v1/nothing", "/healthz", "/v1/openapi.json"]
    {
        let headers = world.get(path).await.headers;
        let of =
            |name: &str| headers.get(name).unwrap_or_else(|| panic!("{path}: {name}")).to_str().unwrap().to_owned();
        let policy = of("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("script-src 'self' 'unsafe") && !policy.contains("unsafe-eval"), "{path}: {policy}");
        assert_eq!((of("x-content-type-options"), of("x-frame-options")), ("nosniff".to_owned(), "DENY".to_owned()));
        assert_eq!(
            (of("referrer-policy"), of("cross-origin-opener-policy")),
            ("no-referrer".to_owned(), "same-origin".to_owned())
        );
        assert!(of("strict-transport-security").starts_with("max-age="), "{path}");
        assert_eq!(of("cache-control"), "no-store", "{path}");
    }
}

async fn a_second_factor_is_asked_for_once_it_is_confirmed(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    let wrong = json!({"password": "not the password"}).to_string();
    assert_eq!(world.browse(&anna, "POST", "/v1/me/factor", wrong).await.problem(), (401, "bad_login".to_owned()));
    let proof = json!({"password": PASSWORD}).to_string();
    let begun = world.browse(&anna, "POST", "/v1/me/factor", proof).await.ok();
    assert!(begun["address"].as_str().unwrap().starts_with("otpauth://totp/Touchstone:anna?secret="));
    world.login("anna").await;
    let secret = data_encoding(begun["secret"].as_str().unwrap());
    let code = |seconds: i64| json!({"code": secret.shown_at(START + seconds)}).to_string();
    let elsewhen = world.browse(&anna, "POST", "/v1/me/factor/confirm", code(600)).await;
    assert_eq!(elsewhen.problem(), (401, "bad_login".to_owned()));
    let confirmed = world.browse(&anna, "POST", "/v1/me/factor/confirm", code(0)).await.ok();
    let again = world.browse(&anna, "POST", "/v1/me/factor/confirm", code(0)).await;
    assert_eq!(again.problem(), (409, "account_refused".to_owned()));
    let login =
        async |code: Option<&str>| world.try_login(&json!({"login": "anna", "password": PASSWORD, "code": code})).await;
    assert_eq!(login(None).await.problem(), (401, "code_needed".to_owned()));
    assert_eq!(login(Some("000000")).await.problem(), (401, "bad_login".to_owned()));
    let used = secret.shown_at(START);
    assert_eq!(login(Some(&used)).await.problem(), (401, "bad_login".to_owned()), "the code that confirmed it");
    world.clock.forward(30);
    let fresh = secret.shown_at(START + 30);
    login(Some(&fresh)).await.ok();
    assert_eq!(login(Some(&fresh)).await.problem().0, 401, "twice");
    // The telephone is lost.
    let recovery = confirmed["recovery_codes"][3].as_str().unwrap().to_uppercase();
    login(Some(&recovery)).await.ok();
    assert_eq!(login(Some(&recovery)).await.problem().0, 401, "twice");
    let last = confirmed["recovery_codes"][4].as_str().unwrap();
    let remove = json!({"password": PASSWORD, "code": last}).to_string();
    world.browse(&anna, "POST", "/v1/me/factor/remove", remove).await.ok();
    login(None).await.ok();
}

/// A secret as a telephone reads it.
fn data_encoding(text: &str) -> Secret {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        held = held << 5 | u32::try_from(alphabet.iter().position(|known| *known == letter).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    Secret::from_bytes(bytes)
}

async fn who_guesses_waits(backend: Backend) {
    let world = World::new(backend).await;
    world.account("anna", json!({"roles": ["reviewer"]})).await;
    let guess = async |login: &str| {
        let from: SocketAddr = "192.0.2.7:4711".parse().unwrap();
        let body = json!({"login": login, "password": "a guess of somebody"}).to_string();
        let request = Request::builder().method("POST").uri("/v1/login").header("content-type", "application/json");
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(from));
        world.send(request).await
    };
    for _ in 0..5 {
        assert_eq!(guess("anna").await.problem(), (401, "bad_login".to_owned()));
    }
    let refused = guess("anna").await;
    assert_eq!(refused.problem(), (429, "rate_limited".to_owned()));
    assert_eq!(refused.headers["retry-after"], "15");
    // The right password waits too, and nobody can tell an account that is from one that is not.
    assert_eq!(world.try_login(&json!({"login": "anna", "password": PASSWORD})).await.problem().0, 429);
    for _ in 0..5 {
        assert_eq!(guess("nobody").await.problem(), (401, "bad_login".to_owned()));
    }
    assert_eq!(guess("nobody").await.problem().0, 429);
    world.clock.forward(15);
    world.login("anna").await;
    for _ in 0..5 {
        assert_eq!(guess("anna").await.problem().0, 401, "the account began anew");
    }
    // From one address many accounts: 15 of its 30 are used.
    for n in 0..15 {
        assert_eq!(guess(&format!("user{n}")).await.problem().0, 401, "{n}");
    }
    assert_eq!(guess("user99").await.problem().0, 429);
    world.account("zoe", json!({"roles": ["reviewer"]})).await;
    world.login("zoe").await;
}

async fn an_administrator_makes_changes_and_erases_accounts(backend: Backend) {
    let world = World::new(backend).await;
    let made = world
        .post("/v1/accounts", json!({"login": "Bert", "name": "Bert Lang", "roles": ["reviewer"]}).to_string())
        .await
        .ok();
    let password = made["password"].as_str().unwrap().to_owned();
    assert!(password.len() >= 24);
    world.try_login(&json!({"login": "bert", "password": password})).await.ok();
    for (order, code) in [
        (json!({"login": "bert", "name": "B", "roles": ["reviewer"]}), "account_refused"),
        (json!({"login": "b ert", "name": "B", "roles": ["reviewer"]}), "bad_account"),
        (json!({"login": "carl", "name": "", "roles": ["reviewer"]}), "bad_account"),
        (json!({"login": "carl", "name": "C", "roles": []}), "bad_account"),
        (json!({"login": "carl", "name": "C", "roles": ["emperor"]}), "bad_account"),
        (json!({"login": "carl", "name": "C", "roles": ["integration"]}), "bad_account"),
        (json!({"login": "carl", "name": "C", "roles": ["seller"]}), "bad_account"),
        (json!({"login": "carl", "name": "C", "roles": ["seller"], "seller_id": "s", "holder": "h"}), "bad_account"),
        (json!({"login": "carl", "name": "C", "roles": ["reviewer"], "password": "short"}), "bad_password"),
        (json!({"login": "carl", "name": "C", "roles": ["reviewer"], "password": "carlcarlcarl carl"}), "bad_password"),
        (json!({"login": 7}), "not_json"),
    ] {
        assert_eq!(world.post("/v1/accounts", order.to_string()).await.problem().1, code, "{order}");
    }
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    let path = format!("/v1/accounts/{}", anna.account);
    let patch = async |change: Value| {
        world.send(world.request("PATCH", &path).body(Body::from(change.to_string())).unwrap()).await
    };
    assert_eq!(patch(json!({"name": "Anna Li"})).await.ok()["name"], "Anna Li");
    world.browse(&anna, "GET", "/v1/me", "").await.ok();
    assert_eq!(patch(json!({"roles": ["auditor"]})).await.ok()["roles"], json!(["auditor"]));
    assert_eq!(world.browse(&anna, "GET", "/v1/me", "").await.problem().0, 401, "whose rights change logs in again");
    let anna = world.login("anna").await;
    assert_eq!(world.browse(&anna, "GET", "/v1/readings", "").await.status, 200);
    assert_eq!(patch(json!({"roles": ["seller"]})).await.problem().1, "bad_account");
    assert!(patch(json!({"disabled": true})).await.ok()["disabled_at"].is_string());
    assert_eq!(world.browse(&anna, "GET", "/v1/me", "").await.problem().0, 401);
    assert_eq!(world.try_login(&json!({"login": "anna", "password": PASSWORD})).await.problem().1, "bad_login");
    assert!(patch(json!({"disabled": false, "password": "another long password"})).await.ok()["disabled_at"].is_null());
    assert_eq!(world.try_login(&json!({"login": "anna", "password": PASSWORD})).await.problem().1, "bad_login");
    world.try_login(&json!({"login": "anna", "password": "another long password"})).await.ok();
    let erase =
        async || world.send(world.request("DELETE", &path).body(Body::empty()).unwrap()).await.ok()["erased"].clone();
    assert_eq!((erase().await, erase().await), (json!(true), json!(false)));
    let gone = world.get(&path).await.ok();
    assert_eq!((&gone["erased"], &gone["name"], &gone["login"]), (&json!(true), &json!(""), &json!("")));
    assert_eq!(patch(json!({"name": "Anna"})).await.problem().1, "account_refused");
    assert_eq!(world.get("/v1/accounts?limit=1").await.ok()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_changes_its_password_and_stays() {
    let world = World::new(Backend::Sqlite).await;
    let anna = world.person("anna", json!({"roles": ["reviewer"]})).await;
    let other = world.login("anna").await;
    let change = |password: &str, new: &str| json!({"password": password, "new_password": new}).to_string();
    let weak = world.browse(&anna, "PUT", "/v1/me/password", change(PASSWORD, "aaaaaaaaaaaaa")).await;
    assert_eq!(weak.problem(), (422, "bad_password".to_owned()));
    let wrong = world.browse(&anna, "PUT", "/v1/me/password", change("wrong", "another long password")).await;
    assert_eq!(wrong.problem(), (401, "bad_login".to_owned()));
    world.browse(&anna, "PUT", "/v1/me/password", change(PASSWORD, "another long password")).await.ok();
    world.browse(&anna, "GET", "/v1/me", "").await.ok();
    assert_eq!(world.browse(&other, "GET", "/v1/me", "").await.problem().0, 401);
    world.try_login(&json!({"login": "anna", "password": "another long password"})).await.ok();
}

async fn every_reading_is_noted(backend: Backend) {
    let world = World::new(backend).await;
    let reviewer = world.person("rita", json!({"roles": ["reviewer"]})).await;
    let seller = world.person("sam", json!({"roles": ["seller"], "marketplace": "plaza", "seller_id": "s1"})).await;
    let auditor = world.person("otto", json!({"roles": ["auditor"]})).await;
    let listing = json!({"marketplace": "plaza", "seller_id": "s1", "id": "1", "title": "Velatta replica"});
    let id = world.screen(&listing).await.ok()["decision_id"].as_str().unwrap().to_owned();
    world.put("/v1/sellers/plaza/s1", &json!({"sales": 5})).await.ok();
    let read = [
        (&reviewer, format!("/v1/decisions/{id}"), "decision", id.as_str()),
        (&reviewer, "/v1/decisions".to_owned(), "decision", &id),
        (&reviewer, format!("/v1/decisions/{id}/replay"), "decision", &id),
        (&reviewer, format!("/v1/decisions/{id}/seller"), "statement", &id),
        (&reviewer, "/v1/listings/plaza/s1/1".to_owned(), "listing", "1"),
        (&reviewer, "/v1/sellers/plaza/s1".to_owned(), "seller", "s1"),
        (&seller, format!("/v1/decisions/{id}/seller"), "statement", &id),
        (&seller, "/v1/sellers/plaza/s1".to_owned(), "seller", "s1"),
    ];
    for (browser, path, ..) in &read {
        world.browse(browser, "GET", path, "").await.ok();
    }
    // What was refused was not read.
    assert_eq!(world.browse(&seller, "GET", "/v1/sellers/plaza/s2", "").await.problem().0, 404);
    let noted = world.browse(&auditor, "GET", "/v1/readings?marketplace=plaza&seller_id=s1", "").await.ok();
    let noted = noted["items"].as_array().unwrap();
    let expected: Vec<Value> = read
        .iter()
        .rev()
        .map(|(browser, _, resource, object)| json!([format!("account {}", browser.account), resource, object]))
        .collect();
    let found: Vec<Value> = noted.iter().map(|one| json!([one["reader"], one["resource"], one["object"]])).collect();
    assert_eq!(found, expected);
    assert!(noted.iter().all(|one| one["request_id"].is_string() && one["read_at"] == "2026-11-01T00:00:00Z"));
    // A machine's are noted by its key, and those of accounts as well.
    world.get(&format!("/v1/accounts/{}", seller.account)).await.ok();
    let of_sam = world.browse(&auditor, "GET", &format!("/v1/readings?seller_id={}", seller.account), "").await.ok();
    assert!(
        of_sam["items"][0]["reader"].as_str().unwrap().starts_with("key ")
            && of_sam["items"][0]["resource"] == "account"
    );
    world.clock.forward(401 * 24 * 3_600);
    world.app.tidy().await;
    let auditor = world.login("otto").await;
    assert_eq!(world.browse(&auditor, "GET", "/v1/readings", "").await.ok()["items"], json!([]));
}
