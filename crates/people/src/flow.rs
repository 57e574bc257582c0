//! A login with an OpenID provider that is on its way: what is given to the browser and what only we know, so that the
//! answer belongs to the browser that asked (state), to this login (nonce), and to us (PKCE, RFC 7636).

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

use crate::chance::{NoChance, random};

/// Seconds that somebody may take to log in there.
pub const PATIENCE_SECONDS: i64 = 600;

/// What is kept, sealed, in a cookie of the browser.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// The provider.
    pub provider: String,
    /// What the token has to repeat.
    pub nonce: String,
    /// What only we can show beside the code.
    pub verifier: String,
    /// Until when the answer is taken, in seconds since 1970.
    pub until: i64,
}

impl Flow {
    /// A new one; gives with it the state by which its cookie is found to belong to the answer.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn begin(provider: &str, now: i64) -> Result<(Self, String), NoChance> {
        let text = || random::<32>().map(|bytes| BASE64URL_NOPAD.encode(&bytes));
        let (nonce, verifier, state) = (text()?, text()?, text()?);
        Ok((Self { provider: provider.to_owned(), nonce, verifier, until: now + PATIENCE_SECONDS }, state))
    }

    /// What the provider is shown first, and checks the verifier against.
    #[must_use]
    pub fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(digest(&SHA256, self.verifier.as_bytes()).as_ref())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::Flow;

    /// Appendix B of RFC 7636.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let (flow, state) = Flow::begin("shop", 7).unwrap();
        assert!(flow.verifier.len() == 43 && flow.verifier != flow.nonce && state != flow.nonce && flow.until == 607);
        let flow = Flow { verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned(), ..flow };
        assert_eq!(flow.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
