//! Bytes that nobody can guess.

use ring::rand::{SecureRandom, SystemRandom};

/// The system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoChance;

pub(crate) fn random<const LEN: usize>() -> Result<[u8; LEN], NoChance> {
    let mut bytes = [0; LEN];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoChance)?;
    Ok(bytes)
}
