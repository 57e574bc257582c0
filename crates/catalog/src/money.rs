//! Money is an integer of minor units with its currency; there are no floating-point prices anywhere.
//!
//! How many decimals a currency has comes from ISO 4217 (crate `iso_currency`): 2 for USD, 0 for JPY, 3 for KWD.

use std::fmt;

pub use iso_currency::Currency;

/// An amount of money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// Amount in the currency's smallest unit: cents for USD, yen for JPY.
    pub minor: i64,
    /// ISO 4217 currency.
    pub currency: Currency,
}

/// Why a text is not a price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// Nothing but blanks.
    #[error("no price")]
    Empty,
    /// A currency, or nothing, where a number should be.
    #[error("no number in {0:?}")]
    NoNumber(String),
    /// A number without a currency.
    #[error("no currency in {0:?}")]
    NoCurrency(String),
    /// Not an ISO 4217 code.
    #[error("unknown currency {0:?}")]
    UnknownCurrency(String),
    /// Prices start at zero.
    #[error("negative price {0:?}")]
    Negative(String),
    /// A comma that does not group thousands: `129,00`.
    #[error("comma in {0:?} does not group thousands")]
    DecimalComma(String),
    /// The amount does not fit into 64 bits of minor units.
    #[error("more digits than an amount can have")]
    TooManyDigits,
    /// `1.005 USD`: digits other than zero beyond the currency's own decimals.
    #[error("more decimals than {} has ({decimals})", .currency.code())]
    TooManyDecimals {
        /// The currency in question.
        currency: Currency,
        /// Decimals it has.
        decimals: u16,
    },
}

/// Reads a price with its currency: `129.00 USD`, `USD 129.00`, `1,299.00 USD`.
///
/// The decimal sign is a point; commas may group digits. Decimals beyond those of the currency must be zeros. The
/// currency is an ISO 4217 code in either case.
///
/// # Errors
/// A [`PriceError`] that says what is missing or wrong.
pub fn parse_price(text: &str) -> Result<Money, PriceError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(PriceError::Empty);
    }
    let (amount, code) = split(text);
    if !amount.contains(|c: char| c.is_ascii_digit()) {
        return Err(PriceError::NoNumber(excerpt(text)));
    }
    if code.is_empty() {
        return Err(PriceError::NoCurrency(excerpt(text)));
    }
    let currency = parse_currency(code)?;
    let minor = parse_minor(amount, currency)?;
    Ok(Money { minor, currency })
}

/// Reads an ISO 4217 code in either case.
///
/// # Errors
/// [`PriceError::UnknownCurrency`].
pub fn parse_currency(code: &str) -> Result<Currency, PriceError> {
    Currency::from_code(code)
        .or_else(|| Currency::from_code(&code.get(..3)?.to_ascii_uppercase()).filter(|_| code.len() == 3))
        .ok_or_else(|| PriceError::UnknownCurrency(excerpt(code)))
}

/// Parts amount and currency, whichever comes first.
fn split(text: &str) -> (&str, &str) {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '+' | '-' | '−');
    let (head, tail) = match text.find(of_number) {
        Some(0) => {
            let end = text.find(|c| !of_number(c)).unwrap_or(text.len());
            text.split_at(end)
        }
        Some(start) => {
            let (code, amount) = text.split_at(start);
            (amount, code)
        }
        None => ("", text),
    };
    (head.trim(), tail.trim())
}

fn parse_minor(amount: &str, currency: Currency) -> Result<i64, PriceError> {
    if amount.starts_with(['-', '−']) {
        return Err(PriceError::Negative(excerpt(amount)));
    }
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    if decimals.contains(',') {
        return Err(PriceError::DecimalComma(excerpt(amount)));
    }
    if !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PriceError::NoNumber(excerpt(amount)));
    }
    let whole = parse_whole(whole, amount)?;
    with_decimals(whole, decimals, currency)
}

/// Whole units, with or without commas between groups of digits (`1,299`, and `1,29,900` as India writes it).
fn parse_whole(whole: &str, amount: &str) -> Result<i64, PriceError> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let mut value = digits(first, 0, amount)?;
    let mut groups = groups.peekable();
    if groups.peek().is_some() && !(1..=3).contains(&first.len()) {
        return Err(PriceError::DecimalComma(excerpt(amount)));
    }
    while let Some(group) = groups.next() {
        let last = groups.peek().is_none();
        if group.len() != 3 && (last || group.len() != 2) {
            return Err(PriceError::DecimalComma(excerpt(amount)));
        }
        value = digits(group, value, amount)?;
    }
    Ok(value)
}

fn digits(text: &str, start: i64, amount: &str) -> Result<i64, PriceError> {
    text.bytes().try_fold(start, |value, byte| {
        if !byte.is_ascii_digit() {
            return Err(PriceError::NoNumber(excerpt(amount)));
        }
        push_digit(value, byte)
    })
}

/// Decimals of a currency by its ISO 4217 code; none of a code that is none.
#[must_use]
pub fn decimals(currency: &str) -> Option<u32> {
    Currency::from_code(currency)?.exponent().map(u32::from)
}

fn with_decimals(whole: i64, decimals: &str, currency: Currency) -> Result<i64, PriceError> {
    let count = currency.exponent().unwrap_or(0);
    let (kept, beyond) = decimals.split_at(decimals.len().min(usize::from(count)));
    if beyond.bytes().any(|b| b != b'0') {
        return Err(PriceError::TooManyDecimals { currency, decimals: count });
    }
    let padding = std::iter::repeat_n(b'0', usize::from(count) - kept.len());
    kept.bytes().chain(padding).try_fold(whole, push_digit)
}

fn push_digit(value: i64, digit: u8) -> Result<i64, PriceError> {
    value.checked_mul(10).and_then(|v| v.checked_add(i64::from(digit - b'0'))).ok_or(PriceError::TooManyDigits)
}

/// Enough of a value to recognise it in a message.
fn excerpt(text: &str) -> String {
    text.chars().take(40).collect()
}

impl fmt::Display for Money {
    /// As [`parse_price`] reads it: `129.00 USD`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = usize::from(self.currency.exponent().unwrap_or(0));
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = decimals + 1);
        let (whole, rest) = digits.split_at(digits.len() - decimals);
        let sign = if self.minor < 0 { "-" } else { "" };
        let point = if decimals > 0 { "." } else { "" };
        write!(f, "{sign}{whole}{point}{rest} {}", self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match parse_price(text) {
            Ok(money) => format!("{} {}", money.minor, money.currency.code()),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn prices() {
        for text in
            ["129.00 USD", "USD 129.00", "129 USD", "129.0 usd", " 129.00\u{a0}USD ", "129.00USD", "129.00000 USD"]
        {
            check(text, "12900 USD");
        }
        for text in ["1,299.00 USD", "USD 1,299", "1299 USD"] {
            check(text, "129900 USD");
        }
        check("1,29,900 INR", "12990000 INR");
        check("129 JPY", "129 JPY");
        check("1.234 KWD", "1234 KWD");
        check("0.00 USD", "0 USD");
        check(".99 USD", "99 USD");
        check("92233720368547758.07 USD", "9223372036854775807 USD");
    }

    #[test]
    fn what_is_no_price() {
        check("", "no price");
        check("  ", "no price");
        check("free", "no number in \"free\"");
        check("USD", "no number in \"USD\"");
        check("USD .", "no number in \"USD .\"");
        check("12a USD", "unknown currency \"a USD\"");
        check("1.2.3 USD", "no number in \"1.2.3\"");
        check("+5 USD", "no number in \"+5\"");
        check("129.00", "no currency in \"129.00\"");
        check("$129.00", "unknown currency \"$\"");
        check("129 €", "unknown currency \"€\"");
        check("129 USDX", "unknown currency \"USDX\"");
        check("129 QQQ", "unknown currency \"QQQ\"");
        check("-5 USD", "negative price \"-5\"");
        check("129,00 EUR", "comma in \"129,00\" does not group thousands");
        check("1.299,00 EUR", "comma in \"1.299,00\" does not group thousands");
        check("1299,000 EUR", "comma in \"1299,000\" does not group thousands");
        check("1.005 USD", "more decimals than USD has (2)");
        check("1.5 JPY", "more decimals than JPY has (0)");
        check("92233720368547758.08 USD", "more digits than an amount can have");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(minor in 0..i64::MAX, which in 0..4_usize) {
            let currency = [Currency::USD, Currency::JPY, Currency::KWD, Currency::XAU][which];
            let money = Money { minor, currency };
            prop_assert_eq!(parse_price(&money.to_string()), Ok(money));
        }

        #[test]
        fn no_text_panics(text in "\\PC*|[0-9.,+ USDJPY€-]{0,24}") {
            let _ = parse_price(&text);
        }
    }
}
