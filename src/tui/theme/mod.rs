//! Colours by meaning.
//!
//! A view asks for [`Meaning::Critical`], never for red. A theme may define as few meanings as it
//! likes: what it leaves out falls back along a chain that ends in the terminal's own colours. The
//! selection is always reversed, so that no theme and no palette can hide it.
//!
//! | part | what it does |
//! |---|---|
//! | [`meaning`] | what can be meant |
//! | [`parse`] | a theme from the text of a file, every slip with its line |
//! | [`gallery`] | the themes there are: those of the program, and those of the person |
//! | [`depth`] | how many colours a terminal has, and a theme in as many |
//! | [`colour`] | what a colour looks like: brightness, contrast, the nearest of a palette |

pub mod colour;
pub mod depth;
mod gallery;
mod meaning;
mod parse;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use ratatui::style::{Color, Modifier, Style};

pub use depth::Depth;
pub use gallery::{Broken, Gallery};
pub use meaning::Meaning;
pub use parse::ThemeError;

/// Which terminals a theme that leaves the background to them is made for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MadeFor {
    /// Light letters on dark.
    #[default]
    Dark,
    /// Dark letters on light.
    Light,
    /// Either.
    Any,
}

/// A theme: a style for every meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: Cow<'static, str>,
    made_for: MadeFor,
    styles: [Option<Style>; Meaning::ALL.len()],
}

impl Theme {
    /// The names of the themes that come with the program, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        gallery::BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The theme of the program called `name`.
    ///
    /// # Errors
    /// [`ThemeError::Unknown`] with the nearest name when there is none of this name.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        match gallery::BUILT_IN.iter().find(|(n, _)| *n == name) {
            Some((name, text)) => Self::from_toml(name, text),
            None => Err(ThemeError::unknown_theme(name, Self::names())),
        }
    }

    /// A theme from the text of a theme file.
    ///
    /// # Errors
    /// When it is not TOML, names an unknown meaning or describes a style that does not exist.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, ThemeError> {
        let mut theme = Self::plain(name.to_owned());
        let file = parse::theme(text)?;
        theme.made_for = file.made_for;
        for (meaning, style) in file.styles {
            theme.set(meaning, style);
        }
        Ok(theme)
    }

    /// A theme that leaves everything to the terminal.
    pub fn plain(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), made_for: MadeFor::Any, styles: [None; Meaning::ALL.len()] }
    }

    /// The same theme with its colours taken out and its modifiers kept. What only a colour told apart
    /// before is told by the modifiers of `mono`.
    #[must_use]
    pub fn without_colour(&self) -> Self {
        let mono = Self::named("mono").unwrap_or_else(|_| Self::plain("mono"));
        let mut plain = self.clone();
        for meaning in Meaning::ALL {
            let own = self.style(meaning);
            let style = Style { fg: None, bg: None, underline_color: None, ..own };
            plain.set(meaning, if own == style { style } else { style.patch(mono.style(meaning)) });
        }
        plain
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which terminals it is made for, where it leaves the background to them.
    pub fn made_for(&self) -> MadeFor {
        self.made_for
    }

    /// The style of a meaning.
    pub fn style(&self, meaning: Meaning) -> Style {
        let mut at = Some(meaning);
        let mut found = Style::new();
        while let Some(m) = at {
            if let Some(style) = self.styles.get(m.index()).copied().flatten() {
                found = style;
                break;
            }
            at = m.fallback();
        }
        if meaning == Meaning::Selection { found.add_modifier(Modifier::REVERSED) } else { found }
    }

    /// Whether any meaning has a colour of its own.
    pub fn has_colour(&self) -> bool {
        let coloured = |c: Option<Color>| c.is_some_and(|c| c != Color::Reset);
        Meaning::ALL.iter().map(|m| self.style(*m)).any(|s| coloured(s.fg) || coloured(s.bg))
    }

    fn set(&mut self, meaning: Meaning, style: Style) {
        if let Some(slot) = self.styles.get_mut(meaning.index()) {
            *slot = Some(style);
        }
    }

    /// The same theme with every style that it names changed.
    fn restyled(&self, change: impl Fn(Style) -> Style) -> Self {
        let mut theme = self.clone();
        for style in theme.styles.iter_mut().flatten() {
            *style = change(*style);
        }
        theme
    }
}
