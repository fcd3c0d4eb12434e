//! When everything goes well.

use chrono::TimeDelta;
use nightdesk::relay::Standing;

use crate::cluster;
use crate::house::{Desk, House, until};

/// Desks of a hotel, all of which show everything.
async fn desks(house: &House, count: usize) -> Vec<Desk> {
    let mut desks = Vec::new();
    for n in 0..count {
        desks.push(house.desk(&format!("desk {n}")).await);
    }
    for desk in &desks {
        until("everything is read", || desk.is_read()).await;
    }
    until("one polls, the others follow", || {
        let following = |d: &&Desk| matches!(d.standing(), Standing::Following { .. });
        desks.iter().filter(|d| d.is_polling()).count() == 1
            && desks.iter().filter(following).count() == count - 1
    })
    .await;
    desks
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_desk_reads_all_see_and_the_api_is_asked_no_more_often() {
    let Some(first) = cluster::database() else { return };
    let mut rates = Vec::new();
    for count in [1, 2, 4] {
        let own = (count > 1).then(|| cluster::database().unwrap());
        let database = own.as_ref().unwrap_or(&first);
        let house = House::open(database).await;
        let desks = desks(&house, count).await;
        until("all show the same", || desks.iter().all(|d| d.digest() == desks[0].digest())).await;
        let opened = house.asked();
        // Of every so many looks at the feed, how many requests there were of all kinds.
        until("some looks at the feed", || house.asked().1 >= opened.1 + 20).await;
        let now = house.asked();
        let quiet = now.0 - opened.0;
        // A busy machine takes longer to open, and the usual looks go on meanwhile.
        rates.push((opened.0.saturating_sub(opened.1 * quiet / 20), quiet));
        let (grant, end) = desks[0].running();
        house.change(&grant, end).await;
        for desk in &desks {
            until("the change is on every screen", || desk.ends_at(&grant) == Some(end)).await;
        }
        until("all show the same", || desks.iter().all(|d| d.digest() == desks[0].digest())).await;
        let hotel = desks[count - 1].hotel.lock().unwrap();
        assert!(hotel.grants().count() > 50 && hotel.encoders().count() > 0);
    }
    let [one, two, four] = rates.as_slice() else { panic!() };
    // Looks are jittered: what is asked beside 20 of them varies by a few.
    for more in [two, four] {
        assert!(more.0 <= one.0 + 5, "to open: {rates:?}");
        assert!(more.1 <= one.1 + 10, "while nothing happens: {rates:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_secret_is_in_the_store() {
    let Some(database) = cluster::database() else { return };
    let house = House::open(&database).await;
    let desks = desks(&house, 2).await;
    until("all show the same", || desks[0].digest() == desks[1].digest()).await;
    let truth = house.control.truth();
    let mut secrets = Vec::new();
    collect(&truth, &mut secrets);
    assert!(secrets.len() > 20, "{}", secrets.len());
    let bodies = database.sql("SELECT body FROM nightdesk.relay_record");
    for secret in &secrets {
        let as_value = format!(":\"{secret}\"");
        assert!(!bodies.contains(&as_value), "{secret}");
    }
    let dump = database.dump();
    assert!(dump.contains("relay_record"));
    assert!(!dump.contains(house.sandbox.api_key().reveal()));
    assert!(!dump.contains("://ik."), "no Instant Key link");
    for desk in &desks {
        let hotel = desk.hotel.lock().unwrap();
        let grants: Vec<_> = hotel.grants().map(|g| g.id.clone()).collect();
        let methods: Vec<_> = grants.iter().flat_map(|id| hotel.methods_of(id)).collect();
        let codes: Vec<_> = methods.iter().filter_map(|m| m.code()).collect();
        assert!(!codes.is_empty() && codes.iter().all(|code| !code.is_here()));
    }
}

/// PINs and links in what the API holds.
fn collect(value: &serde_json::Value, secrets: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (name, value) in map {
                match (name.as_str(), value.as_str()) {
                    ("code" | "instant_key_url", Some(secret)) => secrets.push(secret.to_owned()),
                    _ => collect(value, secrets),
                }
            }
        }
        serde_json::Value::Array(all) => all.iter().for_each(|value| collect(value, secrets)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_hands_over_at_once_and_no_event_is_told_twice() {
    let Some(database) = cluster::database() else { return };
    let house = House::open(&database).await;
    let mut desks = desks(&house, 3).await;
    let at = desks.iter().position(Desk::is_polling).unwrap();
    let numbers =
        || database.sql("SELECT id, number FROM nightdesk.relay_record WHERE kind = 'event' ORDER BY number");
    let (grant, end) = desks[0].running();
    house.change(&grant, end).await;
    until("the change is on every screen", || desks.iter().all(|d| d.ends_at(&grant) == Some(end))).await;
    let before = numbers();
    let asked = house.asked();
    let poller = desks.remove(at);
    let later = end + TimeDelta::minutes(15);
    let (leave, change) = (poller.handle.leave(), house.change(&grant, later));
    tokio::join!(leave, change);
    let took = until("another polls", || desks.iter().any(Desk::is_polling)).await;
    assert!(took.as_millis() < 3_000, "{took:?}");
    until("what happened meanwhile is on every screen", || {
        desks.iter().all(|d| d.ends_at(&grant) == Some(later))
    })
    .await;
    // The new poller goes on: it does not read again what was just read.
    let again = house.asked().0 - asked.0;
    assert!(again < asked.0 / 2, "{again} after {}", asked.0);
    assert!(numbers().starts_with(&before), "an event was told again");
    let ids =
        database.sql("SELECT COUNT(*) - COUNT(DISTINCT id) FROM nightdesk.relay_record WHERE kind = 'event'");
    assert_eq!(ids, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_follower_wishes_for_the_poller_reads() {
    let Some(database) = cluster::database() else { return };
    let house = House::open(&database).await;
    let desks = desks(&house, 2).await;
    let follower = desks.iter().find(|d| !d.is_polling()).unwrap();
    let (grant, _) = follower.running();
    let lists = || house.control.asked("/access_grants/list").len();
    let before = lists();
    follower.handle.watch([grant.clone()]);
    until("the grant is read again and again", || lists() >= before + 10).await;
    let spaces = || house.control.asked("/spaces/list").len();
    let before = spaces();
    follower.handle.poll_now();
    until("everything is read", || spaces() > before).await;
    let until_now = database.sql("SELECT COUNT(*) FROM nightdesk.relay_wish WHERE what = 'poll'");
    assert_eq!(until_now, "0");
}
