//! What lies over the board.

use insta::assert_snapshot;
use ratatui::style::Modifier;
use rstest::rstest;

use super::{Hotel, Picture, night, press};
use crate::app::{App, Event};
use crate::desk::{Outcome, Progress, ProgressKind, RunId, StepState};
use crate::property::{Records, Resource};

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

#[rstest]
#[case("details", "j Enter")]
#[case("help", "?")]
#[case("menu", "a")]
#[case("palette", ":")]
#[case("themes", "T j")]
#[case("extend_form", "j e")]
#[case("extend_preview", "j e Enter")]
#[case("extend_several_preview", "Space Space Space e 2 0 2 6 - 1 1 - 2 4 Space 1 1 : 0 0 Enter")]
#[case("check_out", "j x")]
#[case("check_out_several", "Space Space x")]
#[case("check_out_several_preview", "Space Space x 2 Enter")]
#[case("lost_card", "r")]
#[case("lost_card_preview", "r Enter")]
#[case("desk_nothing", "d")]
fn over_the_board(#[case] name: &str, #[case] keys: &str) {
    let mut app = Hotel::usual().app();
    press(&mut app, keys);
    both_sizes(name, &app);
}

#[test]
fn help_scrolls_to_its_end_and_no_further() {
    let mut app = Hotel::usual().app();
    press(&mut app, "? G");
    let end = Picture::of(&app, 120, 40).text();
    assert!(end.contains("hygiene"), "{end}");
}

#[test]
fn a_dialog_that_takes_access_away_stands_on_cancel() {
    let mut app = Hotel::usual().app();
    press(&mut app, "j x");
    let picture = Picture::of(&app, 120, 40);
    assert!(picture.style_of("[ Cancel ]").add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn a_wrong_date_is_answered_under_its_field() {
    let mut app = Hotel::usual().app();
    press(&mut app, "j e n o n s e n s e");
    let picture = Picture::of(&app, 80, 24);
    assert!(picture.text().contains("“nonsense” is no date"), "{}", picture.text());
    assert!(picture.cursor.is_some(), "the field has the cursor");
}

/// A run of the desk: the plan is real, what the engine tells of it is not.
fn running(keys: &str) -> (App, RunId) {
    let mut app = Hotel::usual().app();
    press(&mut app, keys);
    let run = app.jobs.all().last().unwrap_or_else(|| panic!("{}", Picture::of(&app, 120, 40).text())).run;
    (app, run)
}

fn tell(app: &mut App, run: RunId, kind: ProgressKind) {
    let at = night() + chrono::TimeDelta::seconds(5);
    app.update(at, Event::Job(Progress { run, at, kind }));
}

#[test]
fn a_job_that_asks_and_one_that_failed() {
    let (mut app, run) = running("r Enter y");
    let done = StepState::Done { words: "new card requested".into() };
    tell(&mut app, run, ProgressKind::Step { index: 0, state: done });
    let words = "place the card on “Front desk 1”, leave it there".into();
    tell(&mut app, run, ProgressKind::Step { index: 1, state: StepState::Asking { words } });
    both_sizes("job_asks", &app);
    let state = StepState::Failed {
        words: "no card on the encoder".into(),
        next: "put it flat on the reader, then Enter".into(),
        retry: true,
    };
    tell(&mut app, run, ProgressKind::Step { index: 1, state });
    both_sizes("job_failed", &app);
    press(&mut app, "Esc");
    both_sizes("job_hidden", &app);
    press(&mut app, "q");
    both_sizes("leave", &app);
}

#[test]
fn a_job_that_ended() {
    let (mut app, run) = running("r Enter y");
    let cards_waiting = Vec::new();
    let outcome =
        Outcome::Done { words: "The new card opens 101; the lost one does not.".into(), cards_waiting };
    tell(&mut app, run, ProgressKind::Ended(outcome));
    both_sizes("job_done", &app);
    press(&mut app, "Esc d");
    both_sizes("desk", &app);
}

#[test]
fn an_unmasked_pin_is_shown_for_a_while_and_only_then() {
    let mut app = Hotel::usual().app();
    assert!(!Picture::of(&app, 120, 40).text().contains("4417"));
    press(&mut app, "u");
    let shown = Picture::of(&app, 120, 40).text();
    assert!(shown.contains("PIN of 101 Abara, Chidi  4417"), "{shown}");
    app.update(app.now() + chrono::TimeDelta::seconds(11), Event::Tick);
    assert!(!Picture::of(&app, 120, 40).text().contains("4417"));
}

#[test]
fn a_warning_of_no_stay_has_a_page() {
    let mut hotel = Hotel::usual();
    let system = serde_json::json!({
        "acs_system_id": "00000004-0000-4000-8000-000000000000", "name": "Harbour locks",
        "external_type": "visionline_system", "external_type_display_name": "Visionline",
        "errors": [{
            "error_code": "seam_bridge_disconnected", "message": "Seam Bridge is disconnected.",
            "created_at": "2026-11-23T02:08:00Z",
        }],
    });
    hotel.read(Records::Systems(vec![serde_json::from_value(system).unwrap()]));
    let mut app = hotel.app();
    press(&mut app, "4 g");
    both_sizes("system_down", &app);
    press(&mut app, "j Enter");
    both_sizes("alert", &app);
    assert_eq!(Resource::Systems.word(), "lock systems");
}
