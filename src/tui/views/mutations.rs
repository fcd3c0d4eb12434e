//! Changes on their way to the locks.

use ratatui::buffer::Buffer;

use super::cells::{Making, as_it_is};
use super::pane::Shown;
use super::sketch::{Seen, Slot};
use super::words;
use crate::app::App;
use crate::app::columns::{ColumnId, of_mutation};
use crate::app::pane::PaneKind;
use crate::property::{MutationId, MutationRow};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::table::{Cell, Row};

/// Draws the pane.
pub fn render(app: &App, look: Look<'_>, slot: Slot, buf: &mut Buffer) -> Seen {
    let shown = Shown {
        kind: PaneKind::Mutations,
        rows: &app.board.mutations,
        fitting: as_it_is,
        nothing: "nothing is on its way to the locks",
    };
    shown.render(app, look, slot, buf, row)
}

fn row<'a>(making: Making<'a, '_>, id: &MutationId, columns: &[ColumnId]) -> Row<'a> {
    let Some(mutation) = making.app.property.mutation(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    Row { cells: columns.iter().map(|column| cell(making, mutation, *column)).collect(), ..Row::default() }
}

fn cell<'a>(making: Making<'a, '_>, mutation: &'a MutationRow, column: ColumnId) -> Cell<'a> {
    match column {
        ColumnId::Room => making.matched(column, Cell::new(mutation.room.as_str())),
        ColumnId::What => {
            let what = if mutation.waits_for_card { "re-cut card" } else { mutation.what.as_str() };
            making.matched(column, Cell::of(Meaning::Pending, what))
        }
        ColumnId::Change => making.matched(column, Cell::new(mutation.change.as_str())),
        ColumnId::Age => age(making, mutation),
        _ => making.plain(column, of_mutation(&making.app.property, mutation, column)),
    }
}

fn age<'a>(making: Making<'a, '_>, mutation: &MutationRow) -> Cell<'a> {
    let app = making.app;
    let Some(since) = mutation.since else { return Cell::default() };
    let is_late = !mutation.waits_for_card && app.shown_at() - since > app.property.settings().mutation_limit;
    let age = words::age(app, since);
    if is_late {
        Cell::of(Meaning::Critical, format!("{} {age}", making.look.glyphs.alert))
    } else {
        Cell::of(Meaning::Muted, age)
    }
}
