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

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use super::guard::Lease;
use super::links::Links;
use super::tty;
use frame::Painter;
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

/// What a frame is drawn on. Blank at first.
#[derive(Debug)]
pub struct Canvas<'a> {
    buf: &'a mut Buffer,
    before: Option<&'a Buffer>,
    cursor: Option<Position>,
}

impl Canvas<'_> {
    /// All of the screen.
    pub fn area(&self) -> Rect {
        self.buf.area
    }

    /// Its cells.
    pub fn buffer_mut(&mut self) -> &mut Buffer {
        self.buf
    }

    /// Its cells, and those of the frame before, where the terminal shows all of that.
    pub fn buffers(&mut self) -> (&mut Buffer, Option<&Buffer>) {
        (self.buf, self.before)
    }

    /// Where the terminal's cursor belongs; it is hidden where nobody says.
    pub fn set_cursor_position(&mut self, at: impl Into<Position>) {
        self.cursor = Some(at.into());
    }
}

/// The screen: draws frames and remembers what the terminal shows. Both are all it keeps: every picture more would be
/// a good part of what a small hotel takes.
pub struct Screen<S: Sink> {
    painter: Painter<S>,
    size: fn() -> Size,
    /// The frame that is drawn; between two, memory for the next.
    next: Buffer,
}

impl<S: Sink> Screen<S> {
    /// A screen whose size `size` tells, asked before every frame. Where the terminal `moves_rows`, what
    /// scrolls is moved instead of painted.
    pub fn new(sink: S, size: fn() -> Size, moves_rows: bool) -> Self {
        Self { painter: Painter::new(sink, moves_rows), size, next: Buffer::default() }
    }

    /// What every frame ends with from now on, behind the picture.
    pub fn end_with(&mut self, tail: &'static [u8]) {
        self.painter.tail = tail;
    }

    /// What the cells of the frames from now on may lead to.
    pub fn lead_to(&mut self, links: Links) {
        self.painter.links = links;
    }

    /// How many bytes a frame may take from now on; one that is longer is sent in parts, with each draw
    /// another.
    pub fn limit(&mut self, most: Option<usize>) {
        self.painter.most = most;
    }

    /// Whether a part of the last frame was not sent yet.
    pub fn owes(&self) -> bool {
        self.painter.owes()
    }

    /// Draws one frame with `view`, unless the terminal has not yet taken the one before.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut Canvas<'_>)) -> io::Result<Drawn> {
        if !self.is_ready() {
            return Ok(Drawn::Behind);
        }
        let area = Rect::from((Position::ORIGIN, (self.size)()));
        if area != self.painter.shown().area {
            self.painter.clear(area);
        }
        if area == self.next.area {
            self.next.reset();
        } else {
            self.next = Buffer::empty(area);
        }
        let before = self.painter.frame_before();
        let mut canvas = Canvas { buf: &mut self.next, before, cursor: None };
        view(&mut canvas);
        let cursor = canvas.cursor;
        let before = self.bytes();
        self.painter.paint(&mut self.next);
        self.painter.point(cursor);
        self.painter.send()?;
        Ok(match self.bytes() - before {
            0 => Drawn::Unchanged,
            n => Drawn::Written(usize::try_from(n).unwrap_or(usize::MAX)),
        })
    }

    /// Whether the terminal has taken the frame before.
    pub fn is_ready(&self) -> bool {
        self.painter.sink.is_ready()
    }

    /// Forgets what the terminal shows: the next frame is painted in full.
    pub fn repaint(&mut self) {
        self.painter.clear(Rect::from((Position::ORIGIN, (self.size)())));
    }

    /// Sends a sequence that is no part of the picture (the clipboard) with the next frame.
    pub fn control(&mut self, sequence: &[u8]) {
        self.painter.frame.extend_from_slice(sequence);
    }

    /// Bytes handed to the terminal so far.
    pub fn bytes(&self) -> u64 {
        self.painter.bytes
    }

    /// The sink.
    pub fn sink(&self) -> &S {
        &self.painter.sink
    }
}

#[cfg(test)]
impl<S: Sink> Screen<S> {
    /// How often rows that can be moved were looked for.
    pub(crate) fn searches(&self) -> usize {
        self.painter.searches
    }

    /// The sink.
    pub(crate) fn sink_mut(&mut self) -> &mut S {
        &mut self.painter.sink
    }
}

/// The screen on the terminal that `lease` is for.
///
/// # Errors
/// When the operating system refuses the thread that writes.
pub fn open(lease: Lease) -> io::Result<Screen<TerminalSink>> {
    let moves_rows = std::env::var("TERM").is_ok_and(|name| shift::can(&name));
    Ok(Screen::new(TerminalSink::spawn(lease)?, tty::size, moves_rows))
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
    use ratatui::widgets::Widget as _;

    fn screen() -> Screen<Recorder> {
        Screen::new(Recorder::default(), || Size { width: 80, height: 24 }, true)
    }

    fn draw(screen: &mut Screen<Recorder>, text: &str) -> Drawn {
        screen.draw(|f| Line::raw(text.to_owned()).render(f.area(), f.buffer_mut())).unwrap()
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
        s.repaint();
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
        s.painter.sink.stalled = true;
        assert_eq!(draw(&mut s, "two"), Drawn::Behind);
        assert_eq!(draw(&mut s, "six"), Drawn::Behind);
        s.painter.sink.stalled = false;
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
                Line::raw(text).render(f.area(), f.buffer_mut());
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
        s.repaint();
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
