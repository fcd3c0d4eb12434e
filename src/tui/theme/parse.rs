//! Theme files: one line a meaning, `critical = "bold red on default"`.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};

use super::{BUILT_IN, Meaning};
use crate::text::Text;

/// Why there is no such theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("there is no theme `{name}`; did you mean `{nearest}`? ({all})")]
    Unknown {
        /// What was asked for.
        name: Text,
        /// The name that is most like it.
        nearest: &'static str,
        /// Every name.
        all: String,
    },
    /// The file is not TOML, or not a table of strings.
    #[error("the theme is not a table of styles: {0}")]
    Syntax(Text),
    /// A line is about something that has no meaning here.
    #[error("a theme has no `{key}`; did you mean `{nearest}`?")]
    Meaning {
        /// What the file said.
        key: Text,
        /// The meaning that is most like it.
        nearest: &'static str,
    },
    /// A word of a style is neither a colour nor a modifier.
    #[error("`{word}` in the style of `{meaning}` is neither a colour nor a modifier")]
    Style {
        /// The meaning whose style it is.
        meaning: Meaning,
        /// The word.
        word: Text,
    },
}

impl ThemeError {
    pub(super) fn unknown_theme(name: &str) -> Self {
        let all: Vec<_> = BUILT_IN.iter().map(|(n, _)| *n).collect();
        Self::Unknown {
            name: Text::new(name),
            nearest: nearest(name, all.iter().copied()),
            all: all.join(", "),
        }
    }
}

/// The candidate that is most like `name`.
fn nearest(name: &str, candidates: impl Iterator<Item = &'static str>) -> &'static str {
    candidates.max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b))).unwrap_or_default()
}

/// The styles that a theme file defines.
pub(super) fn theme(text: &str) -> Result<Vec<(Meaning, Style)>, ThemeError> {
    let lines: BTreeMap<String, String> =
        toml::from_str(text).map_err(|e| ThemeError::Syntax(Text::new(e.message())))?;
    lines
        .iter()
        .map(|(key, words)| {
            let meaning = meaning(key)?;
            Ok((meaning, style(meaning, words)?))
        })
        .collect()
}

fn meaning(key: &str) -> Result<Meaning, ThemeError> {
    Meaning::ALL.into_iter().find(|m| m.name() == key).ok_or_else(|| ThemeError::Meaning {
        key: Text::new(key),
        nearest: nearest(key, Meaning::ALL.iter().map(|m| m.name())),
    })
}

/// `bold red on #102030`: modifiers, at most one colour, and one more after `on`.
fn style(meaning: Meaning, words: &str) -> Result<Style, ThemeError> {
    let mut style = Style::new();
    let mut background = false;
    for word in words.split_whitespace() {
        if word == "on" {
            background = true;
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else if word == "default" {
            // The terminal's own colour is the absence of one.
        } else if let Ok(colour) = word.parse::<Color>() {
            style = if background { style.bg(colour) } else { style.fg(colour) };
        } else {
            return Err(ThemeError::Style { meaning, word: Text::new(word) });
        }
    }
    Ok(style)
}

fn modifier(word: &str) -> Option<Modifier> {
    Some(match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underlined" => Modifier::UNDERLINED,
        "reversed" => Modifier::REVERSED,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", Style::new())]
    #[case("default", Style::new())]
    #[case("bold red", Style::new().fg(Color::Red).bold())]
    #[case("bright-black on #102030", Style::new().fg(Color::DarkGray).bg(Color::Rgb(16, 32, 48)))]
    #[case("on yellow underlined", Style::new().bg(Color::Yellow).underlined())]
    #[case("208", Style::new().fg(Color::Indexed(208)))]
    fn styles(#[case] words: &str, #[case] wanted: Style) {
        assert_eq!(style(Meaning::Text, words).unwrap(), wanted);
    }

    #[rstest]
    #[case("critcal = \"red\"", "`critical`")]
    #[case("critical = \"vermilion\"", "`vermilion` in the style of `critical`")]
    #[case("critical = 3", "table of styles")]
    #[case("critical", "table of styles")]
    fn a_wrong_line_is_named(#[case] text: &str, #[case] told: &str) {
        let message = theme(text).unwrap_err().to_string();
        assert!(message.contains(told), "{message}");
    }
}
