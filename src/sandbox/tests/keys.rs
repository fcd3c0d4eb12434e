//! PINs, mobile keys, and how they come and go.

use serde_json::json;

use super::{Desk, codes};

#[test]
fn a_requested_pin_is_kept_where_it_can_be() {
    let mut desk = Desk::open();
    let (lock, _) = desk.rooms("lock", 1)[0].clone();
    let told = |code: &str| json!([{"mode": "code", "code": code}]);
    let first = desk.create(Desk::stay(&[&lock], None, told("4417")));
    assert_eq!(desk.methods(&first)[0]["code"], "4417");
    assert_eq!(first["warnings"], json!([]));
    // The same PIN on the same lock at the same time, and a PIN that is too long.
    for (wish, length) in [("4417", 4), ("123456789", 8)] {
        let grant = desk.create(Desk::stay(&[&lock], None, told(wish)));
        let warning = &grant["warnings"][0];
        assert_eq!(warning["warning_code"], "requested_code_unavailable");
        assert_eq!(warning["original_code"], wish);
        let real = desk.methods(&grant)[0]["code"].clone();
        assert_eq!(warning["new_code"], real);
        assert_ne!(real, wish);
        assert_eq!(real.as_str().unwrap().len(), length);
    }
    // Several Salto locks choose for themselves.
    let (room, _) = desk.rooms("online", 1)[0].clone();
    let lobby = desk.ok("/spaces/get", json!({"space_key": "lobby"}))["space"]["space_id"].clone();
    let grant = desk.create(Desk::stay(&[&room, &lobby], None, told("5512")));
    assert_eq!(codes(&grant["warnings"], "warning_code"), ["requested_code_unavailable"]);
}

#[test]
fn a_guest_with_two_grants_keeps_one_pin() {
    let mut desk = Desk::open();
    let (lock, _) = desk.rooms("lock", 1)[0].clone();
    let first = desk.create(Desk::stay(&[&lock], None, json!([{"mode": "code"}])));
    desk.advance(15);
    let mut body = Desk::stay(&[&lock], None, json!([{"mode": "code"}]));
    body.as_object_mut().unwrap().remove("user_identity");
    body["user_identity_id"] = first["user_identity_id"].clone();
    body["starts_at"] = json!("2026-11-26T10:00:00Z");
    body["ends_at"] = json!("2026-11-28T10:00:00Z");
    let second = desk.create(body);
    assert_eq!(first["access_method_ids"], second["access_method_ids"]);
    let method = &first["access_method_ids"][0];
    let related = desk.ok("/access_methods/get_related", json!({"access_method_ids": [method]}));
    assert_eq!(related["batch"]["access_grants"].as_array().unwrap().len(), 2);
    // The PIN outlives the first grant, and only that.
    desk.ok("/access_grants/delete", json!({"access_grant_id": first["access_grant_id"]}));
    desk.advance(30);
    assert_eq!(desk.methods(&second)[0]["is_issued"], true);
    desk.ok("/access_grants/delete", json!({"access_grant_id": second["access_grant_id"]}));
    desk.advance(30);
    assert_eq!(desk.refused("/access_methods/get", json!({"access_method_id": method})).0, 404);
}

#[test]
fn a_lock_that_does_not_answer_gets_its_pin_late_and_keeps_it_too_long() {
    let mut desk = Desk::open();
    let (room, door) = desk.rooms("lock", 1)[0].clone();
    desk.happen(json!({"kind": "device_offline", "id": door}));
    let mut body = Desk::stay(&[&room], None, json!([{"mode": "code"}]));
    body["starts_at"] = json!("2026-11-23T02:30:00Z");
    let grant = desk.create(body);
    desk.advance(400);
    let late = desk.methods(&grant)[0].clone();
    assert_eq!(late["is_issued"], false);
    assert_eq!(codes(&late["warnings"], "warning_code"), ["delay_in_issuing"]);
    assert_eq!(codes(&desk.grant(&grant)["warnings"], "warning_code"), ["underprovisioned_access"]);
    assert_eq!(late["pending_mutations"][0]["to"]["device_ids"], json!([door]));
    desk.advance(1000);
    assert_eq!(codes(&desk.methods(&grant)[0]["errors"], "error_code"), ["failed_to_issue"]);
    desk.happen(json!({"kind": "device_online", "id": door}));
    desk.advance(31);
    let issued = desk.methods(&grant)[0].clone();
    assert_eq!(
        (&issued["is_issued"], &issued["warnings"], &issued["errors"]),
        (&json!(true), &json!([]), &json!([]))
    );
    assert_eq!(desk.grant(&grant)["warnings"], json!([]));

    desk.happen(json!({"kind": "device_offline", "id": door}));
    desk.ok("/access_grants/delete", json!({"access_grant_id": grant["access_grant_id"]}));
    desk.advance(600);
    let stuck = desk.grant(&grant);
    assert_eq!(codes(&stuck["warnings"], "warning_code"), ["being_deleted", "overprovisioned_access"]);
    assert_eq!(stuck["warnings"][1]["failed_devices"][0]["device_id"], door);
    assert_eq!(desk.methods(&grant)[0]["pending_mutations"][0]["mutation_code"], "revoking_access");
    desk.happen(json!({"kind": "device_online", "id": door}));
    desk.advance(60);
    assert_eq!(
        desk.refused("/access_grants/get", json!({"access_grant_id": grant["access_grant_id"]})).0,
        404
    );
    let told = desk.events(json!({"access_grant_id": grant["access_grant_id"]}));
    assert_eq!(told.iter().filter(|k| *k == "access_grant.deleted").count(), 1);
    assert_eq!(told.iter().filter(|k| *k == "access_method.delay_in_issuing").count(), 1);
}

#[test]
fn what_is_stuck_stays_stuck_until_it_is_freed() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("online", 1)[0].clone();
    let grant = desk.create(Desk::stay(&[&room], None, json!([{"mode": "code"}])));
    desk.advance(15);
    let id = &grant["access_grant_id"];
    desk.happen(json!({"kind": "stuck", "id": id}));
    desk.ok("/access_methods/delete", json!({"access_grant_id": id}));
    desk.advance(3600);
    assert_eq!(desk.methods(&grant).len(), 1);
    desk.happen(json!({"kind": "unstuck", "id": id}));
    desk.advance(31);
    assert_eq!(desk.methods(&grant).len(), 0);
    assert_eq!(desk.grant(&grant)["access_method_ids"], json!([]));
}

#[test]
fn an_instant_key_opens_phones_until_it_is_used_up_and_may_end_before_the_stay() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("online", 1)[0].clone();
    let modes = json!([{"mode": "mobile_key", "instant_key_max_use_count": 2}]);
    let mut body = Desk::stay(&[&room], None, modes);
    body["ends_at"] = json!("2026-12-05T10:00:00Z");
    let grant = desk.create(body);
    let person = json!({"user_identity_id": grant["user_identity_id"]});
    let key = desk.ok("/instant_keys/list", person.clone())["instant_keys"][0].clone();
    assert_eq!(grant["instant_key_url"], key["instant_key_url"]);
    assert_eq!(key["expires_at"], "2026-11-26T02:14:00.000Z");
    let other = desk.ok("/user_identities/generate_instant_key", person.clone())["instant_key"].clone();
    assert_eq!(
        desk.methods(&grant)[0]["instant_key_url"],
        key["instant_key_url"],
        "the first link still works"
    );
    for _ in 0..2 {
        desk.happen(json!({"kind": "use_instant_key", "id": key["instant_key_id"]}));
    }
    let third = desk.ok("/user_identities/generate_instant_key", person)["instant_key"].clone();
    assert_eq!(desk.methods(&grant)[0]["instant_key_url"], third["instant_key_url"]);
    desk.ok("/instant_keys/delete", json!({"instant_key_id": third["instant_key_id"]}));
    assert_eq!(desk.methods(&grant)[0]["instant_key_url"], other["instant_key_url"]);
}

#[test]
fn at_the_end_of_a_stay_seam_takes_back_what_it_can() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("online", 1)[0].clone();
    let mut body = Desk::stay(&[&room], None, json!([{"mode": "code"}]));
    body["ends_at"] = json!("2026-11-23T03:14:00Z");
    let grant = desk.create(body);
    desk.advance(30);
    assert_eq!(desk.methods(&grant)[0]["is_issued"], true);
    desk.advance(3600);
    assert_eq!(desk.methods(&grant)[0]["is_issued"], false);
    assert_eq!(desk.grant(&grant)["ends_at"], "2026-11-23T03:14:00.000Z", "it is still listed");
}

#[test]
fn a_mode_no_door_takes_is_an_error_of_the_grant() {
    let mut desk = Desk::open();
    let (room, door) = desk.rooms("lock", 1)[0].clone();
    let grant = desk.create(Desk::stay(&[&room], None, json!([{"mode": "card"}])));
    assert_eq!(codes(&grant["errors"], "error_code"), ["cannot_create_requested_access_methods"]);
    assert_eq!(grant["errors"][0]["missing_device_ids"], json!([door]));
    assert_eq!(grant["access_method_ids"], json!([]));
}
