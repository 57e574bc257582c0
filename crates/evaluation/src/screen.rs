//! From a batch to outcomes, on every core, in the order of the batch.

use std::sync::Arc;
use std::thread;

use touchstone_catalog::{ListingBatch, SellerRecord, Sellers};
use touchstone_screening::{Active, Decision, NoHistory, Screener, Verdict, enrich};

use crate::error::EvaluationError;

/// Rows of a batch that is screened at once.
const BATCH_ROWS: usize = 512;

/// What the screening says of a listing, as far as it is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What becomes of it.
    pub verdict: Verdict,
    /// Log-odds in millionths, uncalibrated.
    pub score: i64,
    /// Code of the deciding rule.
    pub reason: Option<String>,
}

/// Screens every listing, without sellers, on the day of the rates, so that a result can be had again.
///
/// # Errors
/// When a part of the batch can't be cut out or a thread ends early.
pub fn screen(active: &Arc<Active>, listings: &ListingBatch) -> Result<Vec<Outcome>, EvaluationError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let part_rows = listings.len().div_ceil(threads).max(1);
    let parts = parts(listings, part_rows)?;
    let done: Vec<_> = thread::scope(|scope| {
        let running: Vec<_> = parts.iter().map(|part| scope.spawn(|| screen_part(active, part))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(Err(EvaluationError::Screening))).collect()
    });
    Ok(done.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

fn screen_part(active: &Arc<Active>, part: &ListingBatch) -> Result<Vec<Outcome>, EvaluationError> {
    let (mut screener, snapshot) = (Screener::new(Arc::clone(active)), &active.snapshot);
    let mut outcomes = Vec::with_capacity(part.len());
    for batch in parts(part, BATCH_ROWS)? {
        let context = enrich(&batch, snapshot, &own_shops(active, &batch), &NoHistory, &snapshot.knowledge.rates.date);
        let decisions = screener.screen(&batch, &context);
        outcomes.extend(decisions.verdicts().iter().zip(decisions.decisions()).map(outcome));
    }
    Ok(outcomes)
}

/// Labelled listings name their marketplace truly: those of brands' own shops are what these say.
fn own_shops(active: &Active, batch: &ListingBatch) -> Sellers {
    let mut sellers = Sellers::default();
    for listing in batch.rows().filter(|listing| active.snapshot.is_own_shop(listing.marketplace)) {
        let (marketplace, seller_id) = (listing.marketplace.to_owned(), listing.seller_id.to_owned());
        let said = listing.seller_record().unwrap_or_default();
        sellers.insert(SellerRecord { marketplace, seller_id, ..said });
    }
    sellers
}

fn outcome((verdict, decision): (&Verdict, Decision)) -> Outcome {
    let reason = decision.reasons.first().map(|reason| reason.code.clone());
    Outcome { verdict: *verdict, score: decision.score, reason }
}

/// The batch in slices of `rows`.
fn parts(listings: &ListingBatch, rows: usize) -> Result<Vec<ListingBatch>, EvaluationError> {
    let batch = listings.as_record_batch();
    let starts = (0..listings.len()).step_by(rows);
    let slices = starts.map(|start| ListingBatch::try_new(batch.slice(start, rows.min(listings.len() - start))));
    Ok(slices.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use touchstone_catalog::{Listing, ListingBatch};

    use super::parts;

    #[test]
    fn parts_hold_every_row_once_and_in_order() {
        let ids: Vec<String> = (0..7).map(|n| n.to_string()).collect();
        let batch = ListingBatch::from_listings(ids.iter().map(|id| Listing { id, ..Listing::default() })).unwrap();
        let parts = parts(&batch, 3).unwrap();
        let again: Vec<&str> = parts.iter().flat_map(ListingBatch::rows).map(|row| row.id).collect();
        assert_eq!(again, ids);
    }
}
