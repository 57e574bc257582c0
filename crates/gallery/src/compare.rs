//! The banks of a data folder, as what pictures are compared with.

use touchstone_banks::{EntryFeatures, Library};

use crate::gallery::{Compare, Match};

/// Candidates that are asked for.
const CANDIDATES: usize = 8;

impl Compare for Library {
    fn version(&self) -> String {
        self.banks().version().to_string()
    }

    fn copies(&self, features: &EntryFeatures) -> Vec<Match> {
        let answer = self.query(features, None, CANDIDATES);
        let sure = answer.matches.iter().filter(|each| each.found.is_match());
        let told = |each: &touchstone_banks::Match| {
            let entry = self.banks().contents().entries().get(each.number)?;
            Some(Match {
                bank: entry.item.bank.name(),
                entry: entry.item.id(),
                brand: entry.item.brand.clone(),
                score: (each.found.score.clamp(0.0, 1.0) * 1000.0).round() as u16,
                place: each.found.place,
                reference: each.found.reference,
            })
        };
        sure.chain(&answer.negative).filter_map(told).collect()
    }
}
