//! Where: rooms, areas, doors and locks, understood as they are typed.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::WHERE;
use crate::app::form::{Choice, Form};
use crate::desk::{GrantAsk, grant};
use crate::order::Arrange as _;
use crate::property::{Property, Stay};
use crate::seam::id::{DeviceId, EntranceId, SpaceId};
use crate::text::Text;

/// The id of the entry that is what was typed, and nothing beside it.
const TYPED: &str = "as typed";

/// How many names are offered to complete a word.
const OFFERED: usize = 20;

/// How many names are told where a word is none.
const NEAREST: usize = 3;

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Space(SpaceId),
    Entrance(EntranceId),
    Device(DeviceId),
}

impl Place {
    fn id(&self) -> Text {
        Text::new(match self {
            Self::Space(id) => format!("space {id}"),
            Self::Entrance(id) => format!("door {id}"),
            Self::Device(id) => format!("lock {id}"),
        })
    }
}

/// A place and what it is called.
#[derive(Clone, Debug)]
struct Named<'a> {
    place: Place,
    name: &'a Text,
    /// For comparison.
    folded: String,
}

/// What a word stands for.
enum Word<'n, 'a> {
    One(&'n Named<'a>),
    Several(Vec<&'n Named<'a>>),
    None,
}

/// What a line stands for.
pub(super) struct Read {
    /// The places that are sure.
    pub(super) chosen: Vec<Place>,
    /// What is wrong with the rest.
    pub(super) unclear: Option<Text>,
    options: Vec<Choice>,
}

/// The places of a stay, as a person would type them.
pub(super) fn of_stay(p: &Property, stay: &Stay) -> String {
    let mut spaces: Vec<&SpaceId> = stay.rooms.iter().collect();
    for grant in stay.grants.iter().filter_map(|id| p.grant(id)) {
        spaces.extend(p.spaces_of(grant));
    }
    let mut seen = BTreeSet::new();
    spaces.retain(|id| seen.insert((*id).clone()));
    let names = spaces.into_iter().filter_map(|id| p.space(id)).map(|s| s.name.as_str());
    names.collect::<Vec<_>>().join(", ")
}

/// Looks for what is typed.
pub(super) fn search(form: &mut Form, p: &Property, now: DateTime<Utc>) {
    let typed = form.text(WHERE).to_owned();
    let mut options = read(p, &typed, None).options;
    for option in options.iter_mut().filter(|option| option.trouble.is_none()) {
        let space = option.id.strip_prefix("space ").map(SpaceId::new);
        let holder = space.filter(|id| p.is_room(id)).and_then(|id| grant::holder(p, &id, now));
        option.trouble = holder.map(|holder| Text::new(format!("has {holder}")));
    }
    form.found(WHERE, options);
}

/// Reads a line: places between commas. `completion` is the id of the name that was chosen to complete the
/// last one.
pub(super) fn read(p: &Property, typed: &str, completion: Option<&Text>) -> Read {
    let names = names(p);
    let words: Vec<Text> = typed.split(',').map(|w| Text::new(w.trim())).filter(|w| !w.is_empty()).collect();
    let open = !typed.trim_end().ends_with(',');
    let (head, last) = match words.split_last() {
        Some((last, head)) if open => (head, Some(last)),
        _ => (words.as_slice(), None),
    };
    let mut said: Vec<&str> = Vec::new();
    let (mut chosen, mut unclear) = (Vec::new(), None);
    for word in head {
        let found = find(&names, word);
        said.push(if let Word::One(named) = found { named.name } else { word });
        note(&names, word, &found, &mut chosen, &mut unclear);
    }
    let mut options = Vec::new();
    let before = said.join(", ");
    let with = |name: &str| if before.is_empty() { name.to_owned() } else { format!("{before}, {name}") };
    match last {
        None if before.is_empty() => {}
        None => options.push(Choice::new(TYPED, &before).but(unclear.clone())),
        Some(word) => {
            let found = find(&names, word);
            let others = offered(&names, word, &found);
            let completing = others.iter().find(|named| Some(&named.place.id()) == completion);
            let mut trouble = unclear.clone();
            let mut as_typed = Vec::new();
            note(&names, word, &found, &mut as_typed, &mut trouble);
            let whole = if let Word::One(named) = found { named.name } else { word };
            options.push(Choice::new(TYPED, with(whole)).but(trouble.clone()));
            options.extend(others.iter().map(|named| Choice::new(named.place.id(), with(named.name))));
            match completing {
                Some(named) => chosen.push(named.place.clone()),
                None => {
                    chosen.extend(as_typed);
                    unclear = trouble;
                }
            }
        }
    }
    Read { chosen, unclear, options }
}

/// Gives the places to what is asked for.
pub(super) fn into(chosen: Vec<Place>, ask: &mut GrantAsk) {
    fn add<T: PartialEq>(list: &mut Vec<T>, id: T) {
        if !list.contains(&id) {
            list.push(id);
        }
    }
    for place in chosen {
        match place {
            Place::Space(id) => add(&mut ask.spaces, id),
            Place::Entrance(id) => add(&mut ask.entrances, id),
            Place::Device(id) => add(&mut ask.devices, id),
        }
    }
}

/// Takes a word in: a place, or what is wrong with it.
fn note(
    names: &[Named<'_>],
    word: &Text,
    found: &Word<'_, '_>,
    chosen: &mut Vec<Place>,
    unclear: &mut Option<Text>,
) {
    let wrong = match found {
        Word::One(named) => return chosen.push(named.place.clone()),
        Word::Several(several) => {
            let alike = several.windows(2).all(|two| matches!(two, [a, b] if a.folded == b.folded));
            if alike {
                format!("{} places are called {word}: choose one (↓)", several.len())
            } else {
                let several: Vec<&str> = several.iter().take(NEAREST).map(|n| n.name.as_str()).collect();
                format!("“{word}” may be {}: write which", several.join(" or "))
            }
        }
        Word::None => {
            let near: Vec<&str> =
                nearest(names, word).into_iter().take(NEAREST).map(|n| n.name.as_str()).collect();
            let near =
                if near.is_empty() { String::new() } else { format!("; there is {}", near.join(", ")) };
            format!("nothing here is called “{word}”{near}")
        }
    };
    unclear.get_or_insert_with(|| Text::new(wrong));
}

/// Everything with a name: spaces, then doors, then locks. A door that is called like a space is told by it.
fn names(p: &Property) -> Vec<Named<'_>> {
    let named = |place, name| Named { place, name, folded: fold(name) };
    let mut all: Vec<Named<'_>> = p.spaces().map(|s| named(Place::Space(s.id.clone()), &s.name)).collect();
    let spaces: BTreeSet<String> = crate::order::set(all.iter().map(|n| n.folded.clone()));
    let entrances = p.entrances().map(|e| named(Place::Entrance(e.id.clone()), &e.display_name));
    all.extend(entrances.filter(|n| !spaces.contains(&n.folded)));
    let known: BTreeSet<String> = crate::order::set(all.iter().map(|n| n.folded.clone()));
    let devices = p.devices().map(|d| named(Place::Device(d.id.clone()), &d.display_name));
    all.extend(devices.filter(|n| !known.contains(&n.folded)));
    all.retain(|n| !n.folded.is_empty());
    all.arrange_by_cached_key(|n| (rank(n), n.folded.clone(), n.place.id()));
    all
}

fn rank(named: &Named<'_>) -> u8 {
    match named.place {
        Place::Space(_) => 0,
        Place::Entrance(_) => 1,
        Place::Device(_) => 2,
    }
}

fn fold(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What one word stands for: a whole name, else a word of a name, else how the words of a name begin. A
/// number is never guessed: 11 is not 118.
fn find<'n, 'a>(names: &'n [Named<'a>], word: &Text) -> Word<'n, 'a> {
    let word = fold(word);
    let is_number = word.chars().any(|c| c.is_ascii_digit());
    let is_word = |name: &str| name.split(' ').any(|part| part == word);
    let begins = |name: &str| {
        !is_number && (name.starts_with(&word) || name.split(' ').any(|part| part.starts_with(&word)))
    };
    let ways: [&dyn Fn(&str) -> bool; 3] = [&|name| name == word, &is_word, &begins];
    for way in ways {
        for kind in 0..3 {
            let found: Vec<&Named<'_>> = names.iter().filter(|n| rank(n) == kind && way(&n.folded)).collect();
            match found.as_slice() {
                [] => {}
                [one] => return Word::One(one),
                _ => return Word::Several(found),
            }
        }
    }
    Word::None
}

/// The names that could complete a word, best first; none where it is a whole name already.
fn offered<'n, 'a>(names: &'n [Named<'a>], word: &Text, found: &Word<'_, '_>) -> Vec<&'n Named<'a>> {
    let folded = fold(word);
    let one = match found {
        Word::One(named) => Some(named.place.clone()),
        _ => None,
    };
    let mut offered: Vec<&Named<'_>> = names.iter().filter(|n| n.folded.contains(&folded)).collect();
    offered.arrange_by_key(|n| !n.folded.starts_with(&folded));
    if offered.is_empty() {
        offered = nearest(names, word);
    }
    offered.retain(|n| Some(&n.place) != one.as_ref());
    offered.truncate(OFFERED);
    offered
}

/// The names most like a word.
fn nearest<'n, 'a>(names: &'n [Named<'a>], word: &Text) -> Vec<&'n Named<'a>> {
    let word = fold(word);
    let likeness = |n: &&Named<'_>| strsim::jaro_winkler(&n.folded, &word);
    let mut near: Vec<(f64, &Named<'_>)> = names.iter().map(|n| (likeness(&n), n)).collect();
    near.retain(|(likeness, _)| *likeness > 0.6);
    near.arrange_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.folded.cmp(&b.1.folded)));
    near.into_iter().take(NEAREST).map(|(_, named)| named).collect()
}
