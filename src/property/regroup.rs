//! Which grants are one stay.
//!
//! A guest's grants under the same reservation key are one stay; a grant without a key is one of its
//! own. A group that opens no room (only the gym, the garage) belongs to the guest's stay it overlaps
//! in time, where there is one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::agenda::About;
use super::few::Keys;
use super::hotel::Property;
use super::stays::StayRow;
use super::table::Key;
use super::{Stay, StayId};
use crate::order::Arrange as _;

/// Grants of one name, before it is known which stay they belong to.
#[derive(Default)]
struct Group {
    grants: Keys,
    has_room: bool,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    is_open: bool,
}

impl Group {
    fn overlaps(&self, other: &Self) -> bool {
        let begins_before_end =
            |a: &Self, b: &Self| b.is_open || b.ends_at.is_none() || a.starts_at < b.ends_at;
        begins_before_end(self, other) && begins_before_end(other, self)
    }
}

impl Property {
    /// Groups the grants of a guest anew and makes, changes and removes stays accordingly.
    pub(super) fn regroup(&mut self, guest: Key) {
        let Some(row) = self.store.guests.row(guest) else { return };
        let guest_id = row.id().clone();
        let groups = self.settle_groups(&row.links.grants);
        let before = row.links.stays.clone();
        let mut after = Keys::new();
        for old in &before {
            // A stay that another guest has taken over since is not this guest's to take apart.
            let row = self.stays.row(*old).filter(|row| row.stay.guest_key() == guest);
            let grants = row.map(|row| row.grants.clone()).unwrap_or_default();
            for grant in grants {
                if let Some(links) = self.store.grants.links(grant)
                    && links.stay() == Some(*old)
                {
                    links.set_stay(None);
                }
            }
        }
        for (id, group) in groups {
            let stay = match self.stays.key(&id) {
                Some(key) => key,
                None => self.stays.insert(StayRow::new(Stay::new(id, &guest_id, guest))),
            };
            for grant in &group.grants {
                if let Some(links) = self.store.grants.links(*grant) {
                    links.set_stay(Some(stay));
                }
            }
            if let Some(row) = self.stays.row_mut(stay) {
                if !row.stay.is_known || row.grants != group.grants || row.stay.guest_key() != guest {
                    self.dirty.stays.insert(stay);
                }
                row.grants = group.grants;
                row.grants.shrink_to_fit();
                // A grant may have gone over to another guest, and the stay named after it with it.
                row.stay.set_guest_key(guest);
            }
            super::store::link(&mut after, stay);
        }
        for old in before.iter().filter(|old| !after.contains(old)) {
            if self.stays.row(*old).is_some_and(|row| row.stay.guest_key() == guest) {
                self.end_stay(*old);
            }
        }
        if before != after && self.alerts.contains_key(&About::Guest(guest)) {
            self.dirty.things.insert(About::Guest(guest));
        }
        if let Some(links) = self.store.guests.links(guest) {
            links.stays = after;
        }
    }

    fn settle_groups(&self, grants: &[Key]) -> BTreeMap<StayId, Group> {
        let mut groups: BTreeMap<StayId, Group> = BTreeMap::new();
        for key in grants {
            let Some(grant) = self.store.grants.get(*key) else { continue };
            let group = groups.entry(grant.stay_id()).or_default();
            group.starts_at = match group.grants.is_empty() {
                true => grant.starts_at(),
                false => group.starts_at.min(grant.starts_at()),
            };
            group.ends_at = group.ends_at.max(grant.ends_at());
            group.is_open |= grant.ends_at().is_none();
            group.has_room |= self.opens_room(*key);
            group.grants.push(*key);
        }
        let (mut with, without): (BTreeMap<_, _>, BTreeMap<_, _>) =
            groups.into_iter().partition(|(_, group)| group.has_room);
        let mut strays = Vec::new();
        for (id, group) in without {
            let host = with.iter().filter(|(_, host)| host.overlaps(&group));
            match host.min_by_key(|(id, host)| (host.starts_at, *id)).map(|(id, _)| id.clone()) {
                Some(host) => strays.push((host, group.grants)),
                None => {
                    with.insert(id, group);
                }
            }
        }
        for (host, grants) in strays {
            if let Some(host) = with.get_mut(&host) {
                host.grants.extend(grants);
            }
        }
        // Oldest first, whichever was read first.
        for group in with.values_mut() {
            group.grants.arrange_by_cached_key(|key| {
                self.store.grants.get(*key).map(|g| (g.created_at(), g.id.clone()))
            });
        }
        with
    }

    fn opens_room(&self, grant: Key) -> bool {
        !self.rooms_of_grant(grant).is_empty() || !self.direct_guest_doors(grant).is_empty()
    }

    fn end_stay(&mut self, key: Key) {
        let Some(mut row) = self.stays.remove(key) else { return };
        self.dirty.stays.remove(&key);
        self.agenda.set(About::Stay(key), None);
        self.leave_rooms(key, &row.rooms);
        let doors = self.guest_doors_of_stay(&row.grants, &row.rooms);
        self.vacate(&doors);
        self.dirty.things.extend(doors.into_iter().map(About::Door));
        self.mark_neighbours(key, &row.rooms, &row.stay);
        self.mark_party(row.stay.reservation_key().as_ref(), key);
        self.set_alerts(About::Stay(key), Vec::new());
        let mutations = row.put_mutations(Vec::new());
        self.set_mutations(&row.stay.id, mutations, Vec::new());
        if row.stay.is_known {
            self.count_class(row.stay.class, false);
            self.tallies.stays.remove(row.stay.id);
        }
    }
}
