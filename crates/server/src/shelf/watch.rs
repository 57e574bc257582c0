//! The breaker, fed by the pictures of listings; and what the banks are like, for people and for metrics.

use std::sync::{Arc, PoisonError};

use touchstone_banks::breaker::{Subject, Trip};
use touchstone_banks::{Bank, Contents, Settings, State};
use touchstone_signals::pictures::PictureFacts;

use super::Shelf;

/// What a bank is like now.
pub(crate) struct Watched {
    pub(crate) settings: Settings,
    pub(crate) active: usize,
    pub(crate) pending: usize,
    pub(crate) removed: usize,
    /// Entries that the breaker stopped.
    pub(crate) stopped: usize,
    /// Pictures of listings that this process compared within the breaker's window, and those of them that matched.
    pub(crate) queries: u64,
    pub(crate) matched: u64,
}

impl Shelf {
    /// Counts what a listing's picture matched, at `now` in milliseconds; what matches too much is stopped, for every
    /// process, and said.
    pub(crate) async fn observe(self: &Arc<Self>, facts: &PictureFacts, now: i64) {
        let trips = self.count(facts, now);
        if trips.is_empty() {
            return;
        }
        for Trip { subject, matched, queries } in &trips {
            let (bank, entry) = self.named(subject);
            metrics::counter!("touchstone_bank_stops_total", "bank" => bank.name()).increment(1);
            tracing::error!(%bank, entry, matched, queries, "the breaker stopped what matches too many pictures");
        }
        let shelf = Arc::clone(self);
        let stopped = tokio::task::spawn_blocking(move || {
            shelf.change(|library| library.banks_mut().stop(&trips, now)).and_then(|()| shelf.ready_logos())
        });
        if let Ok(Err(error)) = stopped.await {
            tracing::error!(error = %error, "what matches too many pictures can't be stopped");
        }
    }

    fn count(&self, facts: &PictureFacts, now: i64) -> Vec<Trip> {
        let bank = |name: &str| Bank::ALL.into_iter().find(|bank| bank.name() == name);
        let copies = facts.copies.iter().filter_map(|copy| Some((bank(&copy.bank)?, Some(copy.entry.as_str()))));
        let matched: Vec<_> = copies.chain(facts.logos.first().map(|_| (Bank::Logos, None))).collect();
        metrics::counter!("touchstone_bank_queries_total").increment(1);
        for bank in Bank::ALL.into_iter().filter(|bank| matched.iter().any(|(matched, _)| matched == bank)) {
            metrics::counter!("touchstone_bank_matches_total", "bank" => bank.name()).increment(1);
        }
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner).count(now, matched.into_iter())
    }

    fn named(&self, subject: &Subject) -> (Bank, String) {
        match subject {
            Subject::Bank(bank) => (*bank, String::new()),
            Subject::Entry(id) => {
                let bank = self.with(|library| library.banks().contents().entry(id).map(|entry| entry.item.bank));
                (bank.unwrap_or(Bank::Negative), id.clone())
            }
        }
    }

    /// What a bank is like, at `now` in milliseconds.
    pub(crate) fn watched(&self, bank: Bank, now: i64) -> Watched {
        let share = self.breaker.lock().unwrap_or_else(PoisonError::into_inner).share(now, &Subject::Bank(bank));
        self.with(|library| watched(library.banks().contents(), bank, share))
    }

    /// Tells the metrics what is stopped.
    pub(crate) fn gauge(&self, now: i64) {
        for bank in Bank::ALL {
            let Watched { settings, stopped, active, .. } = self.watched(bank, now);
            metrics::gauge!("touchstone_bank_stopped", "bank" => bank.name())
                .set(f64::from(u8::from(settings.stopped)));
            metrics::gauge!("touchstone_bank_entries_stopped", "bank" => bank.name()).set(stopped as f64);
            metrics::gauge!("touchstone_bank_entries", "bank" => bank.name()).set(active as f64);
        }
    }
}

fn watched(contents: &Contents, bank: Bank, (queries, matched): (u64, u64)) -> Watched {
    let entries = contents.entries().iter().filter(|entry| entry.item.bank == bank);
    let settings = contents.bank(bank).clone();
    let none = Watched { settings, active: 0, pending: 0, removed: 0, stopped: 0, queries, matched };
    entries.fold(none, |mut all, entry| {
        match entry.state {
            State::Active => all.active += 1,
            State::Pending => all.pending += 1,
            State::Removed => all.removed += 1,
        }
        all.stopped += usize::from(entry.settings.stopped);
        all
    })
}
