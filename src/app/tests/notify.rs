//! Attention: who is told of what, when, and when not.

use chrono::TimeDelta;
use serde_json::json;

use super::hotel::{Desk, night, read, records, stay};
use crate::app::notify::{Call, News, Notify};
use crate::app::{Effect, Effects, Event};
use crate::config::{NotifyConfig, Osc, QuietHours};
use crate::property::{Alert, Delta, Note, Records, Resource, Rule, Said, Severity};
use crate::text::Text;

fn config() -> NotifyConfig {
    NotifyConfig { osc: Osc::Nine, command: vec!["page".to_owned()], ..NotifyConfig::default() }
}

/// A desk that tells, with everything read.
fn desk(how: NotifyConfig) -> Desk {
    let mut desk = Desk::new();
    desk.app.notify = Notify::new(how);
    desk.event(Event::Tick);
    assert_eq!(title(&pass(&mut desk, 60)), None);
    desk
}

/// Lets time pass in which everything is read again and again, and nothing is new.
fn pass(desk: &mut Desk, seconds: i64) -> Effects {
    pass_but(desk, seconds, None)
}

/// The same, while one list cannot be read.
fn pass_but(desk: &mut Desk, seconds: i64, missing: Option<Resource>) -> Effects {
    let mut effects = Effects::default();
    let mut left = seconds;
    while left > 0 {
        desk.now += TimeDelta::seconds(left.min(60));
        left -= 60;
        for what in Resource::ALL.into_iter().filter(|what| Some(*what) != missing) {
            let as_of = desk.now;
            effects.merge(desk.data(Delta::Checked { what, as_of }));
        }
    }
    effects
}

fn system(name: &str, errors: serde_json::Value) -> Delta {
    let systems = records(json!([{"acs_system_id": "vision", "name": name,
        "external_type": "visionline_system", "errors": errors, "location": {"time_zone": "Europe/Berlin"}}]));
    read(Records::Systems(systems))
}

/// The bridge fails: a P1.
fn fails(desk: &mut Desk) -> Effects {
    let broken = json!([{"error_code": "seam_bridge_disconnected", "message": "The bridge is gone.",
        "created_at": "2026-11-22T02:10:00Z"}]);
    let effects = desk.data(system("Visionline", broken));
    assert!(down(desk).is_some(), "the bridge is down");
    effects
}

fn heals(desk: &mut Desk) -> Effects {
    desk.data(system("Visionline", json!([])))
}

fn down(desk: &Desk) -> Option<Alert> {
    desk.app.property.alerts().find(|alert| alert.id.rule == Rule::SystemDown).cloned()
}

fn call(effects: &Effects) -> Option<&Call> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::Call(call) => Some(&**call),
        _ => None,
    })
}

fn news(effects: &Effects) -> Option<&News> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::Notify(news) => Some(&**news),
        _ => None,
    })
}

fn title(effects: &Effects) -> Option<String> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::Title(title) => Some(title.to_string()),
        _ => None,
    })
}

fn say(desk: &mut Desk, said: Said) {
    let note = Note::new(&down(desk).unwrap(), said, desk.now, "maria".into(), Text::default());
    let changed = desk.app.property.attend(vec![note]);
    desk.app.take_in(&changed);
}

#[test]
fn a_new_p1_calls_once_and_is_told_once() {
    let mut desk = desk(config());
    let effects = fails(&mut desk);
    assert!(call(&effects).is_none(), "what comes with it is waited for");
    let effects = pass(&mut desk, 2);
    let call = call(&effects).expect("a call");
    assert!(call.bell);
    assert!(call.text.starts_with("P1: "), "{}", call.text);
    let news = news(&effects).expect("the command is told");
    assert_eq!(news.alerts[0].id, "system-down:system:vision");
    assert_eq!((news.version, news.alerts[0].severity), (1, Severity::P1));
    assert_eq!(news.alerts[0].since, night() - TimeDelta::minutes(4));
    for _ in 0..3 {
        fails(&mut desk);
        let effects = pass(&mut desk, 60);
        assert!(self::call(&effects).is_none() && self::news(&effects).is_none(), "{effects:?}");
    }
}

#[test]
fn the_title_counts_what_asks_for_somebody_and_names_no_guest() {
    let mut desk = Desk::new();
    desk.app.notify = Notify::new(config());
    let name = json!({"workspace_id": "w", "name": "Harbour \u{1b}]0;x\u{7}Hotel", "is_sandbox": false});
    let before = desk.app.property.counts().p1;
    let effects = desk.data(read(Records::Workspace(serde_json::from_value(name).unwrap())));
    let first = title(&effects).unwrap();
    assert!(first.ends_with("nightdesk - Harbour ]0;xHotel"), "{first}");
    let effects = fails(&mut desk);
    assert!(desk.app.property.counts().p1 > before);
    let open = desk.app.property.counts().p1;
    assert_eq!(title(&effects), Some(format!("({open} P1) nightdesk - Harbour ]0;xHotel")));
    say(&mut desk, Said::Acknowledged);
    let effects = desk.event(Event::Tick);
    let less = match open - 1 {
        0 => String::new(),
        n => format!("({n} P1) "),
    };
    assert_eq!(title(&effects), Some(format!("{less}nightdesk - Harbour ]0;xHotel")));
}

#[test]
fn what_was_there_when_everything_was_first_read_is_known() {
    let mut desk = Desk::unread();
    desk.app.notify = Notify::new(config());
    for delta in super::hotel::house() {
        desk.data(delta);
    }
    fails(&mut desk);
    pass(&mut desk, 10);
    for what in Resource::ALL {
        desk.data(Delta::Checked { what, as_of: night() });
    }
    let effects = pass(&mut desk, 10);
    assert!(call(&effects).is_none() && news(&effects).is_none(), "{effects:?}");
    heals(&mut desk);
    fails(&mut desk);
    assert!(call(&pass(&mut desk, 3)).is_some(), "what goes and comes again is new");
}

#[test]
fn a_list_that_cannot_be_read_does_not_keep_everything_silent() {
    let mut desk = Desk::unread();
    desk.app.notify = Notify::new(config());
    for delta in super::hotel::house() {
        desk.data(delta);
    }
    let last = Resource::InstantKeys;
    let why = crate::property::Fault {
        kind: crate::property::FaultKind::Server,
        words: "500".into(),
        request_id: None,
    };
    desk.data(Delta::Failed { what: last, why, at: night(), retry_at: None });
    for what in Resource::ALL.into_iter().filter(|what| *what != last) {
        desk.data(Delta::Checked { what, as_of: night() });
    }
    fails(&mut desk);
    pass_but(&mut desk, 30, Some(last));
    assert!(call(&pass_but(&mut desk, 5, Some(last))).is_none(), "it may still come");
    pass_but(&mut desk, 120, Some(last));
    heals(&mut desk);
    fails(&mut desk);
    assert!(call(&pass_but(&mut desk, 5, Some(last))).is_some());
}

#[test]
fn what_somebody_is_at_calls_nobody_and_a_snooze_that_is_over_does() {
    let mut desk = desk(config());
    fails(&mut desk);
    let until = desk.now + TimeDelta::minutes(30);
    say(&mut desk, Said::Snoozed { until });
    assert!(call(&pass(&mut desk, 5)).is_none(), "snoozed before it was told");
    pass(&mut desk, 29 * 60);
    pass(&mut desk, 60);
    assert!(call(&pass(&mut desk, 5)).is_some(), "it came back by itself");
    say(&mut desk, Said::Acknowledged);
    pass(&mut desk, 5);
    say(&mut desk, Said::Withdrawn);
    assert!(call(&pass(&mut desk, 5)).is_none(), "whoever takes that back knows of it");
}

#[test]
fn the_command_is_told_the_newest_when_it_is_free() {
    let mut desk = desk(config());
    fails(&mut desk);
    assert!(news(&pass(&mut desk, 3)).is_some());
    heals(&mut desk);
    pass(&mut desk, 3);
    fails(&mut desk);
    let effects = pass(&mut desk, 3);
    assert!(call(&effects).is_some(), "the bell waits for nothing");
    assert!(news(&effects).is_none(), "it is still at it");
    heals(&mut desk);
    assert!(news(&desk.event(Event::Notified(None))).is_none(), "what is over is told to nobody");
    fails(&mut desk);
    assert!(news(&pass(&mut desk, 3)).is_some());
}

#[test]
fn a_command_that_fails_is_said_once() {
    let mut desk = desk(config());
    fails(&mut desk);
    pass(&mut desk, 3);
    desk.event(Event::Notified(Some("page cannot be started".into())));
    assert_eq!(desk.says(), "Nobody was told by the command in [notify]: page cannot be started");
    desk.press("Esc");
    desk.event(Event::Notified(Some("page cannot be started".into())));
    assert_eq!(desk.says(), "");
    desk.event(Event::Notified(None));
    desk.event(Event::Notified(Some("exit code 1".into())));
    assert!(desk.says().ends_with("exit code 1"));
}

#[test]
fn in_quiet_hours_nothing_of_severity_p3_is_told() {
    let time = |hour| chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    let quiet = QuietHours { from: time(23), until: time(6) };
    let bad = |n: usize| Delta::Bad {
        what: Resource::Spaces,
        id: Some(Text::new(format!("space-{n}"))),
        why: "no name".into(),
        at: night(),
    };
    let mut desk = desk(NotifyConfig { min_severity: Severity::P3, quiet_hours: Some(quiet), ..config() });
    desk.data(bad(1));
    let effects = pass(&mut desk, 3);
    assert!(call(&effects).is_none() && news(&effects).is_none(), "{effects:?}");
    desk.data(bad(2));
    fails(&mut desk);
    let effects = pass(&mut desk, 3);
    assert!(news(&effects).unwrap().alerts.iter().all(|alert| alert.severity < Severity::P3));
    desk.event(Event::Notified(None));
    // 07:14: the night is over.
    pass(&mut desk, 4 * 60 * 60);
    desk.event(Event::Notified(None));
    desk.data(bad(3));
    let effects = pass(&mut desk, 3);
    let told = news(&effects).expect("a P3 by day");
    assert!(told.alerts.iter().any(|alert| alert.severity == Severity::P3), "{told:?}");
    assert!(!told.alerts.iter().any(|alert| alert.sentence.contains("space-1")), "{told:?}");
}

#[test]
fn a_desk_that_tells_nobody_does_nothing() {
    let mut desk = Desk::new();
    fails(&mut desk);
    let effects = pass(&mut desk, 5);
    assert!(effects.list.is_empty(), "{effects:?}");
}

#[test]
fn a_frozen_screen_is_told_of_when_it_goes_on() {
    let mut desk = desk(config());
    desk.press("f");
    let broken = json!([{"error_code": "seam_bridge_disconnected", "message": "The bridge is gone."}]);
    desk.data(system("Visionline", broken));
    assert!(call(&pass(&mut desk, 5)).is_none());
    desk.press("f");
    assert!(call(&pass(&mut desk, 5)).is_some());
}

#[test]
fn the_desks_own_action_calls_nobody_within_its_grace() {
    let (mut mine, mut other) = (desk(config()), desk(config()));
    mine.press("j");
    mine.press("x");
    mine.wait(1);
    mine.press("y");
    assert_eq!(mine.app.jobs.all().len(), 1);
    for desk in [&mut mine, &mut other] {
        // The cards of Per are in somebody's pocket, and somebody else has the room by now.
        for delta in super::hotel::grant("g8", "ada", "102", "2026-11-26T10:00:00Z", 0) {
            desk.data(delta);
        }
        desk.gone("g2");
        let ghost = desk.app.property.alerts().find(|alert| alert.id.rule == Rule::GhostCard);
        assert!(ghost.is_some_and(|alert| alert.severity == Severity::P1), "{ghost:?}");
        assert_ne!(ghost.unwrap().stay, Some(stay("g1", "ada")));
    }
    let told = |effects: &Effects| news(effects).map(|news| news.alerts.len()).unwrap_or_default();
    let ghost = |news: &News| news.alerts.iter().any(|alert| alert.id.starts_with("ghost-card"));
    let effects = pass(&mut other, 3);
    assert!(news(&effects).is_some_and(ghost), "{effects:?}");
    let effects = pass(&mut mine, 3);
    assert!(!news(&effects).is_some_and(ghost), "{} told", told(&effects));
}
