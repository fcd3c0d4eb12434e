//! The rules of systems, encoders, locks and accounts, and of the clock.

use chrono::NaiveDate;
use rstest::rstest;
use serde_json::{Value, json};

use super::kit::*;
use crate::property::*;
use crate::seam::id::Id;

const NONE: [&str; 0] = [];

fn encoder() -> Kit {
    let mut kit = Kit::new();
    kit.encoders(json!([{"acs_encoder_id": "enc", "acs_system_id": "sys", "display_name": "Front desk 1"}]));
    kit
}

fn attempt(kit: &mut Kit, began: &str, at_: &str, state: AttemptState) {
    let attempt =
        Attempt { encoder: Id::new("enc"), stay: None, began: at(began), at: at(at_), state, reads: false };
    kit.last = kit.hotel.note_attempt(attempt);
}

fn failed(kind: &str) -> AttemptState {
    AttemptState::Failed(kind.into())
}

#[rstest]
#[case(failed("encoder_not_online"), Some("P2 encoder-unusable"))]
#[case(failed("encoder_communication_timeout"), Some("P2 encoder-unusable"))]
#[case(failed("bridge_disconnected"), Some("P2 encoder-unusable"))]
#[case(failed("action_attempt_expired"), Some("P2 attempt-hanging"))]
#[case(failed("encoding_interrupted"), Some("P2 attempt-hanging"))]
#[case(AttemptState::Lost, Some("P2 attempt-hanging"))]
// The encoder is alive: there was no card on it, or the wrong one.
#[case(AttemptState::Answered, None)]
#[case(failed("incompatible_card_format"), None)]
fn what_the_last_attempt_says_of_an_encoder(#[case] state: AttemptState, #[case] want: Option<&str>) {
    let mut kit = encoder();
    attempt(&mut kit, "2026-11-22 21:59", "2026-11-22 22:00", state);
    assert_eq!(kit.raised(), want.into_iter().collect::<Vec<_>>());
    if want.is_some() {
        assert_eq!(kit.hotel.alerts().next().unwrap().since, at("2026-11-22 22:00"));
    }
    attempt(&mut kit, "2026-11-22 21:50", "2026-11-22 21:51", AttemptState::Answered);
    assert_eq!(kit.raised().len(), usize::from(want.is_some()), "what is older is no news");
    attempt(&mut kit, "2026-11-22 22:10", "2026-11-22 22:11", AttemptState::Answered);
    assert_eq!(kit.raised(), NONE);
}

#[test]
fn an_attempt_that_hangs() {
    let mut kit = encoder();
    attempt(&mut kit, "2026-11-22 22:00", "2026-11-22 22:00", AttemptState::Pending);
    assert_eq!(kit.raised(), NONE);
    kit.tick_until("2026-11-22 22:01");
    assert_eq!(kit.raised(), ["P2 attempt-hanging"]);
    kit.systems(json!([system("sys", json!([notice("seam_bridge_disconnected", "2026-11-22 21:00")]))]));
    let parent = kit.alert(&Rule::AttemptHanging).unwrap().parent.clone().unwrap();
    assert_eq!(parent.rule, Rule::SystemDown, "the bridge is the cause");
    kit.systems(json!([system("sys", json!([]))]));
    assert_eq!(kit.alert(&Rule::AttemptHanging).unwrap().parent, None);
    attempt(&mut kit, "2026-11-22 22:00", "2026-11-22 22:02", AttemptState::Lost);
    kit.tick_until("2026-11-22 22:31");
    assert_eq!(kit.raised(), ["P2 attempt-hanging"]);
    kit.tick_until("2026-11-22 22:32");
    assert_eq!(kit.raised(), NONE, "half an hour later the card has shown");
}

#[test]
fn seats_are_one_trouble_however_many_locks_say_it() {
    let mut kit = Kit::new();
    let full = json!([notice("salto_ks_subscription_limit_exceeded", "2026-11-22 20:00")]);
    kit.devices(json!([lock("d118", "118", json!({"errors": full.clone()}))]));
    assert_eq!(kit.raised(), ["P2 seats-full"]);
    kit.systems(json!([system("sys", full)]));
    assert_eq!(kit.raised(), ["P2 seats-full", "P2 seats-full"]);
    let of_lock = kit.hotel.alerts_of(&Subject::Lock(Id::new("d118")))[0].clone();
    assert_eq!(
        of_lock.parent,
        Some(AlertId { rule: Rule::SeatsFull, subject: Subject::System(Id::new("sys")) })
    );
    let mut nearly = system("sys", json!([]));
    nearly["warnings"] = json!([notice("salto_ks_subscription_limit_almost_reached", "2026-11-22 21:00")]);
    kit.devices(json!([lock("d118", "118", json!({}))]));
    kit.systems(json!([nearly]));
    assert_eq!(kit.raised(), ["P2 seats-full"]);
    assert!(kit.why(&Rule::SeatsFull).contains("nearly"));
    kit.systems(json!([system("sys", json!([]))]));
    assert_eq!(kit.raised(), NONE);
}

#[rstest]
#[case("access_code.modified_external_to_seam", json!({"device_id": "d118"}), Subject::Lock(Id::new("d118")))]
#[case("access_code.deleted_external_to_seam", json!({"device_id": "d118"}), Subject::Lock(Id::new("d118")))]
#[case("acs_credential.invalidated", json!({"acs_system_id": "sys"}), Subject::System(Id::new("sys")))]
fn changed_outside_seam(#[case] kind: &str, #[case] names: Value, #[case] subject: Subject) {
    let mut kit = Kit::new();
    let event = |id: &str, when: &str| {
        let mut event = json!({"event_id": id, "event_type": kind, "occurred_at": at(when)});
        merge(&mut event, names.clone());
        json!([event])
    };
    kit.events(event("1", "2026-11-22 12:00"));
    kit.events(event("2", "2026-11-22 21:00"));
    let alert = kit.alert(&Rule::ChangedOutside).unwrap();
    assert_eq!(
        (alert.severity, &alert.id.subject, alert.since),
        (Severity::P2, &subject, at("2026-11-22 12:00"))
    );
    assert!(alert.why.contains("outside Seam, 2 times"), "{}", alert.why);
    kit.tick_until("2026-11-23 00:00");
    assert_eq!(
        kit.alert(&Rule::ChangedOutside).unwrap().since,
        at("2026-11-22 21:00"),
        "the first has faded"
    );
    kit.tick_until("2026-11-23 09:00");
    assert_eq!(kit.raised(), NONE);
}

#[rstest]
#[case("empty_backup_access_code_pool", true, "P2 backup-pool")]
#[case("partial_backup_access_code_pool", false, "P2 backup-pool")]
#[case("many_active_backup_codes", false, "P2 backup-pool")]
#[case("max_access_codes_reached", false, "P2 lock-cannot-hold")]
#[case("time_zone_unknown", false, "P2 time-zone")]
#[case("time_zone_mismatch", false, "P2 time-zone")]
#[case("scheduled_maintenance_window", false, "P3 account-failing")]
#[case("unreliable_online_status", false, "P3 doubtful-device")]
#[case("device_has_flaky_connection", false, "P3 doubtful-device")]
#[case("device_communication_degraded", false, "P3 doubtful-device")]
#[case("third_party_integration_detected", false, "P3 doubtful-device")]
fn what_a_lock_says_of_itself(#[case] code: &str, #[case] is_error: bool, #[case] want: &str) {
    let mut kit = Kit::new();
    let list = if is_error { "errors" } else { "warnings" };
    kit.devices(json!([lock("d118", "118", json!({list: [notice(code, "2026-11-22 20:00")]}))]));
    assert_eq!(kit.raised(), [want]);
    let alert = kit.hotel.alerts().next().unwrap();
    assert_eq!((alert.since, alert.room.as_deref()), (at("2026-11-22 20:00"), Some("118")));
    assert!(!alert.why.starts_with("Seam says"), "in the desk's words");
    kit.devices(json!([lock("d118", "118", json!({}))]));
    assert_eq!(kit.raised(), NONE);
}

#[test]
fn a_system_without_a_time_zone_or_with_a_wrong_one() {
    let mut kit = Kit::new();
    let mut lost = system("sys", json!([]));
    lost["location"] = json!({"time_zone": null});
    kit.systems(json!([lost]));
    assert_eq!(kit.raised(), ["P2 time-zone"]);
    let mut wrong = system("sys", json!([]));
    wrong["warnings"] = json!([notice("time_zone_does_not_match_location", "2026-11-22 20:00")]);
    kit.systems(json!([wrong]));
    assert_eq!(kit.alert(&Rule::TimeZone).unwrap().since, at("2026-11-22 20:00"));
    kit.systems(json!([system("sys", json!([]))]));
    assert_eq!(kit.raised(), NONE);
}

#[rstest]
#[case("2026-03-28", "2026-03-28 19:59", None)]
#[case(
    "2026-03-28",
    "2026-03-28 20:00",
    Some("the clocks go forward 60 minutes at 02:00: keys may be off, test a door")
)]
#[case(
    "2026-03-28",
    "2026-03-29 03:30",
    Some("the clocks went forward 60 minutes at 02:00: keys may be off, test a door")
)]
#[case("2026-03-28", "2026-03-29 09:00", None)]
#[case(
    "2026-10-24",
    "2026-10-24 22:00",
    Some("the clocks go back 60 minutes at 03:00: keys may be off, test a door")
)]
#[case("2026-10-24", "2026-10-25 08:00", None)]
#[case("2026-11-22", "2026-11-22 23:00", None)]
fn the_night_the_clocks_change(#[case] date: &str, #[case] now: &str, #[case] want: Option<&str>) {
    let start = at(&format!("{date} 12:30"));
    let mut hotel = Property::new(settings(), start);
    hotel.set_business_date(BusinessDate::new(date.parse::<NaiveDate>().unwrap()), start);
    hotel.advance(start);
    while let Some(next) = hotel.next_instant().filter(|next| *next <= at(now)) {
        hotel.advance(next);
    }
    let said: Vec<&str> = hotel.alerts().map(|a| a.why.as_str()).collect();
    assert_eq!(said, want.into_iter().collect::<Vec<_>>());
}

#[test]
fn an_account_that_is_going_to_fail() {
    let mut kit = Kit::new();
    let event = |id: &str, kind: &str, account: &str, when: &str| {
        json!([{"event_id": id, "event_type": format!("connected_account.{kind}"), "occurred_at": at(when),
                "connected_account_id": account}])
    };
    kit.events(event("1", "reauthorization_requested", "a", "2026-11-22 20:00"));
    let alert = kit.alert(&Rule::AccountFailing).unwrap();
    assert_eq!((alert.severity, alert.since), (Severity::P3, at("2026-11-22 20:00")));
    kit.events(event("2", "connected", "b", "2026-11-22 21:00"));
    assert_eq!(kit.raised(), ["P3 account-failing"], "that was another account");
    kit.events(event("3", "successful_login", "a", "2026-11-22 21:30"));
    assert_eq!(kit.raised(), NONE);
}

#[test]
fn one_bridge_is_the_root_of_all_it_brings_about() {
    let mut kit = encoder();
    let pin = |id: &str, more: Value| method(id, "code", false, more);
    let of = |g: &str, u: &str, m: &str, more: Value| {
        let mut grant =
            grant(g, "101", "2026-11-22 15:00", "2026-11-25 11:00", json!({"reservation_key": "A"}));
        merge(&mut grant, json!({"user_identity_id": u, "access_method_ids": [m]}));
        merge(&mut grant, more);
        grant
    };
    let late = pending("provisioning_access", "2026-11-22 20:00", json!({}));
    let leaving = pending("revoking_access", "2026-11-22 21:00", json!({}));
    kit.grants(json!([
        of("g1", "u1", "m1", json!({})),
        of("g2", "u2", "m2", json!({"pending_mutations": [late]})),
        of("g3", "u3", "m3", json!({}))
    ]));
    kit.methods(json!([
        pin("m1", json!({})),
        method("m2", "code", true, json!({})),
        method("m3", "code", true, json!({"pending_mutations": [leaving]}))
    ]));
    let mut door = guest_door("e101", "101");
    door["salto_ks_metadata"] = json!({"online": false});
    kit.entrances(json!([door]));
    let offline = kit.alert(&Rule::DoorOffline).unwrap().id.clone();
    let parents = |kit: &Kit| {
        let all = [Rule::NoUsableKey, Rule::MutationTooOld, Rule::StuckRevoke];
        all.map(|rule| kit.alert(&rule).unwrap().parent.clone().unwrap())
    };
    assert_eq!(parents(&kit), [offline.clone(), offline.clone(), offline]);
    kit.systems(json!([system("sys", json!([notice("seam_bridge_disconnected", "2026-11-22 21:00")]))]));
    let down = kit.alert(&Rule::SystemDown).unwrap().id.clone();
    assert_eq!(parents(&kit), [down.clone(), down.clone(), down.clone()]);
    assert_eq!(kit.alert(&Rule::DoorOffline).unwrap().parent, Some(down.clone()));
    assert_eq!(kit.hotel.caused_by(&down).count(), 4, "grouped, and all still there");
    for alert in kit.hotel.alerts() {
        let parent = alert.parent.as_ref().and_then(|id| kit.hotel.alert(id));
        assert!(parent.is_none_or(|parent| parent.parent.is_none()), "one step to the root: {:?}", alert.id);
    }
}
