//! The same listings as they would stand on other marketplaces: another currency, no price.

use touchstone_catalog::Listing;
use touchstone_catalog::money::{Currency, Money};
use touchstone_knowledge::Rates;

use crate::error::EvaluationError;

/// A currency that prices are converted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// ISO 4217 code.
    pub code: &'static str,
    /// Prices are whole multiples of so many minor units: nobody asks for sen of a rupiah.
    step_minor: i64,
}

/// The currencies that prices are converted to.
pub const TARGETS: [Target; 5] =
    [target("USD", 1), target("EUR", 1), target("GBP", 1), target("JPY", 1), target("IDR", 10_000)];

const fn target(code: &'static str, step_minor: i64) -> Target {
    Target { code, step_minor }
}

/// What is changed about the listings before they are screened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Nothing.
    AsOffered,
    /// The price is converted.
    In(Target),
    /// The price is taken off.
    NoPrice,
}

impl Variant {
    /// Every variant that fakes are measured in.
    pub fn all() -> impl Iterator<Item = Self> {
        let converted = TARGETS.into_iter().map(Self::In);
        [Self::AsOffered].into_iter().chain(converted).chain([Self::NoPrice])
    }

    /// The listing in this variant.
    pub fn apply<'a>(self, listing: Listing<'a>, rates: &Rates) -> Listing<'a> {
        let price = match self {
            Self::AsOffered => return listing,
            Self::In(to) => listing.price().and_then(|price| Some((convert(price, to, rates)?, to.code))),
            Self::NoPrice => None,
        };
        let (price_minor, price_currency) = price.map_or((None, ""), |(minor, code)| (Some(minor), code));
        Listing { price_minor, price_currency, ..listing }
    }
}

/// Checks that every price can be converted.
///
/// # Errors
/// The first currency that `rates` has no rate for.
pub fn check_rates(rates: &Rates) -> Result<(), EvaluationError> {
    let missing =
        ["CNY"].into_iter().chain(TARGETS.map(|t| t.code)).find(|code| !rates.micros_per_usd.contains_key(*code));
    missing.map_or(Ok(()), |code| Err(EvaluationError::NoRate(code)))
}

/// Minor units of `to`, rounded to its step, at least one step.
fn convert(from: Money, to: Target, rates: &Rates) -> Option<i64> {
    let rate = |code: &str| rates.micros_per_usd.get(code).map(|micros| i128::from(*micros));
    let units = |currency: Currency| 10_i128.pow(u32::from(currency.exponent().unwrap_or(0)));
    let (step, target) = (i128::from(to.step_minor), Currency::from_code(to.code)?);
    let numerator = i128::from(from.minor) * rate(to.code)? * units(target);
    let divisor = rate(from.currency.code())? * units(from.currency) * step;
    let steps = (numerator + divisor / 2).checked_div(divisor)?;
    i64::try_from(steps.max(1) * step).ok()
}

#[cfg(test)]
mod tests {
    use touchstone_catalog::Listing;
    use touchstone_knowledge::Rates;

    use super::{TARGETS, Variant, check_rates};

    fn rates() -> Rates {
        let micros = [("USD", 1), ("CNY", 7), ("EUR", 2), ("GBP", 3), ("JPY", 140), ("IDR", 14_001)];
        let micros_per_usd = micros.map(|(code, units)| (code.to_owned(), units * 1_000_000)).into();
        Rates { date: "2026-01-01".into(), micros_per_usd, ..Rates::default() }
    }

    fn priced(variant: Variant) -> (Option<i64>, &'static str) {
        let listing = Listing { price_minor: Some(7_000), price_currency: "CNY", ..Listing::default() };
        let listing = variant.apply(listing, &rates());
        (listing.price_minor, listing.price_currency)
    }

    #[test]
    fn prices_are_whole_and_plausible() {
        let converted = TARGETS.map(|t| priced(Variant::In(t)));
        let expected = [("USD", 1_000), ("EUR", 2_000), ("GBP", 3_000), ("JPY", 1_400), ("IDR", 14_000_000)];
        assert_eq!(converted, expected.map(|(code, minor)| (Some(minor), code)));
    }

    #[test]
    fn without_a_price_there_is_no_currency() {
        assert_eq!(priced(Variant::NoPrice), (None, ""));
        assert_eq!(Variant::In(TARGETS[0]).apply(Listing::default(), &rates()), Listing::default());
    }

    #[test]
    fn a_missing_rate_is_named() {
        let mut rates = rates();
        rates.micros_per_usd.remove("JPY");
        let said = check_rates(&rates).err().map(|e| e.to_string());
        assert_eq!(said.as_deref(), Some("rates.toml has no rate for JPY"));
    }
}
