//! Cells as bytes: as few as the difference needs, for every one of them may have to cross an ocean.
//!
//! Beside crossterm's own encoding this halves a frame: the 16 colours take two digits instead of six,
//! one sequence sets everything that changes, and what is skipped on a line is skipped, not addressed.

use std::collections::HashMap;
use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::text;
use crate::tui::links::Links;

/// How the terminal draws at the moment. A frame begins and ends with [`Ink::PLAIN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ink {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Ink {
    const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// Whether a blank in this ink looks like no ink at all.
    fn is_blank(self) -> bool {
        let visible = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        self.bg == Color::Reset && !self.modifier.intersects(visible)
    }

    fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }
}

/// Each modifier with the number that sets it and the number that takes it away. Nothing ever blinks: for that
/// there is no number.
const MODIFIERS: [(Modifier, u8, u8); 7] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Columns between the tab stops of a terminal, as every terminal begins and as curses takes for granted.
const TAB: u16 = 8;

/// Ends a link.
const LINK_ENDS: &str = "\x1b]8;;\x1b\\";

/// Where composed letters stand that are wider than a cell, and how wide. To some terminals such a letter
/// is one wide sign, to others two; for these what is written over the first does not take the second away.
pub type Composed = HashMap<(u16, u16), u16>;

/// Writes cells, each with its column and row, behind what `out` holds. Where the screen has just been
/// `cleared`, what is skipped is blank, and a blank is shorter than the way around it. Cells with the tag of
/// one of the `links` become links; a frame begins and ends outside of one.
pub fn cells<'a>(
    content: impl Iterator<Item = (u16, u16, &'a Cell)>,
    cleared: bool,
    composed: &mut Composed,
    links: &Links,
    out: &mut Vec<u8>,
) {
    if cleared {
        composed.clear();
    }
    let mut bytes = String::new();
    let mut ink = Ink::PLAIN;
    let mut at: Option<(u16, u16)> = None;
    let mut line = None;
    let mut link = None;
    let content: Vec<_> = content.collect();
    let mut rest = content.as_slice();
    while let Some((&(x, y, cell), others)) = rest.split_first() {
        if let Some(blanks) = erased(rest, at, composed).filter(|_| !cleared) {
            rest = rest.get(blanks..).unwrap_or_default();
            if link.take().is_some() {
                bytes.push_str(LINK_ENDS);
            }
            if ink != Ink::PLAIN {
                change(ink, Ink::PLAIN, &mut bytes);
                ink = Ink::PLAIN;
            }
            go(at, (x, y), &mut bytes);
            let _ = write!(bytes, "\x1b[{blanks}X");
            (at, line) = (Some((x, y)), Some(y));
            continue;
        }
        rest = others;
        let wanted = Ink::of(cell);
        let leads = links.address(cell.underline_color);
        if link.is_some() && leads != link {
            // Before the way to the next cell, which may lead over blanks.
            bytes.push_str(LINK_ENDS);
            link = None;
        }
        if cleared && cell.symbol() == " " && wanted.is_blank() {
            continue;
        }
        let width = u16::try_from(text::width(cell.symbol())).unwrap_or(u16::MAX);
        if let Some(under) = composed.remove(&(x, y)).filter(|under| *under > width) {
            if ink != Ink::PLAIN {
                change(ink, Ink::PLAIN, &mut bytes);
                ink = Ink::PLAIN;
            }
            address((x.saturating_add(width), y), &mut bytes);
            bytes.extend((width..under).map(|_| ' '));
            (at, line) = (None, Some(y));
        }
        match at {
            Some((from, row)) if cleared && row == y && from < x && ink.is_blank() && link.is_none() => {
                bytes.push_str(&forward(from, x, true));
            }
            // Not from another line than the one above: the last one would scroll.
            _ if x == 0 && y > 0 && line == Some(y - 1) => bytes.push_str("\r\n"),
            _ => go(at, (x, y), &mut bytes),
        }
        line = Some(y);
        if wanted != ink {
            change(ink, wanted, &mut bytes);
            ink = wanted;
        }
        if let Some(address) = leads.filter(|_| link.is_none()) {
            let _ = write!(bytes, "\x1b]8;;{address}\x1b\\");
            link = leads;
        }
        for covered in 1..width {
            composed.remove(&(x.saturating_add(covered), y));
        }
        // Terminals do not agree on the width of everything: what a composed letter may leave uncovered
        // is blanked before, and after what is not one cell wide the next position is addressed.
        if width > 1 && cell.symbol().chars().nth(1).is_some() {
            bytes.extend((0..width).map(|_| ' '));
            address((x, y), &mut bytes);
            composed.insert((x, y), width);
        }
        bytes.push_str(cell.symbol());
        at = (width == 1).then_some((x.saturating_add(1), y));
    }
    if link.is_some() {
        bytes.push_str(LINK_ENDS);
    }
    if ink != Ink::PLAIN {
        bytes.push_str("\x1b[m");
    }
    out.extend_from_slice(bytes.as_bytes());
}

/// How many cells from here on are nothing but blank and are sooner erased than written; none where they are
/// not. What is erased leaves the cursor where it was, so that the way over it counts too.
fn erased(rest: &[(u16, u16, &Cell)], at: Option<(u16, u16)>, composed: &Composed) -> Option<usize> {
    let (x, y, _) = *rest.first()?;
    if !composed.is_empty() {
        return None;
    }
    let is_blank = |cell: &Cell| cell.symbol() == " " && Ink::of(cell).is_blank();
    let follows =
        |n: usize, place: &(u16, u16, &Cell)| place.1 == y && usize::from(place.0) == usize::from(x) + n;
    let run =
        rest.iter().enumerate().take_while(|(n, place)| follows(*n, place) && is_blank(place.2)).count();
    let goes_on = rest.get(run).is_some_and(|place| follows(run, place));
    let least = if goes_on { 12 } else { 6 };
    (run >= least && at.is_some()).then_some(run)
}

/// Moves the terminal's cursor. Writing to a string cannot fail.
fn go(at: Option<(u16, u16)>, to: (u16, u16), bytes: &mut String) {
    let (x, y) = to;
    match at {
        Some(at) if at == to => {}
        Some((from, row)) if row == y && from < x => bytes.push_str(&forward(from, x, false)),
        _ => address(to, bytes),
    }
}

/// The shortest way to the right, from one column to another: a sequence, or tabs, whose stops are eight columns
/// apart; blanks where they may be `written`.
fn forward(from: u16, to: u16, written: bool) -> String {
    let walked = |from: u16| match to - from {
        0 => String::new(),
        n if written && n <= 4 => " ".repeat(usize::from(n)),
        1 => "\x1b[C".to_owned(),
        n => format!("\x1b[{n}C"),
    };
    let direct = walked(from);
    let stop = to - to % TAB;
    if stop <= from {
        return direct;
    }
    let tabs = "\t".repeat(usize::from(stop / TAB - from / TAB)) + &walked(stop);
    if tabs.len() < direct.len() { tabs } else { direct }
}

/// Moves the terminal's cursor, wherever it is.
fn address((x, y): (u16, u16), bytes: &mut String) {
    let _ = match (x, y) {
        (0, 0) => write!(bytes, "\x1b[H"),
        (0, y) => write!(bytes, "\x1b[{}H", y.saturating_add(1)),
        (x, y) => write!(bytes, "\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1)),
    };
}

/// From one ink to another, the shorter way: by the difference, or from the beginning.
fn change(from: Ink, to: Ink, bytes: &mut String) {
    if to == Ink::PLAIN {
        bytes.push_str("\x1b[m");
        return;
    }
    let by_difference = difference(from, to);
    let anew = difference(Ink::PLAIN, to);
    bytes.push_str("\x1b[");
    if by_difference.len() <= anew.len() + 1 {
        bytes.push_str(&by_difference);
    } else {
        bytes.push(';');
        bytes.push_str(&anew);
    }
    bytes.push('m');
}

fn difference(from: Ink, to: Ink) -> String {
    let mut numbers = String::new();
    let mut add = |number: &str| {
        if !numbers.is_empty() {
            numbers.push(';');
        }
        numbers.push_str(number);
    };
    let mut kept = from.modifier;
    for (modifier, _, off) in MODIFIERS {
        if kept.contains(modifier) && !to.modifier.contains(modifier) {
            // One number may take two modifiers away.
            for (other, _, its_off) in MODIFIERS {
                if its_off == off {
                    kept.remove(other);
                }
            }
            add(&off.to_string());
        }
    }
    for (modifier, on, _) in MODIFIERS {
        if to.modifier.contains(modifier) && !kept.contains(modifier) {
            add(&on.to_string());
        }
    }
    if from.fg != to.fg {
        add(&colour(to.fg, 30));
    }
    if from.bg != to.bg {
        add(&colour(to.bg, 40));
    }
    numbers
}

/// The numbers of a colour: `base` is 30 for the letters and 40 for what is behind them.
fn colour(colour: Color, base: u8) -> String {
    let plain = |n: u8| (base + n).to_string();
    let light = |n: u8| (base + 60 + n).to_string();
    match colour {
        Color::Reset => plain(9),
        Color::Black => plain(0),
        Color::Red => plain(1),
        Color::Green => plain(2),
        Color::Yellow => plain(3),
        Color::Blue => plain(4),
        Color::Magenta => plain(5),
        Color::Cyan => plain(6),
        Color::Gray => plain(7),
        Color::DarkGray => light(0),
        Color::LightRed => light(1),
        Color::LightGreen => light(2),
        Color::LightYellow => light(3),
        Color::LightBlue => light(4),
        Color::LightMagenta => light(5),
        Color::LightCyan => light(6),
        Color::White => light(7),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}

#[cfg(test)]
#[path = "encode_tests.rs"]
pub(super) mod tests;
