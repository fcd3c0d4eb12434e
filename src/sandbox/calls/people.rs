//! User identities and Instant Keys.

use chrono::Duration;
use serde_json::Value;

use super::page::Page;
use super::person_of;
use crate::sandbox::answer::{Answer, ApiError, done, one};
use crate::sandbox::hotel::{Hotel, Named};
use crate::sandbox::keys::{Method, Mode};
use crate::sandbox::params::Params;
use crate::sandbox::show;

use super::house::contains;

pub(super) fn list(hotel: &mut Hotel, params: &Params) -> Answer {
    let page = Page::read("/user_identities/list", params, 500)?;
    let wanted = params.id_set("user_identity_ids");
    let before = params.date("created_before");
    let search = params.text("search");
    let managed = params.given("credential_manager_acs_system_id");
    let found = hotel.people.iter().skip(page.from() as usize).filter(|(_, p)| {
        let text = || [&p.name, &p.email, &p.phone].into_iter().flatten().any(|t| contains(t, search));
        !p.gone
            && !managed
            && wanted.as_ref().is_none_or(|w| w.contains(&p.id))
            && before.is_none_or(|at| p.created < at)
            && (search.is_none() || text())
    });
    page.fill("user_identities", found, |p| show::person(hotel, p))
}

fn named(hotel: &Hotel, params: &Params) -> Result<u32, ApiError> {
    match (params.given("user_identity_id"), params.text("user_identity_key")) {
        (true, None) => person_of(hotel, params.id("user_identity_id")),
        (false, Some(key)) => {
            hotel.person_keys.get(key).copied().ok_or_else(|| ApiError::missing("user_identity"))
        }
        _ => Err(ApiError::inputs("Exactly one of user_identity_id and user_identity_key is required.")),
    }
}

fn shown(hotel: &Hotel, ix: u32) -> Value {
    hotel.people.get(ix).map(|p| show::person(hotel, p)).unwrap_or_default()
}

pub(super) fn get(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = named(hotel, params)?;
    one("user_identity", shown(hotel, ix))
}

/// The refusals that keys and addresses can meet; `except` is the person being changed.
fn unique(hotel: &Hotel, params: &Params, except: Option<u32>) -> Result<(), ApiError> {
    if let Some(mail) = params.text("email_address")
        && (!mail.contains('@') || mail.contains(char::is_whitespace))
    {
        return Err(ApiError::input("email_address", "Invalid email"));
    }
    for name in ["full_name", "user_identity_key"] {
        if params.text(name).is_some_and(str::is_empty) {
            return Err(ApiError::input(name, "String must contain at least 1 character(s)"));
        }
    }
    let taken = |ix: Option<u32>| ix.is_some() && ix != except;
    let key = params.text("user_identity_key").and_then(|k| hotel.person_keys.get(k).copied());
    if taken(key) {
        let message = "A user identity with this user_identity_key exists.";
        return Err(ApiError::new(409, "user_identity_key_already_exists", message));
    }
    let mail = params.text("email_address").and_then(|mail| {
        hotel.people.iter().find(|(_, p)| !p.gone && p.email.as_deref() == Some(mail)).map(|(ix, _)| ix)
    });
    if taken(mail) {
        let message = "A user identity with this email_address exists.";
        return Err(ApiError::new(409, "email_address_already_exists", message));
    }
    Ok(())
}

/// Makes the person that `params` describes, for a call of its own or inline in a grant.
pub(super) fn make(hotel: &mut Hotel, params: &Params) -> Result<u32, ApiError> {
    params.check(super::routes::PERSON)?;
    unique(hotel, params, None)?;
    let details = [params.boxed("full_name"), params.boxed("email_address"), params.boxed("phone_number")];
    let now = hotel.now;
    Ok(hotel.put_person(params.boxed("user_identity_key"), details, now))
}

pub(super) fn create(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = make(hotel, params)?;
    one("user_identity", shown(hotel, ix))
}

pub(super) fn update(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = person_of(hotel, params.id("user_identity_id"))?;
    unique(hotel, params, Some(ix))?;
    let Some(record) = hotel.people.get_mut(ix) else { return done() };
    if params.has("full_name") {
        record.name = params.boxed("full_name");
    }
    if params.has("email_address") {
        record.email = params.boxed("email_address");
    }
    if params.has("phone_number") {
        record.phone = params.boxed("phone_number");
    }
    if params.has("user_identity_key") {
        let old = std::mem::replace(&mut record.key, params.boxed("user_identity_key"));
        let new = record.key.clone();
        if let Some(old) = old {
            hotel.person_keys.remove(&old);
        }
        if let Some(new) = new {
            hotel.person_keys.insert(new, ix);
        }
    }
    done()
}

pub(super) fn delete(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = person_of(hotel, params.id("user_identity_id"))?;
    let grants = hotel.people.get(ix).map(|p| p.grants.clone()).unwrap_or_default();
    if hotel.living_grants(&grants).next().is_some() {
        let message = "The user identity still has access grants. Delete them first.";
        return Err(ApiError::new(400, "user_identity_has_access_grants", message));
    }
    let Some(record) = hotel.people.get_mut(ix) else { return done() };
    record.gone = true;
    let (id, key) = (record.id, record.key.take());
    hotel.named.remove(&id);
    if let Some(key) = key {
        hotel.person_keys.remove(&key);
    }
    done()
}

/// The living mobile keys of a person.
fn mobile_keys(hotel: &Hotel, person: u32) -> Vec<u32> {
    let grants = hotel.people.get(person).map(|p| p.grants.clone()).unwrap_or_default();
    let living = |m: &Method| !m.gone && m.deleting.is_none() && m.mode == Mode::MobileKey;
    hotel
        .living_grants(&grants)
        .flat_map(|(_, g)| g.methods())
        .filter(|m| hotel.methods.get(*m).is_some_and(living))
        .collect()
}

/// A further link. The older ones stay valid; a method without a valid link of its own shows this one.
pub(super) fn generate(hotel: &mut Hotel, params: &Params) -> Answer {
    let person = person_of(hotel, params.id("user_identity_id"))?;
    let uses = params.number("max_use_count").map_or(1, |n| n as u32).max(1);
    let keys = mobile_keys(hotel, person);
    if keys.is_empty() {
        let message = "The user identity has no mobile key.";
        return Err(ApiError::new(400, "no_mobile_key", message));
    }
    let now = hotel.now;
    let ix = hotel.put_instant(person, uses, now, now + Duration::hours(72));
    for method in keys {
        let old = hotel.methods.get(method).and_then(|m| m.instant).and_then(|i| hotel.instants.get(i));
        let valid = old.is_some_and(|k| !k.gone && k.expires > now && k.used < k.max_use);
        if let Some(method) = hotel.methods.get_mut(method).filter(|_| !valid) {
            method.instant = Some(ix);
        }
    }
    one("instant_key", hotel.instants.get(ix).map(|k| show::instant_key(hotel, k)).unwrap_or_default())
}

pub(super) fn instant_keys(hotel: &mut Hotel, params: &Params) -> Answer {
    let person = params.id("user_identity_id");
    let of = person.map(|id| person_of(hotel, Some(id))).transpose()?;
    let list = hotel
        .instants
        .iter()
        .filter(|(_, k)| !k.gone && of.is_none_or(|p| k.person == p))
        .map(|(_, k)| show::instant_key(hotel, k))
        .collect();
    one("instant_keys", Value::Array(list))
}

fn instant_of(hotel: &Hotel, params: &Params) -> Result<u32, ApiError> {
    let found = match (params.id("instant_key_id"), params.text("instant_key_url")) {
        (Some(id), _) => match hotel.named.get(&id) {
            Some(Named::Instant(ix)) => Some(*ix),
            _ => None,
        },
        (None, Some(url)) => {
            let same = |k: &crate::sandbox::keys::InstantKey| {
                !k.gone
                    && show::instant_key(hotel, k).get("instant_key_url").and_then(Value::as_str) == Some(url)
            };
            hotel.instants.iter().find(|(_, k)| same(k)).map(|(ix, _)| ix)
        }
        (None, None) => {
            return Err(ApiError::inputs("Either instant_key_id or instant_key_url is required."));
        }
    };
    found.ok_or_else(|| ApiError::missing("instant_key"))
}

pub(super) fn instant_key(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = instant_of(hotel, params)?;
    one("instant_key", hotel.instants.get(ix).map(|k| show::instant_key(hotel, k)).unwrap_or_default())
}

pub(super) fn delete_instant_key(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = instant_of(hotel, params)?;
    let Some(record) = hotel.instants.get_mut(ix) else { return done() };
    record.gone = true;
    let (id, person) = (record.id, record.person);
    hotel.named.remove(&id);
    let other = hotel.instants.iter().rev().find(|(_, k)| !k.gone && k.person == person).map(|(ix, _)| ix);
    for method in mobile_keys(hotel, person) {
        if let Some(method) = hotel.methods.get_mut(method).filter(|m| m.instant == Some(ix)) {
            method.instant = other;
        }
    }
    done()
}
