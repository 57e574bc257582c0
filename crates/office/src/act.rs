//! The frame of every change: who does it, in one transaction, with its events in the trail and its answer kept.

use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};
use touchstone_audit::event::Party;
use touchstone_cases::id::{PersonId, Seller};
use touchstone_cases::moment::Moment;
use touchstone_store::{
    Answer, Change, ChangeError, Changing, Idempotency, Kept, Message, NewRecord, Noted, Page, Search, Store,
    StoreError,
};
use uuid::Uuid;

use crate::private;
use crate::record::{Record, pair};
use crate::refusal::{Kind, Refusal};

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A person with an account.
    Person(PersonId),
    /// A machine, by the public part of its key.
    Key(String),
    /// Nobody: it happens by itself, and this part of the house does it.
    House(&'static str),
}

impl By {
    /// The person, if it is one.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(person) => Some(*person),
            Self::Key(_) | Self::House(_) => None,
        }
    }

    fn party(&self) -> Party {
        let (kind, id) = match self {
            Self::Person(person) => ("person", person.to_string()),
            Self::Key(key) => ("key", key.clone()),
            Self::House(part) => ("house", (*part).to_owned()),
        };
        Party { kind: kind.to_owned(), id }
    }
}

/// Under what a retry is known. The answer is filled in.
#[derive(Debug, Clone)]
pub struct Key(pub Idempotency);

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Performed {
    /// It was made; this is the answer, as JSON.
    Done(Vec<u8>),
    /// The key was used before: this was answered then, and nothing was done now.
    Earlier(Answer),
}

/// Why a change was not made.
#[derive(Debug)]
pub enum No {
    /// It may not be.
    Refused(Refusal),
    /// The key was used before.
    Earlier(Answer),
}

/// Why an act fails.
pub type ActError = ChangeError<No>;

impl From<Refusal> for No {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Refuses.
pub fn no(refusal: impl Into<Refusal>) -> ActError {
    ChangeError::Refused(No::Refused(refusal.into()))
}

/// Refuses what an id does not lead to.
pub fn absent<R: Record>(id: impl std::fmt::Display) -> ActError {
    no(Refusal::absent(R::KIND, id))
}

/// A change on its way, and who makes it.
pub struct Act<'c> {
    /// The transaction.
    pub change: &'c Change<'c>,
    /// Who.
    pub by: By,
    /// What is told outside once the change is made.
    told: Mutex<Vec<Message>>,
}

/// Kinds of events that are told outside, by what they begin with: what sellers and marketplaces have to follow.
const TOLD: [&str; 10] = [
    "standing.",
    "statement.",
    "appeal.",
    "approval.",
    "fuse.",
    "case.",
    "document.judged",
    "vault.",
    "switch.",
    "item.review.settled",
];

/// What an act gives.
pub type Acting<'c, T> = Changing<'c, T, No>;

/// Makes a change and keeps its answer under the key, all or nothing. `now` is in microseconds since 1970.
///
/// # Errors
/// A [`Refusal`], or that the store fails; nothing has changed then.
pub async fn perform<F, T>(store: &Store, by: By, now: i64, key: Option<Key>, f: F) -> Result<Performed, ActError>
where
    F: for<'c> FnOnce(&'c Act<'c>) -> Acting<'c, T> + Send + 'static,
    T: Serialize + Send + 'static,
{
    let done = store.govern(now, move |change| -> Acting<'_, Vec<u8>> {
        Box::pin(async move {
            let act = Act::new(change, by);
            let body = serde_json::to_vec(&f(&act).await?).map_err(unwritable)?;
            act.tell().await?;
            if let Some(Key(key)) = key {
                let answered = Idempotency { response: body.clone(), ..key };
                if let Some(earlier) = act.change.answer(&answered).await? {
                    return Err(ChangeError::Refused(No::Earlier(earlier)));
                }
            }
            Ok(body)
        })
    });
    match done.await {
        Ok(body) => Ok(Performed::Done(body)),
        Err(ChangeError::Refused(No::Earlier(earlier))) => Ok(Performed::Earlier(earlier)),
        Err(error) => Err(error),
    }
}

/// The same for what happens by itself and answers nobody.
///
/// # Errors
/// As [`perform`].
pub async fn happen<F, T>(store: &Arc<Store>, part: &'static str, now: i64, f: F) -> Result<T, ActError>
where
    F: for<'c> FnOnce(&'c Act<'c>) -> Acting<'c, T> + Send + 'static,
    T: Send + 'static,
{
    store
        .govern(now, move |change| -> Acting<'_, T> {
            Box::pin(async move {
                let act = Act::new(change, By::House(part));
                let given = f(&act).await?;
                act.tell().await?;
                Ok(given)
            })
        })
        .await
}

fn unwritable(error: serde_json::Error) -> ActError {
    StoreError::NoEvent(error.to_string()).into()
}

/// A record's state.
///
/// # Errors
/// [`Kind::Absent`] if its seller was erased, or the store's if it can't be read.
pub fn open<R: Record>(kept: &Kept) -> Result<R, ActError> {
    let body = kept.body.as_ref().ok_or(StoreError::Erased)?;
    serde_json::from_slice(body).map_err(|_| StoreError::Damaged("record").into())
}

impl<'c> Act<'c> {
    fn new(change: &'c Change<'c>, by: By) -> Self {
        Self { change, by, told: Mutex::default() }
    }
}

impl Act<'_> {
    /// Puts what is told outside into the outbox.
    async fn tell(&self) -> Result<(), ActError> {
        let told = std::mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner));
        for message in &told {
            self.change.tell(message).await?;
        }
        Ok(())
    }

    /// When it happens.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment(self.change.now())
    }

    /// The person who does it.
    ///
    /// # Errors
    /// [`Kind::Forbidden`] to a machine.
    pub fn person(&self) -> Result<PersonId, ActError> {
        self.by.person().ok_or_else(|| no(Refusal::new(Kind::Forbidden, "only a person does this")))
    }

    /// A state.
    ///
    /// # Errors
    /// [`Kind::Absent`], or that the store fails.
    pub async fn get<R: Record>(&self, id: &str) -> Result<R, ActError> {
        self.look::<R>(id).await?.ok_or_else(|| absent::<R>(id))
    }

    /// A state, if there is one; none where its seller was erased, so that what comes later begins anew.
    ///
    /// # Errors
    /// That the store fails.
    pub async fn look<R: Record>(&self, id: &str) -> Result<Option<R>, ActError> {
        let kept = self.change.get(R::KIND, id).await?.filter(|kept| kept.body.is_some());
        kept.as_ref().map(open).transpose()
    }

    /// Some states, in any order; what is not there, or of a seller who was erased, is left out.
    ///
    /// # Errors
    /// That the store fails.
    pub async fn get_many<R: Record>(&self, ids: &[String]) -> Result<Vec<R>, ActError> {
        let kept = self.change.get_many(R::KIND, ids).await?;
        kept.iter().filter(|kept| kept.body.is_some()).map(open).collect()
    }

    /// States by what they are found by, lowest rank first.
    ///
    /// # Errors
    /// That the store fails.
    pub async fn found<R: Record>(&self, name: &'static str, value: String, limit: u64) -> Result<Vec<R>, ActError> {
        let page = Page { limit, ..Page::default() };
        let found = self.change.find(&Search { kind: R::KIND, name, value, page }).await?;
        let ids: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
        self.get_many(&ids).await
    }

    /// Keeps a state.
    ///
    /// # Errors
    /// That the store fails.
    pub async fn put<R: Record>(&self, state: &R) -> Result<(), ActError> {
        let body = serde_json::to_vec(state).map_err(unwritable)?;
        let owner = state.owner().map(pair);
        Ok(self.change.put(NewRecord { kind: R::KIND, id: state.id(), owner, body, found: state.found() }).await?)
    }

    /// Notes what happened to a state: each event under the record's kind and its own, with its private texts sealed.
    ///
    /// # Errors
    /// When an event can't be written as JSON.
    pub fn happened<R: Record, E: Serialize>(&self, state: &R, events: &[E]) -> Result<(), ActError> {
        let subject = Party { kind: R::KIND.to_owned(), id: state.id() };
        for event in events {
            let after = serde_json::to_value(event).map_err(unwritable)?;
            let kind = format!("{}.{}", R::KIND, kind_of(&after));
            self.note(kind, subject.clone(), (Value::Null, after), state.owner());
        }
        Ok(())
    }

    /// Notes something that happened.
    pub fn note(&self, kind: String, subject: Party, (mut before, mut after): (Value, Value), about: Option<&Seller>) {
        let reason = reason_of(&after).unwrap_or_else(|| kind.clone());
        let mut private = Vec::new();
        private::take(&mut before, "/before", &mut private);
        private::take(&mut after, "/after", &mut private);
        let (actor, about) = (self.by.party(), about.map(pair));
        if TOLD.iter().any(|told| kind.starts_with(told)) {
            let payload = json!({"subject": {"kind": subject.kind, "id": subject.id}, "change": after,
                "seller": about.as_ref().map(|(marketplace, id)| json!({"marketplace": marketplace, "seller_id": id}))});
            let (message_id, at) = (Uuid::now_v7(), self.change.now());
            let payload = payload.to_string().into_bytes();
            let message = Message { message_id, kind: kind.clone(), at, payload, about: about.clone() };
            self.told.lock().unwrap_or_else(PoisonError::into_inner).push(message);
        }
        self.change.note(Noted { actor, kind, subject, reason, before, after, private, about });
    }
}

/// The words by which events of `cases` say what they are: the outer, then the inner.
fn kind_of(event: &Value) -> String {
    let words = ["kind", "event"].into_iter().filter_map(|tag| event.get(tag).and_then(Value::as_str));
    let words: Vec<&str> = words.collect();
    match words.is_empty() {
        true => event.as_object().and_then(|object| object.keys().next()).cloned().unwrap_or_else(|| "changed".into()),
        false => words.join("."),
    }
}

/// A reason that is a code; the words of others are private.
fn reason_of(event: &Value) -> Option<String> {
    let reason = event.get("reason").or_else(|| event.pointer("/judgement/reason"))?.as_str()?;
    (!reason.is_empty() && private::is_code(reason)).then(|| reason.to_owned())
}
