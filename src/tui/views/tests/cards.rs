//! Cards in the hand.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use super::{Hotel, Picture, night, press, type_in};
use crate::app::{App, Event};
use crate::desk::{Found, Progress, ProgressKind, Reading, ReadingState, StepState};

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

#[test]
fn what_to_do_with_cards() {
    let mut app = Hotel::usual().app();
    press(&mut app, "c");
    both_sizes("cards_of_a_guest_with_none_waiting", &app);
    press(&mut app, "Home j j j");
    both_sizes("cards_more", &app);
    press(&mut app, "Enter");
    both_sizes("cards_more_preview", &app);
}

#[test]
fn a_queue_before_it_begins() {
    let mut app = Hotel::usual().app();
    press(&mut app, "j j Space Space c Tab Tab a");
    both_sizes("queue_form", &app);
    press(&mut app, "Enter");
    both_sizes("queue_preview", &app);
}

#[test]
fn a_queue_at_work() {
    let mut app = Hotel::usual().app();
    press(&mut app, "j j Space Space c Tab Tab a Enter y");
    let runs: Vec<_> = app.jobs.all().iter().map(|job| job.run).collect();
    let mut tell = |run, state| {
        let at = night() + chrono::TimeDelta::seconds(5);
        let kind = ProgressKind::Step { index: 0, state };
        app.update(at, Event::Job(Progress { run, at, kind }));
    };
    tell(runs[0], StepState::Asking { words: "next card: 1 of 2, 103 Castellanos y Montemayor, María, on “Front desk 1”; Enter when the card lies there".into() });
    let state = StepState::Failed {
        words: "no card on the encoder".into(),
        next: "put the card flat on “Front desk 2”, then Enter".into(),
        retry: true,
    };
    tell(runs[1], state);
    both_sizes("queue", &app);
}

/// Begins a reading and lets it end so.
fn read(keys: &str, found: Found) -> App {
    let mut app = Hotel::usual().app();
    press(&mut app, keys);
    let Some(reading) = &app.reading else { panic!("{}", Picture::of(&app, 120, 40).text()) };
    let (id, at) = (reading.ask.id, night() + chrono::TimeDelta::seconds(5));
    let state = ReadingState::Ended { found, took: Duration::from_millis(2_400) };
    app.update(at, Event::Reading(Reading { id, at, state }));
    app
}

fn card(ends: &str) -> Found {
    let read = json!({
        "acs_credential_on_encoder": {"card_number": "837193041", "is_issued": true, "created_at": null,
            "starts_at": "2026-11-21T14:00:00Z", "ends_at": ends},
        "acs_credential_on_seam": {"acs_credential_id": "c",
            "user_identity_id": "00000006-0000-4000-8000-000000000004",
            "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z"},
        "warnings": []});
    Found::Card(Box::new(serde_json::from_value(read).unwrap()))
}

#[test]
fn a_card_that_was_read() {
    both_sizes("card_read", &read("c Enter", card("2026-11-24T10:00:00Z")));
    both_sizes("card_out_of_date", &read("c Enter", card("2026-11-23T10:00:00Z")));
    let blank = serde_json::from_value(json!({"warnings": []})).unwrap();
    both_sizes("card_blank", &read("c Enter", Found::Card(Box::new(blank))));
    both_sizes("card_none", &read("c Enter", Found::NoCard));
}

#[test]
fn an_encoder_that_was_tested() {
    let tested = |found| read("c j Enter", found);
    both_sizes("encoder_answers", &tested(Found::NoCard));
    let failed = Found::Failed {
        kind: Some("encoder_not_online".into()),
        words: "“Front desk 1” is not online".into(),
        next: "check its power and its cable, then Enter; or choose another encoder (Tab)".into(),
    };
    both_sizes("encoder_silent", &tested(failed));
}

#[test]
fn what_has_no_key_is_found_by_its_name() {
    let mut app = Hotel::usual().app();
    press(&mut app, "?");
    let help = Picture::of(&app, 120, 60).text();
    assert!(help.contains(": read-card") && help.contains(": test-encoder"), "{help}");
    press(&mut app, "Esc :");
    type_in(&mut app, "whose");
    let found = Picture::of(&app, 120, 40).text();
    assert!(found.contains("read a card: whose is it?"), "{found}");
}
