//! Who is in the house, comes or goes tonight.

use ratatui::buffer::Buffer;

use super::cells::{Making, as_it_is};
use super::pane::Shown;
use super::sketch::{Seen, Slot};
use super::words;
use crate::app::App;
use crate::app::columns::{ColumnId, Value, of_stay};
use crate::app::pane::PaneKind;
use crate::property::{Stay, StayId};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::table::{Cell, Row};

/// Draws the pane.
pub fn render(app: &App, look: Look<'_>, slot: Slot, buf: &mut Buffer) -> Seen {
    let shown = Shown {
        kind: PaneKind::Guests,
        rows: &app.board.guests,
        fitting: as_it_is,
        nothing: "no guest is in the house, due in or due out",
    };
    shown.render(app, look, slot, buf, row)
}

fn row<'a>(making: Making<'a, '_>, id: &StayId, columns: &[ColumnId]) -> Row<'a> {
    let app = making.app;
    let Some(stay) = app.property.stay(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    Row {
        cells: columns.iter().map(|column| cell(making, stay, *column)).collect(),
        sign: app.others.at(stay).map(|_| (making.look.glyphs.current, Meaning::Pending)),
        ..Row::default()
    }
}

fn cell<'a>(making: Making<'a, '_>, stay: &'a Stay, column: ColumnId) -> Cell<'a> {
    let app = making.app;
    match column {
        ColumnId::Room => making.matched(column, Cell::new(stay.room.as_str())),
        ColumnId::Guest => making.matched(column, Cell::new(stay.name.as_str())),
        ColumnId::Until => {
            Cell::of(words::of_class(stay.class), words::short(app, stay.ends_at(), making.look.glyphs))
        }
        ColumnId::Party => match of_stay(&app.property, stay, column) {
            Value::Number(party) if party > 0 => Cell::of(Meaning::Muted, format!("+{party}")),
            _ => Cell::default(),
        },
        _ => making.plain(column, of_stay(&app.property, stay, column)),
    }
}
