//! Connections: so many at once. Each has to ask for something soon, and to take what it is answered; whoever does
//! neither loses its place to others.
//!
//! That a request's head comes soon is watched by `axum-server` and `hyper`. What is here watches the other way: bytes
//! that the caller does not take. With HTTP/2 a caller can keep one answer waiting while the connection goes on, which
//! [`deadline`] ends.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::ConnectionShutdown;
use axum_server::accept::Accept;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Sleep, sleep, timeout};

use crate::app::StartError;

/// Files that are open beside connections: the database with its log, several times, connections to PostgreSQL, what is
/// read and written of packs, the sockets that are listened on.
const FILES_BESIDE: u64 = 128;

/// Connections of so many for which the process may open files. Where it may ask for more files, it does.
///
/// # Errors
/// When it may not even open those beside connections.
pub(crate) fn room(wanted: usize) -> Result<usize, StartError> {
    let needed = FILES_BESIDE.saturating_add(wanted as u64);
    // A system that does not say how many has no such limit.
    let files = rlimit::increase_nofile_limit(needed).unwrap_or(u64::MAX);
    let room = usize::try_from(files.saturating_sub(FILES_BESIDE)).unwrap_or(usize::MAX);
    if room == 0 {
        return Err(StartError::Files { files, needed });
    }
    if room < wanted {
        tracing::warn!(
            files,
            wanted,
            connections = room,
            "fewer connections than asked for: the process may open too few files; raise its limit to {needed} \
             (ulimit -n, LimitNOFILE=) or lower --connections-max"
        );
    }
    Ok(room.min(wanted))
}

/// Gives each connection its place, and closes those for which there is none.
#[derive(Clone)]
pub(crate) struct Door {
    places: Arc<Semaphore>,
    patience: Duration,
}

impl Door {
    /// Room for so many connections, each of which has so long to take what it is sent.
    pub(crate) fn new(places: usize, patience: Duration) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), patience }
    }
}

impl<S> Accept<TcpStream, S> for Door {
    type Stream = Line;
    type Service = S;
    type Future = std::future::Ready<io::Result<(Line, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let place = Arc::clone(&self.places).try_acquire_owned();
        std::future::ready(match place {
            Ok(place) => Ok((Line { stream, patience: self.patience, stalled: None, _place: place }, service)),
            Err(_) => {
                metrics::counter!("touchstone_connections_refused_total").increment(1);
                Err(io::Error::new(io::ErrorKind::ConnectionRefused, "too many connections"))
            }
        })
    }
}

/// A connection with its place.
pub(crate) struct Line {
    stream: TcpStream,
    patience: Duration,
    /// Runs from when the caller did not take something until it has taken all.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl Line {
    fn patient<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            return written;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        stalled.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.patient(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.patient(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Is called once all that there was is written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stalled = None;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Ends a connection unless what is given is dropped in time.
pub(crate) fn deadline(connection: ConnectionShutdown, patience: Duration) -> oneshot::Sender<()> {
    let (taken, dropped) = oneshot::channel::<()>();
    tokio::spawn(async move {
        if timeout(patience, dropped).await.is_err() {
            connection.shutdown();
        }
    });
    taken
}
