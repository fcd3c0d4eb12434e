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
    let mut lines = vec![
        (format!("nightdesk needs {LEAST_WIDTH}x{LEAST_HEIGHT}"), Meaning::Strong),
        (format!("this is {}x{}", area.width, area.height), Meaning::Text),
    ];
    let running = app.jobs.running().count();
    if running > 0 {
        lines.push((format!("{running} running"), Meaning::Pending));
    }
    let p1 = app.property.counts().p1;
    if p1 > 0 {
        lines.push((format!("{p1} P1 open"), Meaning::Critical));
    }
    if matches!(app.top(), Some(Layer::Leave)) {
        lines.push(("leave? y yes  Esc stay".into(), Meaning::Warning));
    } else {
        let quit = app.settings.keymap.key_hint(CommandId::Quit);
        lines.push((format!("{quit} quits"), Meaning::Muted));
    }
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.y + area.height.saturating_sub(count) / 2;
    for ((words, meaning), y) in lines.iter().zip(top..area.bottom()) {
        let blank = usize::from(area.width).saturating_sub(crate::text::width(words)) / 2;
        let line = Rect { y, height: 1, ..area };
        Pen::new(line, buf, look).skip(u16::try_from(blank).unwrap_or(0)).put(words, *meaning);
    }
}
