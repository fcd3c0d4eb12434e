//! The four live panes: which rows they show and in which order, kept up by what changed.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::Hash;

use super::filter::Filter;
use super::pane::{Fate, Pane, PaneKind, Sort};
use super::rows;
use crate::property::{AlertId, Changed, MutationId, Property, StayId, Touched};
use crate::seam::id::GrantId;

/// Above this many changed rows a pane is ordered anew as a whole.
const SPLICE_LIMIT: usize = 64;

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
}

impl Default for Board {
    fn default() -> Self {
        Self {
            guests: Pane::default(),
            grants: Pane::default(),
            mutations: Pane::default(),
            warnings: Pane::default(),
            focus: PaneKind::Guests,
            zoomed: false,
            typing: false,
        }
    }
}

/// What a pane lists, and how its rows are chosen and ordered.
trait Listed: Sized + Clone + Eq + Hash {
    /// Every id there is.
    fn all(p: &Property) -> Vec<Self>;
    /// Whether the row is on the list without a filter.
    fn is_usual(p: &Property, id: &Self) -> bool;
    /// What a filter looks at.
    fn haystack(p: &Property, id: &Self) -> Option<String>;
    /// The order of two rows.
    fn order(p: &Property, sort: Sort, a: &Self, b: &Self) -> Ordering;
    /// Whether a change of one row can move others.
    const GROUPED: bool = false;
}

impl Listed for StayId {
    fn all(p: &Property) -> Vec<Self> {
        p.stays().map(|s| s.id.clone()).collect()
    }
    fn is_usual(p: &Property, id: &Self) -> bool {
        rows::stay_is_tonight(p, id)
    }
    fn haystack(p: &Property, id: &Self) -> Option<String> {
        rows::stay_text(p, id)
    }
    fn order(p: &Property, sort: Sort, a: &Self, b: &Self) -> Ordering {
        rows::order_stays(p, sort, a, b)
    }
}

impl Listed for GrantId {
    fn all(p: &Property) -> Vec<Self> {
        p.grants().map(|g| g.id.clone()).collect()
    }
    fn is_usual(p: &Property, id: &Self) -> bool {
        rows::grant_is_tonight(p, id)
    }
    fn haystack(p: &Property, id: &Self) -> Option<String> {
        rows::grant_text(p, id)
    }
    fn order(p: &Property, sort: Sort, a: &Self, b: &Self) -> Ordering {
        rows::order_grants(p, sort, a, b)
    }
}

impl Listed for MutationId {
    fn all(p: &Property) -> Vec<Self> {
        p.mutations().map(|m| m.id.clone()).collect()
    }
    fn is_usual(_: &Property, _: &Self) -> bool {
        true
    }
    fn haystack(p: &Property, id: &Self) -> Option<String> {
        rows::mutation_text(p, id)
    }
    fn order(p: &Property, sort: Sort, a: &Self, b: &Self) -> Ordering {
        rows::order_mutations(p, sort, a, b)
    }
}

impl Listed for AlertId {
    fn all(p: &Property) -> Vec<Self> {
        p.alerts().map(|a| a.id.clone()).collect()
    }
    fn is_usual(_: &Property, _: &Self) -> bool {
        true
    }
    fn haystack(p: &Property, id: &Self) -> Option<String> {
        rows::alert_text(p, id)
    }
    fn order(p: &Property, sort: Sort, a: &Self, b: &Self) -> Ordering {
        rows::order_alerts(p, sort, a, b)
    }
    const GROUPED: bool = true;
}

/// Orders a whole pane anew.
fn rebuild<I: Listed>(pane: &mut Pane<I>, p: &Property) -> Fate<I> {
    let all = I::all(p);
    let usual = all.iter().filter(|id| I::is_usual(p, id)).count();
    // Typing a filter looks through everything, also what is not on the list tonight.
    let mut shown: Vec<I> = if pane.filter.is_empty() {
        all.into_iter().filter(|id| I::is_usual(p, id)).collect()
    } else {
        all.into_iter().filter(|id| passes::<I>(&mut pane.filter, p, id)).collect()
    };
    let sort = pane.sort;
    shown.sort_by(|a, b| I::order(p, sort, a, b));
    pane.total = usual;
    pane.set_rows(shown)
}

fn passes<I: Listed>(filter: &mut Filter, p: &Property, id: &I) -> bool {
    if filter.is_empty() {
        return I::is_usual(p, id);
    }
    I::haystack(p, id).is_some_and(|text| filter.score(&text).is_some())
}

/// Takes what changed into a pane.
fn refresh<I: Listed>(pane: &mut Pane<I>, p: &Property, touched: &Touched<I>) -> Fate<I> {
    let changes = touched.added.len() + touched.updated.len() + touched.removed.len();
    if changes == 0 {
        return Fate::Kept;
    }
    if changes > SPLICE_LIMIT || I::GROUPED {
        return rebuild(pane, p);
    }
    let gone: HashSet<I> = touched.removed.iter().chain(&touched.updated).cloned().collect();
    let fresh: Vec<I> = touched
        .added
        .iter()
        .chain(&touched.updated)
        .filter(|id| passes::<I>(&mut pane.filter, p, id))
        .cloned()
        .collect();
    let sort = pane.sort;
    let fate = pane.splice(&gone, fresh, |a, b| I::order(p, sort, a, b));
    if pane.filter.is_empty() {
        pane.total = pane.rows().len();
    }
    fate
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
    pub fn rebuild(&mut self, p: &Property) {
        match self.focus {
            PaneKind::Guests => drop(rebuild(&mut self.guests, p)),
            PaneKind::Grants => drop(rebuild(&mut self.grants, p)),
            PaneKind::Mutations => drop(rebuild(&mut self.mutations, p)),
            PaneKind::Warnings => drop(rebuild(&mut self.warnings, p)),
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

    /// Filters the focused pane.
    pub fn set_filter(&mut self, p: &Property, text: &str) {
        match self.focus {
            PaneKind::Guests => self.guests.filter.set(text),
            PaneKind::Grants => self.grants.filter.set(text),
            PaneKind::Mutations => self.mutations.filter.set(text),
            PaneKind::Warnings => self.warnings.filter.set(text),
        }
        self.rebuild(p);
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
        match self.focus {
            PaneKind::Guests => self.guests.sort = sort,
            PaneKind::Grants => self.grants.sort = sort,
            PaneKind::Mutations => self.mutations.sort = sort,
            PaneKind::Warnings => self.warnings.sort = sort,
        }
        self.rebuild(p);
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
