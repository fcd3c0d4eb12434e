//! The record by keys: a program killed in the middle of a card is taken up by another person at the
//! next, the journal shows both halves, and two programs see who is at what.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pty;

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use nightdesk::journal::IntentId;
use nightdesk::sandbox::{Control, Incident, Options, Sandbox};
use pty::{Start, Terminal};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const ENCODE: &str = "/access_methods/encode";

/// A hotel in which nothing happens by itself, and a state directory that goes with the test.
struct House {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
}

/// A guest with one card that is cut, who stays beyond the night.
struct Guest {
    name: String,
    grant: String,
}

impl House {
    fn open() -> Self {
        let runtime = Runtime::new().unwrap();
        // Twenty times as fast as time: a change reaches its lock in a moment.
        let options = Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        let state = std::env::temp_dir().join(format!("nightdesk-record-{}", IntentId::fresh()));
        std::fs::create_dir_all(&state).unwrap();
        Self { sandbox: Some(sandbox), runtime, state }
    }

    fn control(&self) -> Control {
        self.sandbox.as_ref().unwrap().control()
    }

    fn program(&self, args: &[&str]) -> Terminal {
        let sandbox = self.sandbox.as_ref().unwrap();
        let t = Start::new(env!("CARGO_BIN_EXE_nightdesk"))
            .args(args.iter().copied())
            .env("NIGHTDESK_STATE_DIR", &self.state)
            .env("NIGHTDESK_CONFIG", "")
            .env("XDG_CONFIG_HOME", &self.state)
            .env("SEAM_ENDPOINT", sandbox.endpoint())
            .env("SEAM_API_KEY", sandbox.api_key().reveal())
            .size(120, 40)
            .spawn();
        t.wait_for("as of");
        t
    }

    fn guest(&self) -> Guest {
        let truth = self.control().truth();
        let now = self.control().now().to_rfc3339();
        let grants: Vec<&Value> = truth["grants"].as_array().unwrap().iter().map(|g| &g["grant"]).collect();
        let methods = truth["methods"].as_array().unwrap();
        let cut = |id: &&Value| {
            let is =
                |m: &Value| m["access_method_id"] == **id && m["mode"] == "card" && m["is_issued"] == true;
            methods.iter().any(|m| is(&m["method"]))
        };
        let fits = |g: &&&Value| {
            let key = &g["reservation_key"];
            let stays = g["ends_at"].as_str().is_some_and(|end| end > now.as_str())
                && g["starts_at"].as_str().is_some_and(|start| start < now.as_str());
            let quiet = ["warnings", "pending_mutations"].iter().all(|w| g[w].as_array().unwrap().is_empty());
            let cards = g["access_method_ids"].as_array().unwrap().iter().filter(cut).count();
            let alone = grants.iter().filter(|other| other["reservation_key"] == *key).count() == 1;
            stays && quiet && cards == 1 && key.is_string() && alone
        };
        let grant = grants.iter().find(fits).expect("a guest with a card");
        let text = |field: &str| grant[field].as_str().unwrap().to_owned();
        Guest { name: text("display_name"), grant: text("access_grant_id") }
    }

    /// The cards of a grant, and whether each is cut.
    fn cards(&self, guest: &Guest) -> Vec<bool> {
        let truth = self.control().truth();
        let mut grants = truth["grants"].as_array().unwrap().iter().map(|g| &g["grant"]);
        let grant = grants.find(|g| g["access_grant_id"] == guest.grant.as_str()).unwrap();
        let ids = grant["access_method_ids"].as_array().unwrap();
        let methods = truth["methods"].as_array().unwrap().iter().map(|m| &m["method"]);
        let cards = methods.filter(|m| m["mode"] == "card" && ids.contains(&m["access_method_id"]));
        cards.map(|m| m["is_issued"] == true).collect()
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

/// Waits for something that no screen shows.
fn until(what: &str, met: impl Fn() -> bool) {
    let deadline = Instant::now() + pty::patience();
    while !met() {
        assert!(Instant::now() < deadline, "waited in vain for {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// Puts the cursor on a guest by what a person would type.
fn find(t: &mut Terminal, guest: &Guest) {
    t.keys("1/");
    t.keys(&guest.name);
    t.wait_for("1 of 1");
    t.keys("<Enter>");
}

/// Confirms a preview as a person does who was told to read first.
fn confirm(t: &mut Terminal) {
    loop {
        t.keys("y");
        let shown = t.wait_for(|s: &pty::Shown| {
            let said = ["read it first", "something changed", "hides this"];
            said.iter().any(|words| s.text().contains(words))
        });
        if shown.contains("hides this") {
            return;
        }
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

/// Extends the stay and has its card on the encoder, where nothing goes on until the clock does.
fn card_on_the_encoder(house: &House, t: &mut Terminal, guest: &Guest) {
    find(t, guest);
    t.keys("e");
    t.wait_for("until");
    t.keys("<Enter>");
    t.wait_for("do it");
    confirm(t);
    t.wait_for("that wait");
    t.keys("c");
    t.wait_for("do it");
    house.control().freeze(true);
    confirm(t);
    t.wait_for("place the card");
}

/// Presses Enter on what is listed until it was on the screen for long enough.
fn press_when_read(t: &mut Terminal, key: &str, then: &'static str) {
    loop {
        t.keys(key);
        let shown =
            t.wait_for(move |s: &pty::Shown| s.text().contains("read it first") || s.text().contains(then));
        if shown.contains(then) {
            return;
        }
        t.keys("<Left>");
        t.wait_gone("read it first");
    }
}

#[test]
fn a_card_whose_program_was_killed_is_cut_once_and_taken_up_by_keys() {
    let house = House::open();
    let guest = house.guest();
    let mut first = house.program(&["--operator", "Maria"]);
    card_on_the_encoder(&house, &mut first, &guest);
    until("the card to be sent", || house.control().applied(ENCODE) == 1);
    first.signal(Signal::KILL);
    first.exit_code();
    // The encoder does not know that nobody waits for it.
    house.control().freeze(false);
    until("the card to be cut", || house.cards(&guest) == [true]);

    let config = house.state.join("config.toml");
    std::fs::write(&config, "ask_operator = true\n").unwrap();
    let mut second = house.program(&["--config", config.to_str().unwrap()]);
    second.wait_for("Who is at the desk?");
    second.keys("Jonas<Enter>");
    second.wait_for("At the desk: Jonas.");
    // What the dead one held is free once its lease has run out, and not before.
    second.wait_for("was being cut on");
    second.wait_for("it may have");
    press_when_read(&mut second, "<Enter>", "hides this");
    second.wait_gone("hides this");
    let page = second.wait_for("every card is cut");
    assert!(page.contains("it had happened"), "{page}");
    assert_eq!(house.cards(&guest), [true]);
    assert_eq!(house.control().applied(ENCODE), 1, "it was cut once");

    second.keys("<Esc>");
    second.wait_gone("every card is cut");
    second.keys("J");
    second.wait_for("Maria, Jonas");
    second.wait_for(regex::Regex::new(r"Cut cards\s+done").unwrap());
    second.keys("<Enter>");
    second.wait_for("Taken up by Jonas");
    let page = second.wait_for(regex::Regex::new("settled by looking.*it had happened").unwrap());
    assert!(page.contains("by           Maria"), "{page}");
    second.keys("<Esc>");
    second.wait_for("newest first");
    second.keys("/extend");
    second.wait_for(regex::Regex::new(r"Extend\s+(done|pending)").unwrap());
    second.wait_gone(regex::Regex::new(r"Cut cards\s+done").unwrap());
    second.signal(Signal::TERM);
    assert_eq!(second.exit_code(), 143);
    second.assert_clean();
}

#[test]
fn what_was_killed_before_it_happened_can_wait_and_be_left_as_it_is() {
    let house = House::open();
    let guest = house.guest();
    let mut first = house.program(&["--operator", "Maria"]);
    let hang = serde_json::from_value(json!({"path": ENCODE, "kind": "hang"})).unwrap();
    house.control().fault(hang);
    let mut second = house.program(&["--operator", "Jonas"]);
    card_on_the_encoder(&house, &mut first, &guest);
    until("the card to be sent", || house.control().pending_faults() == 0);
    first.signal(Signal::KILL);
    first.exit_code();
    house.control().freeze(false);
    // It dies while the other runs, which notices by itself.
    second.wait_for("was being cut on");
    second.keys("<Esc>");
    second.wait_gone("was being cut on");
    second.wait_for("left unfinished: Cut cards");
    second.keys("d");
    second.wait_for("1 unfinished (D)");
    second.keys("D");
    second.wait_for("was being cut on");
    second.keys("l");
    second.wait_for("Leave it as it is?");
    // Not before it was read; the answer is the end of the question.
    let deadline = Instant::now() + pty::patience();
    while second.text().contains("Leave it as it is?") {
        assert!(Instant::now() < deadline, "{}", second.text());
        second.keys("y");
        thread::park_timeout(Duration::from_millis(50));
    }
    second.wait_gone("unfinished (D)");
    assert_eq!((house.control().applied(ENCODE), house.cards(&guest)), (0, vec![false]));
    second.keys("J");
    second.wait_for(regex::Regex::new(r"Cut cards\s+left").unwrap());
    second.signal(Signal::TERM);
    assert_eq!(second.exit_code(), 143);
}

#[test]
fn two_programs_on_one_hotel_see_who_is_at_what() {
    let house = House::open();
    let guest = house.guest();
    let mut first = house.program(&["--operator", "Maria"]);
    let mut second = house.program(&["--operator", "Jonas"]);
    find(&mut second, &guest);
    card_on_the_encoder(&house, &mut first, &guest);
    until("the card to be sent", || house.control().applied(ENCODE) == 1);
    second.wait_for(regex::Regex::new(r"Maria on pts/\d+ is cutting cards for \d+").unwrap());
    second.keys("x");
    second.wait_for(regex::Regex::new(r"Maria on pts/\d+ is cutting cards for \d+: wait until").unwrap());
    assert!(!second.text().contains("Cancel"), "no dialog is opened");
    second.keys("<Enter>");
    second.wait_for(regex::Regex::new(r"at it now\s+Maria on pts/\d+ is cutting cards").unwrap());
    // The journal is open at the one while the other goes on.
    second.keys("J");
    second.wait_for(regex::Regex::new(r"Maria.*Cut cards\s+running").unwrap());
    house.control().freeze(false);
    first.wait_for("every card is cut");
    second.wait_for(regex::Regex::new(r"Maria.*Cut cards\s+done").unwrap());
    second.keys("<Esc>");
    second.wait_gone("newest first");
    second.wait_gone("at it now");
    let heard = ["Cancel", "too old to act on", "wait until"];
    loop {
        second.keys("x");
        let shown = second.wait_for(move |s: &pty::Shown| heard.iter().any(|words| s.text().contains(words)));
        if shown.contains("Cancel") {
            break;
        }
        // The hotel's clock stood still for a while: what was read then is old now.
        eprintln!("{shown}");
        second.keys("<C-r>");
        second.wait_gone("too old to act on");
        second.wait_gone("wait until");
    }
    for t in [&mut first, &mut second] {
        t.signal(Signal::TERM);
        assert_eq!(t.exit_code(), 143);
    }
}
