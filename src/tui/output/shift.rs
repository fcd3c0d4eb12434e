//! What scrolls is moved by the terminal itself.
//!
//! When a list scrolls by a row, nearly every cell of it differs from the frame before, and yet nothing is
//! new but one row. Terminals can move the rows of a part of the screen; what then still differs is a few
//! cells. Whether that is shorter is found out by writing it both ways.

use std::fmt::Write;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};

use super::encode::{self, Composed};
use crate::text;
use crate::tui::links::Links;

/// Fewer rows than these are painted sooner than moved.
const FEWEST: usize = 3;

/// Names in `TERM` of terminals that move rows as these sequences say. Any other is painted: the console of
/// Linux among them, which lacks two of them.
const ABLE: [&str; 14] = [
    "alacritty",
    "contour",
    "foot",
    "ghostty",
    "gnome",
    "konsole",
    "mlterm",
    "rxvt",
    "screen",
    "st",
    "tmux",
    "vte",
    "wezterm",
    "xterm",
];

/// Whether the terminal that calls itself `name` moves rows.
pub fn can(name: &str) -> bool {
    ABLE.contains(&name.split('-').next().unwrap_or_default())
}

/// Rows of the screen that move together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shift {
    /// What moves, and what it moves over.
    rows: Range<usize>,
    /// By how many rows: up where it is positive.
    up: isize,
}

/// A frame that moves rows.
#[derive(Debug)]
pub struct Moved {
    /// The frame.
    pub bytes: Vec<u8>,
    /// Where composed letters stand after it.
    pub composed: Composed,
}

/// The frame that leads from what is `shown` to `next`, between which these cells differ, with rows moved; none where
/// no rows moved. Composed letters stand where `composed` says. Where rows moved, they are moved in `shown` too.
pub fn moved(
    shown: &mut Buffer,
    next: &Buffer,
    cells: &[(u16, u16, &Cell)],
    composed: Composed,
    links: &Links,
) -> Option<Moved> {
    let mut changed = vec![false; usize::from(shown.area.height)];
    for (_, y, _) in cells {
        *changed.get_mut(usize::from(*y))? = true;
    }
    if changed.iter().filter(|c| **c).count() < FEWEST {
        return None;
    }
    let shift = find(shown, next, &changed)?;
    let mut bytes = sequence(&shift);
    let mut composed = shift.composed(composed);
    shift.apply(shown);
    encode::cells(shown.diff_iter(next), false, shown, &mut composed, links, &mut bytes);
    Some(Moved { bytes, composed })
}

/// Writes cells as a terminal does: a wide one covers what is beside it.
pub(super) fn write(buf: &mut Buffer, cells: &[(u16, u16, &Cell)]) {
    for (x, y, cell) in cells {
        let width = u16::try_from(text::width(cell.symbol())).unwrap_or(1);
        for covered in 1..width {
            if let Some(covered) = buf.cell_mut((x.saturating_add(covered), *y)) {
                covered.reset();
            }
        }
        if let Some(place) = buf.cell_mut((*x, *y)) {
            place.clone_from(cell);
        }
    }
}

fn row(buf: &Buffer, y: usize) -> &[Cell] {
    let width = usize::from(buf.area.width);
    buf.content.get(y * width..(y + 1) * width).unwrap_or_default()
}

/// The shift that explains the most of the rows that `changed`.
fn find(now: &Buffer, next: &Buffer, changed: &[bool]) -> Option<Shift> {
    let height = changed.len();
    let farthest = isize::try_from(height / 2).ok()?;
    let mut best: Option<(usize, Shift)> = None;
    for up in (1..=farthest).flat_map(|n| [n, -n]) {
        let explained = |y: &usize| {
            let from = y.checked_add_signed(up).filter(|from| *from < height);
            changed.get(*y) == Some(&true) && from.is_some_and(|from| row(next, *y) == row(now, from))
        };
        let mut rows = (0..height).filter(explained);
        let Some(first) = rows.next() else { continue };
        let (mut count, mut last) = (1, first);
        for y in rows {
            (count, last) = (count + 1, y);
        }
        if count >= FEWEST && best.as_ref().is_none_or(|(most, _)| count > *most) {
            let far = up.unsigned_abs();
            let rows = if up > 0 { first..last + far + 1 } else { first - far..last + 1 };
            best = Some((count, Shift { rows, up }));
        }
    }
    best.map(|(_, shift)| shift)
}

/// Chooses the rows, moves them, chooses all rows again. The cursor is somewhere after that.
fn sequence(shift: &Shift) -> Vec<u8> {
    let mut bytes = String::new();
    let (end, by) = (if shift.up > 0 { 'S' } else { 'T' }, shift.up.unsigned_abs());
    let _ = write!(bytes, "\x1b[{};{}r", shift.rows.start + 1, shift.rows.end);
    let _ = if by == 1 { write!(bytes, "\x1b[{end}\x1b[r") } else { write!(bytes, "\x1b[{by}{end}\x1b[r") };
    bytes.into_bytes()
}

impl Shift {
    /// Where a row is afterwards; none where it is moved out.
    fn target(&self, y: usize) -> Option<usize> {
        if !self.rows.contains(&y) {
            return Some(y);
        }
        y.checked_add_signed(-self.up).filter(|y| self.rows.contains(y))
    }

    /// Moves the rows of `buf`.
    fn apply(&self, buf: &mut Buffer) {
        let width = usize::from(buf.area.width);
        let far = self.up.unsigned_abs() * width;
        let cells = self.rows.start * width..self.rows.end * width;
        let Some(cells) = buf.content.get_mut(cells) else { return };
        let far = far.min(cells.len());
        let blank = if self.up > 0 {
            cells.rotate_left(far);
            cells.len() - far..cells.len()
        } else {
            cells.rotate_right(far);
            0..far
        };
        cells.get_mut(blank).into_iter().flatten().for_each(Cell::reset);
    }

    /// Moves the letters.
    fn composed(&self, composed: Composed) -> Composed {
        let moved = composed.into_iter().filter_map(|((x, y), width)| {
            let y = u16::try_from(self.target(usize::from(y))?).ok()?;
            Some(((x, y), width))
        });
        moved.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::encode::tests::{assert_shows, pictures};
    use super::super::{Recorder, Screen};
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::{Rect, Size};
    use rstest::rstest;

    #[rstest]
    #[case("xterm-256color", true)]
    #[case("tmux-256color", true)]
    #[case("screen", true)]
    #[case("linux", false)]
    #[case("dumb", false)]
    #[case("", false)]
    #[case("unknown", false)]
    fn rows_move_where_the_terminal_is_known_to(#[case] name: &str, #[case] wanted: bool) {
        assert_eq!(can(name), wanted);
    }

    #[derive(Debug, Clone)]
    enum Change {
        /// Rows from here to there move so far.
        Scroll(usize, usize, isize),
        /// Another picture.
        Other(Buffer),
    }

    fn changes() -> impl Strategy<Value = Change> {
        prop_oneof![
            4 => (0usize..6, 0usize..7, -3isize..4).prop_map(|(a, b, up)| Change::Scroll(a.min(b), a.max(b).min(6), up)),
            1 => pictures().prop_map(Change::Other),
        ]
    }

    fn screen(moves_rows: bool) -> Screen<Recorder> {
        Screen::new(Recorder::default(), || Size { width: 24, height: 6 }, moves_rows)
    }

    fn show(screen: &mut Screen<Recorder>, picture: &Buffer, terminal: &mut vt100::Parser) -> usize {
        let sent = screen.sink().frames.len();
        screen.draw(|frame| frame.buffer_mut().clone_from(picture)).unwrap();
        let frames = screen.sink().frames.get(sent..).unwrap_or_default().concat();
        terminal.process(&frames);
        frames.len()
    }

    proptest! {
        /// Whatever moves and whatever changes meanwhile, the terminal shows the picture.
        #[test]
        fn moving_rows_shows_what_painting_shows(
            first in pictures(),
            changes in prop::collection::vec((changes(), prop::option::of((0u16..12, 0u16..6))), 1..8),
        ) {
            let (mut moving, mut painting) = (screen(true), screen(false));
            let new = || vt100::Parser::new(6.try_into().unwrap(), 24.try_into().unwrap(), 0);
            let (mut one, mut other) = (new(), new());
            let mut picture = first;
            show(&mut moving, &picture, &mut one);
            show(&mut painting, &picture, &mut other);
            for (change, letter) in changes {
                match change {
                    Change::Other(another) => picture = another,
                    Change::Scroll(from, to, up) if to > from && up.unsigned_abs() < to - from => {
                        Shift { rows: from..to, up }.apply(&mut picture);
                    }
                    Change::Scroll(..) => {}
                }
                if let Some((x, y)) = letter {
                    picture.set_string(x, y, "x", ratatui::style::Style::new());
                }
                let short = show(&mut moving, &picture, &mut one);
                let long = show(&mut painting, &picture, &mut other);
                prop_assert!(short <= long, "{short} bytes instead of {long}");
                assert_shows(&one, &picture);
                assert_shows(&other, &picture);
            }
        }
    }

    #[test]
    fn a_list_that_scrolls_by_a_row_takes_a_row() {
        let mut screen = Screen::new(Recorder::default(), || Size { width: 80, height: 24 }, true);
        let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        let list = |top: usize| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 80, 24));
            for y in 2..22u16 {
                let line = format!(
                    "{:04} a guest of the house, here until tomorrow",
                    top * 7919 + usize::from(y) * 7919
                );
                buf.set_string(1, y, line, ratatui::style::Style::new());
            }
            buf
        };
        show(&mut screen, &list(0), &mut terminal);
        let bytes = [1, 0, 3].map(|top| show(&mut screen, &list(top), &mut terminal));
        assert!(bytes[0] < 110 && bytes[1] < 110 && bytes[2] < 260, "{bytes:?}");
    }

    #[test]
    fn composed_letters_move_with_their_rows() {
        let at = |y: u16| Composed::from([((3, y), 2)]);
        let shift = Shift { rows: 1..5, up: 1 };
        assert_eq!(shift.composed(at(3)), at(2));
        assert_eq!(shift.composed(at(5)), at(5), "outside");
        assert!(shift.composed(at(1)).is_empty(), "moved out");
    }
}
