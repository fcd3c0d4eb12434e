//! Where the terminal's cursor is, and the shortest way to where it has to be.
//!
//! Only ways on which all terminals agree: no stepping back or down from behind the last column, where some are
//! in the next row already, and no line feed that is not after a carriage return.

use std::fmt::Write;

use crate::text;

/// Columns between the tab stops of a terminal, as every terminal begins and as curses takes for granted.
const TAB: u16 = 8;

/// So many rows down at most are gone by line feeds: more are never shorter.
const DOWN: u16 = 4;

/// The column of the terminal's cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    /// It is in this one.
    At(u16),
    /// It is in this one if the terminal takes wide letters for as wide as all known ones do.
    Presumed(u16),
    /// Terminals differ.
    Unknown,
}

/// Where the terminal's cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    column: Column,
    row: u16,
}

impl Place {
    pub(super) fn at(x: u16, y: u16) -> Self {
        Self { column: Column::At(x), row: y }
    }

    /// Where it is after `symbol`, so many cells wide, was written at a column and row; none where a terminal
    /// may have gone on to the next row.
    pub(super) fn after(symbol: &str, width: u16, (x, y): (u16, u16)) -> Option<Self> {
        let end = x.saturating_add(width);
        let column = match width {
            1 => Column::At(end),
            _ if is_wide_everywhere(symbol) => Column::Presumed(end),
            _ if symbol.chars().nth(1).is_none() => Column::Unknown,
            _ => return None,
        };
        Some(Self { column, row: y })
    }

    /// The column, where it is known in this row.
    pub(super) fn column_in(self, row: u16) -> Option<u16> {
        match self.column {
            Column::At(x) if self.row == row => Some(x),
            _ => None,
        }
    }

    /// Whether `symbol` may be written at a column and row without a way there. After a letter that is wide
    /// everywhere only another one is: should a terminal take them for narrow, what follows stands right again.
    fn is_at(self, (x, y): (u16, u16), symbol: &str) -> bool {
        let column = match self.column {
            Column::At(column) => column == x,
            Column::Presumed(column) => column == x && is_wide_everywhere(symbol),
            Column::Unknown => false,
        };
        column && self.row == y
    }
}

/// Whether `symbol` is as wide as it is taken for, to every terminal.
pub(super) fn is_sure(symbol: &str) -> bool {
    symbol.is_ascii()
        || is_wide_everywhere(symbol)
        || (symbol.chars().nth(1).is_none() && text::width(symbol) == 1)
}

/// Kana, the ideographs and Hangul of the first days of Unicode: two cells wide to every terminal. What came later,
/// signs above all, is not.
fn is_wide_everywhere(symbol: &str) -> bool {
    let mut letters = symbol.chars();
    let known = matches!(
        letters.next(),
        Some(
            '\u{3041}'..='\u{3094}'
            | '\u{30a1}'..='\u{30fe}'
            | '\u{4e00}'..='\u{9fa5}'
            | '\u{ac00}'..='\u{d7a3}',
        )
    );
    known && letters.next().is_none() && text::width(symbol) == 2
}

/// How the rest of a way along a row is gone, after tabs.
#[derive(Debug, Clone, Copy)]
enum Rest {
    Right(u16),
    Blanks(u16),
    Back(u16),
}

/// A way along a row.
#[derive(Debug, Clone, Copy)]
struct Along {
    tabs: u16,
    rest: Rest,
}

impl Along {
    /// The shortest way to the right: a sequence, or tabs, whose stops are eight columns apart, also past the
    /// column and back where the screen has so many; blanks where they may be `written`.
    fn new(from: u16, to: u16, width: u16, written: bool) -> Self {
        let walked = |from: u16| match to - from {
            n if written && n <= 4 => Rest::Blanks(n),
            n => Rest::Right(n),
        };
        let direct = Self { tabs: 0, rest: walked(from) };
        let (before, stop) = (to / TAB - from / TAB, to - to % TAB);
        let tabs = Self { tabs: before, rest: walked(stop.max(from)) };
        let past = stop.saturating_add(TAB);
        let back = Self { tabs: before.saturating_add(1), rest: Rest::Back(past - to) };
        let mut best = direct;
        if tabs.len() < best.len() {
            best = tabs;
        }
        if past < width && back.len() < best.len() {
            best = back;
        }
        best
    }

    fn len(self) -> usize {
        let rest = match self.rest {
            Rest::Right(0) => 0,
            Rest::Right(1) => 3,
            Rest::Right(n) => 3 + digits(n),
            Rest::Blanks(n) | Rest::Back(n) => usize::from(n),
        };
        usize::from(self.tabs) + rest
    }

    fn write(self, bytes: &mut String) {
        let mut repeat = |what: char, n: u16| bytes.extend((0..n).map(|_| what));
        repeat('\t', self.tabs);
        match self.rest {
            Rest::Blanks(n) => repeat(' ', n),
            Rest::Back(n) => repeat('\u{8}', n),
            Rest::Right(0) => {}
            Rest::Right(1) => bytes.push_str("\x1b[C"),
            // Writing to a string cannot fail.
            Rest::Right(n) => drop(write!(bytes, "\x1b[{n}C")),
        }
    }
}

/// A way to a place.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// There already.
    None,
    /// Along the row.
    Along(Along),
    /// To the first column, so many rows down, and along the row.
    Return(u16, Along),
    /// So many columns back, one at most, and so many rows down.
    Below(u16, u16),
    /// To a column of this row.
    Column(u16),
    /// From wherever it is.
    Address(u16, u16),
}

impl Way {
    fn len(self) -> usize {
        match self {
            Self::None => 0,
            Self::Along(along) => along.len(),
            Self::Return(down, along) => 1 + usize::from(down) + along.len(),
            Self::Below(back, 1) => usize::from(back) + 3,
            Self::Below(back, down) => usize::from(back) + 3 + digits(down),
            Self::Column(x) => 3 + digits(x.saturating_add(1)),
            Self::Address(0, 0) => 3,
            Self::Address(0, y) => 3 + digits(y.saturating_add(1)),
            Self::Address(x, y) => 4 + digits(y.saturating_add(1)) + digits(x.saturating_add(1)),
        }
    }

    fn write(self, bytes: &mut String) {
        match self {
            Self::None => {}
            Self::Along(along) => along.write(bytes),
            Self::Return(down, along) => {
                bytes.push('\r');
                bytes.extend((0..down).map(|_| '\n'));
                along.write(bytes);
            }
            Self::Below(back, down) => {
                bytes.extend((0..back).map(|_| '\u{8}'));
                let _ = if down == 1 { write!(bytes, "\x1b[B") } else { write!(bytes, "\x1b[{down}B") };
            }
            Self::Column(x) => drop(write!(bytes, "\x1b[{}G", x.saturating_add(1))),
            Self::Address(x, y) => address((x, y), bytes),
        }
    }
}

/// The paper that the cursor moves over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    /// Columns of the screen.
    pub(super) width: u16,
    /// Whether what lies on the way to the next place may be written over with blanks.
    pub(super) is_blank: bool,
}

fn shortest(from: Option<Place>, to: (u16, u16), symbol: &str, paper: Paper) -> Way {
    let (x, y) = to;
    let Some(from) = from else { return Way::Address(x, y) };
    if from.is_at(to, symbol) {
        return Way::None;
    }
    let mut best = Way::Address(x, y);
    let mut consider = |way: Way| {
        if way.len() < best.len() {
            best = way;
        }
    };
    if from.row == y {
        if let Column::At(column) = from.column
            && column < x
        {
            consider(Way::Along(Along::new(column, x, paper.width, paper.is_blank)));
        }
        consider(Way::Return(0, Along::new(0, x, paper.width, false)));
        consider(Way::Column(x));
    } else if from.row < y {
        let down = y - from.row;
        if down <= DOWN {
            // Never from the last row: there is one below.
            consider(Way::Return(down, Along::new(0, x, paper.width, paper.is_blank)));
        }
        if let Column::At(column) = from.column
            && column < paper.width
            && (column == x || column == x.saturating_add(1))
        {
            consider(Way::Below(column - x, down));
        }
    }
    best
}

/// Moves the terminal's cursor to where `symbol` is to be written.
pub(super) fn go(from: Option<Place>, to: (u16, u16), symbol: &str, paper: Paper, bytes: &mut String) {
    shortest(from, to, symbol, paper).write(bytes);
}

/// How many bytes that takes.
pub(super) fn cost(from: Option<Place>, to: (u16, u16), symbol: &str, paper: Paper) -> usize {
    shortest(from, to, symbol, paper).len()
}

/// Moves the terminal's cursor, wherever it is.
pub(super) fn address((x, y): (u16, u16), bytes: &mut String) {
    // Writing to a string cannot fail.
    let _ = match (x, y) {
        (0, 0) => write!(bytes, "\x1b[H"),
        (0, y) => write!(bytes, "\x1b[{}H", y.saturating_add(1)),
        (x, y) => write!(bytes, "\x1b[{};{}H", y.saturating_add(1), x.saturating_add(1)),
    };
}

fn digits(n: u16) -> usize {
    match n {
        0..=9 => 1,
        10..=99 => 2,
        100..=999 => 3,
        _ => 4 + usize::from(n > 9_999),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const WIDTH: u16 = 120;

    fn gone(from: Place, to: (u16, u16), symbol: &str, is_blank: bool) -> String {
        let mut bytes = String::new();
        go(Some(from), to, symbol, Paper { width: WIDTH, is_blank }, &mut bytes);
        bytes
    }

    #[rstest]
    // A sequence of its own is as short.
    #[case(0, 3, "\x1b[3C")]
    #[case(7, 8, "\t")]
    #[case(3, 16, "\t\t")]
    #[case(3, 17, "\x1b[14C")]
    #[case(9, 12, "\x1b[3C")]
    #[case(1, 119, "\x1b[118C")]
    // Past it and back.
    #[case(1, 6, "\t\u{8}\u{8}")]
    #[case(9, 15, "\t\u{8}")]
    // There is no stop behind the last column.
    #[case(113, 118, "\x1b[5C")]
    // And to the left.
    #[case(40, 0, "\r")]
    #[case(40, 9, "\r\x1b[9C")]
    #[case(40, 10, "\x1b[11G")]
    #[case(40, 16, "\r\t\t")]
    fn the_way_along_a_row_is_the_shortest(#[case] from: u16, #[case] to: u16, #[case] wanted: &str) {
        assert_eq!(gone(Place::at(from, 0), (to, 0), "x", false), wanted.to_owned());
    }

    #[rstest]
    #[case((70, 20), (1, 21), "\r\n\x1b[C")]
    #[case((70, 20), (8, 21), "\r\n\t")]
    #[case((70, 20), (0, 23), "\r\n\n\n")]
    #[case((70, 20), (69, 21), "\u{8}\x1b[B")]
    #[case((70, 20), (70, 29), "\x1b[9B")]
    // Some terminals are in the next row already, others still in the last column.
    #[case((120, 20), (119, 21), "\r\n\x1b[119C")]
    #[case((120, 20), (0, 21), "\r\n")]
    #[case((70, 20), (62, 21), "\r\n\x1b[62C")]
    #[case((70, 20), (62, 25), "\x1b[26;63H")]
    #[case((70, 20), (1, 19), "\x1b[20;2H")]
    #[case((70, 20), (0, 30), "\x1b[31H")]
    fn the_way_to_another_row_is_the_shortest(
        #[case] (x, y): (u16, u16),
        #[case] to: (u16, u16),
        #[case] wanted: &str,
    ) {
        assert_eq!(gone(Place::at(x, y), to, "x", false), wanted.to_owned());
    }

    #[rstest]
    // Two ideographs stand side by side, and what is not wide everywhere is addressed.
    #[case("中", 2, "村", "")]
    #[case("中", 2, "x", "\x1b[13G")]
    #[case("🦀", 2, "中", "\x1b[13G")]
    // A terminal may take these for four cells or eight, and be in the next row.
    #[case("🏳️‍🌈", 2, "x", "\x1b[5;13H")]
    fn behind_a_wide_letter_the_place_is_said(
        #[case] letter: &str,
        #[case] width: u16,
        #[case] next: &str,
        #[case] wanted: &str,
    ) {
        let mut bytes = String::new();
        let paper = Paper { width: WIDTH, is_blank: false };
        go(Place::after(letter, width, (10, 4)), (12, 4), next, paper, &mut bytes);
        assert_eq!(bytes, wanted);
    }

    proptest! {
        /// Every way leads there, is as long as was said and never longer than the address.
        #[test]
        fn every_way_leads_there(
            from in (0..=WIDTH, 0u16..40), to in (0..WIDTH, 0u16..40), is_blank in any::<bool>(),
        ) {
            let mut terminal = vt100::Parser::new(40.try_into().unwrap(), WIDTH.try_into().unwrap(), 0);
            // Behind the last column a terminal is only by writing.
            let (x, y) = from;
            let begin = format!("\x1b[{};{}H{}", y + 1, x.max(1), if x == 0 { "" } else { "o" });
            terminal.process(begin.as_bytes());
            let way = gone(Place::at(x, y), to, "x", is_blank);
            let mut address = String::new();
            super::address(to, &mut address);
            prop_assert!(way.len() <= address.len(), "{way:?}");
            let paper = Paper { width: WIDTH, is_blank };
            prop_assert_eq!(way.len(), cost(Some(Place::at(x, y)), to, "x", paper));
            terminal.process(way.as_bytes());
            if from != to {
                prop_assert_eq!(terminal.screen().cursor_position(), (to.1, to.0), "{:?}", way);
            }
            prop_assert!(!terminal.screen().contents().contains('x'));
        }
    }
}
