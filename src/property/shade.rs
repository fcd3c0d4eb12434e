//! What one stay means to the others: to those in the same room, and to its party.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};

use super::Stay;
use super::agenda::About;
use super::hotel::Property;
use super::moment::Moment;
use super::table::Key;
use crate::seam::model::Mode;
use crate::text::Text;

/// What others' alerts depend on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shade {
    /// When its dates came to be what they are.
    pub(super) settled_at: Moment,
    /// Staff, or on its way out: nobody's rival.
    pub(super) is_no_rival: bool,
    pub(super) pins: Veiled,
    /// Whether a mobile key was asked for.
    pub(super) has_mobile: bool,
    /// Whether its Instant Key is good for one phone.
    pub(super) is_one_phone: bool,
}

/// Of a stay that is not there.
pub(super) const NO_SHADE: Shade = Shade {
    settled_at: Moment::NONE,
    is_no_rival: true,
    pins: Veiled(0),
    has_mobile: false,
    is_one_phone: false,
};

/// A mark of PINs that tells whether they changed, and never prints.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Veiled(u32);

impl fmt::Debug for Veiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Shade {
    pub(super) fn is_other_to_rooms(&self, old: &Self) -> bool {
        let facts = |s: &Self| (s.settled_at, s.is_no_rival, s.pins);
        facts(self) != facts(old)
    }

    pub(super) fn is_other_to_party(&self, old: &Self) -> bool {
        self.has_mobile != old.has_mobile
    }
}

/// Whether two stretches of time have an instant in common; a missing end is open.
fn meet(a: &Stay, b: &Stay) -> bool {
    let before_end =
        |a: &Stay, b: &Stay| b.ends_at().is_none_or(|end| a.starts_at().is_none_or(|start| start < end));
    before_end(a, b) && before_end(b, a)
}

impl Property {
    /// Whether a stay is staff's as far as it can be told: no reservation, and an open end or many rooms.
    pub(super) fn is_staff(&self, stay: &Stay) -> bool {
        stay.reservation_key().is_none()
            && (stay.ends_at().is_none() || stay.rooms.len() >= self.settings.staff_rooms)
    }

    pub(super) fn shade_of(&self, stay: &Stay, grants: &[Key], rooms: &[Key]) -> Shade {
        let mut pins = DefaultHasher::new();
        let methods = self.methods_at(grants);
        for m in methods.iter().filter(|m| m.mode() == Mode::Code && m.is_issued && !rooms.is_empty()) {
            m.code().map(|code| code.reveal()).hash(&mut pins);
        }
        let wishes = || self.grants_at(grants).flat_map(|g| g.requested().iter());
        let mobile = || wishes().filter(|r| r.mode == Mode::MobileKey);
        Shade {
            settled_at: self.settled_at(grants).into(),
            is_no_rival: self.is_staff(stay) || self.grants_at(grants).all(|g| g.is_being_deleted()),
            pins: Veiled(pins.finish() as u32),
            has_mobile: mobile().next().is_some() || methods.iter().any(|m| m.mode() == Mode::MobileKey),
            is_one_phone: mobile().any(|r| r.max_uses.is_none_or(|n| n <= 1)),
        }
    }

    /// When the dates of grants came to be what they are: when they were made, or changed.
    pub(super) fn settled_at(&self, grants: &[Key]) -> Option<DateTime<Utc>> {
        let made = self.grants_at(grants).filter_map(|g| g.created_at());
        let changed = self.grants_at(grants).filter_map(|g| self.last_change_of_dates(&g.id));
        made.chain(changed).max()
    }

    /// Marks the other stays of rooms that meet a stay in time.
    pub(super) fn mark_neighbours(&mut self, but: Key, rooms: &[Key], stay: &Stay) {
        let mut marked = Vec::new();
        for room in rooms.iter().filter_map(|room| self.store.spaces.row(*room)) {
            for key in room.links.stays.iter().filter(|key| **key != but) {
                if self.stays.row(*key).is_some_and(|row| row.stay.is_known && meet(&row.stay, stay)) {
                    marked.push(*key);
                }
            }
        }
        self.dirty.stays.extend(marked);
    }

    /// Marks those of a party whose Instant Key is good for one phone.
    pub(super) fn mark_party(&mut self, reservation: Option<&Text>, but: Key) {
        let Some(reservation) = reservation else { return };
        let others = self.stays.party(reservation);
        let is_one_phone = |key: &Key| self.stays.row(*key).is_some_and(|row| row.shade.is_one_phone);
        let others = others.into_iter().filter(|key| *key != but).filter(is_one_phone);
        let others: Vec<Key> = others.collect();
        self.dirty.stays.extend(others);
    }

    /// Whether a guest was entered lately, so that having no access is worth telling.
    pub(super) fn is_new_guest(&self, guest: Key) -> bool {
        let since = super::agenda::plus(self.now, -self.settings.registered_ago);
        self.store.guests.get(guest).and_then(|g| g.created_at()).is_some_and(|at| at > since)
    }

    /// Marks the encoders that may have an alert, when their system changes.
    pub(super) fn mark_encoders_of(&mut self, system: Key) {
        let Some(id) = self.store.systems.row(system).map(|row| row.id().clone()) else { return };
        let of = |about: &About| match about {
            About::Encoder(key) => self.store.encoders.get(*key).is_some_and(|e| e.acs_system_id == id),
            _ => false,
        };
        let marked: Vec<About> = self.alerts.keys().filter(|about| of(about)).copied().collect();
        self.dirty.things.extend(marked);
    }
}
