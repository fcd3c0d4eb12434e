//! What is already wrong when the night begins: one trouble of every kind, most guests are fine.

use chrono::Duration;
use serde_json::json;

use super::Builder;
use crate::sandbox::clock::At;
use crate::sandbox::house::Brand;
use crate::sandbox::keys::{Change, Grant, Method, Mode, OtherCode, Pending, Times};
use crate::sandbox::life::Task;

impl Builder<'_> {
    pub(super) fn troubles(&mut self) {
        let mut taken: Vec<u32> = Vec::new();
        self.pin_replaced(&mut taken);
        self.no_usable_key(&mut taken);
        self.stale_cards(&mut taken);
        self.stuck_revoke(&mut taken);
        self.late_to_issue(&mut taken);
        self.link_too_short(&mut taken);
        self.locks_in_trouble();
        self.impossible_wish(&mut taken);
        self.changed_outside();
    }

    /// Somebody made a card invalid in the card system's own program, earlier in the evening.
    fn changed_outside(&mut self) {
        let at = self.ago(160);
        let system = self.hotel.systems.iter().find(|(_, s)| s.brand == Brand::Visionline);
        let Some((id, account)) = system.map(|(_, s)| (s.id, s.account)) else { return };
        let body = json!({
            "acs_credential_id": self.hotel.ids.uuid(), "acs_system_id": id, "connected_account_id": account,
        });
        self.hotel.tell_at(at, "acs_credential.invalidated", body);
    }

    /// A guest was promised a card for a door that takes none.
    fn impossible_wish(&mut self, taken: &mut Vec<u32>) {
        if let Some(grant) = self.guest(taken, Brand::Lock, Mode::Code, |_| true) {
            self.hotel.ask(grant, Mode::Card, None, None);
        }
    }

    fn ago(&self, minutes: i64) -> At {
        self.hotel.now - Duration::minutes(minutes)
    }

    /// A guest in the house tonight who has no other trouble, on a door of `brand`, with a method of `mode`.
    fn guest(
        &self,
        taken: &mut Vec<u32>,
        brand: Brand,
        mode: Mode,
        fit: impl Fn(&Grant) -> bool,
    ) -> Option<u32> {
        let now = self.hotel.now;
        let found = self.hotel.grants.iter().find(|(ix, g)| {
            let own = g
                .doors
                .iter()
                .filter_map(|d| self.hotel.doors.get(*d))
                .any(|d| !d.common && d.brand == brand);
            own && !taken.contains(ix)
                && g.deleting.is_none()
                && g.times.holds(now)
                && fit(g)
                && self.method_of(g, mode).is_some()
        });
        let ix = found.map(|(ix, _)| ix)?;
        taken.push(ix);
        Some(ix)
    }

    fn method_of(&self, grant: &Grant, mode: Mode) -> Option<u32> {
        grant.methods().find(|m| self.hotel.methods.get(*m).is_some_and(|m| m.mode == mode))
    }

    fn with_method(&mut self, grant: u32, mode: Mode, change: impl FnOnce(&mut Method)) -> Option<u32> {
        let method = self.hotel.grants.get(grant).and_then(|g| self.method_of(g, mode))?;
        change(self.hotel.methods.get_mut(method)?);
        Some(method)
    }

    fn own_door(&self, grant: u32) -> Option<u32> {
        let grant = self.hotel.grants.get(grant)?;
        grant.doors.iter().copied().find(|d| self.hotel.doors.get(*d).is_some_and(|d| !d.common))
    }

    fn pin_replaced(&mut self, taken: &mut Vec<u32>) {
        let (told, since) = (self.dice.digits(4).into_boxed_str(), self.ago(2));
        let Some(grant) = self.guest(taken, Brand::Lock, Mode::Code, |g| g.arrived) else { return };
        let Some(door) = self.own_door(grant) else { return };
        let code = self.hotel.grants.get(grant).and_then(|g| self.method_of(g, Mode::Code));
        let real = code.and_then(|m| self.hotel.methods.get(m)).and_then(|m| m.code.clone());
        let (Some(record), Some(real)) = (self.hotel.grants.get_mut(grant), real) else { return };
        if let Some(asked) = record.asked.iter_mut().find(|a| a.mode == Mode::Code) {
            asked.code = Some(told.clone());
        }
        record.other_codes.push(OtherCode { since, door, told, real });
    }

    fn no_usable_key(&mut self, taken: &mut Vec<u32>) {
        let since = self.ago(12);
        let fit = |g: &Grant| g.arrived && g.asked.iter().all(|a| a.mode == Mode::Code);
        let Some(grant) = self.guest(taken, Brand::SaltoKs, Mode::Code, fit) else { return };
        if let Some(door) = self.own_door(grant).and_then(|d| self.hotel.doors.get_mut(d)) {
            door.offline_since = Some(since);
        }
        let method = self.with_method(grant, Mode::Code, |m| {
            m.issued = false;
            m.issued_at = None;
            m.pending = Some(Pending::Provisioning(since));
            m.delayed = Some(since + Duration::minutes(5));
            m.failed = Some(since + Duration::minutes(6));
        });
        if let Some(method) = method {
            self.hotel.plan_in(Duration::seconds(30), Task::Issue(method));
        }
    }

    /// Stays that were extended while the card in the guest's hand still says the old end.
    fn stale_cards(&mut self, taken: &mut Vec<u32>) {
        for minutes in [60, 150] {
            let since = self.ago(minutes);
            let end = self.on(1, 11);
            let stays_on = |g: &Grant| g.arrived && !g.lingers && g.times.ends.is_some_and(|e| e > end);
            let Some(grant) = self.guest(taken, Brand::Visionline, Mode::Card, stays_on) else { return };
            let Some(record) = self.hotel.grants.get_mut(grant) else { return };
            let to = record.times;
            let change = Change { since, from: Times { starts: to.starts, ends: Some(end) }, to };
            record.change = Some(change);
            let cards: Vec<u32> = record.methods().collect();
            for card in cards {
                let Some(method) = self.hotel.methods.get_mut(card).filter(|m| m.mode == Mode::Card) else {
                    continue;
                };
                method.issued = false;
                method.waits = true;
                method.ready = true;
                method.pending = Some(Pending::Times(change));
                if let Some(cut) = method.cut.as_mut() {
                    cut.times = change.from;
                }
            }
        }
    }

    fn stuck_revoke(&mut self, taken: &mut Vec<u32>) {
        let since = self.ago(18);
        let Some(grant) = self.guest(taken, Brand::SaltoKs, Mode::Code, |g| g.arrived && !g.lingers) else {
            return;
        };
        self.hotel.drop_grant(grant);
        let Some(record) = self.hotel.grants.get_mut(grant) else { return };
        record.deleting = Some(since);
        let doors = record.doors.to_vec();
        record.overprovisioned = Some((since + Duration::minutes(2), doors));
        for method in record.methods().collect::<Vec<_>>() {
            if let Some(method) = self.hotel.methods.get_mut(method) {
                method.stuck = true;
                method.deleting = Some(since);
                method.pending = Some(Pending::Revoking(since));
            }
        }
    }

    fn late_to_issue(&mut self, taken: &mut Vec<u32>) {
        let since = self.ago(9);
        let Some(grant) = self.guest(taken, Brand::Visionline, Mode::MobileKey, |_| true) else { return };
        let method = self.with_method(grant, Mode::MobileKey, |m| {
            m.issued = false;
            m.issued_at = None;
            m.stuck = true;
            m.pending = Some(Pending::Provisioning(since));
            m.delayed = Some(since + Duration::minutes(5));
        });
        if let Some(method) = method {
            self.hotel.plan_in(Duration::seconds(30), Task::Issue(method));
        }
    }

    fn link_too_short(&mut self, taken: &mut Vec<u32>) {
        let expires = self.hotel.now + Duration::hours(5);
        let fit = |g: &Grant| g.arrived && !g.lingers;
        let Some(grant) = self.guest(taken, Brand::SaltoKs, Mode::MobileKey, fit) else { return };
        let instant =
            self.with_method(grant, Mode::MobileKey, |_| ()).and_then(|m| self.hotel.methods.get(m)?.instant);
        if let Some(key) = instant.and_then(|ix| self.hotel.instants.get_mut(ix)) {
            key.expires = expires;
        }
    }

    fn locks_in_trouble(&mut self) {
        let (offline, private) = (self.ago(24), self.ago(95));
        let fitting = |b: &Self, brand: Brand| -> Vec<u32> {
            let mut doors: Vec<u32> = b.rooms.iter().filter(|r| r.brand == brand).map(|r| r.door).collect();
            doors.retain(|d| {
                b.hotel.doors.get(*d).is_some_and(|d| d.offline_since.is_none() && !d.grants.is_empty())
            });
            doors
        };
        let mut locks = fitting(self, Brand::Lock);
        let mut online = fitting(self, Brand::SaltoKs);
        self.dice.shuffle(&mut locks);
        self.dice.shuffle(&mut online);
        let mut touch = |door: Option<&u32>, change: &dyn Fn(&mut crate::sandbox::house::Door)| {
            if let Some(door) = door.and_then(|d| self.hotel.doors.get_mut(*d)) {
                change(door);
            }
        };
        touch(locks.first(), &|d| d.offline_since = Some(offline));
        touch(locks.get(1), &|d| {
            d.battery = 0.18;
            d.low_since = Some(offline);
        });
        touch(online.first(), &|d| {
            d.battery = 0.07;
            d.low_since = Some(private);
        });
        touch(online.get(1), &|d| d.privacy_since = Some(private));
        touch(locks.get(2), &|d| d.privacy_since = Some(private));
    }
}
