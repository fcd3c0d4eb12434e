//! Granting access and moving rooms: every field, every refusal.

use rstest::rstest;
use serde_json::json;

use super::hotel::{Desk, grant, night, records};
use crate::app::dialog::{Dialog, Stage};
use crate::app::form::{Note, Value};
use crate::app::layer::Layer;
use crate::app::message::Weight;
use crate::app::{Effect, Event};
use crate::desk::{GrantName, Outcome, Pins, Plan, Progress, ProgressKind, RunId, Step, StepState, Wish};
use crate::property::{Delta, Records};
use crate::seam::model::Mode;

fn dialog(desk: &Desk) -> &Dialog {
    match desk.app.top() {
        Some(Layer::Dialog(dialog)) => dialog,
        other => panic!("no dialog but {other:?}; {}", desk.says()),
    }
}

fn refused(desk: &Desk) -> String {
    match &dialog(desk).stage {
        Stage::Form { refused } => refused.as_ref().map(|r| r.words.to_string()).unwrap_or_default(),
        Stage::Preview(preview) => panic!("not refused: {:?}", preview.plans),
    }
}

fn plan(desk: &Desk) -> &Plan {
    match &dialog(desk).stage {
        Stage::Preview(preview) => &preview.plans[0],
        Stage::Form { refused } => panic!("no preview: {refused:?}\n{:?}", dialog(desk).form),
    }
}

fn shown(desk: &Desk) -> Vec<&'static str> {
    dialog(desk).form.fields.iter().filter(|f| !f.hidden).map(|f| f.label).collect()
}

fn options(desk: &Desk, label: &str) -> Vec<String> {
    let field = dialog(desk).form.fields.iter().find(|f| f.label == label && !f.hidden);
    field.map(|f| f.options().iter().map(|o| o.words.to_string()).collect()).unwrap_or_default()
}

fn chosen(desk: &Desk, label: &str) -> String {
    let field = dialog(desk).form.fields.iter().find(|f| f.label == label && !f.hidden).unwrap();
    field.options()[field.chosen()].words.to_string()
}

fn trouble(desk: &Desk, label: &str) -> String {
    let field = dialog(desk).form.fields.iter().find(|f| f.label == label && !f.hidden).unwrap();
    field.options()[field.chosen()].trouble.as_deref().unwrap_or_default().to_owned()
}

fn note(desk: &Desk, label: &str) -> Note {
    dialog(desk).form.fields.iter().find(|f| f.label == label).unwrap().note.clone()
}

/// Goes to a field and types; what was there is wiped.
fn fill(desk: &mut Desk, label: &str, text: &str) {
    go(desk, label);
    desk.press("Ctrl-U");
    desk.type_text(text);
}

fn go(desk: &mut Desk, label: &str) {
    for _ in 0..20 {
        let form = &dialog(desk).form;
        if form.fields[form.focus].label == label {
            return;
        }
        desk.press("Tab");
    }
    panic!("no field {label}: {:?}", shown(desk));
}

/// Chooses the nth option, from one.
fn choose(desk: &mut Desk, label: &str, nth: &str) {
    go(desk, label);
    desk.press(nth);
}

/// Confirms the preview and gives what was ordered.
fn confirm(desk: &mut Desk) -> (RunId, Plan, Pins) {
    desk.wait(1);
    match desk.press("y").list.into_iter().next() {
        Some(Effect::Run(run, plan, pins)) => (run, *plan, pins),
        other => panic!("{other:?} {}", desk.says()),
    }
}

fn made(plan: &Plan) -> &crate::desk::NewGrant {
    let new = plan.steps.iter().find_map(|s| match s {
        Step::CreateGrant(new) => Some(&**new),
        _ => None,
    });
    new.unwrap()
}

fn read(records: Records) -> Delta {
    Delta::Read { records, as_of: night(), sweep: None }
}

/// The usual desk, and beside its rooms a gym and two lounges that know no reservations, with online locks.
fn desk() -> Desk {
    let mut desk = Desk::new();
    let names = ["Gym", "Lounge", "Long Hall", "201", "202"];
    let space = |n: &&str| json!({"space_id": format!("space-{n}"), "name": n});
    let door = |n: &&str| {
        json!({"acs_entrance_id": format!("door-{n}"), "acs_system_id": "ks", "display_name": format!("{n} door"),
            "space_ids": [format!("space-{n}")], "can_unlock_with_code": true, "can_unlock_with_card": false,
            "can_unlock_with_mobile_key": *n != "Gym", "can_unlock_with_cloud_key": *n == "201"})
    };
    desk.data(read(Records::Systems(records(json!([
        {"acs_system_id": "vision", "name": "Visionline", "external_type": "visionline_system",
            "location": {"time_zone": "Europe/Berlin"}},
        {"acs_system_id": "ks", "name": "Salto KS", "external_type": "salto_ks_site"}])))));
    desk.data(read(Records::Spaces(records(names.iter().map(space).collect()))));
    desk.data(read(Records::Entrances(records(names.iter().map(door).collect()))));
    desk
}

/// `n` on an empty board: nothing is proposed.
fn empty() -> Desk {
    let mut desk = desk();
    for id in ["g1", "g2", "g3"] {
        desk.gone(id);
    }
    desk.press("n");
    desk
}

#[test]
fn with_nobody_selected_the_form_asks_who_where_and_when() {
    let desk = empty();
    assert_eq!(shown(&desk), ["guest", "where", "from", "until"]);
    assert_eq!(dialog(&desk).form.text("where"), "");
    assert_eq!(dialog(&desk).form.text("from"), "now", "check-in of the business date is past");
    assert_eq!(dialog(&desk).form.text("until"), "today 11:00", "one night");
}

#[test]
fn a_selected_guest_is_taken_to_be_joined() {
    let mut desk = desk();
    desk.press("j");
    desk.press("n");
    assert_eq!(dialog(&desk).form.text("where"), "102");
    assert_eq!(chosen(&desk, "reservation"), "joins the reservation of Lindqvist, Per");
    assert_eq!(dialog(&desk).form.text("until"), "today 11:00");
    desk.type_text("Xu, Wei");
    fill(&mut desk, "cards", "1");
    desk.press("Enter");
    let new = made(plan(&desk)).clone();
    assert_eq!(new.reservation_key.as_deref(), Some("res-g2"));
    assert_eq!(new.ends_at, Some("2026-11-22T10:00:00Z".parse().unwrap()));
    assert_eq!(new.methods, [Wish::of(Mode::Code), Wish::of(Mode::Card)]);
    // The first key replaces the proposal.
    desk.press("Tab");
    go(&mut desk, "where");
    desk.type_text("104");
    assert_eq!(dialog(&desk).form.text("where"), "104");
    assert_eq!(options(&desk, "reservation"), [""; 0], "nobody to join");
}

#[test]
fn a_joiner_has_the_dates_of_the_reservation() {
    let mut desk = desk();
    desk.press("G");
    desk.press("n");
    assert_eq!(chosen(&desk, "reservation"), "joins the reservation of Dąbrowska, Zofia");
    assert_eq!(dialog(&desk).form.text("until"), "2026-11-25 11:00");
    assert_eq!(note(&desk, "until"), Note::Understood("Wed 25 Nov 2026 11:00 CET · 3 nights".to_owned()));
}

#[test]
fn guests_are_found_as_they_are_typed_and_a_new_one_where_nobody_fits() {
    let mut desk = desk();
    desk.press("n");
    assert_eq!(options(&desk, "guest"), [""; 0]);
    desk.type_text("dab");
    assert_eq!(options(&desk, "guest"), ["Dąbrowska, Zofia  103", "new guest “dab”"]);
    assert!(!shown(&desk).contains(&"e-mail"));
    desk.press("Down");
    assert_eq!(chosen(&desk, "guest"), "new guest “dab”");
    assert!(shown(&desk).starts_with(&["guest", "name", "e-mail", "phone"]));
    desk.type_text("lia, X");
    assert_eq!(options(&desk, "guest"), ["new guest “dablia, X”"]);
    assert_eq!(dialog(&desk).form.text("name"), "dablia, X");
    // Fuzzy matches are offered, but not taken for the guest.
    fill(&mut desk, "guest", "lnq");
    assert_eq!(options(&desk, "guest"), ["new guest “lnq”", "Lindqvist, Per  102"]);
    // A room finds who is in it.
    fill(&mut desk, "guest", "102");
    assert_eq!(chosen(&desk, "guest"), "Lindqvist, Per  102");
}

#[test]
fn a_guest_that_was_gone_to_stays_chosen_when_the_data_changes() {
    let mut desk = desk();
    desk.press("n");
    desk.type_text("o");
    desk.press("Down");
    let before = chosen(&desk, "guest");
    for delta in grant("g4", "per", "104", "2026-11-24T10:00:00Z", 1) {
        desk.data(delta);
    }
    assert_eq!(chosen(&desk, "guest").split("  ").next(), before.split("  ").next());
}

#[rstest]
#[case("", "", "", "The guest has no name")]
#[case("Xu, Wei", "nonsense", "", "no e-mail address")]
#[case("Xu, Wei", "", "0701234567", "no phone number")]
fn a_new_guest_is_checked(#[case] name: &str, #[case] email: &str, #[case] phone: &str, #[case] words: &str) {
    let mut desk = desk();
    desk.press("n");
    desk.type_text("Xu, Wei");
    fill(&mut desk, "name", name);
    fill(&mut desk, "e-mail", email);
    fill(&mut desk, "phone", phone);
    desk.press("Enter");
    assert!(refused(&desk).contains(words), "{}", refused(&desk));
}

#[rstest]
#[case("104", "104", "")]
#[case("104, gym", "104, Gym", "")]
#[case("GYM ,  104,", "Gym, 104", "")]
#[case("long", "Long Hall", "")]
#[case("gym door", "Gym door", "")]
#[case("lo", "lo", "“lo” may be Long Hall or Lounge: write which")]
#[case("10", "10", "nothing here is called “10”")]
#[case("gimm", "gimm", "nothing here is called “gimm”; there is Gym")]
#[case("104, gimm, lounge", "104, gimm, Lounge", "nothing here is called “gimm”; there is Gym")]
fn places_are_understood_as_they_are_typed(#[case] typed: &str, #[case] means: &str, #[case] wrong: &str) {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", typed);
    assert_eq!(chosen(&desk, "where"), means);
    assert!(trouble(&desk, "where").starts_with(wrong), "{}", trouble(&desk, "where"));
    assert_eq!(trouble(&desk, "where").is_empty(), wrong.is_empty());
    if !wrong.is_empty() {
        desk.press("Enter");
        assert!(refused(&desk).starts_with(wrong), "{}", refused(&desk));
    }
}

#[test]
fn a_place_is_completed_with_the_arrows_and_a_comma_takes_it() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "104, lo");
    assert_eq!(options(&desk, "where")[..3], ["104, lo", "104, Long Hall", "104, Lounge"]);
    desk.press("Down");
    desk.press("Down");
    desk.type_text(",");
    assert_eq!(dialog(&desk).form.text("where"), "104, Lounge,");
    desk.type_text(" gy");
    assert_eq!(chosen(&desk, "where"), "104, Lounge, Gym");
    fill(&mut desk, "number", "R-1");
    desk.press("Enter");
    let spaces: Vec<String> = made(plan(&desk)).spaces.iter().map(ToString::to_string).collect();
    assert_eq!(spaces, ["space-104", "space-Lounge", "space-Gym"]);
}

#[test]
fn a_completion_that_is_only_stood_on_is_used() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "lo");
    desk.press("Down");
    desk.press("Enter");
    assert_eq!(made(plan(&desk)).spaces[0].to_string(), "space-Long Hall");
}

#[test]
fn nothing_said_is_nothing_done() {
    let mut desk = empty();
    desk.press("Enter");
    assert!(refused(&desk).starts_with("Say who gets access"), "{}", refused(&desk));
    desk.type_text("Xu, Wei");
    desk.press("Enter");
    assert!(refused(&desk).starts_with("Say where"), "{}", refused(&desk));
}

#[rstest]
#[case("2 nights", "Tue 24 Nov 2026 11:00 CET")]
#[case("2n", "Tue 24 Nov 2026 11:00 CET")]
#[case("+1d", "Mon 23 Nov 2026 11:00 CET")]
#[case("14:00", "Sun 22 Nov 2026 14:00 CET")]
#[case("", "no end: it opens until somebody revokes it")]
fn an_end_is_understood(#[case] typed: &str, #[case] means: &str) {
    let mut desk = empty();
    fill(&mut desk, "until", typed);
    let Note::Understood(words) = note(&desk, "until") else { panic!("{:?}", note(&desk, "until")) };
    assert!(words.starts_with(means), "{words}");
}

#[test]
fn who_comes_later_leaves_later() {
    let mut desk = empty();
    fill(&mut desk, "from", "2026-11-27 15:00");
    assert_eq!(dialog(&desk).form.text("until"), "2026-11-28 11:00");
    fill(&mut desk, "from", "nonsense");
    assert!(matches!(note(&desk, "from"), Note::Wrong(words) if words.contains("is no date")));
}

#[rstest]
#[case("from", "someday", "is no date")]
#[case("until", "yesterday 11:00", "is not in the future")]
#[case("until", "someday", "is no date")]
fn dates_that_cannot_be_are_refused(#[case] field: &str, #[case] typed: &str, #[case] words: &str) {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "gym");
    fill(&mut desk, field, typed);
    desk.press("Enter");
    assert!(refused(&desk).contains(words), "{}", refused(&desk));
}

#[test]
fn the_property_says_when_guests_come_and_go() {
    let mut desk = empty();
    let hours = json!([{"space_id": "space-104", "name": "104", "customer_data":
        {"default_checkin_time": "16:30", "default_checkout_time": "10:15"}}]);
    desk.data(read(Records::Spaces(records(hours))));
    assert_eq!(dialog(&desk).form.text("until"), "today 10:15");
}

#[test]
fn only_keys_that_a_door_takes_are_asked_for() {
    let mut desk = empty();
    fill(&mut desk, "where", "gym");
    assert_eq!(shown(&desk)[2..], ["from", "until", "PIN"]);
    fill(&mut desk, "where", "201");
    assert_eq!(shown(&desk)[2..], ["from", "until", "PIN", "mobile keys", "cloud key"]);
    fill(&mut desk, "where", "104");
    let all = ["from", "until", "PIN", "cards", "mobile keys", "cloud key", "number"];
    assert_eq!(shown(&desk)[2..], all);
    // A phone asked for at one door is not sent to another that takes none.
    fill(&mut desk, "mobile keys", "3");
    fill(&mut desk, "where", "gym");
    fill(&mut desk, "guest", "Xu, Wei");
    desk.press("Enter");
    assert_eq!(made(plan(&desk)).methods, [Wish::of(Mode::Code)]);
}

#[test]
fn a_chosen_pin_travels_beside_the_plan_and_is_printed_nowhere() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "gym");
    choose(&mut desk, "PIN", "2");
    fill(&mut desk, "digits", "739");
    assert_eq!(note(&desk, "digits"), Note::Wrong("a PIN has 4 to 9 digits".to_owned()));
    desk.press("Enter");
    assert!(refused(&desk).starts_with("A PIN has four to nine digits"), "{}", refused(&desk));
    desk.type_text("146");
    assert_eq!(note(&desk, "digits"), Note::None);
    desk.press("Enter");
    assert!(!format!("{:?}", desk.app).contains("739146"));
    let (_, plan, pins) = confirm(&mut desk);
    let name = GrantName::Key(made(&plan).key.clone());
    assert_eq!(pins.get(&name, 0).map(|pin| pin.reveal().to_owned()), Some("739146".to_owned()));
    assert!(!format!("{plan:?} {pins:?}").contains("739146"));
}

#[rstest]
#[case("cards", "x", "“x” is no number of cards")]
#[case("cards", "11", "One to ten cards")]
#[case("mobile keys", "-1", "“-1” is no number of mobile keys")]
fn counts_that_cannot_be_are_refused(#[case] field: &str, #[case] typed: &str, #[case] words: &str) {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "104");
    fill(&mut desk, "number", "R-1");
    fill(&mut desk, field, typed);
    desk.press("Enter");
    assert!(refused(&desk).starts_with(words), "{}", refused(&desk));
}

#[test]
fn no_key_at_all_is_refused() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "gym");
    choose(&mut desk, "PIN", "3");
    desk.press("Enter");
    assert!(refused(&desk).starts_with("No key is chosen"), "{}", refused(&desk));
}

#[test]
fn a_card_at_a_reservation_door_needs_a_number_and_a_pin_may_do_without() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "104");
    desk.press("Enter");
    assert_eq!(made(plan(&desk)).reservation_key, None);
    desk.press("Tab");
    fill(&mut desk, "cards", "2");
    desk.press("Enter");
    assert!(refused(&desk).contains("need the reservation number"), "{}", refused(&desk));
    fill(&mut desk, "number", "R-1");
    desk.press("Enter");
    let new = made(plan(&desk));
    assert_eq!(new.reservation_key.as_deref(), Some("R-1"));
    assert_eq!(new.methods.len(), 3);
}

#[test]
fn a_number_typed_for_a_reservation_door_is_not_sent_to_another() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "104");
    fill(&mut desk, "number", "R-1");
    fill(&mut desk, "where", "gym");
    assert!(!shown(&desk).contains(&"number"));
    desk.press("Enter");
    assert_eq!(made(plan(&desk)).reservation_key, None);
}

/// In 102, where Per is.
fn beside_per(guest: &str) -> Desk {
    let mut desk = desk();
    desk.press("j");
    desk.press("n");
    desk.type_text(guest);
    fill(&mut desk, "cards", "1");
    desk
}

#[test]
fn a_reservation_of_its_own_would_end_the_guests_key_and_is_refused() {
    let mut desk = beside_per("Xu, Wei");
    assert_eq!(
        options(&desk, "reservation"),
        ["joins the reservation of Lindqvist, Per", "a reservation of its own"]
    );
    choose(&mut desk, "reservation", "2");
    assert_eq!(trouble(&desk, "reservation"), "ends the keys of Lindqvist, Per at the door!");
    desk.press("Enter");
    assert!(refused(&desk).starts_with("Enter the number"), "{}", refused(&desk));
    fill(&mut desk, "number", "R-2");
    desk.press("Enter");
    assert!(refused(&desk).contains("whose key this one would end at the door"), "{}", refused(&desk));
}

#[test]
fn a_pin_alone_need_not_join() {
    let mut desk = beside_per("Xu, Wei");
    fill(&mut desk, "cards", "0");
    assert_eq!(options(&desk, "reservation")[1], "no reservation: both open the door");
    choose(&mut desk, "reservation", "2");
    assert!(!shown(&desk).contains(&"number"));
    desk.press("Enter");
    assert_eq!(made(plan(&desk)).reservation_key, None);
    assert!(plan(&desk).preview.iter().any(|l| l.label == "also there"));
}

#[test]
fn a_joiner_with_more_doors_is_refused() {
    let mut desk = beside_per("Xu, Wei");
    fill(&mut desk, "where", "102, 104");
    assert_eq!(chosen(&desk, "reservation"), "joins the reservation of Lindqvist, Per");
    desk.press("Enter");
    assert!(refused(&desk).contains("can open its doors or some of them"), "{}", refused(&desk));
}

#[test]
fn a_known_number_with_dates_apart_is_refused() {
    let mut desk = beside_per("Xu, Wei");
    fill(&mut desk, "from", "2026-11-27 15:00");
    fill(&mut desk, "number", "res-g2");
    desk.press("Enter");
    assert!(refused(&desk).contains("must overlap in time"), "{}", refused(&desk));
}

#[test]
fn a_reservation_that_is_being_revoked_is_not_joined() {
    let mut desk = desk();
    let leaving = json!([{"access_grant_id": "g2", "user_identity_id": "per", "reservation_key": "res-g2",
        "space_ids": ["space-102"], "access_method_ids": ["g2-pin"], "starts_at": "2026-11-20T14:00:00Z",
        "ends_at": "2026-11-22T10:00:00Z", "created_at": "2026-11-20T13:00:00Z",
        "warnings": [{"warning_code": "being_deleted", "message": "", "created_at": "2026-11-22T02:10:00Z"}]}]);
    desk.data(read(Records::Grants(records(leaving))));
    desk.press("n");
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "102");
    fill(&mut desk, "cards", "1");
    fill(&mut desk, "number", "res-g2");
    desk.press("Enter");
    assert!(refused(&desk).contains("is being revoked"), "{}", refused(&desk));
}

#[test]
fn the_preview_tells_a_known_guest_from_another_of_the_name() {
    let mut desk = empty();
    for delta in grant("g4", "per", "104", "2026-11-24T10:00:00Z", 1) {
        desk.data(delta);
    }
    desk.type_text("lindqvist");
    fill(&mut desk, "where", "lounge");
    desk.press("Enter");
    let who = plan(&desk).preview.iter().find(|l| l.label == "who").unwrap();
    assert_eq!(who.text, "Lindqvist, Per, who has 104");
}

#[test]
fn neither_is_possible_read_only_and_neither_with_several_marked() {
    let mut desk = desk();
    desk.press("Space");
    desk.press("Space");
    desk.press("n");
    assert_eq!(desk.says(), "grant: several guests are marked: access is granted one guest at a time");
    desk.press("m");
    assert_eq!(desk.says(), "move: several guests are marked: this goes one guest at a time");
    desk.app.settings.read_only = true;
    for key in ["n", "m"] {
        desk.press(key);
        assert!(desk.says().ends_with("this desk is read-only"), "{}", desk.says());
    }
    assert!(desk.app.layers.is_empty());
}

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

fn tell(desk: &mut Desk, run: RunId, kind: ProgressKind) {
    let at = desk.now;
    desk.event(Event::Job(Progress { run, at, kind }));
}

#[test]
fn a_move_that_stands_half_way_says_so_and_can_be_gone_on_with_once() {
    let mut desk = desk();
    with_eva(&mut desk);
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
fn a_pin_that_is_another_is_said_loudly_even_to_who_watches() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "gym");
    desk.press("Enter");
    let (run, plan, _) = confirm(&mut desk);
    let words = "Xu, Wei: THE PIN IS NOT THE ONE THAT WAS ASKED FOR: show it (u). the access is given";
    let outcome = Outcome::Pending { words: words.into(), cards_waiting: Vec::new() };
    // What was made has been read meanwhile.
    let key = made(&plan).key.to_string();
    desk.data(read(Records::Identities(records(
        json!([{"user_identity_id": "xu", "full_name": "Xu, Wei"}]),
    ))));
    desk.data(read(Records::Grants(records(json!([{"access_grant_id": "new", "access_grant_key": key,
        "user_identity_id": "xu", "space_ids": ["space-Gym"], "access_method_ids": ["new-pin"],
        "ends_at": "2026-11-23T10:00:00Z"}])))));
    desk.data(read(Records::Methods(records(json!([{"access_method_id": "new-pin", "mode": "code",
        "code": "8852", "is_issued": true}])))));
    tell(&mut desk, run, ProgressKind::Ended(outcome));
    assert_eq!(desk.app.messages.current().unwrap().weight, Weight::Bad);
    assert!(desk.says().contains("THE PIN IS NOT"), "{}", desk.says());
    desk.press("u");
    assert_eq!(desk.app.reveal.as_ref().map(|r| r.secret.reveal().to_owned()), Some("8852".to_owned()));
}

#[test]
fn cards_that_wait_after_a_grant_are_cut_from_its_page() {
    let mut desk = empty();
    desk.type_text("Xu, Wei");
    fill(&mut desk, "where", "104");
    fill(&mut desk, "cards", "1");
    fill(&mut desk, "number", "R-1");
    desk.press("Enter");
    let (run, plan, _) = confirm(&mut desk);
    let key = made(&plan).key.to_string();
    desk.data(read(Records::Identities(records(
        json!([{"user_identity_id": "xu", "full_name": "Xu, Wei"}]),
    ))));
    desk.data(read(Records::Grants(records(json!([{"access_grant_id": "new", "access_grant_key": key,
        "user_identity_id": "xu", "reservation_key": "R-1", "space_ids": ["space-104"],
        "access_method_ids": ["new-card"], "starts_at": "2026-11-22T02:14:00Z",
        "ends_at": "2026-11-23T10:00:00Z"}])))));
    desk.data(read(Records::Methods(records(json!([{"access_method_id": "new-card", "mode": "card",
        "is_issued": false, "is_encoding_required": true, "is_ready_for_encoding": true}])))));
    let waiting = vec![crate::seam::id::MethodId::new("new-card")];
    tell(&mut desk, run, ProgressKind::Ended(Outcome::Done { words: "done".into(), cards_waiting: waiting }));
    desk.press("c");
    assert_eq!(plan_title(&desk), "Cards");
    assert_eq!(self::plan(&desk).guest, "Xu, Wei");
}

fn plan_title(desk: &Desk) -> &'static str {
    dialog(desk).ask.title()
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
