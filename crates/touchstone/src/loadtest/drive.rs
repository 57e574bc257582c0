//! The open loop: a thread says when calls are due, connections send them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use touchstone_server::client::{self, Line, Target};

use super::bodies::Bodies;
use super::plan::{Part, Plan};
use super::tally::{Call, Ending, Tally};
use crate::progress::Progress;

/// A call that has waited so long for a connection is not sent any more.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(10);

/// What came of a run.
pub(crate) struct Driven {
    pub(crate) tally: Tally,
    /// The same by part, of a run with a surge.
    pub(crate) parts: Vec<(Part, Tally)>,
}

/// Sends calls to a service.
pub(crate) struct Driver {
    pub(crate) target: Arc<Target>,
    pub(crate) bodies: Rc<Bodies>,
    pub(crate) connections: usize,
    /// Calls sent by earlier runs: no body is sent twice.
    pub(crate) sent: u64,
}

/// One run.
struct Run {
    plan: Plan,
    bodies: Rc<Bodies>,
    start: Instant,
    first: u64,
    warm: u64,
    total: u64,
    next: Cell<u64>,
    due: Arc<Semaphore>,
    tally: RefCell<Tally>,
    parts: RefCell<Vec<(Part, Tally)>>,
    progress: Progress,
}

impl Driver {
    /// Sends what the plan says; returns when everything is answered or given up.
    pub(crate) async fn drive(&mut self, plan: &Plan, quiet: bool) -> Result<Driven> {
        let mut lines = Vec::new();
        client::room(self.connections)?;
        for _ in 0..self.connections {
            let mut line = Line::to(&self.target);
            line.open().await.map_err(|_| anyhow!("the service takes no more connections"))?;
            lines.push(line);
        }
        let run = Rc::new(self.run(plan, quiet));
        let (pace_run, due, connections) = ((run.start, run.total, *plan), Arc::clone(&run.due), self.connections);
        let pacer = thread::Builder::new().name("pace".to_owned()).spawn(move || pace(pace_run, &due, connections))?;
        let mut tasks = JoinSet::new();
        lines.into_iter().for_each(|line| drop(tasks.spawn_local(serve(Rc::clone(&run), line))));
        while tasks.join_next().await.is_some() {}
        let _ = pacer.join();
        run.progress.done();
        self.sent += run.total;
        let took = run.start.elapsed().saturating_sub(plan.due(run.warm));
        Ok(Driven { tally: run.tally.take().over(took.max(plan.measured)), parts: run.parts.take() })
    }

    fn run(&self, plan: &Plan, quiet: bool) -> Run {
        let (warm, total) = (plan.warm(), plan.total());
        let parts = plan.surge.iter().flat_map(|_| Part::ALL.map(|part| (part, Tally::default())));
        Run {
            plan: *plan,
            bodies: Rc::clone(&self.bodies),
            // Threads get ready first.
            start: Instant::now() + Duration::from_millis(20),
            first: self.sent,
            warm,
            total,
            next: Cell::new(0),
            due: Arc::new(Semaphore::new(0)),
            tally: RefCell::default(),
            parts: RefCell::new(parts.collect()),
            progress: Progress::over(u64::try_from(plan.due(total).as_millis()).ok(), quiet),
        }
    }
}

/// Says each call's time when it has come. A thread of its own: the runtime's timers are good to a millisecond only.
fn pace((start, total, plan): (Instant, u64, Plan), due: &Semaphore, connections: usize) {
    for call in 0..total {
        let left = (start + plan.due(call)).saturating_duration_since(Instant::now());
        if !left.is_zero() {
            thread::sleep(left);
        }
        due.add_permits(1);
    }
    // What lets every connection see that there is no more.
    due.add_permits(connections);
}

/// One connection: takes what is due next, as long as there is something.
async fn serve(run: Rc<Run>, mut line: Line) {
    loop {
        // Idle until something is due, or busy past the time of what is due already.
        let idle = run.due.try_acquire().map(|due| due.forget()).is_err();
        if idle {
            let Ok(due) = run.due.acquire().await else { return };
            due.forget();
        }
        let number = run.next.replace(run.next.get() + 1);
        if number >= run.total {
            return;
        }
        let call = run.send(&mut line, number, idle).await;
        run.progress.add(run.bodies.batch());
        run.progress.read(u64::try_from(run.start.elapsed().as_millis()).unwrap_or(u64::MAX));
        if number >= run.warm {
            run.count(number, &call);
        }
    }
}

impl Run {
    fn count(&self, number: u64, call: &Call) {
        self.tally.borrow_mut().count(call);
        let part = self.plan.part(number);
        let mut parts = self.parts.borrow_mut();
        parts.iter_mut().filter(|(each, _)| *each == part).for_each(|(_, tally)| tally.count(call));
    }

    async fn send(&self, line: &mut Line, number: u64, idle: bool) -> Call {
        let due = self.start + self.plan.due(number);
        let late = due.elapsed();
        if late > GIVEN_UP_AFTER {
            return Call { late, idle, latency: late, ending: Ending::Unsent };
        }
        let answer = line.call(self.bodies.body(self.first + number), self.bodies.key(self.first + number)).await;
        let ending = answer.map_or_else(Ending::Broken, Ending::Answered);
        Call { late, idle, latency: due.elapsed(), ending }
    }
}
