//! What the operating system asks of the program, as values of one type.

use std::io;

use rustix::process::{Signal as OsSignal, getpgrp, getsid, kill_current_process_group};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// A request of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// `SIGTERM`: end in order.
    Terminate,
    /// `SIGHUP`: the terminal is gone; end without writing to it.
    HangUp,
    /// `SIGINT` sent from outside; on the keyboard, Ctrl-C is a key.
    Interrupt,
    /// `SIGQUIT` sent from outside.
    Quit,
    /// `SIGTSTP`: give the terminal back and stop.
    Suspend,
    /// `SIGCONT`: take the terminal again.
    Continue,
    /// `SIGWINCH`: the terminal has another size. The reader of keys tells it too, but only from the
    /// moment it has begun to read.
    Resize,
}

impl Signal {
    /// The exit code of a program that this ends: 128 and the number of the signal, as shells do.
    /// None for a signal that ends nothing.
    pub fn exit_code(self) -> Option<u8> {
        match self {
            Self::HangUp => Some(129),
            Self::Interrupt => Some(130),
            Self::Quit => Some(131),
            Self::Terminate => Some(143),
            Self::Suspend | Self::Continue | Self::Resize => None,
        }
    }
}

/// Receives the signals; from its making on, none of them has its default effect.
#[derive(Debug)]
pub struct Signals {
    terminate: Stream,
    hang_up: Stream,
    interrupt: Stream,
    quit: Stream,
    suspend: Stream,
    resume: Stream,
    resize: Stream,
}

impl Signals {
    /// Registers the handlers. Needs a tokio runtime with I/O.
    ///
    /// # Errors
    /// When the operating system refuses a handler.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            suspend: signal(SignalKind::from_raw(OsSignal::TSTP.as_raw()))?,
            resume: signal(SignalKind::from_raw(OsSignal::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    /// The next signal; those that end the program come first. Cancel safe.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.hang_up.recv() => Signal::HangUp,
            _ = self.terminate.recv() => Signal::Terminate,
            _ = self.quit.recv() => Signal::Quit,
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.suspend.recv() => Signal::Suspend,
            _ = self.resume.recv() => Signal::Continue,
            _ = self.resize.recv() => Signal::Resize,
        }
    }
}

/// Whether a shell is there that could bring a stopped program back. The process group of a session
/// leader has none: a window or a tmux pane that runs the program alone would be stuck for good.
pub fn can_stop() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Stops this process and whatever shares its job, until `SIGCONT`. The terminal has to be given back
/// before; it is taken again when [`Signal::Continue`] arrives, not when this returns, because the
/// stop may take effect a moment later.
///
/// # Errors
/// When the operating system refuses.
pub fn stop() -> io::Result<()> {
    Ok(kill_current_process_group(OsSignal::STOP)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(OsSignal::HUP, Signal::HangUp, Some(129))]
    #[case(OsSignal::TERM, Signal::Terminate, Some(143))]
    #[case(OsSignal::INT, Signal::Interrupt, Some(130))]
    #[case(OsSignal::QUIT, Signal::Quit, Some(131))]
    #[case(OsSignal::CONT, Signal::Continue, None)]
    #[case(OsSignal::WINCH, Signal::Resize, None)]
    #[tokio::test]
    async fn signals_arrive_as_values(
        #[case] sent: OsSignal,
        #[case] wanted: Signal,
        #[case] code: Option<u8>,
    ) {
        let mut signals = Signals::new().unwrap();
        rustix::process::kill_process(rustix::process::getpid(), sent).unwrap();
        // Tests of this process share its signals: others may come first.
        while signals.next().await != wanted {}
        assert_eq!(wanted.exit_code(), code);
    }
}
