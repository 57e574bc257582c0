//! What files may ask of an item: routing and sampling share it.

use serde::Deserialize;
use toml::Spanned;
use touchstone_diagnostic::{Issue, nearest};

/// What is known of an item. What is not known fulfils no condition that asks for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// What it is held to be, as in decisions.
    pub class: Option<&'a str>,
    /// ISO 3166 country it is offered in.
    pub market: Option<&'a str>,
    /// ISO 639 language it is written in.
    pub language: Option<&'a str>,
    /// How grave, as in decisions.
    pub severity: Option<&'a str>,
    /// The brand it claims.
    pub brand: Option<&'a str>,
    /// Its price in minor units of the house's currency.
    pub value_minor: Option<i64>,
    /// For how many days its seller has sold.
    pub seller_days: Option<u32>,
}

/// Words that a file may use; what is empty is not checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Classes.
    pub classes: &'a [&'a str],
    /// Severities.
    pub severities: &'a [&'a str],
    /// Brands.
    pub brands: &'a [&'a str],
}

/// All that is given must hold; a list holds with any of its words.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    class: Option<Vec<Spanned<String>>>,
    market: Option<Vec<Spanned<String>>>,
    language: Option<Vec<Spanned<String>>>,
    severity: Option<Vec<Spanned<String>>>,
    brand: Option<Vec<Spanned<String>>>,
    /// Minor units of the house's currency, and dearer.
    value_from: Option<i64>,
    /// Minor units of the house's currency, not included.
    value_below: Option<i64>,
    /// Sellers of fewer days.
    seller_days_below: Option<u32>,
}

impl Condition {
    /// Whether it holds.
    pub fn holds(&self, facts: &Facts<'_>) -> bool {
        let words = self.words().into_iter().zip(words(facts));
        let words = words.into_iter().all(|(list, word)| list.is_none_or(|list| word.is_some_and(|w| has(list, w))));
        let above = self.value_from.is_none_or(|from| facts.value_minor.is_some_and(|value| value >= from));
        let below = self.value_below.is_none_or(|end| facts.value_minor.is_some_and(|value| value < end));
        let young = self.seller_days_below.is_none_or(|end| facts.seller_days.is_some_and(|days| days < end));
        words && above && below && young
    }

    /// Whether it holds wherever the other does.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        let pairs = self.words().into_iter().zip(other.words());
        let words = pairs.into_iter().all(|(mine, theirs)| {
            mine.is_none_or(|mine| theirs.is_some_and(|theirs| theirs.iter().all(|word| has(mine, word.get_ref()))))
        });
        let above = self.value_from.is_none_or(|mine| other.value_from.is_some_and(|theirs| theirs >= mine));
        let within = |mine: Option<i64>, theirs: Option<i64>| {
            mine.is_none_or(|mine| theirs.is_some_and(|theirs| theirs <= mine))
        };
        let young = within(self.seller_days_below.map(i64::from), other.seller_days_below.map(i64::from));
        words && above && within(self.value_below, other.value_below) && young
    }

    /// Words that are none, lists and bands that nothing fulfils. Places are those of words, else `at`.
    pub(crate) fn check(&self, at: usize, known: Known<'_>, issues: &mut Vec<Issue>) {
        let lists = self.words().into_iter().zip(["class", "market", "language", "severity", "brand"]);
        for (list, name) in lists.filter_map(|(list, name)| Some((list?, name))) {
            if list.is_empty() {
                issues.push(Issue::error(at, format!("{name} is an empty list, which nothing fulfils")));
            }
            list.iter().for_each(|word| issues.extend(unknown(name, word, known)));
        }
        if self.value_from.zip(self.value_below).is_some_and(|(from, below)| from >= below) {
            issues.push(Issue::error(at, "value_from is not below value_below, so that nothing is between them"));
        }
    }

    fn words(&self) -> [Option<&Vec<Spanned<String>>>; 5] {
        [&self.class, &self.market, &self.language, &self.severity, &self.brand].map(Option::as_ref)
    }
}

fn words<'a>(facts: &Facts<'a>) -> [Option<&'a str>; 5] {
    [facts.class, facts.market, facts.language, facts.severity, facts.brand]
}

fn has(list: &[Spanned<String>], word: &str) -> bool {
    list.iter().any(|each| each.get_ref() == word)
}

/// What is to be said of a word that is none.
fn unknown(name: &str, word: &Spanned<String>, known: Known<'_>) -> Option<Issue> {
    let (text, at) = (word.get_ref().as_str(), word.span().start);
    let list = match name {
        "class" => known.classes,
        "severity" => known.severities,
        "brand" => known.brands,
        "market" if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) => return None,
        "market" => return Some(Issue::error(at, format!("{text:?} is no market: two capital letters, as in DE"))),
        _ if (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase()) => return None,
        _ => return Some(Issue::error(at, format!("{text:?} is no language: two or three small letters, as in de"))),
    };
    if list.is_empty() || list.contains(&text) {
        return None;
    }
    let issue = Issue::error(at, format!("unknown {name} {text:?}"));
    Some(match nearest(text, list.iter().copied()) {
        Some(near) => issue.help(format!("did you mean {near:?}?")),
        None => issue,
    })
}
