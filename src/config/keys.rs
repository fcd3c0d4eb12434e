//! The `[keys]` of the configuration, as they are written: which commands there are the program knows.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use super::error::line;
use crate::text::Text;

/// `[keys]`: the keys of a command by its name, in the place of its usual ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeysConfig {
    /// By the name of the command.
    pub bound: BTreeMap<String, Binding>,
}

/// The keys of one command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Each a key or a sequence of keys, `g g`; none takes the usual ones away.
    pub keys: Vec<Text>,
    /// The line in which they are written, from 1; 0 where nobody counted.
    pub line: usize,
    /// The byte at which they begin.
    at: usize,
}

impl KeysConfig {
    /// Finds out in which lines of the file the keys are written.
    pub(super) fn count_lines(&mut self, raw: &str) {
        for binding in self.bound.values_mut() {
            binding.line = line(raw, binding.at);
        }
    }
}

/// `"x"` or `["x", "g x"]`.
struct Named(Vec<Text>);

struct NamedVisitor;

impl<'de> de::Visitor<'de> for NamedVisitor {
    type Value = Named;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key such as \"x\" or \"g g\", or a list of keys")
    }

    fn visit_str<E: de::Error>(self, raw: &str) -> Result<Named, E> {
        Ok(Named(vec![Text::new(raw)]))
    }

    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Named, A::Error> {
        let mut all = Vec::new();
        while let Some(raw) = seq.next_element::<String>()? {
            all.push(Text::new(raw));
        }
        Ok(Named(all))
    }
}

impl<'de> Deserialize<'de> for Named {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(NamedVisitor)
    }
}

impl<'de> Deserialize<'de> for KeysConfig {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let written = BTreeMap::<String, Spanned<Named>>::deserialize(d)?;
        let bound = written.into_iter().map(|(name, keys)| {
            let at = keys.span().start;
            (name, Binding { keys: keys.into_inner().0, line: 0, at })
        });
        Ok(Self { bound: crate::order::map(bound) })
    }
}
