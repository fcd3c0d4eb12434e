//! Access grants, with the rules of reservations.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Value, json};
use uuid::Uuid;

use super::house::space_by_key;
use super::page::Page;
use super::{door_of, grant_of, named_grant, people, person_of, space_of};
use crate::sandbox::access::NewGrant;
use crate::sandbox::answer::{Answer, ApiError, done, one};
use crate::sandbox::hotel::{Hotel, Named};
use crate::sandbox::keys::{Grant, Mode, Times};
use crate::sandbox::params::{Params, Wish, parse_date};
use crate::sandbox::show;

fn shown(hotel: &Hotel, ix: u32) -> Value {
    hotel.grants.get(ix).map(|g| show::grant(hotel, g)).unwrap_or_default()
}

pub(super) fn get(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = named_grant(hotel, params)?;
    one("access_grant", shown(hotel, ix))
}

/// The shortest index list that holds every grant a list can show; None is all of them.
fn candidates<'a>(hotel: &'a Hotel, params: &Params) -> Result<Option<&'a [u32]>, ApiError> {
    if let Some(key) = params.text("reservation_key") {
        return Ok(Some(hotel.reservations.get(key).map(Vec::as_slice).unwrap_or_default()));
    }
    if let Some(id) = params.id("user_identity_id") {
        let person = person_of(hotel, Some(id))?;
        return Ok(hotel.people.get(person).map(|p| p.grants.as_slice()));
    }
    for (name, device) in [("device_id", true), ("acs_entrance_id", false)] {
        if let Some(id) = params.id(name) {
            let door = door_of(hotel, id, device)?;
            return Ok(hotel.doors.get(door).map(|d| d.grants.as_slice()));
        }
    }
    for name in ["space_id", "location_id"] {
        if let Some(id) = params.id(name) {
            let space = space_of(hotel, id)?;
            return Ok(hotel.spaces.get(space).map(|s| s.grants.as_slice()));
        }
    }
    Ok(None)
}

struct Filter {
    ids: Option<HashSet<Uuid>>,
    key: Option<Option<String>>,
    doors: Vec<Uuid>,
    space: Option<Uuid>,
    person: Option<Uuid>,
    system: Option<Uuid>,
    reservation: Option<String>,
    code: Option<Uuid>,
    foreign: bool,
}

impl Filter {
    fn read(params: &Params) -> Self {
        let owned = |name: &str| params.text(name).map(str::to_owned);
        Self {
            ids: params.id_set("access_grant_ids"),
            key: params.has("access_grant_key").then(|| owned("access_grant_key")),
            doors: ["device_id", "acs_entrance_id"].iter().filter_map(|n| params.id(n)).collect(),
            space: params.id("space_id").or_else(|| params.id("location_id")),
            person: params.id("user_identity_id"),
            system: params.id("acs_system_id"),
            reservation: owned("reservation_key"),
            code: params.id("access_code_id"),
            foreign: params.given("customer_key"),
        }
    }

    fn fits(&self, hotel: &Hotel, ix: u32, grant: &Grant) -> bool {
        let doors = || grant.doors.iter().filter_map(|d| hotel.doors.get(*d));
        let in_space = |wanted: Uuid| {
            matches!(hotel.named.get(&wanted), Some(Named::Space(s))
                if hotel.spaces.get(*s).is_some_and(|s| s.grants.binary_search(&ix).is_ok()))
        };
        let has_code = |code: Uuid| {
            let methods = grant.methods().filter_map(|m| hotel.methods.get(m));
            methods.flat_map(|m| show::access_codes_of(hotel, m)).any(|(id, _)| id == code)
        };
        !grant.gone
            && !self.foreign
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&grant.id))
            && self.key.as_ref().is_none_or(|k| k.as_deref().is_none_or(|k| grant.key.as_deref() == Some(k)))
            && self.reservation.as_deref().is_none_or(|r| grant.reservation.as_deref() == Some(r))
            && self.person.is_none_or(|p| hotel.people.get(grant.person).is_some_and(|x| x.id == p))
            && self.doors.iter().all(|wanted| doors().any(|d| d.id == *wanted))
            && self.system.is_none_or(|s| {
                doors().filter_map(|d| d.system).any(|ix| hotel.systems.get(ix).is_some_and(|x| x.id == s))
            })
            && self.space.is_none_or(in_space)
            && self.code.is_none_or(has_code)
    }
}

pub(super) fn list(hotel: &mut Hotel, params: &Params) -> Answer {
    let page = Page::read("/access_grants/list", params, 500)?;
    let hotel = &*hotel;
    let filter = Filter::read(params);
    let from = page.from();
    let fits = |(ix, grant): &(u32, &Grant)| filter.fits(hotel, *ix, grant);
    let show_one = |grant: &Grant| show::grant(hotel, grant);
    match candidates(hotel, params)? {
        Some(some) => {
            let later = some.get(some.partition_point(|ix| *ix < from)..).unwrap_or_default();
            let found = later.iter().filter_map(|ix| hotel.grants.get(*ix).map(|g| (*ix, g))).filter(fits);
            page.fill("access_grants", found, show_one)
        }
        None => {
            let found = hotel.grants.iter().skip(from as usize).filter(fits);
            page.fill("access_grants", found, show_one)
        }
    }
}

/// A start or an end, which Seam's document leaves a plain string in `create`.
fn instant(params: &Params, name: &str) -> Result<Option<chrono::DateTime<chrono::Utc>>, ApiError> {
    let Some(raw) = params.text(name) else { return Ok(None) };
    parse_date(raw).map(Some).ok_or_else(|| ApiError::input(name, "Invalid datetime"))
}

fn check_times(hotel: &Hotel, times: &Times, end_given: bool) -> Result<(), ApiError> {
    let Some(end) = times.ends.filter(|_| end_given) else { return Ok(()) };
    if end <= hotel.now {
        return Err(ApiError::input("ends_at", "Must be a time in the future"));
    }
    if end <= times.starts {
        return Err(ApiError::input("ends_at", "Must be after starts_at"));
    }
    Ok(())
}

pub(super) fn create(hotel: &mut Hotel, params: &Params) -> Answer {
    if params.given("user_identity_id") == params.given("user_identity") {
        return Err(ApiError::inputs("Exactly one of user_identity_id and user_identity is required."));
    }
    if params.text("access_grant_key").is_some_and(|key| hotel.grant_keys.contains_key(key)) {
        let message = "An access grant with this access_grant_key exists.";
        return Err(ApiError::new(409, "access_grant_key_already_exists", message));
    }
    let starts = instant(params, "starts_at")?.unwrap_or(hotel.now);
    let times = Times { starts, ends: instant(params, "ends_at")? };
    check_times(hotel, &times, true)?;
    let (doors, spaces) = targets(hotel, params)?;
    let wishes = params.wishes("requested_access_methods");
    let reach = hotel.reach(&doors, &spaces);
    if reach.is_empty() {
        return Err(ApiError::inputs("An access grant needs at least one space, entrance or device."));
    }
    let reservation = params.boxed("reservation_key");
    check_reservation(hotel, reservation.as_deref(), &reach, &times, &wishes)?;
    let person = match params.0.get("user_identity").and_then(Value::as_object) {
        Some(inline) => people::make(hotel, &Params(inline.clone()))?,
        None => person_of(hotel, params.id("user_identity_id"))?,
    };
    let created = hotel.now;
    let grant = hotel.make_grant(NewGrant {
        person,
        key: params.boxed("access_grant_key"),
        reservation,
        name: params.boxed("name"),
        times,
        doors,
        spaces,
        created,
    });
    let body = json!({"access_grant_id": hotel.grants.get(grant).map(|g| g.id)});
    hotel.tell("access_grant.created", body);
    hotel.plan_ends(grant);
    grant_wishes(hotel, grant, &wishes);
    one("access_grant", shown(hotel, grant))
}

fn grant_wishes(hotel: &mut Hotel, grant: u32, wishes: &[Wish]) {
    for wish in wishes {
        let made = hotel.ask(grant, wish.mode, wish.code.as_deref(), wish.max_use);
        let fresh = made.filter(|m| hotel.methods.get(*m).is_some_and(|m| m.grants.as_slice() == [grant]));
        if let Some(method) = fresh {
            hotel.launch(method);
        }
    }
}

/// The doors and spaces a request names.
fn targets(hotel: &Hotel, params: &Params) -> Result<(Vec<u32>, Vec<u32>), ApiError> {
    let mut doors = Vec::new();
    for (name, device) in [("acs_entrance_ids", false), ("device_ids", true)] {
        for id in params.ids(name).unwrap_or_default() {
            doors.push(door_of(hotel, id, device)?);
        }
    }
    let mut spaces = Vec::new();
    for id in ["space_ids", "location_ids"].iter().filter_map(|n| params.ids(n)).flatten() {
        spaces.push(space_of(hotel, id)?);
    }
    for key in params.texts("space_keys").unwrap_or_default() {
        spaces.push(space_by_key(hotel, key)?);
    }
    Ok((doors, spaces))
}

/// The rules of Seam's reservation access grants.
fn check_reservation(
    hotel: &Hotel,
    reservation: Option<&str>,
    reach: &[u32],
    times: &Times,
    wishes: &[Wish],
) -> Result<(), ApiError> {
    let own = guest_doors(hotel, reach);
    let Some(reservation) = reservation else {
        let needs = wishes.iter().any(|w| matches!(w.mode, Mode::Card | Mode::MobileKey));
        return if own.is_empty() || !needs {
            Ok(())
        } else {
            let message = "A reservation_key is required for guest cards on this access system.";
            Err(ApiError::reservation(400, "reservation_key_required", "Reservation key required", message))
        };
    };
    if own.is_empty() {
        let message =
            "reservation_key not supported: no entrance of this access grant can belong to a reservation.";
        let title = "Reservation key not supported";
        return Err(ApiError::reservation(400, "reservation_key_not_supported", title, message));
    }
    let party = hotel.party(reservation);
    let first = party.first().and_then(|ix| hotel.grants.get(*ix));
    if let Some(first) = first {
        let fixed = guest_doors(hotel, &first.doors);
        if !own.is_subset(&fixed) && own.is_superset(&fixed) {
            let message = "A joiner may open the entrances of the reservation or some of them, not more.";
            let title = "Reservation joiner entrance set conflict";
            return Err(ApiError::reservation(
                409,
                "reservation_joiner_entrance_set_conflict",
                title,
                message,
            ));
        }
        if !own.is_subset(&fixed) {
            let message = "The reservation has access grants for other entrances. Delete them first.";
            let title = "Reservation entrance change requires cleanup";
            let kind = "reservation_entrance_change_requires_cleanup";
            return Err(ApiError::reservation(409, kind, title, message));
        }
    }
    check_overlap(hotel, &party, times)
}

fn check_overlap(hotel: &Hotel, party: &[u32], times: &Times) -> Result<(), ApiError> {
    if hotel.living_grants(party).all(|(_, g)| g.times.overlaps(times)) {
        return Ok(());
    }
    let message = "All access grants of a reservation must overlap in time. Use another reservation_key.";
    let title = "Reservation times do not overlap";
    Err(ApiError::reservation(409, "reservation_times_do_not_overlap", title, message))
}

fn guest_doors(hotel: &Hotel, doors: &[u32]) -> BTreeSet<u32> {
    doors.iter().copied().filter(|d| hotel.doors.get(*d).is_some_and(|d| d.overrides())).collect()
}

pub(super) fn update(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = named_grant(hotel, params)?;
    let Some(record) = hotel.grants.get(ix) else { return done() };
    if record.deleting.is_some() {
        return Err(ApiError::new(400, "access_grant_being_deleted", "The access grant is being deleted."));
    }
    let before = record.times;
    let starts = params.date("starts_at").unwrap_or(before.starts);
    let ends = if params.has("ends_at") { params.date("ends_at") } else { before.ends };
    let times = Times { starts, ends };
    check_times(hotel, &times, params.has("ends_at") || params.has("starts_at"))?;
    if let Some(reservation) = record.reservation.as_deref() {
        let others: Vec<u32> = hotel.party(reservation).into_iter().filter(|g| *g != ix).collect();
        check_overlap(hotel, &others, &times)?;
    }
    if let Some(record) = hotel.grants.get_mut(ix).filter(|_| params.has("name")) {
        record.name = params.boxed("name");
    }
    if times != before {
        hotel.change_times(ix, times);
    }
    done()
}

pub(super) fn delete(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = grant_of(hotel, params.id("access_grant_id"))?;
    hotel.drop_grant(ix);
    done()
}

pub(super) fn request_methods(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = grant_of(hotel, params.id("access_grant_id"))?;
    let wishes = params.wishes("requested_access_methods");
    if wishes.is_empty() {
        return Err(ApiError::input("requested_access_methods", "Array must contain at least 1 element(s)"));
    }
    if hotel.grants.get(ix).is_some_and(|g| g.deleting.is_some()) {
        return Err(ApiError::new(400, "access_grant_being_deleted", "The access grant is being deleted."));
    }
    grant_wishes(hotel, ix, &wishes);
    one("access_grant", shown(hotel, ix))
}
