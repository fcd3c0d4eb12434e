//! Why the door refuses.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;

use super::{Hotel, Picture, night, press};
use crate::app::{App, Event};
use crate::desk::{Found, Reading, ReadingState};
use crate::property::{Delta, Records};

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

/// Zofia in 105, whose PIN never came and whose card was never cut, before a door that is bolted and has
/// refused her.
fn trouble() -> App {
    let mut app = Hotel::usual().app();
    let door = json!([{"acs_entrance_id": "00000003-0000-4000-8000-000000000003",
        "acs_system_id": "00000004-0000-4000-8000-000000000000", "display_name": "Room 105",
        "space_ids": ["00000002-0000-4000-8000-000000000003"], "can_belong_to_reservation": true,
        "warnings": [{"warning_code": "privacy_mode", "message": "Private.",
                      "created_at": "2026-11-23T01:30:00Z"}]}]);
    let events = json!([{"event_id": "e1", "event_type": "lock.access_denied", "reason": "privacy_mode",
        "acs_entrance_id": "00000003-0000-4000-8000-000000000003",
        "occurred_at": "2026-11-23T02:10:00Z"}]);
    for records in [
        Records::Entrances(serde_json::from_value(door).unwrap()),
        Records::Events(serde_json::from_value(events).unwrap()),
    ] {
        app.update(night(), Event::Data(Delta::Read { records, as_of: night(), sweep: None }));
    }
    app
}

#[test]
fn the_causes_of_a_guest() {
    let mut app = trouble();
    press(&mut app, "j j j w");
    both_sizes("why", &app);
    press(&mut app, "G");
    both_sizes("why_last", &app);
}

#[test]
fn nothing_explains_it_until_the_card_is_read() {
    let mut app = Hotel::usual().app();
    press(&mut app, "w");
    both_sizes("why_nothing", &app);
    press(&mut app, "R Enter");
    let Some(reading) = &app.reading else { panic!("{}", Picture::of(&app, 120, 40).text()) };
    let (id, at) = (reading.ask.id, night() + chrono::TimeDelta::seconds(5));
    let read = json!({
        "acs_credential_on_encoder": {"card_number": "837193041", "is_issued": true,
            "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z"},
        "acs_credential_on_seam": {"acs_credential_id": "c",
            "user_identity_id": "00000006-0000-4000-8000-000000000004",
            "starts_at": "2026-11-21T14:00:00Z", "ends_at": "2026-11-24T10:00:00Z"},
        "warnings": []});
    let found = Found::Card(Box::new(serde_json::from_value(read).unwrap()));
    let state = ReadingState::Ended { found, took: Duration::from_millis(2_400) };
    app.update(at, Event::Reading(Reading { id, at, state }));
    both_sizes("why_reading", &app);
    press(&mut app, "Enter");
    both_sizes("why_other_card", &app);
}
