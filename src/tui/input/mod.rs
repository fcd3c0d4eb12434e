//! Reads the terminal in a thread of its own and hands over whole inputs through a bounded channel.
//!
//! The thread sleeps until something arrives or the terminal hangs up. Only after an Escape, which is a key
//! and the beginning of many others, does it wait for a moment whether anything follows.

mod keys;
mod parse;
mod reports;

use std::io;
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;

use super::theme::colour::Rgb;
use super::tty;
use crate::app::key::Key;
use crate::text::Text;
use parse::Parser;

/// Inputs that may wait for the program; beyond that they wait in the terminal.
const CAPACITY: usize = 256;
/// How long after an Escape the rest of a key may still be on its way.
const ESCAPE: Duration = Duration::from_millis(15);

/// One input of the person at the terminal, or of the terminal itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawInput {
    /// A key went down or repeats.
    Key(Key),
    /// Text was pasted: never keys, always one line.
    Paste(Text),
    /// The left button went down.
    Click {
        /// Column and line, counted from 0.
        at: (u16, u16),
    },
    /// The wheel went one notch.
    Wheel {
        /// Towards the person.
        down: bool,
        /// Column and line, counted from 0.
        at: (u16, u16),
    },
    /// What is behind the letters, as it was asked for.
    Ground(Rgb),
    /// The terminal has drawn everything up to a question that was sent with a frame.
    Answer,
    /// The terminal is gone; nothing follows.
    Gone,
}

/// Starts the thread. The receiver ends, or yields [`RawInput::Gone`], when the terminal is gone.
///
/// # Errors
/// When the operating system refuses a thread.
pub fn spawn() -> io::Result<mpsc::Receiver<RawInput>> {
    let (tx, rx) = mpsc::channel(CAPACITY);
    thread::Builder::new().name("terminal-input".into()).spawn(move || {
        let mut parser = Parser::default();
        let mut chunk = [0; 4096];
        let mut inputs = Vec::new();
        loop {
            let patience = parser.is_undecided().then_some(ESCAPE);
            match tty::read(&mut chunk, patience) {
                Ok(Some([])) | Err(_) => break,
                Ok(Some(bytes)) => parser.feed(bytes, &mut inputs),
                Ok(None) => parser.settle(&mut inputs),
            }
            for input in inputs.drain(..) {
                if tx.blocking_send(input).is_err() {
                    return;
                }
            }
        }
        let _ = tx.blocking_send(RawInput::Gone);
    })?;
    Ok(rx)
}
