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

/// A frame of fewer bytes is short enough as it is: a cursor that moves takes less, nearly any list that scrolls more.
const WORTH_MOVING: usize = 280;

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
        encode::cells(cells.iter().copied(), cleared, composed, &self.links, frame);
        let mut long = self.frame.len() - begins;
        // What stands there is not touched before it is known what is sent.
        let kept = self.most.filter(|most| !cleared && long > *most).map(|_| self.shown.clone());
        let is_worth = self.moves_rows && !cleared && long > WORTH_MOVING && rows(&cells) > OF_CURSOR;
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
            encode::cells(row.cells.iter().copied(), false, composed, &self.links, frame);
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
