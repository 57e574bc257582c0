//! What of a listing's past is looked up beside its seller.

use touchstone_catalog::Listing;
use touchstone_knowledge::Snapshot;
use touchstone_signals::{Context, Previous, Resemblance, Scratch, View};

/// A listing's past, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The last version that was allowed.
    pub previous: Option<Previous>,
    /// What was stopped and is like it.
    pub resembles: Option<Resemblance>,
}

/// Where a listing's past is looked up: in memory, for whoever calls has fetched it.
pub trait HistoryLookup {
    /// The past of the listing in this row of the batch.
    fn history(&self, row: usize) -> History;
}

/// Nobody knows the past: a file is screened by itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHistory;

impl HistoryLookup for NoHistory {
    fn history(&self, _row: usize) -> History {
        History::default()
    }
}

impl HistoryLookup for [History] {
    fn history(&self, row: usize) -> History {
        self.get(row).cloned().unwrap_or_default()
    }
}

/// What the knowledge of today says about a version that was allowed.
pub fn facts(scratch: &mut Scratch, snapshot: &Snapshot, allowed: Listing<'_>) -> Previous {
    facts_of(&scratch.view(snapshot, allowed, Context::default()))
}

fn facts_of(view: &View<'_, '_>) -> Previous {
    Previous {
        brand: view.claimed().and_then(|mention| view.slug(mention.brand)).map(str::to_owned),
        hash: view.listing.content_hash().iter().map(|byte| format!("{byte:02x}")).collect(),
        kind: view.kind_slug().map(str::to_owned),
        price_usd_cents: view.usd_cents,
    }
}
