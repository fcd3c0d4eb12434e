//! The loop: events in, effects carried out, frames out.
//!
//! Nothing waits between a key and its frame. Signals come first, then keys, then what the desk and
//! the pollers tell, then time. Whatever is ready is taken in before a frame is drawn, a frame is
//! drawn only when something visible changed, and one that the terminal is too slow for is left out. Where
//! nothing else is to be done, a long list that is filtered is looked through a little further.

use std::io;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crossterm::event::MouseEventKind;
use tokio::sync::mpsc;

use super::call;
use super::clipboard::{self, Between};
use super::glyphs::Glyphs;
use super::guard::{Guard, GuardError, Options as GuardOptions};
pub use super::hands::{Hands, Wires};
use super::input::{self, RawInput};
use super::output::{self, Drawn, Screen, TerminalSink};
use super::signals::{self, Signal, Signals};
use super::theme::{Theme, ThemeError};
use super::widgets::Look;
use super::{keys, tty, views};
use crate::app::key::{Code, Key};
use crate::app::layer::Layer;
use crate::app::{App, Effect, Event};
use crate::clock::Clock;
use crate::desk::{Progress, Reading};
use crate::property::Delta;
use crate::secret::Secret;
use crate::text::Text;

/// Frames that only news asks for come no closer together than this; a key is answered at once.
const FRAME: Duration = Duration::from_millis(33);
/// Time passes in steps no smaller than this, however fast a simulated clock runs.
const STEP: Duration = Duration::from_millis(40);
/// How long news may be taken in before keys are looked at again.
const BATCH: Duration = Duration::from_millis(8);

/// Rows that one notch of the wheel moves.
const NOTCH: usize = 3;

/// How the terminal is used.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether clicks and the wheel are reported.
    pub mouse: bool,
    /// Whether only ASCII is drawn, but for the data.
    pub ascii: bool,
    /// Whether no colour is drawn: `NO_COLOR`.
    pub no_colour: bool,
    /// The title of the window; none leaves it alone.
    pub title: Option<Text>,
}

/// Why the dashboard ended that should not have.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The terminal could not be taken.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// There is no such theme.
    #[error(transparent)]
    Theme(#[from] ThemeError),
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
    /// Something in the program panicked; the message has been printed.
    #[error("nightdesk met an error of its own and stopped; the terminal is as it was")]
    Panicked,
}

/// Runs the dashboard until somebody or something ends it. Returns the exit code: 0, or 128 and the
/// number of the signal; 129 also where the terminal is gone.
///
/// # Errors
/// Where the terminal cannot be taken, the theme of `app` does not exist, or the program panicked.
pub async fn run(app: App, wires: Wires, options: Options) -> Result<ExitCode, DriverError> {
    let theme = Theme::choose(Some(&app.settings.theme), options.no_colour)?;
    let signals = Signals::new()?;
    let guard = Guard::enter(&GuardOptions { mouse: options.mouse, title: options.title.clone() })?;
    let screen = output::open(guard.lease())?;
    let inputs = input::spawn()?;
    let Wires { deltas, progress, journal, readings, hands, clock } = wires;
    let driver = Driver {
        app,
        hands,
        clock,
        screen,
        guard,
        theme,
        glyphs: Glyphs::new(options.ascii),
        no_colour: options.no_colour,
        wants_frame: Some(Wanted::Now),
        drawn_at: None,
        suspended: false,
    };
    let (deltas, progress) = (Some(deltas), Some(progress));
    let (journal, readings) = (Some(journal), Some(readings));
    driver.run(Sources { signals, inputs, deltas, progress, journal, readings }).await
}

/// Where events come from.
struct Sources {
    signals: Signals,
    inputs: mpsc::Receiver<RawInput>,
    /// None once the sender is gone.
    deltas: Option<mpsc::Receiver<Delta>>,
    /// None once the sender is gone.
    progress: Option<mpsc::Receiver<Progress>>,
    /// None once the sender is gone.
    journal: Option<mpsc::Receiver<Event>>,
    /// None once the sender is gone.
    readings: Option<mpsc::Receiver<Reading>>,
}

/// How soon a frame is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    /// With the next few.
    Soon,
    /// At once.
    Now,
}

/// How it ends.
type End = Result<ExitCode, DriverError>;

/// The exit code of a program whose terminal is gone.
const GONE: u8 = 129;

struct Driver {
    app: App,
    hands: Box<dyn Hands>,
    clock: Clock,
    screen: Screen<TerminalSink>,
    guard: Guard,
    theme: Theme,
    glyphs: &'static Glyphs,
    no_colour: bool,
    wants_frame: Option<Wanted>,
    drawn_at: Option<Instant>,
    suspended: bool,
}

/// What woke the loop.
enum Woken {
    Panicked,
    Signal(Signal),
    Input(Option<RawInput>),
    Progress(Option<Progress>),
    Journal(Option<Event>),
    Reading(Option<Reading>),
    Delta(Option<Delta>),
    Ready(io::Result<()>),
    FrameDue,
    Time,
    Idle,
}

impl Driver {
    async fn run(mut self, mut from: Sources) -> End {
        let mut panicked = self.guard.panicked();
        loop {
            if let Some(end) = self.draw() {
                return end;
            }
            let behind = self.wants_frame.is_some() && !self.screen.is_ready();
            let frame_in = self.frame_in().filter(|_| !behind);
            let wake_in = self.clock.until(self.app.next_wake()).max(STEP);
            let woken = tokio::select! {
                biased;
                _ = panicked.wait_for(|p| *p) => Woken::Panicked,
                signal = from.signals.next() => Woken::Signal(signal),
                input = from.inputs.recv() => Woken::Input(input),
                progress = next(&mut from.progress) => Woken::Progress(progress),
                event = next(&mut from.journal) => Woken::Journal(event),
                reading = next(&mut from.readings) => Woken::Reading(reading),
                delta = next(&mut from.deltas) => Woken::Delta(delta),
                ready = self.screen.sink().ready(), if behind => Woken::Ready(ready),
                () = tokio::time::sleep(frame_in.unwrap_or_default()), if frame_in.is_some() => Woken::FrameDue,
                () = tokio::time::sleep(wake_in) => Woken::Time,
                () = tokio::task::yield_now(), if self.app.board.is_searching() => Woken::Idle,
            };
            if let Some(end) = self.handle(woken, &mut from) {
                return end;
            }
        }
    }

    fn handle(&mut self, woken: Woken, from: &mut Sources) -> Option<End> {
        match woken {
            Woken::Panicked => Some(Err(DriverError::Panicked)),
            Woken::Signal(signal) => self.signal(signal),
            Woken::Input(first) => {
                let mut next = Some(first);
                while let Some(input) = next {
                    if let Some(end) = self.input(input) {
                        return Some(end);
                    }
                    next = from.inputs.try_recv().ok().map(Some);
                }
                None
            }
            Woken::Progress(Some(progress)) => self.take_in(progress, &mut from.progress, Event::Job),
            Woken::Reading(Some(told)) => self.take_in(told, &mut from.readings, Event::Reading),
            Woken::Delta(Some(delta)) => self.take_in(delta, &mut from.deltas, Event::Data),
            Woken::Journal(Some(event)) => self.take_in(event, &mut from.journal, |event| event),
            Woken::Journal(None) => {
                from.journal = None;
                None
            }
            Woken::Progress(None) => {
                from.progress = None;
                None
            }
            Woken::Reading(None) => {
                from.readings = None;
                None
            }
            Woken::Delta(None) => {
                from.deltas = None;
                None
            }
            Woken::Ready(Err(_)) => Some(gone()),
            Woken::Ready(Ok(())) | Woken::FrameDue => None,
            Woken::Time => self.update(Event::Tick, Wanted::Soon),
            Woken::Idle => self.update(Event::Idle, Wanted::Now),
        }
    }

    /// Takes in what is ready, for a few milliseconds at most.
    fn take_in<T>(
        &mut self,
        first: T,
        more: &mut Option<mpsc::Receiver<T>>,
        event: impl Fn(T) -> Event,
    ) -> Option<End> {
        let began = Instant::now();
        let mut next = Some(first);
        while let Some(news) = next {
            if let Some(end) = self.update(event(news), Wanted::Soon) {
                return Some(end);
            }
            let in_time = began.elapsed() < BATCH;
            next = more.as_mut().filter(|_| in_time).and_then(|more| more.try_recv().ok());
        }
        None
    }

    fn signal(&mut self, signal: Signal) -> Option<End> {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => {
                self.suspended = false;
                self.wants_frame = Some(Wanted::Now);
                let back = self.guard.resume().and_then(|()| self.screen.repaint());
                back.err().map(failed)
            }
            Signal::Resize => {
                let size = tty::size();
                self.update(Event::Resize { width: size.width, height: size.height }, Wanted::Now)
            }
            ends => ends.exit_code().map(|code| Ok(ExitCode::from(code))),
        }
    }

    fn input(&mut self, input: Option<RawInput>) -> Option<End> {
        let event = match input {
            None | Some(RawInput::Gone) => return Some(gone()),
            Some(RawInput::Key(key)) => Event::Key(keys::key(key)?),
            Some(RawInput::Paste(text)) => Event::Paste(text.to_string()),
            Some(RawInput::Resize(size)) => Event::Resize { width: size.width, height: size.height },
            Some(RawInput::Mouse(mouse)) => return self.wheel(mouse.kind),
            Some(RawInput::FocusGained | RawInput::FocusLost) => return None,
        };
        self.update(event, Wanted::Now)
    }

    /// The wheel moves through lists and pages. In a dialog it could change what is chosen, so there it
    /// does nothing.
    fn wheel(&mut self, kind: MouseEventKind) -> Option<End> {
        let code = match kind {
            MouseEventKind::ScrollDown => Code::Down,
            MouseEventKind::ScrollUp => Code::Up,
            _ => return None,
        };
        if !self.app.top().is_none_or(Layer::is_page) {
            return None;
        }
        (0..NOTCH).find_map(|_| self.update(Event::Key(Key::plain(code)), Wanted::Now))
    }

    fn update(&mut self, event: Event, wanted: Wanted) -> Option<End> {
        let effects = self.app.update(self.clock.now(), event);
        if effects.draw {
            self.wants_frame = self.wants_frame.max(Some(wanted));
        }
        effects.list.into_iter().find_map(|effect| self.carry_out(effect))
    }

    fn carry_out(&mut self, effect: Effect) -> Option<End> {
        match effect {
            Effect::PollNow => self.hands.poll_now(),
            Effect::Watch(grants) => self.hands.watch(grants),
            Effect::Run(run, plan, pins) => self.hands.run(run, *plan, pins),
            Effect::Control(run, control) => self.hands.control(run, control),
            Effect::ReadJournal(ask) => self.hands.read_journal(ask),
            Effect::Resume(run, left) => self.hands.resume(run, *left),
            Effect::LeaveAsItIs(left) => self.hands.leave_as_it_is(*left),
            Effect::WritePage(page) => self.hands.write_page(*page),
            Effect::Attend(notes) => self.hands.attend(*notes),
            Effect::SaveReport(file) => self.hands.save_report(*file),
            Effect::Operator(name) => self.hands.operator(name),
            Effect::ReadCard(ask) => self.hands.read_card(ask),
            Effect::StopReading(id) => self.hands.stop_reading(id),
            Effect::Copy(secret) => self.copy(&secret),
            Effect::Call(call) => self.send(&call::sequence(&call, Between::from_env())),
            Effect::Notify(news) => self.hands.notify(*news),
            Effect::Title(title) => {
                if let Some(sequence) = self.guard.entitle(title) {
                    self.send(sequence.as_bytes());
                }
            }
            Effect::Theme(name) => {
                if let Ok(theme) = Theme::choose(Some(&name), self.no_colour) {
                    self.theme = theme;
                }
            }
            Effect::Suspend => return self.suspend(),
            Effect::Quit => return Some(Ok(ExitCode::SUCCESS)),
        }
        None
    }

    /// Puts a text on the clipboard of the person's terminal.
    fn copy(&mut self, text: &Secret) {
        if let Some(sequence) = clipboard::sequence(text, Between::from_env()) {
            self.send(&sequence);
        }
    }

    /// Sends what is no part of the picture.
    fn send(&mut self, sequence: &[u8]) {
        self.screen.control(sequence);
        self.wants_frame = Some(Wanted::Now);
    }

    fn suspend(&mut self) -> Option<End> {
        if !signals::can_stop() {
            self.send(b"\x07");
            return None;
        }
        self.suspended = true;
        self.guard.suspend();
        signals::stop().err().map(failed)
    }

    /// How long until the frame that is wanted may be drawn.
    fn frame_in(&self) -> Option<Duration> {
        match (self.wants_frame?, self.drawn_at) {
            _ if self.suspended => None,
            (Wanted::Soon, Some(at)) => Some(FRAME.saturating_sub(at.elapsed())),
            _ => Some(Duration::ZERO),
        }
    }

    /// Draws the frame that is wanted, if it is due and the terminal has taken the one before.
    fn draw(&mut self) -> Option<End> {
        if self.frame_in() != Some(Duration::ZERO) {
            return None;
        }
        let look = Look { theme: &self.theme, glyphs: self.glyphs };
        let mut room = None;
        let app = &self.app;
        let drawn = self.screen.draw(|frame| room = Some(views::draw(app, look, frame)));
        match drawn {
            Err(error) => return Some(failed(error)),
            Ok(Drawn::Behind) => return None,
            Ok(Drawn::Written(_) | Drawn::Unchanged) => {}
        }
        self.wants_frame = None;
        self.drawn_at = Some(Instant::now());
        // What this frame had room for never asks for another one.
        room.and_then(|room| self.update(Event::Drawn(room), Wanted::Soon))
    }
}

/// The next of a source; never, once the source is gone.
async fn next<T>(source: &mut Option<mpsc::Receiver<T>>) -> Option<T> {
    match source {
        Some(source) => source.recv().await,
        None => std::future::pending().await,
    }
}

fn gone() -> End {
    Ok(ExitCode::from(GONE))
}

/// A terminal that fails because nobody is there any more is not an error of the program.
fn failed(error: io::Error) -> End {
    if tty::is_alive() { Err(error.into()) } else { gone() }
}
