//! What is under the pointer. It is found by laying the screen out again, as it was drawn.

use std::hash::Hash;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

use super::{LEAST_HEIGHT, LEAST_WIDTH, Parts, board};
use crate::app::App;
use crate::app::mouse::Spot;
use crate::app::pane::{Pane, PaneKind, Sort};
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
    let title = |inside: Rect| (inside.y == at.y).then(|| title(app, look, screen, inside, at)).flatten();
    if let Some(sort) = inside.and_then(title).and_then(|title| sorted_by(pane, &title)) {
        return Some(Spot::Title { pane, sort });
    }
    Some(inside.and_then(row).map_or(Spot::Pane(pane), |index| Spot::Row { pane, index }))
}

/// The title of the column at a place, read off the screen as it is drawn: which columns there are depends on
/// much. Between two titles there are at least two blanks.
fn title(app: &App, look: Look<'_>, screen: Rect, inside: Rect, at: Position) -> Option<String> {
    let mut buf = Buffer::empty(screen);
    super::render(app, look, screen, &mut buf);
    let line: Vec<&str> =
        (inside.left()..inside.right()).map(|x| buf.cell((x, at.y)).map_or(" ", Cell::symbol)).collect();
    let x = usize::from(at.x.checked_sub(inside.x)?);
    let (before, after) = (line.get(..x)?, line.get(x..)?);
    let ends = |cells: &[&str]| cells == [" ", " "];
    let from =
        before.windows(2).collect::<Vec<_>>().iter().rposition(|cells| ends(cells)).map_or(0, |n| n + 2);
    let to = after.windows(2).position(ends).unwrap_or(after.len());
    let title: String = line.get(from..x + to)?.concat();
    let marks = [look.glyphs.ascending, look.glyphs.descending];
    let title = marks.iter().fold(title.trim(), |title, mark| title.trim_end_matches(mark));
    (!title.is_empty()).then(|| title.to_owned())
}

/// How a pane is sorted by the column of this title, where it can be.
fn sorted_by(pane: PaneKind, title: &str) -> Option<Sort> {
    // The severity has a narrow column, and a title of one letter.
    let name = if title == "P" { "severity" } else { title };
    let column = pane.sorts().iter().position(|sort| *sort == name)?;
    Some(Sort { column, descending: false })
}

/// The row of a pane at a place, below the titles of its columns.
fn row<I: Clone + Eq + Hash>(pane: &Pane<I>, inside: Rect, at: Position) -> Option<usize> {
    let line = at.y.checked_sub(inside.y.saturating_add(1)).filter(|_| inside.contains(at))?;
    let index = pane.top(page(inside.height, true)) + usize::from(line);
    (index < pane.rows().len()).then_some(index)
}
