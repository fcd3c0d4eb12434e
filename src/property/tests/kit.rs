//! A small hotel to test with: rooms 101 and 102 behind a bridge, 118 with a lock of its own, a lobby,
//! and the night of Sunday 22 November 2026, in Stockholm.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::property::*;

/// Property time.
pub(super) fn at(wall: &str) -> DateTime<Utc> {
    let naive = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
    Zone::named("Europe/Stockholm").unwrap().from_local(naive).at
}

/// 22:00 on Sunday, the beginning of the shift.
pub(super) fn tonight() -> DateTime<Utc> {
    at("2026-11-22 22:00")
}

pub(super) fn settings() -> Settings {
    // Most tests read once and let a night pass: that what they read grows old is not their matter.
    let screen_limit = TimeDelta::days(365);
    Settings { zone: Zone::named("Europe/Stockholm"), screen_limit, ..Settings::default() }
}

pub(super) struct Kit {
    pub(super) hotel: Property,
    pub(super) now: DateTime<Utc>,
    pub(super) last: Changed,
    /// Whether what a first reading leaves over waits for its slices.
    pub(super) is_sliced: bool,
}

impl Kit {
    /// The hotel with its rooms and doors, at 22:00.
    pub(super) fn new() -> Self {
        let mut kit = Self::empty();
        kit.systems(json!([system("sys", json!([]))]));
        kit.spaces(json!([space("101"), space("102"), space("118"), space("lobby")]));
        kit.entrances(json!([guest_door("e101", "101"), guest_door("e102", "102"), lobby_door()]));
        kit.devices(json!([lock("d118", "118", json!({}))]));
        kit
    }

    pub(super) fn empty() -> Self {
        Self::with(settings())
    }

    /// Empty, with the usual thresholds for the age of the screen.
    pub(super) fn impatient() -> Self {
        Self::with(Settings { screen_limit: Settings::default().screen_limit, ..settings() })
    }

    fn with(settings: Settings) -> Self {
        let mut hotel = Property::new(settings, tonight());
        let sunday = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        hotel.set_business_date(BusinessDate::new(sunday), tonight());
        Self { hotel, now: tonight(), last: Changed::default(), is_sliced: false }
    }

    pub(super) fn apply(&mut self, delta: Delta) -> &Changed {
        self.last = match self.is_sliced {
            false => self.hotel.apply(delta, self.now),
            true => {
                self.hotel.begin(delta, self.now);
                self.hotel.settle()
            }
        };
        &self.last
    }

    pub(super) fn read(&mut self, records: Records) -> &Changed {
        let as_of = self.now;
        self.apply(Delta::Read { records, as_of, sweep: None })
    }

    pub(super) fn systems(&mut self, all: Value) {
        self.read(Records::Systems(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn spaces(&mut self, all: Value) {
        self.read(Records::Spaces(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn entrances(&mut self, all: Value) {
        self.read(Records::Entrances(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn devices(&mut self, all: Value) {
        self.read(Records::Devices(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn encoders(&mut self, all: Value) {
        self.read(Records::Encoders(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn guests(&mut self, all: Value) {
        self.read(Records::Identities(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn grants(&mut self, all: Value) {
        self.read(Records::Grants(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn methods(&mut self, all: Value) {
        self.read(Records::Methods(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn instant_keys(&mut self, all: Value) {
        self.read(Records::InstantKeys(serde_json::from_value(all).unwrap()));
    }

    pub(super) fn events(&mut self, all: Value) {
        self.read(Records::Events(serde_json::from_value(all).unwrap()));
    }

    /// From now on what is not there is known not to be.
    pub(super) fn all_read(&mut self) {
        let as_of = self.now;
        for what in [Resource::Grants, Resource::Identities] {
            self.apply(Delta::Checked { what, as_of });
        }
    }

    /// The sentence of the only alert of a rule.
    pub(super) fn why(&self, rule: &Rule) -> String {
        let all: Vec<_> = self.hotel.alerts().filter(|a| a.id.rule == *rule).collect();
        assert_eq!(all.len(), 1, "{rule:?} in {:?}", self.raised());
        all[0].why.to_string()
    }

    pub(super) fn until(&mut self, wall: &str) -> &Changed {
        self.now = at(wall);
        self.last = self.hotel.advance(self.now);
        &self.last
    }

    /// The only stay there is.
    pub(super) fn stay(&self) -> &Stay {
        let mut stays = self.hotel.stays();
        let stay = stays.next().expect("a stay");
        assert!(stays.next().is_none(), "more than one stay");
        stay
    }

    pub(super) fn class(&self) -> StayClass {
        self.stay().class
    }

    pub(super) fn alert(&self, rule: &Rule) -> Option<&Alert> {
        self.hotel.alerts().find(|a| a.id.rule == *rule)
    }

    /// `P1 no-usable-key`, sorted.
    pub(super) fn raised(&self) -> Vec<String> {
        let mut all: Vec<String> =
            self.hotel.alerts().map(|a| format!("{} {}", a.severity, a.id.rule.name())).collect();
        all.sort();
        all
    }

    /// Advances from one instant to the next until `wall` and tells how often something was due.
    pub(super) fn tick_until(&mut self, wall: &str) -> usize {
        let mut n = 0;
        while let Some(next) = self.hotel.next_instant().filter(|next| *next <= at(wall)) {
            self.now = next;
            self.hotel.advance(next);
            n += 1;
            assert!(n < 1_000, "an instant that comes again and again");
        }
        self.until(wall);
        n
    }
}

pub(super) fn system(id: &str, errors: Value) -> Value {
    json!({"acs_system_id": id, "name": "Visionline", "external_type": "visionline_system", "errors": errors,
           "location": {"time_zone": "Europe/Stockholm"}})
}

pub(super) fn space(name: &str) -> Value {
    json!({"space_id": format!("s{name}"), "name": name})
}

pub(super) fn guest_door(id: &str, room: &str) -> Value {
    json!({"acs_entrance_id": id, "acs_system_id": "sys", "display_name": format!("Door {room}"),
           "space_ids": [format!("s{room}")], "can_belong_to_reservation": false,
           "visionline_metadata": {"door_category": "guest"}})
}

/// A guest door on which the key of a new reservation silences the one before.
pub(super) fn override_door(id: &str, room: &str) -> Value {
    let mut door = guest_door(id, room);
    door["can_belong_to_reservation"] = json!(true);
    door
}

pub(super) fn lobby_door() -> Value {
    json!({"acs_entrance_id": "elobby", "acs_system_id": "sys", "display_name": "Lobby",
           "space_ids": ["slobby"], "visionline_metadata": {"door_category": "common"}})
}

pub(super) fn lock(id: &str, room: &str, more: Value) -> Value {
    let mut lock = json!({"device_id": id, "display_name": format!("Lock {room}"), "space_ids": [format!("s{room}")],
                          "properties": {"online": true}});
    merge(&mut lock, more);
    lock
}

pub(super) fn merge(into: &mut Value, more: Value) {
    for (key, value) in more.as_object().unwrap() {
        into[key] = value.clone();
    }
}

/// A grant of guest `u1` with method `m1`, from and until property time.
pub(super) fn grant(id: &str, room: &str, from: &str, until: &str, more: Value) -> Value {
    let mut grant = json!({
        "access_grant_id": id, "user_identity_id": "u1", "space_ids": [format!("s{room}")],
        "access_method_ids": ["m1"], "requested_access_methods": [{"mode": "code"}],
        "starts_at": at(from), "ends_at": at(until), "created_at": at("2026-11-20 12:00"),
    });
    merge(&mut grant, more);
    grant
}

pub(super) fn method(id: &str, mode: &str, is_issued: bool, more: Value) -> Value {
    let mut method = json!({"access_method_id": id, "mode": mode, "is_issued": is_issued,
                            "created_at": at("2026-11-20 12:00")});
    if is_issued {
        method["issued_at"] = json!(at("2026-11-20 12:01"));
    }
    merge(&mut method, more);
    method
}

pub(super) fn unlocked(id: &str, door: &str, when: &str, more: Value) -> Value {
    let mut event = json!({"event_id": id, "event_type": "lock.unlocked", "occurred_at": at(when)});
    let key = if door.starts_with('e') { "acs_entrance_id" } else { "device_id" };
    event[key] = json!(door);
    merge(&mut event, more);
    event
}

pub(super) fn notice(code: &str, when: &str) -> Value {
    json!({"error_code": code, "warning_code": code, "message": format!("Seam says {code}."), "created_at": at(when)})
}

pub(super) fn pending(code: &str, when: &str, more: Value) -> Value {
    let mut pending = json!({"mutation_code": code, "message": "On its way.", "created_at": at(when),
                             "from": {}, "to": {}});
    merge(&mut pending, more);
    pending
}

pub(super) fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}
