//! Keys that sign and keys that check, in the text form of C2SP's signed notes.
//!
//! A public key is `NAME+ID+BASE64`, the id being the beginning of a hash of name and key. A ring of them is a text with
//! one key a line, and beside it what it may sign and when: whoever checks years later needs the retired keys too, and
//! must not believe a head that a retired key signed yesterday.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::moment::Moment;

/// The kind of a key that signs notes by Ed25519.
const ED25519: u8 = 1;
/// Bytes of a key's name.
const NAME_BYTES_MAX: usize = 128;
/// Keys of one ring.
const KEYS_MAX: usize = 1_024;
/// How the text of a secret key begins.
const SECRET: &str = "PRIVATE+KEY+";

/// Why a text holds no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not of the form, or the id belongs to another name or key.
    #[error("not a key of the form NAME+ID+BASE64, or its id belongs to another key")]
    Form,
    /// A name that cannot stand in a note.
    #[error("a key's name has 1 to 128 bytes and neither spaces, plus signs nor control characters")]
    Name,
    /// A key with which a signature could hold for several messages.
    #[error("the key is a weak one: a signature by it could hold for several messages")]
    Weak,
    /// What stands beside the key.
    #[error("{0:?} is none of for=heads, for=receipts, from=, until=; a size for heads, a time for receipts")]
    Term(String),
    /// A line of a ring.
    #[error("line {line}: {error}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong there.
        error: Box<KeyError>,
    },
    /// A ring without keys, or with too many.
    #[error("1 to {KEYS_MAX} keys are wanted")]
    Count,
    /// The system gave no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Random(String),
}

/// The beginning of a hash of name and key, which tells keys of one name apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyId(pub [u8; 4]);

impl KeyId {
    fn of(name: &str, key: &VerifyingKey) -> Self {
        let hash = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]).chain_update(key.as_bytes());
        let hash = hash.finalize();
        Self([hash[0], hash[1], hash[2], hash[3]])
    }

    /// From its eight digits in lower case.
    pub(crate) fn from_hex(text: &str) -> Option<Self> {
        let id = Self(u32::from_str_radix(text, 16).ok()?.to_be_bytes());
        (id.to_string() == text).then_some(id)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A key that checks signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

impl PublicKey {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        Ok(Self { id: KeyId::of(name, &key), name: name.to_owned(), key })
    }

    /// Whose key it is: the origin of the heads that it signs.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which of the keys of that name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Name and id, as receipts name it: `NAME+ID`.
    pub fn label(&self) -> String {
        format!("{}+{}", self.name, self.id)
    }

    /// Whether the signature is this key's, of this message; strictly: it holds for no other message and no other key.
    pub(crate) fn holds(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, key) = parts(text)?;
        let key = Self::new(name, VerifyingKey::from_bytes(&key).map_err(|_| KeyError::Form)?)?;
        if key.id.to_string() == id { Ok(key) } else { Err(KeyError::Form) }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, self.id, encoded(self.key.as_bytes()))
    }
}

/// A key that signs. It never shows its secret but by [`SecretKey::export`].
pub struct SecretKey {
    public: PublicKey,
    key: SigningKey,
}

impl SecretKey {
    /// A new key from the system's random bytes.
    ///
    /// # Errors
    /// If the name cannot stand in a note, or the system gives no random bytes.
    pub fn generate(name: &str) -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| KeyError::Random(error.to_string()))?;
        Self::from_seed(name, seed)
    }

    /// The key of these 32 secret bytes.
    ///
    /// # Errors
    /// If the name cannot stand in a note.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(&seed);
        Ok(Self { public: PublicKey::new(name, key.verifying_key())?, key })
    }

    /// What others check by.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The secret as text, to be kept where only the signer reads: `PRIVATE+KEY+NAME+ID+BASE64`.
    pub fn export(&self) -> String {
        format!("{SECRET}{}+{}+{}", self.public.name, self.public.id, encoded(self.key.as_bytes()))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, seed) = parts(text.strip_prefix(SECRET).ok_or(KeyError::Form)?)?;
        let key = Self::from_seed(name, seed)?;
        if key.public.id.to_string() == id { Ok(key) } else { Err(KeyError::Form) }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public.label())
    }
}

/// Name, id and 32 bytes of `NAME+ID+BASE64`.
fn parts(text: &str) -> Result<(&str, &str, [u8; 32]), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(data)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    let data = STANDARD.decode(data).map_err(|_| KeyError::Form)?;
    match data.split_first() {
        Some((&ED25519, key)) => Ok((name, id, key.try_into().map_err(|_| KeyError::Form)?)),
        _ => Err(KeyError::Form),
    }
}

fn encoded(key: &[u8; 32]) -> String {
    let mut bytes = vec![ED25519];
    bytes.extend_from_slice(key);
    STANDARD.encode(bytes)
}

/// Whether it can stand in a note as the name of a key.
pub(crate) fn is_name(name: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    (1..=NAME_BYTES_MAX).contains(&name.len()) && !name.contains(odd)
}

/// What a key of a ring may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Everything, at any time.
    Any,
    /// Heads of a size from the first to below the second.
    Heads(u64, Option<u64>),
    /// Receipts issued from the first to before the second.
    Receipts(Option<Moment>, Option<Moment>),
}

/// A key, and what it may sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: PublicKey,
    /// What for.
    pub used: Use,
}

impl Entry {
    /// Whether it may sign a head of that size.
    pub fn signs_head(&self, size: u64) -> bool {
        match self.used {
            Use::Any => true,
            Use::Heads(from, until) => from <= size && until.is_none_or(|until| size < until),
            Use::Receipts(..) => false,
        }
    }

    /// Whether it may sign a receipt issued at that time.
    pub fn signs_receipt(&self, at: Moment) -> bool {
        match self.used {
            Use::Any => true,
            Use::Receipts(from, until) => from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until),
            Use::Heads(..) => false,
        }
    }
}

impl FromStr for Entry {
    type Err = KeyError;

    fn from_str(line: &str) -> Result<Self, KeyError> {
        let mut words = line.split_whitespace();
        let key = words.next().ok_or(KeyError::Form)?.parse()?;
        let mut terms = Terms::default();
        words.try_for_each(|word| terms.add(word).ok_or_else(|| KeyError::Term(word.to_owned())))?;
        Ok(Self { key, used: terms.used()? })
    }
}

/// What stands beside a key, each word at most once.
#[derive(Default)]
struct Terms<'l> {
    purpose: Option<&'l str>,
    from: Option<&'l str>,
    until: Option<&'l str>,
}

impl<'l> Terms<'l> {
    fn add(&mut self, word: &'l str) -> Option<()> {
        let (name, value) = word.split_once('=')?;
        let place = match name {
            "for" => &mut self.purpose,
            "from" => &mut self.from,
            "until" => &mut self.until,
            _ => return None,
        };
        place.replace(value).is_none().then_some(())
    }

    fn used(&self) -> Result<Use, KeyError> {
        match (self.purpose, self.from, self.until) {
            (None, None, None) => Ok(Use::Any),
            (Some("heads"), from, until) => Ok(Use::Heads(parsed(from)?.unwrap_or(0), parsed(until)?)),
            (Some("receipts"), from, until) => Ok(Use::Receipts(parsed(from)?, parsed(until)?)),
            (other, from, until) => Err(KeyError::Term(other.or(from).or(until).unwrap_or_default().to_owned())),
        }
    }
}

fn parsed<T: FromStr>(text: Option<&str>) -> Result<Option<T>, KeyError> {
    text.map(|text| text.parse().map_err(|_| KeyError::Term(text.to_owned()))).transpose()
}

/// All keys that are believed, the retired ones too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys(Vec<Entry>);

impl Keys {
    /// These keys.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self(entries)
    }

    /// Every key with that name and id: four bytes tell honest keys apart, not forged ones.
    pub fn named<'k, 'n>(&'k self, name: &'n str, id: KeyId) -> impl Iterator<Item = &'k Entry> + use<'k, 'n> {
        self.0.iter().filter(move |entry| entry.key.name == name && entry.key.id == id)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }
}

impl FromStr for Keys {
    type Err = KeyError;

    /// One key a line; empty lines and lines that begin with `#` are passed over.
    fn from_str(text: &str) -> Result<Self, KeyError> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let keys = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).take(KEYS_MAX + 1);
        let entry =
            |(line, text): (usize, &str)| text.parse().map_err(|error| KeyError::Line { line, error: Box::new(error) });
        let entries = keys.map(entry).collect::<Result<Vec<Entry>, _>>()?;
        if (1..=KEYS_MAX).contains(&entries.len()) { Ok(Self(entries)) } else { Err(KeyError::Count) }
    }
}
