//! A whole night, from eight in the evening until eight in the morning, in which everything goes wrong that the
//! API can tell of: every alert is raised at the first reading after it is due and not before, says since when,
//! where, who and why, stands under its cause, and is gone at the first reading after the trouble is.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod evening;
mod midnight;
mod night;
mod reading;

use std::collections::BTreeSet;

use night::Night;
use nightdesk::property::Property;

/// The rules of the table in `docs/alerts.md`.
fn documented() -> BTreeSet<&'static str> {
    let lines = include_str!("../../docs/alerts.md").lines();
    let rows = lines.map(|line| line.split('|').collect::<Vec<_>>()).filter(|cells| cells.len() > 7);
    rows.filter_map(|cells| cells[2].trim().strip_prefix('`')?.strip_suffix('`')).collect()
}

/// What a person sees of a hotel, but for how its alerts came about.
fn seen(hotel: &Property) -> Vec<String> {
    let mut all: Vec<String> = hotel.stays().map(|stay| format!("{stay:?}")).collect();
    all.extend(hotel.grants().map(|grant| hotel.in_full(grant)));
    all.extend(hotel.mutations().map(|mutation| format!("{mutation:?}")));
    all.extend(hotel.alerts().map(|alert| format!("{} {} {:?}", alert.severity, alert.id, alert.parent)));
    all.sort();
    all.push(format!("{:?} {:?}", hotel.counts(), hotel.business_date()));
    all
}

#[tokio::test]
async fn every_alert_of_a_night_comes_in_time_and_goes_again() {
    let mut night = Night::open().await;
    let guests = evening::guests(&mut night).await;
    evening::bridge(&mut night, &guests).await;
    evening::doors_and_keys(&mut night, &guests).await;
    evening::cards(&mut night, &guests).await;
    midnight::doors(&mut night, &guests).await;
    midnight::reservations(&mut night, &guests).await;
    midnight::encoders(&mut night).await;
    midnight::what_locks_say(&mut night, &guests).await;
    midnight::people(&mut night, &guests).await;
    midnight::small_hours(&mut night, &guests).await;
    night.quietly_until(720).await;
    let told = night.seen();
    let silent: Vec<_> = documented().into_iter().filter(|rule| !told.contains(rule)).collect();
    assert_eq!(silent, [] as [&str; 0], "never raised in this night");
    let fresh = night.fresh().await;
    let (known, read) = (seen(&night.desk.hotel), seen(&fresh));
    let only = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|line| !b.contains(line)).cloned().collect()
    };
    assert_eq!((only(&known, &read), only(&read, &known)), (vec![], vec![]), "known, and read afresh");
}
