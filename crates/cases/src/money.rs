//! Money is an integer of minor units with its currency.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In the currency's smallest unit: cents of EUR, yen of JPY.
    pub minor: i64,
    /// Its currency.
    pub currency: Currency,
}

/// Three capital letters, as ISO 4217 has them. Whether they are a currency was asked where the amount came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Currency([u8; 3]);

/// Not three capital letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a currency is three capital letters, as in EUR")]
pub struct NoCurrency;

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|letter| write!(f, "{}", char::from(*letter)))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.to_string()
    }
}

impl TryFrom<String> for Currency {
    type Error = NoCurrency;

    fn try_from(code: String) -> Result<Self, NoCurrency> {
        let letters: [u8; 3] = code.as_bytes().try_into().map_err(|_| NoCurrency)?;
        if letters.iter().all(u8::is_ascii_uppercase) { Ok(Self(letters)) } else { Err(NoCurrency) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_three_capitals() {
        assert_eq!(Currency::try_from("EUR".to_owned()).map(String::from), Ok("EUR".to_owned()));
        for wrong in ["eur", "EURO", "E1R", "€", ""] {
            assert_eq!(Currency::try_from(wrong.to_owned()), Err(NoCurrency), "{wrong}");
        }
    }
}
