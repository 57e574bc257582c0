//! The one writer. What waits while a commit is on its way to the disk becomes the next transaction, so that the cost
//! of a commit is shared by all that come at once, and nobody waits for company that may not come.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::checkpoint::checkpoint;
use crate::error::StoreError;
use crate::record::{Recorded, Screened, record};
use crate::vault::Vault;

/// Jobs that wait, at most; more are refused rather than answered late.
const WAITING_MAX: usize = 4_096;
/// Other writes of one transaction.
const OTHERS_MAX: usize = 32;
/// Decisions of one transaction, about: as many as are written in a few milliseconds.
const DECISIONS_MAX: usize = 2_000;

/// How often the log is tried to be emptied, and how long is waited between: somebody may read from it.
const EMPTY_TRIES: usize = 50;
const EMPTY_AGAIN: Duration = Duration::from_millis(20);

/// A future of a transaction.
pub(crate) type Applied<'t, T = ()> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 't>>;
/// A write that is rare, in a transaction of its own.
pub(crate) type Apply = Box<dyn for<'t> FnOnce(&'t DatabaseTransaction) -> Applied<'t> + Send>;

/// What the writer is to do.
pub(crate) enum Job {
    Screened(Arc<Screened>, oneshot::Sender<Result<Recorded, StoreError>>),
    Other(Apply, oneshot::Sender<Result<(), StoreError>>),
    /// Brings the rest of the log into the database, so that it begins anew.
    Checkpoint,
    EmptyLog(oneshot::Sender<Result<(), StoreError>>),
    End,
}

type Waiting = (Arc<Screened>, oneshot::Sender<Result<Recorded, StoreError>>);
type WaitingOther = (Apply, oneshot::Sender<Result<(), StoreError>>);

/// The way to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the writer on a connection of its own.
    pub(crate) fn start(connection: DatabaseConnection, vault: Arc<Vault>) -> Self {
        let (jobs, queue) = mpsc::channel(WAITING_MAX);
        let task = tokio::spawn(run(connection, vault, queue));
        Self { jobs, task: Mutex::new(Some(task)) }
    }

    /// A way to the writer that does not keep it alive.
    pub(crate) fn jobs(&self) -> mpsc::WeakSender<Job> {
        self.jobs.downgrade()
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.jobs.is_closed()
    }

    /// Writes decisions; returns once they are on the disk.
    pub(crate) async fn record(&self, screened: Screened) -> Result<Recorded, StoreError> {
        let (done, answer) = oneshot::channel();
        self.jobs.try_send(Job::Screened(Arc::new(screened), done)).map_err(refused)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Does something else in a transaction; gives what came of it once it is on the disk.
    pub(crate) async fn apply<F, T>(&self, apply: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t DatabaseTransaction) -> Applied<'t, T> + Send + 'static,
        T: Send + 'static,
    {
        let (done, answer) = oneshot::channel();
        let (say, said) = oneshot::channel();
        let job: Apply = Box::new(move |db| {
            Box::pin(async move {
                let _ = say.send(apply(db).await?);
                Ok(())
            })
        });
        self.jobs.send(Job::Other(job, done)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)??;
        said.await.map_err(|_| StoreError::Closed)
    }

    /// Brings all that stands in SQLite's log into the database, and empties the log. It is the writer's work: whoever
    /// else did it would lock the writer out in the midst of a transaction.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        let (done, answer) = oneshot::channel();
        self.jobs.send(Job::EmptyLog(done)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Writes what was accepted, then ends.
    pub(crate) async fn close(&self) {
        let task = self.task.lock().ok().and_then(|mut task| task.take());
        let _ = self.jobs.send(Job::End).await;
        if let Some(task) = task {
            let _ = task.await;
        }
    }
}

fn refused(error: mpsc::error::TrySendError<Job>) -> StoreError {
    match error {
        mpsc::error::TrySendError::Full(_) => StoreError::Overloaded,
        mpsc::error::TrySendError::Closed(_) => StoreError::Closed,
    }
}

async fn run(connection: DatabaseConnection, vault: Arc<Vault>, mut queue: mpsc::Receiver<Job>) {
    while let Some(first) = queue.recv().await {
        let (mut waiting, mut others): (Vec<Waiting>, Vec<WaitingOther>) = (Vec::new(), Vec::new());
        let mut decisions = 0;
        let mut next = Some(first);
        while let Some(job) = next {
            // In turn: what came before is not kept waiting by what came after.
            match &job {
                Job::Other(..) if others.len() < OTHERS_MAX => {
                    commit(&connection, &vault, std::mem::take(&mut waiting)).await;
                }
                _ => commit_others(&connection, &vault, std::mem::take(&mut others)).await,
            }
            match job {
                Job::Screened(screened, done) => {
                    decisions += screened.decisions.len();
                    waiting.push((screened, done));
                }
                Job::Other(apply, done) => others.push((apply, done)),
                // What is left is asked for again.
                Job::Checkpoint => drop(checkpoint(&connection).await),
                Job::EmptyLog(done) => drop(done.send(empty_log(&connection).await)),
                // Nothing more is accepted; what waits is still written.
                Job::End => queue.close(),
            }
            next = if decisions < DECISIONS_MAX { queue.try_recv().ok() } else { None };
        }
        commit_others(&connection, &vault, others).await;
        commit(&connection, &vault, waiting).await;
    }
    let _ = connection.close().await;
}

/// Writes of other kinds share a commit, each behind a savepoint of its own: what fails takes nothing else along.
async fn commit_others(connection: &DatabaseConnection, vault: &Arc<Vault>, others: Vec<WaitingOther>) {
    if others.is_empty() {
        return;
    }
    let (mut applied, mut waiting) = (Vec::with_capacity(others.len()), others.into_iter());
    let written = async {
        let transaction = connection.begin().await?;
        for (apply, done) in waiting.by_ref() {
            applied.push((other(&transaction, apply).await, done));
        }
        Ok::<(), StoreError>(transaction.commit().await?)
    };
    let written = written.await;
    if written.is_err() {
        // One may have read a key from the transaction that another wrote there: it is in memory, and not on the disk.
        drop(vault.erasing());
    }
    for (result, done) in applied {
        // A commit that fails fails for all that it would have kept.
        let _ = done.send(match &written {
            Ok(()) => result,
            Err(error) => result.and(Err(error.again())),
        });
    }
    for (_, done) in waiting {
        let error = written.as_ref().err().map_or(StoreError::Closed, StoreError::again);
        let _ = done.send(Err(error));
    }
}

async fn other(transaction: &DatabaseTransaction, apply: Apply) -> Result<(), StoreError> {
    let part = transaction.begin().await?;
    match apply(&part).await {
        Ok(()) => Ok(part.commit().await?),
        Err(error) => {
            part.rollback().await?;
            Err(error)
        }
    }
}

async fn empty_log(connection: &DatabaseConnection) -> Result<(), StoreError> {
    let backend = connection.get_database_backend();
    if backend != DbBackend::Sqlite {
        return Ok(());
    }
    for _ in 0..EMPTY_TRIES {
        let emptied = Statement::from_string(backend, "PRAGMA wal_checkpoint(TRUNCATE)");
        let row = connection.query_one_raw(emptied).await?;
        // The first number says that somebody kept it from ending.
        let busy: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
        if busy == 0 {
            return Ok(());
        }
        tokio::time::sleep(EMPTY_AGAIN).await;
    }
    Err(StoreError::Overloaded)
}

/// Writes all at once; if that fails, one by one, so that one's fault is not the others'.
async fn commit(connection: &DatabaseConnection, vault: &Vault, waiting: Vec<Waiting>) {
    let all: Vec<&Screened> = waiting.iter().map(|(screened, _)| &**screened).collect();
    match together(connection, vault, &all).await {
        Ok(recorded) => {
            for ((_, done), recorded) in waiting.into_iter().zip(recorded) {
                let _ = done.send(Ok(recorded));
            }
        }
        Err(_) => {
            for (screened, done) in waiting {
                let alone = together(connection, vault, &[&screened]).await;
                let _ = done.send(alone.and_then(|mut one| one.pop().ok_or(StoreError::Closed)));
            }
        }
    }
}

async fn together(
    connection: &DatabaseConnection,
    vault: &Vault,
    all: &[&Screened],
) -> Result<Vec<Recorded>, StoreError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let transaction = connection.begin().await?;
    let recorded = record(&transaction, vault, all).await?;
    transaction.commit().await?;
    Ok(recorded)
}
