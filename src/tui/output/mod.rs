//! Frames on their way to the terminal.
//!
//! A frame is one write, inside a synchronised update, and only what differs from the frame before; a
//! frame that differs in nothing is not written at all. What the terminal does not take at once a thread of its
//! own writes, so that a stalled terminal stalls nothing else: while a frame is under way the next one is not drawn, and when the
//! terminal has taken it the newest state is.

mod encode;
mod frame;
mod ink;
mod part;
mod shift;
mod sink;
mod upright;
mod way;

use std::io;

use ratatui::layout::{Position, Rect, Size};
use ratatui::{Frame, Terminal};

use super::guard::Lease;
use super::links::Links;
use super::tty;
use frame::FrameBackend;
pub use sink::TerminalSink;

const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";

/// Where whole frames go.
pub trait Sink {
    /// Takes one frame. Only called when [`Sink::is_ready`].
    ///
    /// # Errors
    /// When the terminal is gone.
    fn send(&mut self, frame: &[u8]) -> io::Result<()>;

    /// Whether the frame before has been taken.
    fn is_ready(&self) -> bool;
}

/// How a draw ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// So many bytes are on their way.
    Written(usize),
    /// The screen shows this already; nothing was written.
    Unchanged,
    /// The terminal is behind; nothing was drawn. Draw again when it is ready.
    Behind,
}

/// The screen: draws frames and remembers what the terminal shows.
pub struct Screen<S: Sink> {
    terminal: Terminal<FrameBackend<S>>,
}

impl<S: Sink> Screen<S> {
    /// A screen whose size `size` tells, asked before every frame. Where the terminal `moves_rows`, what
    /// scrolls is moved instead of painted.
    ///
    /// # Errors
    /// None with the backend of this module; the type is ratatui's.
    pub fn new(sink: S, size: fn() -> Size, moves_rows: bool) -> io::Result<Self> {
        Ok(Self { terminal: Terminal::new(FrameBackend::new(sink, size, moves_rows))? })
    }

    /// What every frame ends with from now on, behind the picture.
    pub fn end_with(&mut self, tail: &'static [u8]) {
        self.terminal.backend_mut().tail = tail;
    }

    /// What the cells of the frames from now on may lead to.
    pub fn lead_to(&mut self, links: Links) {
        self.terminal.backend_mut().links = links;
    }

    /// How many bytes a frame may take from now on; one that is longer is sent in parts, with each draw
    /// another.
    pub fn limit(&mut self, most: Option<usize>) {
        self.terminal.backend_mut().most = most;
    }

    /// Whether a part of the last frame was not sent yet.
    pub fn owes(&self) -> bool {
        self.terminal.backend().owes()
    }

    /// Draws one frame with `view`, unless the terminal has not yet taken the one before.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<Drawn> {
        if !self.is_ready() {
            return Ok(Drawn::Behind);
        }
        let before = self.bytes();
        self.terminal.draw(view)?;
        Ok(match self.bytes() - before {
            0 => Drawn::Unchanged,
            n => Drawn::Written(usize::try_from(n).unwrap_or(usize::MAX)),
        })
    }

    /// Whether the terminal has taken the frame before.
    pub fn is_ready(&self) -> bool {
        self.terminal.backend().sink.is_ready()
    }

    /// Forgets what the terminal shows: the next frame is painted in full.
    ///
    /// # Errors
    /// None with the backend of this module; the type is ratatui's.
    pub fn repaint(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }

    /// Sends a sequence that is no part of the picture (the clipboard) with the next frame.
    pub fn control(&mut self, sequence: &[u8]) {
        self.terminal.backend_mut().frame.extend_from_slice(sequence);
    }

    /// Bytes handed to the terminal so far.
    pub fn bytes(&self) -> u64 {
        self.terminal.backend().bytes
    }

    /// The sink.
    pub fn sink(&self) -> &S {
        &self.terminal.backend().sink
    }
}

#[cfg(test)]
impl<S: Sink> Screen<S> {
    /// How often rows that can be moved were looked for.
    pub(crate) fn searches(&self) -> usize {
        self.terminal.backend().shown.searches
    }

    /// The sink.
    pub(crate) fn sink_mut(&mut self) -> &mut S {
        &mut self.terminal.backend_mut().sink
    }
}

/// The screen on the terminal that `lease` is for.
///
/// # Errors
/// When the operating system refuses the thread that writes.
pub fn open(lease: Lease) -> io::Result<Screen<TerminalSink>> {
    let moves_rows = std::env::var("TERM").is_ok_and(|name| shift::can(&name));
    Screen::new(TerminalSink::spawn(lease)?, tty::size, moves_rows)
}

#[cfg(test)]
pub(crate) use encode::tests::assert_shows;

/// Keeps the frames.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct Recorder {
    pub(crate) frames: Vec<Vec<u8>>,
    pub(crate) stalled: bool,
}

#[cfg(test)]
impl Sink for Recorder {
    fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.frames.push(frame.to_vec());
        Ok(())
    }
    fn is_ready(&self) -> bool {
        !self.stalled
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Style};
    use ratatui::text::Line;

    fn screen() -> Screen<Recorder> {
        Screen::new(Recorder::default(), || Size { width: 80, height: 24 }, true).unwrap()
    }

    fn draw(screen: &mut Screen<Recorder>, text: &str) -> Drawn {
        screen.draw(|f| f.render_widget(Line::raw(text.to_owned()), f.area())).unwrap()
    }

    #[test]
    fn an_unchanged_frame_writes_nothing() {
        let mut s = screen();
        assert!(matches!(draw(&mut s, "night"), Drawn::Written(_)));
        assert_eq!(draw(&mut s, "night"), Drawn::Unchanged);
        assert!(matches!(draw(&mut s, "light"), Drawn::Written(n) if n < 60));
        assert_eq!(s.sink().frames.len(), 2, "one write a frame");
    }

    #[test]
    fn every_frame_is_a_synchronised_update() {
        let mut s = screen();
        draw(&mut s, "a");
        s.repaint().unwrap();
        draw(&mut s, "b");
        assert_eq!(s.sink().frames.len(), 2);
        for frame in &s.sink().frames {
            assert!(frame.starts_with(BEGIN_UPDATE) && frame.ends_with(END_UPDATE));
        }
    }

    #[test]
    fn behind_a_stalled_terminal_frames_are_dropped_and_the_newest_wins() {
        let mut s = screen();
        draw(&mut s, "one");
        s.terminal.backend_mut().sink.stalled = true;
        assert_eq!(draw(&mut s, "two"), Drawn::Behind);
        assert_eq!(draw(&mut s, "six"), Drawn::Behind);
        s.terminal.backend_mut().sink.stalled = false;
        draw(&mut s, "six");
        let last = String::from_utf8(s.sink().frames.last().unwrap().clone()).unwrap();
        assert!(last.contains("six") && !last.contains("two"), "{last:?}");
        assert_eq!(s.sink().frames.len(), 2);
    }

    #[test]
    fn a_cursor_that_stays_is_told_once() {
        let mut s = screen();
        let mut view = |text: &str| {
            let text = text.to_owned();
            s.draw(|f| {
                f.render_widget(Line::raw(text), f.area());
                f.set_cursor_position((3, 0));
            })
            .unwrap()
        };
        assert!(matches!(view("abc"), Drawn::Written(_)));
        assert_eq!(view("abc"), Drawn::Unchanged);
        assert!(matches!(view("abd"), Drawn::Written(_)));
        let last = String::from_utf8(s.sink().frames.last().unwrap().clone()).unwrap();
        assert!(last.contains("\x1b[1;4H"), "the cursor goes back to its place: {last:?}");
        assert!(!last.contains("\x1b[?25h"), "{last:?}");
    }

    #[test]
    fn a_repaint_paints_everything() {
        let mut s = screen();
        let first = draw(&mut s, "everything");
        s.repaint().unwrap();
        let Drawn::Written(again) = draw(&mut s, "everything") else { panic!("nothing drawn") };
        assert!(matches!(first, Drawn::Written(n) if again >= n));
    }

    #[test]
    fn the_selection_stays_reversed_beside_colours() {
        let mut s = screen();
        s.draw(|f| {
            f.buffer_mut().set_string(0, 0, "aaa", Style::new().reversed());
            f.buffer_mut().set_string(3, 0, "bbb", Style::new().reversed().fg(Color::Red));
            f.buffer_mut().set_string(6, 0, "ccc", Style::new().reversed());
        })
        .unwrap();
        let frame = s.sink().frames.last().unwrap().clone();
        let (rows, cols) = (24.try_into().unwrap(), 80.try_into().unwrap());
        let mut terminal = vt100::Parser::new(rows, cols, 0);
        terminal.process(&frame);
        for x in 0..9 {
            assert!(terminal.screen().cell(0, x).unwrap().inverse(), "column {x}");
        }
    }

    #[test]
    fn what_is_no_part_of_the_picture_goes_with_the_next_frame() {
        let mut s = screen();
        draw(&mut s, "a");
        s.control(b"\x1b]52;c;MTAx\x1b\\");
        assert!(matches!(draw(&mut s, "a"), Drawn::Written(_)));
    }
}
