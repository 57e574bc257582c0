//! Accounts, roles and rights: who may do what, and how it is proved who somebody is.
//!
//! ```text
//! key ───────────────────────────► scopes ─┐
//! password, code ─► account ─► session ─► roles ─► rights: role × resource × action ─► reach ─ covers ─► this object?
//! token of an OpenID provider ─┘                                        any, own, assigned
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`role`], [`rights`] | the roles, and the table of what each may |
//! | [`scope`] | what a key of a machine may |
//! | [`party`] | for whom an account acts: staff, a seller, a rights holder |
//! | [`login`], [`password`] | names and passwords of local accounts |
//! | [`totp`], [`recovery`] | the second factor, and what opens without it |
//! | [`session`] | tokens of sessions, and what proves that a page of ours calls |
//! | [`throttle`] | how long who guesses waits |
//! | [`flow`], [`id_token`] | a login with an OpenID provider, and what it says, checked |
//! | [`reference`] | docs/rights.md |
//!
//! It knows no HTTP, no database and no clock: moments are arguments. Only salts, secrets and tokens are random.

pub mod flow;
pub mod id_token;
pub mod login;
pub mod party;
pub mod password;
pub mod recovery;
pub mod reference;
pub mod rights;
pub mod role;
pub mod scope;
pub mod session;
pub mod throttle;
pub mod totp;

mod chance;

pub use chance::NoChance;
pub use party::Party;
pub use rights::{Action, Reach, Relation, Resource};
pub use role::{Role, Roles};
pub use scope::Scope;
