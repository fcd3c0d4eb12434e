//! A list that lives: rows come and go under the cursor, and the cursor stays on what it was on.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::hash::Hash;

use super::filter::Filter;

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

    /// The columns it can be sorted by, the first being the usual one.
    pub fn sorts(self) -> &'static [&'static str] {
        match self {
            Self::Guests => &["room", "guest", "class", "until"],
            Self::Grants => &["guest", "where", "until", "issued"],
            Self::Mutations => &["age", "room", "what"],
            Self::Warnings => &["severity", "since", "room", "guest"],
        }
    }
}

/// By which column a pane is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sort {
    /// Index into [`PaneKind::sorts`].
    pub column: usize,
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
    rows: Vec<I>,
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
}

impl<I: Clone + Eq + Hash> Default for Pane<I> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            selected: None,
            cursor: 0,
            placed: false,
            top: 0,
            room: 0,
            marks: HashSet::new(),
            total: 0,
            filter: Filter::default(),
            sort: Sort::default(),
        }
    }
}

impl<I: Clone + Eq + Hash> Pane<I> {
    /// All rows, in order.
    pub fn rows(&self) -> &[I] {
        &self.rows
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
        self.rows.iter().filter(|id| self.marks.contains(*id)).cloned().collect()
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
        match self.rows.iter().position(|row| row == id) {
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

    /// New rows. The cursor follows its row; where that is gone, it stays as near as it can.
    pub fn set_rows(&mut self, rows: Vec<I>) -> Fate<I> {
        self.rows = rows;
        self.settle()
    }

    /// Takes `gone` out and puts `fresh` in, each at its place by `order`.
    pub fn splice(
        &mut self,
        gone: &HashSet<I>,
        fresh: Vec<I>,
        order: impl Fn(&I, &I) -> Ordering,
    ) -> Fate<I> {
        if !gone.is_empty() {
            self.rows.retain(|id| !gone.contains(id));
        }
        for id in fresh {
            let at = self.rows.partition_point(|row| order(row, &id) == Ordering::Less);
            self.rows.insert(at, id);
        }
        self.settle()
    }

    fn settle(&mut self) -> Fate<I> {
        if !self.marks.is_empty() {
            let rows = &self.rows;
            if self.marks.len() * rows.len() < 4_096 {
                self.marks.retain(|m| rows.contains(m));
            } else {
                let there: HashSet<&I> = rows.iter().collect();
                self.marks.retain(|m| there.contains(m));
            }
        }
        if !self.placed {
            self.go_to(0);
            return Fate::Kept;
        }
        let last = self.rows.len().saturating_sub(1);
        let was = self.selected.take();
        let fate = match was {
            Some(id) if self.rows.get(self.cursor) == Some(&id) => Fate::Kept,
            Some(id) => match self.rows.iter().position(|row| *row == id) {
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pane(rows: &[u32]) -> Pane<u32> {
        let mut p = Pane::default();
        p.set_rows(rows.to_vec());
        p.hold();
        p
    }

    #[test]
    fn the_cursor_follows_its_row() {
        let mut p = pane(&[10, 20, 30]);
        p.select(&20);
        assert_eq!(p.set_rows(vec![1, 2, 3, 20, 30]), Fate::Kept);
        assert_eq!((p.selected(), p.cursor()), (Some(&20), 3));
    }

    #[test]
    fn a_row_that_is_gone_leaves_the_cursor_near_and_says_so() {
        let mut p = pane(&[10, 20, 30]);
        p.select(&30);
        assert_eq!(p.set_rows(vec![10, 20]), Fate::Gone(30));
        assert_eq!(p.selected(), Some(&20));
        assert_eq!(p.set_rows(vec![]), Fate::Gone(20));
        assert_eq!(p.selected(), None);
        p.set_rows(vec![7]);
        assert_eq!(p.selected(), Some(&7));
    }

    #[test]
    fn while_rows_come_in_an_untouched_cursor_stays_on_the_first() {
        let mut p = Pane::default();
        p.set_rows(vec![50]);
        p.set_rows(vec![10, 50]);
        assert_eq!((p.selected(), p.cursor()), (Some(&10), 0));
        p.step(1);
        p.set_rows(vec![5, 10, 50]);
        assert_eq!(p.selected(), Some(&50));
    }

    #[test]
    fn marks_go_with_their_rows() {
        let mut p = pane(&[1, 2, 3]);
        p.toggle_mark();
        p.toggle_mark();
        assert_eq!(p.marked(), [1, 2]);
        p.set_rows(vec![3, 2]);
        assert_eq!(p.marked(), [2]);
        assert!(p.clear_marks());
        assert!(!p.clear_marks());
    }

    proptest! {
        #[test]
        fn only_the_person_or_a_vanished_row_moves_the_selection(
            before in prop::collection::hash_set(0u32..40, 1..30),
            after in prop::collection::hash_set(0u32..40, 0..30),
            at in 0usize..30,
        ) {
            let mut p = pane(&before.iter().copied().collect::<Vec<_>>());
            p.step(at as isize);
            let was = *p.selected().unwrap();
            let fate = p.set_rows(after.iter().copied().collect());
            if after.contains(&was) {
                prop_assert_eq!(fate, Fate::Kept);
                prop_assert_eq!(p.selected(), Some(&was));
            } else {
                prop_assert_eq!(fate, Fate::Gone(was));
            }
            prop_assert_eq!(p.selected(), p.rows().get(p.cursor()));
        }

        #[test]
        fn splicing_is_the_same_as_sorting_again(
            before in prop::collection::hash_set(0u32..60, 0..40),
            gone in prop::collection::hash_set(0u32..60, 0..20),
            fresh in prop::collection::hash_set(60u32..99, 0..20),
        ) {
            let mut rows: Vec<u32> = before.iter().copied().collect();
            rows.sort_unstable();
            let mut p = pane(&rows);
            p.splice(&gone, fresh.iter().copied().collect(), u32::cmp);
            let mut want: Vec<u32> = before.difference(&gone).chain(&fresh).copied().collect();
            want.sort_unstable();
            prop_assert_eq!(p.rows(), want.as_slice());
        }

        #[test]
        fn the_cursor_is_always_on_the_screen(n in 0u32..50, moves in prop::collection::vec(-30isize..30, 0..20), room in 0usize..20) {
            let mut p = pane(&(0..n).collect::<Vec<_>>());
            for m in moves {
                p.step(m);
                p.set_room(room);
                let top = p.top(room);
                prop_assert!(top <= p.cursor());
                prop_assert!(room == 0 || n == 0 || p.cursor() < top + room);
            }
        }
    }
}
