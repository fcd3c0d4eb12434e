//! Driving a sandbox from a test: the clock, incidents, faults, and the truth to compare with.
//!
//! The same over HTTP, with the API key:
//!
//! | request | what it does |
//! |---|---|
//! | `GET /_sandbox/truth` | grants, methods, doors, the time, and how often each change was carried out |
//! | `POST /_sandbox/clock` | any of `{"advance": seconds, "speed": x, "frozen": true}`; answers `{"now"}` |
//! | `POST /_sandbox/faults` | see [`super::faults`] |
//! | `POST /_sandbox/incident` | see [`Incident`] |

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use tokio::time::Instant;
use uuid::Uuid;

use super::answer::ApiError;
use super::clock::stamp;
use super::faults::Fault;
use super::hotel::Hotel;
use super::http::Shared;
use super::incident::{Incident, happen};
use super::show;

/// A handle on a running sandbox, inside its process.
#[derive(Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The hotel's time.
    pub fn now(&self) -> DateTime<Utc> {
        self.shared.hotel().now
    }

    /// Moves the hotel's clock on and lives through everything in between.
    pub fn advance(&self, seconds: f64) {
        advance(&mut self.shared.hotel(), seconds);
    }

    /// Sets how many virtual seconds a second has.
    pub fn set_speed(&self, speed: f64) {
        self.shared.hotel().clock.set_speed(speed);
    }

    /// Stops the clock, or lets it go on; a frozen clock moves only with [`Control::advance`].
    pub fn freeze(&self, frozen: bool) {
        self.shared.hotel().clock.freeze(frozen);
    }

    /// Adds a fault.
    pub fn fault(&self, fault: Fault) {
        self.shared.faults().add(fault);
    }

    /// Forgets all faults.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }

    /// How many requests the faults are still waiting for.
    pub fn pending_faults(&self) -> u64 {
        self.shared.faults().left()
    }

    /// When each of the last requests for `path`, or for any where it is empty, came, oldest first, by the
    /// runtime's clock. The sandbox remembers the last few thousand over all paths.
    pub fn asked(&self, path: &str) -> Vec<Instant> {
        self.shared
            .asked()
            .iter()
            .filter(|(of, _)| path.is_empty() || of == path)
            .map(|(_, at)| *at)
            .collect()
    }

    /// Lets something happen. Errors name an id that is not what the incident needs.
    pub fn incident(&self, incident: &Incident) -> Result<(), super::SandboxError> {
        happen(&mut self.shared.hotel(), incident)
            .map_err(|e| super::SandboxError::Incident { message: e.message })
    }

    /// What is really so: the same value as `GET /_sandbox/truth`.
    pub fn truth(&self) -> Value {
        truth(&self.shared.hotel())
    }

    /// How often a change was carried out, by the path of its endpoint.
    pub fn applied(&self, path: &str) -> u64 {
        self.shared.hotel().applied.get(path).copied().unwrap_or(0)
    }
}

fn advance(hotel: &mut Hotel, seconds: f64) {
    hotel.clock.skip(Duration::milliseconds((seconds.max(0.0) * 1000.0) as i64));
    hotel.catch_up();
}

pub(crate) fn route(shared: &Shared, method: &str, path: &str, body: &[u8]) -> Result<Value, ApiError> {
    let invalid = |e: serde_json::Error| ApiError::inputs(&e.to_string());
    let read = || -> Result<Value, ApiError> {
        if body.is_empty() {
            return Ok(json!({}));
        }
        let body = str::from_utf8(body).map_err(|e| ApiError::inputs(&e.to_string()))?;
        serde_json::from_str(body).map_err(invalid)
    };
    match (method, path) {
        ("GET" | "POST", "/_sandbox/truth") => return Ok(truth(&shared.hotel())),
        ("POST", "/_sandbox/clock") => return clock(&mut shared.hotel(), &read()?),
        ("DELETE", "/_sandbox/faults") => shared.faults().clear(),
        ("POST", "/_sandbox/faults") => match read()? {
            Value::Array(list) if list.is_empty() => shared.faults().clear(),
            Value::Array(list) => {
                let all: Vec<Fault> = serde_json::from_value(Value::Array(list)).map_err(invalid)?;
                let mut faults = shared.faults();
                all.into_iter().for_each(|fault| faults.add(fault));
            }
            one => shared.faults().add(serde_json::from_value(one).map_err(invalid)?),
        },
        ("POST", "/_sandbox/incident") => {
            let incident: Incident = serde_json::from_value(read()?).map_err(invalid)?;
            happen(&mut shared.hotel(), &incident)?;
        }
        _ => return Err(ApiError::new(404, "not_found", "There is no such request of the sandbox.")),
    }
    Ok(json!({"ok": true}))
}

fn clock(hotel: &mut Hotel, body: &Value) -> Result<Value, ApiError> {
    if let Some(frozen) = body.get("frozen").and_then(Value::as_bool) {
        hotel.clock.freeze(frozen);
    }
    if let Some(speed) = body.get("speed").and_then(Value::as_f64) {
        hotel.clock.set_speed(speed);
    }
    if let Some(seconds) = body.get("advance").and_then(Value::as_f64) {
        advance(hotel, seconds);
    }
    hotel.catch_up();
    Ok(json!({
        "ok": true, "now": stamp(hotel.now), "speed": hotel.clock.speed(), "frozen": hotel.clock.is_frozen(),
    }))
}

pub(crate) fn truth(hotel: &Hotel) -> Value {
    let grants: Vec<Value> = hotel
        .grants
        .iter()
        .filter(|(_, g)| !g.gone)
        .map(|(_, g)| {
            let doors: Vec<Uuid> = g.doors.iter().filter_map(|d| hotel.doors.get(*d)).map(|d| d.id).collect();
            json!({"grant": show::grant(hotel, g), "door_ids": doors, "arrived": g.arrived, "lingers": g.lingers})
        })
        .collect();
    let methods: Vec<Value> = hotel
        .methods
        .iter()
        .filter(|(_, m)| !m.gone)
        .map(|(_, m)| {
            let cut = m.cut.as_ref().map(|c| {
                json!({"at": stamp(c.at), "starts_at": stamp(c.times.starts), "ends_at": c.times.ends.map(stamp)})
            });
            let uses = m.instant.and_then(|ix| hotel.instants.get(ix)).map(|k| k.max_use - k.used);
            json!({"method": show::method(hotel, m), "cut": cut, "stuck": m.stuck, "uses_left": uses})
        })
        .collect();
    let doors: Vec<Value> = hotel
        .doors
        .iter()
        .map(|(_, d)| {
            json!({
                "id": d.id, "name": d.name, "online": hotel.reachable_door(d), "battery": d.battery,
                "privacy": d.privacy_since.is_some(), "holder": d.holder,
            })
        })
        .collect();
    json!({
        "now": stamp(hotel.now), "seed": hotel.seed, "grants": grants, "methods": methods, "doors": doors,
        "next_due": hotel.next_due().map(stamp),
        "applied": hotel.applied, "applied_to": hotel.applied_to,
    })
}
