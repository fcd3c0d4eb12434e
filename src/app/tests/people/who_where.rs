//! Who gets access, and where.

use rstest::rstest;

use super::*;
use crate::app::tests::hotel::grant;
use crate::desk::Wish;
use crate::seam::model::Mode;

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
    assert_eq!(options(&desk, "guest"), ["Dąbrowska, Zofia (103)", "new guest “dab”"]);
    assert!(!shown(&desk).contains(&"e-mail"));
    desk.press("Down");
    assert_eq!(chosen(&desk, "guest"), "new guest “dab”");
    assert!(shown(&desk).starts_with(&["guest", "name", "e-mail", "phone"]));
    desk.type_text("lia, X");
    assert_eq!(options(&desk, "guest"), ["new guest “dablia, X”"]);
    assert_eq!(dialog(&desk).form.text("name"), "dablia, X");
    // Fuzzy matches are offered, but not taken for the guest.
    fill(&mut desk, "guest", "lnq");
    assert_eq!(options(&desk, "guest"), ["new guest “lnq”", "Lindqvist, Per (102)"]);
    // A room finds who is in it.
    fill(&mut desk, "guest", "102");
    assert_eq!(chosen(&desk, "guest"), "Lindqvist, Per (102)");
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
    assert_eq!(chosen(&desk, "guest").split(" (").next(), before.split(" (").next());
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
        assert!(refused(&desk).contains(wrong), "{}", refused(&desk));
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
