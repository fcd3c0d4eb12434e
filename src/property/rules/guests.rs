//! Guests who were entered and have no access.

use super::{Alert, AlertId, Fix, Key, Property, Rule, Severity, Subject, Text, Timer, plus};
use crate::property::Resource;

/// A guest who was entered tonight and has no access at all. Those of other nights have had theirs:
/// Seam keeps them, and nothing in the API tells that they are still expected.
pub(super) fn without_grant(hotel: &Property, key: Key, timer: &mut Timer) -> Option<Alert> {
    let row = hotel.store.guests.row(key)?;
    let guest = row.record()?;
    let made = guest.created_at()?;
    let s = &hotel.settings;
    if !hotel.is_read(Resource::Grants) || !row.links.grants.is_empty() {
        return None;
    }
    if timer.reached(plus(made, s.registered_ago)) || !timer.reached(plus(made, s.register_grace)) {
        return None;
    }
    if guest.warnings().iter().any(|w| w.code == "being_deleted") {
        return None;
    }
    let at = hotel.zone.local(made).format("%a %H:%M");
    Some(Alert {
        id: AlertId { rule: Rule::GuestWithoutGrant, subject: Subject::Guest(guest.id.clone()) },
        severity: Severity::P2,
        since: made,
        is_dated: true,
        room: None,
        who: Some(guest.name.clone()).filter(|name| !name.is_empty()),
        stay: None,
        why: Text::new(format!("entered {at} and has no access at all")),
        fixes: &[Fix::Grant, Fix::PollNow],
        parent: None,
    })
}
