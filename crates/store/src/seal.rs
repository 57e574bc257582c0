//! Sealing: AES-256-GCM, each row under a key that is derived for it.
//!
//! ```text
//! key ─ HKDF-SHA256, table and primary key of the row ─► the row's key ─ AES-256-GCM ─► nonce · ciphertext · tag
//! ```
//!
//! What was sealed for one row does not open in another, since that has another key. A row's key seals a few texts in
//! its life, so random nonces never meet.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, KeyType, Prk};
use ring::rand::{SecureRandom, SystemRandom};

/// Bytes of a key.
pub(crate) const KEY_LEN: usize = 32;
/// Bytes of a fingerprint.
const FINGERPRINT_LEN: usize = 16;

/// Bytes by which a text is found.
const INDEX_LEN: usize = 32;

/// A key from which those of rows are derived.
pub(crate) struct Key(Prk);

/// A row of which a text is sealed: its table, and the parts of its primary key.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    pub(crate) table: &'static str,
    key: [&'a [u8]; 2],
}

impl<'a> Row<'a> {
    /// A row whose primary key has one part.
    pub(crate) fn one(table: &'static str, key: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { table, key: [key.as_ref(), &[]] }
    }

    /// A row whose primary key has two.
    pub(crate) fn two(table: &'static str, first: &'a str, second: &'a str) -> Self {
        Self { table, key: [first.as_bytes(), second.as_bytes()] }
    }

    /// A row whose primary key has two, of bytes.
    pub(crate) fn pair(table: &'static str, first: &'a [u8], second: &'a [u8]) -> Self {
        Self { table, key: [first, second] }
    }

    /// Each part with its length before it, so that no two rows are written alike.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        for part in [self.table.as_bytes(), self.key[0], self.key[1]] {
            bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}

struct Fingerprint;

impl KeyType for Fingerprint {
    fn len(&self) -> usize {
        FINGERPRINT_LEN
    }
}

struct Index;

impl KeyType for Index {
    fn len(&self) -> usize {
        INDEX_LEN
    }
}

impl Key {
    pub(crate) fn new(bytes: &[u8; KEY_LEN]) -> Self {
        Self(Prk::new_less_safe(HKDF_SHA256, bytes))
    }

    /// Says which key this is, and nothing more of it.
    pub(crate) fn fingerprint(&self) -> Result<[u8; FINGERPRINT_LEN], Unspecified> {
        let mut fingerprint = [0; FINGERPRINT_LEN];
        self.0.expand(&[b"fingerprint"], Fingerprint)?.fill(&mut fingerprint)?;
        Ok(fingerprint)
    }

    /// Seals a text for a row.
    pub(crate) fn seal(&self, row: &Row<'_>, plain: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self.of(row)?.seal_in_place_separate_tag(nonce, Aad::empty(), &mut sealed[NONCE_LEN..])?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed for this row with this key; anything else is refused.
    pub(crate) fn open(&self, row: &Row<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(Unspecified)?;
        let mut rest = rest.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let plain = self.of(row)?.open_in_place(nonce, Aad::empty(), &mut rest)?.len();
        rest.truncate(plain);
        Ok(rest)
    }

    /// By what a text is found that must not be read: always the same for it, and only under this key. No row's key is
    /// derived alike, since no length of a table's name begins so.
    pub(crate) fn index(&self, table: &'static str, text: &str) -> Result<[u8; INDEX_LEN], Unspecified> {
        let mut index = [0; INDEX_LEN];
        self.0.expand(&[b"found by", &Row::one(table, text).bytes()], Index)?.fill(&mut index)?;
        Ok(index)
    }

    fn of(&self, row: &Row<'_>) -> Result<LessSafeKey, Unspecified> {
        Ok(LessSafeKey::new(UnboundKey::from(self.0.expand(&[&row.bytes()], &AES_256_GCM)?)))
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random<const LEN: usize>() -> Result<[u8; LEN], Unspecified> {
    let mut bytes = [0; LEN];
    SystemRandom::new().fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_in_its_row_alone() {
        let (key, row) = (Key::new(&[7; KEY_LEN]), Row::two("t", "ab", "c"));
        let sealed = key.seal(&row, b"a text").unwrap();
        assert_eq!(key.open(&row, &sealed).unwrap(), b"a text");
        assert_ne!(key.seal(&row, b"a text").unwrap(), sealed);
        for other in [Row::two("t", "a", "bc"), Row::two("u", "ab", "c"), Row::one("t", "abc")] {
            assert!(key.open(&other, &sealed).is_err());
        }
        assert!(Key::new(&[8; KEY_LEN]).open(&row, &sealed).is_err());
    }

    #[test]
    fn a_text_is_found_by_the_same_bytes_under_the_same_key_alone() {
        let key = Key::new(&[7; KEY_LEN]);
        let index = key.index("t", "anna").unwrap();
        assert_eq!(key.index("t", "anna").unwrap(), index);
        assert_ne!(key.index("u", "anna").unwrap(), index);
        assert_ne!(key.index("t", "annb").unwrap(), index);
        assert_ne!(Key::new(&[8; KEY_LEN]).index("t", "anna").unwrap(), index);
    }

    #[test]
    fn what_was_changed_or_cut_does_not_open() {
        let (key, row) = (Key::new(&[7; KEY_LEN]), Row::one("t", "ab"));
        let sealed = key.seal(&row, b"").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&row, &changed).is_err() && key.open(&row, &sealed[..at]).is_err(), "{at}");
        }
        assert_eq!(key.open(&row, &sealed).unwrap(), b"");
    }
}
