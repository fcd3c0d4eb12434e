//! Keys and doors, from the key that asks to the effect.

use serde_json::json;

use super::hotel::{Desk, grant, read, records, stay};
use super::links::{GOOD, with_links};
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::{Effect, Event};
use crate::desk::{Action, GrantName, Outcome, Plan, Progress, ProgressKind, RunId, Step};
use crate::property::Records;
use crate::secret::Secret;

/// Reads the preview, confirms it, and returns what begins.
pub(super) fn confirm(desk: &mut Desk) -> (RunId, Plan) {
    desk.wait(1);
    let effects = desk.press("y");
    match effects.list.into_iter().next() {
        Some(Effect::Run(run, plan, _)) => (run, *plan),
        other => panic!("{other:?} {}", desk.says()),
    }
}

pub(super) fn ended(desk: &mut Desk, run: RunId) -> Vec<Effect> {
    let outcome = Outcome::Done { words: "It is done.".into(), cards_waiting: Vec::new() };
    let kind = ProgressKind::Ended(outcome);
    desk.event(Event::Job(Progress { run, at: desk.now, kind })).list
}

pub(super) fn refusal(desk: &Desk) -> String {
    match desk.app.top() {
        Some(Layer::Dialog(dialog)) => match &dialog.stage {
            Stage::Form { refused } => refused.as_ref().map(|r| r.words.to_string()).unwrap_or_default(),
            Stage::Preview(_) => "a preview".to_owned(),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_chosen_pin_travels_beside_the_plan() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("K");
    desk.press("Tab");
    desk.type_text("48");
    desk.press("Enter");
    assert!(refusal(&desk).contains("four to nine digits"), "{}", refusal(&desk));
    desk.type_text("2913");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let Some(Effect::Run(_, plan, pins)) = effects.list.first() else {
        panic!("{effects:?} {}", desk.says())
    };
    let grant = crate::seam::id::GrantId::new("g2");
    assert_eq!((plan.action, plan.takes_away), (Action::AddKey, false));
    assert_eq!(pins.get(&GrantName::Id(grant), 0), Some(&Secret::new("482913")));
    assert!(!format!("{plan:?} {pins:?} {:?}", plan.preview).contains("482913"));
}

#[test]
fn a_card_is_added_and_cut_where_the_desk_cuts_or_later() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("K");
    desk.press("2");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert!(
        matches!(plan.steps.last(), Some(Step::Encode { encoder_name, .. }) if encoder_name == "Front desk 1")
    );
    assert!(desk.app.settings.encoder.is_some(), "this desk proposes it next time");
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("K");
    desk.press("2");
    desk.press("Tab");
    desk.press("End");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert!(!plan.steps.iter().any(|s| matches!(s, Step::Encode { .. })), "{:?}", plan.steps);
}

#[test]
fn one_key_of_several_is_revoked() {
    let mut desk = Desk::new();
    desk.press("K");
    desk.press("5");
    desk.press("Tab");
    desk.press("j");
    desk.press("Enter");
    desk.wait(1);
    desk.press("Enter");
    assert!(desk.app.layers.is_empty(), "access is taken away, so Enter is Cancel");
    desk.press("K");
    desk.press("5");
    desk.press("Tab");
    desk.press("j");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert_eq!(plan.action, Action::RevokeKey);
    assert!(
        matches!(plan.steps.first(), Some(Step::RevokeMethod { method, .. }) if method.to_string().starts_with("g1-card"))
    );
}

#[test]
fn a_lost_card_is_replaced_by_two_keys_and_locked_out_by_choice() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("r");
    assert_eq!(confirm(&mut desk).1.action, Action::Reissue);

    let mut desk = Desk::new();
    desk.press("j");
    desk.press("r");
    desk.press("Tab");
    desk.press("Tab");
    desk.press("2");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let Some(Effect::Run(_, plan, pins)) = effects.list.first() else {
        panic!("{effects:?} {}", desk.says())
    };
    assert_eq!((plan.action, plan.takes_away), (Action::LockOut, true));
    let made = plan.steps.iter().filter(
        |s| matches!(s, Step::CreateGrant(new) if new.reservation_key.as_deref() == Some("res-g2-2")),
    );
    assert_eq!(made.count(), 1);
    assert_eq!(pins.all().collect::<Vec<_>>(), [&Secret::new("4417")], "the guest keeps the PIN");
}

/// Zofia's room opens from afar.
fn with_cloud_key(desk: &mut Desk) {
    let [_, methods] = grant("g3", "zoe", "103", "2026-11-25T10:00:00Z", 0);
    desk.data(methods);
    let cloud = json!([{"access_method_id": "g3-cloud", "mode": "cloud_key", "is_issued": true,
        "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"}]);
    desk.data(read(Records::Methods(records(cloud))));
    let more = json!([{"access_grant_id": "g3", "user_identity_id": "zoe", "reservation_key": "res-g3",
        "space_ids": ["space-103"], "access_method_ids": ["g3-pin", "g3-cloud"],
        "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-25T10:00:00Z",
        "created_at": "2026-11-20T13:00:00Z", "requested_access_methods": [{"mode": "cloud_key"}]}]);
    desk.data(read(Records::Grants(records(more))));
}

#[test]
fn a_door_opens_only_for_the_room_that_is_typed() {
    let mut desk = Desk::new();
    with_cloud_key(&mut desk);
    desk.press("G");
    desk.press("U");
    desk.press("Enter");
    assert!(refusal(&desk).contains("Type 103 first"), "{}", refusal(&desk));
    desk.press("Tab");
    desk.type_text("104");
    desk.press("Enter");
    assert!(refusal(&desk).contains("Type 103 first"), "{}", refusal(&desk));
    desk.press("Backspace");
    desk.type_text("3");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert!(matches!(&plan.steps[..], [Step::Unlock { door, .. }] if door == "103"), "{:?}", plan.steps);
    assert!(plan.preview.iter().any(|l| l.text.contains("Dąbrowska, Zofia (stayover): knock first")));
}

#[test]
fn why_a_door_cannot_be_opened_is_said_at_once() {
    let mut desk = Desk::new();
    desk.press("U");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("has no cloud key"), "{}", desk.says());
}

#[test]
fn the_actions_list_everything_with_the_reason() {
    let mut desk = Desk::new();
    desk.press("a");
    desk.press("i");
    let Some(Layer::Menu(menu)) = desk.app.top() else { panic!("the menu stays open") };
    assert_eq!(menu.refused.as_deref(), Some("instant-key: this guest has no mobile key: K adds one"));
    desk.press("U");
    let Some(Layer::Menu(menu)) = desk.app.top() else { panic!("the menu stays open") };
    assert!(menu.refused.as_deref().is_some_and(|r| r.starts_with("unlock: ")), "{:?}", menu.refused);
    desk.press("K");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))));
}

#[test]
fn the_page_of_a_stay_takes_the_same_keys() {
    let mut desk = Desk::new();
    with_links(&mut desk, &GOOD);
    desk.press("j");
    desk.press("Enter");
    desk.press("i");
    assert!(matches!(desk.app.top(), Some(Layer::Link(page)) if page.stay == stay("g2", "per")));
    desk.press("Esc");
    desk.press("K");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))));
}
