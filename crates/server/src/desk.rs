//! Decides on what calls hold. What comes while others are worked on is taken together: to look up many names, and to
//! apply the rules to many rows, costs little more than it does for one. Nobody waits for company: while there is room,
//! a call is worked on as soon as it comes.
//!
//! ```text
//! calls ─► waiting ─► group: store (sellers, what was allowed) ─► a thread: read, likeness, signals, rules ─► calls
//! ```

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};
use touchstone_catalog::{Listing, ListingBatch, Sellers};
use touchstone_relisting::Sketch;
use touchstone_screening::{Active, ContextBatch, DecisionBatch, Gist, History, RowContext, enrich};
use tracing::{Span, info_span};

use crate::app::App;
use crate::lookup;
use crate::past::{self, Blocked};
use crate::pool::Worker;
use crate::problem::Problem;
use crate::trace::TARGET;

/// Listings of a group, about: the rules cost little a row from some dozens on, and a larger group would keep its first
/// caller waiting for its last.
const GROUP_LISTINGS: usize = 64;

/// Calls that wait, and how many groups are worked on at once.
pub(crate) struct Desk {
    waiting: Mutex<VecDeque<Call>>,
    turns: Semaphore,
}

struct Call {
    part: Part,
    done: oneshot::Sender<Result<Decided, Problem>>,
}

/// A call's part of a group.
struct Part {
    listings: ListingBatch,
    /// The call's own: whatever is done for all is part of each one's trace.
    span: Span,
}

/// A call's listings with what was decided on them.
pub(crate) struct Decided {
    group: Arc<[Part]>,
    /// Which of the group is the call's.
    at: usize,
    decisions: Arc<DecisionBatch>,
    rows: Range<usize>,
    /// What the listings say in short, row by row.
    pub(crate) sketches: Vec<Sketch>,
}

impl Decided {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn listing(&self, row: usize) -> Option<Listing<'_>> {
        let listings = &self.group.get(self.at)?.listings;
        (row < listings.len()).then(|| listings.row(row))
    }

    /// The decision on one row as canonical JSON.
    pub(crate) fn json(&self, row: usize) -> &[u8] {
        self.decisions.json(self.rows.start + row)
    }

    pub(crate) fn gist(&self, row: usize) -> Option<&Gist> {
        self.decisions.gist(self.rows.start + row)
    }
}

impl Desk {
    /// A desk at which so many groups are worked on at once.
    pub(crate) fn new(groups: usize) -> Self {
        Self { waiting: Mutex::default(), turns: Semaphore::new(groups) }
    }

    fn put(&self, call: Call) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(call);
    }

    /// The next group: at least one call if any waits. Whose caller went away is left out.
    fn take(&self) -> Vec<Call> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut calls, mut listings): (Vec<Call>, usize) = (Vec::new(), 0);
        while let Some(call) =
            waiting.pop_front_if(|next| calls.is_empty() || listings + next.part.listings.len() <= GROUP_LISTINGS)
        {
            if !call.done.is_closed() {
                listings += call.part.listings.len();
                calls.push(call);
            }
        }
        calls
    }
}

/// Decides on a call's listings.
pub(crate) async fn decide(app: &Arc<App>, listings: ListingBatch) -> Result<Decided, Problem> {
    let (done, answer) = oneshot::channel();
    app.desk.put(Call { part: Part { listings, span: Span::current() }, done });
    // A task of its own: a caller that goes away takes nobody's answer along.
    tokio::spawn(turn(Arc::clone(app)));
    answer.await.map_err(|_| Problem::internal("screening failed", "a group gave no answer"))?
}

/// Waits for room, then works on what waits; nothing may be left, taken by the turn before.
async fn turn(app: Arc<App>) {
    let Ok(_turn) = app.desk.turns.acquire().await else { return };
    let (parts, callers): (Vec<_>, Vec<_>) = app.desk.take().into_iter().map(|call| (call.part, call.done)).unzip();
    let group: Arc<[Part]> = parts.into();
    if group.is_empty() {
        return;
    }
    match together(&app, &group, 0..group.len()).await {
        Ok(decided) => callers.into_iter().zip(decided).for_each(|(done, decided)| drop(done.send(Ok(decided)))),
        // One by one, so that what fails with one call does not fail for the others.
        Err(_) => {
            for (at, done) in callers.into_iter().enumerate() {
                let alone = together(&app, &group, at..at + 1).await;
                let missing = || Problem::internal("screening failed", "a call was lost");
                let _ = done.send(alone.and_then(|mut one| one.pop().ok_or_else(missing)));
            }
        }
    }
}

/// What is known of a group before it is read.
struct Known {
    active: Arc<Active>,
    sellers: Sellers,
    /// What the last allowed version of each row said, where it said something else.
    allowed: Vec<Option<Vec<u8>>>,
    day: String,
}

/// Decides on some of a group, with one knowledge and one policy.
async fn together(app: &App, group: &Arc<[Part]>, which: Range<usize>) -> Result<Vec<Decided>, Problem> {
    let active = app.in_force.current();
    let parts = group.get(which.clone()).unwrap_or_default();
    let rows: Vec<Listing<'_>> = parts.iter().flat_map(|part| part.listings.rows()).collect();
    let sellers = seen_by(parts, |part| info_span!(target: TARGET, parent: &part.span, "look up sellers"));
    let past = seen_by(parts, |part| info_span!(target: TARGET, parent: &part.span, "look up the past"));
    let sellers = async { lookup::sellers(app, &rows).await.inspect(|_| drop(sellers)) };
    let allowed = async { lookup::allowed(app, &rows).await.inspect(|_| drop(past)) };
    let (sellers, allowed) = tokio::try_join!(sellers, allowed)?;
    let known = Known { active, sellers, allowed, day: app.clock.day() };
    let (blocked, work) = (Arc::clone(&app.blocked), (Arc::clone(group), which.clone()));
    let screened = move |worker: &mut Worker| {
        let (group, which) = work;
        screened(worker, &known, group.get(which).unwrap_or_default(), &blocked)
    };
    let (decisions, sketches) = app.pool.run(screened).await?;
    Ok(shared_out(group, which, Arc::new(decisions), sketches))
}

/// A span in the trace of each call, from now until it is dropped.
fn seen_by(parts: &[Part], span: impl Fn(&Part) -> Span) -> Vec<Span> {
    parts.iter().map(span).collect()
}

/// Reads each listing once: for what it is like, and for its signals.
fn screened(worker: &mut Worker, known: &Known, parts: &[Part], blocked: &Blocked) -> (DecisionBatch, Vec<Sketch>) {
    // From here on, so that the time in the queue shows as a gap before it.
    let screening = |part: &Part| {
        let listings = part.listings.len();
        info_span!(target: TARGET, parent: &part.span, "screen", listings)
    };
    let _screening = seen_by(parts, screening);
    let mut contexts = contexts(worker, known, parts);
    let (mut rows, nothing) = (contexts.iter_mut(), RowContext::default());
    let mut sketches = Vec::with_capacity(rows.len());
    let batches: Vec<&ListingBatch> = parts.iter().map(|part| &part.listings).collect();
    let decisions = worker.screener(&known.active).screen_as_read(&batches, |_, view| {
        let sketch = Sketch::of(view);
        let resembles = blocked.resembles(&view.listing, &sketch);
        sketches.push(sketch);
        match rows.next() {
            Some(row) => {
                row.resembles = resembles;
                row
            }
            None => &nothing,
        }
    });
    (decisions, sketches)
}

fn contexts(worker: &mut Worker, known: &Known, parts: &[Part]) -> ContextBatch {
    let mut allowed = known.allowed.iter();
    let mut contexts = Vec::with_capacity(known.allowed.len());
    for Part { listings, .. } in parts {
        let mut history = |content: &Option<Vec<u8>>| {
            let previous =
                content.as_ref().and_then(|content| past::previous(&mut worker.scratch, &known.active, content));
            History { previous, resembles: None }
        };
        let histories: Vec<History> = allowed.by_ref().take(listings.len()).map(&mut history).collect();
        contexts.extend(enrich(listings, &known.active.snapshot, &known.sellers, histories.as_slice(), &known.day));
    }
    contexts
}

/// Gives each call its part.
fn shared_out(
    group: &Arc<[Part]>,
    which: Range<usize>,
    decisions: Arc<DecisionBatch>,
    sketches: Vec<Sketch>,
) -> Vec<Decided> {
    let (mut from, mut sketches) = (0, sketches.into_iter());
    let part = |at: usize| {
        let length = group.get(at).map_or(0, |part| part.listings.len());
        let rows = from..from + length;
        from += length;
        let sketches = sketches.by_ref().take(length).collect();
        Decided { group: Arc::clone(group), at, decisions: Arc::clone(&decisions), rows, sketches }
    };
    which.map(part).collect()
}
