//! The card that stands in for a screen that is too small.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{LEAST_HEIGHT, LEAST_WIDTH};
use crate::app::App;
use crate::app::command::CommandId;
use crate::app::estate::{Overview, Row};
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
    let mut lines = vec![(needed(area), Meaning::Strong), leave];
    lines.extend(open(app.property.counts().p1, app.jobs.running().count() + app.among.running()));
    center(&lines, look, area, buf);
}

/// The same of all properties: none of them is named.
pub fn render_overview(overview: &Overview, app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) {
    buf.set_style(area, look.style(Meaning::Text));
    let leave = if overview.leaving {
        ("leave? y yes, Esc stay".to_owned(), Meaning::Warning)
    } else {
        (format!("{} quits", app.settings.keymap.key_hint(CommandId::Quit)), Meaning::Muted)
    };
    let mut lines = vec![(needed(area), Meaning::Strong), leave];
    let sum = |of: fn(&Row) -> usize| overview.rows.iter().map(of).sum();
    lines.extend(open(sum(|row| row.p1), sum(|row| row.running)));
    center(&lines, look, area, buf);
}

fn needed(area: Rect) -> String {
    format!("needs {LEAST_WIDTH}x{LEAST_HEIGHT}, is {}x{}", area.width, area.height)
}

/// What is open and what runs, where anything is.
fn open(p1: usize, running: usize) -> impl Iterator<Item = (String, Meaning)> {
    let p1 = (p1 > 0).then(|| (format!("{p1} P1 open"), Meaning::Critical));
    p1.into_iter().chain((running > 0).then(|| (format!("{running} running"), Meaning::Pending)))
}

fn center(lines: &[(String, Meaning)], look: Look<'_>, area: Rect, buf: &mut Buffer) {
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let top = area.y + area.height.saturating_sub(count) / 2;
    for ((words, meaning), y) in lines.iter().zip(top..area.bottom()) {
        let blank = usize::from(area.width).saturating_sub(crate::text::width(words)) / 2;
        let line = Rect { y, height: 1, ..area };
        Pen::new(line, buf, look).skip(u16::try_from(blank).unwrap_or(0)).put(words, *meaning);
    }
}
