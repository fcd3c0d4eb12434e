//! The stays that were made of the grants, at small numbers.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::mutation::MutationId;
use super::shade::Shade;
use super::store::{Keys, link, unlink};
use super::table::{Key, grow};
use super::{Stay, StayId};
use crate::text::Text;

/// A stay and what it was made of.
#[derive(Debug)]
pub(super) struct StayRow {
    pub(super) stay: Stay,
    /// Whether it was ever put together; until then nobody has been told of it.
    pub(super) is_known: bool,
    pub(super) guest: Key,
    pub(super) grants: Keys,
    /// Rows of the rooms.
    pub(super) rooms: Keys,
    pub(super) forgiven_until: Option<DateTime<Utc>>,
    pub(super) mutations: Vec<MutationId>,
    pub(super) shade: Shade,
}

/// All stays.
#[derive(Debug, Default)]
pub(super) struct Stays {
    keys: HashMap<StayId, Key>,
    rows: Vec<Option<StayRow>>,
    free: Vec<Key>,
    parties: HashMap<Text, Keys>,
}

impl Stays {
    pub(super) fn key(&self, id: &StayId) -> Option<Key> {
        self.keys.get(id).copied()
    }

    pub(super) fn row(&self, key: Key) -> Option<&StayRow> {
        self.rows.get(key as usize)?.as_ref()
    }

    pub(super) fn row_mut(&mut self, key: Key) -> Option<&mut StayRow> {
        self.rows.get_mut(key as usize)?.as_mut()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &StayRow)> {
        (0..).zip(&self.rows).filter_map(|(key, row)| Some((key, row.as_ref()?)))
    }

    /// The stays from a number on.
    pub(super) fn iter_from(&self, from: usize) -> impl Iterator<Item = (usize, &StayRow)> {
        self.rows.iter().enumerate().skip(from).filter_map(|(key, row)| Some((key, row.as_ref()?)))
    }

    /// The stays under a reservation key, joiners and all.
    pub(super) fn party(&self, reservation_key: &Text) -> &[Key] {
        self.parties.get(reservation_key).map_or(&[], |keys| keys)
    }

    pub(super) fn insert(&mut self, row: StayRow) -> Key {
        let key = match self.free.pop() {
            Some(key) => key,
            None => {
                grow(&mut self.rows);
                self.rows.push(None);
                Key::try_from(self.rows.len() - 1).unwrap_or(Key::MAX)
            }
        };
        self.keys.insert(row.stay.id.clone(), key);
        if let Some(name) = &row.stay.reservation_key {
            link(self.parties.entry(name.clone()).or_default(), key);
        }
        if let Some(slot) = self.rows.get_mut(key as usize) {
            *slot = Some(row);
        }
        key
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<StayRow> {
        let row = self.rows.get_mut(key as usize)?.take()?;
        self.free.push(key);
        self.keys.remove(&row.stay.id);
        if let Some(name) = &row.stay.reservation_key
            && let Some(keys) = self.parties.get_mut(name)
        {
            unlink(keys, key);
            if keys.is_empty() {
                self.parties.remove(name);
            }
        }
        Some(row)
    }
}
