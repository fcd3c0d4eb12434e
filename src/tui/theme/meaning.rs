//! What a piece of the screen can mean.

use std::fmt;

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

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
