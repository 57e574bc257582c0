//! Codes that open an account once whose second factor is lost. 80 bits of chance each, so that a plain SHA-256 can't
//! be turned back.

use data_encoding::BASE32_NOPAD;
use ring::digest::{SHA256, digest};

use crate::chance::{NoChance, random};

/// How many are made at once.
const CODES: usize = 10;
/// Characters of a group, so that a code can be read aloud.
const GROUP: usize = 4;

/// New codes, as the person gets them.
///
/// # Errors
/// When the system gives no random bytes.
pub fn generate() -> Result<Vec<String>, NoChance> {
    (0..CODES).map(|_| Ok(in_groups(&random::<10>()?))).collect()
}

/// What is kept of a code, however it was typed.
#[must_use]
pub fn hash(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, plain.as_bytes()).as_ref());
    hash
}

/// Whether a text can be such a code: one of six digits is the other factor's.
#[must_use]
pub fn looks_like(code: &str) -> bool {
    code.chars().filter(char::is_ascii_alphanumeric).count() == 16
}

pub(crate) fn in_groups(bytes: &[u8]) -> String {
    let text = BASE32_NOPAD.encode(bytes).to_ascii_lowercase();
    let groups: Vec<&str> = (0..text.len()).step_by(GROUP).filter_map(|at| text.get(at..at + GROUP)).collect();
    groups.join("-")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let codes = generate().unwrap();
        assert_eq!(codes.len(), 10);
        let code = &codes[0];
        assert!(looks_like(code) && !looks_like("123456"), "{code}");
        assert_eq!(hash(code), hash(&code.to_uppercase().replace('-', " ")));
        assert_ne!(hash(code), hash(&codes[1]));
    }
}
