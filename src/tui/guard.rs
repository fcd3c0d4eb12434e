//! Takes the terminal and gives it back, whatever happens.
//!
//! Each mode is taken together with its undo; the undos run in reverse, best effort, when the guard
//! is dropped, when the program is suspended, and when any thread panics. The panic hook is installed
//! before the first mode is taken.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, Write as _};
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::pace::QUESTION;
use super::tty;
use crate::text::Text;

/// How long a stalled terminal may hold up its own restoring.
const PATIENCE: Duration = Duration::from_millis(300);

/// An answer of the terminal that is still on its way would be typed at the prompt of the shell.
const ANSWER: Duration = Duration::from_millis(300);

/// Cancels whatever escape sequence was cut short, ends a synchronised update, resets the attributes.
const STOP_DRAWING: &str = "\x18\x1b[?2026l\x1b[0m";

/// What the guard takes beside the modes that every dashboard needs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether clicks and the wheel are reported; selecting text with the mouse then needs Shift.
    pub mouse: bool,
    /// The title of the window while the program runs; none leaves the title alone.
    pub title: Option<Text>,
}

/// Why the terminal could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// Standard input or output is a file or a pipe.
    #[error(
        "the dashboard needs a terminal on standard input and output; for scripts there is `nightdesk list`"
    )]
    NoTerminal,
    /// The terminal says of itself that it takes no sequences: `TERM=dumb`.
    #[error(
        "this terminal calls itself “dumb” (TERM) and can show no dashboard; `nightdesk list` prints the panes as lines"
    )]
    Dumb,
    /// The terminal refused a mode.
    #[error("the terminal could not be prepared: {0}")]
    Terminal(#[from] io::Error),
}

/// One mode of the terminal, with how to take it and how to give it back.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    Raw,
    Title(Text),
    AlternateScreen,
    HiddenCursor,
    BracketedPaste,
    FocusEvents,
    Mouse,
}

impl Mode {
    fn take(&self) -> String {
        match self {
            Self::Raw => String::new(),
            Self::Title(title) => format!("\x1b[22;2t{}", entitled(title)),
            Self::AlternateScreen => "\x1b[?1049h\x1b[2J".into(),
            Self::HiddenCursor => "\x1b[?25l".into(),
            Self::BracketedPaste => "\x1b[?2004h".into(),
            Self::FocusEvents => "\x1b[?1004h".into(),
            Self::Mouse => "\x1b[?1000h\x1b[?1006h".into(),
        }
    }

    fn undo(&self) -> &'static str {
        match self {
            Self::Raw => "",
            // Where titles cannot be put aside, an empty one lets the shell set its own.
            Self::Title(_) => "\x1b]2;\x1b\\\x1b[23;2t",
            Self::AlternateScreen => "\x1b[?1049l",
            Self::HiddenCursor => "\x1b[?25h",
            Self::BracketedPaste => "\x1b[?2004l",
            Self::FocusEvents => "\x1b[?1004l",
            Self::Mouse => "\x1b[?1006l\x1b[?1000l",
        }
    }
}

/// A semicolon would end the title for some terminals, and the whole of it for others.
fn entitled(title: &Text) -> String {
    format!("\x1b]2;{}\x1b\\", title.replace(';', ","))
}

/// The modes in the order in which they are taken.
fn modes(options: &Options) -> Vec<Mode> {
    let mut modes = vec![Mode::Raw];
    modes.extend(options.title.clone().map(Mode::Title));
    modes.extend([Mode::AlternateScreen, Mode::HiddenCursor, Mode::BracketedPaste, Mode::FocusEvents]);
    if options.mouse {
        modes.push(Mode::Mouse);
    }
    modes
}

/// What is held at the moment; shared with the panic hook and with the thread that writes.
#[derive(Debug, Default)]
struct Held {
    modes: Mutex<Vec<Mode>>,
    /// Whether a frame is being written: its bytes must not fall between those of the undos.
    writing: Mutex<bool>,
    written: Condvar,
    /// When the terminal was last asked something.
    asked: Mutex<Option<Instant>>,
}

impl Held {
    fn take(&self, wanted: &[Mode]) -> io::Result<()> {
        let mut held = lock(&self.modes);
        for mode in wanted {
            if held.contains(mode) {
                continue;
            }
            if *mode == Mode::Raw {
                crossterm::terminal::enable_raw_mode()?;
            } else {
                tty::write_all(mode.take().as_bytes())?;
            }
            held.push(mode.clone());
        }
        Ok(())
    }

    /// Gives everything back, in reverse. Nothing here may fail: a step that does is skipped.
    fn release(&self) {
        self.release_after(|| {});
    }

    /// The same, with something to do between giving back the screen and giving back the keyboard.
    fn release_after(&self, meanwhile: impl FnOnce()) {
        let held = std::mem::take(&mut *lock(&self.modes));
        if held.is_empty() {
            return;
        }
        // From here on no frame begins; one that is half way may end.
        let writing = lock(&self.writing);
        let _ = self.written.wait_timeout_while(writing, PATIENCE, |writing| *writing);
        let mut bytes = String::from(STOP_DRAWING);
        held.iter().rev().for_each(|mode| bytes.push_str(mode.undo()));
        // Neither a dead terminal nor a stalled one may keep the process from ending.
        if tty::is_alive() && tty::is_writable(PATIENCE) {
            let _ = tty::write_all(bytes.as_bytes());
        }
        meanwhile();
        if held.contains(&Mode::Raw) {
            let _ = crossterm::terminal::disable_raw_mode();
        }
    }
}

/// A panic elsewhere must not take the restoring with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The right to write to the terminal for as long as the guard holds it.
#[derive(Debug, Clone)]
pub struct Lease(Arc<Held>);

impl Lease {
    /// Writes as much of `bytes` as the terminal takes without being waited for, through `door`, and says how much.
    /// Drops them when the terminal has been given back.
    ///
    /// # Errors
    /// As [`Lease::write`].
    pub fn try_write(&self, door: &tty::Door, bytes: &[u8]) -> io::Result<usize> {
        self.writing(bytes, |bytes| door.write(bytes), bytes.len())
    }

    /// Writes `bytes`, or drops them when the terminal has been given back.
    ///
    /// # Errors
    /// What the device says: `EIO` after a hang-up.
    pub fn write(&self, bytes: &[u8]) -> io::Result<()> {
        self.writing(bytes, tty::write_all, ())
    }

    fn writing<T>(
        &self,
        bytes: &[u8],
        how: impl FnOnce(&[u8]) -> io::Result<T>,
        dropped: T,
    ) -> io::Result<T> {
        *lock(&self.0.writing) = true;
        let result = if lock(&self.0.modes).is_empty() { Ok(dropped) } else { how(bytes) };
        if bytes.ends_with(QUESTION) {
            *lock(&self.0.asked) = Some(Instant::now());
        }
        *lock(&self.0.writing) = false;
        self.0.written.notify_all();
        result
    }
}

/// Holds the terminal; dropping it gives the terminal back.
pub struct Guard {
    held: Arc<Held>,
    modes: Vec<Mode>,
    panicked: watch::Receiver<bool>,
}

impl Guard {
    /// Installs the panic hook, then takes the terminal.
    ///
    /// # Errors
    /// [`GuardError::NoTerminal`] where there is none, [`GuardError::Dumb`] where it is one that takes no
    /// sequences; otherwise what the terminal said, with
    /// everything that was taken given back.
    pub fn enter(options: &Options) -> Result<Self, GuardError> {
        if !tty::is_interactive() {
            return Err(GuardError::NoTerminal);
        }
        if std::env::var_os("TERM").is_some_and(|name| name == "dumb") {
            return Err(GuardError::Dumb);
        }
        let held = Arc::new(Held::default());
        let (tell, panicked) = watch::channel(false);
        chain_panic_hook(Arc::clone(&held), tell);
        let guard = Self { held, modes: modes(options), panicked };
        guard.held.take(&guard.modes)?;
        Ok(guard)
    }

    /// Gives the terminal back while the program is stopped.
    pub fn suspend(&self) {
        self.held.release();
    }

    /// Takes it again. What was on the screen is gone: repaint.
    ///
    /// # Errors
    /// What the terminal said.
    pub fn resume(&self) -> io::Result<()> {
        // After a stop that could not be foreseen everything still counts as held, but the shell has
        // set its own modes meanwhile.
        self.held.release();
        self.held.take(&self.modes)
    }

    /// Changes the title of the window, also for when the terminal is taken again. Returns what is to be
    /// written; none where the title is left alone.
    pub fn entitle(&mut self, title: Text) -> Option<String> {
        let known = self.modes.iter_mut().find_map(|mode| match mode {
            Mode::Title(known) => Some(known),
            _ => None,
        })?;
        *known = title;
        Some(entitled(known))
    }

    /// The right to write while the terminal is held.
    pub fn lease(&self) -> Lease {
        Lease(Arc::clone(&self.held))
    }

    /// Becomes true when any thread or task panicked. The terminal is back by then and the message
    /// printed; the program has to end.
    pub fn panicked(&self) -> watch::Receiver<bool> {
        self.panicked.clone()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.held.release();
    }
}

fn chain_panic_hook(held: Arc<Held>, tell: watch::Sender<bool>) {
    panic::set_hook(Box::new(move |info| {
        // Nobody listens for its end any more: the answer to a question of a moment ago is waited for and dropped.
        held.release_after(|| {
            if let Some(left) = lock(&held.asked).and_then(|at| ANSWER.checked_sub(at.elapsed())) {
                std::thread::sleep(left);
                tty::forget_typed();
            }
        });
        report(info);
        tell.send_replace(true);
    }));
}

/// Says what happened, where the terminal is back. The message may hold what came from outside.
fn report(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    let message = Text::new(info.payload_as_str().unwrap_or("no message"));
    let thread = std::thread::current();
    let thread = Text::new(thread.name().unwrap_or("without a name"));
    let mut words = format!("nightdesk: thread “{thread}” panicked{place}: {message}\n");
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        words.push_str(&format!("{trace}\n"));
    }
    // Nobody to hear it is no reason to fail in here.
    let _ = io::stderr().lock().write_all(words.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `CSI ? n h` must meet `CSI ? n l`, for every number that is ever set.
    #[test]
    fn every_mode_that_is_set_is_reset() {
        let all = modes(&Options { mouse: true, title: Some(Text::new("t")) });
        for mode in all {
            let set = private_modes(&mode.take(), 'h');
            let mut reset = private_modes(mode.undo(), 'l');
            reset.extend(private_modes(mode.undo(), 'h'));
            for number in &set {
                assert!(reset.contains(number), "{mode:?} leaves {number} set");
            }
        }
    }

    #[test]
    fn a_title_cannot_smuggle_a_sequence() {
        let hostile = Text::new("Harbour\u{1b}]52;c;aGk=\u{7}\u{9c} Hotel");
        let taken = Mode::Title(hostile).take();
        let inner = &taken["\x1b[22;2t\x1b]2;".len()..taken.len() - 2];
        assert!(inner.chars().all(|c| !c.is_control()), "{inner:?}");
    }

    fn private_modes(bytes: &str, end: char) -> Vec<String> {
        bytes
            .split("\x1b[?")
            .skip(1)
            .filter_map(|rest| rest.split_once(end).map(|(n, _)| n.to_owned()))
            .filter(|n| n.chars().all(|c| c.is_ascii_digit()))
            .collect()
    }
}
