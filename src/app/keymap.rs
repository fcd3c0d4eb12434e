//! Which key asks for which command.

use std::collections::BTreeMap;

use super::command::{COMMANDS, CommandId, command};
use super::key::{Key, NotAKey};

/// Keys and what they ask for. No key ever asks for two things.
#[derive(Clone, Debug)]
pub struct Keymap {
    by_key: BTreeMap<Key, CommandId>,
}

/// Why a keymap cannot be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// Not the name of a key.
    #[error("{command}: {source}")]
    Key {
        /// The command it was given to.
        command: String,
        /// What it is instead.
        source: NotAKey,
    },
    /// Two commands on one key.
    #[error("the key {key} is given to both “{first}” and “{second}”: take it away from one of them")]
    Taken {
        /// The key.
        key: Key,
        /// Who had it.
        first: &'static str,
        /// Who wanted it too.
        second: &'static str,
    },
}

impl Keymap {
    /// The keys of the command table.
    ///
    /// # Errors
    /// Where the table gives one key to two commands, or names none.
    pub fn new() -> Result<Self, KeymapError> {
        let mut by_key: BTreeMap<Key, CommandId> = BTreeMap::new();
        for c in COMMANDS {
            for name in c.keys {
                let key = name
                    .parse::<Key>()
                    .map_err(|source| KeymapError::Key { command: c.name.to_owned(), source })?;
                if let Some(first) = by_key.insert(key, c.id) {
                    return Err(KeymapError::Taken { key, first: command(first).name, second: c.name });
                }
            }
        }
        Ok(Self { by_key })
    }

    /// What a key asks for.
    pub fn command(&self, key: Key) -> Option<CommandId> {
        self.by_key.get(&key).copied()
    }

    /// The keys of a command, as help shows them.
    pub fn keys(&self, id: CommandId) -> impl Iterator<Item = Key> {
        let mut keys: Vec<Key> = self.by_key.iter().filter(|(_, c)| **c == id).map(|(k, _)| *k).collect();
        // Letters before named keys: they are what the footer has room for.
        keys.sort_by_key(|k| (k.to_string().chars().count() > 1, *k));
        keys.into_iter()
    }

    /// The key the footer shows for a command; empty where it has none.
    pub fn key_hint(&self, id: CommandId) -> String {
        self.keys(id).next().map(|k| k.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_the_table_are_keys_and_none_is_given_twice() {
        let map = Keymap::new().unwrap();
        assert_eq!(map.command(Key::char('e')), Some(CommandId::Extend));
        assert_eq!(map.command(Key::ctrl('c')), Some(CommandId::Quit));
        assert_eq!(map.key_hint(CommandId::Down), "j");
        for c in COMMANDS {
            // What has no key of its own is found by its name.
            assert_eq!(map.keys(c.id).next().is_some(), !c.keys.is_empty(), "{}", c.name);
        }
    }
}
