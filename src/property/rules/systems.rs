//! Access systems and encoders.

use chrono::{DateTime, Utc};

use super::{
    Alert, AlertId, Fix, Key, Property, Rule, Severity, Subject, Text, Timer, notices, outside, plus,
};
use crate::property::AttemptState;
use crate::property::agenda::About;
use crate::property::log::Topic;
use crate::property::rooms::{DOWN, oldest};
use crate::seam::model::{AcsSystem, Encoder};

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
        is_dated: true,
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
pub(super) fn system(hotel: &Property, key: Key, timer: &mut Timer) -> Vec<Alert> {
    let Some(row) = hotel.store.systems.row(key) else { return Vec::new() };
    let Some(system) = row.record() else { return Vec::new() };
    let subject = Subject::System(system.id.clone());
    let mut out = Vec::new();
    let make =
        |rule, severity, since, why| bare(subject.clone(), name_of(system), rule, severity, since, why);
    let since = |rule: &Rule| hotel.known_since(About::System(key), rule).unwrap_or_else(|| row.as_of());
    if let Some(notice) = oldest(&system.errors, &DOWN) {
        let told = notice.created_at;
        let since = told.unwrap_or_else(|| since(&Rule::SystemDown));
        let why = Text::new(down(&notice.code));
        let alert = make(Rule::SystemDown, Severity::P1, since, why).undated(told.is_none());
        out.push(alert.fix(&[Fix::Why, Fix::PollNow]));
    }
    if system.location.time_zone.is_none() && !system.is_credential_manager {
        let why = Text::new("the system has no time zone: keys may be off by hours, test a door");
        let alert = make(Rule::TimeZone, Severity::P2, since(&Rule::TimeZone), why).undated(true);
        out.push(alert.fix(&[Fix::None]));
    }
    if let Some(changed) = outside::changed(hotel, &Topic::System(system.id.clone()), timer) {
        out.push(make(outside::RULE, outside::SEVERITY, changed.since, changed.why).fix(outside::FIXES));
    }
    notices::of_system(&system.errors, &system.warnings, &mut out, make, row.as_of());
    out
}

/// Failures of an attempt that mean that the encoder itself cannot be used.
const UNUSABLE: [&str; 3] = ["encoder_not_online", "encoder_communication_timeout", "bridge_disconnected"];
/// Failures after which nobody knows whether the card was written.
const UNKNOWN: [&str; 2] = ["action_attempt_expired", "encoding_interrupted"];

/// Since when an encoder cannot be used, and why.
fn unusable(hotel: &Property, key: Key, encoder: &Encoder) -> Option<(Option<DateTime<Utc>>, &'static str)> {
    let kinds = ["acs_encoder.removed", "acs_encoder.added"];
    let mut log = hotel.log.of(&Topic::Encoder(encoder.id.clone()));
    let last = log.find(|(_, e)| kinds.contains(&e.event_type.as_str()));
    let removed = last.filter(|(_, e)| e.event_type == "acs_encoder.removed").map(|(at, _)| at);
    let notice = oldest(&encoder.errors, &["acs_encoder_removed"]);
    if notice.is_some() || removed.is_some() {
        let known = hotel.known_since(About::Encoder(key), &Rule::EncoderUnusable);
        let since = notice.and_then(|n| n.created_at).or(removed).or(known);
        return Some((since, "the encoder was removed: cut cards on another one"));
    }
    let attempt = hotel.attempts.of(&encoder.id)?;
    let AttemptState::Failed(kind) = &attempt.state else { return None };
    let why = match UNUSABLE.iter().position(|code| kind == *code)? {
        0 => "the encoder was not online when it was used last: look at power and cable, use another",
        1 => "the encoder did not answer when it was used last: look at its cable, use another",
        _ => "the bridge was gone when the encoder was used last: nothing can be encoded",
    };
    Some((Some(attempt.at), why))
}

/// An attempt that hangs, or that ended nobody knows how.
fn hanging(hotel: &Property, encoder: &Encoder, timer: &mut Timer) -> Option<(DateTime<Utc>, &'static str)> {
    let attempt = hotel.attempts.of(&encoder.id)?;
    let s = &hotel.settings;
    let is_unknown = match &attempt.state {
        AttemptState::Pending => {
            let why = match attempt.reads {
                true => "the encoder has not answered yet: look at its power and its cable",
                false => "the encoder has not answered yet: read the card before cutting it again",
            };
            return timer.reached(plus(attempt.began, s.attempt_limit)).then_some((attempt.began, why));
        }
        AttemptState::Answered | AttemptState::Unheard => false,
        AttemptState::Failed(kind) => UNKNOWN.iter().any(|code| kind == *code),
        AttemptState::Lost => true,
    };
    let why = match attempt.reads {
        true => "the encoder did not finish reading a card: read it again",
        false => "nobody knows whether the card was written: read it before cutting it again",
    };
    (is_unknown && !timer.reached(plus(attempt.at, s.attempt_kept))).then_some((attempt.at, why))
}

/// The alerts of an encoder.
pub(super) fn encoder(hotel: &Property, key: Key, timer: &mut Timer) -> Vec<Alert> {
    let Some(row) = hotel.store.encoders.row(key) else { return Vec::new() };
    let Some(encoder) = row.record() else { return Vec::new() };
    let subject = Subject::Encoder(encoder.id.clone());
    let make =
        |rule, severity, since, why| bare(subject.clone(), &encoder.display_name, rule, severity, since, why);
    let system = hotel.store.systems.key(&encoder.acs_system_id).filter(|system| hotel.is_down(*system));
    let cause = system
        .map(|_| AlertId { rule: Rule::SystemDown, subject: Subject::System(encoder.acs_system_id.clone()) });
    let mut out = Vec::new();
    if let Some((since, why)) = unusable(hotel, key, encoder) {
        let alert =
            make(Rule::EncoderUnusable, Severity::P2, since.unwrap_or_else(|| row.as_of()), Text::new(why))
                .undated(since.is_none());
        out.push(alert.fix(&[Fix::Why, Fix::PollNow]).under(cause.clone()));
    }
    if let Some((since, why)) = hanging(hotel, encoder, timer) {
        let alert = make(Rule::AttemptHanging, Severity::P2, since, Text::new(why));
        out.push(alert.fix(&[Fix::PollNow, Fix::Cards]).under(cause));
    }
    notices::of_encoder(&encoder.errors, &encoder.warnings, &mut out, make, row.as_of());
    out
}
