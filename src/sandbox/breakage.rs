//! What breaks and is mended: the bridge, locks, batteries; and doors that are locked from the inside.

use serde_json::json;

use super::clock::stamp;
use super::hotel::Hotel;
use super::house::Brand;

impl Hotel {
    pub(crate) fn set_bridge(&mut self, system: u32, up: bool) {
        let now = self.now;
        let Some(record) = self.systems.get_mut(system) else { return };
        if record.down_since.is_none() == up {
            return;
        }
        record.down_since = (!up).then_some(now);
        let (id, account) = (record.id, record.account);
        if up {
            let body = json!({"acs_system_id": id, "connected_account_id": account});
            self.tell("acs_system.connected", body);
            return;
        }
        let body = json!({
            "acs_system_id": id,
            "connected_account_id": account,
            "acs_system_errors": [{
                "error_code": "seam_bridge_disconnected",
                "message": "Seam Bridge is disconnected.",
                "created_at": stamp(now),
            }],
            "acs_system_warnings": [],
            "connected_account_errors": [],
            "connected_account_warnings": [],
        });
        self.tell("acs_system.disconnected", body);
    }

    pub(crate) fn set_online(&mut self, door: u32, online: bool) {
        let now = self.now;
        let Some(record) = self.doors.get_mut(door) else { return };
        if record.offline_since.is_none() == online {
            return;
        }
        record.offline_since = (!online).then_some(now);
        let (id, account, device) = (record.id, record.account, record.is_device());
        if !device {
            return;
        }
        let mut body = json!({"device_id": id, "connected_account_id": account});
        if let (Some(body), false) = (body.as_object_mut(), online) {
            body.insert("error_code".to_owned(), json!("device_disconnected"));
            for list in
                ["connected_account_errors", "connected_account_warnings", "device_errors", "device_warnings"]
            {
                body.insert(list.to_owned(), json!([]));
            }
        }
        self.tell(if online { "device.connected" } else { "device.disconnected" }, body);
    }

    pub(crate) fn set_battery(&mut self, door: u32, level: f64) {
        let now = self.now;
        let Some(record) = self.doors.get_mut(door) else { return };
        let before = record.battery_status();
        record.battery = level.clamp(0.0, 1.0);
        let after = record.battery_status();
        let low = matches!(after, "low" | "critical");
        record.low_since = low.then(|| record.low_since.unwrap_or(now));
        if before == after || !record.is_device() {
            return;
        }
        let level = (record.battery * 100.0).round() / 100.0;
        let body = json!({
            "device_id": record.id, "connected_account_id": record.account,
            "battery_level": level, "battery_status": after,
        });
        let low_body = json!({
            "device_id": record.id, "connected_account_id": record.account, "battery_level": level,
        });
        self.tell("device.battery_status_changed", body);
        if low {
            self.tell("device.low_battery", low_body);
        }
    }

    /// Somebody with a card of the lock system's own goes into a room.
    pub(crate) fn stray(&mut self, door: u32) {
        self.tell_lock("lock.unlocked", door, "card", None);
    }

    /// A PIN is changed on a lock itself.
    pub(crate) fn change_outside(&mut self, door: u32) {
        let Some(record) = self.doors.get(door).filter(|d| d.is_device()) else { return };
        let body = json!({"device_id": record.id, "connected_account_id": record.account});
        self.tell("access_code.modified_external_to_seam", body);
    }

    pub(crate) fn set_seats(&mut self, low: bool) {
        let now = self.now;
        let found = self.systems.iter().find(|(_, s)| s.brand == Brand::SaltoKs).map(|(ix, _)| ix);
        if let Some(system) = found.and_then(|ix| self.systems.get_mut(ix)) {
            system.seats_since = low.then(|| system.seats_since.unwrap_or(now));
        }
    }

    pub(crate) fn set_flaky(&mut self, door: u32, on: bool) {
        let now = self.now;
        if let Some(record) = self.doors.get_mut(door) {
            record.flaky_since = on.then(|| record.flaky_since.unwrap_or(now));
        }
    }

    pub(crate) fn set_privacy(&mut self, door: u32, on: bool) {
        let now = self.now;
        if let Some(record) = self.doors.get_mut(door) {
            record.privacy_since = on.then(|| record.privacy_since.unwrap_or(now));
        }
    }
}
