//! The frame of a pane: what it is, how many, how old.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Look;
use super::ground::blank;
use super::pen::Pen;
use crate::text;
use crate::tui::theme::Meaning;

/// A frame: `╭ Guests ── 175 ── stale 3m ──────── by room ╮`.
#[derive(Debug, Clone, Default)]
pub struct Pane<'a> {
    /// What it shows.
    pub title: Cow<'a, str>,
    /// What follows the title: the count, the stage, the age. Later ones are left out first.
    pub notes: Vec<(Cow<'a, str>, Meaning)>,
    /// At the right end of the upper border.
    pub right: Cow<'a, str>,
    /// At the right end of the lower border: where the cursor is.
    pub position: Cow<'a, str>,
    /// Whether keys go here.
    pub focused: bool,
}

impl<'a> Pane<'a> {
    /// A frame with a title and nothing else.
    pub fn new(title: impl Into<Cow<'a, str>>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// What is inside of a frame around this.
    pub fn inside(area: Rect) -> Rect {
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..area };
        }
        Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
    }

    /// Draws the frame. Returns what is inside it.
    pub fn render(&self, area: Rect, buf: &mut Buffer, look: Look<'_>) -> Rect {
        let area = area.intersection(buf.area);
        if area.width < 2 || area.height < 2 {
            return Self::inside(area);
        }
        let border = if self.focused { look.glyphs.border_focused } else { look.glyphs.border };
        let meaning = self.border_meaning();
        for y in area.top() + 1..area.bottom() - 1 {
            let line = Rect { y, height: 1, ..area };
            Pen::new(line, buf, look).put(border.vertical_left, meaning);
            Pen::new(Rect { x: area.right() - 1, ..line }, buf, look).put(border.vertical_right, meaning);
        }
        self.render_top(Rect { height: 1, ..area }, buf, look);
        self.render_bottom(Rect { y: area.bottom() - 1, height: 1, ..area }, buf, look);
        Self::inside(area)
    }

    /// Draws only where the cursor is, on the frame as it was before.
    pub fn render_position(&self, area: Rect, buf: &mut Buffer, look: Look<'_>) {
        let area = area.intersection(buf.area);
        if area.width >= 2 && area.height >= 2 {
            let line = Rect { y: area.bottom() - 1, height: 1, ..area };
            blank(line, look, buf);
            self.render_bottom(line, buf, look);
        }
    }

    fn border_meaning(&self) -> Meaning {
        if self.focused { Meaning::BorderFocused } else { Meaning::Border }
    }

    fn render_top(&self, line: Rect, buf: &mut Buffer, look: Look<'_>) {
        let border = if self.focused { look.glyphs.border_focused } else { look.glyphs.border };
        let meaning = self.border_meaning();
        Pen::new(line, buf, look).put(border.top_left, meaning);
        Pen::new(Rect { x: line.right() - 1, ..line }, buf, look).put(border.top_right, meaning);
        let inside = Rect { x: line.x + 1, width: line.width - 2, ..line };
        let mut pen = Pen::new(inside, buf, look);
        let title = look.glyphs.fit(&self.title, usize::from(inside.width.saturating_sub(2)));
        if !title.is_empty() {
            pen.put(" ", meaning).put(&title, Meaning::Title).put(" ", meaning);
        }
        for (note, note_meaning) in &self.notes {
            // Two of the border and a blank on each side.
            if text::width(note) + 4 > usize::from(pen.left()) {
                break;
            }
            let horizontal = border.horizontal_top;
            pen.put(horizontal, meaning).put(horizontal, meaning).put(" ", meaning);
            pen.put(note, *note_meaning).put(" ", meaning);
        }
        tail(&mut pen, &self.right, border.horizontal_top, meaning);
    }

    fn render_bottom(&self, line: Rect, buf: &mut Buffer, look: Look<'_>) {
        let border = if self.focused { look.glyphs.border_focused } else { look.glyphs.border };
        let meaning = self.border_meaning();
        Pen::new(line, buf, look).put(border.bottom_left, meaning);
        Pen::new(Rect { x: line.right() - 1, ..line }, buf, look).put(border.bottom_right, meaning);
        let inside = Rect { x: line.x + 1, width: line.width - 2, ..line };
        tail(&mut Pen::new(inside, buf, look), &self.position, border.horizontal_bottom, meaning);
    }
}

/// The border up to its end, with `said` in it if that fits.
fn tail(pen: &mut Pen<'_>, said: &str, horizontal: &str, meaning: Meaning) {
    let width = u16::try_from(text::width(said)).unwrap_or(u16::MAX).saturating_add(2);
    if said.is_empty() || width >= pen.left() {
        pen.fill(horizontal, 0, meaning);
        return;
    }
    pen.fill(horizontal, width, meaning);
    pen.put(" ", meaning).put(said, Meaning::Muted).put(" ", meaning);
}
