//! What is sent and what is signed, as <https://www.standardwebhooks.com> has it: HMAC-SHA256 of `ID.TIMESTAMP.BODY`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::clock::rfc3339;
use crate::problem::Problem;

/// Bytes of a secret: as many as the hash has.
const SECRET_LEN: usize = 32;
/// What a secret begins with as text.
const SECRET: &str = "whsec_";
/// What the id of a message begins with.
const MESSAGE: &str = "msg_";

/// What signs the messages to one receiver, who has it too.
pub(crate) struct Secret(pub(crate) Vec<u8>);

impl Secret {
    /// One that nobody can guess.
    pub(crate) fn make() -> Result<Self, Problem> {
        let mut bytes = vec![0; SECRET_LEN];
        let filled = SystemRandom::new().fill(&mut bytes);
        filled.map_err(|error| Problem::internal("the system gives no random bytes", error)).map(|()| Self(bytes))
    }

    /// As the receiver gets it.
    pub(crate) fn text(&self) -> String {
        format!("{SECRET}{}", STANDARD.encode(&self.0))
    }
}

/// The id of a message as receivers get it.
pub(crate) fn message_id(id: Uuid) -> String {
    format!("{MESSAGE}{id}")
}

/// Reads an id as receivers got it.
pub(crate) fn parse_message_id(text: &str) -> Option<Uuid> {
    text.strip_prefix(MESSAGE)?.parse().ok()
}

#[derive(Serialize)]
struct Body<'m> {
    r#type: &'m str,
    timestamp: String,
    data: &'m RawValue,
}

/// The body of a message, each time the same. `at` is when it happened, in microseconds since 1970.
pub(crate) fn body(kind: &str, at: i64, payload: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&Body { r#type: kind, timestamp: rfc3339(at), data: serde_json::from_slice(payload)? })
}

/// The signature of one try; `timestamp` is in seconds since 1970.
pub(crate) fn signature(secret: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut signing = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret));
    signing.update(format!("{id}.{timestamp}.").as_bytes());
    signing.update(body);
    format!("v1,{}", STANDARD.encode(signing.sign()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// Computed with another program: `openssl dgst -sha256 -mac HMAC`.
    #[test]
    fn a_signature_is_that_of_others() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_and_ids_have_their_forms() {
        let (one, other) = (Secret::make().unwrap().text(), Secret::make().unwrap().text());
        assert!(one.starts_with("whsec_") && one.len() == 6 + 44 && one != other);
        let id = Uuid::now_v7();
        assert_eq!(parse_message_id(&message_id(id)), Some(id));
        assert_eq!(parse_message_id(&id.to_string()), None);
    }

    #[test]
    fn a_body_holds_the_payload_as_it_is() {
        let body = body("action.taken", 1_793_491_200_000_000, br#"{"b":1,"a":[ ]}"#).unwrap();
        let text = String::from_utf8(body).unwrap();
        assert_eq!(text, r#"{"type":"action.taken","timestamp":"2026-11-01T00:00:00Z","data":{"b":1,"a":[ ]}}"#);
    }
}
