//! What is under the pointer. It is found by laying the screen out again, as it was drawn.

use std::hash::Hash;

use ratatui::layout::{Position, Rect};

use super::{LEAST_HEIGHT, LEAST_WIDTH, Parts, board};
use crate::app::App;
use crate::app::mouse::Spot;
use crate::app::pane::{Pane, PaneKind};
use crate::tui::widgets::Look;
use crate::tui::widgets::table::page;

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
    match inside.and_then(row) {
        Some(index) => Some(Spot::Row { pane, index }),
        None => Some(Spot::Pane(pane)),
    }
}

/// The row of a pane at a place, below the titles of its columns.
fn row<I: Clone + Eq + Hash>(pane: &Pane<I>, inside: Rect, at: Position) -> Option<usize> {
    let line = at.y.checked_sub(inside.y.saturating_add(1)).filter(|_| inside.contains(at))?;
    let index = pane.top(page(inside.height, true)) + usize::from(line);
    (index < pane.rows().len()).then_some(index)
}
