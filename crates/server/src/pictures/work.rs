//! Listings whose pictures are to be fetched. A decision by the words waits here for its successor; the work was written
//! with it, so that it is found again whatever happens to this process, and is done by one process at a time.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use tokio::task::JoinSet;
use touchstone_catalog::{Limits, ListingBatch, feed::Objects};
use touchstone_screening::{Decision, Looked as Pictures};
use touchstone_signals::pictures::PictureFacts;
use touchstone_store::{
    NewDecision, PictureHash, PictureWork, Screened, Settled, ShownPicture, StoreError, StoredDecision,
};
use uuid::Uuid;

use super::eyes::Patience;
use super::note::{self, PictureNote};
use super::seen::{self, Looked};
use super::{addresses, is_web};
use crate::app::App;
use crate::fetch::{FetchError, Fetcher};
use crate::near::printed;
use crate::problem::Problem;
use crate::serve::every;

/// Listings that are worked on at once: each holds one picture in memory at a time.
const AT_ONCE: usize = 8;
/// How often is looked for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// For how long work is taken, in microseconds: who dies with it loses it then.
pub(crate) const LEASE: i64 = 300_000_000;

/// What came of a listing's addresses.
#[derive(Default)]
struct Fetched {
    facts: Vec<PictureFacts>,
    shown: Vec<ShownPicture>,
    notes: Vec<PictureNote>,
    hashes: Vec<PictureHash>,
    /// Another try may have more.
    may_pass: bool,
}

impl App {
    /// Fetches all pictures that are due, and decides again on their listings; how many listings those were.
    ///
    /// # Errors
    /// When the store fails; what was not done stays due.
    pub async fn fetch_due_pictures(self: &Arc<Self>) -> Result<usize, StoreError> {
        let (mut working, mut begun) = (JoinSet::new(), 0);
        loop {
            let new = self.begin_fetching(&mut working).await?;
            begun += new;
            if working.join_next().await.is_none() && new == 0 {
                return Ok(begun);
            }
        }
    }

    /// Fetches pictures as soon as somebody waits for some, and looks now and then whether others are due.
    pub(crate) async fn keep_fetching(self: Arc<Self>) {
        let (mut ticks, mut working) = (every(LOOK_EVERY), JoinSet::new());
        loop {
            // A slow listing is in nobody's way as long as there is room beside it.
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.pictures.awaited.notified() => {}
                Some(_) = working.join_next() => {}
            }
            if let Err(error) = self.begin_fetching(&mut working).await {
                tracing::error!(error = %error, "pictures can't be fetched");
            }
        }
    }

    /// Takes what is due and does nothing with it, as a process that dies then.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn take_due_pictures(&self) -> Result<(), StoreError> {
        let now = self.clock.micros();
        for work in self.store.due_pictures(now, AT_ONCE as u64).await? {
            self.store.take_pictures(&work, now + LEASE).await?;
        }
        Ok(())
    }

    /// Takes as much of what is due as there is room for.
    async fn begin_fetching(self: &Arc<Self>, working: &mut JoinSet<()>) -> Result<usize, StoreError> {
        while working.try_join_next().is_some() {}
        let room = AT_ONCE.saturating_sub(working.len());
        if room == 0 || self.pictures.fetcher.is_none() {
            return Ok(0);
        }
        let now = self.clock.micros();
        let mut begun = 0;
        for work in self.store.due_pictures(now, room as u64).await? {
            if self.store.take_pictures(&work, now + LEASE).await? {
                begun += 1;
                working.spawn(begin(Arc::clone(self), work));
            }
        }
        Ok(begun)
    }
}

async fn begin(app: Arc<App>, work: PictureWork) {
    if let Err(problem) = done(&app, &work).await {
        // It stays as it was taken, and is found again when the lease is over.
        tracing::warn!(decision_id = %work.decision_id, problem.code, problem.detail, "pictures wait");
    }
}

/// Does one listing's work.
async fn done(app: &App, work: &PictureWork) -> Result<(), Problem> {
    let before = match app.store.decision(work.decision_id).await {
        Ok(Some(before)) => before,
        Ok(None) | Err(StoreError::Erased) => return settled(app, work, None, None).await,
        Err(error) => return Err(error.into()),
    };
    let Some(listing) = content(app, &before).await? else { return settled(app, work, None, None).await };
    let Some(fetcher) = &app.pictures.fetcher else { return Ok(()) };
    let fetched = fetch_all(app, fetcher, &before, &listing).await?;
    let now = app.clock.micros();
    let retry = fetched.may_pass.then(|| app.pictures.calendar.retry(work, now)).flatten();
    match (&work.seen, retry) {
        (None, Some(due_at)) => {
            let next = PictureWork { due_at, tries: work.tries + 1, ..work.clone() };
            settled(app, work, None, Some(next)).await
        }
        (None, None) => succeeded(app, work, &before, listing, fetched).await,
        (Some(seen), _) if fetched.hashes.iter().all(|hash| seen.contains(hash)) => {
            // What can't be had this time, or is what it was, changes nothing.
            let next = app.pictures.calendar.refetch(work, now).map(|due_at| PictureWork { due_at, ..work.clone() });
            settled(app, work, None, next).await
        }
        (Some(_), _) => {
            metrics::counter!("touchstone_pictures_changed_total").increment(1);
            succeeded(app, work, &StoredDecision { event: "update".to_owned(), ..before }, listing, fetched).await
        }
    }
}

async fn settled(
    app: &App,
    work: &PictureWork,
    successor: Option<Screened>,
    next: Option<PictureWork>,
) -> Result<(), Problem> {
    let prints = successor.as_ref().map_or(Vec::new(), |successor| printed(&successor.shown));
    if app.store.settle_pictures(work, successor, next).await? == Settled::Kept {
        app.near.learn(&prints);
    }
    Ok(())
}

/// The listing that a decision was about; none if it is not kept any more.
async fn content(app: &App, decision: &StoredDecision) -> Result<Option<ListingBatch>, Problem> {
    let Some(content) = app.store.content(&decision.listing_hash).await? else { return Ok(None) };
    // It was within the limits of its time.
    let mut objects = Objects::new(Limits::default(), 1);
    let read = objects.push(&content).is_ok();
    let batch = objects.finish().map_err(|error| Problem::internal("a listing can't be read", error))?;
    Ok(Some(batch).filter(|batch| read && batch.len() == 1))
}

/// One after the other, so that a listing of many pictures takes no more memory than one of few.
async fn fetch_all(
    app: &App,
    fetcher: &Fetcher,
    decision: &StoredDecision,
    listing: &ListingBatch,
) -> Result<Fetched, Problem> {
    let mut fetched = Fetched::default();
    let all = addresses(&listing.row(0)).enumerate().take(app.config.pictures.per_listing_max);
    let all: Vec<(usize, String)> = all.map(|(item, address)| (item, address.to_owned())).collect();
    for (item, address) in all {
        let file = if is_web(&address) { fetcher.fetch(&address).await } else { Err(FetchError::Scheme) };
        match file {
            Ok(file) => fetched.add(app, decision, (item, &address), file.bytes.into()).await?,
            Err(error) => {
                metrics::counter!("touchstone_pictures_missed_total", "code" => error.code()).increment(1);
                fetched.may_pass |= error.may_pass();
                fetched.notes.push(PictureNote::missed(item, &error));
            }
        }
    }
    Ok(fetched)
}

impl Fetched {
    /// Looks at a file and keeps it.
    async fn add(
        &mut self,
        app: &App,
        decision: &StoredDecision,
        (item, source): (usize, &str),
        bytes: Bytes,
    ) -> Result<(), Problem> {
        match seen::look(app, bytes.clone(), Patience::Any).await? {
            Looked::Unreadable(hash, _) => {
                self.hashes.push(hash);
                self.notes.push(PictureNote::unreadable(item, &hash));
            }
            Looked::Seen(seen) => {
                app.pictures.files.put(&seen.hash, &bytes).await?;
                metrics::counter!("touchstone_pictures_fetched_total").increment(1);
                self.hashes.push(seen.hash);
                self.notes.push(PictureNote::had(item, &seen.hash));
                app.shelf.observe(&seen.facts, app.clock.micros() / 1_000).await;
                self.facts.push(seen.facts(app, &decision.name, source).await?);
                self.shown.push(seen.shown(&decision.name, app.clock.micros()));
            }
        }
        Ok(())
    }
}

/// Decides again, with what was known of the listing then and what is seen on its pictures.
async fn succeeded(
    app: &App,
    work: &PictureWork,
    before: &StoredDecision,
    listing: ListingBatch,
    fetched: Fetched,
) -> Result<(), Problem> {
    let said: Decision =
        serde_json::from_slice(&before.body).map_err(|error| Problem::internal("a decision can't be read", error))?;
    let mut context = said.context;
    // Whose fuse has blown since then blocks no more.
    context.blown.clone_from(&app.blown.load());
    context.see(Pictures { eyes: app.pictures.eyes.names(), pictures: fetched.facts });
    let content = listing.row(0).to_json().to_string().into_bytes();
    let decided = app.pool.screen(app.in_force.current(), listing, vec![context]).await?;
    let gist = decided.gist(0).ok_or_else(|| Problem::internal("screening failed", "no decision"))?;
    let now = app.clock.micros();
    // A review that runs is not prolonged.
    let due = |hours: u32| before.review_until.unwrap_or(i64::MAX).min(now + i64::from(hours) * 3_600_000_000);
    let stored = StoredDecision {
        decision_id: Uuid::now_v7(),
        decided_at: now,
        supersedes: Some(before.decision_id),
        provisional: false,
        review_until: gist.review.map(|review| due(review.hours)),
        pictures: note::written(&fetched.notes),
        body: decided.json(0).to_vec(),
        ..before.clone()
    };
    let next = app.pictures.calendar.refetch(work, now).filter(|_| !fetched.hashes.is_empty());
    let next = next.map(|due_at| PictureWork {
        decision_id: stored.decision_id,
        due_at,
        tries: 0,
        seen: Some(fetched.hashes),
        ..work.clone()
    });
    let (verdict, class) = (gist.verdict.as_str().to_owned(), gist.class.as_str().to_owned());
    metrics::counter!("touchstone_decisions_total", "verdict" => gist.verdict.as_str()).increment(1);
    let decision = NewDecision { stored, content, verdict, class, score: gist.score };
    let successor = Screened { decisions: vec![decision], shown: fetched.shown, ..Screened::default() };
    settled(app, work, Some(successor), next).await
}
