//! Decides on what calls hold. What comes while others are worked on is taken together: to look up many names, and to
//! apply the rules to many rows, costs little more than it does for one. Nobody waits for company: while there is room,
//! a call is worked on as soon as it comes.
//!
//! ```text
//! calls ─► waiting ─► group: store (sellers, what was allowed) ─► a thread: read, likeness, signals, rules ─► calls
//! ```
//!
//! A long array comes in pieces, of which few wait at a time: calls that come after it are worked on between, and wait no
//! longer than if it were short.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};
use touchstone_catalog::{Listing, ListingBatch, Sellers};
use touchstone_office::vault::Shelves;
use touchstone_relisting::Sketch;
use touchstone_screening::{Active, ContextBatch, DecisionBatch, Gist, History, Looked, RowContext, enrich};
use tracing::{Span, info_span};

use crate::app::App;
use crate::lookup;
use crate::past::{self, Blocked};
use crate::pool::Worker;
use crate::problem::{Code, Problem};
use crate::trace::TARGET;

/// Listings of a group, about: the rules cost little a row from some dozens on, and a larger group would keep its first
/// caller waiting for its last.
const GROUP_LISTINGS: usize = 64;
/// Pieces of one call that wait or are worked on at a time.
const PIECES_AHEAD: usize = 2;
/// Listings of one call that others may find before them, at most.
pub(crate) const AHEAD_LISTINGS: usize = PIECES_AHEAD * GROUP_LISTINGS;

/// Calls that wait, and how many groups are worked on at once.
pub(crate) struct Desk {
    waiting: Mutex<VecDeque<Call>>,
    turns: Semaphore,
}

/// A call, or a piece of one.
struct Call {
    part: Part,
    with: With,
    done: oneshot::Sender<Result<Piece, Problem>>,
}

/// With what all pieces of a call are decided on.
#[derive(Clone)]
struct With {
    active: Arc<Active>,
    day: Arc<str>,
    /// Rules whose fuse is blown.
    blown: Arc<Vec<String>>,
}

impl With {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.active, &other.active) && self.day == other.day && self.blown == other.blown
    }
}

/// A call's part of a group.
struct Part {
    listings: ListingBatch,
    /// What is known of its listings' pictures, in their order; shorter where of the last ones nothing is.
    looked: Vec<Option<Looked>>,
    /// The call's own: whatever is done for all is part of each one's trace.
    span: Span,
}

/// A call's listings with what was decided on them. Each piece but the last has as many as a group.
#[derive(Default)]
pub(crate) struct Decided {
    pieces: Vec<Piece>,
}

/// A piece of a call with what was decided on it.
struct Piece {
    group: Arc<[Part]>,
    /// Which of the group is the call's.
    at: usize,
    decisions: Arc<DecisionBatch>,
    rows: Range<usize>,
    /// What the listings say in short, row by row.
    sketches: Vec<Sketch>,
}

impl Decided {
    pub(crate) fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.rows.len()).sum()
    }

    /// The piece that holds a row, and which of its rows that is.
    fn piece(&self, row: usize) -> Option<(&Piece, usize)> {
        self.pieces.get(row / GROUP_LISTINGS).map(|piece| (piece, row % GROUP_LISTINGS))
    }

    pub(crate) fn listing(&self, row: usize) -> Option<Listing<'_>> {
        let (piece, row) = self.piece(row)?;
        let listings = &piece.group.get(piece.at)?.listings;
        (row < listings.len()).then(|| listings.row(row))
    }

    /// The decision on one row as canonical JSON.
    pub(crate) fn json(&self, row: usize) -> &[u8] {
        self.piece(row).map_or(&[], |(piece, row)| piece.decisions.json(piece.rows.start + row))
    }

    pub(crate) fn gist(&self, row: usize) -> Option<&Gist> {
        let (piece, row) = self.piece(row)?;
        (row < piece.rows.len()).then(|| piece.decisions.gist(piece.rows.start + row)).flatten()
    }

    /// Takes what the listings say in short, row by row.
    pub(crate) fn take_sketches(&mut self) -> Vec<Sketch> {
        self.pieces.iter_mut().flat_map(|piece| std::mem::take(&mut piece.sketches)).collect()
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

    /// The next group: at least one call if any waits, all for the same knowledge, policy and day. Whose caller went away
    /// is left out.
    fn take(&self) -> Vec<Call> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut calls, mut listings): (Vec<Call>, usize) = (Vec::new(), 0);
        while let Some(call) = waiting.pop_front_if(|next| {
            let fits =
                |first: &Call| listings + next.part.listings.len() <= GROUP_LISTINGS && first.with.is_same(&next.with);
            calls.first().is_none_or(fits)
        }) {
            if !call.done.is_closed() {
                listings += call.part.listings.len();
                calls.push(call);
            }
        }
        calls
    }
}

/// Decides on a call's listings, with one knowledge and one policy.
///
/// `looked`: what is known of their pictures, in their order; shorter where of the last ones nothing is.
pub(crate) async fn decide(
    app: &Arc<App>,
    listings: ListingBatch,
    mut looked: Vec<Option<Looked>>,
) -> Result<Decided, Problem> {
    let with = With { active: app.in_force.current(), day: app.clock.day().into(), blown: app.blown.load_full() };
    let (mut decided, mut asked) = (Decided::default(), VecDeque::new());
    for piece in pieces(listings)? {
        if asked.len() == PIECES_AHEAD {
            decided.pieces.extend(answered(asked.pop_front()).await?);
        }
        let later = looked.split_off(looked.len().min(piece.len()));
        asked.push_back(ask(app, &with, piece, std::mem::replace(&mut looked, later)));
    }
    while !asked.is_empty() {
        decided.pieces.extend(answered(asked.pop_front()).await?);
    }
    Ok(decided)
}

/// A batch in pieces as long as a group.
fn pieces(listings: ListingBatch) -> Result<Vec<ListingBatch>, Problem> {
    if listings.len() <= GROUP_LISTINGS {
        return Ok(vec![listings]);
    }
    let rows: Vec<Listing<'_>> = listings.rows().collect();
    let pieces = rows.chunks(GROUP_LISTINGS).map(|rows| ListingBatch::from_listings(rows.iter().copied()));
    pieces.collect::<Result<_, _>>().map_err(|error| Problem::new(Code::TooLarge, error.to_string()))
}

/// Puts listings where they are decided on together with others; the answer comes.
fn ask(app: &Arc<App>, with: &With, listings: ListingBatch, looked: Vec<Option<Looked>>) -> Answer {
    let (done, answer) = oneshot::channel();
    app.desk.put(Call { part: Part { listings, looked, span: Span::current() }, with: with.clone(), done });
    // A task of its own: a caller that goes away takes nobody's answer along.
    tokio::spawn(turn(Arc::clone(app)));
    answer
}

type Answer = oneshot::Receiver<Result<Piece, Problem>>;

async fn answered(asked: Option<Answer>) -> Result<Option<Piece>, Problem> {
    let Some(answer) = asked else { return Ok(None) };
    answer.await.map_err(|_| Problem::internal("screening failed", "a group gave no answer"))?.map(Some)
}

/// Waits for room, then works on what waits; nothing may be left, taken by the turn before.
async fn turn(app: Arc<App>) {
    let Ok(_turn) = app.desk.turns.acquire().await else { return };
    let calls = app.desk.take();
    let Some(with) = calls.first().map(|first| first.with.clone()) else { return };
    let (parts, callers): (Vec<_>, Vec<_>) = calls.into_iter().map(|call| (call.part, call.done)).unzip();
    let group: Arc<[Part]> = parts.into();
    match together(&app, &with, &group, 0..group.len()).await {
        Ok(decided) => callers.into_iter().zip(decided).for_each(|(done, decided)| drop(done.send(Ok(decided)))),
        // One by one, so that what fails with one call does not fail for the others.
        Err(_) => {
            // Who went away is not waited for a second time.
            for (at, done) in callers.into_iter().enumerate().filter(|(_, done)| !done.is_closed()) {
                let alone = together(&app, &with, &group, at..at + 1).await;
                let missing = || Problem::internal("screening failed", "a call was lost");
                let _ = done.send(alone.and_then(|mut one| one.pop().ok_or_else(missing)));
            }
        }
    }
}

/// What is known of a group before it is read.
struct Known {
    with: With,
    sellers: Sellers,
    /// Proof of the sellers, some of which speaks for some offers only.
    shelves: Shelves,
    today: time::Date,
    /// What the last allowed version of each row said, where it said something else.
    allowed: Vec<Option<Vec<u8>>>,
}

/// Decides on some of a group.
async fn together(app: &App, with: &With, group: &Arc<[Part]>, which: Range<usize>) -> Result<Vec<Piece>, Problem> {
    let parts = group.get(which.clone()).unwrap_or_default();
    let rows: Vec<Listing<'_>> = parts.iter().flat_map(|part| part.listings.rows()).collect();
    let sellers = seen_by(parts, |part| info_span!(target: TARGET, parent: &part.span, "look up sellers"));
    let past = seen_by(parts, |part| info_span!(target: TARGET, parent: &part.span, "look up the past"));
    let sellers = async { lookup::sellers(app, &rows).await.inspect(|_| drop(sellers)) };
    let allowed = async { lookup::allowed(app, &rows).await.inspect(|_| drop(past)) };
    let ((sellers, shelves), allowed) = tokio::try_join!(sellers, allowed)?;
    let known = Known { with: with.clone(), sellers, shelves, today: app.clock.now().date(), allowed };
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
    let decisions = worker.screener(&known.with.active).screen_as_read(&batches, |_, view| {
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
    for Part { listings, looked, .. } in parts {
        let first = contexts.len();
        let mut history = |content: &Option<Vec<u8>>| {
            let previous =
                content.as_ref().and_then(|content| past::previous(&mut worker.scratch, &known.with.active, content));
            History { previous, resembles: None }
        };
        let histories: Vec<History> = allowed.by_ref().take(listings.len()).map(&mut history).collect();
        contexts.extend(enrich(
            listings,
            &known.with.active.snapshot,
            &known.sellers,
            histories.as_slice(),
            &known.with.day,
        ));
        for (context, listing) in contexts.iter_mut().skip(first).zip(listings.rows()) {
            context.blown.clone_from(&known.with.blown);
            context.proven = lookup::proven(&known.shelves, &listing, known.today);
        }
        for (context, looked) in contexts.iter_mut().skip(first).zip(looked) {
            looked.iter().for_each(|looked| context.see(looked.clone()));
        }
    }
    contexts
}

/// Gives each call its part.
fn shared_out(
    group: &Arc<[Part]>,
    which: Range<usize>,
    decisions: Arc<DecisionBatch>,
    sketches: Vec<Sketch>,
) -> Vec<Piece> {
    let (mut from, mut sketches) = (0, sketches.into_iter());
    let part = |at: usize| {
        let length = group.get(at).map_or(0, |part| part.listings.len());
        let rows = from..from + length;
        from += length;
        let sketches = sketches.by_ref().take(length).collect();
        Piece { group: Arc::clone(group), at, decisions: Arc::clone(&decisions), rows, sketches }
    };
    which.map(part).collect()
}
