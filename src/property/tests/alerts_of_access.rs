//! The rules of what an access should be: tags, phones, reservations, doors, dates, guests.

use rstest::rstest;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;
use crate::seam::id::Id;

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";
const NONE: [&str; 0] = [];

fn stay_with(from: &str, until: &str, more: Value, m: Value) -> Kit {
    let mut kit = Kit::new();
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}]));
    kit.grants(json!([grant("g1", "101", from, until, more)]));
    kit.methods(json!([m]));
    kit
}

fn pin() -> Value {
    method("m1", "code", true, json!({}))
}

#[rstest]
#[case(IN, json!({"is_ready_for_assignment": true}), Some("1 tag to assign by its number, the stay began Sun 15:00"))]
#[case("2026-11-23 09:00", json!({"is_ready_for_assignment": true}),
       Some("1 tag to assign by its number, the stay begins Mon 09:00"))]
#[case(IN, json!({}), Some("1 tag to assign, but the lock system has not prepared it; the stay began Sun 15:00"))]
#[case(IN, json!({"is_issued": true, "issued_at": at(IN)}), None)]
#[case("2026-11-24 09:00", json!({"is_ready_for_assignment": true}), None)]
fn assign_tag(#[case] from: &str, #[case] more: Value, #[case] want: Option<&str>) {
    let mut tag = method("m1", "card", false, json!({"is_assignment_required": true}));
    merge(&mut tag, more);
    let asked = json!({"requested_access_methods": [{"mode": "card"}]});
    let mut kit = stay_with(from, OUT, asked, tag);
    match want {
        None => assert!(kit.alert(&Rule::AssignTag).is_none()),
        Some(why) => {
            let alert = kit.alert(&Rule::AssignTag).unwrap();
            assert_eq!((alert.severity, alert.why.as_str()), (Severity::P2, why));
            assert_eq!(alert.since, at("2026-11-20 12:00"), "since it was asked for");
            kit.methods(json!([method("m1", "card", true, json!({}))]));
            assert_eq!(kit.raised(), NONE);
        }
    }
}

/// A guest with an Instant Key for so many phones, and a joiner who asked for `mode`.
fn party(max_uses: Value, mode: &str) -> Kit {
    let phone = json!({"requested_access_methods": [{"mode": "mobile_key", "instant_key_max_use_count": max_uses}],
                       "reservation_key": "A"});
    let mut kit = stay_with(IN, OUT, phone, method("m1", "mobile_key", true, json!({})));
    kit.guests(json!([{"user_identity_id": "u2", "full_name": "Okafor, Bo"}]));
    let mut joiner = grant("g2", "101", IN, OUT, json!({"reservation_key": "A"}));
    merge(
        &mut joiner,
        json!({"user_identity_id": "u2", "access_method_ids": ["m2"],
                              "requested_access_methods": [{"mode": mode}]}),
    );
    kit.grants(json!([joiner]));
    kit.methods(json!([method("m2", mode, true, json!({}))]));
    kit
}

#[rstest]
#[case(Value::Null, "code", true)]
#[case(json!(1), "code", true)]
#[case(json!(2), "code", false)]
#[case(json!(1), "mobile_key", false)]
fn one_phone_only(#[case] max_uses: Value, #[case] mode: &str, #[case] want: bool) {
    let mut kit = party(max_uses, mode);
    assert_eq!(kit.raised(), if want { vec!["P3 one-phone-only"] } else { vec![] });
    if want {
        let why = kit.why(&Rule::OnePhoneOnly);
        assert_eq!(why, "the Instant Key is good for one phone, and one other guest of the party has none");
        kit.apply(Delta::Gone(Gone::Grant(Id::new("g2"))));
        assert_eq!(kit.raised(), NONE, "alone, one phone is enough");
    }
}

#[rstest]
#[case(json!({}), true)]
#[case(json!({"reservation_key": "A"}), false)]
// Staff has no reservation: an open end, or many rooms.
#[case(json!({"ends_at": null}), false)]
#[case(json!({"space_ids": ["s101", "s1", "s2", "s3", "s4"]}), false)]
fn no_reservation_key(#[case] more: Value, #[case] want: bool) {
    let mut kit = stay_with(IN, OUT, more, pin());
    let rooms = ["1", "2", "3", "4"];
    kit.spaces(json!(rooms.map(space)));
    kit.entrances(json!(rooms.map(|room| guest_door(&format!("e{room}"), room))));
    assert!(kit.alert(&Rule::NoReservationKey).is_none(), "a door where keys live side by side");
    kit.entrances(json!([override_door("e101", "101")]));
    let alert = kit.alert(&Rule::NoReservationKey);
    assert_eq!(alert.map(|a| (a.severity, a.since)), want.then_some((Severity::P2, at("2026-11-20 12:00"))));
}

#[test]
fn no_reservation_key_is_over_with_the_stay() {
    let mut kit = stay_with(IN, "2026-11-23 11:00", json!({}), pin());
    kit.entrances(json!([override_door("e101", "101")]));
    assert!(kit.alert(&Rule::NoReservationKey).is_some());
    kit.tick_until("2026-11-23 11:00");
    assert!(kit.alert(&Rule::NoReservationKey).is_none());
}

#[test]
fn a_key_without_a_room() {
    let mut kit = stay_with(IN, OUT, json!({"space_ids": ["slobby"]}), pin());
    assert_eq!(kit.raised(), ["P2 no-room-door"]);
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({"space_ids": ["slobby", "s101"]}))]));
    assert_eq!(kit.raised(), NONE);
}

#[test]
fn a_room_that_was_not_read_yet_may_be_the_one() {
    let mut kit = stay_with(IN, OUT, json!({"space_ids": ["slobby", "s300"]}), pin());
    assert_eq!(kit.raised(), NONE);
    kit.spaces(json!([space("300")]));
    assert_eq!(kit.raised(), NONE, "its doors are not known");
    let mut gym = lobby_door();
    merge(&mut gym, json!({"acs_entrance_id": "egym", "display_name": "Gym", "space_ids": ["s300"]}));
    kit.entrances(json!([gym]));
    assert_eq!(kit.raised(), ["P2 no-room-door"]);
    kit.entrances(json!([guest_door("e300", "300")]));
    assert_eq!(kit.raised(), NONE);
}

fn door_event(id: &str, kind: &str, door: &str, when: &str) -> Value {
    json!({"event_id": id, "event_type": format!("access_grant.{kind}"), "access_grant_id": "g1",
           "acs_entrance_id": door, "occurred_at": at(when)})
}

#[test]
fn doors_that_are_missing_have_five_minutes() {
    let weak = json!({"warnings": [notice("underprovisioned_access", "2026-11-22 21:58")]});
    let mut kit = stay_with(IN, OUT, weak, pin());
    assert_eq!(kit.raised(), NONE);
    kit.tick_until("2026-11-22 22:03");
    assert_eq!(kit.raised(), ["P2 missing-doors"]);
    assert_eq!(kit.alert(&Rule::MissingDoors).unwrap().since, at("2026-11-22 21:58"));
    kit.systems(json!([system("sys", json!([notice("seam_bridge_disconnected", "2026-11-22 21:00")]))]));
    assert_eq!(kit.alert(&Rule::MissingDoors).unwrap().parent.as_ref().unwrap().rule, Rule::SystemDown);
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))]));
    assert!(kit.alert(&Rule::MissingDoors).is_none());
}

#[rstest]
#[case(&[("access_to_door_lost", "e101")], true)]
#[case(&[("access_to_door_lost", "e101"), ("access_granted_to_door", "e101")], false)]
#[case(&[("access_to_door_lost", "e101"), ("access_granted_to_door", "elobby")], true)]
#[case(&[("access_to_door_lost", "e101"), ("access_granted_to_all_doors", "e101")], false)]
#[case(&[("access_granted_to_door", "e101"), ("access_to_door_lost", "e101")], true)]
fn a_door_that_was_lost(#[case] events: &[(&str, &str)], #[case] want: bool) {
    let mut kit = stay_with(IN, OUT, json!({}), pin());
    for (n, (kind, door)) in events.iter().enumerate() {
        kit.events(json!([door_event(&n.to_string(), kind, door, &format!("2026-11-22 21:3{n}"))]));
    }
    assert_eq!(kit.raised(), if want { vec!["P2 missing-doors"] } else { vec![] });
}

#[test]
fn the_desks_own_change_of_doors_is_forgiven() {
    let mut kit = stay_with(IN, OUT, json!({}), pin());
    let id = kit.stay().id.clone();
    kit.hotel.forgive(&id, at("2026-11-22 22:05"));
    kit.events(json!([door_event("1", "access_to_door_lost", "e101", "2026-11-22 21:50")]));
    assert_eq!(kit.raised(), NONE);
    kit.tick_until("2026-11-22 22:05");
    assert_eq!(kit.raised(), ["P2 missing-doors"]);
}

#[test]
fn a_user_with_a_fault() {
    let mut kit = stay_with(IN, OUT, json!({}), pin());
    let errors = json!([notice("issue_with_acs_user", "2026-11-22 20:00")]);
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada", "errors": errors}]));
    assert_eq!(kit.raised(), ["P2 user-fault"]);
    let alert = kit.alert(&Rule::UserFault).unwrap();
    assert_eq!((alert.since, alert.room.as_deref()), (at("2026-11-22 20:00"), Some("101")));
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}]));
    assert_eq!(kit.raised(), NONE);
}

#[rstest]
#[case("device_time_constraints_violated")]
#[case("device_does_not_support_access_codes")]
fn a_lock_that_cannot_hold_the_pin(#[case] code: &str) {
    let mut warning = notice(code, "2026-11-22 20:00");
    warning["reason"] = json!("Only whole hours.");
    let mut kit = stay_with(IN, OUT, json!({"warnings": [warning]}), pin());
    assert_eq!(kit.raised(), ["P2 lock-cannot-hold"]);
    assert!(kit.why(&Rule::LockCannotHold).contains("Only whole hours."));
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))]));
    assert_eq!(kit.raised(), NONE);
}

#[test]
fn a_guest_who_was_entered_and_forgotten() {
    let guest =
        |when: &str| json!([{"user_identity_id": "u9", "full_name": "Berg, Ulla", "created_at": at(when)}]);
    let mut kit = Kit::new();
    kit.guests(guest("2026-11-22 21:30"));
    kit.tick_until("2026-11-22 23:00");
    assert_eq!(kit.raised(), NONE, "grants are still coming in");
    kit.all_read();
    let alert = kit.alert(&Rule::GuestWithoutGrant).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P2, at("2026-11-22 21:30")));
    assert_eq!(
        (alert.who.as_deref(), alert.why.as_str()),
        (Some("Berg, Ulla"), "entered Sun 21:30 and has no access at all")
    );
    kit.grants(json!([grant("g9", "101", IN, OUT, json!({"user_identity_id": "u9"}))]));
    assert!(kit.alert(&Rule::GuestWithoutGrant).is_none());
    kit.apply(Delta::Gone(Gone::Grant(Id::new("g9"))));
    assert_eq!(kit.raised(), ["P2 guest-without-grant"]);
    kit.tick_until("2026-11-23 09:30");
    assert_eq!(kit.raised(), NONE, "of another night");
}

#[test]
fn guests_of_other_nights_and_guests_of_this_minute_are_no_news() {
    let mut kit = Kit::new();
    kit.all_read();
    kit.guests(json!([
        {"user_identity_id": "u8", "full_name": "Old, Guest", "created_at": at("2026-11-20 12:00")},
        {"user_identity_id": "u9", "full_name": "New, Guest", "created_at": at("2026-11-22 21:58")},
    ]));
    assert_eq!(kit.raised(), NONE);
    kit.tick_until("2026-11-22 22:43");
    assert_eq!(kit.raised(), ["P2 guest-without-grant"], "three quarters of an hour later it is");
}

#[test]
fn access_of_a_guest_nobody_knows() {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))]));
    kit.methods(json!([pin()]));
    assert_eq!(kit.raised(), NONE, "guests are still coming in");
    kit.all_read();
    assert_eq!(kit.raised(), ["P2 grant-without-guest"]);
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}]));
    assert_eq!(kit.raised(), NONE);
}

#[rstest]
#[case(IN, json!({"ends_at": null}), Some("this stay has no end: the key opens for ever"))]
#[case(IN, json!({"ends_at": at("2026-12-21 11:00")}), Some("this stay is 29 nights long: confirm its end"))]
#[case(IN, json!({"ends_at": at("2026-12-20 12:00")}), None)]
// 14:00 and 10:00 in UTC are 15:00 and 11:00 in Stockholm; the usual hours here are 14:00 and 10:00.
#[case(IN, json!({}), Some("the stay is from Sun 15:00 until Wed 11:00, the usual hours in UTC: the zone was lost"))]
#[case("2026-11-22 14:00", json!({}), None)]
#[case("2026-11-22 14:00", json!({"ends_at": at("2026-11-25 10:00")}), None)]
// Late check-out is the guest's right.
#[case("2026-11-22 16:00", json!({}), None)]
fn odd_dates(#[case] from: &str, #[case] more: Value, #[case] want: Option<&str>) {
    let mut kit = stay_with(from, OUT, more, pin());
    let mut room = space("101");
    room["customer_data"] = json!({"default_checkin_time": "14:00", "default_checkout_time": "10:00"});
    kit.spaces(json!([room]));
    let alert = kit.alert(&Rule::OddDates);
    assert_eq!(alert.map(|a| (a.severity, a.why.as_str())), want.map(|why| (Severity::P3, why)));
    kit.grants(json!([grant("g1", "101", "2026-11-22 14:00", "2026-11-25 10:00", json!({}))]));
    assert_eq!(kit.raised(), NONE);
}
