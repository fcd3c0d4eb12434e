//! A warning that belongs to no stay, whole.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Drawn;
use super::page::{self, Page};
use super::{warnings, words};
use crate::app::App;
use crate::order::Arrange as _;
use crate::property::{Alert, AlertId, Rule};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;

/// Draws the page.
pub(super) fn render(
    app: &App,
    id: &AlertId,
    scroll: usize,
    look: Look<'_>,
    area: Rect,
    buf: &mut Buffer,
) -> Drawn {
    let alert = app.property.alert(id);
    let title = alert.and_then(|a| a.who.as_ref()).map_or("Warning", |who| who.as_str());
    page::render(title, scroll, look, area, buf, |width| {
        let mut page = Page::new(look, width);
        match alert {
            Some(alert) => whole(app, alert, &mut page),
            None => drop(page.line(&[("This is over.", Meaning::Ok)])),
        }
        page.lines
    })
}

fn whole(app: &App, alert: &Alert, page: &mut Page<'_>) {
    let meaning = words::of_severity(alert.severity);
    page.entry(alert.severity.word(), &alert.why, meaning);
    page.blank();
    let since = format!("{}, {}", words::short_at(app, alert.since), words::age(app, alert.since));
    page.entry("since", &since, Meaning::Text);
    for (label, said) in [("who", &alert.who), ("room", &alert.room)] {
        if let Some(said) = said {
            page.entry(label, said, Meaning::Text);
        }
    }
    if let Some(said) = words::attended(app, &alert.id) {
        let stands = app.property.attended(&alert.id).map(|stands| stands.name()).unwrap_or_default();
        page.entry(stands, &said, Meaning::Strong);
    }
    let fixes = warnings::fixes(app, alert, usize::MAX);
    if !fixes.is_empty() {
        page.entry("do", &fixes, Meaning::KeyHint);
    }
    // A code of Seam's is no name of ours.
    let label = if matches!(alert.id.rule, Rule::Notice(_)) { "code" } else { "rule" };
    page.entry(label, alert.id.rule.name(), Meaning::Muted);
    caused(app, &alert.id, page);
}

/// What it has brought about.
fn caused(app: &App, id: &AlertId, page: &mut Page<'_>) {
    let mut children: Vec<&Alert> = app.property.caused_by(id).collect();
    if children.is_empty() {
        return;
    }
    children.arrange_by(|a, b| (a.severity, a.since, &a.id).cmp(&(b.severity, b.since, &b.id)));
    page.heading(&format!("Caused by this: {}", children.len()));
    for child in children {
        let room = child.room.as_deref().unwrap_or_default();
        let who = child.who.as_deref().unwrap_or_default();
        let said = format!("{room} {who}: {}", child.why);
        page.labelled(
            child.severity.word(),
            4,
            said.trim(),
            words::of_severity(child.severity),
            Meaning::Text,
        );
    }
}
