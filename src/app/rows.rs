//! What makes a row of a pane: whether it is on the list tonight, its order among the others, and
//! the text a filter looks at.

use std::cmp::Ordering;

use super::pane::Sort;
use crate::property::{AlertId, MutationId, Property, StayId};
use crate::seam::id::GrantId;

pub use crate::report::{issued_word, places, who};
pub use crate::text::natural;

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
    let stands = p.attended(id).filter(|stands| stands.note().is_some());
    let by = stands.and_then(|stands| stands.note()).map(|note| format!("{} {}", note.by, note.reason));
    let (state, by) = (stands.map(|stands| stands.name()).unwrap_or_default(), by.unwrap_or_default());
    Some(format!("{} {room} {who} {} {state} {by}", a.severity.word(), a.why))
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

/// The order of two alerts. By severity, what another alert caused follows its cause. However it is sorted,
/// what is snoozed stands below the rest.
pub fn order_alerts(p: &Property, sort: Sort, a: &AlertId, b: &AlertId) -> Ordering {
    let aside = p.is_snoozed(a).cmp(&p.is_snoozed(b));
    aside.then_with(|| order_in_part(p, sort, a, b))
}

fn order_in_part(p: &Property, sort: Sort, a: &AlertId, b: &AlertId) -> Ordering {
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
