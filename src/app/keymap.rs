//! Which keys ask for which command: those of the table, those of the configuration in their place.

use std::collections::BTreeMap;
use std::fmt;

use super::board::Travel;
use super::chord::{Chord, NotAChord};
use super::command::{COMMANDS, Command, CommandId, command};
use super::key::{Code, Key};
use super::own_keys::{OWN_KEYS, Own, Page};
use crate::config::{KeysConfig, nearest_of};
use crate::order::Arrange as _;
use crate::text::Text;

/// Keys and what they ask for. No keys ever ask for two things, and none are the beginning of others.
#[derive(Clone, Debug)]
pub struct Keymap {
    by_keys: BTreeMap<Chord, CommandId>,
    /// What means something on one page alone.
    on_page: BTreeMap<(Page, Key), Own>,
}

/// Keys that always do this beside what else may do it, so that nobody can lock themselves out.
pub const FIXED: [(Key, CommandId); 7] = [
    (Key::plain(Code::Enter), CommandId::Open),
    (Key::plain(Code::Esc), CommandId::Back),
    (Key::plain(Code::Up), CommandId::Up),
    (Key::plain(Code::Down), CommandId::Down),
    (Key::plain(Code::PageUp), CommandId::PageUp),
    (Key::plain(Code::PageDown), CommandId::PageDown),
    (Key::ctrl('c'), CommandId::Quit),
];

/// The key that carries out what a dialog shows.
const CONFIRM: Key = Key::char('y');

/// Who has keys, and since which line of the configuration; none where that is so unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The name of the command.
    pub command: &'static str,
    /// The line.
    pub line: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "“{}” in line {line}", self.command),
            None => write!(f, "“{}”, which has it unless [keys] says otherwise", self.command),
        }
    }
}

/// Why a keymap cannot be.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// Not the names of keys.
    #[error("{}{command}: {source}", in_line(*line))]
    Key {
        /// The command they were given to.
        command: Text,
        /// The line of the configuration.
        line: Option<usize>,
        /// What it is instead.
        source: NotAChord,
    },
    /// No command is called that.
    #[error("{}there is no command “{name}”{}", in_line(Some(*line)), meant(*nearest))]
    NoCommand {
        /// The name.
        name: Text,
        /// The line of the configuration.
        line: usize,
        /// The command that was probably meant.
        nearest: Option<&'static str>,
    },
    /// Two commands on one key.
    #[error("{}the key {keys} is given to {second}, and to {first}: take it away from one of them", in_line(second.line))]
    Taken {
        /// The key.
        keys: Chord,
        /// Who had it.
        first: Place,
        /// Who wanted it too.
        second: Place,
    },
    /// One is the beginning of the other, which nobody could ever press.
    #[error(
        "{}“{short}” of {begins} is the beginning of “{long}” of {goes_on}: give one of them other keys",
        in_line(goes_on.line.or(begins.line))
    )]
    Begins {
        /// The shorter one.
        short: Chord,
        /// Whose it is.
        begins: Place,
        /// The longer one.
        long: Chord,
        /// Whose it is.
        goes_on: Place,
    },
    /// A key that always does the same.
    #[error("{}{key} always is “{does}” and cannot be given to “{command}”", in_line(*line))]
    Fixed {
        /// The key.
        key: Chord,
        /// What it does.
        does: &'static str,
        /// Who wanted it.
        command: &'static str,
        /// The line of the configuration.
        line: Option<usize>,
    },
    /// More than one key, where only one is waited for.
    #[error("{}{command}: “{keys}” are several keys, and this is asked for with one", in_line(*line))]
    Several {
        /// The keys.
        keys: Chord,
        /// Who wanted them.
        command: &'static str,
        /// The line of the configuration.
        line: Option<usize>,
    },
    /// Nothing leads to everything else any more.
    #[error("{}“{command}” needs a key: everything else is found through it", in_line(*line))]
    Bare {
        /// The command without a key.
        command: &'static str,
        /// The line of the configuration.
        line: Option<usize>,
    },
}

fn in_line(line: Option<usize>) -> String {
    line.map(|line| format!("line {line}: ")).unwrap_or_default()
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; did you mean “{name}”?")).unwrap_or_default()
}

/// What keys that were pressed one after the other ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// This.
    Command(CommandId),
    /// Nothing yet: more keys are to come.
    More,
    /// Nothing.
    Nothing,
}

/// Builds a keymap, and refuses what cannot be.
#[derive(Default)]
struct Builder {
    given: BTreeMap<Chord, (CommandId, Place)>,
}

impl Builder {
    fn give(&mut self, chord: Chord, id: CommandId, line: Option<usize>) -> Result<(), KeymapError> {
        let here = Place { command: command(id).name, line };
        if let [key] = chord.keys()
            && let Some((_, does)) = FIXED.iter().find(|(fixed, does)| fixed == key && *does != id)
        {
            let does = command(*does).name;
            return Err(KeymapError::Fixed { key: chord, does, command: here.command, line });
        }
        // Twice the same key would open a dialog and carry it out.
        if command(id).danger && chord.keys().last() == Some(&CONFIRM) {
            let does = "carry it out";
            return Err(KeymapError::Fixed { key: chord, does, command: here.command, line });
        }
        if let Some((had, first)) = self.given.get(&chord) {
            if *had == id {
                return Ok(());
            }
            // The file is told before what is so by itself.
            let (first, second) = if here.line >= first.line { (*first, here) } else { (here, *first) };
            return Err(KeymapError::Taken { keys: chord, first, second });
        }
        for (known, (_, whose)) in &self.given {
            if known.after(chord.keys()).is_some() {
                let (long, goes_on) = (known.clone(), *whose);
                return Err(KeymapError::Begins { short: chord, begins: here, long, goes_on });
            }
            if chord.after(known.keys()).is_some() {
                let (short, begins) = (known.clone(), *whose);
                return Err(KeymapError::Begins { short, begins, long: chord, goes_on: here });
            }
        }
        self.given.insert(chord, (id, here));
        Ok(())
    }

    fn give_all<'a>(
        &mut self,
        c: &Command,
        keys: impl Iterator<Item = &'a str>,
        line: Option<usize>,
    ) -> Result<(), KeymapError> {
        for written in keys {
            let wrong = |source| KeymapError::Key { command: c.name.into(), line, source };
            self.give(written.parse().map_err(wrong)?, c.id, line)?;
        }
        Ok(())
    }
}

impl Keymap {
    /// The keys of the command table.
    ///
    /// # Errors
    /// Where the table gives one key to two commands, or names none.
    pub fn new() -> Result<Self, KeymapError> {
        Self::with(&KeysConfig::default())
    }

    /// The keys of the command table, with those of the configuration in their place.
    ///
    /// # Errors
    /// Where there is no such command or key, one key is given to two commands, one sequence begins another,
    /// or nothing leads to everything else any more.
    pub fn with(config: &KeysConfig) -> Result<Self, KeymapError> {
        for (name, binding) in &config.bound {
            let known = || COMMANDS.iter().map(|c| c.name).chain(OWN_KEYS.iter().map(|own| own.name));
            if known().all(|known| known != name) {
                let nearest = nearest_of(name, known());
                let nearest = known().find(|known| Some(*known) == nearest);
                return Err(KeymapError::NoCommand { name: Text::new(name), line: binding.line, nearest });
            }
        }
        let mut builder = Builder::default();
        for (key, id) in FIXED {
            builder.give(Chord::one(key), id, None)?;
        }
        for c in COMMANDS {
            match config.bound.get(c.name) {
                Some(own) => {
                    builder.give_all(c, own.keys.iter().map(Text::as_str), Some(own.line))?;
                }
                None => builder.give_all(c, c.keys.iter().copied(), None)?,
            }
        }
        let on_page = own::keys(&builder.given, config)?;
        let by_keys = crate::order::map(builder.given.into_iter().map(|(chord, (id, _))| (chord, id)));
        let map = Self { by_keys, on_page };
        for id in [CommandId::Palette, CommandId::Help] {
            if map.keys(id).next().is_none() {
                let command = command(id).name;
                let line = config.bound.get(command).map(|own| own.line);
                return Err(KeymapError::Bare { command, line });
            }
        }
        Ok(map)
    }

    /// What a single key asks for.
    pub fn command(&self, key: Key) -> Option<CommandId> {
        match key.code {
            Code::Command(id) => Some(id),
            _ => self.by_keys.get(&Chord::one(key)).copied(),
        }
    }

    /// What a key asks for on a page alone.
    pub fn own(&self, page: Page, key: Key) -> Option<Own> {
        self.on_page.get(&(page, key)).copied()
    }

    /// The key that asks for it; empty where it has none.
    pub fn own_hint(&self, id: Own) -> String {
        let keys = self.on_page.iter().filter(|(_, own)| **own == id).map(|((_, key), _)| key.to_string());
        // As of a command: letters first.
        keys.min_by_key(|key| key.chars().count()).unwrap_or_default()
    }

    /// What these keys ask for, pressed one after the other.
    pub fn asked(&self, keys: &[Key]) -> Asked {
        let found = self.by_keys.iter().find(|(chord, _)| chord.keys() == keys);
        match found {
            Some((_, id)) => Asked::Command(*id),
            None if self.after(keys).next().is_some() => Asked::More,
            None => Asked::Nothing,
        }
    }

    /// What can follow these keys, and what it asks for.
    pub fn after(&self, keys: &[Key]) -> impl Iterator<Item = (Chord, CommandId)> {
        self.by_keys.iter().filter_map(move |(chord, id)| Some((chord.after(keys)?, *id)))
    }

    /// How a list or a page moves with a key.
    pub fn travel(&self, key: Key) -> Option<Travel> {
        Some(match self.command(key)? {
            CommandId::Down => Travel::Rows(1),
            CommandId::Up => Travel::Rows(-1),
            CommandId::PageDown => Travel::Pages(1),
            CommandId::PageUp => Travel::Pages(-1),
            CommandId::First => Travel::First,
            CommandId::Last => Travel::Last,
            _ => return None,
        })
    }

    /// The keys of a command, as help shows them.
    pub fn keys(&self, id: CommandId) -> impl Iterator<Item = Chord> {
        let of = self.by_keys.iter().filter(|(_, c)| **c == id).map(|(chord, _)| chord.clone());
        let mut keys: Vec<Chord> = of.collect();
        // Letters before named keys, and those before sequences: they are what the footer has room for.
        keys.arrange_by_cached_key(|chord| (chord.keys().len(), chord.to_string().chars().count() > 1));
        keys.into_iter()
    }

    /// The keys the footer shows for a command; empty where it has none.
    pub fn key_hint(&self, id: CommandId) -> String {
        self.keys(id).next().map(|chord| chord.to_string()).unwrap_or_default()
    }

    /// How a command is asked for, in a sentence: its key, else its name in the palette.
    pub fn how(&self, id: CommandId) -> String {
        let key = self.key_hint(id);
        if !key.is_empty() {
            return key;
        }
        format!("{} {}", self.key_hint(CommandId::Palette), command(id).name)
    }

    /// Two commands that go together, `j/k`.
    pub fn pair_hint(&self, one: CommandId, other: CommandId) -> String {
        format!("{}/{}", self.key_hint(one), self.key_hint(other))
    }
}

mod own;

#[cfg(test)]
mod tests;
