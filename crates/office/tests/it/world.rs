//! A house with a database: listings are screened by word, people act, and the clock is set.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tempfile::TempDir;
use touchstone_audit::{Hash, StoredEvent};
use touchstone_cases::facts::Known;
use touchstone_cases::id::{ItemId, JudgementId, PersonId};
use touchstone_cases::moment::Moment;
use touchstone_cases::queue::{Command, Item};
use touchstone_cases::review::{Judgement, Verdict};
use touchstone_office::act::Acting;
use touchstone_office::settings::Settings;
use touchstone_office::{Act, By, Kind, No, Performed, Refusal, intake, items, perform, reviewers};
use touchstone_store::{ChangeError, Location, Name, NewDecision, Screened, Store, StoredDecision, TrailFilter};
use uuid::Uuid;

pub(crate) const HOUR: i64 = 3_600_000_000;
pub(crate) const START: i64 = 1_800_000_000_000_000;

pub(crate) struct House {
    pub(crate) store: Arc<Store>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) now: i64,
    /// Gone with the house.
    #[allow(dead_code, reason = "the folder goes with the house")]
    pub(crate) folder: Option<TempDir>,
}

pub(crate) fn person(id: u128) -> PersonId {
    PersonId(Uuid::from_u128(id))
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let location = Location::Folder(folder.path().join("data"));
        Self::at(folder, location).await
    }

    /// The same on PostgreSQL.
    pub(crate) async fn shared() -> Self {
        let address = tokio::task::spawn_blocking(crate::postgres::database).await.unwrap();
        Self::at(tempfile::tempdir().unwrap(), Location::parse(&address).unwrap()).await
    }

    async fn at(folder: TempDir, location: Location) -> Self {
        let store = Store::open(&location, &folder.path().join("master.key")).await.unwrap();
        let mut settings = Settings::read(None, Known::default(), store.secret("sampling").unwrap()).unwrap();
        settings.second = touchstone_cases::share::Ppb::NONE;
        Self { store: Arc::new(store), settings: Arc::new(settings), now: START, folder: Some(folder) }
    }

    /// A listing is screened, with this verdict and price.
    pub(crate) async fn screened(&self, seller: &str, listing: &str, verdict: &str, cents: i64) -> Uuid {
        let id = Uuid::now_v7();
        let name = Name { marketplace: "plaza".into(), seller_id: seller.into(), listing_id: listing.into() };
        let body = json!({
            "class": "counterfeit", "score": 1_000_000, "verdict": verdict,
            "reasons": [{"code": "cheap_new", "evidence": [], "message": "", "severity": "high"}],
            "signals": {"brand_claimed": "gucci", "language": "en", "seller_age_days": 9},
        });
        let content =
            json!({"id": listing, "title": format!("bag {cents}"), "price_minor": cents, "price_currency": "USD"});
        let content = content.to_string().into_bytes();
        let stored = StoredDecision {
            decision_id: id,
            name,
            listing_hash: Hash::of(&content).as_bytes().to_vec(),
            event: "create".into(),
            decided_at: self.now,
            request_id: "r".into(),
            supersedes: None,
            provisional: false,
            review_until: None,
            pictures: None,
            body: body.to_string().into_bytes(),
        };
        let new =
            NewDecision { stored, content, verdict: verdict.into(), class: "counterfeit".into(), score: 1_000_000 };
        self.store.record(Screened { decisions: vec![new], ..Screened::default() }).await.unwrap();
        id
    }

    /// What was screened comes into the queue.
    pub(crate) async fn take_in(&self) -> usize {
        let cents: intake::Cents =
            Arc::new(|minor, currency| (currency == "USD").then(|| u64::try_from(minor).ok())?);
        intake::take_in(&self.store, &self.settings, cents, self.now, 100).await.unwrap()
    }

    /// Somebody does something; the answer, or why not.
    pub(crate) async fn act<F, T>(&self, by: PersonId, f: F) -> Result<serde_json::Value, Refusal>
    where
        F: for<'c> FnOnce(&'c Act<'c>) -> Acting<'c, T> + Send + 'static,
        T: Serialize + Send + 'static,
    {
        match perform(&self.store, By::Person(by), self.now, None, f).await {
            Ok(Performed::Done(body)) => Ok(serde_json::from_slice(&body).unwrap()),
            Ok(Performed::Earlier(_)) => panic!("no key was given"),
            Err(ChangeError::Refused(No::Refused(refusal))) => Err(refusal),
            Err(error) => panic!("{error:?}"),
        }
    }

    pub(crate) async fn next(&self, by: PersonId) -> Option<Item> {
        let item = self.act(by, |act| Box::pin(async move { items::next(act, "general", false, HOUR).await }));
        serde_json::from_value(item.await.unwrap()).unwrap()
    }

    pub(crate) async fn judge(
        &self,
        by: PersonId,
        item: ItemId,
        token: u64,
        verdict: Verdict,
    ) -> Result<Item, Refusal> {
        let judged = self.act(by, move |act| {
            Box::pin(async move {
                let who = reviewers::reviewer(act, false).await?;
                let judgement = judgement(by, verdict);
                items::command(act, item, Command::Judge { who, token, judgement }).await
            })
        });
        judged.await.map(|item| serde_json::from_value(item).unwrap())
    }

    /// The trail's kinds, in order; each event is what the tree says it is.
    pub(crate) async fn trail(&self) -> Vec<String> {
        let rows = self.store.trail(&TrailFilter::default(), 10_000).await.unwrap();
        let mut tree = touchstone_audit::Frontier::default();
        let kinds = rows.iter().map(|row| {
            let stored = StoredEvent { body: row.body.clone(), leaf: None };
            assert_eq!(stored.hash().as_bytes().as_slice(), row.leaf);
            tree.push(stored.hash());
            let event = touchstone_audit::Event::read(&row.body).unwrap();
            assert_eq!(event.seq, row.seq);
            event.kind
        });
        let kinds = kinds.collect();
        assert_eq!(self.store.trail_end().await.unwrap(), tree);
        kinds
    }
}

pub(crate) fn judgement(by: PersonId, verdict: Verdict) -> Judgement {
    Judgement {
        id: JudgementId(Uuid::now_v7()),
        by,
        verdict,
        class: "counterfeit".into(),
        confidence: 90,
        reason: "logo_wrong".into(),
        note: "Ms Meier called".into(),
        at: Moment(0),
    }
}

pub(crate) fn kind<T: std::fmt::Debug>(result: &Result<T, Refusal>) -> Kind {
    result.as_ref().unwrap_err().kind
}

pub(crate) fn skills(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
