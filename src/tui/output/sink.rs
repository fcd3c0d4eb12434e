//! Writes frames in a thread of its own, so that a stalled terminal stalls nothing else.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use tokio::sync::Notify;

use super::Sink;
use crate::tui::guard::Lease;

/// State that the writing thread and the screen share.
#[derive(Debug, Default)]
struct Progress {
    busy: AtomicBool,
    failed: AtomicBool,
    frames: AtomicU64,
    /// Wakes the driver when a frame was taken or could not be.
    moved: Notify,
}

/// Writes frames to the terminal in a thread of its own.
#[derive(Debug)]
pub struct TerminalSink {
    frames: mpsc::Sender<Vec<u8>>,
    progress: Arc<Progress>,
}

impl TerminalSink {
    /// Starts the thread, which writes for as long as `lease` holds.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn spawn(lease: Lease) -> io::Result<Self> {
        // At most one frame is ever in it: `is_ready` is asked before each.
        let (frames, waiting) = mpsc::channel::<Vec<u8>>();
        let progress = Arc::new(Progress::default());
        let shared = Arc::clone(&progress);
        thread::Builder::new().name("terminal-output".into()).spawn(move || {
            for frame in waiting {
                let result = lease.write(&frame);
                shared.failed.fetch_or(result.is_err(), Ordering::AcqRel);
                shared.frames.fetch_add(1, Ordering::Relaxed);
                shared.busy.store(false, Ordering::Release);
                shared.moved.notify_one();
            }
        })?;
        Ok(Self { frames, progress })
    }

    /// Waits until the terminal has taken what was sent. Cancel safe.
    ///
    /// # Errors
    /// [`io::ErrorKind::BrokenPipe`] when the terminal is gone.
    pub async fn ready(&self) -> io::Result<()> {
        while !self.is_ready() {
            self.progress.moved.notified().await;
        }
        self.check()
    }

    /// Frames written so far.
    pub fn frames(&self) -> u64 {
        self.progress.frames.load(Ordering::Relaxed)
    }

    fn check(&self) -> io::Result<()> {
        if self.progress.failed.load(Ordering::Acquire) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        Ok(())
    }
}

impl Sink for TerminalSink {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.check()?;
        self.progress.busy.store(true, Ordering::Release);
        self.frames.send(frame.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn is_ready(&self) -> bool {
        !self.progress.busy.load(Ordering::Acquire)
    }
}
