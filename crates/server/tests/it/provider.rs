//! Logging in with an OpenID provider: certified software on this machine, with which the tests play a browser.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use axum::body::Body;
use axum::http::Request;
use reqwest::{Client, Url, redirect};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::person::{Browser, cookie};
use crate::world::{Answer, Backend, World};

const ORIGIN: &str = "https://touchstone.example";
const CALLBACK: &str = "/v1/providers/shop/callback";
const SECRET: &str = "a secret: with/all+kinds of characters%";

const SETTINGS: &str = r#"
    schema = 1
    [provider.shop]
    title = "The shop"
    issuer = "ISSUER"
    client_id = "touchstone"
    client_secret_file = "secret"
    scopes = ["profile", "email", "shop"]
    roles_claim = "groups"
    seller_claim = "seller"
    marketplace = "plaza"
    [provider.shop.roles]
    review = ["reviewer"]
    sellers = ["seller"]
"#;

/// Starts a provider, which ends with this process.
fn provider() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.setup/oidc");
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig=KILL", "node"])
        .arg(folder.join("server.mjs"))
        .arg(format!("{ORIGIN}{CALLBACK}"))
        .arg(SECRET);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let (started, wait) = std::sync::mpsc::channel();
    // The system ties the process to the thread that starts it, so that one stays.
    std::thread::spawn(move || {
        let mut process = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}; run `make setup`"));
        // It says more later, and ends where nobody listens.
        for line in BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok) {
            let _ = started.send(line.trim().to_owned());
        }
        let _ = process.wait();
    });
    let issuer = wait.recv().unwrap();
    assert!(issuer.starts_with("http://"), "the provider does not start: TOUCHSTONE_TESTS=1 make setup");
    issuer
}

struct Shop {
    world: World,
    http: Client,
}

impl Shop {
    async fn open() -> Self {
        let issuer = tokio::task::spawn_blocking(provider).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("providers.toml");
        std::fs::write(&file, SETTINGS.replace("ISSUER", &issuer)).unwrap();
        std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
        let world = World::with(Backend::Sqlite, |config| {
            (config.origin, config.providers) = (Some(ORIGIN.to_owned()), Some(file));
        });
        let world = world.await;
        let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        // Its tokens have its time.
        let said = http.get(format!("{issuer}/.well-known/openid-configuration")).send().await.unwrap();
        let date = OffsetDateTime::parse(&said.headers()["date"].to_str().unwrap().replace("GMT", "+0000"), &Rfc2822);
        world.clock.forward(
            date.unwrap().unix_timestamp() - touchstone_server::clock::Clock::now(&*world.clock).unix_timestamp(),
        );
        Self { world, http }
    }

    /// Begins a login; gives where the browser is sent, and its cookie.
    async fn begin(&self) -> (String, String) {
        let answer = self.visit("/v1/providers/shop", "").await;
        assert_eq!(answer.status.as_u16(), 303, "{}", String::from_utf8_lossy(&answer.bytes));
        let set = answer.headers["set-cookie"].to_str().unwrap();
        assert!(
            set.starts_with("__Host-provider=") && set.contains("SameSite=Lax") && set.contains("HttpOnly"),
            "{set}"
        );
        (answer.headers["location"].to_str().unwrap().to_owned(), cookie(&answer.headers))
    }

    async fn visit(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::builder().uri(path).header("cookie", cookie).body(Body::empty()).unwrap();
        self.world.send(request).await
    }

    /// Logs somebody in at the provider; gives where it sends the browser back to.
    async fn there(&self, address: &str, person: Option<&str>) -> String {
        let (mut next, mut jar) = (Url::parse(address).unwrap(), BTreeMap::new());
        for _ in 0..8 {
            if next.as_str().starts_with(ORIGIN) {
                return next.as_str()[ORIGIN.len()..].to_owned();
            }
            let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut request = self.http.get(next.clone()).header("cookie", cookies.join("; "));
            if let Some(person) = person {
                request = request.header("x-person", person);
            }
            let response = request.send().await.unwrap();
            for set in response.headers().get_all("set-cookie") {
                let (name, value) = set.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
                jar.insert(name.to_owned(), value.to_owned());
            }
            let location = response.headers().get("location").map(|next_at| next_at.to_str().unwrap().to_owned());
            let Some(location) = location else { panic!("{next}: {}", response.text().await.unwrap()) };
            next = next.join(&location).unwrap();
        }
        panic!("sent on for ever: {next}")
    }

    async fn login(&self, person: &str) -> Answer {
        let (address, cookie) = self.begin().await;
        let back = self.there(&address, Some(person)).await;
        self.visit(&back, &cookie).await
    }
}

fn browser(answer: &Answer) -> Browser {
    assert_eq!(answer.status.as_u16(), 200, "{}", String::from_utf8_lossy(&answer.bytes));
    assert!(String::from_utf8_lossy(&answer.bytes).contains("url=/"));
    let both: Vec<&str> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(both[0].starts_with("__Host-session=") && both[0].contains("SameSite=Strict"), "{both:?}");
    assert!(both[1].starts_with("__Host-provider=;") && both[1].contains("Max-Age=0"), "{both:?}");
    Browser { cookie: cookie(&answer.headers), proof: String::new(), account: String::new() }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_logs_in_there_is_somebody_here() {
    let shop = Shop::open().await;
    let listed = shop.visit("/v1/providers", "").await.ok();
    assert_eq!(listed["items"], json!([{"name": "shop", "title": "The shop"}]));
    let rita = browser(&shop.login("rita").await);
    let me = shop.world.browse(&rita, "GET", "/v1/me", "").await.ok();
    assert_eq!((&me["account"]["name"], &me["account"]["login"]), (&json!("Rita Review"), &json!("rita@example.com")));
    assert_eq!(me["account"]["roles"], json!(["reviewer"]));
    shop.world.browse(&rita, "GET", "/v1/decisions", "").await.ok();
    let again = browser(&shop.login("rita").await);
    let same = shop.world.browse(&again, "GET", "/v1/me", "").await.ok();
    assert_eq!(same["account"]["account_id"], me["account"]["account_id"], "one account for one person");
    // A seller comes by the same way, and sees its own.
    let sam = browser(&shop.login("sam").await);
    shop.world.put("/v1/sellers/plaza/s1", &json!({"sales": 5})).await.ok();
    shop.world.put("/v1/sellers/plaza/s2", &json!({"sales": 5})).await.ok();
    shop.world.browse(&sam, "GET", "/v1/sellers/plaza/s1", "").await.ok();
    assert_eq!(shop.world.browse(&sam, "GET", "/v1/sellers/plaza/s2", "").await.problem().0, 404);
    // Somebody whom the provider knows, and who is nobody here.
    assert_eq!(shop.login("eve").await.problem(), (403, "forbidden".to_owned()));
    // Without a password there is no way in beside the provider.
    for password in ["", "rita@example.com"] {
        let order = json!({"login": "rita@example.com", "password": password});
        assert_eq!(shop.world.try_login(&order).await.problem(), (401, "bad_login".to_owned()));
    }
    let path = format!("/v1/accounts/{}", me["account"]["account_id"].as_str().unwrap());
    let disable = shop.world.request("PATCH", &path).body(Body::from(r#"{"disabled": true}"#)).unwrap();
    shop.world.send(disable).await.ok();
    assert_eq!(shop.login("rita").await.problem(), (401, "bad_login".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_belongs_to_the_browser_that_asked() {
    let shop = Shop::open().await;
    let (address, cookie) = shop.begin().await;
    for part in ["code_challenge_method=S256", "code_challenge=", "nonce=", "state=", "scope=openid+profile+email+shop"]
    {
        assert!(address.contains(part), "{part}: {address}");
    }
    let back = shop.there(&address, Some("rita")).await;
    let refused = async |path: &str, cookie: &str| {
        assert_eq!(shop.visit(path, cookie).await.problem(), (401, "bad_login".to_owned()), "{path} {cookie}");
    };
    // Another browser, one that has begun another login, an answer with another state, and none at all.
    let (_, other) = shop.begin().await;
    refused(&back, "").await;
    refused(&back, &other).await;
    refused(&back, &cookie[..cookie.len() - 2]).await;
    refused(&back.replace("state=", "state=a"), &cookie).await;
    refused(CALLBACK, &cookie).await;
    refused(&back.replace("code=", "code=a"), &cookie).await;
    browser(&shop.visit(&back, &cookie).await);
    refused(&back, &cookie).await;
    // Who gives up there, and who takes too long.
    let (address, cookie) = shop.begin().await;
    refused(&shop.there(&address, None).await, &cookie).await;
    let (address, cookie) = shop.begin().await;
    let late = shop.there(&address, Some("rita")).await;
    shop.world.clock.forward(600);
    refused(&late, &cookie).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_does_not_answer_is_a_failure_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("providers.toml");
    std::fs::write(&file, SETTINGS.replace("ISSUER", "http://127.0.0.1:1")).unwrap();
    std::fs::write(folder.path().join("secret"), SECRET).unwrap();
    let world = World::with(Backend::Sqlite, |config| config.providers = Some(file)).await;
    assert_eq!(world.get("/v1/providers/shop").await.problem(), (502, "provider_failed".to_owned()));
    assert_eq!(world.get("/v1/providers/other").await.problem(), (404, "not_found".to_owned()));
}
