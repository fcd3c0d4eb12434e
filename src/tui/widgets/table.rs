//! Tables: only the rows that can be seen are built.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

use super::Look;
use super::columns::{Align, Column, Cut, GAP, TWO_NAMES, widths};
use super::ground;
use super::pen::Pen;
use crate::text;
use crate::tui::theme::Meaning;

/// Cells before the first column: the cursor bar and the mark.
pub const MARGIN: u16 = 2;

/// Rows that stay visible beyond the cursor, where there are any.
const LOOK_AHEAD: usize = 2;

/// One cell.
#[derive(Debug, Clone, Default)]
pub struct Cell<'a> {
    /// What it says.
    pub text: Cow<'a, str>,
    /// How it is meant; none for what the row means.
    pub meaning: Option<Meaning>,
    /// The signs (graphemes) of `text`, counted from 0, that the filter matched.
    pub matches: Vec<u32>,
}

impl<'a> Cell<'a> {
    /// A cell that means what its row means.
    pub fn new(text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A cell with a meaning of its own.
    pub fn of(meaning: Meaning, text: impl Into<Cow<'a, str>>) -> Self {
        Self { text: text.into(), meaning: Some(meaning), matches: Vec::new() }
    }

    /// The same, with the signs that the filter matched.
    #[must_use]
    pub fn matched(mut self, matches: Vec<u32>) -> Self {
        self.matches = matches;
        self
    }
}

/// One row.
#[derive(Debug, Clone, Default)]
pub struct Row<'a> {
    /// Its cells, in the order of the columns.
    pub cells: Vec<Cell<'a>>,
    /// Whether it is marked.
    pub marked: bool,
    /// How the row as a whole is meant; none for ordinary text.
    pub meaning: Option<Meaning>,
    /// A sign in the margin, where the row is not marked.
    pub sign: Option<(&'a str, Meaning)>,
}

/// Which column the rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sorted {
    /// Index of the column.
    pub column: usize,
    /// From the greatest on.
    pub descending: bool,
}

/// A table over rows that a closure builds.
pub struct Table<'a, F> {
    /// Its columns.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub len: usize,
    /// The first row to show: see [`scroll`].
    pub offset: usize,
    /// The row under the cursor.
    pub cursor: Option<usize>,
    /// Whether keys go here.
    pub focused: bool,
    /// Whether the rows are older than they should be.
    pub stale: bool,
    /// The column that is sorted by.
    pub sorted: Option<Sorted>,
    /// Whether the titles of the columns are shown.
    pub header: bool,
    /// Builds the row of an index; only called for rows that can be seen.
    pub row: F,
}

/// How many rows of a table are seen in `height` lines.
pub fn page(height: u16, header: bool) -> usize {
    usize::from(height.saturating_sub(u16::from(header)))
}

/// The first row to show so that the cursor is seen: as few lines as possible from where the table
/// stood before, and never empty lines at the end while rows are hidden at the start.
pub fn scroll(before: usize, cursor: Option<usize>, page: usize, len: usize) -> usize {
    if page == 0 {
        return 0;
    }
    let last = len.saturating_sub(page);
    let before = before.min(last);
    let Some(cursor) = cursor else { return before };
    let ahead = LOOK_AHEAD.min((page - 1) / 2);
    let least = (cursor + ahead + 1).saturating_sub(page);
    let most = cursor.saturating_sub(ahead);
    before.clamp(least.min(most), most).min(last)
}

impl<'r, F: FnMut(usize) -> Row<'r>> Table<'_, F> {
    /// Draws it.
    pub fn render(mut self, area: Rect, buf: &mut Buffer, look: Look<'_>) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        let widths = widths(self.columns, area.width.saturating_sub(MARGIN));
        let mut y = area.top();
        if self.header {
            self.render_header(Rect { height: 1, ..area }, buf, look, &widths);
            y += 1;
        }
        let lines = usize::from(area.bottom().saturating_sub(y));
        for (i, y) in (self.offset..self.len).take(lines).zip(y..) {
            let row = (self.row)(i);
            self.render_row(i, &row, Rect { y, height: 1, ..area }, buf, look, &widths);
        }
    }

    /// Draws only these rows, on the table as it was before, and of those only what is seen.
    pub fn render_rows(mut self, rows: &[usize], area: Rect, buf: &mut Buffer, look: Look<'_>) {
        let area = area.intersection(buf.area);
        let widths = widths(self.columns, area.width.saturating_sub(MARGIN));
        let lines = area.rows().skip(usize::from(self.header)).zip(self.offset..self.len);
        for (line, i) in lines {
            if rows.contains(&i) {
                let row = (self.row)(i);
                ground::blank(line, look, buf);
                self.render_row(i, &row, line, buf, look, &widths);
            }
        }
    }

    fn render_header(&self, line: Rect, buf: &mut Buffer, look: Look<'_>, widths: &[u16]) {
        for (i, column, area) in cells(self.columns, widths, line) {
            let style = look.style(Meaning::ColumnTitle);
            let column = &Column { cut: Cut::End, ..*column };
            match self.sorted.filter(|s| s.column == i) {
                None => put_cell(buf, area, column, column.title, style, look),
                Some(sorted) => {
                    let mark = if sorted.descending { look.glyphs.descending } else { look.glyphs.ascending };
                    // The mark tells more than the end of the title.
                    let room = usize::from(area.width).saturating_sub(1);
                    let title = format!("{}{mark}", look.glyphs.fit(column.title, room));
                    put_cell(buf, area, column, &title, style.remove_modifier(Modifier::DIM), look);
                }
            }
        }
    }

    fn render_row(
        &self,
        index: usize,
        row: &Row<'_>,
        line: Rect,
        buf: &mut Buffer,
        look: Look<'_>,
        widths: &[u16],
    ) {
        let under_cursor = self.cursor == Some(index);
        let selected = under_cursor && self.focused;
        let mut pen = Pen::new(line, buf, look);
        if under_cursor {
            let meaning = if self.focused { Meaning::BorderFocused } else { Meaning::Muted };
            pen.put(look.glyphs.cursor, meaning);
        } else {
            pen.skip(1);
        }
        if row.marked {
            pen.put(look.glyphs.marked, Meaning::Mark);
        } else if let Some((sign, meaning)) = row.sign {
            pen.put(sign, meaning);
        }
        let base = match row.meaning {
            Some(meaning) => meaning,
            None if self.stale => Meaning::Stale,
            None => Meaning::Text,
        };
        for (i, column, area) in cells(self.columns, widths, line) {
            let Some(cell) = row.cells.get(i) else { continue };
            let style = look.style(cell.meaning.unwrap_or(base));
            put_cell(buf, area, column, &cell.text, style, look);
            highlight(buf, area, column, cell, look.style(Meaning::Match), look);
        }
        if selected {
            let rest = Rect { x: line.x.saturating_add(1), width: line.width.saturating_sub(1), ..line };
            // Colours and dim letters become blots when reversed: the bar is of one piece.
            let bar = Style::new().fg(Color::Reset).bg(Color::Reset).remove_modifier(Modifier::DIM);
            buf.set_style(rest, bar.patch(look.style(Meaning::Selection)));
        }
    }
}

/// The columns that are shown, with their index and where their cell stands in `line`.
fn cells<'c>(
    columns: &'c [Column],
    widths: &'c [u16],
    line: Rect,
) -> impl Iterator<Item = (usize, &'c Column, Rect)> {
    let mut x = line.x.saturating_add(MARGIN);
    columns.iter().zip(widths).enumerate().filter(|(_, (_, width))| **width > 0).map(
        move |(i, (column, width))| {
            let area = Rect { x, width: *width, ..line }.intersection(line);
            x = x.saturating_add(*width).saturating_add(GAP);
            (i, column, area)
        },
    )
}

fn put_cell(buf: &mut Buffer, area: Rect, column: &Column, said: &str, style: Style, look: Look<'_>) {
    let fitted = fitted(column, said, area.width, look);
    let blank = blank(column, &fitted, area.width);
    Pen::new(area, buf, look).skip(blank).put_styled(&fitted, style);
}

fn fitted<'s>(column: &Column, said: &'s str, width: u16, look: Look<'_>) -> Cow<'s, str> {
    match column.cut {
        Cut::End => look.glyphs.fit(said, usize::from(width)),
        Cut::Name if width < TWO_NAMES => look.glyphs.fit(said, usize::from(width)),
        Cut::Middle | Cut::Name => look.glyphs.fit_middle(said, usize::from(width)),
    }
}

/// Cells that stay empty before what is said.
fn blank(column: &Column, fitted: &str, width: u16) -> u16 {
    match column.align {
        Align::Left => 0,
        Align::Right => width.saturating_sub(u16::try_from(text::width(fitted)).unwrap_or(0)),
    }
}

/// Styles the signs that the filter matched, where they are seen.
fn highlight(buf: &mut Buffer, area: Rect, column: &Column, cell: &Cell<'_>, style: Style, look: Look<'_>) {
    if cell.matches.is_empty() {
        return;
    }
    let fitted = fitted(column, &cell.text, area.width, look);
    let mut x = blank(column, &fitted, area.width);
    for (i, (sign, seen)) in (0u32..).zip(cell.text.graphemes(true).zip(fitted.graphemes(true))) {
        // From the first ellipsis on a sign is not where it is counted.
        if sign != seen {
            return;
        }
        let width = u16::try_from(text::width(sign)).unwrap_or(0);
        if cell.matches.contains(&i) {
            buf.set_style(Rect { x: area.x.saturating_add(x), width, ..area }.intersection(area), style);
        }
        x = x.saturating_add(width);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(0, Some(0), 10, 100, 0)]
    #[case(0, Some(8), 10, 100, 1)]
    #[case(0, Some(50), 10, 100, 43)]
    #[case(43, Some(45), 10, 100, 43)]
    #[case(43, Some(44), 10, 100, 42)]
    #[case(0, Some(99), 10, 100, 90)]
    #[case(95, None, 10, 100, 90)]
    #[case(5, Some(3), 10, 8, 0)]
    #[case(0, Some(3), 1, 8, 3)]
    #[case(7, Some(3), 0, 8, 0)]
    fn scrolling_moves_as_little_as_it_can(
        #[case] before: usize,
        #[case] cursor: Option<usize>,
        #[case] page: usize,
        #[case] len: usize,
        #[case] wanted: usize,
    ) {
        assert_eq!(scroll(before, cursor, page, len), wanted);
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_seen(
            before in 0usize..300, at in 0usize..300, page in 1usize..60, len in 1usize..300,
        ) {
            let cursor = at.min(len - 1);
            let offset = scroll(before, Some(cursor), page, len);
            prop_assert!(offset <= cursor && cursor < offset + page);
            prop_assert!(offset == 0 || offset + page <= len, "no blank lines while rows are hidden");
        }
    }
}
