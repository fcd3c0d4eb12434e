//! Writes frames: what the terminal takes at once, at once; the rest in a thread of its own, so that a stalled
//! terminal stalls nothing else.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use tokio::sync::Notify;

use super::Sink;
use crate::tui::guard::Lease;
use crate::tui::tty::Door;

/// State that the writing thread and the screen share.
#[derive(Debug, Default)]
struct Progress {
    busy: AtomicBool,
    failed: AtomicBool,
    frames: AtomicU64,
    /// Wakes the driver when a frame was taken or could not be.
    moved: Notify,
}

/// Writes frames to the terminal.
#[derive(Debug)]
pub struct TerminalSink {
    lease: Lease,
    /// Through which frames go without a thread being woken for them.
    door: Option<Door>,
    frames: mpsc::Sender<Vec<u8>>,
    progress: Arc<Progress>,
}

impl TerminalSink {
    /// Starts the thread, which waits for the terminal. Everything is written for as long as `lease` holds.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn spawn(lease: Lease) -> io::Result<Self> {
        // At most one frame is ever in it: `is_ready` is asked before each.
        let (frames, waiting) = mpsc::channel::<Vec<u8>>();
        let progress = Arc::new(Progress::default());
        let shared = Arc::clone(&progress);
        let late = lease.clone();
        thread::Builder::new().name("terminal-output".into()).spawn(move || {
            for frame in waiting {
                let result = late.write(&frame);
                shared.failed.fetch_or(result.is_err(), Ordering::AcqRel);
                shared.frames.fetch_add(1, Ordering::Relaxed);
                shared.busy.store(false, Ordering::Release);
                shared.moved.notify_one();
            }
        })?;
        Ok(Self { lease, door: Door::open(), frames, progress })
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
        let taken = match &self.door {
            Some(door) => self.lease.try_write(door, frame)?,
            None => 0,
        };
        let rest = frame.get(taken..).unwrap_or_default();
        if rest.is_empty() {
            self.progress.frames.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        self.progress.busy.store(true, Ordering::Release);
        self.frames.send(rest.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn is_ready(&self) -> bool {
        !self.progress.busy.load(Ordering::Acquire)
    }
}
