//! Who is at the desk?

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Drawn;
use crate::app::form::{Field, Value};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::footer::{self, Hint};
use crate::tui::widgets::input::InputLine;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;

/// Draws the question.
pub(super) fn render(field: &Field, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let wants = Size { width: 56, height: 6 };
    let modal = Modal { title: "Who is at the desk?".into(), wants, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    let mut rows = inside.rows().skip(1);
    let line = rows.next().unwrap_or_default();
    let line = Rect { x: line.x.saturating_add(2), width: line.width.saturating_sub(4), ..line };
    let cursor = match &field.value {
        Value::Line { input, .. } => {
            let shown = InputLine {
                label: field.label.into(),
                input,
                placeholder: "your name, as colleagues know it".into(),
                focused: true,
                invalid: false,
            };
            shown.render(line.intersection(inside), buf, look)
        }
        _ => None,
    };
    if let Some(row) = rows.nth(1) {
        Pen::new(row, buf, look).skip(2).put("Everything you do is in the journal under it.", Meaning::Muted);
    }
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: inside.height.min(1), ..inside };
    footer::render(
        &[Hint::new("Enter", "that is me"), Hint::new("Esc", "rather not say")],
        &[],
        foot,
        buf,
        look,
    );
    Drawn { cursor, ..Drawn::rows(1) }
}
