//! What a frame is before anything is drawn on it.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Look;
use crate::tui::theme::Meaning;

/// Gives a part of a frame on which nothing is drawn yet the style of plain text: in most themes that of the terminal
/// itself.
pub fn ground(area: Rect, look: Look<'_>, buf: &mut Buffer) {
    let style = look.style(Meaning::Text);
    if style != Style::new() && style != Style::reset() {
        buf.set_style(area, style);
    }
}

/// Makes a part of a frame what it was before anything was drawn on it.
pub fn blank(area: Rect, look: Look<'_>, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    for row in area.rows() {
        if let Some(cells) = cells_mut(buf, row) {
            cells.iter_mut().for_each(Cell::reset);
        }
    }
    ground(area, look, buf);
}

/// Makes a part of a frame what it is on another.
pub fn copy(from: &Buffer, to: &mut Buffer, area: Rect) {
    for row in area.intersection(from.area).intersection(to.area).rows() {
        let start = from.index_of(row.x, row.y);
        let source = from.content.get(start..start + usize::from(row.width));
        if let (Some(source), Some(target)) = (source, cells_mut(to, row)) {
            target.clone_from_slice(source);
        }
    }
}

/// The cells of a line, which must be inside of the buffer.
fn cells_mut(buf: &mut Buffer, row: Rect) -> Option<&mut [Cell]> {
    let start = buf.index_of(row.x, row.y);
    buf.content.get_mut(start..start + usize::from(row.width))
}
