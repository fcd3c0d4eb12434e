//! Writes along one line of cells, and never beyond its end.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::Look;
use crate::text;
use crate::tui::theme::Meaning;

/// Writes from left to right in the first line of an area.
pub struct Pen<'a> {
    buf: &'a mut Buffer,
    look: Look<'a>,
    x: u16,
    end: u16,
    y: u16,
}

impl<'a> Pen<'a> {
    /// A pen at the left end of the first line of `area`. In an empty area it writes nothing.
    pub fn new(area: Rect, buf: &'a mut Buffer, look: Look<'a>) -> Self {
        let line = area.intersection(buf.area);
        let end = if line.is_empty() { line.left() } else { line.right() };
        Self { buf, look, x: line.left(), end, y: line.top() }
    }

    /// Cells left.
    pub fn left(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Where the next character goes.
    pub fn position(&self) -> Position {
        Position { x: self.x, y: self.y }
    }

    /// Writes `s`, cut where the line ends.
    pub fn put(&mut self, s: &str, meaning: Meaning) -> &mut Self {
        self.put_styled(s, self.look.style(meaning))
    }

    /// As [`Pen::put`], in a style.
    pub fn put_styled(&mut self, s: &str, style: Style) -> &mut Self {
        if self.left() > 0 {
            let fitted = self.look.glyphs.fit(s, usize::from(self.left()));
            if text::has_even_signs(&fitted) {
                self.put_even(&fitted, style);
            } else {
                let (x, _) = self.buf.set_stringn(self.x, self.y, &fitted, usize::from(self.left()), style);
                self.x = x;
            }
        }
        self
    }

    /// Writes what has a cell for every sign, and fits.
    fn put_even(&mut self, s: &str, style: Style) {
        let first = self.buf.index_of(self.x, self.y);
        let cells = self.buf.content.get_mut(first..).unwrap_or_default();
        let mut written = 0;
        for (c, cell) in s.chars().zip(cells) {
            cell.set_char(c).set_style(style);
            written += 1;
        }
        self.x = self.x.saturating_add(written);
    }

    /// Writes `s` only if all of it fits. Tells whether it did.
    pub fn put_whole(&mut self, s: &str, meaning: Meaning) -> bool {
        let fits = text::width(s) <= usize::from(self.left());
        if fits {
            self.put(s, meaning);
        }
        fits
    }

    /// Leaves `cells` cells as they are.
    pub fn skip(&mut self, cells: u16) -> &mut Self {
        self.x = self.x.saturating_add(cells).min(self.end);
        self
    }

    /// Fills what is left with `sign`, which is one cell wide, but for the last `keep` cells.
    pub fn fill(&mut self, sign: &str, keep: u16, meaning: Meaning) -> &mut Self {
        let style = self.look.style(meaning);
        while self.left() > keep {
            if let Some(cell) = self.buf.cell_mut((self.x, self.y)) {
                cell.set_symbol(sign).set_style(style);
            }
            self.x += 1;
        }
        self
    }

    /// Writes `s` so that it ends with the line, if all of it fits with a blank before it. Nothing can
    /// be written after it.
    pub fn right(&mut self, s: &str, meaning: Meaning) -> bool {
        let width = text::width(s);
        let fits = width < usize::from(self.left());
        if fits {
            self.x = self.end.saturating_sub(u16::try_from(width).unwrap_or(u16::MAX));
            self.put(s, meaning);
            self.x = self.end;
        }
        fits
    }

    /// Keeps `cells` cells at the end of the line free from now on.
    pub fn reserve(&mut self, cells: u16) -> &mut Self {
        self.end = self.end.saturating_sub(cells).max(self.x);
        self
    }
}
