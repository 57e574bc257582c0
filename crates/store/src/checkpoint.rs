//! Brings what was committed from SQLite's write-ahead log into the database file, beside the writer.
//!
//! By itself SQLite does so in a commit, every so many pages, and whoever waits for that commit or comes behind it waits
//! for thousands of pages to reach the disk. Here another connection does it while commits go on. When little is left,
//! the writer does the rest between two transactions, because only a log that is wholly brought over begins anew.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::sync::mpsc::WeakSender;
use tokio::time::sleep;

use crate::writer::Job;

/// How often is looked whether there is something to bring over.
const EVERY: Duration = Duration::from_millis(200);
/// Pages of a log that is to begin anew: 64 MiB.
const LOG_PAGES: i64 = 16_384;
/// Pages that the writer may be left with: a few milliseconds.
const REST_PAGES: i64 = 256;
/// Passes at once, at most: each finds what was committed during the one before.
const PASSES_MAX: usize = 8;
/// The writer itself brings over a log that has become so long, should nobody else have: 256 MiB.
pub(crate) const LOG_PAGES_MAX: &str = "65536";

/// Keeps the log short until the writer is gone.
pub(crate) async fn keep(connection: DatabaseConnection, writer: WeakSender<Job>) {
    let mut before = 0;
    while let Some(jobs) = writer.upgrade().filter(|jobs| !jobs.is_closed()) {
        if let Ok(pages) = brought_over(&connection, &mut before).await {
            // Nobody waits for it: if it can't be now, it is asked for again.
            let _ = if pages >= LOG_PAGES { jobs.try_send(Job::Checkpoint) } else { Ok(()) };
        }
        drop(jobs);
        sleep(EVERY).await;
    }
    let _ = connection.close().await;
}

/// Brings over what is there; gives the pages of the log. A long log is gone over until little is added meanwhile.
async fn brought_over(connection: &DatabaseConnection, before: &mut i64) -> Result<i64, DbErr> {
    for _ in 0..PASSES_MAX {
        let pages = checkpoint(connection).await?;
        let added = pages - std::mem::replace(before, pages);
        if pages < LOG_PAGES || added < REST_PAGES {
            break;
        }
    }
    Ok(*before)
}

/// Brings over as much as can be without waiting for anybody; gives the pages of the log.
pub(crate) async fn checkpoint(connection: &DatabaseConnection) -> Result<i64, DbErr> {
    let ask = Statement::from_string(connection.get_database_backend(), "PRAGMA wal_checkpoint(PASSIVE)");
    let row = connection.query_one_raw(ask).await?;
    // Whether it was kept from it, pages of the log, pages of those that are brought over.
    row.map_or(Ok(0), |row| row.try_get_by_index(1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;

    use super::*;
    use crate::{Location, NewDecision, Screened, Store, StoredDecision};

    fn decision(number: u8) -> NewDecision {
        let stored = StoredDecision {
            decision_id: uuid::Uuid::from_bytes([number; 16]),
            name: crate::Name { listing_id: number.to_string(), ..crate::Name::default() },
            listing_hash: vec![number; 32],
            event: "create".to_owned(),
            decided_at: 1,
            request_id: "r".to_owned(),
            supersedes: None,
            provisional: false,
            review_until: None,
            pictures: None,
            body: b"{}".to_vec(),
        };
        let (verdict, class) = ("allow".to_owned(), "none".to_owned());
        NewDecision { stored, content: b"{}".to_vec(), verdict, class, score: 0 }
    }

    async fn record(store: &Store, number: u8) {
        store.record(Screened { decisions: vec![decision(number)], ..Screened::default() }).await.unwrap();
    }

    #[tokio::test]
    async fn what_was_brought_over_is_there_without_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
        let store = Store::open(&Location::Folder(data.clone()), &folder.path().join("master.key")).await.unwrap();
        for number in 0..40 {
            record(&store, number).await;
        }
        assert!(checkpoint(&store.readers).await.unwrap() > 0);
        fs::create_dir(&copy).unwrap();
        fs::copy(data.join("touchstone.db"), copy.join("touchstone.db")).unwrap();
        let copied = Store::open(&Location::Folder(copy), &folder.path().join("master.key")).await.unwrap();
        assert_eq!(copied.decisions(&crate::DecisionFilter::default(), 100).await.unwrap().len(), 40);
    }

    #[tokio::test]
    async fn a_log_that_the_writer_brought_over_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Folder(folder.path().join("data")), &folder.path().join("master.key"))
            .await
            .unwrap();
        for number in 0..40 {
            record(&store, number).await;
        }
        let long = checkpoint(&store.readers).await.unwrap();
        store.writer.jobs().upgrade().unwrap().send(Job::Checkpoint).await.unwrap();
        record(&store, 40).await;
        assert!(checkpoint(&store.readers).await.unwrap() < long);
    }
}
