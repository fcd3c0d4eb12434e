//! Which columns of a pane are on the screen, and what a cell of them looks like where nothing more is to be said
//! of it.

use super::words;
use crate::app::App;
use crate::app::columns::{ColumnId, Gives, Spec, Value};
use crate::app::filter::Marker;
use crate::app::pane::PaneKind;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::{Column, Cut, widths};
use crate::tui::widgets::table::{Cell, MARGIN};

/// The columns that have room.
pub struct Shown {
    /// Which.
    pub ids: Vec<ColumnId>,
    /// The same, as the table has them.
    pub columns: Vec<Column>,
}

/// How a pane fits a column into its width, where nobody has chosen one; none where it has no room for it.
pub type Fitting = fn(Spec, u16) -> Option<Spec>;

/// As the table of columns has it.
pub fn as_it_is(spec: Spec, _: u16) -> Option<Spec> {
    Some(spec)
}

/// The columns of a pane that have room in so many cells.
pub fn shown(app: &App, kind: PaneKind, width: u16, fitting: Fitting) -> Shown {
    let chosen = app.board.tables.layout(kind).shown();
    let mut all: Vec<(ColumnId, Column)> = Vec::new();
    for (spec, wish) in chosen {
        let Some(fitted) = (if wish.is_some() { Some(*spec) } else { fitting(*spec, width) }) else {
            continue;
        };
        let mut column = Column::new(fitted.title, fitted.min, fitted.max, fitted.rank);
        if fitted.is_right {
            column = column.right();
        }
        column.cut = match fitted.gives {
            Gives::End => Cut::End,
            Gives::Middle => Cut::Middle,
            Gives::Name => Cut::Name,
        };
        if let Some(wish) = wish {
            column = column.wide(wish);
        }
        all.push((fitted.id, column));
    }
    let columns: Vec<Column> = all.iter().map(|(_, column)| *column).collect();
    let widths = widths(&columns, width.saturating_sub(MARGIN));
    let with_room = all.into_iter().zip(widths).filter(|(_, width)| *width > 0).map(|(column, _)| column);
    let (ids, columns) = with_room.unzip();
    Shown { ids, columns }
}

/// What the row of a pane is made with.
#[derive(Clone, Copy)]
pub struct Making<'a, 'm> {
    /// The program.
    pub app: &'a App,
    /// How things look.
    pub look: Look<'a>,
    /// What tells where the filter matches.
    pub marker: &'m Marker<'m>,
}

impl<'a> Making<'a, '_> {
    /// The same cell, with what the filter matched in it.
    pub fn matched<'c>(&self, column: ColumnId, cell: Cell<'c>) -> Cell<'c> {
        let marks = self.marker.cell(column, &cell.text);
        cell.matched(marks)
    }

    /// A cell that only tells its value.
    pub fn plain<'c>(&self, column: ColumnId, value: Value<'c>) -> Cell<'c> {
        let (app, glyphs) = (self.app, self.look.glyphs);
        match value {
            Value::Empty if is_time(column) => Cell::of(Meaning::Muted, glyphs.none.to_owned()),
            Value::Empty => Cell::default(),
            Value::Words(words) | Value::Counted(words) => {
                self.matched(column, Cell::of(Meaning::Muted, words))
            }
            Value::Number(n) => Cell::of(Meaning::Muted, n.to_string()),
            Value::Time(at) => Cell::of(Meaning::Muted, words::short_at(app, at)),
            Value::Class(class) => Cell::of(words::of_class(class), class.word()),
            Value::Key(state) => words::key_cell(state, glyphs),
            Value::Severity(severity) => Cell::of(words::of_severity(severity), severity.word()),
        }
    }
}

fn is_time(column: ColumnId) -> bool {
    matches!(column, ColumnId::From | ColumnId::Until | ColumnId::Booked | ColumnId::Opened | ColumnId::Began)
}
