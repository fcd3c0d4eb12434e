//! Why the door refuses: what `w` opens, and what the keys of its page do.

use std::time::Duration;

use serde_json::json;

use super::hotel::{Desk, night, read, records, stay};
use crate::app::layer::Layer;
use crate::app::why::WhyPage;
use crate::app::{Effect, Event};
use crate::desk::{Found, Purpose, Reading, ReadingId, ReadingState};
use crate::property::{CauseKind, Records, Rule, Whose};

fn page(desk: &Desk) -> WhyPage {
    match desk.app.top() {
        Some(Layer::Why(page)) => page.clone(),
        other => panic!("{other:?}"),
    }
}

fn causes(desk: &Desk) -> Vec<CauseKind> {
    desk.app.diagnosis(&page(desk)).causes.iter().map(|cause| cause.kind).collect()
}

/// The cards of Zofia, Ada and Per wait for the encoder.
fn with_card_to_cut(desk: &mut Desk) {
    let card = json!([{"access_method_id": "g2-card-0", "mode": "card", "is_issued": false,
        "is_encoding_required": true, "is_ready_for_encoding": true, "created_at": "2026-11-20T13:00:00Z"}]);
    desk.data(read(Records::Methods(records(card))));
}

#[test]
fn w_asks_for_the_guest_and_enter_does_what_helps() {
    let mut desk = Desk::new();
    with_card_to_cut(&mut desk);
    desk.press("j");
    desk.press("w");
    assert_eq!(page(&desk).whose, Whose::Stay(stay("g2", "per")));
    assert_eq!(causes(&desk), [CauseKind::NotEncoded]);
    desk.press("Enter");
    match desk.app.top() {
        Some(Layer::Dialog(dialog)) => assert_eq!(dialog.ask.title(), "Cards"),
        other => panic!("{other:?}"),
    }
    desk.press("Esc");
    assert_eq!(causes(&desk), [CauseKind::NotEncoded], "back on the page");
    desk.press("e");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(d)) if d.ask.title() == "Extend"));
}

#[test]
fn the_cursor_stays_on_its_cause_when_another_comes_before_it() {
    let mut desk = Desk::new();
    with_card_to_cut(&mut desk);
    let private = json!([{"acs_entrance_id": "door-102", "acs_system_id": "vision", "display_name": "102",
        "space_ids": ["space-102"], "can_belong_to_reservation": true,
        "visionline_metadata": {"door_category": "guest"},
        "warnings": [{"warning_code": "privacy_mode", "message": "Private.", "created_at": night()}]}]);
    desk.data(read(Records::Entrances(records(private))));
    desk.press("j");
    desk.press("w");
    assert_eq!(causes(&desk), [CauseKind::NotEncoded, CauseKind::Privacy]);
    assert_eq!(page(&desk).at, Some(CauseKind::NotEncoded), "what Enter does is settled when it is seen");
    desk.press("j");
    assert_eq!(page(&desk).at, Some(CauseKind::Privacy));
    let pin = json!([{"access_method_id": "g2-pin", "mode": "code", "is_issued": false,
        "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"}]);
    desk.data(read(Records::Methods(records(pin))));
    let now = causes(&desk);
    assert_eq!(now.len(), 3);
    let at = crate::app::App::why_at(&page(&desk), &desk.app.diagnosis(&page(&desk)).causes);
    assert_eq!(now[at], CauseKind::Privacy);
    desk.press("Enter");
    assert!(desk.says().contains("Nothing at this desk helps"), "{}", desk.says());
}

#[test]
fn a_card_that_is_read_from_the_page_is_evidence_there() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("w");
    assert_eq!(causes(&desk), []);
    // Nothing explains it: Enter reads the card, as R does.
    desk.press("Enter");
    let effects = desk.press("Enter");
    assert!(
        matches!(&effects.list[..], [Effect::ReadCard(ask)] if ask.purpose == Purpose::Read),
        "{effects:?}"
    );
    let card = json!({"acs_credential_on_encoder": {"is_issued": true, "starts_at": "2026-11-20T14:00:00Z",
                          "ends_at": "2026-11-21T10:00:00Z"},
                      "acs_credential_on_seam": {"user_identity_id": "per",
                          "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z"}});
    let found = Found::Card(Box::new(serde_json::from_value(card).unwrap()));
    let state = ReadingState::Ended { found, took: Duration::from_secs(2) };
    desk.event(Event::Reading(Reading { id: ReadingId(1), at: desk.now, state }));
    desk.press("Enter");
    assert_eq!(page(&desk).whose, Whose::Stay(stay("g2", "per")), "back on the page, not at the guest");
    assert_eq!(causes(&desk), [CauseKind::CardDates]);
    desk.press("Esc");
    desk.press("w");
    assert_eq!(causes(&desk), [], "another asking is another card");
}

#[test]
fn a_warning_of_no_stay_is_opened_and_asks_for_its_room_there() {
    let mut desk = Desk::new();
    let offline = json!([{"acs_entrance_id": "door-104", "acs_system_id": "vision", "display_name": "104",
        "space_ids": ["space-104"], "visionline_metadata": {"door_category": "guest"},
        "errors": [{"error_code": "device_offline", "message": "Offline.", "created_at": night()}]}]);
    desk.data(read(Records::Entrances(records(offline))));
    desk.press("4");
    let rows = desk.app.board.warnings.rows().clone();
    let at = rows.iter().position(|id| id.rule == Rule::DoorOffline).unwrap();
    (0..at).for_each(|_| drop(desk.press("j")));
    desk.press("w");
    assert!(matches!(desk.app.top(), Some(Layer::Alert { id, .. }) if id.rule == Rule::DoorOffline));
    desk.press("w");
    assert!(matches!(&page(&desk).whose, Whose::Room(room) if room.to_string() == "space-104"));
    assert_eq!(causes(&desk), [CauseKind::Offline]);
}
