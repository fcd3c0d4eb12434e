//! Access systems and encoders.

use chrono::{DateTime, Utc};

use super::{Alert, AlertId, Fix, Key, Property, Rule, Severity, Subject, Text, notices};
use crate::property::agenda::About;
use crate::property::log::Topic;
use crate::property::rooms::{DOWN, oldest};
use crate::seam::model::AcsSystem;

fn bare(
    subject: Subject,
    name: &Text,
    rule: Rule,
    severity: Severity,
    since: DateTime<Utc>,
    why: Text,
) -> Alert {
    Alert {
        id: AlertId { rule, subject },
        severity,
        since,
        room: None,
        who: Some(name.clone()).filter(|name| !name.is_empty()),
        stay: None,
        why,
        fixes: &[],
        parent: None,
    }
}

fn name_of(system: &AcsSystem) -> &Text {
    if system.name.is_empty() { &system.external_type_display_name } else { &system.name }
}

/// Why a system is down, in words.
fn down(code: &str) -> &'static str {
    match code {
        "seam_bridge_disconnected" | "bridge_disconnected" => {
            "Seam Bridge is disconnected: nothing can be encoded or changed"
        }
        "visionline_instance_unreachable" => {
            "the Visionline server does not answer the bridge: nothing can be encoded or changed"
        }
        "account_disconnected" => "Seam's login to the system is no longer valid: nothing can be changed",
        "provider_service_unavailable" => "the lock maker's service is down: nothing can be changed for now",
        "salto_ks_certification_expired" => {
            "the site has lost its Salto KS certification: nothing can be changed"
        }
        _ => "disconnected: nothing can be encoded or changed",
    }
}

/// The alerts of an access system.
pub(super) fn system(hotel: &Property, key: Key) -> Vec<Alert> {
    let Some(row) = hotel.store.systems.row(key) else { return Vec::new() };
    let Some(system) = row.record() else { return Vec::new() };
    let subject = Subject::System(system.id.clone());
    let mut out = Vec::new();
    if let Some(notice) = oldest(&system.errors, &DOWN) {
        let known = hotel.known_since(About::System(key), &Rule::SystemDown);
        let since = notice.created_at.or(known).unwrap_or_else(|| row.as_of());
        let why = Text::new(down(&notice.code));
        let alert = bare(subject.clone(), name_of(system), Rule::SystemDown, Severity::P1, since, why);
        out.push(alert.fix(&[Fix::Why, Fix::PollNow]));
    }
    let make =
        |rule, severity, since, why| bare(subject.clone(), name_of(system), rule, severity, since, why);
    notices::of_system(&system.errors, &system.warnings, &mut out, make, row.as_of());
    out
}

/// The alerts of an encoder.
pub(super) fn encoder(hotel: &Property, key: Key) -> Vec<Alert> {
    let Some(row) = hotel.store.encoders.row(key) else { return Vec::new() };
    let Some(encoder) = row.record() else { return Vec::new() };
    let subject = Subject::Encoder(encoder.id.clone());
    let kinds = ["acs_encoder.removed", "acs_encoder.added"];
    let mut log = hotel.log.of(&Topic::Encoder(encoder.id.clone()));
    let last = log.find(|(_, e)| kinds.contains(&e.event_type.as_str()));
    let removed = last.filter(|(_, e)| e.event_type == "acs_encoder.removed").map(|(at, _)| at);
    let notice = oldest(&encoder.errors, &["acs_encoder_removed"]);
    let mut out = Vec::new();
    if notice.is_some() || removed.is_some() {
        let known = hotel.known_since(About::Encoder(key), &Rule::EncoderUnusable);
        let since = notice.and_then(|n| n.created_at).or(removed).or(known).unwrap_or_else(|| row.as_of());
        let why = Text::new("the encoder was removed: cut cards on another one");
        let alert =
            bare(subject.clone(), &encoder.display_name, Rule::EncoderUnusable, Severity::P2, since, why);
        out.push(alert.fix(&[Fix::Why, Fix::PollNow]));
    }
    let make =
        |rule, severity, since, why| bare(subject.clone(), &encoder.display_name, rule, severity, since, why);
    notices::of_encoder(&encoder.errors, &encoder.warnings, &mut out, make, row.as_of());
    out
}
