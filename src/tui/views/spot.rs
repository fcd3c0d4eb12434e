//! What is under the pointer. It is found by laying the screen out again, as it was drawn.

use std::hash::Hash;

use ratatui::layout::{Position, Rect};

use super::cells::{self, Fitting, as_it_is};
use super::{LEAST_HEIGHT, LEAST_WIDTH, Parts, board, warnings};
use crate::app::App;
use crate::app::columns::spec;
use crate::app::mouse::Spot;
use crate::app::pane::{Pane, PaneKind, Sort};
use crate::tui::widgets::Look;
use crate::tui::widgets::columns::{GAP, widths};
use crate::tui::widgets::table::{MARGIN, page};

/// What of the panes is at a place of a screen of this size; nothing where they are covered.
pub fn spot(app: &App, look: Look<'_>, screen: Rect, at: Position) -> Option<Spot> {
    let is_small = screen.width < LEAST_WIDTH || screen.height < LEAST_HEIGHT;
    if is_small || app.top().is_some() {
        return None;
    }
    let body = Parts::of(app, screen).body;
    if !body.contains(at) {
        return None;
    }
    let (pane, inside) = board::pane_at(app, screen, body, at, look)?;
    let board = &app.board;
    let row = |inside| match pane {
        PaneKind::Guests => row(&board.guests, inside, at),
        PaneKind::Grants => row(&board.grants, inside, at),
        PaneKind::Mutations => row(&board.mutations, inside, at),
        PaneKind::Warnings => row(&board.warnings, inside, at),
    };
    let sort = inside.filter(|inside| inside.y == at.y).and_then(|inside| sorted_by(app, pane, inside, at));
    if let Some(sort) = sort {
        return Some(Spot::Title { pane, sort });
    }
    Some(inside.and_then(row).map_or(Spot::Pane(pane), |index| Spot::Row { pane, index }))
}

/// How a pane is sorted by the column at a place, where it can be.
fn sorted_by(app: &App, pane: PaneKind, inside: Rect, at: Position) -> Option<Sort> {
    let fitting: Fitting = if pane == PaneKind::Warnings { warnings::fitting } else { as_it_is };
    let shown = cells::shown(app, pane, inside.width, fitting);
    let mut x = inside.x.saturating_add(MARGIN);
    let column = shown.ids.iter().zip(widths(&shown.columns, inside.width.saturating_sub(MARGIN))).find(
        |(_, width)| {
            let is_here = (x..x.saturating_add(*width)).contains(&at.x);
            x = x.saturating_add(*width).saturating_add(GAP);
            is_here
        },
    );
    let column =
        column.map(|(id, _)| *id).filter(|id| spec(pane, *id).is_some_and(|spec| spec.is_sortable()))?;
    Some(Sort { column, descending: false })
}

/// The row of a pane at a place, below the titles of its columns.
fn row<I: Clone + Eq + Hash>(pane: &Pane<I>, inside: Rect, at: Position) -> Option<usize> {
    let line = at.y.checked_sub(inside.y.saturating_add(1)).filter(|_| inside.contains(at))?;
    let index = pane.top(page(inside.height, true)) + usize::from(line);
    (index < pane.rows().len()).then_some(index)
}
