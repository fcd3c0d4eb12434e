//! Who, where, when, how.

use ratatui::buffer::Buffer;

use super::cells::{Making, as_it_is};
use super::pane::Shown;
use super::sketch::{Seen, Slot};
use crate::app::columns::{ColumnId, of_grant};
use crate::app::pane::PaneKind;
use crate::app::{App, rows};
use crate::property::Grant;
use crate::seam::id::GrantId;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::table::{Cell, Row};

/// Draws the pane.
pub fn render(app: &App, look: Look<'_>, slot: Slot, buf: &mut Buffer) -> Seen {
    let shown = Shown {
        kind: PaneKind::Grants,
        rows: &app.board.grants,
        fitting: as_it_is,
        nothing: "no grant gives access tonight",
    };
    shown.render(app, look, slot, buf, row)
}

fn row<'a>(making: Making<'a, '_>, id: &GrantId, columns: &[ColumnId]) -> Row<'a> {
    let Some(grant) = making.app.property.grant(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    Row { cells: columns.iter().map(|column| cell(making, grant, *column)).collect(), ..Row::default() }
}

fn cell<'a>(making: Making<'a, '_>, grant: &'a Grant, column: ColumnId) -> Cell<'a> {
    let p = &making.app.property;
    match column {
        ColumnId::Guest => making.matched(column, Cell::new(rows::who(p, grant).to_string())),
        ColumnId::Where => making.matched(column, Cell::new(rows::places(p, grant))),
        ColumnId::Issued => issued(making, grant),
        ColumnId::Short => Cell::of(Meaning::Muted, grant.id.short().to_string()),
        _ => making.plain(column, of_grant(p, grant, column)),
    }
}

fn issued<'a>(making: Making<'a, '_>, grant: &Grant) -> Cell<'a> {
    let issued = rows::issued_word(&making.app.property, &grant.id);
    if grant.is_being_deleted() {
        Cell::of(Meaning::Pending, "being revoked")
    } else if !grant.errors().is_empty() {
        Cell::of(Meaning::Critical, format!("{issued} {}", making.look.glyphs.alert))
    } else if issued == "issued" {
        Cell::of(Meaning::Muted, issued)
    } else {
        Cell::of(Meaning::Warning, issued)
    }
}
