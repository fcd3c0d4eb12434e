//! One turn after the other: wait, take in, draw.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use ratatui::layout::{Position, Rect};
use tokio::sync::mpsc;

use super::draw::{Easel, Waits, Wanted};
use super::news::{Inbox, News};
use super::{DriverError, End, Hands, Wires, failed, gone};
use crate::app::Event;
use crate::app::estate::{Estate, HouseId};
use crate::app::mouse::Spot;
use crate::clock::Clock;
use crate::tui::guard::Guard;
use crate::tui::input::{Inputs, RawInput};
use crate::tui::signals::{self, Signal, Signals};
use crate::tui::theme::colour::is_light;
use crate::tui::theme::{Broken, Depth, Gallery};
use crate::tui::tty;
use crate::tui::views;

/// Time passes in steps no smaller than this, however fast a simulated clock runs.
const STEP: Duration = Duration::from_millis(40);
/// How long news may be taken in before keys are looked at again.
const BATCH: Duration = Duration::from_millis(8);
/// How long answers of the terminal are waited for at the end.
const ANSWERS: Duration = Duration::from_millis(300);

/// Where events come from.
pub(super) struct Sources {
    pub(super) signals: Signals,
    pub(super) inputs: Inputs,
    /// Themes that were looked for.
    pub(super) galleries: mpsc::Receiver<Found>,
    pub(super) news: News,
}

/// The themes there are, and the files that are none.
pub(super) type Found = (Gallery, Vec<Broken>);

/// What the loop has of a property beside its news.
pub(super) struct Line {
    pub(super) hands: Box<dyn Hands>,
    pub(super) clock: Clock,
}

/// Both ends of what the loop is connected to.
pub(super) fn ends(wires: Wires) -> (Line, Inbox) {
    let Wires { deltas, progress, journal, readings, hands, clock } = wires;
    let inbox = Inbox {
        progress: Some(progress),
        journal: Some(journal),
        readings: Some(readings),
        deltas: Some(deltas),
    };
    (Line { hands, clock }, inbox)
}

/// Whether the program has the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has.
    Runs,
    /// It is about to give it back and stop.
    Stops,
    /// It has not, until it is continued.
    Stopped,
}

pub(super) struct Driver {
    pub(super) estate: Estate,
    /// Those of the properties, in their order.
    pub(super) lines: Vec<Line>,
    pub(super) guard: Guard,
    pub(super) easel: Easel,
    pub(super) gallery: Gallery,
    /// Where those of the person are.
    pub(super) themes: Option<PathBuf>,
    /// Takes what was found there.
    pub(super) found: mpsc::Sender<Found>,
    pub(super) depth: Depth,
    pub(super) standing: Standing,
}

/// What woke the loop.
enum Woken {
    Panicked,
    Signal(Signal),
    Input(RawInput),
    News(HouseId, Event),
    Themes(Found),
    Ready(io::Result<()>),
    FrameDue,
    Time,
    Idle(HouseId),
}

/// The property that wants time, once everything else was looked at.
async fn later(house: Option<HouseId>) -> Option<HouseId> {
    tokio::task::yield_now().await;
    house
}

impl Driver {
    pub(super) async fn run(mut self, mut from: Sources) -> End {
        let mut panicked = self.guard.panicked();
        loop {
            if let Some(end) = self.draw() {
                return end;
            }
            if self.standing == Standing::Stops {
                self.hear_out(&mut from.inputs).await;
                self.standing = Standing::Stopped;
                self.guard.suspend();
                if let Err(error) = signals::stop() {
                    return failed(error);
                }
            }
            let waits = if self.standing == Standing::Runs { self.easel.waits() } else { Waits::Nothing };
            let behind = waits == Waits::Written;
            let frame_in = match waits {
                Waits::For(wait) | Waits::Answered(wait) => Some(wait),
                Waits::Nothing | Waits::Written => None,
            };
            let wake_in = self.wake_in();
            let idle = self.estate.wants_time();
            let woken = tokio::select! {
                biased;
                _ = panicked.wait_for(|p| *p) => Woken::Panicked,
                signal = from.signals.next() => Woken::Signal(signal),
                input = from.inputs.recv() => Woken::Input(input),
                (house, event) = from.news.next() => Woken::News(house, event),
                Some(found) = from.galleries.recv() => Woken::Themes(found),
                ready = self.easel.screen.sink().ready(), if behind => Woken::Ready(ready),
                () = tokio::time::sleep(frame_in.unwrap_or_default()), if frame_in.is_some() => Woken::FrameDue,
                () = tokio::time::sleep(wake_in) => Woken::Time,
                Some(house) = later(idle), if idle.is_some() => Woken::Idle(house),
            };
            if let Some(end) = self.handle(woken, &mut from) {
                self.hear_out(&mut from.inputs).await;
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
                    next = from.inputs.try_recv();
                }
                None
            }
            Woken::News(house, event) => self.take_in(house, event, &mut from.news),
            Woken::Themes((gallery, broken)) => self.hang(gallery, &broken),
            Woken::Ready(Err(_)) => Some(gone()),
            Woken::Ready(Ok(())) | Woken::FrameDue => None,
            Woken::Time => {
                (0..self.lines.len()).find_map(|n| self.update_house(HouseId(n), Event::Tick, Wanted::Soon))
            }
            Woken::Idle(house) => {
                let wanted = if self.estate.is_searching() { Wanted::Now } else { Wanted::Soon };
                self.update_house(house, Event::Idle, wanted)
            }
        }
    }

    /// How long nothing changes by itself, at any property.
    fn wake_in(&self) -> Duration {
        let each = self.estate.houses().filter_map(|(id, app)| {
            let line = self.lines.get(id.0)?;
            Some(line.clock.until(app.next_wake()))
        });
        each.min().unwrap_or(STEP).max(STEP)
    }

    /// Takes in what a property has ready, for a few milliseconds at most.
    fn take_in(&mut self, house: HouseId, first: Event, more: &mut News) -> Option<End> {
        let began = Instant::now();
        let mut next = Some(first);
        while let Some(event) = next {
            if let Some(end) = self.update_house(house, event, Wanted::Soon) {
                return Some(end);
            }
            let in_time = began.elapsed() < BATCH;
            next = in_time.then(|| more.more(house)).flatten();
        }
        None
    }

    fn signal(&mut self, signal: Signal) -> Option<End> {
        match signal {
            Signal::Suspend => self.suspend(),
            Signal::Continue => {
                self.standing = Standing::Runs;
                self.easel.want(Wanted::Now);
                self.easel.pace.forget();
                self.easel.screen.repaint();
                self.guard.resume().err().map(failed)
            }
            Signal::Resize => {
                let size = tty::size();
                self.update(Event::Resize { width: size.width, height: size.height }, Wanted::Now)
            }
            ends => ends.exit_code().map(|code| Ok(ExitCode::from(code))),
        }
    }

    fn input(&mut self, input: RawInput) -> Option<End> {
        let event = match input {
            RawInput::Gone => return Some(gone()),
            RawInput::Key(key) => Event::Key(key),
            RawInput::Paste(text) => Event::Paste(text.to_string()),
            RawInput::Click { at } => Event::Click(self.under(at)?),
            RawInput::Wheel { down, at } => Event::Wheel { down, over: self.under(at).map(Spot::pane) },
            RawInput::Ground(colour) => Event::Ground { is_light: is_light(colour) },
            RawInput::Answer => {
                self.easel.pace.answered(Instant::now());
                return None;
            }
        };
        self.update(event, Wanted::Now)
    }

    /// What of the panes is under the pointer.
    fn under(&self, at: (u16, u16)) -> Option<Spot> {
        if self.estate.overview().is_some() {
            return None;
        }
        let screen = Rect::from((Position::ORIGIN, tty::size()));
        views::spot(self.estate.open(), self.easel.look(), screen, at.into())
    }

    /// Draws the frame that is wanted, where nothing is in its way.
    fn draw(&mut self) -> Option<End> {
        if self.standing != Standing::Runs {
            return None;
        }
        match self.easel.draw(&self.estate) {
            Err(error) => Some(failed(error)),
            // What this frame had room for never asks for another one.
            Ok(room) => room.and_then(|room| self.update(Event::Drawn(room), Wanted::Soon)),
        }
    }

    /// Waits for the answers that are on their way: behind the program they would be typed into the shell.
    async fn hear_out(&mut self, inputs: &mut Inputs) {
        let deadline = tokio::time::Instant::now() + ANSWERS;
        while self.easel.pace.awaits() && tty::is_alive() {
            match tokio::time::timeout_at(deadline, inputs.recv()).await {
                Ok(RawInput::Answer) => self.easel.pace.answered(Instant::now()),
                Ok(RawInput::Gone) | Err(_) => return,
                Ok(_) => {}
            }
        }
    }
}
