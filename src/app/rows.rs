//! What makes a row of a pane: whether it is on the list tonight, its order among the others, and
//! the text a filter looks at.
//!
//! Everything works on records, never on ids: nothing is looked up while a pane is put in order.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write;

use super::columns::{self, ColumnId, Value, guest_of};
use super::pane::Sort;
use crate::property::{Alert, AlertId, Attended, Grant, MutationRow, Property, Stay};

pub use crate::report::{issued_word, places, who};
pub use crate::text::natural;

/// Whether a grant is on the list without a filter: that of a stay of tonight, or of no stay.
pub fn grant_is_tonight(p: &Property, grant: &Grant) -> bool {
    let stay = p.stay_of_grant(&grant.id).and_then(|stay| p.stay(stay));
    stay.is_none_or(|stay| stay.class.is_tonight())
}

/// Writes what a filter looks at in a stay.
pub fn stay_text(s: &Stay, text: &mut String) {
    let key = s.reservation_key().as_deref().unwrap_or_default();
    // A text in memory takes everything.
    let _ = write!(text, "{} {} {} {key}", s.room, s.name, s.class.word());
}

/// Writes what a filter looks at in a grant.
pub fn grant_text(p: &Property, g: &Grant, text: &mut String) {
    let key = g.reservation_key().as_deref().unwrap_or_default();
    let _ = write!(text, "{} {} {key} {}", guest_of(p, g), places(p, g), issued_word(p, &g.id));
}

/// Writes what a filter looks at in a mutation.
pub fn mutation_text(p: &Property, m: &MutationRow, text: &mut String) {
    let who = m.stay.as_ref().and_then(|s| p.stay(s)).map_or("", |s| s.name.as_str());
    let _ = write!(text, "{} {} {} {who}", m.room, m.what, m.change);
}

/// Writes what a filter looks at in an alert.
pub fn alert_text(p: &Property, a: &Alert, text: &mut String) {
    let room = a.room.as_deref().unwrap_or_default();
    let who = a.who.as_deref().unwrap_or_default();
    let _ = write!(text, "{} {room} {who} {}", a.severity.word(), a.why);
    let stands = p.attended(&a.id);
    if let (Some(stands), Some(note)) = (stands, stands.and_then(Attended::note)) {
        let _ = write!(text, " {} {} {}", stands.name(), note.by, note.reason);
    }
}

/// What a stay is ordered by.
#[derive(Debug)]
pub struct StayKey<'p> {
    stay: &'p Stay,
    value: Value<'p>,
}

impl<'p> StayKey<'p> {
    /// Of a stay, for this order.
    pub fn of(p: &'p Property, sort: Sort, stay: &'p Stay) -> Self {
        Self { stay, value: columns::of_stay(p, stay, sort.column) }
    }
}

/// The order of two stays. Room is always the second thought, and the id the last: an order that
/// two readings of the same data agree on.
pub fn order_stays(sort: Sort, a: &StayKey<'_>, b: &StayKey<'_>) -> Ordering {
    let (x, y) = (a.stay, b.stay);
    a.value
        .order(&b.value, sort.descending)
        .then_with(|| natural(&x.room, &y.room))
        .then_with(|| x.name.cmp(&y.name))
        .then_with(|| x.id.cmp(&y.id))
}

/// What a grant is ordered by: put together once, compared often.
#[derive(Debug)]
pub struct GrantKey<'p> {
    grant: &'p Grant,
    who: Cow<'p, str>,
    value: Value<'p>,
}

impl<'p> GrantKey<'p> {
    /// Of a grant, for this order.
    pub fn of(p: &'p Property, sort: Sort, grant: &'p Grant) -> Self {
        Self { grant, who: guest_of(p, grant), value: columns::of_grant(p, grant, sort.column) }
    }
}

/// The order of two grants.
pub fn order_grants(sort: Sort, x: &GrantKey<'_>, y: &GrantKey<'_>) -> Ordering {
    x.value
        .order(&y.value, sort.descending)
        .then_with(|| x.who.cmp(&y.who))
        .then_with(|| x.grant.id.cmp(&y.grant.id))
}

/// What a mutation is ordered by.
#[derive(Debug)]
pub struct MutationKey<'p> {
    row: &'p MutationRow,
    value: Value<'p>,
}

impl<'p> MutationKey<'p> {
    /// Of a mutation, for this order.
    pub fn of(p: &'p Property, sort: Sort, row: &'p MutationRow) -> Self {
        Self { row, value: columns::of_mutation(p, row, sort.column) }
    }
}

/// The order of two mutations: of equals by room, then the oldest first.
pub fn order_mutations(sort: Sort, a: &MutationKey<'_>, b: &MutationKey<'_>) -> Ordering {
    let (x, y) = (a.row, b.row);
    a.value
        .order(&b.value, sort.descending)
        .then_with(|| natural(&x.room, &y.room))
        .then_with(|| x.since.cmp(&y.since))
        .then_with(|| x.id.cmp(&y.id))
}

/// What an alert is ordered by.
#[derive(Clone, Debug)]
pub struct AlertKey<'p> {
    alert: &'p Alert,
    /// The alert that caused it, or itself.
    root: &'p Alert,
    is_snoozed: bool,
    value: Value<'p>,
}

impl<'p> AlertKey<'p> {
    /// Of an alert, for this order.
    pub fn of(p: &'p Property, sort: Sort, alert: &'p Alert) -> Self {
        let parent = |id: &AlertId| p.alert(id);
        let root = alert.parent.as_ref().and_then(parent).unwrap_or(alert);
        let value = columns::of_alert(p, alert, sort.column);
        Self { alert, root, is_snoozed: p.is_snoozed(&alert.id), value }
    }
}

/// The order of two alerts. By severity, what another alert caused follows its cause. However it is sorted,
/// what is snoozed stands below the rest.
pub fn order_alerts(sort: Sort, a: &AlertKey<'_>, b: &AlertKey<'_>) -> Ordering {
    a.is_snoozed.cmp(&b.is_snoozed).then_with(|| order_in_part(sort, a, b))
}

fn order_in_part(sort: Sort, a: &AlertKey<'_>, b: &AlertKey<'_>) -> Ordering {
    let (x, y) = (a.alert, b.alert);
    if sort.column == ColumnId::Severity {
        let roots = by_severity(a.root, b.root);
        let roots = if sort.descending { roots.reverse() } else { roots };
        let roots = roots.then_with(|| a.root.id.cmp(&b.root.id));
        return roots
            .then_with(|| (x.id != a.root.id).cmp(&(y.id != b.root.id)))
            .then_with(|| by_severity(x, y))
            .then_with(|| x.id.cmp(&y.id));
    }
    a.value.order(&b.value, sort.descending).then_with(|| by_severity(x, y)).then_with(|| x.id.cmp(&y.id))
}

fn by_severity(x: &Alert, y: &Alert) -> Ordering {
    x.severity
        .cmp(&y.severity)
        .then_with(|| x.since.cmp(&y.since))
        .then_with(|| natural(x.room.as_deref().unwrap_or_default(), y.room.as_deref().unwrap_or_default()))
}
