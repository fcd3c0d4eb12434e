//! The keys that mean something on one page alone, checked against each other and against what works there.

use std::collections::BTreeMap;

use super::{FIXED, KeymapError, Place};
use crate::app::chord::Chord;
use crate::app::command::{CommandId, command};
use crate::app::key::Key;
use crate::app::own_keys::{OWN_KEYS, Own, OwnKey, Page};
use crate::config::KeysConfig;

/// Commands that work on a page although it has keys of its own.
const ANYWHERE: [CommandId; 1] = [CommandId::Help];
/// The same where a cursor moves.
const MOVING: [CommandId; 6] = [
    CommandId::Down,
    CommandId::Up,
    CommandId::PageDown,
    CommandId::PageUp,
    CommandId::First,
    CommandId::Last,
];

type Given = BTreeMap<Chord, (CommandId, Place)>;

/// The keys of every page: those of the table, those of the configuration in their place.
///
/// # Errors
/// Where one is no key, is several, or asks for something else on the page already.
pub(super) fn keys(given: &Given, config: &KeysConfig) -> Result<BTreeMap<(Page, Key), Own>, KeymapError> {
    let mut all: BTreeMap<(Page, Key), (Own, Place)> = BTreeMap::new();
    for own in OWN_KEYS {
        let bound = config.bound.get(own.name);
        let here = Place { command: own.name, line: bound.map(|bound| bound.line) };
        let written: Vec<&str> = match bound {
            Some(bound) => bound.keys.iter().map(|key| key.as_str()).collect(),
            None => own.keys.to_vec(),
        };
        for written in written {
            let chord: Chord = written.parse().map_err(|source| KeymapError::Key {
                command: own.name.into(),
                line: here.line,
                source,
            })?;
            let [key] = chord.keys() else {
                return Err(KeymapError::Several { keys: chord, command: own.name, line: here.line });
            };
            let key = *key;
            if let Some(does) = always(own, key) {
                return Err(KeymapError::Fixed { key: chord, does, command: own.name, line: here.line });
            }
            let first = command_on(given, own.page, &chord).or_else(|| Some(all.get(&(own.page, key))?.1));
            if let Some(had) = first.filter(|had| had.command != own.name) {
                // The file is told before what is so by itself.
                let (first, second) = if here.line >= had.line { (had, here) } else { (here, had) };
                return Err(KeymapError::Taken { keys: chord, first, second });
            }
            all.insert((own.page, key), (own.id, here));
        }
    }
    Ok(all.into_iter().map(|(at, (own, _))| (at, own)).collect())
}

/// What a key does on the page whatever the configuration says.
fn always(own: &OwnKey, key: Key) -> Option<&'static str> {
    let fixed = FIXED.iter().find(|(fixed, _)| *fixed == key).map(|(_, id)| command(*id).name);
    fixed.or_else(|| own.page.keeps(key))
}

/// The command that these keys ask for on the page too.
fn command_on(given: &Given, page: Page, keys: &Chord) -> Option<Place> {
    let (id, place) = given.get(keys)?;
    // Where text is typed no command is asked for.
    let works = page != Page::Filter && ANYWHERE.contains(id) || page.travels() && MOVING.contains(id);
    works.then_some(*place)
}
