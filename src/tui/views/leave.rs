//! Leaving while something runs.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::words;
use crate::app::App;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;
use crate::tui::widgets::pen::Pen;

/// Draws the question.
pub fn render(app: &App, look: Look<'_>, area: Rect, buf: &mut Buffer) -> u16 {
    let jobs: Vec<_> = app.jobs.running().collect();
    let elsewhere = app.among.elsewhere();
    let running = words::count(jobs.len() + app.among.running(), "action");
    let height = u16::try_from(jobs.len().min(6) + elsewhere.len().min(6)).unwrap_or(0) + 6;
    let modal = Modal { title: "Leave?".into(), wants: Size { width: 62, height }, ..Modal::default() };
    let inside = modal.render(area, buf, look);
    let said = format!("{running} running. What was sent to Seam goes on there;");
    let mut lines = vec![(said, Meaning::Text)];
    lines.push(("steps that have not begun will not be done:".into(), Meaning::Text));
    for job in jobs.iter().take(6) {
        let whom = if job.room.is_empty() { &job.guest } else { &job.room };
        lines.push((format!("  {} {whom}", job.action.verb()), Meaning::Pending));
    }
    for other in elsewhere.iter().take(6) {
        lines.push((format!("  {} at {}", other.running, other.name), Meaning::Pending));
    }
    let rows = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    for ((said, meaning), row) in lines.iter().zip(rows.rows()) {
        Pen::new(row, buf, look).skip(2).put(said, *meaning);
    }
    answers(inside, look, buf);
    inside.height
}

/// The last line: what can be answered.
pub(super) fn answers(inside: Rect, look: Look<'_>, buf: &mut Buffer) {
    let foot = Rect { y: inside.bottom().saturating_sub(2), height: 1, ..inside }.intersection(inside);
    let mut pen = Pen::new(foot, buf, look);
    pen.skip(2).put("[ Stay ]", Meaning::Selection).skip(3).put("y", Meaning::KeyHint);
    pen.put(" leave", Meaning::Text).skip(3).put("Esc", Meaning::KeyHint).put(" stay", Meaning::Text);
}
