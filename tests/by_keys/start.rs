//! How the program starts, and how it ends, whatever it was started with.

use std::fs;
use std::net::{SocketAddr, TcpListener};

use nightdesk::sandbox::{Options, Sandbox};
use regex::Regex;
use rstest::rstest;
use rustix::process::Signal;
use tokio::runtime::Runtime;

use crate::house::{program, small, state_dir};
use crate::pty::Shown;

fn at(listen: SocketAddr) -> Options {
    Options { listen, ..small() }
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn the_demo_shows_a_living_hotel(#[case] cols: u16, #[case] rows: u16) {
    let state = state_dir();
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
fn an_api_that_is_down_at_the_start_is_waited_for() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let state = state_dir();
    let mut t = program(&state, &["--endpoint", &format!("http://{address}")])
        .env("SEAM_API_KEY", "seam_test_nobody_home")
        .spawn();
    t.wait_for("OFFLINE since");
    let runtime = Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start(at(address))).unwrap();
    // The hotel has another key than the program was given: it is there, and says no.
    t.wait_for("key");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    let mut t = program(&state, &["--endpoint", &sandbox.endpoint()])
        .env("SEAM_API_KEY", sandbox.api_key().reveal())
        .spawn();
    // Its rows, not only that it answers.
    t.wait_for(Regex::new(r"1 of \d\d").unwrap());
    runtime.block_on(sandbox.shutdown());
    t.keys("<C-r>");
    t.wait_for("OFFLINE since");
    // The rows stay.
    t.wait_for(Regex::new(r"1 of \d\d").unwrap());
    let sandbox = runtime.block_on(Sandbox::start(at(address))).unwrap();
    t.keys("<C-r>");
    t.wait_gone("OFFLINE since");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    runtime.block_on(sandbox.shutdown());
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_storm_of_sizes_upsets_nothing() {
    let state = state_dir();
    let mut t = program(&state, &["demo"]).spawn();
    t.wait_for("as of");
    for (cols, rows) in
        [(1, 1), (300, 100), (2, 100), (300, 2), (59, 15), (60, 16), (80, 24), (13, 7), (500, 200)]
    {
        t.resize(cols, rows);
        t.keys("4j1j");
    }
    for n in 1..40 {
        t.resize(n * 7 % 300 + 1, n * 13 % 100 + 1);
    }
    t.resize(40, 10);
    t.wait_for(Regex::new("(?i)too small|60").unwrap());
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
    let state = state_dir();
    let mut t = program(&state, &["demo"]).spawn();
    t.wait_for("as of");
    t.signal(signal);
    assert_eq!(t.exit_code(), code);
    t.assert_clean();
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn the_program_goes_when_its_terminal_goes() {
    let state = state_dir();
    let mut t = program(&state, &["demo"]).spawn();
    t.wait_for("as of");
    t.hang_up();
    assert_eq!(t.exit_code(), 129);
    fs::remove_dir_all(state).unwrap();
}

#[rstest]
#[case::no_key(&["--config", "/dev/null"], &[], "no API key: set SEAM_API_KEY")]
#[case::another_token(&[], &[("SEAM_API_KEY", "seam_cst1_abc")], "client session token")]
#[case::no_url(&["--endpoint", "nowhere"], &[("SEAM_API_KEY", "seam_x")], "nowhere")]
#[case::in_the_clear(&["--endpoint", "http://example.com"], &[("SEAM_API_KEY", "seam_x")], "example.com")]
#[case::no_such_theme(&["demo", "--theme", "darkk"], &[], "dark")]
#[case::no_such_config(&["--config", "/nowhere/config.toml"], &[], "/nowhere/config.toml: cannot be read")]
#[case::no_such_option(&["--api-key", "x"], &[], "unexpected argument")]
fn bad_input_is_one_clear_sentence(#[case] args: &[&str], #[case] env: &[(&str, &str)], #[case] words: &str) {
    let state = state_dir();
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

/// Said aloud on the screen for as long as it is so.
#[test]
fn a_key_in_the_clear_has_to_be_asked_for() {
    let state = state_dir();
    let mut t = program(&state, &["--endpoint", "http://seam.invalid", "--insecure"])
        .env("SEAM_API_KEY", "seam_test_x")
        .spawn();
    t.wait_for("INSECURE");
    t.wait_for("OFFLINE since");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    fs::remove_dir_all(state).unwrap();
}

/// What cannot be recorded is not begun: the terminal is given back, and the reason is said.
#[rstest]
#[case::no_journal("this is no journal", "journal.db")]
#[case::a_directory("", "journal.db")]
fn a_desk_that_cannot_record_does_not_stay_open(#[case] content: &str, #[case] words: &str) {
    let state = state_dir();
    let journal = state.join("journal.db");
    if content.is_empty() {
        fs::create_dir(&journal).unwrap()
    } else {
        fs::write(&journal, content.repeat(400)).unwrap()
    }
    let mut t = program(&state, &["demo"]).spawn();
    assert_eq!(t.exit_code(), 2);
    t.assert_clean();
    let text = t.text().replace('\n', "");
    assert!(text.contains(words) && !text.contains("panicked"), "{text}");
    if !content.is_empty() {
        assert_eq!(
            fs::read_to_string(&journal).unwrap(),
            content.repeat(400),
            "what is not ours is left alone"
        );
    }
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_broken_configuration_names_its_line() {
    let state = state_dir();
    let file = state.join("broken.toml");
    fs::write(&file, "theme = \"dark\"\nmouse = maybe\n").unwrap();
    let mut t = program(&state, &["demo", "--config", file.to_str().unwrap()]).spawn();
    t.wait_for(|s: &Shown| s.text().replace('\n', "").contains("line 2"));
    assert_eq!(t.exit_code(), 2);
    fs::remove_dir_all(state).unwrap();
}

#[test]
fn a_host_that_is_not_seam_is_said_in_place() {
    let runtime = Runtime::new().unwrap();
    let page = axum::Router::new()
        .fallback(|| async { axum::response::Html("<html><title>Router login</title></html>") });
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, page).await });
    let state = state_dir();
    let mut t =
        program(&state, &["--endpoint", &format!("http://{address}")]).env("SEAM_API_KEY", "seam_x").spawn();
    t.wait_for("Router login");
    t.keys("q");
    assert_eq!(t.exit_code(), 0);
    fs::remove_dir_all(state).unwrap();
}
