//! The rules of the hotel, in virtual time, without a network.

mod desk;
mod keys;
mod nights;
mod reservations;

use serde_json::{Value, json};

use super::answer::ApiError;
use super::build::{Plan, build};
use super::calls;
use super::hotel::Hotel;
use super::incident::{Incident, happen};
use super::params::Params;

const START: &str = "2026-11-23T02:14:00Z";
const CHECK_OUT: &str = "2026-11-26T10:00:00Z";

/// A hotel whose clock stands still, asked as the server asks it.
struct Desk {
    hotel: Hotel,
}

impl Desk {
    /// A hotel with rooms to let, in which nothing happens by itself.
    fn open() -> Self {
        let mut desk = Self::with(190, 130);
        desk.happen(json!({"kind": "restless", "on": false}));
        desk
    }

    fn with(rooms: usize, grants: usize) -> Self {
        Self::seeded(rooms, grants, 1)
    }

    fn seeded(rooms: usize, grants: usize, seed: u64) -> Self {
        let now = Some(START.parse().unwrap());
        Self { hotel: build(&Plan { rooms, grants, seed, speed: 0.0, now }, chrono::Utc::now()) }
    }

    fn ask(&mut self, path: &str, body: Value) -> Result<Value, ApiError> {
        let endpoint = calls::endpoint(path).unwrap();
        let params = Params(body.as_object().unwrap().clone());
        params.check(endpoint.fields)?;
        (endpoint.call)(&mut self.hotel, &params).map(Value::Object)
    }

    fn ok(&mut self, path: &str, body: Value) -> Value {
        self.ask(path, body.clone()).unwrap_or_else(|e| panic!("{path} {body}: {e:?}"))
    }

    fn refused(&mut self, path: &str, body: Value) -> (u16, String) {
        let error = self.ask(path, body).unwrap_err();
        (error.status, error.kind)
    }

    fn happen(&mut self, incident: Value) {
        let incident: Incident = serde_json::from_value(incident).unwrap();
        happen(&mut self.hotel, &incident).unwrap();
    }

    fn advance(&mut self, seconds: i64) {
        self.hotel.clock.skip(chrono::Duration::seconds(seconds));
        self.hotel.catch_up();
    }

    /// The ids of `n` rooms with nobody in them, now or later, and of their doors: offline locks, online
    /// locks, or smart locks.
    fn rooms(&mut self, kind: &str, n: usize) -> Vec<(Value, Value)> {
        let spaces = self.ok("/spaces/list", json!({}))["spaces"].clone();
        let mut found = Vec::new();
        for space in spaces.as_array().unwrap() {
            let id = &space["space_id"];
            if !space["space_key"].as_str().unwrap().starts_with("room-") {
                continue;
            }
            let doors = self.ok("/acs/entrances/list", json!({"space_id": id}))["acs_entrances"].clone();
            let devices = self.ok("/devices/list", json!({"space_id": id}))["devices"].clone();
            let (this, door) = match (&doors[0], &devices[0]) {
                (Value::Null, device) => ("lock", &device["device_id"]),
                (door, _) if door["can_belong_to_reservation"] == true => {
                    ("offline", &door["acs_entrance_id"])
                }
                (door, _) => ("online", &door["acs_entrance_id"]),
            };
            let grants = self.ok("/access_grants/list", json!({"space_id": id}))["access_grants"].clone();
            if this == kind && grants == json!([]) {
                found.push((id.clone(), door.clone()));
            }
        }
        assert!(found.len() >= n, "{} free {kind} rooms", found.len());
        found.truncate(n);
        found
    }

    /// A request for a stay of three nights.
    fn stay(spaces: &[&Value], reservation: Option<&str>, modes: Value) -> Value {
        let mut body = json!({
            "user_identity": {"full_name": "Okafor, Ada"}, "space_ids": spaces,
            "starts_at": START, "ends_at": CHECK_OUT, "requested_access_methods": modes,
        });
        if let Some(reservation) = reservation {
            body["reservation_key"] = json!(reservation);
        }
        body
    }

    fn create(&mut self, body: Value) -> Value {
        self.ok("/access_grants/create", body)["access_grant"].clone()
    }

    fn grant(&mut self, grant: &Value) -> Value {
        self.ok("/access_grants/get", json!({"access_grant_id": grant["access_grant_id"]}))["access_grant"]
            .clone()
    }

    fn methods(&mut self, grant: &Value) -> Vec<Value> {
        let id = &grant["access_grant_id"];
        self.ok("/access_methods/list", json!({"access_grant_id": id}))["access_methods"]
            .as_array()
            .unwrap()
            .clone()
    }

    fn events(&mut self, filter: Value) -> Vec<String> {
        let mut body = filter;
        body["since"] = json!(START);
        body["limit"] = json!(10_000);
        let events = self.ok("/events/list", body)["events"].clone();
        events.as_array().unwrap().iter().map(|e| e["event_type"].as_str().unwrap().to_owned()).collect()
    }

    fn attempt(&mut self, attempt: &Value) -> Value {
        let id = json!({"action_attempt_id": attempt["action_attempt_id"]});
        self.ok("/action_attempts/get", id)["action_attempt"].clone()
    }
}

fn codes(list: &Value, name: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|w| w[name].as_str().unwrap().to_owned()).collect()
}
