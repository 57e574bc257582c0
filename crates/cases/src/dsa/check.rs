//! What the database would refuse, found before it leaves; and what must not be in a public database.

use std::fmt;

use time::Date;
use time::macros::{date, format_description};

use super::words::is_country;
use super::{ContentType, EAN_13, Ground, Keyword, Monetary, Record, SourceType, Visibility};

/// Characters of the facts, at most.
const FACTS_MAX: usize = 5_000;
/// Characters of an explanation, at most.
const EXPLANATION_MAX: usize = 2_000;
/// Characters of a ground and of what is `other`, at most.
const SHORT_MAX: usize = 500;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The field's name in the schema.
    pub field: &'static str,
    /// What is wrong: lower case, without a full stop.
    pub why: String,
}

impl Fault {
    pub(super) fn new(field: &'static str, why: impl Into<String>) -> Self {
        Self { field, why: why.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.why)
    }
}

/// Reads a statement in the database's words and checks it.
///
/// # Errors
/// Everything that is wrong; what is no statement at all is one fault.
pub fn read(json: &str) -> Result<Record, Vec<Fault>> {
    let record: Record =
        serde_json::from_str(json).map_err(|error| vec![Fault::new("statement", error.to_string())])?;
    let faults = check(&record, &[]);
    if faults.is_empty() { Ok(record) } else { Err(faults) }
}

/// Everything that is wrong with a statement. `private` is what must not be told in public.
pub fn check(record: &Record, private: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    decisions(record, &mut faults);
    grounds(record, &mut faults);
    content(record, &mut faults);
    dates(record, &mut faults);
    identity(record, &mut faults);
    public(record, private, &mut faults);
    faults
}

fn decisions(record: &Record, faults: &mut Vec<Fault>) {
    let none = record.decision_visibility.is_empty()
        && record.decision_monetary.is_none()
        && record.decision_provision.is_none()
        && record.decision_account.is_none();
    if none {
        faults.push(Fault::new("decision_visibility", "is needed, or another decision: nothing was decided"));
    }
    let other = record.decision_visibility.contains(&Visibility::Other);
    words("decision_visibility_other", record.decision_visibility_other.as_deref(), other, SHORT_MAX, faults);
    let other = record.decision_monetary == Some(Monetary::Other);
    words("decision_monetary_other", record.decision_monetary_other.as_deref(), other, SHORT_MAX, faults);
    let ends = [
        (
            "end_date_visibility_restriction",
            &record.end_date_visibility_restriction,
            !record.decision_visibility.is_empty(),
        ),
        ("end_date_monetary_restriction", &record.end_date_monetary_restriction, record.decision_monetary.is_some()),
        ("end_date_service_restriction", &record.end_date_service_restriction, record.decision_provision.is_some()),
        ("end_date_account_restriction", &record.end_date_account_restriction, record.decision_account.is_some()),
    ];
    let alone = ends.into_iter().filter(|(_, end, decided)| end.is_some() && !decided);
    faults.extend(alone.map(|(field, ..)| Fault::new(field, "ends what was not decided")));
}

fn grounds(record: &Record, faults: &mut Vec<Fault>) {
    words("decision_facts", Some(&record.decision_facts), true, FACTS_MAX, faults);
    let illegal = record.decision_ground == Ground::Illegal;
    let Record { illegal_content_legal_ground, illegal_content_explanation, .. } = record;
    words("illegal_content_legal_ground", illegal_content_legal_ground.as_deref(), illegal, SHORT_MAX, faults);
    words("illegal_content_explanation", illegal_content_explanation.as_deref(), illegal, EXPLANATION_MAX, faults);
    let Record { incompatible_content_ground, incompatible_content_explanation, .. } = record;
    words("incompatible_content_ground", incompatible_content_ground.as_deref(), !illegal, SHORT_MAX, faults);
    let explanation = incompatible_content_explanation.as_deref();
    words("incompatible_content_explanation", explanation, !illegal, EXPLANATION_MAX, faults);
    if illegal && record.incompatible_content_illegal.is_some() {
        faults.push(Fault::new("incompatible_content_illegal", "is only for incompatible content"));
    }
    let url = record.decision_ground_reference_url.as_deref();
    if url.is_some_and(|url| {
        !(url.starts_with("https://") || url.starts_with("http://")) || url.contains(char::is_whitespace)
    }) {
        faults.push(Fault::new("decision_ground_reference_url", "is no address"));
    }
}

fn content(record: &Record, faults: &mut Vec<Fault>) {
    if record.content_type.is_empty() {
        faults.push(Fault::new("content_type", "is needed"));
    }
    let other = record.content_type.contains(&ContentType::Other);
    words("content_type_other", record.content_type_other.as_deref(), other, SHORT_MAX, faults);
    let other = record.category_specification.contains(&Keyword::Other);
    let said = record.category_specification_other.as_deref();
    if said.is_some() || other {
        words("category_specification_other", said.or(Some("-")), other, SHORT_MAX, faults);
    }
    if record.category_addition.contains(&record.category) {
        faults.push(Fault::new("category_addition", "repeats the category"));
    }
    for (key, value) in &record.content_id {
        if key != EAN_13 {
            faults
                .push(Fault::new("content_id", format!("`{key}` is no identifier it takes; {EAN_13} is the only one")));
        } else if !is_ean_13(value) {
            faults.push(Fault::new("content_id", format!("`{value}` is no {EAN_13}")));
        }
    }
    if record.territorial_scope.is_empty() {
        faults.push(Fault::new("territorial_scope", "is needed"));
    }
    let unknown = record.territorial_scope.iter().filter(|code| !is_country(code));
    faults.extend(
        unknown.map(|code| Fault::new("territorial_scope", format!("`{code}` is no country of the EU or EEA"))),
    );
    let language = record.content_language.as_deref();
    if language.is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
        faults.push(Fault::new("content_language", "is no language in two capital letters"));
    }
}

fn dates(record: &Record, faults: &mut Vec<Fault>) {
    since("content_date", &record.content_date, date!(2000 - 01 - 01), faults);
    let applies = since("application_date", &record.application_date, date!(2020 - 01 - 01), faults);
    let ends = [
        ("end_date_visibility_restriction", &record.end_date_visibility_restriction),
        ("end_date_monetary_restriction", &record.end_date_monetary_restriction),
        ("end_date_service_restriction", &record.end_date_service_restriction),
        ("end_date_account_restriction", &record.end_date_account_restriction),
    ];
    for (field, end) in ends.into_iter().filter_map(|(field, end)| Some((field, end.as_ref()?))) {
        since(field, end, applies.unwrap_or(date!(2020 - 01 - 01)), faults);
    }
}

fn identity(record: &Record, faults: &mut Vec<Fault>) {
    words("puid", Some(&record.puid), true, SHORT_MAX, faults);
    if !record.puid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        faults.push(Fault::new("puid", "has other characters than letters, digits, hyphens and underscores"));
    }
    let named = record.source_identity.as_deref();
    if named.is_some() {
        words("source_identity", named, record.source_type != SourceType::Voluntary, SHORT_MAX, faults);
    }
}

/// A text that is needed exactly if `wanted`.
fn words(field: &'static str, text: Option<&str>, wanted: bool, max: usize, faults: &mut Vec<Fault>) {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    match text {
        None if wanted => faults.push(Fault::new(field, "is needed")),
        Some(_) if !wanted => faults.push(Fault::new(field, "is not for this decision")),
        Some(text) if text.chars().count() > max => {
            faults.push(Fault::new(field, format!("has {} characters, {max} at most", text.chars().count())));
        }
        _ => {}
    }
}

/// A date `YYYY-MM-DD` from a day on.
fn since(field: &'static str, text: &str, first: Date, faults: &mut Vec<Fault>) -> Option<Date> {
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok();
    match day {
        None => faults.push(Fault::new(field, format!("`{text}` is no date YYYY-MM-DD"))),
        Some(day) if day < first => faults.push(Fault::new(field, format!("{day} is before {first}"))),
        Some(_) => {}
    }
    day
}

/// Nothing in free text that names a person: what is private, or an address of mail.
fn public(record: &Record, private: &[&str], faults: &mut Vec<Fault>) {
    let texts = [
        ("decision_facts", Some(&record.decision_facts)),
        ("illegal_content_legal_ground", record.illegal_content_legal_ground.as_ref()),
        ("illegal_content_explanation", record.illegal_content_explanation.as_ref()),
        ("incompatible_content_ground", record.incompatible_content_ground.as_ref()),
        ("incompatible_content_explanation", record.incompatible_content_explanation.as_ref()),
        ("decision_visibility_other", record.decision_visibility_other.as_ref()),
        ("decision_monetary_other", record.decision_monetary_other.as_ref()),
        ("content_type_other", record.content_type_other.as_ref()),
        ("category_specification_other", record.category_specification_other.as_ref()),
        ("puid", Some(&record.puid)),
    ];
    for (field, text) in texts.into_iter().filter_map(|(field, text)| Some((field, text?))) {
        let named = private.iter().any(|word| names(text, word, field == "puid"));
        if named || text.split_whitespace().any(is_mail) {
            faults.push(Fault::new(field, "holds personal data"));
        }
    }
}

/// Characters from which on a name or an id can say who somebody is.
const TELLING_CHARS_MIN: usize = 3;
/// The same in a `puid`, which is made of digits and letters by chance.
const TELLING_IN_PUID_MIN: usize = 13;

/// Whether a text holds a name or an id by itself, not as a part of a longer word.
fn names(text: &str, name: &str, by_chance: bool) -> bool {
    let least = if by_chance { TELLING_IN_PUID_MIN } else { TELLING_CHARS_MIN };
    let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    name.chars().count() >= least
        && text.match_indices(name).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + name.len()..]);
            !inside(before.chars().next_back()) && !inside(after.chars().next())
        })
}

fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// Thirteen digits, the last of which checks the others.
fn is_ean_13(code: &str) -> bool {
    let digits = code.as_bytes();
    let weighed = digits.iter().zip([1_u32, 3].into_iter().cycle());
    digits.len() == 13
        && digits.iter().all(u8::is_ascii_digit)
        && weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum::<u32>() % 10 == 0
}
