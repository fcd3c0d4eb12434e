//! A live API is not its document: what must decode all the same.

use super::*;
use serde_json::json;

#[test]
fn a_grant_with_nulls_unknown_modes_and_new_fields_decodes() {
    let g: AccessGrant = serde_json::from_value(json!({
        "access_grant_id": "ef83cca9-5fdf-4ac2-93f3-c21c5a8be54b",
        "user_identity_id": "43947360-cdc8-4db6-8b22-e079416d1d8b",
        "name": null, "ends_at": null, "starts_at": "2025-07-13T15:00:00.000Z", "space_ids": null,
        "display_status": "set", "errors": null,
        "requested_access_methods": [{"mode": "palm_vein", "created_access_method_ids": null}],
        "pending_mutations": [{"mutation_code": "teleporting", "from": null, "to": {"ends_at": null}}]
    }))
    .unwrap();
    assert_eq!(g.requested_access_methods[0].mode, Mode::Other("palm_vein".into()));
    assert_eq!(g.pending_mutations[0].code, MutationCode::Other("teleporting".into()));
    assert_eq!((g.ends_at, g.space_ids.len()), (None, 0));
}

#[test]
fn unknown_words_of_closed_enums_decode() {
    let d: Device = serde_json::from_value(json!({
        "device_id": "d", "properties": {"battery": {"level": 0.2, "status": "glowing"}, "online": null}
    }))
    .unwrap();
    assert_eq!(d.properties.battery.unwrap().status, BatteryStatus::Unknown);
    let a: ActionAttempt =
        serde_json::from_value(json!({"action_attempt_id": "a", "status": "resting", "error": null}))
            .unwrap();
    assert_eq!(a.status, AttemptStatus::Pending);
}

#[test]
fn an_attempt_never_prints_the_pin_it_brings() {
    let a: ActionAttempt = serde_json::from_value(json!({
        "action_attempt_id": "a", "status": "success", "result": {"access_method_id": "m", "code": "4417"}
    }))
    .unwrap();
    assert!(!format!("{a:?}").contains("4417"));
    assert!(!format!("{:?}", a.issued_method()).contains("4417"));
    assert_eq!(a.issued_method().unwrap().code.unwrap().reveal(), "4417");
}

#[test]
fn the_kind_of_a_door_comes_from_whichever_brand_tells() {
    let kind = |extra: serde_json::Value| {
        let mut door = json!({"acs_entrance_id": "e", "acs_system_id": "s"});
        door.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        serde_json::from_value::<Entrance>(door).unwrap().kind
    };
    assert_eq!(kind(json!({"visionline_metadata": {"door_category": "guest"}})), DoorKind::Guest);
    assert_eq!(kind(json!({"visionline_metadata": {"door_category": "common"}})), DoorKind::Common);
    assert_eq!(kind(json!({"assa_abloy_vostio_metadata": {"door_type": "GuestDoor"}})), DoorKind::Guest);
    assert_eq!(kind(json!({"hotek_metadata": {"common_area_name": "Gym"}})), DoorKind::Common);
    assert_eq!(kind(json!({"salto_space_metadata": {"room_name": "118"}})), DoorKind::Guest);
    assert_eq!(kind(json!({"can_belong_to_reservation": true})), DoorKind::Guest);
    assert_eq!(kind(json!({})), DoorKind::Unknown);
}
