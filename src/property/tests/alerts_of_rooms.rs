//! The rules of rooms with more than one guest, of cards that are still out, and of what doors report.

use rstest::rstest;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";

/// Two guests with a PIN each in 101, and when the second has the room.
fn two(first: [&str; 2], second: [&str; 2], keys: [Value; 2], staff: bool) -> Kit {
    let mut kit = Kit::new();
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"},
                      {"user_identity_id": "u2", "full_name": "Lind, Per"}]));
    let a = grant("g1", "101", first[0], first[1], json!({"reservation_key": keys[0]}));
    let mut b = grant("g2", "101", second[0], second[1], json!({"reservation_key": keys[1]}));
    merge(&mut b, json!({"user_identity_id": "u2", "access_method_ids": ["m2"]}));
    if staff {
        b["ends_at"] = Value::Null;
    }
    kit.grants(json!([a, b]));
    kit.methods(json!([
        method("m1", "code", true, json!({"code": "1111"})),
        method("m2", "code", true, json!({"code": "2222"}))
    ]));
    kit
}

#[rstest]
// Both have the room now; a key that is missing is as bad as another.
#[case([IN, OUT], ["2026-11-22 18:00", OUT], [json!("A"), json!("B")], false, &["P1 two-reservations"])]
#[case([IN, OUT], ["2026-11-22 18:00", OUT], [json!("A"), Value::Null], false, &["P1 two-reservations"])]
// Two arrivals of one night, before either is there.
#[case(["2026-11-23 01:00", OUT], ["2026-11-23 02:00", OUT], [json!("A"), json!("B")], false,
       &["P1 two-reservations"])]
// A party shares its room, one after the other is how a room is let, and staff goes everywhere.
#[case([IN, OUT], ["2026-11-22 18:00", OUT], [json!("A"), json!("A")], false, &[])]
#[case([IN, "2026-11-23 11:00"], ["2026-11-23 15:00", OUT], [json!("A"), json!("B")], false, &[])]
#[case([IN, OUT], ["2026-11-22 18:00", OUT], [json!("A"), Value::Null], true, &["P3 odd-dates"])]
// The first stay was extended over the next arrival.
#[case([IN, "2026-11-24 11:00"], ["2026-11-23 15:00", OUT], [json!("A"), json!("B")], false,
       &["P2 next-too-soon"])]
// But not what is further away than tomorrow.
#[case([IN, OUT], ["2026-11-24 15:00", "2026-11-26 11:00"], [json!("A"), json!("B")], false, &[])]
fn two_in_one_room(
    #[case] first: [&str; 2],
    #[case] second: [&str; 2],
    #[case] keys: [Value; 2],
    #[case] staff: bool,
    #[case] want: &[&str],
) {
    let mut kit = two(first, second, keys, staff);
    // A card or PIN that is not there yet is another matter.
    kit.hotel.settings.issue_ahead = minutes(0);
    assert_eq!(kit.raised(), want);
    kit.apply(Delta::Gone(Gone::Grant(crate::seam::id::Id::new("g2"))));
    assert_eq!(kit.raised(), [] as [&str; 0], "whoever is left has the room alone");
}

#[test]
fn who_is_told_and_since_when() {
    let kit = two([IN, OUT], ["2026-11-22 18:00", OUT], [json!("A"), json!("B")], false);
    let alert = kit.alert(&Rule::TwoReservations).unwrap();
    assert_eq!((alert.who.as_deref(), alert.room.as_deref()), (Some("Lind, Per"), Some("101")));
    assert_eq!(alert.since, at("2026-11-20 12:00"), "since the later grant was made");
    assert_eq!(
        alert.why,
        "two reservations on one door: Okafor, Ada has it too, until Wed 11:00; both keys open it"
    );
}

#[test]
fn on_a_door_of_reservations_the_later_key_kills_the_other() {
    let mut kit = two([IN, OUT], ["2026-11-22 18:00", OUT], [json!("A"), json!("B")], false);
    kit.entrances(json!([override_door("e101", "101")]));
    assert!(kit.why(&Rule::TwoReservations).ends_with("the key used later kills the other"));
}

#[test]
fn a_change_of_one_stay_is_told_of_the_other() {
    let mut kit = two([IN, "2026-11-23 11:00"], ["2026-11-23 15:00", OUT], [json!("A"), json!("B")], false);
    assert_eq!(kit.raised(), [] as [&str; 0]);
    let longer = grant("g1", "101", IN, "2026-11-24 11:00", json!({"reservation_key": "A"}));
    kit.events(json!([{"event_id": "x", "event_type": "access_grant.access_times_changed",
                       "access_grant_id": "g1", "occurred_at": at("2026-11-22 21:50")}]));
    kit.grants(json!([longer]));
    let alert = kit.alert(&Rule::NextTooSoon).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P2, at("2026-11-22 21:50")));
    assert_eq!(alert.why, "this stay ends Tue 11:00, but Lind, Per begins here Mon 15:00");
    // The second stay moves on: told of the first, which nobody has read again.
    let mut later = grant("g2", "101", "2026-11-24 15:00", OUT, json!({"reservation_key": "B"}));
    merge(&mut later, json!({"user_identity_id": "u2", "access_method_ids": ["m2"]}));
    kit.grants(json!([later]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[rstest]
#[case("1111", "m2", Some("P3 same-pin"))]
#[case("2222", "m2", None)]
// One method of two grants is one PIN.
#[case("1111", "m1", None)]
fn same_pin(#[case] code: &str, #[case] shared: &str, #[case] want: Option<&str>) {
    let mut kit = two([IN, OUT], [IN, OUT], [json!("A"), json!("A")], false);
    let mut joiner = grant("g2", "101", IN, OUT, json!({"reservation_key": "A"}));
    merge(&mut joiner, json!({"user_identity_id": "u2", "access_method_ids": [shared]}));
    kit.grants(json!([joiner]));
    kit.methods(json!([method("m2", "code", true, json!({"code": code}))]));
    assert_eq!(kit.raised(), want.into_iter().collect::<Vec<_>>());
    if want.is_some() {
        assert!(!kit.why(&Rule::SamePin).contains("1111"));
        kit.methods(json!([method("m1", "code", true, json!({"code": "3333"}))]));
        assert_eq!(kit.raised(), [] as [&str; 0], "told of the other, and over");
    }
}

/// 101 with its door known to be silent of nothing, read in full, and perhaps a guest in it.
fn watched(is_let: bool) -> Kit {
    let mut kit = Kit::new();
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}]));
    if is_let {
        kit.grants(json!([grant("g1", "101", IN, OUT, json!({"reservation_key": "A"}))]));
        kit.methods(json!([method("m1", "code", true, json!({"code": "1111"}))]));
    }
    kit.all_read();
    kit
}

#[rstest]
#[case(false, "2026-11-23 03:10", "card", Some("P1 unlock-no-grant"))]
#[case(false, "2026-11-23 03:10", "keycode", Some("P1 unlock-no-grant"))]
// From afar, by somebody who has the room, or in the morning, when rooms are made.
#[case(false, "2026-11-23 03:10", "remote", None)]
#[case(true, "2026-11-23 03:10", "card", None)]
#[case(false, "2026-11-23 09:10", "card", None)]
// Before anything was known of the house.
#[case(false, "2026-11-22 21:59", "card", None)]
fn unlock_where_nobody_has_access(
    #[case] is_let: bool,
    #[case] when: &str,
    #[case] how: &str,
    #[case] want: Option<&str>,
) {
    let mut kit = watched(is_let);
    kit.now = at(when).max(kit.now);
    kit.events(json!([unlocked("x", "e101", when, json!({"method": how}))]));
    assert_eq!(kit.raised(), [] as [&str; 0], "the grant behind it may be on its way");
    kit.now += minutes(1);
    let now = kit.now;
    kit.hotel.advance(now);
    assert_eq!(kit.raised(), want.into_iter().collect::<Vec<_>>());
    if want.is_none() {
        return;
    }
    assert_eq!(kit.alert(&Rule::UnlockNoGrant).unwrap().since, at(when));
    // A walk-in whose grant is read late.
    kit.grants(json!([grant("g1", "101", "2026-11-23 03:00", OUT, json!({}))]));
    assert!(kit.alert(&Rule::UnlockNoGrant).is_none());
    kit.apply(Delta::Gone(Gone::Grant(crate::seam::id::Id::new("g1"))));
    assert!(kit.alert(&Rule::UnlockNoGrant).is_none(), "it was by right when it happened");
    kit.now += minutes(30);
    let later = kit.now;
    kit.events(json!([{"event_id": "y", "event_type": "lock.unlocked", "acs_entrance_id": "e101",
                       "method": how, "occurred_at": later}]));
    kit.now += minutes(1);
    let now = kit.now;
    kit.hotel.advance(now);
    assert_eq!(kit.alert(&Rule::UnlockNoGrant).unwrap().since, later, "but not after that");
    kit.tick_until("2026-11-23 08:00");
    assert_eq!(kit.raised(), [] as [&str; 0], "four hours old is for the record");
}

#[test]
fn an_unlock_says_nothing_while_the_grants_are_still_coming_in_nor_where_it_names_no_door() {
    let mut kit = Kit::new();
    kit.now = at("2026-11-23 03:10");
    kit.events(json!([unlocked("x", "e101", "2026-11-23 03:10", json!({"method": "card"})),
        {"event_id": "y", "event_type": "lock.unlocked", "method": "card", "occurred_at": at("2026-11-23 03:10")}]));
    kit.tick_until("2026-11-23 03:20");
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.all_read();
    assert_eq!(kit.raised(), ["P1 unlock-no-grant"]);
}

fn denied(id: &str, when: &str) -> Value {
    json!({"event_id": id, "event_type": "lock.access_denied", "acs_entrance_id": "e101",
           "reason": "expired_card", "occurred_at": at(when)})
}

#[rstest]
#[case(true, &["2026-11-22 21:50", "2026-11-22 21:55", "2026-11-22 21:59"], true)]
#[case(true, &["2026-11-22 21:55", "2026-11-22 21:59"], false)]
// Too far apart, or nobody's door.
#[case(true, &["2026-11-22 21:40", "2026-11-22 21:52", "2026-11-22 21:59"], false)]
#[case(false, &["2026-11-22 21:57", "2026-11-22 21:58", "2026-11-22 21:59"], false)]
fn a_guest_who_is_refused(#[case] is_let: bool, #[case] when: &[&str], #[case] want: bool) {
    let mut kit = watched(is_let);
    let all: Vec<Value> = when.iter().enumerate().map(|(n, at)| denied(&n.to_string(), at)).collect();
    kit.events(json!(all));
    assert_eq!(!kit.raised().is_empty(), want);
    if !want {
        return;
    }
    let alert = kit.alert(&Rule::AccessDenied).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P1, at("2026-11-22 21:50")));
    assert_eq!(alert.why, "refused 3 times (expired card): Okafor, Ada may stand at the door");
    assert!(alert.stay.is_some(), "Enter goes to the guest");
    let mut over = watched(is_let);
    over.events(json!(all));
    over.tick_until("2026-11-22 22:29");
    assert_eq!(over.raised(), [] as [&str; 0], "half an hour of silence");
    kit.events(json!([unlocked("in", "e101", "2026-11-22 22:00", json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0], "the door has opened");
}

#[test]
fn a_refusal_stands_under_its_cause() {
    let mut kit = watched(true);
    kit.events(json!([
        denied("1", "2026-11-22 21:57"),
        denied("2", "2026-11-22 21:58"),
        denied("3", "2026-11-22 21:59")
    ]));
    let mut door = guest_door("e101", "101");
    door["warnings"] = json!([notice("privacy_mode", "2026-11-22 21:00")]);
    kit.entrances(json!([door]));
    let parent = kit.alert(&Rule::AccessDenied).unwrap().parent.clone().unwrap();
    assert_eq!(parent.rule, Rule::Privacy);
    // The bridge is the cause of both.
    kit.entrances(json!([guest_door("e101", "101")]));
    kit.systems(json!([system("sys", json!([notice("seam_bridge_disconnected", "2026-11-22 21:00")]))]));
    kit.methods(json!([method("m1", "code", false, json!({"issued_at": at(IN)}))]));
    let gap = kit.alert(&Rule::ReissueGap).unwrap().parent.clone().unwrap();
    assert_eq!(gap.rule, Rule::SystemDown);
    assert_eq!(
        kit.alert(&Rule::AccessDenied).unwrap().parent.as_ref(),
        Some(&gap),
        "the root, not a step between"
    );
}
