//! Plans on a small hotel, built from records as Seam sends them.

mod card_news;
mod cards;
mod check_out;
mod extend;
mod grant;
mod hand;
mod keys;
mod moves;
mod reservations;
mod reserved;
mod rules;
mod undo;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Line, Plan, Tone};
use crate::property::{Delta, Property, Records, Settings, StayId, Zone};
use crate::seam::id::{GrantId, IdentityId};

pub(super) const ADA: &str = "ada";
pub(super) const EVA: &str = "eva";
pub(super) const OLA: &str = "ola";

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The night of 22 November at the property: 03:14 in Stockholm.
pub(super) fn now() -> DateTime<Utc> {
    at("2026-11-23T02:14:00Z")
}

pub(super) fn monday() -> DateTime<Utc> {
    at("2026-11-23T10:00:00Z")
}

pub(super) fn tuesday() -> DateTime<Utc> {
    at("2026-11-24T10:00:00Z")
}

/// The records of a hotel, to be changed before it opens.
pub(super) struct Hotel {
    systems: Vec<Value>,
    spaces: Vec<Value>,
    entrances: Vec<Value>,
    devices: Vec<Value>,
    encoders: Vec<Value>,
    identities: Vec<Value>,
    grants: Vec<Value>,
    methods: Vec<Value>,
    instant_keys: Vec<Value>,
}

fn many<T: serde::de::DeserializeOwned>(values: &[Value]) -> Vec<T> {
    values.iter().map(|v| serde_json::from_value(v.clone()).unwrap()).collect()
}

impl Hotel {
    /// Rooms 118 and 119 on Visionline, 201 on Salto KS, 301 on Salto Space; no guests yet.
    pub(super) fn new() -> Self {
        let system = |id: &str, kind: &str, name: &str| {
            json!({"acs_system_id": id, "external_type": kind, "name": name,
                "location": {"time_zone": "Europe/Stockholm"}})
        };
        let door = |room: &str, system: &str, brand: Value| {
            let mut door = json!({"acs_entrance_id": format!("door{room}"), "acs_system_id": system,
                "display_name": room, "space_ids": [format!("room{room}")]});
            door.as_object_mut().unwrap().extend(brand.as_object().unwrap().clone());
            door
        };
        let reserved =
            json!({"can_belong_to_reservation": true, "visionline_metadata": {"door_category": "guest"}});
        let room = |name: &str| json!({"space_id": format!("room{name}"), "name": name});
        let person = |id: &str, name: &str| json!({"user_identity_id": id, "full_name": name});
        let encoder = |id: &str, system: &str, name: &str| json!({"acs_encoder_id": id, "acs_system_id": system, "display_name": name});
        Self {
            systems: vec![
                system("vision", "visionline_system", "Visionline"),
                system("ks", "salto_ks_site", "Salto KS"),
                system("space", "salto_space_system", "Salto Space"),
            ],
            spaces: ["118", "119", "201", "301"].map(room).to_vec(),
            entrances: vec![
                door("118", "vision", reserved.clone()),
                door("119", "vision", reserved),
                door("201", "ks", json!({"salto_ks_metadata": {"online": true}})),
                door("301", "space", json!({"salto_space_metadata": {"room_name": "301"}})),
            ],
            devices: vec![json!({"device_id": "lock118", "display_name": "lock of 118", "device_type": "x",
                "space_ids": ["room118"], "properties": {"online": true}})],
            encoders: vec![
                encoder("desk1", "vision", "Front desk 1"),
                encoder("desk2", "vision", "Front desk 2"),
                encoder("desk3", "space", "Spa desk"),
            ],
            identities: vec![
                person(ADA, "Lindqvist, Ada"),
                person(EVA, "Lindqvist, Eva"),
                person(OLA, "Okafor, Ola"),
            ],
            grants: Vec::new(),
            methods: Vec::new(),
            instant_keys: Vec::new(),
        }
    }

    /// A grant from Friday 15:00; `end` none for an open end.
    pub(super) fn grant(
        mut self,
        id: &str,
        guest: &str,
        key: Option<&str>,
        room: &str,
        end: Option<DateTime<Utc>>,
    ) -> Self {
        let mut grant = json!({"access_grant_id": id, "user_identity_id": guest,
            "space_ids": [format!("room{room}")], "starts_at": "2026-11-20T14:00:00Z", "ends_at": end,
            "access_method_ids": [], "requested_access_methods": [], "created_at": "2026-11-20T10:00:00Z"});
        if let Some(key) = key {
            grant["reservation_key"] = json!(key);
        }
        self.grants.push(grant);
        self
    }

    /// A method of grants, issued unless `extra` says otherwise.
    pub(super) fn method(mut self, id: &str, grants: &[&str], mode: &str, extra: Value) -> Self {
        let mut method = json!({"access_method_id": id, "mode": mode, "is_issued": true,
            "issued_at": "2026-11-20T15:12:00Z"});
        method.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        self.methods.push(method);
        for grant in grants {
            self.edit_grant(grant, |g| g["access_method_ids"].as_array_mut().unwrap().push(json!(id)));
        }
        self
    }

    fn edit_grant(&mut self, id: &str, edit: impl FnOnce(&mut Value)) {
        edit(self.grants.iter_mut().find(|g| g["access_grant_id"] == id).unwrap());
    }

    /// Sets a field of a grant.
    pub(super) fn with(mut self, grant: &str, field: &str, value: Value) -> Self {
        self.edit_grant(grant, |g| g[field] = value);
        self
    }

    pub(super) fn instant_key(mut self, guest: &str, expires: &str) -> Self {
        self.instant_keys
            .push(json!({"instant_key_id": "key", "user_identity_id": guest, "expires_at": expires}));
        self
    }

    /// An error of a lock system.
    pub(super) fn down(mut self, system: &str) -> Self {
        let system = self.systems.iter_mut().find(|s| s["acs_system_id"] == system).unwrap();
        system["errors"] = json!([{"error_code": "seam_bridge_disconnected", "message": "the bridge is away",
            "created_at": "2026-11-23T01:00:00Z"}]);
        self
    }

    /// Sets a field of a door.
    pub(super) fn door(mut self, door: &str, field: &str, value: Value) -> Self {
        self.entrances.iter_mut().find(|e| e["acs_entrance_id"] == door).unwrap()[field] = value;
        self
    }

    /// A common area with one door of a system, which knows no reservations.
    pub(super) fn area(mut self, name: &str, system: &str) -> Self {
        self.spaces.push(json!({"space_id": name, "name": name}));
        self.entrances.push(json!({"acs_entrance_id": format!("door-{name}"), "acs_system_id": system,
            "display_name": name, "space_ids": [name], "visionline_metadata": {"door_category": "common"}}));
        self
    }

    pub(super) fn link(mut self, id: &str, guest: &str, expires: &str) -> Self {
        self.instant_keys
            .push(json!({"instant_key_id": id, "user_identity_id": guest, "expires_at": expires,
            "instant_key_url": "https://ik.example/secret"}));
        self
    }

    pub(super) fn removed(mut self, encoder: &str) -> Self {
        let encoder = self.encoders.iter_mut().find(|s| s["acs_encoder_id"] == encoder).unwrap();
        encoder["errors"] = json!([{"error_code": "acs_encoder_removed", "message": "removed",
            "created_at": "2026-11-23T01:00:00Z"}]);
        self
    }

    pub(super) fn offline(mut self, device: &str) -> Self {
        let device = self.devices.iter_mut().find(|s| s["device_id"] == device).unwrap();
        device["properties"] = json!({"online": false});
        self
    }

    pub(super) fn open(&self) -> Property {
        let settings = Settings { zone: Zone::named("Europe/Stockholm"), ..Settings::default() };
        let mut p = Property::new(settings, now());
        for records in [
            Records::Systems(many(&self.systems)),
            Records::Spaces(many(&self.spaces)),
            Records::Entrances(many(&self.entrances)),
            Records::Devices(many(&self.devices)),
            Records::Encoders(many(&self.encoders)),
            Records::Identities(many(&self.identities)),
            Records::Grants(many(&self.grants)),
            Records::Methods(many(&self.methods)),
            Records::InstantKeys(many(&self.instant_keys)),
        ] {
            p.apply(Delta::Read { records, as_of: now(), sweep: None }, now());
        }
        p
    }
}

/// Ada and Eva in 118 until Monday, with a PIN, a mobile key and two cards.
pub(super) fn couple() -> Hotel {
    Hotel::new()
        .grant("g-ada", ADA, Some("R1"), "118", Some(monday()))
        .grant("g-eva", EVA, Some("R1"), "118", Some(monday()))
        .method("pin", &["g-ada"], "code", json!({"code": "4417"}))
        .method("phone", &["g-ada"], "mobile_key", json!({}))
        .method("card-ada", &["g-ada"], "card", json!({}))
        .method("card-eva", &["g-eva"], "card", json!({}))
}

pub(super) fn stay(guest: &str, key: &str) -> StayId {
    StayId::reserved(IdentityId::new(guest), key.into())
}

pub(super) fn ada() -> StayId {
    stay(ADA, "R1")
}

pub(super) fn single(grant: &str) -> StayId {
    StayId::single(GrantId::new(grant))
}

/// The lines of a plan with this label.
pub(super) fn lines<'a>(plan: &'a Plan, label: &str) -> Vec<&'a Line> {
    plan.preview.iter().filter(|l| l.label == label).collect()
}

#[track_caller]
pub(super) fn says(plan: &Plan, label: &str, words: &str, tone: Tone) {
    let found = lines(plan, label);
    let is = found.iter().any(|l| l.text.contains(words) && l.tone == tone);
    assert!(is, "no {tone:?} line {label}: …{words}… in {:#?}", plan.preview);
}
