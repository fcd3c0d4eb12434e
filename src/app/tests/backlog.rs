//! A large house after its first reading: what is missing is looked for between keys, and nobody is told anything
//! wrong meanwhile.

use serde_json::{Value, json};

use super::hotel::{Desk, night, read, records};
use crate::app::estate::{Estate, HouseId};
use crate::app::notify::Notify;
use crate::app::{App, Effect, Effects, Event};
use crate::config::NotifyConfig;
use crate::property::{Delta, Records, Resource, Rule, Severity};

/// So many guests who were entered tonight and have no access: more than are looked at in one go.
const GUESTS: usize = 2_500;

/// A desk at a house that has been read to its end a moment ago.
fn large() -> Desk {
    let mut desk = Desk::unread();
    let how = NotifyConfig {
        min_severity: Severity::P3,
        command: vec!["page".to_owned()],
        ..NotifyConfig::default()
    };
    desk.app.notify = Notify::new(how);
    let made = night() - chrono::TimeDelta::hours(1);
    let guest = |i| json!({"user_identity_id": format!("u{i}"), "full_name": "Guest", "created_at": made});
    let guests: Vec<Value> = (0..GUESTS).map(guest).collect();
    desk.data(read(Records::Identities(records(Value::Array(guests)))));
    for what in Resource::ALL {
        desk.data(Delta::Checked { what, as_of: night() });
    }
    desk
}

fn missing(app: &App) -> usize {
    app.property.alerts().filter(|alert| alert.id.rule == Rule::GuestWithoutGrant).count()
}

/// Gives the desk time until it wants none; what came of it, and how often.
fn rest(desk: &mut Desk) -> (Effects, usize) {
    let (mut effects, mut slices) = (Effects::default(), 0);
    while desk.app.is_behind() {
        let known = missing(&desk.app);
        effects.merge(desk.event(Event::Idle));
        assert!(missing(&desk.app) - known <= 1_024 + 64, "one key looks at a slice alone");
        assert_eq!(desk.app.board.warnings.rows().len(), missing(&desk.app), "the pane has what is found");
        slices += 1;
        assert!(slices < 10, "it comes to an end");
    }
    (effects, slices)
}

fn told(effects: &Effects) -> bool {
    effects.list.iter().any(|effect| matches!(effect, Effect::Call(_) | Effect::Notify(_)))
}

#[test]
fn a_first_reading_is_looked_through_between_keys() {
    let mut desk = large();
    let first = missing(&desk.app);
    assert!(first > 0 && first < GUESTS, "{first}");
    let (effects, slices) = rest(&mut desk);
    assert!(effects.draw && slices > 1);
    assert_eq!(missing(&desk.app), GUESTS);
    assert!(desk.event(Event::Idle).list.is_empty() && !desk.event(Event::Idle).draw, "nothing is left");
}

#[test]
fn what_is_found_between_keys_was_there_when_everything_was_first_read() {
    let mut desk = large();
    rest(&mut desk);
    let mut effects = Effects::default();
    for _ in 0..5 {
        desk.now += chrono::TimeDelta::seconds(2);
        effects.merge(desk.event(Event::Tick));
    }
    assert!(!told(&effects), "{effects:?}");
    let made = night() - chrono::TimeDelta::hours(2);
    let late = json!([{"user_identity_id": "late", "full_name": "Late", "created_at": made}]);
    desk.data(read(Records::Identities(records(late))));
    desk.now += chrono::TimeDelta::seconds(5);
    assert!(told(&desk.event(Event::Tick)), "what is new from then on is told");
}

#[test]
fn the_audit_is_whole_once_all_of_it_was_looked_at() {
    let mut desk = large();
    desk.press("A");
    let night = |desk: &Desk| desk.app.audit.night().map(|night| (night.is_partial(), night.items().count()));
    let (is_partial, some) = night(&desk).unwrap();
    assert!(is_partial, "{some} points are not all");
    rest(&mut desk);
    let (is_partial, all) = night(&desk).unwrap();
    assert!(!is_partial && all >= GUESTS && some < all, "{some} and {all}");
}

#[test]
fn a_screen_that_holds_still_waits_with_it() {
    let mut desk = large();
    let first = missing(&desk.app);
    desk.press("f");
    assert!(!desk.app.is_behind());
    desk.event(Event::Idle);
    assert_eq!(missing(&desk.app), first);
    desk.press("f");
    rest(&mut desk);
    assert_eq!(missing(&desk.app), GUESTS);
}

#[test]
fn somebodys_search_comes_before_it() {
    let mut desk = Desk::unread();
    let grants = (0..4_500).map(|i| {
        json!({"access_grant_id": format!("g{i}"), "user_identity_id": format!("u{i}"),
            "starts_at": night(), "ends_at": night() + chrono::TimeDelta::days(2), "created_at": night()})
    });
    desk.data(read(Records::Grants(records(grants.collect()))));
    desk.data(Delta::Checked { what: Resource::Identities, as_of: night() });
    desk.press("/");
    desk.press("g");
    assert!(desk.app.is_behind() && desk.app.board.is_searching());
    let work = desk.app.property.work();
    while desk.app.board.is_searching() {
        assert_eq!(desk.app.property.work(), work);
        desk.event(Event::Idle);
    }
    desk.event(Event::Idle);
    assert!(desk.app.property.work() > work);
}

#[test]
fn every_property_gets_its_time_also_behind_the_overview() {
    let (a, b) = (large().app, large().app);
    let mut estate = Estate::several(a, vec![b], Some(0));
    estate.update(HouseId(0), night(), Event::Key("P".parse().unwrap()));
    assert!(estate.overview().is_some());
    let mut slices = 0;
    while let Some(house) = estate.wants_time() {
        estate.update(house, night(), Event::Idle);
        slices += 1;
        assert!(slices < 20, "it comes to an end");
    }
    assert!(estate.houses().all(|(_, app)| missing(app) == GUESTS));
    let seen = estate.overview().unwrap().rows.iter().map(|row| row.p2).collect::<Vec<_>>();
    assert_eq!(seen, [GUESTS, GUESTS]);
}
