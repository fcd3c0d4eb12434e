//! One frame, gathered in one piece.

use std::io;
use std::mem;

use crossterm::cursor::{Hide, MoveTo, Show};
use crossterm::terminal::{Clear, ClearType};
use crossterm::{Command, QueueableCommand as _};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

use super::part;
use super::shift;
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

/// Gathers a frame and hands it over in one piece.
pub(super) struct Painter<S> {
    pub(super) sink: S,
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
    shown: Buffer,
    /// Whether the terminal can move rows about.
    moves_rows: bool,
    /// How often rows that can be moved were looked for.
    #[cfg(test)]
    pub(super) searches: usize,
    /// How long a frame may be; none where it may be as long as it is.
    pub(super) most: Option<usize>,
    /// Whether the last frame was too long, so that the terminal shows only a part of it.
    owes: bool,
    /// What every frame ends with, beside the picture.
    pub(super) tail: &'static [u8],
}

impl<S: Sink> Painter<S> {
    pub(super) fn new(sink: S, moves_rows: bool) -> Self {
        // The guard hid the cursor when it took the terminal.
        Self {
            sink,
            frame: Vec::new(),
            bytes: 0,
            cursor_shown: false,
            cursor_at: None,
            cleared: true,
            composed: encode::Composed::new(),
            links: Links::default(),
            shown: Buffer::default(),
            moves_rows,
            #[cfg(test)]
            searches: 0,
            most: None,
            owes: false,
            tail: b"",
        }
    }

    /// Whether a part of the last frame was not sent yet.
    pub(super) fn owes(&self) -> bool {
        self.owes
    }

    /// What the terminal shows.
    pub(super) fn shown(&self) -> &Buffer {
        &self.shown
    }

    /// The frame before, where the terminal shows all of it.
    pub(super) fn frame_before(&self) -> Option<&Buffer> {
        (!self.cleared && !self.owes).then_some(&self.shown)
    }

    /// Empties the screen, which is as large as `area` from now on.
    pub(super) fn clear(&mut self, area: Rect) {
        // What was there at the beginning is gone already.
        if !self.shown.area.is_empty() {
            self.command(Clear(ClearType::All));
        }
        self.shown = Buffer::empty(area);
        (self.cleared, self.owes) = (true, false);
    }

    /// Paints what differs between the terminal and `next`, or a part of it where that is too long. What is in `next`
    /// afterwards is good for nothing but its memory.
    pub(super) fn paint(&mut self, next: &mut Buffer) {
        let cells: Vec<_> = self.shown.diff_iter(next).collect();
        self.owes = false;
        // Without a cell there would still be resets.
        if cells.is_empty() {
            return;
        }
        self.cursor_at = None;
        let cleared = mem::take(&mut self.cleared);
        let begins = self.frame.len();
        let before = self.composed.clone();
        let (composed, frame) = (&mut self.composed, &mut self.frame);
        encode::cells(cells.iter().copied(), cleared, &self.shown, composed, &self.links, frame);
        let mut long = self.frame.len() - begins;
        // What stands there is not touched before it is known what is sent.
        let kept = self.most.filter(|most| !cleared && long > *most).map(|_| self.shown.clone());
        let is_worth = self.moves_rows && !cleared && long > WORTH_MOVING && rows(&cells) > OF_CURSOR;
        #[cfg(test)]
        {
            self.searches += usize::from(is_worth);
        }
        let found =
            is_worth.then(|| shift::moved(&mut self.shown, next, &cells, before.clone(), &self.links));
        if let Some(moved) = found.flatten().filter(|moved| moved.bytes.len() < long) {
            self.frame.truncate(begins);
            self.frame.extend_from_slice(&moved.bytes);
            self.composed = moved.composed;
            long = moved.bytes.len();
        }
        if let Some(kept) = kept.filter(|_| self.most.is_some_and(|most| long > most)) {
            self.frame.truncate(begins);
            self.composed = before;
            self.shown = kept;
            self.part(next);
        } else {
            mem::swap(&mut self.shown, next);
        }
    }

    /// Paints as much as may be sent at once; what else differs is owed.
    fn part(&mut self, next: &Buffer) {
        let begins = self.frame.len();
        for row in part::rows(&self.shown, next) {
            let is_over = self.most.is_some_and(|most| self.frame.len() - begins >= most);
            if is_over && !row.is_marked {
                self.owes = true;
                break;
            }
            let (composed, frame) = (&mut self.composed, &mut self.frame);
            encode::cells(row.cells.iter().copied(), false, &self.shown, composed, &self.links, frame);
            shift::write(&mut self.shown, &row.cells);
        }
    }

    /// Shows the terminal's cursor there, or nowhere.
    pub(super) fn point(&mut self, at: Option<Position>) {
        if mem::replace(&mut self.cursor_shown, at.is_some()) != at.is_some() {
            if at.is_some() {
                self.command(Show);
            } else {
                self.command(Hide);
            }
        }
        if let Some(at) = at.filter(|at| self.cursor_at.replace(*at) != Some(*at)) {
            self.command(MoveTo(at.x, at.y));
        }
    }

    /// Hands over what was gathered, if anything was.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub(super) fn send(&mut self) -> io::Result<()> {
        if self.frame.is_empty() {
            return Ok(());
        }
        let frame = [BEGIN_UPDATE, &self.frame, END_UPDATE, self.tail].concat();
        self.frame.clear();
        self.bytes += frame.len() as u64;
        self.sink.send(&frame)
    }

    /// Writing to memory cannot fail.
    fn command(&mut self, command: impl Command) {
        let _ = self.frame.queue(command);
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
        let mut screen = Screen::new(Recorder::default(), || Size { width: 200, height: 40 }, true);
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
