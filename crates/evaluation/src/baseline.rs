//! A rival that knows only currency and title length: what recognising the source is worth.
//!
//! It is a logistic regression, fitted by gradient descent on the tune half of every source as it was offered.
//! Every source weighs the same within fakes and within honest offers, so that none wins by its size. Its
//! threshold is then put where its honest error on the held halves, the mean over the honest sources, is one in
//! twenty. No randomness is involved: the same rows give the same rival.

use std::collections::BTreeMap;

use touchstone_catalog::Listing;

/// Share of the honest rows of the held halves that the rival may stop, as the mean over sources.
const HONEST_ERROR: f64 = 0.05;
const STEPS: usize = 800;
const STEP_SIZE: f64 = 2.0;

/// All that the rival sees of a listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Currency of the price; empty without one.
    pub currency: String,
    /// Logarithm of the characters of the title.
    pub length: f64,
}

impl Look {
    /// Looks at a listing.
    pub fn at(listing: &Listing<'_>) -> Self {
        Self { currency: listing.price_currency.to_owned(), length: (1.0 + listing.title.chars().count() as f64).ln() }
    }
}

/// Rows of one source to learn from.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Whether they are fakes.
    pub fake: bool,
    /// Rows of the half that is learnt from.
    pub learn: Vec<Look>,
    /// Rows of the half that the threshold is put on; only honest ones count.
    pub check: Vec<Look>,
}

/// The rival. Currencies that it has not learnt count nothing.
#[derive(Clone, Debug, Default)]
pub struct Baseline {
    currencies: BTreeMap<String, f64>,
    slope: f64,
    mean_length: f64,
    threshold: f64,
}

/// A row with its weight.
struct Example<'a> {
    look: &'a Look,
    fake: bool,
    weight: f64,
}

impl Baseline {
    /// Learns from all sources.
    pub fn train(lessons: &[Lesson]) -> Self {
        let examples = examples(lessons);
        let mean_length = examples.iter().map(|e| e.weight * e.look.length).sum();
        let currencies = examples.iter().map(|e| (e.look.currency.clone(), 0.0)).collect();
        let mut rival = Self { currencies, mean_length, ..Self::default() };
        for _ in 0..STEPS {
            rival.step(&examples);
        }
        rival.threshold = threshold(rival.honest_scores(lessons));
        rival
    }

    /// One step down the gradient of the weighted log-loss.
    fn step(&mut self, examples: &[Example<'_>]) {
        let mut slope = 0.0;
        let mut currencies: BTreeMap<&str, f64> = BTreeMap::new();
        for example in examples {
            let expected = 1.0 / (1.0 + (-self.score(example.look)).exp());
            let error = example.weight * (expected - f64::from(u8::from(example.fake)));
            slope += error * (example.look.length - self.mean_length);
            *currencies.entry(&example.look.currency).or_default() += error;
        }
        self.slope -= STEP_SIZE * slope;
        for (currency, error) in currencies {
            self.currencies.entry(currency.to_owned()).and_modify(|weight| *weight -= STEP_SIZE * error);
        }
    }

    /// Scores of the honest rows to check, each with its weight.
    fn honest_scores(&self, lessons: &[Lesson]) -> Vec<(f64, f64)> {
        let honest: Vec<&Lesson> = lessons.iter().filter(|l| !l.fake && !l.check.is_empty()).collect();
        let weight = |lesson: &Lesson| 1.0 / (honest.len() * lesson.check.len()) as f64;
        let scores = honest.iter().flat_map(|l| l.check.iter().map(move |look| (self.score(look), weight(l))));
        scores.collect()
    }

    /// Log-odds that it is a fake.
    pub fn score(&self, look: &Look) -> f64 {
        self.currencies.get(&look.currency).unwrap_or(&0.0) + self.slope * (look.length - self.mean_length)
    }

    /// Whether it would stop the listing.
    pub fn stops(&self, look: &Look) -> bool {
        self.score(look) > self.threshold
    }
}

/// All rows to learn from; fakes and honest offers weigh one half each, and sources the same within them.
fn examples(lessons: &[Lesson]) -> Vec<Example<'_>> {
    let sources = |fake: bool| lessons.iter().filter(|l| l.fake == fake && !l.learn.is_empty()).count() as f64;
    let weight = |lesson: &Lesson| 0.5 / sources(lesson.fake) / lesson.learn.len() as f64;
    let of = |lesson| rows(lesson, weight(lesson));
    lessons.iter().flat_map(of).collect()
}

fn rows(lesson: &Lesson, weight: f64) -> impl Iterator<Item = Example<'_>> {
    lesson.learn.iter().map(move |look| Example { look, fake: lesson.fake, weight })
}

/// The lowest score above which no more honest rows are than may be stopped.
fn threshold(mut honest: Vec<(f64, f64)>) -> f64 {
    honest.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut stopped = 0.0;
    let first_too_many = honest.iter().find(|(_, weight)| {
        stopped += weight;
        stopped > HONEST_ERROR + f64::EPSILON
    });
    first_too_many.map_or(0.0, |(score, _)| *score)
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Lesson, Look};

    fn look(currency: &str, length: usize) -> Look {
        Look { currency: currency.into(), length: (1.0 + length as f64).ln() }
    }

    fn lesson(fake: bool, currency: &str, lengths: std::ops::Range<usize>) -> Lesson {
        let looks: Vec<Look> = lengths.map(|length| look(currency, length)).collect();
        Lesson { fake, learn: looks.clone(), check: looks }
    }

    #[test]
    fn it_wins_by_the_currency_and_loses_without_it() {
        let rival =
            Baseline::train(&[lesson(true, "CNY", 20..60), lesson(false, "USD", 20..60), lesson(false, "", 20..60)]);
        assert!(rival.stops(&look("CNY", 40)));
        assert!(!rival.stops(&look("USD", 40)) && !rival.stops(&look("", 40)));
    }

    #[test]
    fn its_own_honest_error_is_one_in_twenty() {
        let honest = lesson(false, "USD", 20..120);
        let rival = Baseline::train(&[lesson(true, "USD", 5..40), honest.clone()]);
        assert_eq!(honest.check.iter().filter(|look| rival.stops(look)).count(), 5);
    }

    #[test]
    fn a_big_source_does_not_hide_the_error_on_a_small_one() {
        let (big, small) = (lesson(false, "EUR", 100..2_000), lesson(false, "USD", 5..45));
        let rival = Baseline::train(&[lesson(true, "USD", 5..45), big, small.clone()]);
        assert!(small.check.iter().filter(|look| rival.stops(look)).count() <= 4);
    }

    #[test]
    fn nothing_to_learn_from_stops_nothing() {
        assert!(!Baseline::train(&[]).stops(&look("USD", 1)));
    }
}
