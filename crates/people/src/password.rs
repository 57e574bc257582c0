//! Passwords: argon2id, and what is too easy to guess.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};

use crate::chance::random;

/// Memory of one hash in KiB, passes and lanes: the second of the choices of OWASP's cheat sheet (2026), some 20 ms.
const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Characters of a password, at least; who is asked for no second factor has nothing else.
pub const CHARS_MIN: usize = 12;
/// Bytes of a password, at most: hashing one takes no longer for it.
pub const BYTES_MAX: usize = 1_024;
/// Characters that do not follow from the one before, at least.
const UNFORESEEN_MIN: usize = 6;
/// Different characters, at least.
const DIFFERENT_MIN: usize = 5;

/// Why a password is not taken, or can't be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("a password has at least {CHARS_MIN} characters")]
    Short,
    /// Too many bytes.
    #[error("a password has at most {BYTES_MAX} bytes")]
    Long,
    /// It holds the login.
    #[error("the password holds the login")]
    HoldsLogin,
    /// It repeats itself, or counts on.
    #[error("the password repeats a few characters, or counts on from one to the next")]
    Foreseen,
    /// The system gives no chance or no memory.
    #[error("the password can't be hashed")]
    Unhashed,
}

/// Refuses what is too easy to guess. There is no rule about kinds of characters: length is what counts.
///
/// # Errors
/// Says what is wrong.
pub fn check(password: &str, login: &str) -> Result<(), PasswordError> {
    if password.len() > BYTES_MAX {
        return Err(PasswordError::Long);
    }
    let letters: Vec<char> = password.to_lowercase().chars().collect();
    if letters.len() < CHARS_MIN {
        return Err(PasswordError::Short);
    }
    let name = login.split('@').next().unwrap_or_default();
    if name.len() > 3 && password.to_lowercase().contains(name) {
        return Err(PasswordError::HoldsLogin);
    }
    let near = |pair: &&[char]| u32::from(pair[0]).abs_diff(u32::from(pair[1])) <= 1;
    let unforeseen = letters.windows(2).filter(|pair| !near(pair)).count();
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    match unforeseen < UNFORESEEN_MIN || different.len() < DIFFERENT_MIN {
        true => Err(PasswordError::Foreseen),
        false => Ok(()),
    }
}

/// Hashes a password with a salt of its own; gives a PHC string, which names its parameters. It takes a core for some
/// tens of milliseconds, and memory.
///
/// # Errors
/// When the system gives no random bytes or no memory.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let salt: [u8; 16] = random().map_err(|_| PasswordError::Unhashed)?;
    let hash = hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| PasswordError::Unhashed)?;
    Ok(hash.to_string())
}

/// Whether it is the password that was hashed. Without a hash as much is computed, and the answer is no: how long it
/// takes does not tell whether there is such an account.
#[must_use]
pub fn verify(password: &str, hash: Option<&str>) -> bool {
    if password.len() > BYTES_MAX {
        return false;
    }
    let parsed = hash.and_then(|hash| PasswordHash::new(hash).ok());
    match (hasher(), parsed) {
        (Ok(hasher), Some(hash)) => hasher.verify_password(password.as_bytes(), &hash).is_ok(),
        (Ok(hasher), None) => {
            let _ = hasher.hash_password_with_salt(password.as_bytes(), &[0; 16]);
            false
        }
        (Err(_), _) => false,
    }
}

/// A password that nobody thought up: 120 bits in letters that are not mistaken for each other.
///
/// # Errors
/// When the system gives no random bytes.
pub fn generate() -> Result<String, PasswordError> {
    let bytes: [u8; 15] = random().map_err(|_| PasswordError::Unhashed)?;
    Ok(crate::recovery::in_groups(&bytes))
}

fn hasher() -> Result<Argon2<'static>, PasswordError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| PasswordError::Unhashed)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_password() {
        let hash = hash("correct horse battery").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify("correct horse battery", Some(&hash)));
        assert!(!verify("correct horse batterz", Some(&hash)));
        assert!(!verify("correct horse battery", None));
        assert!(!verify("correct horse battery", Some("$argon2id$damaged")));
        assert_ne!(super::hash("correct horse battery").unwrap(), hash, "a salt of its own");
    }

    #[test]
    fn the_hash_is_that_of_the_reference_program() {
        // echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
        let reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assert!(verify("password", Some(reference)));
    }

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        for (password, why) in [
            ("elevenchars", PasswordError::Short),
            ("пароль", PasswordError::Short),
            ("aaaaaaaaaaaaaaaa", PasswordError::Foreseen),
            ("abcdefghijklmnop", PasswordError::Foreseen),
            ("1234567890123456", PasswordError::Foreseen),
            ("xyxyxyxyxyxyxyxy", PasswordError::Foreseen),
            ("my name is annali", PasswordError::HoldsLogin),
        ] {
            assert_eq!(check(password, "annali@example.com"), Err(why), "{password}");
        }
        assert_eq!(check(&"ab1".repeat(400), "annali"), Err(PasswordError::Long));
        for fine in ["correct horse battery", "пароль из семи слов", "琢磨石头才能知道真假金子的成色"]
        {
            assert_eq!(check(fine, "annali"), Ok(()), "{fine}");
        }
        let made = generate().unwrap();
        assert_eq!(check(&made, "annali"), Ok(()), "{made}");
    }
}
