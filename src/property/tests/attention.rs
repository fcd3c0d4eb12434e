//! Acknowledged, snoozed, and back again when it gets worse.

use proptest::prelude::*;
use serde_json::json;

use super::kit::*;
use crate::property::*;
use crate::seam::id::Id;
use crate::text::Text;

const OUT: &str = "2026-11-25 11:00";

/// An offline lock: P2 while somebody stays, P1 from twelve hours before they leave.
fn offline(since: &str) -> Kit {
    let mut kit = Kit::new();
    kit.grants(json!([grant("g1", "118", "2026-11-20 15:00", "2026-11-23 13:00", json!({}))]));
    kit.methods(json!([method("m1", "code", true, json!({}))]));
    fail(&mut kit, since);
    kit
}

fn fail(kit: &mut Kit, since: &str) {
    let error = json!({"properties": {"online": false}, "errors": [notice("device_offline", since)]});
    kit.devices(json!([lock("d118", "118", error)]));
}

fn say(kit: &mut Kit, said: Said) -> Changed {
    let alert = kit.alert(&Rule::DoorOffline).unwrap();
    let note = Note::new(alert, said, kit.now, "maria".into(), "the porter is on his way".into());
    // As a journal would bring it back.
    let note: Note = serde_json::from_str(&serde_json::to_string(&note).unwrap()).unwrap();
    kit.hotel.attend(vec![note])
}

fn stands(kit: &Kit) -> String {
    let id = kit.alert(&Rule::DoorOffline).unwrap().id.clone();
    match kit.hotel.attended(&id).unwrap() {
        Attended::Open => "open".to_owned(),
        Attended::Acknowledged(note) => format!("acknowledged by {}", note.by),
        Attended::Snoozed(note) => format!("snoozed by {}", note.by),
        Attended::Back(..) => "back".to_owned(),
    }
}

#[test]
fn an_acknowledged_alert_comes_back_when_it_gets_worse() {
    let mut kit = offline("2026-11-22 21:00");
    assert_eq!(stands(&kit), "open");
    let changed = say(&mut kit, Said::Acknowledged);
    assert_eq!((changed.alerts.updated.len(), stands(&kit).as_str()), (1, "acknowledged by maria"));
    kit.tick_until("2026-11-23 00:59");
    assert_eq!(stands(&kit), "acknowledged by maria");
    kit.tick_until("2026-11-23 01:00");
    assert_eq!(kit.alert(&Rule::DoorOffline).unwrap().severity, Severity::P1);
    assert_eq!(stands(&kit), "back");
    say(&mut kit, Said::Acknowledged);
    assert_eq!(stands(&kit), "acknowledged by maria", "also of the worse");
}

#[test]
fn an_alert_that_is_raised_anew_is_open_again() {
    let mut kit = offline("2026-11-22 21:00");
    say(&mut kit, Said::Acknowledged);
    kit.devices(json!([lock("d118", "118", json!({}))]));
    assert_eq!(
        kit.hotel.attended(&AlertId { rule: Rule::DoorOffline, subject: Subject::Lock(Id::new("d118")) }),
        None
    );
    fail(&mut kit, "2026-11-22 21:00");
    assert_eq!(stands(&kit), "acknowledged by maria", "the same trouble, read once more");
    kit.devices(json!([lock("d118", "118", json!({}))]));
    fail(&mut kit, "2026-11-22 21:59");
    assert_eq!(stands(&kit), "back");
}

/// An offline lock whose record says nothing of since when, read at an instant.
fn silent(kit: &mut Kit, read: &str) {
    kit.until(read);
    kit.devices(json!([lock("d118", "118", json!({"properties": {"online": false}}))]));
}

#[test]
fn where_no_record_says_since_when_programs_that_began_at_other_times_agree() {
    let mut first = offline("2026-11-22 20:00");
    first.devices(json!([lock("d118", "118", json!({}))]));
    silent(&mut first, "2026-11-22 22:10");
    let alert = first.alert(&Rule::DoorOffline).unwrap().clone();
    assert!(!alert.is_dated);
    say(&mut first, Said::Acknowledged);
    let said: Vec<Note> = first.hotel.attention().notes().cloned().collect();
    // Another program sees it for the first time an hour later.
    let mut second = offline("2026-11-22 20:00");
    second.devices(json!([lock("d118", "118", json!({}))]));
    silent(&mut second, "2026-11-22 23:10");
    assert!(second.alert(&Rule::DoorOffline).unwrap().since > alert.since);
    second.hotel.attend(said);
    assert_eq!(stands(&second), "acknowledged by maria", "it is no worse for being seen later");
    // Who sees it go away knows that it is another one when it comes again.
    second.devices(json!([lock("d118", "118", json!({}))]));
    silent(&mut second, "2026-11-22 23:20");
    assert_eq!(stands(&second), "back");
}

#[test]
fn the_counts_leave_out_what_is_snoozed_and_nothing_else() {
    let mut kit = offline("2026-11-22 21:00");
    let before = *kit.hotel.counts();
    let worst = kit.hotel.worst_alert().unwrap().id.clone();
    say(&mut kit, Said::Acknowledged);
    assert_eq!(*kit.hotel.counts(), before, "somebody is at it, and it is still so");
    let changed = say(&mut kit, Said::Snoozed { until: at("2026-11-23 06:00") });
    assert!(changed.header);
    assert_eq!((kit.hotel.counts().p2, kit.hotel.counts().snoozed), (before.p2 - 1, 1));
    assert_ne!(kit.hotel.worst_alert().map(|alert| &alert.id), Some(&worst));
    let level = kit.hotel.course().shift().unwrap().samples.last().unwrap().level;
    assert_eq!(level.p2, before.p2, "the course of the night tells what is open");
    // Worse: back in the counts, as what it is now.
    kit.tick_until("2026-11-23 01:00");
    assert_eq!((kit.hotel.counts().p1, kit.hotel.counts().snoozed), (before.p1 + 1, 0));
    say(&mut kit, Said::Snoozed { until: at("2026-11-23 06:00") });
    kit.devices(json!([lock("d118", "118", json!({}))]));
    assert_eq!(kit.hotel.counts().snoozed, 0, "what is over is out of nobody's way");
}

#[test]
fn a_journal_keeps_milliseconds_and_the_same_trouble_is_no_worse_for_it() {
    let mut kit = offline("2026-11-22 21:00");
    say(&mut kit, Said::Acknowledged);
    let mut note = kit.hotel.attention().notes().next().unwrap().clone();
    let mut error = notice("device_offline", "2026-11-22 21:00");
    error["created_at"] = json!("2026-11-22T20:00:00.0004Z");
    let error = json!({"properties": {"online": false}, "errors": [error]});
    kit.devices(json!([lock("d118", "118", error)]));
    assert!(kit.alert(&Rule::DoorOffline).unwrap().since > note.since);
    assert_eq!(stands(&kit), "acknowledged by maria");
    note.since -= minutes(1);
    kit.hotel.attend(vec![note]);
    assert_eq!(stands(&kit), "back");
}

#[test]
fn a_snooze_ends_at_its_instant_and_not_before() {
    let mut kit = offline("2026-11-22 21:00");
    say(&mut kit, Said::Snoozed { until: at("2026-11-22 22:30") });
    assert_eq!(stands(&kit), "snoozed by maria");
    assert_eq!(kit.hotel.next_instant(), Some(at("2026-11-22 22:30")));
    kit.until("2026-11-22 22:29");
    assert_eq!(stands(&kit), "snoozed by maria");
    let changed = kit.until("2026-11-22 22:30").clone();
    assert_eq!((changed.alerts.updated.len(), stands(&kit).as_str()), (1, "back"));
}

#[test]
fn what_was_said_can_be_taken_back_and_the_last_one_written_holds() {
    let mut kit = offline("2026-11-22 21:00");
    say(&mut kit, Said::Acknowledged);
    let alert = kit.alert(&Rule::DoorOffline).unwrap().clone();
    // Of a desk whose clock is behind: the journal has it later, and that is what counts.
    let late = Note::new(&alert, Said::Withdrawn, kit.now - minutes(5), "per".into(), Text::default());
    kit.hotel.attend(vec![late]);
    assert_eq!(stands(&kit), "open");
    say(&mut kit, Said::Acknowledged);
    assert_eq!(stands(&kit), "acknowledged by maria");
    say(&mut kit, Said::Withdrawn);
    assert_eq!(stands(&kit), "open");
    assert_eq!(kit.hotel.attention().notes().count(), 0);
}

#[test]
fn alerts_keep_their_names_in_the_journal() {
    let mut kit = offline("2026-11-22 21:00");
    kit.systems(json!([system("sys", json!([notice("odd_system", "2026-11-22 21:00")]))]));
    kit.grants(json!([grant("g2", "101", "2026-11-22 15:00", OUT, json!({"reservation_key": "A/1"}))]));
    kit.methods(json!([method("m1", "code", false, json!({}))]));
    kit.apply(Delta::Bad {
        what: Resource::Grants,
        id: Some("g:7)".into()),
        why: "no id".into(),
        at: kit.now,
    });
    let all: Vec<AlertId> = kit.hotel.alerts().map(|a| a.id.clone()).collect();
    assert!(all.len() >= 4, "{all:?}");
    for id in all {
        assert_eq!(id.to_string().parse::<AlertId>(), Ok(id));
    }
    for raw in ["", "x", "battery", "battery:door", "battery:window:7", "bad-record(7:screen:grants"] {
        assert_eq!(raw.parse::<AlertId>(), Err(NoAlert), "{raw}");
    }
}

proptest! {
    #[test]
    fn any_text_is_an_alert_or_is_not_but_nothing_panics(raw in ".{0,60}") {
        let _ = raw.parse::<AlertId>();
    }
}
