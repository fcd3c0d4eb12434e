//! Styles, fallbacks and names.

use ratatui::style::{Color, Modifier, Style};
use rstest::rstest;

use crate::tui::theme::{Meaning, Theme};

#[test]
fn the_table_of_meanings_is_in_the_order_of_the_enum() {
    for (i, meaning) in Meaning::ALL.iter().enumerate() {
        assert_eq!(meaning.index(), i, "{meaning}");
    }
}

#[test]
fn every_chain_ends_in_plain_text() {
    for meaning in Meaning::ALL {
        let mut at = meaning;
        for _ in 0..Meaning::ALL.len() {
            at = at.fallback().unwrap_or(Meaning::Text);
        }
        assert_eq!(at, Meaning::Text, "{meaning}");
    }
}

#[rstest]
#[case("dark", true)]
#[case("light", true)]
#[case("high-contrast", true)]
#[case("high-contrast-light", true)]
#[case("colour-blind", true)]
#[case("harbour", true)]
#[case("dusk", true)]
#[case("ember", true)]
#[case("paper", true)]
#[case("mono", false)]
fn every_theme_parses_and_only_mono_is_without_colour(#[case] name: &str, #[case] coloured: bool) {
    let theme = Theme::named(name).unwrap();
    assert_eq!(theme.has_colour(), coloured);
    assert_eq!(theme.name(), name);
}

#[test]
fn all_themes_are_listed() {
    let listed: Vec<_> = Theme::names().collect();
    assert!(listed.len() >= 8, "{listed:?}");
    assert_eq!(listed.first(), Some(&"dark"), "the default is the first");
}

#[test]
fn dark_and_light_leave_the_background_to_the_terminal() {
    for name in ["dark", "light"] {
        let theme = Theme::named(name).unwrap();
        assert_eq!(theme.style(Meaning::Text), Style::new(), "{name}");
        for meaning in Meaning::ALL {
            let style = theme.style(meaning);
            assert_eq!(style.bg, None, "{name}: {meaning}");
            assert!(!matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_))), "{name}: {meaning}");
        }
    }
}

#[test]
fn severities_can_be_told_apart_in_every_theme() {
    for name in Theme::names() {
        let theme = Theme::named(name).unwrap();
        let styles =
            [Meaning::Text, Meaning::Muted, Meaning::Warning, Meaning::Critical].map(|m| theme.style(m));
        for (i, a) in styles.iter().enumerate() {
            assert!(styles.iter().skip(i + 1).all(|b| a != b), "{name}: {styles:?}");
        }
    }
}

#[test]
fn the_selection_is_reversed_even_where_a_theme_says_otherwise() {
    let theme = Theme::from_toml("t", "selection = \"blue\"").unwrap();
    assert!(theme.style(Meaning::Selection).add_modifier.contains(Modifier::REVERSED));
    assert!(Theme::plain("p").style(Meaning::Selection).add_modifier.contains(Modifier::REVERSED));
}

#[test]
fn a_theme_of_one_line_still_answers_everything() {
    let theme = Theme::from_toml("t", "pending = \"yellow\"").unwrap();
    assert_eq!(theme.style(Meaning::Error), Style::new().fg(Color::Yellow));
    assert_eq!(theme.style(Meaning::Ok), Style::new());
}

#[test]
fn no_color_leaves_only_modifiers() {
    for name in Theme::names() {
        let theme = Theme::named(name).unwrap().without_colour();
        assert!(!theme.has_colour(), "{name}");
        assert_ne!(theme.style(Meaning::Critical), theme.style(Meaning::Text), "{name}");
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let told = Theme::named("hi-contrast").unwrap_err().to_string();
    assert!(told.contains("high-contrast"), "{told}");
    assert!(Theme::named("drak").unwrap_err().to_string().contains("`dark`"));
}
