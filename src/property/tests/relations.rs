//! Who belongs to whom, and what opens what.

use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;
use crate::seam::id::{DeviceId, EntranceId, GrantId, Id, IdentityId, MethodId, SpaceId};

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";

fn reserved(id: &str, guest: &str, room: &str, key: &str) -> Value {
    let more =
        json!({"user_identity_id": guest, "reservation_key": key, "access_method_ids": [format!("m{id}")]});
    grant(id, room, IN, OUT, more)
}

#[test]
fn grants_of_one_guest_and_reservation_are_one_stay_and_joiners_are_its_party() {
    let mut kit = Kit::new();
    kit.grants(json!([
        reserved("a", "u1", "102", "R7"),
        reserved("b", "u1", "101", "R7"),
        reserved("c", "u2", "101", "R7"),
        reserved("d", "u1", "118", "R8"),
    ]));
    let id = StayId::reserved(IdentityId::new("u1"), "R7".into());
    let stay = kit.hotel.stay(&id).unwrap();
    assert_eq!((stay.room.as_str(), stay.grants.len(), stay.rooms.len()), ("101+102", 2, 2));
    let party: Vec<String> = kit.hotel.party(&id).iter().map(|s| s.id.to_string()).collect();
    assert_eq!(party, ["u2/R7"]);
    assert_eq!(kit.hotel.stay_of_grant(&GrantId::new("b")), Some(&id));
    assert_eq!(kit.hotel.stays_in_room(&SpaceId::new("s101")).len(), 2);
}

#[test]
fn access_to_common_doors_only_belongs_to_the_stay_it_overlaps() {
    let mut kit = Kit::new();
    let gym =
        |from: &str, until: &str| grant("gym", "lobby", from, until, json!({"access_method_ids": ["m2"]}));
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({})), gym("2026-11-23 08:00", "2026-11-23 10:00")]));
    let stay = kit.stay();
    assert_eq!((stay.grants.len(), stay.room.as_str()), (2, "101"));
    assert_eq!(
        (stay.starts_at(), stay.ends_at()),
        (Some(at(IN)), Some(at(OUT))),
        "its dates are not the stay's"
    );
    kit.grants(json!([gym("2026-11-27 08:00", "2026-11-27 10:00")]));
    assert_eq!(kit.hotel.stays().count(), 2, "another time, another stay");
    assert_eq!(kit.hotel.stays().filter(|s| s.room.is_empty()).count(), 1);
}

#[test]
fn which_spaces_are_rooms() {
    let kit = Kit::new();
    let is_room = |id: &str| kit.hotel.is_room(&SpaceId::new(id));
    assert!(is_room("s101") && is_room("s118"), "a guest door; a lock and a number");
    assert!(!is_room("slobby") && !is_room("nowhere"));
}

#[test]
fn doors_read_after_the_grants_make_the_rooms_all_the_same() {
    let mut kit = Kit::empty();
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))]));
    assert_eq!(kit.stay().room, "");
    kit.spaces(json!([space("101")]));
    kit.entrances(json!([guest_door("e101", "101")]));
    assert_eq!((kit.stay().room.as_str(), kit.last.stays.updated.len()), ("101", 1));
    kit.apply(Delta::Gone(Gone::Entrance(EntranceId::new("e101"))));
    assert_eq!(kit.stay().room, "");
}

#[test]
fn a_grant_that_names_no_space_has_the_doors_it_was_told_to_have() {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({"space_ids": []}))]));
    let as_of = kit.now;
    let (grant, stay) = (GrantId::new("g1"), StayId::single(GrantId::new("g1")));
    let (entrances, devices) = (vec![EntranceId::new("elobby")], vec![DeviceId::new("d118")]);
    kit.apply(Delta::GrantDoors { grant: grant.clone(), entrances, devices, as_of });
    assert_eq!(kit.stay().room, "118");
    assert_eq!(kit.hotel.doors_of(&grant).entrances, [EntranceId::new("elobby")]);
    let guest_doors = kit.hotel.guest_doors(&stay);
    assert_eq!((guest_doors.entrances, guest_doors.devices), (vec![], vec![DeviceId::new("d118")]));
}

#[test]
fn doors_methods_and_encoders() {
    let mut kit = Kit::new();
    let both = json!({"space_ids": ["s101", "slobby"], "access_method_ids": ["m1", "m2"]});
    kit.grants(json!([grant("g1", "101", IN, OUT, both), grant("g2", "102", IN, OUT, json!({}))]));
    kit.methods(json!([method("m1", "code", true, json!({})), method("m2", "card", true, json!({}))]));
    let encoder = |id: &str, system: &str, name: &str| {
        json!({"acs_encoder_id": id, "acs_system_id": system,
                                                              "display_name": name})
    };
    kit.encoders(json!([
        encoder("x", "sys", "Front desk 2"),
        encoder("y", "sys", "Front desk 1"),
        encoder("z", "other", "Spa")
    ]));
    let grant = GrantId::new("g1");
    let id = kit.hotel.stay_of_grant(&grant).unwrap().clone();
    assert_eq!(kit.hotel.doors_of(&grant).entrances.len(), 2);
    assert_eq!(kit.hotel.guest_doors(&id).entrances, [EntranceId::new("e101")]);
    let methods: Vec<_> = kit.hotel.methods_of(&id).iter().map(|m| m.id.to_string()).collect();
    assert_eq!(methods, ["m1", "m2"]);
    assert_eq!(kit.hotel.grants_of_method(&MethodId::new("m1")).len(), 2);
    let names: Vec<_> = kit.hotel.encoders_for(&id).iter().map(|e| e.display_name.to_string()).collect();
    assert_eq!(names, ["Front desk 1", "Front desk 2"]);
}

#[test]
fn the_next_arrival_is_another_reservation_in_the_same_room() {
    let mut kit = Kit::new();
    let later = |id: &str, guest: &str, key: &str, from: &str| {
        let more = json!({"user_identity_id": guest, "reservation_key": key, "access_method_ids": []});
        grant(id, "101", from, "2026-11-29 11:00", more)
    };
    kit.grants(json!([
        reserved("a", "u1", "101", "R1"),
        later("b", "u2", "R1", "2026-11-23 15:00"),
        later("c", "u3", "R3", "2026-11-27 15:00"),
        later("d", "u4", "R4", "2026-11-26 15:00"),
    ]));
    let id = StayId::reserved(IdentityId::new("u1"), "R1".into());
    assert_eq!(kit.hotel.next_arrival(&id).unwrap().guest(), &IdentityId::new("u4"));
    let last = StayId::reserved(IdentityId::new("u3"), "R3".into());
    assert!(kit.hotel.next_arrival(&last).is_none());
}

#[test]
fn names_come_from_the_guest_then_the_grant() {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({"name": "Party of Berg"}))]));
    assert_eq!(kit.stay().name, "Party of Berg");
    kit.guests(json!([{"user_identity_id": "u1", "display_name": "Berg, A.", "full_name": "Berg, Astrid"}]));
    assert_eq!((kit.stay().name.as_str(), kit.last.stays.updated.len()), ("Berg, Astrid", 1));
    assert_eq!(kit.last.grants.updated.len(), 1, "the grants pane shows the name too");
}

#[test]
fn pending_mutations_are_rows_that_come_and_go() {
    let mut kit = Kit::new();
    let times =
        json!({"from": {"ends_at": at("2026-11-23 11:00")}, "to": {"ends_at": at("2026-11-24 11:00")}});
    let change = json!({"pending_mutations": [pending("updating_access_times", "2026-11-22 21:59", times)]});
    let off = json!({"from": {"device_ids": ["a", "b"]}, "to": {"device_ids": []}});
    let revoke = json!({"pending_mutations": [pending("revoking_access", "2026-11-22 21:58", off)]});
    kit.grants(json!([grant("g1", "101", IN, OUT, change)]));
    kit.methods(json!([method("m1", "code", true, revoke)]));
    let mut rows: Vec<_> =
        kit.hotel.mutations().map(|m| format!("{} {}: {}", m.room, m.what, m.change)).collect();
    rows.sort();
    assert_eq!(rows, ["101 access times: Mon 11:00 → Tue 11:00", "101 revoking access: 2 doors"]);
    assert_eq!(kit.hotel.counts().mutations, 2);
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    let gone = kit.last.mutations.removed.clone();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].of, MutationOf::Method(Id::new("m1")));
}

#[test]
fn events_of_a_stay_are_its_own_and_its_doors() {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    let own = json!({"event_id": "2", "event_type": "access_method.issued", "access_method_id": "m1",
                     "access_grant_ids": ["g1"], "occurred_at": at("2026-11-20 12:01")});
    kit.events(json!([
        unlocked("1", "e101", "2026-11-22 10:00", json!({})),
        own,
        unlocked("3", "e101", "2026-11-22 16:00", json!({})),
        unlocked("4", "e102", "2026-11-22 16:00", json!({})),
    ]));
    let id = kit.stay().id.clone();
    let ids: Vec<_> = kit.hotel.events_of(&id).iter().map(|e| e.id.to_string()).collect();
    assert_eq!(ids, ["3", "2"]);
}

#[test]
fn the_state_of_the_keys_by_mode() {
    let states = |mode: &str, all: &[Value]| {
        let mut kit = Kit::new();
        let ids: Vec<String> = (0..all.len()).map(|i| format!("k{i}")).collect();
        let asked = json!({"access_method_ids": ids, "requested_access_methods": [{"mode": mode}]});
        kit.grants(json!([grant("g1", "101", IN, OUT, asked)]));
        let methods = all.iter().zip(&ids).map(|(more, id)| {
            let mut m = json!({"access_method_id": id, "mode": mode});
            merge(&mut m, more.clone());
            m
        });
        kit.methods(json!(methods.collect::<Vec<_>>()));
        kit.stay().keys()
    };
    let issued = json!({"is_issued": true, "issued_at": at(IN)});
    let cut = json!({"is_encoding_required": true});
    let recut = json!({"is_encoding_required": true, "issued_at": at(IN)});
    let card = |all: &[Value]| states("card", all).card;
    assert_eq!(card(&[issued.clone(), issued.clone()]), KeyState::Issued(2));
    assert_eq!(card(&[cut.clone(), cut.clone()]), KeyState::ToCut(2));
    assert_eq!(card(&[recut]), KeyState::Recut(1));
    assert_eq!(card(&[issued.clone(), cut]), KeyState::Mixed { issued: 1, waiting: 1 });
    assert_eq!(card(&[json!({"is_assignment_required": true})]), KeyState::Assign(1));
    let code = |all: &[Value]| states("code", all).code;
    assert_eq!(code(&[]), KeyState::Issuing);
    assert_eq!(code(&[json!({})]), KeyState::Issuing);
    assert_eq!(code(&[json!({"issued_at": at(IN)})]), KeyState::Reissuing);
    assert_eq!(code(&[json!({"errors": [notice("failed_to_issue", IN)]})]), KeyState::Failed);
    assert_eq!(
        code(&[json!({"is_issued": true, "warnings": [notice("being_deleted", IN)]})]),
        KeyState::Revoking
    );
    assert_eq!(states("code", &[issued]).card, KeyState::None);
    assert_eq!((KeyState::Issued(2).glyph(), KeyState::Issued(1).glyph()), ("✓2".into(), "✓".into()));
}
