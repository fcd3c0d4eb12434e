//! Acknowledged and snoozed warnings: the box, the pane, the pages.

use chrono::TimeDelta;
use insta::assert_snapshot;
use ratatui::style::Modifier;

use super::{Hotel, Picture, night, press, type_in};
use crate::app::{App, Event};
use crate::property::{AlertId, Attended, Delta, Note, Said};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

fn both_sizes(name: &str, app: &App) {
    assert_snapshot!(format!("{name}_80x24"), Picture::of(app, 80, 24).text());
    assert_snapshot!(format!("{name}_120x40"), Picture::of(app, 120, 40).text());
}

fn on_warnings() -> App {
    let mut app = Hotel::usual().app();
    press(&mut app, "4");
    app
}

fn say(app: &mut App, at: usize, said: Said, minutes: i64, reason: &str) -> AlertId {
    let id = app.board.warnings.rows().iter().nth(at).unwrap().clone();
    let alert = app.property.alert(&id).unwrap();
    let note = Note::new(alert, said, night() - TimeDelta::minutes(minutes), "maria".into(), reason.into());
    app.update(app.now(), Event::Data(Delta::Attended(vec![note])));
    id
}

/// One acknowledged, one snoozed, one that came back when its time was over.
fn attended() -> App {
    let mut app = on_warnings();
    let until = night() + TimeDelta::minutes(165);
    say(&mut app, 1, Said::Snoozed { until: night() - TimeDelta::minutes(4) }, 64, "the guest is asleep");
    say(&mut app, 2, Said::Snoozed { until }, 4, "the porter is on his way");
    say(&mut app, 0, Said::Acknowledged, 12, "ringing the bridge's number");
    app
}

#[test]
fn the_box_of_one_warning() {
    let mut app = on_warnings();
    press(&mut app, "b");
    both_sizes("attend", &app);
    press(&mut app, "4 Tab");
    type_in(&mut app, "06:00");
    press(&mut app, "Tab Enter");
    both_sizes("attend_why", &app);
}

#[test]
fn the_box_of_several_with_something_to_take_back() {
    let mut app = attended();
    press(&mut app, "Space Space Space b 5");
    both_sizes("attend_several", &app);
}

#[test]
fn the_box_while_it_is_written() {
    let mut app = on_warnings();
    press(&mut app, "b Tab");
    type_in(&mut app, "seen");
    press(&mut app, "Enter");
    assert!(Picture::of(&app, 80, 24).text().contains("being written"));
}

#[test]
fn the_pane() {
    let app = attended();
    both_sizes("attended", &app);
    let theme = Theme::named("mono").unwrap();
    let ascii = Picture::in_theme(&app, 120, 40, &theme, &Glyphs::ASCII).text();
    assert!(ascii.contains("2 snoozed") || ascii.contains("1 snoozed"), "{ascii}");
}

#[test]
fn what_is_snoozed_is_dimmed_and_no_alarm() {
    let mut app = on_warnings();
    let all = app.board.warnings.rows().len();
    for _ in 0..all {
        say(&mut app, 0, Said::Snoozed { until: night() + TimeDelta::hours(1) }, 1, "later");
    }
    let picture = Picture::of(&app, 120, 40);
    assert!(picture.text().contains(&format!("{all} snoozed")), "{}", picture.text());
    let awake = Picture::of(&on_warnings(), 120, 40);
    assert_ne!(picture.style_of("P1"), awake.style_of("P1"));
    assert!(!picture.style_of("until 04:14 maria").add_modifier.contains(Modifier::BOLD));
    press(&mut app, "1");
    assert!(!Picture::of(&app, 80, 24).text().contains("4 there"), "the alarm line is for what is awake");
}

#[test]
fn it_says_why_it_is_back() {
    let mut app = on_warnings();
    let id = say(&mut app, 0, Said::Acknowledged, 4, "seen");
    let mut note = app.property.attended(&id).and_then(Attended::note).unwrap().clone();
    note.severity = crate::property::Severity::P3;
    app.update(app.now(), Event::Data(Delta::Attended(vec![note.clone()])));
    let picture = Picture::of(&app, 120, 40).text();
    assert!(picture.contains("back: worse than at 03:10"), "{picture}");
    note.severity = crate::property::Severity::P1;
    note.since -= TimeDelta::hours(1);
    app.update(app.now(), Event::Data(Delta::Attended(vec![note])));
    let picture = Picture::of(&app, 120, 40).text();
    assert!(picture.contains("back: raised anew since 03:10"), "{picture}");
}

#[test]
fn on_the_page_of_its_guest_and_in_the_audit() {
    let mut app = attended();
    press(&mut app, "g");
    let ids: Vec<AlertId> = app.board.warnings.rows().iter().cloned().collect();
    let snoozed = ids.iter().find(|id| app.property.is_snoozed(id)).unwrap().clone();
    assert!(app.board.warnings.select(&snoozed));
    press(&mut app, "Enter");
    let page = Picture::of(&app, 120, 40).text();
    assert!(page.contains("until 05:59 maria: the porter is on his way"), "{page}");
    press(&mut app, "Esc A");
    for _ in 0..9 {
        press(&mut app, "Right j");
    }
    press(&mut app, "g");
    both_sizes("attended_audit", &app);
}
