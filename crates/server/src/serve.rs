//! Listening: plain or TLS, and ending so that what was accepted is answered.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsAcceptor;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpSocket;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::active::{InForceError, State};
use crate::app::{App, StartError};
use crate::clock::SystemClock;
use crate::config::Config;
use crate::connections::{Door, room};
use crate::logged::house;
use crate::shelf::REFRESH_EVERY;
pub use crate::tls::Tls;
use crate::trace::Traces;
use crate::{control, observe, routes};

/// How often keys are read again, in case another process changed them.
const KEYS_EVERY: Duration = Duration::from_secs(5);
/// How often is looked what other processes blocked or found genuine, and whether the knowledge is another one.
const FUSES_EVERY: Duration = Duration::from_secs(1);
const BLOCKED_EVERY: Duration = Duration::from_secs(3);
/// How often listings that others decided on, or that nobody has searched for yet, are made ready to be found.
const WORDS_EVERY: Duration = Duration::from_secs(2);
/// How often decisions are brought into the queue.
const INTAKE_EVERY: Duration = Duration::from_millis(250);
/// How often is looked what has come to its end.
const TICK_EVERY: Duration = Duration::from_secs(5);
/// How often measured times are added up; until then each takes memory, whether anybody reads them or not.
const METRICS_EVERY: Duration = Duration::from_secs(5);
/// How often the end of the trail is signed, if it grew.
const SIGN_EVERY: Duration = Duration::from_secs(1);
const OUTSIDE_EVERY: Duration = Duration::from_secs(60);
/// How often is logged how many calls were refused.
const REFUSED_EVERY: Duration = Duration::from_secs(5);
/// How often what has expired is forgotten.
const TIDY_EVERY: Duration = Duration::from_secs(60);
/// Bytes of a request's head, and of what waits to be sent, for each connection.
const BUFFER_BYTES_MAX: usize = 64 << 10;
/// Bytes of bodies that one HTTP/2 connection may send before they are taken.
const WINDOW_BYTES: u32 = 256 << 10;
/// Calls at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 128;

/// Connections that wait to be taken in; the system may keep fewer.
const BACKLOG: u32 = 4_096;

/// Where to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address; port 0 takes any that is free.
    pub address: SocketAddr,
    /// With it, TLS and nothing else.
    pub tls: Option<Tls>,
}

/// Serves until `stop` ends, then answers what was accepted. SIGHUP reloads
/// knowledge, policy and certificates. `ready` is told the address.
///
/// # Errors
/// When it can't start or listen.
pub async fn serve(
    mut config: Config,
    listen: Listen,
    stop: impl Future<Output = ()> + Send + 'static,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), StartError> {
    let traces = Traces::from_environment().map_err(StartError::Traces)?;
    observe::start_logs(traces.as_ref());
    config.check().map_err(StartError::Limits)?;
    let https = config.origin.as_ref().is_some_and(|origin| origin.starts_with("https://"));
    config.plain_cookies = listen.tls.is_none() && listen.address.ip().is_loopback() && !https;
    config.connections_max = room(config.connections_max)?;
    let shutdown_timeout = config.shutdown_timeout;
    let app = Arc::new(App::open(config, Arc::new(SystemClock), observe::start_metrics()).await?);
    let listener = bound(listen.address).map_err(system(&listen.address.to_string()))?;
    let address = listener.local_addr().map_err(system("the socket"))?;
    let control = control::listen(&app.config.data).map_err(system("control.sock"))?;
    let handle = Handle::new();
    let mut tasks = chores(&app);
    let stopping = handle.clone();
    tasks.spawn(async move {
        stop.await;
        tracing::info!("stopping: what was accepted is answered");
        stopping.graceful_shutdown(Some(shutdown_timeout));
    });
    let control_calls = control::router(Arc::clone(&app));
    tasks.spawn(async move { drop(axum::serve(control, control_calls).await) });
    ready(address);
    tracing::info!(%address, "serving");
    let served = listening(listener, listen.tls, handle, Arc::clone(&app)).await;
    tasks.shutdown().await;
    app.close().await;
    if let Some(traces) = traces {
        traces.close().await;
    }
    tracing::info!("stopped");
    served
}

/// Ends when the process is asked to stop: SIGTERM or SIGINT.
pub async fn asked_to_stop() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::error!("signals can't be heard");
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

fn system(what: &str) -> impl FnOnce(std::io::Error) -> StartError {
    let what = what.to_owned();
    move |source| StartError::System { what, source }
}

/// Listens, with room for those who come while the server has no time to take them in.
fn bound(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // The port of a server that has just ended is free at once.
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

async fn listening(
    listener: TcpListener,
    tls: Option<Tls>,
    handle: Handle<SocketAddr>,
    app: Arc<App>,
) -> Result<(), StartError> {
    let door = Door::new(app.config.connections_max, app.config.answer_timeout);
    let (head_timeout, watch) = (app.config.head_timeout, app.config.watch);
    let calls = routes::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp(listener).map_err(system("the socket"))?.handle(handle);
    let mut server = server.first_request_timeout(head_timeout);
    patient(server.http_builder(), head_timeout);
    let served = match tls {
        None => server.acceptor(door).serve(calls).await,
        Some(tls) => {
            // Before they are read: what changes from then on is noticed.
            let state = tls.state();
            let config = tls.read().await.map_err(system(&tls.name()))?;
            let secured = RustlsAcceptor::new(config.clone()).handshake_timeout(head_timeout).acceptor(door);
            let mut renewed = JoinSet::new();
            renewed.spawn(tls.renew(config, state, watch));
            server.acceptor(secured).serve(calls).await
        }
    };
    served.map_err(system("serving"))
}

/// Who sends the head of a request slowly is not waited for long, and nobody has much of a connection's memory.
fn patient(builder: &mut Builder<TokioExecutor>, head_timeout: Duration) {
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head_timeout).max_buf_size(BUFFER_BYTES_MAX);
    let mut http2 = builder.http2();
    http2.timer(TokioTimer::new()).keep_alive_interval(Some(Duration::from_secs(20)));
    http2.max_concurrent_streams(STREAMS_MAX).max_send_buf_size(BUFFER_BYTES_MAX);
    http2.initial_stream_window_size(WINDOW_BYTES).initial_connection_window_size(WINDOW_BYTES);
}

/// What is done now and then.
fn chores(app: &Arc<App>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    repeat(&mut tasks, app, KEYS_EVERY, |app| async move {
        if let Err(error) = app.keys.refresh(&app.store).await {
            tracing::error!(error = %error, "keys can't be read");
        }
    });
    repeat(&mut tasks, app, BLOCKED_EVERY, |app| async move {
        if let Err(error) = app.look_for_blocked().await {
            tracing::error!(error = %error, "what was blocked can't be read");
        }
    });
    repeat(&mut tasks, app, FUSES_EVERY, |app| async move {
        if let Err(error) = app.look_for_fuses().await {
            tracing::error!(error = %error, "the fuses of rules can't be read");
        }
    });
    repeat(&mut tasks, app, REFRESH_EVERY, |app| async move {
        let shelf = Arc::clone(&app.shelf);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || shelf.refresh()).await {
            tracing::error!(error = %error, "the banks can't be read");
        }
    });
    // By themselves: to make logos ready may take longer than a look at the banks.
    repeat(&mut tasks, app, REFRESH_EVERY, |app| async move {
        let shelf = Arc::clone(&app.shelf);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || shelf.ready_logos()).await {
            tracing::error!(error = %error, "the enrolled logos can't be read");
        }
    });
    repeat(&mut tasks, app, BLOCKED_EVERY, |app| async move {
        if let Err(error) = app.look_for_near().await {
            tracing::error!(error = %error, "the fingerprints of pictures can't be read");
        }
    });
    repeat(&mut tasks, app, WORDS_EVERY, |app| async move {
        // One page after the other until all is known; then what is new.
        while app.look_for_words().await.unwrap_or_else(|problem| {
            tracing::error!(code = problem.code, detail = problem.detail, "the words of listings can't be read");
            false
        }) {}
    });
    decided(&mut tasks, app);
    repeat(&mut tasks, app, REFUSED_EVERY, |app| async move { app.log_refused() });
    repeat(&mut tasks, app, TIDY_EVERY, |app| async move { app.tidy().await });
    repeat(
        &mut tasks,
        app,
        METRICS_EVERY,
        |app| async move { app.metrics.iter().for_each(PrometheusHandle::run_upkeep) },
    );
    tasks.spawn(Arc::clone(app).keep_fetching());
    tasks.spawn(Arc::clone(app).keep_sending());
    tasks.spawn(reload_on_signal(Arc::clone(app)));
    if !app.config.watch.is_zero() {
        // Before anybody is told that it serves: what changes from then on is noticed.
        tasks.spawn(reload_on_change(Arc::clone(app), app.in_force.state_of_files()));
    }
    tasks
}

/// What follows by itself from what people decide, and what is logged of it.
fn decided(tasks: &mut JoinSet<()>, app: &Arc<App>) {
    repeat(tasks, app, INTAKE_EVERY, |app| async move {
        if let Err(problem) = app.take_in().await {
            tracing::error!(code = problem.code, detail = problem.detail, "decisions don't come into the queue");
        }
    });
    repeat(tasks, app, TICK_EVERY, |app| async move {
        if let Err(problem) = app.tick().await {
            tracing::error!(code = problem.code, detail = problem.detail, "what has come to its end is not told");
        }
    });
    repeat(tasks, app, SIGN_EVERY, |app| async move {
        if let Err(error) = app.sign_trail().await {
            tracing::error!(error = %error, "the trail of changes is not signed");
        }
    });
    repeat(tasks, app, OUTSIDE_EVERY, |app| async move {
        if let Err(error) = app.write_outside().await {
            tracing::error!(error = %error, "heads of the trail are not written to the object store");
        }
    });
}

fn repeat<F>(tasks: &mut JoinSet<()>, app: &Arc<App>, period: Duration, chore: fn(Arc<App>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let app = Arc::clone(app);
    tasks.spawn(async move {
        let mut ticks = every(period);
        loop {
            ticks.tick().await;
            chore(Arc::clone(&app)).await;
        }
    });
}

pub(crate) fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

async fn reload_on_signal(app: Arc<App>) {
    let Ok(mut hangup) = signal(SignalKind::hangup()) else { return };
    while hangup.recv().await.is_some() {
        reload(&app).await;
    }
}

/// Reloads once files have changed and then stayed the same for one look: an editor may write them in two steps.
async fn reload_on_change(app: Arc<App>, loaded: State) {
    let mut ticks = every(app.config.watch);
    let look = || {
        let app = Arc::clone(&app);
        tokio::task::spawn_blocking(move || app.in_force.state_of_files())
    };
    let (mut loaded, mut before) = (Some(loaded), None);
    loop {
        ticks.tick().await;
        let now = look().await.ok();
        if now != loaded && now == before && reload(&app).await {
            loaded.clone_from(&now);
        }
        before = now;
    }
}

/// Reloads; false where the same files may be taken at the next try.
async fn reload(app: &App) -> bool {
    if let Err(error) = app.set_again() {
        tracing::error!(error = %error, "what is set about reviewing is not read again, what was set stays");
    }
    let reloaded = app.in_force.reload().await;
    match &reloaded {
        Ok(versions) => {
            tracing::info!(knowledge = versions.knowledge, policy = versions.policy, "reloaded");
            if let Err(error) = app.log_in_force(house("files")).await {
                tracing::error!(error = %error, "what is in force now is not in the trail");
            }
        }
        Err(error) => tracing::error!(error = %error, "not reloaded, what was in force stays"),
    }
    !matches!(reloaded, Err(InForceError::Store(_)))
}
