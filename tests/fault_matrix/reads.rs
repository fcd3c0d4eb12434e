//! Every read and every wrong answer.

use std::collections::HashSet;
use std::time::Duration;

use nightdesk::seam::client::{Answers, ENDPOINTS, Endpoint, Sends};
use nightdesk::seam::{ErrorKind, SeamError};
use tokio::time::sleep;

use crate::calls::{Samples, Told, call};
use crate::house::{House, all};
use crate::wrong::{Read, Wrong, all as wrongs};

/// Says what a sentence for a person must be, and what it must not hold.
pub fn assert_sentence(e: &SeamError, house: &House, case: &str) {
    let said = e.to_string();
    assert!(said.len() > 20 && said.len() < 500, "{case}: {said}");
    assert!(said.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{case}: {said:?}");
    assert!(!said.contains(house.sandbox.api_key().reveal()), "{case}: it tells the key");
}

fn assert_read(endpoint: &Endpoint, wrong: &Wrong, got: &Result<Told, SeamError>, whole: usize, case: &str) {
    let is_list = matches!(endpoint.answers, Answers::List(_));
    match (wrong.read, got) {
        (Read::Fails(is), Err(e)) => assert!(is(e.kind()), "{case}: {e:?}"),
        (Read::Fine, Ok(told)) => {
            assert!(told.bad == 0 && told.cut.is_none(), "{case}: {told:?}");
            let is_short = wrong.name.starts_with("gone") && told.items < whole;
            let is_long = wrong.name.starts_with("duplicates") && told.items > whole;
            assert!(told.items == whole || is_short || is_long, "{case}: {told:?} of {whole}");
        }
        // An object of which nothing is known is still a batch, a list that is null is none.
        (Read::Bad, Ok(told)) => assert!(told.items == 0 && told.bad > 0 || whole == 0, "{case}: {told:?}"),
        (Read::Bad, Err(e)) => {
            let is_told = matches!(e.kind(), ErrorKind::Decode { .. } | ErrorKind::NotSeam { .. });
            assert!(is_told, "{case}: {e:?}");
        }
        (Read::Cut, Ok(told)) if is_list => {
            let cut = told.cut.as_ref().unwrap_or_else(|| panic!("{case}: {told:?} passes for the whole"));
            assert!(matches!(cut.kind(), ErrorKind::Paging { .. }), "{case}: {cut:?}");
        }
        (Read::Cut, Ok(told)) => assert_eq!(told.items, whole, "{case}"),
        (_, got) => panic!("{case}: {got:?}"),
    }
}

async fn read(endpoint: &'static Endpoint) {
    let house = House::open().await;
    let samples = Samples::of(&house).await;
    let path = endpoint.path;
    let whole = call(&house.client(), path, &samples, &house).await.unwrap().items;
    for wrong in wrongs() {
        let case = format!("{path}: {}", wrong.name);
        let client = if wrong.is_slow { house.hasty() } else { house.client() };
        let before = house.control.asked(path).len();
        house.spoil(path, &wrong);
        let got = call(&client, path, &samples, &house).await;
        assert_read(endpoint, &wrong, &got, whole, &case);
        if let Err(e) = &got {
            assert_sentence(e, &house, &case);
            assert_eq!(e.path(), path, "{case}");
        }
        let asked = house.control.asked(path).len() - before;
        assert!((1..=8).contains(&asked), "{case}: asked {asked} times");
        house.control.clear_faults();
        recovers(&house, &client, &samples, (path, whole), &wrong, &case).await;
    }
}

/// The same client reads again, as soon as it may.
async fn recovers(
    house: &House,
    client: &nightdesk::seam::Client,
    samples: &Samples,
    (path, whole): (&'static str, usize),
    wrong: &Wrong,
    case: &str,
) {
    let first = house.control.asked(path);
    let told = loop {
        match call(client, path, samples, house).await {
            // Kept back on this side of the wire.
            Err(e) if matches!(e.kind(), ErrorKind::RateLimited { .. }) => {
                assert!(wrong.pause > 0, "{case}: nobody asked for a pause");
                sleep(Duration::from_millis(40)).await;
            }
            // A machine that is busy with other things may be slow for once.
            Err(e) if wrong.is_slow && matches!(e.kind(), ErrorKind::TimedOut { .. }) => {}
            other => break other.unwrap_or_else(|e| panic!("{case}: does not recover: {e:?}")),
        }
    };
    assert!(told.items == whole && told.bad == 0 && told.cut.is_none(), "{case}: afterwards {told:?}");
    if wrong.pause > 0 {
        let (last, next) = (*first.last().unwrap(), house.control.asked(path)[first.len()]);
        // A date counts whole seconds.
        let least = Duration::from_millis(wrong.pause * 1_000 - 20);
        assert!(next - last >= least, "{case}: asked again after {:?}", next - last);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_read_says_what_is_wrong_and_recovers_by_itself() {
    all(ENDPOINTS.iter().filter(|e| e.sends == Sends::Read).map(read)).await;
}

#[test]
fn every_fault_has_a_name_of_its_own() {
    let wrongs = wrongs();
    let names: HashSet<&str> = wrongs.iter().map(|w| w.name).collect();
    assert!(names.len() == wrongs.len() && names.len() >= 30, "{}", names.len());
}
