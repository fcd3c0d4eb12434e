//! Trouble, and the way out of it.

use std::time::Duration;

use serde_json::json;

use super::hotel::{Desk, Hotel, at, grants_read};
use crate::property::{Delta, Fault, FaultKind, Records, Resource};
use crate::seam::fake::Answer;
use crate::sync::Cadence;

fn steady() -> Cadence {
    Cadence { jitter: 0.0, ..Cadence::default() }
}

fn faults(deltas: &[Delta], of: Resource) -> Vec<(Fault, i64)> {
    let each = deltas.iter().filter_map(|d| match d {
        Delta::Failed { what, why, at, retry_at } if *what == of => {
            Some((why.clone(), (retry_at.unwrap() - *at).num_seconds()))
        }
        _ => None,
    });
    each.collect()
}

#[tokio::test(start_paused = true)]
async fn a_list_that_fails_is_tried_again_ever_more_slowly_and_recovers_by_itself() {
    let mut hotel = Hotel::of(1);
    hotel.instead.insert("/acs/systems/list", vec![Answer::Status(500, json!(null)); 7]);
    let mut desk = Desk::open(hotel, steady());
    let deltas = desk.until_swept(Resource::Systems).await;
    let faults = faults(&deltas, Resource::Systems);
    assert_eq!(faults.iter().map(|(_, wait)| *wait).collect::<Vec<_>>(), [2, 4, 8, 16, 32, 60, 60]);
    assert!(faults.iter().all(|(why, _)| why.kind == FaultKind::Server && why.request_id.is_some()));
    let asked = desk.log.of("/acs/systems/list");
    assert!(asked[7].at - asked[6].at >= Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn each_failure_has_its_name() {
    for (answer, kind) in [
        (Answer::Unreachable, FaultKind::Offline),
        (Answer::TimedOut, FaultKind::Offline),
        (Answer::Status(401, json!({"error": {"type": "unauthorized", "message": "no"}})), FaultKind::Auth),
        (Answer::Limited("5"), FaultKind::RateLimited),
        (Answer::Ok(json!({"hello": 1})), FaultKind::Garbage),
        (Answer::Status(400, json!({"error": {"type": "odd", "message": "no"}})), FaultKind::Other),
    ] {
        let mut hotel = Hotel::of(1);
        hotel.instead.insert("/workspaces/get", vec![answer]);
        let mut desk = Desk::open(hotel, steady());
        let deltas = desk.until_checked(Resource::Workspace).await;
        let faults = faults(&deltas, Resource::Workspace);
        assert_eq!(faults.iter().map(|(why, _)| why.kind).collect::<Vec<_>>(), [kind]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_pause_seam_asks_for_is_kept() {
    let mut hotel = Hotel::of(1);
    hotel.instead.insert("/workspaces/get", vec![Answer::Limited("300")]);
    let mut desk = Desk::open(hotel, steady());
    let deltas = desk.until_checked(Resource::Workspace).await;
    assert_eq!(faults(&deltas, Resource::Workspace)[0].1, 300);
    let asked = desk.log.all();
    let limited = asked[0].at;
    // What had left before the answer came may still be on its way; after that nobody asks.
    let early = asked.iter().filter(|a| a.at - limited > Duration::from_millis(50));
    assert!(early.clone().all(|a| a.at - limited >= Duration::from_secs(300)), "{early:?}");
}

#[tokio::test(start_paused = true)]
async fn what_an_event_named_is_still_read_after_a_failure() {
    let mut desk = Desk::open(Hotel::of(5), steady());
    desk.until_checked(Resource::Grants).await;
    desk.hotel().instead.insert("/access_grants/list", vec![Answer::Lost, Answer::Lost]);
    let event = json!({"event_type": "access_method.reissued", "access_grant_ids": ["g00003"]});
    desk.hotel().happens("e1", at(20), event);
    let deltas = desk.until(|d| grants_read(std::slice::from_ref(d)) == ["g00003"]).await;
    assert_eq!(faults(&deltas, Resource::Grants).len(), 2);
    let fresh = |d: &Delta| matches!(d, Delta::Checked { what: Resource::Grants, .. });
    assert!(!deltas.iter().any(fresh), "grants are not up to date while one could not be read");
    desk.until_checked(Resource::Grants).await;
}

#[tokio::test(start_paused = true)]
async fn a_bad_record_is_told_and_costs_itself_alone() {
    let mut hotel = Hotel::of(3);
    hotel.grants.get_mut("g00001").unwrap()["pending_mutations"] = json!("none");
    let mut desk = Desk::open(hotel, steady());
    let deltas = desk.until_swept(Resource::Grants).await;
    assert_eq!(grants_read(&deltas), ["g00000", "g00002"]);
    let bad = deltas.iter().find_map(|d| match d {
        Delta::Bad { what: Resource::Grants, id, .. } => id.clone(),
        _ => None,
    });
    assert_eq!(bad.as_deref(), Some("g00001"));
}

#[tokio::test(start_paused = true)]
async fn a_board_that_cannot_be_had_holds_up_nothing_else() {
    let mut hotel = Hotel::of(3);
    hotel.instead.insert("/access_grants/list", vec![Answer::Status(500, json!(null)); 3]);
    let mut desk = Desk::open(hotel, steady());
    desk.until_swept(Resource::Devices).await;
    desk.until_swept(Resource::Grants).await;
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_slow_makes_the_pollers_wait() {
    let mut desk = Desk::open(Hotel::of(20_000), steady());
    // Nothing is taken out: the channel fills, and the reading stops.
    tokio::time::sleep(Duration::from_secs(600)).await;
    let early = desk.log.of("/access_grants/list").len();
    assert!(early < 40, "{early} pages");
    let deltas = desk.until_swept(Resource::Grants).await;
    assert_eq!(grants_read(&deltas).len(), 20_000);
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_goes_while_it_is_read_takes_no_other_with_it() {
    let mut hotel = Hotel::of(5);
    hotel.leaving.push("g00002".to_owned());
    let mut desk = Desk::open(hotel, steady());
    let deltas = desk.until_swept(Resource::Grants).await;
    assert_eq!(faults(&deltas, Resource::Grants), []);
    let methods = deltas.iter().find_map(|d| match d {
        Delta::Read { records: Records::Methods(methods), .. } => Some(methods.len()),
        _ => None,
    });
    assert_eq!(methods, Some(4));
    let asked = desk.log.of("/access_grants/get_related").len();
    assert!(asked <= 3, "{asked}: those that are left are asked for at once");
}
