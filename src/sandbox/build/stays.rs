//! Tonight's stays, and before and after them as many as were asked for.

use chrono::Duration;
use serde_json::json;

use super::{Builder, Room};
use crate::sandbox::access::NewGrant;
use crate::sandbox::clock::{At, local};
use crate::sandbox::house::Brand;
use crate::sandbox::keys::{Cut, Mode, Times};
use crate::sandbox::names;

/// How a stay stands when the hotel opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    DueIn,
    InHouse,
    /// Leaves in the morning after the night.
    Leaving,
    /// Was to leave on the night's date and is quiet since; nobody has settled it.
    DueOut,
    /// The same, but the door is still used.
    Overstay,
    Departed,
    Future,
    Past,
}

impl Class {
    fn is_here(self) -> bool {
        !matches!(self, Self::DueIn | Self::Future | Self::Past)
    }
}

/// A stay without its guest.
struct Stay {
    room: Room,
    /// A second room under the same reservation.
    second: Option<Room>,
    class: Class,
    times: Times,
    /// The reservation of a joiner's party, with the name of the first guest.
    joins: Option<(Option<Box<str>>, Box<str>)>,
}

impl Builder<'_> {
    /// Makes `total` grants: as many as the house holds tonight, the rest before and after, never two
    /// reservations at once in a room.
    pub(super) fn stays(&mut self, total: usize) {
        let mut rooms = self.rooms.clone();
        self.dice.shuffle(&mut rooms);
        let tonight = total.min(rooms.len() * 96 / 100 + 1);
        let mut left = total;
        let part = |of: usize| if total == 0 { 0 } else { (of * tonight / 181).max(1) };
        let mut classes = Vec::new();
        for (class, count) in [
            (Class::Overstay, part(2)),
            (Class::DueIn, part(4)),
            (Class::Departed, part(2)),
            (Class::Future, part(4)),
            (Class::DueOut, part(3)),
            (Class::Leaving, part(38)),
        ] {
            classes.extend(std::iter::repeat_n(class, count));
        }
        classes.truncate(tonight);
        let rest = tonight - classes.len();
        classes.extend(std::iter::repeat_n(Class::InHouse, rest));
        let mut free_from = vec![1_i64; rooms.len()];
        let mut next = 0;
        for class in classes {
            if let Some(joiner) = self.joiner_of(class) {
                self.move_in(joiner);
                left -= 1;
                continue;
            }
            let Some(room) = rooms.get(next).copied() else { break };
            // A family takes the room beside as well, where rooms are left over.
            let both = class == Class::InHouse && rooms.len() > next + left + 1 && self.dice.chance(0.04);
            let second = rooms.get(next + 1).copied().filter(|r| both && r.brand == room.brand);
            let free = self.let_room(room, second, class);
            let taken = 1 + usize::from(second.is_some());
            free_from.iter_mut().skip(next).take(taken).for_each(|day| *day = free);
            next += taken;
            left -= 1;
        }
        self.beyond_tonight(left, &rooms, &mut free_from);
    }

    /// Lets `room` and says how many days after the night's date it is free again.
    fn let_room(&mut self, room: Room, second: Option<Room>, class: Class) -> i64 {
        let (from, to) = match class {
            Class::DueIn => (0, self.dice.between(1, 4)),
            Class::InHouse => (-self.dice.between(0, 4), self.dice.between(2, 5)),
            Class::Leaving => (-self.dice.between(1, 4), 1),
            Class::DueOut | Class::Overstay => (-self.dice.between(2, 5), 0),
            Class::Departed => (-self.dice.between(1, 3), 1),
            _ => (self.dice.between(1, 2), self.dice.between(3, 6)),
        };
        let times = Times { starts: self.on(from, 15), ends: Some(self.on(to, 11)) };
        self.move_in(Stay { room, second, class, times, joins: None });
        to.max(1)
    }

    /// Now and then a guest shares the room of somebody who is in the house, instead of taking one.
    fn joiner_of(&mut self, class: Class) -> Option<Stay> {
        if class != Class::InHouse || !self.dice.chance(0.09) {
            return None;
        }
        let now = self.hotel.now;
        let host = self.hotel.grants.iter().rev().find(|(_, g)| {
            g.reservation.is_some()
                && g.arrived
                && g.times.ends.is_some_and(|e| e > now + Duration::hours(20))
        })?;
        let grant = host.1;
        let door = *grant.doors.iter().find(|d| self.hotel.doors.get(**d).is_some_and(|d| !d.common))?;
        let space = self.hotel.doors.get(door)?.space;
        let name = self.hotel.people.get(grant.person)?.name.clone()?;
        let joins = Some((grant.reservation.clone(), name));
        let room = Room { space, door, brand: Brand::Visionline };
        Some(Stay { room, second: None, class, times: grant.times, joins })
    }

    fn beyond_tonight(&mut self, left: usize, rooms: &[Room], free_from: &mut [i64]) {
        let mut back_to: Vec<i64> = vec![-6; rooms.len()];
        for n in 0..left {
            let at = n % rooms.len().max(1);
            let Some(room) = rooms.get(at).copied() else { return };
            let nights = self.dice.between(1, 6);
            let gap = self.dice.between(0, 1);
            let (from, to, class) = if n % 5 == 4 {
                let Some(back) = back_to.get_mut(at) else { return };
                let to = *back - gap;
                *back = to - nights;
                (to - nights, to, Class::Past)
            } else {
                let Some(free) = free_from.get_mut(at) else { return };
                let from = *free + gap;
                *free = from + nights;
                (from, from + nights, Class::Future)
            };
            let times = Times { starts: self.on(from, 15), ends: Some(self.on(to, 11)) };
            self.move_in(Stay { room, second: None, class, times, joins: None });
        }
    }

    fn move_in(&mut self, stay: Stay) {
        let now = self.hotel.now;
        self.hotel.guests_made += 1;
        let number = self.hotel.guests_made;
        let guest = match &stay.joins {
            Some((_, host)) => names::relative(&mut self.dice, host, number),
            None => names::guest(&mut self.dice, number),
        };
        let booked = stay.times.starts - Duration::minutes(self.dice.between(26 * 60, 12 * 24 * 60));
        let created = booked.min(now - Duration::minutes(self.dice.between(90, 3000)));
        let person = self.hotel.make_person(Some(format!("guest-{number}").into()), guest, created);
        let code = format!("{}{number:04}", self.dice.digits(2));
        let own = (stay.room.brand == Brand::Visionline).then(|| format!("HH-{code}").into());
        let reservation = stay.joins.as_ref().map_or(own, |(r, _)| r.clone());
        let mut spaces = vec![stay.room.space];
        spaces.extend(stay.second.map(|room| room.space));
        if stay.room.brand != Brand::Lock {
            spaces.push(self.lobby);
            if stay.joins.is_none() && self.dice.chance(0.5) {
                spaces.extend(self.dice.pick(&self.extras).copied());
            }
        }
        let grant = self.hotel.make_grant(NewGrant {
            person,
            key: Some(format!("stay-{code}").into()),
            reservation,
            name: None,
            times: stay.times,
            doors: Vec::new(),
            spaces,
            created,
        });
        for mode in self.modes(stay.room.brand, stay.class) {
            if let Some(method) = self.hotel.ask(grant, mode, None, None) {
                self.settle(method, grant, &stay);
            }
        }
        self.remember(grant, person, &stay);
    }

    fn modes(&mut self, brand: Brand, class: Class) -> Vec<Mode> {
        let mut modes = Vec::new();
        match brand {
            Brand::Visionline => {
                let cards = if self.dice.chance(0.3) { 1 + usize::from(self.dice.chance(0.85)) } else { 1 };
                modes.extend(std::iter::repeat_n(Mode::Card, cards));
                if class == Class::InHouse && self.dice.chance(0.04) {
                    modes.push(Mode::Card);
                }
                modes.extend(self.dice.chance(0.45).then_some(Mode::Code));
                modes.extend(self.dice.chance(0.35).then_some(Mode::MobileKey));
            }
            Brand::SaltoKs => {
                modes.push(Mode::Code);
                modes.extend(self.dice.chance(0.4).then_some(Mode::MobileKey));
                modes.extend(self.dice.chance(0.15).then_some(Mode::Card));
                modes.extend(self.dice.chance(0.06).then_some(Mode::CloudKey));
            }
            Brand::Lock => modes.push(Mode::Code),
        }
        modes
    }

    /// A method as it is long after it was asked for: no work is pending.
    fn settle(&mut self, method: u32, grant: u32, stay: &Stay) {
        let created = self.hotel.grants.get(grant).map_or(self.hotel.now, |g| g.created);
        let arrival = self.arrival(stay);
        let number = self.dice.digits(9).into_boxed_str();
        let expires = stay.times.ends.map(|end| end + Duration::hours(1));
        if let Some(asked) = self.hotel.grants.get_mut(grant).and_then(|g| g.asked.last_mut()) {
            asked.created = created;
        }
        let Some(record) = self.hotel.methods.get_mut(method) else { return };
        record.created = created;
        record.pending = None;
        if record.mode == Mode::Card {
            record.ready = true;
            if stay.class.is_here() || stay.class == Class::Past {
                record.waits = false;
                record.ready = false;
                record.issued_at = Some(arrival);
                record.cut = Some(Cut { at: arrival, times: stay.times, number });
            }
        } else {
            record.issued_at = Some(created + Duration::seconds(41));
        }
        record.issued = record.issued_at.is_some() && stay.class != Class::Past;
        let instant = record.instant.and_then(|ix| self.hotel.instants.get_mut(ix));
        if let (Some(instant), Some(expires)) = (instant, expires) {
            instant.created = created;
            instant.expires = expires;
            instant.used = u32::from(stay.class.is_here());
        }
    }

    /// When a guest who is here came: in the afternoon or the evening, and always the same for one stay.
    fn arrival(&self, stay: &Stay) -> At {
        let minutes = i64::from(stay.room.space % 47) * 9;
        (stay.times.starts + Duration::minutes(minutes)).min(self.hotel.now - Duration::minutes(30))
    }

    /// What the events feed and the locks remember of a stay.
    fn remember(&mut self, grant: u32, person: u32, stay: &Stay) {
        let here = stay.class.is_here();
        let Some(record) = self.hotel.grants.get_mut(grant) else { return };
        record.arrived = here || stay.class == Class::Past;
        record.lingers = matches!(stay.class, Class::DueOut | Class::Overstay);
        let (id, created, reservation) = (record.id, record.created, record.reservation.clone());
        let methods: Vec<u32> = record.methods().collect();
        let now = self.hotel.now;
        if created > now - Duration::days(7) {
            self.hotel.tell_at(created, "access_grant.created", json!({"access_grant_id": id}));
        }
        for method in methods {
            let at = self.hotel.methods.get(method).and_then(|m| m.issued_at.filter(|_| m.issued));
            if let Some(at) = at.filter(|at| *at > now - Duration::days(7)) {
                self.hotel.tell_method_at(at, "access_method.issued", method);
            }
        }
        if !here {
            return;
        }
        for room in std::iter::once(stay.room).chain(stay.second) {
            if let Some(door) = self.hotel.doors.get_mut(room.door) {
                door.holder = reservation.clone();
            }
        }
        let how = if stay.room.brand == Brand::Visionline { "card" } else { "keycode" };
        let arrival = self.arrival(stay);
        self.hotel.tell_lock_at(arrival, "lock.unlocked", stay.room.door, how, Some(person));
        let evening = local(self.hotel.zone, self.date, 17, 0);
        let walks = if stay.class == Class::DueOut { 0 } else { self.dice.between(1, 2) };
        for _ in 0..walks {
            let at = evening + Duration::minutes(self.dice.between(0, 400));
            if at > arrival && at < now {
                self.hotel.tell_lock_at(at, "lock.unlocked", stay.room.door, how, Some(person));
            }
        }
        if stay.class == Class::Departed {
            self.hotel.drop_grant(grant);
        }
    }
}
