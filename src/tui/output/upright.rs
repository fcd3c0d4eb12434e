//! Lines that stand upright are drawn downwards.
//!
//! The sides of a pane have a colour of their own, and row by row each of their cells takes a change of ink and
//! one back. Drawn down in one go they take the way from row to row instead, which is shorter. Only a full paint
//! has lines of any length.

use std::collections::BTreeMap;

use super::encode::Put;
use super::ink::Ink;
use super::way;

/// Shorter lines are not worth the way to them.
const SHORTEST: usize = 3;

/// Whether this is part of a line that stands upright.
fn is_upright(symbol: &str) -> bool {
    matches!(symbol, "│" | "┃" | "║" | "|")
}

/// A full paint in two parts.
pub(super) struct Parts<'a> {
    /// The lines, each from its top down.
    pub(super) lines: Vec<Put<'a>>,
    /// All else, row by row.
    pub(super) rest: Vec<Put<'a>>,
}

/// Takes the lines out of a full paint on a screen of so many columns; none where there are none. Only such as take
/// a change of ink in each of their rows, none in the last column, behind which there is no way back, and no cell
/// behind a letter that a terminal may take for wider than it is: what is written after such a letter mends what it
/// covers.
pub(super) fn split<'a>(content: &[Put<'a>], width: u16) -> Option<Parts<'a>> {
    let mut columns: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
    let (mut ink, mut unsure) = (Ink::PLAIN, None);
    for (n, (x, y, cell)) in content.iter().enumerate() {
        if cell.symbol() == " " && Ink::of(cell).is_blank() {
            continue;
        }
        let before = std::mem::replace(&mut ink, Ink::of(cell));
        if !way::is_sure(cell.symbol()) {
            unsure = Some(*y);
        }
        if ink != before && is_upright(cell.symbol()) && unsure != Some(*y) && x.saturating_add(1) < width {
            columns.entry(*x).or_default().push(n);
        }
    }
    let mut is_taken = vec![false; content.len()];
    let mut lines = Vec::new();
    for cells in columns.values() {
        let goes_on = |one: &usize, next: &usize| match (content.get(*one), content.get(*next)) {
            (Some((_, above, one)), Some((_, below, next))) => {
                above.saturating_add(1) == *below && one == next
            }
            _ => false,
        };
        for line in cells.chunk_by(goes_on).filter(|line| line.len() >= SHORTEST) {
            for n in line {
                lines.extend(content.get(*n));
                is_taken.get_mut(*n).into_iter().for_each(|taken| *taken = true);
            }
        }
    }
    let rest = content.iter().zip(&is_taken).filter(|(_, taken)| !**taken).map(|(put, _)| *put).collect();
    (!lines.is_empty()).then_some(Parts { lines, rest })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    /// A pane of eight rows, with two in the middle that have a name in them.
    fn pane(name: &str) -> Buffer {
        let mut buf = Buffer::empty(Rect::new(0, 0, 30, 8));
        for y in 0..8 {
            for x in [2, 20, 29] {
                buf.set_string(x, y, "│", Style::new().cyan());
            }
            buf.set_string(5, y, "text", Style::new());
        }
        (4..6).for_each(|y| buf.set_string(10, y, name, Style::new()));
        buf
    }

    fn lines(buf: &Buffer) -> Vec<(u16, u16)> {
        let blank = Buffer::empty(buf.area);
        let content = blank.diff(buf);
        let parts = split(&content, buf.area.width).unwrap();
        assert_eq!(parts.lines.len() + parts.rest.len(), content.len());
        parts.lines.iter().map(|(x, y, _)| (*x, *y)).collect()
    }

    #[test]
    fn the_sides_of_a_pane_are_drawn_down() {
        // What is in the last column stays where it is. So does what needs no other ink.
        let down = |x: u16, rows: std::ops::Range<u16>| rows.map(move |y| (x, y));
        let mut one = pane("中村");
        assert_eq!(lines(&one), down(20, 0..8).collect::<Vec<_>>());
        (0..8).for_each(|y| one.set_string(29, y, "x", Style::reset()));
        assert_eq!(lines(&one), down(2, 0..8).chain(down(20, 0..8)).collect::<Vec<_>>());
    }

    /// To some terminals a family is one sign, to others four: what is written behind it covers what they cover.
    #[test]
    fn no_line_is_drawn_before_a_letter_that_may_cover_it() {
        assert_eq!(lines(&pane("👨‍👩‍👧‍👦")), (0..4).map(|y| (20, y)).collect::<Vec<_>>());
    }
}
