//! The store that the desks share is away.

use rstest::rstest;

use super::hotel::Desk;
use crate::app::away::{Alone, AloneNews};
use crate::app::layer::Layer;
use crate::app::message::Weight;
use crate::app::{Effect, Effects, Event};
use crate::relay::Standing;

fn press(desk: &mut Desk, keys: &str) -> Effects {
    keys.split_whitespace().map(|key| desk.press(key)).last().unwrap_or_default()
}

fn away(desk: &Desk) -> Event {
    Event::Relayed(Standing::Away { since: desk.app.now(), why: "no answer".into() })
}

/// A desk whose store has just gone.
fn without() -> Desk {
    let mut desk = Desk::new();
    desk.event(Event::Relayed(Standing::Polling));
    let news = away(&desk);
    desk.event(news);
    desk
}

fn palette(desk: &mut Desk, name: &str) -> Effects {
    desk.press(":");
    desk.type_text(name);
    desk.press("Enter")
}

#[rstest]
#[case("e", "extend")]
#[case("x", "check-out")]
#[case("n", "grant")]
#[case("m", "move")]
fn nothing_is_changed_meanwhile_and_why_is_said(#[case] key: &str, #[case] name: &str) {
    let mut desk = without();
    let effects = desk.press(key);
    assert!(effects.list.is_empty() && desk.app.layers.is_empty(), "{:?}", effects.list);
    let said = desk.says();
    let start = format!("{name}: the shared store has not answered since ");
    assert!(
        said.starts_with(&start) && said.contains("(no answer): wait, or : emergency works without it"),
        "{said}"
    );
    desk.event(Event::Relayed(Standing::Polling));
    desk.press(key);
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "it is back");
}

#[test]
fn what_was_about_to_be_confirmed_is_not_sent() {
    let mut desk = Desk::new();
    press(&mut desk, "e");
    desk.type_text("+1d");
    press(&mut desk, "Enter");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "{}", desk.says());
    let news = away(&desk);
    desk.event(news);
    desk.wait(2);
    let effects = press(&mut desk, "y");
    assert!(!effects.list.iter().any(|effect| matches!(effect, Effect::Run(..))), "{:?}", effects.list);
    assert!(desk.says().starts_with("Nothing was sent: the shared store"), "{}", desk.says());
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "what was filled in is there still");
}

#[test]
fn the_emergency_path_takes_the_word_and_nothing_else() {
    let mut desk = without();
    palette(&mut desk, "emergency");
    assert!(matches!(desk.app.top(), Some(Layer::Emergency(_))));
    // Neither a hand that does not look nor the key of dialogs takes it.
    for keys in ["Enter", "y Enter"] {
        assert!(press(&mut desk, keys).list.is_empty());
        let Some(Layer::Emergency(asked)) = desk.app.top() else { panic!("it is still asked") };
        assert!(asked.refused.is_some(), "{keys}");
    }
    press(&mut desk, "Ctrl-U");
    desk.type_text(" Alone ");
    assert_eq!(press(&mut desk, "Enter").list, [Effect::Emergency]);
    assert_eq!(desk.app.alone, Alone::No, "it is not taken before it is");
    desk.event(Event::Alone(AloneNews::Begun));
    assert!(matches!(desk.app.alone, Alone::Since(_)));
    press(&mut desk, "x");
    assert!(matches!(desk.app.top(), Some(Layer::Dialog(_))), "{}", desk.says());
    press(&mut desk, "Esc");
    palette(&mut desk, "emergency");
    let said = desk.says();
    assert!(!matches!(desk.app.top(), Some(Layer::Emergency(_))), "{said}");
}

#[test]
fn esc_waits_and_a_store_that_came_back_meanwhile_needs_no_word() {
    let mut desk = without();
    palette(&mut desk, "emergency");
    assert!(press(&mut desk, "Esc").list.is_empty() && desk.app.layers.is_empty());
    palette(&mut desk, "emergency");
    desk.type_text("alone");
    desk.event(Event::Relayed(Standing::Polling));
    assert!(press(&mut desk, "Enter").list.is_empty());
    assert_eq!(desk.says(), "Not needed: the shared store is there.");
    let mut desk = Desk::new();
    assert!(
        desk.app
            .refusal_of(crate::app::command::CommandId::Emergency)
            .unwrap()
            .contains("no store is shared")
    );
    desk.app.settings.read_only = true;
    assert!(desk.app.refusal_of(crate::app::command::CommandId::Emergency).unwrap().contains("read-only"));
}

#[test]
fn what_a_merge_found_is_said_and_a_conflict_is_bad_news() {
    let mut desk = without();
    desk.event(Event::Alone(AloneNews::Begun));
    desk.event(Event::Relayed(Standing::Polling));
    assert!(matches!(desk.app.alone, Alone::Since(_)), "the record is here until it is merged");
    desk.event(Event::Alone(AloneNews::Back));
    assert!(matches!(desk.app.alone, Alone::Merging(_)));
    desk.event(Event::Alone(AloneNews::Merged { entries: 1, clashes: Vec::new() }));
    assert_eq!(desk.app.alone, Alone::No);
    assert_eq!(desk.says(), "What was recorded on this host is in the shared store: 1 entry.");
    let clash = "118 Okafor, Ada: maria: extend, done, without the shared store; jo@desk-2: check out, done.";
    desk.event(Event::Alone(AloneNews::Merged { entries: 3, clashes: vec![clash.into(), "another".into()] }));
    let said = desk.says();
    assert!(said.contains("3 entries. Another desk came between 2 times: 118 Okafor"), "{said}");
    assert_eq!(desk.app.messages.current().unwrap().weight, Weight::Bad);
}

#[test]
fn a_store_that_goes_again_before_all_is_merged_is_away_again() {
    let mut desk = without();
    desk.event(Event::Alone(AloneNews::Begun));
    desk.event(Event::Alone(AloneNews::Back));
    let news = away(&desk);
    desk.event(news);
    assert!(desk.press("x").list.is_empty());
    assert!(desk.says().contains("the shared store has not answered"), "{}", desk.says());
    palette(&mut desk, "emergency");
    assert!(matches!(desk.app.top(), Some(Layer::Emergency(_))), "{}", desk.says());
}

#[test]
fn it_could_not_be_recorded_here_either() {
    let mut desk = without();
    desk.event(Event::Alone(AloneNews::NotBegun("the disk is full".into())));
    assert_eq!(desk.says(), "Nothing can be recorded on this host either: the disk is full");
    assert_eq!(desk.app.alone, Alone::No);
    assert!(desk.press("x").list.is_empty() && desk.app.layers.is_empty());
}
