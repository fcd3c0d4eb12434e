//! Systems, doors, encoders, spaces and the workspace as Seam's JSON.

use serde_json::{Value, json};

use super::{problem, with};
use crate::sandbox::access::without_nulls;
use crate::sandbox::clock::stamp;
use crate::sandbox::hotel::Hotel;
use crate::sandbox::house::{Brand, Door, Encoder, Space, SpaceKind, System};
use crate::sandbox::keys::Mode;

/// The street address every space of the hotel gives.
const ADDRESS: &str = "Hafenkai 4, 20457 Hamburg";

pub(crate) fn workspace(hotel: &Hotel) -> Value {
    json!({
        "workspace_id": hotel.workspace,
        "name": "Harbour Hotel",
        "company_name": "Harbour Hotel GmbH",
        "connect_partner_name": null,
        "connect_webview_customization": {},
        "is_publishable_key_auth_enabled": false,
        "is_sandbox": true,
        "is_suspended": false,
        "organization_id": null,
    })
}

pub(crate) fn system(hotel: &Hotel, record: &System) -> Value {
    let (kind, title) = match record.brand {
        Brand::Visionline => ("visionline_system", "Visionline"),
        _ => ("salto_ks_site", "Salto KS Site"),
    };
    let mut errors = Vec::new();
    if let Some(since) = record.down_since {
        let message = "Seam Bridge is disconnected. Nothing behind it can be encoded or changed.";
        errors.push(problem("error_code", "seam_bridge_disconnected", since, message));
    }
    let mut warnings = Vec::new();
    if let Some(since) = record.seats_since {
        let message = "The site has nearly reached its limit of user subscriptions.";
        warnings.push(problem("warning_code", "salto_ks_subscription_limit_almost_reached", since, message));
    }
    let users = hotel.people.iter().filter(|(_, p)| !p.gone).count();
    let mut value = json!({
        "acs_system_id": record.id,
        "acs_access_group_count": 0,
        "acs_user_count": users,
        "connected_account_id": record.account,
        "connected_account_ids": [record.account],
        "created_at": stamp(record.created),
        "default_credential_manager_acs_system_id": null,
        "errors": errors,
        "external_type": kind,
        "external_type_display_name": title,
        "system_type": kind,
        "system_type_display_name": title,
        "image_alt_text": format!("{title} logo"),
        "image_url": "https://connect.getseam.com/assets/images/acs_systems/generic.png",
        "is_credential_manager": false,
        "location": {"time_zone": hotel.zone.name()},
        "name": record.name,
        "warnings": warnings,
        "workspace_id": hotel.workspace,
    });
    if record.brand == Brand::Visionline {
        let more = json!({"visionline_metadata": {"lan_address": "192.168.20.5", "system_id": "HARBOUR-1"}});
        value = with(value, more);
    }
    value
}

/// A door as `acs_entrance`, or as `device` where Seam knows it as one.
pub(crate) fn door(hotel: &Hotel, record: &Door) -> Value {
    if record.is_device() { device(hotel, record) } else { entrance(hotel, record) }
}

fn space_ids(hotel: &Hotel, record: &Door) -> Vec<uuid::Uuid> {
    hotel.spaces.get(record.space).map(|s| s.id).into_iter().collect()
}

fn entrance(hotel: &Hotel, record: &Door) -> Value {
    let system = record.system.and_then(|s| hotel.systems.get(s));
    let mut warnings = Vec::new();
    if let Some(since) = record.privacy_since {
        let code = if record.brand == Brand::SaltoKs { "salto_ks_privacy_mode" } else { "privacy_mode" };
        warnings.push(problem("warning_code", code, since, "The door is double-locked from the inside."));
    }
    let value = json!({
        "acs_entrance_id": record.id,
        "acs_system_id": system.map(|s| s.id),
        "can_belong_to_reservation": record.overrides(),
        "can_unlock_with_card": record.takes(Mode::Card),
        "can_unlock_with_cloud_key": record.takes(Mode::CloudKey),
        "can_unlock_with_code": record.takes(Mode::Code),
        "can_unlock_with_mobile_key": record.takes(Mode::MobileKey),
        "connected_account_id": record.account,
        "created_at": stamp(record.created),
        "display_name": record.name,
        "errors": [],
        "space_ids": space_ids(hotel, record),
        "warnings": warnings,
    });
    let metadata = if record.brand == Brand::Visionline {
        let (category, profile) = if record.common { ("common", "commonDoor") } else { ("guest", "touch") };
        json!({"visionline_metadata": {
            "door_category": category,
            "door_name": record.name,
            "profiles": [
                {"visionline_door_profile_id": profile, "visionline_door_profile_type": profile},
                {"visionline_door_profile_id": "BLE", "visionline_door_profile_type": "BLE"},
            ],
        }})
    } else {
        json!({"is_locked": true, "salto_ks_metadata": {
            "battery_level": salto_battery(record),
            "door_name": record.name,
            "intrusion_alarm": false,
            "left_open_alarm": false,
            "lock_type": if record.common { "wall_reader" } else { "escutcheon" },
            "locked_state": "locked",
            "online": hotel.reachable_door(record),
            "privacy_mode": record.privacy_since.is_some(),
        }})
    };
    with(value, metadata)
}

fn salto_battery(record: &Door) -> &'static str {
    match record.battery_status() {
        "critical" => "very_low",
        "low" => "low",
        _ => "fresh",
    }
}

fn device(hotel: &Hotel, record: &Door) -> Value {
    let mut errors = Vec::new();
    if let Some(since) = record.offline_since {
        let offline = problem("error_code", "device_offline", since, "The lock does not answer.");
        errors.push(with(offline, json!({"is_device_error": true})));
    }
    let mut warnings = Vec::new();
    if let Some(since) = record.privacy_since {
        let message = "The lock is in privacy mode: codes do not open it.";
        warnings.push(problem("warning_code", "privacy_mode", since, message));
    }
    if let Some(since) = record.flaky_since {
        let message = "The lock's connection comes and goes.";
        warnings.push(problem("warning_code", "device_has_flaky_connection", since, message));
    }
    let zone = hotel.zone.name();
    json!({
        "device_id": record.id,
        "device_type": "yale_lock",
        "device_manufacturer": {"display_name": "Yale", "manufacturer": "yale"},
        "device_provider": {
            "device_provider_name": "yale", "display_name": "Yale", "provider_category": "stable",
        },
        "can_program_online_access_codes": true,
        "can_remotely_lock": true,
        "can_remotely_unlock": true,
        "can_simulate_connection": record.offline_since.is_some(),
        "can_simulate_disconnection": record.offline_since.is_none(),
        "can_unlock_with_code": true,
        "capabilities_supported": ["access_code", "lock", "battery"],
        "connected_account_id": record.account,
        "created_at": stamp(record.created),
        "custom_metadata": {},
        "display_name": record.name,
        "errors": errors,
        "is_managed": true,
        "location": {"location_name": "Harbour Hotel", "time_zone": zone, "timezone": zone},
        "nickname": record.name,
        "properties": properties(record),
        "space_ids": space_ids(hotel, record),
        "warnings": warnings,
        "workspace_id": hotel.workspace,
    })
}

fn properties(record: &Door) -> Value {
    let online = record.offline_since.is_none();
    let value = json!({
        "name": record.name,
        "appearance": {"name": record.name},
        "manufacturer": "yale",
        "model": {
            "display_name": "Yale Linus", "manufacturer_display_name": "Yale",
            "has_built_in_keypad": true, "can_connect_accessory_keypad": false,
        },
        "online": online,
        "locked": true,
        "serial_number": record.id.simple().to_string().chars().take(10).collect::<String>(),
    });
    // Seam leaves the battery out while a lock is offline.
    if !online {
        return value;
    }
    let level = (record.battery * 100.0).round() / 100.0;
    let battery = json!({"level": level, "status": record.battery_status()});
    with(value, json!({"battery": battery, "battery_level": level}))
}

pub(crate) fn encoder(hotel: &Hotel, record: &Encoder) -> Value {
    let system = hotel.systems.get(record.system);
    json!({
        "acs_encoder_id": record.id,
        "acs_system_id": system.map(|s| s.id),
        "connected_account_id": system.map(|s| s.account),
        "created_at": stamp(record.created),
        "display_name": record.name,
        "errors": [],
        "workspace_id": hotel.workspace,
    })
}

pub(crate) fn space(hotel: &Hotel, record: &Space) -> Value {
    let devices = record.doors.iter().filter(|d| hotel.doors.get(**d).is_some_and(Door::is_device)).count();
    let parent = record.parent.and_then(|p| hotel.spaces.get(p));
    let data = record.data.clone().or_else(|| {
        (record.kind != SpaceKind::Floor).then(|| {
            json!({
                "address": ADDRESS,
                "default_checkin_time": "15:00",
                "default_checkout_time": "11:00",
                "time_zone": hotel.zone.name(),
            })
        })
    });
    without_nulls(json!({
        "space_id": record.id,
        "space_key": record.key,
        "acs_entrance_count": record.doors.len() - devices,
        "created_at": stamp(record.created),
        "customer_data": data,
        "customer_key": record.customer,
        "device_count": devices,
        "display_name": record.name,
        "name": record.name,
        "parent_space_id": parent.map(|p| p.id),
        "parent_space_key": parent.and_then(|p| p.key.as_deref()),
        "workspace_id": hotel.workspace,
    }))
}
