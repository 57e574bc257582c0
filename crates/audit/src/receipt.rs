//! Receipts: a signature by which a seller or a rights holder shows later, offline, that what they were told was not
//! altered.
//!
//! What is signed is a line of its own before the receipt's canonical JSON. No head begins with that line, so a receipt
//! can never be passed off as a head, nor a head as a receipt, even by one key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::event::ID_BYTES_MAX;
use crate::keys::{Entry, KeyId, Keys, SecretKey};
use crate::moment::Moment;

/// Version of the form of a receipt.
pub const SCHEMA: u32 = 1;
/// Bytes of a receipt as JSON.
pub const RECEIPT_BYTES_MAX: usize = 8 << 10;
/// What the signed message begins with.
const DOMAIN: &[u8] = b"touchstone receipt v1\n";

/// What a receipt is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The body of a decision.
    Decision,
    /// A statement of reasons.
    Statement,
    /// The manifest of a case that was exported.
    Case,
}

impl Kind {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Statement => "statement",
            Self::Case => "case",
        }
    }
}

/// A signed word about the bytes of a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What the body is.
    pub kind: Kind,
    /// Id of the decision, statement or case.
    pub subject: String,
    /// SHA-256 of the body, 64 hexadecimal digits in lower case.
    pub body_sha256: String,
    /// When it was signed.
    pub issued_at: Moment,
    /// Which key signed: `NAME+ID`.
    pub key: String,
    /// The signature, base64.
    pub signature: String,
}

/// Why a receipt does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Not a receipt.
    #[error("it is not a receipt: {0}")]
    Form(String),
    /// The body is another one.
    #[error("the body is not the one that the receipt was given for: it was altered, or belongs to another receipt")]
    Body,
    /// No given key has that name.
    #[error("it is signed by {0}, which is none of the given keys")]
    UnknownKey(String),
    /// The key must not sign receipts, or not at that time.
    #[error("the key {0} may not sign a receipt of that time")]
    NotItsTurn(String),
    /// The key did not sign this.
    #[error("the key {0} did not sign this: the receipt was altered, or is forged")]
    Forged(String),
}

impl Receipt {
    /// Signs a body.
    ///
    /// # Errors
    /// If the subject is empty or longer than 256 bytes.
    pub fn issue(
        kind: Kind,
        subject: &str,
        body: &[u8],
        issued_at: Moment,
        key: &SecretKey,
    ) -> Result<Self, ReceiptError> {
        let mut receipt = Self {
            schema: SCHEMA,
            kind,
            subject: subject.to_owned(),
            body_sha256: hex(body),
            issued_at,
            key: key.public().label(),
            signature: String::new(),
        };
        receipt.signature = STANDARD.encode(key.sign(&receipt.message()?));
        Ok(receipt)
    }

    /// Reads a receipt as JSON.
    ///
    /// # Errors
    /// If it is none.
    pub fn read(json: &[u8]) -> Result<Self, ReceiptError> {
        if json.len() > RECEIPT_BYTES_MAX {
            return Err(ReceiptError::Form(format!("it has more than {RECEIPT_BYTES_MAX} bytes")));
        }
        serde_json::from_slice(json).map_err(|error| ReceiptError::Form(error.to_string()))
    }

    /// Whether one of the keys signed exactly this receipt for exactly this body; gives which.
    ///
    /// # Errors
    /// If not, and why. A forged receipt is called so before a body that does not fit is.
    pub fn verify<'k>(&self, body: &[u8], keys: &'k Keys) -> Result<&'k Entry, ReceiptError> {
        let message = self.message()?;
        let (name, id) = self.key_id().ok_or_else(|| form("key: NAME+ID is wanted"))?;
        let signature = self.signature_bytes().ok_or_else(|| form("signature: the base64 of 64 bytes is wanted"))?;
        let mut known = keys.named(name, id).peekable();
        if known.peek().is_none() {
            return Err(ReceiptError::UnknownKey(self.key.clone()));
        }
        let mut signers = known.filter(|entry| entry.key.holds(&message, &signature)).peekable();
        if signers.peek().is_none() {
            return Err(ReceiptError::Forged(self.key.clone()));
        }
        let its_turn = signers.find(|entry| entry.signs_receipt(self.issued_at));
        let entry = its_turn.ok_or_else(|| ReceiptError::NotItsTurn(self.key.clone()))?;
        if hex(body) == self.body_sha256 { Ok(entry) } else { Err(ReceiptError::Body) }
    }

    /// What is signed: all but the signature.
    fn message(&self) -> Result<Vec<u8>, ReceiptError> {
        if self.schema != SCHEMA {
            return Err(form("schema: 1 is wanted"));
        }
        if !(1..=ID_BYTES_MAX).contains(&self.subject.len()) {
            return Err(form("subject: 1 to 256 bytes are wanted"));
        }
        let mut message = DOMAIN.to_vec();
        let signed = json!({
            "schema": self.schema,
            "kind": self.kind.as_str(),
            "subject": self.subject,
            "body_sha256": self.body_sha256,
            "issued_at": self.issued_at.to_string(),
            "key": self.key,
        });
        canonical::write(&signed, &mut message).map_err(|error| ReceiptError::Form(error.to_string()))?;
        Ok(message)
    }

    fn key_id(&self) -> Option<(&str, KeyId)> {
        let (name, id) = self.key.rsplit_once('+')?;
        Some((name, KeyId::from_hex(id)?))
    }

    fn signature_bytes(&self) -> Option<[u8; 64]> {
        STANDARD.decode(&self.signature).ok()?.try_into().ok()
    }
}

fn form(why: &str) -> ReceiptError {
    ReceiptError::Form(why.to_owned())
}

fn hex(body: &[u8]) -> String {
    Sha256::digest(body)
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|n| char::from_digit(n.into(), 16))
        .collect()
}
