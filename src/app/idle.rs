//! What is done bit by bit while nothing else is to be done.

use super::App;
use super::event::Effects;

impl App {
    /// Whether what a first reading has left over may be looked at now: not while the screen holds still.
    pub fn is_behind(&self) -> bool {
        self.property.is_behind() && self.freeze.since().is_none()
    }

    /// Goes on with what is looked through in slices, somebody's long list before anything else.
    pub(super) fn idle(&mut self) -> Effects {
        let draw = if self.board.is_searching() {
            self.board.search_on(&self.property)
        } else if self.is_behind() {
            let changed = self.property.catch_up();
            self.take_in(&changed)
        } else {
            false
        };
        Effects { list: Vec::new(), draw }
    }
}
