//! What is pressed to ask for something: a key, or several one after the other.

use std::fmt;
use std::str::FromStr;

use super::key::{Code, Key, NotAKey};

/// One key, or a sequence of them such as `g g`. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord(Vec<Key>);

/// The longest sequence: nobody remembers a longer one.
pub const LONGEST: usize = 4;

/// Why something is no sequence of keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAChord {
    /// A part of it is no key.
    #[error(transparent)]
    Key(#[from] NotAKey),
    /// It names no key at all.
    #[error("there is no key: write one, several one after the other (\"g g\"), or [] for none")]
    Empty,
    /// It is too long.
    #[error("“{0}” is too long: at most four keys one after the other")]
    TooLong(String),
    /// Esc stands in a sequence.
    #[error("“{0}” has Esc in it, which leaves a sequence")]
    Esc(String),
}

impl Chord {
    /// A single key.
    pub fn one(key: Key) -> Self {
        Self(vec![key])
    }

    /// Its keys, in order.
    pub fn keys(&self) -> &[Key] {
        &self.0
    }

    /// What remains of it after `prefix`; nothing where it does not begin so, or is that.
    pub fn after(&self, prefix: &[Key]) -> Option<Self> {
        let rest = self.0.strip_prefix(prefix)?;
        (!rest.is_empty()).then(|| Self(rest.to_vec()))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, key) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            write!(f, "{key}")?;
        }
        Ok(())
    }
}

impl FromStr for Chord {
    type Err = NotAChord;

    fn from_str(written: &str) -> Result<Self, NotAChord> {
        let keys = written.split_whitespace().map(str::parse).collect::<Result<Vec<Key>, _>>()?;
        match keys.len() {
            0 => Err(NotAChord::Empty),
            1..=LONGEST if keys.len() > 1 && keys.iter().any(|key| key.code == Code::Esc) => {
                Err(NotAChord::Esc(written.to_owned()))
            }
            1..=LONGEST => Ok(Self(keys)),
            _ => Err(NotAChord::TooLong(written.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("e", "e")]
    #[case("  g   g ", "g g")]
    #[case("Ctrl-x ctrl-S", "Ctrl-X Ctrl-S")]
    #[case("Esc", "Esc")]
    #[case("Space e", "Space e")]
    fn a_sequence_reads_as_it_is_written(#[case] written: &str, #[case] shown: &str) {
        let chord: Chord = written.parse().unwrap();
        assert_eq!(chord.to_string(), shown);
        assert_eq!(shown.parse::<Chord>(), Ok(chord));
    }

    #[rstest]
    #[case("")]
    #[case(" ")]
    #[case("g gg")]
    #[case("g Esc")]
    #[case("a b c d e")]
    fn what_is_none_is_refused(#[case] written: &str) {
        assert!(written.parse::<Chord>().is_err());
    }
}
