//! The stays that were made of the grants, at small numbers.

use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, Utc};
use hashbrown::HashTable;

use super::chunks::Chunks;
use super::few::Keys;
use super::mutation::MutationId;
use super::shade::Shade;
use super::table::Key;
use super::{Stay, StayId};
use crate::text::Text;

/// A stay and what it was made of.
#[derive(Debug)]
pub(super) struct StayRow {
    pub(super) stay: Stay,
    pub(super) grants: Keys,
    /// Rows of the rooms.
    pub(super) rooms: Keys,
    pub(super) shade: Shade,
    /// What few stays have.
    rare: Option<Box<Rare>>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Rare {
    forgiven_until: Option<DateTime<Utc>>,
    mutations: Vec<MutationId>,
}

impl StayRow {
    /// A stay of which no more is known than whose it is.
    pub(super) fn new(stay: Stay) -> Self {
        Self { stay, grants: Keys::new(), rooms: Keys::new(), shade: Shade::default(), rare: None }
    }

    /// Until when what the desk's own action raises is held back.
    pub(super) fn forgiven_until(&self) -> Option<DateTime<Utc>> {
        self.rare.as_ref().and_then(|rare| rare.forgiven_until)
    }

    pub(super) fn forgive(&mut self, until: DateTime<Utc>) {
        self.rare.get_or_insert_default().forgiven_until = Some(until);
    }

    /// Whether changes are on their way to the locks.
    pub(super) fn has_mutations(&self) -> bool {
        self.rare.as_ref().is_some_and(|rare| !rare.mutations.is_empty())
    }

    /// Puts the pending mutations in place of those it had, which come out.
    pub(super) fn put_mutations(&mut self, new: Vec<MutationId>) -> Vec<MutationId> {
        if new.is_empty() && self.rare.is_none() {
            return new;
        }
        let rare = self.rare.get_or_insert_default();
        let old = std::mem::replace(&mut rare.mutations, new);
        self.rare.take_if(|rare| **rare == Rare::default());
        old
    }
}

/// All stays.
#[derive(Debug, Default)]
pub(super) struct Stays {
    /// Rows by the hash of their id.
    keys: HashTable<Key>,
    /// The same of those with a reservation, by the hash of its key: several have the same.
    parties: HashTable<Key>,
    hasher: RandomState,
    rows: Chunks<Option<StayRow>>,
    free: Vec<Key>,
}

impl Stays {
    pub(super) fn key(&self, id: &StayId) -> Option<Key> {
        let is_it = |key: &Key| self.row(*key).is_some_and(|row| row.stay.id == *id);
        self.keys.find(self.hasher.hash_one(id), is_it).copied()
    }

    /// How many numbers were given, those that are free again too.
    pub(super) fn numbers(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn row(&self, key: Key) -> Option<&StayRow> {
        self.rows.get(key as usize)?.as_ref()
    }

    pub(super) fn row_mut(&mut self, key: Key) -> Option<&mut StayRow> {
        self.rows.get_mut(key as usize)?.as_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &StayRow)> {
        (0..).zip(self.rows.iter()).filter_map(|(key, row)| Some((key, row.as_ref()?)))
    }

    /// The stays from a number on.
    pub(super) fn iter_from(&self, from: usize) -> impl Iterator<Item = (usize, &StayRow)> {
        self.rows.iter_from(from).filter_map(|(key, row)| Some((key, row.as_ref()?)))
    }

    /// The stays under a reservation key, joiners and all.
    pub(super) fn party(&self, reservation_key: &Text) -> Keys {
        let is_of = |row: &StayRow| row.stay.reservation_key().as_ref() == Some(reservation_key);
        let known = self.parties.iter_hash(self.hasher.hash_one(reservation_key));
        let mut party: Keys = known.copied().filter(|key| self.row(*key).is_some_and(is_of)).collect();
        party.sort_unstable();
        party
    }

    pub(super) fn insert(&mut self, row: StayRow) -> Key {
        let key = match self.free.pop() {
            Some(key) => key,
            None => {
                self.rows.push(None);
                Key::try_from(self.rows.len() - 1).unwrap_or(Key::MAX)
            }
        };
        let (id, reservation) = (row.stay.id.clone(), row.stay.reservation_key().clone());
        if let Some(slot) = self.rows.get_mut(key as usize) {
            *slot = Some(row);
        }
        let (rows, hasher) = (&self.rows, &self.hasher);
        let row_at = |key: Key| rows.get(key as usize).and_then(Option::as_ref);
        let hash_of = |key: &Key| row_at(*key).map_or(0, |row| hasher.hash_one(&row.stay.id));
        self.keys.insert_unique(hasher.hash_one(&id), key, hash_of);
        let Some(name) = reservation else { return key };
        let name_of = |key: &Key| row_at(*key)?.stay.reservation_key().as_ref();
        let hash_of = |key: &Key| name_of(key).map_or(0, |name| hasher.hash_one(name));
        self.parties.insert_unique(hasher.hash_one(&name), key, hash_of);
        key
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<StayRow> {
        let row = self.row(key)?;
        let (id, reservation) = (row.stay.id.clone(), row.stay.reservation_key().clone());
        if let Ok(found) = self.keys.find_entry(self.hasher.hash_one(&id), |other| *other == key) {
            found.remove();
        }
        if let Some(name) = reservation
            && let Ok(found) = self.parties.find_entry(self.hasher.hash_one(&name), |other| *other == key)
        {
            found.remove();
        }
        self.free.push(key);
        self.rows.get_mut(key as usize)?.take()
    }
}
