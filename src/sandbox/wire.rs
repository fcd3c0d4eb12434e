//! Connections that can be cut in the middle of an answer, or made slow.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// How many bytes a slow connection lets through at once.
const PIECE: usize = 16;
/// A connection that is not to be cut.
const WHOLE: i64 = i64::MAX;

#[derive(Debug)]
struct State {
    left: AtomicI64,
    drip_ms: AtomicU64,
}

/// The handle with which a request's answer spoils its own connection.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Arc<State>);

impl Wire {
    fn new() -> Self {
        Self(Arc::new(State { left: AtomicI64::new(WHOLE), drip_ms: AtomicU64::new(0) }))
    }

    /// The connection is reset after `bytes` more bytes.
    pub(crate) fn cut_after(&self, bytes: usize) {
        self.0.left.store(bytes as i64, Ordering::Relaxed);
    }

    /// Every piece of 16 bytes waits `ms` milliseconds; 0 is full speed.
    pub(crate) fn drip(&self, ms: u64) {
        self.0.drip_ms.store(ms, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Doorman>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Doorman>) -> Self {
        stream.io().wire.clone()
    }
}

/// Accepts connections and hangs a [`Wire`] on each.
pub(crate) struct Doorman(pub(crate) TcpListener);

impl Listener for Doorman {
    type Io = Cuttable;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Cuttable, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Small answers must not wait for each other's acknowledgements.
        let _ = stream.set_nodelay(true);
        (Cuttable { stream, wire: Wire::new(), pause: None }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A TCP stream whose writing obeys its [`Wire`].
pub(crate) struct Cuttable {
    stream: TcpStream,
    wire: Wire,
    pause: Option<Pin<Box<Sleep>>>,
}

impl AsyncRead for Cuttable {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Cuttable {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Some(pause) = self.pause.as_mut() {
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        let left = self.wire.0.left.load(Ordering::Relaxed);
        if left == 0 {
            // Without lingering, closing sends a reset instead of a polite end.
            let _ = self.stream.set_zero_linger();
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let drip = self.wire.0.drip_ms.load(Ordering::Relaxed);
        let most = if drip > 0 { PIECE } else { usize::MAX }.min(left as usize).min(bytes.len());
        let piece = bytes.get(..most).unwrap_or_default();
        let written = Pin::new(&mut self.stream).poll_write(context, piece);
        if let Poll::Ready(Ok(n)) = &written {
            if left != WHOLE {
                self.wire.0.left.fetch_sub(*n as i64, Ordering::Relaxed);
            }
            if drip > 0 {
                self.pause = Some(Box::pin(sleep(Duration::from_millis(drip))));
            }
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
