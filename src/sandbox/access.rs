//! Giving and taking access: what a change sets in motion. [`super::life`] carries it through.

use std::collections::BTreeSet;

use chrono::Duration;
use serde_json::{Value, json};

use super::clock::{At, stamp};
use super::hotel::{Hotel, Named};
use super::house::{Brand, Space};
use super::keys::{Change, Grant, Mode, Pending, Person, Times};
use super::life::Task;
use super::names::Guest;

/// A grant about to be made. The rules have been checked.
pub(crate) struct NewGrant {
    pub(crate) person: u32,
    pub(crate) key: Option<Box<str>>,
    pub(crate) reservation: Option<Box<str>>,
    pub(crate) name: Option<Box<str>>,
    pub(crate) times: Times,
    pub(crate) doors: Vec<u32>,
    pub(crate) spaces: Vec<u32>,
    pub(crate) created: At,
}

impl Hotel {
    pub(crate) fn make_person(&mut self, key: Option<Box<str>>, guest: Guest, created: At) -> u32 {
        let some = |text: String| Some(text.into_boxed_str()).filter(|t| !t.is_empty());
        self.put_person(key, [some(guest.name), some(guest.email), some(guest.phone)], created)
    }

    /// `details`: full name, e-mail address, phone number.
    pub(crate) fn put_person(
        &mut self,
        key: Option<Box<str>>,
        details: [Option<Box<str>>; 3],
        created: At,
    ) -> u32 {
        let ix = self.people.len();
        let id = self.name(Named::Person(ix));
        if let Some(key) = &key {
            self.person_keys.insert(key.clone(), ix);
        }
        let [name, email, phone] = details;
        self.people.put(Person { id, key, name, email, phone, created, grants: Vec::new(), gone: false })
    }

    /// The doors of `doors` and of `spaces`, each once.
    pub(crate) fn reach(&self, doors: &[u32], spaces: &[u32]) -> Vec<u32> {
        let of_spaces = spaces.iter().filter_map(|s| self.spaces.get(*s)).flat_map(|s| s.doors.iter());
        crate::order::set(doors.iter().chain(of_spaces).copied()).into_iter().collect()
    }

    pub(crate) fn make_grant(&mut self, new: NewGrant) -> u32 {
        let ix = self.grants.len();
        let id = self.name(Named::Grant(ix));
        let doors = self.reach(&new.doors, &new.spaces);
        if let Some(key) = &new.key {
            self.grant_keys.insert(key.clone(), ix);
        }
        if let Some(reservation) = &new.reservation {
            self.reservations.entry(reservation.clone()).or_default().push(ix);
        }
        let mut touched: BTreeSet<u32> = crate::order::set(new.spaces.iter().copied());
        for door in &doors {
            if let Some(door) = self.doors.get_mut(*door) {
                door.grants.push(ix);
                touched.insert(door.space);
            }
        }
        for space in touched {
            if let Some(space) = self.spaces.get_mut(space) {
                space.grants.push(ix);
            }
        }
        if let Some(person) = self.people.get_mut(new.person) {
            person.grants.push(ix);
        }
        self.grants.put(Grant {
            id,
            key: new.key,
            reservation: new.reservation,
            name: new.name,
            person: new.person,
            times: new.times,
            created: new.created,
            doors: doors.into(),
            spaces: new.spaces.into(),
            asked: Vec::new(),
            change: None,
            deleting: None,
            other_codes: Vec::new(),
            impossible: None,
            overprovisioned: None,
            underprovisioned: None,
            lingers: false,
            arrived: false,
            gone: false,
        })
    }

    pub(crate) fn brand(&self, door: u32) -> Option<Brand> {
        self.doors.get(door).map(|d| d.brand)
    }

    /// Recomputes when a method is valid from the grants that use it; true where that changed it.
    pub(crate) fn retime_method(&mut self, method: u32) -> bool {
        let Some(record) = self.methods.get(method) else { return false };
        let all: Vec<Times> = self.living_grants(&record.grants).map(|(_, g)| g.times).collect();
        let Some(first) = all.first().copied() else { return false };
        let joined = all.iter().skip(1).fold(first, |sum, t| Times {
            starts: sum.starts.min(t.starts),
            ends: sum.ends.zip(t.ends).map(|(a, b)| a.max(b)),
        });
        let Some(record) = self.methods.get_mut(method) else { return false };
        let changed = record.times != joined;
        record.times = joined;
        changed
    }

    /// Starts the issuing of a fresh method and says that it was made.
    pub(crate) fn launch(&mut self, method: u32) {
        self.tell_method("access_method.created", method);
        self.plan_paced(3.0, 9.0, Task::Issue(method));
    }

    /// Changes a stay's times: every method is revoked and comes back, cards only over the encoder.
    pub(crate) fn change_times(&mut self, grant: u32, to: Times) {
        let now = self.now;
        let Some(record) = self.grants.get_mut(grant) else { return };
        let from = record.change.map_or(record.times, |c| c.from);
        record.times = to;
        record.change = Some(Change { since: now, from, to });
        record.lingers = false;
        let methods: Vec<u32> = record.methods().collect();
        let body = json!({
            "access_grant_id": record.id, "access_grant_key": record.key,
            "starts_at": stamp(to.starts), "ends_at": to.ends.map(stamp),
        });
        self.tell("access_grant.access_times_changed", without_nulls(body));
        for method in methods {
            self.reissue(method, Change { since: now, from, to });
        }
        self.plan_ends(grant);
        self.settle_change(grant);
    }

    /// Plans the begin and the end of a stay where they are near; the daily round finds the others.
    pub(crate) fn plan_ends(&mut self, grant: u32) {
        let Some(times) = self.grants.get(grant).map(|g| g.times) else { return };
        let near = self.now + Duration::hours(36);
        for (at, task) in [(Some(times.starts), Task::Start(grant)), (times.ends, Task::End(grant))] {
            if let Some(at) = at.filter(|at| *at > self.now && *at < near) {
                self.plan(at, task);
            }
        }
    }

    fn reissue(&mut self, method: u32, change: Change) {
        self.retime_method(method);
        let Some(record) = self.methods.get_mut(method) else { return };
        if record.gone || record.deleting.is_some() {
            return;
        }
        if matches!(record.pending, Some(Pending::Provisioning(_))) {
            return;
        }
        let from = match record.pending {
            Some(Pending::Times(open)) => open.from,
            _ => change.from,
        };
        record.pending = Some(Pending::Times(Change { from, ..change }));
        let was_issued = std::mem::take(&mut record.issued);
        if record.mode == Mode::Card && !record.assigns {
            record.waits = true;
            record.ready = false;
        }
        if was_issued {
            self.tell_method("access_method.revoked", method);
        }
        self.plan_paced(6.0, 20.0, Task::Retime(method));
    }

    /// Starts the removal of one method, unless another grant still needs it.
    pub(crate) fn drop_method(&mut self, method: u32) {
        let now = self.now;
        let Some(record) = self.methods.get_mut(method) else { return };
        if record.gone || record.deleting.is_some() {
            return;
        }
        record.deleting = Some(now);
        record.pending = Some(Pending::Revoking(now));
        self.plan_paced(3.0, 8.0, Task::Remove(method));
    }

    /// Starts the removal of a grant and of everything it gave.
    pub(crate) fn drop_grant(&mut self, grant: u32) {
        let now = self.now;
        let Some(record) = self.grants.get_mut(grant) else { return };
        if record.gone || record.deleting.is_some() {
            return;
        }
        record.deleting = Some(now);
        record.change = None;
        let methods: Vec<u32> = record.methods().collect();
        for method in methods {
            let shared = self.methods.get(method).is_some_and(|m| {
                self.living_grants(&m.grants).any(|(ix, g)| ix != grant && g.deleting.is_none())
            });
            if !shared {
                self.drop_method(method);
            }
        }
        self.plan_paced(4.0, 10.0, Task::RemoveGrant(grant));
    }

    pub(crate) fn put_space(&mut self, make: impl FnOnce(uuid::Uuid) -> Space) -> u32 {
        let ix = self.spaces.len();
        let id = self.name(Named::Space(ix));
        self.spaces.put(make(id))
    }

    /// The event `kind` about a method, with the grants it belongs to.
    pub(crate) fn tell_method(&mut self, kind: &'static str, method: u32) {
        let now = self.now;
        self.tell_method_at(now, kind, method);
    }

    pub(crate) fn tell_method_at(&mut self, at: At, kind: &'static str, method: u32) {
        let Some(record) = self.methods.get(method) else { return };
        let grants: Vec<&Grant> = record.grants.iter().filter_map(|g| self.grants.get(*g)).collect();
        let ids: Vec<_> = grants.iter().map(|g| g.id).collect();
        let keys: Vec<_> = grants.iter().filter_map(|g| g.key.as_deref()).collect();
        let mut body = json!({"access_method_id": record.id, "access_grant_ids": ids});
        if let Some(body) = body.as_object_mut() {
            if !keys.is_empty() {
                body.insert("access_grant_keys".to_owned(), json!(keys));
            }
            if matches!(kind, "access_method.issued" | "access_method.reissued")
                && let Some(code) = &record.code
            {
                body.insert("code".to_owned(), json!(code));
                body.insert("is_backup_code".to_owned(), json!(record.backup.is_some()));
            }
        }
        self.tell_at(at, kind, body);
    }
}

/// `value` without the members that are null, for places where Seam leaves them out.
pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(mut map) => {
            map.retain(|_, v| !v.is_null());
            Value::Object(map)
        }
        other => other,
    }
}
