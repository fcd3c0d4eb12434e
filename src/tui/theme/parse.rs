//! Theme files: one line a meaning, `critical = "bold red on default"`.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;

use super::{MadeFor, Meaning};
use crate::text::Text;

/// The one line of a theme file that is no meaning: which terminals it is made for.
const MADE_FOR: &str = "made_for";

/// Why there is no such theme.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// No theme has this name.
    #[error("there is no theme `{name}`; did you mean `{nearest}`? ({all})")]
    Unknown {
        /// What was asked for.
        name: Text,
        /// The name that is most like it.
        nearest: Text,
        /// Every name.
        all: Text,
    },
    /// The file is not TOML, or not a table of strings.
    #[error("line {line}: {key}the theme is not a table of styles: {why}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// The key of that line, where it has one, with a colon.
        key: Text,
        /// What is wrong.
        why: Text,
    },
    /// A line is about something that has no meaning here.
    #[error("line {line}: a theme has no `{key}`; did you mean `{nearest}`?")]
    Meaning {
        /// Counted from 1.
        line: usize,
        /// What the file said.
        key: Text,
        /// The meaning that is most like it.
        nearest: &'static str,
    },
    /// A word of a style is neither a colour nor a modifier.
    #[error("line {line}: `{word}` in the style of `{key}` is neither a colour nor a modifier")]
    Style {
        /// Counted from 1.
        line: usize,
        /// The key of that line.
        key: &'static str,
        /// The word.
        word: Text,
    },
    /// What a theme is made for is none of the three.
    #[error("line {line}: `made_for` is `dark`, `light` or `any`, not `{said}`")]
    MadeFor {
        /// Counted from 1.
        line: usize,
        /// What the file said.
        said: Text,
    },
    /// The file cannot be read.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
}

impl ThemeError {
    pub(super) fn unknown_theme<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Self {
        let all: Vec<_> = names.collect();
        Self::Unknown {
            name: Text::new(name),
            nearest: Text::new(nearest(name, all.iter().copied()).unwrap_or_default()),
            all: Text::new(all.join(", ")),
        }
    }
}

/// The candidate that is most like `name`.
fn nearest<'n>(name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    candidates.max_by(|a, b| strsim::jaro(name, a).total_cmp(&strsim::jaro(name, b)))
}

/// What a theme file defines.
pub(super) struct File {
    pub(super) made_for: MadeFor,
    pub(super) styles: Vec<(Meaning, Style)>,
}

/// Reads the text of a theme file.
pub(super) fn theme(text: &str) -> Result<File, ThemeError> {
    let lines: BTreeMap<Spanned<String>, Spanned<String>> = toml::from_str(text).map_err(|e| {
        let at = e.span().map_or(0, |span| span.start);
        ThemeError::Syntax { line: line(text, at), key: key_at(text, at), why: Text::new(e.message()) }
    })?;
    let mut file = File { made_for: MadeFor::default(), styles: Vec::new() };
    for (key, words) in &lines {
        let line = line(text, key.span().start);
        if key.get_ref() == MADE_FOR {
            file.made_for = made_for(words.get_ref(), line)?;
            continue;
        }
        let meaning = meaning(key.get_ref(), line)?;
        file.styles.push((meaning, style(meaning, words.get_ref(), line)?));
    }
    Ok(file)
}

/// The number of the line in which a byte stands, counted from 1.
fn line(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

/// The key of the line in which a byte stands, as a sentence begins with it.
fn key_at(text: &str, at: usize) -> Text {
    let begins = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |n| n + 1);
    let line = text.get(begins..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|key| !key.is_empty());
    Text::new(key.map(|key| format!("`{key}`: ")).unwrap_or_default())
}

fn made_for(said: &str, line: usize) -> Result<MadeFor, ThemeError> {
    match said {
        "dark" => Ok(MadeFor::Dark),
        "light" => Ok(MadeFor::Light),
        "any" => Ok(MadeFor::Any),
        other => Err(ThemeError::MadeFor { line, said: Text::new(other) }),
    }
}

fn meaning(key: &str, line: usize) -> Result<Meaning, ThemeError> {
    let names = || Meaning::ALL.iter().map(|m| m.name()).chain([MADE_FOR]);
    Meaning::ALL.into_iter().find(|m| m.name() == key).ok_or_else(|| ThemeError::Meaning {
        line,
        key: Text::new(key),
        nearest: nearest(key, names()).unwrap_or_default(),
    })
}

/// `bold red on #102030`: modifiers, at most one colour, and one more after `on`.
fn style(meaning: Meaning, words: &str, line: usize) -> Result<Style, ThemeError> {
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
            return Err(ThemeError::Style { line, key: meaning.name(), word: Text::new(word) });
        }
    }
    Ok(style)
}

/// Nothing blinks: there is no word for it.
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
        assert_eq!(style(Meaning::Text, words, 1).unwrap(), wanted);
    }

    #[rstest]
    #[case("ok = \"green\"\ncritcal = \"red\"", "line 2: a theme has no `critcal`; did you mean `critical`?")]
    #[case("\n\ncritical = \"vermilion\"", "line 3: `vermilion` in the style of `critical` is neither")]
    #[case("ok = \"blink\"", "line 1: `blink` in the style of `ok`")]
    #[case("ok = \"green\"\ncritical = 3", "line 2: `critical`: the theme is not a table of styles")]
    #[case("critical", "line 1: the theme is not a table of styles")]
    #[case("made_for = \"dusk\"", "line 1: `made_for` is `dark`, `light` or `any`, not `dusk`")]
    #[case("made_4 = \"dark\"", "did you mean `made_for`?")]
    fn a_wrong_line_is_named(#[case] text: &str, #[case] told: &str) {
        let message = theme(text).err().unwrap().to_string();
        assert!(message.contains(told), "{message}");
    }

    #[test]
    fn what_a_theme_is_made_for() {
        assert_eq!(theme("made_for = \"light\"").unwrap().made_for, MadeFor::Light);
        assert_eq!(theme("").unwrap().made_for, MadeFor::Dark);
    }
}
