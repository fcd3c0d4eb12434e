//! Granting access and moving rooms, as they are drawn.

use insta::assert_snapshot;
use rstest::rstest;
use serde_json::json;

use super::{Hotel, Picture, night, press, type_in};
use crate::app::{App, Event};
use crate::desk::{Outcome, Progress, ProgressKind, RunId, StepState};
use crate::property::Records;
use crate::tui::theme::{Meaning, Theme};

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

/// Keys between bars, text between them: `n|Xu, Wei|Tab`.
fn app(script: &str) -> App {
    let mut hotel = Hotel::usual();
    let system = "00000004-0000-4000-8000-000000000000";
    // Two rooms that nobody has.
    for (n, room) in ["214", "301"].iter().enumerate() {
        let space = json!({"space_id": format!("0000000a-0000-4000-8000-00000000000{n}"), "name": room});
        let door = json!({"acs_entrance_id": format!("0000000b-0000-4000-8000-00000000000{n}"),
            "acs_system_id": system, "display_name": format!("Room {room}"),
            "space_ids": [space["space_id"]], "can_belong_to_reservation": true});
        hotel.read(Records::Spaces(vec![serde_json::from_value(space).unwrap()]));
        hotel.read(Records::Entrances(vec![serde_json::from_value(door).unwrap()]));
    }
    let mut app = hotel.app();
    for (i, part) in script.split('|').enumerate() {
        if i % 2 == 0 { press(&mut app, part) } else { type_in(&mut app, part) }
    }
    app
}

#[rstest]
#[case("grant_near", "n")]
#[case("grant_known", "n|lind|")]
#[case("grant_new", "n|Xu, Wei|Tab Tab")]
#[case("grant_where", "n|Xu, Wei|Tab Tab Tab Tab Ctrl-U|118, lob, ma|")]
#[case("grant_wrong", "n|Xu, Wei|Tab Tab Tab Tab Ctrl-U|11, lobby|Enter")]
#[case("grant_pin", "n|Xu, Wei|Tab Tab Tab Tab Tab Tab Tab 2 Tab|739146|Tab|2|")]
#[case("grant_preview", "n|Xu, Wei|Tab Tab Tab Tab Tab Tab Tab 2 Tab|739146|Tab|2|Enter")]
#[case("move_rooms", "m")]
#[case("move_taken", "m|102|Enter")]
#[case("move_preview", "m|214|Enter")]
fn over_the_board(#[case] name: &str, #[case] script: &str) {
    both_sizes(name, &app(script));
}

#[test]
fn a_chosen_pin_is_seen_only_while_it_is_typed() {
    let script = "n|Xu, Wei|Tab Tab Tab Tab Tab Tab Tab 2 Tab|739146|";
    assert!(Picture::of(&app(script), 80, 24).text().contains("739146"));
    for keys in ["Tab", "Enter"] {
        let mut app = app(script);
        press(&mut app, keys);
        let text = Picture::of(&app, 80, 24).text();
        assert!(!text.contains("739146"), "{text}");
    }
}

fn tell(app: &mut App, run: RunId, kind: ProgressKind) {
    let at = night() + chrono::TimeDelta::seconds(9);
    app.update(at, Event::Job(Progress { run, at, kind }));
}

#[test]
fn a_move_that_was_stopped_half_way() {
    let mut app = app("m|214|Enter y");
    let run = app.jobs.all().last().unwrap_or_else(|| panic!("{}", Picture::of(&app, 120, 40).text())).run;
    let done = |words: &str| StepState::Done { words: words.into() };
    tell(&mut app, run, ProgressKind::Step { index: 0, state: done("the access is revoked") });
    tell(&mut app, run, ProgressKind::Step { index: 1, state: done("the old access is gone") });
    let words = "stopped. Done: revoke the access of 101 Abara, Chidi. Not done: make the access.".into();
    tell(&mut app, run, ProgressKind::Ended(Outcome::Stopped { words, cards_waiting: Vec::new() }));
    both_sizes("move_stopped", &app);
    let critical = Theme::named("dark").unwrap().style(Meaning::Critical);
    let style = Picture::of(&app, 120, 40).style_of("101 is cleared");
    assert_eq!(style.fg, critical.fg);
}

#[test]
fn a_grant_whose_pin_is_another() {
    let mut app = app("n|Xu, Wei|Tab Tab Tab Tab Tab Tab Tab 2 Tab|739146|Enter y");
    let run = app.jobs.all().last().unwrap_or_else(|| panic!("{}", Picture::of(&app, 120, 40).text())).run;
    let words = "101 Xu, Wei: THE PIN IS NOT THE ONE THAT WAS ASKED FOR: Seam could not have that one; show the \
                 guest the PIN that was issued (u). the access is given; 1 card for the encoder";
    let cards_waiting = vec![crate::seam::id::MethodId::new("m")];
    tell(&mut app, run, ProgressKind::Ended(Outcome::Pending { words: words.into(), cards_waiting }));
    both_sizes("grant_other_pin", &app);
}
