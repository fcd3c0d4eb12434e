//! Cells as bytes: as few as the difference needs, for every one of them may have to cross an ocean.
//!
//! Beside crossterm's own encoding this halves a frame: the 16 colours take two digits instead of six,
//! one sequence sets everything that changes, what is skipped on a line is skipped, not addressed, and a blank is
//! written in whatever ink there is, where none of it shows.

use std::collections::HashMap;
use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};

use super::ink::{self, Ink};
use super::upright;
use super::way::{self, Paper, Place};
use crate::text;
use crate::tui::links::Links;

/// Ends a link.
const LINK_ENDS: &str = "\x1b]8;;\x1b\\";

/// Fewer blanks than these are never sooner erased than written.
const FEWEST_ERASED: usize = 5;

/// More cells than these are never sooner written once more than gone around.
const MOST_AGAIN: u16 = 5;

/// Where composed letters stand that are wider than a cell, and how wide. To some terminals such a letter
/// is one wide sign, to others two; for these what is written over the first does not take the second away.
pub type Composed = HashMap<(u16, u16), u16>;

/// A cell with its column and row.
pub(super) type Put<'a> = (u16, u16, &'a Cell);

/// Writes cells, each with its column and row, behind what `out` holds, over what is `shown`. Where the screen has just
/// been `cleared`, what is skipped is blank, and a blank is shorter than the way around it. Cells with the tag of
/// one of the `links` become links; a frame begins and ends outside of one.
pub fn cells<'a>(
    content: impl Iterator<Item = Put<'a>>,
    cleared: bool,
    shown: &Buffer,
    composed: &mut Composed,
    links: &Links,
    out: &mut Vec<u8>,
) {
    if cleared {
        composed.clear();
    }
    let content: Vec<_> = content.collect();
    let lined = cleared.then(|| upright::split(&content, shown.area.width)).flatten();
    // Both are written, and the shorter is sent: that happens only where everything is painted.
    let lined = lined.map(|parts| {
        let mut pen = Pen::new(shown, cleared, links);
        pen.lines = parts.lines.iter().map(|(x, y, _)| (*y, *x)).collect();
        pen.lines.sort_unstable();
        pen.draw(&parts.lines, &mut Composed::new());
        pen.draw(&parts.rest, &mut Composed::new());
        pen.end()
    });
    let mut pen = Pen::new(shown, cleared, links);
    pen.draw(&content, composed);
    let by_rows = pen.end();
    let shorter = lined.filter(|lined| lined.len() < by_rows.len()).unwrap_or(by_rows);
    out.extend_from_slice(shorter.as_bytes());
}

/// What is written, and how the terminal stands meanwhile.
struct Pen<'a> {
    bytes: String,
    ink: Ink,
    at: Option<Place>,
    /// The link that is open.
    link: Option<&'a str>,
    /// Blanks before this column and in this row were found to be sooner written than erased.
    written: (u16, u16),
    /// Rows and columns of the lines that are drawn before all else, in order: no blank may be written there.
    lines: Vec<(u16, u16)>,
    shown: &'a Buffer,
    cleared: bool,
    links: &'a Links,
}

fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && Ink::of(cell).is_blank()
}

fn width(cell: &Cell) -> u16 {
    u16::try_from(text::width(cell.symbol())).unwrap_or(u16::MAX)
}

impl<'a> Pen<'a> {
    fn new(shown: &'a Buffer, cleared: bool, links: &'a Links) -> Self {
        let (bytes, ink) = (String::new(), Ink::PLAIN);
        let (at, link, written, lines) = (None, None, (0, 0), Vec::new());
        Self { bytes, ink, at, link, written, lines, shown, cleared, links }
    }

    /// Writes cells.
    fn draw(&mut self, content: &[Put<'_>], composed: &mut Composed) {
        let mut rest = content;
        while let Some((&put, others)) = rest.split_first() {
            if !self.cleared
                && let Some(blanks) = self.erased(rest, composed)
            {
                self.erase(put, blanks);
                rest = rest.get(blanks..).unwrap_or_default();
            } else {
                self.put(put, composed);
                rest = others;
            }
        }
    }

    fn dip(&mut self, ink: Ink) {
        ink::change(self.ink, ink, &mut self.bytes);
        self.ink = ink;
    }

    fn end_link(&mut self) {
        if self.link.take().is_some() {
            self.bytes.push_str(LINK_ENDS);
        }
    }

    /// What was written, to its end.
    fn end(mut self) -> String {
        self.end_link();
        self.dip(Ink::PLAIN);
        self.bytes
    }

    /// What the way to a place leads over.
    fn paper(&self, (x, y): (u16, u16)) -> Paper {
        let is_blank = self.cleared && self.link.is_none() && self.ink.serves_blank_of(Ink::PLAIN);
        let from = self.at.and_then(|at| at.column_in(y)).unwrap_or(0);
        let line = self.lines.get(self.lines.partition_point(|line| *line < (y, from)));
        let is_crossed = line.is_some_and(|line| *line < (y, x));
        Paper { width: self.shown.area.width, is_blank: is_blank && !is_crossed }
    }

    /// Writes a cell.
    fn put(&mut self, (x, y, cell): Put<'_>, composed: &mut Composed) {
        let leads = self.links.address(cell.underline_color);
        if leads != self.link {
            // Before the way to the next cell, which may lead over blanks.
            self.end_link();
        }
        if self.cleared && is_blank(cell) {
            return;
        }
        let width = width(cell);
        let under = if composed.is_empty() { None } else { composed.remove(&(x, y)) };
        if under.is_some_and(|under| under > width) {
            self.dip(Ink::PLAIN);
            way::address((x.saturating_add(width), y), &mut self.bytes);
            self.bytes.extend((width..under.unwrap_or(width)).map(|_| ' '));
            self.at = None;
        }
        let wanted = Ink::of(cell);
        let serves = cell.symbol() == " " && self.ink.serves_blank_of(wanted);
        self.go((x, y), cell, composed);
        if !serves {
            self.dip(wanted);
        }
        if let Some(address) = leads.filter(|_| self.link.is_none()) {
            let _ = write!(self.bytes, "\x1b]8;;{address}\x1b\\");
            self.link = leads;
        }
        for covered in 1..width {
            composed.remove(&(x.saturating_add(covered), y));
        }
        // Terminals do not agree on the width of everything: what a composed letter may leave uncovered
        // is blanked before, and after what is not one cell wide the next position is addressed.
        if width > 1 && cell.symbol().chars().nth(1).is_some() {
            self.bytes.extend((0..width).map(|_| ' '));
            way::address((x, y), &mut self.bytes);
            composed.insert((x, y), width);
        }
        self.bytes.push_str(cell.symbol());
        self.at = Place::after(cell.symbol(), width, (x, y));
    }

    /// Moves to where a cell is to be written; over what is there already, where writing it again is shorter than the
    /// way around it.
    fn go(&mut self, to: (u16, u16), cell: &Cell, composed: &Composed) {
        if self.at == Some(Place::at(to.0, to.1)) {
            return;
        }
        if self.at.is_none() && self.cleared && self.bytes.is_empty() {
            // The first column has the shorter name.
            way::address((0, to.1), &mut self.bytes);
            self.at = Some(Place::at(0, to.1));
        }
        let paper = self.paper(to);
        if let Some(from) = self.at.and_then(|at| at.column_in(to.1)).filter(|from| *from < to.0)
            && !self.cleared
            && to.0 - from <= MOST_AGAIN
            && usize::from(to.0 - from) < way::cost(self.at, to, cell.symbol(), paper)
            && self.again(from..to.0, to.1, Ink::of(cell), composed)
        {
            return;
        }
        way::go(self.at, to, cell.symbol(), paper, &mut self.bytes);
    }

    /// Writes once more what is shown in these columns, if it takes no ink but this one or the one of what follows.
    fn again(&mut self, columns: std::ops::Range<u16>, y: u16, next: Ink, composed: &Composed) -> bool {
        if self.link.is_some() || !composed.is_empty() {
            return false;
        }
        let shown = self.shown;
        let cells = || columns.clone().map(|x| shown.cell((x, y)));
        let is_simple = |cell: &Cell| {
            let leads = self.links.address(cell.underline_color).is_some();
            matches!(cell.symbol().as_bytes(), [b' '..=b'~']) && !leads
        };
        let is_of = |ink: Ink| {
            move |cell: Option<&Cell>| {
                cell.is_some_and(|cell| {
                    let is = Ink::of(cell);
                    ink == is || (cell.symbol() == " " && ink.serves_blank_of(is))
                })
            }
        };
        if !cells().all(|cell| cell.is_some_and(is_simple)) {
            return false;
        }
        if !cells().all(is_of(self.ink)) {
            if !cells().all(is_of(next)) {
                return false;
            }
            self.dip(next);
        }
        self.bytes.extend(cells().flatten().map(Cell::symbol));
        true
    }

    /// How many cells from here on are nothing but blank and are sooner erased than written; none where they are
    /// not. What is erased leaves the cursor where it was, so that the way over it counts too.
    fn erased(&mut self, rest: &[Put<'_>], composed: &Composed) -> Option<usize> {
        let (x, y, first) = *rest.first()?;
        let judged = y == self.written.1 && x < self.written.0;
        if self.at.is_none() || judged || !composed.is_empty() || !is_blank(first) {
            return None;
        }
        let follows = |n: usize, put: &Put<'_>| {
            put.1 == y && usize::from(put.0) == usize::from(x) + n && is_blank(put.2)
        };
        let run = rest.iter().enumerate().take_while(|(n, put)| follows(*n, put)).count();
        let end = x.saturating_add(u16::try_from(run).ok()?);
        let next = rest.get(run);
        let is_shorter = run >= FEWEST_ERASED && self.is_sooner_erased((x, y), (end, y), run, next);
        if !is_shorter {
            self.written = (end, y);
        }
        is_shorter.then_some(run)
    }

    /// Whether it takes less to erase `run` blanks and to go on from where they begin than to write them and to go on
    /// from where they end.
    fn is_sooner_erased(
        &self,
        begin: (u16, u16),
        end: (u16, u16),
        run: usize,
        next: Option<&Put<'_>>,
    ) -> bool {
        let way = |(x, y): (u16, u16)| {
            next.map_or(0, |(to, row, cell)| {
                way::cost(Some(Place::at(x, y)), (*to, *row), cell.symbol(), self.paper((*to, *row)))
            })
        };
        let erasing = "\x1b[X".len() + run.checked_ilog10().map_or(1, |n| n as usize + 1) + way(begin);
        let writing = run + way(end);
        // With other ink it only takes more to erase: that has to be plain before, and is changed behind.
        let served = self.ink.serves_blank_of(Ink::PLAIN);
        if erasing >= writing || !served || self.ink == Ink::PLAIN {
            return erasing < writing;
        }
        let next = next.map_or(Ink::PLAIN, |(.., cell)| Ink::of(cell));
        let inks = ink::cost(self.ink, Ink::PLAIN) + ink::cost(Ink::PLAIN, next);
        erasing + inks < writing + ink::cost(self.ink, next)
    }

    /// Erases so many blanks.
    fn erase(&mut self, (x, y, _): Put<'_>, blanks: usize) {
        self.end_link();
        self.dip(Ink::PLAIN);
        way::go(self.at, (x, y), " ", self.paper((x, y)), &mut self.bytes);
        let _ = write!(self.bytes, "\x1b[{blanks}X");
        self.at = Some(Place::at(x, y));
    }
}

#[cfg(test)]
#[path = "encode_tests.rs"]
pub(super) mod tests;
