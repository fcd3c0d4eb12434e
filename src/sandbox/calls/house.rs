//! Workspace, access systems, entrances, devices, spaces.

use serde_json::Value;
use uuid::Uuid;

use super::page::Page;
use super::{door_of, space_of};
use crate::sandbox::answer::{Answer, ApiError, one};
use crate::sandbox::hotel::{Hotel, Named};
use crate::sandbox::house::{Door, Space, SpaceKind};
use crate::sandbox::params::Params;
use crate::sandbox::show;

/// Case does not matter in a search.
pub(super) fn contains(text: &str, part: Option<&str>) -> bool {
    part.is_none_or(|part| text.to_lowercase().contains(&part.to_lowercase()))
}

/// Whether a filter is absent or equal.
fn equal(filter: Option<Uuid>, value: Option<Uuid>) -> bool {
    filter.is_none() || filter == value
}

pub(super) fn workspace(hotel: &mut Hotel, _: &Params) -> Answer {
    one("workspace", show::workspace(hotel))
}

pub(super) fn systems(hotel: &mut Hotel, params: &Params) -> Answer {
    let account = params.id("connected_account_id");
    let list = hotel
        .systems
        .iter()
        .filter(|(_, s)| equal(account, Some(s.account)) && contains(&s.name, params.text("search")))
        .map(|(_, s)| show::system(hotel, s))
        .collect();
    let foreign = params.given("customer_key");
    one("acs_systems", Value::Array(if foreign { Vec::new() } else { list }))
}

pub(super) fn system(hotel: &mut Hotel, params: &Params) -> Answer {
    let found = match params.id("acs_system_id").and_then(|id| hotel.named.get(&id)) {
        Some(Named::System(ix)) => hotel.systems.get(*ix),
        _ => None,
    };
    one("acs_system", show::system(hotel, found.ok_or_else(|| ApiError::missing("acs_system"))?))
}

/// What entrances and devices are both filtered by.
fn door_fits(hotel: &Hotel, door: &Door, params: &Params) -> bool {
    let space = hotel.spaces.get(door.space).map(|s| s.id);
    let inside = params.id("space_id").is_none_or(|wanted| {
        space == Some(wanted)
            || matches!(hotel.named.get(&wanted), Some(Named::Space(s))
                if hotel.spaces.get(*s).is_some_and(|s| s.doors.iter().any(|d| hotel.doors.get(*d).is_some_and(|d| d.id == door.id))))
    });
    inside
        && !params.given("customer_key")
        && equal(params.id("connected_account_id"), Some(door.account))
        && contains(&door.name, params.text("search"))
}

pub(super) fn entrances(hotel: &mut Hotel, params: &Params) -> Answer {
    let page = Page::read("/acs/entrances/list", params, 900)?;
    let wanted = params.id_set("acs_entrance_ids");
    let system = params.id("acs_system_id");
    let of_credential = match params.id("acs_credential_id") {
        None => None,
        Some(id) => {
            let method = show::method_of_credential(hotel, id).and_then(|m| hotel.methods.get(m));
            Some(method.ok_or_else(|| ApiError::missing("acs_credential"))?.doors.to_vec())
        }
    };
    let found = hotel.doors.iter().filter(|(ix, d)| {
        !d.is_device()
            && wanted.as_ref().is_none_or(|w| w.contains(&d.id))
            && of_credential.as_ref().is_none_or(|doors| doors.contains(ix))
            && equal(system, d.system.and_then(|s| hotel.systems.get(s)).map(|s| s.id))
            && door_fits(hotel, d, params)
    });
    page.fill("acs_entrances", found, |d| show::door(hotel, d))
}

pub(super) fn entrance(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = door_of(hotel, params.id("acs_entrance_id").unwrap_or_default(), false)?;
    one("acs_entrance", hotel.doors.get(ix).map(|d| show::door(hotel, d)).unwrap_or_default())
}

pub(super) fn devices(hotel: &mut Hotel, params: &Params) -> Answer {
    let page = Page::read("/devices/list", params, 500)?;
    let wanted = params.id_set("device_ids");
    let accounts = params.id_set("connected_account_ids");
    let kinds = params.texts("device_types");
    let fits_kind = params.text("device_type").is_none_or(|k| k == "yale_lock")
        && kinds.as_ref().is_none_or(|k| k.contains(&"yale_lock"))
        && params.text("manufacturer").is_none_or(|m| m == "yale")
        && !params.given("connect_webview_id")
        && !params.given("user_identifier_key");
    let before = params.date("created_before");
    let found = hotel.doors.iter().filter(|(_, d)| {
        d.is_device()
            && fits_kind
            && wanted.as_ref().is_none_or(|w| w.contains(&d.id))
            && accounts.as_ref().is_none_or(|a| a.contains(&d.account))
            && before.is_none_or(|at| d.created < at)
            && door_fits(hotel, d, params)
    });
    page.fill("devices", found, |d| show::door(hotel, d))
}

pub(super) fn device(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = match (params.id("device_id"), params.text("name")) {
        (Some(id), _) => door_of(hotel, id, true)?,
        (None, Some(name)) => {
            let found = hotel.doors.iter().find(|(_, d)| d.is_device() && d.name == name);
            found.map(|(ix, _)| ix).ok_or_else(|| ApiError::missing("device"))?
        }
        (None, None) => return Err(ApiError::inputs("Either device_id or name is required.")),
    };
    one("device", hotel.doors.get(ix).map(|d| show::door(hotel, d)).unwrap_or_default())
}

pub(super) fn spaces(hotel: &mut Hotel, params: &Params) -> Answer {
    let page = Page::read("/spaces/list", params, 500)?;
    let parent = params.id("parent_space_id");
    let parent_key = params.text("parent_space_key");
    let account = params.id("connected_account_id");
    let found = hotel.spaces.iter().filter(|(_, s)| {
        let above = s.parent.and_then(|p| hotel.spaces.get(p));
        equal(parent, above.map(|p| p.id))
            && parent_key.is_none_or(|key| above.is_some_and(|p| p.key.as_deref() == Some(key)))
            && params.text("space_key").is_none_or(|key| s.key.as_deref() == Some(key))
            && params.text("customer_key").is_none_or(|key| s.customer.as_deref() == Some(key))
            && account
                .is_none_or(|a| s.doors.iter().any(|d| hotel.doors.get(*d).is_some_and(|d| d.account == a)))
            && contains(&s.name, params.text("search"))
    });
    page.fill("spaces", found, |s| show::space(hotel, s))
}

pub(super) fn space(hotel: &mut Hotel, params: &Params) -> Answer {
    let ix = match (params.id("space_id"), params.text("space_key")) {
        (Some(id), _) => space_of(hotel, id)?,
        (None, Some(key)) => space_by_key(hotel, key)?,
        (None, None) => return Err(ApiError::inputs("Either space_id or space_key is required.")),
    };
    one("space", hotel.spaces.get(ix).map(|s| show::space(hotel, s)).unwrap_or_default())
}

pub(super) fn space_by_key(hotel: &Hotel, key: &str) -> Result<u32, ApiError> {
    let found = hotel.spaces.iter().find(|(_, s)| s.key.as_deref() == Some(key));
    found.map(|(ix, _)| ix).ok_or_else(|| ApiError::missing("space"))
}

pub(super) fn create_space(hotel: &mut Hotel, params: &Params) -> Answer {
    if params.text("space_key").is_some_and(|key| space_by_key(hotel, key).is_ok()) {
        return Err(ApiError::new(409, "space_key_already_exists", "A space with this space_key exists."));
    }
    let mut doors = Vec::new();
    for (name, device) in [("acs_entrance_ids", false), ("device_ids", true)] {
        for id in params.ids(name).unwrap_or_default() {
            doors.push(door_of(hotel, id, device)?);
        }
    }
    let created = hotel.now;
    let ix = hotel.put_space(|id| Space {
        id,
        key: params.boxed("space_key"),
        name: params.text("name").unwrap_or_default().to_owned(),
        kind: SpaceKind::Common,
        parent: None,
        doors,
        created,
        data: params.0.get("customer_data").cloned(),
        customer: params.text("customer_key").map(str::to_owned),
        grants: Vec::new(),
    });
    let body = hotel.spaces.get(ix).map(|s| show::space(hotel, s)).unwrap_or_default();
    hotel.tell_space(ix);
    one("space", body)
}

impl Hotel {
    fn tell_space(&mut self, space: u32) {
        let Some(record) = self.spaces.get(space) else { return };
        let ids = |device: bool| -> Vec<Uuid> {
            let doors = record.doors.iter().filter_map(|d| self.doors.get(*d));
            doors.filter(|d| d.is_device() == device).map(|d| d.id).collect()
        };
        let mut body = serde_json::json!({
            "space_id": record.id, "acs_entrance_ids": ids(false), "device_ids": ids(true),
        });
        if let (Some(body), Some(key)) = (body.as_object_mut(), &record.key) {
            body.insert("space_key".to_owned(), serde_json::json!(key));
        }
        self.tell("space.created", body);
    }
}
