//! Cells as bytes: as few as the difference needs, for every one of them may have to cross an ocean.
//!
//! Beside crossterm's own encoding this halves a frame: the 16 colours take two digits instead of six,
//! one sequence sets everything that changes, and what is skipped on a line is skipped, not addressed.

use std::collections::HashMap;
use std::fmt::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

use crate::text;

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

/// Each modifier with the number that sets it and the number that takes it away.
const MODIFIERS: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// Where composed letters stand that are wider than a cell, and how wide. To some terminals such a letter
/// is one wide sign, to others two; for these what is written over the first does not take the second away.
pub type Composed = HashMap<(u16, u16), u16>;

/// Writes cells, each with its column and row, behind what `out` holds. Where the screen has just been
/// `cleared`, what is skipped is blank, and a blank is shorter than the way around it.
pub fn cells<'a>(
    content: impl Iterator<Item = (u16, u16, &'a Cell)>,
    cleared: bool,
    composed: &mut Composed,
    out: &mut Vec<u8>,
) {
    if cleared {
        composed.clear();
    }
    let mut bytes = String::new();
    let mut ink = Ink::PLAIN;
    let mut at: Option<(u16, u16)> = None;
    let mut line = None;
    let content: Vec<_> = content.collect();
    let mut rest = content.as_slice();
    while let Some((&(x, y, cell), others)) = rest.split_first() {
        if let Some(blanks) = erased(rest, at, composed).filter(|_| !cleared) {
            rest = rest.get(blanks..).unwrap_or_default();
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
            Some((from, row)) if cleared && row == y && from < x && x - from <= 4 && ink.is_blank() => {
                bytes.extend((from..x).map(|_| ' '));
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
        Some((from, row)) if row == y && from < x => {
            let _ = match x - from {
                1 => write!(bytes, "\x1b[C"),
                n => write!(bytes, "\x1b[{n}C"),
            };
        }
        _ => address(to, bytes),
    }
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
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use rstest::rstest;

    const WIDTH: u16 = 24;
    const HEIGHT: u16 = 6;

    fn colours() -> impl Strategy<Value = Color> {
        prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::Gray),
            Just(Color::DarkGray),
            Just(Color::White),
            Just(Color::LightCyan),
            any::<u8>().prop_map(|n| Color::Indexed(n.max(16))),
            any::<(u8, u8, u8)>().prop_map(|(r, g, b)| Color::Rgb(r, g, b)),
        ]
    }

    fn modifiers() -> impl Strategy<Value = Modifier> {
        let shown = Modifier::BOLD | Modifier::ITALIC | Modifier::UNDERLINED | Modifier::REVERSED;
        any::<u16>().prop_map(move |bits| Modifier::from_bits_truncate(bits) & shown)
    }

    pub(in super::super) fn pictures() -> impl Strategy<Value = Buffer> {
        let text = prop_oneof![Just("a"), Just("·"), Just("  "), Just("Zofia D"), Just("ñ"), Just("京")];
        let piece = (0..WIDTH, 0..HEIGHT, text, colours(), colours(), modifiers());
        prop::collection::vec(piece, 0..30).prop_map(|pieces| {
            let mut buf = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
            (0..HEIGHT).for_each(|y| buf.set_string(WIDTH - 4, y, "京", Style::new()));
            for (x, y, text, fg, bg, modifier) in pieces {
                // ratatui itself leaves traces where a wide character moves by half of itself or
                // gives way: here each has a place of its own.
                let x = if text == "京" { WIDTH - 4 } else { x.min(WIDTH - 12) };
                let style = Style::new().fg(fg).bg(bg).add_modifier(modifier);
                buf.set_string(WIDTH - 4, y, "京", style);
                buf.set_string(x, y, text, style);
            }
            buf
        })
    }

    fn seen(colour: Color) -> vt100::Color {
        match colour {
            Color::Red => vt100::Color::Idx(1),
            Color::Gray => vt100::Color::Idx(7),
            Color::DarkGray => vt100::Color::Idx(8),
            Color::White => vt100::Color::Idx(15),
            Color::LightCyan => vt100::Color::Idx(14),
            Color::Indexed(n) => vt100::Color::Idx(n),
            Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
            _ => vt100::Color::Default,
        }
    }

    pub(in super::super) fn assert_shows(terminal: &vt100::Parser, buf: &Buffer) {
        for at in buf.area.positions() {
            let cell = &buf[at];
            let shown = terminal.screen().cell(at.y, at.x).unwrap();
            if shown.is_wide_continuation() {
                continue;
            }
            let text = if shown.contents().is_empty() { " " } else { shown.contents() };
            assert_eq!(text, cell.symbol(), "{at:?}");
            let ink = Ink::of(cell);
            let has = |m| ink.modifier.contains(m);
            let (underlined, reversed) = (has(Modifier::UNDERLINED), has(Modifier::REVERSED));
            assert_eq!(shown.bgcolor(), seen(ink.bg), "{at:?}");
            assert_eq!((shown.underline(), shown.inverse()), (underlined, reversed), "{at:?}");
            // The colour and the weight of nothing cannot be seen.
            if text != " " || reversed {
                assert_eq!(shown.fgcolor(), seen(ink.fg), "{at:?}");
            }
            if text != " " {
                let weight = (has(Modifier::BOLD), has(Modifier::ITALIC));
                assert_eq!((shown.bold(), shown.italic()), weight, "{at:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_terminal_shows_what_was_meant(pictures in prop::collection::vec(pictures(), 1..5)) {
            let (rows, cols) = (HEIGHT.try_into().unwrap(), WIDTH.try_into().unwrap());
            let mut terminal = vt100::Parser::new(rows, cols, 0);
            let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, HEIGHT));
            let (mut is_first, mut composed) = (true, Composed::new());
            for picture in pictures {
                let mut out = Vec::new();
                cells(before.diff(&picture).into_iter(), is_first, &mut composed, &mut out);
                is_first = false;
                terminal.process(&out);
                assert_shows(&terminal, &picture);
                before = picture;
            }
        }
    }

    /// A terminal for which a vowel sign takes no cell of its own must not show what was there before.
    #[test]
    fn a_composed_letter_leaves_nothing_of_what_was_under_it() {
        let mut before = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
        before.set_string(0, 0, "xxxxxxxx", Style::new());
        let mut after = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
        after.set_string(0, 0, "विक्रम", Style::new());
        let mut out = Vec::new();
        cells(before.diff(&after).into_iter(), false, &mut Composed::new(), &mut out);
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("\x1b[H  \x1b[Hवि"), "{out:?}");
    }

    /// Nor must a terminal for which it is two signs keep the second when something else takes its place.
    #[test]
    fn a_composed_letter_takes_all_of_itself_away() {
        let name = |text: &str| {
            let mut buf = Buffer::empty(Rect::new(0, 0, WIDTH, 1));
            buf.set_string(3, 0, text, Style::new());
            buf
        };
        let (blank, hindi, latin) = (name(""), name("क्रम"), name("a"));
        let mut composed = Composed::new();
        let mut written = |before: &Buffer, after: &Buffer| {
            let mut out = Vec::new();
            cells(before.diff(after).into_iter(), false, &mut composed, &mut out);
            String::from_utf8(out).unwrap()
        };
        written(&blank, &hindi);
        let over = written(&hindi, &latin);
        assert!(over.contains("\x1b[1;5H "), "the second half is blanked: {over:?}");
        assert_eq!(written(&latin, &blank), "\x1b[1;4H ", "and only once");
    }

    #[rstest]
    #[case(Style::new(), "")]
    #[case(Style::new().fg(Color::Red), "\x1b[31m")]
    #[case(Style::new().fg(Color::Red).bold(), "\x1b[1;31m")]
    #[case(Style::new().reversed().dim(), "\x1b[2;7m")]
    fn an_ink_takes_few_bytes(#[case] style: Style, #[case] wanted: &str) {
        let mut buf = Buffer::empty(Rect::new(0, 0, 1, 1));
        buf.set_string(0, 0, "x", style);
        let mut out = Vec::new();
        cells([(0, 0, &buf[(0, 0)])].into_iter(), false, &mut Composed::new(), &mut out);
        let end = if wanted.is_empty() { "" } else { "\x1b[m" };
        assert_eq!(String::from_utf8(out).unwrap(), format!("\x1b[H{wanted}x{end}"));
    }
}
