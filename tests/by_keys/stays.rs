//! The hotel as a desk reads it: which stay or room fits a test.

use chrono::TimeDelta;
use nightdesk::property::{Delta, Property, Records, Settings, Stay};
use nightdesk::seam::client::{
    EncodersOf, GrantInclude, ListAccessGrants, ListDevices, ListEncoders, ListEntrances, ListSpaces,
    ListSystems, ListUserIdentities,
};
use nightdesk::seam::id::{GrantId, SpaceId};
use nightdesk::seam::model::Space;
use serde_json::Value;

use crate::house::{Hotel, is_issued};

/// The hotel as a desk reads it.
pub fn look(hotel: &Hotel) -> Property {
    let now = hotel.control().now();
    let client = &hotel.client;
    let all = hotel.runtime.block_on(async {
        let systems = client.list_systems(&ListSystems::default()).await.unwrap().items;
        let of = EncodersOf::Systems(systems.iter().map(|s| s.id.clone()).collect());
        let grants = client.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
        let ids: Vec<GrantId> = grants.iter().map(|g| g.id.clone()).collect();
        let related = client.related_to_grants(&ids, &[GrantInclude::AccessMethods]).await.unwrap();
        let encoders = client.list_encoders(&ListEncoders { of, limit: None }).await.unwrap().items;
        let people = client.list_user_identities(&ListUserIdentities::default()).await.unwrap().items;
        [
            Records::Systems(systems),
            Records::Spaces(client.list_spaces(&ListSpaces::default()).await.unwrap().items),
            Records::Entrances(client.list_entrances(&ListEntrances::default()).await.unwrap().items),
            Records::Devices(client.list_devices(&ListDevices::default()).await.unwrap().items),
            Records::Encoders(encoders),
            Records::Identities(people),
            Records::Grants(grants),
            Records::Methods(related.access_methods),
        ]
    });
    let mut property = Property::new(Settings::default(), now);
    for records in all {
        property.apply(Delta::Read { records, as_of: now, sweep: None }, now);
    }
    property
}

/// A free room behind doors that know reservations or not, by name.
pub fn free_room(p: &Property, wanted: bool) -> (SpaceId, String) {
    let fits = |s: &&Space| {
        p.is_room(&s.id)
            && p.stays_in_room(&s.id).is_empty()
            && is_reserved(p, &s.id) == wanted
            && !p.doors_in_space(&s.id).entrances.is_empty()
    };
    let room = p.spaces().filter(fits).min_by_key(|s| s.name.clone()).expect("no free room");
    (room.id.clone(), room.name.to_string())
}

/// The grants of a guest by name, as the sandbox knows them.
pub fn grants_of(hotel: &Hotel, name: &str) -> Vec<Value> {
    let p = look(hotel);
    let mut grants = hotel.grants();
    let is = |g: &Value, id: &str| g["user_identity_id"] == id;
    grants.retain(|g| p.identities().any(|i| i.name == name && is(g, &i.id.to_string())));
    grants
}

pub fn is_reserved(p: &Property, room: &SpaceId) -> bool {
    let doors = p.doors_in_space(room);
    doors.entrances.iter().filter_map(|id| p.entrance(id)).any(|e| e.can_belong_to_reservation)
}

/// The first stay by room that has begun, has time left, is all issued and is what `wants` says.
pub fn stay(p: &Property, wants: impl Fn(&Stay) -> bool) -> Stay {
    let soon = p.now() + TimeDelta::hours(2);
    let quiet = |s: &Stay| {
        s.grants
            .iter()
            .filter_map(|id| p.grant(id))
            .all(|g| g.pending().is_empty() && g.warnings().is_empty() && g.errors().is_empty())
            && p.methods_of(&s.id).iter().all(|m| m.is_issued)
    };
    let fits = |s: &&Stay| {
        s.starts_at().is_some_and(|start| start < p.now())
            && s.ends_at().is_some_and(|end| end > soon)
            && s.class.is_tonight()
            && s.rooms.len() == 1
            && quiet(s)
            && wants(s)
    };
    let mut stays: Vec<&Stay> = p.stays().filter(fits).collect();
    stays.sort_by_key(|s| s.room.clone());
    (*stays.first().expect("no such stay tonight")).clone()
}

pub fn modes(methods: &[Value]) -> Vec<&str> {
    let mut modes: Vec<&str> = methods.iter().map(|m| m["mode"].as_str().unwrap()).collect();
    modes.sort_unstable();
    modes
}

pub fn all_issued(methods: &[Value]) -> bool {
    methods.iter().all(is_issued)
}
