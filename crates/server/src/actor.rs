//! Who calls, a machine with a key or a person with a session, and what they may do to what.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use touchstone_people::{Action, Party, Reach, Relation, Resource, Roles, Scope, rights, scope};
use touchstone_store::{Account, Session};
use uuid::Uuid;

use crate::app::App;
use crate::problem::{Code, Problem};
use crate::session;

/// Who calls.
pub(crate) struct Actor {
    /// The public part of the key, or the account's id.
    pub(crate) id: String,
    who: Who,
}

enum Who {
    Machine(Vec<Scope>),
    Person(Box<Person>),
}

/// A person who has logged in.
pub(crate) struct Person {
    pub(crate) account: Account,
    pub(crate) roles: Roles,
    pub(crate) party: Party,
    pub(crate) session: Session,
    /// What a page of ours sends beside the cookie.
    pub(crate) proof: String,
}

impl Actor {
    pub(crate) fn machine(id: String, scopes: Vec<Scope>) -> Self {
        Self { id, who: Who::Machine(scopes) }
    }

    pub(crate) fn person(person: Person) -> Self {
        Self { id: person.account.account_id.to_string(), who: Who::Person(Box::new(person)) }
    }

    /// As trails name it.
    pub(crate) fn name(&self) -> String {
        match &self.who {
            Who::Machine(_) => format!("key {}", self.id),
            Who::Person(_) => format!("account {}", self.id),
        }
    }

    /// The person, if it is one.
    pub(crate) fn who(&self) -> Option<&Person> {
        match &self.who {
            Who::Machine(_) => None,
            Who::Person(person) => Some(person),
        }
    }

    /// The scopes of a machine's key.
    pub(crate) fn scopes(&self) -> &[Scope] {
        match &self.who {
            Who::Machine(scopes) => scopes,
            Who::Person(_) => &[],
        }
    }

    /// To which objects of a kind it may do this.
    pub(crate) fn reach(&self, resource: Resource, action: Action) -> Reach {
        match &self.who {
            Who::Machine(scopes) => scope::reach_of_key(scopes, resource, action),
            Who::Person(person) => rights::reach(person.roles, resource, action),
        }
    }

    /// The same; refuses who may do it to none.
    pub(crate) fn may(&self, resource: Resource, action: Action) -> Result<Reach, Problem> {
        match self.reach(resource, action) {
            Reach::NONE => Err(self.forbidden(resource, action)),
            reach => Ok(reach),
        }
    }

    fn forbidden(&self, resource: Resource, action: Action) -> Problem {
        let (resource_name, action_name) = (resource.as_str(), action.as_str());
        let opening =
            Scope::ALL.into_iter().filter(|scope| !scope::reach_of_key(&[*scope], resource, action).is_none());
        let scopes: Vec<&str> = opening.map(Scope::as_str).collect();
        let detail = match &self.who {
            Who::Machine(_) if !scopes.is_empty() => format!("needs the scope {}", scopes.join(" or ")),
            _ => format!("needs the right to {action_name} {resource_name}"),
        };
        Problem::new(Code::Forbidden, detail)
    }

    /// Refuses who may do this to no object, and does not let on that there is this one to who may do it to others.
    pub(crate) fn may_with(
        &self,
        resource: Resource,
        action: Action,
        relation: Relation,
        absent: impl FnOnce() -> Problem,
    ) -> Result<(), Problem> {
        if self.may(resource, action)?.covers(relation) { Ok(()) } else { Err(absent()) }
    }

    /// How it stands to what belongs to a seller.
    pub(crate) fn to_seller(&self, marketplace: &str, seller_id: &str) -> Relation {
        let own = self.who().is_some_and(|person| person.party.is_seller(marketplace, seller_id));
        if own { Relation::Own } else { Relation::Foreign }
    }

    /// How it stands to what belongs to an account.
    pub(crate) fn to_account(&self, account: Uuid) -> Relation {
        let own = self.who().is_some_and(|person| person.account.account_id == account);
        if own { Relation::Own } else { Relation::Foreign }
    }
}

impl FromRequestParts<Arc<App>> for Actor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let actor = match parts.headers.get(header::AUTHORIZATION) {
            Some(given) => {
                let text = given.to_str().unwrap_or_default();
                let text = text.strip_prefix("Bearer ").or_else(|| text.strip_prefix("bearer "));
                let text = text.ok_or_else(|| Problem::new(Code::Unauthenticated, "no bearer key in Authorization"))?;
                let known = app.keys.client(text.trim(), app.clock.micros());
                known.ok_or_else(|| Problem::new(Code::Unauthenticated, "the key is not accepted"))?
            }
            None => session::person(app, parts).await.map(Self::person)?,
        };
        app.admit(&actor.id)?;
        Ok(actor)
    }
}
