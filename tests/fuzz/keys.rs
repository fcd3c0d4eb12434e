//! Names of keys, and a person who presses anything.

use nightdesk::app::Event;
use nightdesk::app::key::{Code, Key};
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
    let all = (any::<bool>(), proptest::collection::vec(does(), 1..80));
    runner
        .run(&all, |(read, all)| {
            let mut app = if read { app_on(&answers, thresholds()) } else { empty(Settings::default()) };
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
