//! Every rule: the records that raise it, those that do not, and what clears it.

use rstest::rstest;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;

const IN: &str = "2026-11-22 15:00";
const OUT: &str = "2026-11-25 11:00";

/// A stay in 101 since 15:00 with one method.
fn stay(m: Value) -> Kit {
    stay_with(IN, OUT, json!({}), m)
}

fn stay_with(from: &str, until: &str, more: Value, m: Value) -> Kit {
    let mut kit = Kit::new();
    kit.guests(json!([{"user_identity_id": "u1", "full_name": "Okafor, Ada"}]));
    kit.grants(json!([grant("g1", "101", from, until, more)]));
    kit.methods(json!([m]));
    kit
}

fn pin(is_issued: bool, more: Value) -> Value {
    method("m1", "code", is_issued, more)
}

fn card(is_issued: bool, more: Value) -> Value {
    method("m1", "card", is_issued, more)
}

#[test]
fn no_usable_key() {
    let mut kit = stay(pin(false, json!({})));
    let alert = kit.alert(&Rule::NoUsableKey).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P1, at(IN)));
    assert_eq!((alert.room.as_deref(), alert.who.as_deref()), (Some("101"), Some("Okafor, Ada")));
    assert_eq!(alert.why, "no usable key: stay began Sun 15:00, PIN never reached the lock");
    assert_eq!(kit.raised(), ["P1 no-usable-key"], "and nothing beside it says the same");
    kit.methods(json!([pin(true, json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn a_missing_key_is_first_a_warning_then_an_emergency() {
    let mut kit = stay_with("2026-11-23 01:00", OUT, json!({}), pin(false, json!({})));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 23:00");
    assert_eq!(kit.raised(), ["P2 not-issued-soon"]);
    kit.tick_until("2026-11-23 01:04");
    assert_eq!(kit.raised(), ["P2 not-issued-soon"]);
    kit.tick_until("2026-11-23 01:05");
    assert_eq!(kit.raised(), ["P1 no-usable-key"]);
    assert_eq!(kit.hotel.counts().p1, 1);
    kit.tick_until("2026-11-25 11:00");
    assert_eq!(kit.raised(), [] as [&str; 0], "over");
}

#[test]
fn a_card_that_opens_is_a_key() {
    let mut kit = stay_with(IN, OUT, json!({"access_method_ids": ["m1", "m2"]}), pin(false, json!({})));
    kit.methods(json!([method("m2", "card", true, json!({}))]));
    assert_eq!(kit.raised(), ["P2 not-issued-soon"]);
}

#[test]
fn what_seam_could_not_make_is_told_at_once_and_once() {
    let failed = json!({"errors": [notice("cannot_create_requested_access_methods", IN)]});
    let kit = stay_with("2026-11-22 21:58", OUT, failed, pin(false, json!({})));
    assert_eq!(kit.raised(), ["P1 no-usable-key"]);
    let failed = json!({"errors": [notice("cannot_create_requested_access_methods", IN)]});
    let kit = stay_with("2026-11-23 15:00", OUT, failed, pin(false, json!({})));
    assert_eq!(
        kit.raised(),
        ["P2 cannot_create_requested_access_methods"],
        "before the stay it tells itself"
    );
}

#[rstest]
#[case("seam_bridge_disconnected", true)]
#[case("visionline_instance_unreachable", true)]
#[case("account_disconnected", true)]
#[case("salto_ks_subscription_limit_exceeded", false)]
fn system_down(#[case] code: &str, #[case] is_down: bool) {
    let mut kit = stay(pin(false, json!({})));
    kit.systems(json!([system("sys", json!([notice(code, "2026-11-22 21:00")]))]));
    let alert = kit.alert(&Rule::SystemDown).cloned();
    assert_eq!(alert.is_some(), is_down);
    let child = kit.alert(&Rule::NoUsableKey).unwrap();
    assert_eq!(child.parent, alert.as_ref().map(|a| a.id.clone()), "the cause");
    if let Some(alert) = alert {
        assert_eq!((alert.severity, alert.since), (Severity::P1, at("2026-11-22 21:00")));
    }
    kit.systems(json!([system("sys", json!([]))]));
    assert_eq!(kit.raised(), ["P1 no-usable-key"]);
    assert_eq!(kit.alert(&Rule::NoUsableKey).unwrap().parent, None);
}

#[rstest]
#[case(json!({"pending_mutations": [pending("revoking_access", "2026-11-22 21:40", json!({}))]}))]
#[case(json!({"warnings": [notice("being_deleted", "2026-11-22 21:40")]}))]
fn stuck_revoke(#[case] m: Value) {
    let mut kit = stay(pin(true, m));
    let alert = kit.alert(&Rule::StuckRevoke).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P1, at("2026-11-22 21:40")));
    kit.methods(json!([pin(true, json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn a_young_revocation_is_no_trouble_until_it_is_old() {
    let now = json!({"pending_mutations": [pending("revoking_access", "2026-11-22 21:59", json!({}))]});
    let mut kit = stay(pin(true, now));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 22:13");
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 22:14");
    assert_eq!(kit.raised(), ["P1 stuck-revoke"]);
}

#[test]
fn a_pin_that_cannot_be_revoked_says_so() {
    let mut left = notice("overprovisioned_access", "2026-11-22 20:00");
    left["failed_devices"] = json!([{"device_id": "d", "error_code": "offline_access_code_not_revocable"}]);
    let kit = stay_with(IN, OUT, json!({"warnings": [left]}), pin(true, json!({})));
    assert!(kit.alert(&Rule::StuckRevoke).unwrap().why.contains("cannot be revoked"));
}

#[test]
fn reissue_gap() {
    let change =
        json!({"pending_mutations": [pending("updating_access_times", "2026-11-22 21:56", json!({}))]});
    let gone = pin(false, json!({"issued_at": at("2026-11-20 12:01")}));
    let mut kit = stay_with(IN, OUT, change, gone);
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 22:01");
    assert_eq!(kit.raised(), ["P1 reissue-gap"]);
    assert_eq!(kit.alert(&Rule::ReissueGap).unwrap().since, at("2026-11-22 21:56"));
    kit.methods(json!([pin(true, json!({}))]));
    assert!(kit.alert(&Rule::ReissueGap).is_none());
}

#[test]
fn the_desks_own_change_is_forgiven_for_a_while() {
    let change =
        json!({"pending_mutations": [pending("updating_access_times", "2026-11-22 21:50", json!({}))]});
    let mut kit = stay_with(IN, OUT, change, pin(false, json!({"issued_at": at("2026-11-20 12:01")})));
    assert_eq!(kit.raised(), ["P1 reissue-gap"]);
    let id = kit.stay().id.clone();
    let changed = kit.hotel.forgive(&id, at("2026-11-22 22:05"));
    assert_eq!(changed.alerts.removed.len(), 1);
    kit.tick_until("2026-11-22 22:05");
    assert_eq!(kit.raised(), ["P1 reissue-gap"]);
}

#[test]
fn ended_but_issued() {
    let mut kit = stay_with("2026-11-20 15:00", "2026-11-22 22:10", json!({}), pin(true, json!({})));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 22:15");
    let alert = kit.alert(&Rule::EndedButIssued).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P1, at("2026-11-22 22:10")));
    // Another grant needs the same PIN for longer.
    kit.grants(json!([grant("g2", "101", IN, OUT, json!({}))]));
    assert!(kit.alert(&Rule::EndedButIssued).is_none());
    kit.apply(Delta::Gone(Gone::Grant(crate::seam::id::Id::new("g2"))));
    assert!(kit.alert(&Rule::EndedButIssued).is_some());
    let deleted = json!({"warnings": [notice("being_deleted", "2026-11-22 22:15")]});
    kit.grants(json!([grant("g1", "101", "2026-11-20 15:00", "2026-11-22 22:10", deleted)]));
    assert!(kit.alert(&Rule::EndedButIssued).is_none());
}

#[test]
fn stale_card() {
    let from = json!({"from": {"ends_at": at("2026-11-23 11:00")}, "to": {"ends_at": at(OUT)}});
    let change = json!({"pending_mutations": [pending("updating_access_times", "2026-11-22 21:30", from)],
                        "requested_access_methods": [{"mode": "card"}]});
    let waits = json!({"issued_at": at("2026-11-22 15:10"), "is_encoding_required": true, "is_ready_for_encoding": true});
    let mut kit = stay_with(IN, OUT, change, card(false, waits));
    assert_eq!(kit.raised(), ["P2 stale-card"]);
    let why = kit.alert(&Rule::StaleCard).unwrap().why.clone();
    assert_eq!(why, "1 card to re-cut: the one in hand ends Mon 11:00, the stay is until Wed 11:00");
    assert_eq!(kit.stay().keys().card, KeyState::Recut(1));
    kit.tick_until("2026-11-22 22:30");
    assert!(kit.alert(&Rule::MutationTooOld).is_none(), "it waits for the desk, not for a lock");
    kit.tick_until("2026-11-23 05:00");
    assert_eq!(kit.alert(&Rule::StaleCard).unwrap().severity, Severity::P1, "six hours before the card ends");
    kit.methods(json!([card(true, json!({}))]));
    assert!(kit.alert(&Rule::StaleCard).is_none());
}

#[test]
fn cards_to_cut_and_cards_that_are_not_ready() {
    let waits = json!({"is_encoding_required": true, "is_ready_for_encoding": true});
    let mut kit = stay_with("2026-11-23 11:00", OUT, json!({}), card(false, waits.clone()));
    assert_eq!(kit.raised(), [] as [&str; 0], "thirteen hours ahead is no matter of tonight");
    kit.tick_until("2026-11-22 23:00");
    assert_eq!(kit.raised(), ["P2 cards-to-cut"]);
    let not_ready = json!({"is_encoding_required": true, "created_at": at("2026-11-22 22:55")});
    kit.methods(json!([card(false, not_ready)]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 23:05");
    assert_eq!(kit.raised(), ["P2 card-not-ready"]);
    kit.methods(json!([card(true, json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn pin_differs() {
    let mut taken = notice("requested_code_unavailable", "2026-11-22 20:00");
    merge(&mut taken, json!({"original_code": "4417", "new_code": "9032", "message": "4417 is in use."}));
    let mut kit = stay_with(IN, OUT, json!({"warnings": [taken]}), pin(true, json!({"code": "9032"})));
    let alert = kit.alert(&Rule::PinDiffers).unwrap();
    assert_eq!(alert.severity, Severity::P1);
    assert!(!format!("{alert:?}").contains("4417") && !format!("{alert:?}").contains("9032"));
    assert_eq!(kit.raised(), ["P1 pin-differs"]);
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    let pooled = json!([{"event_id": "b", "event_type": "access_method.issued", "access_method_id": "m1",
                         "is_backup_code": true, "occurred_at": at("2026-11-22 21:30")}]);
    kit.events(pooled);
    assert_eq!(kit.alert(&Rule::PinDiffers).unwrap().since, at("2026-11-22 21:30"));
}

#[test]
fn pins_that_differ_from_door_to_door() {
    let both = json!({"access_method_ids": ["m1", "m2"]});
    let mut kit = stay_with(IN, OUT, both, pin(true, json!({"code": "1111"})));
    kit.methods(json!([method("m2", "code", true, json!({"code": "1111"}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.methods(json!([method("m2", "code", true, json!({"code": "2222"}))]));
    assert_eq!(kit.raised(), ["P1 pin-differs"]);
}

#[rstest]
#[case(15, true, Some("P2 mutation-too-old"))]
#[case(14, true, None)]
#[case(59, false, None)]
#[case(60, false, Some("P2 mutation-too-old"))]
fn mutation_too_old(#[case] minutes_old: i64, #[case] online: bool, #[case] want: Option<&str>) {
    let begun = tonight() - minutes(minutes_old);
    let mut change = pending("provisioning_access", IN, json!({}));
    change["created_at"] = json!(begun);
    let room = if online { "118" } else { "101" };
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", room, IN, OUT, json!({"pending_mutations": [change]}))]));
    kit.methods(json!([pin(true, json!({}))]));
    assert_eq!(kit.raised(), want.into_iter().collect::<Vec<_>>());
    kit.grants(json!([grant("g1", room, IN, OUT, json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn instant_key_expires() {
    let key =
        |expires: &str| json!([{"instant_key_id": "k", "user_identity_id": "u1", "expires_at": at(expires)}]);
    let asked = json!({"requested_access_methods": [{"mode": "mobile_key"}]});
    let mut kit = stay_with(IN, OUT, asked, method("m1", "mobile_key", true, json!({})));
    assert_eq!(kit.raised(), [] as [&str; 0], "a key that was never shared does not expire");
    kit.instant_keys(key("2026-11-24 12:00"));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-24 00:00");
    assert_eq!(kit.raised(), ["P1 instant-key-expires"], "it is the only key");
    kit.instant_keys(key(OUT));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.instant_keys(key("2026-11-24 12:00"));
    kit.grants(json!([grant("g1", "101", IN, OUT, json!({"access_method_ids": ["m1", "m2"]}))]));
    kit.methods(json!([method("m2", "code", true, json!({}))]));
    assert_eq!(kit.raised(), ["P2 instant-key-expires"]);
    kit.apply(Delta::Gone(Gone::InstantKey(crate::seam::id::Id::new("k"))));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn overstay_under_the_key_that_still_opens() {
    let mut kit = stay_with("2026-11-20 15:00", "2026-11-22 11:00", json!({}), pin(true, json!({})));
    kit.events(json!([unlocked("late", "e101", "2026-11-22 21:00", json!({}))]));
    assert_eq!(kit.raised(), ["P1 ended-but-issued", "P2 overstay"]);
    let parent = kit.alert(&Rule::Overstay).unwrap().parent.clone().unwrap();
    assert_eq!(parent.rule, Rule::EndedButIssued);
}

#[test]
fn no_show_with_live_access() {
    let mut kit = stay(pin(true, json!({})));
    kit.events(json!([unlocked("old", "e101", "2026-11-22 10:00", json!({}))]));
    kit.tick_until("2026-11-23 02:00");
    assert_eq!((kit.raised(), kit.class()), (vec!["P3 no-show".to_owned()], StayClass::NoShow));
    kit.events(json!([unlocked("in", "e101", "2026-11-23 02:10", json!({}))]));
    assert_eq!((kit.raised(), kit.class()), (vec![], StayClass::InHouse));
}

#[test]
fn unknown_codes_are_told_verbatim_with_seams_words() {
    let odd = json!({"errors": [notice("moon_in_the_wrong_house", "2026-11-22 21:00")],
                     "warnings": [notice("a_small_thing", "2026-11-22 21:00")]});
    let mut kit = stay_with(IN, OUT, odd, pin(true, json!({})));
    kit.guests(json!([{"user_identity_id": "u1", "errors": [notice("odd_guest", "2026-11-22 21:00")]}]));
    kit.devices(json!([lock("d118", "118", json!({"warnings": [notice("odd_lock", "2026-11-22 21:00")]}))]));
    kit.systems(json!([system("sys", json!([notice("odd_system", "2026-11-22 21:00")]))]));
    assert_eq!(
        kit.raised(),
        ["P2 moon_in_the_wrong_house", "P2 odd_guest", "P2 odd_system", "P3 a_small_thing", "P3 odd_lock"]
    );
    let alert = kit.alert(&Rule::Notice("odd_guest".into())).unwrap();
    assert_eq!((alert.why.as_str(), alert.room.as_deref()), ("Seam says odd_guest.", Some("101")));
}

#[test]
fn known_codes_speak_the_desks_language() {
    let weak = json!({"warnings": [notice("underprovisioned_access", "2026-11-22 21:00")]});
    let kit = stay_with(IN, OUT, weak, pin(true, json!({})));
    assert_eq!(kit.raised(), ["P2 missing-doors"]);
    let alert = kit.hotel.alerts().next().unwrap();
    assert_eq!(
        (alert.why.as_str(), alert.since),
        ("some doors are still missing from this access", at("2026-11-22 21:00"))
    );
}
