//! Going through everything bit by bit, and what of the alerts is known without going through them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::hotel::Property;
use super::store::Door;
use super::{Alert, AlertId, Grant, Severity, Stay, StayId};
use crate::seam::id::{IdentityId, SpaceId};

/// Alerts by what is asked of all of them.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// The worst first; of equals what nothing has caused, then the oldest.
    worst: BTreeSet<(Severity, bool, DateTime<Utc>, AlertId)>,
    /// What an alert has brought about.
    caused: BTreeMap<AlertId, BTreeSet<AlertId>>,
    /// Those that lead to a stay.
    of_stays: BTreeMap<StayId, BTreeSet<AlertId>>,
}

/// Takes a member out of its group, and the group with its last member.
fn leave<K: Ord>(groups: &mut BTreeMap<K, BTreeSet<AlertId>>, key: &K, id: &AlertId) {
    if let Some(group) = groups.get_mut(key) {
        group.remove(id);
        if group.is_empty() {
            groups.remove(key);
        }
    }
}

impl Standing {
    pub(super) fn add(&mut self, alert: &Alert) {
        self.worst.insert(place(alert));
        if let Some(parent) = &alert.parent {
            self.caused.entry(parent.clone()).or_default().insert(alert.id.clone());
        }
        if let Some(stay) = &alert.stay {
            self.of_stays.entry(stay.clone()).or_default().insert(alert.id.clone());
        }
    }

    pub(super) fn remove(&mut self, alert: &Alert) {
        self.worst.remove(&place(alert));
        if let Some(parent) = &alert.parent {
            leave(&mut self.caused, parent, &alert.id);
        }
        if let Some(stay) = &alert.stay {
            leave(&mut self.of_stays, stay, &alert.id);
        }
    }
}

fn place(alert: &Alert) -> (Severity, bool, DateTime<Utc>, AlertId) {
    (alert.severity, alert.parent.is_some(), alert.since, alert.id.clone())
}

impl Property {
    /// The stays numbered `from` and higher, in the order of their numbers: a stay keeps its own, whatever
    /// comes and goes, so that a walk through all of them can be taken up again.
    pub fn stays_from(&self, from: usize) -> impl Iterator<Item = (usize, &Stay)> {
        self.stays.iter_from(from).map(|(number, row)| (number, &row.stay))
    }

    /// The grants numbered `from` and higher; see [`Property::stays_from`].
    pub fn grants_from(&self, from: usize) -> impl Iterator<Item = (usize, &Grant)> {
        self.store.grants.iter_from(from)
    }

    /// Whether a stay that `is_rival` has a grant for this very room that `has_access`, and the room has a
    /// guest door. Makes nothing and copies nothing: it is asked for many rooms with every frame.
    pub fn is_held(
        &self,
        room: &SpaceId,
        is_rival: impl Fn(&Stay) -> bool,
        has_access: impl Fn(&Grant) -> bool,
    ) -> bool {
        let Some(row) = self.store.spaces.key(room).and_then(|key| self.store.spaces.row(key)) else {
            return false;
        };
        let own = self.store.spaces.key(room);
        let entrances = row.links.entrances.iter().copied().map(Door::Entrance);
        let mut doors = entrances.chain(row.links.devices.iter().copied().map(Door::Device));
        let holds = |grant: &Grant| own.is_some_and(|own| grant.spaces.contains(&own)) && has_access(grant);
        doors.any(|door| self.is_guest_door(door))
            && row
                .links
                .stays
                .iter()
                .filter_map(|key| self.stays.row(*key))
                .any(|stay| is_rival(&stay.stay) && self.grants_at(&stay.grants).any(holds))
    }

    /// The worst alert that is not snoozed; of equals one that nothing has caused, then the oldest.
    pub fn worst_alert(&self) -> Option<&Alert> {
        let awake = self.standing.worst.iter().find(|(_, _, _, id)| !self.is_snoozed(id));
        self.alert(&awake?.3)
    }

    /// The alerts that an alert has brought about, by id.
    pub fn caused_by(&self, id: &AlertId) -> impl Iterator<Item = &Alert> {
        self.standing.caused.get(id).into_iter().flatten().filter_map(|child| self.alert(child))
    }

    /// The alerts that lead to a stay, whatever they are about, by id.
    pub fn alerts_leading_to(&self, stay: &StayId) -> impl Iterator<Item = &Alert> {
        self.standing.of_stays.get(stay).into_iter().flatten().filter_map(|id| self.alert(id))
    }

    /// The stays of a guest, in no particular order.
    pub fn stays_of_guest(&self, id: &IdentityId) -> impl Iterator<Item = &Stay> {
        let row = self.store.guests.key(id).and_then(|key| self.store.guests.row(key));
        row.into_iter().flat_map(|row| row.links.stays.iter()).filter_map(|key| self.stay_at(*key))
    }

    /// How many alerts an alert has brought about.
    pub fn count_caused_by(&self, id: &AlertId) -> usize {
        self.standing.caused.get(id).map_or(0, BTreeSet::len)
    }
}
