//! The house in which the month is lived: an app on a clock of its own, people with sessions, and their calls.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use time::OffsetDateTime;
use touchstone_server::clock::Clock;
use touchstone_server::inside::Inside;
use touchstone_server::{App, Config};

use super::MARKETPLACE;
use super::goods::shop;
use crate::cli::Deciders;
use crate::serve::Keeping;

/// Staff, each in a role.
const STAFF: [(&str, &str); 7] = [
    ("anna", "reviewer"),
    ("ben", "reviewer"),
    ("lena", "lead"),
    ("nora", "lead"),
    ("ada", "analyst"),
    ("audit", "auditor"),
    ("admin", "administrator"),
];
/// Shops that have an account.
pub(super) const WITH_ACCOUNT: usize = 6;

/// A clock that is put forward.
struct Put(AtomicI64);

impl Clock for Put {
    fn now(&self) -> OffsetDateTime {
        let micros = i128::from(self.0.load(Ordering::Relaxed));
        OffsetDateTime::from_unix_timestamp_nanos(micros * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

pub(super) struct House {
    pub(super) app: Arc<App>,
    inside: Inside,
    clock: Arc<Put>,
    key: String,
    password: String,
    /// Cookie and proof of who is logged in.
    sessions: HashMap<String, (String, String)>,
}

impl House {
    pub(super) async fn open(keeping: &Keeping, deciders: &Deciders, review: &Path, password: String) -> Result<Self> {
        let mut config = Config::new(keeping.data.clone(), deciders.knowledge.clone(), deciders.policy.clone());
        config.store = keeping.location()?;
        config.master_key = keeping.master_key.clone().unwrap_or(config.master_key);
        config.review = Some(review.to_owned());
        config.plain_cookies = true;
        config.pictures.fetching = false;
        let clock = Arc::new(Put(AtomicI64::new(0)));
        let app = Arc::new(App::open(config, Arc::clone(&clock) as Arc<dyn Clock>, None).await?);
        let inside = Inside::new(Arc::clone(&app));
        Ok(Self { app, inside, clock, key: String::new(), password, sessions: HashMap::new() })
    }

    /// Puts the clock forward; who was logged in is not any more.
    pub(super) fn wake(&mut self, micros: i64) {
        self.clock.0.store(micros, Ordering::Relaxed);
        self.sessions.clear();
    }

    pub(super) fn pass(&self, micros: i64) {
        self.clock.0.fetch_add(micros, Ordering::Relaxed);
    }

    /// Everybody moves in, on the first day.
    pub(super) async fn move_in(&mut self) -> Result<()> {
        let made = self.app.make_key("month", &["admin"]).await;
        self.key = made.map_err(|problem| anyhow::anyhow!("{}", problem.detail))?;
        for (login, role) in STAFF {
            self.account(json!({"login": login, "name": login, "roles": [role]})).await?;
        }
        for seller in (0..WITH_ACCOUNT).map(shop) {
            let of = json!({"login": seller, "name": seller, "roles": ["seller"], "marketplace": MARKETPLACE, "seller_id": seller});
            self.account(of).await?;
        }
        Ok(())
    }

    async fn account(&self, mut order: Value) -> Result<()> {
        order["password"] = self.password.clone().into();
        self.machine("/v1/accounts", &order).await.map(drop)
    }

    /// A call of the marketplace's machine.
    pub(super) async fn machine(&self, path: &str, body: &Value) -> Result<Value> {
        let bearer = format!("Bearer {}", self.key);
        let told = self.inside.call(("POST", path), &[("authorization", &bearer)], body).await?;
        ensure!(told.status < 300, "POST {path}: {} {}", told.status, told.body);
        Ok(told.body)
    }

    /// A call of a person that must go well.
    pub(super) async fn does(&mut self, who: &str, call: (&str, &str), body: Value) -> Result<Value> {
        match self.tries(who, call, body).await? {
            Ok(body) => Ok(body),
            Err(problem) => bail!("{who}: {} {}: {problem}", call.0, call.1),
        }
    }

    /// A call of a person, who may be told no.
    pub(super) async fn tries(&mut self, who: &str, call: (&str, &str), body: Value) -> Result<Result<Value, Value>> {
        let (cookie, proof) = self.session(who).await?;
        let headers = [("cookie", cookie.as_str()), ("x-csrf-token", proof.as_str())];
        let told = self.inside.call(call, &headers, &body).await?;
        Ok(if told.status < 300 { Ok(told.body) } else { Err(told.body) })
    }

    async fn session(&mut self, who: &str) -> Result<(String, String)> {
        if let Some(session) = self.sessions.get(who) {
            return Ok(session.clone());
        }
        let login = json!({"login": who, "password": self.password});
        let told = self.inside.call(("POST", "/v1/login"), &[], &login).await?;
        let proof = told.body["csrf_token"].as_str().map(str::to_owned);
        let (Some(cookie), Some(proof)) = (told.cookie, proof) else { bail!("{who} can't log in: {}", told.body) };
        self.sessions.insert(who.to_owned(), (cookie.clone(), proof.clone()));
        Ok((cookie, proof))
    }
}
