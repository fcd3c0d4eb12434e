//! Records as they are written for other desks: in the API's own words, without what may be left out and
//! without what must not be seen.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::kind::Kind;
use crate::property::{Followed, FollowedDoors, Records};
use crate::seam::id::{DeviceId, EntranceId, GrantId};

/// A record as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) body: String,
    /// When it was asked for; of an event, when it was written. Milliseconds since 1970.
    pub(super) at: i64,
    /// What a grant lists: its methods.
    pub(super) lists: Vec<String>,
}

/// Doors as they are written; the grant is the id.
#[derive(Serialize, Deserialize)]
struct Doors {
    #[serde(default)]
    entrances: Vec<EntranceId>,
    #[serde(default)]
    devices: Vec<DeviceId>,
}

/// Tells two bodies apart. Desks of different versions may differ on it; then a record is written once more
/// than it need be.
pub(super) fn hash(body: &str) -> i64 {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    hasher.finish().cast_signed()
}

/// Writes records that are veiled already.
pub(super) fn write(records: &Records, as_of: DateTime<Utc>) -> Vec<Written> {
    fn all<R: Serialize>(
        kind: Kind,
        records: &[R],
        at: DateTime<Utc>,
        id: impl Fn(&R) -> String,
    ) -> Vec<Written> {
        let one = |r: &R| written(kind, id(r), r, at.timestamp_millis());
        records.iter().filter_map(one).collect()
    }
    match records {
        Records::Workspace(w) => all(Kind::Workspace, std::slice::from_ref(w), as_of, |r| r.id.to_string()),
        Records::Systems(r) => all(Kind::System, r, as_of, |r| r.id.to_string()),
        Records::Spaces(r) => all(Kind::Space, r, as_of, |r| r.id.to_string()),
        Records::Entrances(r) => all(Kind::Entrance, r, as_of, |r| r.id.to_string()),
        Records::Devices(r) => all(Kind::Device, r, as_of, |r| r.id.to_string()),
        Records::Encoders(r) => all(Kind::Encoder, r, as_of, |r| r.id.to_string()),
        Records::Identities(r) => all(Kind::Identity, r, as_of, |r| r.id.to_string()),
        Records::Methods(r) => all(Kind::Method, r, as_of, |r| r.id.to_string()),
        Records::InstantKeys(r) => all(Kind::InstantKey, r, as_of, |r| r.id.to_string()),
        Records::Grants(r) => {
            let with_lists = |r: &crate::seam::model::AccessGrant| {
                let lists = r.access_method_ids.iter().map(ToString::to_string).collect();
                let written = written(Kind::Grant, r.id.to_string(), r, as_of.timestamp_millis())?;
                Some(Written { lists, ..written })
            };
            r.iter().filter_map(with_lists).collect()
        }
        Records::Events(r) => {
            let at = |e: &crate::seam::model::Event| e.created_at.unwrap_or(as_of).timestamp_millis();
            r.iter().filter_map(|e| written(Kind::Event, e.id.to_string(), e, at(e))).collect()
        }
    }
}

/// Writes the doors of a grant.
pub(super) fn write_doors(
    grant: &GrantId,
    entrances: &[EntranceId],
    devices: &[DeviceId],
    as_of: DateTime<Utc>,
) -> Option<Written> {
    let doors = Doors { entrances: entrances.to_vec(), devices: devices.to_vec() };
    written(Kind::Doors, grant.to_string(), &doors, as_of.timestamp_millis())
}

fn written<R: Serialize>(kind: Kind, id: String, record: &R, at: i64) -> Option<Written> {
    // Whatever can be read from JSON can be written as JSON.
    let mut value = serde_json::to_value(record).ok()?;
    thin(&mut value);
    Some(Written { kind, id, body: value.to_string(), at, lists: Vec::new() })
}

/// Leaves out what reads back the same where it is missing: nulls, empty texts, empty lists.
fn thin(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(thin);
            map.retain(|_, v| !is_nothing(v));
        }
        Value::Array(all) => all.iter_mut().for_each(thin),
        _ => {}
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.is_empty(),
        Value::Array(a) => a.is_empty(),
        Value::Object(m) => m.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Why a body could not be read back.
#[derive(Debug, thiserror::Error)]
#[error("a {kind} told by another desk cannot be read: {why}")]
pub(super) struct Unread {
    kind: &'static str,
    why: serde_json::Error,
}

/// Reads a body of a kind.
pub(super) fn read<R: DeserializeOwned>(kind: Kind, body: &str) -> Result<R, Unread> {
    serde_json::from_str(body).map_err(|why| Unread { kind: kind.word(), why })
}

/// Adds a record to what is told.
pub(super) fn tell(
    told: &mut Followed,
    kind: Kind,
    id: &str,
    body: &str,
    as_of: DateTime<Utc>,
) -> Result<(), Unread> {
    let one = match kind {
        Kind::Workspace => Records::Workspace(read(kind, body)?),
        Kind::System => Records::Systems(vec![read(kind, body)?]),
        Kind::Space => Records::Spaces(vec![read(kind, body)?]),
        Kind::Entrance => Records::Entrances(vec![read(kind, body)?]),
        Kind::Device => Records::Devices(vec![read(kind, body)?]),
        Kind::Encoder => Records::Encoders(vec![read(kind, body)?]),
        Kind::Identity => Records::Identities(vec![read(kind, body)?]),
        Kind::Grant => Records::Grants(vec![read(kind, body)?]),
        Kind::Method => Records::Methods(vec![read(kind, body)?]),
        Kind::InstantKey => Records::InstantKeys(vec![read(kind, body)?]),
        Kind::Event => Records::Events(vec![read(kind, body)?]),
        Kind::Doors => {
            let Doors { entrances, devices } = read(kind, body)?;
            told.doors.push(FollowedDoors { grant: GrantId::new(id), entrances, devices, as_of });
            return Ok(());
        }
    };
    match told.records.last_mut() {
        Some((all, at)) if *at == as_of || kind == Kind::Event => {
            if let Some(one) = join(all, one) {
                told.records.push((one, as_of));
            }
        }
        _ => told.records.push((one, as_of)),
    }
    Ok(())
}

/// Adds records to others of the same kind; gives them back where the kind is another.
fn join(all: &mut Records, more: Records) -> Option<Records> {
    match (all, more) {
        (Records::Systems(a), Records::Systems(m)) => a.extend(m),
        (Records::Spaces(a), Records::Spaces(m)) => a.extend(m),
        (Records::Entrances(a), Records::Entrances(m)) => a.extend(m),
        (Records::Devices(a), Records::Devices(m)) => a.extend(m),
        (Records::Encoders(a), Records::Encoders(m)) => a.extend(m),
        (Records::Identities(a), Records::Identities(m)) => a.extend(m),
        (Records::Grants(a), Records::Grants(m)) => a.extend(m),
        (Records::Methods(a), Records::Methods(m)) => a.extend(m),
        (Records::InstantKeys(a), Records::InstantKeys(m)) => a.extend(m),
        (Records::Events(a), Records::Events(m)) => a.extend(m),
        (_, more) => return Some(more),
    }
    None
}
