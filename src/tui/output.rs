//! Frames on their way to the terminal.
//!
//! A frame is one write, inside a synchronised update, and only what differs from the frame before; a
//! frame that differs in nothing is not written at all. A thread of its own writes, so that a stalled
//! terminal stalls nothing else: while a frame is under way the next one is not drawn, and when the
//! terminal has taken it the newest state is.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Rect, Size};
use ratatui::{Frame, Terminal};
use tokio::sync::Notify;

use super::guard::Lease;
use super::{encode, tty};

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
    /// A screen whose size `size` tells, asked before every frame.
    ///
    /// # Errors
    /// None with the backend of this module; the type is ratatui's.
    pub fn new(sink: S, size: fn() -> Size) -> io::Result<Self> {
        Ok(Self { terminal: Terminal::new(FrameBackend::new(sink, size))? })
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

/// ratatui's backend that gathers a frame and hands it over in one piece.
struct FrameBackend<S> {
    sink: S,
    size: fn() -> Size,
    frame: Vec<u8>,
    bytes: u64,
    cursor_shown: bool,
    cursor_at: Option<Position>,
    /// Whether nothing has been drawn since the screen was cleared.
    cleared: bool,
    composed: encode::Composed,
}

impl<S: Sink> FrameBackend<S> {
    fn new(sink: S, size: fn() -> Size) -> Self {
        // The guard hid the cursor when it took the terminal.
        let composed = encode::Composed::new();
        Self {
            sink,
            size,
            frame: Vec::new(),
            bytes: 0,
            cursor_shown: false,
            cursor_at: None,
            cleared: true,
            composed,
        }
    }

    fn encoder(&mut self) -> CrosstermBackend<&mut Vec<u8>> {
        CrosstermBackend::new(&mut self.frame)
    }
}

impl<S: Sink> Backend for FrameBackend<S> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        // Without a cell there would still be resets.
        if content.peek().is_none() {
            return Ok(());
        }
        self.cursor_at = None;
        let cleared = std::mem::take(&mut self.cleared);
        encode::cells(content, cleared, &mut self.composed, &mut self.frame);
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.cursor_shown, false) {
            self.encoder().hide_cursor()?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.cursor_shown, true) {
            self.encoder().show_cursor()?;
        }
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor_at.unwrap_or(Position::ORIGIN))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.cursor_at.replace(position) != Some(position) {
            self.encoder().set_cursor_position(position)?;
        }
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.cleared = matches!(clear_type, ClearType::All);
        self.encoder().clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        Ok((self.size)())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: (self.size)(), pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = [BEGIN_UPDATE, &self.frame, END_UPDATE].concat();
        self.frame.clear();
        self.bytes += frame.len() as u64;
        self.sink.send(&frame)
    }
}

/// State that the writing thread and the screen share.
#[derive(Debug, Default)]
struct Progress {
    busy: AtomicBool,
    failed: AtomicBool,
    frames: AtomicU64,
    /// Wakes the driver when a frame was taken or could not be.
    moved: Notify,
}

/// Writes frames to the terminal in a thread of its own.
#[derive(Debug)]
pub struct TerminalSink {
    frames: mpsc::Sender<Vec<u8>>,
    progress: Arc<Progress>,
}

impl TerminalSink {
    /// Starts the thread, which writes for as long as `lease` holds.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn spawn(lease: Lease) -> io::Result<Self> {
        // At most one frame is ever in it: `is_ready` is asked before each.
        let (frames, waiting) = mpsc::channel::<Vec<u8>>();
        let progress = Arc::new(Progress::default());
        let shared = Arc::clone(&progress);
        thread::Builder::new().name("terminal-output".into()).spawn(move || {
            for frame in waiting {
                let result = lease.write(&frame);
                shared.failed.fetch_or(result.is_err(), Ordering::AcqRel);
                shared.frames.fetch_add(1, Ordering::Relaxed);
                shared.busy.store(false, Ordering::Release);
                shared.moved.notify_one();
            }
        })?;
        Ok(Self { frames, progress })
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
        self.progress.busy.store(true, Ordering::Release);
        self.frames.send(frame.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn is_ready(&self) -> bool {
        !self.progress.busy.load(Ordering::Acquire)
    }
}

/// The screen on the terminal that `lease` is for.
///
/// # Errors
/// When the operating system refuses the thread that writes.
pub fn open(lease: Lease) -> io::Result<Screen<TerminalSink>> {
    Screen::new(TerminalSink::spawn(lease)?, tty::size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::{Color, Style};
    use ratatui::text::Line;

    #[derive(Default)]
    struct Recorder {
        frames: Vec<Vec<u8>>,
        stalled: bool,
    }

    impl Sink for Recorder {
        fn send(&mut self, frame: &[u8]) -> io::Result<()> {
            self.frames.push(frame.to_vec());
            Ok(())
        }
        fn is_ready(&self) -> bool {
            !self.stalled
        }
    }

    fn screen() -> Screen<Recorder> {
        Screen::new(Recorder::default(), || Size { width: 80, height: 24 }).unwrap()
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
