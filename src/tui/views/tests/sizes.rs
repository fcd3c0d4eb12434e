//! No size upsets any view.

use insta::assert_snapshot;
use proptest::prelude::*;

use super::{Hotel, Picture, press};
use crate::app::App;
use crate::tui::glyphs::Glyphs;
use crate::tui::theme::Theme;

#[test]
fn too_small_says_so_and_how_to_leave() {
    let app = Hotel::usual().app();
    assert_snapshot!("small_59x15", Picture::of(&app, 59, 15).text());
    assert_snapshot!("small_12x3", Picture::of(&app, 12, 3).text());
    assert!(!Picture::of(&app, 60, 16).text().contains("needs"));
}

/// The program with everything open that can be.
fn states() -> Vec<App> {
    let opened = [
        "",
        "Enter",
        "?",
        "a",
        ":",
        "T",
        "e",
        "e Enter",
        "x",
        "r",
        "d",
        "Space Space x",
        "Space Space x 2 Enter",
        "r Enter y",
        "u",
        "4 Enter",
        "o",
        "2 o j Space > J",
        "/ a Ctrl-S b",
        "/",
        "z",
    ];
    opened
        .iter()
        .map(|keys| {
            let mut app = Hotel::usual().app();
            press(&mut app, keys);
            app
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn no_size_upsets_any_view(sizes in prop::collection::vec((0u16..=220, 0u16..=70), 1), ascii: bool) {
        let theme = Theme::named("dark").unwrap();
        for app in states() {
            for (width, height) in &sizes {
                let picture = Picture::in_theme(&app, *width, *height, &theme, Glyphs::new(ascii));
                if let Some(cursor) = picture.cursor {
                    prop_assert!(picture.buf.area.contains(cursor));
                }
            }
        }
    }
}

#[test]
fn the_extremes_upset_nothing() {
    for app in states() {
        for (width, height) in [(0, 0), (1, 1), (60, 16), (500, 200), (500, 16), (60, 200)] {
            Picture::of(&app, width, height);
        }
    }
}
