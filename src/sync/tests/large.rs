//! Large houses.

use std::time::Duration;

use super::hotel::{Desk, Hotel, grants_read};
use crate::property::{Delta, Resource};
use crate::seam::Settings;
use crate::seam::fake::{Answer, settings};
use crate::sync::Cadence;

/// As at a real desk.
fn modest() -> Settings {
    Settings { requests_per_second: 2.0, burst: 20, ..settings() }
}

/// A desk on a house that has been read once, and the readings of grants and guests are over.
async fn read_once(grants: usize, settings: Settings) -> Desk {
    let mut desk = Desk::with(Hotel::of(grants), Cadence::default(), settings);
    let mut missing = vec![Resource::Grants, Resource::Identities];
    desk.until(|d| {
        if let Delta::SweepEnded { what, .. } = d {
            missing.retain(|other| other != what);
        }
        missing.is_empty()
    })
    .await;
    desk
}

#[tokio::test(start_paused = true)]
async fn the_first_reading_asks_for_each_page_once_and_waits_for_answers_alone() {
    let began = tokio::time::Instant::now();
    let desk = read_once(5_000, modest()).await;
    let took = began.elapsed();
    let asked = |path: &str| desk.log.of(path).len();
    assert_eq!(asked("/access_grants/list"), 10);
    assert_eq!(asked("/user_identities/list"), 10);
    assert_eq!(asked("/access_grants/get_related"), 50);
    assert!(desk.log.all().len() <= 10 + 10 + 50 + 20, "{}", desk.log.all().len());
    // An answer takes 20 ms: a page of grants first, then ten times the keys of a page side by side, and the
    // guests beside them from the first page on.
    assert!(took <= Duration::from_millis(20 * 13), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_seam_asks_for_ends_the_hurry() {
    let mut hotel = Hotel::of(5_000);
    hotel.instead.insert("/user_identities/list", vec![Answer::Limited("3")]);
    let began = tokio::time::Instant::now();
    let mut desk = Desk::with(hotel, Cadence::default(), modest());
    let deltas = desk.until_swept(Resource::Grants).await;
    assert_eq!(grants_read(&deltas).len(), 5_000);
    let times: Vec<Duration> = desk.log.all().iter().map(|a| a.at - began).collect();
    let paused = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap();
    assert!(paused >= Duration::from_secs(2), "nothing is sent during the pause, {paused:?}");
    let after = times.iter().filter(|t| **t > Duration::from_secs(10) && **t <= Duration::from_secs(20));
    assert!(after.count() <= 21, "then two in a second");
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_nothing_costs_the_same_number_of_requests_a_minute_in_every_house() {
    let mut most = Vec::new();
    for size in [1_000, 6_000] {
        let mut desk = read_once(size, modest()).await;
        desk.during(Duration::from_secs(60)).await;
        desk.log.clear();
        let began = tokio::time::Instant::now();
        desk.during(Duration::from_secs(3_600)).await;
        let mut minutes = [0_usize; 61];
        for asked in desk.log.all() {
            minutes[((asked.at - began).as_secs() / 60) as usize] += 1;
        }
        most.push(minutes.into_iter().max().unwrap());
    }
    // A page of grants, its keys and a page of guests every five seconds is the most there is.
    assert!(most.iter().all(|most| *most <= 12 + 12 * 7 + 20), "{most:?} requests in a minute");
}
