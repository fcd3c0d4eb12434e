//! Colours by meaning.
//!
//! A view asks for [`Meaning::Critical`], never for red. A theme may define as few meanings as it
//! likes: what it leaves out falls back along a chain that ends in the terminal's own colours. The
//! selection is always reversed, so that no theme and no palette can hide it.

mod parse;

use std::borrow::Cow;
use std::fmt;

use ratatui::style::{Color, Modifier, Style};

pub use parse::ThemeError;

/// What a piece of the screen means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// Ordinary text.
    Text,
    /// What is fine, secondary, or not in focus.
    Muted,
    /// An action that is not possible now.
    Disabled,
    /// What the eye should land on without being an alarm: names, values that matter.
    Strong,
    /// Titles of panes and dialogs.
    Title,
    /// The titles of columns.
    ColumnTitle,
    /// The line at the top of the screen.
    Header,
    /// A word in the header that must not be overlooked: `SANDBOX`, `READ-ONLY`.
    Badge,
    /// The frame of a pane.
    Border,
    /// The frame of the pane that has the focus, and of dialogs.
    BorderFocused,
    /// The row under the cursor; always reversed.
    Selection,
    /// The mark on a row.
    Mark,
    /// The letters that a filter matched.
    Match,
    /// The key in a key hint.
    KeyHint,
    /// Text being typed.
    Input,
    /// In order.
    Ok,
    /// Under way.
    Pending,
    /// Wants attention: P2, P3.
    Warning,
    /// Wants it now: P1.
    Critical,
    /// Older than it should be.
    Stale,
    /// Something failed.
    Error,
}

impl Meaning {
    /// Every meaning.
    pub const ALL: [Self; 21] = [
        Self::Text,
        Self::Muted,
        Self::Disabled,
        Self::Strong,
        Self::Title,
        Self::ColumnTitle,
        Self::Header,
        Self::Badge,
        Self::Border,
        Self::BorderFocused,
        Self::Selection,
        Self::Mark,
        Self::Match,
        Self::KeyHint,
        Self::Input,
        Self::Ok,
        Self::Pending,
        Self::Warning,
        Self::Critical,
        Self::Stale,
        Self::Error,
    ];

    /// Its name in a theme file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Muted => "muted",
            Self::Disabled => "disabled",
            Self::Strong => "strong",
            Self::Title => "title",
            Self::ColumnTitle => "column_title",
            Self::Header => "header",
            Self::Badge => "badge",
            Self::Border => "border",
            Self::BorderFocused => "border_focused",
            Self::Selection => "selection",
            Self::Mark => "mark",
            Self::Match => "match",
            Self::KeyHint => "key_hint",
            Self::Input => "input",
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Stale => "stale",
            Self::Error => "error",
        }
    }

    /// The meaning whose style stands in where a theme leaves this one out.
    pub fn fallback(self) -> Option<Self> {
        Some(match self {
            Self::Text => return None,
            Self::Muted
            | Self::Strong
            | Self::Selection
            | Self::Input
            | Self::Ok
            | Self::Pending
            | Self::Title => Self::Text,
            Self::Disabled | Self::Border | Self::ColumnTitle | Self::Stale => Self::Muted,
            Self::Header | Self::BorderFocused | Self::KeyHint => Self::Title,
            Self::Mark | Self::Match => Self::KeyHint,
            Self::Warning => Self::Pending,
            Self::Critical | Self::Badge => Self::Warning,
            Self::Error => Self::Critical,
        })
    }

    fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A theme: a style for every meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    name: Cow<'static, str>,
    styles: [Option<Style>; Meaning::ALL.len()],
}

/// The themes that come with the program: name and text.
const BUILT_IN: [(&str, &str); 4] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    ("high-contrast", include_str!("../../../themes/high-contrast.toml")),
    ("mono", include_str!("../../../themes/mono.toml")),
];

impl Theme {
    /// The names of the themes that come with the program, the default first.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// The theme called `name`.
    ///
    /// # Errors
    /// [`ThemeError::Unknown`] with the nearest name when there is none of this name.
    pub fn named(name: &str) -> Result<Self, ThemeError> {
        match BUILT_IN.iter().find(|(n, _)| *n == name) {
            Some((name, text)) => Self::from_toml(name, text),
            None => Err(ThemeError::unknown_theme(name)),
        }
    }

    /// A theme from the text of a theme file.
    ///
    /// # Errors
    /// When it is not TOML, names an unknown meaning or describes a style that does not exist.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, ThemeError> {
        let mut theme = Self::plain(name.to_owned());
        for (meaning, style) in parse::theme(text)? {
            theme.set(meaning, style);
        }
        Ok(theme)
    }

    /// The theme to use: the named one, or `dark`; without colours where the person asked for none
    /// (`NO_COLOR` is set and not empty: <https://no-color.org>).
    ///
    /// # Errors
    /// As [`Theme::named`].
    pub fn choose(name: Option<&str>, no_colour: bool) -> Result<Self, ThemeError> {
        let wanted = match (name, no_colour) {
            (Some(name), _) => name,
            (None, true) => "mono",
            (None, false) => "dark",
        };
        let theme = Self::named(wanted)?;
        Ok(if no_colour { theme.without_colour() } else { theme })
    }

    /// A theme that leaves everything to the terminal; what [`Theme::choose`] cannot fail to give.
    pub fn plain(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), styles: [None; Meaning::ALL.len()] }
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

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
    #[case("mono", false)]
    fn every_theme_parses_and_only_mono_is_without_colour(#[case] name: &str, #[case] coloured: bool) {
        let theme = Theme::named(name).unwrap();
        assert_eq!(theme.has_colour(), coloured);
        assert_eq!(theme.name(), name);
    }

    #[test]
    fn all_themes_are_listed() {
        let listed: Vec<_> = Theme::names().collect();
        assert_eq!(listed, ["dark", "light", "high-contrast", "mono"]);
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
        for name in [None, Some("dark"), Some("light"), Some("high-contrast")] {
            let theme = Theme::choose(name, true).unwrap();
            assert!(!theme.has_colour(), "{name:?}");
            assert_ne!(theme.style(Meaning::Critical), theme.style(Meaning::Text), "{name:?}");
        }
        assert_eq!(Theme::choose(None, false).unwrap().name(), "dark");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let told = Theme::named("hi-contrast").unwrap_err().to_string();
        assert!(told.contains("high-contrast"), "{told}");
        assert!(Theme::named("drak").unwrap_err().to_string().contains("`dark`"));
    }
}
