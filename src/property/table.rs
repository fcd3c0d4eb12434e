//! Records by id, at small numbers that stay the same while a record is there, so that everything that
//! points at a record costs four bytes.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, TimeDelta, Utc};
use hashbrown::HashTable;

use super::chunks::Chunks;
use crate::seam::id::Id;

/// The number of a row in its table.
pub(super) type Key = u32;

/// The longest an answer can be under way, every time-out and retry included.
const LONGEST_WAY: TimeDelta = TimeDelta::minutes(15);

/// A record that knows its id.
pub(super) trait Record: PartialEq {
    /// The kind of its id.
    type Kind;
    /// Its id.
    fn id(&self) -> &Id<Self::Kind>;
}

/// What points at a row.
pub(super) trait Links: Default {
    /// Whether nothing does, so that a row whose record is gone may go too.
    fn is_loose(&self) -> bool;
}

impl Links for () {
    fn is_loose(&self) -> bool {
        true
    }
}

/// One row: the record, or only its id where something points at a record that was not read yet.
pub(super) struct Row<R: Record, L> {
    what: What<R>,
    /// What points at it.
    pub(super) links: L,
    stamp: Stamp,
}

/// When a record was asked for, in milliseconds, and in which full reading it was seen last: two bytes of the eight.
#[derive(Clone, Copy)]
struct Stamp(i64);

impl Stamp {
    /// Older than anything.
    const OLDEST: Self = Self::new(i64::MIN, 0);

    const fn new(as_of: i64, seen: u16) -> Self {
        let as_of = if as_of < i64::MIN >> 16 { i64::MIN >> 16 } else { as_of };
        Self(as_of << 16 | seen as i64)
    }

    fn as_of(self) -> i64 {
        self.0 >> 16
    }

    fn seen(self) -> u16 {
        self.0 as u16
    }
}

enum What<R: Record> {
    Named(Id<R::Kind>),
    Read(R),
}

impl<R: Record, L> Row<R, L> {
    /// The record, if it was read and is not gone.
    pub(super) fn record(&self) -> Option<&R> {
        match &self.what {
            What::Read(r) => Some(r),
            What::Named(_) => None,
        }
    }

    /// The id, which is always known.
    pub(super) fn id(&self) -> &Id<R::Kind> {
        match &self.what {
            What::Read(r) => r.id(),
            What::Named(id) => id,
        }
    }

    /// When the record was asked for that told what is known.
    pub(super) fn as_of(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.stamp.as_of()).unwrap_or_default()
    }
}

/// What became of a record that was put in.
pub(super) enum Put<R> {
    /// What is there is newer, or the same.
    Nothing,
    /// It is new.
    New(Key),
    /// It took the place of another.
    Replaced(Key, R),
}

/// Records of one kind.
pub(super) struct Table<R: Record, L> {
    /// Rows by the hash of their id: the id itself is in the row already.
    keys: HashTable<Key>,
    hasher: RandomState,
    rows: Chunks<Option<Row<R, L>>>,
    free: Vec<Key>,
    held: usize,
    mark: u16,
}

impl<R: Record, L> Default for Table<R, L> {
    fn default() -> Self {
        Self {
            keys: HashTable::new(),
            hasher: RandomState::new(),
            rows: Chunks::default(),
            free: Vec::new(),
            held: 0,
            mark: 0,
        }
    }
}

impl<R: Record, L> fmt::Debug for Table<R, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.held)
    }
}

impl<R: Record, L: Links> Table<R, L> {
    /// How many records are there.
    pub(super) fn len(&self) -> usize {
        self.held
    }

    /// How many numbers were given, those that are free again too.
    pub(super) fn numbers(&self) -> usize {
        self.rows.len()
    }

    /// The number of an id, if anything knows it.
    pub(super) fn key(&self, id: &Id<R::Kind>) -> Option<Key> {
        let hash = self.hasher.hash_one(id);
        self.keys.find(hash, |key| self.row(*key).is_some_and(|row| row.id() == id)).copied()
    }

    /// The number of an id, known from now on.
    pub(super) fn intern(&mut self, id: &Id<R::Kind>) -> Key {
        if let Some(key) = self.key(id) {
            return key;
        }
        let row = Row { what: What::Named(id.clone()), links: L::default(), stamp: Stamp::OLDEST };
        let key = match self.free.pop() {
            Some(key) => {
                if let Some(slot) = self.rows.get_mut(key as usize) {
                    *slot = Some(row);
                }
                key
            }
            None => {
                self.rows.push(Some(row));
                // Four thousand million rows do not fit into the memory of any front desk.
                Key::try_from(self.rows.len() - 1).unwrap_or(Key::MAX)
            }
        };
        let (rows, hasher) = (&self.rows, &self.hasher);
        let hash_of = |key: &Key| match rows.get(*key as usize).and_then(Option::as_ref) {
            Some(row) => hasher.hash_one(row.id()),
            None => 0,
        };
        self.keys.insert_unique(hasher.hash_one(id), key, hash_of);
        key
    }

    /// A row.
    pub(super) fn row(&self, key: Key) -> Option<&Row<R, L>> {
        self.rows.get(key as usize)?.as_ref()
    }

    /// What points at a row, to be changed.
    pub(super) fn links(&mut self, key: Key) -> Option<&mut L> {
        self.rows.get_mut(key as usize)?.as_mut().map(|row| &mut row.links)
    }

    /// A record.
    pub(super) fn get(&self, key: Key) -> Option<&R> {
        self.row(key)?.record()
    }

    /// A record by its id.
    pub(super) fn find(&self, id: &Id<R::Kind>) -> Option<&R> {
        self.get(self.key(id)?)
    }

    /// All records.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &R)> {
        (0..).zip(self.rows.iter()).filter_map(|(key, row)| Some((key, row.as_ref()?.record()?)))
    }

    /// The records from a number on.
    pub(super) fn iter_from(&self, from: usize) -> impl Iterator<Item = (usize, &R)> {
        self.rows.iter_from(from).filter_map(|(key, row)| Some((key, row.as_ref()?.record()?)))
    }

    /// Puts a record in that was asked for at `as_of`.
    pub(super) fn put(&mut self, record: R, as_of: DateTime<Utc>) -> Put<R> {
        let key = self.intern(record.id());
        let mark = self.mark;
        let Some(row) = self.rows.get_mut(key as usize).and_then(Option::as_mut) else { return Put::Nothing };
        let as_of = as_of.timestamp_millis();
        // No answer is overtaken by so much: the row was dated by a clock that was wrong for a while.
        let known = row.stamp.as_of();
        let is_misdated = known.saturating_sub(as_of) > LONGEST_WAY.num_milliseconds();
        let is_overtaken = as_of < known && !is_misdated;
        // One that is overtaken was there a moment ago all the same.
        row.stamp = Stamp::new(if is_overtaken { known } else { as_of }, mark);
        if is_overtaken {
            return Put::Nothing;
        }
        if row.record() == Some(&record) {
            return Put::Nothing;
        }
        match std::mem::replace(&mut row.what, What::Read(record)) {
            What::Read(old) => Put::Replaced(key, old),
            What::Named(_) => {
                self.held += 1;
                Put::New(key)
            }
        }
    }

    /// Takes a record away; its row stays as long as something points at it, and keeps older answers
    /// from bringing it back.
    pub(super) fn remove(&mut self, id: &Id<R::Kind>, at: DateTime<Utc>) -> Option<(Key, R)> {
        let key = self.intern(id);
        let row = self.rows.get_mut(key as usize)?.as_mut()?;
        row.stamp = Stamp::new(row.stamp.as_of().max(at.timestamp_millis()), row.stamp.seen());
        match std::mem::replace(&mut row.what, What::Named(id.clone())) {
            What::Read(old) => {
                self.held -= 1;
                Some((key, old))
            }
            What::Named(_) => None,
        }
    }

    /// Lets whatever comes next of a record take its place, however it is dated.
    pub(super) fn outdate(&mut self, id: &Id<R::Kind>) {
        if let Some(row) = self.key(id).and_then(|key| self.rows.get_mut(key as usize)?.as_mut()) {
            row.stamp = Stamp::new(i64::MIN, row.stamp.seen());
        }
    }

    /// A record was there that could not be read: what is known of it stays.
    pub(super) fn see(&mut self, id: &Id<R::Kind>) {
        let mark = self.mark;
        if let Some(row) = self.key(id).and_then(|key| self.rows.get_mut(key as usize)?.as_mut()) {
            row.stamp = Stamp::new(row.stamp.as_of(), mark);
        }
    }

    /// Begins a full reading: what is put in from now on counts as seen.
    pub(super) fn begin(&mut self) {
        self.mark = self.mark.wrapping_add(1).max(1);
    }

    /// The ids of the records not seen since the last [`Table::begin`].
    pub(super) fn unseen(&self) -> Vec<Id<R::Kind>> {
        let unseen = self.rows.iter().flatten().filter(|row| row.stamp.seen() != self.mark);
        unseen.filter_map(|row| row.record().map(|r| r.id().clone())).collect()
    }

    /// Forgets the rows that hold no record, that nothing points at, and that no answer still on its
    /// way could bring back: those older than `before`.
    pub(super) fn prune(&mut self, before: DateTime<Utc>) {
        let before = before.timestamp_millis();
        for (key, slot) in (0..).zip(self.rows.iter_mut()) {
            let loose = slot.as_ref().is_some_and(|row| {
                row.record().is_none() && row.stamp.as_of() < before && row.links.is_loose()
            });
            if loose && let Some(row) = slot.take() {
                let hash = self.hasher.hash_one(row.id());
                if let Ok(found) = self.keys.find_entry(hash, |other| *other == key) {
                    found.remove();
                }
                self.free.push(key);
            }
        }
    }
}
