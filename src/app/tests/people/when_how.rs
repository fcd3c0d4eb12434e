//! When access is given, with which keys, and under which reservation.

use rstest::rstest;

use super::*;
use crate::app::message::Weight;
use crate::app::tests::hotel::grant;
use crate::desk::{GrantName, Outcome, Wish};
use crate::seam::id::MethodId;
use crate::seam::model::Mode;

#[rstest]
#[case("2 nights", "Mon 23 Nov 2026 11:00 CET")]
#[case("2n", "Mon 23 Nov 2026 11:00 CET")]
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
    let mut desk = desk();
    let hours = json!([{"space_id": "space-104", "name": "104", "customer_data":
        {"default_checkin_time": "16:30", "default_checkout_time": "10:15"}}]);
    desk.data(read(Records::Spaces(records(hours))));
    for id in ["g1", "g2", "g3"] {
        desk.gone(id);
    }
    desk.press("n");
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
fn doors_that_are_read_while_the_form_is_open_ask_for_their_keys() {
    let mut desk = empty();
    let pool = json!([{"space_id": "space-Pool", "name": "Pool"}]);
    desk.data(read(Records::Spaces(records(pool))));
    fill(&mut desk, "where", "pool");
    assert_eq!(shown(&desk), ["guest", "where", "from", "until"]);
    let door = json!([{"acs_entrance_id": "door-Pool", "acs_system_id": "ks", "display_name": "Pool door",
        "space_ids": ["space-Pool"], "can_unlock_with_code": true, "can_unlock_with_card": false,
        "can_unlock_with_mobile_key": false, "can_unlock_with_cloud_key": false}]);
    desk.data(read(Records::Entrances(records(door))));
    assert_eq!(shown(&desk), ["guest", "where", "from", "until", "PIN"]);
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
    let waiting = vec![MethodId::new("new-card")];
    tell(&mut desk, run, ProgressKind::Ended(Outcome::Done { words: "done".into(), cards_waiting: waiting }));
    desk.press("c");
    assert_eq!(plan_title(&desk), "Cards");
    assert_eq!(super::plan(&desk).guest, "Xu, Wei");
}
