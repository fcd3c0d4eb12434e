//! Secrets have a type of their own: API keys, PINs, Instant Key links and client session tokens.
//!
//! A [`Secret`] prints as dots whatever prints it, is wiped when it is dropped, and shows itself only
//! to code that calls [`Secret::reveal`], which a reviewer can search for. One that was read by another
//! desk is a [`Mark`] here: it tells two secrets apart, and nothing else.

use std::borrow::Cow;
use std::fmt;

use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What stands for a secret wherever one would be shown.
pub const DOTS: &str = "••••";

/// A text that must not be seen unless somebody asks for this one.
#[derive(Clone)]
pub struct Secret(Kept);

#[derive(Clone)]
enum Kept {
    Here(SecretString),
    // Boxed, so that the many that are here take less.
    Elsewhere(Box<Mark>),
}

/// Stands for a secret that is not here. Two marks made with the same API key are equal where the secrets
/// are; without that key nothing can be learnt from one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    /// Tells the keys marks were made with apart.
    maker: u32,
    of: u64,
}

/// Makes marks with an API key, which every desk of a property has and no store.
#[derive(Clone)]
pub struct Marker {
    key: hmac::Key,
    maker: u32,
}

impl Secret {
    /// Takes a secret in.
    pub fn new(raw: impl Into<String>) -> Self {
        Self(Kept::Here(SecretString::from(raw.into())))
    }

    /// The secret itself, unclean: for the wire, for a comparison, or for the one place on the screen
    /// a person asked to see it, through [`crate::text::Text`]. Dots where it is not here.
    pub fn reveal(&self) -> &str {
        match &self.0 {
            Kept::Here(raw) => raw.expose_secret(),
            Kept::Elsewhere(_) => DOTS,
        }
    }

    /// Whether it is here; else it must be asked for before it can be shown.
    pub fn is_here(&self) -> bool {
        matches!(self.0, Kept::Here(_))
    }

    /// Whether it is the empty text, which is no secret at all.
    pub fn is_empty(&self) -> bool {
        self.reveal().is_empty()
    }

    /// Whether it is known to be another one. Of a secret and a mark, or of marks of two makers, that is
    /// not known.
    pub fn is_other_than(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Here(a), Kept::Here(b)) => a.expose_secret() != b.expose_secret(),
            (Kept::Elsewhere(a), Kept::Elsewhere(b)) => a.maker == b.maker && a.of != b.of,
            _ => false,
        }
    }

    /// The same with a mark in the place of the secret.
    #[must_use]
    pub fn veiled(&self, marker: &Marker) -> Self {
        match &self.0 {
            Kept::Here(raw) => Self(Kept::Elsewhere(Box::new(marker.mark(raw.expose_secret())))),
            Kept::Elsewhere(_) => self.clone(),
        }
    }
}

impl Marker {
    /// A maker of marks with this API key.
    pub fn new(api_key: &Secret) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, api_key.reveal().as_bytes());
        let maker = u32::try_from(first_bytes(&key, &["maker"]) >> 32).unwrap_or(0);
        Self { key, maker }
    }

    /// What tells this API key from others, for whoever has a word to tell what it is for. Nobody can find
    /// the key by it.
    pub fn fingerprint(&self, purpose: &str) -> String {
        format!(
            "{:016x}{:016x}",
            first_bytes(&self.key, &["fingerprint", purpose]),
            first_bytes(&self.key, &["fingerprint, second half", purpose])
        )
    }

    fn mark(&self, raw: &str) -> Mark {
        Mark { maker: self.maker, of: first_bytes(&self.key, &["secret", raw]) }
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Marker")
    }
}

/// The first bytes of the keyed digest of some words, none of which can be taken for part of another.
fn first_bytes(key: &hmac::Key, words: &[&str]) -> u64 {
    let mut digest = hmac::Context::with_key(key);
    digest.update(b"nightdesk");
    for word in words {
        digest.update(&[0]);
        digest.update(word.as_bytes());
    }
    digest.sign().as_ref().iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The empty text, which is no secret.
impl Default for Secret {
    fn default() -> Self {
        Self::new(String::new())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kept::Here(a), Kept::Here(b)) => a.expose_secret() == b.expose_secret(),
            (Kept::Elsewhere(a), Kept::Elsewhere(b)) => a == b,
            _ => false,
        }
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

/// The name of a mark in what is written of one.
const MARK: &str = "mark";

/// Only ever a mark: whoever writes a secret that is here writes nothing.
impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kept::Here(_) => s.serialize_none(),
            Kept::Elsewhere(mark) => {
                let Mark { maker, of } = **mark;
                let mut map = s.serialize_map(Some(1))?;
                map.serialize_entry(MARK, &format!("{maker:08x}{of:016x}"))?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Reader)
    }
}

/// Reads a secret from text, or a mark from what was written of one.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, raw: &str) -> Result<Secret, E> {
        Ok(Secret::new(raw))
    }

    fn visit_string<E: Error>(self, raw: String) -> Result<Secret, E> {
        Ok(Secret::new(raw))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Secret, A::Error> {
        let no_mark = || A::Error::custom("invalid type: map, expected a string");
        let (name, mark) = map.next_entry::<String, String>()?.ok_or_else(no_mark)?;
        let halves = mark.split_at_checked(8).filter(|_| name == MARK).ok_or_else(no_mark)?;
        let maker = u32::from_str_radix(halves.0, 16).map_err(|_| no_mark())?;
        let of = u64::from_str_radix(halves.1, 16).map_err(|_| no_mark())?;
        Ok(Secret(Kept::Elsewhere(Box::new(Mark { maker, of }))))
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
        assert_eq!(size_of::<Secret>(), 16);
    }

    #[test]
    fn a_mark_tells_two_secrets_apart_and_nothing_else() {
        let ours = Marker::new(&Secret::new("seam_1"));
        let theirs = Marker::new(&Secret::new("seam_2"));
        let mark = |marker: &Marker, pin: &str| Secret::new(pin).veiled(marker);
        assert_eq!(mark(&ours, "4417"), mark(&ours, "4417"));
        assert!(mark(&ours, "4417").is_other_than(&mark(&ours, "9032")));
        assert!(!mark(&ours, "4417").is_other_than(&mark(&theirs, "4417")), "nobody knows");
        assert!(!mark(&ours, "4417").is_other_than(&Secret::new("4417")), "nor here");
        assert_eq!(mark(&ours, "4417").reveal(), DOTS);
        assert!(!mark(&ours, "4417").is_here());
    }

    #[test]
    fn what_is_written_of_a_secret_is_a_mark_or_nothing() {
        let pin = Secret::new("4417");
        assert_eq!(serde_json::to_string(&pin).unwrap(), "null");
        let mark = pin.veiled(&Marker::new(&Secret::new("seam_1")));
        let written = serde_json::to_string(&mark).unwrap();
        assert!(!written.contains("4417"), "{written}");
        assert_eq!(serde_json::from_str::<Secret>(&written).unwrap(), mark);
        assert_eq!(serde_json::from_str::<Secret>(r#""4417""#).unwrap(), pin);
        for odd in [r#"{"mark":"xyz"}"#, "{}", r#"{"moon":"0"}"#, "7", r#"{"mark":"é234567é"}"#] {
            assert!(serde_json::from_str::<Secret>(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_fingerprint_is_of_one_key_and_one_purpose() {
        let marker = Marker::new(&Secret::new("seam_1"));
        assert_eq!(marker.fingerprint("a"), Marker::new(&Secret::new("seam_1")).fingerprint("a"));
        assert_ne!(marker.fingerprint("a"), marker.fingerprint("b"));
        assert_ne!(marker.fingerprint("a"), Marker::new(&Secret::new("seam_2")).fingerprint("a"));
        assert_eq!(format!("{marker:?}"), "Marker");
    }
}
