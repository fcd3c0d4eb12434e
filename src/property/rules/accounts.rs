//! The accounts behind the locks, as far as events tell of them: the API of this desk lists none.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::{Alert, AlertId, Fix, Property, Rule, Severity, Subject, Text};
use crate::property::Resource;
use crate::property::log::Topic;

/// Seam asks for the login of an account again, or has lost it, and has not got it back since.
pub(super) fn failing(hotel: &Property) -> Option<Alert> {
    let mut accounts: BTreeMap<Option<Text>, Option<(DateTime<Utc>, &'static str)>> = BTreeMap::new();
    for (at, event) in hotel.log.of(&Topic::Accounts) {
        let bad = match event.event_type.as_str() {
            "connected_account.reauthorization_requested" => Some((at, "asks for a new login to")),
            "connected_account.disconnected" => Some((at, "has lost its login to")),
            "connected_account.connected"
            | "connected_account.successful_login"
            | "connected_account.completed_first_sync_after_reconnection"
            | "connected_account.deleted" => None,
            _ => continue,
        };
        // The newest counts.
        accounts.entry(event.connected_account_id.clone()).or_insert(bad);
    }
    let bad: Vec<_> = accounts.into_values().flatten().collect();
    let (since, words) = *bad.iter().min_by_key(|(at, _)| *at)?;
    let which = if bad.len() == 1 { "an account".to_owned() } else { format!("{} accounts", bad.len()) };
    Some(Alert {
        id: AlertId { rule: Rule::AccountFailing, subject: Subject::Screen(Resource::Systems) },
        severity: Severity::P3,
        since,
        is_dated: true,
        room: None,
        who: Some(Text::new(Resource::Systems.word())),
        stay: None,
        why: Text::new(format!(
            "Seam {words} {which} of the locks: tell the manager, keys still work for now"
        )),
        fixes: &[Fix::None],
        parent: None,
    })
}
