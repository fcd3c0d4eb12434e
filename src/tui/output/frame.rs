//! One frame, gathered in one piece.

use std::io;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::shift::Shown;
use super::{BEGIN_UPDATE, END_UPDATE, Sink, encode};
use crate::tui::links::Links;

/// A frame of fewer bytes is short enough as it is.
const WORTH_MOVING: usize = 200;

/// ratatui's backend that gathers a frame and hands it over in one piece.
pub(super) struct FrameBackend<S> {
    pub(super) sink: S,
    size: fn() -> Size,
    pub(super) frame: Vec<u8>,
    /// Bytes handed to the sink so far.
    pub(super) bytes: u64,
    cursor_shown: bool,
    cursor_at: Option<Position>,
    /// Whether nothing has been drawn since the screen was cleared.
    cleared: bool,
    composed: encode::Composed,
    /// What the terminal shows, where it can move rows about; none where it cannot.
    shown: Option<Shown>,
    /// What cells may lead to.
    pub(super) links: Links,
    /// What every frame ends with, beside the picture.
    pub(super) tail: &'static [u8],
}

impl<S: Sink> FrameBackend<S> {
    pub(super) fn new(sink: S, size: fn() -> Size, moves_rows: bool) -> Self {
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
            shown: moves_rows.then(Shown::default),
            links: Links::default(),
            tail: b"",
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
        let cells: Vec<_> = content.collect();
        // Without a cell there would still be resets.
        if cells.is_empty() {
            return Ok(());
        }
        self.cursor_at = None;
        let cleared = std::mem::take(&mut self.cleared);
        let begins = self.frame.len();
        let before = self.composed.clone();
        let (composed, frame) = (&mut self.composed, &mut self.frame);
        encode::cells(cells.iter().copied(), cleared, composed, &self.links, frame);
        let Some(shown) = &mut self.shown else { return Ok(()) };
        if cleared {
            shown.clear((self.size)());
        }
        let long = self.frame.len() - begins;
        let moved =
            (!cleared && long > WORTH_MOVING).then(|| shown.moved(&cells, before, &self.links)).flatten();
        if let Some(moved) = moved.filter(|moved| moved.bytes.len() < long) {
            self.frame.truncate(begins);
            self.frame.extend_from_slice(&moved.bytes);
            self.composed = moved.composed;
        }
        shown.take_in(&cells);
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
        let frame = [BEGIN_UPDATE, &self.frame, END_UPDATE, self.tail].concat();
        self.frame.clear();
        self.bytes += frame.len() as u64;
        self.sink.send(&frame)
    }
}
