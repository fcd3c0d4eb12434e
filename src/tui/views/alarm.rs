//! The worst open warning, where the warnings themselves are not on the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{board, words};
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::pane::PaneKind;
use crate::text;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pen::Pen;

/// Whether there is one that is not on the screen already.
pub fn is_wanted(app: &App, area: Rect) -> bool {
    !board::shows(app, area, PaneKind::Warnings) && app.property.worst_alert().is_some()
}

/// Draws it.
pub fn render(app: &App, look: Look<'_>, line: Rect, buf: &mut Buffer) {
    let Some(alert) = app.property.worst_alert() else { return };
    let meaning = words::of_severity(alert.severity);
    let there = format!("{} there", app.settings.keymap.key_hint(CommandId::Warnings));
    let mut pen = Pen::new(line, buf, look);
    pen.skip(1);
    let hint = u16::try_from(text::width(&there)).unwrap_or(0).saturating_add(2);
    let hinted = hint < pen.left() / 3;
    if hinted {
        pen.reserve(hint);
    }
    pen.put(alert.severity.word(), meaning).put(" ", Meaning::Text);
    for who in [&alert.room, &alert.who].into_iter().flatten() {
        pen.put(who, Meaning::Strong).put(" ", Meaning::Text);
    }
    pen.put(&alert.why, meaning);
    pen.put_whole(&format!(", {}", words::age(app, alert.since)), Meaning::Muted);
    if hinted {
        let at = line.right() - hint;
        Pen::new(Rect { x: at, width: hint, ..line }, buf, look).skip(1).put(&there, Meaning::KeyHint);
    }
}
