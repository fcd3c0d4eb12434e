//! Events in, state and effects out.

mod attend;
mod audit;
mod audit_early;
mod away;
mod backlog;
mod cards;
mod compare;
mod estate;
mod hotel;
mod keys;
mod keystrokes;
mod leaving;
mod left;
mod links;
mod looks;
mod many;
mod notify;
mod own_keys;
mod people;
mod record;
mod renewal;
mod tables;
mod tour;
mod undoing;
mod why;

use hotel::{Desk, grant, stay};

use super::layer::Layer;
use super::pane::PaneKind;
use super::{Effect, Event};
use crate::desk::{Control, Outcome, Progress, ProgressKind, StepState};

#[test]
fn the_board_lists_tonight_by_room() {
    let desk = Desk::new();
    assert_eq!(desk.guests(), ["Okafor, Ada", "Lindqvist, Per", "Dąbrowska, Zofia"]);
    assert_eq!(desk.app.board.grants.rows().len(), 3);
}

#[test]
fn a_refresh_never_moves_the_cursor_to_another_guest() {
    let mut desk = Desk::new();
    desk.press("j");
    let per = desk.app.selected_stay();
    assert_eq!(per, Some(stay("g2", "per")));
    desk.gone("g1");
    assert_eq!(desk.app.selected_stay(), per);
    for delta in grant("g0", "zoe", "104", "2026-11-23T10:00:00Z", 1) {
        desk.data(delta);
    }
    assert_eq!(desk.app.selected_stay(), per);
}

#[test]
fn a_row_that_vanishes_says_so_and_disarms_what_was_aimed_at_it() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))));
    desk.gone("g2");
    assert!(desk.app.top().is_none(), "the dialog is gone with the stay");
    assert_eq!(desk.says(), "This stay is no longer there: nothing was done.");
    desk.wait(1);
    let effects = desk.press("y");
    assert!(!effects.list.iter().any(|e| matches!(e, Effect::Run(..))));
}

#[test]
fn a_filter_looks_as_it_is_typed_and_esc_clears_it() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("dab");
    assert_eq!(desk.guests(), ["Dąbrowska, Zofia"]);
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Details(_))), "who is found is looked at");
    desk.press("Esc");
    assert_eq!(desk.guests(), ["Dąbrowska, Zofia"]);
    desk.press("Esc");
    assert_eq!(desk.guests().len(), 3);
}

#[test]
fn keys_in_a_filter_are_text_and_never_commands() {
    let mut desk = Desk::new();
    desk.press("/");
    desk.type_text("xqery");
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.app.board.filter().text(), "xqery");
}

#[test]
fn pasted_text_runs_no_command() {
    let mut desk = Desk::new();
    let effects = desk.event(Event::Paste("x\nyyyy\nq".to_owned()));
    assert!(effects.list.is_empty());
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.says(), "Pasted text was ignored: no field is open.");
}

#[test]
fn extending_by_a_day_takes_three_keys_and_a_look() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("e");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    let Some(Effect::Run(_, plan, _)) = effects.list.first() else { panic!("{effects:?} {}", desk.says()) };
    assert_eq!(plan.stay, stay("g2", "per"));
    assert!(matches!(desk.app.top(), Some(Layer::Job(_))));
    assert_eq!(desk.app.jobs.running().count(), 1);
}

#[test]
fn a_preview_cannot_be_confirmed_before_it_was_seen() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    // Typed ahead in the same burst: no frame has shown the preview yet.
    let effects = desk.press("y");
    assert!(effects.list.is_empty(), "{effects:?}");
    assert_eq!(desk.says(), "read it first, then y");
    desk.wait(1);
    assert!(matches!(desk.press("y").list.first(), Some(Effect::Run(..))));
}

#[test]
fn a_check_out_starts_on_cancel() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    let effects = desk.press("Enter");
    assert!(effects.list.is_empty());
    assert!(desk.app.layers.is_empty());
    assert_eq!(desk.says(), "Left without doing anything.");
}

#[test]
fn several_guests_leave_only_when_their_number_is_typed() {
    let mut desk = Desk::new();
    desk.press("Space");
    desk.press("Space");
    desk.press("x");
    desk.wait(1);
    desk.press("y");
    assert!(desk.app.jobs.all().is_empty());
    desk.press("Backspace");
    desk.type_text("3");
    desk.press("Enter");
    assert!(
        matches!(desk.app.top(), Some(Layer::Dialog(d)) if matches!(d.stage, super::dialog::Stage::Form { refused: Some(_) }))
    );
    desk.press("Backspace");
    desk.type_text("2");
    desk.press("Enter");
    desk.wait(1);
    let effects = desk.press("y");
    assert_eq!(effects.list.iter().filter(|e| matches!(e, Effect::Run(..))).count(), 2, "{effects:?}");
    assert_eq!(desk.app.board.guests.marks(), 0);
}

#[test]
fn data_that_changed_since_the_preview_is_shown_again_before_anything_is_done() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    for delta in grant("g2", "per", "102", "2026-11-22T10:00:00Z", 3) {
        desk.data(delta);
    }
    let effects = desk.press("y");
    assert!(effects.list.is_empty(), "{effects:?}");
    desk.wait(1);
    assert!(matches!(desk.press("y").list.first(), Some(Effect::Run(..))));
}

#[test]
fn a_read_only_desk_changes_nothing() {
    let mut desk = Desk::new();
    desk.app.settings.read_only = true;
    for key in ["e", "r", "x", "c"] {
        let effects = desk.press(key);
        assert!(effects.list.is_empty());
        assert!(desk.app.layers.is_empty());
        assert!(desk.says().ends_with("this desk is read-only"), "{}", desk.says());
    }
}

#[test]
fn an_old_screen_is_not_acted_on() {
    let mut desk = Desk::new();
    desk.wait(600);
    desk.press("x");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("too old to act on"), "{}", desk.says());
}

#[test]
fn a_stay_the_desk_is_at_work_on_is_not_worked_on_twice() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    desk.press("y");
    desk.press("Esc");
    desk.press("e");
    assert!(desk.app.layers.is_empty());
    assert!(desk.says().contains("still checking out 102"), "{}", desk.says());
}

#[test]
fn a_job_is_followed_and_can_be_told_things() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("r");
    desk.wait(1);
    let effects = desk.press("y");
    let Some(Effect::Run(run, ..)) = effects.list.first().cloned() else {
        panic!("{effects:?} {}", desk.says())
    };
    let at = desk.now;
    let failed = StepState::Failed {
        words: "No card on the encoder.".into(),
        next: "Put it flat on the reader.".into(),
        retry: true,
    };
    desk.event(Event::Job(Progress { run, at, kind: ProgressKind::Step { index: 0, state: failed } }));
    assert!(desk.app.jobs.get(run).unwrap().wants_person());
    assert_eq!(desk.press("Enter").list, [Effect::Control(run, Control::Continue)]);
    assert_eq!(desk.press("x").list, [Effect::Control(run, Control::StopAfterStep)]);
    let outcome = Outcome::Failed { words: "Stopped.".into(), next: "Begin again.".into() };
    desk.event(Event::Job(Progress { run, at, kind: ProgressKind::Ended(outcome) }));
    assert!(!desk.app.jobs.get(run).unwrap().is_running());
}

#[test]
fn leaving_asks_only_while_something_runs() {
    let mut desk = Desk::new();
    assert_eq!(desk.press("q").list, [Effect::Quit]);
    desk.press("j");
    desk.press("x");
    desk.wait(1);
    desk.press("y");
    desk.press("Esc");
    assert_eq!(desk.press("q").list, []);
    assert!(matches!(desk.app.top(), Some(Layer::Leave)));
    assert_eq!(desk.press("Enter").list, [], "Enter stays");
    desk.press("q");
    assert_eq!(desk.press("y").list, [Effect::Quit]);
}

#[test]
fn a_frozen_screen_holds_still_and_loses_nothing() {
    let mut desk = Desk::new();
    desk.press("f");
    let effects = desk.gone("g1");
    assert!(!effects.draw);
    assert_eq!(desk.guests().len(), 3);
    desk.press("f");
    assert_eq!(desk.guests().len(), 2);
}

#[test]
fn an_unmasked_pin_is_masked_again_by_itself() {
    let mut desk = Desk::new();
    desk.press("u");
    let shown = desk.app.reveal.clone().unwrap();
    assert_eq!(shown.secret.reveal(), "4417");
    assert!(!format!("{:?}", desk.app.reveal).contains("4417"));
    assert!(desk.wait(11).draw);
    assert_eq!(desk.app.reveal, None);
}

#[test]
fn nothing_is_drawn_when_nothing_visible_happens() {
    let mut desk = Desk::new();
    desk.now += chrono::TimeDelta::seconds(1);
    assert!(!desk.event(Event::Tick).draw);
    desk.press("k");
    assert!(!desk.press("k").draw, "the cursor is at the top already");
}

#[test]
fn the_program_wakes_up_at_the_next_minute_when_nothing_else_ticks() {
    let desk = Desk::new();
    let wake = desk.app.next_wake();
    assert!(wake > desk.now && wake <= desk.now + chrono::TimeDelta::seconds(60));
}

#[test]
fn scrolling_past_the_end_of_a_page_did_not_happen() {
    let mut desk = Desk::new();
    desk.press("?");
    desk.press("G");
    desk.drawn();
    desk.press("k");
    assert!(matches!(desk.app.top(), Some(Layer::Help { scroll: 4 })), "{:?}", desk.app.top());
}

#[test]
fn a_clock_that_proves_wrong_before_anything_was_read_is_set_back() {
    let mut desk = Desk::unread();
    let right = desk.now;
    desk.now += chrono::TimeDelta::hours(15);
    desk.event(Event::Tick);
    desk.now = right;
    desk.event(Event::Tick);
    assert_eq!(desk.app.now(), right);
    assert_eq!(desk.app.property.business_date(), Desk::new().app.property.business_date());
    let mut desk = Desk::new();
    desk.now -= chrono::TimeDelta::hours(1);
    desk.event(Event::Tick);
    assert_eq!(desk.app.now(), right, "with data on the screen time never goes back");
}

#[test]
fn panes_are_reached_by_number_and_by_tab() {
    let mut desk = Desk::new();
    desk.press("4");
    assert_eq!(desk.app.board.focus, PaneKind::Warnings);
    desk.press("Tab");
    assert_eq!(desk.app.board.focus, PaneKind::Guests);
    desk.press("S-Tab");
    assert_eq!(desk.app.board.focus, PaneKind::Warnings);
}

#[test]
fn a_theme_is_seen_while_it_is_chosen_and_left_by_esc() {
    let mut desk = Desk::new();
    desk.press("T");
    assert_eq!(desk.press("j").list, [Effect::Theme("light".to_owned())]);
    assert_eq!(desk.press("Esc").list, [Effect::Theme("dark".to_owned())]);
    assert_eq!(desk.app.settings.theme, "dark");
}

#[test]
fn the_action_menu_says_why_not() {
    let mut desk = Desk::new();
    desk.press("j");
    desk.press("j");
    desk.press("a");
    desk.press("r");
    let Some(Layer::Menu(menu)) = desk.app.top() else { panic!("the menu stays open") };
    assert_eq!(menu.refused.as_deref(), Some("reissue: this stay has no card"));
}
