//! Bends what is right until it is not: JSON by its nodes, text by its characters, bytes by themselves.

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Map, Value, json};

/// Text that has hurt programs before.
const NASTY: [&str; 24] = [
    "",
    " ",
    "\u{1b}[2J\u{1b}]52;c;AAAA\u{7}",
    "\u{202e}evil\u{202c}",
    "\u{0}\u{1}\u{9b}31m\r\n\t",
    "🏨👩‍👩‍👧‍👦🇫🇷é中村ゆい",
    "a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "\u{200b}\u{200d}\u{feff}",
    "9999-12-31T23:59:59Z",
    "+262142-12-31T23:59:59.999999999Z",
    "-262143-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2026-03-29T02:30:00+01:00",
    "2026-11-23T02:14:00.000+99:99",
    "2026-11-23",
    "null",
    "Mars/Olympus",
    "Asia/Kathmandu",
    "00000000-0000-4000-8000-000000000000",
    "being_deleted",
    "privacy_mode",
    "%n%s%x",
    "../../../../etc/passwd",
];

/// A value of any kind, small or absurd.
pub fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|n| json!(n)),
        proptest::sample::select(NASTY.to_vec()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        (1_usize..4_000).prop_map(|n| Value::from("x́".repeat(n))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// One change somewhere in a document.
#[derive(Clone, Debug)]
pub enum Bend {
    /// Another value.
    Put(Index, Value),
    /// Gone from its object or list.
    Drop(Index),
    /// Once more in its list.
    Twice(Index),
    /// What stands elsewhere stands here too.
    Copy(Index, Index),
}

/// Some of them.
pub fn bends() -> impl Strategy<Value = Vec<Bend>> {
    let one = prop_oneof![
        5 => (any::<Index>(), any_value()).prop_map(|(at, value)| Bend::Put(at, value)),
        2 => any::<Index>().prop_map(Bend::Drop),
        2 => any::<Index>().prop_map(Bend::Twice),
        3 => (any::<Index>(), any::<Index>()).prop_map(|(at, from)| Bend::Copy(at, from)),
    ];
    proptest::collection::vec(one, 1..8)
}

/// Where the values of a document are.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                let path = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                out.push(path.clone());
                places(inner, &path, out);
            }
        }
        Value::Array(list) => {
            for (i, inner) in list.iter().enumerate() {
                let path = format!("{at}/{i}");
                out.push(path.clone());
                places(inner, &path, out);
            }
        }
        _ => {}
    }
}

fn parent_of<'a>(document: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((document.pointer_mut(parent)?, last.replace("~1", "/").replace("~0", "~")))
}

/// Carries changes out, one after the other.
pub fn bend(document: &mut Value, bends: &[Bend]) {
    for bend in bends {
        let mut all = Vec::new();
        places(document, "", &mut all);
        if all.is_empty() {
            return;
        }
        let at_place = |at: &Index| all[at.index(all.len())].as_str();
        match bend {
            Bend::Put(at, value) => {
                if let Some(place) = document.pointer_mut(at_place(at)) {
                    *place = value.clone();
                }
            }
            Bend::Copy(at, from) => {
                let value = document.pointer(at_place(from)).cloned();
                if let (Some(place), Some(value)) = (document.pointer_mut(at_place(at)), value) {
                    *place = value;
                }
            }
            Bend::Drop(at) | Bend::Twice(at) => match parent_of(document, at_place(at)) {
                Some((Value::Object(map), name)) => drop_of(map, &name, bend),
                Some((Value::Array(list), place)) => {
                    let place: usize = place.parse().unwrap();
                    if matches!(bend, Bend::Drop(_)) {
                        list.remove(place);
                    } else {
                        list.insert(place, list[place].clone());
                    }
                }
                _ => {}
            },
        }
    }
}

fn drop_of(map: &mut Map<String, Value>, name: &str, bend: &Bend) {
    if matches!(bend, Bend::Drop(_)) {
        map.remove(name);
    }
}

/// A change in a text or in bytes.
#[derive(Clone, Debug)]
pub enum Scratch {
    /// These bytes instead of so many at a place.
    Splice(Index, usize, Vec<u8>),
    /// A line is gone.
    Unline(Index),
    /// A line stands twice.
    Reline(Index, Index),
    /// It ends here.
    Cut(Index),
}

/// Some of them.
pub fn scratches() -> impl Strategy<Value = Vec<Scratch>> {
    let nasty = proptest::sample::select(NASTY.to_vec()).prop_map(|text| text.as_bytes().to_vec());
    let bytes = prop_oneof![
        nasty,
        proptest::collection::vec(any::<u8>(), 0..6),
        "[0-9:.,;=\"'+-]{0,8}".prop_map(String::into_bytes)
    ];
    let one = prop_oneof![
        6 => (any::<Index>(), 0_usize..8, bytes).prop_map(|(at, n, with)| Scratch::Splice(at, n, with)),
        2 => any::<Index>().prop_map(Scratch::Unline),
        2 => (any::<Index>(), any::<Index>()).prop_map(|(at, from)| Scratch::Reline(at, from)),
        1 => any::<Index>().prop_map(Scratch::Cut),
    ];
    proptest::collection::vec(one, 0..10)
}

/// Carries changes out, one after the other.
pub fn scratch(bytes: &mut Vec<u8>, scratches: &[Scratch]) {
    for one in scratches {
        if bytes.is_empty() {
            return;
        }
        let lines = || bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
        match one {
            Scratch::Splice(at, n, with) => {
                let at = at.index(bytes.len());
                let end = (at + n).min(bytes.len());
                bytes.splice(at..end, with.iter().copied());
            }
            Scratch::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Scratch::Unline(at) => {
                let mut lines = lines();
                lines.remove(at.index(lines.len()));
                *bytes = lines.concat();
            }
            Scratch::Reline(at, from) => {
                let mut lines = lines();
                let line = from.get(&lines).clone();
                lines.insert(at.index(lines.len()), line);
                *bytes = lines.concat();
            }
        }
    }
}
