//! A list that lives: rows come and go under the cursor, and the cursor stays on what it was on.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::Hash;

use super::columns::ColumnId;
use super::filter::Filter;
use super::listing::Search;
use super::roster::Roster;
use crate::order::Arrange as _;

/// The four live panes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaneKind {
    /// Who is in the house, comes or goes tonight.
    Guests,
    /// Who, where, when, how.
    Grants,
    /// Changes on their way to the locks.
    Mutations,
    /// What is wrong, worst first.
    Warnings,
}

impl PaneKind {
    /// In the order of their number keys.
    pub const ALL: [Self; 4] = [Self::Guests, Self::Grants, Self::Mutations, Self::Warnings];

    /// The title on the screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Guests => "Guests",
            Self::Grants => "Grants",
            Self::Mutations => "Pending mutations",
            Self::Warnings => "Warnings",
        }
    }

    /// Its place in [`PaneKind::ALL`].
    pub fn index(self) -> usize {
        match self {
            Self::Guests => 0,
            Self::Grants => 1,
            Self::Mutations => 2,
            Self::Warnings => 3,
        }
    }

    /// Its name in the configuration and in what is remembered.
    pub fn name(self) -> &'static str {
        match self {
            Self::Guests => "guests",
            Self::Grants => "grants",
            Self::Mutations => "mutations",
            Self::Warnings => "warnings",
        }
    }

    /// How it is sorted unless somebody chose otherwise.
    pub fn usual_sort(self) -> Sort {
        let column = match self {
            Self::Guests => ColumnId::Room,
            Self::Grants => ColumnId::Guest,
            Self::Mutations => ColumnId::Age,
            Self::Warnings => ColumnId::Severity,
        };
        Sort { column, descending: false }
    }
}

/// By which column a pane is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// Which.
    pub column: ColumnId,
    /// Largest first.
    pub descending: bool,
}

/// What became of the row under the cursor when the rows changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate<I> {
    /// It is where it was, or there was none.
    Kept,
    /// It is gone; the cursor stands on its neighbour, and what was aimed at it must be disarmed.
    Gone(I),
}

/// Rows by id, the cursor and the marks with them. Positions are only ever derived.
#[derive(Clone, Debug)]
pub struct Pane<I> {
    rows: Roster<I>,
    selected: Option<I>,
    cursor: usize,
    /// Whether a person put the cursor where it is; until then it stays on the first row.
    placed: bool,
    top: usize,
    room: usize,
    marks: HashSet<I>,
    /// How many there would be without the filter.
    pub total: usize,
    /// What is typed after `/`.
    pub filter: Filter,
    /// How it is sorted.
    pub sort: Sort,
    /// What is still to be looked through, where the list is long.
    pub(super) search: Option<Search<I>>,
}

impl<I: Clone + Eq + Hash> Default for Pane<I> {
    fn default() -> Self {
        Self {
            rows: Roster::default(),
            selected: None,
            cursor: 0,
            placed: false,
            top: 0,
            room: 0,
            marks: HashSet::new(),
            total: 0,
            filter: Filter::default(),
            sort: Sort::default(),
            search: None,
        }
    }
}

impl<I: Clone + Eq + Hash> Pane<I> {
    /// One of the four, empty.
    pub fn of(kind: PaneKind) -> Self {
        Self { filter: Filter::of(kind), sort: kind.usual_sort(), ..Self::default() }
    }

    /// All rows, in order.
    pub fn rows(&self) -> &Roster<I> {
        &self.rows
    }

    /// The rows that the last frame had room for.
    pub fn seen(&self) -> impl Iterator<Item = &I> {
        self.rows.iter_from(self.top(self.room)).take(self.room)
    }

    /// Whether there are as many rows as the last frame had room for.
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= self.room
    }

    /// Whether not everything has been looked through yet.
    pub fn is_searching(&self) -> bool {
        self.search.is_some()
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&I> {
        self.selected.as_ref()
    }

    /// Where the cursor stands, counted from zero.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The first row to draw when there is room for `room`: the cursor is always among the drawn.
    pub fn top(&self, room: usize) -> usize {
        if room == 0 {
            return self.cursor;
        }
        let lowest = (self.cursor + 1).saturating_sub(room);
        let last_useful = self.rows.len().saturating_sub(room);
        self.top.clamp(lowest, self.cursor.max(lowest)).min(last_useful.max(lowest))
    }

    /// Remembers how many rows the last frame had room for.
    pub fn set_room(&mut self, room: usize) {
        self.room = room;
        self.top = self.top(room);
    }

    /// Whether a row is marked.
    pub fn is_marked(&self, id: &I) -> bool {
        self.marks.contains(id)
    }

    /// The marked rows that are still there, in the order of the pane.
    pub fn marked(&self) -> Vec<I> {
        if self.marks.is_empty() {
            return Vec::new();
        }
        let mut marked: Vec<_> =
            self.marks.iter().filter_map(|id| Some((self.rows.position(id)?, id))).collect();
        marked.arrange_by_key(|(at, _)| *at);
        marked.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// How many rows are marked.
    pub fn marks(&self) -> usize {
        self.marks.len()
    }

    /// Marks the row under the cursor, or takes its mark away, and goes one down.
    pub fn toggle_mark(&mut self) {
        if let Some(id) = self.selected.clone() {
            if !self.marks.remove(&id) {
                self.marks.insert(id);
            }
            self.step(1);
            self.placed = true;
        }
    }

    /// Takes all marks away; says whether there were any.
    pub fn clear_marks(&mut self) -> bool {
        let had = !self.marks.is_empty();
        self.marks.clear();
        had
    }

    /// Moves the cursor by `rows`, stopping at both ends. Says whether it moved.
    pub fn step(&mut self, rows: isize) -> bool {
        let last = self.rows.len().saturating_sub(1);
        self.place(self.cursor.saturating_add_signed(rows).min(last))
    }

    /// Moves the cursor by pages of what the last frame had room for.
    pub fn page(&mut self, pages: isize) -> bool {
        let rows = isize::try_from(self.room.saturating_sub(1).max(1)).unwrap_or(isize::MAX);
        self.step(pages.saturating_mul(rows))
    }

    /// Moves the cursor to the first row.
    pub fn first(&mut self) -> bool {
        self.place(0)
    }

    /// Moves the cursor to the last row.
    pub fn last(&mut self) -> bool {
        self.place(self.rows.len().saturating_sub(1))
    }

    /// Puts the cursor on this row. Says whether it is there.
    pub fn select(&mut self, id: &I) -> bool {
        match self.rows.position(id) {
            Some(at) => {
                self.place(at);
                true
            }
            None => false,
        }
    }

    /// Holds the cursor on its row from now on: something is aimed at it.
    pub fn hold(&mut self) {
        self.placed = true;
    }

    fn place(&mut self, at: usize) -> bool {
        self.placed = true;
        self.go_to(at)
    }

    fn go_to(&mut self, at: usize) -> bool {
        let moved = at != self.cursor;
        self.cursor = at;
        self.selected = self.rows.get(at).cloned();
        self.top = self.top(self.room);
        moved
    }

    /// New rows, in order. The cursor follows its row; where that is gone, it stays as near as it can.
    pub fn set_rows(&mut self, rows: Vec<I>) -> Fate<I> {
        self.rows = Roster::of(rows);
        self.search = None;
        self.settle()
    }

    /// Takes `gone` out and puts `fresh` in, each at its place: `order` of one tells how others compare
    /// with it.
    pub fn splice<'o, O>(
        &mut self,
        gone: impl IntoIterator<Item = &'o I>,
        fresh: impl IntoIterator<Item = I>,
        order: impl Fn(&I) -> O,
    ) -> Fate<I>
    where
        I: 'o,
        O: Fn(&I) -> Ordering,
    {
        for id in gone {
            self.rows.remove(id);
        }
        for id in fresh {
            let order = order(&id);
            self.rows.insert(id, order);
        }
        self.settle()
    }

    /// Takes all rows out, to put those back that a search finds. The cursor waits for its row.
    pub(super) fn take_rows(&mut self) -> Roster<I> {
        std::mem::take(&mut self.rows)
    }

    fn settle(&mut self) -> Fate<I> {
        // What a search has not come to yet may still be there.
        if !self.marks.is_empty() && self.search.is_none() {
            let rows = &self.rows;
            self.marks.retain(|m| rows.contains(m));
        }
        if !self.placed {
            self.go_to(0);
            return Fate::Kept;
        }
        let last = self.rows.len().saturating_sub(1);
        let was = self.selected.take();
        let fate = match was {
            Some(id) if self.rows.get(self.cursor) == Some(&id) => Fate::Kept,
            Some(id) => match self.rows.position(&id) {
                Some(at) => {
                    // The row keeps its place on the screen where it can.
                    self.top = (self.top + at).saturating_sub(self.cursor);
                    self.cursor = at;
                    Fate::Kept
                }
                None => Fate::Gone(id),
            },
            None => Fate::Kept,
        };
        self.go_to(self.cursor.min(last));
        fate
    }
}

#[cfg(test)]
mod tests;
