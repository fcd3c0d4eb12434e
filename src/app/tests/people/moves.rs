//! Moving to another room, and the page of what was done.

use super::*;
use crate::app::form::Value;
use crate::app::message::Weight;
use crate::app::tests::hotel::grant;
use crate::desk::{Outcome, StepState};

#[test]
fn a_move_needs_somebody_a_room_and_another_one() {
    let mut desk = Desk::new();
    for id in ["g1", "g2", "g3"] {
        desk.gone(id);
    }
    desk.press("m");
    assert_eq!(desk.says(), "move: no guest is selected");
    let mut desk = Desk::new();
    desk.press("j");
    for delta in grant("g4", "zoe", "104", "2026-11-24T10:00:00Z", 1) {
        desk.data(delta);
    }
    // Ada's stay in 101 is over; her access is still there.
    for delta in grant("g1", "ada", "101", "2026-11-24T10:00:00Z", 1) {
        desk.data(delta);
    }
    desk.press("a");
    desk.press("m");
    let Some(Layer::Menu(menu)) = desk.app.top() else { panic!("the menu stays open") };
    assert_eq!(menu.refused.as_deref(), Some("move: no other room is free for the rest of the stay"));
}

#[test]
fn free_rooms_come_first_and_taken_ones_say_by_whom() {
    let mut desk = desk();
    desk.press("j");
    desk.press("m");
    let field = &dialog(&desk).form.fields[0];
    let rooms: Vec<(&str, Option<&str>)> =
        field.options().iter().map(|o| (o.words.as_str(), o.trouble.as_deref())).collect();
    assert_eq!(rooms[..3], [("101", None), ("104", None), ("201", None)]);
    let taken = rooms.iter().find(|(room, _)| *room == "103").unwrap();
    assert_eq!(taken.1, Some("taken by Dąbrowska, Zofia until Wed 25 Nov 11:00"));
    desk.type_text("103");
    desk.press("Enter");
    assert!(
        refused(&desk).starts_with("103 is taken by Dąbrowska, Zofia until Wed 25 Nov 11:00: choose"),
        "{}",
        refused(&desk)
    );
    fill(&mut desk, "to", "999");
    desk.press("Enter");
    assert!(refused(&desk).starts_with("No room is called “999”"), "{}", refused(&desk));
}

#[test]
fn cards_are_cut_at_once_or_afterwards() {
    let mut desk = desk();
    desk.press("j");
    desk.press("m");
    desk.type_text("104");
    assert_eq!(options(&desk, "encoder").len(), 3);
    desk.press("Enter");
    assert!(plan(&desk).steps.iter().any(|s| matches!(s, Step::Encode { .. })));
    let order = plan(&desk).preview.iter().find(|l| l.label == "order").unwrap();
    assert!(order.text.contains("until the new keys are made nobody"), "{}", order.text);
    desk.press("Tab");
    choose(&mut desk, "encoder", "3");
    desk.press("Enter");
    assert!(!plan(&desk).steps.iter().any(|s| matches!(s, Step::Encode { .. })));
    // Newer data leave the answers alone.
    desk.press("Tab");
    desk.data(read(Records::Identities(records(json!([{"user_identity_id": "xu", "full_name": "Xu"}])))));
    assert!(chosen(&desk, "encoder").starts_with("later"));
    desk.press("Enter");
    let (_, plan, pins) = confirm(&mut desk);
    assert_eq!(pins.all().count(), 1, "the PIN goes with it");
    assert!(!format!("{plan:?}{:?}", desk.app).contains("4417"));
}

#[test]
fn an_online_room_takes_no_cards_and_says_so() {
    let mut desk = desk();
    desk.press("j");
    desk.press("m");
    desk.type_text("201");
    desk.press("Enter");
    assert!(refused(&desk).contains("No door of 201 takes a card"), "{}", refused(&desk));
}

/// A joiner of Per, with a card.
fn with_eva(desk: &mut Desk) {
    desk.data(read(Records::Identities(records(
        json!([{"user_identity_id": "eva", "full_name": "Lindqvist, Eva"}]),
    ))));
    desk.data(read(Records::Grants(records(json!([{"access_grant_id": "g5", "user_identity_id": "eva",
        "reservation_key": "res-g2", "space_ids": ["space-102"], "access_method_ids": ["g5-card"],
        "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z",
        "created_at": "2026-11-20T13:30:00Z", "requested_access_methods": [{"mode": "card"}]}])))));
    desk.data(read(Records::Methods(records(json!([{"access_method_id": "g5-card", "mode": "card",
        "is_issued": true, "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:30:00Z"}])))));
}

fn half_way(desk: &Desk, run: RunId) -> String {
    let job = desk.app.jobs.get(run).unwrap();
    job.half_way(&desk.app.property).map(|half| half.words.to_string()).unwrap_or_default()
}

#[test]
fn a_move_that_stands_half_way_says_so_and_can_be_gone_on_with_once() {
    let mut desk = desk();
    with_eva(&mut desk);
    desk.press("j");
    desk.press("j");
    desk.press("m");
    desk.type_text("104");
    assert_eq!(note(&desk, "to"), Note::Understood("Lindqvist, Eva moves with it".to_owned()));
    desk.press("Enter");
    let (run, plan, pins) = confirm(&mut desk);
    assert_eq!(half_way(&desk, run), "");
    tell(&mut desk, run, state(0));
    assert_eq!(half_way(&desk, run), "102 is being cleared, 1 of 2 grants revoked; 104 is not made yet.");
    tell(&mut desk, run, state(1));
    assert_eq!(half_way(&desk, run), "102 is being cleared, 2 of 2 grants revoked; 104 is not made yet.");
    tell(&mut desk, run, state(2));
    let between = "102 is cleared; 104 is not made yet: nobody of the reservation has a key.";
    assert_eq!(half_way(&desk, run), between);
    assert_eq!(desk.press("g").list, [], "it is still on its way");
    desk.press("Esc");
    let stopped = Outcome::Stopped { words: "stopped.".into(), cards_waiting: Vec::new() };
    tell(&mut desk, run, ProgressKind::Ended(stopped));
    assert_eq!(desk.says(), format!("102 Lindqvist, Per: {between} d shows it."));
    assert_eq!(desk.app.messages.current().unwrap().weight, Weight::Bad);
    desk.press("Esc");
    desk.press("d");
    desk.press("Enter");
    let effects = desk.press("g");
    let Some(Effect::Run(second, again, with)) = effects.list.first() else { panic!("{effects:?}") };
    assert_eq!((&**again, with), (&plan, &pins));
    assert_eq!(desk.app.jobs.rest(run, &desk.app.property), None, "only once");
    let create = plan.steps.iter().position(|s| matches!(s, Step::CreateGrant(_))).unwrap();
    let second = *second;
    for index in 0..=create {
        tell(&mut desk, second, state(index));
    }
    assert_eq!(
        half_way(&desk, second),
        "102 is cleared; 104 is made for 102 Lindqvist, Per, not yet for 102 Lindqvist, Eva."
    );
    tell(&mut desk, second, state(create + 1));
    assert_eq!(half_way(&desk, second), "102 is cleared; 104 is made, but its keys are not issued yet.");
    tell(&mut desk, second, state(create + 2));
    assert_eq!(half_way(&desk, second), "");
}

fn state(index: usize) -> ProgressKind {
    ProgressKind::Step { index, state: StepState::Done { words: "done".into() } }
}

#[test]
fn both_work_from_the_page_of_a_stay() {
    let mut desk = desk();
    desk.press("j");
    desk.press("Enter");
    desk.press("m");
    assert_eq!(plan_title(&desk), "Move room");
    desk.press("Esc");
    desk.press("n");
    assert_eq!(dialog(&desk).form.text("where"), "102");
    assert!(matches!(dialog(&desk).form.fields[0].value, Value::Search { .. }));
}
