//! What a first reading leaves to be looked at once more, in slices.
//!
//! Once a resource has been read in full, what is missing from it means something: a guest without a grant, a
//! grant without a guest, a card without either. Nothing of that is said of a thing before it has been looked at
//! again. In a large house that is a hundred thousand things, more than may hold up a key: so only where it is
//! to end is noted, and whoever draws a screen has it done bit by bit. What changes meanwhile is looked at as
//! always, before its turn.

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::hotel::Property;
use super::store::Door;
use super::table::Key;
use super::{Changed, Delta, Resource};

/// So many rows are looked through in one slice, and so many things looked at: a stay may take its doors along.
const SLICE: usize = 1_024;
/// So many rows are looked through before it is counted again what that took.
const STEP: usize = 64;

/// The numbers of rows that are still to be looked through. What comes behind its end is new, and looked at
/// because it is.
#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
    next: Key,
    end: Key,
}

impl Stretch {
    /// From the first row on.
    fn all(rows: usize) -> Self {
        Self { next: 0, end: Key::try_from(rows).unwrap_or(Key::MAX) }
    }

    fn is_over(self) -> bool {
        self.next >= self.end
    }

    /// The next rows, `left` at most, which become fewer.
    fn take(&mut self, left: &mut usize) -> std::ops::Range<Key> {
        let from = self.next;
        let most = Key::try_from(*left).unwrap_or(Key::MAX);
        self.next = self.end.min(from.saturating_add(most)).max(from);
        *left = left.saturating_sub((self.next - from) as usize);
        from..self.next
    }
}

/// What is still to be looked at once more.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    entrances: Stretch,
    devices: Stretch,
    stays: Stretch,
    guests: Stretch,
}

impl Backlog {
    fn is_over(&self) -> bool {
        [self.entrances, self.devices, self.stays, self.guests].into_iter().all(Stretch::is_over)
    }
}

impl Property {
    /// Takes in one piece of news at `now` as [`Property::apply`] does, but leaves over what a first reading has
    /// looked at once more, where that is much: [`Property::catch_up`] does it bit by bit.
    pub fn apply_in_slices(&mut self, delta: Delta, now: DateTime<Utc>) -> Changed {
        let was_behind = self.is_behind();
        self.begin(delta, now);
        // A small house is looked through at once.
        if !was_behind {
            self.put_in_order();
            self.slice();
        }
        self.settle()
    }

    /// Whether something is left over that [`Property::catch_up`] is to look at. Until then an alert of what is
    /// missing may not be raised yet; none that is raised is wrong.
    pub fn is_behind(&self) -> bool {
        !self.backlog.is_over()
    }

    /// Looks at the next slice of what was left over. The last one counts as news of the resources.
    pub fn catch_up(&mut self) -> Changed {
        self.slice();
        self.settle()
    }

    fn slice(&mut self) {
        let from = self.work;
        for _ in 0..SLICE / STEP {
            if !self.is_behind() || self.work - from >= SLICE as u64 {
                return;
            }
            self.look_again(STEP);
            self.put_in_order();
        }
    }

    /// Lets time pass and takes a piece of news in; nothing is in order yet.
    pub(super) fn begin(&mut self, delta: Delta, now: DateTime<Utc>) {
        self.pass(now);
        self.take(delta);
    }

    /// From now on what is missing from a resource means something.
    pub(super) fn first_read(&mut self, what: Resource) {
        match what {
            Resource::Grants => {
                self.backlog.entrances = Stretch::all(self.store.entrances.numbers());
                self.backlog.devices = Stretch::all(self.store.devices.numbers());
                self.backlog.guests = Stretch::all(self.store.guests.numbers());
            }
            Resource::Identities => self.backlog.stays = Stretch::all(self.stays.numbers()),
            _ => {}
        }
    }

    /// Marks what is left over, as far as `most` rows reach; what is worst first.
    pub(super) fn look_again(&mut self, most: usize) {
        if self.backlog.is_over() {
            return;
        }
        let (store, things, mut left) = (&self.store, &mut self.dirty.things, most);
        let doors = self.backlog.entrances.take(&mut left).filter(|key| store.entrances.get(*key).is_some());
        things.extend(doors.map(|key| About::Door(Door::Entrance(key))));
        let locks = self.backlog.devices.take(&mut left).filter(|key| store.devices.get(*key).is_some());
        things.extend(locks.map(|key| About::Door(Door::Device(key))));
        let stays = self.backlog.stays.take(&mut left).filter(|key| self.stays.row(*key).is_some());
        self.dirty.stays.extend(stays);
        let guests = self.backlog.guests.take(&mut left).filter(|key| store.guests.get(*key).is_some());
        things.extend(guests.map(About::Guest));
        // That nothing is left over is news: what is missing is known from now on.
        self.tallies.sources |= self.backlog.is_over();
    }
}
