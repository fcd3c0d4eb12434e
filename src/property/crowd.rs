//! A sorted set that may be long, in short stretches: a common area is open to everybody, a system has all doors.
//!
//! A set of the standard library takes more than twice the room: its nodes are small, and those that were filled in order stay
//! half empty.

use super::few::Keys;
use super::table::Key;

/// Up to so many rows are one short list.
const SHORT: usize = 24;

/// The most of a stretch.
const MOST: usize = 128;

/// Things in order, each once.
#[derive(Clone, Debug)]
pub(super) struct Crowd<T>(Vec<Vec<T>>);

impl<T> Default for Crowd<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord + Copy> Crowd<T> {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }

    /// The first.
    pub(super) fn first(&self) -> Option<&T> {
        self.0.first()?.first()
    }

    /// Puts one in. Says whether it is new.
    pub(super) fn insert(&mut self, one: T) -> bool {
        let at = self.stretch(&one).min(self.0.len().saturating_sub(1));
        if self.0.is_empty() {
            self.0.push(Vec::new());
        }
        let Some(stretch) = self.0.get_mut(at) else { return false };
        let Err(place) = stretch.binary_search(&one) else { return false };
        if stretch.len() < MOST {
            make_room(stretch);
            stretch.insert(place, one);
            return true;
        }
        // What only ever grows at its end leaves full stretches behind.
        let rest = stretch.split_off(if place == MOST { MOST } else { MOST / 2 });
        let kept = stretch.len();
        stretch.shrink_to_fit();
        self.0.insert(at + 1, rest);
        let (at, place) = if place > kept || kept == MOST { (at + 1, place - kept) } else { (at, place) };
        if let Some(stretch) = self.0.get_mut(at) {
            make_room(stretch);
            stretch.insert(place, one);
        }
        true
    }

    /// Takes one out. Says whether it was there.
    pub(super) fn remove(&mut self, one: &T) -> bool {
        let at = self.stretch(one);
        let Some(stretch) = self.0.get_mut(at) else { return false };
        let Ok(place) = stretch.binary_search(one) else { return false };
        stretch.remove(place);
        if stretch.is_empty() {
            self.0.remove(at);
        }
        true
    }

    /// Takes the first out.
    pub(super) fn pop_first(&mut self) -> Option<T> {
        let first = *self.first()?;
        self.remove(&first);
        Some(first)
    }

    /// The stretch in which one belongs.
    fn stretch(&self, one: &T) -> usize {
        self.0.partition_point(|stretch| stretch.last().is_some_and(|last| last < one))
    }
}

/// Rows in order, each once; a few for most, for some a crowd.
#[derive(Debug)]
pub(super) enum Throng {
    /// So few that they are a list.
    Few(Keys),
    /// Too many for that.
    Many(Box<Crowd<Key>>),
}

impl Default for Throng {
    fn default() -> Self {
        Self::Few(Keys::new())
    }
}

impl Throng {
    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Few(keys) => keys.is_empty(),
            Self::Many(keys) => keys.is_empty(),
        }
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Key> {
        let (few, many) = match self {
            Self::Few(keys) => (&**keys, None),
            Self::Many(keys) => (&[][..], Some(keys)),
        };
        few.iter().chain(many.into_iter().flat_map(|keys| keys.iter()))
    }

    /// Puts one in. Says whether it is new.
    pub(super) fn insert(&mut self, key: Key) -> bool {
        match self {
            Self::Few(keys) if keys.len() < SHORT => match keys.binary_search(&key) {
                Ok(_) => false,
                Err(at) => {
                    keys.insert(at, key);
                    true
                }
            },
            Self::Few(keys) => {
                let mut many = Crowd::default();
                for key in keys.iter() {
                    many.insert(*key);
                }
                let is_new = many.insert(key);
                *self = Self::Many(Box::new(many));
                is_new
            }
            Self::Many(keys) => keys.insert(key),
        }
    }

    /// Takes one out. Says whether it was there.
    pub(super) fn remove(&mut self, key: &Key) -> bool {
        match self {
            Self::Few(keys) => match keys.binary_search(key) {
                Ok(at) => {
                    keys.remove(at);
                    true
                }
                Err(_) => false,
            },
            Self::Many(keys) => keys.remove(key),
        }
    }
}

/// Room for one more: a little for a short stretch, at once all for a long one.
fn make_room<T>(stretch: &mut Vec<T>) {
    if stretch.len() == stretch.capacity() {
        let more = (stretch.len() / 2).max(2).min(MOST.saturating_sub(stretch.len()));
        stretch.reserve_exact(more.max(1));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_a_sorted_set(moves in prop::collection::vec((0u8..6, 0u16..600), 0..2_000)) {
            let mut crowd = Crowd::default();
            let mut model = BTreeSet::new();
            for (what, one) in moves {
                match what {
                    0 => prop_assert_eq!(crowd.remove(&one), model.remove(&one)),
                    1 => prop_assert_eq!(crowd.pop_first(), model.pop_first()),
                    _ => prop_assert_eq!(crowd.insert(one), model.insert(one)),
                }
                prop_assert_eq!(crowd.first(), model.first());
                prop_assert_eq!(crowd.is_empty(), model.is_empty());
            }
            prop_assert!(crowd.iter().eq(&model));
        }
    }

    proptest! {
        #[test]
        fn a_throng_is_a_sorted_set(moves in prop::collection::vec((0u8..4, 0u32..60), 0..300)) {
            let mut throng = Throng::default();
            let mut model = BTreeSet::new();
            for (what, key) in moves {
                match what {
                    0 => prop_assert_eq!(throng.remove(&key), model.remove(&key)),
                    _ => prop_assert_eq!(throng.insert(key), model.insert(key)),
                }
                prop_assert!(throng.iter().eq(&model));
                prop_assert_eq!(throng.is_empty(), model.is_empty());
            }
        }
    }

    #[test]
    fn what_grows_at_its_end_is_full() {
        let mut crowd = Crowd::default();
        (0..10 * MOST).for_each(|n| assert!(crowd.insert(n)));
        assert!(crowd.0.iter().all(|stretch| stretch.len() == MOST && stretch.capacity() == MOST));
        assert!(crowd.iter().copied().eq(0..10 * MOST));
    }
}
