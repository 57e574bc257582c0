//! The token by which an OpenID provider says who somebody is, checked: signature, issuer, audience, time, nonce
//! (OpenID Connect Core 3.1.3.7).
//!
//! The cryptography is `ring`'s. A key is chosen by its id and used for the one algorithm that it is for, and only
//! algorithms with public keys are known, so that no token chooses how it is checked.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Bytes of a token, at most.
const TOKEN_BYTES_MAX: usize = 16 << 10;
/// Keys of a provider, at most.
const KEYS_MAX: usize = 100;
/// Seconds by which the provider's clock may differ.
const SKEW_SECONDS: i64 = 60;

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no token.
    #[error("it is no signed token")]
    Form,
    /// Its algorithm is none that is accepted.
    #[error("its algorithm is not accepted")]
    Algorithm,
    /// No key of the provider has signed it.
    #[error("no key of the provider has signed it")]
    Signature,
    /// Another issuer.
    #[error("it comes from another issuer")]
    Issuer,
    /// For somebody else.
    #[error("it is meant for another client")]
    Audience,
    /// Too old, or from the future.
    #[error("its time is over, or has not come")]
    Time,
    /// Not the answer to our question.
    #[error("it does not answer this login")]
    Nonce,
}

/// The public keys of a provider.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ProviderKeys {
    keys: Vec<Jwk>,
}

#[derive(Debug, Clone, Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl ProviderKeys {
    /// Reads the document that a provider publishes.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(json: &[u8]) -> Result<Self, TokenError> {
        let keys: Self = serde_json::from_slice(json).map_err(|_| TokenError::Form)?;
        if keys.keys.len() > KEYS_MAX { Err(TokenError::Form) } else { Ok(keys) }
    }
}

/// What a token has to say.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The provider.
    pub issuer: &'a str,
    /// We, as the provider knows us.
    pub client_id: &'a str,
    /// What we asked with.
    pub nonce: &'a str,
    /// Seconds since 1970.
    pub now: i64,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Claims {
    iss: String,
    /// Who it is, for this issuer.
    pub sub: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    /// All else.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// Believes a token, or says why not.
///
/// # Errors
/// Why not.
pub fn verify(token: &str, keys: &ProviderKeys, expected: Expected<'_>) -> Result<Claims, TokenError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenError::Form);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Form)?;
    let (head, body) = signed.split_once('.').ok_or(TokenError::Form)?;
    let header: Header = serde_json::from_slice(&decode(head)?).map_err(|_| TokenError::Form)?;
    // What must be understood is something that we do not understand.
    if header.crit.is_some() {
        return Err(TokenError::Form);
    }
    let algorithm = Algorithm::parse(&header.alg).ok_or(TokenError::Algorithm)?;
    let signature = decode(signature)?;
    let candidates = keys.keys.iter().filter(|key| key.is_for(&header, algorithm));
    let mut signers = candidates.filter(|key| algorithm.verify(key, signed.as_bytes(), &signature).is_some());
    signers.next().ok_or(TokenError::Signature)?;
    let claims: Claims = serde_json::from_slice(&decode(body)?).map_err(|_| TokenError::Form)?;
    claims.check(expected).map(|()| claims)
}

fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| TokenError::Form)
}

impl Claims {
    fn check(&self, expected: Expected<'_>) -> Result<(), TokenError> {
        let audiences = match &self.aud {
            Audience::One(one) => std::slice::from_ref(one),
            Audience::Many(many) => many,
        };
        let ours = audiences.iter().any(|audience| audience == expected.client_id);
        let party = match &self.azp {
            Some(party) => party == expected.client_id,
            None => audiences.len() == 1,
        };
        match self {
            _ if self.iss != expected.issuer || self.sub.is_empty() => Err(TokenError::Issuer),
            _ if !ours || !party => Err(TokenError::Audience),
            _ if self.exp <= expected.now.saturating_sub(SKEW_SECONDS) => Err(TokenError::Time),
            _ if self.iat > expected.now.saturating_add(SKEW_SECONDS) => Err(TokenError::Time),
            _ if self.nonce.as_deref() != Some(expected.nonce) => Err(TokenError::Nonce),
            _ => Ok(()),
        }
    }
}

impl Jwk {
    fn is_for(&self, header: &Header, algorithm: Algorithm) -> bool {
        let same = |own: &Option<String>, asked: &str| own.as_deref().is_none_or(|own| own == asked);
        let named = header.kid.is_none() || self.kid == header.kid;
        named && same(&self.used_for, "sig") && same(&self.alg, &header.alg) && self.kty == algorithm.key_type()
    }

    fn part(part: &Option<String>) -> Option<Vec<u8>> {
        BASE64URL_NOPAD.decode(part.as_deref()?.as_bytes()).ok()
    }

    /// A point of a curve whose coordinates have so many bytes.
    fn point(&self, curve: &str, bytes: usize) -> Option<Vec<u8>> {
        let (x, y) = (Self::part(&self.x)?, Self::part(&self.y)?);
        let fits = self.crv.as_deref() == Some(curve) && x.len() == bytes && y.len() == bytes;
        fits.then(|| [vec![4], x, y].concat())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    Es384,
    EdDsa,
}

impl Algorithm {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rs256,
            "PS256" => Self::Ps256,
            "ES256" => Self::Es256,
            "ES384" => Self::Es384,
            "EdDSA" => Self::EdDsa,
            _ => return None,
        })
    }

    fn key_type(self) -> &'static str {
        match self {
            Self::Rs256 | Self::Ps256 => "RSA",
            Self::Es256 | Self::Es384 => "EC",
            Self::EdDsa => "OKP",
        }
    }

    /// Something if this key has signed it.
    fn verify(self, key: &Jwk, signed: &[u8], signature: &[u8]) -> Option<()> {
        let with = |algorithm: &'static dyn VerificationAlgorithm, public: Vec<u8>| {
            UnparsedPublicKey::new(algorithm, public).verify(signed, signature).ok()
        };
        match self {
            Self::Rs256 | Self::Ps256 => {
                let padding = match self {
                    Self::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
                    _ => &signature::RSA_PSS_2048_8192_SHA256,
                };
                let public = RsaPublicKeyComponents { n: Jwk::part(&key.n)?, e: Jwk::part(&key.e)? };
                public.verify(padding, signed, signature).ok()
            }
            Self::Es256 => with(&signature::ECDSA_P256_SHA256_FIXED, key.point("P-256", 32)?),
            Self::Es384 => with(&signature::ECDSA_P384_SHA384_FIXED, key.point("P-384", 48)?),
            Self::EdDsa if key.crv.as_deref() == Some("Ed25519") => with(&signature::ED25519, Jwk::part(&key.x)?),
            Self::EdDsa => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn expected() -> Expected<'static> {
        Expected { issuer: "https://id.example", client_id: "touchstone", nonce: "n-1", now: NOW }
    }

    fn claims() -> Value {
        json!({"iss": "https://id.example", "sub": "u-7", "aud": "touchstone", "exp": NOW + 300, "iat": NOW,
            "nonce": "n-1", "groups": ["review"]})
    }

    fn encoded(value: &Value) -> String {
        BASE64URL_NOPAD.encode(value.to_string().as_bytes())
    }

    fn signed(pair: &Ed25519KeyPair, header: &Value, claims: &Value) -> String {
        let text = format!("{}.{}", encoded(header), encoded(claims));
        let signature = BASE64URL_NOPAD.encode(pair.sign(text.as_bytes()).as_ref());
        format!("{text}.{signature}")
    }

    fn provider() -> (Ed25519KeyPair, ProviderKeys) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let x = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        let keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "use": "sig", "x": x}]});
        (pair, ProviderKeys::parse(keys.to_string().as_bytes()).unwrap())
    }

    fn header() -> Value {
        json!({"alg": "EdDSA", "kid": "k"})
    }

    #[test]
    fn a_token_is_believed_that_says_all_it_has_to() {
        let (pair, keys) = provider();
        let found = verify(&signed(&pair, &header(), &claims()), &keys, expected()).unwrap();
        assert_eq!((found.sub.as_str(), &found.more["groups"]), ("u-7", &json!(["review"])));
        let mut many = claims();
        (many["aud"], many["azp"]) = (json!(["other", "touchstone"]), json!("touchstone"));
        assert!(verify(&signed(&pair, &header(), &many), &keys, expected()).is_ok());
        let without_kid = json!({"alg": "EdDSA"});
        assert!(verify(&signed(&pair, &without_kid, &claims()), &keys, expected()).is_ok());
    }

    #[test]
    fn a_token_with_one_wrong_claim_is_not_believed() {
        let (pair, keys) = provider();
        for (claim, value, why) in [
            ("iss", json!("https://id.example/"), TokenError::Issuer),
            ("sub", json!(""), TokenError::Issuer),
            ("aud", json!("other"), TokenError::Audience),
            ("aud", json!(["touchstone", "other"]), TokenError::Audience),
            ("aud", json!([]), TokenError::Audience),
            ("azp", json!("other"), TokenError::Audience),
            ("exp", json!(NOW - 61), TokenError::Time),
            ("iat", json!(NOW + 61), TokenError::Time),
            ("nonce", json!("n-2"), TokenError::Nonce),
            ("nonce", json!(null), TokenError::Nonce),
            ("exp", json!("soon"), TokenError::Form),
            ("iat", json!(null), TokenError::Form),
        ] {
            let mut wrong = claims();
            wrong[claim] = value.clone();
            let refused = verify(&signed(&pair, &header(), &wrong), &keys, expected());
            assert_eq!(refused, Err(why), "{claim} {value}");
        }
    }

    #[test]
    fn a_token_does_not_choose_how_it_is_checked() {
        let (pair, keys) = provider();
        for (header, why) in [
            (json!({"alg": "none"}), TokenError::Algorithm),
            (json!({"alg": "HS256", "kid": "k"}), TokenError::Algorithm),
            (json!({"alg": "ES256", "kid": "k"}), TokenError::Signature),
            (json!({"alg": "EdDSA", "kid": "other"}), TokenError::Signature),
            (json!({"alg": "EdDSA", "kid": "k", "crit": ["b64"]}), TokenError::Form),
        ] {
            assert_eq!(verify(&signed(&pair, &header, &claims()), &keys, expected()), Err(why), "{header}");
        }
        let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
        assert_eq!(verify(&signed(&other, &header(), &claims()), &keys, expected()), Err(TokenError::Signature));
        let encrypting = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k", "use": "enc",
            "x": BASE64URL_NOPAD.encode(pair.public_key().as_ref())}]});
        let encrypting = ProviderKeys::parse(encrypting.to_string().as_bytes()).unwrap();
        assert_eq!(verify(&signed(&pair, &header(), &claims()), &encrypting, expected()), Err(TokenError::Signature));
    }

    #[test]
    fn a_changed_or_cut_token_is_not_believed() {
        let (pair, keys) = provider();
        let token = signed(&pair, &header(), &claims());
        for at in 0..token.len() {
            let cut = &token[..at];
            assert!(verify(cut, &keys, expected()).is_err(), "cut at {at}");
            let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
            let mut changed = token.clone();
            changed.replace_range(at..=at, other);
            assert!(verify(&changed, &keys, expected()).is_err(), "changed at {at}");
        }
        for no_token in ["", ".", "..", "a.b.c", &"a".repeat(TOKEN_BYTES_MAX + 1)] {
            assert_eq!(verify(no_token, &keys, expected()), Err(TokenError::Form));
        }
    }

    #[test]
    fn keys_of_a_curve_sign_too() {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let [x, y] = [x, y].map(|part| BASE64URL_NOPAD.encode(part));
        let keys = json!({"keys": [{"kty": "EC", "crv": "P-256", "alg": "ES256", "x": x, "y": y}]});
        let keys = ProviderKeys::parse(keys.to_string().as_bytes()).unwrap();
        let text = format!("{}.{}", encoded(&json!({"alg": "ES256"})), encoded(&claims()));
        let signature = BASE64URL_NOPAD.encode(pair.sign(&random, text.as_bytes()).unwrap().as_ref());
        assert!(verify(&format!("{text}.{signature}"), &keys, expected()).is_ok());
    }
}
