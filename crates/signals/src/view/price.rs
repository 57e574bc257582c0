//! Condition, price in US cents, and the amounts a text names.

use touchstone_catalog::{Listing, decimals};
use touchstone_knowledge::{Band, Brand, Condition, TermClass, TermStrength};
use touchstone_text::Normal;

use super::{Mention, Term, View};
use crate::findings::Field;

/// The offer says that it is used: by its condition, or by words when it states none.
pub(crate) fn is_used(view: &View<'_, '_>) -> bool {
    match view.listing.condition {
        "used" | "refurbished" => true,
        "new" => false,
        _ => view.terms(TermClass::SecondHand).next().is_some() || view.terms(TermClass::Refurbished).next().is_some(),
    }
}

/// The price, unless it is none: a placeholder, a deposit, "from", an instalment, or that of something broken.
pub(crate) fn usd_cents(view: &View<'_, '_>) -> Option<i64> {
    let listing = &view.listing;
    let minor = listing.price_minor?;
    let rates = &view.snapshot.knowledge.rates;
    let cents = rates.usd_cents(minor, listing.price_currency, decimals(listing.price_currency)?)?;
    let none = is_placeholder(listing, minor, cents) || is_partial(view) || is_broken(view);
    (!none).then_some(cents)
}

/// "Deposit" in a title is the price; in a description only words about the price itself say so: "pay in instalments
/// with" and "no deposit needed" do not.
fn is_partial(view: &View<'_, '_>) -> bool {
    let of_price = |(field, term): &&(Field, Term)| *field == Field::Title || term.strength == TermStrength::Explicit;
    view.terms(TermClass::PartialPrice).any(|said| of_price(&said))
}

/// Used goods for parts have no usual price; new ones are not broken.
fn is_broken(view: &View<'_, '_>) -> bool {
    view.used && view.terms(TermClass::Defective).next().is_some()
}

/// A row of one digit is typed to fill the field where it is more than goods cost, or nothing; 77,777 won are a price.
const ROW_CENTS: std::ops::Range<i64> = 100..1_000_000;

/// One unit or less, or a row of the same digit or of 1, 2, 3, …: typed to fill the field.
fn is_placeholder(listing: &Listing<'_>, minor: i64, cents: i64) -> bool {
    let unit = decimals(listing.price_currency).map_or(100, |e| 10_i64.saturating_pow(e));
    let major = minor / unit;
    let digits = major.to_string().into_bytes();
    let same = digits.len() >= 5 && digits.windows(2).all(|w| w[0] == w[1]);
    let rising = digits.len() >= 4 && digits.windows(2).all(|w| w[1] == w[0] + 1);
    minor <= unit || (same && !ROW_CENTS.contains(&cents)) || rising
}

impl View<'_, '_> {
    /// The low end of what honest offers of as many of the mentioned goods cost, in US cents.
    pub(crate) fn band_low(&self, mention: &Mention) -> Option<i64> {
        let brand = self.snapshot.brand(mention.brand)?;
        let condition = if self.used { Condition::Used } else { Condition::New };
        let lines: Vec<u16> =
            self.mentions.iter().filter(|m| m.brand == mention.brand).filter_map(|m| m.line).collect();
        let fits = |b: &&Band| {
            b.condition == condition
                && b.kind.is_none_or(|k| Some(k) == self.kind)
                && b.line.is_none_or(|l| lines.contains(&l))
                && b.market.as_deref().is_none_or(|m| m == self.listing.market)
        };
        let best =
            brand.bands.iter().filter(fits).max_by_key(|b| {
                (b.line.is_some() && b.kind.is_some(), b.kind.is_some(), b.line.is_some(), -b.low_cents)
            });
        let low = match best {
            Some(band) if band.kind.is_some() || band.line.is_some() || self.kind.is_some() => Some(self.scaled(band)),
            _ => low_of_unknown(brand, condition)
                .or_else(|| best.map(|b| b.low_cents))
                .map(|low| low.saturating_mul(self.pieces())),
        };
        let local = best.is_some_and(|b| b.market.is_some());
        low.map(|low| if local { low } else { self.in_market(low) })
    }

    /// What goods cost elsewhere, as a market of lower prices has them.
    fn in_market(&self, low: i64) -> i64 {
        let permille = self.snapshot.knowledge.rates.price_level(self.listing.market);
        (low.saturating_mul(permille) / 1_000).max(1)
    }

    /// The band's low end for the amount that the title names; half the usual amount if it names none.
    fn scaled(&self, band: &Band) -> i64 {
        let Some(per) = &band.per else { return band.low_cents.saturating_mul(self.pieces()) };
        let named = [Field::Title, Field::Description]
            .into_iter()
            .filter_map(|f| self.text(f))
            .find_map(|t| amounts(&t.reading.normal).filter(|a| a.1 == per.unit).map(|a| a.0).max());
        let low = per.scale(band.low_cents, named.unwrap_or(per.amount / 2)).max(1);
        // A band for so many pieces has counted them.
        if per.unit == "pieces" { low } else { low.saturating_mul(self.pieces()) }
    }
}

/// The lower quartile over the kinds that a brand makes: what goods of an untold kind cost at least,
/// small things like key rings left out.
fn low_of_unknown(brand: &Brand, condition: Condition) -> Option<i64> {
    let of_kind = |b: &&Band| b.condition == condition && b.kind.is_some() && b.line.is_none() && b.per.is_none();
    let mut lows: Vec<i64> = brand.bands.iter().filter(of_kind).map(|b| b.low_cents).collect();
    lows.sort_unstable();
    lows.get(lows.len() / 4).copied()
}

/// Amounts that a text names: number and unit (`ml`, `g`, `gb`, `pieces`).
pub(crate) fn amounts(normal: &Normal) -> impl Iterator<Item = (u32, &'static str)> {
    let tokens = normal.tokens();
    let word = move |i: usize| tokens.get(i).map_or("", |t| normal.slice(t.span));
    (0..tokens.len()).filter(move |i| tokens[*i].digits).filter_map(move |i| {
        let token = word(i);
        let split = token.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(token.len());
        let (number, rest) = token.split_at(split);
        let unit = if rest.is_empty() { word(i + 1) } else { rest };
        amount(number, unit)
    })
}

fn amount(number: &str, unit: &str) -> Option<(u32, &'static str)> {
    let (factor_permille, unit) = match unit {
        "ml" | "мл" | "毫升" | "مل" => (1_000, "ml"),
        "cl" => (10_000, "ml"),
        "l" | "liter" | "litre" => (1_000_000, "ml"),
        "oz" => (29_574, "ml"),
        "g" | "gr" | "gram" | "г" | "克" => (1_000, "g"),
        "kg" | "кг" => (1_000_000, "g"),
        "gb" | "гб" | "go" => (1_000, "gb"),
        "tb" | "тб" | "to" => (1_024_000, "gb"),
        "pcs" | "pieces" | "pack" | "stück" | "шт" | "個" | "个" | "件" => (1_000, "pieces"),
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let tenths: u64 = whole.parse::<u32>().ok()?.into();
    let tenths = tenths * 10 + u64::from(fraction.bytes().next().filter(u8::is_ascii_digit).unwrap_or(b'0') - b'0');
    u32::try_from(tenths * factor_permille / 10_000).ok().filter(|a| *a > 0).map(|a| (a, unit))
}
