//! Names of keys, and a person who presses anything.

use nightdesk::app::Event;
use nightdesk::app::chord::Chord;
use nightdesk::app::command::COMMANDS;
use nightdesk::app::key::{Code, Key};
use nightdesk::app::keymap::{Asked, Keymap};
use nightdesk::app::own_keys::OWN_KEYS;
use nightdesk::config::Config;
use nightdesk::property::Settings;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::house::{answers, app_on, draw, empty, thresholds};

proptest! {
    #[test]
    fn what_names_a_key_is_named_by_it(name in prop_oneof![".{0,8}", "(ctrl-|Alt-|C-|S-){0,3}.{0,2}", "[Ff][0-9]{0,4}", "(?i)(space|pgdn|s-tab|enter)"]) {
        if let Ok(key) = name.parse::<Key>() {
            let shown = key.to_string();
            prop_assert_eq!(shown.parse::<Key>(), Ok(key), "{:?} shows itself as {:?}", name, shown);
        }
    }
}

/// The `[keys]` of somebody who presses anything into a file: names of commands mostly, and sequences.
fn keys() -> impl Strategy<Value = String> {
    let names: Vec<String> = COMMANDS
        .iter()
        .map(|c| c.name)
        .chain(OWN_KEYS.iter().map(|own| own.name))
        .map(str::to_owned)
        .collect();
    let name = prop_oneof![9 => proptest::sample::select(names), 1 => "[a-z-]{1,8}"];
    let one = prop_oneof![
        4 => "([a-eA-E0-9ж] ?){1,3}",
        1 => "Ctrl-[a-z]|F[1-9]|Esc|[a-z] Esc",
        1 => ".{0,4}",
    ];
    proptest::collection::btree_map(name, proptest::collection::vec(one, 0..3), 0..6).prop_map(|all| {
        let of = |(name, keys): (String, Vec<String>)| format!("{name} = {}\n", toml::Value::from(keys));
        format!("[keys]\n{}", all.into_iter().map(of).collect::<String>())
    })
}

proptest! {
    #[test]
    fn a_keymap_is_refused_in_words_or_every_key_of_it_asks_for_one_thing(raw in keys()) {
        let Ok(config) = Config::parse(&raw) else { return Ok(()) };
        match Keymap::with(&config.keys) {
            Err(why) => {
                let words = why.to_string();
                prop_assert!(!words.chars().any(char::is_control), "{words:?}");
            }
            Ok(map) => {
                for own in OWN_KEYS {
                    let key = map.own_hint(own.id);
                    prop_assert!(key.is_empty() || map.own(own.page, key.parse().unwrap()) == Some(own.id), "{key}");
                }
                for command in COMMANDS {
                    for chord in map.keys(command.id) {
                        prop_assert_eq!(map.asked(chord.keys()), Asked::Command(command.id));
                        let again: Chord = chord.to_string().parse().unwrap();
 prop_assert_eq!(&again, &chord);
                        for n in 1..chord.keys().len() {
                            prop_assert_eq!(map.asked(&chord.keys()[..n]), Asked::More);
                        }
                    }
                }
            }
        }
    }
}

fn key() -> impl Strategy<Value = Key> {
    let named = vec![
        Code::Enter,
        Code::Esc,
        Code::Tab,
        Code::BackTab,
        Code::Backspace,
        Code::Delete,
        Code::Left,
        Code::Right,
        Code::Up,
        Code::Down,
        Code::Home,
        Code::End,
        Code::PageUp,
        Code::PageDown,
        Code::F(1),
    ];
    let code = prop_oneof![
        4 => proptest::sample::select("1234jkgG/sS azfexrminwcyuAJPTDqR?:+-0 dl".chars().collect::<Vec<_>>()).prop_map(Code::Char),
        3 => proptest::sample::select(named),
        1 => any::<char>().prop_map(Code::Char),
    ];
    (code, proptest::bool::weighted(0.05), proptest::bool::weighted(0.05)).prop_map(|(code, ctrl, alt)| Key {
        code,
        ctrl,
        alt,
    })
}

/// What a person can do.
#[derive(Clone, Debug)]
enum Does {
    Press(Key),
    Paste(String),
    Resize(u16, u16),
    Wait(i64),
}

fn does() -> impl Strategy<Value = Does> {
    prop_oneof![
        12 => key().prop_map(Does::Press),
        1 => ".{0,40}".prop_map(Does::Paste),
        1 => (1_u16..240, 1_u16..80).prop_map(|(width, height)| Does::Resize(width, height)),
        1 => (0_i64..400_000).prop_map(Does::Wait),
    ]
}

#[test]
fn whoever_presses_anything_always_sees_a_picture() {
    let answers = answers();
    let theme = nightdesk::tui::theme::Theme::named("dark").unwrap();
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok());
    let mut runner = TestRunner::new(ProptestConfig {
        cases: asked.unwrap_or(24),
        ..ProptestConfig::with_source_file(file!())
    });
    let all = (any::<bool>(), any::<bool>(), proptest::collection::vec(does(), 1..80));
    runner
        .run(&all, |(read, own_keys, all)| {
            let own = Config::parse("[keys]\nfirst = \"g g\"\nextend = \"g e\"\nzoom = \"z z z\"\n").unwrap();
            let mut app = if read { app_on(&answers, thresholds()) } else { empty(Settings::default()) };
            if own_keys {
                app.settings.keymap = Keymap::with(&own.keys).unwrap();
            }
            let (mut width, mut height) = (100, 30);
            for does in all {
                let mut at = app.now() + chrono::TimeDelta::milliseconds(400);
                let event = match does {
                    Does::Press(key) => Event::Key(key),
                    Does::Paste(text) => Event::Paste(text),
                    Does::Resize(to_width, to_height) => {
                        (width, height) = (to_width, to_height);
                        Event::Resize { width, height }
                    }
                    Does::Wait(seconds) => {
                        at += chrono::TimeDelta::seconds(seconds);
                        Event::Tick
                    }
                };
                app.update(at, event);
                draw(&mut app, width, height, &theme);
            }
            Ok(())
        })
        .unwrap();
}
