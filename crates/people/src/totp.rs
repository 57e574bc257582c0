//! The second factor: six digits of a telephone, new every half minute (RFC 6238, SHA-1, as every such program does).

use data_encoding::BASE32_NOPAD;
use ring::hmac;
use subtle::ConstantTimeEq as _;

use crate::chance::{NoChance, random};

/// Seconds for which a code is shown.
const STEP: i64 = 30;
/// Steps before and behind the present one whose codes are taken too: clocks differ, and people type slowly.
const SLACK: i64 = 1;
const DIGITS: usize = 6;

/// A secret that a telephone and we share.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn generate() -> Result<Self, NoChance> {
        Ok(Self(random::<20>()?.to_vec()))
    }

    /// One that was kept.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// What is kept, sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it.
    #[must_use]
    pub fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// As telephones read it from a square. A login has no character that an address would have to escape but `@`
    /// and `+`.
    #[must_use]
    pub fn address(&self, login: &str) -> String {
        let name = login.replace('@', "%40").replace('+', "%2B");
        format!(
            "otpauth://totp/Touchstone:{name}?secret={}&issuer=Touchstone&algorithm=SHA1&digits={DIGITS}&period={STEP}",
            self.text()
        )
    }

    /// The code of a step.
    fn code(&self, step: i64) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let at = usize::from(tag.last().copied().unwrap_or_default() & 15);
        let four = tag.get(at..at + 4).and_then(|four| four.try_into().ok()).unwrap_or_default();
        let number = u32::from_be_bytes(four) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// The step of which it is the code, if it is one at this moment, in seconds since 1970, and later than the step
    /// whose code was taken last: nobody uses a code twice that somebody read over a shoulder.
    #[must_use]
    pub fn verify(&self, code: &str, seconds: i64, last_step: Option<i64>) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let now = seconds.div_euclid(STEP);
        let mut steps = now - SLACK..=now + SLACK;
        steps.find(|step| {
            let same: bool = self.code(*step).as_bytes().ct_eq(code.as_bytes()).into();
            same && last_step.is_none_or(|last| *step > last)
        })
    }

    /// The code that a telephone shows at this moment, in seconds since 1970: for tests of those who ask for one.
    #[must_use]
    pub fn shown_at(&self, seconds: i64) -> String {
        self.code(seconds.div_euclid(STEP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238, its last six digits.
    #[test]
    fn the_codes_are_those_of_the_standard() {
        let secret = Secret::from_bytes(b"12345678901234567890".to_vec());
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.shown_at(seconds), code);
            assert_eq!(secret.verify(code, seconds, None), Some(seconds / 30));
        }
        assert_eq!(secret.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_is_taken_once_and_for_a_minute_and_a_half() {
        let secret = Secret::from_bytes(b"12345678901234567890".to_vec());
        let at = 1_800_000_000;
        let code = secret.shown_at(at);
        for (later, taken) in [(-31, false), (-30, true), (0, true), (30, true), (59, true), (60, false)] {
            assert_eq!(secret.verify(&code, at + later, None).is_some(), taken, "{later}");
        }
        let step = secret.verify(&code, at, None);
        assert_eq!(secret.verify(&code, at, step), None, "twice");
        assert_eq!(secret.verify(&secret.shown_at(at + 30), at + 30, step), Some(at / 30 + 1));
        for wrong in ["", "000000", "12345", "1234567", "abcdef", "２８７０８２"] {
            assert_eq!(secret.verify(wrong, 59, None), None, "{wrong}");
        }
    }

    #[test]
    fn a_telephone_reads_the_address() {
        let address = Secret::from_bytes(vec![0; 20]).address("anna+li@example.com");
        assert!(address.starts_with("otpauth://totp/Touchstone:anna%2Bli%40example.com?secret=AAAA"), "{address}");
    }
}
