//! What a night brings by itself: guests come and go, doors fail and recover, bookings arrive.
//!
//! Every event is drawn from the seed, its kind and its hour alone, so that the same seed brings the same
//! night whatever a client asks in between.

use chrono::{Duration, Timelike};
use serde_json::json;

use super::access::NewGrant;
use super::clock::{At, local};
use super::dice::Dice;
use super::hotel::Hotel;
use super::house::{Brand, SpaceKind};
use super::keys::{Mode, Times};
use super::life::Task;
use super::names;

/// One thing that happens without anybody asking for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Night {
    /// A guest opens a door.
    Walk,
    /// A door refuses a guest; a number of times, one after the other.
    Refusal(u8, u32),
    BridgeDown,
    BridgeUp(u32),
    DoorDown,
    DoorUp(u32),
    Battery,
    Privacy,
    PrivacyOver(u32),
    WalkIn,
    CheckIn(u32),
    CheckOut(u32),
    /// A porter looks into an empty room.
    Round,
    /// Noon: who left is checked out, who comes today is booked.
    Noon,
}

impl Night {
    /// Keeps two kinds apart that happen at the same instant.
    fn salt(self) -> u64 {
        match self {
            Self::Walk => 1,
            Self::Refusal(..) => 2,
            Self::BridgeDown => 3,
            Self::BridgeUp(_) => 4,
            Self::DoorDown => 5,
            Self::DoorUp(_) => 6,
            Self::Battery => 7,
            Self::Privacy => 8,
            Self::PrivacyOver(_) => 9,
            Self::WalkIn => 10,
            Self::CheckIn(_) => 11,
            Self::CheckOut(_) => 12,
            Self::Noon => 13,
            Self::Round => 14,
        }
    }
}

impl Hotel {
    pub(crate) fn plan_nights(&mut self) {
        let first = [
            (Night::Walk, 1, 3),
            (Night::Refusal(1, u32::MAX), 8, 30),
            (Night::BridgeDown, 25, 80),
            (Night::DoorDown, 10, 60),
            (Night::Battery, 20, 60),
            (Night::Privacy, 5, 45),
            (Night::WalkIn, 6, 25),
            (Night::Round, 90, 240),
        ];
        for (night, low, high) in first {
            self.again(night, low, high);
        }
        let down: Vec<u32> =
            self.doors.iter().filter(|(_, d)| d.offline_since.is_some()).map(|(ix, _)| ix).collect();
        for door in down {
            self.again(Night::DoorUp(door), 15, 70);
        }
        self.plan_day();
    }

    fn again(&mut self, night: Night, low: i64, high: i64) {
        let seconds = self.night.between(low * 60, high * 60);
        self.plan_in(Duration::seconds(seconds), Task::Night(night));
    }

    pub(crate) fn live_night(&mut self, night: Night) {
        let hour = (self.now.timestamp_millis() as u64) << 4;
        self.night = Dice::new(self.seed, hour | night.salt());
        let quiet = !self.restless;
        match night {
            Night::Walk => {
                if !quiet {
                    self.walk();
                }
                let (low, high) = if self.is_night() { (3, 9) } else { (1, 3) };
                self.again(Night::Walk, low, high);
            }
            Night::Refusal(left, door) => self.refusal(left, door, quiet),
            Night::BridgeDown => self.bridge_fails(quiet),
            Night::BridgeUp(system) => self.set_bridge(system, true),
            Night::DoorDown => self.door_fails(quiet),
            Night::DoorUp(door) => self.set_online(door, true),
            Night::Battery => self.batteries(quiet),
            Night::Privacy => self.somebody_wants_quiet(quiet),
            Night::PrivacyOver(door) => self.set_privacy(door, false),
            Night::WalkIn => self.walk_in(quiet),
            Night::CheckIn(grant) => self.check_in(grant),
            Night::CheckOut(grant) => self.check_out(grant),
            Night::Round => self.round(quiet),
            Night::Noon => self.noon(quiet),
        }
    }

    fn is_night(&self) -> bool {
        !(7..23).contains(&self.zone.local(self.now).hour())
    }

    /// A living grant of somebody who is in the house now, with their own door.
    fn somebody(&mut self, fit: impl Fn(&super::house::Door) -> bool) -> Option<(u32, u32)> {
        let now = self.now;
        let doors: Vec<u32> =
            self.doors.iter().filter(|(_, d)| !d.common && fit(d)).map(|(ix, _)| ix).collect();
        for _ in 0..12 {
            let door = *self.night.pick(&doors)?;
            let record = self.doors.get(door)?;
            let here = self.living_grants(&record.grants).find(|(_, g)| g.arrived && g.times.holds(now));
            if let Some((grant, _)) = here {
                return Some((grant, door));
            }
        }
        None
    }

    fn walk(&mut self) {
        let Some((grant, door)) = self.somebody(|_| true) else { return };
        let key = self.grants.get(grant).and_then(|g| {
            g.methods().filter_map(|m| self.methods.get(m)).find(|m| m.issued && m.doors.contains(&door))
        });
        let Some(mode) = key.map(|m| m.mode) else { return };
        self.open(grant, door, mode);
    }

    /// A guest opens a door: from now on it obeys this reservation only.
    pub(crate) fn open(&mut self, grant: u32, door: u32, mode: Mode) {
        let Some(record) = self.grants.get_mut(grant) else { return };
        record.arrived = true;
        let (person, reservation) = (record.person, record.reservation.clone());
        if let Some(door) = self.doors.get_mut(door).filter(|d| d.overrides() && reservation.is_some()) {
            door.holder = reservation;
        }
        let how = match mode {
            Mode::Code => "keycode",
            Mode::Card => "card",
            Mode::MobileKey => "mobile_key",
            Mode::CloudKey => "remote",
        };
        self.tell_lock("lock.unlocked", door, how, Some(person));
    }

    fn refusal(&mut self, left: u8, door: u32, quiet: bool) {
        let target = if door == u32::MAX { self.somebody(|_| true).map(|(_, d)| d) } else { Some(door) };
        if let (Some(door), false) = (target, quiet) {
            self.deny(door, "invalid_credential");
        }
        match (target, left) {
            (Some(door), 2..) => self.again(Night::Refusal(left - 1, door), 1, 2),
            _ => {
                let insistent = self.night.chance(0.3);
                self.again(Night::Refusal(if insistent { 4 } else { 1 }, u32::MAX), 35, 120);
            }
        }
    }

    /// The porter's key is the lock system's own: Seam sees the door open and knows nobody who may.
    fn round(&mut self, quiet: bool) {
        let now = self.now;
        let empty = |d: &super::house::Door| {
            !d.common && !self.living_grants(&d.grants).any(|(_, g)| g.lingers || g.times.holds(now))
        };
        let doors: Vec<u32> = self.doors.iter().filter(|(_, d)| empty(d)).map(|(ix, _)| ix).collect();
        let picked = self.night.pick(&doors).copied();
        if let (Some(door), false, true) = (picked, quiet, self.is_night()) {
            self.stray(door);
        }
        self.again(Night::Round, 300, 600);
    }

    pub(crate) fn deny(&mut self, door: u32, reason: &str) {
        self.tell_lock("lock.access_denied", door, reason, None);
    }

    fn bridge_fails(&mut self, quiet: bool) {
        let system = self.systems.iter().find(|(_, s)| s.brand == Brand::Visionline).map(|(ix, _)| ix);
        if let (Some(system), false) = (system, quiet) {
            self.set_bridge(system, false);
            self.again(Night::BridgeUp(system), 6, 15);
        }
        self.again(Night::BridgeDown, 300, 540);
    }

    fn door_fails(&mut self, quiet: bool) {
        let found = self.somebody(|d| d.brand != Brand::Visionline && d.offline_since.is_none());
        if let (Some((_, door)), false) = (found, quiet) {
            self.set_online(door, false);
            self.again(Night::DoorUp(door), 10, 50);
        }
        self.again(Night::DoorDown, 90, 240);
    }

    fn batteries(&mut self, quiet: bool) {
        let online: Vec<u32> =
            self.doors.iter().filter(|(_, d)| d.brand != Brand::Visionline).map(|(ix, _)| ix).collect();
        let drop = self.night.between(2, 7) as f64 / 100.0;
        let picked = self.night.pick(&online).copied();
        if let (Some(door), false) = (picked, quiet) {
            let level = self.doors.get(door).map_or(1.0, |d| d.battery - drop);
            // A battery nobody looks at is changed by housekeeping before it is quite empty.
            self.set_battery(door, if level < 0.03 { 1.0 } else { level });
        }
        self.again(Night::Battery, 30, 75);
    }

    fn somebody_wants_quiet(&mut self, quiet: bool) {
        let found = self.somebody(|d| d.brand != Brand::Visionline && d.privacy_since.is_none());
        if let (Some((_, door)), false) = (found, quiet) {
            self.set_privacy(door, true);
            self.again(Night::PrivacyOver(door), 60, 300);
        }
        self.again(Night::Privacy, 50, 140);
    }

    /// Somebody takes a free room in the middle of the night: a card to cut at once, perhaps a PIN.
    fn walk_in(&mut self, quiet: bool) {
        if !quiet && self.is_night() {
            let now = self.now;
            let morning = local(self.zone, self.zone.date(now - Duration::hours(8)), 11, 0);
            let times = Times { starts: now, ends: Some(morning + Duration::days(1)) };
            self.book(times, true);
        }
        self.again(Night::WalkIn, 100, 260);
    }

    /// The booking system lets a free room. `by_code` asks for a PIN of the guest's choice too.
    fn book(&mut self, times: Times, by_code: bool) -> Option<u32> {
        let free: Vec<(u32, u32)> = self
            .spaces
            .iter()
            .filter(|(_, s)| s.kind == SpaceKind::Room)
            .filter_map(|(ix, s)| s.doors.first().map(|d| (ix, *d)))
            .filter(|(_, d)| {
                self.doors.get(*d).is_some_and(|d| {
                    d.offline_since.is_none()
                        && !self.living_grants(&d.grants).any(|(_, g)| g.lingers || g.times.overlaps(&times))
                })
            })
            .collect();
        let (space, door) = *self.night.pick(&free)?;
        let brand = self.brand(door)?;
        self.guests_made += 1;
        let number = self.guests_made;
        let guest = names::guest(&mut self.night, number);
        let now = self.now;
        let person = self.make_person(Some(format!("guest-{number}").into()), guest, now);
        let code = format!("{}{number:04}", self.night.digits(2));
        let lobby = self.spaces.iter().find(|(_, s)| s.name == "Lobby").map(|(ix, _)| ix);
        let grant = self.make_grant(NewGrant {
            person,
            key: Some(format!("stay-{code}").into()),
            reservation: (brand == Brand::Visionline).then(|| format!("HH-{code}").into()),
            name: None,
            times,
            doors: Vec::new(),
            spaces: std::iter::once(space).chain(lobby.filter(|_| brand != Brand::Lock)).collect(),
            created: now,
        });
        let body = json!({"access_grant_id": self.grants.get(grant).map(|g| g.id)});
        self.tell("access_grant.created", body);
        let wish = self.night.digits(7);
        let modes: &[(Mode, Option<&str>)] = match brand {
            Brand::Visionline if by_code => &[(Mode::Card, None), (Mode::Code, Some(&wish))],
            Brand::Visionline => &[(Mode::Card, None), (Mode::MobileKey, None)],
            _ => &[(Mode::Code, None)],
        };
        for (mode, wish) in modes {
            if let Some(method) = self.ask(grant, *mode, *wish, None) {
                self.launch(method);
            }
        }
        Some(grant)
    }

    fn check_in(&mut self, grant: u32) {
        let now = self.now;
        let Some(record) = self.grants.get(grant) else { return };
        if record.gone || record.deleting.is_some() || !record.times.holds(now) {
            return;
        }
        let own = record.doors.iter().copied().find(|d| self.doors.get(*d).is_some_and(|d| !d.common));
        for method in record.methods().collect::<Vec<_>>() {
            let number = self.night.digits(9);
            let ready = self.methods.get(method).is_some_and(|m| m.mode == Mode::Card && m.ready);
            if ready {
                self.cut(method, number.into());
                self.mark_issued(method);
            }
            let key = self.methods.get(method).and_then(|m| m.instant);
            if let Some(key) = key.and_then(|ix| self.instants.get_mut(ix)) {
                key.used = (key.used + 1).min(key.max_use);
            }
        }
        let mode = self
            .grants
            .get(grant)
            .and_then(|g| g.methods().filter_map(|m| self.methods.get(m)).find(|m| m.issued).map(|m| m.mode));
        if let (Some(door), Some(mode)) = (own, mode) {
            self.open(grant, door, mode);
        }
    }

    fn check_out(&mut self, grant: u32) {
        let soon = self.now + Duration::hours(6);
        let leaves = self.grants.get(grant).is_some_and(|g| g.times.ends.is_some_and(|end| end <= soon));
        if leaves && self.restless {
            self.drop_grant(grant);
        }
    }

    fn noon(&mut self, quiet: bool) {
        let today = self.zone.date(self.now);
        let starts = local(self.zone, today, 15, 0);
        let rooms = self.spaces.iter().filter(|(_, s)| s.kind == SpaceKind::Room).count();
        let arrivals = if quiet { 0 } else { rooms / 6 };
        for _ in 0..arrivals {
            let nights = self.night.between(1, 4);
            let ends = local(self.zone, today + Duration::days(nights), 11, 0);
            self.book(Times { starts, ends: Some(ends) }, false);
        }
        self.forget_attempts();
        self.plan_day();
    }

    /// Plans what the coming day holds for every stay: its begin and end, arrivals, departures.
    fn plan_day(&mut self) {
        let (now, today) = (self.now, self.zone.date(self.now));
        let noon = local(self.zone, today, 12, 0);
        let next = if noon > now { noon } else { local(self.zone, today + Duration::days(1), 12, 0) };
        let soon = |at: At| at > now && at <= next + Duration::hours(1);
        let mut planned = Vec::new();
        let living = self.grants.iter().filter(|(_, g)| !g.gone && g.deleting.is_none());
        for (ix, grant) in living {
            let begins = soon(grant.times.starts);
            let ends = grant.times.ends.filter(|end| soon(*end));
            if begins || ends.is_some() {
                planned.push((ix, begins.then_some(grant.times.starts), ends));
            }
        }
        for (grant, begins, ends) in planned {
            if let Some(at) = begins {
                self.plan(at, Task::Start(grant));
                if self.night.chance(0.93) {
                    let minutes = self.night.between(5, 520);
                    self.plan(at + Duration::minutes(minutes), Task::Night(Night::CheckIn(grant)));
                }
            }
            if let Some(at) = ends {
                self.plan(at, Task::End(grant));
                if self.night.chance(0.96) {
                    let minutes = self.night.between(5, 240);
                    self.plan(at - Duration::minutes(minutes), Task::Night(Night::CheckOut(grant)));
                }
            }
        }
        self.plan(next, Task::Night(Night::Noon));
    }
}
