//! Themes, and the mouse.

use rstest::rstest;

use super::hotel::Desk;
use crate::app::layer::Layer;
use crate::app::mouse::Spot;
use crate::app::pane::{PaneKind, Sort};
use crate::app::{ChosenBy, Effect, Event};

fn theme(effects: &crate::app::Effects) -> Option<&str> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::Theme(name) => Some(name.as_str()),
        _ => None,
    })
}

#[rstest]
#[case(ChosenBy::Nobody, true, Some("light"))]
#[case(ChosenBy::Nobody, false, None)]
#[case(ChosenBy::Desk, true, None)]
#[case(ChosenBy::Settings, true, None)]
fn the_background_decides_where_nobody_did(
    #[case] chosen_by: ChosenBy,
    #[case] is_light: bool,
    #[case] wanted: Option<&str>,
) {
    let mut desk = Desk::new();
    desk.app.looks.chosen_by = chosen_by;
    let effects = desk.event(Event::Ground { is_light });
    assert_eq!(theme(&effects), wanted);
    assert_eq!(effects.draw, wanted.is_some());
}

#[test]
fn moving_shows_a_theme_and_esc_gives_the_one_before_back() {
    let mut desk = Desk::new();
    desk.app.looks.chosen_by = ChosenBy::Nobody;
    desk.press("T");
    assert_eq!(theme(&desk.press("j")), Some("light"));
    // A terminal that answers late does not take the choice out of the hand.
    assert_eq!(theme(&desk.event(Event::Ground { is_light: true })), None);
    assert_eq!(theme(&desk.press("Esc")), Some("dark"));
    assert_eq!(desk.app.settings.theme, "dark");
}

#[test]
fn a_theme_that_came_meanwhile_is_in_the_open_list_and_the_cursor_stays() {
    let mut desk = Desk::new();
    assert!(desk.press("T").list.contains(&Effect::FindThemes));
    desk.press("j");
    let names = || ["dark", "alpine", "light"].map(str::to_owned).to_vec();
    let effects = desk.event(Event::Themes { names: names(), broken: vec!["x.toml: line 1".into()] });
    assert!(effects.draw);
    let Some(Layer::Themes(themes)) = desk.app.top() else { panic!("the list is open") };
    assert_eq!((themes.at, themes.names.len()), (2, 3), "light is still chosen");
    assert_eq!(desk.says(), "A theme is left out: x.toml: line 1");
    assert_eq!(theme(&desk.press("k")), Some("alpine"));
    desk.press("Esc");
    // An answer that comes late opens nothing.
    assert!(!desk.event(Event::Themes { names: names(), broken: Vec::new() }).draw);
}

#[test]
fn a_theme_that_is_kept_is_written_down_and_said_so() {
    let mut desk = Desk::new();
    desk.app.looks.chosen_by = ChosenBy::Nobody;
    desk.press("T");
    desk.press("j");
    let effects = desk.press("Enter");
    assert_eq!(effects.list, [Effect::KeepTheme("light".into())]);
    desk.event(Event::ThemeKept { name: "light".into(), told: Ok(()) });
    assert_eq!(desk.says(), "Theme: light, also at the next start.");
    assert_eq!(theme(&desk.event(Event::Ground { is_light: false })), None, "somebody has chosen");
    desk.event(Event::ThemeKept { name: "light".into(), told: Err("no room on the disk".into()) });
    assert_eq!(desk.says(), "Theme: light, until you leave: it cannot be kept: no room on the disk");
}

#[test]
fn what_the_settings_say_is_not_written_over() {
    let mut desk = Desk::new();
    desk.press("T");
    desk.press("j");
    assert!(desk.press("Enter").list.is_empty());
    assert!(desk.says().contains("until you leave"), "{}", desk.says());
}

#[test]
fn with_reduced_motion_a_running_action_moves_by_the_minute() {
    let frames = |reduced: bool| {
        let mut desk = Desk::new();
        desk.app.looks.reduced_motion = reduced;
        ["e", "Enter"].iter().for_each(|key| drop(desk.press(key)));
        desk.wait(1);
        desk.press("y");
        (0..30).filter(|_| desk.wait(1).draw).count()
    };
    assert!(frames(false) >= 25, "{}", frames(false));
    assert!(frames(true) <= 2, "{}", frames(true));
}

#[test]
fn a_click_points_and_does_nothing_else() {
    let mut desk = Desk::new();
    desk.event(Event::Click(Spot::Row { pane: PaneKind::Guests, index: 2 }));
    let chosen = desk.app.selected_stay();
    assert_eq!(desk.app.board.guests.cursor(), 2);
    desk.event(Event::Click(Spot::Pane(PaneKind::Warnings)));
    assert_eq!(desk.app.board.focus, PaneKind::Warnings);
    desk.event(Event::Click(Spot::Row { pane: PaneKind::Guests, index: 99 }));
    assert_eq!(desk.app.board.guests.selected().cloned(), chosen, "beyond the last row is the last row");
    assert!(desk.app.layers.is_empty());
}

#[test]
fn a_click_sorts_and_once_more_turns_round() {
    let mut desk = Desk::new();
    let usual = desk.app.board.sort_of(PaneKind::Guests);
    desk.event(Event::Click(Spot::Title { pane: PaneKind::Guests, sort: usual }));
    assert_eq!(desk.app.board.sort_of(PaneKind::Guests), Sort { descending: true, ..usual });
    assert_eq!(desk.guests(), ["Dąbrowska, Zofia", "Lindqvist, Per", "Okafor, Ada"]);
    desk.event(Event::Click(Spot::Title { pane: PaneKind::Guests, sort: usual }));
    assert_eq!(desk.app.board.sort_of(PaneKind::Guests), usual);
}

/// Whatever lies over the panes: no click confirms it, closes it or reaches what is under it.
#[rstest]
#[case("x")]
#[case("e")]
#[case("a")]
#[case(":")]
#[case("T")]
#[case("?")]
#[case("Enter")]
#[case("A")]
fn a_click_does_nothing_while_something_is_open(#[case] key: &str) {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press(key);
    desk.wait(1);
    let before = format!("{:?}", desk.app.layers);
    assert!(!desk.app.layers.is_empty(), "{key}");
    for spot in [Spot::Row { pane: PaneKind::Guests, index: 0 }, Spot::Pane(PaneKind::Warnings)] {
        let effects = desk.event(Event::Click(spot));
        assert!(effects.list.is_empty() && !effects.draw, "{effects:?}");
    }
    assert_eq!(format!("{:?}", desk.app.layers), before);
    assert_eq!((desk.app.board.focus, desk.app.board.guests.cursor()), (PaneKind::Guests, 1));
}

#[test]
fn the_wheel_scrolls_what_is_under_it_and_no_dialog() {
    let mut desk = Desk::new();
    desk.event(Event::Wheel { down: true, over: Some(PaneKind::Grants) });
    assert_eq!((desk.app.board.grants.cursor(), desk.app.board.guests.cursor()), (2, 0));
    assert_eq!(desk.app.board.focus, PaneKind::Guests, "the keys stay where they are");
    desk.event(Event::Wheel { down: false, over: Some(PaneKind::Grants) });
    assert_eq!(desk.app.board.grants.cursor(), 0);
    desk.press("e");
    let before = format!("{:?}", desk.app.layers);
    assert!(!desk.event(Event::Wheel { down: true, over: None }).draw);
    assert_eq!(format!("{:?}", desk.app.layers), before);
    desk.press("Esc");
    desk.press("?");
    desk.event(Event::Wheel { down: true, over: None });
    assert!(matches!(desk.app.top(), Some(Layer::Help { scroll: 3 })));
}

#[test]
fn help_is_asked_for_from_a_box_and_leads_back_to_it() {
    let mut desk = Desk::new();
    desk.press("x");
    desk.wait(1);
    desk.press("?");
    assert!(matches!(desk.app.top(), Some(Layer::Help { .. })));
    desk.press("?");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))));
    desk.press("Esc");
    // Where text is typed a question mark is text, and F1 asks.
    desk.press(":");
    desk.press("?");
    assert!(matches!(desk.app.top(), Some(Layer::Palette(p)) if p.line.text() == "?"));
    desk.press("F1");
    assert!(matches!(desk.app.top(), Some(Layer::Help { .. })));
}

#[test]
fn a_dialog_under_help_goes_with_its_stay() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    desk.press("?");
    desk.gone("g2");
    desk.press("Esc");
    assert!(desk.app.top().is_none(), "{:?}", desk.app.top());
    assert_eq!(desk.says(), "This stay is no longer there: nothing was done.");
}
