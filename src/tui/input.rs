//! Reads the terminal in a thread of its own and hands over whole inputs through a bounded channel.
//!
//! Two threads, both asleep until something happens. One blocks in [`crossterm::event::read`]. The
//! other blocks in `poll(2)` until the terminal hangs up: the reader cannot be trusted with that,
//! because at the end of its input it tries again for ever. (Of the two readers of crossterm, the one of
//! its feature `use-dev-tty` is needed: the other leaves all but the first 1024 bytes of a burst unread
//! until the next key.)

use std::io;
use std::thread;

use crossterm::event::{Event, KeyEvent, KeyEventKind, MouseEvent};
use ratatui::layout::Size;
use tokio::sync::mpsc;

use super::tty;
use crate::text::Text;

/// Inputs that may wait for the program; beyond that they wait in the terminal.
const CAPACITY: usize = 256;

/// One input of the person at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawInput {
    /// A key went down or repeats.
    Key(KeyEvent),
    /// Text was pasted: never keys, always one line.
    Paste(Text),
    /// A click or the wheel.
    Mouse(MouseEvent),
    /// The terminal has a new size.
    Resize(Size),
    /// The window got the focus.
    FocusGained,
    /// The window lost the focus.
    FocusLost,
    /// The terminal is gone; nothing follows.
    Gone,
}

/// Starts the threads. The receiver ends, or yields [`RawInput::Gone`], when the terminal is gone.
///
/// # Errors
/// When the operating system refuses a thread.
pub fn spawn() -> io::Result<mpsc::Receiver<RawInput>> {
    let (tx, rx) = mpsc::channel(CAPACITY);
    let watcher = tx.clone();
    thread::Builder::new().name("terminal-watch".into()).spawn(move || {
        tty::wait_until_gone();
        let _ = watcher.blocking_send(RawInput::Gone);
    })?;
    thread::Builder::new().name("terminal-input".into()).spawn(move || {
        while let Ok(event) = crossterm::event::read() {
            if let Some(input) = translate(event)
                && tx.blocking_send(input).is_err()
            {
                return;
            }
        }
        let _ = tx.blocking_send(RawInput::Gone);
    })?;
    Ok(rx)
}

/// What an event of the terminal means here; none for the release of a key.
fn translate(event: Event) -> Option<RawInput> {
    Some(match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => return None,
        Event::Key(key) => RawInput::Key(key),
        Event::Paste(text) => RawInput::Paste(Text::new(text)),
        Event::Mouse(mouse) => RawInput::Mouse(mouse),
        Event::Resize(width, height) => RawInput::Resize(Size { width, height }),
        Event::FocusGained => RawInput::FocusGained,
        Event::FocusLost => RawInput::FocusLost,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::{KeyCode, KeyModifiers};

    #[test]
    fn a_paste_is_one_clean_line() {
        let pasted = translate(Event::Paste("R\nyyyy\u{1b}[2J".into()));
        assert_eq!(pasted, Some(RawInput::Paste(Text::new("R yyyy[2J"))));
    }

    #[test]
    fn the_release_of_a_key_is_not_a_key() {
        let mut key = KeyEvent::new(KeyCode::Char('x'), KeyModifiers::NONE);
        assert_eq!(translate(Event::Key(key)), Some(RawInput::Key(key)));
        key.kind = KeyEventKind::Release;
        assert_eq!(translate(Event::Key(key)), None);
    }
}
