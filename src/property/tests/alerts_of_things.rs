//! The rules of doors, encoders and the screen itself.

use rstest::rstest;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;

const OUT: &str = "2026-11-25 11:00";

fn in_118(from: &str, until: &str) -> Kit {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "118", from, until, json!({}))]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    kit
}

#[rstest]
#[case("2026-11-23 09:00", OUT, Severity::P1)]
#[case("2026-11-20 15:00", "2026-11-23 09:00", Severity::P1)]
#[case("2026-11-20 15:00", OUT, Severity::P2)]
#[case("2026-11-29 15:00", "2026-11-30 11:00", Severity::P3)]
fn door_offline_is_as_bad_as_what_waits_behind_it(
    #[case] from: &str,
    #[case] until: &str,
    #[case] want: Severity,
) {
    let mut kit = in_118(from, until);
    let error =
        json!({"properties": {"online": false}, "errors": [notice("device_offline", "2026-11-22 21:00")]});
    kit.devices(json!([lock("d118", "118", error)]));
    let alert = kit.alert(&Rule::DoorOffline).unwrap();
    assert_eq!((alert.severity, alert.since), (want, at("2026-11-22 21:00")));
    assert_eq!(alert.room.as_deref(), Some("118"));
    assert_eq!(kit.raised().len(), 1, "the error itself is not told twice");
    kit.devices(json!([lock("d118", "118", json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn an_offline_door_gets_worse_when_somebody_is_due_and_is_the_cause_of_what_follows() {
    let mut kit = in_118("2026-11-23 12:00", OUT);
    kit.methods(json!([method("m1", "code", false, json!({}))]));
    kit.devices(json!([lock("d118", "118", json!({"properties": {"online": false}}))]));
    assert_eq!(kit.raised(), ["P3 door-offline"]);
    let since = kit.alert(&Rule::DoorOffline).unwrap().since;
    kit.tick_until("2026-11-23 00:00");
    assert_eq!(kit.raised(), ["P1 door-offline"]);
    kit.devices(json!([lock("d118", "118", json!({"properties": {"online": false, "locked": true}}))]));
    assert_eq!(kit.alert(&Rule::DoorOffline).unwrap().since, since, "read again, but not news");
    kit.tick_until("2026-11-23 12:05");
    let cause = kit.alert(&Rule::DoorOffline).unwrap().id.clone();
    assert_eq!(kit.alert(&Rule::NoUsableKey).unwrap().parent.as_ref(), Some(&cause));
}

#[rstest]
#[case(json!({"status": "critical", "level": 0.03}), OUT, Some("P1 battery"))]
#[case(json!({"status": "low", "level": 0.15}), OUT, Some("P2 battery"))]
#[case(json!({"status": "glowing", "level": 0.15}), OUT, Some("P2 battery"))]
#[case(json!({"status": "good", "level": 0.15}), OUT, None)]
#[case(json!({"status": "critical", "level": 0.03}), "2026-11-21 11:00", Some("P3 battery"))]
fn battery_low(#[case] battery: Value, #[case] until: &str, #[case] want: Option<&str>) {
    let mut kit = in_118("2026-11-20 15:00", until);
    if until != OUT {
        kit.methods(json!([method("m1", "code", false, json!({"issued_at": at("2026-11-20 12:01")}))]));
    }
    kit.devices(json!([lock("d118", "118", json!({"properties": {"online": true, "battery": battery}}))]));
    assert_eq!(kit.raised(), want.into_iter().collect::<Vec<_>>());
    kit.devices(json!([lock("d118", "118", json!({}))]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[rstest]
#[case("very_low", Some("P1 battery"))]
#[case("critical", Some("P1 battery"))]
#[case("low", Some("P2 battery"))]
#[case("5%", Some("P1 battery"))]
#[case("15", Some("P2 battery"))]
#[case("fresh", None)]
fn the_battery_of_a_door_in_words(#[case] words: &str, #[case] want: Option<&str>) {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "101", "2026-11-20 15:00", OUT, json!({}))]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    let mut door = guest_door("e101", "101");
    door["salto_ks_metadata"] = json!({"online": true, "battery_level": words});
    kit.entrances(json!([door]));
    assert_eq!(kit.raised(), want.into_iter().collect::<Vec<_>>());
    kit.entrances(json!([guest_door("e101", "101")]));
    assert_eq!(kit.raised(), [] as [&str; 0]);
}

#[test]
fn privacy_mode() {
    let mut kit = in_118("2026-11-20 15:00", OUT);
    let warning = json!({"warnings": [notice("privacy_mode", "2026-11-22 21:00")]});
    kit.devices(json!([lock("d118", "118", warning)]));
    assert_eq!(kit.raised(), ["P2 privacy"]);
    assert!(kit.alert(&Rule::Privacy).unwrap().why.contains("may be inside"));
}

#[test]
fn encoder_unusable() {
    let mut kit = Kit::new();
    let encoder = |errors: Value| {
        json!([{"acs_encoder_id": "enc", "acs_system_id": "sys",
                                          "display_name": "Front desk 1", "errors": errors}])
    };
    kit.encoders(encoder(json!([])));
    let event = |id: &str, kind: &str, when: &str| {
        json!([{"event_id": id, "event_type": kind,
                                                           "acs_encoder_id": "enc", "occurred_at": at(when)}])
    };
    kit.events(event("1", "acs_encoder.removed", "2026-11-22 21:00"));
    assert_eq!(kit.raised(), ["P2 encoder-unusable"]);
    kit.events(event("2", "acs_encoder.added", "2026-11-22 21:30"));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.encoders(encoder(json!([notice("acs_encoder_removed", "2026-11-22 21:45")])));
    assert_eq!(kit.raised(), ["P2 encoder-unusable"]);
}

#[test]
fn screen_old() {
    let mut kit = Kit::impatient();
    let fault = |kind| Fault { kind, words: "it said".into(), request_id: Some("req-1".into()) };
    let failed =
        |kind, when| Delta::Failed { what: Resource::Grants, why: fault(kind), at: when, retry_at: None };
    kit.apply(failed(FaultKind::Server, tonight()));
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 22:01");
    kit.apply(failed(FaultKind::Offline, kit.now));
    kit.tick_until("2026-11-22 22:02");
    let alert = kit.alert(&Rule::ScreenOld).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P1, tonight()), "since the first failure");
    assert!(alert.why.contains("no connection") && alert.why.contains("req-1"));
    kit.apply(Delta::Checked { what: Resource::Grants, as_of: kit.now });
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.apply(failed(FaultKind::Auth, kit.now));
    assert_eq!(kit.raised(), ["P1 screen-old"], "a refused key is told at once");
    kit.apply(Delta::Failed {
        what: Resource::Events,
        why: fault(FaultKind::Auth),
        at: kit.now,
        retry_at: None,
    });
    let parents: Vec<_> =
        kit.hotel.alerts().filter(|a| a.parent.is_some()).map(|a| a.id.subject.clone()).collect();
    assert_eq!(parents, [Subject::Screen(Resource::Events)], "one is the cause of the other");
}

#[test]
fn silence_of_the_feed_is_told_too() {
    let mut kit = Kit::impatient();
    kit.events(json!([]));
    kit.tick_until("2026-11-22 22:01");
    kit.apply(Delta::Checked { what: Resource::Events, as_of: at("2026-11-22 22:01") });
    kit.tick_until("2026-11-22 22:02");
    assert_eq!(kit.raised(), [] as [&str; 0]);
    kit.tick_until("2026-11-22 22:03");
    assert_eq!(kit.raised(), ["P1 screen-old"]);
}

#[test]
fn one_bad_record_is_one_warning_until_the_next_full_reading() {
    let mut kit = Kit::new();
    let bad = Delta::Bad { what: Resource::Grants, id: Some("g7".into()), why: "no id".into(), at: kit.now };
    kit.apply(bad.clone());
    kit.apply(bad);
    assert_eq!(kit.raised(), ["P3 bad-record"]);
    kit.until("2026-11-22 22:10");
    kit.apply(Delta::SweepBegan { what: Resource::Grants, sweep: Sweep(1), at: kit.now });
    kit.apply(Delta::SweepEnded { what: Resource::Grants, sweep: Sweep(1), as_of: kit.now });
    assert_eq!(kit.raised(), [] as [&str; 0]);
}
