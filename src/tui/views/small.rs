//! The card that stands in for a screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{LEAST_HEIGHT, LEAST_WIDTH};
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::layer::Layer;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::pen::Pen;

/// Draws it. What runs goes on; leaving works as everywhere.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    // The most important first: on the smallest of screens the last are cut off.
    let leave = if matches!(app.top(), Some(Layer::Leave)) {
        ("leave? y yes, Esc stay".to_owned(), Meaning::Warning)
    } else {
        (format!("{} quits", app.settings.keymap.key_hint(CommandId::Quit)), Meaning::Muted)
    };
    let needed = format!("needs {LEAST_WIDTH}x{LEAST_HEIGHT}, is {}x{}", area.width, area.height);
    let mut lines = vec![(needed, Meaning::Strong), leave];
    let p1 = app.property.counts().p1;
    if p1 > 0 {
        lines.push((format!("{p1} P1 open"), Meaning::Critical));
    }
    let running = app.jobs.running().count();
    if running > 0 {
        lines.push((format!("{running} running"), Meaning::Pending));
    }
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.y + area.height.saturating_sub(count) / 2;
    for ((words, meaning), y) in lines.iter().zip(top..area.bottom()) {
        let blank = usize::from(area.width).saturating_sub(crate::text::width(words)) / 2;
        let line = Rect { y, height: 1, ..area };
        Pen::new(line, buf, look).skip(u16::try_from(blank).unwrap_or(0)).put(words, *meaning);
    }
}
