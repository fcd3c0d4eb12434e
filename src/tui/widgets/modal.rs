//! A dialog in the middle of the screen.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::widgets::{Clear, Widget};

use super::Look;
use super::pane::Pane;

/// A dialog: a frame with the focus, over whatever was there.
#[derive(Debug, Clone, Default)]
pub struct Modal<'a> {
    /// What it is about: `Extend ─ 118 Lindqvist, Per`.
    pub title: Cow<'a, str>,
    /// At the right end of the upper border: which encoder, how long.
    pub right: Cow<'a, str>,
    /// At the right end of the lower border.
    pub position: Cow<'a, str>,
    /// The room that its contents want, in cells, without the frame.
    pub wants: Size,
}

impl Modal<'_> {
    /// Where it stands in `area`: in the middle, no larger than fits.
    pub fn place(&self, area: Rect) -> Rect {
        let width = self.wants.width.saturating_add(2).min(area.width);
        let height = self.wants.height.saturating_add(2).min(area.height);
        Rect {
            x: area.x + (area.width - width) / 2,
            // A little above the middle reads as the middle.
            y: area.y + (area.height - height) * 2 / 5,
            width,
            height,
        }
    }

    /// Clears what is under it and draws the frame. Returns what is inside.
    pub fn render(&self, area: Rect, buf: &mut Buffer, look: Look<'_>) -> Rect {
        let place = self.place(area.intersection(buf.area));
        Clear.render(place, buf);
        buf.set_style(place, look.style(crate::tui::theme::Meaning::Text));
        let frame = Pane {
            title: self.title.clone(),
            right: self.right.clone(),
            position: self.position.clone(),
            focused: true,
            notes: Vec::new(),
        };
        frame.render(place, buf, look)
    }
}
