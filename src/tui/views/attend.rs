//! Acknowledging and snoozing warnings.

use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::Drawn;
use super::dialog::{fields, key_line};
use super::page::{self, Page};
use super::words;
use crate::app::App;
use crate::app::attend::{Attend, Stage, whom};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::modal::Modal;

/// Cells inside the frame, where the screen is wide enough.
const WIDTH: u16 = 76;
/// Cells of the labels.
const LABEL: usize = 4;

const FORM: &[(&str, &str)] = &[("Enter", "do it"), ("Tab", "next field"), ("Esc", "leave")];
const BUSY: &[(&str, &str)] = &[("Esc", "leave")];

/// Draws the box.
pub(super) fn render(app: &App, attend: &Attend, look: Look<'_>, area: Rect, buf: &mut Buffer) -> Drawn {
    let width = WIDTH.min(area.width.saturating_sub(4));
    let mut head = Page::new(look, width.saturating_sub(2));
    let title = head_of(app, attend, &mut head);
    let mut foot = Page::new(look, width.saturating_sub(2));
    let is_form = matches!(attend.stage, Stage::Form(_));
    foot.blank();
    match &attend.stage {
        Stage::Form(Some(why)) => drop(foot.labelled("", 1, why, Meaning::Error, Meaning::Error)),
        Stage::Form(None) => {}
        Stage::Busy => drop(foot.line(&[("being written", Meaning::Pending)]).blank()),
    }
    let around = head.lines.len() + foot.lines.len() + 4;
    let room = usize::from(area.height.saturating_sub(2)).saturating_sub(around).max(1);
    let laid = if is_form {
        fields::laid_out(&attend.form, room, usize::from(width).saturating_sub(2))
    } else {
        Vec::new()
    };
    let height = around + laid.iter().map(|field| field.height).sum::<usize>();
    let wants = Size { width, height: u16::try_from(height).unwrap_or(u16::MAX) };
    let inside = Modal { title: title.into(), wants, ..Modal::default() }.render(area, buf, look);
    // Where not all fits, the fields matter more than what is known anyway.
    let spare = usize::from(inside.height).saturating_sub(height - head.lines.len());
    let shown = u16::try_from(head.lines.len().min(spare)).unwrap_or_default();
    let top = Rect { y: inside.y + 1, height: shown, ..inside }.intersection(inside);
    page::text(head.lines.get(..usize::from(shown)).unwrap_or_default(), 0, top, buf);
    let mut rows = inside.rows().skip(1 + usize::from(shown));
    let mut cursor = None;
    for field in &laid {
        cursor = field.draw(look, &mut rows, buf).or(cursor);
    }
    let below: Vec<Rect> = rows.take(foot.lines.len()).collect();
    if let (Some(first), Some(last)) = (below.first(), below.last()) {
        page::text(&foot.lines, 0, Rect { height: last.bottom() - first.y, ..*first }, buf);
    }
    key_line(if is_form { FORM } else { BUSY }, look, inside, buf);
    Drawn { cursor, ..Drawn::rows(inside.height) }
}

/// What it is about; returns the title.
fn head_of(app: &App, attend: &Attend, head: &mut Page<'_>) -> String {
    let alerts = attend.alerts();
    let [one] = alerts.as_slice() else {
        return format!("Acknowledge or snooze: {}", words::count(alerts.len(), "warning"));
    };
    let Some(alert) = app.property.alert(one) else {
        head.line(&[("This is over.", Meaning::Ok)]).blank();
        return "Acknowledge or snooze".to_owned();
    };
    let meaning = words::of_severity(alert.severity);
    head.labelled(alert.severity.word(), LABEL, &alert.why, meaning, Meaning::Text);
    if let Some(said) = words::attended(app, one) {
        head.labelled("", LABEL, &said, Meaning::Muted, Meaning::Muted);
    }
    head.blank();
    format!("Acknowledge or snooze: {}", whom(alert))
}
