//! Access methods, and the codes they have on smart locks.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::page::Page;
use super::related::{Wanted, add_places};
use super::{door_of, encoder_of, grant_of, method_of, named_grant, space_of};
use crate::sandbox::answer::{Answer, ApiError, done, one};
use crate::sandbox::hotel::Hotel;
use crate::sandbox::keys::{Job, Method, Mode};
use crate::sandbox::params::Params;
use crate::sandbox::show;

fn given(params: &Params, names: &[&str]) -> usize {
    names.iter().filter(|n| params.given(n)).count()
}

pub(super) fn get(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = method_of(hotel, params.id("access_method_id"))?;
    one("access_method", hotel.methods.get(ix).map(|m| show::method(hotel, m)).unwrap_or_default())
}

const FILTERS: &[&str] =
    &["access_grant_id", "access_grant_key", "acs_entrance_id", "device_id", "space_id", "access_code_id"];

pub(super) fn list(hotel: &mut Hotel, params: &Params) -> Answer {
    let hotel = &*hotel;
    if given(params, FILTERS) == 0 {
        return Err(ApiError::inputs("At least one filter is required."));
    }
    let mut doors = Vec::new();
    for (name, device) in [("acs_entrance_id", false), ("device_id", true)] {
        if let Some(id) = params.id(name) {
            doors.push(door_of(hotel, id, device)?);
        }
    }
    let inside = match params.id("space_id") {
        Some(id) => hotel.spaces.get(space_of(hotel, id)?).map(|s| s.doors.clone()),
        None => None,
    };
    let grant = if given(params, &["access_grant_id", "access_grant_key"]) > 0 {
        Some(named_grant(hotel, params)?)
    } else {
        None
    };
    let code = params.id("access_code_id");
    let fits = |m: &Method| {
        !m.gone
            && doors.iter().all(|d| m.doors.contains(d))
            && inside.as_ref().is_none_or(|doors| doors.iter().any(|d| m.doors.contains(d)))
            && code.is_none_or(|c| show::access_codes_of(hotel, m).any(|(id, _)| id == c))
    };
    let grants: Option<Vec<u32>> = grant.map(|g| vec![g]).or_else(|| {
        let mut some = Vec::new();
        for door in doors.iter().chain(inside.iter().flatten()) {
            some.extend(hotel.doors.get(*door).map(|d| d.grants.as_slice()).unwrap_or_default());
        }
        (!some.is_empty() || code.is_none()).then_some(some)
    });
    let of_grants = grants.map(|grants| -> BTreeSet<u32> {
        hotel.living_grants(&grants).flat_map(|(_, g)| g.methods().collect::<Vec<_>>()).collect()
    });
    let found: Vec<Value> = match of_grants {
        Some(some) => some
            .iter()
            .filter_map(|m| hotel.methods.get(*m))
            .filter(|m| fits(m))
            .map(|m| show::method(hotel, m))
            .collect(),
        None => hotel.methods.iter().filter(|(_, m)| fits(m)).map(|(_, m)| show::method(hotel, m)).collect(),
    };
    one("access_methods", Value::Array(found))
}

pub(super) fn delete(hotel: &mut Hotel, params: &Params) -> Answer {
    if given(params, &["access_method_id", "access_grant_id", "reservation_key"]) != 1 {
        return Err(ApiError::inputs(
            "Exactly one of access_method_id, access_grant_id and reservation_key is required.",
        ));
    }
    let grants = match (params.id("access_grant_id"), params.text("reservation_key")) {
        (Some(id), _) => vec![grant_of(hotel, Some(id))?],
        (None, Some(key)) => hotel.party(key),
        (None, None) => {
            let method = method_of(hotel, params.id("access_method_id"))?;
            hotel.drop_method(method);
            return done();
        }
    };
    if grants.is_empty() {
        return Err(ApiError::missing("reservation"));
    }
    let methods: Vec<u32> =
        hotel.living_grants(&grants).flat_map(|(_, g)| g.methods().collect::<Vec<_>>()).collect();
    for method in methods {
        hotel.drop_method(method);
    }
    done()
}

fn attempt(hotel: &mut Hotel, job: Job) -> Answer {
    let ix = hotel.attempt(job);
    one("action_attempt", hotel.attempts.get(ix).map(show::attempt).unwrap_or_default())
}

/// The card method a request names; 400 where it is none, or not the kind `assigns` says.
fn card(hotel: &Hotel, params: &Params, assigns: bool) -> Result<u32, ApiError> {
    let ix = method_of(hotel, params.id("access_method_id"))?;
    let record = hotel.methods.get(ix);
    let (verb, done) = if assigns { ("assigned", "assignment") } else { ("encoded", "encoding") };
    if record.is_none_or(|m| m.mode != Mode::Card || m.assigns != assigns) {
        let message = format!("This access method cannot be {verb} on a card.");
        return Err(ApiError::new(400, "invalid_access_method", message));
    }
    if record.is_some_and(|m| m.waits && !m.ready && m.deleting.is_none()) {
        let message = format!("The access method is not ready for {done} yet.");
        return Err(ApiError::new(400, "access_method_not_ready", message));
    }
    Ok(ix)
}

pub(super) fn encode(hotel: &mut Hotel, params: &Params) -> Answer {
    let method = card(hotel, params, false)?;
    let encoder = encoder_of(hotel, params)?;
    attempt(hotel, Job::Encode { method, encoder })
}

pub(super) fn assign(hotel: &mut Hotel, params: &Params) -> Answer {
    let method = card(hotel, params, true)?;
    let number = params.text("card_number").unwrap_or_default().into();
    attempt(hotel, Job::Assign { method, number })
}

pub(super) fn unlock(hotel: &mut Hotel, params: &Params) -> Answer {
    let method = method_of(hotel, params.id("access_method_id"))?;
    let door = door_of(hotel, params.id("acs_entrance_id").unwrap_or_default(), false)?;
    if hotel.methods.get(method).is_none_or(|m| m.mode != Mode::CloudKey) {
        let message = "Only a cloud key can unlock a door remotely.";
        return Err(ApiError::new(400, "invalid_access_method", message));
    }
    attempt(hotel, Job::Unlock { method, door })
}

const RELATED: &[&str] = &[
    "spaces",
    "devices",
    "acs_entrances",
    "access_grants",
    "access_methods",
    "instant_keys",
    "client_sessions",
    "acs_credentials",
];

pub(super) fn related(hotel: &mut Hotel, params: &Params) -> Answer {
    let hotel = &*hotel;
    let wanted = Wanted::read(params, RELATED)?;
    let mut ixs = BTreeSet::new();
    for id in params.ids("access_method_ids").unwrap_or_default() {
        ixs.insert(method_of(hotel, Some(id))?);
    }
    let methods: Vec<&Method> = ixs.iter().filter_map(|ix| hotel.methods.get(*ix)).collect();
    let doors: BTreeSet<u32> = crate::order::set(methods.iter().flat_map(|m| m.doors.iter().copied()));
    let grants: BTreeSet<u32> = crate::order::set(methods.iter().flat_map(|m| m.grants.iter().copied()));
    let mut batch = Map::new();
    wanted.add(&mut batch, "access_methods", || methods.iter().map(|m| show::method(hotel, m)).collect());
    wanted.add(&mut batch, "access_grants", || {
        let living = grants.iter().filter_map(|g| hotel.grants.get(*g)).filter(|g| !g.gone);
        living.map(|g| show::grant(hotel, g)).collect()
    });
    wanted.add(&mut batch, "instant_keys", || {
        let people: BTreeSet<u32> = methods
            .iter()
            .filter(|m| m.mode == Mode::MobileKey)
            .flat_map(|m| m.grants.iter())
            .filter_map(|g| hotel.grants.get(*g).map(|g| g.person))
            .collect();
        let keys = hotel.instants.iter().filter(|(_, k)| !k.gone && people.contains(&k.person));
        keys.map(|(_, k)| show::instant_key(hotel, k)).collect()
    });
    wanted.add(&mut batch, "acs_credentials", || {
        let on_system =
            |m: &&&Method| m.doors.iter().any(|d| hotel.doors.get(*d).is_some_and(|d| d.system.is_some()));
        methods.iter().filter(on_system).map(|m| show::credential(hotel, m)).collect()
    });
    let named: BTreeSet<u32> = crate::order::set(
        grants.iter().filter_map(|g| hotel.grants.get(*g)).flat_map(|g| g.spaces.iter().copied()),
    );
    add_places(hotel, &wanted, &mut batch, &doors, named);
    wanted.add(&mut batch, "client_sessions", Vec::new);
    one("batch", Value::Object(batch))
}

pub(super) fn access_codes(hotel: &mut Hotel, params: &Params) -> Answer {
    let hotel = &*hotel;
    let names = [
        "device_id",
        "access_code_ids",
        "access_method_id",
        "access_grant_id",
        "access_grant_key",
        "customer_key",
    ];
    if names.iter().all(|n| !params.has(n)) {
        return Err(ApiError::inputs(
            "One of device_id, access_code_ids, access_method_id, access_grant_id, access_grant_key is required.",
        ));
    }
    let page = Page::read("/access_codes/list", params, 55_000)?;
    let device = params.id("device_id");
    let wanted = params.id_set("access_code_ids");
    let method = params.id("access_method_id");
    let grant = if given(params, &["access_grant_id", "access_grant_key"]) > 0 {
        Some(named_grant(hotel, params)?)
    } else {
        None
    };
    let foreign = params.given("customer_key") || params.given("user_identifier_key");
    let search = params.text("search");
    let codes: Vec<(u32, (Uuid, &Method, &crate::sandbox::house::Door))> = hotel
        .methods
        .iter()
        .filter(|(_, m)| {
            !foreign && method.is_none_or(|id| m.id == id) && grant.is_none_or(|g| m.grants.contains(&g))
        })
        .flat_map(|(_, m)| show::access_codes_of(hotel, m).map(move |(id, d)| (id, m, d)))
        .filter(|(id, m, d)| {
            device.is_none_or(|x| d.id == x)
                && wanted.as_ref().is_none_or(|w| w.contains(id))
                && search.is_none_or(|s| m.code.as_deref().is_some_and(|c| c.contains(s)))
        })
        .enumerate()
        .map(|(n, code)| (n as u32, code))
        .collect();
    page.fill("access_codes", codes.into_iter(), |(id, m, d)| show::access_code(hotel, m, id, d))
}
