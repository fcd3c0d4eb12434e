//! Cards that outlive their access: known to every program on the host, also after a restart, because the
//! journal says what the API forgets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod actions_house;
mod pty;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use actions_house::House;
use nightdesk::desk::{Engine, Ledger, Pace, Plan, encode, reissue};
use nightdesk::journal::{IntentId, Journal, Who};
use nightdesk::property::Stay;
use nightdesk::seam::client::MethodRequest;
use nightdesk::seam::model::Mode;
use pty::{Start, Terminal};
use regex::Regex;
use rustix::process::Signal;
use serde_json::Value;
use tokio::sync::mpsc;

/// A directory that goes with the test.
struct State(PathBuf);

impl State {
    fn new() -> Self {
        let dir = std::env::temp_dir().join(format!("nightdesk-ghosts-{}", IntentId::fresh()));
        std::fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A desk that writes into the journal of this directory, as one program does until it is killed.
async fn desk(house: &mut House, state: &Path) {
    let journal = Journal::open(state).await.unwrap();
    let workspace = house.client.get_workspace().await.unwrap().id;
    let ledger = Ledger::new(journal, format!("workspace {workspace}").into(), Who::here(None));
    let (out, told) = mpsc::channel(64);
    let control = house.sandbox.control();
    let pace = Pace { poll: Duration::from_millis(20), ..Pace::default() };
    let clock = Arc::new(move || control.now());
    house.engine = Engine::recorded(house.client.clone(), out, pace, clock, Arc::new(ledger));
    house.told = told;
}

/// A guest whose room obeys reservations, alone in theirs.
fn reserved(house: &House) -> Stay {
    house.stay(|stay| {
        stay.reservation_key().is_some()
            && house.is_reserved(&stay.rooms[0])
            && house.property.party(&stay.id).is_empty()
            && reissue::encoders(&house.property, &stay.id).iter().any(|e| e.trouble.is_none())
    })
}

/// Requests another card for a guest, and plans its cutting once it waits.
async fn another_card(house: &mut House, stay: &Stay) -> Plan {
    let card = [MethodRequest::of(Mode::Card)];
    house.client.request_access_methods(&stay.grants[0], &card).await.unwrap();
    loop {
        house.poll().await;
        let encoder = reissue::encoders(&house.property, &stay.id).remove(0).encoder;
        let ask = encode::EncodeAsk { stay: stay.id.clone(), methods: Vec::new(), encoder };
        match encode::plan(&house.property, &ask, house.now()) {
            Ok(plan) => return plan,
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Waits until the sandbox has none of these grants any more.
async fn gone(house: &House, stay: &Stay) {
    while stay.grants.iter().any(|id| house.grant_by_id(id).is_some()) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Why a room has a card too many, by a program without a screen.
fn ghost(house: &House, args: &[&str], state: &Path, room: &str) -> Option<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightdesk"));
    command.args(args).args(["--format", "json"]).env_clear().current_dir(state);
    command.env("NIGHTDESK_STATE_DIR", state).env("XDG_CONFIG_HOME", state);
    command.env("SEAM_ENDPOINT", house.sandbox.endpoint());
    command.env("SEAM_API_KEY", house.sandbox.api_key().reveal());
    let output = command.output().unwrap();
    let said: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    find(&said, room)
}

/// Looks for what is said of a ghost card of a room, wherever it stands.
fn find(said: &Value, room: &str) -> Option<String> {
    let is_it = said.get("room").is_some_and(|r| r == room)
        && ["rule", "id"].iter().any(|name| said[*name].to_string().contains("ghost-card"));
    match said {
        Value::Object(_) if is_it => said["why"].as_str().map(str::to_owned),
        Value::Object(all) => all.values().find_map(|value| find(value, room)),
        Value::Array(all) => all.iter().find_map(|value| find(value, room)),
        _ => None,
    }
}

fn board(house: &House, state: &Path) -> Terminal {
    let t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
        .env("NIGHTDESK_STATE_DIR", state)
        .env("NIGHTDESK_CONFIG", "")
        .env("XDG_CONFIG_HOME", state)
        .env("SEAM_ENDPOINT", house.sandbox.endpoint())
        .env("SEAM_API_KEY", house.sandbox.api_key().reveal())
        .env("NO_COLOR", "")
        .size(160, 45)
        .spawn();
    t.wait_for("Harbour Hotel");
    t.wait_for("as of");
    t
}

/// Looks a guest's ghost card up among the warnings.
fn is_on_the_board(house: &House, state: &Path, stay: &Stay) {
    let mut t = board(house, state);
    t.keys("4/");
    t.keys(&stay.name);
    let first: String = stay.name.chars().take(6).collect();
    t.wait_for(Regex::new(&format!("cards? of {}", regex::escape(&first))).unwrap());
    t.signal(Signal::KILL);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_the_desk_cut_is_known_after_it_was_killed_and_somebody_else_checked_the_guest_out() {
    let mut house = House::open().await;
    let (state, empty) = (State::new(), State::new());
    let stay = reserved(&house);
    let plan = another_card(&mut house, &stay).await;
    desk(&mut house, &state.0).await;
    assert!(house.run(&plan).await.is_done());
    // The desk is gone, and the booking system takes the access away.
    let (out, _) = mpsc::channel(1);
    house.engine = Engine::new(house.client.clone(), out, Pace::default());
    assert_eq!(
        ghost(&house, &["audit"], &state.0, &stay.room),
        None,
        "while the guest is there it is theirs"
    );
    for grant in &stay.grants {
        house.client.delete_access_grant(grant).await.unwrap();
    }
    gone(&house, &stay).await;
    assert_eq!(ghost(&house, &["audit"], &empty.0, &stay.room), None, "the API knows nothing of it");
    for args in [["audit"].as_slice(), &["list", "warnings"]] {
        let why = ghost(&house, args, &state.0, &stay.room).unwrap_or_else(|| panic!("{args:?}"));
        assert!(why.starts_with(&format!("1 card of {} still opens", stay.name)), "{why}");
    }
    is_on_the_board(&house, &state.0, &stay);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_somebody_else_cut_is_known_once_the_desk_has_checked_the_guest_out() {
    let house = House::open().await;
    let state = State::new();
    let is_cut = |stay: &Stay| reissue::cards(&house.property, &stay.id).iter().any(|card| card.issued);
    let stay = house.stay(|stay| {
        stay.reservation_key().is_some()
            && house.is_reserved(&stay.rooms[0])
            && house.property.party(&stay.id).is_empty()
            && is_cut(stay)
    });
    let mut t = board(&house, &state.0);
    t.keys("1/");
    t.keys(&stay.name);
    let first: String = stay.name.chars().take(6).collect();
    t.wait_for(Regex::new(&format!(r"▌ +\S+ +{}", regex::escape(&first))).unwrap());
    t.keys("<Enter>");
    t.keys("x");
    t.wait_for("Cancel");
    while !t.text().contains("hides this") {
        t.keys("y");
        let heard = ["read it first", "hides this", "something changed"];
        t.wait_for(move |s: &pty::Shown| heard.iter().any(|words| s.text().contains(words)));
        if !t.text().contains("hides this") {
            t.keys("<Left>");
            t.wait_gone("read it first");
        }
    }
    gone(&house, &stay).await;
    t.signal(Signal::KILL);
    let why = ghost(&house, &["audit"], &state.0, &stay.room).expect("a ghost card");
    assert!(why.contains(&format!("of {} still open", stay.name)), "{why}");
    is_on_the_board(&house, &state.0, &stay);
}
