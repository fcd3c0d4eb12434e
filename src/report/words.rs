//! Words that several documents share.

use chrono::{DateTime, Utc};

use crate::order::Arrange as _;
use crate::property::{Fix, Grant, KeyState, Keys, Property, Zone};
use crate::seam::id::GrantId;
use crate::text::{Text, natural};

/// The name of the guest of a grant.
pub fn who(p: &Property, grant: &Grant) -> Text {
    p.identity(grant.guest())
        .map(|guest| guest.name.clone())
        .unwrap_or_else(|| Text::new(grant.guest().short()))
}

/// Where a grant opens: rooms first, then the rest, by name.
pub fn places(p: &Property, grant: &Grant) -> String {
    let mut spaces: Vec<(bool, &str)> =
        p.spaces_of(grant).filter_map(|id| Some((!p.is_room(id), p.space(id)?.name.as_str()))).collect();
    spaces.arrange_by(|a, b| a.0.cmp(&b.0).then_with(|| natural(a.1, b.1)));
    if !spaces.is_empty() {
        let names: Vec<&str> = spaces.into_iter().map(|(_, name)| name).collect();
        return names.join(", ");
    }
    let doors = p.doors_of(&grant.id);
    let entrances = doors.entrances.iter().filter_map(|id| p.entrance(id)).map(|e| e.display_name.as_str());
    let locks = doors.devices.iter().filter_map(|id| p.device(id)).map(|d| d.display_name.as_str());
    entrances.chain(locks).collect::<Vec<_>>().join(", ")
}

/// Whether the keys of a grant are out: `issued`, or how many still are not.
pub fn issued_word(p: &Property, id: &GrantId) -> String {
    let methods: Vec<_> = p.methods_of(id);
    let waiting = methods.iter().filter(|m| m.is_encoding_required).count();
    let recut = methods.iter().filter(|m| m.is_encoding_required && m.issued_at().is_some()).count();
    let issued = methods.iter().filter(|m| m.is_issued).count();
    let cards = |n: usize, word: &str| format!("{n} card{} to {word}", if n == 1 { "" } else { "s" });
    match methods.len() {
        0 => "no keys".to_owned(),
        _ if recut > 0 => cards(recut, "re-cut"),
        _ if waiting > 0 => cards(waiting, "cut"),
        n if issued == n => "issued".to_owned(),
        n => format!("{issued} of {n} issued"),
    }
}

/// What a fix is called. An unknown one has no name.
pub fn fix_word(fix: Fix) -> &'static str {
    match fix {
        Fix::Extend => "extend",
        Fix::Reissue => "reissue",
        Fix::CheckOut => "check out",
        Fix::Move => "move",
        Fix::InstantKey => "instant key",
        Fix::Cards => "cards",
        Fix::Why => "why",
        Fix::Keys => "keys",
        Fix::ReadCard => "read card",
        Fix::Unmask => "unmask",
        Fix::Grant => "grant",
        Fix::PollNow => "poll now",
        Fix::None => "",
    }
}

/// The name of a fix for scripts: `check_out`.
pub(super) fn fix_name(fix: Fix) -> String {
    fix_word(fix).replace(' ', "_")
}

/// An instant on paper, property time: `Mon 23 Nov 03:14`. Never "today": paper is read later.
pub fn stamp(at: DateTime<Utc>, zone: Zone) -> String {
    zone.local(at).format("%a %-d %b %H:%M").to_string()
}

/// The same, or a dash.
pub(super) fn stamp_or(at: Option<DateTime<Utc>>, zone: Zone) -> String {
    at.map_or_else(|| "-".to_owned(), |at| stamp(at, zone))
}

/// Where the keys stand, in plain words: "PIN issued, 2 cards to cut".
pub(super) fn keys(keys: &Keys) -> String {
    let all =
        [("PIN", keys.code), ("card", keys.card), ("mobile key", keys.mobile), ("cloud key", keys.cloud)];
    let words: Vec<String> = all.into_iter().filter_map(|(name, state)| of_mode(name, state)).collect();
    if words.is_empty() { "no key".to_owned() } else { words.join(", ") }
}

fn of_mode(name: &str, state: KeyState) -> Option<String> {
    let some = |n: u16, what: &str| match n {
        0 | 1 => format!("{name} {what}"),
        n => format!("{n} {name}s {what}"),
    };
    Some(match state {
        KeyState::None => return None,
        KeyState::Issued(n) => some(n, "issued"),
        KeyState::ToCut(n) => some(n, "to cut"),
        KeyState::Recut(n) => some(n, "to re-cut"),
        KeyState::Assign(n) => some(n, "to assign"),
        KeyState::Mixed { issued, waiting } => {
            format!("{}, {waiting} waiting", some(issued, "issued"))
        }
        other => format!("{name} {}", other.word()),
    })
}

/// `1 card`, `2 cards`.
pub(super) fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// A sentence that begins with a capital.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
