//! Encoders, scans, simulations, action attempts.

use serde_json::Value;

use super::encoder_of;
use super::page::Page;
use crate::sandbox::answer::{Answer, ApiError, done, one};
use crate::sandbox::hotel::{Hotel, Named};
use crate::sandbox::house::Foretold;
use crate::sandbox::keys::Job;
use crate::sandbox::params::Params;
use crate::sandbox::show;

pub(super) fn list(hotel: &mut Hotel, params: &Params) -> Answer {
    let names = ["acs_system_id", "acs_system_ids", "acs_encoder_ids"];
    if names.iter().filter(|n| params.given(n)).count() != 1 {
        return Err(ApiError::inputs(
            "Exactly one of acs_system_id, acs_system_ids and acs_encoder_ids is required.",
        ));
    }
    let page = Page::read("/acs/encoders/list", params, 500)?;
    let mut systems = params.ids("acs_system_ids").unwrap_or_default();
    systems.extend(params.id("acs_system_id"));
    if systems.iter().any(|id| !matches!(hotel.named.get(id), Some(Named::System(_)))) {
        return Err(ApiError::missing("acs_system"));
    }
    let wanted = params.id_set("acs_encoder_ids");
    let found = hotel.encoders.iter().filter(|(_, e)| match &wanted {
        Some(ids) => ids.contains(&e.id),
        None => hotel.systems.get(e.system).is_some_and(|s| systems.contains(&s.id)),
    });
    page.fill("acs_encoders", found, |e| show::encoder(hotel, e))
}

pub(super) fn get(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = encoder_of(hotel, params)?;
    one("acs_encoder", hotel.encoders.get(ix).map(|e| show::encoder(hotel, e)).unwrap_or_default())
}

pub(super) fn scan(hotel: &mut Hotel, params: &Params) -> Answer {
    let encoder = encoder_of(hotel, params)?;
    let ix = hotel.attempt(Job::Scan { encoder });
    one("action_attempt", hotel.attempts.get(ix).map(show::attempt).unwrap_or_default())
}

pub(super) fn attempt(hotel: &mut Hotel, params: &Params) -> Answer {
    match params.id("action_attempt_id").and_then(|id| hotel.named.get(&id)) {
        Some(Named::Attempt(ix)) => {
            one("action_attempt", hotel.attempts.get(*ix).map(show::attempt).unwrap_or_default())
        }
        _ => Err(ApiError::missing("action_attempt")),
    }
}

/// One of `known`, or the first of them where nothing is given.
fn choose(params: &Params, name: &str, known: &[&str]) -> Result<String, ApiError> {
    let first = known.first().copied().unwrap_or_default();
    let value = params.text(name).unwrap_or(first);
    if known.contains(&value) {
        return Ok(value.to_owned());
    }
    Err(ApiError::input(name, format!("Invalid enum value. Expected one of {known:?}")))
}

/// Foretells how the next job of one kind ends.
fn foretell(hotel: &mut Hotel, params: &Params, scan: bool, told: Foretold) -> Answer {
    let ix = encoder_of(hotel, params)?;
    if let Some(encoder) = hotel.encoders.get_mut(ix) {
        let slot = if scan { &mut encoder.next_scan } else { &mut encoder.next_encode };
        *slot = Some(told);
    }
    done()
}

pub(super) fn encode_will_fail(hotel: &mut Hotel, params: &Params) -> Answer {
    let known =
        ["no_credential_on_encoder", "encoding_interrupted", "uncategorized_error", "action_attempt_expired"];
    let code = choose(params, "error_code", &known)?;
    foretell(hotel, params, false, Foretold::Error(code))
}

pub(super) fn encode_will_succeed(hotel: &mut Hotel, params: &Params) -> Answer {
    let scenario = choose(params, "scenario", &["credential_is_issued"])?;
    foretell(hotel, params, false, Foretold::Success(scenario, None))
}

pub(super) fn scan_will_fail(hotel: &mut Hotel, params: &Params) -> Answer {
    let code = choose(
        params,
        "error_code",
        &["no_credential_on_encoder", "uncategorized_error", "action_attempt_expired"],
    )?;
    foretell(hotel, params, true, Foretold::Error(code))
}

pub(super) fn scan_will_succeed(hotel: &mut Hotel, params: &Params) -> Answer {
    let known = [
        "credential_exists_on_seam",
        "credential_on_encoder_needs_update",
        "credential_does_not_exist_on_seam",
        "credential_on_encoder_is_empty",
    ];
    let scenario = choose(params, "scenario", &known)?;
    let credential = params.id("acs_credential_id_on_seam");
    if credential.is_some_and(|id| show::method_of_credential(hotel, id).is_none()) {
        return Err(ApiError::missing("acs_credential"));
    }
    foretell(hotel, params, true, Foretold::Success(scenario, credential))
}

/// An event as it is told.
pub(super) fn event_value(event: &crate::sandbox::hotel::Event) -> Value {
    Value::Object(event.body.clone())
}
