//! Passwords are hashed a few at a time: each takes a core for some tens of milliseconds, and 19 MiB.

use tokio::sync::Semaphore;
use touchstone_people::password::{self, PasswordError};

use crate::problem::{Code, Problem};

/// Turns at hashing.
pub(crate) struct Hashing(Semaphore);

impl Hashing {
    pub(crate) fn new(at_once: usize) -> Self {
        Self(Semaphore::new(at_once.max(1)))
    }

    /// Hashes a password that was checked.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Problem> {
        let hash = self.turn(move || password::hash(&password)).await?;
        hash.map_err(|error| Problem::internal("a password can't be hashed", error))
    }

    /// Whether it is the password; without a hash it takes as long.
    pub(crate) async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        self.turn(move || password::verify(&password, hash.as_deref())).await
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
        let closed = |error: &dyn std::fmt::Display| Problem::internal("a password can't be hashed", error);
        let _turn = self.0.acquire().await.map_err(|error| closed(&error))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| closed(&error))
    }
}

/// What is wrong with a new password, as callers are told.
pub(crate) fn refused(error: PasswordError) -> Problem {
    match error {
        PasswordError::Unhashed => Problem::internal("a password can't be made", error),
        weak => Problem::new(Code::BadPassword, weak.to_string()),
    }
}
