//! Calls by which people decide: read, done in one transaction of `office`, answered; a retry gets the same answer.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;
use touchstone_cases::id::PersonId;
use touchstone_cases::moment::Moment;
use touchstone_office::act::{ActError, Acting, happen};
use touchstone_office::settings::Settings;
use touchstone_office::{Act, By, Key, Kind, No, Performed, Refusal, perform};
use touchstone_office::{appeals, approvals, casework, enforcement, statements};
use touchstone_people::Role;
use touchstone_store::{ChangeError, Kept};

use crate::actor::Actor;
use crate::app::App;
use crate::idempotency;
use crate::problem::{Code, Problem};
use crate::screening::json;

/// Of each kind of thing that ends by itself, as many in one transaction.
const TICKS_MAX: u64 = 100;
/// Decisions that the queue takes up in one transaction, at most.
const INTAKE_MAX: u64 = 256;

impl Actor {
    /// As `office` knows whoever acts.
    pub(crate) fn by(&self) -> By {
        self.who().map_or_else(|| By::Key(self.id.clone()), |person| By::Person(PersonId(person.account.account_id)))
    }

    /// The person, for what only persons do.
    pub(crate) fn as_person(&self) -> Result<PersonId, Problem> {
        let person = self.who().map(|person| PersonId(person.account.account_id));
        person.ok_or_else(|| Problem::new(Code::Forbidden, "only a person does this, not a key"))
    }

    /// Whether it may what only a lead may.
    pub(crate) fn is_lead(&self) -> bool {
        self.who().is_some_and(|person| person.roles.has(Role::Lead))
    }
}

/// Reads a command.
pub(crate) fn command<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| match error.is_data() {
        true => Problem::new(Code::BadCommand, error.to_string()),
        false => Problem::new(Code::NotJson, error.to_string()),
    })
}

/// Does what was asked, once for each idempotency key, and answers.
pub(crate) async fn act<F, T>(
    app: &App,
    actor: &Actor,
    headers: &HeaderMap,
    body: &[u8],
    f: F,
) -> Result<Response, Problem>
where
    F: for<'c> FnOnce(&'c Act<'c>) -> Acting<'c, T> + Send + 'static,
    T: Serialize + Send + 'static,
{
    let once = idempotency::begin(app, actor, headers, body).await?;
    if let Some(once) = &once
        && let Some(response) = once.earlier(app).await?
    {
        return Ok(json(response, true));
    }
    let now = app.clock.micros();
    let key = once.as_ref().map(|once| Key(once.answered(Vec::new(), now)));
    match (perform(&app.store, actor.by(), now, key, f).await, once) {
        (Ok(Performed::Done(response)), _) => {
            app.hooks.awaited.notify_one();
            Ok(json(response, false))
        }
        (Ok(Performed::Earlier(answer)), Some(once)) => Ok(json(once.same(answer)?, true)),
        (Ok(Performed::Earlier(_)), None) => {
            Err(Problem::internal("the store failed", "an earlier answer without a key"))
        }
        (Err(error), _) => Err(error.into()),
    }
}

/// A record that was read outside of any change.
pub(crate) fn open<R: touchstone_office::Record>(kept: &Kept) -> Result<R, Problem> {
    touchstone_office::act::open(kept).map_err(Problem::from)
}

/// The record with this id.
pub(crate) async fn one<R: touchstone_office::Record>(app: &App, id: &str) -> Result<R, Problem> {
    let kept = app.store.kept(R::KIND, id).await?;
    kept.as_ref().map_or_else(|| Err(Refusal::absent(R::KIND, id).into()), open)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.kind {
            Kind::Absent => Code::NotFound,
            Kind::Conflict => Code::Conflict,
            Kind::Invalid => Code::BadCommand,
            Kind::Forbidden => Code::Forbidden,
            Kind::Approval => Code::ApprovalNeeded,
        };
        let more = Some(refusal.more).filter(|more| !more.is_null());
        Self { more, ..Self::new(code, refusal.detail) }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ChangeError::Refused(No::Refused(refusal)) => refusal.into(),
            ChangeError::Refused(No::Earlier(_)) => {
                Self::internal("the store failed", "an earlier answer without a key")
            }
            ChangeError::Store(error) => error.into(),
        }
    }
}

impl App {
    /// Now, as `cases` counts it.
    pub(crate) fn moment(&self) -> Moment {
        Moment(self.clock.micros())
    }

    /// Says what has come to its end by itself: actions, clocks, requests that nobody answered.
    ///
    /// # Errors
    /// When the store fails; the next look says it.
    pub async fn tick(&self) -> Result<(), Problem> {
        let book = self.rulebook();
        let ticked = happen(&self.store, "clock", self.clock.micros(), move |act| {
            Box::pin(async move {
                enforcement::tick(act, &book, TICKS_MAX).await?;
                statements::tick(act, &book, TICKS_MAX).await?;
                approvals::tick(act, TICKS_MAX).await?;
                casework::tick(act, TICKS_MAX).await?;
                appeals::tick(act, &book, TICKS_MAX).await
            })
        });
        ticked.await.map(drop).map_err(Problem::from)
    }

    /// Brings decisions that were made since into the queue; returns once none is left.
    ///
    /// # Errors
    /// When the store fails; what is left comes with the next look.
    pub async fn take_in(&self) -> Result<(), Problem> {
        let (pack, review) = (self.in_force.current(), self.review());
        let cents: touchstone_office::intake::Cents = Arc::new(move |minor, currency| {
            let decimals = touchstone_catalog::decimals(currency)?;
            let cents = pack.snapshot.knowledge.rates.usd_cents(minor, currency, decimals)?;
            u64::try_from(cents).ok()
        });
        let taken = async {
            loop {
                let now = self.clock.micros();
                let taken =
                    touchstone_office::intake::take_in(&self.store, &review, Arc::clone(&cents), now, INTAKE_MAX);
                if taken.await? < INTAKE_MAX as usize {
                    return Ok(());
                }
            }
        };
        taken.await.map_err(|error: ActError| error.into())
    }
}

/// What is set about reviewing.
pub(crate) type Review = Arc<Settings>;
