//! Retries, pauses and the budget, in paused time.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use tokio::time::Instant;

use crate::seam::client::{Client, Settings};
use crate::seam::fake::{Answer, Log, client, noon, settings};
use crate::seam::id::GrantId;
use crate::seam::{ErrorKind, Outcome, SeamError};

const WORKSPACE: fn() -> Answer = || Answer::Ok(json!({"ok": true, "workspace": {"workspace_id": "w"}}));

/// Answers once with `first`, then well.
fn once(first: Answer, settings: Settings) -> (Client, Log) {
    let mut first = Some(first);
    client(settings, move |path, _| match first.take() {
        Some(answer) => answer,
        None if path == "/workspaces/get" => WORKSPACE(),
        None => Answer::Ok(json!({"ok": true})),
    })
}

#[rstest]
#[case(Answer::Lost)]
#[case(Answer::Unreachable)]
#[case(Answer::TimedOut)]
#[case(Answer::Status(503, json!("down")))]
#[case(Answer::Limited("1"))]
#[tokio::test(start_paused = true)]
async fn a_read_is_tried_again(#[case] first: Answer) {
    let (client, log) = once(first, settings());
    client.get_workspace().await.unwrap();
    assert_eq!(log.all().len(), 2);
}

#[rstest]
#[case(Answer::Lost, Outcome::Unknown)]
#[case(Answer::Unreachable, Outcome::NotApplied)]
#[case(Answer::TimedOut, Outcome::Unknown)]
#[case(Answer::Status(503, json!("down")), Outcome::Unknown)]
#[case(Answer::Limited("1"), Outcome::NotApplied)]
#[case(Answer::Status(409, json!({"error": {"type": "x", "message": "y"}})), Outcome::NotApplied)]
#[case(Answer::Ok(json!({"hello": 1})), Outcome::Unknown)]
#[tokio::test(start_paused = true)]
async fn a_change_is_sent_once_and_says_whether_it_may_have_happened(
    #[case] first: Answer,
    #[case] outcome: Outcome,
) {
    let (client, log) = once(first, settings());
    let e = client.delete_access_grant(&GrantId::new("g")).await.unwrap_err();
    assert_eq!((log.all().len(), e.outcome()), (1, outcome));
}

#[tokio::test(start_paused = true)]
async fn what_will_not_get_better_is_not_tried_again_and_what_may_not_for_ever() {
    let refused = json!({"error": {"type": "unauthorized", "message": "no"}, "ok": false});
    let (client_a, log) = client(settings(), move |_, _| Answer::Status(401, refused.clone()));
    let e = client_a.get_workspace().await.unwrap_err();
    assert_eq!((log.all().len(), e.status(), e.request_id().unwrap().as_str()), (1, Some(401), "req_1"));
    let (client_b, log) = client(settings(), |_, _| Answer::Lost);
    let e = client_b.get_workspace().await.unwrap_err();
    assert_eq!(log.all().len(), 3);
    assert!(matches!(e.kind(), ErrorKind::Lost { .. }));
}

#[rstest]
#[case("7")]
#[case("Sun, 22 Nov 2026 12:00:07 GMT")]
#[tokio::test(start_paused = true)]
async fn a_429_holds_for_the_whole_client(#[case] retry_after: &'static str) {
    let (client, log) = once(Answer::Limited(retry_after), settings());
    let other = client.background();
    let (a, b) = tokio::join!(client.get_workspace(), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        other.get_workspace().await
    });
    assert!(a.is_ok() && b.is_ok());
    let asked = log.all();
    let first = asked[0].at;
    assert!(asked[1..].iter().all(|a| a.at - first >= Duration::from_secs(7)), "{asked:?}");
    assert_eq!(asked.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_long_pause_is_told_at_once_and_nothing_is_sent_meanwhile() {
    let (client, log) = once(Answer::Limited("600"), settings());
    let start = Instant::now();
    let until = |e: SeamError| match e.kind() {
        ErrorKind::RateLimited { until } => (*until - noon()).num_seconds(),
        other => panic!("{other:?}"),
    };
    assert_eq!(until(client.get_workspace().await.unwrap_err()), 600);
    assert_eq!(until(client.delete_access_grant(&GrantId::new("g")).await.unwrap_err()), 600);
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(log.all().len(), 1);
    tokio::time::sleep(Duration::from_secs(601)).await;
    client.get_workspace().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn one_budget_for_all_clones() {
    let slow = Settings { requests_per_second: 2.0, burst: 4, ..settings() };
    let (client, log) = client(slow, |_, _| WORKSPACE());
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let one = client.clone();
        tasks.spawn(async move { one.get_workspace().await.map(|_| ()) });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap().unwrap();
    }
    assert!(start.elapsed() >= Duration::from_secs(3));
    let at_once = log.all().iter().filter(|a| a.at == start).count();
    assert_eq!(at_once, 4);
}
