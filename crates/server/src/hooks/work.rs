//! Sends what is due: for each receiver one task at a time, so that a slow one is in nobody's way.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use touchstone_store::{Attempt, Message, Next, StoreError, Taken, Webhook};
use uuid::Uuid;

use super::body;
use crate::app::App;
use crate::fetch::FetchError;
use crate::logged::{house, logged};
use crate::problem::Problem;
use crate::serve::every;

/// Messages that are taken together, and how many of them are on their way at once.
const TAKEN_MAX: u64 = 16;
const AT_ONCE: usize = 4;
/// How often is looked for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// For how long messages are taken, in microseconds: twice as long as all that are taken together may take.
const LEASE: i64 = 120_000_000;
/// How long a receiver may fail before nothing is sent to it any more, in microseconds: five days.
const FAILING_MAX: i64 = 5 * 24 * 3_600_000_000;

/// What a task did for its receiver.
struct Worked {
    webhook: Uuid,
    /// Messages that it tried.
    tries: usize,
    /// There may be more that is due.
    more: bool,
}

/// Receivers that are worked for.
#[derive(Default)]
struct Working {
    tasks: JoinSet<Worked>,
    busy: HashSet<Uuid>,
}

impl Working {
    /// Waits for one task; none if there is none.
    async fn join(&mut self) -> Option<Worked> {
        match self.tasks.join_next().await? {
            Ok(worked) => {
                self.busy.remove(&worked.webhook);
                Some(worked)
            }
            Err(error) => {
                // Whose it was is not told: all are looked at again.
                tracing::error!(error = %error, "sending failed");
                self.busy.clear();
                Some(Worked { webhook: Uuid::nil(), tries: 0, more: false })
            }
        }
    }
}

impl App {
    /// Sends all messages that are due; how many tries there were.
    ///
    /// # Errors
    /// When the store fails; what was not sent stays due.
    pub async fn send_due_messages(self: &Arc<Self>) -> Result<usize, StoreError> {
        let (mut working, mut all) = (Working::default(), 0);
        loop {
            let mut tries = 0;
            self.begin_sending(&mut working).await?;
            while let Some(worked) = working.join().await {
                tries += worked.tries;
            }
            all += tries;
            if tries == 0 {
                return Ok(all);
            }
        }
    }

    /// Sends messages as soon as something is told, and looks now and then whether others are due.
    pub(crate) async fn keep_sending(self: Arc<Self>) {
        let (mut ticks, mut working) = (every(LOOK_EVERY), Working::default());
        loop {
            tokio::select! {
                _ = ticks.tick() => {}
                () = self.hooks.awaited.notified() => {}
                Some(worked) = working.join() => if !worked.more { continue },
            }
            if let Err(error) = self.begin_sending(&mut working).await {
                tracing::error!(error = %error, "messages can't be sent");
            }
        }
    }

    async fn begin_sending(self: &Arc<Self>, working: &mut Working) -> Result<(), StoreError> {
        let idle = self.store.webhooks().await?.into_iter().filter(|webhook| webhook.disabled.is_none());
        for webhook in idle {
            if working.busy.insert(webhook.webhook_id) {
                working.tasks.spawn(work_on(Arc::clone(self), Arc::new(webhook)));
            }
        }
        Ok(())
    }
}

/// Sends some of what is due at one receiver.
async fn work_on(app: Arc<App>, webhook: Arc<Webhook>) -> Worked {
    let id = webhook.webhook_id;
    some(&app, &webhook).await.unwrap_or_else(|problem| {
        // What was taken is found again when the lease is over.
        tracing::warn!(webhook_id = %id, problem.code, problem.detail, "messages wait");
        Worked { webhook: id, tries: 0, more: false }
    })
}

async fn some(app: &Arc<App>, webhook: &Arc<Webhook>) -> Result<Worked, Problem> {
    let (id, now) = (webhook.webhook_id, app.clock.micros());
    // Who fails is asked with one at each look, and gets the others once it takes that.
    let limit = if webhook.failing_since.is_some() { 1 } else { TAKEN_MAX };
    let taken = app.store.take_deliveries(id, now, now + LEASE, limit).await?;
    let tries = taken.len();
    let (mut sending, mut done) = (JoinSet::new(), Ok(()));
    for taken in taken {
        if sending.len() == AT_ONCE {
            done = done.and(joined(sending.join_next().await));
        }
        let (app, webhook) = (Arc::clone(app), Arc::clone(webhook));
        sending.spawn(async move { one(&app, &webhook, taken).await });
    }
    while !sending.is_empty() {
        done = done.and(joined(sending.join_next().await));
    }
    done.map(|()| Worked { webhook: id, tries, more: tries as u64 == TAKEN_MAX })
}

fn joined(joined: Option<Result<Result<(), Problem>, tokio::task::JoinError>>) -> Result<(), Problem> {
    match joined {
        Some(Err(error)) => Err(Problem::internal("sending failed", error)),
        Some(Ok(done)) => done,
        None => Ok(()),
    }
}

/// What came of one try: the status of the answer, or why there was none, as a code.
type Tried = Result<u16, &'static str>;

/// Tries one message and notes what came of it.
async fn one(app: &App, webhook: &Webhook, taken: Taken) -> Result<(), Problem> {
    let message = app.store.message(taken.seq).await?;
    let Some((message, payload)) = message.and_then(|mut message| message.payload.take().map(|p| (message, p))) else {
        return ended(app, webhook, taken, Err("erased"), Some(Next::Dead)).await;
    };
    let body =
        body(&message.kind, message.at, &payload).map_err(|e| Problem::internal("a message can't be read", e))?;
    let sent = app.hooks.send(webhook, message.message_id, body, app.clock.micros()).await;
    ended(app, webhook, taken, sent.map_err(|error: FetchError| error.code()), None).await
}

async fn ended(app: &App, webhook: &Webhook, taken: Taken, tried: Tried, next: Option<Next>) -> Result<(), Problem> {
    let now = app.clock.micros();
    let delivered = matches!(tried, Ok(200..=299));
    let later = || app.hooks.calendar.retry(&taken, now).map_or(Next::Dead, Next::Again);
    let next = next.unwrap_or_else(|| if delivered { Next::Delivered } else { later() });
    let outcome = match next {
        Next::Delivered => "delivered",
        Next::Again(_) => "failed",
        Next::Dead => "dead",
    };
    metrics::counter!("touchstone_webhook_tries_total", "outcome" => outcome).increment(1);
    let error = match tried {
        Ok(_) if delivered => "",
        Ok(_) => "refused_by_host",
        Err(code) => code,
    };
    let attempt = Attempt { at: now, status: tried.ok(), error: error.to_owned(), next };
    app.store.end_delivery(taken, attempt).await?;
    if tried == Ok(410) {
        return disable(app, webhook, "gone", now).await;
    }
    let failing = webhook.failing_since.is_some_and(|since| now - since >= FAILING_MAX);
    if failing && !delivered { disable(app, webhook, "failing", now).await } else { Ok(()) }
}

/// Sends nothing more to a receiver, and says so: in the log, in the feed and to the others.
async fn disable(app: &App, webhook: &Webhook, why: &str, now: i64) -> Result<(), Problem> {
    let id = webhook.webhook_id;
    let payload = json!({"webhook_id": id, "why": why}).to_string().into_bytes();
    let kind = "webhook.disabled".to_owned();
    let message = Message { message_id: Uuid::now_v7(), kind, at: now, payload, about: None };
    let logged = logged(now, house("hooks"), "webhook.disabled", id, json!({"why": why}));
    if app.store.disable_webhook(id, why, message, logged).await? {
        tracing::warn!(webhook_id = %id, why, "nothing is sent to this webhook any more");
        app.hooks.awaited.notify_one();
    }
    Ok(())
}
