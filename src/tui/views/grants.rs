//! Who, where, when, how.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Shown;
use super::words;
use crate::app::pane::PaneKind;
use crate::app::{App, rows};
use crate::seam::id::GrantId;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::table::{Cell, Row};

const COLUMNS: [Column; 5] = [
    Column::new("guest", 10, 24, 0),
    Column::new("where", 10, 30, 0),
    Column::new("issued", 16, 18, 1),
    Column::new("until", 14, 15, 2),
    Column::new("grant", 8, 8, 3),
];

/// Draws the pane. Returns how many rows there was room for.
pub fn render(app: &App, look: Look<'_>, area: Rect, framed: bool, buf: &mut Buffer) -> u16 {
    let shown = Shown {
        kind: PaneKind::Grants,
        rows: &app.board.grants,
        columns: &COLUMNS,
        sorts: [0, 1, 3, 2],
        nothing: "no grant gives access tonight",
    };
    shown.render(app, look, area, framed, buf, |id| row(app, look, id))
}

fn row<'a>(app: &'a App, look: Look<'_>, id: &GrantId) -> Row<'a> {
    let p = &app.property;
    let Some(grant) = p.grant(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    let filter = &app.board.grants.filter;
    let who = rows::who(p, grant);
    let places = rows::places(p, grant);
    let issued = rows::issued_word(p, id);
    let (matched_who, matched_places) = (filter.marks(&who), filter.marks(&places));
    let (issued, meaning) = if grant.is_being_deleted() {
        ("being revoked".to_owned(), Meaning::Pending)
    } else if !grant.errors().is_empty() {
        (format!("{issued} {}", look.glyphs.alert), Meaning::Critical)
    } else if issued == "issued" {
        (issued, Meaning::Muted)
    } else {
        (issued, Meaning::Warning)
    };
    Row {
        cells: vec![
            Cell::new(who.to_string()).matched(matched_who),
            Cell::new(places).matched(matched_places),
            Cell::of(meaning, issued),
            Cell::of(Meaning::Muted, words::short(app, grant.ends_at, look.glyphs)),
            Cell::of(Meaning::Muted, grant.id.short().to_string()),
        ],
        ..Row::default()
    }
}
