//! Columns, order, filters with names, and what is remembered of them.

use super::super::columns::ColumnId;
use super::super::layer::Layer;
use super::super::pane::PaneKind;
use super::super::{App, Effect, Effects};
use super::hotel::{Desk, night, records};
use crate::app::key::Key;
use crate::app::remember::{View, Whose};
use crate::property::{Delta, Records, Resource, Sweep};
use serde_json::json;

fn names(app: &App, kind: PaneKind) -> Vec<String> {
    app.board.tables.layout(kind).names()
}

/// Presses keys by name, the last of which tells its effects.
fn press(desk: &mut Desk, keys: &str) -> Effects {
    keys.split_whitespace().map(|key| desk.press(key)).last().unwrap_or_default()
}

fn remembered(effects: &Effects) -> Option<String> {
    effects.list.iter().find_map(|effect| match effect {
        Effect::Remember(view) => Some(view.written(None)),
        _ => None,
    })
}

/// The only property, without a name.
fn alone() -> Whose {
    Whose { name: None, takes_unnamed: true }
}

/// One of several.
fn called(name: &str) -> Whose {
    Whose { name: Some(name.to_owned()), takes_unnamed: false }
}

#[test]
fn columns_are_chosen_moved_and_sized_and_esc_gives_back_what_was() {
    let mut desk = Desk::new();
    let before = names(&desk.app, PaneKind::Guests);
    press(&mut desk, "o");
    assert!(matches!(desk.app.top(), Some(Layer::Columns(_))));
    // Guest away, class to the front and wider.
    press(&mut desk, "j Space j K K > > s S");
    let now = names(&desk.app, PaneKind::Guests);
    assert_eq!(now.get(..3), Some(&["class:11", "room", "until"].map(str::to_owned)[..]));
    assert_eq!(desk.app.board.sort_of(PaneKind::Guests).column, ColumnId::Class);
    let effects = press(&mut desk, "Esc");
    assert!(remembered(&effects).is_none());
    assert_eq!(names(&desk.app, PaneKind::Guests), before);
    assert_eq!(desk.app.board.sort_of(PaneKind::Guests), PaneKind::Guests.usual_sort());
}

#[test]
fn what_is_kept_is_there_after_the_next_start() {
    let mut desk = Desk::new();
    let effects = press(&mut desk, "o j Space s Enter");
    let text = remembered(&effects).unwrap();
    assert!(desk.app.layers.is_empty());
    let mut next = Desk::new();
    next.app.recall([&[], &[], &[], &[]], alone(), Some(&text));
    assert_eq!(names(&next.app, PaneKind::Guests), names(&desk.app, PaneKind::Guests));
    assert_eq!(next.app.board.sort_of(PaneKind::Guests).column, ColumnId::Guest);
    assert_eq!(names(&next.app, PaneKind::Grants), names(&Desk::new().app, PaneKind::Grants));
}

#[test]
fn the_default_of_the_property_is_what_d_goes_back_to() {
    let mut desk = Desk::new();
    let given = ["guest".to_owned(), "room".to_owned()];
    desk.app.recall([&given, &[], &[], &[]], alone(), Some("version = 1\n[guests]\ncolumns = [\"email\"]\n"));
    assert_eq!(names(&desk.app, PaneKind::Guests), ["email"]);
    let effects = press(&mut desk, "o d Enter");
    assert_eq!(names(&desk.app, PaneKind::Guests), given);
    assert!(!remembered(&effects).unwrap().contains("columns"), "what is given need not be remembered");
}

#[test]
fn a_broken_file_is_said_and_nothing_else_happens() {
    for (raw, said) in [
        ("version = 1\n[guests\n", "line 2"),
        ("version = 9\n", "newer nightdesk"),
        ("version = 1\n[guests]\ncolumns = [\"guest\", \"moon\"]\n", "there is no column “moon”"),
        ("version = 1\n[grants]\nsort = \"moon\"\n", "there is no column “moon”"),
        ("\u{0}\u{1b}[2J", "line 1"),
    ] {
        let mut desk = Desk::new();
        desk.app.recall([&[], &[], &[], &[]], alone(), Some(raw));
        assert!(desk.says().contains(said), "{raw:?}: {}", desk.says());
        assert_eq!(desk.guests().len(), 3);
        assert!(!names(&desk.app, PaneKind::Guests).is_empty());
    }
}

#[test]
fn the_cursor_and_the_marks_stay_on_their_guests_whatever_is_chosen() {
    let mut desk = Desk::new();
    press(&mut desk, "j Space k");
    let (selected, marked) = (desk.app.selected_stay(), desk.app.board.guests.marked());
    assert_eq!(marked.len(), 1);
    for keys in ["s", "S", "s", "s", "o j Space Enter", "o J J Enter", "o G s Enter", "o d Enter"] {
        press(&mut desk, keys);
        assert_eq!(desk.app.selected_stay(), selected, "{keys}");
        assert_eq!(desk.app.board.guests.marked(), marked, "{keys}");
    }
}

#[test]
fn every_column_can_be_sorted_by_both_ways_and_no_row_is_lost() {
    let mut desk = Desk::new();
    for kind in PaneKind::ALL {
        desk.app.board.focus = kind;
        let count = |app: &App| {
            let board = &app.board;
            [
                board.guests.rows().len(),
                board.grants.rows().len(),
                board.mutations.rows().len(),
                board.warnings.rows().len(),
            ]
        };
        let before = count(&desk.app);
        let columns = desk.app.board.tables.layout(kind).slots().len();
        for at in 0..columns {
            press(&mut desk, "o g");
            (0..at).for_each(|_| drop(desk.press("j")));
            press(&mut desk, "s Enter S");
            assert_eq!(count(&desk.app), before);
        }
    }
}

#[test]
fn a_filter_with_a_name_comes_back_with_tab_and_is_remembered() {
    let mut desk = Desk::new();
    press(&mut desk, "/");
    desk.type_text("class:in-house ada");
    press(&mut desk, "Ctrl-S");
    assert!(desk.app.board.tables.naming.is_some());
    desk.type_text("mine");
    let effects = press(&mut desk, "Enter");
    let text = remembered(&effects).unwrap();
    assert_eq!(desk.app.board.filter().text(), "class:in-house ada");
    press(&mut desk, "Esc /");
    assert_eq!(desk.app.board.filter().text(), "");
    press(&mut desk, "Tab");
    assert_eq!(desk.app.board.filter().text(), "class:in-house ada");
    let mut next = Desk::new();
    next.app.recall([&[], &[], &[], &[]], alone(), Some(&text));
    press(&mut next, "/ S-Tab");
    assert_eq!(next.app.board.filter().text(), "class:in-house ada");
    let effects = press(&mut next, "Ctrl-X");
    assert!(!remembered(&effects).unwrap().contains("mine"));
    assert!(next.app.board.tables.saved(PaneKind::Guests).is_empty());
}

/// A desk of one of several properties, as it is after a start with this file.
fn after(raw: &str, whose: Whose) -> Desk {
    let mut desk = Desk::new();
    desk.app.recall([&[], &[], &[], &[]], whose, Some(raw));
    desk
}

fn filters(desk: &Desk) -> Vec<String> {
    desk.app.board.tables.saved(PaneKind::Guests).iter().map(|saved| saved.text.clone()).collect()
}

/// What a desk writes over a file after a filter was saved there.
fn save(raw: &str, whose: Whose, filter: &str) -> String {
    let mut desk = after(raw, whose);
    press(&mut desk, "/");
    desk.type_text(filter);
    press(&mut desk, "Ctrl-S");
    desk.type_text("mine");
    press(&mut desk, "Enter");
    View::of(&desk.app.board).written(Some(raw))
}

#[test]
fn what_was_saved_at_one_property_is_offered_at_no_other() {
    let both = save(&save("", called("harbour"), "ada"), called("hill"), "grace");
    assert_eq!(filters(&after(&both, called("harbour"))), ["ada"]);
    assert_eq!(filters(&after(&both, called("hill"))), ["grace"], "neither writes over the other");
    assert!(filters(&after(&both, called("moor"))).is_empty());
    assert!(filters(&after(&both, alone())).is_empty());
}

/// Reads all grants of a house in full.
fn read_whole(desk: &mut Desk, count: usize) -> Effects {
    let (what, sweep) = (Resource::Grants, Sweep(count as u64));
    desk.data(Delta::SweepBegan { what, sweep, at: night() });
    let raw = |n| json!({"access_grant_id": format!("{n:032x}"), "user_identity_id": format!("{:032x}", n + 1_000_000)});
    let grants = records((0..count).map(raw).collect());
    desk.data(Delta::Read { records: Records::Grants(grants), as_of: night(), sweep: Some(sweep) });
    desk.data(Delta::SweepEnded { what, sweep, as_of: night() })
}

#[test]
fn about_how_large_a_large_house_is_is_remembered_of_each_property() {
    let mut desk = after("", called("harbour"));
    assert!(remembered(&read_whole(&mut desk, 900)).is_none(), "it is read at a glance");
    let raw = remembered(&read_whole(&mut desk, 1_200)).unwrap();
    assert!(remembered(&read_whole(&mut desk, 1_150)).is_none(), "that is about the same");
    let size = |whose| after(&raw, whose).app.board.tables.size;
    assert_eq!((size(called("harbour")), size(called("hill")), size(alone())), (Some(1_200), None, None));
    let mut desk = after("", alone());
    let raw = remembered(&read_whole(&mut desk, 1_200)).unwrap();
    let mut next = after(&raw, alone());
    assert_eq!(next.app.board.tables.size, Some(1_200));
    let raw = remembered(&read_whole(&mut next, 100)).unwrap();
    assert_eq!(after(&raw, alone()).app.board.tables.size, Some(100));
    assert_eq!(after(&raw, called("harbour")).app.board.tables.size, None);
}

#[test]
fn columns_are_those_of_every_property() {
    let mut desk = after("", called("harbour"));
    let effects = press(&mut desk, "o j Space s Enter");
    let raw = remembered(&effects).unwrap();
    let next = after(&raw, called("hill"));
    assert_eq!(names(&next.app, PaneKind::Guests), names(&desk.app, PaneKind::Guests));
}

#[test]
fn an_older_file_is_read_and_its_filters_are_those_of_an_only_property() {
    let old = "version = 1\n[guests]\nsort = \"guest\"\n[[guests.filters]]\nname = \"a\"\nfilter = \"ada\"\n";
    let only = Whose { takes_unnamed: true, ..called("harbour") };
    for whose in [alone(), only.clone()] {
        let desk = after(old, whose);
        assert_eq!(filters(&desk), ["ada"]);
        assert_eq!(desk.app.board.sort_of(PaneKind::Guests).column, ColumnId::Guest);
    }
    assert!(filters(&after(old, called("harbour"))).is_empty(), "it may name a guest of another");
    let new = save(old, called("harbour"), "grace");
    assert_eq!(filters(&after(&new, alone())), ["ada"], "nobody lost it");
    // Whoever took it over and forgot it is not offered it again.
    let mut desk = after(old, only.clone());
    let effects = press(&mut desk, "/ Tab Ctrl-X");
    assert!(filters(&after(&remembered(&effects).unwrap(), only)).is_empty());
}

#[test]
fn leaving_the_name_empty_saves_nothing_and_keys_there_are_no_commands() {
    let mut desk = Desk::new();
    press(&mut desk, "/");
    press(&mut desk, "Ctrl-S");
    assert!(desk.says().contains("Type a filter first"), "{}", desk.says());
    desk.type_text("ada");
    press(&mut desk, "Ctrl-S x q Ctrl-C");
    assert!(desk.app.board.tables.naming.is_none() && desk.app.board.typing);
    let effects = press(&mut desk, "Ctrl-S Enter");
    assert!(remembered(&effects).is_none());
    assert!(desk.app.board.tables.saved(PaneKind::Guests).is_empty());
    assert!(desk.app.layers.is_empty());
}

#[test]
fn tab_writes_out_what_can_only_be_the_beginning_of_something_known() {
    let mut desk = Desk::new();
    press(&mut desk, "/");
    desk.type_text("!cl");
    press(&mut desk, "Tab");
    assert_eq!(desk.app.board.filter().text(), "!class:");
    desk.type_text("due-o");
    press(&mut desk, "Tab");
    assert_eq!(desk.app.board.filter().text(), "!class:due-out");
    press(&mut desk, "Tab");
    assert_eq!(desk.app.board.filter().text(), "!class:due-out", "nothing is missing");
}

#[test]
fn what_cannot_be_remembered_is_said_once() {
    let mut desk = Desk::new();
    desk.event(super::super::Event::NotRemembered("no space left".into()));
    assert!(desk.says().contains("no space left"));
    desk.app.messages.dismiss();
    desk.event(super::super::Event::NotRemembered("no space left".into()));
    assert_eq!(desk.says(), "");
}

#[test]
fn a_filter_by_the_clock_goes_with_it() {
    let mut desk = Desk::new();
    press(&mut desk, "4 /");
    desk.type_text("since:>100d");
    assert_eq!(desk.app.board.warnings.rows().len(), 0);
    press(&mut desk, "Enter");
    let before = desk.app.property.alerts().count();
    assert!(before > 0, "there are warnings");
    desk.wait(101 * 24 * 3_600);
    assert!(!desk.app.board.warnings.rows().is_empty());
}

#[test]
fn keys_read_as_names() {
    assert_eq!("Ctrl-S".parse::<Key>(), Ok(Key::ctrl('s')));
}
