//! How many bytes of bodies and answers are in memory at once. A body that would be too much is refused while it comes
//! in; an answer, whose decisions are kept, is never refused, but what it takes is missing for bodies.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::sync::oneshot;

/// Bytes of an answer that are handed over at a time; more would count as taken while they still wait to be sent.
const PIECE_BYTES: usize = 32 << 10;

/// Bytes in memory, and how many may be.
pub(crate) struct Memory {
    used: AtomicUsize,
    max: usize,
}

impl Memory {
    pub(crate) fn new(max: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), max })
    }

    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Counts bytes, however many there are.
    fn count(self: &Arc<Self>, bytes: usize) -> Counted {
        self.used.fetch_add(bytes, Ordering::Relaxed);
        Counted { memory: Arc::clone(self), bytes }
    }
}

/// Counts until it is dropped.
struct Counted {
    memory: Arc<Memory>,
    bytes: usize,
}

impl Counted {
    /// Counts more, if there is room for it.
    fn grow(&mut self, bytes: usize) -> bool {
        let fits = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.memory.max);
        let grown = self.memory.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).is_ok();
        self.bytes += if grown { bytes } else { 0 };
        grown
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.memory.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// A body that is read; it counts as long as anybody holds its bytes.
pub(crate) struct Incoming {
    bytes: Vec<u8>,
    counted: Counted,
}

impl Incoming {
    pub(crate) fn new(memory: &Arc<Memory>) -> Self {
        Self { bytes: Vec::new(), counted: memory.count(0) }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes more; false if there is no room for it.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        let room = self.counted.grow(bytes.len());
        if room {
            self.bytes.extend_from_slice(bytes);
        }
        room
    }

    pub(crate) fn whole(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Incoming {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// An answer that counts until it is taken.
pub(crate) struct Outgoing {
    body: Body,
    rest: Bytes,
    _counted: Counted,
    _deadline: Option<oneshot::Sender<()>>,
}

impl Outgoing {
    /// With a deadline that ends when this is dropped.
    pub(crate) fn body(memory: &Arc<Memory>, body: Body, deadline: Option<oneshot::Sender<()>>) -> Body {
        let bytes = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        Body::new(Self { body, rest: Bytes::new(), _counted: memory.count(bytes), _deadline: deadline })
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                other => return other,
            }
        }
        let piece = self.rest.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, inner) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(rest + inner.lower());
        if let Some(upper) = inner.upper() {
            hint.set_upper(rest + upper);
        }
        hint
    }
}
