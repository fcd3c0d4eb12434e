//! The real program in a real pseudo-terminal, against a real HTTP server: the embedded hotel.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod pty;

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;

use nightdesk::sandbox::{Incident, Options, Sandbox};
use pty::{Shown, Start, Terminal};
use regex::Regex;
use rstest::rstest;
use rustix::process::Signal;
use serde_json::Value;
use tokio::runtime::Runtime;

/// A hotel of a test, and how to start the program on it.
struct Hotel {
    sandbox: Option<Sandbox>,
    runtime: Runtime,
    state: PathBuf,
}

/// A guest of the hotel whose card was cut and who stays beyond the night.
struct Guest {
    name: String,
    grant: String,
}

fn options(listen: Option<std::net::SocketAddr>) -> Options {
    let usual = Options::default();
    // Twenty times as fast as time: a change reaches its lock in a moment.
    Options { rooms: 40, grants: 24, seed: 5, speed: 20.0, listen: listen.unwrap_or(usual.listen), ..usual }
}

fn state_dir(name: &str) -> PathBuf {
    let dir = std::env::temp_dir().join(format!("nightdesk-{}-{name}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    dir
}

impl Hotel {
    fn open(name: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let sandbox = runtime.block_on(Sandbox::start(options(None))).unwrap();
        // Nothing happens by itself: what the test sees is what the test did.
        sandbox.control().incident(&Incident::Restless { on: false }).unwrap();
        Self { sandbox: Some(sandbox), runtime, state: state_dir(name) }
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().unwrap()
    }

    fn truth(&self) -> Value {
        self.sandbox().control().truth()
    }

    fn desk(&self, cols: u16, rows: u16, args: &[&str]) -> Terminal {
        let key = self.sandbox().api_key();
        let t = program(&self.state, args)
            .env("SEAM_ENDPOINT", self.sandbox().endpoint())
            .env("SEAM_API_KEY", key.reveal())
            .size(cols, rows)
            .spawn();
        t.wait_for("Harbour Hotel");
        t.wait_for("as of");
        t
    }

    /// A guest whose only grant has a card that is cut, and nothing wrong with it.
    fn guest(&self) -> Guest {
        let truth = self.truth();
        let now = self.sandbox().control().now().to_rfc3339();
        let methods = truth["methods"].as_array().unwrap();
        let cut = |id: &Value| {
            methods.iter().any(|m| {
                let m = &m["method"];
                m["access_method_id"] == *id && m["mode"] == "card" && m["is_issued"] == true
            })
        };
        let grants = truth["grants"].as_array().unwrap();
        let alone =
            |key: &Value| grants.iter().filter(|g| g["grant"]["reservation_key"] == *key).count() == 1;
        let grant = grants.iter().map(|g| &g["grant"]).find(|g| {
            let late = g["ends_at"].as_str().is_some_and(|end| end > now.as_str());
            let begun = g["starts_at"].as_str().is_some_and(|start| start < now.as_str());
            let quiet = g["warnings"].as_array().unwrap().is_empty()
                && g["pending_mutations"].as_array().unwrap().is_empty();
            let ids = g["access_method_ids"].as_array().unwrap();
            late && begun
                && quiet
                && ids.iter().any(cut)
                && g["reservation_key"].is_string()
                && alone(&g["reservation_key"])
        });
        let grant = grant.expect("a guest with a card");
        let text = |field: &str| grant[field].as_str().unwrap().to_owned();
        Guest { name: text("display_name"), grant: text("access_grant_id") }
    }

    fn grant(&self, id: &str) -> Option<Value> {
        let truth = self.truth();
        let grants = truth["grants"].as_array().unwrap();
        grants.iter().map(|g| &g["grant"]).find(|g| g["access_grant_id"] == id).cloned()
    }

    fn cards(&self, grant: &str) -> Vec<(String, bool)> {
        let Some(grant) = self.grant(grant) else { return Vec::new() };
        let truth = self.truth();
        let methods = truth["methods"].as_array().unwrap();
        let cards = methods.iter().map(|m| &m["method"]).filter(|m| m["mode"] == "card");
        cards
            .filter(|m| grant["access_method_ids"].as_array().unwrap().contains(&m["access_method_id"]))
            .map(|m| (m["access_method_id"].as_str().unwrap().to_owned(), m["is_issued"] == true))
            .collect()
    }
}

impl Drop for Hotel {
    fn drop(&mut self) {
        if let Some(sandbox) = self.sandbox.take() {
            self.runtime.block_on(sandbox.shutdown());
        }
        let _ = fs::remove_dir_all(&self.state);
    }
}

/// The program with a home of its own and nothing of the surroundings.
fn program(state: &std::path::Path, args: &[&str]) -> Start {
    Start::new(env!("CARGO_BIN_EXE_nightdesk"))
        .args(args.iter().copied())
        .env("NIGHTDESK_STATE_DIR", state)
        .env("NIGHTDESK_CONFIG", "")
        .env("XDG_CONFIG_HOME", state)
        .env("SEAM_API_KEY", "")
        .env("SEAM_ENDPOINT", "")
        .env("NO_COLOR", "")
        .size(120, 40)
}

/// Puts the cursor on a guest by what a person would type.
fn find(t: &mut Terminal, guest: &Guest) {
    t.keys("1/");
    t.keys(&guest.name);
    // The count stands there before the guest is read; under the cursor only somebody who is.
    let named: String = guest.name.chars().take(6).collect();
    t.wait_for(Regex::new(&format!(r"▌ +\S+ +{}", regex::escape(&named))).unwrap());
    t.keys("<Enter>");
}

/// Closes what is open and leaves. Esc and a letter sent at once would be Alt and the letter.
fn leave(t: &mut Terminal) {
    t.keys("<Esc>");
    t.wait_for("q quit");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

/// Confirms a preview as a person does who was told to read first.
fn confirm(t: &mut Terminal, begun: &'static str) {
    loop {
        t.keys("y");
        let shown = t.wait_for(move |s: &pty::Shown| {
            let text = s.text();
            text.contains("read it first") || text.contains(begun) || text.contains("something changed")
        });
        if shown.contains(begun) {
            return;
        }
        // The next key takes the remark away, so that the next answer is a new one.
        t.keys("<Left>");
        t.wait_gone("read it first");
        t.wait_gone("something changed");
    }
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn the_demo_shows_a_living_hotel(#[case] cols: u16, #[case] rows: u16) {
    let state = state_dir(&format!("demo-{cols}"));
    let mut t = program(&state, &["demo"]).size(cols, rows).spawn();
    t.wait_for("Harbour Hotel");
    t.wait_for("SANDBOX");
    t.wait_for("as of 03:14");
    for pane in ["Guests", "Grants", "Warnings"] {
        t.wait_for(pane);
    }
    t.wait_for("P1");
    t.wait_for("stayover");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn extending_a_stay_goes_through_to_its_end() {
    let hotel = Hotel::open("extend");
    let guest = hotel.guest();
    let before = hotel.grant(&guest.grant).unwrap()["ends_at"].clone();
    let mut t = hotel.desk(120, 40, &[]);
    find(&mut t, &guest);
    t.keys("e");
    t.wait_for("until");
    t.keys("<Enter>");
    t.wait_for("do it");
    confirm(&mut t, "hides this");
    // The card has to be cut again, and that is offered.
    t.wait_for(regex::Regex::new(r"encode the \w+ ?cards?|encode the card").unwrap());
    let after = hotel.grant(&guest.grant).unwrap()["ends_at"].clone();
    assert_ne!(before, after);
    assert_eq!(hotel.sandbox().control().applied("/access_grants/update"), 1);
    t.keys("c");
    t.wait_for("do it");
    confirm(&mut t, "hides this");
    t.wait_for(regex::Regex::new(r"(?s)✓.*Esc close|Enter close|Esc closes").unwrap());
    assert!(hotel.cards(&guest.grant).iter().all(|(_, issued)| *issued), "{:?}", hotel.cards(&guest.grant));
    assert_eq!(hotel.sandbox().control().applied("/access_methods/encode"), 1);
    leave(&mut t);
    t.assert_clean();
}

#[test]
fn a_lost_card_is_replaced_and_retired() {
    let hotel = Hotel::open("reissue");
    let guest = hotel.guest();
    let before = hotel.cards(&guest.grant);
    let mut t = hotel.desk(120, 40, &[]);
    find(&mut t, &guest);
    t.keys("r");
    t.wait_for("Lost card ─");
    // The form is there before the encoders are read; then it goes on to the preview by itself.
    t.wait_for("[ Cancel ]");
    confirm(&mut t, "hides this");
    t.wait_gone("hides this");
    let after = hotel.cards(&guest.grant);
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|(_, issued)| *issued), "{after:?}");
    assert_eq!(before.iter().filter(|card| !after.contains(card)).count(), 1, "one is gone");
    let control = hotel.sandbox().control();
    assert_eq!(control.applied("/access_methods/encode"), 1);
    assert_eq!(control.applied("/access_methods/delete"), 1);
    leave(&mut t);
}

#[test]
fn checking_out_takes_the_guest_off_the_locks_and_off_the_board() {
    let hotel = Hotel::open("check-out");
    let guest = hotel.guest();
    let mut t = hotel.desk(120, 40, &[]);
    find(&mut t, &guest);
    t.keys("x");
    t.wait_for("Cancel");
    confirm(&mut t, "hides this");
    t.wait_gone("hides this");
    assert!(hotel.grant(&guest.grant).is_none());
    t.keys("<Esc>");
    t.wait_for("q quit");
    t.wait_for("nothing matches");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn a_check_out_that_is_only_looked_at_changes_nothing() {
    let hotel = Hotel::open("cancel");
    let guest = hotel.guest();
    let mut t = hotel.desk(120, 40, &[]);
    find(&mut t, &guest);
    t.keys("x");
    t.wait_for("Cancel");
    t.keys("<Enter>");
    t.wait_for("Left without doing anything.");
    assert_eq!(hotel.sandbox().control().applied("/access_grants/delete"), 0);
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    assert!(hotel.grant(&guest.grant).is_some());
}

#[test]
fn a_read_only_desk_says_so_and_changes_nothing() {
    let hotel = Hotel::open("read-only");
    let mut t = hotel.desk(120, 40, &["--read-only"]);
    t.wait_for("READ-ONLY");
    t.wait_for("1 of ");
    t.keys("x");
    t.wait_for("this desk is read-only");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
}

#[test]
fn an_api_that_is_down_at_the_start_is_waited_for() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let state = state_dir("down");
    let mut t = program(&state, &["--endpoint", &format!("http://{address}")])
        .env("SEAM_API_KEY", "seam_test_nobody_home")
        .spawn();
    t.wait_for("OFFLINE since");
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(options(Some(address)))).unwrap();
    // The hotel has another key than the program was given: it is there, and says no.
    t.wait_for("key");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    let mut t = program(&state, &["--endpoint", &sandbox.endpoint()])
        .env("SEAM_API_KEY", sandbox.api_key().reveal())
        .spawn();
    t.wait_for("as of");
    runtime.block_on(sandbox.shutdown());
    t.keys("<C-r>");
    t.wait_for("OFFLINE since");
    // The rows stay.
    t.wait_for(regex::Regex::new(r"1 of \d\d").unwrap());
    let sandbox = runtime.block_on(Sandbox::start(options(Some(address)))).unwrap();
    t.keys("<C-r>");
    t.wait_gone("OFFLINE since");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    runtime.block_on(sandbox.shutdown());
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_storm_of_sizes_upsets_nothing() {
    let state = state_dir("storm");
    let mut t = program(&state, &["demo"]).spawn();
    t.wait_for("as of");
    for (cols, rows) in
        [(1, 1), (300, 100), (2, 100), (300, 2), (59, 15), (60, 16), (80, 24), (13, 7), (200, 60)]
    {
        t.resize(cols, rows);
        t.keys("4j1j");
    }
    for n in 1..40 {
        t.resize(n * 7 % 300 + 1, n * 13 % 100 + 1);
    }
    t.resize(40, 10);
    t.wait_for(regex::Regex::new("(?i)too small|60").unwrap());
    t.resize(120, 40);
    t.wait_for("Guests");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

#[rstest]
#[case(Signal::TERM, 143)]
#[case(Signal::HUP, 129)]
#[case(Signal::INT, 130)]
fn every_signal_leaves_the_terminal_clean(#[case] signal: Signal, #[case] code: u32) {
    let state = state_dir(&format!("signal-{code}"));
    let mut t = program(&state, &["demo"]).spawn();
    t.wait_for("as of");
    t.signal(signal);
    assert_eq!(t.exit_code(), code);
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn the_program_goes_when_its_terminal_goes() {
    let state = state_dir("gone");
    let mut t = program(&state, &["demo"]).spawn();
    t.wait_for("as of");
    t.hang_up();
    assert_eq!(t.exit_code(), 129);
    fs::remove_dir_all(state).unwrap();
}

#[rstest]
#[case::no_key(&[], &[], "no API key: set SEAM_API_KEY")]
#[case::another_token(&[], &[("SEAM_API_KEY", "seam_cst1_abc")], "client session token")]
#[case::no_url(&["--endpoint", "nowhere"], &[("SEAM_API_KEY", "seam_x")], "nowhere")]
#[case::in_the_clear(&["--endpoint", "http://example.com"], &[("SEAM_API_KEY", "seam_x")], "example.com")]
#[case::no_such_theme(&["demo", "--theme", "darkk"], &[], "dark")]
#[case::no_such_config(&["--config", "/nowhere/config.toml"], &[], "/nowhere/config.toml: cannot be read")]
#[case::no_such_option(&["--api-key", "x"], &[], "unexpected argument")]
fn bad_input_is_one_clear_sentence(#[case] args: &[&str], #[case] env: &[(&str, &str)], #[case] words: &str) {
    let state = state_dir(&format!("bad-{}", words.len()));
    let mut start = program(&state, args);
    for (name, value) in env {
        start = start.env(name, value);
    }
    let mut t = start.spawn();
    assert_eq!(t.exit_code(), 2);
    let text = t.text().replace('\n', "");
    assert!(text.contains(words), "{text}");
    assert!(!t.text().contains("panicked"));
    let _ = fs::remove_dir_all(state);
}

#[test]
fn a_broken_configuration_names_its_line() {
    let state = state_dir("broken");
    let file = state.join("broken.toml");
    fs::write(&file, "theme = \"dark\"\nmouse = maybe\n").unwrap();
    let mut t = program(&state, &["demo", "--config", file.to_str().unwrap()]).spawn();
    t.wait_for(|s: &Shown| s.text().replace('\n', "").contains("line 2"));
    assert_eq!(t.exit_code(), 2);
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_date_that_is_none_is_said_in_place_and_loses_nothing() {
    let hotel = Hotel::open("date");
    let guest = hotel.guest();
    let mut t = hotel.desk(80, 24, &[]);
    find(&mut t, &guest);
    t.keys("e");
    t.wait_for("until");
    t.keys("someday");
    t.wait_for("is no date");
    t.keys("<Enter>");
    t.wait_for("someday");
    leave(&mut t);
}

#[test]
fn a_host_that_is_not_seam_is_said_in_place() {
    let runtime = Runtime::new().unwrap();
    let page = axum::Router::new()
        .fallback(|| async { axum::response::Html("<html><title>Router login</title></html>") });
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, page).await });
    let state = state_dir("router");
    let mut t =
        program(&state, &["--endpoint", &format!("http://{address}")]).env("SEAM_API_KEY", "seam_x").spawn();
    t.wait_for("Router login");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    fs::remove_dir_all(state).unwrap();
}
