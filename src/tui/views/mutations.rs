//! Changes on their way to the locks.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::pane::Shown;
use super::words;
use crate::app::App;
use crate::app::pane::PaneKind;
use crate::property::MutationId;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::Column;
use crate::tui::widgets::table::{Cell, Row};

const COLUMNS: [Column; 5] = [
    Column::new("room", 4, 7, 0).right(),
    Column::new("what", 8, 18, 0),
    Column::new("change", 12, 34, 0),
    Column::new("guest", 10, 24, 3),
    Column::new("age", 5, 6, 0).right(),
];

/// Draws the pane. Returns how many rows there was room for.
pub fn render(app: &App, look: Look<'_>, area: Rect, framed: bool, buf: &mut Buffer) -> u16 {
    let shown = Shown {
        kind: PaneKind::Mutations,
        rows: &app.board.mutations,
        columns: &COLUMNS,
        sorts: [4, 0, 1, 1],
        nothing: "nothing is on its way to the locks",
    };
    shown.render(app, look, area, framed, buf, |id| row(app, look, id))
}

fn row<'a>(app: &'a App, look: Look<'_>, id: &MutationId) -> Row<'a> {
    let p = &app.property;
    let Some(mutation) = p.mutation(id) else {
        return Row { meaning: Some(Meaning::Muted), ..Row::default() };
    };
    let filter = &app.board.mutations.filter;
    let guest = mutation.stay.as_ref().and_then(|s| p.stay(s)).map(|s| s.name.as_str()).unwrap_or_default();
    let is_late =
        !mutation.waits_for_card && mutation.since.is_some_and(|since| app.now() - since > limit(app));
    let age = mutation.since.map(|since| words::age(app, since)).unwrap_or_default();
    let age = if is_late { format!("{} {age}", look.glyphs.alert) } else { age };
    let what = if mutation.waits_for_card { "re-cut card" } else { mutation.what.as_str() };
    Row {
        cells: vec![
            Cell::new(mutation.room.as_str()).matched(filter.marks(&mutation.room)),
            Cell::of(Meaning::Pending, what).matched(filter.marks(&mutation.what)),
            Cell::new(mutation.change.as_str()).matched(filter.marks(&mutation.change)),
            Cell::of(Meaning::Muted, guest),
            Cell::of(if is_late { Meaning::Critical } else { Meaning::Muted }, age),
        ],
        ..Row::default()
    }
}

fn limit(app: &App) -> TimeDelta {
    app.property.settings().mutation_limit
}
