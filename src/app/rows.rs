//! What makes a row of a pane: whether it is on the list tonight, its order among the others, and
//! the text a filter looks at.

use std::cmp::Ordering;

use super::pane::Sort;
use crate::property::{AlertId, Grant, MutationId, Property, StayId};
use crate::seam::id::GrantId;
use crate::text::Text;

/// Whether a stay is on the list without a filter: not one that is over, nor one of a later night.
pub fn stay_is_tonight(p: &Property, id: &StayId) -> bool {
    p.stay(id).is_some_and(|s| s.class.is_tonight())
}

/// Whether a grant is on the list without a filter: that of a stay of tonight, or of no stay.
pub fn grant_is_tonight(p: &Property, id: &GrantId) -> bool {
    p.stay_of_grant(id).is_none_or(|stay| stay_is_tonight(p, stay))
}

/// What a filter looks at in a stay.
pub fn stay_text(p: &Property, id: &StayId) -> Option<String> {
    let s = p.stay(id)?;
    let key = s.reservation_key.as_deref().unwrap_or_default();
    Some(format!("{} {} {} {key}", s.room, s.name, s.class.word()))
}

/// What a filter looks at in a grant.
pub fn grant_text(p: &Property, id: &GrantId) -> Option<String> {
    let g = p.grant(id)?;
    let who = who(p, g);
    let key = g.reservation_key.as_deref().unwrap_or_default();
    Some(format!("{who} {} {key} {}", places(p, g), issued_word(p, id)))
}

/// What a filter looks at in a mutation.
pub fn mutation_text(p: &Property, id: &MutationId) -> Option<String> {
    let m = p.mutation(id)?;
    let who = m.stay.as_ref().and_then(|s| p.stay(s)).map(|s| s.name.clone()).unwrap_or_default();
    Some(format!("{} {} {} {who}", m.room, m.what, m.change))
}

/// What a filter looks at in an alert.
pub fn alert_text(p: &Property, id: &AlertId) -> Option<String> {
    let a = p.alert(id)?;
    let room = a.room.as_deref().unwrap_or_default();
    let who = a.who.as_deref().unwrap_or_default();
    Some(format!("{} {room} {who} {}", a.severity.word(), a.why))
}

/// The name of the guest of a grant.
pub fn who(p: &Property, grant: &Grant) -> Text {
    p.identity(&grant.guest).map(|guest| guest.name.clone()).unwrap_or_else(|| Text::new(grant.guest.short()))
}

/// Where a grant opens: rooms first, then the rest, by name.
pub fn places(p: &Property, grant: &Grant) -> String {
    let mut spaces: Vec<(bool, &str)> =
        grant.spaces.iter().filter_map(|id| Some((!p.is_room(id), p.space(id)?.name.as_str()))).collect();
    spaces.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| natural(a.1, b.1)));
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
    let recut = methods.iter().filter(|m| m.is_encoding_required && m.issued_at.is_some()).count();
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

fn directed(sort: Sort, order: Ordering) -> Ordering {
    if sort.descending { order.reverse() } else { order }
}

/// The order of two stays. Room is always the second thought, and the id the last: an order that
/// two readings of the same data agree on.
pub fn order_stays(p: &Property, sort: Sort, a: &StayId, b: &StayId) -> Ordering {
    let (Some(x), Some(y)) = (p.stay(a), p.stay(b)) else { return a.cmp(b) };
    let first = match sort.column {
        1 => x.name.cmp(&y.name),
        2 => x.class.cmp(&y.class),
        3 => x.ends_at.cmp(&y.ends_at),
        _ => natural(&x.room, &y.room),
    };
    directed(sort, first)
        .then_with(|| natural(&x.room, &y.room))
        .then_with(|| x.name.cmp(&y.name))
        .then_with(|| a.cmp(b))
}

/// The order of two grants.
pub fn order_grants(p: &Property, sort: Sort, a: &GrantId, b: &GrantId) -> Ordering {
    let (Some(x), Some(y)) = (p.grant(a), p.grant(b)) else { return a.cmp(b) };
    let by_room = || natural(&places(p, x), &places(p, y));
    let by_name = || who(p, x).cmp(&who(p, y));
    let first = match sort.column {
        1 => by_room(),
        2 => x.ends_at.cmp(&y.ends_at),
        3 => issued_word(p, a).cmp(&issued_word(p, b)),
        _ => by_name(),
    };
    directed(sort, first).then_with(by_name).then_with(|| a.cmp(b))
}

/// The order of two mutations: the oldest first.
pub fn order_mutations(p: &Property, sort: Sort, a: &MutationId, b: &MutationId) -> Ordering {
    let (Some(x), Some(y)) = (p.mutation(a), p.mutation(b)) else { return a.cmp(b) };
    let first = match sort.column {
        1 => natural(&x.room, &y.room),
        2 => x.what.cmp(&y.what),
        _ => x.since.cmp(&y.since),
    };
    directed(sort, first).then_with(|| x.since.cmp(&y.since)).then_with(|| a.cmp(b))
}

/// The order of two alerts. By severity, what another alert caused follows its cause.
pub fn order_alerts(p: &Property, sort: Sort, a: &AlertId, b: &AlertId) -> Ordering {
    if sort.column == 0 {
        let (root_a, root_b) = (root(p, a), root(p, b));
        let roots = directed(sort, by_severity(p, root_a, root_b)).then_with(|| root_a.cmp(root_b));
        return roots
            .then_with(|| (a != root_a).cmp(&(b != root_b)))
            .then_with(|| by_severity(p, a, b))
            .then_with(|| a.cmp(b));
    }
    let (Some(x), Some(y)) = (p.alert(a), p.alert(b)) else { return a.cmp(b) };
    let first = match sort.column {
        1 => x.since.cmp(&y.since),
        2 => natural(x.room.as_deref().unwrap_or_default(), y.room.as_deref().unwrap_or_default()),
        _ => x.who.cmp(&y.who),
    };
    directed(sort, first).then_with(|| by_severity(p, a, b)).then_with(|| a.cmp(b))
}

/// The alert that caused this one, or itself.
fn root<'a>(p: &'a Property, id: &'a AlertId) -> &'a AlertId {
    p.alert(id).and_then(|a| a.parent.as_ref()).filter(|parent| p.alert(parent).is_some()).unwrap_or(id)
}

fn by_severity(p: &Property, a: &AlertId, b: &AlertId) -> Ordering {
    let (Some(x), Some(y)) = (p.alert(a), p.alert(b)) else { return a.cmp(b) };
    x.severity
        .cmp(&y.severity)
        .then_with(|| x.since.cmp(&y.since))
        .then_with(|| natural(x.room.as_deref().unwrap_or_default(), y.room.as_deref().unwrap_or_default()))
}

/// Compares as people count: 9 before 10, and 10 before 10A; names after numbers.
pub fn natural(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a, b);
    loop {
        let (digits_x, digits_y) = (leading_digits(x), leading_digits(y));
        if !digits_x.is_empty() && !digits_y.is_empty() {
            let (n, m) = (digits_x.trim_start_matches('0'), digits_y.trim_start_matches('0'));
            let order = n.len().cmp(&m.len()).then_with(|| n.cmp(m));
            if order != Ordering::Equal {
                return order;
            }
            x = x.get(digits_x.len()..).unwrap_or_default();
            y = y.get(digits_y.len()..).unwrap_or_default();
            continue;
        }
        let (mut cx, mut cy) = (x.chars(), y.chars());
        match (cx.next(), cy.next()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(p), Some(q)) if p != q => return p.cmp(&q),
            _ => {
                x = cx.as_str();
                y = cy.as_str();
            }
        }
    }
}

fn leading_digits(s: &str) -> &str {
    let end = s.bytes().take_while(u8::is_ascii_digit).count();
    s.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rooms_are_counted_as_people_count() {
        let mut rooms = vec!["1001", "Lobby", "99", "101", "101A", "0102", "9"];
        rooms.sort_by(|a, b| natural(a, b));
        assert_eq!(rooms, ["9", "99", "101", "101A", "0102", "1001", "Lobby"]);
    }

    proptest! {
        #[test]
        fn natural_order_is_an_order(mut v in prop::collection::vec("[0-9a-c]{0,6}", 0..12)) {
            v.sort_by(|a, b| natural(a, b));
            for pair in v.windows(2) {
                prop_assert_ne!(natural(&pair[0], &pair[1]), Ordering::Greater);
                prop_assert_eq!(natural(&pair[0], &pair[1]), natural(&pair[1], &pair[0]).reverse());
            }
        }
    }
}
