//! Keys, links, doors, checking out many and undoing, from the key that asks to the effect.

use chrono::TimeDelta;
use serde_json::json;

use super::hotel::{Desk, grant, night, read, records, stay};
use crate::app::dialog::Stage;
use crate::app::layer::Layer;
use crate::app::{Effect, Event};
use crate::desk::{Action, Control, GrantName, Outcome, Plan, Progress, ProgressKind, RunId, Step};
use crate::property::{Delta, Records, Resource};
use crate::secret::Secret;

const LINK: &str = "https://ik.example/only-per-knows";

/// Per's stay with a mobile key and its links: id, when it expires.
fn with_links(desk: &mut Desk, links: &[(&str, &str)]) {
    let [grants, methods] = grant("g2", "per", "102", "2026-11-22T10:00:00Z", 1);
    let mobile = json!([{"access_method_id": "g2-phone", "mode": "mobile_key", "is_issued": true,
        "issued_at": "2026-11-20T14:00:00Z", "created_at": "2026-11-20T13:00:00Z"}]);
    desk.data(methods);
    desk.data(read(Records::Methods(records(mobile))));
    desk.data(grants);
    let more = json!([{"access_grant_id": "g2", "user_identity_id": "per", "reservation_key": "res-g2",
        "space_ids": ["space-102"], "access_method_ids": ["g2-pin", "g2-card-0", "g2-phone"],
        "starts_at": "2026-11-20T14:00:00Z", "ends_at": "2026-11-22T10:00:00Z",
        "created_at": "2026-11-20T13:00:00Z", "requested_access_methods": [{"mode": "mobile_key"}]}]);
    desk.data(read(Records::Grants(records(more))));
    let key = |(id, until): &(&str, &str)| {
        json!({"instant_key_id": id, "user_identity_id": "per", "instant_key_url": format!("{LINK}-{id}"),
            "expires_at": until, "created_at": "2026-11-20T13:00:00Z"})
    };
    desk.data(read(Records::InstantKeys(records(links.iter().map(key).collect()))));
}

/// On the page of Per's Instant Keys.
fn page(links: &[(&str, &str)]) -> Desk {
    let mut desk = Desk::new();
    with_links(&mut desk, links);
    desk.press("j");
    desk.press("i");
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))), "{}", desk.says());
    desk
}

const GOOD: [(&str, &str); 2] = [("k1", "2026-11-22T11:00:00Z"), ("k2", "2026-11-22T09:00:00Z")];

fn link(id: &str) -> Secret {
    Secret::new(format!("{LINK}-{id}"))
}

/// Reads the preview, confirms it, and returns what begins.
fn confirm(desk: &mut Desk) -> (RunId, Plan) {
    desk.wait(1);
    let effects = desk.press("y");
    match effects.list.into_iter().next() {
        Some(Effect::Run(run, plan, _)) => (run, *plan),
        other => panic!("{other:?} {}", desk.says()),
    }
}

fn ended(desk: &mut Desk, run: RunId) -> Vec<Effect> {
    let outcome = Outcome::Done { words: "It is done.".into(), cards_waiting: Vec::new() };
    let kind = ProgressKind::Ended(outcome);
    desk.event(Event::Job(Progress { run, at: desk.now, kind })).list
}

fn refusal(desk: &Desk) -> String {
    match desk.app.top() {
        Some(Layer::Dialog(dialog)) => match &dialog.stage {
            Stage::Form { refused } => refused.as_ref().map(|r| r.words.to_string()).unwrap_or_default(),
            Stage::Preview(_) => "a preview".to_owned(),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_link_is_unmasked_for_ten_seconds_and_only_the_one_under_the_cursor() {
    let mut desk = page(&GOOD);
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().unwrap().secret, link("k1"));
    desk.press("j");
    assert_eq!(desk.app.reveal, None, "what is unmasked is not the one under the cursor any more");
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().unwrap().secret, link("k2"));
    desk.wait(11);
    assert_eq!(desk.app.reveal, None);
    desk.press("u");
    desk.press("Esc");
    assert_eq!(desk.app.reveal, None, "leaving masks it");
    assert!(desk.app.layers.is_empty());
}

#[test]
fn a_link_is_copied_and_not_said() {
    let mut desk = page(&GOOD);
    assert_eq!(desk.press("y").list, [Effect::Copy(link("k1"))]);
    assert!(desk.says().starts_with("Copied the link of 102 Lindqvist, Per"), "{}", desk.says());
    assert!(!format!("{:?}", desk.app).contains("only-per-knows"), "no printing shows a link");
}

#[test]
fn a_qr_code_goes_with_the_next_key_or_after_a_minute() {
    let mut desk = page(&GOOD);
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Qr(qr)) if qr.until == desk.now + TimeDelta::seconds(60)));
    assert!(desk.press("q").list.is_empty(), "the key only hides it");
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
    desk.press("Q");
    assert!(desk.app.next_wake() <= desk.now + TimeDelta::seconds(60));
    desk.wait(59);
    assert!(matches!(desk.app.top(), Some(Layer::Qr(_))));
    assert!(desk.wait(1).draw);
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
}

#[test]
fn what_has_expired_is_not_shared() {
    let mut desk = page(&[("old", "2026-11-22T01:00:00Z")]);
    for key in ["Enter", "y"] {
        assert!(desk.press(key).list.is_empty());
        assert!(desk.says().contains("has expired: n makes a new one"), "{}", desk.says());
        assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
    }
}

#[test]
fn the_cursor_stays_on_its_link_when_others_come_and_go() {
    let mut desk = page(&GOOD);
    desk.press("j");
    let newer = json!([{"instant_key_id": "k0", "user_identity_id": "per", "instant_key_url": "https://x/0",
        "expires_at": "2026-11-25T09:00:00Z"}]);
    desk.data(read(Records::InstantKeys(records(newer))));
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().unwrap().secret, link("k2"));
}

#[test]
fn a_further_link_is_made_for_as_many_phones_as_are_typed() {
    let mut desk = page(&GOOD);
    desk.press("n");
    desk.type_text("many");
    desk.press("Enter");
    assert!(refusal(&desk).contains("from 1 to 20"), "{}", refusal(&desk));
    for _ in 0..4 {
        desk.press("Backspace");
    }
    desk.type_text("3");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert!(matches!(&plan.steps[..], [Step::NewInstantKey { max_uses: 3, known, .. }] if known.len() == 2));
}

#[test]
fn the_link_under_the_cursor_is_deleted_after_a_look() {
    let mut desk = page(&GOOD);
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Link(_))), "Enter is Cancel");
    desk.press("x");
    let (_, plan) = confirm(&mut desk);
    assert!(matches!(&plan.steps[..], [Step::DeleteInstantKey { key }] if key.to_string() == "k2"));
}

#[test]
fn a_read_only_desk_shows_links_and_changes_none() {
    let mut desk = page(&GOOD);
    desk.app.settings.read_only = true;
    for key in ["n", "x"] {
        desk.press(key);
        assert!(desk.says().contains("this desk is read-only"), "{}", desk.says());
        assert!(matches!(desk.app.top(), Some(Layer::Link(_))));
    }
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Qr(_))));
}

#[test]
fn without_a_mobile_key_there_is_no_page_of_links() {
    let mut desk = Desk::new();
    desk.press("i");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("no mobile key: K adds one"), "{}", desk.says());
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

#[test]
fn all_who_are_due_out_leave_but_for_one() {
    let mut desk = Desk::new();
    for delta in grant("g4", "max", "104", "2026-11-21T10:00:00Z", 1) {
        desk.data(delta);
    }
    desk.press("X");
    desk.wait(1);
    // Ada and Max are ticked, and nobody who stays; Space leaves the first one out.
    desk.press("Space");
    desk.press("Tab");
    desk.type_text("2");
    desk.press("Enter");
    assert!(refusal(&desk).contains("Type 1: so many"), "{}", refusal(&desk));
    desk.press("Backspace");
    desk.type_text("1");
    desk.press("Enter");
    let (_, plan) = confirm(&mut desk);
    assert_eq!((plan.action, plan.stay), (Action::CheckOut, stay("g4", "max")));
    assert_eq!(desk.app.jobs.running().count(), 1);
}

#[test]
fn all_is_not_said_of_a_hotel_that_is_still_being_read() {
    let mut desk = Desk::unread();
    for delta in grant("g1", "ada", "101", "2026-11-21T10:00:00Z", 1) {
        desk.data(delta);
    }
    desk.data(Delta::Checked { what: Resource::Workspace, as_of: night() });
    desk.press("X");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("still being read"), "{}", desk.says());
    desk.press("U");
    assert!(desk.says().contains("still being read"), "{}", desk.says());
}

#[test]
fn nobody_ticked_is_nobody_checked_out() {
    let mut desk = Desk::new();
    desk.press("X");
    desk.press("a");
    desk.press("Tab");
    desk.type_text("0");
    desk.press("Enter");
    assert!(refusal(&desk).contains("Nobody is ticked"), "{}", refusal(&desk));
}

#[test]
fn many_check_outs_go_on_six_at_a_time() {
    let mut desk = Desk::new();
    for n in 10..19 {
        for delta in grant(&format!("h{n}"), &format!("p{n}"), "104", "2026-11-21T10:00:00Z", 1) {
            desk.data(delta);
        }
    }
    desk.press("X");
    desk.press("Tab");
    desk.type_text("10");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let begun: Vec<RunId> = effects
        .list
        .iter()
        .filter_map(|e| if let Effect::Run(run, ..) = e { Some(*run) } else { None })
        .collect();
    assert_eq!((begun.len(), desk.app.jobs.running().count()), (6, 10), "{}", desk.says());
    let next = ended(&mut desk, begun[0]);
    assert!(matches!(&next[..], [Effect::Run(run, ..)] if !begun.contains(run)), "{next:?}");

    // One that waits is stopped without anybody being told, and never begins.
    let last = desk.app.jobs.all().last().unwrap().run;
    desk.app.layers.push(Layer::Job(last));
    assert_eq!(desk.press("x").list, []);
    assert!(!desk.app.jobs.get(last).unwrap().is_running());
    desk.app.layers.push(Layer::Job(begun[1]));
    assert_eq!(desk.press("x").list, [Effect::Control(begun[1], Control::StopAfterStep)]);
    for run in &begun[1..] {
        ended(&mut desk, *run);
    }
    assert_eq!(desk.app.jobs.running().count(), 3);
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

/// Per's stay is extended by a day, to its end.
fn extended() -> (Desk, RunId) {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("e");
    desk.press("Enter");
    let (run, _) = confirm(&mut desk);
    for delta in grant("g2", "per", "102", "2026-11-23T10:00:00Z", 1) {
        desk.data(delta);
    }
    ended(&mut desk, run);
    (desk, run)
}

#[test]
fn new_dates_are_given_back() {
    let (mut desk, _) = extended();
    desk.press("Esc");
    desk.press("Z");
    let (_, plan) = confirm(&mut desk);
    let back = |s: &Step| matches!(s, Step::UpdateGrant { ends_at: Some(c), .. } if c.to == "2026-11-22T10:00:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert!(plan.steps.iter().any(back), "{:?}", plan.steps);
    assert!(plan.takes_away);
}

#[test]
fn the_page_of_what_ended_offers_to_undo_it() {
    let (mut desk, run) = extended();
    let job = desk.app.jobs.get(run).unwrap().clone();
    assert!(desk.app.can_undo(&job));
    desk.press("z");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "{}", desk.says());
    desk.press("Esc");
    assert!(matches!(desk.app.top(), Some(Layer::Job(open)) if *open == run), "back where it was asked");
    // Somebody has changed the dates since.
    for delta in grant("g2", "per", "102", "2026-11-24T10:00:00Z", 1) {
        desk.data(delta);
    }
    assert!(!desk.app.can_undo(&job));
    desk.press("z");
    assert!(desk.says().starts_with("Cannot be undone: the dates of 102"), "{}", desk.says());
}

#[test]
fn the_page_of_the_undoing_takes_the_place_of_what_was_done() {
    let (mut desk, run) = extended();
    desk.press("z");
    let (back, _) = confirm(&mut desk);
    assert!(back != run && matches!(&desk.app.layers[..], [Layer::Job(open)] if *open == back));
}

#[test]
fn what_cannot_be_undone_is_said_plainly() {
    let mut desk = Desk::new();
    desk.press("Z");
    assert!(desk.says().contains("has done nothing for this guest"), "{}", desk.says());
    desk.press("j");
    desk.press("x");
    let (run, _) = confirm(&mut desk);
    desk.press("z");
    assert!(desk.says().is_empty(), "it is still going on");
    desk.gone("g2");
    ended(&mut desk, run);
    desk.press("z");
    assert!(
        desk.says().starts_with("Cannot be undone: Seam does not give deleted access back"),
        "{}",
        desk.says()
    );
    assert!(matches!(desk.app.top(), Some(Layer::Job(_))), "nothing opens");
    assert!(desk.now >= night());
}

#[test]
fn a_run_that_did_not_end_well_is_not_undone() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("e");
    desk.press("Enter");
    let (run, _) = confirm(&mut desk);
    let outcome = Outcome::Failed { words: "No.".into(), next: "Look.".into() };
    desk.event(Event::Job(Progress { run, at: desk.now, kind: ProgressKind::Ended(outcome) }));
    desk.press("Esc");
    desk.press("Z");
    assert!(desk.says().contains("did not go through to its end"), "{}", desk.says());
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
