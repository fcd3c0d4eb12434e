//! Encoders and cards.

use serde_json::{Value, json};

use super::{Desk, codes};

const ENCODE: &str = "/access_methods/encode";

fn encoder(desk: &Desk, n: u32) -> Value {
    json!(desk.hotel.encoders.get(n).unwrap().id)
}

/// A grant with cards that wait for an encoder.
fn cards(desk: &mut Desk, n: usize) -> (Value, Vec<Value>) {
    let (room, _) = desk.rooms("offline", 1)[0].clone();
    let modes: Vec<Value> = (0..n).map(|_| json!({"mode": "card"})).collect();
    let grant = desk.create(Desk::stay(&[&room], Some("R-1"), json!(modes)));
    desk.advance(15);
    let ids = desk.methods(&grant).iter().map(|m| m["access_method_id"].clone()).collect();
    (grant, ids)
}

fn encode(desk: &mut Desk, card: &Value, encoder: &Value) -> Value {
    desk.ok(ENCODE, json!({"access_method_id": card, "acs_encoder_id": encoder}))["action_attempt"].clone()
}

#[test]
fn a_card_is_ready_only_after_its_credential_exists() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("offline", 1)[0].clone();
    let grant = desk.create(Desk::stay(&[&room], Some("R-1"), json!([{"mode": "card"}])));
    let card = desk.methods(&grant)[0].clone();
    assert_eq!(
        (&card["is_encoding_required"], &card["is_ready_for_encoding"]),
        (&json!(true), &json!(false))
    );
    let job = json!({"access_method_id": card["access_method_id"], "acs_encoder_id": encoder(&desk, 0)});
    assert_eq!(desk.refused(ENCODE, job), (400, "access_method_not_ready".to_owned()));
}

#[test]
fn an_encoder_does_one_job_after_the_other() {
    let mut desk = Desk::open();
    let (_, cards) = cards(&mut desk, 2);
    let place = encoder(&desk, 0);
    let jobs = [encode(&mut desk, &cards[0], &place), encode(&mut desk, &cards[1], &place)];
    desk.advance(1);
    assert!(jobs.iter().all(|j| desk.attempt(j)["status"] == "pending"));
    desk.advance(4);
    assert_eq!(desk.attempt(&jobs[0])["status"], "success");
    assert_eq!(desk.attempt(&jobs[1])["status"], "pending");
    desk.advance(5);
    assert_eq!(desk.attempt(&jobs[1])["status"], "success");
}

#[test]
fn whoever_waits_too_long_for_an_encoder_waits_in_vain() {
    let mut desk = Desk::open();
    let place = encoder(&desk, 0);
    let scans: Vec<Value> = (0..40)
        .map(|_| {
            desk.ok("/acs/encoders/scan_credential", json!({"acs_encoder_id": place}))["action_attempt"]
                .clone()
        })
        .collect();
    desk.advance(300);
    let last = desk.attempt(scans.last().unwrap());
    assert_eq!(last["error"]["type"], "action_attempt_expired");
    assert_eq!(desk.attempt(&scans[0])["error"]["type"], "no_credential_on_encoder", "no card lies there");
}

#[test]
fn an_encoding_fails_with_the_name_of_what_is_wrong() {
    let mut desk = Desk::open();
    let (grant, cards) = cards(&mut desk, 1);
    let place = encoder(&desk, 0);
    let fails = |desk: &mut Desk, want: &str| {
        let job = encode(desk, &cards[0], &place);
        desk.advance(6);
        assert_eq!(desk.attempt(&job)["error"]["type"], want);
    };
    desk.happen(json!({"kind": "bridge_down"}));
    fails(&mut desk, "bridge_disconnected");
    let systems = desk.ok("/acs/systems/list", json!({}))["acs_systems"].clone();
    assert_eq!(codes(&systems[0]["errors"], "error_code"), ["seam_bridge_disconnected"]);
    desk.happen(json!({"kind": "bridge_up"}));
    desk.happen(json!({"kind": "encoder", "id": place, "online": false}));
    fails(&mut desk, "encoder_not_online");
    desk.happen(json!({"kind": "encoder", "id": place, "online": true}));
    desk.happen(json!({"kind": "mishaps", "chance": 1.0}));
    let job = encode(&mut desk, &cards[0], &place);
    desk.advance(6);
    let kind = desk.attempt(&job)["error"]["type"].clone();
    assert!(kind == "no_credential_on_encoder" || kind == "encoding_interrupted", "{kind}");
    desk.happen(json!({"kind": "mishaps", "chance": 0.0}));
    // A failed encoding leaves the method ready for another try.
    let job = encode(&mut desk, &cards[0], &place);
    desk.advance(6);
    assert_eq!(desk.attempt(&job)["status"], "success");
    fails(&mut desk, "credential_cannot_be_reissued");
    desk.ok("/access_grants/delete", json!({"access_grant_id": grant["access_grant_id"]}));
    fails(&mut desk, "credential_deleted");
}

#[test]
fn nothing_behind_a_bridge_that_is_down_is_issued_or_revoked() {
    let mut desk = Desk::open();
    let (grant, cards) = cards(&mut desk, 1);
    let place = encoder(&desk, 0);
    encode(&mut desk, &cards[0], &place);
    desk.advance(6);
    desk.happen(json!({"kind": "bridge_down"}));
    let more = json!({"access_grant_id": grant["access_grant_id"], "requested_access_methods": [{"mode": "mobile_key"}]});
    desk.ok("/access_grants/request_access_methods", more);
    desk.ok("/access_methods/delete", json!({"access_method_id": cards[0]}));
    desk.advance(600);
    let methods = desk.methods(&grant);
    assert_eq!(methods.len(), 2);
    assert_eq!(codes(&methods[1]["warnings"], "warning_code"), ["delay_in_issuing"]);
    desk.happen(json!({"kind": "bridge_up"}));
    desk.advance(31);
    let methods = desk.methods(&grant);
    assert_eq!((methods.len(), &methods[0]["is_issued"]), (1, &json!(true)));
}

#[test]
fn an_extension_makes_a_card_stale_until_it_is_cut_again() {
    let mut desk = Desk::open();
    let (grant, cards) = cards(&mut desk, 1);
    let (place, id) = (encoder(&desk, 0), grant["access_grant_id"].clone());
    encode(&mut desk, &cards[0], &place);
    desk.advance(6);
    let issued_at = desk.methods(&grant)[0]["issued_at"].clone();
    desk.ok("/access_grants/update", json!({"access_grant_id": id, "ends_at": "2026-11-27T10:00:00Z"}));
    let card = desk.methods(&grant)[0].clone();
    assert_eq!((&card["is_issued"], &card["is_ready_for_encoding"]), (&json!(false), &json!(false)));
    desk.advance(25);
    let card = desk.methods(&grant)[0].clone();
    assert_eq!((&card["is_encoding_required"], &card["is_ready_for_encoding"]), (&json!(true), &json!(true)));
    assert_eq!(card["pending_mutations"][0]["from"]["ends_at"], "2026-11-26T10:00:00.000Z");
    // Extended once more before it is cut: the card in the hand still says the first end.
    desk.ok("/access_grants/update", json!({"access_grant_id": id, "ends_at": "2026-11-28T10:00:00Z"}));
    desk.advance(25);
    let card = desk.methods(&grant)[0].clone();
    assert_eq!(card["pending_mutations"][0]["from"]["ends_at"], "2026-11-26T10:00:00.000Z");
    encode(&mut desk, &cards[0], &place);
    desk.advance(6);
    let card = desk.methods(&grant)[0].clone();
    assert_eq!((&card["is_issued"], &card["pending_mutations"]), (&json!(true), &json!([])));
    assert_eq!(card["issued_at"], issued_at);
    assert_eq!(desk.grant(&grant)["pending_mutations"], json!([]));
    let told = desk.events(json!({"access_method_id": cards[0]}));
    let kinds: Vec<&str> = told.iter().map(String::as_str).collect();
    assert_eq!(
        kinds,
        [
            "access_method.created",
            "access_method.card_encoding_required",
            "access_method.issued",
            "access_method.revoked",
            "access_method.card_encoding_required",
            "access_method.card_encoding_required",
            "access_method.reissued",
        ]
    );
}

#[test]
fn only_a_cloud_key_unlocks_and_only_a_card_is_encoded() {
    let mut desk = Desk::open();
    let (room, door) = desk.rooms("online", 1)[0].clone();
    let grant = desk.create(Desk::stay(&[&room], None, json!([{"mode": "code"}, {"mode": "cloud_key"}])));
    desk.advance(15);
    let methods = desk.methods(&grant);
    let code = json!({"access_method_id": methods[0]["access_method_id"], "acs_entrance_id": door});
    assert_eq!(desk.refused("/access_methods/unlock_door", code).0, 400);
    let job =
        json!({"access_method_id": methods[0]["access_method_id"], "acs_encoder_id": encoder(&desk, 0)});
    assert_eq!(desk.refused(ENCODE, job).0, 400);
    let key = json!({"access_method_id": methods[1]["access_method_id"], "acs_entrance_id": door});
    let attempt = desk.ok("/access_methods/unlock_door", key.clone())["action_attempt"].clone();
    desk.advance(3);
    assert_eq!(desk.attempt(&attempt)["status"], "success");
    desk.happen(json!({"kind": "device_offline", "id": door}));
    let attempt = desk.ok("/access_methods/unlock_door", key)["action_attempt"].clone();
    desk.advance(3);
    assert_eq!(desk.attempt(&attempt)["status"], "error");
}
