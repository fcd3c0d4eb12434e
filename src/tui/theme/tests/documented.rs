//! What docs/themes.md says is so.

use crate::tui::theme::{Depth, Meaning, Theme};

const TOLD: &str = include_str!("../../../../docs/themes.md");

#[test]
fn every_theme_and_every_meaning_is_in_the_table_with_what_it_falls_back_to() {
    for name in Theme::names() {
        assert!(TOLD.contains(&format!("`{name}`")), "{name}");
    }
    for meaning in Meaning::ALL {
        let row = TOLD.lines().find(|line| line.starts_with(&format!("| `{meaning}` |")));
        let last =
            row.unwrap_or_else(|| panic!("{meaning} is not told")).trim_end_matches(" |").rsplit("| ").next();
        let falls = meaning.fallback().map_or("the terminal's own".to_owned(), |to| format!("`{to}`"));
        assert_eq!(last, Some(falls.as_str()), "{meaning}");
    }
}

#[test]
fn the_example_is_a_theme() {
    let (_, example) = TOLD.split_once("```toml\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let theme = Theme::from_toml("mine", example).unwrap();
    assert_eq!(example.lines().count(), 10);
    for depth in [Depth::True, Depth::TwoFiftySix, Depth::Sixteen, Depth::Plain] {
        let theme = theme.at(depth);
        assert_ne!(theme.style(Meaning::Critical), theme.style(Meaning::Warning), "{depth:?}");
    }
}
