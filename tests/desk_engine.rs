//! The engine against a scripted server: ordinary ends, every failure of an encoder, lost replies at
//! every step, and what people say meanwhile.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod desk_support;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use desk_support::{Cut, Fake, Fault, Grant, Method};
use nightdesk::desk::{
    Action, Change, Control, Engine, MethodRef, Outcome, Pace, Plan, Progress, ProgressKind, RunId, Step,
    StepState,
};
use nightdesk::property::{Delta, Gone, Records, StayId};
use nightdesk::seam::id::{EncoderId, GrantId, MethodId};
use nightdesk::seam::{Client, Settings};
use nightdesk::secret::Secret;
use rstest::rstest;
use tokio::sync::mpsc;

const UPDATE: &str = "/access_grants/update";
const REQUEST: &str = "/access_grants/request_access_methods";
const ENCODE: &str = "/access_methods/encode";
const DELETE_METHOD: &str = "/access_methods/delete";
const DELETE_GRANT: &str = "/access_grants/delete";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn old_end() -> DateTime<Utc> {
    at("2026-11-23T10:00:00Z")
}

fn new_end() -> DateTime<Utc> {
    at("2026-11-24T10:00:00Z")
}

/// Short waits, so that a test spends its time on what it tests.
fn pace() -> Pace {
    let ms = Duration::from_millis;
    Pace {
        poll: ms(3),
        slowest: ms(12),
        settle: ms(30),
        issue: ms(5_000),
        ready: ms(5_000),
        encode: ms(5_000),
        gone: ms(5_000),
        swap: ms(60_000),
        watch: ms(30_000),
    }
}

struct Desk {
    fake: Fake,
    engine: Arc<Engine>,
    told: mpsc::Receiver<Progress>,
}

impl Desk {
    /// A grant with a PIN and a card that is cut.
    async fn open(pace: Pace) -> Self {
        let fake = Fake::start().await;
        {
            let mut state = fake.state();
            let grant = Grant {
                starts_at: "2026-11-20T14:00:00Z".into(),
                ends_at: "2026-11-23T10:00:00Z".into(),
                methods: vec!["pin".into(), "card".into()],
                ..Grant::default()
            };
            state.grants.insert("grant".into(), grant);
            state.methods.insert("pin".into(), Method { mode: "code", issued: true, ..Method::default() });
            let card = Method { mode: "card", issued: true, encoding: true, ..Method::default() };
            state.methods.insert("card".into(), card);
        }
        let mut settings = Settings::new(fake.endpoint.clone(), Secret::new("seam_test_desk"));
        settings.requests_per_second = 100_000.0;
        settings.burst = 100_000;
        settings.read_retries = 0;
        settings.retry_base = Duration::from_millis(1);
        let (out, told) = mpsc::channel(64);
        let engine = Arc::new(Engine::new(Client::new(settings).unwrap(), out, pace));
        Self { fake, engine, told }
    }

    async fn next(&mut self) -> Progress {
        tokio::time::timeout(Duration::from_secs(60), self.told.recv()).await.expect("the run hangs").unwrap()
    }

    /// Runs a plan to its end; `say` may answer each state of a step.
    async fn run(&mut self, plan: Plan, mut say: impl FnMut(usize, &StepState) -> Option<Control>) -> Ended {
        assert!(self.engine.start(RunId(1), plan));
        let mut ended = Ended { states: Vec::new(), read: Vec::new(), watched: Vec::new(), outcome: None };
        loop {
            match self.next().await.kind {
                ProgressKind::Step { index, state } => {
                    if let Some(control) = say(index, &state) {
                        self.engine.control(RunId(1), control);
                    }
                    ended.states.push((index, state));
                }
                ProgressKind::Read(delta) => ended.read.push(delta),
                ProgressKind::Watch(grants) => ended.watched.extend(grants),
                ProgressKind::Ended(outcome) => {
                    ended.outcome = Some(outcome);
                    return ended;
                }
            }
        }
    }
}

struct Ended {
    states: Vec<(usize, StepState)>,
    read: Vec<Delta>,
    watched: Vec<GrantId>,
    outcome: Option<Outcome>,
}

impl Ended {
    fn outcome(&self) -> &Outcome {
        self.outcome.as_ref().unwrap()
    }

    fn is_done(&self) -> bool {
        matches!(self.outcome(), Outcome::Done { .. })
    }

    fn was_unknown(&self) -> bool {
        self.states.iter().any(|(_, s)| matches!(s, StepState::Unknown { .. }))
    }
}

fn silent(_: usize, _: &StepState) -> Option<Control> {
    None
}

/// Presses Enter whenever a step fails, asks, or lets itself be sent again.
fn enter(_: usize, state: &StepState) -> Option<Control> {
    let pressed = matches!(
        state,
        StepState::Failed { retry: true, .. }
            | StepState::Unknown { retry: true, .. }
            | StepState::Asking { .. }
    );
    pressed.then_some(Control::Continue)
}

fn plan(action: Action, steps: Vec<Step>) -> Plan {
    Plan {
        cards: Vec::new(),
        action,
        stay: StayId::single(GrantId::new("grant")),
        guest: "Lindqvist, Per".into(),
        room: "118".into(),
        takes_away: false,
        preview: Vec::new(),
        commands: steps.iter().filter_map(Step::command).collect(),
        steps,
    }
}

fn grant() -> GrantId {
    GrantId::new("grant")
}

fn extend() -> Plan {
    let update = Step::UpdateGrant {
        grant: grant(),
        who: "118 Lindqvist, Per".into(),
        starts_at: None,
        ends_at: Some(Change { from: Some(old_end()), to: new_end() }),
    };
    let methods = vec![MethodId::new("pin"), MethodId::new("card")];
    plan(Action::Extend, vec![update, Step::AwaitIssued { grants: vec![grant()], methods }])
}

fn encode_step(method: MethodRef) -> Step {
    Step::Encode {
        method,
        encoder: EncoderId::new("desk1"),
        encoder_name: "Front desk 1".into(),
        card: "the new card".into(),
        grants: vec![grant()],
    }
}

fn reissue() -> Plan {
    let new = MethodRef::MadeBy(0);
    plan(
        Action::Reissue,
        vec![
            Step::RequestCard { grant: grant(), known: vec![MethodId::new("pin"), MethodId::new("card")] },
            Step::AwaitReady { method: new.clone() },
            encode_step(new),
            Step::DeleteMethod {
                method: MethodId::new("card"),
                grants: vec![grant()],
                what: "retire the lost card".into(),
            },
            Step::AwaitGone { grants: vec![], methods: vec![MethodId::new("card")] },
        ],
    )
}

fn check_out() -> Plan {
    let methods = vec![MethodId::new("pin"), MethodId::new("card")];
    plan(
        Action::CheckOut,
        vec![
            Step::DeleteGrant { grant: grant(), who: "118 Lindqvist, Per".into() },
            Step::AwaitGone { grants: vec![grant()], methods },
        ],
    )
}

fn encode(cards: &[&str]) -> Plan {
    plan(Action::Encode, cards.iter().map(|id| encode_step(MethodRef::Known(MethodId::new(id)))).collect())
}

fn add_ready_card(fake: &Fake, id: &str) {
    let card = Method { mode: "card", encoding: true, ready: true, ..Method::default() };
    fake.state().methods.insert(id.into(), card);
}

#[tokio::test]
async fn an_extension_is_followed_until_every_key_is_back_and_offers_the_card() {
    let mut desk = Desk::open(pace()).await;
    let ended = desk.run(extend(), silent).await;
    let Outcome::Done { cards_waiting, .. } = ended.outcome() else { panic!("{:?}", ended.outcome()) };
    assert_eq!(cards_waiting, &[MethodId::new("card")]);
    assert_eq!(ended.watched, [grant()]);
    assert_eq!(desk.fake.applied(UPDATE), 1);
    assert!(desk.fake.state().methods["pin"].issued, "it ended before the PIN was back");
    let read_back = ended.read.iter().any(|delta| match delta {
        Delta::Read { records: Records::Grants(grants), .. } => grants[0].ends_at == Some(new_end()),
        _ => false,
    });
    assert!(read_back, "the new dates reach the property");
}

#[tokio::test]
async fn a_lost_card_is_replaced_and_only_then_retired() {
    let mut desk = Desk::open(pace()).await;
    let ended = desk.run(reissue(), silent).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    let state = desk.fake.state();
    assert!(state.methods["new1"].issued);
    assert!(!state.methods.contains_key("card"));
    assert_eq!(state.methods.len(), 2);
    let cut = ended.states.iter().position(|(i, s)| *i == 2 && matches!(s, StepState::Done { .. })).unwrap();
    let retired = ended.states.iter().position(|(i, _)| *i == 3).unwrap();
    assert!(cut < retired);
    assert!(
        ended.read.iter().any(|d| matches!(d, Delta::Gone(Gone::Method(id)) if *id == MethodId::new("card")))
    );
}

#[tokio::test]
async fn a_check_out_is_followed_until_the_grant_is_gone() {
    let mut desk = Desk::open(pace()).await;
    let ended = desk.run(check_out(), silent).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert!(desk.fake.state().grants.is_empty());
    assert!(ended.read.iter().any(|d| matches!(d, Delta::Gone(Gone::Grant(_)))));
}

/// Every way in which a reply to a change gets lost after Seam has done it.
fn lost() -> [Fault; 4] {
    [
        Fault::DropAfter,
        Fault::AnswerAfter(502, "<html><title>Bad gateway</title></html>"),
        Fault::AnswerAfter(200, "<html>not Seam</html>"),
        Fault::AnswerAfter(200, "{\"ok\": tr"),
    ]
}

#[rstest]
#[case(extend(), UPDATE)]
#[case(reissue(), REQUEST)]
#[case(reissue(), ENCODE)]
#[case(reissue(), DELETE_METHOD)]
#[case(check_out(), DELETE_GRANT)]
#[tokio::test]
async fn a_lost_reply_is_read_back_and_never_repeated(#[case] plan: Plan, #[case] path: &'static str) {
    for fault in lost() {
        let mut desk = Desk::open(pace()).await;
        desk.fake.state().cuts.push_back(Cut { error: None, cuts_anyway: false, polls: 0 });
        desk.fake.fault(path, fault.clone());
        let ended = desk.run(plan.clone(), silent).await;
        assert!(ended.is_done(), "{fault:?}: {:?}", ended.outcome());
        assert!(ended.was_unknown(), "{fault:?}: nobody was told");
        assert_eq!((desk.fake.applied(path), desk.fake.asked(path)), (1, 1), "{fault:?}");
    }
}

#[rstest]
#[case(extend(), UPDATE)]
#[case(reissue(), REQUEST)]
#[case(reissue(), ENCODE)]
#[case(reissue(), DELETE_METHOD)]
#[case(check_out(), DELETE_GRANT)]
#[tokio::test]
async fn what_never_arrived_is_sent_again_only_by_a_person(#[case] plan: Plan, #[case] path: &'static str) {
    for fault in [Fault::DropBefore, Fault::Answer(500, "{}"), Fault::Answer(200, "<html>login</html>")] {
        let mut desk = Desk::open(Pace { encode: Duration::from_millis(30), ..pace() }).await;
        desk.fake.fault(path, fault.clone());
        let ended = desk.run(plan.clone(), enter).await;
        assert!(ended.is_done(), "{fault:?}: {:?}", ended.outcome());
        let asked_a_person = ended.states.iter().any(|(i, s)| enter(*i, s).is_some());
        assert!(asked_a_person, "{fault:?}: sent again blindly");
        assert_eq!((desk.fake.applied(path), desk.fake.asked(path)), (1, 2), "{fault:?}");
    }
}

#[tokio::test]
async fn without_a_person_nothing_is_sent_again() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.fault(REQUEST, Fault::DropBefore);
    let stop =
        |_: usize, s: &StepState| matches!(s, StepState::Failed { .. }).then_some(Control::StopAfterStep);
    let ended = desk.run(reissue(), stop).await;
    assert!(matches!(ended.outcome(), Outcome::Stopped { .. }), "{:?}", ended.outcome());
    assert_eq!(desk.fake.asked(REQUEST), 1);
}

#[tokio::test]
async fn reading_goes_on_while_reading_fails_too() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.fault(UPDATE, Fault::DropAfter);
    let ended = {
        let fake = desk.fake.clone();
        let mut broke = false;
        desk.run(extend(), move |_, state| {
            // The reply is lost, and then the network is.
            if matches!(state, StepState::Unknown { .. }) && !broke {
                broke = true;
                for _ in 0..5 {
                    fake.fault("/access_grants/get", Fault::Answer(503, "{}"));
                }
            }
            None
        })
        .await
    };
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(desk.fake.applied(UPDATE), 1);
    let unreadable =
        |s: &StepState| matches!(s, StepState::Unknown { words, .. } if words.contains("cannot be read"));
    assert!(ended.states.iter().any(|(_, s)| unreadable(s)));
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_look_succeeds() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.fault("/access_grants/get", Fault::Answer(500, "{}"));
    let ended = desk.run(check_out(), enter).await;
    assert!(ended.is_done());
    let StepState::Failed { next, .. } = &ended.states[1].1 else { panic!("{:?}", ended.states) };
    assert!(next.contains("nothing was sent"), "{next}");
}

#[rstest]
#[case("no_credential_on_encoder")]
#[case("no_card_on_encoder")]
#[case("incompatible_card_format")]
#[case("encoding_interrupted")]
#[case("encoder_not_online")]
#[case("encoder_communication_timeout")]
#[case("bridge_disconnected")]
#[case("action_attempt_expired")]
#[case("uncategorized_error")]
#[case("a_type_of_next_year")]
#[tokio::test]
async fn after_an_encoders_error_enter_tries_again(#[case] error: &'static str) {
    let mut desk = Desk::open(pace()).await;
    desk.fake.state().cuts.push_back(Cut { error: Some(error), cuts_anyway: false, polls: 1 });
    let ended = desk.run(reissue(), enter).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(desk.fake.applied(ENCODE), 2);
    assert!(ended.states.iter().any(|(i, s)| *i == 2 && matches!(s, StepState::Failed { retry: true, .. })));
}

#[rstest]
#[case("credential_cannot_be_reissued")]
#[case("credential_deleted")]
#[tokio::test]
async fn an_error_that_stays_ends_the_run_and_the_lost_card_is_kept(#[case] error: &'static str) {
    let mut desk = Desk::open(pace()).await;
    desk.fake.state().cuts.push_back(Cut { error: Some(error), cuts_anyway: false, polls: 1 });
    let ended = desk.run(reissue(), enter).await;
    assert!(matches!(ended.outcome(), Outcome::Failed { .. }), "{:?}", ended.outcome());
    assert_eq!((desk.fake.applied(ENCODE), desk.fake.applied(DELETE_METHOD)), (1, 0));
}

#[rstest]
#[case("action_attempt_expired")]
#[case("encoding_interrupted")]
#[tokio::test]
async fn a_card_that_is_cut_all_the_same_is_not_cut_twice(#[case] error: &'static str) {
    let mut desk = Desk::open(pace()).await;
    desk.fake.state().cuts.push_back(Cut { error: Some(error), cuts_anyway: true, polls: 1 });
    let ended = desk.run(reissue(), enter).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(desk.fake.applied(ENCODE), 1);
}

#[tokio::test]
async fn an_encoder_that_does_not_answer_is_unknown_not_failed() {
    let mut desk = Desk::open(Pace { encode: Duration::from_millis(20), ..pace() }).await;
    desk.fake.state().cuts.push_back(Cut { error: None, cuts_anyway: false, polls: 25 });
    let ended = desk.run(reissue(), enter).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert!(ended.was_unknown());
    assert!(!ended.states.iter().any(|(_, s)| matches!(s, StepState::Failed { .. })));
    assert_eq!(desk.fake.applied(ENCODE), 1);
}

#[tokio::test]
async fn a_card_cut_elsewhere_meanwhile_counts_as_done() {
    let mut desk = Desk::open(pace()).await;
    add_ready_card(&desk.fake, "waits");
    desk.fake.state().cuts.push_back(Cut { error: Some("encoder_not_online"), cuts_anyway: false, polls: 0 });
    let fake = desk.fake.clone();
    let ended = desk
        .run(encode(&["waits"]), move |_, s| {
            let failed = matches!(s, StepState::Failed { .. });
            if failed {
                let mut state = fake.state();
                let card = state.methods.get_mut("waits").unwrap();
                (card.issued, card.ready) = (true, false);
            }
            failed.then_some(Control::Continue)
        })
        .await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(desk.fake.applied(ENCODE), 1);
}

#[tokio::test]
async fn too_many_requests_is_waited_out() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.fault(UPDATE, Fault::TooMany("0"));
    desk.fake.fault(UPDATE, Fault::TooMany("0"));
    let ended = desk.run(extend(), silent).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!((desk.fake.applied(UPDATE), desk.fake.asked(UPDATE)), (1, 3));
}

#[tokio::test]
async fn a_refusal_is_told_in_seams_words_and_can_be_left() {
    let mut desk = Desk::open(pace()).await;
    let body =
        r#"{"ok":false,"error":{"type":"reservation_conflict","message":"Reservation joiner conflict"}}"#;
    desk.fake.fault(UPDATE, Fault::Answer(409, body));
    let stop =
        |_: usize, s: &StepState| matches!(s, StepState::Failed { .. }).then_some(Control::StopAfterStep);
    let ended = desk.run(extend(), stop).await;
    let Outcome::Stopped { words, .. } = ended.outcome() else { panic!("{:?}", ended.outcome()) };
    assert!(words.contains("Reservation joiner conflict"), "{words}");
    assert_eq!(desk.fake.applied(UPDATE), 0);
}

#[tokio::test]
async fn stop_ends_the_run_after_the_step_that_runs() {
    let mut desk = Desk::open(pace()).await;
    // The encoder waits for the card by now: that step is brought to its end.
    let stop = |_: usize, s: &StepState| match s {
        StepState::Running { words } if words.contains("place the card") => Some(Control::StopAfterStep),
        _ => None,
    };
    let ended = desk.run(reissue(), stop).await;
    let Outcome::Stopped { words, .. } = ended.outcome() else { panic!("{:?}", ended.outcome()) };
    assert!(words.contains("Not done: retire the lost card"), "{words}");
    assert!(words.contains("cut the new card"), "{words}");
    assert_eq!((desk.fake.applied(ENCODE), desk.fake.applied(DELETE_METHOD)), (1, 0));
    assert!(desk.fake.state().methods["new1"].issued);
}

#[tokio::test]
async fn a_pin_that_does_not_come_back_is_pending_not_failed() {
    let mut desk = Desk::open(Pace { issue: Duration::from_millis(500), ..pace() }).await;
    desk.fake.state().stuck_pin = true;
    let ended = desk.run(extend(), silent).await;
    let Outcome::Pending { words, cards_waiting } = ended.outcome() else { panic!("{:?}", ended.outcome()) };
    assert!(words.contains("1 PIN"), "{words}");
    assert_eq!(cards_waiting, &[MethodId::new("card")]);
}

#[tokio::test]
async fn a_stuck_revocation_is_pending_not_failed() {
    let mut desk = Desk::open(Pace { gone: Duration::from_millis(40), ..pace() }).await;
    desk.fake.state().deletion = None;
    let ended = desk.run(check_out(), silent).await;
    let Outcome::Pending { words, .. } = ended.outcome() else { panic!("{:?}", ended.outcome()) };
    assert!(words.contains("Pending mutations"), "{words}");
}

#[tokio::test]
async fn what_is_gone_already_needs_no_deleting() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.state().grants.clear();
    let ended = desk.run(check_out(), silent).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(desk.fake.asked(DELETE_GRANT), 0);
}

#[tokio::test]
async fn dates_that_somebody_else_changed_are_not_overwritten() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.state().grants.get_mut("grant").unwrap().ends_at = "2026-11-30T10:00:00Z".into();
    let ended = desk.run(extend(), silent).await;
    assert!(matches!(ended.outcome(), Outcome::Failed { .. }), "{:?}", ended.outcome());
    assert_eq!(desk.fake.asked(UPDATE), 0);
}

#[tokio::test]
async fn a_card_somebody_else_requested_is_not_taken_for_ours() {
    let mut desk = Desk::open(pace()).await;
    {
        let mut state = desk.fake.state();
        state.grants.get_mut("grant").unwrap().methods.push("new9".into());
        state.methods.insert("new9".into(), Method { mode: "card", ready: true, ..Method::default() });
    }
    let ended = desk.run(reissue(), silent).await;
    assert!(matches!(ended.outcome(), Outcome::Failed { .. }), "{:?}", ended.outcome());
    assert_eq!((desk.fake.asked(REQUEST), desk.fake.asked(ENCODE)), (0, 0));
}

#[tokio::test]
async fn a_card_that_serves_another_stay_by_now_is_not_retired() {
    let mut desk = Desk::open(pace()).await;
    {
        let mut state = desk.fake.state();
        state.grants.insert("other".into(), Grant { methods: vec!["card".into()], ..Grant::default() });
    }
    let ended = desk.run(reissue(), silent).await;
    let Outcome::Failed { words, .. } = ended.outcome() else { panic!("{:?}", ended.outcome()) };
    assert!(words.contains("another stay"), "{words}");
    assert_eq!(desk.fake.asked(DELETE_METHOD), 0);
}

#[tokio::test]
async fn the_next_card_is_asked_for_and_never_cut_over_the_last() {
    let mut desk = Desk::open(Pace { swap: Duration::ZERO, ..pace() }).await;
    add_ready_card(&desk.fake, "first");
    add_ready_card(&desk.fake, "second");
    let fake = desk.fake.clone();
    let mut when_asked = None;
    let ended = desk
        .run(encode(&["first", "second"]), |i, s| {
            let asking = matches!(s, StepState::Asking { .. });
            if asking {
                when_asked = Some((i, fake.applied(ENCODE)));
            }
            asking.then_some(Control::Continue)
        })
        .await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(when_asked, Some((1, 1)), "asked before the second card, with one cut");
    assert_eq!(desk.fake.applied(ENCODE), 2);
}

#[tokio::test]
async fn another_encoder_can_be_chosen_after_a_failure() {
    let mut desk = Desk::open(pace()).await;
    desk.fake.state().cuts.push_back(Cut { error: Some("encoder_not_online"), cuts_anyway: false, polls: 0 });
    let other = Control::UseEncoder { encoder: EncoderId::new("desk2"), name: "Front desk 2".into() };
    let say = move |_: usize, s: &StepState| matches!(s, StepState::Failed { .. }).then_some(other.clone());
    let ended = desk.run(reissue(), say).await;
    assert!(ended.is_done(), "{:?}", ended.outcome());
    assert_eq!(desk.fake.state().encoders, ["desk1", "desk2"]);
}

#[tokio::test]
async fn two_runs_share_an_encoder_one_after_the_other() {
    let mut desk = Desk::open(pace()).await;
    add_ready_card(&desk.fake, "first");
    add_ready_card(&desk.fake, "second");
    for _ in 0..2 {
        desk.fake.state().cuts.push_back(Cut { error: None, cuts_anyway: false, polls: 40 });
    }
    assert!(desk.engine.start(RunId(1), encode(&["first"])));
    assert!(!desk.engine.start(RunId(1), encode(&["second"])), "a run that goes on is left alone");
    let mut second = encode(&["second"]);
    second.guest = "Berg, Astrid".into();
    let (mut queued, mut asked, mut ended, mut started) = (false, false, 0, false);
    while ended < 2 {
        let Progress { run, kind, .. } = desk.next().await;
        match kind {
            ProgressKind::Step { state: StepState::Running { words }, .. }
                if run == RunId(1) && !started && words.contains("place the card") =>
            {
                started = desk.engine.start(RunId(2), second.clone());
            }
            ProgressKind::Step { state: StepState::Queued { words }, .. } => {
                assert_eq!(run, RunId(2));
                assert!(words.contains("Front desk 1") && words.contains("Lindqvist"), "{words}");
                queued = true;
            }
            ProgressKind::Step { state: StepState::Asking { .. }, .. } => {
                assert_eq!((run, ended), (RunId(2), 1), "asked while the first card was being cut");
                asked = true;
                desk.engine.control(run, Control::Continue);
            }
            ProgressKind::Ended(outcome) => {
                assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}");
                ended += 1;
            }
            _ => {}
        }
    }
    assert!(queued && asked, "queued {queued}, asked for the next card {asked}");
    let state = desk.fake.state();
    assert_eq!((state.overlaps, state.methods["second"].issued), (0, true));
}

#[tokio::test]
async fn an_engine_that_is_dropped_leaves_no_task_behind() {
    let mut desk = Desk::open(Pace { issue: Duration::from_secs(3600), ..pace() }).await;
    desk.fake.state().stuck_pin = true;
    assert!(desk.engine.start(RunId(1), extend()));
    while !matches!(desk.next().await.kind, ProgressKind::Step { index: 1, .. }) {}
    drop(desk.engine);
    // The channel closes when the last task that could write to it is gone.
    let rest = async { while desk.told.recv().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(60), rest).await.expect("a task is left");
}

#[tokio::test]
async fn a_run_that_cannot_listen_is_told_only_so_much() {
    let mut desk = Desk::open(pace()).await;
    assert!(desk.engine.start(RunId(1), extend()));
    // It has no turn before this gives way: nothing of it is heard.
    let heard = (0..1_000).take_while(|_| desk.engine.control(RunId(1), Control::Continue)).count();
    assert_eq!(heard, 128);
    while !matches!(desk.next().await.kind, ProgressKind::Ended(Outcome::Done { .. })) {}
}
