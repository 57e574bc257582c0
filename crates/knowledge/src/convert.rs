//! Exchange rates, as integers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Millionths of a currency unit for one US dollar, by ISO 4217 code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// Day of the rates, `YYYY-MM-DD`.
    pub date: String,
    /// Millionths of a unit for one dollar.
    pub micros_per_usd: BTreeMap<String, i64>,
    /// What honest offers of the same goods cost in countries of lower prices, in permille of those elsewhere.
    #[serde(default)]
    pub price_levels: BTreeMap<String, i64>,
}

impl Rates {
    /// Converts minor units with `exponent` decimals to US cents; nothing for an unknown currency.
    ///
    /// ```
    /// # use touchstone_knowledge::Rates;
    /// let rates = Rates { date: "2026-01-01".into(), micros_per_usd: [("JPY".into(), 150_000_000)].into(), ..Rates::default() };
    /// assert_eq!(rates.usd_cents(1_500, "JPY", 0), Some(1_000));
    /// assert_eq!(rates.usd_cents(1_500, "XTS", 2), None);
    /// ```
    pub fn usd_cents(&self, minor: i64, currency: &str, exponent: u32) -> Option<i64> {
        let rate = i128::from(*self.micros_per_usd.get(currency)?);
        let divisor = rate.checked_mul(10_i128.checked_pow(exponent)?)?;
        let cents = i128::from(minor).checked_mul(100_000_000)?.checked_add(divisor / 2)?.checked_div(divisor)?;
        i64::try_from(cents).ok()
    }

    /// What honest offers cost in this country, in permille of those elsewhere.
    pub fn price_level(&self, market: &str) -> i64 {
        self.price_levels.get(market).copied().unwrap_or(1_000)
    }

    /// Reads a decimal like `6.65288` as millionths.
    pub(crate) fn parse_micros(text: &str) -> Option<i64> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if fraction.len() > 6 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
        whole.checked_mul(1_000_000)?.checked_add(fraction).filter(|m| *m > 0)
    }
}
