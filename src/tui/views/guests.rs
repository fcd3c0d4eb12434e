//! Who is in the house, comes or goes tonight.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Shown;
use super::words;
use crate::app::App;
use crate::app::pane::PaneKind;
use crate::property::{KeyState, StayId};
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::table::{Cell, Row};

const COLUMNS: [Column; 10] = [
    Column::new("room", 4, 7, 0).right(),
    Column::new("guest", 12, 28, 0),
    Column::new("class", 8, 9, 0),
    Column::new("until", 14, 15, 0),
    Column::new("PIN", 3, 3, 1),
    Column::new("card", 6, 6, 1),
    Column::new("mob", 3, 3, 1),
    Column::new("from", 14, 15, 5),
    Column::new("party", 5, 5, 6).right(),
    Column::new("reservation", 8, 18, 7).middle(),
];

/// Draws the pane. Returns how many rows there was room for.
pub fn render(app: &App, look: Look<'_>, area: Rect, framed: bool, buf: &mut Buffer) -> u16 {
    let shown = Shown {
        kind: PaneKind::Guests,
        rows: &app.board.guests,
        columns: &COLUMNS,
        sorts: [0, 1, 2, 3],
        nothing: "no guest is in the house, due in or due out",
    };
    shown.render(app, look, area, framed, buf, |id| row(app, look, id))
}

fn row<'a>(app: &'a App, look: Look<'_>, id: &StayId) -> Row<'a> {
    let Some(stay) = app.property.stay(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    let filter = &app.board.guests.filter;
    let party = app.property.party(id).len();
    let meaning = words::of_class(stay.class);
    // Cloud keys have no column of their own: few hotels have them.
    let mobile = if stay.keys.mobile == KeyState::None { stay.keys.cloud } else { stay.keys.mobile };
    Row {
        cells: vec![
            Cell::new(stay.room.as_str()).matched(filter.marks(&stay.room)),
            Cell::new(stay.name.as_str()).matched(filter.marks(&stay.name)),
            Cell::of(meaning, stay.class.word()),
            Cell::of(meaning, words::short(app, stay.ends_at, look.glyphs)),
            words::key_cell(stay.keys.code, look.glyphs),
            words::key_cell(stay.keys.card, look.glyphs),
            words::key_cell(mobile, look.glyphs),
            Cell::of(Meaning::Muted, words::short(app, stay.starts_at, look.glyphs)),
            Cell::of(Meaning::Muted, if party > 0 { format!("+{party}") } else { String::new() }),
            Cell::of(Meaning::Muted, stay.reservation_key.as_deref().unwrap_or_default()),
        ],
        sign: app.others.at(stay).map(|_| (look.glyphs.current, Meaning::Pending)),
        ..Row::default()
    }
}
