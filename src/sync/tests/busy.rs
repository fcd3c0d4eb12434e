//! A desk that works all the time.

use std::time::Duration;

use tokio::time::Instant;

use super::hotel::{Desk, Hotel, at, events_read};
use crate::property::{Delta, Resource};
use crate::seam::Settings;
use crate::seam::client::GrantRef;
use crate::seam::fake::settings;
use crate::seam::id::GrantId;
use crate::sync::Cadence;
use serde_json::json;

/// So many actions that each read a grant once a second, as those do that wait for a lock.
fn work(desk: &Desk, actions: usize) {
    for n in 0..actions {
        let client = desk.client.desk();
        tokio::spawn(async move {
            let grant = GrantRef::Id(GrantId::new(&format!("g{n:05}")));
            while client.get_access_grant(&grant).await.is_ok() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }
}

#[tokio::test(start_paused = true)]
async fn the_feed_never_starves_however_many_actions_are_under_way() {
    let seams = Settings { requests_per_second: 2.0, burst: 20, read_retries: 0, ..settings() };
    let mut desk = Desk::with(Hotel::of(200), Cadence::default(), seams);
    desk.until_checked(Resource::Events).await;
    work(&desk, 12);
    desk.log.clear();
    let begin = Instant::now();
    let (mut last, mut longest) = (begin, Duration::ZERO);
    while begin.elapsed() < Duration::from_secs(600) {
        // Their runs ask for it again and again.
        desk.handle.watch((0..12).map(|n| GrantId::new(&format!("g{n:05}"))));
        let seconds = begin.elapsed().as_secs() as i64;
        let event = json!({"event_type": "access_method.reissued", "access_grant_id": "g00100"});
        desk.hotel().happens(&format!("e{seconds}"), at(seconds), event);
        let deltas = desk.during(Duration::from_secs(30)).await;
        if deltas.iter().any(|d| matches!(d, Delta::Checked { what: Resource::Events, .. })) {
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
        assert!(!events_read(&deltas).is_empty(), "no news for half a minute");
    }
    assert!(longest <= Duration::from_secs(60), "the board was not checked for {longest:?}");
    let asked = desk.log.all();
    assert!(asked.len() <= 2 * 600 + 20 + 12, "{} requests in ten minutes", asked.len());
    let at_the_desk = asked.iter().filter(|a| a.path == "/access_grants/get").count();
    assert!(at_the_desk * 4 >= asked.len() * 3 - 40, "{at_the_desk} of {} for the desk", asked.len());
}
