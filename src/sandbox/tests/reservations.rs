//! The rules of reservation access grants.

use serde_json::json;

use super::{CHECK_OUT, Desk};

const CREATE: &str = "/access_grants/create";

#[test]
fn a_reservation_key_is_needed_where_a_card_overrides_and_refused_where_none_can() {
    let mut desk = Desk::open();
    let (offline, _) = desk.rooms("offline", 1)[0].clone();
    let (online, _) = desk.rooms("online", 1)[0].clone();
    let card = json!([{"mode": "card"}]);
    let without = Desk::stay(&[&offline], None, card.clone());
    assert_eq!(desk.refused(CREATE, without), (400, "reservation_key_required".to_owned()));
    let useless = Desk::stay(&[&online], Some("R-1"), card);
    assert_eq!(desk.refused(CREATE, useless), (400, "reservation_key_not_supported".to_owned()));
}

#[test]
fn the_first_grant_fixes_the_doors_of_a_reservation() {
    let mut desk = Desk::open();
    let rooms = desk.rooms("offline", 3);
    let [a, b, c] = [&rooms[0].0, &rooms[1].0, &rooms[2].0];
    let card = json!([{"mode": "card"}]);
    desk.create(Desk::stay(&[a, b], Some("R-1"), card.clone()));
    desk.create(Desk::stay(&[a, b], Some("R-1"), card.clone()));
    desk.create(Desk::stay(&[a], Some("R-1"), card.clone()));
    let more = Desk::stay(&[a, b, c], Some("R-1"), card.clone());
    assert_eq!(desk.refused(CREATE, more), (409, "reservation_joiner_entrance_set_conflict".to_owned()));
    let other = Desk::stay(&[c], Some("R-1"), card.clone());
    assert_eq!(
        desk.refused(CREATE, other.clone()),
        (409, "reservation_entrance_change_requires_cleanup".to_owned())
    );
    // Common doors neither fix anything nor are counted.
    let lobby = desk.ok("/spaces/get", json!({"space_key": "lobby"}))["space"]["space_id"].clone();
    desk.create(Desk::stay(&[a, &lobby], Some("R-1"), card.clone()));
    // Once every grant of the reservation is gone, it may move.
    let party = desk.ok("/access_grants/list", json!({"reservation_key": "R-1"}))["access_grants"].clone();
    assert_eq!(party.as_array().unwrap().len(), 4);
    for grant in party.as_array().unwrap() {
        desk.ok("/access_grants/delete", json!({"access_grant_id": grant["access_grant_id"]}));
    }
    assert_eq!(desk.refused(CREATE, other.clone()).0, 409, "deleting is not deleted");
    desk.advance(30);
    desk.create(other);
}

#[test]
fn grants_of_one_reservation_overlap_in_time() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("offline", 1)[0].clone();
    let card = json!([{"mode": "card"}]);
    let first = desk.create(Desk::stay(&[&room], Some("R-1"), card.clone()));
    let mut later = Desk::stay(&[&room], Some("R-1"), card);
    later["starts_at"] = json!(CHECK_OUT);
    later["ends_at"] = json!("2026-11-28T10:00:00Z");
    assert_eq!(desk.refused(CREATE, later.clone()), (409, "reservation_times_do_not_overlap".to_owned()));
    later["starts_at"] = json!("2026-11-25T10:00:00Z");
    desk.create(later);
    let apart = json!({"access_grant_id": first["access_grant_id"], "ends_at": "2026-11-24T10:00:00Z"});
    assert_eq!(desk.refused("/access_grants/update", apart).0, 409);
}

#[test]
fn another_reservation_takes_the_room_over_when_its_key_is_used() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("offline", 1)[0].clone();
    let encoder = desk.hotel.encoders.get(0).unwrap().id;
    let mut cards = Vec::new();
    for reservation in ["R-1", "R-2"] {
        let grant = desk.create(Desk::stay(&[&room], Some(reservation), json!([{"mode": "card"}])));
        desk.advance(15);
        let card = desk.methods(&grant)[0]["access_method_id"].clone();
        desk.ok("/access_methods/encode", json!({"access_method_id": card, "acs_encoder_id": encoder}));
        desk.advance(6);
        cards.push(card);
    }
    let holder = |desk: &Desk| {
        desk.hotel.doors.iter().find_map(|(_, d)| d.holder.clone().filter(|h| h.starts_with("R-")))
    };
    assert_eq!(holder(&desk), None, "nothing happens before a key is used");
    desk.happen(json!({"kind": "open", "id": cards[0]}));
    assert_eq!(holder(&desk).as_deref(), Some("R-1"));
    desk.happen(json!({"kind": "open", "id": cards[1]}));
    assert_eq!(holder(&desk).as_deref(), Some("R-2"));
}

#[test]
fn a_grant_key_is_unique_until_its_grant_is_gone() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("online", 1)[0].clone();
    let mut body = Desk::stay(&[&room], None, json!([{"mode": "code"}]));
    body["access_grant_key"] = json!("k-1");
    let grant = desk.create(body.clone());
    assert_eq!(desk.refused(CREATE, body.clone()), (409, "access_grant_key_already_exists".to_owned()));
    desk.advance(15);
    desk.ok("/access_grants/delete", json!({"access_grant_id": grant["access_grant_id"]}));
    desk.advance(30);
    desk.create(body);
}

#[test]
fn a_stay_ends_in_the_future_and_after_it_begins() {
    let mut desk = Desk::open();
    let (room, _) = desk.rooms("online", 1)[0].clone();
    let grant = desk.create(Desk::stay(&[&room], None, json!([{"mode": "code"}])));
    let id = &grant["access_grant_id"];
    for end in ["2026-11-23T02:00:00Z", super::START] {
        let (status, kind) =
            desk.refused("/access_grants/update", json!({"access_grant_id": id, "ends_at": end}));
        assert_eq!((status, kind.as_str()), (400, "invalid_input"), "{end}");
    }
    let reversed = json!({"access_grant_id": id, "starts_at": "2026-11-27T10:00:00Z"});
    assert_eq!(desk.refused("/access_grants/update", reversed).0, 400);
    let both = json!({"access_grant_id": id, "access_grant_key": "k", "ends_at": CHECK_OUT});
    assert_eq!(desk.refused("/access_grants/update", both).0, 400);
    desk.ok("/access_grants/update", json!({"access_grant_id": id, "ends_at": null}));
    assert!(desk.grant(&grant)["ends_at"].is_null());
}
