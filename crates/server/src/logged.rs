//! Changes that people and machines make beside what `office` does, as the trail has them: accounts, keys, webhooks, banks,
//! what is in force, erasures. They name ids and codes, never what is personal.

use serde_json::{Value, json};
use touchstone_audit::event::Party;
use touchstone_store::{Logged, Noted, StoreError};

use crate::active::hex;
use crate::actor::Actor;
use crate::app::App;
use crate::problem::Problem;

/// Who does something.
pub(crate) fn party(actor: &Actor) -> Party {
    let kind = if actor.who().is_some() { "person" } else { "key" };
    Party { kind: kind.to_owned(), id: actor.id.clone() }
}

/// The house itself: one of its parts.
pub(crate) fn house(part: &str) -> Party {
    Party { kind: "house".to_owned(), id: part.to_owned() }
}

/// Something that was done to a thing, with what is told of it. `kind` is a slug that begins with the thing's.
pub(crate) fn logged(at: i64, actor: Party, kind: &str, id: impl ToString, after: Value) -> Logged {
    let thing = kind.split_once('.').map_or(kind, |(thing, _)| thing).to_owned();
    let subject = Party { kind: thing, id: id.to_string() };
    let (kind, reason) = (kind.to_owned(), kind.to_owned());
    let noted = Noted { actor, kind, subject, reason, before: Value::Null, after, private: Vec::new(), about: None };
    Logged { at, noted }
}

/// The same about a seller, named as events name one.
pub(crate) fn about_seller(at: i64, actor: Party, kind: &str, (marketplace, seller_id): (&str, &str)) -> Logged {
    let after = json!({"marketplace": marketplace, "seller_id": seller_id});
    logged(at, actor, kind, seller_id, after)
}

impl App {
    /// Notes what is in force now.
    ///
    /// # Errors
    /// When the store fails.
    pub(crate) async fn log_in_force(&self, by: Party) -> Result<(), StoreError> {
        let active = self.in_force.current();
        let policy = hex(&active.policy.hash());
        let what = json!({"knowledge": hex(&active.snapshot.hash)});
        self.store.log(logged(self.clock.micros(), by, "policy.loaded", policy, what)).await
    }

    /// Notes what was done outside the database.
    ///
    /// # Errors
    /// When the store fails; what was done stands all the same.
    pub(crate) async fn log(&self, actor: &Actor, kind: &str, id: impl ToString, after: Value) -> Result<(), Problem> {
        Ok(self.store.log(logged(self.clock.micros(), party(actor), kind, id, after)).await?)
    }
}
