//! The box of the walk through the desk: what to do next.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::page::wrap;
use crate::app::{App, tour};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pane::Pane;
use crate::tui::widgets::pen::Pen;

/// Rows of words.
const ROWS: u16 = 2;

/// Rows it wants: none where there is no walk.
pub fn height(app: &App) -> u16 {
    if app.tour.is_some() { ROWS + 2 } else { 0 }
}

/// Draws it.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let (Some(tour), Some(says)) = (&app.tour, app.tour_says()) else { return };
    let (part, of) = tour.way.part();
    let leaves = if part == of { "closes this" } else { "leaves the tour" };
    let pane = Pane {
        title: "Tour".into(),
        notes: vec![(format!("{part} of {of}").into(), Meaning::Text)],
        right: format!("{} {leaves}", tour::LEAVE).into(),
        focused: true,
        ..Pane::default()
    };
    let inside = pane.render(area, buf, look);
    let lines = wrap(says, usize::from(inside.width.saturating_sub(2)));
    for (line, row) in lines.iter().zip(inside.rows()) {
        Pen::new(row, buf, look).skip(1).put(line, Meaning::Strong);
    }
}
