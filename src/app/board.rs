//! The four live panes: which rows they show and in which order, kept up by what changed.

use std::hash::Hash;

use super::filter::Filter;
use super::listing::{refresh, restart, search_on};
use super::pane::{Fate, Pane, PaneKind, Sort};
use super::tables::Tables;
use crate::property::{AlertId, Changed, MutationId, Property, StayId};
use crate::seam::id::GrantId;

/// The panes, which one has the keys, and whether it has the screen to itself.
#[derive(Clone, Debug)]
pub struct Board {
    /// Guests.
    pub guests: Pane<StayId>,
    /// Grants.
    pub grants: Pane<GrantId>,
    /// Pending mutations.
    pub mutations: Pane<MutationId>,
    /// Warnings.
    pub warnings: Pane<AlertId>,
    /// Which one has the keys.
    pub focus: PaneKind,
    /// Whether the focused pane has the screen to itself.
    pub zoomed: bool,
    /// Whether keys go into the filter of the focused pane.
    pub typing: bool,
    /// Which columns each pane shows, and the filters that were given names.
    pub tables: Tables,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            guests: Pane::of(PaneKind::Guests),
            grants: Pane::of(PaneKind::Grants),
            mutations: Pane::of(PaneKind::Mutations),
            warnings: Pane::of(PaneKind::Warnings),
            focus: PaneKind::Guests,
            zoomed: false,
            typing: false,
            tables: Tables::default(),
        }
    }
}

impl Board {
    /// Takes changes in. Returns the stay whose row vanished from under the cursor, if one did.
    pub fn refresh(&mut self, p: &Property, changed: &Changed) -> Option<StayId> {
        refresh(&mut self.grants, p, &changed.grants);
        refresh(&mut self.mutations, p, &changed.mutations);
        refresh(&mut self.warnings, p, &changed.alerts);
        match refresh(&mut self.guests, p, &changed.stays) {
            Fate::Gone(id) => Some(id),
            Fate::Kept => None,
        }
    }

    /// Orders the focused pane anew, after its filter or its sort changed.
    fn restart(&mut self, p: &Property, narrower: bool) {
        match self.focus {
            PaneKind::Guests => restart(&mut self.guests, p, narrower),
            PaneKind::Grants => restart(&mut self.grants, p, narrower),
            PaneKind::Mutations => restart(&mut self.mutations, p, narrower),
            PaneKind::Warnings => restart(&mut self.warnings, p, narrower),
        }
    }

    /// Whether a long list has not been looked through to its end.
    pub fn is_searching(&self) -> bool {
        self.guests.is_searching() || self.grants.is_searching()
    }

    /// Looks a little further through a long list, the focused pane's first. Says whether that is worth a
    /// frame.
    pub fn search_on(&mut self, p: &Property) -> bool {
        if self.grants.is_searching() && (self.focus == PaneKind::Grants || !self.guests.is_searching()) {
            return search_on(&mut self.grants, p);
        }
        search_on(&mut self.guests, p)
    }

    /// Looks through everything that is left, so that a row that must be there is.
    pub fn search_out(&mut self, p: &Property) {
        while self.is_searching() {
            self.search_on(p);
        }
    }

    /// The filter of the focused pane.
    pub fn filter(&self) -> &Filter {
        self.filter_of(self.focus)
    }

    /// The filter of a pane.
    pub fn filter_of(&self, kind: PaneKind) -> &Filter {
        match kind {
            PaneKind::Guests => &self.guests.filter,
            PaneKind::Grants => &self.grants.filter,
            PaneKind::Mutations => &self.mutations.filter,
            PaneKind::Warnings => &self.warnings.filter,
        }
    }

    /// Filters the focused pane. A long list is looked through bit by bit, see [`Board::search_on`].
    pub fn set_filter(&mut self, p: &Property, text: &str) {
        let narrower = self.filter().is_narrowed_by(text);
        match self.focus {
            PaneKind::Guests => self.guests.filter.set(text),
            PaneKind::Grants => self.grants.filter.set(text),
            PaneKind::Mutations => self.mutations.filter.set(text),
            PaneKind::Warnings => self.warnings.filter.set(text),
        }
        self.restart(p, narrower);
    }

    /// How a pane is sorted.
    pub fn sort_of(&self, kind: PaneKind) -> Sort {
        match kind {
            PaneKind::Guests => self.guests.sort,
            PaneKind::Grants => self.grants.sort,
            PaneKind::Mutations => self.mutations.sort,
            PaneKind::Warnings => self.warnings.sort,
        }
    }

    /// Sorts the focused pane.
    pub fn set_sort(&mut self, p: &Property, sort: Sort) {
        self.put_sort(self.focus, sort);
        self.restart(p, false);
    }

    /// Says how a pane is sorted before there is anything in it.
    pub(super) fn put_sort(&mut self, kind: PaneKind, sort: Sort) {
        match kind {
            PaneKind::Guests => self.guests.sort = sort,
            PaneKind::Grants => self.grants.sort = sort,
            PaneKind::Mutations => self.mutations.sort = sort,
            PaneKind::Warnings => self.warnings.sort = sort,
        }
    }

    /// Puts a pane in another order, whichever has the keys.
    pub(super) fn sort_pane(&mut self, p: &Property, kind: PaneKind, sort: Sort) {
        if self.sort_of(kind) != sort {
            let focus = std::mem::replace(&mut self.focus, kind);
            self.set_sort(p, sort);
            self.focus = focus;
        }
    }

    /// Filters anew what a filter lets through by the clock. Says whether there is such a filter.
    pub(super) fn minute_passed(&mut self, p: &Property) -> bool {
        let focus = self.focus;
        let timed = PaneKind::ALL.into_iter().filter(|kind| self.filter_of(*kind).is_of_time());
        let timed: Vec<PaneKind> = timed.collect();
        for kind in &timed {
            self.focus = *kind;
            self.restart(p, false);
        }
        self.focus = focus;
        !timed.is_empty()
    }

    /// Moves the cursor of the focused pane. Says whether it moved.
    pub fn travel(&mut self, by: Travel) -> bool {
        match self.focus {
            PaneKind::Guests => travel(&mut self.guests, by),
            PaneKind::Grants => travel(&mut self.grants, by),
            PaneKind::Mutations => travel(&mut self.mutations, by),
            PaneKind::Warnings => travel(&mut self.warnings, by),
        }
    }

    /// Whether the filter has found exactly one row.
    pub fn is_found(&self) -> bool {
        fn one<I: Clone + Eq + Hash>(pane: &Pane<I>) -> bool {
            !pane.filter.is_empty() && !pane.is_searching() && pane.rows().len() == 1
        }
        match self.focus {
            PaneKind::Guests => one(&self.guests),
            PaneKind::Grants => one(&self.grants),
            PaneKind::Mutations => one(&self.mutations),
            PaneKind::Warnings => one(&self.warnings),
        }
    }

    /// Marks the row under the cursor of the focused pane.
    pub fn toggle_mark(&mut self) {
        match self.focus {
            PaneKind::Guests => self.guests.toggle_mark(),
            PaneKind::Grants => self.grants.toggle_mark(),
            PaneKind::Mutations => self.mutations.toggle_mark(),
            PaneKind::Warnings => self.warnings.toggle_mark(),
        }
    }

    /// Holds the cursor of the focused pane on its row: something is aimed at it.
    pub fn hold(&mut self) {
        match self.focus {
            PaneKind::Guests => self.guests.hold(),
            PaneKind::Grants => self.grants.hold(),
            PaneKind::Mutations => self.mutations.hold(),
            PaneKind::Warnings => self.warnings.hold(),
        }
    }

    /// Takes the marks of the focused pane away; says whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        match self.focus {
            PaneKind::Guests => self.guests.clear_marks(),
            PaneKind::Grants => self.grants.clear_marks(),
            PaneKind::Mutations => self.mutations.clear_marks(),
            PaneKind::Warnings => self.warnings.clear_marks(),
        }
    }

    /// Remembers how many rows the last frame had room for.
    pub fn set_rooms(&mut self, rooms: [u16; 4]) {
        let [guests, grants, mutations, warnings] = rooms.map(usize::from);
        self.guests.set_room(guests);
        self.grants.set_room(grants);
        self.mutations.set_room(mutations);
        self.warnings.set_room(warnings);
    }

    /// Turns the focus to the next pane (`1`) or the previous (`-1`).
    pub fn turn(&mut self, by: isize) {
        let n = PaneKind::ALL.len();
        let at = (self.focus.index() + n).saturating_add_signed(by) % n;
        self.focus = PaneKind::ALL.get(at).copied().unwrap_or(PaneKind::Guests);
    }
}

/// A movement of the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// Rows, downwards.
    Rows(isize),
    /// Pages, downwards.
    Pages(isize),
    /// To the first.
    First,
    /// To the last.
    Last,
}

fn travel<I: Clone + Eq + Hash>(pane: &mut Pane<I>, by: Travel) -> bool {
    match by {
        Travel::Rows(n) => pane.step(n),
        Travel::Pages(n) => pane.page(n),
        Travel::First => pane.first(),
        Travel::Last => pane.last(),
    }
}
