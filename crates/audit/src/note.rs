//! Signed notes as C2SP writes them: a text, an empty line, and under it one line for each signature.
//!
//! Tools of transparency logs read and write this form, so that an outsider needs none of ours.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::keys::{Entry, KeyId, Keys, SecretKey, is_name};

/// Bytes of a note.
pub const NOTE_BYTES_MAX: usize = 64 << 10;
/// Signatures that are read; the log's own stands among them, witnesses may add theirs.
const SIGNATURES_MAX: usize = 32;
/// What a line with a signature begins with.
const DASH: &str = "\u{2014} ";

/// Why a note is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// No note at all.
    #[error("it is not a note: a text, an empty line and lines with signatures are wanted")]
    Form,
    /// Nobody signed.
    #[error("nobody signed it")]
    Unsigned,
    /// None of the keys that signed is among those given.
    #[error("it is signed by {0}, which is none of the given keys")]
    UnknownKey(String),
    /// A given key is named, but did not sign this.
    #[error("it names the key {0} but that key did not sign it")]
    Forged(String),
}

/// A line with a signature.
struct Line<'n> {
    name: &'n str,
    id: KeyId,
    /// Of another length where another kind of key signed.
    signature: &'n [u8],
}

/// The text and a signature under it. It must be lines that end, none empty.
pub(crate) fn sign(text: &str, key: &SecretKey) -> String {
    let mut signature = key.public().id().0.to_vec();
    signature.extend_from_slice(&key.sign(text.as_bytes()));
    format!("{text}\n{DASH}{} {}\n", key.public().name(), STANDARD.encode(signature))
}

/// The text of a note, and the entries of the ring whose keys signed it. A signature by a key that is not known is passed
/// over, a wrong one by a known key spoils the note.
pub(crate) fn open<'n, 'k>(note: &'n str, keys: &'k Keys) -> Result<(&'n str, Vec<&'k Entry>), NoteError> {
    let (text, signatures) = split(note)?;
    let mut signers = Vec::new();
    let mut unknown = None;
    for line in signatures.lines() {
        let mut bytes = [0; 512];
        let line = Line::read(line, &mut bytes).ok_or(NoteError::Form)?;
        let mut known = keys.named(line.name, line.id).peekable();
        if known.peek().is_none() {
            unknown.get_or_insert_with(|| line.label());
            continue;
        }
        let before = signers.len();
        signers.extend(known.filter(|entry| line.is_by(entry, text)));
        if signers.len() == before {
            return Err(NoteError::Forged(line.label()));
        }
    }
    match (signers.is_empty(), unknown) {
        (false, _) => Ok((text, signers)),
        (true, Some(key)) => Err(NoteError::UnknownKey(key)),
        (true, None) => Err(NoteError::Unsigned),
    }
}

/// The text of a note with its last line end, whoever signed it.
pub(crate) fn split(note: &str) -> Result<(&str, &str), NoteError> {
    let plain = |c: char| c == '\n' || !c.is_ascii_control();
    if note.len() > NOTE_BYTES_MAX || !note.chars().all(plain) || !note.ends_with('\n') {
        return Err(NoteError::Form);
    }
    let Some(at) = note.rfind("\n\n") else { return Err(NoteError::Unsigned) };
    let (text, signatures) = (&note[..=at], &note[at + 2..]);
    match signatures.lines().count() {
        0 => Err(NoteError::Unsigned),
        1..=SIGNATURES_MAX => Ok((text, signatures)),
        _ => Err(NoteError::Form),
    }
}

impl<'n> Line<'n> {
    fn read(line: &'n str, bytes: &'n mut [u8]) -> Option<Self> {
        let (name, base64) = line.strip_prefix(DASH)?.split_once(' ')?;
        let len = STANDARD.decode_slice(base64, bytes).ok()?;
        let (id, signature) = bytes.get(..len)?.split_first_chunk::<4>()?;
        (is_name(name) && !signature.is_empty()).then_some(Self { name, id: KeyId(*id), signature })
    }

    fn is_by(&self, entry: &Entry, text: &str) -> bool {
        self.signature.try_into().is_ok_and(|bytes| entry.key.holds(text.as_bytes(), bytes))
    }

    fn label(&self) -> String {
        format!("{}+{}", self.name, self.id)
    }
}
