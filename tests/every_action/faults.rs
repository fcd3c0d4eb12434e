//! Every change of every action, met by everything that can befall a request on its way.

use std::sync::Arc;

use nightdesk::sandbox::{Fault, FaultKind, RetryAfter};
use rstest::rstest;

use crate::hotel::{House, all};
use crate::journal_support::ledger;
use crate::stopped::{Undisturbed, undisturbed};
use crate::table::What;
use crate::truth::{assert_same, truth};

/// What befalls a request, and whether it is carried out nevertheless.
fn faults() -> Vec<(FaultKind, bool)> {
    let status = |status: u16, retry_after: Option<RetryAfter>| FaultKind::Status {
        status,
        body: None,
        content_type: None,
        retry_after,
    };
    vec![
        (FaultKind::DropReply, true),
        (FaultKind::Reset, false),
        (status(429, Some(RetryAfter::Seconds(1))), false),
        (status(500, None), false),
        (FaultKind::StatusAfter { status: 500, body: None }, true),
        (FaultKind::Hang, false),
        (FaultKind::HangAfter, true),
        (FaultKind::NotJson, true),
        (FaultKind::Truncated, true),
        (FaultKind::Html, false),
        (FaultKind::Late { ms: 150 }, true),
        (FaultKind::Stall, true),
        (FaultKind::WrongTypes, true),
        (FaultKind::Redirect { to: "https://elsewhere.invalid/".to_owned() }, false),
    ]
}

/// The requests that change something, in order: the path, and how many to it come before.
fn requests(steps: impl Iterator<Item = &'static str>) -> Vec<(&'static str, u32)> {
    let mut requests: Vec<(&'static str, u32)> = Vec::new();
    for path in steps {
        let before = requests.iter().filter(|(p, _)| *p == path).count();
        requests.push((path, u32::try_from(before).unwrap()));
    }
    requests
}

/// Refusals: Seam heard, and did nothing.
fn refusals() -> Vec<u16> {
    vec![401, 403, 404, 409, 422]
}

/// Lets one request of an action be refused. It is not told as done unless it was, and nothing happens that
/// would not have happened in peace.
async fn is_refused(what: What, (path, skip): (&'static str, u32), status: u16, want: Arc<Undisturbed>) {
    let case = format!("{what:?}: {status} answers {path} after {skip}");
    let (mut house, plan, pins) = House::with(what).await;
    let kind = FaultKind::Status { status, body: None, content_type: None, retry_after: None };
    house.control.fault(Fault { path: path.into(), skip, count: 1, kind });
    let journal = house.journal().await;
    let mut desk = house.hasty_desk(Arc::new(ledger(&journal, "maria")));
    desk.begin(plan, pins);
    let went = desk.finish().await;
    assert_eq!(house.control.pending_faults(), 0, "{case}: nothing was hit: {went:?}");
    let got = truth(&mut house).await;
    if went.is_as(&want.outcome) {
        return assert_same(&got, &want.truth, &case);
    }
    assert!(!went.is_done(), "{case}: told as done: {went:?}");
    for (change, times) in &got.changes {
        let wanted = want.truth.changes.get(change).copied().unwrap_or(0);
        assert!(*times <= wanted, "{case}: {change} happened {times} times, not {wanted}");
    }
}

/// Lets a fault hit one request of an action. In the end everything must be as `want` says.
async fn befalls(
    what: What,
    (path, skip): (&'static str, u32),
    (kind, done): (FaultKind, bool),
    want: Arc<Undisturbed>,
) {
    let limited = matches!(kind, FaultKind::Status { status: 429, .. });
    let case = format!("{what:?}: {kind:?} befalls {path} after {skip}");
    let (mut house, plan, pins) = House::with(what).await;
    house.control.fault(Fault { path: path.into(), skip, count: 1, kind });
    let journal = house.journal().await;
    let recorder = Arc::new(ledger(&journal, "maria"));
    // What was carried out shows in the end; what was not is given up soon.
    let mut desk = if done { house.patient_desk(recorder) } else { house.desk(recorder) };
    desk.begin(plan, pins);
    let went = desk.finish().await;
    assert_eq!(house.control.pending_faults(), 0, "{case}: nothing was hit: {went:?}");
    assert!(went.is_as(&want.outcome), "{case}: {went:?}");
    assert!(limited || went.was_unknown(), "{case}: nobody could know: {went:?}");
    assert!(!done || went.told_again == 0, "{case}: a door was told twice: {went:?}");
    assert_same(&truth(&mut house).await, &want.truth, &case);
}

#[rstest]
#[case(What::ExtendOne)]
#[case(What::ExtendParty)]
#[case(What::Reissue)]
#[case(What::CheckOutOne)]
#[case(What::CheckOutParty)]
#[case(What::Encode)]
#[case(What::GrantNew)]
#[case(What::GrantJoiner)]
#[case(What::MoveReserved)]
#[case(What::MoveOnline)]
#[case(What::LockOut)]
#[case(What::AddCard)]
#[case(What::AddPin)]
#[case(What::MoreCards)]
#[case(What::Assign)]
#[case(What::RevokeKey)]
#[case(What::NewLink)]
#[case(What::DeleteLink)]
#[case(What::Unlock)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_befalls_a_request_it_happens_once(#[case] what: What) {
    let want = Arc::new(undisturbed(what).await);
    let (_, plan, _) = House::with(what).await;
    let requests = requests(plan.steps.iter().filter_map(|step| step.path()));
    let refused = requests.iter().flat_map(|request| refusals().into_iter().map(move |s| (*request, s)));
    let refused: Vec<_> =
        refused.map(|(at, status)| is_refused(what, at, status, Arc::clone(&want))).collect();
    all(refused).await;
    let cases = requests.into_iter().flat_map(|request| faults().into_iter().map(move |f| (request, f)));
    all(cases.map(|(request, fault)| befalls(what, request, fault, Arc::clone(&want)))).await;
}
