//! Instant Keys.

use chrono::{DateTime, Utc};

use super::{Alert, Fix, Mode, Rule, Severity, StayView, Timer, plus};

/// The guest's Instant Key ends before the stay does, and soon. A link that was opened in time stays
/// on the phone, which Seam does not tell; so this is a reason to look, not a fact.
pub(super) fn instant_key_expires(view: &StayView<'_>, timer: &mut Timer, out: &mut Vec<Alert>) {
    if view.of_mode(&Mode::MobileKey).next().is_none() {
        return;
    }
    let keys = view.hotel.store.guests.row(view.guest).and_then(|row| row.links.instant_keys.as_deref());
    let keys = keys.into_iter().flatten().filter_map(|key| view.hotel.store.instant_keys.get(*key));
    let last = keys.filter_map(|key| Some((key.expires_at?, key.created_at))).max();
    let Some((expires, made)) = last else { return };
    let outlives = view.stay.ends_at().is_some_and(|end| expires >= end);
    let ahead = view.settings().look_ahead;
    if outlives || !view.is_near(ahead, timer) || !timer.reached(plus(expires, -ahead)) {
        return;
    }
    let is_only = view.methods.iter().all(|m| m.mode() == Mode::MobileKey);
    let has_expired = timer.reached(expires);
    let severity = if is_only { Severity::P1 } else { Severity::P2 };
    let verb = if has_expired { "expired" } else { "expires" };
    let until = view.stay.ends_at().map_or("is open-ended".to_owned(), |t| format!("ends {}", view.wall(t)));
    let why = format!("the Instant Key {verb} {}, the stay {until}", view.wall(expires));
    let since = since(expires, made, view);
    out.push(view.alert(Rule::InstantKeyExpires, severity, since, why).fix(&[Fix::InstantKey]));
}

/// From when it could be seen: not before the key was made, nor before the stay came near.
fn since(expires: DateTime<Utc>, made: Option<DateTime<Utc>>, view: &StayView<'_>) -> DateTime<Utc> {
    let ahead = view.settings().look_ahead;
    let seen = plus(expires, -ahead).max(plus(view.start(), -ahead));
    made.map_or(seen, |made| seen.max(made))
}
