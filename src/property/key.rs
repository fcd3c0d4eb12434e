//! The state of a guest's keys, one word and one glyph a mode.

use std::borrow::Cow;

/// Where the keys of one mode stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyState {
    /// None asked for.
    #[default]
    None,
    /// So many open doors.
    Issued(u16),
    /// On its way to the lock.
    Issuing,
    /// So many cards to cut for the first time.
    ToCut(u16),
    /// So many cards to cut again, for what is on them is out of date.
    Recut(u16),
    /// Some open doors, some wait for the encoder.
    Mixed {
        /// That open doors.
        issued: u16,
        /// That wait.
        waiting: u16,
    },
    /// Was issued, is being issued again after a change.
    Reissuing,
    /// Being taken off the lock.
    Revoking,
    /// Could not be issued.
    Failed,
    /// So many tags to assign by their number.
    Assign(u16),
}

impl KeyState {
    /// What a table shows: `✓`, `✓2`, `…`, `to cut`, `re-cut`, `–`, `!`.
    pub fn glyph(self) -> Cow<'static, str> {
        match self {
            Self::None => "–".into(),
            Self::Issued(0 | 1) => "✓".into(),
            Self::Issued(n) => format!("✓{n}").into(),
            Self::Issuing | Self::Reissuing => "…".into(),
            Self::ToCut(_) => "to cut".into(),
            Self::Recut(_) => "re-cut".into(),
            Self::Mixed { issued, waiting } => format!("✓{issued} +{waiting}").into(),
            Self::Revoking => "×".into(),
            Self::Failed => "!".into(),
            Self::Assign(_) => "assign".into(),
        }
    }

    /// The same in plain words.
    pub fn word(self) -> Cow<'static, str> {
        let count = |n: u16, what: &str| match n {
            1 => format!("1 {what}").into(),
            n => format!("{n} {what}").into(),
        };
        match self {
            Self::None => "none".into(),
            Self::Issued(n) => count(n, "issued"),
            Self::Issuing => "being issued".into(),
            Self::ToCut(n) => count(n, "to cut"),
            Self::Recut(n) => count(n, "to re-cut"),
            Self::Mixed { issued, waiting } => format!("{issued} issued, {waiting} waiting").into(),
            Self::Reissuing => "being re-issued".into(),
            Self::Revoking => "being revoked".into(),
            Self::Failed => "failed".into(),
            Self::Assign(n) => count(n, "to assign"),
        }
    }

    /// Whether at least one key of the mode opens doors now.
    pub fn opens(self) -> bool {
        matches!(self, Self::Issued(_) | Self::Mixed { issued: 1.., .. })
    }
}

/// The keys of a stay, by mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Keys {
    /// PINs.
    pub code: KeyState,
    /// Cards.
    pub card: KeyState,
    /// Mobile keys.
    pub mobile: KeyState,
    /// Cloud keys, and modes this version does not know.
    pub cloud: KeyState,
}
