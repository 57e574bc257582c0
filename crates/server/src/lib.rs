//! Screening as a service: one call in the publish flow, nothing lost.
//!
//! ```text
//! request ─ key, rate, size ─► items ─ catalog ─► batch ─ sellers, history ─► context
//!                                                   └────────► pool: screen (the same as for a file)
//! answer ◄─ after fsync ─ store ◄─ decisions, and the answer itself under its idempotency key
//! ```
//!
//! | module | holds |
//! |---|---|
//! | [`serve`](serve::serve) | listening, signals, graceful shutdown |
//! | [`tls`] | certificates, read again when they change |
//! | [`connections`], [`memory`] | how many callers, and how much of what they send and take |
//! | [`app`] | what all requests share |
//! | [`load`] | how much is taken into work |
//! | [`desk`] | calls that come together are decided on together |
//! | [`lookup`] | what the store knows of listings before they are read |
//! | [`pool`] | the fixed threads that screen |
//! | [`active`] | knowledge and policy in force, and how they are replaced |
//! | [`kept`] | what was in force, for decisions that name it |
//! | [`problem`] | errors: RFC 9457, a stable code, a page each |
//! | [`guard`], [`headers`] | what every call passes, and what every answer tells browsers |
//! | [`keys`], [`session`], [`actor`] | who calls, and what they may |
//! | [`hashing`], [`provider`] | how it is proved who somebody is |
//! | [`read_log`] | who read whose personal data |
//! | [`idempotency`] | a retry gets the same answer, a twin waits |
//! | [`screening`] | `POST /v1/screen` |
//! | [`finder`] | the words of listings, to be searched |
//! | [`fetch`] | pictures by address, safely |
//! | [`pictures`] | kept once, looked at once, decided on with the words |
//! | [`hooks`] | what happened is sent to whoever wants it |
//! | [`trail`] | the trail of changes is signed and written outside |
//! | [`shelf`] | the banks of pictures, read again several times a second |
//! | [`near`] | near copies among the pictures of listings |
//! | [`backtest`] | what another policy would have done |
//! | [`past`] | versions that were allowed, and blocked listings that come back |
//! | [`routes`] | the other calls |
//! | [`observe`], [`trace`] | logs, metrics, traces |
//! | [`inside`] | calls without a socket |
//! | [`client`] | what a load test calls it with |
//! | [`openapi`], [`pages`] | what engineers read |
//!
//! This crate knows HTTP and no SQL. What it logs holds ids and codes, never what a listing says.

#![allow(clippy::result_large_err, reason = "a problem is made once a failed call, and says much")]

mod account;
pub mod active;
mod actor;
pub mod app;
mod backtest;
pub mod client;
pub mod clock;
pub mod config;
mod connections;
mod console;
pub mod control;
mod desk;
pub mod fetch;
mod finder;
mod govern;
mod guard;
mod hashing;
mod headers;
mod hooks;
mod idempotency;
pub mod inside;
mod items;
mod kept;
mod keys;
mod likeness;
mod load;
mod logged;
mod lookup;
mod media;
mod memory;
mod near;
mod observe;
pub mod openapi;
mod packed;
mod pages;
mod partial;
mod past;
pub mod pictures;
mod pool;
pub mod problem;
mod provider;
mod read_log;
mod routes;
mod screening;
mod sent;
pub mod serve;
mod session;
mod shared;
mod shelf;
mod tls;
mod trace;
pub mod trail;
mod view;

pub use account::AccountOrder;
pub use app::App;
pub use config::{Config, HookSettings, PictureSettings};
pub use keys::NewSecret;
pub use routes::router;
pub use touchstone_people::Scope;
pub use touchstone_store::{Location, Message, PicturePlace, StoreError, TrailReader};
