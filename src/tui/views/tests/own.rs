//! Keys and a colour of one's own.

use insta::assert_snapshot;
use ratatui::style::{Color, Modifier};
use rstest::rstest;

use super::{Hotel, Picture, press};
use crate::app::App;
use crate::app::keymap::Keymap;
use crate::config::{Colour, Config};
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

fn app(keys: &str) -> App {
    let mut app = Hotel::usual().app();
    let config = Config::parse(&format!("[keys]\n{keys}\n")).unwrap();
    app.settings.keymap = Keymap::with(&config.keys).unwrap();
    app
}

#[test]
fn after_the_first_key_of_a_sequence_the_foot_shows_what_can_follow() {
    let mut app = app("first = \"g g\"\nlast = \"g e\"\nunlock = \"g o u\"\nhelp = [\"?\", \"g h\"]");
    press(&mut app, "g");
    assert_snapshot!("which_key_80x24", Picture::of(&app, 80, 24).text());
    press(&mut app, "o");
    let text = Picture::of(&app, 80, 24).text();
    assert!(text.contains(" g o …  u unlock"), "{text}");
}

#[test]
fn everything_that_names_a_key_names_the_one_it_really_has() {
    let keys = "extend = \"E\"\naudit = []\nactions = \"Alt-a\"\nhelp = \"F1\"\ndown = \"n\"\nup = \"p\"\ngrant = []\nlink-new = \"+\"";
    let mut app = app(keys);
    let foot = |app: &App| Picture::of(app, 120, 40).text().lines().last().unwrap_or_default().to_owned();
    let board = foot(&app);
    for words in ["E extend", "Alt-a all actions", "F1 help", "q quit"] {
        assert!(board.contains(words), "{board}");
    }
    assert!(!board.contains("audit"), "what has no key is not promised one: {board}");
    press(&mut app, "F1");
    let help = Picture::of(&app, 120, 60).text();
    assert!(help.contains("E               extend the stay") && help.contains(": audit"), "{help}");
    let below = foot(&app);
    assert!(below.contains("n/p scroll"), "{below}");
    press(&mut app, "Esc Alt-a");
    assert!(Picture::of(&app, 120, 40).text().contains("E       extend the stay"));
}

#[rstest]
#[case("dark")]
#[case("light")]
#[case("high-contrast")]
#[case("mono")]
fn the_name_of_the_property_has_its_colour_in_every_theme(#[case] theme: &str) {
    let mut app = Hotel::usual().app();
    let theme = Theme::named(theme).unwrap();
    let of = |app: &App| Picture::in_theme(app, 120, 40, &theme, &Glyphs::UNICODE).style_of("Harbour Hotel");
    let plain = of(&app);
    app.settings.own.colour = Some(Colour::Red);
    let red = of(&app);
    assert_ne!(plain, red);
    if theme.has_colour() {
        assert_eq!((red.fg, red.bg), (Some(Color::White), Some(Color::Red)));
    } else {
        assert!(red.add_modifier.contains(Modifier::REVERSED));
    }
}
