//! Parties: what one guest of a reservation has and another lacks.

use super::{Alert, Fix, Mode, Rule, Severity, StayView, Timer};

/// The Instant Key is good for one phone, and somebody of the party has no mobile key of their own.
pub(super) fn one_phone_only(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    let Some(reservation) = view.stay.reservation_key().as_ref().filter(|_| view.shade.is_one_phone) else {
        return;
    };
    if !view.is_near(view.settings().look_ahead, timer) {
        return;
    }
    let others = view.hotel.stays.party(reservation).into_iter().filter_map(|key| view.hotel.stays.row(key));
    let without = others
        .filter(|row| row.stay.guest_key() != view.guest && row.stay.is_known && !row.shade.has_mobile)
        .count();
    if without == 0 {
        return;
    }
    let asked = view.grants.iter().filter(|g| g.requested().iter().any(|r| r.mode == Mode::MobileKey));
    let since = asked.filter_map(|g| g.created_at()).min().unwrap_or(view.start());
    let whom = if without == 1 { "one other guest".to_owned() } else { format!("{without} other guests") };
    let why = format!("the Instant Key is good for one phone, and {whom} of the party have none");
    let why = if without == 1 { why.replace("party have", "party has") } else { why };
    out.push(view.alert(Rule::OnePhoneOnly, Severity::P3, since, why).fix(&[Fix::InstantKey]));
}
