//! What the mouse does, where it is captured at all: it points, sorts and scrolls. It never confirms, opens or
//! changes anything, and where something lies over the panes a click does nothing.

use super::App;
use super::board::Travel;
use super::event::Effects;
use super::key::{Code, Key};
use super::layer::Layer;
use super::pane::{PaneKind, Sort};

/// Rows that one notch of the wheel moves.
const NOTCH: isize = 3;

/// What of the panes is under the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A pane, but none of its rows; also its tab, where only one pane is on the screen.
    Pane(PaneKind),
    /// A row of a pane.
    Row {
        /// Which pane.
        pane: PaneKind,
        /// Which row, counted from 0.
        index: usize,
    },
    /// The title of a column that can be sorted by.
    Title {
        /// Which pane.
        pane: PaneKind,
        /// Sorted by that column, from the least on.
        sort: Sort,
    },
}

impl Spot {
    /// The pane it is in.
    pub fn pane(self) -> PaneKind {
        match self {
            Self::Pane(pane) | Self::Row { pane, .. } | Self::Title { pane, .. } => pane,
        }
    }
}

impl App {
    /// A click, on what is under the pointer.
    pub(super) fn click(&mut self, spot: Spot) -> Effects {
        // What lies over the panes is answered by keys alone.
        if self.top().is_some() || self.board.tables.naming.is_some() {
            return Effects::default();
        }
        self.messages.key_pressed();
        self.board.typing &= spot.pane() == self.board.focus;
        self.board.focus = spot.pane();
        match spot {
            Spot::Pane(_) => {}
            Spot::Row { index, .. } => {
                self.board.travel(Travel::First);
                self.board.travel(Travel::Rows(isize::try_from(index).unwrap_or(isize::MAX)));
            }
            Spot::Title { pane, sort } => {
                // Once more turns it round.
                let descending = self.board.sort_of(pane) == sort;
                self.board.set_sort(&self.property, Sort { descending, ..sort });
                return self.remember();
            }
        }
        Effects::draw()
    }

    /// A notch of the wheel: it scrolls the pane under the pointer, or the page over the panes. In a dialog
    /// it could change what is chosen, so there it does nothing.
    pub(super) fn wheel(&mut self, down: bool, over: Option<PaneKind>) -> Effects {
        let rows = if down { NOTCH } else { -NOTCH };
        match self.top() {
            None => {
                // The pane under the pointer scrolls; the keys stay where they are.
                let focus = self.board.focus;
                self.board.focus = over.unwrap_or(focus);
                let draw = self.board.travel(Travel::Rows(rows));
                self.board.focus = focus;
                Effects { list: Vec::new(), draw }
            }
            Some(layer) if layer.is_page() && !matches!(layer, Layer::Link(_) | Layer::Why(_)) => {
                let key = Key::plain(if down { Code::Down } else { Code::Up });
                let mut effects = Effects::default();
                for _ in 0..NOTCH {
                    effects.merge(self.layer_key(key));
                }
                effects
            }
            Some(_) => Effects::default(),
        }
    }
}
