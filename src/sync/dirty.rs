//! What events say must be read again.

use std::collections::BTreeSet;

use crate::seam::id::{DeviceId, EncoderId, EntranceId, GrantId, IdentityId, MethodId};
use crate::seam::model::Event;

/// Ids of what is out of date. Sets, so that a hundred events of one grant cost one reading.
#[derive(Debug, Default)]
pub(super) struct Dirty {
    pub(super) grants: BTreeSet<GrantId>,
    /// Methods whose grants no event named.
    pub(super) methods: BTreeSet<MethodId>,
    pub(super) identities: BTreeSet<IdentityId>,
    pub(super) entrances: BTreeSet<EntranceId>,
    pub(super) devices: BTreeSet<DeviceId>,
    pub(super) encoders: BTreeSet<EncoderId>,
    /// There are few systems, and one request lists them all; the same goes for spaces.
    pub(super) systems: bool,
    pub(super) spaces: bool,
    /// What an event said was deleted; a second witness beside a list that leaves it out.
    pub(super) deleted_grants: BTreeSet<GrantId>,
    pub(super) deleted_methods: BTreeSet<MethodId>,
}

impl Dirty {
    /// Takes in one event. Types this version does not know count for what they name.
    pub(super) fn note(&mut self, event: &Event) {
        let (family, what) = event.event_type.split_once('.').unwrap_or((&event.event_type, ""));
        let grants = || event.access_grant_ids.iter().chain(&event.access_grant_id).cloned();
        let deleted = what == "deleted";
        self.grants.extend(grants());
        if deleted && family == "access_grant" {
            self.deleted_grants.extend(grants());
        }
        if let Some(method) = &event.access_method_id {
            if deleted && family == "access_method" {
                self.deleted_methods.insert(method.clone());
            }
            if grants().next().is_none() {
                self.methods.insert(method.clone());
            }
        }
        match family {
            // Doors are opened all day: evidence, but no change of anything that is read.
            "lock" | "access_grant" | "access_method" | "access_code" | "noise_sensor" => return,
            "acs_system" | "connected_account" => self.systems = true,
            "space" => self.spaces = true,
            _ => {}
        }
        self.identities.extend(event.user_identity_id.clone());
        self.entrances.extend(event.acs_entrance_id.clone());
        self.encoders.extend(event.acs_encoder_id.clone());
        self.devices.extend(event.device_id.clone());
    }

    /// Whether everything is up to date. What is only said to be deleted needs no reading of its own.
    pub(super) fn is_empty(&self) -> bool {
        self.grants.is_empty()
            && self.methods.is_empty()
            && self.identities.is_empty()
            && self.entrances.is_empty()
            && self.devices.is_empty()
            && self.encoders.is_empty()
            && !self.systems
            && !self.spaces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn noted(events: &[Value]) -> Dirty {
        let mut dirty = Dirty::default();
        for e in events {
            let mut e = e.clone();
            e["event_id"] = "e".into();
            dirty.note(&serde_json::from_value(e).unwrap());
        }
        dirty
    }

    #[test]
    fn an_event_names_what_must_be_read_again() {
        let dirty = noted(&[
            json!({"event_type": "access_method.reissued", "access_method_id": "m", "access_grant_ids": ["g"]}),
            json!({"event_type": "access_method.issued", "access_method_id": "m2"}),
            json!({"event_type": "device.disconnected", "device_id": "d"}),
            json!({"event_type": "acs_entrance.added", "acs_entrance_id": "n"}),
            json!({"event_type": "acs_encoder.removed", "acs_encoder_id": "c"}),
            json!({"event_type": "acs_system.disconnected", "acs_system_id": "s"}),
            json!({"event_type": "space.created", "space_id": "p"}),
            json!({"event_type": "acs_user.deleted", "user_identity_id": "u"}),
            json!({"event_type": "something.new", "access_grant_id": "g3"}),
        ]);
        assert_eq!(dirty.grants, [GrantId::new("g"), GrantId::new("g3")].into());
        assert_eq!(dirty.methods, [MethodId::new("m2")].into());
        assert_eq!((dirty.devices.len(), dirty.entrances.len(), dirty.encoders.len()), (1, 1, 1));
        assert!(dirty.systems && dirty.spaces);
        assert_eq!(dirty.identities, [IdentityId::new("u")].into());
    }

    #[test]
    fn an_opened_door_costs_nothing() {
        let unlocked = json!({"event_type": "lock.unlocked", "device_id": "d", "acs_entrance_id": "e"});
        assert!(noted(&[unlocked]).is_empty());
    }
}
