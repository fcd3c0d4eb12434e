//! Why does the door refuse?

use rstest::rstest;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::CauseKind::*;
use crate::property::Certainty::*;
use crate::property::*;
use crate::seam::id::Id;
use crate::seam::model::ScanResult;

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";

/// Ada in 101, with one method.
fn ada(from: &str, until: &str, more: Value, m: Value) -> Kit {
    let mut kit = Kit::new();
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"},
                      {"user_identity_id": "u2", "full_name": "Berg, Astrid"}]));
    kit.grants(json!([grant("g1", "101", from, until, more)]));
    kit.methods(json!([m]));
    kit
}

fn pin() -> Value {
    method("m1", "code", true, json!({}))
}

fn card(more: Value) -> Value {
    method("m1", "card", true, more)
}

fn ask(kit: &Kit, seen: Option<&ScanResult>) -> Diagnosis {
    let stay = StayId::single(Id::new("g1"));
    kit.hotel.why(&Whose::Stay(stay), seen.map(|card| (card, kit.now)), kit.now)
}

fn told(kit: &Kit) -> Vec<(CauseKind, Certainty)> {
    ask(kit, None).causes.iter().map(|c| (c.kind, c.certainty)).collect()
}

fn first(kit: &Kit) -> Cause {
    ask(kit, None).causes.into_iter().next().expect("a cause")
}

fn denied(id: &str, door: &str, when: &str, reason: &str) -> Value {
    let mut event = unlocked(id, door, when, json!({"reason": reason}));
    event["event_type"] = json!("lock.access_denied");
    event
}

#[test]
fn where_all_is_well_nothing_is_found_and_what_was_looked_at_is_told() {
    let kit = ada(IN, OUT, json!({}), pin());
    let all = ask(&kit, None);
    assert_eq!(all.causes, []);
    let fine: Vec<&str> = all.fine.iter().map(|p| p.words.as_str()).collect();
    assert_eq!(
        fine,
        [
            "the access is on, until Wed 11:00",
            "the PIN is on the lock",
            "Door 101: nothing is wrong with the door"
        ]
    );
}

#[rstest]
#[case("2026-11-22 23:00", OUT, NotStarted, "the stay has not begun: no key opens before today 23:00")]
#[case("2026-11-20 15:00", "2026-11-22 11:00", Ended, "the stay is over: it ended today 11:00")]
fn outside_the_dates_the_dates_are_the_cause(
    #[case] from: &str,
    #[case] until: &str,
    #[case] kind: CauseKind,
    #[case] says: &str,
) {
    // A key that is not issued explains nothing then.
    let kit = ada(from, until, json!({}), method("m1", "code", false, json!({})));
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.certainty, cause.says.as_str()), (kind, Sure, says));
    assert_eq!(cause.fixes, [Fix::Extend]);
    assert_eq!(cause.proofs[0].at, Some(at(if kind == Ended { until } else { from })));
    assert!(!told(&kit).iter().any(|(kind, _)| *kind == NotIssued));
}

#[rstest]
#[case(json!({"is_issued": false, "issued_at": null, "is_encoding_required": true}), NotEncoded)]
#[case(json!({"is_issued": false, "issued_at": null, "is_assignment_required": true}), NotEncoded)]
#[case(json!({"is_issued": false, "is_encoding_required": true}), StaleCard)]
fn a_card_that_opens_nothing(#[case] more: Value, #[case] kind: CauseKind) {
    let kit = ada(IN, OUT, json!({}), card(more));
    let cause = first(&kit);
    assert_eq!(cause.kind, kind);
    assert_eq!(cause.fixes[0], Fix::Cards);
}

#[rstest]
#[case("2026-11-22 21:00", Sure, "the card in the hand ended today 21:00, the stay is until Wed 11:00")]
#[case(
    "2026-11-23 11:00",
    Likely,
    "the card in the hand has old dates: until tomorrow 11:00, the stay is until Wed 11:00"
)]
fn the_dates_on_the_card_against_the_grant(
    #[case] old: &str,
    #[case] certainty: Certainty,
    #[case] says: &str,
) {
    let change = pending("updating_access_times", "2026-11-22 20:00", json!({"from": {"ends_at": at(old)}}));
    let stale = card(json!({"is_issued": false, "is_encoding_required": true}));
    let kit = ada(IN, OUT, json!({"pending_mutations": [change]}), stale);
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.certainty, cause.says.as_str()), (StaleCard, certainty, says));
    let proofs: Vec<_> = cause.proofs.iter().map(|p| (p.words.as_str(), p.at.unwrap())).collect();
    assert_eq!(
        proofs,
        [("the dates were changed", at("2026-11-22 20:00")), ("the card was cut", at("2026-11-20 12:01"))]
    );
}

#[test]
fn a_pin_that_was_revoked_for_a_change_is_told_at_once() {
    let kit = ada(IN, OUT, json!({}), method("m1", "code", true, json!({"is_issued": false})));
    assert!(kit.alert(&Rule::ReissueGap).is_some() || kit.raised().is_empty());
    assert_eq!(told(&kit), [(ReissueGap, Sure)]);
    assert_eq!(first(&kit).says, "the PIN was taken off the lock for a change and has not come back");
    let kit = ada(IN, OUT, json!({}), method("m1", "code", false, json!({})));
    assert_eq!(told(&kit), [(NotIssued, Sure)]);
}

#[test]
fn a_replaced_pin_is_shown_by_the_key_that_unmasks_it() {
    let warned = json!({"warnings": [notice("requested_code_unavailable", "2026-11-22 16:00")]});
    let kit = ada(IN, OUT, warned, pin());
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.fixes.as_slice()), (PinReplaced, &[Fix::Unmask][..]));
    assert_eq!(cause.proofs[0].at, Some(at("2026-11-22 16:00")));
}

/// Ada, and Astrid of another reservation whose card for the same door was cut later.
fn overridden() -> Kit {
    let mut kit = ada(IN, OUT, json!({"reservation_key": "A"}), card(json!({})));
    kit.entrances(json!([override_door("e101", "101")]));
    let mut other = grant("g2", "101", IN, OUT, json!({"reservation_key": "B", "user_identity_id": "u2"}));
    other["access_method_ids"] = json!(["m2"]);
    kit.grants(json!([other]));
    kit.methods(json!([method("m2", "card", true, json!({"issued_at": at("2026-11-22 21:00")}))]));
    kit
}

#[test]
fn a_later_key_of_another_reservation_took_the_door_over() {
    let mut kit = overridden();
    let why = |kit: &Kit| {
        let stay = StayId::reserved(Id::new("u1"), "A".into());
        kit.hotel.why(&Whose::Stay(stay), None, kit.now).causes[0].clone()
    };
    let cause = why(&kit);
    assert_eq!((cause.kind, cause.certainty), (Overridden, Likely));
    assert_eq!(cause.says, "a later key of another reservation took the door over: Berg, Astrid");
    kit.events(json!([unlocked("x", "e101", "2026-11-22 21:30", json!({"user_identity_id": "u2"}))]));
    let cause = why(&kit);
    assert_eq!(cause.certainty, Sure, "it has been used at the door");
    assert_eq!(cause.proofs[0].at, Some(at("2026-11-22 21:30")));
    assert_eq!(cause.fixes[0], Fix::Move);
}

#[test]
fn what_is_wrong_with_the_door_is_a_cause_of_its_own() {
    let mut kit = ada(IN, OUT, json!({}), pin());
    kit.systems(json!([system("sys", json!([notice("seam_bridge_disconnected", "2026-11-22 21:00")]))]));
    let mut door = guest_door("e101", "101");
    merge(
        &mut door,
        json!({"errors": [notice("bridge_disconnected", "2026-11-22 21:00")],
               "warnings": [notice("privacy_mode", "2026-11-22 21:10")]}),
    );
    kit.entrances(json!([door]));
    assert_eq!(told(&kit), [(Privacy, Likely), (SystemDown, Possible), (Offline, Possible)]);
    // What is still on its way meets a door that hears nothing.
    kit.methods(json!([method("m1", "code", false, json!({}))]));
    assert_eq!(told(&kit), [(NotIssued, Sure), (SystemDown, Likely), (Privacy, Likely), (Offline, Likely)]);
}

#[test]
fn the_reason_the_lock_gave_makes_its_cause_more_certain() {
    let mut kit = ada(IN, OUT, json!({}), pin());
    let mut door = guest_door("e101", "101");
    door["warnings"] = json!([notice("privacy_mode", "2026-11-22 21:10")]);
    kit.entrances(json!([door]));
    kit.events(json!([
        denied("x1", "e101", "2026-11-22 21:50", "privacy_mode"),
        denied("x2", "e101", "2026-11-22 21:55", "privacy_mode")
    ]));
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.certainty), (Privacy, Sure));
    assert_eq!(
        cause.proofs[0],
        Proof { words: "the door refused 2 times: privacy mode".into(), at: Some(at("2026-11-22 21:55")) }
    );
    assert_eq!(cause.fixes, [], "nobody at the desk switches it off");
}

#[test]
fn a_reason_that_nothing_explains_is_told_until_the_door_opens() {
    let mut kit = ada(IN, OUT, json!({}), pin());
    kit.events(json!([denied("x1", "e101", "2026-11-22 21:50", "expired_card")]));
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.certainty), (Refused, Likely));
    assert_eq!(cause.says, "the lock says that the key is out of its dates: read the card");
    assert_eq!(cause.fixes, [Fix::ReadCard]);
    kit.events(json!([denied("x0", "e101", "2026-11-22 21:51", "moonlight")]));
    assert_eq!(told(&kit), [(Refused, Likely)], "two reasons, one line");
    kit.events(json!([unlocked("x2", "e101", "2026-11-22 21:52", json!({}))]));
    assert_eq!(told(&kit), []);
}

#[test]
fn a_guest_who_is_refused_next_door_stands_at_the_wrong_one() {
    let mut kit = ada(IN, OUT, json!({}), pin());
    let mut event = denied("x1", "e102", "2026-11-22 21:50", "invalid_credential");
    event["user_identity_id"] = json!("u1");
    kit.events(json!([event]));
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.certainty), (WrongRoom, Sure));
    assert_eq!(cause.says, "the guest tries a door that is not theirs: Door 102");
}

#[test]
fn an_instant_key_that_expired() {
    let mut kit = ada(IN, OUT, json!({}), method("m1", "mobile_key", true, json!({})));
    kit.instant_keys(json!([{"instant_key_id": "k1", "user_identity_id": "u1",
                             "expires_at": at("2026-11-22 20:00")}]));
    let cause = first(&kit);
    assert_eq!((cause.kind, cause.certainty, cause.fixes[0]), (InstantKeyExpired, Likely, Fix::InstantKey));
    assert_eq!(cause.proofs[0].at, Some(at("2026-11-22 20:00")));
}

/// A card of `guest` that says it is good until `ends`, for these doors.
fn read(guest: &str, ends: &str, doors: Value, more: Value) -> ScanResult {
    let mut metadata = json!({"guest_acs_entrance_ids": doors});
    merge(&mut metadata, more);
    serde_json::from_value(json!({
        "acs_credential_on_encoder": {"is_issued": true, "starts_at": at(IN), "ends_at": at(ends),
                                      "visionline_metadata": metadata},
        "acs_credential_on_seam": {"user_identity_id": guest, "starts_at": at(IN), "ends_at": at(OUT)},
        "warnings": []}))
    .unwrap()
}

#[rstest]
#[case(read("u2", OUT, json!([]), json!({})), OtherCard, Sure,
       "the card in the hand is not this guest's: it is the card of Berg, Astrid")]
#[case(read("u1", "2026-11-22 21:00", json!([]), json!({})), CardDates, Sure,
       "the end on the card has come: today 21:00")]
#[case(read("u1", "2026-11-24 11:00", json!([]), json!({})), CardDates, Likely,
       "the card has other dates than the access: until Tue 11:00, the access is until Wed 11:00")]
#[case(read("u1", OUT, json!(["e102"]), json!({})), WrongRoom, Sure, "the card is for another door: Door 102")]
#[case(read("u1", OUT, json!(["e101"]), json!({"cancelled": true})), DeadCard, Sure,
       "the lock system has the card as cancelled")]
#[case(serde_json::from_value(json!({"warnings": []})).unwrap(), NotEncoded, Sure,
       "nothing is on the card: it was never cut")]
fn the_card_in_the_hand_is_evidence(
    #[case] card_read: ScanResult,
    #[case] kind: CauseKind,
    #[case] certainty: Certainty,
    #[case] says: &str,
) {
    let kit = ada(IN, OUT, json!({}), card(json!({})));
    assert_eq!(told(&kit), []);
    let all = ask(&kit, Some(&card_read));
    assert_eq!(all.causes.len(), 1, "{:?}", all.causes);
    let cause = &all.causes[0];
    assert_eq!((cause.kind, cause.certainty, cause.says.as_str()), (kind, certainty, says));
    assert_eq!((cause.proofs[0].at, cause.fixes[0]), (Some(kit.now), Fix::Cards));
}

#[test]
fn a_card_that_is_right_clears_what_was_said_of_cards() {
    let kit = ada(IN, OUT, json!({}), card(json!({"is_issued": false, "is_encoding_required": true})));
    assert_eq!(told(&kit), [(StaleCard, Likely)]);
    let all = ask(&kit, Some(&read("u1", OUT, json!(["e101"]), json!({}))));
    assert_eq!(all.causes, []);
    assert!(all.fine.iter().any(|p| p.words == "the card in the hand is the guest's, until Wed 11:00"));
}

#[test]
fn a_room_is_asked_for_whoever_has_it_and_for_its_door() {
    let mut kit = ada(IN, OUT, json!({}), method("m1", "code", false, json!({})));
    let room = |kit: &Kit, name: &str| kit.hotel.why(&Whose::Room(Id::new(name)), None, kit.now);
    let own = room(&kit, "s101");
    assert_eq!((own.stay.is_some(), own.causes[0].kind), (true, NotIssued));
    let mut door = guest_door("e102", "102");
    door["warnings"] = json!([notice("privacy_mode", "2026-11-22 21:10")]);
    kit.entrances(json!([door]));
    let empty = room(&kit, "s102");
    assert_eq!((empty.stay, empty.causes[0].kind, empty.causes.len()), (None, Privacy, 1));
}

#[test]
fn of_a_stay_that_is_gone_nothing_is_known() {
    let kit = Kit::new();
    assert_eq!(ask(&kit, None), Diagnosis::default());
}
