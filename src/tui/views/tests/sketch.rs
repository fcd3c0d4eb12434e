//! What is taken from the frame before is what would have been drawn.

use chrono::TimeDelta;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::json;

use super::hotel::{Hotel, id, night};
use crate::app::key::{Code, Key};
use crate::app::pane::PaneKind;
use crate::app::{App, Event};
use crate::property::{Delta, Records};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;
use crate::tui::views::{Sketch, render, render_from};
use crate::tui::widgets::Look;

/// What may happen between two frames.
#[derive(Clone, Debug)]
enum Step {
    Key(&'static str),
    Wait(i64),
    /// Somebody in the house gets another name.
    Named(usize, u8),
    /// The next frame has another size.
    Size(u16, u16),
    Theme(&'static str),
}

/// Keys that move a cursor most of the time.
fn step() -> impl Strategy<Value = Step> {
    let moves = ["j", "k", "PgDn", "PgUp", "G", "g"];
    let others = [
        "Tab", "1", "2", "3", "4", "z", "Space", "s", "S", "Esc", "/", "1", "Enter", "?", "f", "a", "w", "n",
    ];
    prop_oneof![
        12 => prop::sample::select(moves.to_vec()).prop_map(Step::Key),
        4 => prop::sample::select(others.to_vec()).prop_map(Step::Key),
        3 => prop_oneof![0i64..3, 20i64..90].prop_map(Step::Wait),
        2 => (0usize..30, any::<u8>()).prop_map(|(n, name)| Step::Named(n, name)),
        1 => prop::sample::select(vec![(80, 24), (120, 40), (200, 60), (50, 10)]).prop_map(|(w, h)| Step::Size(w, h)),
        1 => prop::sample::select(vec!["light", "dark", "high-contrast"]).prop_map(Step::Theme),
    ]
}

fn key(name: &str) -> Key {
    match name {
        "PgDn" => Key::plain(Code::PageDown),
        "PgUp" => Key::plain(Code::PageUp),
        "Tab" => Key::plain(Code::Tab),
        "Esc" => Key::plain(Code::Esc),
        "Enter" => Key::plain(Code::Enter),
        "Space" => Key::plain(Code::Char(' ')),
        name => Key::plain(Code::Char(name.chars().next().unwrap())),
    }
}

fn named(n: usize, name: u8) -> Delta {
    let raw = json!({"user_identity_id": id(6, n), "full_name": format!("Guest {name}")});
    let records = Records::Identities(vec![serde_json::from_value(raw).unwrap()]);
    Delta::Read { records, as_of: night() + TimeDelta::hours(1), sweep: None }
}

/// What was drawn last.
type Last = (Sketch, Buffer);

/// Draws a frame both ways, and tells the program what there was room for, as the loop does.
fn frame(app: &mut App, area: Rect, theme: &Theme, (sketch, last): &mut Last) -> Result<(), TestCaseError> {
    let look = Look { theme, glyphs: &Glyphs::UNICODE };
    let (mut anew, mut taken) = (Buffer::empty(area), Buffer::empty(area));
    let (room, cursor) = render(app, look, area, &mut anew);
    let both = (room, cursor) == render_from(app, look, area, (sketch, Some(last)), &mut taken);
    prop_assert!(both, "room and cursor");
    let differs = anew.content.iter().zip(&taken.content).position(|(a, b)| a != b);
    let place = differs.map(|at| (anew.pos_of(at), &anew.content[at], &taken.content[at]));
    prop_assert!(place.is_none(), "{place:?}");
    *last = taken;
    app.update(app.now(), Event::Drawn(room));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_frame_with_the_help_of_the_one_before_is_the_same_frame(
        steps in prop::collection::vec(step(), 1..60), size in prop::sample::select(vec![(80, 24), (120, 40), (200, 60)]),
    ) {
        let mut app = Hotel::with_guests(40).app();
        let mut area = Rect::new(0, 0, size.0, size.1);
        let (mut theme, mut last) = (Theme::named("dark").unwrap(), Last::default());
        let mut now = night();
        frame(&mut app, area, &theme, &mut last)?;
        for step in steps {
            match step {
                Step::Key(name) => drop(app.update(now, Event::Key(key(name)))),
                Step::Wait(seconds) => {
                    now += TimeDelta::seconds(seconds);
                    app.update(now, Event::Tick);
                }
                Step::Named(n, name) => drop(app.update(now, Event::Data(named(n, name)))),
                Step::Size(width, height) => {
                    area = Rect::new(0, 0, width, height);
                    app.update(now, Event::Resize { width, height });
                }
                Step::Theme(name) => {
                    theme = Theme::named(name).unwrap();
                    last.0.forget();
                }
            }
            frame(&mut app, area, &theme, &mut last)?;
        }
    }
}

#[test]
fn a_cursor_that_moves_takes_the_panes_from_the_frame_before() {
    let mut app = Hotel::with_guests(40).app();
    let stamp = app.stamp();
    for name in ["j", "j", "PgDn", "k", "G", "g"] {
        app.update(night(), Event::Key(key(name)));
        assert_eq!(app.stamp(), stamp, "{name}");
    }
    assert_eq!(app.board.focus, PaneKind::Guests);
    for name in ["Tab", "Space", "s"] {
        let before = app.stamp();
        app.update(night(), Event::Key(key(name)));
        assert_ne!(app.stamp(), before, "{name}");
    }
}
