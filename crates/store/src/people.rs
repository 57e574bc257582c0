//! Accounts, sessions, failed logins, and who read whose personal data.
//!
//! What a person is called, the password's hash and the second factor's secret are sealed under a key of the person, which
//! is sealed by the master key and stands in the account's row. Dropping it erases the person; the id stays, since logs
//! and trails name it.

mod access;
mod accounts;
mod attempts;
mod factors;
mod note;
mod sessions;

pub use self::access::{Access, AccessFilter};
pub use self::accounts::{Account, AccountChange, Factor, NewAccount};
pub use self::attempts::Tried;
pub use self::sessions::{NewSession, Session};

pub(crate) use self::access::Waiting;
