//! A hotel made of JSON that answers as Seam does, and the pollers at work on it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::property::{Delta, Records, Resource};
use crate::seam::fake::{Answer, Log, client, noon, settings};
use crate::seam::{Client, Settings};
use crate::sync::{Cadence, Clock, Handle, start};

/// Records by id, and what to answer instead.
#[derive(Default)]
pub(super) struct Hotel {
    pub(super) grants: BTreeMap<String, Value>,
    pub(super) methods: BTreeMap<String, Value>,
    pub(super) identities: BTreeMap<String, Value>,
    pub(super) devices: BTreeMap<String, Value>,
    pub(super) events: Vec<Value>,
    /// Grants that go as soon as they have been listed once.
    pub(super) leaving: Vec<String>,
    /// Answers instead, by path: each list is used up from its front.
    pub(super) instead: BTreeMap<&'static str, Vec<Answer>>,
}

pub(super) fn at(seconds: i64) -> DateTime<Utc> {
    noon() + chrono::Duration::seconds(seconds)
}

impl Hotel {
    /// A hotel with so many grants, a PIN each, issued.
    pub(super) fn of(grants: usize) -> Self {
        let mut hotel = Self::default();
        for n in 0..grants {
            hotel.check_in(n);
        }
        hotel
    }

    pub(super) fn check_in(&mut self, n: usize) {
        let (grant, method, guest) = (format!("g{n:05}"), format!("m{n:05}"), format!("u{n:05}"));
        self.grants.insert(
            grant.clone(),
            json!({"access_grant_id": grant, "user_identity_id": guest, "space_ids": ["p1"],
                "access_method_ids": [method], "starts_at": at(-3600), "ends_at": at(86_400)}),
        );
        self.methods.insert(
            method.clone(),
            json!({"access_method_id": method, "mode": "code", "is_issued": true, "code": "4417"}),
        );
        self.identities.insert(guest.clone(), json!({"user_identity_id": guest}));
    }

    pub(super) fn happens(&mut self, id: &str, created_at: DateTime<Utc>, what: Value) {
        let mut event = what;
        event["event_id"] = id.into();
        event["created_at"] = json!(created_at);
        self.events.push(event);
    }

    fn answer(&mut self, path: &str, body: &Value) -> Answer {
        if let Some(instead) = self.instead.get_mut(path)
            && !instead.is_empty()
        {
            return instead.remove(0);
        }
        match path {
            "/workspaces/get" => Answer::Ok(json!({"ok": true, "workspace": {"workspace_id": "w"}})),
            "/acs/systems/list" => whole("acs_systems", json!([{"acs_system_id": "s1"}])),
            "/spaces/list" => whole("spaces", json!([{"space_id": "p1", "name": "101"}])),
            "/acs/entrances/list" => {
                whole("acs_entrances", json!([{"acs_entrance_id": "e1", "acs_system_id": "s1"}]))
            }
            "/acs/encoders/list" => {
                whole("acs_encoders", json!([{"acs_encoder_id": "c1", "acs_system_id": "s1"}]))
            }
            "/instant_keys/list" => whole("instant_keys", json!([])),
            "/devices/list" => pages("devices", "device_ids", &self.devices, body),
            "/user_identities/list" => pages("user_identities", "user_identity_ids", &self.identities, body),
            "/access_grants/list" => {
                let listed = pages("access_grants", "access_grant_ids", &self.grants, body);
                for id in std::mem::take(&mut self.leaving) {
                    self.grants.remove(&id);
                }
                listed
            }
            "/access_grants/get" => one("access_grant", &self.grants, body),
            "/access_methods/get" => one("access_method", &self.methods, body),
            "/devices/get" => one("device", &self.devices, body),
            "/access_grants/get_related" => self.related(body),
            "/access_methods/get_related" => self.related_to_methods(body),
            "/events/list" => self.events_list(body),
            other => Answer::Status(404, json!(format!("no {other}"))),
        }
    }

    fn related(&self, body: &Value) -> Answer {
        if ids(&body["access_grant_ids"]).any(|id| !self.grants.contains_key(id)) {
            return Answer::Status(
                404,
                json!({"ok": false, "error": {"type": "access_grant_not_found", "message": "gone"}}),
            );
        }
        let mut batch = json!({});
        let grants: Vec<&Value> =
            ids(&body["access_grant_ids"]).filter_map(|id| self.grants.get(id)).collect();
        let asks = |what: &str| body["include"].as_array().unwrap().contains(&json!(what));
        if asks("access_methods") {
            let methods = grants.iter().flat_map(|g| ids(&g["access_method_ids"]));
            batch["access_methods"] = methods.filter_map(|id| self.methods.get(id)).cloned().collect();
        }
        if asks("user_identities") {
            let guests = grants.iter().filter_map(|g| self.identities.get(g["user_identity_id"].as_str()?));
            batch["user_identities"] = guests.cloned().collect();
        }
        if asks("acs_entrances") {
            batch["acs_entrances"] = json!([{"acs_entrance_id": "e1", "acs_system_id": "s1"}]);
        }
        Answer::Ok(json!({"ok": true, "batch": batch}))
    }

    fn related_to_methods(&self, body: &Value) -> Answer {
        let wanted: Vec<&str> = ids(&body["access_method_ids"]).collect();
        let methods: Vec<&Value> = wanted.iter().filter_map(|id| self.methods.get(*id)).collect();
        let has = |g: &&Value| ids(&g["access_method_ids"]).any(|m| wanted.contains(&m));
        let grants: Vec<&Value> = self.grants.values().filter(has).collect();
        Answer::Ok(json!({"ok": true, "batch": {"access_grants": grants, "access_methods": methods}}))
    }

    fn events_list(&self, body: &Value) -> Answer {
        let since: DateTime<Utc> = body["since"].as_str().unwrap().parse().unwrap();
        let after = |e: &&Value| e["created_at"].as_str().unwrap().parse::<DateTime<Utc>>().unwrap() >= since;
        let skip = body["unstable_offset"].as_u64().unwrap_or(0) as usize;
        let limit = body["limit"].as_u64().unwrap() as usize;
        let events: Vec<&Value> = self.events.iter().filter(after).skip(skip).take(limit).collect();
        Answer::Ok(json!({"ok": true, "events": events}))
    }
}

fn ids(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn whole(key: &str, records: Value) -> Answer {
    let mut body = json!({"ok": true});
    body[key] = records;
    Answer::Ok(body)
}

fn pages(key: &str, filter: &str, records: &BTreeMap<String, Value>, body: &Value) -> Answer {
    let wanted: Option<Vec<&str>> = body.get(filter).map(|list| ids(list).collect());
    let from: usize = body["page_cursor"].as_str().map_or(0, |c| c.parse().unwrap());
    let matching = records.iter().filter(|(id, _)| wanted.as_ref().is_none_or(|w| w.contains(&id.as_str())));
    let matching: Vec<&Value> = matching.map(|(_, r)| r).collect();
    let to = (from + 500).min(matching.len());
    let more = to < matching.len();
    let mut answer = json!({"ok": true, "pagination":
        {"has_next_page": more, "next_page_cursor": more.then(|| to.to_string())}});
    answer[key] = json!(matching[from.min(to)..to]);
    Answer::Ok(answer)
}

fn one(key: &str, records: &BTreeMap<String, Value>, body: &Value) -> Answer {
    let id = body[format!("{key}_id")].as_str().unwrap();
    match records.get(id) {
        Some(record) => whole(key, record.clone()),
        None => Answer::Status(
            404,
            json!({"ok": false, "error": {"type": format!("{key}_not_found"), "message": "gone"}}),
        ),
    }
}

/// The pollers on a hotel, in paused time.
pub(super) struct Desk {
    hotel: Arc<Mutex<Hotel>>,
    pub(super) log: Log,
    pub(super) handle: Handle,
    pub(super) client: Client,
    deltas: mpsc::Receiver<Delta>,
}

impl Desk {
    pub(super) fn open(hotel: Hotel, cadence: Cadence) -> Self {
        Self::with(hotel, cadence, Settings { read_retries: 0, ..settings() })
    }

    pub(super) fn with(hotel: Hotel, cadence: Cadence, settings: Settings) -> Self {
        let hotel = Arc::new(Mutex::new(hotel));
        let inside = Arc::clone(&hotel);
        let (client, log) = client(settings, move |path, body| inside.lock().unwrap().answer(path, body));
        let (out, deltas) = mpsc::channel(64);
        let begin = Instant::now();
        let clock: Clock = Arc::new(move || noon() + chrono::Duration::from_std(begin.elapsed()).unwrap());
        Self { hotel, log, handle: start(&client, cadence, clock, out), client, deltas }
    }

    pub(super) fn hotel(&self) -> MutexGuard<'_, Hotel> {
        self.hotel.lock().unwrap()
    }

    /// Takes deltas until one is what is waited for, and hands out all of them. Time runs by itself
    /// while nothing else does; an hour of it is too long for anything.
    pub(super) async fn until(&mut self, mut found: impl FnMut(&Delta) -> bool) -> Vec<Delta> {
        let mut all = Vec::new();
        let end = Instant::now() + Duration::from_secs(3_600);
        loop {
            let next = tokio::time::timeout_at(end, self.deltas.recv()).await;
            let Ok(Some(delta)) = next else { panic!("never came; the last: {:?}", all.last()) };
            let is_it = found(&delta);
            all.push(delta);
            if is_it {
                return all;
            }
        }
    }

    pub(super) async fn until_swept(&mut self, what: Resource) -> Vec<Delta> {
        self.until(|d| matches!(d, Delta::SweepEnded { what: w, .. } if *w == what)).await
    }

    pub(super) async fn until_checked(&mut self, what: Resource) -> Vec<Delta> {
        self.until(|d| matches!(d, Delta::Checked { what: w, .. } if *w == what)).await
    }

    /// Everything that comes within so much time.
    pub(super) async fn during(&mut self, time: Duration) -> Vec<Delta> {
        let end = Instant::now() + time;
        let mut all = Vec::new();
        while let Ok(Some(delta)) = tokio::time::timeout_at(end, self.deltas.recv()).await {
            all.push(delta);
        }
        all
    }
}

/// Ids of the grants read in these deltas, in order.
pub(super) fn grants_read(deltas: &[Delta]) -> Vec<String> {
    let each = deltas.iter().filter_map(|d| match d {
        Delta::Read { records: Records::Grants(grants), .. } => Some(grants),
        _ => None,
    });
    each.flatten().map(|g| g.id.to_string()).collect()
}

/// Ids of the events in these deltas, in order.
pub(super) fn events_read(deltas: &[Delta]) -> Vec<String> {
    let each = deltas.iter().filter_map(|d| match d {
        Delta::Read { records: Records::Events(events), .. } => Some(events),
        _ => None,
    });
    each.flatten().map(|e| e.id.to_string()).collect()
}
