//! `get_related` of grants: everything around them in one answer. Methods have theirs next door and share
//! how a call says which lists it wants.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::grant_of;
use crate::sandbox::answer::{Answer, ApiError, one};
use crate::sandbox::hotel::Hotel;
use crate::sandbox::keys::Grant;
use crate::sandbox::params::Params;
use crate::sandbox::show;

/// Which lists a `get_related` call wants.
pub(super) struct Wanted {
    include: Option<Vec<String>>,
    exclude: Vec<String>,
}

impl Wanted {
    pub(super) fn read(params: &Params, known: &[&str]) -> Result<Self, ApiError> {
        let list =
            |name: &str| params.texts(name).map(|l| l.into_iter().map(str::to_owned).collect::<Vec<_>>());
        let wanted = Self { include: list("include"), exclude: list("exclude").unwrap_or_default() };
        let named =
            [("include", wanted.include.as_deref().unwrap_or_default()), ("exclude", &wanted.exclude)];
        for (name, values) in named {
            if values.iter().any(|v| !known.contains(&v.as_str())) {
                return Err(ApiError::input(name, format!("Invalid enum value. Expected one of {known:?}")));
            }
        }
        Ok(wanted)
    }

    fn wants(&self, name: &str) -> bool {
        self.include.as_ref().is_none_or(|list| list.iter().any(|v| v == name))
            && !self.exclude.iter().any(|v| v == name)
    }

    pub(super) fn add(&self, batch: &mut Map<String, Value>, name: &str, make: impl FnOnce() -> Vec<Value>) {
        if self.wants(name) {
            batch.insert(name.to_owned(), Value::Array(make()));
        }
    }
}

const RELATED: &[&str] = &[
    "spaces",
    "devices",
    "acs_entrances",
    "connected_accounts",
    "acs_systems",
    "user_identities",
    "acs_access_groups",
    "access_methods",
];

pub(super) fn related(hotel: &mut Hotel, params: &Params) -> Answer {
    let hotel = &*hotel;
    let wanted = Wanted::read(params, RELATED)?;
    if !params.has("access_grant_ids") && !params.has("access_grant_keys") {
        return Err(ApiError::inputs("Either access_grant_ids or access_grant_keys is required."));
    }
    let by_id = params.ids("access_grant_ids").unwrap_or_default();
    let mut grants = BTreeSet::new();
    for id in by_id {
        grants.insert(grant_of(hotel, Some(id))?);
    }
    for key in params.texts("access_grant_keys").unwrap_or_default() {
        grants.insert(*hotel.grant_keys.get(key).ok_or_else(|| ApiError::missing("access_grant"))?);
    }
    let grants: Vec<&Grant> = grants.iter().filter_map(|ix| hotel.grants.get(*ix)).collect();
    let doors: BTreeSet<u32> = crate::order::set(grants.iter().flat_map(|g| g.doors.iter().copied()));
    let mut batch = Map::new();
    wanted.add(&mut batch, "access_methods", || {
        let all: BTreeSet<u32> = crate::order::set(grants.iter().flat_map(|g| g.methods()));
        all.iter()
            .filter_map(|m| hotel.methods.get(*m))
            .filter(|m| !m.gone)
            .map(|m| show::method(hotel, m))
            .collect()
    });
    wanted.add(&mut batch, "user_identities", || {
        let all: BTreeSet<u32> = crate::order::set(grants.iter().map(|g| g.person));
        let there = all.iter().filter_map(|p| hotel.people.get(*p)).filter(|p| !p.gone);
        there.map(|p| show::person(hotel, p)).collect()
    });
    let named: BTreeSet<u32> = crate::order::set(grants.iter().flat_map(|g| g.spaces.iter().copied()));
    add_places(hotel, &wanted, &mut batch, &doors, named);
    wanted.add(&mut batch, "acs_access_groups", Vec::new);
    wanted.add(&mut batch, "connected_accounts", || {
        let ids: BTreeSet<Uuid> =
            doors.iter().filter_map(|d| hotel.doors.get(*d)).map(|d| d.account).collect();
        ids.into_iter().map(|id| json!({"connected_account_id": id, "errors": [], "warnings": []})).collect()
    });
    wanted.add(&mut batch, "acs_systems", || {
        let all: BTreeSet<u32> = crate::order::set(doors.iter().filter_map(|d| hotel.doors.get(*d)?.system));
        all.iter().filter_map(|s| hotel.systems.get(*s)).map(|s| show::system(hotel, s)).collect()
    });
    one("batch", Value::Object(batch))
}

/// The entrances, devices and spaces behind some doors.
pub(super) fn add_places(
    hotel: &Hotel,
    wanted: &Wanted,
    batch: &mut Map<String, Value>,
    doors: &BTreeSet<u32>,
    mut spaces: BTreeSet<u32>,
) {
    for (name, device) in [("acs_entrances", false), ("devices", true)] {
        wanted.add(batch, name, || {
            let found = doors.iter().filter_map(|d| hotel.doors.get(*d)).filter(|d| d.is_device() == device);
            found.map(|d| show::door(hotel, d)).collect()
        });
    }
    wanted.add(batch, "spaces", || {
        spaces.extend(doors.iter().filter_map(|d| hotel.doors.get(*d)).map(|d| d.space));
        spaces.iter().filter_map(|s| hotel.spaces.get(*s)).map(|s| show::space(hotel, s)).collect()
    });
}
