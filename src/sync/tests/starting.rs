//! The first reading.

use std::time::Duration;

use serde_json::json;

use super::hotel::{Desk, Hotel, at, events_read, grants_read};
use crate::property::{Delta, Records, Resource};
use crate::seam::Settings;
use crate::seam::fake::{Answer, settings};
use crate::sync::Cadence;

const ALL_BUT: [Resource; 8] = [
    Resource::Systems,
    Resource::Spaces,
    Resource::Entrances,
    Resource::Devices,
    Resource::Encoders,
    Resource::Identities,
    Resource::Grants,
    Resource::InstantKeys,
];

#[tokio::test(start_paused = true)]
async fn everything_is_read_within_the_budget_of_requests() {
    let mut desk = Desk::open(Hotel::of(1_250), Cadence::default());
    let mut missing = ALL_BUT.to_vec();
    let mut deltas = desk
        .until(|d| {
            if let Delta::SweepEnded { what, .. } = d {
                missing.retain(|m| m != what);
            }
            missing.is_empty()
        })
        .await;
    let asked = desk.log.all().len();
    assert!(asked <= 3 + 3 + 13 + 20, "{asked} requests");
    assert_eq!(grants_read(&deltas).len(), 1_250);
    deltas.retain(|d| matches!(d, Delta::Read { records: Records::Methods(_), .. }));
    let methods = deltas.iter().map(|d| match d {
        Delta::Read { records: Records::Methods(m), sweep, .. } => {
            assert!(sweep.is_some());
            m.len()
        }
        _ => 0,
    });
    assert_eq!(methods.sum::<usize>(), 1_250);
}

#[tokio::test(start_paused = true)]
async fn the_first_page_comes_first_with_its_guests_and_keys() {
    let mut desk = Desk::open(Hotel::of(1_250), Cadence::default());
    let deltas = desk.until(|d| matches!(d, Delta::SweepProgress { what: Resource::Grants, .. })).await;
    let has = |test: fn(&Records) -> bool| {
        deltas.iter().any(|d| matches!(d, Delta::Read { records, .. } if test(records)))
    };
    assert!(has(|r| matches!(r, Records::Grants(_))));
    assert!(has(|r| matches!(r, Records::Methods(_))));
    assert!(has(|r| matches!(r, Records::Identities(_))));
    desk.until_swept(Resource::Devices).await;
    // Five hundred grants are on the first page, and their keys are asked for in hundreds.
    let order: Vec<String> = desk.log.all().into_iter().map(|a| a.path).collect();
    let keys = order.iter().enumerate().filter(|(_, path)| *path == "/access_grants/get_related");
    let board = keys.map(|(n, _)| n).nth(4).unwrap();
    for later in ["/devices/list", "/acs/entrances/list", "/user_identities/list", "/events/list"] {
        assert!(!order[..board].iter().any(|path| path == later), "{later} went before the board");
    }
}

#[tokio::test(start_paused = true)]
async fn encoders_are_asked_for_by_the_systems_there_are() {
    let mut desk = Desk::open(Hotel::of(1), Cadence::default());
    desk.until_swept(Resource::Encoders).await;
    assert_eq!(desk.log.of("/acs/encoders/list")[0].body, json!({"acs_system_ids": ["s1"]}));
}

#[tokio::test(start_paused = true)]
async fn a_reading_cut_in_the_middle_keeps_its_rows_and_goes_on_where_it_stopped() {
    let mut desk = Desk::open(Hotel::of(2_250), Cadence::default());
    desk.until(|d| matches!(d, Delta::SweepProgress { what: Resource::Grants, .. })).await;
    desk.hotel().instead.insert("/access_grants/list", vec![Answer::Lost, Answer::Lost]);
    let deltas = desk.until_swept(Resource::Grants).await;
    let failed = deltas.iter().filter(|d| matches!(d, Delta::Failed { what: Resource::Grants, .. }));
    assert_eq!(failed.count(), 2);
    assert_eq!(grants_read(&deltas).len(), 1_750);
    assert!(deltas.iter().all(|d| !matches!(d, Delta::SweepBegan { what: Resource::Grants, .. })));
}

#[tokio::test(start_paused = true)]
async fn a_grant_without_spaces_has_its_doors_asked_for_once() {
    let mut hotel = Hotel::of(3);
    hotel.grants.get_mut("g00001").unwrap()["space_ids"] = json!([]);
    let mut desk = Desk::open(hotel, Cadence::default());
    let deltas = desk.until(|d| matches!(d, Delta::GrantDoors { .. })).await;
    let Some(Delta::GrantDoors { grant, entrances, .. }) = deltas.last() else { panic!() };
    assert_eq!((grant.to_string().as_str(), entrances.len()), ("g00001", 1));
    let more = desk.during(Duration::from_secs(120)).await;
    assert!(!more.iter().any(|d| matches!(d, Delta::GrantDoors { .. })));
}

#[tokio::test(start_paused = true)]
async fn the_look_back_is_for_the_record_and_reads_nothing_again() {
    let mut hotel = Hotel::of(5);
    for n in 0..1_200 {
        let what = json!({"event_type": "access_method.issued", "access_grant_ids": ["g00001"]});
        hotel.happens(&format!("e{n:04}"), at(-40_000 + n * 30), what);
    }
    let mut desk = Desk::open(hotel, Cadence::default());
    let deltas = desk.until_checked(Resource::Events).await;
    assert_eq!(events_read(&deltas).len(), 1_200);
    let again = desk.log.of("/access_grants/list").len();
    assert!(again <= 2, "{again} readings of grants");
}

#[tokio::test(start_paused = true)]
async fn a_slow_budget_still_fills_the_board_first() {
    let slow = Settings { requests_per_second: 2.0, burst: 20, ..settings() };
    let mut desk = Desk::with(Hotel::of(600), Cadence::default(), slow);
    let begin = tokio::time::Instant::now();
    desk.until(|d| matches!(d, Delta::SweepProgress { what: Resource::Grants, .. })).await;
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    desk.until_swept(Resource::Grants).await;
}
