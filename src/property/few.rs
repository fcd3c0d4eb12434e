//! Short lists, for there are hundred thousands of them and nearly every one has one or two members.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::table::Key;

/// So many rows need no room of their own.
const INLINE: usize = 3;

/// A few rows.
#[derive(Clone)]
pub(super) struct Keys(List);

#[derive(Clone)]
#[expect(clippy::box_collection, reason = "the many lists that are short are shorter for it")]
enum List {
    Few(u8, [Key; INLINE]),
    Many(Box<Vec<Key>>),
}

impl Keys {
    /// None.
    pub(super) fn new() -> Self {
        Self(List::Few(0, [0; INLINE]))
    }

    /// Puts one at the end.
    pub(super) fn push(&mut self, key: Key) {
        self.insert(self.len(), key);
    }

    /// Puts one at a place; at the end where there is no such place.
    pub(super) fn insert(&mut self, at: usize, key: Key) {
        let at = at.min(self.len());
        match &mut self.0 {
            List::Few(len, keys) if usize::from(*len) < INLINE => {
                *len += 1;
                if let Some(tail) = keys.get_mut(at..usize::from(*len)) {
                    tail.rotate_right(1);
                    tail.iter_mut().take(1).for_each(|slot| *slot = key);
                }
            }
            List::Few(_, keys) => {
                let mut many = Vec::with_capacity(2 * INLINE);
                many.extend_from_slice(keys);
                many.insert(at, key);
                self.0 = List::Many(Box::new(many));
            }
            List::Many(keys) => keys.insert(at, key),
        }
    }

    /// Takes the one at a place out.
    pub(super) fn remove(&mut self, at: usize) {
        if at >= self.len() {
            return;
        }
        match &mut self.0 {
            List::Few(len, keys) => {
                if let Some(tail) = keys.get_mut(at..usize::from(*len)) {
                    tail.rotate_left(1);
                }
                *len -= 1;
            }
            List::Many(keys) => {
                keys.remove(at);
                if keys.len() <= INLINE {
                    *self = keys.iter().copied().collect();
                }
            }
        }
    }

    /// Gives back what is left over of the room it has.
    pub(super) fn shrink_to_fit(&mut self) {
        if let List::Many(keys) = &mut self.0 {
            keys.shrink_to_fit();
        }
    }
}

impl Deref for Keys {
    type Target = [Key];
    fn deref(&self) -> &[Key] {
        match &self.0 {
            List::Few(len, keys) => keys.get(..usize::from(*len)).unwrap_or_default(),
            List::Many(keys) => keys,
        }
    }
}

impl DerefMut for Keys {
    fn deref_mut(&mut self) -> &mut [Key] {
        match &mut self.0 {
            List::Few(len, keys) => keys.get_mut(..usize::from(*len)).unwrap_or_default(),
            List::Many(keys) => keys,
        }
    }
}

impl Default for Keys {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Keys {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Keys {}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Extend<Key> for Keys {
    fn extend<T: IntoIterator<Item = Key>>(&mut self, keys: T) {
        keys.into_iter().for_each(|key| self.push(key));
    }
}

impl FromIterator<Key> for Keys {
    fn from_iter<T: IntoIterator<Item = Key>>(keys: T) -> Self {
        let mut all = Self::new();
        all.extend(keys);
        all
    }
}

impl<'a> IntoIterator for &'a Keys {
    type Item = &'a Key;
    type IntoIter = std::slice::Iter<'a, Key>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Keys {
    type Item = Key;
    type IntoIter = IntoIter;
    fn into_iter(self) -> IntoIter {
        IntoIter { keys: self, next: 0 }
    }
}

/// The rows of a list, one by one.
pub(super) struct IntoIter {
    keys: Keys,
    next: usize,
}

impl Iterator for IntoIter {
    type Item = Key;
    fn next(&mut self) -> Option<Key> {
        let key = self.keys.get(self.next).copied();
        self.next += 1;
        key
    }
}

/// A list that nearly always has one member.
#[derive(Clone, PartialEq, Eq)]
pub struct Few<T>(Members<T>);

#[derive(Clone, PartialEq, Eq)]
enum Members<T> {
    One(T),
    // None, or several.
    Rest(Box<[T]>),
}

impl<T> Deref for Few<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match &self.0 {
            Members::One(one) => std::slice::from_ref(one),
            Members::Rest(all) => all,
        }
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Members::Rest(Box::default()))
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut all = all.into_iter();
        match (all.next(), all.next()) {
            (Some(one), None) => Self(Members::One(one)),
            (first, second) => Self(Members::Rest(first.into_iter().chain(second).chain(all).collect())),
        }
    }
}

impl<'a, T> IntoIterator for &'a Few<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        match self.0 {
            Members::One(one) => vec![one].into_iter(),
            Members::Rest(all) => all.into_vec().into_iter(),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Few<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_are_a_list(moves in prop::collection::vec((any::<bool>(), 0usize..8, any::<Key>()), 0..60)) {
            let mut keys = Keys::new();
            let mut model = Vec::new();
            for (comes, at, key) in moves {
                if comes {
                    keys.insert(at, key);
                    model.insert(at.min(model.len()), key);
                } else {
                    keys.remove(at);
                    (at < model.len()).then(|| model.remove(at));
                }
                prop_assert_eq!(&*keys, &model);
                prop_assert_eq!(&keys, &model.iter().copied().collect());
                prop_assert_eq!(keys.clone().into_iter().collect::<Vec<_>>(), model.clone());
            }
        }

        #[test]
        fn few_are_a_list(model in prop::collection::vec(any::<u64>(), 0..5)) {
            let few: Few<u64> = model.iter().copied().collect();
            prop_assert_eq!(&*few, &model);
        }
    }

    #[test]
    fn a_short_list_is_small() {
        assert_eq!(size_of::<Keys>(), 16);
    }
}
