//! Putting short lists in order without a sorting routine for each of their types.
//!
//! The standard library compiles its sort anew for every type and every way to compare, five kilobytes each. Here
//! positions are sorted, by one routine for all, and then the items are put where they belong. The order is that of
//! [`slice::sort_by`]: equals stay as they were. What is sorted while a key is held uses the standard library.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use smallvec::SmallVec;

/// Positions in a list; the short ones take no memory of their own.
type Positions = SmallVec<[usize; 24]>;

/// Lists that can be put in order.
pub trait Arrange<T> {
    /// Puts the items in order as `compare` says; equals stay as they were.
    fn arrange_by(&mut self, compare: impl FnMut(&T, &T) -> Ordering);

    /// Puts the items in the order of their keys; equals stay as they were.
    fn arrange_by_key<K: Ord>(&mut self, mut key: impl FnMut(&T) -> K) {
        self.arrange_by(|a, b| key(a).cmp(&key(b)));
    }

    /// The same, where a key costs more than keeping it.
    fn arrange_by_cached_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K);

    /// Puts the items in their own order.
    fn arrange(&mut self)
    where
        T: Ord,
    {
        self.arrange_by(T::cmp);
    }
}

impl<T> Arrange<T> for [T] {
    fn arrange_by(&mut self, mut compare: impl FnMut(&T, &T) -> Ordering) {
        let positions = sorted(self.len(), &mut |a, b| match (self.get(a), self.get(b)) {
            (Some(a), Some(b)) => compare(a, b),
            _ => Ordering::Equal,
        });
        follow(positions, &mut |a, b| self.swap(a, b));
    }

    fn arrange_by_cached_key<K: Ord>(&mut self, key: impl FnMut(&T) -> K) {
        let keys: Vec<K> = self.iter().map(key).collect();
        let positions = sorted(self.len(), &mut |a, b| keys.get(a).cmp(&keys.get(b)));
        follow(positions, &mut |a, b| self.swap(a, b));
    }
}

/// A set of the items, filled one by one: collecting them sorts them first.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

/// A map of the pairs, filled in the same way; of one key the last pair stays.
pub fn map<K: Ord, V>(pairs: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}

/// From where the item of each position comes.
fn sorted(len: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Positions {
    let mut positions: Positions = (0..len).collect();
    positions.sort_by(|a, b| compare(*a, *b));
    positions
}

/// Brings every item to its position: along each ring of items that take each other's places.
fn follow(mut positions: Positions, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..positions.len() {
        let mut at = start;
        while let Some(from) = positions.get_mut(at).map(|from| std::mem::replace(from, at)) {
            if from == start || from == at {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Reverse;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_standard_library(items in prop::collection::vec((0_u8..9, any::<u16>()), 0..200)) {
            let (mut want, mut got) = (items.clone(), items.clone());
            want.sort_by_key(|item| Reverse(item.0));
            got.arrange_by(|a, b| b.0.cmp(&a.0));
            prop_assert_eq!(&got, &want);

            let mut got = items.clone();
            got.arrange_by_key(|item| Reverse(item.0));
            prop_assert_eq!(&got, &want);

            let mut got = items.clone();
            got.arrange_by_cached_key(|item| Reverse(item.0));
            prop_assert_eq!(&got, &want);

            let (mut want, mut got) = (items.clone(), items);
            want.sort();
            got.arrange();
            prop_assert_eq!(got, want);
        }
    }
}
