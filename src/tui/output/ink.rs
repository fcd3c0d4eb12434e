//! How the terminal draws: colours and weights, and the shortest way from one to another.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// How the terminal draws at the moment. A frame begins and ends with [`Ink::PLAIN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink {
    pub(super) fg: Color,
    pub(super) bg: Color,
    pub(super) modifier: Modifier,
}

impl Ink {
    pub(super) const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// Whether a blank in this ink looks like no ink at all.
    pub(super) fn is_blank(self) -> bool {
        let visible = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT;
        self.bg == Color::Reset && !self.modifier.intersects(visible)
    }

    /// Whether a blank written in this ink looks as one in `wanted` should: the colour of the letters and their
    /// weight are nothing where there is no letter. Not so where they lean, for GNU screen reverses what leans.
    pub(super) fn serves_blank_of(self, wanted: Self) -> bool {
        let visible = Modifier::REVERSED | Modifier::UNDERLINED | Modifier::CROSSED_OUT | Modifier::ITALIC;
        let shows = |ink: Self| ink.modifier.intersects(visible);
        self == wanted || (self.bg == wanted.bg && !shows(self) && !shows(wanted))
    }

    pub(super) fn of(cell: &Cell) -> Self {
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

/// From one ink to another, the shorter way: by the difference, or from the beginning.
pub(super) fn change(from: Ink, to: Ink, bytes: &mut String) {
    if from == to {
        return;
    }
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

/// How many bytes that takes.
pub(super) fn cost(from: Ink, to: Ink) -> usize {
    let mut bytes = String::new();
    change(from, to, &mut bytes);
    bytes.len()
}
