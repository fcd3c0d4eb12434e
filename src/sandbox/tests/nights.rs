//! The generated hotel and its life.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::Desk;

#[test]
fn no_two_reservations_are_in_one_room_at_once() {
    for (rooms, grants) in [(190, 181), (12, 400), (3, 2), (190, 3000)] {
        let desk = Desk::with(rooms, grants);
        let hotel = &desk.hotel;
        assert_eq!(hotel.grants.len() as usize, grants);
        for (_, door) in hotel.doors.iter().filter(|(_, d)| !d.common) {
            let stays: Vec<_> = hotel.living_grants(&door.grants).collect();
            for (n, (a_ix, a)) in stays.iter().enumerate() {
                for (b_ix, b) in stays.iter().skip(n + 1) {
                    let party = a.reservation.is_some() && a.reservation == b.reservation;
                    assert!(party || !a.times.overlaps(&b.times), "{} {a_ix} {b_ix}", door.name);
                }
            }
        }
    }
}

#[test]
fn there_are_parties_and_guests_with_two_rooms() {
    let hotel = Desk::with(190, 181).hotel;
    assert!(hotel.reservations.values().any(|party| party.len() > 1));
    let own = |g: &crate::sandbox::keys::Grant| {
        g.doors.iter().filter(|d| hotel.doors.get(**d).is_some_and(|d| !d.common)).count()
    };
    assert!(hotel.grants.iter().any(|(_, g)| own(g) == 2));
}

#[rstest::rstest]
fn the_night_begins_with_one_trouble_of_every_kind(#[values(1, 2, 3, 4, 5)] seed: u64) {
    let mut desk = Desk::seeded(190, 181, seed);
    let truth = crate::sandbox::control::truth(&desk.hotel);
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for grant in truth["grants"].as_array().unwrap() {
        let grant = &grant["grant"];
        seen.extend(super::codes(&grant["warnings"], "warning_code"));
        seen.extend(super::codes(&grant["errors"], "error_code"));
    }
    for method in truth["methods"].as_array().unwrap() {
        let method = &method["method"];
        seen.extend(super::codes(&method["warnings"], "warning_code"));
        seen.extend(super::codes(&method["errors"], "error_code"));
        seen.extend(super::codes(&method["pending_mutations"], "mutation_code"));
    }
    for want in [
        "requested_code_unavailable",
        "overprovisioned_access",
        "being_deleted",
        "updating_access_times",
        "delay_in_issuing",
        "failed_to_issue",
        "provisioning_access",
        "revoking_access",
        "cannot_create_requested_access_methods",
    ] {
        assert!(seen.contains(want), "{want} is not in {seen:?}");
    }
    let devices = desk.ok("/devices/list", json!({}))["devices"].clone();
    let devices = devices.as_array().unwrap();
    assert!(
        devices.iter().any(|d| d["properties"]["online"] == false && d["properties"]["battery"].is_null())
    );
    assert!(devices.iter().any(|d| d["properties"]["battery"]["status"] == "low"));
    assert!(devices.iter().any(|d| d["warnings"][0]["warning_code"] == "privacy_mode"));
}

#[test]
fn a_hotel_lives_on_for_a_week_without_filling_up_or_emptying() {
    let mut desk = Desk::with(190, 181);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..7 * 24 {
        desk.advance(3600);
    }
    for event in &desk.hotel.events {
        *kinds.entry(event.kind).or_default() += 1;
    }
    for want in [
        "lock.unlocked",
        "lock.access_denied",
        "acs_system.disconnected",
        "acs_system.connected",
        "device.disconnected",
        "device.connected",
        "device.battery_status_changed",
        "device.low_battery",
        "access_grant.created",
        "access_grant.deleted",
        "access_method.issued",
    ] {
        assert!(kinds.contains_key(want), "{want} never happened: {kinds:?}");
    }
    let now = desk.hotel.now;
    let living = desk.hotel.grants.iter().filter(|(_, g)| !g.gone && g.times.holds(now)).count();
    assert!((40..=200).contains(&living), "{living}");
    let down = desk.hotel.systems.iter().find_map(|(_, s)| s.down_since);
    assert!(down.is_none_or(|since| now - since < chrono::Duration::minutes(16)), "the bridge comes back");
}

#[test]
fn what_a_client_asks_never_changes_what_the_night_brings() {
    let troubles = |asked: bool| {
        let mut desk = Desk::with(190, 130);
        if asked {
            let (room, _) = desk.rooms("offline", 1)[0].clone();
            let grant = desk.create(Desk::stay(&[&room], Some("R-1"), json!([{"mode": "card"}])));
            desk.advance(15);
            desk.happen(json!({"kind": "mishaps", "chance": 0.5}));
            let card = desk.methods(&grant)[0]["access_method_id"].clone();
            let place = desk.hotel.encoders.get(0).unwrap().id;
            desk.ok("/access_methods/encode", json!({"access_method_id": card, "acs_encoder_id": place}));
        }
        desk.advance(8 * 3600);
        let of =
            ["acs_system.disconnected", "acs_system.connected", "device.disconnected", "device.connected"];
        let until = super::START.parse::<crate::sandbox::clock::At>().unwrap() + chrono::Duration::hours(8);
        let events = desk.hotel.events.iter().filter(|e| of.contains(&e.kind) && e.at < until);
        events.map(|e| (e.kind, e.at, e.body.get("device_id").cloned())).collect::<Vec<_>>()
    };
    assert!(!troubles(false).is_empty());
    assert_eq!(troubles(false), troubles(true));
}
