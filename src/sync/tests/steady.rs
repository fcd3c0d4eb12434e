//! What happens during the night.

use std::time::Duration;

use serde_json::{Value, json};

use super::hotel::{Desk, Hotel, at, events_read, grants_read};
use crate::property::{Delta, Gone, Records, Resource};
use crate::seam::id::GrantId;
use crate::sync::Cadence;

/// A desk that has read everything once and is idle.
async fn settled(hotel: Hotel) -> Desk {
    let mut desk = Desk::open(hotel, Cadence::default());
    desk.until_checked(Resource::Grants).await;
    desk.during(Duration::from_secs(30)).await;
    desk.log.clear();
    desk
}

fn reissued(grants: &[&str]) -> Value {
    json!({"event_type": "access_method.reissued", "access_grant_ids": grants, "access_method_id": "m"})
}

#[tokio::test(start_paused = true)]
async fn an_event_has_its_grant_read_again_and_nothing_else() {
    let mut desk = settled(Hotel::of(50)).await;
    desk.hotel().happens("e1", at(31), reissued(&["g00007"]));
    let deltas = desk.until(|d| matches!(d, Delta::Read { records: Records::Methods(_), .. })).await;
    assert_eq!((events_read(&deltas), grants_read(&deltas)), (vec!["e1".into()], vec!["g00007".into()]));
    let asked = desk.log.of("/access_grants/list");
    assert_eq!((asked.len(), &asked[0].body), (1, &json!({"access_grant_ids": ["g00007"]})));
}

#[tokio::test(start_paused = true)]
async fn what_comes_twice_counts_once_and_what_comes_late_counts() {
    let mut desk = settled(Hotel::of(5)).await;
    desk.hotel().happens("e1", at(100), reissued(&["g00001"]));
    let first = desk.during(Duration::from_secs(60)).await;
    assert_eq!(events_read(&first), ["e1"]);
    // Written a little before the other, but there only now.
    desk.hotel().happens("late", at(70), reissued(&["g00002"]));
    let second = desk.during(Duration::from_secs(60)).await;
    assert_eq!((events_read(&second), grants_read(&second)), (vec!["late".into()], vec!["g00002".into()]));
}

#[tokio::test(start_paused = true)]
async fn a_busy_minute_costs_what_happened_and_not_what_there_is() {
    let mut counts = Vec::new();
    for size in [200, 2_000] {
        let mut desk = settled(Hotel::of(size)).await;
        for n in 0..80 {
            let grant = format!("g{n:05}");
            desk.hotel().happens(&format!("e{n}"), at(40), reissued(&[&grant]));
        }
        let deltas = desk.during(Duration::from_secs(60)).await;
        assert_eq!(grants_read(&deltas).len(), 80);
        counts.push(desk.log.all().len());
    }
    let apart = counts[0].abs_diff(counts[1]);
    assert!(counts[1] < 40 && apart <= 8, "{counts:?} requests");
}

#[tokio::test(start_paused = true)]
async fn a_full_answer_has_the_rest_behind_it() {
    let mut desk = settled(Hotel::of(5)).await;
    for n in 0..1_100 {
        desk.hotel().happens(
            &format!("e{n}"),
            at(40),
            json!({"event_type": "lock.unlocked", "device_id": "d"}),
        );
    }
    let deltas = desk.during(Duration::from_secs(20)).await;
    assert_eq!(events_read(&deltas).len(), 1_100);
    assert!(desk.log.of("/devices/list").is_empty(), "an opened door changes no lock");
}

#[tokio::test(start_paused = true)]
async fn a_new_grant_brings_its_guest() {
    let mut desk = settled(Hotel::of(5)).await;
    desk.hotel().check_in(9);
    desk.hotel().happens(
        "e1",
        at(40),
        json!({"event_type": "access_grant.created", "access_grant_id": "g00009"}),
    );
    let deltas = desk.until(|d| matches!(d, Delta::Read { records: Records::Identities(_), .. })).await;
    assert_eq!(grants_read(&deltas), ["g00009"]);
    assert_eq!(desk.log.of("/user_identities/list")[0].body, json!({"user_identity_ids": ["u00009"]}));
}

#[tokio::test(start_paused = true)]
async fn what_a_reading_does_not_find_is_gone_only_when_it_is() {
    let mut desk = settled(Hotel::of(5)).await;
    desk.hotel().grants.remove("g00001");
    desk.hotel().happens("e1", at(40), reissued(&["g00001"]));
    desk.until(|d| matches!(d, Delta::Gone(Gone::Grant(id)) if *id == GrantId::new("g00001"))).await;
    assert_eq!(desk.log.of("/access_grants/get").len(), 1, "a list alone is no proof");
    desk.hotel().grants.remove("g00002");
    let deleted = json!({"event_type": "access_grant.deleted", "access_grant_id": "g00002"});
    desk.hotel().happens("e2", at(60), deleted);
    desk.until(|d| matches!(d, Delta::Gone(Gone::Grant(id)) if *id == GrantId::new("g00002"))).await;
    assert_eq!(desk.log.of("/access_grants/get").len(), 1, "the event was the second witness");
}

#[tokio::test(start_paused = true)]
async fn a_method_whose_grants_no_event_names_finds_them() {
    let mut desk = settled(Hotel::of(5)).await;
    desk.hotel().happens(
        "e1",
        at(40),
        json!({"event_type": "access_method.issued", "access_method_id": "m00003"}),
    );
    let deltas = desk.until(|d| matches!(d, Delta::Read { records: Records::Grants(_), .. })).await;
    assert_eq!(grants_read(&deltas), ["g00003"]);
    desk.hotel().methods.remove("m00004");
    desk.hotel().happens(
        "e2",
        at(50),
        json!({"event_type": "access_method.deleted", "access_method_id": "m00004"}),
    );
    desk.until(|d| matches!(d, Delta::Gone(Gone::Method(id)) if id.to_string() == "m00004")).await;
}

#[tokio::test(start_paused = true)]
async fn a_lock_that_went_offline_is_read_alone() {
    let mut hotel = Hotel::of(1);
    for n in 0..3 {
        hotel.devices.insert(format!("d{n}"), json!({"device_id": format!("d{n}")}));
    }
    let mut desk = settled(hotel).await;
    desk.hotel().happens("e1", at(40), json!({"event_type": "device.disconnected", "device_id": "d1"}));
    let deltas = desk.until(|d| matches!(d, Delta::Read { records: Records::Devices(_), .. })).await;
    let Some(Delta::Read { records: Records::Devices(devices), sweep: None, .. }) = deltas.last() else {
        panic!()
    };
    assert_eq!(devices.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_is_read_often_until_it_is_done() {
    let mut hotel = Hotel::of(300);
    let pending = json!([{"mutation_code": "updating_access_times", "created_at": at(-5)}]);
    hotel.grants.get_mut("g00007").unwrap()["pending_mutations"] = pending;
    hotel.methods.get_mut("m00008").unwrap()["is_issued"] = json!(false);
    // A card that waits for a person is not under way.
    hotel.methods.get_mut("m00009").unwrap()["is_issued"] = json!(false);
    hotel.methods.get_mut("m00009").unwrap()["is_ready_for_encoding"] = json!(true);
    hotel.grants.get_mut("g00009").unwrap()["pending_mutations"] =
        json!([{"mutation_code": "updating_access_times", "access_method_ids": ["m00009"]}]);
    let mut desk = settled(hotel).await;
    let deltas = desk.during(Duration::from_secs(60)).await;
    let mut read = grants_read(&deltas);
    assert!(read.len() >= 10 && read.len() <= 18, "{read:?}");
    read.sort();
    read.dedup();
    assert_eq!(read, ["g00007", "g00008"]);
    desk.hotel().grants.get_mut("g00007").unwrap()["pending_mutations"] = json!([]);
    desk.hotel().methods.get_mut("m00008").unwrap()["is_issued"] = json!(true);
    desk.during(Duration::from_secs(30)).await;
    assert!(grants_read(&desk.during(Duration::from_secs(60)).await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_watched_grant_is_read_every_second_or_so_for_a_while() {
    let mut desk = settled(Hotel::of(5)).await;
    desk.handle.watch([GrantId::new("g00002")]);
    let deltas = desk.during(Duration::from_secs(60)).await;
    let read = grants_read(&deltas);
    assert!(read.len() >= 30 && read.iter().all(|id| id == "g00002"), "{}", read.len());
    assert!(grants_read(&desk.during(Duration::from_secs(60)).await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_vanished_without_a_word_goes_with_the_next_full_reading() {
    let mut desk = settled(Hotel::of(600)).await;
    desk.hotel().grants.remove("g00100");
    let deltas = desk.until_swept(Resource::Grants).await;
    let began = deltas.iter().find_map(|d| match d {
        Delta::SweepBegan { what: Resource::Grants, sweep, .. } => Some(*sweep),
        _ => None,
    });
    let Some(Delta::SweepEnded { sweep: ended, .. }) = deltas.last() else { panic!() };
    assert_eq!(began, Some(*ended));
    let swept = deltas.iter().filter(|d| matches!(d, Delta::Read { sweep, .. } if *sweep == began)).cloned();
    let read = grants_read(&swept.collect::<Vec<_>>());
    assert_eq!(read.len(), 599);
    assert!(!read.contains(&"g00100".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn poll_now_reads_everything_once_however_often_it_is_pressed() {
    let mut desk = settled(Hotel::of(5)).await;
    for _ in 0..5 {
        desk.handle.poll_now();
        // While the answers are still on their way.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    desk.during(Duration::from_secs(2)).await;
    for path in ["/access_grants/list", "/spaces/list", "/devices/list", "/events/list", "/acs/systems/list"]
    {
        assert_eq!(desk.log.of(path).len(), 1, "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_stops_everything() {
    let desk = settled(Hotel::of(5)).await;
    let Desk { handle, log, .. } = desk;
    drop(handle);
    tokio::time::sleep(Duration::from_secs(1)).await;
    log.clear();
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert!(log.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn where_nobody_looks_the_feed_is_asked_less_often_until_somebody_does() {
    let mut desk = settled(Hotel::of(5)).await;
    desk.during(Duration::from_secs(120)).await;
    let watched = desk.log.of("/events/list").len();
    desk.handle.set_calm(true);
    desk.log.clear();
    desk.during(Duration::from_secs(120)).await;
    let calm = desk.log.of("/events/list").len();
    assert!(watched >= 20 && (5..=10).contains(&calm), "{watched} {calm}");
    desk.handle.set_calm(false);
    desk.log.clear();
    desk.during(Duration::from_secs(1)).await;
    assert_eq!(desk.log.of("/events/list").len(), 1, "at once");
}

#[tokio::test(start_paused = true)]
async fn guests_who_left_are_forgotten_however_many_come() {
    const AT_ONCE: usize = 20;
    let mut desk = settled(Hotel::of(AT_ONCE)).await;
    for week in 1..30 {
        {
            let mut hotel = desk.hotel();
            (hotel.grants, hotel.identities) = Default::default();
            for n in 0..AT_ONCE {
                let n = week * AT_ONCE + n;
                hotel.check_in(n);
                let grant = hotel.grants.get_mut(&format!("g{n:05}")).unwrap();
                // Its doors are asked for, and something is under way on it.
                grant["space_ids"] = json!([]);
                grant["pending_mutations"] = json!([{"mutation_code": "updating_access_times"}]);
            }
        }
        desk.handle.poll_now();
        desk.until_swept(Resource::Grants).await;
        desk.handle.poll_now();
        desk.until_swept(Resource::Identities).await;
        let kept = desk.handle.shared.ledger().kept();
        assert!(kept.iter().all(|n| *n <= 4 * AT_ONCE), "week {week}: {kept:?}");
    }
    let [guests, hot, asked, _] = desk.handle.shared.ledger().kept();
    assert!(guests >= AT_ONCE && hot >= AT_ONCE && asked >= AT_ONCE, "it keeps what is there");
}
