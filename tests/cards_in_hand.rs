//! Further cards, tags by their number, cards cut on two encoders at a time, and reading a card, each against
//! the sandbox hotel to its end, with its faults: nothing is done twice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod actions_house;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actions_house::House;
use chrono::TimeDelta;
use nightdesk::desk::reissue::EncoderChoice;
use nightdesk::desk::{
    AddKeyAsk, AssignAsk, Control, EncodeAsk, ExtendAsk, Found, KeyAsk, Ledger, MoreCardsAsk, Outcome, Plan,
    Progress, ProgressKind, Purpose, ReadingAsk, ReadingId, ReadingState, RunId, Step, StepState, assign,
    encode, extend, is_the_encoder, keys, more_cards, reissue, scan,
};
use nightdesk::journal::{IntentId, Journal, Who};
use nightdesk::property::{Stay, StayId};
use nightdesk::sandbox::{FaultKind, Incident};
use nightdesk::seam::id::{EncoderId, MethodId};
use rstest::rstest;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

const REQUEST: &str = "/access_grants/request_access_methods";
const ENCODE: &str = "/access_methods/encode";
const ASSIGN: &str = "/access_methods/assign_card";
const SCAN: &str = "/acs/encoders/scan_credential";

/// A guest behind doors that know reservations, with a card that is cut.
fn guest(house: &House) -> Stay {
    house.stay(|s| {
        house.is_reserved(&s.rooms[0])
            && s.reservation_key().is_some()
            && house.property.party(&s.id).is_empty()
            && reissue::cards(&house.property, &s.id).iter().any(|c| c.issued)
    })
}

fn encoders(house: &House, stay: &StayId) -> Vec<EncoderChoice> {
    reissue::encoders(&house.property, stay)
}

fn is_issued(house: &House, method: &MethodId) -> bool {
    house.method(&method.to_string()).is_some_and(|m| m["is_issued"] == true)
}

#[tokio::test]
async fn a_party_gets_two_more_cards_and_each_is_requested_once() {
    let mut house = House::open().await;
    let stay = guest(&house);
    let had = reissue::cards(&house.property, &stay.id).len();
    let encoder = Some(encoders(&house, &stay.id).remove(0).encoder);
    let ask = MoreCardsAsk { stay: stay.id.clone(), count: 2, encoder };
    let plan = more_cards::plan(&house.property, &ask, house.now()).unwrap();
    // The reply to the second request is lost.
    house.sandbox.control().fault(nightdesk::sandbox::Fault {
        path: REQUEST.into(),
        skip: 1,
        count: 1,
        kind: FaultKind::DropReply,
    });
    let went = house.run(&plan).await;
    assert!(went.is_done(), "{went:?}");
    assert!(went.was_unknown(), "{went:?}");
    assert_eq!((house.applied(REQUEST), house.applied(ENCODE)), (2, 2));
    let cards = reissue::cards(&house.property, &stay.id);
    assert_eq!(cards.len(), had + 2);
    assert!(cards.iter().all(|c| c.issued && is_issued(&house, &c.method)), "{cards:?}");

    // From the start once more, as a run that is taken up: everything is there.
    let went = house.run(&plan).await;
    assert!(!went.is_done(), "somebody else's cards are no new ones: {went:?}");
    assert_eq!((house.applied(REQUEST), house.applied(ENCODE)), (2, 2));
}

/// A guest of an online room with a card that waits for its tag.
async fn tagged(house: &mut House) -> (StayId, MethodId) {
    let stay = house.stay(|s| {
        s.reservation_key().is_none()
            && !house.property.doors_in_space(&s.rooms[0]).entrances.is_empty()
            && reissue::cards(&house.property, &s.id).is_empty()
    });
    let ask = AddKeyAsk { stay: stay.id.clone(), grant: None, key: KeyAsk::Card { count: 1 }, encoder: None };
    let plan = keys::add(&house.property, &ask, house.now()).unwrap();
    house.run(&plan).await;
    house.poll().await;
    for _ in 0..200 {
        let waiting = assign::waiting(&house.property, &stay.id);
        if let Some(tag) = waiting.into_iter().find(|tag| tag.ready) {
            return (stay.id, tag.method);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        house.poll().await;
    }
    panic!("no card of {} waits for a tag", stay.id);
}

fn assignment(house: &House, stay: &StayId, number: &str) -> Plan {
    let ask = AssignAsk { stay: stay.clone(), method: None, number: number.into() };
    assign::plan(&house.property, &ask, house.now()).unwrap()
}

#[rstest]
#[case::in_peace(None)]
#[case::lost(Some(FaultKind::DropReply))]
#[case::cut_off(Some(FaultKind::CutBody))]
#[case::before_it_came(Some(FaultKind::Reset))]
#[case::not_json(Some(FaultKind::NotJson))]
#[tokio::test]
async fn a_tag_is_assigned_once_whatever_becomes_of_the_reply(#[case] fault: Option<FaultKind>) {
    let mut house = House::open().await;
    let (stay, method) = tagged(&mut house).await;
    if let Some(kind) = fault {
        house.lose_reply(ASSIGN, kind);
    }
    let plan = assignment(&house, &stay, "04A1B2");
    let went = house.run(&plan).await;
    let Outcome::Done { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("the tag is the guest's card"), "{words}");
    assert_eq!(house.applied(ASSIGN), 1);
    assert!(is_issued(&house, &method));
    // Once more: found as it should be, nothing is sent.
    let went = house.run(&plan).await;
    assert!(went.is_done(), "{went:?}");
    assert_eq!(house.applied(ASSIGN), 1);
}

#[tokio::test]
async fn another_tag_on_the_card_is_said_and_not_replaced() {
    let mut house = House::open().await;
    let (stay, method) = tagged(&mut house).await;
    let plan = assignment(&house, &stay, "04A1B2");
    // Somebody else is faster.
    house.client.assign_card(&method, "99FF").await.unwrap();
    while !is_issued(&house, &method) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let went = house.run(&plan).await;
    let Outcome::Failed { words, .. } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("another tag is on this card: 99FF"), "{words}");
    assert_eq!(house.applied(ASSIGN), 1, "only the other's");
}

#[tokio::test]
async fn a_number_nobody_registered_ends_the_run_with_what_to_do() {
    let mut house = House::open().await;
    let (stay, method) = tagged(&mut house).await;
    let plan = assignment(&house, &stay, "04-A1");
    let went = house.run(&plan).await;
    let Outcome::Failed { words, next } = &went.outcome else { panic!("{went:?}") };
    assert!(words.contains("knows no tag with the number 04-A1"), "{words}");
    assert!(next.contains("begin again"), "{next}");
    assert!(!is_issued(&house, &method));
}

/// The cards of a guest that wait again because the stay was extended, at least `n` of them.
async fn waiting(house: &mut House, n: usize) -> (StayId, Vec<MethodId>) {
    let stay = guest(house);
    let encoder = encoders(house, &stay.id).remove(0).encoder;
    let more = n.saturating_sub(reissue::cards(&house.property, &stay.id).len());
    if more > 0 {
        let ask = MoreCardsAsk { stay: stay.id.clone(), count: more, encoder: Some(encoder) };
        let plan = more_cards::plan(&house.property, &ask, house.now()).unwrap();
        assert!(house.run(&plan).await.is_done());
    }
    let ask = ExtendAsk::until(stay.id.clone(), stay.ends_at().unwrap() + TimeDelta::hours(1));
    let plan = extend::plan(&house.property, &ask, house.now()).unwrap();
    let went = house.run(&plan).await;
    assert!(matches!(went.outcome, Outcome::Done { .. } | Outcome::Pending { .. }), "{went:?}");
    house.poll().await;
    let cards = encode::waiting(&house.property, &stay.id);
    assert!(cards.len() >= n, "{cards:?}");
    (stay.id, cards)
}

fn cut(house: &House, stay: &StayId, card: &MethodId, encoder: &EncoderId, place: Option<&str>) -> Plan {
    let ask = EncodeAsk { stay: stay.clone(), methods: vec![card.clone()], encoder: encoder.clone() };
    encode::queued(&house.property, &ask, place.map(Into::into), house.now()).unwrap()
}

/// Runs several plans at a time to their ends, pressing Enter where a person would.
async fn run_all(house: &mut House, plans: Vec<Plan>) -> Vec<(Outcome, Vec<StepState>)> {
    let first = 1_000;
    let n = plans.len();
    for (i, plan) in plans.into_iter().enumerate() {
        assert!(house.engine.start(RunId(first + i as u64), plan));
    }
    let mut ends: Vec<Option<Outcome>> = vec![None; n];
    let mut states: Vec<Vec<StepState>> = vec![Vec::new(); n];
    while ends.iter().any(Option::is_none) {
        let next = tokio::time::timeout(Duration::from_secs(60), house.told.recv());
        let Progress { run, at, kind } = next.await.expect("a run hangs").unwrap();
        let i = usize::try_from(run.0 - first).unwrap();
        match kind {
            ProgressKind::Step { state, .. } => {
                if matches!(state, StepState::Asking { .. } | StepState::Failed { retry: true, .. }) {
                    house.engine.control(run, Control::Continue);
                }
                states[i].push(state);
            }
            ProgressKind::Read(delta) => drop(house.property.apply(delta, at)),
            ProgressKind::Ended(outcome) => ends[i] = Some(outcome),
            ProgressKind::Watch(_) => {}
        }
    }
    ends.into_iter().map(Option::unwrap).zip(states).collect()
}

struct Dir(PathBuf);

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn recorded() -> (House, Dir) {
    let dir = Dir(std::env::temp_dir().join(format!("nightdesk-cards-{}", IntentId::fresh())));
    let journal = Journal::open(&dir.0).await.unwrap();
    let who = Who { user: "maria".into(), host: "desk".into(), process: 1, ..Who::default() };
    (House::recorded(Arc::new(Ledger::new(journal, "harbour".into(), who))).await, dir)
}

#[tokio::test]
async fn the_cards_of_one_stay_are_cut_on_two_encoders_at_a_time_each_once() {
    let (mut house, _dir) = recorded().await;
    let (stay, cards) = waiting(&mut house, 2).await;
    let before = house.applied(ENCODE);
    let at = encoders(&house, &stay);
    let plans = vec![
        cut(&house, &stay, &cards[0], &at[0].encoder, Some("1 of 2")),
        cut(&house, &stay, &cards[1], &at[1].encoder, None),
    ];
    let went = run_all(&mut house, plans.clone()).await;
    for (outcome, states) in &went {
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?} {states:?}");
    }
    assert!(
        matches!(&went[0].1[0], StepState::Asking { words } if words.contains("next card: 1 of 2, on “"))
    );
    assert_eq!(house.applied(ENCODE), before + 2);
    assert!(cards.iter().take(2).all(|card| is_issued(&house, card)));

    // The stay is free again for everybody, and a second time nothing is cut.
    let went = run_all(&mut house, plans).await;
    assert!(went.iter().all(|(outcome, _)| matches!(outcome, Outcome::Done { .. })), "{went:?}");
    assert_eq!(house.applied(ENCODE), before + 2);
    let ask = ExtendAsk::until(
        stay.clone(),
        house.property.stay(&stay).unwrap().ends_at().unwrap() + TimeDelta::hours(1),
    );
    let plan = extend::plan(&house.property, &ask, house.now()).unwrap();
    let went = house.run(&plan).await;
    assert!(!matches!(went.outcome, Outcome::Failed { .. }), "{went:?}");
}

#[tokio::test]
async fn one_card_is_never_cut_by_two_runs_at_a_time() {
    let (mut house, _dir) = recorded().await;
    let (stay, cards) = waiting(&mut house, 1).await;
    let before = house.applied(ENCODE);
    let at = encoders(&house, &stay);
    let plans = vec![
        cut(&house, &stay, &cards[0], &at[0].encoder, None),
        cut(&house, &stay, &cards[0], &at[1].encoder, None),
    ];
    let went = run_all(&mut house, plans).await;
    let busy = |(outcome, _): &&(Outcome, Vec<StepState>)| matches!(outcome, Outcome::Failed { words, .. } if words.contains("still going on"));
    let done = went.iter().filter(|(outcome, _)| matches!(outcome, Outcome::Done { .. })).count();
    assert_eq!((done, went.iter().filter(busy).count()), (1, 1), "{went:?}");
    assert_eq!(house.applied(ENCODE), before + 1);
}

#[tokio::test]
async fn while_cards_are_cut_the_dates_of_the_stay_are_not_changed() {
    let (mut house, _dir) = recorded().await;
    let (stay, cards) = waiting(&mut house, 1).await;
    let at = encoders(&house, &stay);
    let end = house.property.stay(&stay).unwrap().ends_at().unwrap() + TimeDelta::hours(1);
    let dates = extend::plan(&house.property, &ExtendAsk::until(stay.clone(), end), house.now()).unwrap();
    assert!(house.engine.start(RunId(1), cut(&house, &stay, &cards[0], &at[0].encoder, Some("1 of 1"))));
    // The card is asked for: the stay is held.
    loop {
        let told = house.told.recv().await.unwrap();
        if matches!(told.kind, ProgressKind::Step { state: StepState::Asking { .. }, .. }) {
            break;
        }
    }
    let updates = house.applied("/access_grants/update");
    let went = run_all(&mut house, vec![dates]).await;
    assert!(
        matches!(&went[0].0, Outcome::Failed { words, .. } if words.contains("still going on")),
        "{went:?}"
    );
    assert_eq!(house.applied("/access_grants/update"), updates);
}

#[tokio::test]
async fn an_encoder_that_is_away_is_told_from_a_card_that_is_missing() {
    let mut house = House::open().await;
    let (stay, cards) = waiting(&mut house, 1).await;
    let at = encoders(&house, &stay).remove(0);
    let id = at.encoder.to_string().parse().unwrap();
    house.sandbox.control().incident(&Incident::Encoder { id, online: false }).unwrap();
    let before = house.applied(ENCODE);
    assert!(house.engine.start(RunId(1), cut(&house, &stay, &cards[0], &at.encoder, None)));
    let words = loop {
        match house.told.recv().await.unwrap().kind {
            ProgressKind::Step { state: StepState::Failed { words, .. }, .. } => break words,
            ProgressKind::Ended(outcome) => panic!("{outcome:?}"),
            _ => {}
        }
    };
    assert!(is_the_encoder(&words, &at.name), "{words}");
    // Given up here, it is cut elsewhere, once.
    house.engine.control(RunId(1), Control::StopAfterStep);
    while !matches!(house.told.recv().await.unwrap().kind, ProgressKind::Ended(Outcome::Stopped { .. })) {}
    let other = encoders(&house, &stay).into_iter().find(|e| e.encoder != at.encoder).unwrap();
    let went = house.run(&cut(&house, &stay, &cards[0], &other.encoder, Some("1 of 1"))).await;
    assert!(went.is_done(), "{went:?}");
    assert!(is_issued(&house, &cards[0]));
    assert_eq!(house.applied(ENCODE), before + 2, "one attempt that failed, one that cut");
}

/// Reads the card on an encoder to its end.
async fn read(house: &House, encoder: &EncoderChoice, purpose: Purpose) -> (Found, Vec<ReadingState>) {
    let (out, mut told) = mpsc::channel(16);
    let ask = ReadingAsk {
        id: ReadingId(7),
        encoder: encoder.encoder.clone(),
        encoder_name: encoder.name.clone(),
        purpose,
    };
    house.engine.read_card(ask, out);
    let mut states = Vec::new();
    loop {
        let next = tokio::time::timeout(Duration::from_secs(60), told.recv());
        let reading = next.await.expect("the reading hangs").expect("the reading tells its end");
        assert_eq!(reading.id, ReadingId(7));
        states.push(reading.state.clone());
        if let ReadingState::Ended { found, .. } = reading.state {
            return (found, states);
        }
    }
}

fn put(house: &House, encoder: &EncoderChoice, card: Option<&MethodId>) {
    let id = encoder.encoder.to_string().parse().unwrap();
    let card = card.map(|card| card.to_string().parse().unwrap());
    house.sandbox.control().incident(&Incident::PutCard { id, card }).unwrap();
}

#[tokio::test]
async fn a_card_is_read_and_found_to_be_its_guests_until_the_dates_change() {
    let mut house = House::open().await;
    let stay = guest(&house);
    let card = reissue::cards(&house.property, &stay.id).into_iter().find(|c| c.issued).unwrap().method;
    let at = encoders(&house, &stay.id).remove(0);
    put(&house, &at, Some(&card));
    let (found, _) = read(&house, &at, Purpose::Read).await;
    let Found::Card(result) = found else { panic!("{found:?}") };
    let face = scan::face(&house.property, &result, house.now());
    assert_eq!(face.stay, Some(stay.id.clone()), "{face:?}");
    assert!(face.title.contains(stay.name.as_str()), "{face:?}");
    assert!(!face.lines.iter().any(|l| l.label == "out of date"), "{face:?}");

    let ask = ExtendAsk::until(stay.id.clone(), stay.ends_at().unwrap() + TimeDelta::hours(1));
    let plan = extend::plan(&house.property, &ask, house.now()).unwrap();
    house.run(&plan).await;
    let (found, _) = read(&house, &at, Purpose::Read).await;
    let Found::Card(result) = found else { panic!("{found:?}") };
    let face = scan::face(&house.property, &result, house.now());
    assert!(
        face.lines.iter().any(|l| l.label == "out of date" && l.text.contains("cut it again")),
        "{face:?}"
    );
    let changes = ["/access_methods/encode", "/access_methods/assign_card", "/access_methods/delete"];
    assert!(changes.iter().all(|path| house.applied(path) == 0), "reading changes nothing");
}

#[tokio::test]
async fn an_empty_encoder_answers_and_one_that_is_away_does_not() {
    let house = House::open().await;
    let stay = guest(&house);
    let at = encoders(&house, &stay.id).remove(0);
    put(&house, &at, None);
    assert_eq!(read(&house, &at, Purpose::Test).await.0, Found::NoCard);
    let id = at.encoder.to_string().parse().unwrap();
    house.sandbox.control().incident(&Incident::Encoder { id, online: false }).unwrap();
    let (found, _) = read(&house, &at, Purpose::Test).await;
    let Found::Failed { words, next, .. } = found else { panic!("{found:?}") };
    assert!(words.contains("is not online") && next.contains("power"), "{words} {next}");
    house.sandbox.control().incident(&Incident::BridgeDown).unwrap();
    let (found, _) = read(&house, &at, Purpose::Test).await;
    assert!(matches!(&found, Found::Failed { next, .. } if next.contains("Seam Bridge")), "{found:?}");
}

#[rstest]
#[case("uncategorized_error")]
#[case("action_attempt_expired")]
#[tokio::test]
async fn every_other_end_of_a_reading_has_words(#[case] kind: &str) {
    let house = House::open().await;
    let stay = guest(&house);
    let at = encoders(&house, &stay.id).remove(0);
    let body = json!({"acs_encoder_id": at.encoder, "error_code": kind});
    simulate(&house, "next_credential_scan_will_fail", &body).await;
    let (found, _) = read(&house, &at, Purpose::Read).await;
    let Found::Failed { words, next, .. } = found else { panic!("{found:?}") };
    assert!(words.starts_with("the lock system ") && next.contains("Enter reads again"), "{words} {next}");
}

/// Tells the sandbox how the next reading ends.
async fn simulate(house: &House, what: &str, body: &serde_json::Value) {
    let endpoint = house.sandbox.endpoint();
    let host = endpoint.strip_prefix("http://").unwrap();
    let (key, body) = (house.sandbox.api_key(), body.to_string());
    let request = format!(
        "POST /acs/encoders/simulate/{what} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        key.reveal(),
        body.len()
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
}

#[tokio::test]
async fn a_blank_card_and_one_seam_does_not_know() {
    let house = House::open().await;
    let stay = guest(&house);
    let at = encoders(&house, &stay.id).remove(0);
    for (scenario, title) in
        [("credential_on_encoder_is_empty", "blank"), ("credential_does_not_exist_on_seam", "unknown card")]
    {
        let body = json!({"acs_encoder_id": at.encoder, "scenario": scenario});
        simulate(&house, "next_credential_scan_will_succeed", &body).await;
        let (found, _) = read(&house, &at, Purpose::Read).await;
        let Found::Card(result) = found else { panic!("{found:?}") };
        let face = scan::face(&house.property, &result, house.now());
        assert!(face.title.contains(title), "{face:?}");
    }
}

#[tokio::test]
async fn a_reading_waits_for_its_turn_and_one_that_is_stopped_never_asks() {
    let mut house = House::open().await;
    let (stay, cards) = waiting(&mut house, 1).await;
    let at = encoders(&house, &stay).remove(0);
    // The sandbox's clock is pushed on; the encoder is held by a cut that nobody finishes.
    let id = at.encoder.to_string().parse().unwrap();
    house.sandbox.control().incident(&Incident::Encoder { id, online: false }).unwrap();
    house.sandbox.control().fault(nightdesk::sandbox::Fault {
        path: "/action_attempts/get".into(),
        skip: 0,
        count: 50,
        kind: FaultKind::Status { status: 503, body: None, content_type: None, retry_after: None },
    });
    assert!(house.engine.start(RunId(1), cut(&house, &stay, &cards[0], &at.encoder, None)));
    loop {
        let told = house.told.recv().await.unwrap();
        if matches!(told.kind, ProgressKind::Step { state: StepState::Unknown { .. }, .. }) {
            break;
        }
    }
    let (out, mut told) = mpsc::channel(16);
    let ask = ReadingAsk {
        id: ReadingId(1),
        encoder: at.encoder.clone(),
        encoder_name: at.name.clone(),
        purpose: Purpose::Read,
    };
    house.engine.read_card(ask, out);
    let first = told.recv().await.unwrap();
    assert!(
        matches!(&first.state, ReadingState::Queued { words } if words.contains("is busy with")),
        "{first:?}"
    );
    house.engine.stop_reading(ReadingId(1));
    assert_eq!(told.recv().await, None, "it ends without a word");
    assert_eq!(house.applied(SCAN), 0);
}

#[test]
fn a_step_that_asks_is_no_change() {
    let step = Step::PlaceCard { encoder: EncoderId::new("e"), encoder_name: "E".into(), card: "1".into() };
    assert!(!step.changes() && step.command().is_none());
}
