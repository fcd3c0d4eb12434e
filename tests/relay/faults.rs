//! When something breaks: desks are killed and stand still, connections are cut, the store goes away.

use std::time::Duration;

use chrono::TimeDelta;
use rustix::process::Signal;

use crate::cluster;
use crate::house::{Desk, House, until};
use crate::process::Other;

/// Another polls within this time.
const TAKEN_OVER: Duration = Duration::from_secs(10);

fn holder(database: &cluster::Database) -> String {
    database.sql("SELECT term || ' ' || who FROM nightdesk.relay_seat")
}

async fn all_equal(desks: &[Other], here: &Desk) {
    until("all show the same", || desks.iter().all(|d| d.said().digest == here.digest())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poller_that_is_killed_or_stands_still_is_replaced_and_does_not_come_back() {
    let Some(database) = cluster::database() else { return };
    let house = House::open(&database).await;
    let first = Other::start(&house, "first");
    until("the first polls", || first.is_polling()).await;
    let second = Other::start(&house, "second");
    let here = house.desk("here").await;
    until("everything is read", || here.is_read()).await;
    all_equal(&[], &here).await;
    until("the second follows", || second.said().digest == here.digest()).await;

    // Stands still: its time runs out, another goes on, and what happens meanwhile is seen.
    first.signal(Signal::STOP);
    let (grant, end) = here.running();
    house.change(&grant, end).await;
    let took = until("another polls", || here.is_polling() || second.is_polling()).await;
    assert!(took < TAKEN_OVER, "{took:?}");
    until("the change is seen", || here.ends_at(&grant) == Some(end)).await;
    let held = holder(&database);
    assert!(!held.ends_with("first"), "{held}");
    first.signal(Signal::CONT);
    until("the first follows", || first.said().standing == "following").await;
    until("it shows the same", || first.said().digest == here.digest()).await;
    assert_eq!(holder(&database), held, "it has not taken its seat back");

    // Killed: as before, but it says nothing any more.
    let (poller, rest) =
        if second.is_polling() { (Some(second), vec![first]) } else { (None, vec![first, second]) };
    match poller {
        Some(poller) => {
            poller.signal(Signal::KILL);
            let took = until("another polls", || here.is_polling() || rest[0].is_polling()).await;
            assert!(took < TAKEN_OVER, "{took:?}");
        }
        None => here.handle.leave().await,
    }
    until("another polls", || rest.iter().any(Other::is_polling) || !holder(&database).ends_with("x")).await;
    let later = end + TimeDelta::minutes(15);
    house.change(&grant, later).await;
    let eyes = house.desk("eyes").await;
    until("the change is seen", || eyes.ends_at(&grant) == Some(later)).await;
    all_equal(&rest, &eyes).await;
    let doubled =
        database.sql("SELECT COUNT(*) - COUNT(DISTINCT id) FROM nightdesk.relay_record WHERE kind = 'event'");
    assert_eq!(doubled, "0");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_restarts_or_cuts_everybody_off_costs_nothing_but_time() {
    let Some(own) = cluster::own() else { return };
    let database = own.database();
    let house = House::open(&database).await;
    let desks = [house.desk("one").await, house.desk("two").await, house.desk("three").await];
    for desk in &desks {
        until("everything is read", || desk.is_read()).await;
    }
    let (grant, end) = desks[0].running();
    for (n, trouble) in ["cut", "restart", "stop"].into_iter().enumerate() {
        let end = end + TimeDelta::minutes(15 * n as i64);
        match trouble {
            "cut" => database.cut_all(),
            "restart" => own.restart(),
            _ => own.crash(),
        }
        house.change(&grant, end).await;
        if trouble == "stop" {
            until("nobody polls any more", || desks.iter().all(|d| !d.is_polling())).await;
            let asked = house.asked().0;
            until("everybody says so", || {
                desks.iter().all(|d| matches!(d.standing(), nightdesk::relay::Standing::Away { .. }))
            })
            .await;
            // What was on its way when the time was over may still have been counted.
            assert!(house.asked().0 <= asked + 1, "somebody still asks");
            own.start();
        }
        let took =
            until("the change is on every screen", || desks.iter().all(|d| d.ends_at(&grant) == Some(end)))
                .await;
        assert!(took < TAKEN_OVER * 2, "after {trouble}: {took:?}");
        until("one polls", || desks.iter().filter(|d| d.is_polling()).count() == 1).await;
        until("all show the same", || desks.iter().all(|d| d.digest() == desks[0].digest())).await;
    }
}
