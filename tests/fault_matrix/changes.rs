//! Every change and every wrong answer: sent once, and never told wrongly.

use nightdesk::seam::Outcome;
use nightdesk::seam::client::{ENDPOINTS, Endpoint, Sends};

use crate::calls::{Samples, call};
use crate::house::{House, all};
use crate::reads::assert_sentence;
use crate::wrong::{Read, Wrong, all as wrongs};

/// What only a guest behind online locks has.
const ONLINE: [&str; 2] = ["/access_methods/assign_card", "/access_methods/unlock_door"];

async fn change(endpoint: &'static Endpoint, wrong: Wrong) {
    let path = endpoint.path;
    let case = format!("{path}: {}", wrong.name);
    let house = House::open().await;
    let mut samples = Samples::of(&house).await;
    if path == "/access_methods/encode" {
        // Twins of one seed answer alike.
        let twin = House::open().await;
        samples.choose(&twin.client()).await;
    }
    if ONLINE.contains(&path) {
        samples.make_online(&house).await;
    }
    let client = if wrong.is_slow { house.hasty() } else { house.client() };
    let (before, applied) = (house.control.asked(path).len(), house.control.applied(path));
    house.spoil(path, &wrong);
    let got = call(&client, path, &samples, &house).await;
    assert_eq!(house.control.asked(path).len() - before, 1, "{case}: a change is sent once");
    let applied = house.control.applied(path) - applied;
    match &got {
        Ok(_) => {
            assert_eq!(applied, 1, "{case}: told as done");
            assert!(!matches!(wrong.read, Read::Fails(_) | Read::Bad), "{case}: {got:?}");
        }
        Err(e) => {
            assert_sentence(e, &house, &case);
            match e.outcome() {
                Outcome::NotApplied => assert_eq!(applied, 0, "{case}: told as not done: {e:?}"),
                Outcome::Unknown => assert!(applied <= 1, "{case}: {e:?}"),
            }
            let is_expected = match wrong.read {
                Read::Fails(is) => is(e.kind()),
                Read::Bad => true,
                Read::Fine | Read::Cut => false,
            };
            assert!(is_expected, "{case}: {e:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_change_is_sent_once_and_never_told_wrongly() {
    let changes = ENDPOINTS.iter().filter(|e| e.sends == Sends::Change);
    all(changes.flat_map(|e| wrongs().into_iter().map(move |wrong| change(e, wrong)))).await;
}

#[tokio::test]
async fn every_change_of_the_matrix_is_one_that_the_hotel_takes() {
    for endpoint in ENDPOINTS.iter().filter(|e| e.sends == Sends::Change) {
        let (house, twin) = (House::open().await, House::open().await);
        let mut samples = Samples::of(&house).await;
        samples.choose(&twin.client()).await;
        if ONLINE.contains(&endpoint.path) {
            samples.make_online(&house).await;
        }
        let got = call(&house.client(), endpoint.path, &samples, &house).await;
        assert!(got.is_ok(), "{}: {got:?}", endpoint.path);
    }
}
