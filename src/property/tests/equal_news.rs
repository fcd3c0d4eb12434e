//! What may be told of a small hotel, drawn by chance: its records, and what a person knows after each.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;
use crate::seam::id::Id;

/// One piece of news about one of a few things.
#[derive(Clone, Debug)]
pub enum News {
    System(u8, u8),
    Space(u8, u8),
    Entrance(u8, u8),
    Device(u8, u8),
    Guest(u8, u8),
    Grant(u8, [u8; 6]),
    Method(u8, u16),
    InstantKey(u8, u8),
    Event(u8, u8),
    Doors(u8, u8),
    Gone(u8, u8),
    Wait(u16),
}

pub fn news() -> impl Strategy<Value = News> {
    prop_oneof![
        1 => (0u8..2, 0u8..4).prop_map(|(a, b)| News::System(a, b)),
        1 => (0u8..4, 0u8..4).prop_map(|(a, b)| News::Space(a, b)),
        1 => (0u8..3, 0u8..16).prop_map(|(a, b)| News::Entrance(a, b)),
        1 => (0u8..2, 0u8..8).prop_map(|(a, b)| News::Device(a, b)),
        1 => (0u8..3, 0u8..3).prop_map(|(a, b)| News::Guest(a, b)),
        4 => (0u8..5, any::<[u8; 6]>()).prop_map(|(a, b)| News::Grant(a, b)),
        4 => (0u8..6, any::<u16>()).prop_map(|(a, b)| News::Method(a, b)),
        1 => (0u8..2, 0u8..6).prop_map(|(a, b)| News::InstantKey(a, b)),
        3 => (0u8..24, any::<u8>()).prop_map(|(a, b)| News::Event(a, b)),
        1 => (0u8..5, 0u8..8).prop_map(|(a, b)| News::Doors(a, b)),
        2 => (0u8..8, 0u8..6).prop_map(|(a, b)| News::Gone(a, b)),
        2 => (1u16..600).prop_map(News::Wait),
    ]
}

/// What was told last of each thing, by kind and id.
pub type Known = BTreeMap<(&'static str, String), Value>;

const SPACES: [&str; 4] = ["101", "102", "118", "lobby"];
const HOURS: [&str; 6] = [
    "2026-11-20 15:00",
    "2026-11-22 11:00",
    "2026-11-22 15:00",
    "2026-11-22 23:00",
    "2026-11-23 11:00",
    "2026-11-25 11:00",
];

fn pick<T: Copy>(from: &[T], by: u8) -> T {
    from[by as usize % from.len()]
}

fn grant_of(id: u8, x: [u8; 6]) -> Value {
    let (from, until) = (pick(&HOURS[..5], x[0]), pick(&HOURS[1..], x[1]));
    let spaces = match x[2] % 6 {
        0 => json!([]),
        1 => json!(["s101", "s102"]),
        2 => json!(["slobby"]),
        n => json!([format!("s{}", pick(&SPACES, n)), "slobby"]),
    };
    let mut more = json!({"user_identity_id": format!("u{}", x[3] % 3), "space_ids": spaces,
        "access_method_ids": [format!("m{}", x[4] % 6), format!("m{}", (x[4] / 6) % 6)]});
    if x[5] & 1 == 1 {
        more["reservation_key"] = json!(format!("r{}", x[5] % 4));
    }
    if x[4] & 64 == 64 {
        more["requested_access_methods"] = json!([{"mode": "code"}, {"mode": "mobile_key"}]);
    }
    if x[3] & 64 == 64 {
        more["ends_at"] = Value::Null;
    }
    if x[5] & 8 == 8 {
        let from = json!({"from": {"ends_at": at("2026-11-23 11:00")}});
        more["pending_mutations"] = json!([pending("updating_access_times", pick(&HOURS, x[5] >> 4), from)]);
    }
    if x[5] & 16 == 16 {
        let code =
            pick(&["requested_code_unavailable", "being_deleted", "odd", "underprovisioned_access"], x[5]);
        more["warnings"] = json!([notice(code, pick(&HOURS, x[5] >> 2))]);
    }
    grant(&format!("g{id}"), "101", from, until, more)
}

fn method_of(id: u8, wide: u16) -> Value {
    let [x, high] = wide.to_le_bytes();
    let mode = pick(&["code", "card", "mobile_key"], high);
    let mut more = json!({"code": format!("{}", x % 2)});
    if x & 4 == 4 {
        more["issued_at"] = json!(at(pick(&HOURS, x >> 3)));
    }
    if x & 8 == 8 {
        more["is_encoding_required"] = json!(true);
        more["is_ready_for_encoding"] = json!(x & 16 == 16);
    }
    if x & 32 == 32 {
        more["pending_mutations"] = json!([pending("revoking_access", pick(&HOURS, x >> 4), json!({}))]);
    }
    if high & 64 == 64 {
        more["is_assignment_required"] = json!(true);
    }
    if x & 64 == 64 {
        more["errors"] = json!([notice("failed_to_issue", pick(&HOURS, x >> 2))]);
    }
    method(&format!("m{id}"), mode, x & 128 == 128, more)
}

fn device_of(id: u8, x: u8) -> Value {
    let battery = if x & 2 == 2 { json!({"level": 0.1, "status": "low"}) } else { Value::Null };
    let mut more = json!({"properties": {"online": x & 1 == 0, "battery": battery}});
    if x & 4 == 4 {
        more["space_ids"] = json!([]);
    }
    lock(&format!("d{id}"), pick(&["118", "102"], id), more)
}

fn entrance_of(id: u8, x: u8) -> Value {
    let mut door =
        if id == 2 { lobby_door() } else { guest_door(&format!("e10{}", id + 1), &format!("10{}", id + 1)) };
    door["acs_system_id"] = json!(format!("sys{}", x & 1));
    door["can_belong_to_reservation"] = json!(x & 8 == 8);
    if x & 2 == 2 {
        door["salto_ks_metadata"] = json!({"online": false, "privacy_mode": true});
    }
    if x & 4 == 4 {
        door["space_ids"] = json!(["s102"]);
    }
    door
}

fn event_of(id: u8, x: u8) -> Value {
    let when = pick(&HOURS[..4], x);
    let door = json!(format!("e10{}", 1 + x % 2));
    let mut event = match x >> 4 {
        4 => json!({"event_type": "lock.unlocked", "method": "card", "acs_entrance_id": door}),
        5..=7 => json!({"event_type": "lock.access_denied", "acs_entrance_id": door}),
        8 => {
            json!({"event_type": "access_grant.access_times_changed", "access_grant_id": format!("g{}", x % 5)})
        }
        9 => {
            json!({"event_type": "access_grant.access_to_door_lost", "access_grant_id": format!("g{}", x % 5),
                    "acs_entrance_id": door})
        }
        10 => json!({"event_type": "acs_credential.invalidated", "acs_system_id": format!("sys{}", x % 2)}),
        11 => {
            json!({"event_type": "access_code.modified_external_to_seam", "device_id": format!("d{}", x % 2)})
        }
        12 => {
            json!({"event_type": pick(&["connected_account.disconnected", "connected_account.connected"], x),
                     "connected_account_id": "a"})
        }
        0 => json!({"event_type": "access_method.revoked", "access_method_id": format!("m{}", x % 6)}),
        1 => json!({"event_type": "access_method.issued", "access_method_id": format!("m{}", x % 6),
                    "is_backup_code": true}),
        2 => json!({"event_type": "lock.unlocked", "device_id": format!("d{}", x % 2)}),
        _ => json!({"event_type": "lock.unlocked", "acs_entrance_id": format!("e10{}", 1 + x % 2)}),
    };
    merge(&mut event, json!({"event_id": format!("ev{id}"), "occurred_at": at(when)}));
    event
}

pub fn tell(kit: &mut Kit, kind: &str, record: &Value) {
    let all = json!([record]);
    match kind {
        "system" => kit.systems(all),
        "space" => kit.spaces(all),
        "entrance" => kit.entrances(all),
        "device" => kit.devices(all),
        "guest" => kit.guests(all),
        "grant" => kit.grants(all),
        "method" => kit.methods(all),
        "instant_key" => kit.instant_keys(all),
        "event" => kit.events(all),
        _ => {
            let names = |of: &str| {
                record[of].as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
            };
            let (doors, locks): (Vec<String>, Vec<String>) = (names("doors"), names("locks"));
            let as_of = kit.now;
            kit.apply(Delta::GrantDoors {
                grant: Id::new(record["grant"].as_str().unwrap()),
                entrances: doors.iter().map(|id| Id::new(id)).collect(),
                devices: locks.iter().map(|id| Id::new(id)).collect(),
                as_of,
            });
        }
    }
}

pub fn record_of(news: &News) -> Option<(&'static str, String, Value)> {
    Some(match news {
        News::System(id, x) => {
            let code = pick(&["seam_bridge_disconnected", "odd"], *x);
            let errors = if x & 2 == 2 { json!([notice(code, "2026-11-22 20:00")]) } else { json!([]) };
            let mut record = system(&format!("sys{id}"), errors);
            record["external_type"] = json!(pick(&["visionline_system", "salto_ks_site"], *x));
            ("system", format!("sys{id}"), record)
        }
        News::Space(id, x) => {
            let mut record = space(pick(&SPACES, *id));
            match *x {
                2 => record["name"] = json!("Suite"),
                3 => {
                    let usual = json!({"default_checkin_time": "14:00", "default_checkout_time": "10:00"});
                    record["customer_data"] = usual;
                }
                _ => {}
            }
            ("space", format!("s{}", pick(&SPACES, *id)), record)
        }
        News::Entrance(id, x) => {
            let record = entrance_of(*id, *x);
            ("entrance", record["acs_entrance_id"].as_str().unwrap().to_owned(), record)
        }
        News::Device(id, x) => ("device", format!("d{id}"), device_of(*id, *x)),
        News::Guest(id, x) => {
            let errors = if *x == 1 { json!([notice("odd_guest", "2026-11-22 20:00")]) } else { json!([]) };
            let mut record = json!({"user_identity_id": format!("u{id}"), "full_name": format!("Guest {x}"), "errors": errors});
            if *x == 2 {
                record["created_at"] = json!(at("2026-11-22 21:00"));
            }
            ("guest", format!("u{id}"), record)
        }
        News::Grant(id, x) => ("grant", format!("g{id}"), grant_of(*id, *x)),
        News::Method(id, x) => ("method", format!("m{id}"), method_of(*id, *x)),
        News::InstantKey(id, x) => {
            let record = json!({"instant_key_id": format!("k{id}"), "user_identity_id": format!("u{}", x % 3),
                                "expires_at": at(pick(&HOURS, *x)), "created_at": at(HOURS[0])});
            ("instant_key", format!("k{id}"), record)
        }
        // An event never changes: the first telling counts.
        News::Event(id, x) => ("event", format!("ev{id}"), event_of(*id, *x)),
        News::Doors(id, x) => {
            let doors = if x & 1 == 1 { json!(["e101"]) } else { json!([]) };
            let locks = if x & 2 == 2 { json!(["d0"]) } else { json!([]) };
            ("z-doors", format!("g{id}"), json!({"grant": format!("g{id}"), "doors": doors, "locks": locks}))
        }
        News::Gone(..) | News::Wait(_) => return None,
    })
}

/// Forgets what is gone, as Seam does: a grant takes along the methods no other grant lists.
pub fn forget(known: &mut Known, kind: u8, id: u8) -> Option<Gone> {
    let (name, id, gone) = match kind {
        0..=2 => ("grant", format!("g{}", id % 5), Gone::Grant(Id::new(&format!("g{}", id % 5)))),
        3 => ("method", format!("m{id}"), Gone::Method(Id::new(&format!("m{id}")))),
        4 => {
            ("entrance", format!("e10{}", 1 + id % 2), Gone::Entrance(Id::new(&format!("e10{}", 1 + id % 2))))
        }
        5 => ("device", format!("d{}", id % 2), Gone::Device(Id::new(&format!("d{}", id % 2)))),
        6 => ("guest", format!("u{}", id % 3), Gone::Identity(Id::new(&format!("u{}", id % 3)))),
        _ => (
            "space",
            format!("s{}", pick(&SPACES, id)),
            Gone::Space(Id::new(&format!("s{}", pick(&SPACES, id)))),
        ),
    };
    let old = known.remove(&(name, id.clone()));
    if name == "grant" {
        // Doors told of a grant that is not there (any more) wait for it; those of a gone one go.
        let methods = old.iter().flat_map(|g| g["access_method_ids"].as_array().unwrap().clone());
        if old.is_some() {
            known.remove(&("z-doors", id));
        }
        for method in methods {
            let listed = |(key, record): (&(&str, String), &Value)| {
                key.0 == "grant" && record["access_method_ids"].as_array().unwrap().contains(&method)
            };
            if !known.iter().any(listed) {
                known.remove(&("method", method.as_str().unwrap().to_owned()));
            }
        }
    }
    Some(gone)
}
