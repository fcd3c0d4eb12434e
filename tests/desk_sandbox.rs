//! Every action of the desk carried out against the sandbox hotel, and the sandbox's own truth about it
//! afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nightdesk::desk::{
    CheckOutAsk, Control, EncodeAsk, Engine, ExtendAsk, Outcome, Pace, Plan, Progress, ProgressKind,
    ReissueAsk, RunId, Step, StepState, check_out, encode, extend, reissue,
};
use nightdesk::property::{Delta, Property, Records, Settings as Hotel, Stay, StayId};
use nightdesk::sandbox::{Fault, FaultKind, Incident, Options, Sandbox};
use nightdesk::seam::client::{
    EncodersOf, GrantInclude, ListAccessGrants, ListDevices, ListEncoders, ListEntrances, ListSpaces,
    ListSystems, ListUserIdentities,
};
use nightdesk::seam::id::GrantId;
use nightdesk::seam::{Client, Settings};
use rstest::rstest;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

struct House {
    sandbox: Sandbox,
    property: Property,
    engine: Engine,
    told: mpsc::Receiver<Progress>,
    pusher: JoinHandle<()>,
    runs: u64,
    /// What is put right before Enter is pressed.
    mend: Option<Incident>,
}

impl House {
    async fn open() -> Self {
        Self::of(24, 40).await
    }

    /// A hotel in which time is pushed on and nothing happens by itself.
    async fn of(rooms: usize, grants: usize) -> Self {
        let now = "2026-11-23T02:14:00Z".parse().ok();
        let options = Options { rooms, grants, seed: 7, speed: 1.0, now, ..Options::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let control = sandbox.control();
        control.incident(&Incident::Restless { on: false }).unwrap();
        let pushed = control.clone();
        let pusher = tokio::spawn(async move {
            loop {
                pushed.advance(0.5);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        let mut settings = Settings::new(sandbox.endpoint(), sandbox.api_key());
        settings.requests_per_second = 100_000.0;
        settings.burst = 100_000;
        settings.read_retries = 0;
        let client = Client::new(settings).unwrap();
        let mut property = Property::new(Hotel::default(), control.now());
        read_all(&client, &mut property, control.now()).await;
        let (out, told) = mpsc::channel(64);
        let pace = Pace {
            poll: Duration::from_millis(20),
            slowest: Duration::from_millis(60),
            settle: Duration::from_millis(400),
            ..Pace::default()
        };
        let engine = Engine::with_clock(client, out, pace, Arc::new(move || control.now()));
        Self { sandbox, property, engine, told, pusher, runs: 0, mend: None }
    }

    fn now(&self) -> DateTime<Utc> {
        self.sandbox.control().now()
    }

    /// Runs a plan to its end, pressing Enter wherever a person would, and lets the hotel know what is
    /// read.
    async fn run(&mut self, plan: Plan) -> (Outcome, Vec<StepState>) {
        self.runs += 1;
        let run = RunId(self.runs);
        assert!(self.engine.start(run, plan));
        let mut states = Vec::new();
        loop {
            let next = tokio::time::timeout(Duration::from_secs(120), self.told.recv());
            let Progress { at, kind, .. } =
                next.await.unwrap_or_else(|_| panic!("the run hangs: {states:?}")).unwrap();
            match kind {
                ProgressKind::Step { state, .. } => {
                    let enter = matches!(
                        state,
                        StepState::Asking { .. }
                            | StepState::Failed { retry: true, .. }
                            | StepState::Unknown { retry: true, .. }
                    );
                    if enter {
                        if let Some(incident) = self.mend.take() {
                            self.sandbox.control().incident(&incident).unwrap();
                        }
                        self.engine.control(run, Control::Continue);
                    }
                    states.push(state);
                }
                ProgressKind::Read(delta) => drop(self.property.apply(delta, at)),
                ProgressKind::Watch(_) => {}
                ProgressKind::Ended(outcome) => return (outcome, states),
            }
        }
    }

    /// The first stay, by id, with a card that is cut, an encoder, time left, and whatever `wants` says.
    fn stay(&self, wants: impl Fn(&Stay) -> bool) -> StayId {
        let soon = self.now() + TimeDelta::hours(1);
        let mut stays: Vec<&Stay> = self.property.stays().collect();
        stays.sort_by(|a, b| a.id.cmp(&b.id));
        let fits = |s: &&Stay| {
            s.starts_at().is_some_and(|start| start < self.now())
                && s.ends_at().is_some_and(|end| end > soon)
                && reissue::cards(&self.property, &s.id).iter().any(|c| c.issued)
                && !reissue::encoders(&self.property, &s.id).is_empty()
                && wants(s)
        };
        stays.into_iter().find(fits).expect("no such stay tonight").id.clone()
    }

    fn extension(&self) -> (StayId, ExtendAsk) {
        let ask = |s: &Stay| ExtendAsk::until(s.id.clone(), s.ends_at().unwrap() + TimeDelta::hours(1));
        let id = self.stay(|s| extend::plan(&self.property, &ask(s), self.now()).is_ok());
        let ask = ask(self.property.stay(&id).unwrap());
        (id, ask)
    }

    fn lost_card(&self) -> ReissueAsk {
        let ask = |s: &Stay| {
            let lost = reissue::cards(&self.property, &s.id).into_iter().find(|c| c.issued)?.method;
            let encoder = reissue::encoders(&self.property, &s.id).into_iter().next()?.encoder;
            Some(ReissueAsk { stay: s.id.clone(), lost, encoder })
        };
        let id =
            self.stay(|s| ask(s).is_some_and(|ask| reissue::plan(&self.property, &ask, self.now()).is_ok()));
        ask(self.property.stay(&id).unwrap()).unwrap()
    }

    fn truth(&self, list: &str, record: &str, id_name: &str, id: &str) -> Option<Value> {
        let truth = self.sandbox.control().truth();
        let all = truth[list].as_array().unwrap();
        all.iter().map(|x| x[record].clone()).find(|r| r[id_name] == id)
    }

    fn grant(&self, id: &GrantId) -> Option<Value> {
        self.truth("grants", "grant", "access_grant_id", &id.to_string())
    }

    fn method(&self, id: &str) -> Option<Value> {
        self.truth("methods", "method", "access_method_id", id)
    }

    fn applied(&self, path: &str) -> u64 {
        self.sandbox.control().applied(path)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.pusher.abort();
    }
}

async fn read_all(client: &Client, p: &mut Property, now: DateTime<Utc>) {
    let systems = client.list_systems(&ListSystems::default()).await.unwrap().items;
    let of = EncodersOf::Systems(systems.iter().map(|s| s.id.clone()).collect());
    let encoders = client.list_encoders(&ListEncoders { of, limit: None }).await.unwrap().items;
    let spaces = client.list_spaces(&ListSpaces::default()).await.unwrap().items;
    let entrances = client.list_entrances(&ListEntrances::default()).await.unwrap().items;
    let devices = client.list_devices(&ListDevices::default()).await.unwrap().items;
    let identities = client.list_user_identities(&ListUserIdentities::default()).await.unwrap().items;
    let grants = client.list_access_grants(&ListAccessGrants::default()).await.unwrap().items;
    let ids: Vec<GrantId> = grants.iter().map(|g| g.id.clone()).collect();
    let related = client.related_to_grants(&ids, &[GrantInclude::AccessMethods]).await.unwrap();
    for records in [
        Records::Systems(systems),
        Records::Spaces(spaces),
        Records::Entrances(entrances),
        Records::Devices(devices),
        Records::Encoders(encoders),
        Records::Identities(identities),
        Records::Grants(grants),
        Records::Methods(related.access_methods),
    ] {
        p.apply(Delta::Read { records, as_of: now, sweep: None }, now);
    }
}

#[tokio::test]
async fn an_extension_and_the_cards_it_leaves_to_cut() {
    let mut house = House::open().await;
    let (id, ask) = house.extension();
    let plan = extend::plan(&house.property, &ask, house.now()).unwrap();
    let steps = plan.steps.clone();
    let (outcome, _) = house.run(plan).await;
    let Outcome::Done { cards_waiting, .. } = outcome else { panic!("{outcome:?}") };
    assert!(!cards_waiting.is_empty());
    for step in &steps {
        let Step::UpdateGrant { grant, ends_at, .. } = step else { continue };
        let end: DateTime<Utc> = house.grant(grant).unwrap()["ends_at"].as_str().unwrap().parse().unwrap();
        assert_eq!(Some(end), ends_at.map(|c| c.to));
    }
    let changes = steps.iter().filter(|s| s.changes()).count();
    assert_eq!(house.applied("/access_grants/update"), changes as u64);
    assert_eq!(house.property.stay(&id).unwrap().ends_at(), ask.ends_at, "the board knows without a poll");

    let encoder = reissue::encoders(&house.property, &id).remove(0).encoder;
    let ask = EncodeAsk { stay: id.clone(), methods: cards_waiting.clone(), encoder };
    let plan = encode::plan(&house.property, &ask, house.now()).unwrap();
    let (outcome, _) = house.run(plan).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
    for card in &cards_waiting {
        assert_eq!(house.method(&card.to_string()).unwrap()["is_issued"], true);
    }
    assert_eq!(house.applied("/access_methods/encode"), cards_waiting.len() as u64);
    for grant in &house.property.stay(&id).unwrap().grants {
        assert!(house.property.grant(grant).unwrap().pending().is_empty(), "the board still shows a change");
    }
}

#[tokio::test]
async fn a_lost_card_is_replaced() {
    let mut house = House::open().await;
    let ask = house.lost_card();
    let plan = reissue::plan(&house.property, &ask, house.now()).unwrap();
    let (outcome, states) = house.run(plan).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?} {states:?}");
    assert_eq!(house.method(&ask.lost.to_string()), None);
    let cards = reissue::cards(&house.property, &ask.stay);
    let new = cards.iter().find(|c| c.issued).expect("the board knows the new card");
    assert_eq!(house.method(&new.method.to_string()).unwrap()["is_issued"], true);
}

#[tokio::test]
async fn a_party_is_checked_out() {
    let mut house = House::of(190, 181).await;
    let id = house.stay(|s| !house.property.party(&s.id).is_empty());
    let plan = check_out::plan(&house.property, &CheckOutAsk::all(id.clone()), house.now()).unwrap();
    let steps = plan.steps.clone();
    assert!(steps.iter().filter(|s| s.changes()).count() > 1);
    let (outcome, states) = house.run(plan).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?} {states:?}");
    for step in &steps {
        let Step::DeleteGrant { grant, .. } = step else { continue };
        assert_eq!(house.grant(grant), None);
    }
    assert!(house.property.stay(&id).is_none(), "the board knows without a poll");
}

#[derive(Clone, Copy, Debug)]
enum What {
    Extend,
    Reissue,
    CheckOut,
}

/// Every change with its reply lost: applied once, and settled by reading.
#[rstest]
#[case(What::Extend, "/access_grants/update")]
#[case(What::Reissue, "/access_grants/request_access_methods")]
#[case(What::Reissue, "/access_methods/encode")]
#[case(What::Reissue, "/access_methods/delete")]
#[case(What::CheckOut, "/access_grants/delete")]
#[tokio::test]
async fn a_lost_reply_is_settled(#[case] what: What, #[case] path: &str) {
    for kind in [FaultKind::DropReply, FaultKind::Truncated] {
        let mut house = House::open().await;
        let plan = match what {
            What::Extend => extend::plan(&house.property, &house.extension().1, house.now()),
            What::Reissue => reissue::plan(&house.property, &house.lost_card(), house.now()),
            What::CheckOut => {
                let id = house.stay(|s| house.property.party(&s.id).is_empty());
                check_out::plan(&house.property, &CheckOutAsk::all(id), house.now())
            }
        }
        .unwrap();
        let paths: u64 = plan.commands.iter().filter(|c| path_of(c) == path).count() as u64;
        house.sandbox.control().fault(Fault { path: path.into(), skip: 0, count: 1, kind: kind.clone() });
        let (outcome, states) = house.run(plan).await;
        assert!(matches!(outcome, Outcome::Done { .. }), "{kind:?} {outcome:?} {states:?}");
        assert!(states.iter().any(|s| matches!(s, StepState::Unknown { .. })), "{states:?}");
        assert_eq!(house.applied(path), paths, "{kind:?}");
    }
}

/// The endpoint behind a command of Seam's CLI.
fn path_of(command: &str) -> String {
    let mut words = command.split_whitespace().skip(1).map(|w| w.replace('-', "_"));
    format!("/{}/{}", words.next().unwrap(), words.next().unwrap())
}

#[tokio::test]
async fn an_encoder_that_is_off_is_told_and_the_card_is_cut_once_it_is_on() {
    let mut house = House::open().await;
    let ask = house.lost_card();
    let plan = reissue::plan(&house.property, &ask, house.now()).unwrap();
    let id = ask.encoder.to_string().parse().unwrap();
    house.sandbox.control().incident(&Incident::Encoder { id, online: false }).unwrap();
    house.mend = Some(Incident::Encoder { id, online: true });
    let (outcome, states) = house.run(plan).await;
    assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?} {states:?}");
    let told =
        states.iter().any(|s| matches!(s, StepState::Failed { words, .. } if words.contains("not online")));
    assert!(told, "{states:?}");
}
