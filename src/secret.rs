//! Secrets have a type of their own: API keys, PINs, Instant Key links and client session tokens.
//!
//! A [`Secret`] prints as dots whatever prints it, is wiped when it is dropped, and shows itself only
//! to code that calls [`Secret::reveal`], which a reviewer can search for.

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

/// What stands for a secret wherever one would be shown.
pub const DOTS: &str = "••••";

/// A text that must not be seen unless somebody asks for this one.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes a secret in.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(SecretString::from(raw.into()))
    }

    /// The secret itself, unclean: for the wire, for a comparison, or for the one place on the screen
    /// a person asked to see it, through [`crate::text::Text`].
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether it is the empty text, which is no secret at all.
    pub fn is_empty(&self) -> bool {
        self.reveal().is_empty()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.reveal() == other.reveal()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(DOTS)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(DOTS)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d).map(Self::new)
    }
}

/// `words` with dots in the place of every link: whoever has an Instant Key's link has the key.
pub fn without_links(words: &str) -> Cow<'_, str> {
    if !words.contains("://") {
        return Cow::Borrowed(words);
    }
    let words: Vec<&str> = words.split(' ').map(|w| if w.contains("://") { DOTS } else { w }).collect();
    Cow::Owned(words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_as_dots() {
        let pin = Secret::new("4417");
        assert_eq!(format!("{pin} {pin:?} {:?}", Some(&pin)), "•••• •••• Some(••••)");
        assert_eq!(pin.reveal(), "4417");
    }
}
