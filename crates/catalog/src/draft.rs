//! A row while it is being read. Every format writes into a [`Draft`]; [`Draft::check`] turns it into a [`Listing`].
//!
//! All text of the row lies in one string that is reused for the next row, so reading allocates nothing per row.
//! The first fault is kept; what comes after it is ignored, so that formats need not stop in the middle of a row.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::field::Field;
use crate::limits::Limits;
use crate::listing::{Listing, Texts};
use crate::money::{Money, PriceError, parse_currency, parse_price};
use crate::reject::{Fault, Reason};
use crate::seller::SellerRecord;

/// Moments of the years 0 to 9999, which is what RFC 3339 can say; in microseconds since 1970.
const TIMES: std::ops::RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

/// A piece of the row's text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: usize,
    end: usize,
}

impl Span {
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// A row while it is being read.
pub(crate) struct Draft {
    limits: Limits,
    text: String,
    values: [Span; Field::COUNT],
    lists: [Vec<Span>; Field::LISTS],
    numbers: [Option<i64>; Field::COUNT],
    seller: String,
    fault: Option<Fault>,
}

impl Draft {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            text: String::new(),
            values: [Span::default(); Field::COUNT],
            lists: Default::default(),
            numbers: [None; Field::COUNT],
            seller: String::new(),
            fault: None,
        }
    }

    /// Forgets the row.
    pub(crate) fn clear(&mut self) {
        self.text.clear();
        self.values = [Span::default(); Field::COUNT];
        self.lists.iter_mut().for_each(Vec::clear);
        self.numbers = [None; Field::COUNT];
        self.seller.clear();
        self.fault = None;
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Bytes of text in the row.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len() + self.seller.len()
    }

    /// Keeps the row's first fault.
    pub(crate) fn fail(&mut self, fault: Fault) {
        self.fault.get_or_insert(fault);
    }

    /// Keeps this fault whatever was found before: the row as a whole is no row.
    pub(crate) fn fail_instead(&mut self, fault: Fault) {
        self.fault = Some(fault);
    }

    /// Takes a field's value away.
    pub(crate) fn unset(&mut self, field: Field) {
        self.values[field as usize] = Span::default();
        self.numbers[field as usize] = None;
        match field.list() {
            Some(list) => self.lists[list].clear(),
            None if field == Field::Seller => self.seller.clear(),
            None => {}
        }
    }

    /// Gives a field a value. A list grows by it; of other fields the last value counts, or the first, as the field
    /// has it. The seller's value is its JSON.
    pub(crate) fn add(&mut self, field: Field, value: &str) {
        if field == Field::Seller {
            return self.add_seller(value);
        }
        if field.is_structured() {
            return self.add_structured(field, content(value));
        }
        self.put(field, value);
    }

    /// A title or description of a machine stands in for one of a person, and is read beside it.
    fn add_structured(&mut self, field: Field, value: &str) {
        self.put(field, value);
        self.put(Field::Details, value);
    }

    fn put(&mut self, field: Field, value: &str) {
        let Some(span) = self.keep(field, value) else { return };
        match field.list() {
            Some(list) if self.lists[list].len() >= self.limits.list_items => {
                let detail = format!("{} has more than {} items", field.name(), self.limits.list_items);
                self.fail(Fault::field(field, Reason::TooManyItems, detail));
            }
            Some(list) => self.lists[list].push(span),
            None if field.first_counts() && self.is_set(field) => {}
            None => self.values[field as usize] = span,
        }
    }

    /// Gives a number that needs no reading; for `listed_at` in microseconds since 1970.
    pub(crate) fn set_number(&mut self, field: Field, value: i64) {
        if field == Field::ListedAt && !TIMES.contains(&value) {
            let detail = format!("listed_at {value} is beyond the year 9999 or before the year 0");
            return self.fail(Fault::field(field, Reason::BadTime, detail));
        }
        self.numbers[field as usize] = Some(value);
    }

    /// Gives the seller's record.
    pub(crate) fn set_seller(&mut self, record: &SellerRecord) {
        match record.checked_json() {
            Ok(json) => self.seller = json,
            Err(detail) => self.fail(Fault::field(Field::Seller, Reason::BadSeller, detail)),
        }
    }

    fn add_seller(&mut self, json: &str) {
        if json.trim().is_empty() {
            return;
        }
        match serde_json::from_str::<SellerRecord>(json) {
            Ok(record) => self.set_seller(&record),
            Err(error) => self.fail(Fault::field(Field::Seller, Reason::BadSeller, error.to_string())),
        }
    }

    /// Copies a value into the row's text, if there is anything in it and nothing against it.
    fn keep(&mut self, field: Field, value: &str) -> Option<Span> {
        let value = trimmed(value);
        // The id of a bad row is wanted all the same: it says which listing is missing.
        if value.is_empty() || (self.fault.is_some() && field != Field::Id) {
            return None;
        }
        if let Err(fault) = self.check_value(field, value) {
            self.fail(fault);
            return None;
        }
        let start = self.text.len();
        self.text.push_str(value);
        Some(Span { start, end: self.text.len() })
    }

    fn check_value(&self, field: Field, value: &str) -> Result<(), Fault> {
        let max = field.bytes_max(&self.limits);
        if value.len() > max {
            let detail = format!("{} has {} bytes, at most {max} are read", field.name(), value.len());
            return Err(Fault::field(field, Reason::TooLong, detail));
        }
        if memchr::memchr(0, value.as_bytes()).is_some() {
            let detail = format!("{} holds a NUL character", field.name());
            return Err(Fault::field(field, Reason::Nul, detail));
        }
        if self.text.len() + value.len() > self.limits.row_bytes {
            let detail = format!("the row's values have more than {} bytes", self.limits.row_bytes);
            return Err(Fault::row(Reason::TooLong, detail));
        }
        Ok(())
    }

    fn is_set(&self, field: Field) -> bool {
        self.values[field as usize] != Span::default()
    }

    fn value(&self, field: Field) -> &str {
        self.values[field as usize].of(&self.text)
    }

    fn either(&self, field: Field, other: Field) -> &str {
        self.value(if self.is_set(field) { field } else { other })
    }

    /// The listing's id, if one was read.
    pub(crate) fn id(&self) -> Option<&str> {
        Some(self.value(Field::Id)).filter(|id| !id.is_empty())
    }

    fn list(&self, field: Field) -> Texts<'_> {
        let spans = field.list().map_or(&[][..], |list| &self.lists[list][..]);
        Texts::of_spans(&self.text, spans)
    }

    /// The row as a listing, if nothing is wrong with it.
    pub(crate) fn check(&mut self) -> Result<Listing<'_>, Fault> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        self.upper_case_code(Field::ShipsFrom);
        self.upper_case_code(Field::Market);
        if !self.is_set(Field::Id) {
            return Err(Fault::field(Field::Id, Reason::NoId, "the row has no id"));
        }
        let price = self.price()?;
        Ok(Listing {
            marketplace: self.value(Field::Marketplace),
            seller_id: self.value(Field::SellerId),
            id: self.value(Field::Id),
            title: self.either(Field::Title, Field::StructuredTitle),
            description: self.either(Field::Description, Field::StructuredDescription),
            price_minor: price.map(|price| price.minor),
            price_currency: price.map_or("", |price| price.currency.code()),
            brand: self.value(Field::Brand),
            gtin: self.value(Field::Gtin),
            mpn: self.value(Field::Mpn),
            condition: condition(self.value(Field::Condition)),
            product_type: self.value(Field::ProductType),
            google_product_category: self.value(Field::GoogleProductCategory),
            link: self.value(Field::Link),
            image_link: self.value(Field::ImageLink),
            additional_image_link: self.list(Field::AdditionalImageLink),
            listed_at: self.number(Field::ListedAt, Reason::BadTime, parse_time)?,
            ships_from: self.value(Field::ShipsFrom),
            market: self.value(Field::Market),
            stock: self.number(Field::Stock, Reason::BadNumber, |text| text.parse().ok())?,
            multipack: self.number(Field::Multipack, Reason::BadNumber, |text| text.parse().ok())?,
            variants: self.list(Field::Variants),
            reviews: self.list(Field::Reviews),
            questions: self.list(Field::Questions),
            details: self.list(Field::Details),
            seller: &self.seller,
        })
    }

    /// Upper-cases a value that is a country code.
    fn upper_case_code(&mut self, field: Field) {
        let Span { start, end } = self.values[field as usize];
        if let Some(code) = self.text.get_mut(start..end).filter(|code| code.len() == 2) {
            code.make_ascii_uppercase();
        }
    }

    /// What a buyer pays. Every price given must be right, even one that another overrides.
    fn price(&self) -> Result<Option<Money>, Fault> {
        let minor = self.minor_price()?;
        let price = self.priced(Field::Price)?;
        let sale_price = self.priced(Field::SalePrice)?;
        Ok(sale_price.or(price).or(minor))
    }

    fn priced(&self, field: Field) -> Result<Option<Money>, Fault> {
        match self.value(field) {
            "" => Ok(None),
            text => parse_price(text).map(Some).map_err(|error| price_fault(field, &error)),
        }
    }

    /// The price as our own schema has it: minor units and currency in two columns.
    fn minor_price(&self) -> Result<Option<Money>, Fault> {
        let minor = self.number(Field::PriceMinor, Reason::BadNumber, |text| text.parse().ok())?;
        let code = self.value(Field::PriceCurrency);
        let Some(minor) = minor else { return Ok(None) };
        if minor < 0 {
            return Err(price_fault(Field::PriceMinor, &PriceError::Negative(minor.to_string())));
        }
        if code.is_empty() {
            return Err(price_fault(Field::PriceMinor, &PriceError::NoCurrency(minor.to_string())));
        }
        let currency = parse_currency(code).map_err(|error| price_fault(Field::PriceCurrency, &error))?;
        Ok(Some(Money { minor, currency }))
    }

    fn number(&self, field: Field, reason: Reason, parse: fn(&str) -> Option<i64>) -> Result<Option<i64>, Fault> {
        if let Some(number) = self.numbers[field as usize] {
            return Ok(Some(number));
        }
        match self.value(field) {
            "" => Ok(None),
            text => parse(text).map(Some).ok_or_else(|| {
                let what = if reason == Reason::BadTime { "no time" } else { "no whole number" };
                let shown: String = text.chars().take(40).collect();
                Fault::field(field, reason, format!("{} {shown:?} is {what}", field.name()))
            }),
        }
    }
}

/// The value without blanks around it; nothing to decode where it begins and ends with a visible ASCII character.
fn trimmed(value: &str) -> &str {
    match value.as_bytes() {
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => value,
        _ => value.trim(),
    }
}

fn price_fault(field: Field, error: &PriceError) -> Fault {
    let reason = match error {
        PriceError::UnknownCurrency(_) => Reason::UnknownCurrency,
        _ => Reason::BadPrice,
    };
    Fault::field(field, reason, error.to_string())
}

/// The text of a structured title or description, without the word for where it comes from.
fn content(value: &str) -> &str {
    let sources = ["trained_algorithmic_media", "default"];
    let rest = sources.into_iter().find_map(|source| value.trim_start().strip_prefix(source));
    let quoted = rest.and_then(|rest| rest.trim_start().strip_prefix(':').or(rest.starts_with('\n').then_some(rest)));
    quoted.map_or(value, |text| text.trim().trim_matches('"'))
}

/// Merchant Center's three conditions; whatever else a feed says is as good as nothing.
fn condition(text: &str) -> &'static str {
    ["new", "used", "refurbished"].into_iter().find(|known| text.eq_ignore_ascii_case(known)).unwrap_or("")
}

/// RFC 3339, or a date, which means its first moment in UTC; in microseconds since 1970.
fn parse_time(text: &str) -> Option<i64> {
    let moment = match OffsetDateTime::parse(text, &Rfc3339) {
        Ok(moment) => moment,
        Err(_) => Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?.midnight().assume_utc(),
    };
    i64::try_from(moment.unix_timestamp_nanos().div_euclid(1_000)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(parse_time(text), expected, "{text}");
        check("1970-01-02", Some(86_400_000_000));
        check("1970-01-01T00:00:01Z", Some(1_000_000));
        check("1970-01-01T01:00:00.000001+01:00", Some(1));
        check("1969-12-31T23:59:59.9999999Z", Some(-1));
        check("9999-12-31T23:59:59Z", Some(253_402_300_799_000_000));
        for text in ["", "now", "1970", "1970-13-01", "1700000000", "1970-01-01 00:00", "+99999-01-01"] {
            check(text, None);
        }
        assert_eq!(parse_time("0000-01-01"), Some(*TIMES.start()));
        assert_eq!(parse_time("9999-12-31T23:59:59.999999Z"), Some(*TIMES.end()));
    }

    #[test]
    fn blanks_around_a_value_are_no_part_of_it() {
        for text in ["a b", " a b", "a b\t", "\u{a0}a b\u{3000}", "\u{2003}a b"] {
            assert_eq!(trimmed(text), "a b");
        }
        assert_eq!([trimmed("é"), trimmed("x"), trimmed(" "), trimmed("")], ["é", "x", "", ""]);
    }

    #[test]
    fn conditions() {
        assert_eq!(condition("New"), "new");
        assert_eq!(condition("REFURBISHED"), "refurbished");
        assert_eq!(condition("like new"), "");
    }

    fn drafted(values: &[(Field, &str)]) -> Draft {
        let mut draft = Draft::new(Limits::default());
        draft.add(Field::Id, "1");
        values.iter().for_each(|(field, value)| draft.add(*field, value));
        draft
    }

    #[test]
    fn the_price_is_what_a_buyer_pays() {
        let check = |values: &[(Field, &str)], expected: &str| {
            let found = drafted(values).check().map(|listing| listing.price().map_or("none".into(), |m| m.to_string()));
            assert_eq!(found.unwrap_or_else(|fault| fault.detail), expected);
        };
        check(&[], "none");
        check(&[(Field::Price, "10 USD")], "10.00 USD");
        check(&[(Field::Price, "10 USD"), (Field::SalePrice, "8 USD")], "8.00 USD");
        check(&[(Field::SalePrice, "8 USD")], "8.00 USD");
        check(&[(Field::SalePrice, " "), (Field::Price, "10 USD")], "10.00 USD");
        check(&[(Field::SalePrice, "8"), (Field::Price, "10 USD")], "no currency in \"8\"");
        check(&[(Field::PriceMinor, "1000"), (Field::PriceCurrency, "usd")], "10.00 USD");
        check(&[(Field::PriceMinor, "1000")], "no currency in \"1000\"");
        check(&[(Field::PriceMinor, "-1"), (Field::PriceCurrency, "USD")], "negative price \"-1\"");
        check(&[(Field::PriceCurrency, "USD")], "none");
    }

    #[test]
    fn what_buyers_read_besides_title_and_description_is_read() {
        let mut draft = drafted(&[
            (Field::StructuredTitle, "trained_algorithmic_media:\"Canvas bag\""),
            (Field::Details, "navy"),
            (Field::Multipack, "6"),
        ]);
        let listing = draft.check().unwrap_or_default();
        assert_eq!((listing.title, listing.multipack), ("Canvas bag", Some(6)));
        assert_eq!(listing.details.iter().collect::<Vec<_>>(), ["Canvas bag", "navy"]);
        let mut both = drafted(&[(Field::Title, "Bag"), (Field::StructuredTitle, "default\nSack: \"large\"")]);
        let listing = both.check().unwrap_or_default();
        assert_eq!((listing.title, listing.details.get(0)), ("Bag", Some("Sack: \"large")));
    }

    #[test]
    fn times_are_those_that_can_be_written() {
        let mut draft = drafted(&[]);
        draft.set_number(Field::ListedAt, i64::MAX);
        assert_eq!(draft.check().map_err(|fault| fault.reason), Err(Reason::BadTime));
    }

    #[test]
    fn codes_of_countries_are_upper_case() {
        let mut draft = drafted(&[(Field::ShipsFrom, "cn"), (Field::Market, "Europe")]);
        let listing = draft.check().unwrap_or_default();
        assert_eq!((listing.ships_from, listing.market), ("CN", "Europe"));
    }
}
