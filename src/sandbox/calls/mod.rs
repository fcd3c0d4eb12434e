//! The endpoints: which there are, what they take, and what answers them.

mod encoders;
mod events;
mod grants;
mod house;
mod methods;
mod page;
mod people;
mod related;
mod routes;

pub(crate) use routes::{Endpoint, Verb, endpoint};

use uuid::Uuid;

use super::answer::ApiError;
use super::hotel::{Hotel, Named};
use super::params::Params;

/// The living grant of an `access_grant_id`.
fn grant_of(hotel: &Hotel, id: Option<Uuid>) -> Result<u32, ApiError> {
    match id.and_then(|id| hotel.named.get(&id)) {
        Some(Named::Grant(ix)) => Ok(*ix),
        _ => Err(ApiError::missing("access_grant")),
    }
}

/// The grant named by `access_grant_id` or by `access_grant_key`; 400 where it is neither or both.
fn named_grant(hotel: &Hotel, params: &Params) -> Result<u32, ApiError> {
    match (params.given("access_grant_id"), params.text("access_grant_key")) {
        (true, None) => grant_of(hotel, params.id("access_grant_id")),
        (false, Some(key)) => {
            hotel.grant_keys.get(key).copied().ok_or_else(|| ApiError::missing("access_grant"))
        }
        _ => Err(ApiError::inputs("Exactly one of access_grant_id and access_grant_key is required.")),
    }
}

fn method_of(hotel: &Hotel, id: Option<Uuid>) -> Result<u32, ApiError> {
    match id.and_then(|id| hotel.named.get(&id)) {
        Some(Named::Method(ix)) => Ok(*ix),
        _ => Err(ApiError::missing("access_method")),
    }
}

fn encoder_of(hotel: &Hotel, params: &Params) -> Result<u32, ApiError> {
    match params.id("acs_encoder_id").and_then(|id| hotel.named.get(&id)) {
        Some(Named::Encoder(ix)) => Ok(*ix),
        _ => Err(ApiError::missing("acs_encoder")),
    }
}

fn space_of(hotel: &Hotel, id: Uuid) -> Result<u32, ApiError> {
    match hotel.named.get(&id) {
        Some(Named::Space(ix)) => Ok(*ix),
        _ => Err(ApiError::missing("space")),
    }
}

/// The entrance (or, with `device`, the smart lock) of an id.
fn door_of(hotel: &Hotel, id: Uuid, device: bool) -> Result<u32, ApiError> {
    let found = match hotel.named.get(&id) {
        Some(Named::Door(ix)) => Some(*ix),
        _ => None,
    };
    found
        .filter(|ix| hotel.doors.get(*ix).is_some_and(|d| d.is_device() == device))
        .ok_or_else(|| ApiError::missing(if device { "device" } else { "acs_entrance" }))
}

fn person_of(hotel: &Hotel, id: Option<Uuid>) -> Result<u32, ApiError> {
    match id.and_then(|id| hotel.named.get(&id)) {
        Some(Named::Person(ix)) => Ok(*ix),
        _ => Err(ApiError::missing("user_identity")),
    }
}
