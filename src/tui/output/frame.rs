//! One frame, gathered in one piece.

use std::io;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use super::part::{self, Owed};
use super::shift::Shown;
use super::{BEGIN_UPDATE, END_UPDATE, Sink, encode};
use crate::tui::links::Links;

/// A frame of fewer bytes is short enough as it is: rows that are moved take about as many.
const WORTH_MOVING: usize = 200;

/// So many rows change where a cursor moves: those it leaves and comes to, where it stands, and what can be done there.
/// However long they are, moving rows would not make them shorter, and to find that out would take its time at every key.
const OF_CURSOR: usize = 4;

/// In how many rows cells change; they are given row by row.
fn rows(cells: &[(u16, u16, &Cell)]) -> usize {
    cells.chunk_by(|(_, before, _), (_, after, _)| before == after).count()
}

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
    /// What cells may lead to.
    pub(super) links: Links,
    /// What the terminal shows.
    pub(super) shown: Shown,
    /// Whether the terminal can move rows about.
    moves_rows: bool,
    /// How long a frame may be; none where it may be as long as it is.
    pub(super) most: Option<usize>,
    /// What the terminal should show, where a frame was too long and only a part of it was sent.
    owed: Option<Owed>,
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
            links: Links::default(),
            shown: Shown::default(),
            moves_rows,
            most: None,
            owed: None,
            tail: b"",
        }
    }

    /// Whether a part of the last frame was not sent yet.
    pub(super) fn owes(&self) -> bool {
        self.owed.is_some()
    }

    /// Writes a frame, or a part of it where it is too long.
    fn whole(&mut self, cells: &[(u16, u16, &Cell)], cleared: bool) {
        let begins = self.frame.len();
        let before = self.composed.clone();
        let (composed, frame) = (&mut self.composed, &mut self.frame);
        encode::cells(cells.iter().copied(), cleared, self.shown.now(), composed, &self.links, frame);
        let long = self.frame.len() - begins;
        // What stands there is not touched before it is known what is sent.
        let kept = self.most.filter(|most| !cleared && long > *most).map(|_| self.shown.now().clone());
        let is_worth = self.moves_rows && !cleared && long > WORTH_MOVING && rows(cells) > OF_CURSOR;
        let moved = is_worth.then(|| self.shown.moved(cells, before.clone(), &self.links)).flatten();
        if let Some(moved) = moved.filter(|moved| moved.bytes.len() < long) {
            self.frame.truncate(begins);
            self.frame.extend_from_slice(&moved.bytes);
            self.composed = moved.composed;
        }
        let long = self.frame.len() - begins;
        if let Some(kept) = kept.filter(|_| self.most.is_some_and(|most| long > most)) {
            self.frame.truncate(begins);
            self.composed = before;
            self.shown.set(kept);
            self.part(Owed::new(self.shown.now()), cells);
        } else {
            self.shown.take_in(cells);
        }
    }

    /// Writes as much as may be sent of what is owed, and of these cells.
    fn part(&mut self, mut owed: Owed, cells: &[(u16, u16, &Cell)]) {
        owed.take_in(cells);
        let rows = part::rows(self.shown.now(), owed.wanted());
        let begins = self.frame.len();
        let mut left = false;
        for row in rows {
            let is_over = self.most.is_some_and(|most| self.frame.len() - begins >= most);
            if is_over && !row.is_marked {
                left = true;
                break;
            }
            let (composed, frame) = (&mut self.composed, &mut self.frame);
            encode::cells(row.cells.iter().copied(), false, self.shown.now(), composed, &self.links, frame);
            self.shown.take_in(&row.cells);
        }
        self.owed = left.then_some(owed);
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
        if cells.is_empty() && self.owed.is_none() {
            return Ok(());
        }
        self.cursor_at = None;
        let cleared = std::mem::take(&mut self.cleared);
        if cleared {
            self.shown.clear((self.size)());
            self.owed = None;
        }
        if let Some(owed) = self.owed.take() {
            self.part(owed, &cells);
        } else {
            self.whole(&cells, cleared);
        }
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

#[cfg(test)]
mod tests {
    use super::super::{Recorder, Screen};
    use super::WORTH_MOVING;
    use ratatui::buffer::Buffer;
    use ratatui::layout::{Rect, Size};
    use ratatui::style::Style;

    /// A list of long rows from this one on, with its cursor, where it stands and what can be done there.
    fn list(top: u16, cursor: u16) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, 200, 40));
        for y in 1..30 {
            let style = if top + y == cursor { Style::new().reversed() } else { Style::new() };
            let row = u32::from(top + y) * 7919;
            buf.set_string(0, y, format!("{row:06} a guest of the house, {:>160}", row * 31), style);
        }
        buf.set_string(180, 35, format!("{cursor} of 100000"), Style::new());
        buf.set_string(0, 39, format!("e extend  r lost card {}", cursor % 2), Style::new());
        buf
    }

    /// Whatever the rows are like: at every key the search would take its time, and there is nothing to be found.
    #[test]
    fn where_a_cursor_moves_no_rows_are_looked_for_that_could_be() {
        let mut screen = Screen::new(Recorder::default(), || Size { width: 200, height: 40 }, true).unwrap();
        let mut draw = |picture: Buffer| {
            let _ = screen.draw(|frame| frame.buffer_mut().clone_from(&picture)).unwrap();
            (screen.sink().frames.last().map_or(0, Vec::len), screen.searches())
        };
        draw(list(0, 1));
        for cursor in [2, 3, 4, 5, 4, 12, 29, 1] {
            let (bytes, searches) = draw(list(0, cursor));
            assert!(
                bytes > WORTH_MOVING,
                "long enough that its length alone would not forbid it: {bytes} bytes"
            );
            assert_eq!(searches, 0, "a cursor that goes to row {cursor}");
        }
        assert_eq!(draw(list(1, 2)).1, 1, "what scrolls is looked for");
    }
}
