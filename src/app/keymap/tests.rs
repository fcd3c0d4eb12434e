//! Keys of one's own, and those that cannot be.

use rstest::rstest;

use super::*;
use crate::config::Config;

fn map(raw: &str) -> Result<Keymap, String> {
    let config = Config::parse(&format!("[keys]\n{raw}\n")).unwrap();
    Keymap::with(&config.keys).map_err(|e| e.to_string())
}

fn pressed(map: &Keymap, keys: &str) -> Asked {
    map.asked(keys.parse::<Chord>().unwrap().keys())
}

#[test]
fn the_keys_of_the_table_are_keys_and_none_is_given_twice() {
    let map = Keymap::new().unwrap();
    assert_eq!(map.command(Key::char('e')), Some(CommandId::Extend));
    assert_eq!(map.command(Key::ctrl('c')), Some(CommandId::Quit));
    assert_eq!(map.key_hint(CommandId::Down), "j");
    for c in COMMANDS {
        // What has no key of its own is found by its name.
        assert_eq!(map.keys(c.id).next().is_some(), !c.keys.is_empty(), "{}", c.name);
    }
}

#[test]
fn a_key_of_ones_own_takes_the_place_of_the_usual_ones() {
    let map = map("extend = \"E\"\nfirst = [\"g g\", \"Home\"]\nzoom = []").unwrap();
    assert_eq!(pressed(&map, "E"), Asked::Command(CommandId::Extend));
    assert_eq!(pressed(&map, "e"), Asked::Nothing);
    assert_eq!(pressed(&map, "g"), Asked::More);
    assert_eq!(pressed(&map, "g g"), Asked::Command(CommandId::First));
    assert_eq!(pressed(&map, "g x"), Asked::Nothing);
    assert_eq!(pressed(&map, "z"), Asked::Nothing);
    assert_eq!(
        (map.key_hint(CommandId::First).as_str(), map.key_hint(CommandId::Extend).as_str()),
        ("Home", "E")
    );
    let next: Vec<_> = map.after(&[Key::char('g')]).map(|(rest, id)| (rest.to_string(), id)).collect();
    assert_eq!(next, [("g".to_owned(), CommandId::First)]);
}

#[rstest]
#[case(
    "extend = \"E\"\nzoom = \"E\"",
    "line 3: the key E is given to “zoom” in line 3, and to “extend” in line 2"
)]
#[case(
    "extend = \"r\"",
    "line 2: the key r is given to “extend” in line 2, and to “reissue”, which has it unless"
)]
#[case(
    "zoom = \"e\"",
    "line 2: the key e is given to “zoom” in line 2, and to “extend”, which has it unless"
)]
#[case(
    "first = \"g g\"\nlast = \"g\"",
    "line 2: “g” of “last” in line 3 is the beginning of “g g” of “first” in line 2"
)]
#[case("extend = \"e e\"\nzoom = \"e\"", "is the beginning of “e e”")]
#[case(
    "zoom = \"g z\"",
    "“g” of “first”, which has it unless [keys] says otherwise is the beginning of “g z”"
)]
#[case("extnd = \"E\"", "line 2: there is no command “extnd”; did you mean “extend”?")]
#[case("extend = \"Entr\"", "line 2: extend: “Entr” is not the name of a key")]
#[case("extend = \"\"", "line 2: extend: there is no key")]
#[case("extend = \"Esc\"", "line 2: Esc always is “back”")]
#[case("extend = \"Ctrl-C\"", "line 2: Ctrl-C always is “quit”")]
#[case("extend = \"y\"\ncopy = []", "line 2: y always is “carry it out” and cannot be given to “extend”")]
#[case("palette = []", "line 2: “palette” needs a key")]
fn what_cannot_be_is_refused_with_both_places(#[case] raw: &str, #[case] words: &str) {
    let said = map(raw).unwrap_err();
    assert!(said.contains(words), "{said}");
}

#[test]
fn two_commands_can_change_places_and_nobody_is_locked_out() {
    let swapped = map("extend = \"r\"\nreissue = \"e\"\nquit = []\nopen = \"ö\"").unwrap();
    assert_eq!(pressed(&swapped, "r"), Asked::Command(CommandId::Extend));
    assert_eq!(pressed(&swapped, "Ctrl-C"), Asked::Command(CommandId::Quit));
    assert_eq!(pressed(&swapped, "Enter"), Asked::Command(CommandId::Open));
    assert_eq!(swapped.travel(Key::plain(Code::Down)), Some(Travel::Rows(1)));
}

#[test]
fn what_is_asked_for_on_one_page_has_keys_of_its_own_too() {
    use crate::app::own_keys::{OWN_KEYS, Own, Page};
    let usual = Keymap::new().unwrap();
    for own in OWN_KEYS {
        let key = own.keys[0].parse().unwrap();
        assert_eq!(usual.own(own.page, key), Some(own.id), "{}", own.name);
        assert_eq!(usual.own_hint(own.id), own.keys[0]);
    }
    let map = map("job-stop = [\"F9\", \"X\"]\nqueue-stop = []\nlink-new = \"e\"").unwrap();
    assert_eq!(map.own(Page::Job, Key::char('X')), Some(Own::JobStop));
    assert_eq!(map.own(Page::Job, Key::char('x')), None);
    assert_eq!(map.own(Page::Queue, Key::char('x')), None);
    assert_eq!((map.own_hint(Own::JobStop).as_str(), map.own_hint(Own::QueueStop).as_str()), ("X", ""));
    assert_eq!(map.own(Page::Link, Key::char('e')), Some(Own::LinkNew), "extend is asked for elsewhere");
    assert_eq!(pressed(&map, "e"), Asked::Command(CommandId::Extend));
}

#[rstest]
#[case(
    "job-stop = \"z\"",
    "line 2: the key z is given to “job-stop” in line 2, and to “job-undo”, which has it"
)]
#[case("link-new = \"j\"", "line 2: the key j is given to “link-new” in line 2, and to “down”, which has it")]
#[case(
    "down = \"n\"\ngrant = []",
    "line 2: the key n is given to “down” in line 2, and to “link-new”, which has it"
)]
#[case("why-test = \"?\"", "and to “help”")]
#[case("why-test = \"Enter\"", "line 2: Enter always is “open”")]
#[case("unfinished-leave = \"y\"", "line 2: y always is “yes or no”")]
#[case("queue-skip = \"3\"", "line 2: 3 always is “an encoder”")]
#[case("filter-save = \"s\"", "line 2: s always is “text”")]
#[case("job-stop = \"g x\"", "line 2: job-stop: “g x” are several keys")]
#[case("job-stp = \"X\"", "did you mean “job-stop”?")]
fn what_cannot_be_on_a_page_is_refused_with_both_places(#[case] raw: &str, #[case] words: &str) {
    let said = map(raw).unwrap_err();
    assert!(said.contains(words), "{said}");
}
