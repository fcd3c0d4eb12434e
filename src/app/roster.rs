//! Ids in order, in short stretches: one that comes or goes costs the same in a long list as in a short
//! one, and where an id stands is found without looking at the others.

use std::cmp::Ordering;
use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;

/// The most ids of a stretch; one that grows longer becomes two.
const MOST: usize = 512;

/// A stretch that is full grows by so many, not to twice its size.
const STEP: usize = 32;

/// In which stretch an id stands.
#[derive(Clone, Copy, Debug)]
struct Spot {
    /// A part of the hash of the id; the id itself is in the stretch.
    print: u32,
    stretch: u32,
}

/// Ids in order, each once.
#[derive(Clone, Debug)]
pub struct Roster<I> {
    stretches: Vec<Vec<I>>,
    /// The name of each stretch, which stays when others come and go.
    names: Vec<u32>,
    next_name: u32,
    spots: HashTable<Spot>,
    hasher: RandomState,
    len: usize,
}

impl<I> Default for Roster<I> {
    fn default() -> Self {
        Self {
            stretches: Vec::new(),
            names: Vec::new(),
            next_name: 0,
            spots: HashTable::new(),
            hasher: RandomState::new(),
            len: 0,
        }
    }
}

/// Spreads a print over all bits again, as the table of spots wants it.
fn spread(print: u32) -> u64 {
    u64::from(print).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl<I: Clone + Eq + Hash> Roster<I> {
    /// Takes ids that are in order already, each once.
    pub fn of(ids: Vec<I>) -> Self {
        let mut roster = Self { len: ids.len(), ..Self::default() };
        roster.spots.reserve(ids.len(), |spot| spread(spot.print));
        let mut ids = ids.into_iter();
        loop {
            // Left half empty, so that what comes in later finds room.
            let stretch: Vec<I> = ids.by_ref().take(MOST / 2).collect();
            if stretch.is_empty() {
                return roster;
            }
            let name = roster.name();
            for id in &stretch {
                let print = roster.print(id);
                roster.spots.insert_unique(spread(print), Spot { print, stretch: name }, |s| spread(s.print));
            }
            roster.stretches.push(stretch);
            roster.names.push(name);
        }
    }

    /// The ids alone, in order, none of them copied.
    pub fn into_ids(self) -> Vec<I> {
        let mut ids = Vec::with_capacity(self.len);
        self.stretches.into_iter().for_each(|mut stretch| ids.append(&mut stretch));
        ids
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The one at a place, counted from zero.
    pub fn get(&self, at: usize) -> Option<&I> {
        self.iter_from(at).next()
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &I> {
        self.stretches.iter().flatten()
    }

    /// Those from a place on, in order.
    pub fn iter_from(&self, at: usize) -> impl Iterator<Item = &I> {
        let mut skip = at;
        let mut first = 0;
        for stretch in &self.stretches {
            if skip < stretch.len() {
                break;
            }
            skip -= stretch.len();
            first += 1;
        }
        self.stretches.iter().skip(first).flatten().skip(skip)
    }

    /// Whether an id is among them.
    pub fn contains(&self, id: &I) -> bool {
        self.find(id).is_some()
    }

    /// The place of an id.
    pub fn position(&self, id: &I) -> Option<usize> {
        let (stretch, at) = self.find(id)?;
        let before: usize = self.stretches.iter().take(stretch).map(Vec::len).sum();
        Some(before + at)
    }

    /// Takes an id out. Says whether it was there.
    pub fn remove(&mut self, id: &I) -> bool {
        let Some((stretch, at)) = self.find(id) else { return false };
        let (Some(ids), Some(name)) = (self.stretches.get_mut(stretch), self.names.get(stretch)) else {
            return false;
        };
        ids.remove(at);
        let (print, name) = (self.hasher.hash_one(id) as u32, *name);
        if ids.is_empty() {
            self.stretches.remove(stretch);
            self.names.remove(stretch);
        }
        let is_it = |spot: &Spot| spot.print == print && spot.stretch == name;
        if let Ok(spot) = self.spots.find_entry(spread(print), is_it) {
            spot.remove();
        }
        self.len -= 1;
        true
    }

    /// Puts an id in before the first that is greater; `order` tells how another compares with it. Says
    /// whether it is new.
    pub fn insert(&mut self, id: I, order: impl Fn(&I) -> Ordering) -> bool {
        if self.contains(&id) {
            return false;
        }
        let is_before = |other: &I| order(other) == Ordering::Less;
        let ends_before = |stretch: &Vec<I>| stretch.last().is_some_and(is_before);
        // What comes after all others goes to the end of the last stretch.
        let last = self.stretches.len().saturating_sub(1);
        let mut stretch = self.stretches.partition_point(ends_before).min(last);
        if self.stretches.is_empty() {
            let name = self.name();
            self.stretches.push(Vec::new());
            self.names.push(name);
        }
        if self.stretches.get(stretch).is_some_and(|ids| ids.len() >= MOST) {
            self.split(stretch);
            stretch += usize::from(self.stretches.get(stretch).is_some_and(ends_before));
        }
        let print = self.print(&id);
        let (Some(ids), Some(name)) = (self.stretches.get_mut(stretch), self.names.get(stretch)) else {
            return false;
        };
        let at = ids.partition_point(is_before);
        if ids.len() == ids.capacity() {
            ids.reserve_exact(STEP);
        }
        ids.insert(at, id);
        self.spots.insert_unique(spread(print), Spot { print, stretch: *name }, |s| spread(s.print));
        self.len += 1;
        true
    }

    fn split(&mut self, stretch: usize) {
        let Some(ids) = self.stretches.get_mut(stretch) else { return };
        let rest = ids.split_off(MOST / 2);
        ids.shrink_to_fit();
        let Some(old) = self.names.get(stretch).copied() else { return };
        let name = self.name();
        for id in &rest {
            let print = self.print(id);
            let is_it = |spot: &Spot| spot.print == print && spot.stretch == old;
            if let Some(spot) = self.spots.find_mut(spread(print), is_it) {
                spot.stretch = name;
            }
        }
        self.stretches.insert(stretch + 1, rest);
        self.names.insert(stretch + 1, name);
    }

    fn find(&self, id: &I) -> Option<(usize, usize)> {
        let print = self.print(id);
        let mut found = None;
        // Two ids may have the same print: only the stretch tells.
        self.spots.find(spread(print), |spot| {
            if spot.print == print && found.is_none() {
                found = self.place(spot.stretch, id);
            }
            found.is_some()
        });
        found
    }

    fn place(&self, name: u32, id: &I) -> Option<(usize, usize)> {
        let stretch = self.names.iter().position(|other| *other == name)?;
        let at = self.stretches.get(stretch)?.iter().position(|other| other == id)?;
        Some((stretch, at))
    }

    fn print(&self, id: &I) -> u32 {
        self.hasher.hash_one(id) as u32
    }

    fn name(&mut self) -> u32 {
        let name = self.next_name;
        self.next_name = self.next_name.wrapping_add(1);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_sorted_list_whatever_comes_and_goes(
            start in prop::collection::btree_set(0u16..4_000, 0..2_000),
            moves in prop::collection::vec((any::<bool>(), 0u16..4_000), 0..3_000),
        ) {
            let mut model = start;
            let mut roster = Roster::of(model.iter().copied().collect());
            for (comes, id) in moves {
                if comes {
                    prop_assert_eq!(roster.insert(id, |other| other.cmp(&id)), model.insert(id));
                } else {
                    prop_assert_eq!(roster.remove(&id), model.remove(&id));
                }
            }
            let want: Vec<u16> = model.into_iter().collect();
            prop_assert_eq!(roster.len(), want.len());
            prop_assert_eq!(roster.is_empty(), want.is_empty());
            prop_assert_eq!(roster.iter().copied().collect::<Vec<_>>(), want.clone());
            for (at, id) in want.iter().enumerate().step_by(37) {
                prop_assert_eq!(roster.position(id), Some(at));
                prop_assert_eq!(roster.get(at), Some(id));
                prop_assert_eq!(roster.iter_from(at).next(), Some(id));
            }
            prop_assert_eq!(roster.get(want.len()), None);
            prop_assert!(!roster.contains(&4_000));
            prop_assert_eq!(roster.into_ids(), want);
        }
    }
}
