//! Keys of one's own, sequences, other keyboards, and arrows alone.

use rstest::rstest;

use super::hotel::Desk;
use crate::app::command::{COMMANDS, CommandId};
use crate::app::keymap::Keymap;
use crate::app::layer::Layer;
use crate::app::pane::PaneKind;
use crate::config::Config;

fn desk(keys: &str) -> Desk {
    let mut desk = Desk::new();
    let config = Config::parse(&format!("[keys]\n{keys}\n")).unwrap();
    desk.app.settings.keymap = Keymap::with(&config.keys).unwrap();
    desk
}

fn press(desk: &mut Desk, keys: &str) {
    for key in keys.split_whitespace() {
        desk.press(key);
    }
}

#[test]
fn a_sequence_asks_for_what_its_first_key_alone_does_not() {
    let mut desk = desk("first = \"g g\"\nlast = \"g e\"\nhelp = [\"?\", \"g h\"]");
    press(&mut desk, "j j");
    let last = desk.app.selected_stay();
    press(&mut desk, "g");
    assert_eq!(desk.app.prefix().len(), 1);
    assert_eq!(desk.app.continuations().len(), 3);
    assert_eq!(desk.app.selected_stay(), last, "nothing happens before it is over");
    press(&mut desk, "g");
    assert_ne!(desk.app.selected_stay(), last);
    press(&mut desk, "g e");
    assert_eq!(desk.app.selected_stay(), last);
    press(&mut desk, "g h");
    assert!(matches!(desk.app.top(), Some(Layer::Help { scroll: 0 })));
    press(&mut desk, "g e");
    assert!(matches!(desk.app.top(), Some(Layer::Help { scroll: 1.. })), "pages move by them, too");
}

#[test]
fn a_sequence_is_left_by_esc_and_by_what_does_not_belong_to_it() {
    let mut desk = desk("first = \"g g\"\nextend = \"g e\"");
    press(&mut desk, "g Esc");
    assert!(desk.app.prefix().is_empty() && desk.says().is_empty());
    press(&mut desk, "g x");
    assert!(desk.app.layers.is_empty(), "x alone would check out");
    assert_eq!(desk.says(), "g x asks for nothing.");
    press(&mut desk, "g /");
    assert!(!desk.app.board.typing);
    press(&mut desk, "/ g");
    assert_eq!(desk.app.board.filter().text(), "g", "where text is typed it is text");
}

#[test]
fn what_a_page_answers_itself_begins_no_sequence_there() {
    let mut desk = desk("check-out = \"z x\"\nzoom = []\nundo = []");
    press(&mut desk, "d z");
    assert!(desk.app.prefix().is_empty());
}

#[rstest]
#[case("у", CommandId::Extend)]
#[case("Ф", CommandId::Audit)]
#[case("é", CommandId::Grants)]
#[case("\"", CommandId::Mutations)]
fn a_key_of_another_keyboard_is_known_by_its_place(#[case] key: &str, #[case] id: CommandId) {
    let mut there = Desk::new();
    there.press(key);
    let mut usual = Desk::new();
    usual.press(&usual.app.settings.keymap.key_hint(id));
    assert_eq!(there.app.board.focus, usual.app.board.focus);
    assert_eq!(there.app.layers.len(), usual.app.layers.len());
    assert!(there.app.board.focus != PaneKind::Guests || there.app.layers.len() == 1);
}

#[test]
fn a_dialog_is_confirmed_at_the_place_of_y_and_what_has_a_meaning_keeps_it() {
    let mut desk = Desk::new();
    press(&mut desk, "j к");
    desk.wait(1);
    let effects = desk.press("н");
    assert_eq!(effects.list.len(), 1, "{}", desk.says());
    let mut desk = self::desk("zoom = \"у\"");
    press(&mut desk, "у");
    assert!(desk.app.board.zoomed && desk.app.layers.is_empty());
    press(&mut desk, "/");
    desk.type_text("у");
    assert_eq!(desk.app.board.filter().text(), "у");
}

/// From the board to the command in the list of all, with nothing but arrows and Enter.
fn walk(desk: &mut Desk, id: CommandId) {
    desk.press("Right");
    let Some(Layer::Menu(menu)) = desk.app.top() else { panic!("no menu") };
    for _ in 1..menu.items.len() {
        desk.press("Down");
    }
    desk.press("Enter");
    for _ in 0..COMMANDS.len() {
        let Some(Layer::Palette(palette)) = desk.app.top() else { panic!("no list of all commands") };
        if palette.menu.items.get(palette.menu.at) == Some(&id) {
            return;
        }
        desk.press("Down");
    }
    panic!("{id:?} cannot be reached");
}

#[test]
fn arrows_and_enter_alone_reach_every_command() {
    for command in COMMANDS.iter().filter(|c| c.id != CommandId::Palette) {
        for mut desk in [Desk::new(), Desk::unread()] {
            walk(&mut desk, command.id);
            let refusal = desk.app.refusal_of(command.id);
            desk.press("Enter");
            let listed = matches!(desk.app.top(), Some(Layer::Palette(_)));
            assert_eq!(listed, refusal.is_some(), "{}: {refusal:?}", command.name);
        }
    }
}

#[test]
fn the_encoder_of_the_desk_comes_first_and_is_not_asked_for() {
    let mut desk = Desk::new();
    desk.app.settings.own.encoder = Some("front desk 2".into());
    press(&mut desk, ":");
    desk.type_text("read-card");
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Reading)), "it reads at once");
    assert_eq!(desk.app.reading.as_ref().unwrap().ask.encoder_name, "Front desk 2");
    let mut desk = Desk::new();
    desk.app.settings.own.encoder = Some("enc-2".into());
    press(&mut desk, "j r");
    desk.wait(1);
    let said = format!("{:?}", desk.press("y").list);
    assert!(said.contains("enc-2") && !said.contains("enc-1"), "{said}");
    let mut desk = Desk::new();
    desk.app.settings.own.encoder = Some("nowhere".into());
    press(&mut desk, ":");
    desk.type_text("read-card");
    desk.press("Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "what is not there is asked for");
}

#[test]
fn what_a_page_alone_knows_is_asked_for_with_a_key_of_ones_own() {
    let mut desk = desk("columns-show = \"v\"\ncolumns-later = [\"F6\", \"L\"]");
    let names = |desk: &Desk| desk.app.board.tables.layout(PaneKind::Guests).names();
    let before = names(&desk);
    press(&mut desk, "o v");
    assert_eq!(names(&desk), before[1..], "the room is taken away");
    press(&mut desk, "Space J");
    assert_eq!(names(&desk), before[1..], "the usual ones do nothing any more");
    press(&mut desk, "v F6 L Enter");
    assert_eq!(names(&desk)[2], before[0], "{:?}", names(&desk));
}

#[test]
fn the_line_of_the_filter_has_keys_of_its_own_too_and_all_letters() {
    let mut desk = desk("filter-save = \"F2\"\nfilter-forget = \"Alt-f\"");
    press(&mut desk, "/ s x F2");
    assert!(desk.app.board.tables.naming.is_some());
    desk.type_text("mine");
    press(&mut desk, "Enter");
    assert_eq!(desk.app.board.tables.saved(PaneKind::Guests).len(), 1);
    press(&mut desk, "Alt-f");
    assert!(desk.app.board.tables.saved(PaneKind::Guests).is_empty());
    assert_eq!(desk.app.board.filter().text(), "sx");
    press(&mut desk, "Ctrl-S");
    assert!(desk.app.board.tables.naming.is_none());
    press(&mut desk, "Ctrl-U F2");
    assert_eq!(desk.says(), "Type a filter first, then F2 gives it a name.");
}

#[test]
fn a_letter_of_another_keyboard_is_that_of_the_page() {
    let mut desk = desk("");
    let before = desk.app.board.tables.layout(PaneKind::Guests).names();
    // Where Latin keyboards have o, then J: щ, О.
    press(&mut desk, "щ О");
    assert_eq!(desk.app.board.tables.layout(PaneKind::Guests).names()[1], before[0]);
}
