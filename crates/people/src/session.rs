//! Sessions: a token of 256 bits in a cookie, of which only a hash is kept. What proves that a page of ours calls is
//! derived from the token, so that it belongs to it alone and is kept nowhere.

use data_encoding::HEXLOWER;
use ring::digest::{SHA256, digest};
use ring::hmac;
use subtle::ConstantTimeEq as _;

use crate::chance::{NoChance, random};

/// Seconds without a call after which a session ends.
pub const IDLE_SECONDS: i64 = 8 * 3_600;
/// Seconds after which it ends whatever happens.
pub const LIFE_SECONDS: i64 = 7 * 24 * 3_600;

/// What a browser has.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

impl Token {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate() -> Result<Self, NoChance> {
        Ok(Self(HEXLOWER.encode(&random::<32>()?)))
    }

    /// One that a browser sent, if it has the form of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex.then(|| Self(text.to_owned()))
    }

    /// What the browser keeps.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What we keep.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.0.as_bytes()).as_ref());
        hash
    }

    /// What a page of ours sends beside the cookie. Other pages can't read it.
    #[must_use]
    pub fn proof(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        HEXLOWER.encode(hmac::sign(&key, b"csrf").as_ref())
    }

    /// Whether this is the proof of the session.
    #[must_use]
    pub fn is_proof(&self, given: &str) -> bool {
        self.proof().as_bytes().ct_eq(given.as_bytes()).into()
    }
}

/// Whether a session that was opened and last seen at these moments is still one, all in microseconds since 1970.
#[must_use]
pub fn lives(opened_at: i64, seen_at: i64, now: i64) -> bool {
    now < seen_at + IDLE_SECONDS * 1_000_000 && now < opened_at + LIFE_SECONDS * 1_000_000
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_proof_is_of_this_session_alone() {
        let (one, other) = (Token::generate().unwrap(), Token::generate().unwrap());
        assert!(one.is_proof(&one.proof()) && !one.is_proof(&other.proof()) && !one.is_proof(""));
        assert_eq!(Token::parse(one.text()), Some(one.clone()));
        assert_ne!(one.hash(), other.hash());
        for wrong in ["", "ab", &one.text().to_uppercase(), &format!("{}0", one.text())] {
            assert_eq!(Token::parse(wrong), None);
        }
    }

    #[test]
    fn a_session_ends_by_rest_and_by_age() {
        let hours = |hours: i64| hours * 3_600 * 1_000_000;
        assert!(lives(0, 0, hours(8) - 1) && !lives(0, 0, hours(8)));
        assert!(lives(0, hours(167), hours(168) - 1) && !lives(0, hours(167), hours(168)));
    }
}
