//! Keys, free of any terminal library, so that the program can be driven without one.

use std::fmt;
use std::str::FromStr;

use super::command::CommandId;
use super::own_keys::Own;

/// What was pressed, without its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character, as the keyboard layout made it: `A` is already shifted.
    Char(char),
    /// Return.
    Enter,
    /// Escape.
    Esc,
    /// Tabulator.
    Tab,
    /// Shift and tabulator.
    BackTab,
    /// Erase to the left.
    Backspace,
    /// Erase to the right.
    Delete,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Start of line or list.
    Home,
    /// End of line or list.
    End,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// A function key.
    F(u8),
    /// What a whole sequence of keys asks for. No terminal sends it and no name reads as it.
    Command(CommandId),
    /// What a key asks for on the page that has the keys. No terminal sends it and no name reads as it.
    Own(Own),
}

/// A key with its modifiers. Shift is part of the character, or of [`Code::BackTab`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What was pressed.
    pub code: Code,
    /// With Control.
    pub ctrl: bool,
    /// With Alt.
    pub alt: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    /// A character.
    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    /// Control and a character.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false }
    }

    /// The character it types into a field, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !self.alt => Some(c),
            _ => None,
        }
    }
}

/// Names of the keys that are not characters, as written in help and configuration.
const NAMES: &[(&str, Code)] = &[
    ("Enter", Code::Enter),
    ("Esc", Code::Esc),
    ("Tab", Code::Tab),
    ("S-Tab", Code::BackTab),
    ("Backspace", Code::Backspace),
    ("Delete", Code::Delete),
    ("Left", Code::Left),
    ("Right", Code::Right),
    ("Up", Code::Up),
    ("Down", Code::Down),
    ("Home", Code::Home),
    ("End", Code::End),
    ("PgUp", Code::PageUp),
    ("PgDn", Code::PageDown),
    ("Space", Code::Char(' ')),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.alt {
            f.write_str("Alt-")?;
        }
        if let Some((name, _)) = NAMES.iter().find(|(_, code)| *code == self.code) {
            return f.write_str(name);
        }
        match self.code {
            Code::Char(c) if self.ctrl => write!(f, "{}", c.to_ascii_uppercase()),
            Code::Char(c) => write!(f, "{c}"),
            Code::F(n) => write!(f, "F{n}"),
            _ => Ok(()),
        }
    }
}

/// Text that names no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not the name of a key: write a character, Enter, Esc, Tab, S-Tab, Space, Up, PgDn, F5, Ctrl-R, Alt-X …"
)]
pub struct NotAKey(String);

impl FromStr for Key {
    type Err = NotAKey;

    fn from_str(s: &str) -> Result<Self, NotAKey> {
        let mut rest = s;
        let mut key = Self::char(' ');
        loop {
            let lower = rest.to_ascii_lowercase();
            let cut = |prefix: &str| lower.starts_with(prefix) && rest.len() > prefix.len();
            if cut("ctrl-") {
                key.ctrl = true;
                rest = rest.get(5..).unwrap_or_default();
            } else if cut("alt-") {
                key.alt = true;
                rest = rest.get(4..).unwrap_or_default();
            } else {
                break;
            }
        }
        key.code = code(rest).ok_or_else(|| NotAKey(s.to_owned()))?;
        if let (true, Code::Char(c)) = (key.ctrl, key.code) {
            key.code = Code::Char(c.to_ascii_lowercase());
        }
        Ok(key)
    }
}

fn code(name: &str) -> Option<Code> {
    if let Some((_, code)) = NAMES.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let mut chars = name.chars();
    match (chars.next(), chars.as_str()) {
        (Some(c), "") => Some(Code::Char(c)),
        (Some('F' | 'f'), digits) => digits.parse().ok().filter(|n| (1..=24).contains(n)).map(Code::F),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_as_it_is_written() {
        for name in ["j", "G", "/", "Enter", "S-Tab", "Ctrl-R", "Alt-x", "F5", "Space", "PgDn", "-"] {
            assert_eq!(name.parse::<Key>().unwrap().to_string(), name);
        }
        assert_eq!("ctrl-r".parse::<Key>(), Ok(Key::ctrl('r')));
    }

    #[test]
    fn what_is_no_key_is_named() {
        for name in ["", "Entr", "F99", "Ctrl-"] {
            assert!(name.parse::<Key>().is_err(), "{name}");
        }
    }
}
