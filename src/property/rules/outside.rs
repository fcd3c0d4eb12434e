//! What was changed behind Seam's back, in the lock system's own program.

use chrono::{DateTime, Utc};

use super::{Fix, Rule, Severity, Text, Timer, plus};
use crate::property::hotel::Property;
use crate::property::log::Topic;

/// What the events of a lock or a system say of changes made outside Seam: since when, and in words.
pub(super) struct Outside {
    pub(super) since: DateTime<Utc>,
    pub(super) why: Text,
}

/// What is done about it.
pub(super) const FIXES: &[Fix] = &[Fix::Why, Fix::Cards];
/// How bad it is.
pub(super) const SEVERITY: Severity = Severity::P2;
/// The rule.
pub(super) const RULE: Rule = Rule::ChangedOutside;

/// PINs of a lock that were changed or deleted on the lock, and cards of a system that were made
/// invalid. The events name no guest.
pub(super) fn changed(hotel: &Property, topic: &Topic, timer: &mut Timer) -> Option<Outside> {
    let mut found: Option<(DateTime<Utc>, &'static str)> = None;
    let mut times = 0_usize;
    for (at, event) in hotel.log.of(topic) {
        let words = match event.event_type.as_str() {
            "access_code.modified_external_to_seam" => "a PIN was changed on the lock",
            "access_code.deleted_external_to_seam" => "a PIN was deleted from the lock",
            "acs_credential.invalidated" => "a card was made invalid",
            _ => continue,
        };
        if timer.reached(plus(at, hotel.settings.outside_kept)) {
            break;
        }
        times += 1;
        found = Some((at, found.map_or(words, |(_, first)| first)));
    }
    let (since, words) = found?;
    let often = if times > 1 { format!(", {times} times") } else { String::new() };
    let why = Text::new(format!("{words} outside Seam{often}: ask who used the lock system's program"));
    Some(Outside { since, why })
}
