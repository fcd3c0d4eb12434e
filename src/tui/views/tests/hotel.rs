//! A small hotel to draw, made of records as Seam sends them.

use chrono::{DateTime, TimeDelta, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::app::keymap::Keymap;
use crate::app::{App, Event, Settings};
use crate::property::{
    Delta, Fault, FaultKind, Property, Records, Resource, Settings as Thresholds, Sweep, Zone,
};
use crate::text::Text;
use crate::tui::theme::Theme;

/// Monday 23 November 2026, 03:14:07 in Paris: the night of Sunday.
pub fn night() -> DateTime<Utc> {
    "2026-11-23T02:14:07Z".parse().unwrap()
}

/// The program on a hotel of which nothing has been read.
pub fn empty_app() -> App {
    let thresholds = Thresholds { zone: Zone::named("Europe/Paris"), ..Thresholds::default() };
    let settings = Settings {
        read_only: false,
        theme: "dark".into(),
        themes: Theme::names().map(str::to_owned).collect(),
        keymap: Keymap::new().unwrap(),
        encoder: None,
        own: Default::default(),
        sandbox: true,
        operator: None,
        ask_operator: false,
    };
    App::new(Property::new(thresholds, night()), settings)
}

/// Rooms with their guests.
pub struct Hotel {
    app: App,
    sweep: u64,
}

struct Guest {
    room: &'static str,
    name: &'static str,
    from: &'static str,
    until: &'static str,
    /// `code`, `card`, `mobile_key`; followed by `!` where it is not issued, `~` where it must be cut.
    keys: &'static [&'static str],
}

const GUESTS: [Guest; 8] = [
    Guest {
        room: "101",
        name: "Abara, Chidi",
        from: "2026-11-22T14:00:00Z",
        until: "2026-11-24T10:00:00Z",
        keys: &["code", "card", "card"],
    },
    Guest {
        room: "102",
        name: "Berg, Astrid",
        from: "2026-11-20T14:00:00Z",
        until: "2026-11-23T10:00:00Z",
        keys: &["code", "card", "mobile_key"],
    },
    Guest {
        room: "103",
        name: "Castellanos y Montemayor, María",
        from: "2026-11-19T14:00:00Z",
        until: "2026-11-25T10:00:00Z",
        keys: &["code", "card~"],
    },
    Guest {
        room: "105",
        name: "Dąbrowska, Zofia",
        from: "2026-11-22T14:00:00Z",
        until: "2026-11-25T10:00:00Z",
        keys: &["code!", "card~"],
    },
    Guest {
        room: "118",
        name: "Lindqvist, Per",
        from: "2026-11-21T14:00:00Z",
        until: "2026-11-24T10:00:00Z",
        keys: &["code", "card", "card"],
    },
    Guest {
        room: "207",
        name: "中村 ゆい",
        from: "2026-11-22T14:00:00Z",
        until: "2026-11-26T10:00:00Z",
        keys: &["code"],
    },
    Guest {
        room: "230",
        name: "Ōe, Kenzaburō",
        from: "2026-11-20T14:00:00Z",
        until: "2026-11-22T10:00:00Z",
        keys: &["code"],
    },
    Guest {
        room: "412",
        name: "Okafor, Ada",
        from: "2026-11-22T14:00:00Z",
        until: "2026-11-23T10:00:00Z",
        keys: &["code!"],
    },
];

/// Those of the guests of the second building.
const NAMES: [&str; 3] = ["Rossi, Anna", "Novák, Jan", "Silva, Rui"];

/// Identifiers that tell what they are.
pub(super) fn id(kind: u32, n: usize) -> String {
    format!("{kind:08x}-0000-4000-8000-{n:012x}")
}

fn records<T: DeserializeOwned>(values: Vec<Value>) -> Vec<T> {
    values.into_iter().map(|v| serde_json::from_value(v).unwrap()).collect()
}

impl Hotel {
    /// Nothing has been read yet.
    pub fn unread() -> Self {
        Self { app: empty_app(), sweep: 0 }
    }

    /// Everything has been read, and nobody is there.
    pub fn empty() -> Self {
        let mut hotel = Self::unread();
        hotel.read(Records::Workspace(
            serde_json::from_value(
                json!({"workspace_id": id(1, 0), "name": "Harbour Hotel", "is_sandbox": true}),
            )
            .unwrap(),
        ));
        for what in Resource::ALL {
            hotel.sweep(what);
        }
        hotel
    }

    /// A usual night, of eight guests.
    pub fn usual() -> Self {
        Self::with_guests(0)
    }

    /// The eight guests of a usual night, and `more` in a second building.
    pub fn with_guests(more: usize) -> Self {
        Self::with(more, 501, NAMES)
    }

    /// The same with numbers as long as a house of a hundred thousand stays has them.
    pub fn with_long_numbers(more: usize) -> Self {
        Self::with(more, 134_501, NAMES)
    }

    /// The same with names that fill their columns, too.
    pub fn with_long_rows(more: usize) -> Self {
        let names = ["Dąbrowska, Małgorzata", "Wolfeschlegelsteinhausen, Åsa", "Grímsson y Núñez, João"];
        Self::with(more, 134_501, names)
    }

    fn with(more: usize, first: usize, names: [&'static str; 3]) -> Self {
        let mut hotel = Self::empty();
        hotel.house(more, first);
        hotel.guests(more, names);
        for what in Resource::ALL {
            hotel.checked(what);
        }
        hotel
    }

    pub fn app(self) -> App {
        self.app
    }

    pub fn feed(&mut self, delta: Delta) {
        self.app.update(night(), Event::Data(delta));
    }

    pub fn read(&mut self, records: Records) {
        self.feed(Delta::Read { records, as_of: night(), sweep: None });
    }

    fn checked(&mut self, what: Resource) {
        self.feed(Delta::Checked { what, as_of: night() });
    }

    fn sweep(&mut self, what: Resource) {
        self.sweep += 1;
        let sweep = Sweep(self.sweep);
        self.feed(Delta::SweepBegan { what, sweep, at: night() });
        self.feed(Delta::SweepEnded { what, sweep, as_of: night() });
    }

    /// The connection breaks `ago` before now.
    pub fn offline(&mut self, ago: TimeDelta) {
        for what in Resource::ALL {
            let why = Fault {
                kind: FaultKind::Offline,
                words: Text::new("no route to connect.getseam.com"),
                request_id: None,
            };
            let retry_at = Some(night() + TimeDelta::seconds(20));
            self.feed(Delta::Failed { what, why, at: night() - ago, retry_at });
        }
    }

    fn house(&mut self, more: usize, first: usize) {
        let rooms =
            GUESTS.iter().map(|g| g.room.to_owned()).chain((0..more).map(|n| format!("{}", first + n)));
        let (mut spaces, mut doors) = (Vec::new(), Vec::new());
        for (n, room) in rooms.enumerate() {
            spaces.push(json!({"space_id": id(2, n), "name": room}));
            doors.push(json!({
                "acs_entrance_id": id(3, n), "acs_system_id": id(4, 0), "display_name": format!("Room {room}"),
                "space_ids": [id(2, n)], "can_belong_to_reservation": true,
            }));
        }
        spaces.push(json!({"space_id": id(2, 90_000), "name": "Lobby"}));
        doors.push(json!({
            "acs_entrance_id": id(3, 90_000), "acs_system_id": id(4, 0), "display_name": "Main door",
            "space_ids": [id(2, 90_000)],
        }));
        let system = json!({
            "acs_system_id": id(4, 0), "name": "Harbour locks", "external_type": "visionline_system",
            "external_type_display_name": "Visionline", "location": {"time_zone": "Europe/Paris"},
        });
        let encoders = ["Front desk 1", "Front desk 2"].iter().enumerate().map(
            |(n, name)| json!({"acs_encoder_id": id(5, n), "acs_system_id": id(4, 0), "display_name": name}),
        );
        let encoders = encoders.collect();
        self.read(Records::Systems(records(vec![system])));
        self.read(Records::Spaces(records(spaces)));
        self.read(Records::Entrances(records(doors)));
        self.read(Records::Encoders(records(encoders)));
    }

    fn guests(&mut self, more: usize, names: [&'static str; 3]) {
        let (mut people, mut grants, mut methods) = (Vec::new(), Vec::new(), Vec::new());
        let others = (0..more).map(|n| Guest {
            room: "",
            name: names[n % names.len()],
            from: "2026-11-21T14:00:00Z",
            until: "2026-11-25T10:00:00Z",
            keys: &["code", "card"],
        });
        for (n, guest) in GUESTS.into_iter().chain(others).enumerate() {
            people.push(json!({
                "user_identity_id": id(6, n), "full_name": guest.name,
                "phone_number": "+33 1 23 45 67 89",
            }));
            let ids: Vec<String> = (0..guest.keys.len()).map(|k| id(8, n * 10 + k)).collect();
            methods.extend(guest.keys.iter().zip(&ids).map(|(key, id)| method(key, id, guest.from)));
            grants.push(json!({
                "access_grant_id": id(7, n), "user_identity_id": id(6, n), "reservation_key": format!("R{n:04}"),
                "space_ids": [id(2, n), id(2, 90_000)], "access_method_ids": ids,
                "starts_at": guest.from, "ends_at": guest.until, "created_at": "2026-11-10T08:00:00Z",
                "requested_access_methods": guest.keys.iter().map(|k| json!({"mode": mode(k)})).collect::<Vec<_>>(),
                "pending_mutations": pending(n),
            }));
        }
        self.read(Records::Identities(records(people)));
        self.read(Records::Grants(records(grants)));
        self.read(Records::Methods(records(methods)));
    }
}

fn mode(key: &str) -> &str {
    key.trim_end_matches(['!', '~'])
}

fn method(key: &str, id: &str, from: &str) -> Value {
    let waits = key.ends_with('~');
    let issued = !key.ends_with('!') && !waits;
    json!({
        "access_method_id": id, "mode": mode(key), "is_issued": issued,
        "issued_at": if issued { json!(from) } else { Value::Null },
        "is_encoding_required": waits, "is_ready_for_encoding": waits,
        "code": if mode(key) == "code" { json!("4417") } else { Value::Null },
        "created_at": "2026-11-10T08:00:00Z",
    })
}

/// The fifth guest's stay is being extended; the access of the seventh is stuck.
fn pending(n: usize) -> Value {
    match n {
        4 => json!([{
            "mutation_code": "updating_access_times", "message": "Updating access times.",
            "created_at": "2026-11-23T02:13:55Z",
            "from": {"starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-23T10:00:00Z"},
            "to": {"starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z"},
        }]),
        6 => json!([{
            "mutation_code": "revoking_access", "message": "Revoking access from 2 doors.",
            "created_at": "2026-11-23T01:40:00Z", "from": {}, "to": {},
        }]),
        _ => json!([]),
    }
}
