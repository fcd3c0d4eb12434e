//! Reads the terminal and hands over whole inputs.
//!
//! Nothing wakes up until something arrives or the terminal hangs up. Only after an Escape, which is a key
//! and the beginning of many others, is it waited for a moment whether anything follows.

mod keys;
mod parse;
mod reports;

use std::collections::VecDeque;
use std::io::{self, Stdin};
use std::time::Duration;

use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, timeout_at};

use super::theme::colour::Rgb;
use super::tty;
use crate::app::key::Key;
use crate::text::Text;
use parse::Parser;

/// Bytes that are read at once; more wait in the terminal.
const CHUNK: usize = 4096;
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

/// What the person at the terminal does, as whole inputs in their order.
///
/// It is read where it is waited for: a thread of its own would have to be woken for every key, and to wake the
/// one that waits.
#[derive(Debug)]
pub struct Inputs {
    terminal: AsyncFd<Stdin>,
    parser: Parser,
    /// Read and not yet handed over.
    waiting: VecDeque<RawInput>,
    /// Until when the rest of a key may still come.
    undecided: Option<Instant>,
    is_gone: bool,
}

impl Inputs {
    /// Listens to the terminal on standard input. There can be only one listener. Inside a tokio runtime.
    ///
    /// # Errors
    /// Where it cannot be waited for.
    #[expect(deprecated, reason = "what takes its place is unsafe, for those who close what is waited for")]
    pub fn open() -> io::Result<Self> {
        Ok(Self {
            terminal: AsyncFd::with_interest(io::stdin(), Interest::READABLE)?,
            parser: Parser::default(),
            waiting: VecDeque::new(),
            undecided: None,
            is_gone: false,
        })
    }

    /// The next input; [`RawInput::Gone`] from the end of the terminal on. Cancel safe.
    pub async fn recv(&mut self) -> RawInput {
        loop {
            if let Some(input) = self.try_recv() {
                return input;
            }
            if self.is_gone {
                return RawInput::Gone;
            }
            let readable = self.terminal.readable();
            let ready = match self.undecided {
                Some(until) => match timeout_at(until, readable).await {
                    Ok(ready) => ready,
                    Err(_) => {
                        self.undecided = None;
                        self.take(|parser, found| parser.settle(found));
                        continue;
                    }
                },
                None => readable.await,
            };
            let Ok(mut ready) = ready else {
                self.is_gone = true;
                continue;
            };
            let mut chunk = [0; CHUNK];
            match tty::read(&mut chunk, Some(Duration::ZERO)) {
                Ok(None) => ready.clear_ready(),
                Ok(Some([])) | Err(_) => self.is_gone = true,
                Ok(Some(bytes)) => {
                    drop(ready);
                    self.take(|parser, found| parser.feed(bytes, found));
                    self.undecided = self.parser.is_undecided().then(|| Instant::now() + ESCAPE);
                }
            }
        }
    }

    /// The next input of those that have been read already.
    pub fn try_recv(&mut self) -> Option<RawInput> {
        self.waiting.pop_front()
    }

    fn take(&mut self, from: impl FnOnce(&mut Parser, &mut Vec<RawInput>)) {
        let mut found = Vec::new();
        from(&mut self.parser, &mut found);
        self.waiting.extend(found);
    }
}
