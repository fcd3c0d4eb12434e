//! A small hotel for the tests of the program: two systems, four rooms, a handful of guests.

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::key::{Code, Key};
use crate::app::keymap::Keymap;
use crate::app::{App, Effects, Event, Room, Settings};
use crate::property::{self, Delta, Gone, Property, Records, Resource, StayId, Zone};
use crate::seam::id::{GrantId, IdentityId};

/// 22 Nov 2026, 03:14 in Berlin.
pub fn night() -> DateTime<Utc> {
    "2026-11-22T02:14:00Z".parse().unwrap()
}

pub fn records<T: DeserializeOwned>(raw: Value) -> Vec<T> {
    serde_json::from_value(raw).unwrap()
}

pub fn read(records: Records) -> Delta {
    Delta::Read { records, as_of: night(), sweep: None }
}

/// A grant of `guest` in room `room` until `ends_at`, with one PIN and `cards` cards, all issued.
pub fn grant(id: &str, guest: &str, room: &str, ends_at: &str, cards: usize) -> [Delta; 2] {
    let mut methods = vec![json!({"access_method_id": format!("{id}-pin"), "mode": "code", "code": "4417",
        "is_issued": true, "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"})];
    for n in 0..cards {
        methods.push(json!({"access_method_id": format!("{id}-card-{n}"), "mode": "card", "is_issued": true,
            "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"}));
    }
    let ids: Vec<&Value> = methods.iter().map(|m| &m["access_method_id"]).collect();
    let grants = json!([{"access_grant_id": id, "user_identity_id": guest, "reservation_key": format!("res-{id}"),
        "space_ids": [format!("space-{room}")], "access_method_ids": ids, "starts_at": "2026-11-20T14:00:00Z",
        "ends_at": ends_at, "created_at": "2026-11-20T13:00:00Z",
        "requested_access_methods": [{"mode": "code"}, {"mode": "card"}]}]);
    [read(Records::Grants(records(grants))), read(Records::Methods(records(Value::Array(methods))))]
}

/// The id of the stay that [`grant`] makes.
pub fn stay(id: &str, guest: &str) -> StayId {
    StayId::reserved(IdentityId::new(guest), format!("res-{id}").into())
}

pub fn house() -> Vec<Delta> {
    let rooms = ["101", "102", "103", "104"];
    let space = |n: &&str| json!({"space_id": format!("space-{n}"), "name": n});
    let door = |n: &&str| {
        json!({"acs_entrance_id": format!("door-{n}"), "acs_system_id": "vision", "display_name": n,
            "space_ids": [format!("space-{n}")], "can_belong_to_reservation": true,
            "visionline_metadata": {"door_category": "guest"}})
    };
    let guests = [("ada", "Okafor, Ada"), ("per", "Lindqvist, Per"), ("zoe", "Dąbrowska, Zofia")];
    let guest = |(id, name): &(&str, &str)| json!({"user_identity_id": id, "full_name": name});
    vec![
        read(Records::Systems(records(json!([{"acs_system_id": "vision", "name": "Visionline",
            "external_type": "visionline_system", "location": {"time_zone": "Europe/Berlin"}}])))),
        read(Records::Spaces(records(rooms.iter().map(space).collect()))),
        read(Records::Entrances(records(rooms.iter().map(door).collect()))),
        read(Records::Encoders(records(json!([
            {"acs_encoder_id": "enc-1", "acs_system_id": "vision", "display_name": "Front desk 1"},
            {"acs_encoder_id": "enc-2", "acs_system_id": "vision", "display_name": "Front desk 2"}])))),
        read(Records::Identities(records(guests.iter().map(guest).collect()))),
    ]
}

/// The program at night, with Ada in 101 (due out, two cards), Per in 102 (due out, one card) and
/// Zofia in 103 (stayover, no card).
pub struct Desk {
    /// The program.
    pub app: App,
    /// What the clock shows.
    pub now: DateTime<Utc>,
}

impl Desk {
    /// A desk before anything was read.
    pub fn unread() -> Self {
        let zone = Zone::named("Europe/Berlin");
        let property = Property::new(property::Settings { zone, ..Default::default() }, night());
        let settings = Settings {
            read_only: false,
            theme: "dark".to_owned(),
            themes: vec!["dark".to_owned(), "light".to_owned(), "mono".to_owned()],
            keymap: Keymap::new().unwrap(),
            encoder: None,
            own: Default::default(),
            sandbox: true,
            operator: None,
            ask_operator: false,
        };
        Self { app: App::new(property, settings), now: night() }
    }

    /// A desk whose panes are filled.
    pub fn new() -> Self {
        let mut desk = Self::unread();
        for delta in house() {
            desk.data(delta);
        }
        for (id, guest, room, until, cards) in [
            ("g1", "ada", "101", "2026-11-21T10:00:00Z", 2),
            ("g2", "per", "102", "2026-11-22T10:00:00Z", 1),
            ("g3", "zoe", "103", "2026-11-25T10:00:00Z", 0),
        ] {
            for delta in grant(id, guest, room, until, cards) {
                desk.data(delta);
            }
        }
        for what in Resource::ALL {
            desk.data(Delta::Checked { what, as_of: night() });
        }
        desk.drawn();
        desk
    }

    pub fn event(&mut self, event: Event) -> Effects {
        self.app.update(self.now, event)
    }

    pub fn data(&mut self, delta: Delta) -> Effects {
        self.event(Event::Data(delta))
    }

    pub fn gone(&mut self, grant: &str) -> Effects {
        self.data(Delta::Gone(Gone::Grant(GrantId::new(grant))))
    }

    pub fn drawn(&mut self) {
        let effects = self.event(Event::Drawn(Room { panes: [10; 4], overlay: 10, overlay_end: Some(5) }));
        assert!(!effects.draw, "a frame never asks for another");
    }

    /// Lets time pass, with a frame in between: a person reads.
    pub fn wait(&mut self, seconds: i64) -> Effects {
        self.drawn();
        self.now += TimeDelta::seconds(seconds);
        self.event(Event::Tick)
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) -> Effects {
        let key: Key = key.parse().unwrap();
        self.event(Event::Key(key))
    }

    /// Types a text, key by key.
    pub fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.event(Event::Key(Key::plain(Code::Char(c))));
        }
    }

    /// What the message line says.
    pub fn says(&self) -> String {
        self.app.messages.current().map(|m| m.words.to_string()).unwrap_or_default()
    }

    /// The names on the Guests pane.
    pub fn guests(&self) -> Vec<String> {
        let rows = self.app.board.guests.rows();
        rows.iter().filter_map(|id| self.app.property.stay(id)).map(|s| s.name.to_string()).collect()
    }
}
